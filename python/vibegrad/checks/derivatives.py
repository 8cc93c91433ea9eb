"""Values and derivatives, draw by draw, beside `like`'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vibegrad.draws import SMOOTH, Case
from vibegrad.library.types import Point, Quantity
from vibegrad.run import Run, told

QUANTITIES: dict[Quantity, str] = {
    "value": "values are those of `like`",
    "vjp": "reverse mode gives the gradients that `like` gives",
    "jvp": "forward mode gives the tangents that `like` gives",
    "second": "double backward gives the second derivatives that `like` gives",
    "mixed": "forward over reverse gives the second derivatives that `like` gives",
}


def derivatives(run: Run, drawn: Sequence[tuple[Case, Point]]) -> list[Quantity]:
    """`value/…`, `vjp/…`, `jvp/…`, `second/…`, `mixed/…`: everything at every draw. Returns what the op can be asked."""
    plain = drawn[0][1]
    offered = _offered(run, plain)
    for case, point in drawn:
        for quantity in offered:
            if quantity in ("second", "mixed") and case.kind not in SMOOTH:
                continue
            if quantity == "jvp" and case.kind == "empty":
                continue
            if quantity != "value" and case.kind in ("nan", "infinite"):
                continue  # What a derivative is there, each library's own ops see differently.
            run.judge(f"{quantity}/{case.kind}", quantity, point, case)
    if "jvp" in offered:
        for case, point in drawn:
            if case.kind in ("plain", "large", "scales"):
                duality(run, case, point)
    subsets(run, plain, drawn[0][0])
    types(run, drawn)
    return offered


def _offered(run: Run, point: Point) -> list[Quantity]:
    """What the op can be asked. Forward over reverse only where there is a forward mode."""
    if not point.differentiated:
        return ["value"]
    found: list[Quantity] = ["value", "vjp"]
    further: tuple[Quantity, ...] = ("jvp", "second", "mixed")
    for quantity in further:
        if quantity == "mixed" and "jvp" not in found:
            continue
        if run.offers(quantity, lambda q=quantity: run.library.compute(q, run.op, point, run.how())):  # type: ignore[misc]
            found.append(quantity)
    return found


def duality(run: Run, case: Case, point: Point) -> None:
    """`duality`: ⟨w, J v⟩ = ⟨Jᵀw, v⟩, both sides the op's own."""
    try:
        forward = run.library.compute("jvp", run.op, point, run.how())
        reverse = run.library.compute("vjp", run.op, point, run.how())
        tangents = run.reference.expected("jvp", point, run.dtype)
        gradients = run.reference.expected("vjp", point, run.dtype)
    except Exception:
        return  # `jvp/…` and `vjp/…` tell it.
    with np.errstate(all="ignore"):
        one = sum(float(np.sum(w * y)) for w, y in zip(point.cotangents, forward, strict=False))
        other = sum(float(np.sum(g * v)) for g, v in zip(reverse, point.tangents, strict=False))
        slack = sum(float(np.sum(np.abs(w) * e.slack)) for w, e in zip(point.cotangents, tangents, strict=False))
        slack += sum(float(np.sum(np.abs(v) * e.slack)) for v, e in zip(point.tangents, gradients, strict=False))
    if not np.isfinite([one, other, slack]).all() or any(e.unsure or not e.known for e in [*tangents, *gradients]):
        return
    if abs(one - other) > slack:
        run.fail("duality", f"⟨w, J v⟩ is {one:.17g}, and ⟨Jᵀw, v⟩ is {other:.17g}", point, case)
    else:
        run.hold("duality", numbers=1)


def subsets(run: Run, point: Point, case: Case) -> None:
    """`subset`: the gradient of one input is the same where no other is asked for."""
    if len(point.differentiated) < 2:
        return
    for place, tangent in zip(point.differentiated, point.tangents, strict=True):
        run.judge("subset", "vjp", replace(point, differentiated=(place,), tangents=(tangent,)), case)


def types(run: Run, drawn: Sequence[tuple[Case, Point]]) -> None:
    """`types`: outputs and gradients have the types, shapes and devices of those of `like`."""
    for case, point in drawn:
        if case.kind not in ("plain", "large", "empty", "0-d", "broadcast", "one"):
            continue
        try:
            want = run.library.describe(run.like, point, run.how())
        except Exception:
            continue
        try:
            have = run.library.describe(run.op, point, run.how())
        except Exception as error:
            run.fail("types", f"it raises {told(error)}", point, case)
            continue
        outputs = len(want) - len(point.differentiated)
        differ = [(w, h) for w, h in zip(want, have, strict=False) if w != h and "none" not in (w, h)]
        if len(want) != len(have) and len(have) < outputs:
            run.fail("types", f"{outputs} outputs were expected and {len(have)} came", point, case)
        elif differ:
            run.fail("types", f"expected {differ[0][0]}, got {differ[0][1]}", point, case)
        else:
            run.hold("types", numbers=len(want))
