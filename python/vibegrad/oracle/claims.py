"""A process with libraries in it that waits for one claim, and runs it and its perturbations, each in a fork of its own.

What it reads and writes are lines of JSON. A fork closes that way, takes a filter of system calls that starts no process,
and only then runs what nobody has read.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import traceback
from types import ModuleType
from typing import Any

from vibegrad.oracle.compiled import compiled, keep
from vibegrad.oracle.forks import Fork, begun, run, stand_by
from vibegrad.oracle.lacks import lacks, unmet
from vibegrad.oracle.perturb import off, perturbations, perturbed
from vibegrad.oracle.warm import load_for, load_soon, suits, warm_up

UNMET, LACKS = "unmet: ", "lacks: "
"""How the last line that a run writes to its standard error begins where a library is of another version."""

STANDING_BY = 2 if (os.cpu_count() or 1) <= 64 else 1
"""Forks that are warm before a claim comes: one for its text, one for the perturbation that most claims notice.

Each has some threads for every core, and 512 are all that there may be.
"""


def main() -> None:
    # PyTorch's forward mode looks for a folder for temporary files; Python tries to write to one, which is forbidden.
    tempfile.tempdir = "/tmp"
    given = json.loads(sys.stdin.readline())
    for name in given["libraries"]:
        try:
            importlib.import_module(name)
        except Exception:
            # Whoever needs it will say so.
            pass
    load_soon()
    keep(given["compiled"])
    forbidden = bytes.fromhex(given["forbidden"])
    warm, fresh = [], given["compiled"]
    for _ in range(STANDING_BY):
        fork, said = _started(forbidden, Warm())
        warm.append(fork)
        # Nobody's text is here yet: what the first one compiled serves the second, and Pythons that are started later.
        fresh = fresh or said
        keep(said)
    print(json.dumps({"ready": True, "compiled": fresh}))
    left = ""
    for line in sys.stdin:
        asked = json.loads(line)
        if "prepare" in asked:
            if load_for(asked["prepare"]):
                # Those that stand by lack what it needs.
                warm.clear()
            print(json.dumps({"prepared": True}))
            continue
        code, which = asked["code"], asked["which"]
        fork = warm.pop(0) if warm and suits(code) else _started(forbidden, Cold())[0]
        said = run(fork, [code, which, left], wall=asked["wall"], processor=asked["processor"])
        compiled_there = said.pop("left", "")
        if which is None:
            left = compiled_there
            said["perturbations"] = _count(code)
        print(json.dumps(said))


def _started(forbidden: bytes, work: Cold) -> tuple[Fork, str]:
    fork = stand_by(forbidden, work)
    return fork, begun(fork)


def _count(code: str) -> int:
    try:
        return perturbations(code)
    except Exception:
        return 0


class Cold:
    """Runs a text."""

    def begin(self) -> str:
        return ""

    def execute(self, task: tuple[str, int | None, str]) -> int:
        code, which, left = task
        # Compiled by the text as it is, where this is a perturbation of it.
        keep(left)
        return _execute(code, which)

    def leave(self) -> str:
        return compiled()


class Warm(Cold):
    """Is warm before the text is there."""

    def begin(self) -> str:
        warm_up()
        return compiled()


def _execute(code: str, which: int | None) -> int:
    main = ModuleType("__main__")
    main.__dict__.update({"__off__": off, "__builtins__": __builtins__})
    sys.modules["__main__"] = main
    sys.argv = ["-"]
    stated = unmet(code)
    if stated is not None:
        print(f"{UNMET}{stated}", file=sys.stderr)
        return 1
    try:
        program, context = perturbed(code, which)
        for name in [name for name in sys.modules if name.split(".")[0] == "vibegrad"]:
            del sys.modules[name]
        with context:
            exec(program, main.__dict__)
    except SystemExit as end:
        if end.code is None:
            return 0
        if isinstance(end.code, int):
            return end.code & 0xFF
        print(end.code, file=sys.stderr)
        return 1
    except BaseException as error:
        traceback.print_exception(error)
        # The last line is the error itself, whatever notes a library adds to it.
        said = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
        print(said[-1] if isinstance(error, SyntaxError) else said[0], file=sys.stderr)
        missing = lacks(error, code, main.__dict__)
        if missing is not None:
            print(f"{LACKS}{missing}", file=sys.stderr)
        return 1
    return 0
