"""JAX's own functions, and custom ones, beside compositions of simpler ones."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from correct.kinds import Correct
from vibegrad import integers, real

N = (real("n"),)
PAIR = (real("n"), real("n"))
POSITIVE = (real("n", low=0),)


@jax.custom_vjp
def tanh(x: Any) -> Any:
    return jnp.tanh(x)


tanh.defvjp(lambda x: (y := jnp.tanh(x), y), lambda y, w: (w * (1 - y * y),))


@jax.custom_jvp
def log1pexp(x: Any) -> Any:
    return jnp.logaddexp(x, 0.0)


@log1pexp.defjvp
def _(xs: Any, vs: Any) -> Any:
    return log1pexp(xs[0]), jax.nn.sigmoid(xs[0]) * vs[0]


@jax.custom_vjp
def root(x: Any) -> Any:
    """Another subgradient of |x| at 0 than JAX's."""
    return jnp.abs(x)


root.defvjp(lambda x: (jnp.abs(x), x), lambda x, w: (jnp.where(x < 0, -w, w),))

CORRECT = [
    Correct("silu", jax.nn.silu, lambda x: x * jax.nn.sigmoid(x), N),
    Correct("softplus", jax.nn.softplus, lambda x: jnp.log1p(jnp.exp(x)), N),
    Correct("gelu", lambda x: jax.nn.gelu(x, approximate=False), lambda x: x * 0.5 * (1 + jax.scipy.special.erf(x * math.sqrt(0.5))), N),
    Correct("elu", jax.nn.elu, lambda x: jnp.where(x > 0, x, jnp.expm1(jnp.where(x > 0, 0.0, x))), N),
    Correct("relu", jax.nn.relu, lambda x: jnp.maximum(x, 0.0), N),
    Correct("leaky relu", jax.nn.leaky_relu, lambda x: jnp.where(x >= 0, x, 0.01 * x), N),
    Correct("relu6", jax.nn.relu6, lambda x: jnp.minimum(jnp.maximum(x, 0.0), 6.0), N),
    Correct("hard tanh", jax.nn.hard_tanh, lambda x: jnp.clip(x, -1.0, 1.0), N),
    Correct("soft sign", jax.nn.soft_sign, lambda x: x / (1 + jnp.abs(x)), N),
    Correct("sigmoid", jax.nn.sigmoid, lambda x: 1 / (1 + jnp.exp(-x)), N),
    Correct("log sigmoid", jax.nn.log_sigmoid, lambda x: -jnp.log1p(jnp.exp(-x)), N),
    Correct("softmax", jax.nn.softmax, lambda x: jnp.exp(x) / jnp.sum(jnp.exp(x)), N),
    Correct("log softmax", jax.nn.log_softmax, lambda x: x - jnp.log(jnp.sum(jnp.exp(x))), N),
    Correct("logsumexp", jax.nn.logsumexp, lambda x: jnp.log(jnp.sum(jnp.exp(x))), N),
    Correct("var", jnp.var, lambda x: jnp.mean((x - jnp.mean(x)) ** 2), N),
    Correct("cumsum", jnp.cumsum, lambda x: jnp.tril(jnp.ones((x.shape[0], x.shape[0]), x.dtype)) @ x, N),
    Correct("norm", jnp.linalg.norm, lambda x: jnp.sqrt(jnp.sum(x * x)), N),
    Correct("hypot", jnp.hypot, lambda a, b: jnp.sqrt(a * a + b * b), PAIR),
    Correct("logaddexp", jnp.logaddexp, lambda a, b: jnp.maximum(a, b) + jnp.log1p(jnp.exp(-jnp.abs(a - b))), PAIR),
    Correct("maximum", jnp.maximum, lambda a, b: jnp.where(a > b, a, b), PAIR),
    Correct("dot", jnp.dot, lambda a, b: jnp.sum(a * b), PAIR),
    Correct("rsqrt", jax.lax.rsqrt, lambda x: 1 / jnp.sqrt(x), POSITIVE),
    Correct("log1p", jnp.log1p, lambda x: jnp.log(1 + x), POSITIVE),
    Correct("take", lambda x, i: x[i], lambda x, i: jax.nn.one_hot(i, x.shape[0], dtype=x.dtype) @ x, (real("v"), integers("n", high="v")),
            ("float64", "float32")),  # Its gradient is added up in bfloat16 itself: 512 where 676 is right.
    Correct("custom_vjp: tanh", tanh, jnp.tanh, N),
    Correct("custom_jvp: softplus", log1pexp, jax.nn.softplus, N),
    Correct("custom_vjp: another subgradient", root, jnp.abs, N),
    Correct("jitted", jax.jit(lambda x: jnp.sin(x) * x), lambda x: x * jnp.sin(x), N),
]
