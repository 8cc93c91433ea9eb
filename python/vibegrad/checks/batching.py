"""vmap: many points at once are as each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vibegrad.compare import compare
from vibegrad.draws import Case
from vibegrad.library.types import Numbers, Point, Quantity
from vibegrad.run import Run, told

BATCH = 3

IDS = {
    "vmap/all": "vmap over all inputs, and over their vjp",
    "vmap/one": "vmap over one input, the others not batched",
}


def vmap(run: Run, case: Case, point: Point) -> None:
    """`vmap/all`, `vmap/one`"""
    if not point.differentiated or not point.cotangents:
        return
    batch = [point, *[_another(run, point) for _ in range(BATCH - 1)]]
    try:
        run.library.batched(run.like, batch, frozenset(), run.how())
    except Exception as error:
        run.row("vmap/all").unjudged = f"`like` raises {told(error)}"
        return
    if not run.offers("vmap", lambda: run.library.batched(run.op, batch, frozenset(), run.how())):
        return
    _judge(run, "vmap/all", case, batch, frozenset())
    arrays = [i for i, x in enumerate(point.inputs) if isinstance(x, np.ndarray)]
    if len(arrays) > 1:
        for alone in arrays:
            shared = frozenset(i for i in arrays if i != alone)
            one = [replace(at, inputs=_shared(at, point, shared)) for at in batch]
            _judge(run, "vmap/one", case, one, shared)


def _another(run: Run, point: Point) -> Point:
    inputs = list(point.inputs)
    for place in point.differentiated:
        inputs[place] = run.rng.permutation(np.asarray(inputs[place]).reshape(-1)).reshape(np.shape(inputs[place]))
    return replace(point, inputs=tuple(inputs), cotangents=tuple(run.weights(w.shape) for w in point.cotangents))


def _shared(at: Point, first: Point, shared: frozenset[int]) -> tuple[object, ...]:
    return tuple(first.inputs[i] if i in shared else x for i, x in enumerate(at.inputs))


def _judge(run: Run, id: str, case: Case, batch: Sequence[Point], shared: frozenset[int]) -> None:
    """Each point's part of the batch beside what `like` gives for it."""
    try:
        found = run.library.batched(run.op, batch, shared, run.how())
    except Exception as error:
        run.fail(id, f"it raises {told(error)}", batch[0], case)
        return
    outputs = len(batch[0].cotangents)
    sizes = {part.shape[:1] for part in found}
    if sizes != {(len(batch),)}:
        run.fail(id, f"the batch is {len(batch)}, and results for {sorted(sizes)} came", batch[0], case)
        return
    for place, point in enumerate(batch):
        mine: list[Numbers] = [part[place] for part in found]
        parts: tuple[tuple[Quantity, list[Numbers]], ...] = (("value", mine[:outputs]), ("vjp", mine[outputs:]))
        for quantity, have in parts:
            want = run.reference.expected(quantity, point, run.dtype)
            if quantity == "value":
                want = [e for e in want if e.value.dtype.kind == "f"]
            trouble = compare(run.reference, quantity, point, want, have).trouble
            if trouble is not None:
                run.fail(id, f"sample {place} of {len(batch)}: {trouble.words}", point, case)
                return
    run.hold(id)
