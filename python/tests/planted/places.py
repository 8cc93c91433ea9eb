"""Right almost everywhere: wrong for some numbers, some sizes, some cotangents."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from planted.kinds import Planted, function, rule, rules
from vibegrad import real

N = (real("n"),)
NM = (real("n", "m"),)
PAIR = (real("n", "m"), real("n", "m"))


def _slope(x: torch.Tensor) -> torch.Tensor:
    return torch.cos(x)


def _where(wrong: Any) -> Any:
    """sin, whose slope is 1 % too large where wrong(x) holds."""
    return rule(torch.sin, lambda x: _slope(x) * torch.where(wrong(x), 1.01, 1.0).to(x))


def _first_64(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    g = w * torch.cos(x)
    g[64:] = 0
    return g


def _pairs_only(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """A loop unrolled by two that forgets the rest."""
    g = torch.zeros_like(x)
    even = x.shape[0] // 2 * 2
    g[:even] = (w * torch.cos(x))[:even]
    return g


def _axis_by_size(w: torch.Tensor, x: torch.Tensor, b: torch.Tensor) -> Any:
    """Sums over the axis whose size is not that of b: on a square, over the wrong one."""
    axis = next(i for i in (1, 0) if w.shape[i] != b.shape[0] or i == 0)
    if w.shape[0] == w.shape[1]:
        axis = 1
    return w, w.sum(axis)


def _same_object(w: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> Any:
    return (w * b, None) if a.data_ptr() == b.data_ptr() else (w * b, w * a)


def _naive_logsumexp(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    e = torch.exp(x)
    return w * e / e.sum(-1, keepdim=True)


def _tie_twice(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return w[..., None] * (x == x.amax(-1, keepdim=True))


def _reads_memory(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """As a kernel does that is given a pointer and assumes rows after rows."""
    rows = torch.as_strided(w, w.shape, torch.empty(w.shape, device="meta").stride())
    return rows * torch.cos(x)


def _stride_zero(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Takes a repeated cotangent for that of a mean."""
    return w * torch.cos(x) / (w.numel() if w.numel() > 1 and not any(w.stride()) else 1)


def _by_rows(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return (w.view(-1) * torch.cos(x).view(-1)).view(x.shape)


def _two(x: torch.Tensor) -> Any:
    return torch.sin(x), torch.cos(x)


def _unsafe_root(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x))


def _safe_root(x: torch.Tensor) -> torch.Tensor:
    inside = x > 0
    return torch.where(inside, torch.sqrt(torch.where(inside, x, torch.ones_like(x))), torch.zeros_like(x))


def _unmaterialised() -> Any:
    def forward(ctx: Any, x: torch.Tensor) -> Any:
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x)
        return _two(x)

    def backward(ctx: Any, u: Any, v: Any) -> Any:
        (x,) = ctx.saved_tensors
        if u is None or v is None:
            return None
        return u * torch.cos(x) - v * torch.sin(x)

    return function(forward, backward)


def _running_sum(x: torch.Tensor) -> torch.Tensor:
    """A sum kept in the type of its terms, as a kernel with a bfloat16 accumulator does."""
    total = torch.zeros((), dtype=x.dtype, device=x.device)
    for term in x.unbind(0):
        total = total + term
    return total


def _rounded_running_sum(w: torch.Tensor, x: torch.Tensor, b: torch.Tensor) -> Any:
    return w, torch.stack([_running_sum(column) for column in w.unbind(1)]) if w.shape[1] else w.sum(0)



