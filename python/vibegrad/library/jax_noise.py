"""Monte Carlo arithmetic for JAX: a function's jaxpr, evaluated with every result disturbed by a rounding error's worth.

How far results scatter says how much rounding can change them, whatever the composition
(D. S. Parker, Monte Carlo Arithmetic, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from vibegrad.library.types import OVERFLOWING, Noise

# Calls that are evaluated operation by operation; loops and branches are taken whole.
_INLINED = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "custom_vjp_call_jaxpr": "fun_jaxpr",
    "remat2": "jaxpr",
    "checkpoint": "jaxpr",
}


def noisily(f: Any, noise: Noise, *arguments: Any) -> list[Any]:
    """The leaves of f(*arguments), with noise on the arguments and on what each operation makes."""
    closed = jax.make_jaxpr(f)(*arguments)
    given = [disturbed(x, noise) for x in jax.tree_util.tree_leaves(arguments)]
    return _evaluate(closed.jaxpr, closed.consts, given, noise)


def disturbed(x: Any, noise: Noise) -> Any:
    if not jnp.issubdtype(jnp.result_type(x), jnp.floating) or jnp.size(x) == 0:
        return x
    return jnp.asarray(np.asarray(x) * noise.factors(jnp.shape(x)), dtype=jnp.result_type(x))


def _evaluate(jaxpr: Any, consts: Sequence[Any], inputs: Sequence[Any], noise: Noise) -> list[Any]:
    known: dict[Any, Any] = dict(zip(jaxpr.constvars, consts, strict=True))
    known.update(zip(jaxpr.invars, inputs, strict=True))

    def read(atom: Any) -> Any:
        return atom.val if isinstance(atom, jax.extend.core.Literal) else known[atom]

    for equation in jaxpr.eqns:
        given = [read(atom) for atom in equation.invars]
        inner = equation.params.get(_INLINED.get(equation.primitive.name, ""))
        if inner is not None:
            results = _evaluate(inner.jaxpr, inner.consts, given, noise)
        else:
            bound = equation.primitive.bind(*given, **equation.params)
            made = list(bound) if equation.primitive.multiple_results else [bound]
            if equation.primitive.name in OVERFLOWING and _infinite(made) and not _infinite(given):
                noise.overflowed = True
            results = [disturbed(result, noise) for result in made]
        known.update(zip(equation.outvars, results, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _infinite(values: Sequence[Any]) -> bool:
    return any(
        bool(np.isinf(np.asarray(value)).any())
        for value in values
        if jnp.issubdtype(jnp.result_type(value), jnp.floating)
    )
