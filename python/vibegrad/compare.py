"""An op's numbers beside what `like` gives: what is wrong, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vibegrad.library.types import Numbers, Point, Quantity
from vibegrad.nonfinite import lost, may_be_nan
from vibegrad.reference import Expected, Reference, largest
from vibegrad.sides import Sides


@dataclass(frozen=True)
class Trouble:
    """What is wrong. ratio: the error in units of rounding's scale (infinite where it is no matter of size).
    relative: the error beside the largest number expected, None where it is no number."""

    words: str
    ratio: float = float("inf")
    relative: float | None = None


@dataclass(frozen=True)
class Comparison:
    """trouble: None where all is well. worst: the largest error away from kinks, in units of rounding's scale. judged:
    how many numbers were compared. unsure: that they differ, where `like` overflowed on its way: nobody can say."""

    trouble: Trouble | None
    worst: float
    judged: int
    unsure: bool = False


def compare(
    reference: Reference, quantity: Quantity, point: Point, expected: Sequence[Expected], got: Sequence[Numbers]
) -> Comparison:
    """Compares the arrays of an answer with those of `like`."""
    if len(got) != len(expected):
        words = f"{len(expected)} arrays were expected and {len(got)} came"
        return Comparison(Trouble(words), float("inf"), 0)
    sides = Sides(reference, quantity, point)
    parts = [
        _one(sides, place, want, have) for place, (want, have) in enumerate(zip(expected, got, strict=True))
    ]
    troubles = [part.trouble for part in parts if part.trouble is not None]
    if not troubles and sides.met_a_kink and quantity == "vjp":
        beyond = sides.sum_beyond(expected, got)
        troubles = [] if beyond is None else [Trouble(beyond)]
    if troubles and any(want.unsure for want in expected) and all(np.isfinite(t.ratio) for t in troubles):
        return Comparison(None, 0.0, 0, unsure=True)
    return Comparison(
        max(troubles, key=lambda trouble: trouble.ratio, default=None),
        max((part.worst for part in parts), default=0.0),
        sum(part.judged for part in parts),
    )


def _one(sides: Sides, place: int, want: Expected, have: Numbers) -> Comparison:
    name = _name(sides.quantity, sides.point, place)
    if have.shape != want.value.shape:
        words = f"{name} has the shape {list(have.shape)}, and {list(want.value.shape)} was expected"
        return Comparison(Trouble(words), float("inf"), 0)
    if want.value.dtype.kind != "f" or have.dtype.kind != "f":
        wrong = np.asarray(want.value != have)
        trouble = Trouble(f"{name}{differs(want.value, have, wrong)}") if bool(np.any(wrong)) else None
        return Comparison(trouble, 0.0, have.size)

    with np.errstate(all="ignore"):
        finite = np.isfinite(want.value)
        error = np.where(finite, np.abs(have - want.value), 0.0)
    error = np.where(np.isnan(error), np.inf, error)
    # Where `like` overflows in the op's own type, any number will do that is right, and so will the overflow.
    error = np.where(want.overflows & ~np.isfinite(have), 0.0, error)
    error = np.where(may_be_nan(sides, place, want, have), 0.0, error)
    wrong = np.asarray(error > want.slack)
    with np.errstate(over="ignore"):
        ratios = error / want.scale
    if sides.quantity != "value" and bool(np.any(wrong)):
        kinks = wrong & sides.between(place, want, have, wrong)
        wrong, ratios = wrong & ~kinks, np.where(kinks, 0.0, ratios)
    if bool(np.any(wrong)):
        worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.where(wrong, ratios, -1.0))), ratios.shape))
        most = largest(want.value)
        relative = float(error[worst]) / most if most > 0 else float("inf")
        here = np.zeros(wrong.shape, dtype=bool)
        here[worst] = True
        trouble = Trouble(
            f"{name}{differs(want.value, have, here)}",
            float(ratios[worst]),
            relative if np.isfinite(relative) else None,
        )
        return Comparison(trouble, float(ratios[worst]), have.size)
    loss = lost(sides, place, want, have)
    if loss is not None:
        return Comparison(Trouble(f"{name}{loss[0]}{differs(want.value, have, loss[1])}"), float("inf"), have.size)
    return Comparison(None, float(ratios.max()) if ratios.size else 0.0, int(finite.sum()))


def differs(want: Numbers, have: Numbers, wrong: Numbers) -> str:
    """The first wrong place, with both numbers."""
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    at = f" at {list(place)}" if place else ""
    return f"{at}: expected {want[place]:.17g}, got {have[place]:.17g}"


def _name(quantity: Quantity, point: Point, place: int) -> str:
    inputs = point.differentiated
    if quantity == "vjp":
        return f"the gradient of input {inputs[place]}"
    if quantity == "second" and place >= len(inputs):
        return f"the second derivative in cotangent {place - len(inputs)}"
    if quantity in ("second", "mixed"):
        return f"the second derivative in input {inputs[place]}"
    return f"{'output' if quantity == 'value' else 'the tangent of output'} {place}"
