"""The programs of test/engine/agreement, each under its name there, in the words of NumPy.

`xp` is PyTorch or JAX: see libraries.py. Arguments come in the order of the TypeScript ones.
"""

import math


def T(x):
    return x.mT


def spd(xp, x):
    return x @ T(x) + 2 * xp.eye(x.shape[-1])


def regular(xp, x):
    return x + 3 * xp.eye(x.shape[-1])


def where_beside_a_pole(xp, x):
    defined = x > 0
    return xp.where(defined, xp.log(xp.where(defined, x, xp.ones_like(x))), x**2)


ELEMENTWISE = {
    "arithmetic": lambda xp, a, b, c: a * b + -c - a / c,
    "reciprocal": lambda xp, x: xp.reciprocal(x),
    "square and cube": lambda xp, x: xp.square(x) + x * x * x,
    "sqrt": lambda xp, x: xp.sqrt(x),
    "rsqrt": lambda xp, x: xp.rsqrt(x),
    "cbrt": lambda xp, x: xp.cbrt(x),
    "exp": lambda xp, x: xp.exp(x),
    "exp2": lambda xp, x: xp.exp2(x),
    "expm1": lambda xp, x: xp.expm1(x),
    "log": lambda xp, x: xp.log(x),
    "log2 and log10": lambda xp, x: xp.log2(x) - xp.log10(x),
    "log1p": lambda xp, x: xp.log1p(x),
    "sin": lambda xp, x: xp.sin(x),
    "cos": lambda xp, x: xp.cos(x),
    "tan": lambda xp, x: xp.tan(x),
    "asin": lambda xp, x: xp.arcsin(x),
    "acos": lambda xp, x: xp.arccos(x),
    "atan": lambda xp, x: xp.arctan(x),
    "sinh": lambda xp, x: xp.sinh(x),
    "cosh": lambda xp, x: xp.cosh(x),
    "tanh": lambda xp, x: xp.tanh(x),
    "asinh": lambda xp, x: xp.arcsinh(x),
    "acosh": lambda xp, x: xp.arccosh(x),
    "atanh": lambda xp, x: xp.arctanh(x),
    "abs and sign": lambda xp, x: xp.abs(x) * (xp.square(x) + xp.sign(x)),
    "relu": lambda xp, x: xp.square(xp.relu(x)),
    "max and min": lambda xp, a, b: xp.maximum(a, b) * xp.minimum(a, b * b),
    "pow": lambda xp, a, b: a**b,
    "whole powers": lambda xp, x: x**5 + x**-3,
    "hypot": lambda xp, a, b: xp.hypot(a, b),
    "atan2": lambda xp, a, b: xp.arctan2(a, b),
    "rounding down, up and to the nearest": lambda xp, x: xp.floor(x) * x
    + (xp.ceil(x) - xp.round(x) * xp.trunc(x)),
    "remainder": lambda xp, a, b: xp.fmod(a, b),
    "sigmoid": lambda xp, x: xp.sigmoid(x),
    "logsigmoid": lambda xp, x: xp.log_sigmoid(x),
    "softplus": lambda xp, x: xp.softplus(x),
    "silu": lambda xp, x: xp.silu(x),
    "gelu": lambda xp, x: xp.gelu(x),
    "mish": lambda xp, x: xp.mish(x),
    "logaddexp": lambda xp, a, b: xp.logaddexp(a, b),
    "logit": lambda xp, x: xp.special.logit(x),
    "erf": lambda xp, x: xp.special.erf(x),
    "erfc": lambda xp, x: xp.special.erfc(x),
    "erfinv": lambda xp, x: xp.special.erfinv(x),
    "lgamma": lambda xp, x: xp.special.gammaln(x),
    "digamma": lambda xp, x: xp.special.digamma(x),
    "trigamma": lambda xp, x: xp.special.polygamma(1, x),
    "fourth polygamma": lambda xp, x: xp.special.polygamma(4, x),
    "xlogy": lambda xp, a, b: xp.special.xlogy(a, b),
    "sinc": lambda xp, x: xp.sinc(x / math.pi),
    "huber": lambda xp, x: xp.where(xp.abs(x) <= 1, 0.5 * x * x, xp.abs(x) - 0.5),
    "logcosh": lambda xp, x: xp.log(xp.cosh(x)),
    "log1mexp": lambda xp, x: xp.log(-xp.expm1(-x)),
    "clamp": lambda xp, x: xp.exp(xp.clip(x, -1.0, 1.3)),
    "where": lambda xp, a, b: xp.where(a > b, xp.sin(a * b), xp.exp(a)),
    "where beside a pole": where_beside_a_pole,
}


