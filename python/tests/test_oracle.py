"""The oracle: lines in, lines out, for each of its engines."""

from __future__ import annotations

import io
import json
import math
import struct
from typing import Any

import pytest

from vibegrad.oracle.engines import ENGINES, engine_named
from vibegrad.oracle.serve import serve
from vibegrad.oracle.types import Engine


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return engine_named(request.param)


def digits(x: float) -> str:
    return struct.pack(">d", x).hex()


def number(text: str) -> float:
    return float(struct.unpack(">d", bytes.fromhex(text))[0])


def said(engine: Engine, *messages: dict[str, Any]) -> list[Any]:
    out = io.StringIO()
    define = {"kind": "define", "module": "x", "sources": []}
    lines = io.StringIO("".join(json.dumps({"id": i, **m}) + "\n" for i, m in enumerate([define, *messages])))
    serve(lines, out, lambda _: engine)
    return [json.loads(line) for line in out.getvalue().splitlines()][1:]


def asked(engine: Engine, program: dict[str, Any], mode: str, at: list[Any], **more: Any) -> Any:
    request = {"program": 0, "mode": mode, "at": at, **more}
    return said(engine, {"kind": "program", "programs": [program], "requests": [request]})[0]["answers"][0]


def op(name: str, *args: int, **attributes: Any) -> dict[str, Any]:
    return {"kind": "op", "op": name, "args": list(args), **({"attributes": attributes} if attributes else {})}


X = {"kind": "input", "index": 0}
Y = {"kind": "input", "index": 1}
PRODUCT = {"inputs": 2, "nodes": [X, Y, op("mul", 0, 1)], "outputs": [2]}


def test_it_answers_each_message_with_its_id(engine: Engine) -> None:
    replies = said(engine, {"kind": "start"}, {"kind": "time"}, {"kind": "analysis"})
    assert [reply["id"] for reply in replies] == [1, 2, 2, 3]
    assert [replies[1]["phase"], replies[2]["phase"]] == ["begin", "end"]


@pytest.mark.parametrize("x", [math.nan, -0.0, math.inf, 5e-324, 0.1])
def test_numbers_come_back_bit_for_bit(engine: Engine, x: float) -> None:
    [found] = asked(engine, {"inputs": 1, "nodes": [X], "outputs": [0]}, "value", [digits(x)])
    assert struct.pack(">d", number(found)) == struct.pack(">d", x)


def test_modes(engine: Engine) -> None:
    at, along = [digits(2.0), digits(3.0)], [digits(5.0), digits(7.0)]
    assert [number(v) for v in asked(engine, PRODUCT, "grad", at)] == [3, 2]
    assert [number(v) for v in asked(engine, PRODUCT, "jvp", at, along=along)] == [6, 29]
    assert [number(v) for v in asked(engine, PRODUCT, "hvp", at, along=along)] == [7, 5]
    assert [number(v) for v in asked(engine, PRODUCT, "hessian", at)] == [0, 1, 1, 0]
    both = {**PRODUCT, "outputs": [2, 0]}
    assert [number(v) for v in asked(engine, both, "jacobian", at)] == [3, 2, 1, 0]


def test_nested_gradients_do_not_confuse_their_levels(engine: Engine) -> None:
    # d/dx (x · d/dy (x + y)), which is 1, and 2 where levels are confused.
    inner = {"inputs": 2, "nodes": [X, Y, op("add", 0, 1)], "outputs": [2]}
    one = {"kind": "const", "value": digits(1.0)}
    grad = {"kind": "grad", "body": inner, "args": [1], "captures": [0], "wrt": 0}
    program = {"inputs": 1, "nodes": [X, one, grad, op("mul", 0, 2)], "outputs": [3]}
    assert [number(v) for v in asked(engine, program, "grad", [digits(1.0)])] == [1]


def test_a_branch_goes_by_the_plain_number(engine: Engine) -> None:
    def half(name: str) -> dict[str, Any]:
        return {"inputs": 1, "nodes": [X, op(name, 0)], "outputs": [1]}

    branch = {
        "kind": "branch",
        "on": 0,
        "above": digits(1.0),
        "over": half("square"),
        "under": half("neg"),
        "args": [0],
    }
    program = {"inputs": 1, "nodes": [X, branch], "outputs": [1]}
    assert [number(asked(engine, program, "grad", [digits(x)])[0]) for x in (3.0, 1.0)] == [6, -1]


def test_arrays(engine: Engine) -> None:
    total = op("sum", 1, axes=[0, 1], keepdims=False)
    program = {"inputs": 1, "nodes": [X, op("square", 0), total], "outputs": [2]}
    array = {"shape": [2, 2], "data": [digits(x) for x in (1.0, -2.0, 0.5, 4.0)]}
    [found] = asked(engine, program, "grad", [array])
    assert found["shape"] == [2, 2]
    assert [number(x) for x in found["data"]] == [2, -4, 1, 8]


def test_what_it_lacks_it_says(engine: Engine) -> None:
    program = {"inputs": 1, "nodes": [X, op("nonsense", 0)], "outputs": [1]}
    assert "no op nonsense" in asked(engine, program, "value", [digits(1.0)])
