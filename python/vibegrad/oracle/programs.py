"""Programs as data, built out of an engine's operations and differentiated as a question asks.

A program is `{"inputs": n, "nodes": […], "outputs": […]}`; nodes refer to earlier ones by index and are inputs,
constants, operations, nested gradients, or branches on the plain number under a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vibegrad.oracle.numbers import Array, read
from vibegrad.oracle.types import Engine

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
        under = engine.number(values[node["on"]])
        if isinstance(under, Array):
            raise TypeError("a branch goes by one number")
        above = read(node["above"])
        taken = node["over"] if isinstance(above, float) and under > above else node["under"]
        return outputs(engine, taken, args)[0]
    if kind == "grad":
        captured = [values[i] for i in node["captures"]]
        return engine.grad(lambda *xs: outputs(engine, node["body"], [*xs, *captured])[0], args)[node["wrt"]]
    raise LookupError(f"a node of the kind {kind} is not known")


def answer(engine: Engine, program: Program, mode: str, xs: Sequence[Any], vs: Sequence[Any]) -> list[Any]:
    """The values of an answer, flat: one for each output, or for each input; `jvp`: primal and tangent; `hessian` and
    `jacobian`: rows one after the other. Raises whatever the engine does."""

    def f(*inputs: Any) -> Any:
        return outputs(engine, program, inputs)[0]

    if mode == "value":
        return outputs(engine, program, xs)
    if mode == "grad":
        return list(engine.grad(f, xs))
    if mode == "jvp":
        return list(engine.jvp(f, xs, vs))
    if mode == "hvp":
        return list(engine.hvp(f, xs, vs))
    if mode == "hessian":
        return [value for row in engine.hessian(f, xs) for value in row]
    if mode == "jacobian":
        rows = engine.jacobian(lambda *inputs: outputs(engine, program, inputs), xs)
        return [value for row in rows for value in row]
    raise LookupError(f"the mode {mode} is not known")

