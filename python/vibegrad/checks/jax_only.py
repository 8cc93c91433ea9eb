"""JAX's own ways to call an op: compiled."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np

from vibegrad.draws import Case
from vibegrad.library.jax_library import JaxLibrary
from vibegrad.library.types import Function, Point, Quantity
from vibegrad.run import Ask, Run

IDS = {
    "jit/value": "values under jax.jit, compiled once and called with two inputs",
    "jit/vjp": "gradients under jax.jit, compiled once and called with two inputs",
}

COMPILED: tuple[Quantity, ...] = ("value", "vjp")


def jax_only(run: Run, case: Case, point: Point) -> None:
    """`jit/value`, `jit/vjp`: what was compiled for one input must not remember it."""
    library = run.library
    assert isinstance(library, JaxLibrary)
    inputs = list(point.inputs)
    for place in point.differentiated:
        inputs[place] = np.asarray(inputs[place])[..., ::-1] if np.ndim(inputs[place]) else inputs[place]
    other = replace(point, inputs=tuple(np.array(x) if isinstance(x, np.ndarray) else x for x in inputs))
    for quantity in COMPILED:
        ask = _compiled_once(run, library, quantity)
        for at in (point, other):
            run.judge(f"jit/{quantity}", quantity, at, case, ask=ask)


def _compiled_once(run: Run, library: JaxLibrary, quantity: Quantity) -> Ask:
    compiled: list[Function] = []

    def once(asked: Function) -> Function:
        if not compiled:
            compiled.append(jax.jit(asked))
        return compiled[0]

    return lambda at: library.through(once, quantity, run.op, at, run.how())
