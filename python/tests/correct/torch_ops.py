"""PyTorch's own operations beside compositions of simpler ones."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from correct.kinds import Correct
from vibegrad import integers, real

NM = (real("n", "m"),)
N = (real("n"),)
POSITIVE = (real("n", "m", low=0),)
UNIT = (real("n", "m", low=-1, high=1),)
PAIR = (real("n", "m"), real("n", "m"))
LABELS = (real("n", "c"), integers("n", high="c"))
# On a CPU these add up their weights' gradients in bfloat16 itself: test_found.py.
NOT_BFLOAT16 = ("float64", "float32")
LOSS = (real("n", "m"), real("n", "m"))


def _layer_norm(x: torch.Tensor, g: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt((centred * centred).mean(-1, keepdim=True) + 1e-5) * g + b


def _group_norm(x: torch.Tensor) -> torch.Tensor:
    parts = x.reshape(x.shape[0], 2, -1)
    centred = parts - parts.mean(-1, keepdim=True)
    return (centred / torch.sqrt((centred * centred).mean(-1, keepdim=True) + 1e-5)).reshape(x.shape)


def _attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    return torch.softmax(q @ k.mT / math.sqrt(q.shape[-1]), -1) @ v


def _conv1d(x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    windows = x.unfold(-1, k.shape[-1], 1)
    return torch.einsum("nclk,ock->nol", windows, k)


def _conv2d(x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    windows = x.unfold(2, k.shape[2], 1).unfold(3, k.shape[3], 1)
    return torch.einsum("nchwij,ocij->nohw", windows, k)


def _spd(x: torch.Tensor) -> torch.Tensor:
    return x @ x.mT + torch.eye(x.shape[-1], dtype=x.dtype, device=x.device)


def _inverse_by_solve(x: torch.Tensor) -> torch.Tensor:
    a = _spd(x)
    return torch.linalg.solve(a, torch.eye(a.shape[-1], dtype=x.dtype, device=x.device))


ELEMENTWISE = [
    Correct("silu", F.silu, lambda x: x * torch.sigmoid(x)),
    Correct("softplus", lambda x: F.softplus(x, threshold=50), lambda x: torch.logaddexp(x, torch.zeros_like(x))),
    Correct("logsigmoid", F.logsigmoid, lambda x: -torch.log1p(torch.exp(-x))),
    Correct("sigmoid", torch.sigmoid, lambda x: 1 / (1 + torch.exp(-x))),
    Correct("tanh", torch.tanh, lambda x: 2 * torch.sigmoid(2 * x) - 1),
    Correct("tanhshrink", F.tanhshrink, lambda x: x - torch.tanh(x)),
    Correct("gelu", F.gelu, lambda x: x * 0.5 * (1 + torch.erf(x * math.sqrt(0.5)))),
    Correct("gelu, tanh", lambda x: F.gelu(x, approximate="tanh"),
            lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))),
    Correct("mish", F.mish, lambda x: x * torch.tanh(torch.logaddexp(x, torch.zeros_like(x))), (real("n", low=-99, high=99),)),
    Correct("elu", F.elu, lambda x: torch.where(x > 0, x, torch.expm1(torch.where(x > 0, torch.zeros_like(x), x)))),
    Correct("selu", F.selu, lambda x: 1.0507009873554805 * F.elu(x, 1.6732632423543772)),
    Correct("celu", lambda x: F.celu(x, 1.5), lambda x: F.relu(x) + torch.clamp(1.5 * torch.expm1(x / 1.5), max=0)),
    Correct("relu", torch.relu, lambda x: torch.maximum(x, torch.zeros_like(x))),
    Correct("relu6", F.relu6, lambda x: torch.minimum(torch.relu(x), torch.full_like(x, 6))),
    Correct("leaky relu", lambda x: F.leaky_relu(x, 0.1), lambda x: torch.where(x > 0, x, 0.1 * x)),
    Correct("prelu", lambda x, a: F.prelu(x, a), lambda x, a: torch.where(x > 0, x, a * x), (real("n"), real(1))),
    Correct("hardtanh", F.hardtanh, lambda x: torch.clamp(x, -1, 1)),
    Correct("hardswish", F.hardswish, lambda x: x * F.relu6(x + 3) / 6),
    Correct("softsign", F.softsign, lambda x: x / (1 + x.abs())),
    Correct("hardshrink", F.hardshrink, lambda x: torch.where(x.abs() > 0.5, x, torch.zeros_like(x))),
    Correct("softshrink", F.softshrink, lambda x: torch.sign(x) * torch.relu(x.abs() - 0.5)),
    Correct("threshold", lambda x: F.threshold(x, 0.1, 20), lambda x: torch.where(x > 0.1, x, torch.full_like(x, 20))),
    Correct("abs", torch.abs, lambda x: torch.maximum(x, -x)),
    Correct("square", torch.square, lambda x: x * x),
    Correct("cube", lambda x: x**3, lambda x: x * x * x),
    Correct("reciprocal", torch.reciprocal, lambda x: 1 / x, POSITIVE),
    Correct("rsqrt", torch.rsqrt, lambda x: 1 / torch.sqrt(x), POSITIVE),
    Correct("sqrt", torch.sqrt, lambda x: x**0.5, POSITIVE),
    Correct("expm1", torch.expm1, lambda x: 2 * torch.sinh(x / 2) * torch.exp(x / 2)),
    Correct("log1p", torch.log1p, lambda x: 2 * torch.atanh(x / (2 + x)), POSITIVE),
    Correct("exp2", torch.exp2, lambda x: torch.exp(x * math.log(2))),
    Correct("log2", torch.log2, lambda x: torch.log(x) / math.log(2), POSITIVE),
    Correct("sinh", torch.sinh, lambda x: 0.5 * (torch.expm1(x) + torch.expm1(x) / (torch.expm1(x) + 1))),
    Correct("cosh", torch.cosh, lambda x: 0.5 * (torch.exp(x) + torch.exp(-x))),
    Correct("asinh", torch.asinh, lambda x: torch.sign(x) * torch.log(x.abs() + torch.sqrt(x * x + 1)), POSITIVE),
    Correct("atanh", torch.atanh, lambda x: 0.5 * (torch.log1p(x) - torch.log1p(-x)), UNIT),
    Correct("acos", torch.acos, lambda x: torch.atan2(torch.sqrt((1 - x) * (1 + x)), x), UNIT),
    Correct("tan", torch.tan, lambda x: torch.sin(x) / torch.cos(x)),
    Correct("sinc", torch.sinc, lambda x: torch.where(x == 0, torch.ones_like(x), torch.sin(math.pi * x) / torch.where(x == 0, torch.ones_like(x), math.pi * x))),
    Correct("erf", torch.erf, lambda x: 1 - torch.erfc(x)),
    Correct("ndtr", torch.special.ndtr, lambda x: 0.5 * torch.erfc(-x * math.sqrt(0.5))),
    Correct("logit", torch.logit, lambda x: torch.log(x) - torch.log1p(-x), (real("n", low=0, high=1),)),
    Correct("xlogy", torch.xlogy, lambda x, y: x * torch.log(y), (real("n"), real("n", low=0.1))),
    Correct("hypot", torch.hypot, lambda a, b: torch.sqrt(a * a + b * b)),
    Correct("logaddexp", torch.logaddexp, lambda a, b: torch.maximum(a, b) + torch.log1p(torch.exp(-(a - b).abs()))),
    Correct("maximum", torch.maximum, lambda a, b: torch.where(a > b, a, b)),
    Correct("minimum", torch.minimum, lambda a, b: -torch.maximum(-a, -b)),
    Correct("atan2", torch.atan2, lambda a, b: torch.atan(a / b), (real("n"), real("n", low=0))),
    # From a half on `b` is where it starts from: what it gives for infinities stands in tests/test_found.py.
    Correct("lerp", torch.lerp, lambda a, b, t: torch.where(t.abs() < 0.5, a + t * (b - a), b - (b - a) * (1 - t)),
            (real("n"), real("n"), real("n"))),
    Correct("addcmul", torch.addcmul, lambda a, b, c: a + b * c, (real("n"), real("n"), real("n"))),
    Correct("addcdiv", torch.addcdiv, lambda a, b, c: a + b / c, (real("n"), real("n"), real("n", low=0))),
]

ALONG_AXES = [
    Correct("softmax", lambda x: torch.softmax(x, -1), lambda x: torch.exp(x) / torch.exp(x).sum(-1, keepdim=True), NM),
    Correct("log softmax", lambda x: torch.log_softmax(x, -1), lambda x: x - torch.log(torch.exp(x).sum(-1, keepdim=True)), NM),
    Correct("logsumexp", lambda x: torch.logsumexp(x, -1), lambda x: torch.log(torch.exp(x).sum(-1)), NM),
    Correct("mean", lambda x: x.mean(0), lambda x: x.sum(0) / x.shape[0], NM),
    Correct("var", lambda x: x.var(-1, correction=0), lambda x: ((x - x.mean(-1, keepdim=True)) ** 2).mean(-1), NM),
    Correct("std", lambda x: x.std(-1, correction=0), lambda x: torch.sqrt(x.var(-1, correction=0)), NM),
    Correct("prod", lambda x: x.prod(-1), lambda x: x[:, 0] * x[:, 1] * x[:, 2], (real("n", 3, low=0.5, high=2),)),
    Correct("amax", lambda x: x.amax(-1), lambda x: x.max(-1).values, NM),
    Correct("cumsum", lambda x: x.cumsum(-1), lambda x: x @ torch.triu(torch.ones(x.shape[-1], x.shape[-1], dtype=x.dtype)), NM),
    Correct("cumprod", lambda x: x.cumprod(-1), lambda x: torch.stack([x[:, 0], x[:, 0] * x[:, 1], x[:, 0] * x[:, 1] * x[:, 2]], -1), (real("n", 3, low=0.5, high=2),)),
    Correct("norm", lambda x: torch.linalg.vector_norm(x, dim=-1), lambda x: torch.sqrt((x * x).sum(-1)), NM),
    Correct("normalize", lambda x: F.normalize(x, dim=-1), lambda x: x / torch.sqrt((x * x).sum(-1, keepdim=True)), NM),
    Correct("cosine similarity", lambda a, b: F.cosine_similarity(a, b, -1),
            lambda a, b: (a * b).sum(-1) / torch.sqrt((a * a).sum(-1) * (b * b).sum(-1)), PAIR),
    Correct("flip and roll", lambda x: x.flip(-1).roll(1, 0), lambda x: torch.cat([x[-1:], x[:-1]]).flip(1), NM),
    Correct("sort", lambda x: x.sort(-1).values, lambda x: x.gather(-1, x.argsort(-1)), NM),
    Correct("topk", lambda x: x.topk(2, -1).values, lambda x: x.sort(-1, descending=True).values[..., :2], (real("n", 5),)),
    Correct("tril", torch.tril, lambda x: x * torch.tril(torch.ones_like(x)), (real("n", "m"),)),
    Correct("trace", torch.trace, lambda x: torch.diagonal(x).sum(), (real("n", "n"),)),
    Correct("layer norm", lambda x, g, b: F.layer_norm(x, x.shape[-1:], g, b), _layer_norm, (real("n", "m"), real("m"), real("m")), NOT_BFLOAT16),
    Correct("group norm", lambda x: F.group_norm(x, 2), _group_norm, (real(3, 4, 6),)),
    Correct("rms norm", lambda x: F.rms_norm(x, x.shape[-1:], eps=1e-6), lambda x: x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-6), NM),
    Correct("glu", lambda x: F.glu(x), lambda x: x[..., :3] * torch.sigmoid(x[..., 3:]), (real("n", 6),)),
]

LINEAR = [
    Correct("matmul", torch.matmul, lambda a, b: (a[:, :, None] * b).sum(1), (real("m", "k"), real("k", "n"))),
    Correct("linear", F.linear, lambda x, w, b: x @ w.mT + b, (real("n", "i"), real("o", "i"), real("o"))),
    Correct("bilinear", F.bilinear, lambda x, y, w: torch.einsum("ni,oij,nj->no", x, w, y), (real("n", 3), real("n", 2), real("o", 3, 2)), NOT_BFLOAT16),
    Correct("outer", torch.outer, lambda a, b: a[:, None] * b, (real("n"), real("m"))),
    Correct("cross", torch.linalg.cross, lambda a, b: a.roll(-1, -1) * b.roll(-2, -1) - a.roll(-2, -1) * b.roll(-1, -1), (real("n", 3), real("n", 3))),
    Correct("baddbmm", torch.baddbmm, lambda c, a, b: c + a @ b, (real("s", "m", "n"), real("s", "m", "k"), real("s", "k", "n"))),
    Correct("conv1d", F.conv1d, _conv1d, (real("n", 2, 9), real(3, 2, 3))),
    Correct("conv2d", F.conv2d, _conv2d, (real("n", 2, 5, 6), real(3, 2, 3, 2))),
    Correct("average pooling", lambda x: F.avg_pool1d(x, 2), lambda x: 0.5 * (x[..., ::2] + x[..., 1::2]), (real("n", 2, 8),)),
    Correct("max pooling", lambda x: F.max_pool1d(x, 2), lambda x: x.unfold(-1, 2, 2).amax(-1), (real("n", 2, 8),)),
    Correct("attention", F.scaled_dot_product_attention, _attention, (real("b", "q", "d"), real("b", "k", "d"), real("b", "k", "v"))),
    Correct("inverse", lambda x: torch.linalg.inv(_spd(x)), _inverse_by_solve, (real(3, 3),)),
    Correct("logdet", lambda x: torch.logdet(_spd(x)), lambda x: 2 * torch.log(torch.diagonal(torch.linalg.cholesky(_spd(x)))).sum(), (real(3, 3),)),
    Correct("cdist", lambda a, b: torch.cdist(a, b, p=1), lambda a, b: (a[:, None] - b).abs().sum(-1), (real("n", "d"), real("m", "d"))),
]

LOSSES = [
    Correct("cross entropy", F.cross_entropy, lambda x, t: -torch.log_softmax(x, -1).gather(1, t[:, None]).mean(), LABELS),
    Correct("negative log likelihood", F.nll_loss, lambda x, t: -x.gather(1, t[:, None]).mean(), LABELS),
    Correct("mean squared error", F.mse_loss, lambda a, b: ((a - b) ** 2).mean(), LOSS),
    Correct("mean absolute error", F.l1_loss, lambda a, b: (a - b).abs().mean(), LOSS),
    Correct("smooth l1", F.smooth_l1_loss, lambda a, b: torch.where((a - b).abs() < 1, 0.5 * (a - b) ** 2, (a - b).abs() - 0.5).mean(), LOSS),
    Correct("huber", lambda a, b: F.huber_loss(a, b, delta=2.0),
            lambda a, b: torch.where((a - b).abs() < 2, 0.5 * (a - b) ** 2, 2 * ((a - b).abs() - 1)).mean(), LOSS),
    Correct("cross entropy of logits", F.binary_cross_entropy_with_logits,
            lambda x, t: (torch.clamp(x, min=0) - x * t + torch.log1p(torch.exp(-x.abs()))).mean(),
            (real("n"), real("n", low=0, high=1, differentiable=False))),
    Correct("divergence", lambda x, t: F.kl_div(x, t, reduction="sum"), lambda x, t: (t * (torch.log(t) - x)).sum(),
            (real("n"), real("n", low=0, high=1, differentiable=False))),
    Correct("poisson", F.poisson_nll_loss, lambda x, t: (torch.exp(x) - t * x).mean(), (real("n"), real("n", low=0, differentiable=False))),
    Correct("gaussian", lambda x, t, v: F.gaussian_nll_loss(x, t, v, eps=0.0), lambda x, t, v: (0.5 * (torch.log(v) + (x - t) ** 2 / v)).mean(),
            (real("n"), real("n", differentiable=False), real("n", low=0.5, high=4))),
    Correct("hinge", lambda a, b: F.margin_ranking_loss(a, b, torch.ones_like(a)), lambda a, b: torch.relu(b - a).mean(), LOSS),
    Correct("embedding", lambda t, i: F.embedding(i, t), lambda t, i: t[i], (real("v", "d"), integers("n", high="v"))),
    Correct("index add", lambda x, i, s: x.index_add(0, i, s), lambda x, i, s: x + F.one_hot(i, x.shape[0]).to(x).mT @ s,
            (real("v", "d"), integers("n", high="v"), real("n", "d"))),
]

CORRECT = [*ELEMENTWISE, *ALONG_AXES, *LINEAR, *LOSSES]