def transpose_and_reshape(xp, x):
    moved = xp.permute(x, (2, 0, 1))
    return xp.sin(xp.reshape(moved, (2, 12)) @ xp.reshape(x, (12, 2)))


def padded(xp, x):
    wide = xp.pad(x, (1, 2), (0, 1))
    return wide * xp.flip(wide, (0, 1))


def concatenate_and_stack(xp, a, b):
    rows = xp.concatenate([a, a * b], 0)
    return xp.sum(xp.square(xp.stack([rows, xp.exp(rows)], 1)), 1)


def along_an_axis(xp, x):
    order = xp.array([[3, 0], [1, 1], [2, 2]])
    return xp.exp(xp.take_along_axis(x, order, 1))


def triangles(xp, x):
    return xp.tril(x) @ xp.triu(x, 1) + xp.diag(xp.square(xp.diagonal(x)))


def recurrence(xp, a, b):
    def step(s, ab):
        s = ab[0] * s + ab[1]
        return s, s

    return xp.scan(step, xp.zeros(()), xp.stack([xp.tanh(a), b], 1))[1]


def moved_axes(xp, x):
    first = xp.moveaxis(x, 2, 0)
    return xp.swapaxes(first, 1, 2) * xp.broadcast_to(xp.sum(x), (4, 3, 2))


STRUCTURAL = {
    "sum over axes": lambda xp, x: xp.sum(xp.square(x), (0, 2)),
    "mean and variance": lambda xp, x: xp.var(x, axis=1, correction=0) + xp.mean(x, 1),
    "sample deviation": lambda xp, x: xp.std(x, correction=1),
    "prod": lambda xp, x: xp.prod(x, 1),
    "prod with a zero": lambda xp, x: xp.prod(x * xp.array([1.0, 1, 0, 1, 1, 1, 1, 1, 1]), 0),
    "amax and amin": lambda xp, x: xp.amax(x, 0) * xp.amin(x),
    "amax at ties": lambda xp, x: xp.amax(xp.concatenate([x, x, xp.square(x)], 0)),
    "logsumexp": lambda xp, x: xp.special.logsumexp(x, 1),
    "logsumexp far from zero": lambda xp, x: xp.special.logsumexp(x + 1000, (0, 1)),
    "softmax": lambda xp, x: xp.softmax(x, 0),
    "log softmax": lambda xp, x: xp.log_softmax(x, 1),
    "norm": lambda xp, x: xp.norm(x),
    "norms of rows": lambda xp, x: x / xp.norm(x, 1)[:, None],
    "transpose and reshape": transpose_and_reshape,
    "strided slices": lambda xp, x: x[1:5:2, 0:7:3] * x[0:4:3, 1:7:2],
    "pad": padded,
    "concatenate and stack": concatenate_and_stack,
    "split and flip": lambda xp, x: x[:, :2] * xp.flip(x[:, 2:], (0,)),
    "take with repeats": lambda xp, x: xp.square(x[xp.array([2, 0, 2, 1])]),
    "take along an axis": along_an_axis,
    "gather from the flat line": lambda xp, x: xp.square(xp.reshape(x, (12,))[xp.array([0, 11, 5, 5])]),
    "scatter with repeats": lambda xp, x, y: xp.square(xp.scatter_add(x, xp.array([1, 1, 0]), y)),
    "sort": lambda xp, x: xp.sorted(x, 1) * xp.array([1.0, 2, 3, 4]),
    "argsort and take": lambda xp, x: xp.cumsum(xp.square(x[xp.argsort(x)]), 0),
    "cumsum": lambda xp, x: xp.exp(xp.cumsum(x, 0)),
    "cumsum from the end": lambda xp, x: xp.square(xp.flip(xp.cumsum(xp.flip(x, (1,)), 1), (1,))),
    "cumprod": lambda xp, x: xp.cumprod(x, 1),
    "linear recurrence": recurrence,
    "triangles and diagonals": triangles,
    "one-hot lookup": lambda xp, x: xp.square(xp.eye(3)[xp.array([2, 0, 1, 2])] @ x),
    "moved axes": moved_axes,
}

