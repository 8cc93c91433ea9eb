"""Floating-point types: how they round, and what of them float64 can tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vibegrad.library.types import Numbers, Point

# Bits of the significand, and the exponents of the smallest and largest normal numbers (IEEE 754; bfloat16 is float32 cut).
_FORMS = {
    "float64": (53, -1022, 1023),
    "float32": (24, -126, 127),
    "float16": (11, -14, 15),
    "bfloat16": (8, -126, 127),
}

UNIT = {name: 2.0**-bits for name, (bits, _, _) in _FORMS.items()}
"""The unit roundoff: half the distance from 1 to the next larger number."""


def smallest(dtype: str) -> float:
    """The smallest normal number: below it, rounding is no longer relative."""
    return float(2.0 ** _FORMS[dtype][1])


def known(dtype: str) -> bool:
    return dtype in _FORMS


def nearest(numbers: Numbers, dtype: str) -> Numbers:
    """Each number rounded to the nearest of the dtype, ties to even, as float64; the range's ends become infinite."""
    if dtype == "float64":
        return numbers
    bits, low, high = _FORMS[dtype]
    with np.errstate(all="ignore"):
        _, exponents = np.frexp(numbers)
        step = np.ldexp(1.0, np.maximum(exponents - 1, low) - (bits - 1))
        near = np.rint(numbers / step) * step
        most = (2 - 2.0 ** (1 - bits)) * 2.0**high
        return np.where(np.isfinite(numbers), np.where(np.abs(near) > most, np.sign(near) * np.inf, near), numbers)


def rounded(point: Point, dtype: str) -> Point:
    """The point with all its floating-point numbers rounded to the dtype."""
    if dtype == "float64":
        return point
    inputs = [
        nearest(x, dtype) if isinstance(x, np.ndarray) and x.dtype == np.float64 else x for x in point.inputs
    ]
    return replace(
        point,
        inputs=tuple(inputs[i] for i in point.same),
        cotangents=tuple(nearest(w, dtype) for w in point.cotangents),
        tangents=tuple(nearest(v, dtype) for v in point.tangents),
    )
