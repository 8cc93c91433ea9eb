"""Derivatives of functions of several values, by autograd."""

import autograd
import autograd.numpy as np


def grad(f):
    """The list of gradients, one for each argument."""
    return lambda *xs: [autograd.grad(f, place)(*xs) for place in range(len(xs))]


def jvp(f, xs, ts):
    """f at xs, and its derivative along ts."""
    return f(*xs), sum(autograd.make_jvp(f, place)(*xs)(t)[1] for place, t in enumerate(ts))


def hvp(f, xs, v):
    """The Hessian of f at xs times v, by a gradient of a directional derivative."""
    return grad(lambda *ys: sum(np.sum(g * t) for g, t in zip(grad(f)(*ys), v)))(*xs)


def hessian(f):
    """A row for each argument."""
    return lambda *xs: [grad(lambda *ys, i=i: grad(f)(*ys)[i])(*xs) for i in range(len(xs))]


def jacobian(f):
    """A row for each value of f, which gives a list."""

    def rows(*xs):
        return [grad(lambda *ys, i=i: f(*ys)[i])(*xs) for i in range(len(f(*xs)))]

    return rows
