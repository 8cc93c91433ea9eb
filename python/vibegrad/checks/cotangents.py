"""Reverse mode for every form in which a cotangent comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vibegrad.draws import Case
from vibegrad.library.types import Numbers, Point
from vibegrad.run import Run

FORMS = {
    "transposed": "cotangents that are not contiguous",
    "strided": "cotangents with gaps in memory",
    "expanded": "cotangents that are one number repeated (stride 0), as sum() and mean() send back",
    "expanded rows": "cotangents that are one row repeated (stride 0)",
    "one-hot": "cotangents with a single 1",
    "zero": "cotangents of zeros",
    "small": "cotangents around 1e-6",
    "large": "cotangents around 1e6",
    "nan": "a cotangent that is NaN makes every gradient NaN that depends on it",
    "repeated": "one cotangent for several outputs",
    "partial": "one output of several",
}


def cotangents(run: Run, case: Case, point: Point) -> None:
    """`cotangent/…`: one id for each of FORMS."""
    if not point.differentiated or not point.cotangents:
        return
    for form, at in _forms(run, point):
        run.judge(f"cotangent/{form}", "vjp", at, case)
    nan(run, case, point)


def nan(run: Run, case: Case, point: Point) -> None:
    """`cotangent/nan`: the vjp is linear in the cotangent, so no NaN may be lost on the way."""
    lost = replace(point, cotangents=tuple(np.full(w.shape, np.nan) for w in point.cotangents))
    try:
        with_nan = run.reference.exact("vjp", lost)
        plain = run.reference.exact("vjp", point)
        found = run.library.compute("vjp", run.op, lost, run.how())
    except Exception:
        return  # `vjp/…` tells it.
    for place, want, was, have in zip(point.differentiated, with_nan, plain, found, strict=True):
        if have.shape == want.shape and bool(np.any(np.isnan(want) & (was != 0) & ~np.isnan(have))):
            run.fail("cotangent/nan", f"the gradient of input {place} loses it", lost, case)
            return
    run.hold("cotangent/nan")


def _forms(run: Run, point: Point) -> Iterator[tuple[str, Point]]:
    ws = point.cotangents
    yield "transposed", replace(point, cotangent_layout="transposed")
    yield "strided", replace(point, cotangent_layout="strided")
    alike = tuple(np.full(w.shape, float(run.weights(()))) for w in ws)
    yield "expanded", replace(point, cotangents=alike, cotangent_layout="expanded")
    rows = tuple(np.array(np.broadcast_to(w[:1], w.shape)) if w.ndim else w for w in ws)
    yield "expanded rows", replace(point, cotangents=rows, cotangent_layout="expanded")
    for _ in range(2):
        yield "one-hot", replace(point, cotangents=_one_hot(run, ws))
    yield "zero", replace(point, cotangents=tuple(np.zeros(w.shape) for w in ws))
    yield "small", replace(point, cotangents=tuple(w * 2.0**-20 for w in ws))
    yield "large", replace(point, cotangents=tuple(w * 2.0**20 for w in ws))
    if len(ws) > 1:
        for i in range(len(ws)):
            yield "partial", replace(
                point, cotangents=tuple(w if i == j else np.zeros(w.shape) for j, w in enumerate(ws))
            )
        if len({w.shape for w in ws}) == 1:
            yield "repeated", replace(point, cotangents=(ws[0],) * len(ws))


def _one_hot(run: Run, ws: tuple[Numbers, ...]) -> tuple[Numbers, ...]:
    """A single 1 in one of the cotangents."""
    filled = [i for i, w in enumerate(ws) if w.size > 0]
    made = [np.zeros(w.shape) for w in ws]
    if filled:
        chosen = made[int(run.rng.choice(filled))]
        chosen.reshape(-1)[int(run.rng.integers(chosen.size))] = 1.0
    return tuple(made)
