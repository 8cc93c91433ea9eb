"""The protocol: a line of JSON in, a line of JSON out, each with the same id."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TextIO

from vibegrad.oracle.numbers import Number, read, text
from vibegrad.oracle.programs import Program, answer
from vibegrad.oracle.together import answers_together
from vibegrad.oracle.types import Engine
from vibegrad.version import VERSION

Load = Callable[[dict[str, Any]], Engine]


def serve(lines: TextIO, out: TextIO, load: Load) -> None:
    """Answers until the lines end. `load` gives the engine that a `define` is about, and raises where there is none."""
    held = _Held(load)
    for line in lines:
        for said in held.replies(json.loads(line)):
            out.write(f"{said}\n")
            out.flush()


class _Held:
    """An engine, once it is defined, and the programs that it was sent."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.engine: Engine | None = None
        self.programs: list[Program] = []

    def replies(self, message: dict[str, Any]) -> list[str]:
        id, kind = message["id"], message["kind"]
        if kind == "start":
            return [json.dumps({"id": id, "tool": "vibegrad", "config": {"version": VERSION}})]
        if kind == "define":
            try:
                self.engine = self.load(message)
            except BaseException as error:  # a module may well call sys.exit
                return [json.dumps({"id": id, "success": False, "error": _said(error)})]
            return [json.dumps({"id": id, "success": True})]
        if kind == "program":
            self.programs.extend(message["programs"])
            requests = message["requests"]
            had = {} if self.engine is None else answers_together(self.engine, self.programs, requests)
            answers = ",".join(
                f"[{_texts(had[i])}]" if i in had else self.answer(asked) for i, asked in enumerate(requests)
            )
            return [f'{{"id":{id},"answers":[{answers}]}}']
        if kind == "time":
            error = "a Python engine is not timed"
            return [
                json.dumps({"id": id, "phase": "begin"}),
                json.dumps({"id": id, "phase": "end", "error": error}),
            ]
        if kind in ("evaluate", "claim"):
            return [json.dumps({"id": id, "success": False, "error": "a Python engine is asked for programs only"})]
        return [json.dumps({"id": id})]

    def answer(self, asked: dict[str, Any]) -> str:
        """A list of values; where an input was changed, a list that says so; what was raised, as a string."""
        engine, program = self.engine, self.programs[asked["program"]]
        try:
            if engine is None:
                raise LookupError("no engine is defined")
            given = [read(x) for x in [*asked["at"], *asked.get("along", [])]]
            inputs = [engine.value(x) for x in given]
            n = len(asked["at"])
            found = [engine.number(v) for v in answer(engine, program, asked["mode"], inputs[:n], inputs[n:])]
            values = _texts(found)
            kept = all(text(engine.number(value)) == text(x) for value, x in zip(inputs, given, strict=True))
        except Exception as error:
            return json.dumps(_said(error))
        return f"[{values}]" if kept else f'{{"values":[{values}],"repeatable":true,"inputsKept":false}}'


def _texts(values: list[Number]) -> str:
    return ",".join(text(x) for x in values)


def _said(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:400]}"
