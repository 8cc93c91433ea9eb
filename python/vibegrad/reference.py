"""What `like` gives at a point, how far rounding can move it, and where it gives no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vibegrad.dtypes import UNIT, rounded, smallest
from vibegrad.library.types import Function, How, Library, Noise, Numbers, Point, Quantity

RUNS = 3
"""Noisy runs of Monte Carlo arithmetic for each reference."""

SURE = 24
"""Noisy runs before an op is accused whose error a few unlucky runs could have made look large: the largest of three numbers
that are uniform around 0 is below a fifth of their range once in 125 times."""

CLOSE = 8.0
"""How many times MARGIN such an error is at most."""

MAGNIFIED = 2.0**10
"""In float64 the noise is so many times larger, and what it does is divided by that: noise of one rounding would itself
be rounded away."""

MARGIN = {"float64": 48.0, "float32": 48.0, "float16": 8.0, "bfloat16": 8.0}
"""How many times the scale of rounding an op may be off: it may be another algorithm than `like`, with errors of its
own. In float64 the reference is rounded as well; the narrow types are added up in float32 by whoever takes care, so that
little but the last rounding is left."""


@dataclass(frozen=True)
class Expected:
    """value: `like` in float64. slack: how far an op may be from it: MARGIN times what rounding to the asked dtype can
    do. scale: that without MARGIN. overflows: where `like` itself leaves the dtype's range. unsure: whether it does so
    on its way, so that even its finite numbers may be wrong."""

    value: Numbers
    scale: Numbers
    slack: Numbers
    overflows: Numbers
    unsure: bool

    @property
    def known(self) -> bool:
        """Whether `like` has a finite number everywhere."""
        return bool(np.all(np.isfinite(self.value)))


class Reference:
    """`like`, asked once for each point, quantity and dtype."""

    def __init__(self, library: Library, like: Function, device: str, seed: int) -> None:
        self.library = library
        self.like = like
        self.device = device
        self.seed = seed
        self._lacks: set[Quantity] = set()
        self._kept: dict[tuple[object, ...], tuple[Point, list[Expected]]] = {}

    def exact(self, quantity: Quantity, point: Point) -> list[Numbers]:
        """`like` in float64, nothing else. Raises what `like` raises."""
        plain = replace(point, layout="contiguous", cotangent_layout="contiguous")
        return self._asked(quantity, plain, How("float64", self.device))

    def _asked(self, quantity: Quantity, point: Point, how: How) -> list[Numbers]:
        """`like`, by reverse mode alone where one of its operations has no forward rule: the vjp is linear in w, so the
        derivative of ⟨vjp, v⟩ in w is J v; and second derivatives are the same in both orders."""
        if quantity in ("jvp", "mixed") and quantity not in self._lacks:
            try:
                return self.library.trusted(quantity, self.like, point, how)
            except Exception:
                self._lacks.add(quantity)
        if quantity not in self._lacks:
            return self.library.trusted(quantity, self.like, point, how)
        both = self.library.trusted("second", self.like, point, how)
        n = len(point.differentiated)
        return both[n:] if quantity == "jvp" else both[:n]

    def expected(self, quantity: Quantity, point: Point, dtype: str, runs: int = RUNS) -> list[Expected]:
        """One for each array of the answer, at inputs that are numbers of the dtype. Raises what `like` raises."""
        arrays = [*point.inputs, *point.cotangents, *point.tangents]
        key = (quantity, dtype, runs, point.same, *map(id, arrays))
        if key not in self._kept:
            # The point is kept, so that no other array takes the identity of one of its own.
            self._kept[key] = (point, self._expected(quantity, point, dtype, runs))
        return self._kept[key][1]

    def _expected(self, quantity: Quantity, point: Point, dtype: str, runs: int) -> list[Expected]:
        point = replace(rounded(point, dtype), layout="contiguous", cotangent_layout="contiguous")
        exact = self.exact(quantity, point)
        scattered, unsure = self._scattered(quantity, point, dtype, runs)
        floors = self._floors(quantity, point)
        found = []
        with np.errstate(all="ignore"):
            for i, value in enumerate(exact):
                if value.dtype.kind != "f":
                    none = np.zeros(value.shape)
                    found.append(Expected(value, none, none, none.astype(bool), unsure))
                    continue
                moved = [np.abs(other[i] - value) / by for other, by in scattered]
                spread = np.max(np.nan_to_num(moved, nan=0.0, posinf=0.0), axis=0)
                floor = UNIT[dtype] * (largest(value) + floors[i]) + smallest(dtype)
                over = np.isfinite(value) & ~np.all(np.isfinite([other[i] for other, _ in scattered]), axis=0)
                scale = spread + floor
                found.append(Expected(value, scale, MARGIN[dtype] * scale, over, unsure))
        return found

    def _scattered(
        self, quantity: Quantity, point: Point, dtype: str, runs: int
    ) -> tuple[list[tuple[list[Numbers], float]], bool]:
        """The answer with noise of the dtype's rounding, how many times magnified, and the answer in the dtype itself;
        and whether `like` overflowed on its way."""
        by = MAGNIFIED if dtype == "float64" else 1.0
        lost = 1.0 if dtype in self.library.flushes else UNIT[dtype]
        noise = Noise(UNIT[dtype], smallest(dtype), lost, by, np.random.default_rng([self.seed, 1]))
        noisy = How("float64", self.device, noise)
        found = [(self._asked(quantity, point, noisy), by) for _ in range(runs)]
        if dtype != "float64":
            try:
                found.append((self._asked(quantity, point, How(dtype, self.device)), 1.0))
            except Exception:
                pass  # `like` is not to be had in this dtype; the noise stands for its rounding.
        return found, noise.overflowed

    def _floors(self, quantity: Quantity, point: Point) -> list[float]:
        """How large a derivative has to be to matter, for each array of the answer: |w| · max(1, |y|) for cotangents w
        and values y, or |v| · max(1, |y|) for tangents v. What is a rounding of that or less is not told apart: a
        derivative that is written with the value, as 1 - y² of tanh, is off by so much where it is small."""
        values = self.exact("value", point)
        if quantity == "value":
            return [0.0] * len(values)
        ys = [max(1.0, largest(y)) for y in values if y.dtype.kind == "f"]
        weighed = sum(y * largest(w) for y, w in zip(ys, point.cotangents, strict=False))
        steps = sum(largest(v) for v in point.tangents)
        inputs = len(point.differentiated)
        if quantity == "vjp":
            return [weighed] * inputs
        forward = [y * steps for y in ys]
        if quantity == "jvp":
            return forward
        curved = [weighed * steps] * inputs
        return curved if quantity == "mixed" else [*curved, *forward]


def largest(numbers: Numbers) -> float:
    """The largest finite magnitude, 0 where there is none."""
    finite = np.abs(numbers[np.isfinite(numbers)])
    return float(finite.max()) if finite.size else 0.0


def neighbours(point: Point, rng: np.random.Generator, pairs: int) -> Sequence[Point]:
    """Points a few roundings away, in opposite pairs, so that each number is met from both sides: once all numbers
    moved the same way, then each its own."""
    found = []
    for pair in range(pairs):
        steps = {}
        for i in point.differentiated:
            shape = np.shape(point.inputs[i])
            signs = np.ones(shape) if pair == 0 else rng.choice([-1.0, 1.0], shape)
            steps[i] = np.asarray(64 * UNIT["float64"] * rng.uniform(0.5, 1, shape) * signs)
        for sign in (1, -1):
            inputs = list(point.inputs)
            for i, step in steps.items():
                x = np.asarray(point.inputs[i])
                near = np.where(np.isfinite(x) & (x != 0), np.abs(x), max(largest(x), 1.0))
                inputs[i] = x + sign * step * near
            found.append(replace(point, inputs=tuple(inputs[i] for i in point.same)))
    return found
