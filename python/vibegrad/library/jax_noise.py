"""Monte Carlo arithmetic for JAX: a function's jaxpr, evaluated with every result disturbed by a rounding error's worth.

How far results scatter says how much rounding can change them, whatever the composition
(D. S. Parker, Monte Carlo Arithmetic, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import jax
import jax.extend
import jax.numpy as jnp
import numpy as np

from vibegrad.library.types import OVERFLOWING, UNDERFLOWING, Noise, Numbers

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

_POOL = 4093
_STRIDE = 1009


Pool = tuple[Numbers, float, float, float]
"""Random numbers for one noisy run (each operation takes them from another place on), the unit roundoff, the smallest
normal number, and how much is lost below that."""


def pool(noise: Noise) -> Pool:
    return noise.draw((_POOL,)), noise.unit, noise.smallest, noise.smallest * noise.lost


def silence() -> Pool:
    """A pool that changes nothing."""
    return np.zeros(_POOL), 0.0, 0.0, 0.0


def noisily(f: Any, pool: Pool, *arguments: Any) -> tuple[list[Any], Any]:
    """The leaves of f(*arguments), with noise on the arguments and on what each operation makes, and whether an
    operation overflowed. Can be compiled."""
    closed = jax.make_jaxpr(f)(*arguments)
    disturb = _Disturb(pool)
    given = [disturb(x) for x in jax.tree_util.tree_leaves(arguments)]
    results = disturb.evaluate(closed.jaxpr, closed.consts, given)
    return results, jnp.any(jnp.array(disturb.overflows)) if disturb.overflows else jnp.array(False)


class _Disturb:
    """Disturbs by noise, each time by other numbers of the pool."""

    def __init__(self, pool: Pool) -> None:
        self.numbers, self.unit, self.smallest, self.lost = pool
        self.place = 0
        self.overflows: list[Any] = []

    def __call__(self, x: Any, operands: Sequence[Any] | None = None) -> Any:
        """operands: of an operation that makes no 0 of numbers that are none; of any other nothing underflows. Each operation
        more is one more to compile."""
        if not _floating(x) or jnp.size(x) == 0:
            return x
        self.place += _STRIDE
        places = (np.arange(jnp.size(x)) + self.place) % _POOL
        r = self.numbers[places].reshape(jnp.shape(x))
        moved = x * (1 + self.unit * r)
        if operands is not None:
            below = reduce(jnp.logical_and, [operand != 0 for operand in operands], abs(x) < self.smallest)
            moved = jnp.where(below, x + jnp.copysign(self.lost * r, x), moved)
        return moved.astype(jnp.result_type(x))

    def evaluate(self, jaxpr: Any, consts: Sequence[Any], inputs: Sequence[Any]) -> list[Any]:
        known: dict[Any, Any] = dict(zip(jaxpr.constvars, consts, strict=True))
        known.update(zip(jaxpr.invars, inputs, strict=True))

        def read(atom: Any) -> Any:
            return atom.val if isinstance(atom, jax.extend.core.Literal) else known[atom]

        for equation in jaxpr.eqns:
            given = [read(atom) for atom in equation.invars]
            inner = equation.params.get(_INLINED.get(equation.primitive.name, ""))
            if inner is not None:
                results = self.evaluate(inner.jaxpr, inner.consts, given)
            else:
                bound = equation.primitive.bind(*given, **equation.params)
                made = list(bound) if equation.primitive.multiple_results else [bound]
                if equation.primitive.name in OVERFLOWING:
                    self.overflows.append(_infinite(made) & ~_infinite(given))
                operands = given if equation.primitive.name in UNDERFLOWING else None
                results = [self(result, operands) for result in made]
            known.update(zip(equation.outvars, results, strict=True))
        return [read(atom) for atom in jaxpr.outvars]


def _floating(x: Any) -> bool:
    return bool(jnp.issubdtype(jnp.result_type(x), jnp.floating))


def _infinite(values: Sequence[Any]) -> Any:
    found = [jnp.any(jnp.isinf(value)) for value in values if _floating(value)]
    return jnp.any(jnp.array(found)) if found else jnp.array(False)
