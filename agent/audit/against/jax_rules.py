"""Wrong rules as JAX custom_vjp functions, and what check_grads says of each. Prints one JSON document.

Each is asked the way JAX's documentation shows it: standard normal inputs (in float64), default tolerances, reverse mode,
first order and up to second order.
"""

import json

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
from jax.test_util import check_grads

RANDOM = np.random.default_rng(0)
ROWS = []
detached = jax.lax.stop_gradient


def caught(f, xs, order):
    try:
        check_grads(f, xs, order=order, modes=["rev"])
        return False
    except Exception:
        return True


def ask(kind, wrong, f, *shapes):
    xs = tuple(jnp.asarray(RANDOM.standard_normal(shape)) for shape in (shapes or [(4,)]))
    checkers = {"check_grads": caught(f, xs, 1), "check_grads, order 2": caught(f, xs, 2)}
    ROWS.append({"class": kind, "wrong": wrong, "checkers": checkers})


def rule(value, back):
    """A function whose backward pass is back(cotangent, inputs, output)."""
    f = jax.custom_vjp(value)
    f.defvjp(lambda *xs: (lambda y: (y, (xs, y)))(value(*xs)), lambda saved, ct: back(ct, *saved))
    return f


def unary(value, slope):
    return rule(value, lambda ct, xs, y: (ct * slope(xs[0], y),))


def binary(value, back):
    return rule(value, lambda ct, xs, y: back(ct, *xs))


def difference(f, x, h=6e-6):
    x = detached(x)
    return (f(x + h) - f(x - h)) / (2 * h)


calls = {"n": 0, "after": False}


def third(x, y):
    calls["n"] += 1
    return (1 - y * y) * (2 if calls["n"] > 2 else 1)


def below(x, n):
    return (jnp.arange(x.size) < n).reshape(x.shape)


zero = jnp.zeros_like
one = jnp.ones_like

ask("none", "tanh with its right rule", unary(jnp.tanh, lambda x, y: 1 - y * y))
ask("sign", "the derivative of cos is sin", unary(jnp.cos, lambda x, y: jnp.sin(x)))
ask("constant factor", "x² has derivative x", unary(jnp.square, lambda x, y: x))
ask("0.05 % scaling", "tanh, 0.05 % too large", unary(jnp.tanh, lambda x, y: 1.0005 * (1 - y * y)))
ask("swapped operands", "the partials of a·b exchanged", binary(lambda a, b: a * b, lambda ct, a, b: (ct * a, ct * b)), (4,), (4,))
ask("overwrite instead of accumulate", "x·eˣ without the derivative of its first factor", unary(lambda x: x * jnp.exp(x), lambda x, y: x * jnp.exp(x)))
ask("missing sum over a broadcast axis", "a + row: the row gets one row's cotangent", binary(lambda a, b: a + b, lambda ct, a, b: (ct, ct[0])), (2, 3), (3,))
ask("wrong axis", "softmax along axis 1 differentiated along axis 0", rule(lambda x: jax.nn.softmax(x, 1), lambda ct, xs, y: (y * (ct - (ct * y).sum(0, keepdims=True)),)), (3, 3))
ask("transposed matmul operand", "the gradient by the first operand, b not transposed", binary(jnp.matmul, lambda ct, a, b: (ct @ b, a.T @ ct)), (3, 3), (3, 3))
ask("derivative of the wrong branch", "relu with its branches exchanged", unary(jax.nn.relu, lambda x, y: jnp.where(x < 0, one(x), zero(x))))
ask("wrong only for |x| > 4", "tanh counts as flat beyond 4", unary(jnp.tanh, lambda x, y: jnp.where(jnp.abs(x) > 4, 0, 1 - y * y)))
ask("wrong only for negative x", "|x| has slope 1", unary(jnp.abs, lambda x, y: one(x)))
ask("wrong only at n > 64", "elements beyond the 64th get no derivative", unary(jnp.sin, lambda x, y: jnp.cos(x) * below(x, 64)))
ask("wrong only for odd sizes", "the last of an odd number of elements gets none", unary(jnp.sin, lambda x, y: jnp.cos(x) * below(x, x.size - x.size % 2)))
ask("wrong only at exact integers", "the slope of sin is 0 at integers", unary(jnp.sin, lambda x, y: jnp.where(x == jnp.round(x), 0, jnp.cos(x))))
ask("wrong only for repeated inputs", "a/b counts as 1 where a and b are equal", binary(lambda a, b: a / b, lambda ct, a, b: (jnp.where(a == b, 0, ct / b), jnp.where(a == b, 0, -ct * a / (b * b)))), (4,), (4,))
ask("wrong from the third call on", "twice the slope from the third backward pass on", unary(jnp.tanh, third))
ask("second derivative zero", "sinh with a bare number for its slope", unary(jnp.sinh, lambda x, y: jnp.cosh(detached(x))))
ask("second derivative wrong", "sigmoid with y·(1 − ȳ), ȳ fixed", unary(jax.nn.sigmoid, lambda x, y: y * (1 - detached(y))))
ask("gradient through a dead branch", "relu leaks a hundredth below 0", unary(jax.nn.relu, lambda x, y: jnp.where(x > 0, 1, 0.01)))
ask("gradient through stop-gradient", "sign passes its cotangent straight through", unary(jnp.sign, lambda x, y: one(x)))
ask("float32 inside", "the slope of sin in single precision", unary(jnp.sin, lambda x, y: jnp.cos(x.astype(jnp.float32)).astype(x.dtype)))
ask("finite differences inside", "central differences for atan", unary(jnp.arctan, lambda x, y: difference(jnp.arctan, x)))
ask("complex step inside", "Im exp(x + ih)/h", unary(jnp.exp, lambda x, y: jnp.exp(detached(x) + 1e-20j).imag / 1e-20))
ask("NaN swallowed to 0", "NaN in the slope of sin becomes 0", unary(jnp.sin, lambda x, y: jnp.nan_to_num(jnp.cos(x), nan=0.0)))
ask("infinity at a removable singularity", "the slope of sin x/x without a case for 0", unary(lambda x: jnp.sinc(x / jnp.pi), lambda x, y: (jnp.cos(x) - y) / x))
ask("overflow", "the slope of sigmoid as e⁻ˣ/(1 + e⁻ˣ)²", unary(jax.nn.sigmoid, lambda x, y: jnp.exp(-x) / (1 + jnp.exp(-x)) ** 2))
ask("empty array", "the slope of exp of no elements is one number", unary(jnp.exp, lambda x, y: y if x.size else jnp.ones((1,))))
print(json.dumps({"library": "jax", "version": jax.__version__, "rows": ROWS}))
