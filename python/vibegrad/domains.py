"""What an argument may be: `real` and `integers` say it; an example array says it by its shape and its signs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vibegrad.library.types import Library, Numbers

Dim = str | int


@dataclass(frozen=True)
class Real:
    """Arrays of floating-point numbers in [low, high]. A dim that is a name has one size in all arguments of a draw."""

    dims: tuple[Dim, ...]
    low: float
    high: float
    differentiable: bool
    example: Numbers | None = None


@dataclass(frozen=True)
class Integers:
    """Arrays of whole numbers, low ≤ n < high, where high may be the name of a dim: indices and labels."""

    dims: tuple[Dim, ...]
    low: int
    high: Dim
    example: Numbers | None = None


@dataclass(frozen=True)
class Fixed:
    """An argument that is always the same: a number, a string, None, a list …"""

    value: object


Domain = Real | Integers | Fixed


def real(
    *dims: Dim, low: float = -math.inf, high: float = math.inf, differentiable: bool = True
) -> Real:
    """An argument of floating-point numbers in [low, high].

    Each of dims is a size, or a name whose size is drawn: `real("m", "k"), real("k", "n")` are two matrices that can
    be multiplied. Without dims it is a 0-d array. Ends that are finite are drawn, too. `differentiable=False` is for a
    target or a weight that the op gives no gradient for.

    Raises ValueError where low < high does not hold, or a size is negative.
    """
    if not low < high:
        raise ValueError(f"real() needs low < high, and has {low} and {high}")
    return Real(_dims(dims), float(low), float(high), differentiable)


def integers(*dims: Dim, low: int = 0, high: Dim) -> Integers:
    """An argument of whole numbers, low ≤ n < high, never differentiated. `high` may name a dim of another argument:
    `integers("n", high="classes")` are labels.

    Raises ValueError where low < high does not hold, or a size is negative.
    """
    if isinstance(high, int) and not low < high:
        raise ValueError(f"integers() needs low < high, and has {low} and {high}")
    return Integers(_dims(dims), low, high)


def _dims(dims: tuple[Dim, ...]) -> tuple[Dim, ...]:
    for dim in dims:
        if isinstance(dim, bool) or not isinstance(dim, str | int):
            raise ValueError(f"a dim is a size or a name, not {dim!r}")
        if isinstance(dim, int) and dim < 0:
            raise ValueError(f"a size of {dim} is none")
    return dims


def domain_of(given: object, library: Library | None) -> Domain:
    """What one entry of `inputs` stands for. An example array of one sign stands for that half of the line, any other
    for all real numbers; its shape is kept."""
    if isinstance(given, Real | Integers):
        return given
    if library is None or not library.is_array(given):
        return Fixed(given)
    example = library.numbers(given)
    dims = tuple(int(size) for size in example.shape)
    if example.dtype.kind != "f":
        return Integers(dims, 0, 1, example)
    finite = example[np.isfinite(example)]
    low = 0.0 if finite.size > 0 and bool(np.all(finite > 0)) else -math.inf
    high = 0.0 if finite.size > 0 and bool(np.all(finite < 0)) else math.inf
    return Real(dims, low, high, True, example)
