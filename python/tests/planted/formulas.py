"""Wrong formulas: wrong everywhere, by a lot or by a little."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from planted.kinds import Planted, function, rule, rules
from vibegrad import integers, real

N = (real("n"),)
NM = (real("n", "m"),)
PAIR = (real("n", "m"), real("n", "m"))


def _softmax_wrong_axis(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    y = torch.softmax(x, -1)
    return y * (w - (w * y).sum(0, keepdim=True))


def _norm(x: torch.Tensor) -> torch.Tensor:
    return (x - x.mean(-1, keepdim=True)) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + 1e-5)


def _norm_constant_spread(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return (w - w.mean(-1, keepdim=True)) / torch.sqrt(x.var(-1, keepdim=True, correction=0) + 1e-5)


def _norm_sample_spread(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    n = x.shape[-1]
    s = torch.sqrt(x.var(-1, keepdim=True, correction=0) + 1e-5)
    y = (x - x.mean(-1, keepdim=True)) / s
    return (w - w.mean(-1, keepdim=True) - y * (w * y).sum(-1, keepdim=True) / max(n - 1, 1)) / s


def _cross_entropy_forgets_mean(w: torch.Tensor, x: torch.Tensor, labels: torch.Tensor) -> Any:
    return w * (torch.softmax(x, -1) - F.one_hot(labels, x.shape[-1])), None


def _embedding_overwrites(w: torch.Tensor, table: torch.Tensor, places: torch.Tensor) -> Any:
    g = torch.zeros_like(table)
    g[places] = w
    return g, None


def _conv(x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    return F.conv1d(x[None, None], k[None, None])[0, 0]


def _conv_not_flipped(w: torch.Tensor, x: torch.Tensor, k: torch.Tensor) -> Any:
    pad = k.shape[0] - 1
    return _conv(F.pad(w, (pad, pad)), k), _conv(x, w)


def _jvp(slope: Any) -> Any:
    """sin·y with a jvp of its own beside a right vjp."""

    def forward(ctx: Any, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x, y)
        ctx.save_for_forward(x, y)
        return torch.sin(x) * y

    def backward(ctx: Any, w: torch.Tensor) -> Any:
        x, y = ctx.saved_tensors
        return w * torch.cos(x) * y, w * torch.sin(x)

    return function(forward, backward, lambda ctx, u, v: slope(*ctx.saved_tensors, u, v))


def _sin_times(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.sin(x) * y


def _softplus(x: torch.Tensor) -> torch.Tensor:
    return torch.log1p(torch.exp(x))


PLANTED = [
    Planted("sin with −cos", "sign", rule(torch.sin, lambda x: -torch.cos(x)), torch.sin, N, ("vjp/plain",)),
    Planted("square with x", "constant factor", rule(torch.square, lambda x: x), torch.square, N, ("vjp/plain",)),
    Planted(
        "tanh, 0.05 % too large", "0.05 % scaling",
        rule(torch.tanh, lambda x: 1.0005 * (1 - torch.tanh(x) ** 2)), torch.tanh, N, ("vjp/plain",),
    ),
    Planted(
        "a − b, gradients swapped", "swapped operands",
        rules(torch.sub, lambda w, a, b: (-w, w)), torch.sub, PAIR, ("vjp/plain",),
    ),
    Planted(
        "silu without its second use of x", "overwrite where it should accumulate",
        rule(F.silu, torch.sigmoid), F.silu, N, ("vjp/plain",),
    ),
    Planted(
        "bias: mean over the batch", "missing sum over a broadcast axis",
        rules(torch.add, lambda w, x, b: (w, w.mean(0))), torch.add, (real("n", "m"), real("m")), ("vjp/plain",),
    ),
    Planted(
        "bias: the first row", "missing sum over a broadcast axis",
        rules(torch.add, lambda w, x, b: (w, w[0])), torch.add, (real("n", "m"), real("m")), ("vjp/plain",),
    ),
    Planted(
        "softmax over the wrong axis", "wrong axis",
        rules(lambda x: torch.softmax(x, -1), _softmax_wrong_axis), lambda x: torch.softmax(x, -1), NM, ("vjp/plain",),
    ),
    Planted(
        "A B with B, not Bᵀ", "transposed matmul operand",
        rules(torch.matmul, lambda w, a, b: (w @ b, a.mT @ w)), torch.matmul,
        (real("n", "n"), real("n", "n")), ("vjp/plain",),
    ),
    Planted(
        "cumsum, not reversed", "wrong direction",
        rules(lambda x: x.cumsum(0), lambda w, x: w.cumsum(0)), lambda x: x.cumsum(0), N, ("vjp/plain",),
    ),
    Planted(
        "convolution, kernel not flipped", "wrong direction",
        rules(_conv, _conv_not_flipped), _conv, (real("n"), real(2)), ("vjp/plain",),
    ),
    Planted(
        "leaky relu, the other branch's slope", "derivative of the wrong branch",
        rule(lambda x: torch.where(x > 0, x, 0.1 * x), lambda x: torch.where(x > 0, 0.1, 1.0).to(x)),
        lambda x: torch.where(x > 0, x, 0.1 * x), N, ("vjp/plain",),
    ),
    Planted(
        "layer norm, variance held constant", "part of the graph forgotten",
        rules(_norm, _norm_constant_spread), _norm, NM, ("vjp/plain",),
    ),
    Planted(
        "layer norm, n − 1", "constant factor", rules(_norm, _norm_sample_spread), _norm,
        (real("n", "m"),), ("vjp/plain", "vjp/large"),
    ),
    Planted(
        "cross entropy, not divided by the batch", "constant factor",
        rules(F.cross_entropy, _cross_entropy_forgets_mean), F.cross_entropy,
        (real("n", "c"), integers("n", high="c")), ("vjp/plain",),
    ),
    Planted(
        "embedding, a row seen twice", "overwrite where it should accumulate",
        rules(lambda t, i: t[i], _embedding_overwrites), lambda t, i: t[i],
        (real("v", "d"), integers(9, high="v")), ("vjp/plain",),
    ),
    Planted(
        "the derivative, not times the cotangent", "cotangent ignored",
        rules(torch.exp, lambda w, x: torch.exp(x)), torch.exp, N, ("vjp/plain",),
    ),
    Planted(
        "a factor that is detached", "detach",
        lambda x, y: torch.sin(x) * y.detach(), _sin_times, PAIR, ("vjp/plain",),
    ),
    Planted(
        "a gradient through what is detached", "gradient through stop-gradient",
        _sin_times, lambda x, y: torch.sin(x) * y.detach(), PAIR, ("vjp/plain",),
    ),
    Planted(
        "float32 inside", "float32 inside",
        rule(torch.tanh, lambda x: (1 - torch.tanh(x.float()) ** 2).to(x)), torch.tanh, N,
        ("accuracy/vjp",), ("vjp/plain",),
    ),
    Planted(
        "central differences", "finite differences inside",
        rule(torch.sin, lambda x: (torch.sin(x + 1e-5) - torch.sin(x - 1e-5)) / 2e-5), torch.sin, N,
        ("accuracy/vjp",), ("vjp/plain",),
    ),
    Planted(
        "differences of fourth order", "finite differences inside",
        rule(
            torch.sin,
            lambda x: (8 * (torch.sin(x + 1e-3) - torch.sin(x - 1e-3)) - torch.sin(x + 2e-3) + torch.sin(x - 2e-3))
            / 12e-3,
        ),
        torch.sin, N, ("accuracy/vjp",), ("vjp/plain",),
    ),
    Planted(
        "sqrt with 1e-8 in the denominator", "an epsilon left in",
        rule(torch.sqrt, lambda x: 0.5 / (torch.sqrt(x) + 1e-8)), torch.sqrt, (real("n", low=0),), ("accuracy/vjp",),
    ),
    Planted(
        "softplus, value in float32", "float32 inside",
        lambda x: F.softplus(x.float()).to(x.dtype), _softplus, N, ("accuracy/value",),
    ),
    Planted("jvp of the other sign", "jvp and vjp disagree", _jvp(lambda x, y, u, v: v * torch.sin(x) - u * torch.cos(x) * y),
            _sin_times, PAIR, ("duality", "jvp/plain"), ("vjp/plain",)),
    Planted("jvp without the second tangent", "jvp and vjp disagree", _jvp(lambda x, y, u, v: u * torch.cos(x) * y),
            _sin_times, PAIR, ("duality", "jvp/plain"), ("vjp/plain",)),
    Planted("jvp 0.05 % too large", "jvp and vjp disagree",
            _jvp(lambda x, y, u, v: 1.0005 * (v * torch.sin(x) + u * torch.cos(x) * y)),
            _sin_times, PAIR, ("duality", "jvp/plain"), ("vjp/plain",)),
]
