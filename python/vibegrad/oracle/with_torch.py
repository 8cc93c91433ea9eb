"""PyTorch in float64, on the CPU, one thread."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch.autograd import forward_ad

from vibegrad.oracle.ndarrays import ndarray, number
from vibegrad.oracle.numbers import Number
from vibegrad.oracle.types import Function, Nesting

# PyTorch's forward mode looks for a folder for temporary files; Python tries to write to one, which a sandbox forbids.
tempfile.tempdir = tempfile.tempdir or "/tmp"
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def _cbrt(x: torch.Tensor) -> torch.Tensor:
    return torch.sign(x) * torch.abs(x) ** (1 / 3)


def _logcosh(x: torch.Tensor) -> torch.Tensor:
    small = x.abs() < 1
    inside = torch.where(small, x, torch.zeros_like(x))
    far = x.abs() + torch.log1p(torch.exp(-2 * x.abs())) - math.log(2)
    return torch.where(small, torch.log1p(2 * torch.square(torch.sinh(inside / 2))), far)


def _log1mexp(x: torch.Tensor) -> torch.Tensor:
    near = x < math.log(2)
    close = torch.where(near, x, torch.full_like(x, 0.5))
    far = torch.where(near, torch.ones_like(x), x)
    return torch.where(near, torch.log(-torch.expm1(-close)), torch.log1p(-torch.exp(-far)))


def _huber(x: torch.Tensor) -> torch.Tensor:
    inside = torch.where(x.abs() <= 1, x, torch.zeros_like(x))
    return torch.where(x.abs() <= 1, 0.5 * inside * inside, x.abs() - 0.5)


OPS: Mapping[str, Function] = {
    "add": torch.add,
    "mul": torch.mul,
    "neg": torch.neg,
    "sub": torch.sub,
    "div": torch.div,
    "reciprocal": torch.reciprocal,
    "square": torch.square,
    "cube": lambda x: x * x * x,
    "sqrt": torch.sqrt,
    "rsqrt": torch.rsqrt,
    "cbrt": _cbrt,
    "exp": torch.exp,
    "exp2": torch.exp2,
    "expm1": torch.expm1,
    "log": torch.log,
    "log2": torch.log2,
    "log10": torch.log10,
    "log1p": torch.log1p,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "asin": torch.asin,
    "acos": torch.acos,
    "atan": torch.atan,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tanh": torch.tanh,
    "asinh": torch.asinh,
    "acosh": torch.acosh,
    "atanh": torch.atanh,
    "abs": torch.abs,
    "relu": torch.relu,
    "max": torch.maximum,
    "min": torch.minimum,
    "pow": torch.pow,
    "sigmoid": torch.sigmoid,
    # Its own cut-off at 20 loses digits.
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "logsigmoid": F.logsigmoid,
    "logaddexp": torch.logaddexp,
    "hypot": torch.hypot,
    "atan2": torch.atan2,
    "xlogy": torch.xlogy,
    "logcosh": _logcosh,
    "huber": _huber,
    "logit": torch.logit,
    "log1mexp": _log1mexp,
    "silu": F.silu,
    # Its own 1 + tanh cancels for negative x.
    "gelu": lambda x: x * torch.sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x)),
    "mish": F.mish,
    "sinc": lambda x: torch.sinc(x / math.pi),
    "sum": lambda x, axes, keepdims: torch.sum(x, dim=tuple(axes), keepdim=keepdims) if axes else x.clone(),
    "matmul": torch.matmul,
    "transpose": lambda x, perm: torch.permute(x, tuple(perm)),
    "reshape": lambda x, shape: torch.reshape(x, tuple(shape)),
    "slice": lambda x, start, stop: x[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))],
    "softmax": lambda x, axis: torch.softmax(x, axis),
    "logsumexp": lambda x, axis: torch.logsumexp(x, axis),
}


class TorchEngine(Nesting):
    """See `Engine`."""

    name = "torch"
    ops = OPS

    def value(self, number: Number) -> Any:
        return torch.from_numpy(ndarray(number))

    def number(self, value: Any) -> Number:
        return number(value.detach().numpy())

    def grad(self, f: Function, xs: Sequence[Any]) -> list[Any]:
        # Leaves of their own: an input may be used outside f, too, and that use is not this gradient's.
        leaves = [x.view_as(x) if x.requires_grad else x.detach().clone().requires_grad_() for x in xs]
        y = f(*leaves)
        if not y.requires_grad:
            return [torch.zeros_like(x) for x in leaves]
        found = torch.autograd.grad(y, leaves, create_graph=True, allow_unused=True)
        return [torch.zeros_like(x) if g is None else g for g, x in zip(found, leaves, strict=True)]

    def jvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> tuple[Any, Any]:
        with forward_ad.dual_level():
            y = f(*[forward_ad.make_dual(x, v) for x, v in zip(xs, vs, strict=True)])
            value, slope = forward_ad.unpack_dual(y)
            return value, torch.zeros_like(value) if slope is None else slope

    def hvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> list[Any]:
        def along(*ys: Any) -> Any:
            return sum((g * v).sum() for g, v in zip(self.grad(f, ys), vs, strict=True))

        return self.grad(along, xs)
