"""JAX under the names that programs.py uses, and what it finds for a program."""

import jax
import jax.numpy as jnp
import jax.scipy.linalg
import jax.scipy.special

jax.config.update("jax_enable_x64", True)


class Names:
    linalg = jnp.linalg
    special = jax.scipy.special
    cond = staticmethod(jax.lax.cond)
    scan = staticmethod(jax.lax.scan)
    rsqrt = staticmethod(jax.lax.rsqrt)
    permute = staticmethod(jnp.transpose)
    relu = staticmethod(jax.nn.relu)
    sigmoid = staticmethod(jax.nn.sigmoid)
    softplus = staticmethod(jax.nn.softplus)
    silu = staticmethod(jax.nn.silu)
    mish = staticmethod(jax.nn.mish)
    log_sigmoid = staticmethod(jax.nn.log_sigmoid)
    softmax = staticmethod(jax.nn.softmax)
    log_softmax = staticmethod(jax.nn.log_softmax)
    gelu = staticmethod(jax.nn.gelu)
    sorted = staticmethod(jnp.sort)

    def __getattr__(self, name):
        return getattr(jnp, name)

    def norm(self, x, axis=None):
        return jnp.linalg.norm(x, axis=axis)

    def pad(self, x, low, high):
        return jnp.pad(x, tuple(zip(low, high, strict=True)))

    def scatter_add(self, x, places, updates):
        return x.at[places].add(updates)

    def triangular_solve(self, a, b, lower):
        return jax.scipy.linalg.solve_triangular(a, b, lower=lower)


NAMES = Names()


def derivatives(f, inputs, direction, weigh):
    """The value of f, its derivative along a direction, and gradient and Hessian times direction of Σ weights·f."""
    xs = [jnp.asarray(x) for x in inputs]
    vs = [jnp.asarray(v) for v in direction]
    every = tuple(range(len(xs)))

    def together(xs, vs):
        value, slope = jax.jvp(lambda *xs: f(NAMES, *xs), xs, vs)
        weights = jnp.asarray(weigh(value.shape))
        gradient, curved = jax.jvp(jax.grad(lambda *xs: jnp.sum(weights * f(NAMES, *xs)), every), xs, vs)
        return {"value": [value], "jvp": [slope], "gradient": gradient, "hvp": curved}

    return jax.jit(together)(xs, vs)
