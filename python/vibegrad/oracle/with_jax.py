"""JAX in float64, on the CPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from vibegrad.oracle.ndarrays import ndarray, number
from vibegrad.oracle.numbers import Number
from vibegrad.oracle.types import Function, Nesting

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)


def _logcosh(x: Any) -> Any:
    small = jnp.abs(x) < 1
    inside = jnp.where(small, x, 0.0)
    far = jnp.abs(x) + jnp.log1p(jnp.exp(-2 * jnp.abs(x))) - jnp.log(2.0)
    return jnp.where(small, jnp.log1p(2 * jnp.square(jnp.sinh(inside / 2))), far)


def _log1mexp(x: Any) -> Any:
    near = x < jnp.log(2.0)
    close, far = jnp.where(near, x, 0.5), jnp.where(near, 1.0, x)
    return jnp.where(near, jnp.log(-jnp.expm1(-close)), jnp.log1p(-jnp.exp(-far)))


def _huber(x: Any) -> Any:
    inside = jnp.where(jnp.abs(x) <= 1, x, 0.0)
    return jnp.where(jnp.abs(x) <= 1, 0.5 * inside * inside, jnp.abs(x) - 0.5)


OPS: Mapping[str, Function] = {
    "add": jnp.add,
    "mul": jnp.multiply,
    "neg": jnp.negative,
    "sub": jnp.subtract,
    "div": jnp.divide,
    "reciprocal": jnp.reciprocal,
    "square": jnp.square,
    "cube": lambda x: x * x * x,
    "sqrt": jnp.sqrt,
    "rsqrt": jax.lax.rsqrt,
    "cbrt": jnp.cbrt,
    "exp": jnp.exp,
    "exp2": jnp.exp2,
    "expm1": jnp.expm1,
    "log": jnp.log,
    "log2": jnp.log2,
    "log10": jnp.log10,
    "log1p": jnp.log1p,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tan": jnp.tan,
    "asin": jnp.arcsin,
    "acos": jnp.arccos,
    "atan": jnp.arctan,
    "sinh": jnp.sinh,
    "cosh": jnp.cosh,
    "tanh": jnp.tanh,
    "asinh": jnp.arcsinh,
    "acosh": jnp.arccosh,
    "atanh": jnp.arctanh,
    "abs": jnp.abs,
    "relu": jax.nn.relu,
    "max": jnp.maximum,
    "min": jnp.minimum,
    "pow": jnp.power,
    "sigmoid": jax.nn.sigmoid,
    "softplus": jax.nn.softplus,
    "logsigmoid": jax.nn.log_sigmoid,
    "logaddexp": jnp.logaddexp,
    "hypot": jnp.hypot,
    "atan2": jnp.arctan2,
    "xlogy": jax.scipy.special.xlogy,
    "logcosh": _logcosh,
    "huber": _huber,
    "logit": jax.scipy.special.logit,
    "log1mexp": _log1mexp,
    "silu": jax.nn.silu,
    # Its own 1 + tanh cancels for negative x.
    "gelu": lambda x: x * jax.nn.sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x)),
    "mish": jax.nn.mish,
    "sinc": lambda x: jnp.sinc(x / jnp.pi),
    "sum": lambda x, axes, keepdims: jnp.sum(x, axis=tuple(axes), keepdims=keepdims),
    "matmul": jnp.matmul,
    "transpose": lambda x, perm: jnp.transpose(x, perm),
    "reshape": lambda x, shape: jnp.reshape(x, shape),
    "slice": lambda x, start, stop: x[tuple(slice(a, b) for a, b in zip(start, stop, strict=True))],
    "softmax": lambda x, axis: jax.nn.softmax(x, axis=axis),
    "logsumexp": lambda x, axis: jax.nn.logsumexp(x, axis=axis),
}


class JaxEngine(Nesting):
    """See `Engine`."""

    name = "jax"
    ops = OPS

    def value(self, number: Number) -> Any:
        return jnp.asarray(ndarray(number))

    def number(self, value: Any) -> Number:
        return number(jax.lax.stop_gradient(value))

    def many(self, f: Function, points: list[list[Number]]) -> list[list[Number]]:
        """`f` at each of the points: operation by operation, as at one."""
        columns = [jnp.asarray(np.stack([ndarray(x) for x in column])) for column in zip(*points, strict=True)]
        # What does not depend on a point has no axis for it.
        found = jax.vmap(lambda *xs: [jnp.asarray(value) for value in f(*xs)], axis_size=len(points))(*columns)
        return [[number(value[i]) for value in map(np.asarray, found)] for i in range(len(points))]

    def grad(self, f: Function, xs: Sequence[Any]) -> list[Any]:
        return list(jax.grad(f, tuple(range(len(xs))))(*xs))

    def jvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> tuple[Any, Any]:
        value, slope = jax.jvp(f, tuple(xs), tuple(vs))
        return value, slope

    def hvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> list[Any]:
        return list(jax.jvp(jax.grad(f, tuple(range(len(xs)))), tuple(xs), tuple(vs))[1])