LINEAR = {
    "dot": lambda xp, a, b: xp.dot(xp.sin(a), b),
    "outer": lambda xp, a, b: xp.outer(xp.sin(a), b),
    "matrix times vector": lambda xp, a, b: xp.tanh(a @ b),
    "matrix product": lambda xp, a, b: xp.tanh(a @ b),
    "batched product": lambda xp, a, b: xp.square(a @ b),
    "einsum of batches": lambda xp, a, b: xp.square(xp.einsum("bij,bjk->bik", a, b)),
    "einsum of three": lambda xp, a, b, c: xp.einsum("i,ij,jk->ik", xp.exp(a), b, c),
    "einsum of diagonals": lambda xp, a, b: xp.einsum("ii,ij->j", a, b),
    "tensordot": lambda xp, a, b: xp.square(xp.tensordot(a, b, ((1, 2), (1, 0)))),
    "powers of a matrix": lambda xp, x: xp.trace(x @ x @ (x @ x @ x)),
    "cholesky": lambda xp, x: xp.linalg.cholesky(spd(xp, x)),
    "batched cholesky": lambda xp, x: xp.linalg.cholesky(spd(xp, x)),
    "solve": lambda xp, a, b: xp.linalg.solve(regular(xp, a), b),
    "batched solve": lambda xp, a, b: xp.linalg.solve(regular(xp, a), b),
    "lower triangular solve": lambda xp, a, b: xp.triangular_solve(regular(xp, a), b, True),
    "upper triangular solve": lambda xp, a, b: xp.triangular_solve(regular(xp, a), b, False),
    "transposed triangular solve": lambda xp, a, b: xp.triangular_solve(T(regular(xp, a)), b, False),
    "inverse": lambda xp, x: xp.linalg.inv(regular(xp, x)),
    "det": lambda xp, x: xp.linalg.det(regular(xp, x)),
    "batched det": lambda xp, x: xp.linalg.det(x),
    "logdet": lambda xp, x: xp.linalg.slogdet(spd(xp, x))[1],
    "slogdet": lambda xp, x: xp.linalg.slogdet(x)[1],
    "quadratic form of an inverse": lambda xp, a, b: b @ xp.linalg.solve(spd(xp, a), b),
}


def recurrent_net(xp, xs, u, w):
    def step(h, x):
        h = xp.tanh(u @ x + w @ h)
        return h, xp.sum(h)

    last, sums = xp.scan(step, xp.zeros(4), xs)
    return xp.concatenate([last, sums], 0)


def newton_root(xp, x):
    def step(root, _):
        root = 0.5 * (root + x / root)
        return root, root

    return xp.scan(step, x, xp.zeros(6))[0]


def doubling(xp, x):
    # JAX does not go backward through a loop of unknown length.
    def step(y, _):
        y = xp.where(y < 50, y * x, y)
        return y, y

    return xp.scan(step, x, xp.zeros(50))[0]


def decision(xp, x):
    return xp.cond(xp.sum(x * x) > 1, lambda y: xp.norm(y) * y, lambda y: xp.exp(y), x)


def exponential(xp, x):
    def step(term, k):
        term = term @ x / k
        return term, term

    return xp.eye(3) + xp.sum(xp.scan(step, xp.eye(3), xp.array([1.0 * k for k in range(1, 17)]))[1], 0)


def power_iteration(xp, x):
    def step(v, _):
        v = x @ v
        v = v / xp.sum(v)
        return v, v

    return xp.scan(step, xp.zeros(4) + 0.25, xp.zeros(12))[0]


def sinkhorn(xp, x):
    def step(x, _):
        x = x - xp.special.logsumexp(x, 1)[:, None]
        x = x - xp.special.logsumexp(x, 0)
        return x, x

    return xp.exp(xp.scan(step, x, xp.zeros(5))[0])


CONTROL = {
    "scan of a recurrent net": recurrent_net,
    "Newton's square root in a loop": newton_root,
    "doubling while it is small": doubling,
    "a decision": decision,
    "a derivative inside": lambda xp, x: x * (xp.sin(x) + x * xp.cos(x)),
    "exponential of a matrix, by its series": exponential,
    "power iteration": power_iteration,
    "Sinkhorn balancing": sinkhorn,
}


def logistic(xp, w, b, x):
    labels = xp.array([1.0, 0, 0, 1, 1, 0, 1, 0])
    score = x @ w + b
    return xp.sum(xp.softplus(score) - labels * score) + 0.05 * (w @ w)


