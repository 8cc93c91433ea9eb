"""JAX's own ways to call an op: compiled."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np

from vibegrad.draws import Case
from vibegrad.library.jax_library import JaxLibrary
from vibegrad.library.types import How, Numbers, Point, Quantity
from vibegrad.run import Run

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
        inputs[place] = np.asarray(inputs[place])[..., ::-1] if np.ndim(inputs[place]) else inputs[place]  # type: ignore[index]
    other = replace(point, inputs=tuple(np.array(x) if isinstance(x, np.ndarray) else x for x in inputs))
    for quantity in COMPILED:
        compiled: dict[str, object] = {}

        def once(asked: object, kept: dict[str, object] = compiled) -> object:
            return kept.setdefault("jit", jax.jit(asked))  # type: ignore[arg-type]

        def ask(at: Point, quantity: Quantity = quantity, once: object = once) -> list[Numbers]:
            return library.through(once, quantity, run.op, at, How(run.dtype, run.device))  # type: ignore[arg-type]

        for at in (point, other):
            run.judge(f"jit/{quantity}", quantity, at, case, ask=ask)
