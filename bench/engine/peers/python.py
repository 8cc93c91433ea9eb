"""PyTorch or JAX as a peer, on one thread and in float64: `python python.py torch|jax`. Speaks as serve.mjs does."""

import json
import os
import sys
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import numpy as np


def torch_programs():
    import torch

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)

    def rosenbrock(x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    def gmm(alpha, mu, q, l, x):
        k, d = mu.shape
        root = torch.tril(l, -1) + torch.diag_embed(q.exp())
        shifts = (root * mu[:, None, :]).sum(2)
        whitened = (x @ root.reshape(k * d, d).T - shifts.reshape(k * d)).reshape(-1, k, d)
        terms = alpha + q.sum(1) - 0.5 * (whitened**2).sum(2)
        likelihood = torch.logsumexp(terms, 1).sum() - len(x) * torch.logsumexp(alpha, 0)
        return likelihood - 0.5 * (root**2).sum()

    def mlp(w1, b1, w2, b2, x, y):
        logits = torch.relu(x @ w1 + b1) @ w2 + b2
        return (torch.logsumexp(logits, 1).sum() - (logits * y).sum()) / len(x)

    def gradient(f, names, data=()):
        def make(given):
            at = [torch.from_numpy(given[name]).requires_grad_() for name in names]
            rest = [torch.from_numpy(given[name]) for name in data]
            return lambda: [g.numpy() for g in torch.autograd.grad(f(*at, *rest), at)]

        return make

    def hvp(given):
        x, v = torch.from_numpy(given["x"]).requires_grad_(), torch.from_numpy(given["v"])

        def call():
            (g,) = torch.autograd.grad(rosenbrock(x), x, create_graph=True)
            return [torch.autograd.grad(g, x, v)[0].numpy()]

        return call

    return {
        "rosenbrock": gradient(rosenbrock, ["x"]),
        "hvp": hvp,
        "gmm": gradient(gmm, ["alpha", "mu", "q", "l"], ["x"]),
        "mlp": gradient(mlp, ["w1", "b1", "w2", "b2"], ["x", "y"]),
    }


def jax_programs():
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def rosenbrock(x):
        return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    def gmm(alpha, mu, q, l, x):
        k, d = mu.shape
        root = jnp.tril(l, -1) + jnp.exp(q)[:, :, None] * jnp.eye(d)
        shifts = jnp.sum(root * mu[:, None, :], 2)
        whitened = (x @ root.reshape(k * d, d).T - shifts.reshape(k * d)).reshape(-1, k, d)
        terms = alpha + jnp.sum(q, 1) - 0.5 * jnp.sum(whitened**2, 2)
        likelihood = jnp.sum(jax.nn.logsumexp(terms, 1)) - len(x) * jax.nn.logsumexp(alpha)
        return likelihood - 0.5 * jnp.sum(root**2)

    def mlp(w1, b1, w2, b2, x, y):
        logits = jax.nn.relu(x @ w1 + b1) @ w2 + b2
        return (jnp.sum(jax.nn.logsumexp(logits, 1)) - jnp.sum(logits * y)) / len(x)

    def compiled(f, given, names):
        at = [jnp.asarray(given[name]) for name in names]
        fast = jax.jit(f)
        return lambda: jax.block_until_ready(fast(*at))

    def gradient(f, names, data=()):
        g = jax.grad(f, tuple(range(len(names))))
        return lambda given: compiled(g, given, [*names, *data])

    def hvp(given):
        return compiled(
            lambda x, v: [jax.jvp(jax.grad(rosenbrock), (x,), (v,))[1]], given, ["x", "v"]
        )

    return {
        "rosenbrock": gradient(rosenbrock, ["x"]),
        "hvp": hvp,
        "gmm": gradient(gmm, ["alpha", "mu", "q", "l"], ["x"]),
        "mlp": gradient(mlp, ["w1", "b1", "w2", "b2"], ["x", "y"]),
    }


PROGRAMS = {"torch": torch_programs, "jax": jax_programs}[sys.argv[1]]()
loaded = {}


def answer(asked):
    key = asked["key"]
    if asked["do"] == "load":
        given = {name: np.array(flat).reshape(shape) for name, (shape, flat) in asked["inputs"].items()}
        loaded[key] = PROGRAMS[key](given)
        found = [np.asarray(part).ravel() for part in loaded[key]()]
        return {"gradient": [[e if np.isfinite(e) else None for e in part.tolist()] for part in found]}
    call = loaded[key]
    start = time.perf_counter()
    for _ in range(asked["calls"]):
        call()
    return {"seconds": time.perf_counter() - start}


for line in sys.stdin:
    try:
        said = answer(json.loads(line))
    except Exception as error:
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(said), flush=True)