def mlp(xp, x, w1, b1, w2, b2):
    scores = xp.log_softmax(xp.tanh(x @ w1 + b1) @ w2 + b2, 1)
    return -xp.mean(scores[xp.array([0, 1, 2, 3, 4]), xp.array([0, 2, 1, 1, 0])])


def lstm(xp, xs, w, u, b):
    def step(state, x):
        h, c = state
        gates = w @ x + u @ h + b
        i, f, g, o = gates[:2], gates[2:4], gates[4:6], gates[6:]
        c = xp.sigmoid(f) * c + xp.sigmoid(i) * xp.tanh(g)
        h = xp.sigmoid(o) * xp.tanh(c)
        return (h, c), h

    return xp.scan(step, (xp.zeros(2), xp.zeros(2)), xs)[1]


def attention(xp, q, k, v):
    scores = xp.einsum("hqd,hkd->hqk", q, k) / 2
    seen = xp.broadcast_to(xp.tril(xp.ones((5, 5))) > 0, (2, 5, 5))
    return xp.softmax(xp.where(seen, scores, xp.zeros_like(scores) - 1e30), -1) @ v


def layer_norm(xp, x, scale, shift):
    centred = x - xp.mean(x, 1)[:, None]
    return centred * xp.rsqrt(xp.var(x, axis=1, correction=0) + 1e-5)[:, None] * scale + shift


def picture(xp, x, k):
    parts = sum(k[i, j] * x[i : i + 4, j : j + 4] for i in range(3) for j in range(3))
    return xp.amax(xp.reshape(parts, (2, 2, 2, 2)), (1, 3))


def contrastive(xp, a, b):
    a, b = a / xp.norm(a, 1)[:, None], b / xp.norm(b, 1)[:, None]
    return -xp.mean(xp.diagonal(xp.log_softmax(5 * (a @ T(b)), 1)))


def adam(xp, x, scale):
    m = v = xp.zeros(4)
    for k in (1, 2, 3):
        slope = scale * x
        m = 0.9 * m + 0.1 * slope
        v = 0.999 * v + 0.001 * xp.square(slope)
        x = x - 0.1 * (m / (1 - 0.9**k) / (xp.sqrt(v / (1 - 0.999**k)) + 0.1))
    return x


def autoencoder(xp, x, encode, decode, noise):
    centre, spread = (x @ encode)[:, :2], (x @ encode)[:, 2:]
    code = centre + xp.exp(0.5 * spread) * noise
    error = xp.sum(xp.square(x - code @ decode))
    return error - 0.5 * xp.sum(1 + spread - (xp.square(centre) + xp.exp(spread)))


NETWORKS = {
    "logistic regression": logistic,
    "MLP with cross entropy": mlp,
    "LSTM over time": lstm,
    "causal attention": attention,
    "layer norm": layer_norm,
    "convolution of a line, by slices": lambda xp, x, k: xp.gelu(
        sum(k[i] * x[i : i + 10] for i in range(3))
    ),
    "convolution of a picture, by slices": picture,
    "contrastive loss": contrastive,
    "a step of Adam, from the gradient of a quadratic": adam,
    "evidence bound of an autoencoder": autoencoder,
}


def mixture(xp, x, weights, means, spreads):
    away = x[:, None] - means
    distance = xp.sum(xp.square(away * xp.exp(spreads)), 2)
    each = weights + xp.sum(spreads, 1) - 0.5 * distance
    return xp.sum(xp.special.logsumexp(each, 1)) - 10 * xp.special.logsumexp(weights, 0)


def gaussian_process(xp, x, y, h):
    kernel = xp.exp(-0.5 * xp.exp(h[0]) * xp.square(x[:, None] - x))
    lower = xp.linalg.cholesky(kernel + xp.exp(h[1]) * xp.eye(6))
    white = xp.triangular_solve(lower, y[:, None], True)[:, 0]
    return 0.5 * (white @ white) + xp.sum(xp.log(xp.diagonal(lower)))


def poisson(xp, w, x, counts):
    rate = x @ w
    return xp.sum(counts * rate - xp.exp(rate) - xp.special.gammaln(counts + 1))


def student(xp, x, n, scale):
    half = 0.5 * (n + 1)
    front = xp.special.gammaln(half) - xp.special.gammaln(0.5 * n)
    front = front - (0.5 * xp.log(n * math.pi) + xp.log(scale))
    return xp.sum(front - half * xp.log1p(xp.square(x / scale) / n))


