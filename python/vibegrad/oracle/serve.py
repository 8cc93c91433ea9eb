"""The protocol: a line of JSON in, a line of JSON out, each with the same id."""

from __future__ import annotations

import json
from typing import Any, TextIO

import numpy as np

from vibegrad.oracle.numbers import read, text
from vibegrad.oracle.programs import Program, answer
from vibegrad.oracle.types import Engine, Numbers
from vibegrad.version import VERSION


def serve(engine: Engine, lines: TextIO, out: TextIO) -> None:
    """Answers until the lines end."""
    programs: list[Program] = []
    for line in lines:
        for said in _replies(engine, json.loads(line), programs):
            out.write(f"{said}\n")
            out.flush()


def _replies(engine: Engine, message: dict[str, Any], programs: list[Program]) -> list[str]:
    id, kind = message["id"], message["kind"]
    if kind == "start":
        return [json.dumps({"id": id, "tool": "vibegrad", "config": {"engine": engine.name, "version": VERSION}})]
    if kind == "define":
        # The library is there already; what a candidate would be is no business of this one.
        return [json.dumps({"id": id, "success": True})]
    if kind == "program":
        programs.extend(message["programs"])
        answers = ",".join(_answer(engine, programs[asked["program"]], asked) for asked in message["requests"])
        return [f'{{"id":{id},"answers":[{answers}]}}']
    if kind == "time":
        said = "a Python engine is not timed"
        return [json.dumps({"id": id, "phase": "begin"}), json.dumps({"id": id, "phase": "end", "error": said})]
    if kind in ("evaluate", "claim"):
        return [json.dumps({"id": id, "success": False, "error": f"{engine.name} holds no module of its own"})]
    return [json.dumps({"id": id})]


def _answer(engine: Engine, program: Program, asked: dict[str, Any]) -> str:
    """Asked twice. A list of values where both are the same bits and the inputs are what they were; else what is not."""
    try:
        at = [read(x) for x in asked["at"]]
        along = [read(v) for v in asked.get("along", [])]
        before = [x.copy() for x in [*at, *along]]
        first, second = (_texts(answer(engine, program, asked["mode"], at, along)) for _ in range(2))
        kept = all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, [*at, *along], strict=True))
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        return json.dumps(f"{type(error).__name__}: {lines[0][:400]}")
    if first == second and kept:
        return f"[{first}]"
    return f'{{"values":[{first}],"repeatable":{json.dumps(first == second)},"inputsKept":{json.dumps(kept)}}}'


def _texts(values: list[Numbers]) -> str:
    return ",".join(text(value) for value in values)
