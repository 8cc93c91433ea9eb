"""Programs as data, built out of a library's operations and differentiated as a question asks.

A program is `{"inputs": n, "nodes": […], "outputs": […]}`; nodes refer to earlier ones by index and are inputs,
constants, operations, nested gradients, or branches on the plain number under a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vibegrad.oracle.numbers import read
from vibegrad.oracle.types import Engine, Numbers

Program = dict[str, Any]


def outputs(engine: Engine, program: Program, inputs: Sequence[Any]) -> list[Any]:
    """The program's outputs at inputs, traced or not."""
    values: list[Any] = []
    for node in program["nodes"]:
        values.append(_step(engine, node, values, inputs))
    return [values[i] for i in program["outputs"]]


def _step(engine: Engine, node: dict[str, Any], values: Sequence[Any], inputs: Sequence[Any]) -> Any:
    kind = node["kind"]
    if kind == "input":
        return inputs[node["index"]]
    if kind == "const":
        return engine.value(read(node["value"]))
    args = [values[i] for i in node["args"]]
    if kind == "op":
        if node["op"] not in engine.ops:
            raise LookupError(f"{engine.name} has no op {node['op']}")
        return engine.ops[node["op"]](*args, **node.get("attributes", {}))
    if kind == "branch":
        under = float(engine.numbers(values[node["on"]]))
        taken = node["over"] if under > float(read(node["above"])) else node["under"]
        return outputs(engine, taken, args)[0]
    if kind == "grad":
        captured = [values[i] for i in node["captures"]]
        return engine.grad(lambda *xs: outputs(engine, node["body"], [*xs, *captured])[0], args)[node["wrt"]]
    raise LookupError(f"a node of the kind {kind} is not known")


def answer(
    engine: Engine, program: Program, mode: str, at: Sequence[Numbers], along: Sequence[Numbers]
) -> list[Numbers]:
    """The values of an answer, flat: one for each output, or for each input; `jvp`: primal and tangent; `hessian` and
    `jacobian`: rows one after the other. Raises whatever the library does."""
    xs = [engine.value(x) for x in at]
    vs = [engine.value(v) for v in along]
    return [engine.numbers(value) for value in _found(engine, program, mode, xs, vs)]


def _found(engine: Engine, program: Program, mode: str, xs: list[Any], vs: list[Any]) -> list[Any]:
    def f(*inputs: Any) -> Any:
        return outputs(engine, program, inputs)[0]

    if mode == "value":
        return outputs(engine, program, xs)
    if mode == "grad":
        return engine.grad(f, xs)
    if mode == "jvp":
        return list(engine.jvp(f, xs, vs))
    if mode == "hvp":
        return engine.hvp(f, xs, vs)
    if mode == "hessian":
        rows = range(len(xs))
        return [h for i in rows for h in engine.grad(lambda *ys, i=i: engine.grad(f, ys)[i], xs)]
    if mode == "jacobian":
        places = range(len(program["outputs"]))
        return [g for i in places for g in engine.grad(lambda *ys, i=i: outputs(engine, program, ys)[i], xs)]
    raise LookupError(f"the mode {mode} is not known")