def beta_binomial(xp, a, b):
    def beta(p, q):
        return xp.special.gammaln(p) + xp.special.gammaln(q) - xp.special.gammaln(p + q)

    hits = xp.array([2.0, 5, 0, 7])
    return beta(hits + a, 9 - hits + b) - beta(a, b)


def markov(xp, moves, seen):
    chances = xp.log_softmax(moves, 1)

    def step(alpha, now):
        alpha = xp.special.logsumexp(alpha[:, None] + chances, 0) + now
        return alpha, alpha[0]

    return xp.special.logsumexp(xp.scan(step, xp.zeros(3), seen)[0], 0)


def black_scholes(xp, spot, spread, time):
    def normal(x):
        return 0.5 * xp.special.erfc(-math.sqrt(0.5) * x)

    wide = spread * xp.sqrt(time)
    d = (xp.log(spot / 100) + (0.03 + 0.5 * xp.square(spread)) * time) / wide
    return spot * normal(d) - 100 * xp.exp(-0.03 * time) * normal(d - wide)


def kalman(xp, x, root, h, z):
    p = root @ T(root) + xp.eye(3)
    s = h @ p @ T(h) + 0.5 * xp.eye(2)
    gain = T(xp.linalg.solve(s, h @ p))
    better = x + gain @ (z - h @ x)
    return xp.concatenate([better, xp.reshape(p - gain @ (h @ p), (9,))], 0)


STATISTICS = {
    "Gaussian mixture": mixture,
    "evidence of a Gaussian process": gaussian_process,
    "Poisson regression": poisson,
    "Student's t": student,
    "beta-binomial": beta_binomial,
    "hidden Markov chain": markov,
    "k-means": lambda xp, x, c: xp.sum(xp.amin(xp.sum(xp.square(x[:, None] - c), 2), 1)),
    "a price after Black and Scholes": black_scholes,
    "a step of a Kalman filter": kalman,
}


def pendulum(xp, s, length):
    def flow(s):
        return xp.stack([s[1], -9.81 / length * xp.sin(s[0])], 0)

    def step(s, _):
        k1 = flow(s)
        k2 = flow(s + 0.025 * k1)
        k3 = flow(s + 0.025 * k2)
        k4 = flow(s + 0.05 * k3)
        s = s + 0.05 / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return s, s

    return xp.scan(step, s, xp.zeros(8))[0]


def bodies(xp, x, v, mass):
    for _ in range(3):
        apart = x[None, :] - x[:, None]
        near = (xp.sum(xp.square(apart), 2) + 0.1) ** -1.5
        v = v + 0.01 * xp.einsum("ijk,ij,j->ik", apart, near, mass)
        x = x + 0.01 * v
    return xp.concatenate([x, v], 0)


def heat(xp, u, along):
    for _ in range(3):
        left = xp.concatenate([u[7:], u[:7]], 0)
        right = xp.concatenate([u[1:], u[:1]], 0)
        u = u + along * (left - 2 * u + right)
    return xp.square(u)


def springs(xp, x, stiff):
    longer = xp.norm(x[1:] - x[:5], 1) - 1
    return 0.5 * xp.sum(stiff * xp.square(longer)) + 9.81 * xp.sum(x[:, 1])


def camera(xp, turn, shift, points):
    angle = xp.norm(turn)
    x, y, z = (turn[i] / angle for i in range(3))
    o = xp.zeros(())
    rows = ([o, -z, y], [z, o, -x], [-y, x, o])
    cross = xp.stack([xp.stack(row, 0) for row in rows], 0)
    turned = xp.eye(3) + xp.sin(angle) * cross + (1 - xp.cos(angle)) * (cross @ cross)
    seen = points @ T(turned) + shift + xp.array([0.0, 0, 5])
    flat = seen[:, :2] / seen[:, 2:]
    return flat * (1 + 0.1 * xp.sum(xp.square(flat), 1)[:, None])


PHYSICS = {
    "Rosenbrock": lambda xp, x: xp.sum(
        100 * xp.square(x[1:] - xp.square(x[:-1])) + xp.square(1 - x[:-1])
    ),
    "a pendulum after Runge and Kutta": pendulum,
    "bodies that attract": bodies,
    "heat in a rod": heat,
    "a chain of springs": springs,
    "a point seen by a camera": camera,
}

PROGRAMS = ELEMENTWISE | STRUCTURAL | LINEAR | CONTROL | NETWORKS | STATISTICS | PHYSICS
