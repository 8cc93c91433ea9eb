"""The two sides of a point: what `like` gives a few roundings away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vibegrad.library.types import Numbers, Point, Quantity
from vibegrad.reference import Expected, Reference, neighbours


MANY = 64
"""Pairs of neighbours where a few do not do."""


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
            try:
                self._near = self._looked_at(neighbours(self.point, np.random.default_rng([self.reference.seed, 2])))
            except Exception:
                return None
        return self._near

    def _look_further(self) -> None:
        if self._near is None or len(self._near) > MANY:
            return
        rng = np.random.default_rng([self.reference.seed, 3])
        try:
            self._near = self._near + self._looked_at(neighbours(self.point, rng, pairs=MANY))
        except Exception:
            return

    def _looked_at(self, points: Sequence[Point]) -> list[list[Numbers]]:
        return [self.reference.exact(self.quantity, at) for at in points]
