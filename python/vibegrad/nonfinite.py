"""NaN and infinity propagate as `like` does, but where it only overflows or has no answer at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vibegrad.library.types import Numbers, Point
from vibegrad.reference import Expected, Reference
from vibegrad.sides import Sides


def lost(sides: Sides, place: int, want: Expected, have: Numbers) -> tuple[str, Numbers] | None:
    """What the op loses, and where; None where nothing."""
    if _has_nan(sides.point):
        swallowed = np.isnan(want.value) & ~np.isnan(have)
        if bool(np.any(swallowed)) and sides.quantity == "value":
            swallowed &= _depends(sides.reference, sides.point, place, have.shape)
            if bool(np.any(swallowed)):
                return " loses the NaN that it was given", swallowed
        return None
    if any(bool(np.any(np.isinf(x))) for x in _floats(sides.point)):
        differs = np.isinf(want.value) & (have != want.value) & ~may_be_nan(sides, place, want, have)
        return (" loses an infinity", differs) if bool(np.any(differs)) else None
    if sides.quantity not in ("value", "vjp"):
        return None  # Forward mode at a pole adds up infinities of any sign.
    differs = np.isinf(want.value) & (np.isfinite(have) if sides.quantity == "vjp" else ~np.isinf(have))
    if not bool(np.any(differs)):
        return None
    near = sides.near(place)
    # A pole has finite numbers beside it; a whole range of infinities is an overflow, which the op may do better.
    if near is None or not bool(np.any(differs & np.any(np.isfinite(near), axis=0))):
        return None
    return " loses an infinity", differs & np.any(np.isfinite(near), axis=0)


def may_be_nan(sides: Sides, place: int, want: Expected, have: Numbers) -> Numbers:
    """Where an op may give NaN though `like` does not: where a NaN of the inputs leads, and where `like` is undefined
    nearby because of an infinity."""
    wrong = np.isnan(have) & ~np.isnan(want.value)
    if not bool(np.any(wrong)) or sides.quantity != "value":
        return np.zeros(have.shape, dtype=bool)
    if _has_nan(sides.point):
        return wrong & _depends(sides.reference, sides.point, place, have.shape)
    infinite = any(bool(np.any(np.isinf(x))) for x in _floats(sides.point))
    return wrong & bool(infinite and np.any(np.isnan(want.value)))


def _floats(point: Point) -> list[Numbers]:
    return [x for x in point.inputs if isinstance(x, np.ndarray) and x.dtype == np.float64]


def _has_nan(point: Point) -> bool:
    return any(bool(np.any(np.isnan(x))) for x in _floats(point))


def _depends(reference: Reference, point: Point, output: int, shape: tuple[int, ...]) -> Numbers:
    """Which numbers of an output depend on the inputs that are NaN, at numbers in their places: a composition such as a
    product with zeros spreads NaN further than that."""
    found = np.zeros(shape, dtype=bool)
    for stand_in in (-1e3, -1.5, 0.5, 1.5, 1e3):
        inputs = [
            np.where(np.isnan(x), stand_in, x) if isinstance(x, np.ndarray) and x.dtype == np.float64 else x
            for x in point.inputs
        ]
        tangents = tuple(np.where(np.isnan(np.asarray(point.inputs[i])), 1.0, 0.0) for i in point.differentiated)
        at = replace(point, inputs=tuple(inputs[i] for i in point.same), tangents=tangents)
        try:
            values = reference.exact("value", at)
            places = [i for i, value in enumerate(values) if value.dtype.kind == "f"]
            moved = reference.exact("jvp", at)[places.index(output)]
        except Exception:
            return np.ones(shape, dtype=bool)
        found |= ~(moved == 0)
    return found
