"""What Vibegrad builds programs with: plain numbers, NumPy's arrays, and what autograd traces them with."""

import engine
import numpy as np
from autograd.tracer import getval
from engine import hessian, hvp, jacobian, jvp

__all__ = ["array", "grad", "hessian", "hvp", "jacobian", "jvp", "ops", "primal", "unpack"]


def lift(x):
    """A number of NumPy's divides by zero as arrays do; Python's own raises."""
    return np.float64(x) if isinstance(x, (float, int)) else x


def op(apply):
    return lambda *xs, **settings: apply(*map(lift, xs), **settings)


ops = {name: op(apply) for name, apply in engine.OPERATIONS.items()}


def primal(x):
    """The plain number under a value."""
    return float(bare(x))


def grad(f):
    """The gradient of f, one for each argument; nests."""
    return lambda *xs: engine.grad(f)(*map(lift, xs))


def array(data, shape):
    return np.array(data).reshape(shape)


def unpack(value):
    """The shape and the elements under a value."""
    found = np.asarray(bare(value))
    return found.shape, found.reshape(-1).tolist()


def bare(value):
    while (under := getval(value)) is not value:
        value = under
    return value
