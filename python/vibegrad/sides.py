"""The two sides of a point: what `like` gives a few roundings away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vibegrad.library.types import Numbers, Point, Quantity
from vibegrad.reference import Expected, Reference, neighbours


FEW, MANY = 8, 64
"""Pairs of neighbours, and how many more where those do not do."""


class Sides:
    """Asked only where an op differs from `like`. At a kink any derivative between those of its sides is right; and
    where two kinks of `like` cancel, those of its sides are, and its own is not."""

    def __init__(self, reference: Reference, quantity: Quantity, point: Point) -> None:
        self.reference, self.quantity, self.point = reference, quantity, point
        self.met_a_kink = False
        self._near: list[list[Numbers]] | None = None

    def near(self, place: int) -> Numbers | None:
        """Array `place` of the answer at each neighbour; None where `like` raises."""
        found = self._all()
        return None if found is None else np.array([answer[place] for answer in found])

    def between(self, place: int, want: Expected, have: Numbers, wrong: Numbers) -> Numbers:
        """Where the op is between the sides of `like`, which are apart where it jumps. Several equal numbers have more
        orders than a few neighbours show: before one that is `wrong` is found outside, more are looked at."""
        found, jumps = self._between(place, want, have)
        if jumps and bool(np.any(wrong & ~found)):
            self._look_further()
            found, _ = self._between(place, want, have)
        self.met_a_kink = self.met_a_kink or bool(np.any(found))
        return found

    def _between(self, place: int, want: Expected, have: Numbers) -> tuple[Numbers, bool]:
        near = self.near(place)
        if near is None:
            return np.zeros(have.shape, dtype=bool), False
        with np.errstate(all="ignore"):
            low, high = np.fmin.reduce(near), np.fmax.reduce(near)
            found = np.asarray((have >= low - want.slack) & (have <= high + want.slack))
            return found, bool(np.any(high - low > 2 * want.slack))

    def sum_beyond(self, expected: Sequence[Expected], got: Sequence[Numbers]) -> str | None:
        """What is wrong where each number is between its sides and their sum is not: a tie counted twice, or not at
        all. (All gradients of a maximum add up to the cotangent, on whichever side of the tie.)"""
        found = self._all()
        if found is None:
            return None
        totals = np.array([sum(float(np.sum(part)) for part in answer) for answer in found])
        slack = sum(float(np.sum(want.slack)) for want in expected)
        low, high = float(totals.min()), float(totals.max())
        # Where sums differ between neighbours, a few neighbours do not tell how far.
        width = high - low
        total = sum(float(np.sum(part)) for part in got)
        if not np.isfinite([low, high, total]).all() or low - width - slack <= total <= high + width + slack:
            return None
        return f"at a tie all gradients add up to {total:.17g}, and on its sides to {low:.17g}"

    def _all(self) -> list[list[Numbers]] | None:
        if self._near is None:
            self._near = self._looked_at(2, FEW)
        return self._near

    def _look_further(self) -> None:
        if self._near is not None and len(self._near) == 2 * FEW:
            self._near += self._looked_at(3, MANY) or []

    def _looked_at(self, stream: int, pairs: int) -> list[list[Numbers]] | None:
        """The answers at pairs of neighbours; None where `like` raises at one of them."""
        rng = np.random.default_rng([self.reference.seed, stream])
        try:
            return [self.reference.exact(self.quantity, at) for at in neighbours(self.point, rng, pairs)]
        except Exception:
            return None
