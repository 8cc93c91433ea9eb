"""JAX in float64 beside itself mended: the operations that known-defects.ts lists, right, under the name `mended NAME`.

What JAX computes right is left to it. Each derivative is a function with a derivative of its own, so that second and mixed
ones are right, too. Answers lines of JSON, as `python -m vibegrad.oracle jax` does.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import jax
import jax.numpy as jnp
from vibegrad.oracle.serve import serve
from vibegrad.oracle.types import Function
from vibegrad.oracle.with_jax import OPS, JaxEngine


def _with_slopes(value: Function, *slopes: Function) -> Function:
    """A function of numbers whose partials are these functions of the same numbers."""
    f = jax.custom_jvp(value)
    f.defjvps(*(lambda t, _, *xs, slope=slope: t * slope(*xs) for slope in slopes))
    return f


def _log1p(x: Any) -> Any:
    """log of the rounded 1 + x, and what the rounding lost."""
    u = 1 + x
    lost = jnp.where((x > -1) & (x < jnp.inf), (x - (u - 1)) / u, 0.0)
    return jnp.where(u == 1, x, jnp.log(u) + lost)


def _atanh(x: Any) -> Any:
    a = jnp.abs(x)
    return jnp.copysign(log1p(2 * a / (1 - a)) / 2, x)


def _log1mexp(x: Any) -> Any:
    return jnp.where(x < math.log(2), jnp.log(-jnp.expm1(-x)), log1p(-jnp.exp(-x)))


def _cosh(x: Any) -> Any:
    half = jnp.exp(jnp.abs(x) / 2)
    whole = jnp.exp(jnp.abs(x))
    return jnp.where(jnp.abs(x) < 700, whole / 2 + 0.5 / whole, half / 2 * half)


def _sinh(x: Any) -> Any:
    a = jnp.abs(x)
    m = jnp.expm1(a)
    half = jnp.exp(a / 2)
    return jnp.copysign(jnp.where(a < 700, (m + m / (m + 1)) / 2, half / 2 * half), x)


def _sinc(x: Any) -> Any:
    return jnp.where(x == 0, 1.0, jnp.sin(x) / jnp.where(x == 0, 1.0, x))


def _sinc_slope(x: Any) -> Any:
    """(cos x − sin x/x)/x; near 0 its Taylor series −x/3 + x³/30 − …, whose terms do not cancel."""
    near = jnp.abs(x) < 1
    inside, outside = jnp.where(near, x, 0.0), jnp.where(near, 1.0, x)
    series: Any = 0.0
    for n in range(10, 0, -1):
        series = (-1) ** n * 2 * n / math.factorial(2 * n + 1) + inside * inside * series
    return jnp.where(near, inside * series, (jnp.cos(outside) - jnp.sin(outside) / outside) / outside)


def _cosine(x: Any, y: Any) -> Any:
    r = jnp.hypot(x, y)
    return x / jnp.where(r == 0, 1.0, r)


def _logaddexp(x: Any, y: Any) -> Any:
    same = x == y  # infinities, too
    far = jnp.abs(jnp.where(same, 0.0, x - y))
    return jnp.maximum(x, y) + log1p(jnp.exp(-far))


def _bits(x: Any) -> Any:
    return jax.lax.bitcast_convert_type(x, jnp.int64)


def _abs(x: Any) -> Any:
    """By its bits: arithmetic takes a subnormal number for zero."""
    return jax.lax.bitcast_convert_type(_bits(x) & 0x7FFF_FFFF_FFFF_FFFF, jnp.float64)


log1p = _with_slopes(_log1p, lambda x: 1 / (1 + x))
cosh = _with_slopes(_cosh, lambda x: sinh(x))
sinh = _with_slopes(_sinh, lambda x: cosh(x))
hypot = _with_slopes(jnp.hypot, lambda x, y: cosine(x, y), lambda x, y: cosine(y, x))
# The slopes of x/r are y²/r³ and −xy/r³, which do not cancel where x is large.
cosine = _with_slopes(
    _cosine,
    lambda x, y: cosine(y, x) ** 2 / hypot(x, y),
    lambda x, y: -cosine(x, y) * cosine(y, x) / hypot(x, y),
)

MENDED = {
    "log1p": log1p,
    "log1mexp": _with_slopes(_log1mexp, lambda x: -jnp.exp(-x) / jnp.expm1(-x)),
    "atanh": _with_slopes(_atanh, lambda x: 1 / ((1 - x) * (1 + x))),
    "cosh": cosh,
    "sinh": sinh,
    "sinc": _with_slopes(_sinc, _sinc_slope),
    "hypot": hypot,
    "logaddexp": _with_slopes(
        _logaddexp, lambda x, y: jax.nn.sigmoid(x - y), lambda x, y: jax.nn.sigmoid(y - x)
    ),
    "abs": _with_slopes(_abs, lambda x: jnp.sign(_bits(x)).astype(jnp.float64)),
    "relu": _with_slopes(
        lambda x: jnp.where((_bits(x) > 0) | jnp.isnan(x), x, 0.0), lambda x: (_bits(x) > 0).astype(jnp.float64)
    ),
}


class MendedBeside(JaxEngine):
    """See `Engine`."""

    ops = {**OPS, **{f"mended {name}": f for name, f in MENDED.items()}}


serve(sys.stdin, sys.stdout, lambda _: MendedBeside())
