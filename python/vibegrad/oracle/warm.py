"""What libraries do once, at first use, done before a claim is there: it changes when, and nothing else."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable

SOON = {
    "torch": (
        "torch.fx.experimental.symbolic_shapes",
        "torch.fx.experimental._constant_symnode",
        "torch.nested._internal.nested_tensor",
        "torch.autograd.functional",
        "torch.overrides",
    ),
    "jax": (
        "jax.nn",
        "jax.scipy.special",
        "jaxlib.mlir.dialects.builtin",
        "jaxlib.mlir.dialects.mhlo",
        "jaxlib.mlir.extras.meta",
    ),
}
"""Modules that most claims about a library make it load; one that a version lacks is left out."""

ON_MENTION = {
    "torch": (
        (re.compile(r"hessian|jacfwd|checkpoint|compile"), ("torch._dynamo",)),
        (re.compile(r"hessian|jacfwd|jvp|forward_ad"), ("torch._decomp.decompositions_for_jvp",)),
    ),
    "jax": ((re.compile(r"linalg|optimize|integrate|stats"), ("jax.scipy.linalg",)),),
}
"""Modules that take a second to load, and what in a text says that they are needed."""

BEFORE_DEVICES = re.compile(r"environ|putenv|num_cpu_devices|jax_platform|distributed")
"""What a text mentions that sets something up before JAX looks for its devices."""


def load_soon() -> None:
    """Of the process that forks: modules only, for threads would not live in a fork."""
    for library in SOON.keys() & sys.modules.keys():
        _load(SOON[library])


def load_for(code: str) -> bool:
    """The same of what a text mentions; whether there is anything of it that is not loaded yet."""
    asked = [
        name
        for library in ON_MENTION.keys() & sys.modules.keys()
        for said, modules in ON_MENTION[library]
        if library in code and said.search(code)
        for name in modules
        if name not in sys.modules
    ]
    _load(asked)
    return asked != []


def _load(modules: Iterable[str]) -> None:
    for name in modules:
        try:
            importlib.import_module(name)
        except Exception:
            pass


def warm_up() -> None:
    """Of a fork: JAX finds its devices, and compiles what derivatives of numbers are made of."""
    if "jax" not in sys.modules:
        return
    try:
        import jax
        import jax.numpy as jnp

        jax.grad(lambda x: jnp.sin(x) * jnp.exp(x) + x**2 / x - x)(0.5)
    except Exception:
        # Whoever needs it will say so.
        pass


def suits(code: str) -> bool:
    """Whether a text may run where JAX has its devices."""
    return BEFORE_DEVICES.search(code) is None
