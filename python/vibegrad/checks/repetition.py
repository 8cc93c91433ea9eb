"""An op has no memory: what it gives depends on what it is given, and on nothing that was there before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vibegrad.draws import Case
from vibegrad.library.types import Numbers, Point
from vibegrad.run import Run

CALLS = 6

IDS = {
    "repeat/calls": f"the first {CALLS} calls with the same inputs give the same",
    "repeat/late": "after everything else, the same inputs still give the same",
    "repeat/backward": "a second backward pass through one forward pass gives the same",
    "order/interleaved": "two forward passes, then their two backward passes, in both orders",
    "order/similar": "inputs that are a permutation of those before",
}


class Repetition:
    """The op asked the same again, first of all and last of all."""

    def __init__(self, run: Run, case: Case, point: Point) -> None:
        self.run, self.case, self.point = run, case, point
        self.first: list[Numbers] | None = None

    def early(self) -> None:
        """`repeat/calls`"""
        for call in range(CALLS):
            found = self._asked()
            if found is None:
                return
            if self.first is None:
                self.first = found
            elif not self._same(found):
                self.run.fail("repeat/calls", f"call {call + 1} gives other numbers than call 1", self.point, self.case)
                return
        self.run.hold("repeat/calls")

    def late(self) -> None:
        """`repeat/late`"""
        found = self._asked()
        if found is None or self.first is None:
            return
        if self._same(found):
            self.run.hold("repeat/late")
        else:
            self.run.fail("repeat/late", "later calls give other numbers than the first", self.point, self.case)

    def _asked(self) -> list[Numbers] | None:
        run = self.run
        try:
            value = run.library.compute("value", run.op, self.point, run.how())
            return value + run.library.compute("vjp", run.op, self.point, run.how())
        except Exception:
            return None  # `value/…` and `vjp/…` tell it.

    def _same(self, found: list[Numbers]) -> bool:
        """The same bits: one machine, one type, one order of operations. On an accelerator sums may run in any order."""
        assert self.first is not None
        if self.run.device == "cpu":
            return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(self.first, found, strict=True))
        return all(np.allclose(a, b, 1e-9, 1e-12, equal_nan=True) for a, b in zip(self.first, found, strict=True))


def order(run: Run, case: Case, point: Point) -> None:
    """`order/…`, `repeat/backward`"""
    if not point.differentiated:
        return
    other = run.point(replace(case, inputs=_rolled(point)))
    if other is None:
        return
    run.judge("order/similar", "vjp", other, case)
    run.judge("order/similar", "value", other, case)
    how = run.how()

    def held(at: Point) -> Callable[[Point], list[Numbers]]:
        """at's forward pass, another one, and then at's backward pass."""
        here = run.library.pullback(run.op, at, how)
        there = run.library.pullback(run.op, other, how)
        there(other.cotangents)
        return lambda _: here(at.cotangents)

    def twice(at: Point) -> list[Numbers]:
        back = run.library.pullback(run.op, at, how)
        back(at.cotangents)
        return back(at.cotangents)

    run.judge("order/interleaved", "vjp", point, case, ask=lambda at: held(at)(at))
    run.judge("repeat/backward", "vjp", point, case, ask=twice)


def _rolled(point: Point) -> tuple[object, ...]:
    """The same numbers moved by one place, so that shapes and sums stay what they are."""
    inputs = list(point.inputs)
    for place in point.differentiated:
        inputs[place] = np.roll(np.asarray(inputs[place]), 1)
    return tuple(inputs[i] for i in point.same)
