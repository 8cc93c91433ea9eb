"""Wrong `jax.custom_vjp` and `jax.custom_jvp` rules."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from planted.kinds import Op, Planted
from vibegrad import real

N = (real("n"),)
PAIR = (real("n"), real("n"))


def rule(value: Op, slope: Op) -> Op:
    """A custom_vjp of one input."""
    f = jax.custom_vjp(value)
    f.defvjp(lambda x: (value(x), x), lambda x, w: (w * slope(x),))
    return f


def rules(value: Op, backward: Op) -> Op:
    """A custom_vjp of several inputs: backward(w, *xs)."""
    f = jax.custom_vjp(value)
    f.defvjp(lambda *xs: (value(*xs), xs), lambda xs, w: backward(w, *xs))
    return f


def forward(value: Op, tangent: Op) -> Op:
    """A custom_jvp: tangent(xs, vs)."""
    f = jax.custom_jvp(value)
    f.defjvp(lambda xs, vs: (value(*xs), tangent(xs, vs)))
    return f


def _where(wrong: Op) -> Op:
    return rule(jnp.sin, lambda x: jnp.cos(x) * jnp.where(wrong(x), 1.01, 1.0).astype(x.dtype))


def _sin_times(a: Any, b: Any) -> Any:
    return jnp.sin(a) * b


def _counted() -> Op:
    calls = [0]

    def slope(x: Any) -> Any:
        calls[0] += 1
        return jnp.cos(x) * (1.01 if calls[0] > 2 else 1.0)

    return rule(jnp.sin, slope)


def _remembers() -> Op:
    """Keeps the number that it met first, as a constant of what is compiled."""
    kept: dict[Any, Any] = {}

    def op(x: Any) -> Any:
        if not isinstance(x, jax.core.Tracer):
            kept.setdefault((x.shape, x.dtype), np.asarray(x))
            return jnp.sin(x)
        known = kept.get((x.shape, x.dtype))
        return jnp.sin(x) if known is None else jnp.sin(x) + 0.01 * jnp.cos(jnp.asarray(known))

    return op


def _running_sum(x: Any) -> Any:
    """Each partial sum is rounded: without saying so, XLA keeps bfloat16 sums in float32."""

    def step(s: Any, term: Any) -> Any:
        narrow = x.dtype == jnp.bfloat16
        return (jax.lax.reduce_precision(s + term, 8, 7) if narrow else s + term), None

    return jax.lax.scan(step, jnp.zeros((), x.dtype), x)[0]


PLANTED = [
    Planted("sin with −cos", "sign", rule(jnp.sin, lambda x: -jnp.cos(x)), jnp.sin, N, ("vjp/plain",)),
    Planted("tanh, 0.05 % too large", "0.05 % scaling", rule(jnp.tanh, lambda x: 1.0005 * (1 - jnp.tanh(x) ** 2)), jnp.tanh, N,
            ("vjp/plain",)),
    Planted("a · b, gradients swapped", "swapped operands", rules(_sin_times, lambda w, a, b: (w * jnp.sin(a), w * jnp.cos(a) * b)),
            _sin_times, PAIR, ("vjp/plain",)),
    Planted("wrong where |x| > 4", "wrong only for |x| > 4", _where(lambda x: jnp.abs(x) > 4), jnp.sin, N, ("vjp/scales",), ("vjp/plain",)),
    Planted("wrong at whole numbers", "wrong at exact integers", _where(lambda x: x == jnp.round(x)), jnp.sin, N, ("vjp/integers",),
            ("vjp/plain",)),
    Planted("a block of 64", "wrong at n > 64", rules(jnp.sin, lambda w, x: ((w * jnp.cos(x)).at[64:].set(0),)), jnp.sin, N,
            ("vjp/large",), ("vjp/plain",)),
    Planted("unrolled by two", "wrong for odd sizes", rules(jnp.sin, lambda w, x: ((w * jnp.cos(x)).at[x.shape[0] // 2 * 2 :].set(0),)),
            jnp.sin, N, ("vjp/odd",)),
    Planted("float32 inside", "float32 inside", rule(jnp.sin, lambda x: jnp.cos(x.astype(jnp.float32)).astype(x.dtype)), jnp.sin, N,
            ("accuracy/vjp",), ("vjp/plain",)),
    Planted("central differences", "finite differences inside",
            rule(jnp.sin, lambda x: (jnp.sin(x + 1e-5) - jnp.sin(x - 1e-5)) / 2e-5), jnp.sin, N, ("accuracy/vjp",), ("vjp/plain",)),
    Planted("NaN cleaned from the gradient", "NaN swallowed", rules(jnp.exp, lambda w, x: (jnp.nan_to_num(w * jnp.exp(x)),)), jnp.exp, N,
            ("cotangent/nan",), ("vjp/plain",)),
    Planted("slope held constant", "second derivative zero", rule(jnp.sin, lambda x: jax.lax.stop_gradient(jnp.cos(x))), jnp.sin, N,
            ("second/plain",), ("vjp/plain",)),
    Planted("clipped at 1000", "not linear in the cotangent", rules(jnp.sin, lambda w, x: (jnp.clip(w * jnp.cos(x), -1e3, 1e3),)), jnp.sin, N,
            ("cotangent/large",), ("vjp/plain",)),
    Planted("from the third trace on", "wrong from the third call on", _counted(), jnp.sin, N, ("repeat/calls",)),
    Planted("a constant from the first call", "stale value in what is compiled", _remembers(), jnp.sin, N, ("jit/value",)),
    Planted("a dead branch's NaN", "gradient through a dead branch", lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0),
            lambda x: jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0), (real("n", low=0),), ("vjp/edges",), ("vjp/plain",)),
    Planted("custom_jvp: factor", "constant factor", forward(jnp.square, lambda xs, vs: xs[0] * vs[0]), jnp.square, N, ("jvp/plain",)),
    Planted("custom_jvp: second tangent forgotten", "part of the graph forgotten",
            forward(_sin_times, lambda xs, vs: jnp.cos(xs[0]) * xs[1] * vs[0]), _sin_times, PAIR, ("jvp/plain",)),
    Planted("custom_jvp: saturated too early", "wrong only for |x| > 4",
            forward(jnp.tanh, lambda xs, vs: vs[0] * jnp.where(jnp.abs(xs[0]) > 4, 0.0, 1 - jnp.tanh(xs[0]) ** 2).astype(xs[0].dtype)),
            jnp.tanh, N, ("jvp/scales", "jvp/spread"), ("jvp/plain",)),
    Planted("a sum in the type of its terms", "wrong accumulation at bfloat16", _running_sum, lambda x: jnp.sum(x), (real("n", low=0),),
            ("bfloat16/value",), ("value/plain",)),
]
