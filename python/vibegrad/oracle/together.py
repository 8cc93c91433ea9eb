"""Many questions about one program at once, for a library that can batch: the same operations, over all points."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from vibegrad.oracle.numbers import Number, read
from vibegrad.oracle.programs import Program, answer
from vibegrad.oracle.types import Engine

Asked = dict[str, Any]

AT_ONCE = 32
"""A library compiles each operation for each size, so there is one."""
FEWEST = 4


class Batching(Protocol):
    """An engine that runs a function of values at many points."""

    def many(
        self, f: Callable[..., list[Any]], points: list[list[Number]]
    ) -> list[list[Number]]: ...


def answers_together(engine: Engine, programs: list[Program], requests: list[Asked]) -> dict[int, list[Number]]:
    """The answers that could be had so, by the place of the question; the others have to be asked one by one."""
    many = getattr(engine, "many", None)
    found: dict[int, list[Number]] = {}
    if many is None:
        return found
    for places in _alike(programs, requests):
        for start in range(0, len(places), AT_ONCE):
            part = places[start : start + AT_ONCE]
            asked = requests[part[0]]
            n = len(asked["at"])

            def f(*inputs: Any, asked: Asked = asked, n: int = n) -> list[Any]:
                return answer(engine, programs[asked["program"]], asked["mode"], inputs[:n], inputs[n:])

            points = [[read(x) for x in [*requests[i]["at"], *requests[i].get("along", [])]] for i in part]
            if len(part) < FEWEST:
                continue
            try:
                rows = many(f, points + [points[-1]] * (AT_ONCE - len(part)))
            except Exception:
                # One point may be what an operation refuses; or the library lacks the program.
                continue
            found.update(zip(part, rows, strict=False))
    return found


def _alike(programs: list[Program], requests: list[Asked]) -> Iterable[list[int]]:
    groups: dict[Any, list[int]] = {}
    for place, asked in enumerate(requests):
        if not _branches(programs[asked["program"]]):
            inputs = [*asked["at"], *asked.get("along", [])]
            shapes = tuple(() if isinstance(x, str) else tuple(x["shape"]) for x in inputs)
            groups.setdefault((asked["program"], asked["mode"], shapes), []).append(place)
    return groups.values()


def _branches(program: Program) -> bool:
    """Whether a program goes by the plain number under a value, which points do not share."""
    return any(
        node["kind"] == "branch" or (node["kind"] == "grad" and _branches(node["body"]))
        for node in program["nodes"]
    )
