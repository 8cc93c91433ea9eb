"""PyTorch under the names that programs.py uses, and what it finds for a program."""

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def array(data):
    return torch.tensor(data)


def decide(truth, yes, no, x):
    return yes(x) if truth else no(x)


def loop(f, state, xs):
    ys = []
    for x in xs:
        state, y = f(state, x)
        ys.append(y)
    return state, torch.stack(ys)


class Names:
    linalg = torch.linalg
    special = torch.special
    array = staticmethod(array)
    cond = staticmethod(decide)
    scan = staticmethod(loop)
    relu = staticmethod(F.relu)
    softplus = staticmethod(F.softplus)
    silu = staticmethod(F.silu)
    mish = staticmethod(F.mish)
    log_sigmoid = staticmethod(F.logsigmoid)

    def __getattr__(self, name):
        return getattr(torch, name)

    def cbrt(self, x):
        return torch.sign(x) * torch.abs(x) ** (1 / 3)

    def gelu(self, x):
        return F.gelu(x, approximate="tanh")

    def norm(self, x, axis=None):
        return torch.linalg.vector_norm(x, dim=axis)

    def pad(self, x, low, high):
        pairs = zip(reversed(low), reversed(high), strict=True)
        return F.pad(x, [width for pair in pairs for width in pair])

    def scatter_add(self, x, places, updates):
        return x.index_add(0, places, updates)

    def sorted(self, x, axis):
        return torch.sort(x, axis).values

    def take_along_axis(self, x, places, axis):
        return torch.take_along_dim(x, places, axis)

    def triangular_solve(self, a, b, lower):
        return torch.linalg.solve_triangular(a, b, upper=not lower)


NAMES = Names()


def differentiate(y, xs, weights, keep):
    """The gradients of Σ weights·y; zeros where y does not depend on an x."""
    if not y.requires_grad:
        return [torch.zeros_like(x) for x in xs]
    found = torch.autograd.grad(y, xs, weights, create_graph=keep, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, xs, strict=True)]


def along(gradients, direction):
    return sum((g * v).sum() for g, v in zip(gradients, direction, strict=True))


def derivatives(f, inputs, direction, weigh):
    """The value of f, its derivative along a direction, and gradient and Hessian times direction of Σ weights·f."""
    xs = [torch.from_numpy(x).requires_grad_() for x in inputs]
    vs = [torch.from_numpy(v) for v in direction]
    y = f(NAMES, *xs)
    weights = torch.from_numpy(weigh(tuple(y.shape)))
    gradient = differentiate(y, xs, weights, keep=True)
    curved = differentiate(along(gradient, vs), xs, None, keep=False)
    # Forward mode as the derivative of reverse mode, which is linear in its weights.
    free = torch.zeros_like(y).requires_grad_()
    (slope,) = differentiate(along(differentiate(y, xs, free, keep=True), vs), [free], None, keep=False)
    return {
        "value": [y.detach().numpy()],
        "jvp": [slope.detach().numpy()],
        "gradient": [g.detach().numpy() for g in gradient],
        "hvp": [h.detach().numpy() for h in curved],
    }
