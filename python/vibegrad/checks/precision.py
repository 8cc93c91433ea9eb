"""Smaller floating-point types: an op may lose as many digits as `like` does in the same type, and no more."""

from __future__ import annotations

from collections.abc import Sequence

from vibegrad.draws import Case
from vibegrad.library.types import Quantity
from vibegrad.run import Run

ASKED: tuple[Quantity, ...] = ("value", "vjp", "jvp")


def precision(run: Run, cases: Sequence[Case], dtypes: Sequence[str], offered: Sequence[Quantity]) -> None:
    """`float32/…`, `bfloat16/…`: values and first derivatives in each type that the op takes."""
    for dtype in dtypes:
        if dtype == run.dtype:
            continue
        first = True
        for case in cases:
            if case.kind not in ("plain", "large", "long", "scales"):
                continue
            point = run.point(case, dtype)
            if point is None:
                continue
            how = run.how(dtype)
            if first and not run.offers(dtype, lambda: run.library.compute("vjp", run.op, point, how)):  # noqa: B023
                break
            first = False
            for quantity in ASKED:
                if quantity == "value" or (quantity in offered and point.differentiated):
                    run.judge(f"{dtype}/{quantity}", quantity, point, case, dtype)
