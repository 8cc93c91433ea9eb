"""The `autograd` package (HIPS): NumPy's functions, differentiated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import autograd
import autograd.numpy as anp
import autograd.scipy.special as special
import numpy as np
from autograd.tracer import getval

from vibegrad.oracle.ndarrays import ndarray, number
from vibegrad.oracle.numbers import Number
from vibegrad.oracle.types import Function, Nesting

OPS: Mapping[str, Function] = {
    "add": anp.add,
    "mul": anp.multiply,
    "neg": anp.negative,
    "sub": anp.subtract,
    "div": anp.divide,
    "reciprocal": anp.reciprocal,
    "square": anp.square,
    "cube": lambda x: x * x * x,
    "sqrt": anp.sqrt,
    "rsqrt": lambda x: 1 / anp.sqrt(x),
    "exp": anp.exp,
    "exp2": anp.exp2,
    "expm1": anp.expm1,
    "log": anp.log,
    "log2": anp.log2,
    "log10": anp.log10,
    "log1p": anp.log1p,
    "sin": anp.sin,
    "cos": anp.cos,
    "tan": anp.tan,
    "asin": anp.arcsin,
    "acos": anp.arccos,
    "atan": anp.arctan,
    "sinh": anp.sinh,
    "cosh": anp.cosh,
    "tanh": anp.tanh,
    "asinh": anp.arcsinh,
    "acosh": anp.arccosh,
    "atanh": anp.arctanh,
    "abs": anp.abs,
    "relu": lambda x: anp.maximum(x, 0.0),
    "max": anp.maximum,
    "min": anp.minimum,
    "pow": anp.power,
    "sigmoid": special.expit,
    "logaddexp": anp.logaddexp,
    "atan2": anp.arctan2,
    "logit": special.logit,
    "huber": lambda x: anp.where(anp.abs(x) <= 1, 0.5 * x * x, anp.abs(x) - 0.5),
    "sinc": lambda x: anp.sinc(x / np.pi),
    "sum": lambda x, axes, keepdims: anp.sum(x, axis=tuple(axes), keepdims=keepdims),
    "matmul": anp.matmul,
    "transpose": lambda x, perm: anp.transpose(x, perm),
    "reshape": lambda x, shape: anp.reshape(x, shape),
    "slice": lambda x, start, stop: x[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))],
    "logsumexp": lambda x, axis: special.logsumexp(x, axis=axis),
}


class AutogradEngine(Nesting):
    """See `Engine`."""

    name = "autograd"
    ops = OPS

    def value(self, number: Number) -> Any:
        # A number of NumPy's divides by zero as arrays do.
        return np.float64(number) if isinstance(number, float) else ndarray(number)

    def number(self, value: Any) -> Number:
        while (inside := getval(value)) is not value:
            value = inside
        return number(value)

    def grad(self, f: Function, xs: Sequence[Any]) -> list[Any]:
        return [autograd.grad(f, place)(*xs) for place in range(len(xs))]

    def jvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> tuple[Any, Any]:
        value = f(*xs)
        slope = sum(autograd.make_jvp(f, place)(*xs)(v)[1] for place, v in enumerate(vs))
        return value, slope

    def hvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> list[Any]:
        def along(*ys: Any) -> Any:
            return sum(anp.sum(g * v) for g, v in zip(self.grad(f, ys), vs, strict=True))

        return self.grad(along, xs)
