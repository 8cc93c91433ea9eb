"""A failing input made small: fewer numbers, and simpler ones, as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from vibegrad.compare import Trouble
from vibegrad.draws import Case
from vibegrad.library.types import Numbers, Point
from vibegrad.run import Failure, Run

TRIES = 60


def shrunk(run: Run, failure: Failure, dtype: str) -> Failure:
    """The failure at a smaller point, or itself where there is none."""
    again, case = failure.again, failure.case
    if again is None or case is None:
        return failure
    tries = TRIES
    progress = True
    while progress and tries > 0:
        progress = False
        assert case is not None
        for smaller in _smaller(case):
            if tries == 0:
                break
            tries -= 1
            found = _still(run, failure, smaller, again, dtype)
            if found is not None:
                failure, case, progress = found, smaller, True
                break
    return failure


def _still(
    run: Run, failure: Failure, case: Case, again: Callable[[Point], Trouble | None], dtype: str
) -> Failure | None:
    fresh = run.point(case, dtype)
    if fresh is None:
        return None
    was = failure.point
    largest = max((float(np.max(np.abs(w), initial=0.0)) for w in was.cotangents), default=1.0)
    ones = tuple(np.full(w.shape, largest) for w in fresh.cotangents)
    kept = was.cotangents if [w.shape for w in was.cotangents] == [w.shape for w in fresh.cotangents] else ones
    for cotangents in (ones, kept):
        point = replace(fresh, cotangents=cotangents, cotangent_layout=was.cotangent_layout)
        try:
            trouble = again(point)
        except Exception:
            continue
        # A loss of digits must not turn into another failure on the way down.
        if trouble is not None and (trouble.relative is None) == (failure.trouble.relative is None):
            return Failure(trouble, point, case, again)
    return None


def _smaller(case: Case) -> Iterator[Case]:
    """Smaller cases, the smallest first."""
    names = {d for axes in case.axes for d in axes if isinstance(d, str)}
    sizes = {name: _size(case, name) for name in sorted(names)}
    for fraction in (0, 2, 4):
        for name, size in sizes.items():
            target = 1 if fraction == 0 else size - max(1, size // fraction)
            if 1 <= target < size:
                yield _cut(case, name, slice(0, target))
                yield _cut(case, name, slice(size - target, size))
    for simpler in (lambda x: np.rint(x), lambda x: np.rint(4 * x) / 4, _two_digits):
        inputs = [
            simpler(x) if isinstance(x, np.ndarray) and x.dtype == np.float64 and i not in case.constant else x
            for i, x in enumerate(case.inputs)
        ]
        if any(not _equal(a, b) for a, b in zip(inputs, case.inputs, strict=True)):
            yield replace(case, inputs=tuple(inputs[i] for i in case.same))


def _size(case: Case, name: str) -> int:
    return next(
        int(np.shape(x)[axes.index(name)])
        for x, axes in zip(case.inputs, case.axes, strict=True)
        if name in axes
    )


def _cut(case: Case, name: str, part: slice) -> Case:
    inputs = [
        np.array(x[tuple(part if axis == name else slice(None) for axis in axes)]) if isinstance(x, np.ndarray) else x
        for x, axes in zip(case.inputs, case.axes, strict=True)
    ]
    return replace(case, inputs=tuple(inputs[i] for i in case.same))


def _two_digits(x: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        step = 10.0 ** (np.floor(np.log10(np.abs(x))) - 1)
        return np.where(np.isfinite(x) & (x != 0), np.rint(x / step) * step, x)


def _equal(a: object, b: object) -> bool:
    return a is b or np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True)


def shown(point: Point) -> str:
    """The point, for people: inputs and cotangents, long arrays cut."""
    parts = []
    for place, x in enumerate(point.inputs):
        same = point.same[place]
        parts.append(f"input {place}: {_array(x) if same == place else f'the same as input {same}'}")
    parts += [f"cotangent {i}: {_array(w)}" for i, w in enumerate(point.cotangents)]
    if point.layout != "contiguous":
        parts.append(f"inputs lie {point.layout}")
    if point.cotangent_layout != "contiguous":
        parts.append(f"cotangents lie {point.cotangent_layout}")
    return "\n".join(parts)


def _array(x: object) -> str:
    if not isinstance(x, np.ndarray):
        return repr(x)
    if x.size == 0:
        return f"empty, shape {list(x.shape)}"
    text = np.array2string(x, separator=", ", threshold=8, edgeitems=2, precision=17, floatmode="unique")
    text = " ".join(text.split())
    return text if x.size <= 8 else f"{text} (shape {list(x.shape)})"