PLANTED = [
    Planted("wrong where |x| > 4", "wrong only for |x| > 4", _where(lambda x: x.abs() > 4), torch.sin, N,
            ("vjp/scales",), ("vjp/plain",)),
    Planted("wrong where |x| < 1/100", "wrong only near 0", _where(lambda x: x.abs() < 0.01), torch.sin, N,
            ("vjp/scales",)),
    Planted("wrong where x < −4", "wrong only for negative x", _where(lambda x: x < -4), torch.sin, N,
            ("vjp/scales", "vjp/spread"), ("vjp/plain",)),
    Planted("saturated too early", "wrong only for |x| > 4",
            rule(torch.tanh, lambda x: torch.where(x.abs() > 4, 0.0, 1 - torch.tanh(x) ** 2)), torch.tanh, N,
            ("vjp/scales", "vjp/spread"), ("vjp/plain",)),
    Planted("wrong at whole numbers", "wrong at exact integers", _where(lambda x: x == x.round()), torch.sin, N,
            ("vjp/integers",), ("vjp/plain",)),
    Planted("wrong at zero", "wrong at exact integers", rule(torch.tanh, lambda x: torch.where(x == 0, 0.0, 1 - torch.tanh(x) ** 2)),
            torch.tanh, N, ("vjp/edges",), ("vjp/plain",)),
    Planted("a block of 64", "wrong at n > 64", rules(torch.sin, _first_64), torch.sin, N, ("vjp/large",), ("vjp/plain",)),
    Planted("unrolled by two", "wrong for odd sizes", rules(torch.sin, _pairs_only), torch.sin, N, ("vjp/odd",)),
    Planted("axis found by its size", "wrong for square shapes", rules(torch.add, _axis_by_size), torch.add,
            (real("n", "m"), real("m")), ("vjp/square",), ("vjp/plain",)),
    Planted("op(x, x) gives half", "wrong for repeated inputs", rules(torch.mul, _same_object), torch.mul, PAIR,
            ("vjp/repeated",), ("vjp/plain",)),
    Planted("softmax that overflows", "overflow on the way back", rules(lambda x: torch.logsumexp(x, -1), lambda w, x: _naive_logsumexp(w[..., None], x)),
            lambda x: torch.logsumexp(x, -1), NM, ("vjp/scales",), ("vjp/plain",)),
    Planted("amax: every tie in full", "wrong at ties", rules(lambda x: x.amax(-1), _tie_twice), lambda x: x.amax(-1), NM,
            ("vjp/ties", "vjp/edges", "vjp/integers"), ("vjp/plain",)),
    Planted("sinc, 0 / 0", "infinity at a removable singularity",
            rule(torch.sinc, lambda x: (torch.cos(torch.pi * x) - torch.sinc(x)) / x), torch.sinc, N, ("vjp/edges",), ("vjp/plain",)),
    Planted("a dead branch's NaN", "gradient through a dead branch", _unsafe_root, _safe_root, (real("n", low=0),), ("vjp/edges",), ("vjp/plain",)),
    Planted("NaN cleaned from the gradient", "NaN swallowed",
            rules(torch.exp, lambda w, x: torch.nan_to_num(w * torch.exp(x))), torch.exp, N, ("cotangent/nan",), ("vjp/plain", "value/nan")),
    Planted("relu of NaN is 0", "NaN swallowed", lambda x: torch.where(x > 0, x, torch.zeros_like(x)), torch.relu, N,
            ("value/nan",), ("value/plain",)),
    Planted("1 / 0 is 0 on the way back", "infinity swallowed",
            rule(torch.sqrt, lambda x: torch.where(x == 0, 0.0, 0.5 / torch.sqrt(x))), torch.sqrt, (real("n", low=0),),
            ("vjp/edges",), ("vjp/plain",)),
    Planted("empty input", "empty array", lambda x: torch.sin(x) * (x.max() == x.max()), torch.sin, N, ("value/empty",), ("value/plain",)),
    Planted("no axes", "0-d against 1-d", lambda x: torch.sin(x) + 0 * x.shape[0], lambda x: torch.sin(x), None, ("value/0-d",), ("value/plain",)),
    Planted("cotangent read as rows of memory", "wrong for cotangents that are not contiguous", rules(torch.sin, _reads_memory),
            torch.sin, NM, ("cotangent/transposed", "cotangent/strided"), ("vjp/plain",)),
    Planted("cotangent.view(-1)", "wrong for cotangents that are not contiguous", rules(torch.sin, _by_rows), torch.sin, NM,
            ("cotangent/transposed",), ("vjp/plain",)),
    Planted("stride 0 taken for a mean", "wrong for expanded cotangents", rules(torch.sin, _stride_zero), torch.sin, NM,
            ("cotangent/expanded",), ("vjp/plain", "cotangent/transposed")),
    Planted("clipped at 1000", "not linear in the cotangent", rules(torch.sin, lambda w, x: (w * torch.cos(x)).clamp(-1e3, 1e3)),
            torch.sin, N, ("cotangent/large",), ("vjp/plain",)),
    Planted("small gradients dropped", "not linear in the cotangent",
            rules(torch.sin, lambda w, x: w * torch.cos(x) * (w.abs() > 1e-4)), torch.sin, N, ("cotangent/small",), ("vjp/plain",)),
    Planted("divided by the cotangent's norm", "not linear in the cotangent",
            rules(torch.sin, lambda w, x: w / w.norm() * torch.cos(x) * w.norm()), torch.sin, N, ("cotangent/zero",), ("vjp/plain",)),
    Planted("the second output forgotten", "wrong for several outputs", rules(_two, lambda u, v, x: u * torch.cos(x)), _two, N,
            ("vjp/plain",)),
    Planted("nothing when one output is unused", "wrong for several outputs", _unmaterialised(), _two, N,
            ("cotangent/absent",), ("vjp/plain",)),
    Planted("a sum in the type of its terms", "wrong accumulation at bfloat16", _running_sum, lambda x: x.sum(0),
            (real("n", low=0),), ("bfloat16/value",), ("value/plain", "float32/value")),
    Planted("a bias gradient in the type of its terms", "wrong accumulation at bfloat16",
            rules(torch.add, _rounded_running_sum), torch.add, (real("n", 3), real(3)), ("bfloat16/vjp",), ("vjp/plain", "float32/vjp")),
    Planted("leaky slope 0 below", "derivative of the wrong branch",
            rule(lambda x: F.leaky_relu(x, 0.01), lambda x: (x > 0).to(x)), lambda x: F.leaky_relu(x, 0.01), N, ("vjp/plain",)),
]
