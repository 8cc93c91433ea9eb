"""One check of one op: asks it, compares, and keeps what was found under the id of each check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from vibegrad.compare import Trouble, compare
from vibegrad.draws import Case
from vibegrad.dtypes import rounded
from vibegrad.library.types import Function, How, Library, Numbers, Point, Quantity
from vibegrad.reference import CLOSE, MARGIN, SURE, Reference

ROUGH = 1e-5
"""A wrong float64 result this close to the right one is no slip in a formula: it is a loss of digits."""

Ask = Callable[[Point], list[Numbers]]


@dataclass(frozen=True)
class Failure:
    """What failed, so that it can be asked again at smaller points."""

    trouble: Trouble
    point: Point
    case: Case | None = None
    again: Callable[[Point], Trouble | None] | None = None


@dataclass
class Row:
    worst: float = 0.0
    numbers: int = 0
    failures: list[Failure] = field(default_factory=list)
    unjudged: str | None = None


@dataclass
class Run:
    """The state of a check. dtype: the widest that the op takes; low: the narrower ones to look at, too."""

    library: Library
    op: Function
    like: Function
    device: str
    dtype: str
    rng: np.random.Generator
    reference: Reference
    rows: dict[str, Row] = field(default_factory=dict)
    not_offered: dict[str, str] = field(default_factory=dict)

    def how(self, dtype: str | None = None) -> How:
        return How(dtype or self.dtype, self.device)

    def row(self, id: str) -> Row:
        return self.rows.setdefault(id, Row())

    def fail(self, id: str, words: str, point: Point, case: Case | None = None) -> None:
        self.row(id).failures.append(Failure(Trouble(words), point, case))

    def hold(self, id: str, worst: float = 0.0, numbers: int = 0) -> None:
        row = self.row(id)
        row.worst, row.numbers = max(row.worst, worst), row.numbers + numbers

    def point(self, case: Case, dtype: str | None = None) -> Point | None:
        """The case with fresh cotangents and tangents; None where `like` takes no such inputs."""
        differentiated = tuple(
            i
            for i, x in enumerate(case.inputs)
            if isinstance(x, np.ndarray) and x.dtype == np.float64 and i not in case.constant and case.same[i] == i
        )
        bare = rounded(Point(case.inputs, differentiated, case.same, layout=case.layout), dtype or self.dtype)
        try:
            outputs = self.reference.exact("value", bare)
        except Exception:
            return None
        ws = tuple(self.weights(o.shape) for o in outputs if o.dtype.kind == "f")
        if case.kind == "long":
            ws = tuple(np.abs(w) for w in ws)
        vs = tuple(self.weights(np.shape(case.inputs[i])) for i in differentiated)
        return rounded(replace(bare, cotangents=ws, tangents=vs), dtype or self.dtype)

    def weights(self, shape: Sequence[int]) -> Numbers:
        return np.asarray(self.rng.uniform(0.5, 2, tuple(shape)) * self.rng.choice([-1.0, 1.0], tuple(shape)))

    def offers(self, what: str, ask: Callable[[], object]) -> bool:
        """Whether the op can be asked this at all. What it refuses aloud is no silent error: the report says so."""
        try:
            ask()
        except Exception as error:
            self.not_offered[what] = told(error)
            return False
        return True

    def judge(
        self,
        id: str,
        quantity: Quantity,
        point: Point,
        case: Case | None = None,
        dtype: str | None = None,
        ask: Ask | None = None,
    ) -> None:
        """Compares one answer of the op's (`ask`, where it is not simply asked) with that of `like`."""
        dtype = dtype or self.dtype
        answer = ask or (lambda at: self.library.compute(quantity, self.op, at, self.how(dtype)))
        try:
            self.reference.expected(quantity, point, dtype)
        except Exception as error:
            self.row(id).unjudged = f"`like` raises {told(error)}"
            return

        def again(at: Point) -> Trouble | None:
            return self._compared(quantity, at, dtype, answer)[0]

        try:
            trouble, worst, numbers = self._compared(quantity, point, dtype, answer)
        except NotImplementedError as error:
            self.not_offered.setdefault(id.partition("/")[0], told(error))
            return
        if trouble is None:
            self.hold(id, worst, numbers)
            return
        if dtype == "float64" and trouble.relative is not None and trouble.relative < ROUGH:
            self.hold(id)
            id = f"accuracy/{quantity}"
        self.row(id).failures.append(Failure(trouble, point, case, again))

    def _compared(
        self, quantity: Quantity, point: Point, dtype: str, answer: Ask
    ) -> tuple[Trouble | None, float, int]:
        expected = self.reference.expected(quantity, point, dtype)
        try:
            got = answer(point)
        except Exception as error:
            if "not implemented" in str(error) or isinstance(error, NotImplementedError):
                raise NotImplementedError(str(error)) from error  # An op that says what it lacks.
            return Trouble(f"it raises {told(error)}"), float("inf"), 0
        found = compare(self.reference, quantity, point, expected, got)
        if found.trouble is not None and found.trouble.ratio < CLOSE * MARGIN[dtype]:
            surer = self.reference.expected(quantity, point, dtype, SURE)
            found = compare(self.reference, quantity, point, surer, got)
        nearer = _nearer(point) if found.unsure else None
        if nearer is not None:
            return self._compared(quantity, nearer, dtype, answer)
        return found.trouble, found.worst, found.judged


def _nearer(point: Point) -> Point | None:
    """The point with its largest numbers made a third of what they are, so that less overflows; None where all are
    ordinary."""
    inputs = list(point.inputs)
    floats = [i for i, x in enumerate(inputs) if isinstance(x, np.ndarray) and x.dtype == np.float64]
    most = max((float(np.max(np.abs(inputs[i]), initial=0.0)) for i in floats), default=0.0)
    if not 3 < most < np.inf:
        return None
    for i in floats:
        x = inputs[i]
        inputs[i] = np.where(np.abs(x) > most / 3, np.sign(x) * most / 3, x)
    return replace(point, inputs=tuple(inputs[i] for i in point.same))


def told(error: BaseException) -> str:
    """An error as one short line."""
    lines = str(error).strip().splitlines()
    line = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return line if len(line) <= 160 else f"{line[:157]}…"
