"""The process that holds a candidate: modules that come as text, behind an adapter that exports the contract.

The contract, in Python. Values are plain numbers, or whatever the engine traces with:

- `ops`: a mapping of names to functions of values. Array operations take their settings (axes, shape …) by name.
- `primal(x)`: the plain number under a value.
- `grad(f)(*xs)`: ∂f/∂x_i at xs for each argument. Where it nests, xs may be traced.
- optional: `jvp(f, xs, vs)` → (value, slope); `hvp(f, xs, vs)`; `hessian(f)(*xs)` and `jacobian(f)(*xs)` → rows.
- optional: `array(data, shape)` → a value; `unpack(value)` → (shape, data), both flat lists.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from vibegrad.oracle.numbers import Array, Number
from vibegrad.oracle.serve import serve
from vibegrad.oracle.sources import Sources, module_name
from vibegrad.oracle.types import Function


class Adapter:
    """See `Engine`. Exports are read each time, as everybody reads them."""

    name = "the engine"

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        for export in ("ops", "primal", "grad"):
            self._export(export)

    @property
    def ops(self) -> Mapping[str, Function]:
        found: Mapping[str, Function] = self._export("ops")
        return found

    def value(self, number: Number) -> Any:
        if not isinstance(number, Array):
            return number
        return self._export("array")(list(number.data), tuple(number.shape))

    def number(self, value: Any) -> Number:
        if isinstance(value, (float, int)):
            return _float(value)
        if hasattr(self.module, "unpack"):
            shape, data = self.module.unpack(value)
            elements = [_float(x) for x in data]
            return Array(tuple(shape), elements) if len(shape) > 0 else elements[0]
        return _float(self._export("primal")(value))

    def grad(self, f: Function, xs: Sequence[Any]) -> Sequence[Any]:
        return self._as_many(self._export("grad")(f)(*xs), len(xs), "grad")

    def jvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> Sequence[Any]:
        return self._as_many(self._export("jvp")(f, list(xs), list(vs)), 2, "jvp")

    def hvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> Sequence[Any]:
        return self._as_many(self._export("hvp")(f, list(xs), list(vs)), len(xs), "hvp")

    def hessian(self, f: Function, xs: Sequence[Any]) -> Sequence[Sequence[Any]]:
        rows = self._as_many(self._export("hessian")(f)(*xs), len(xs), "hessian")
        return [self._as_many(row, len(xs), "hessian") for row in rows]

    def jacobian(self, f: Function, xs: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return [self._as_many(row, len(xs), "jacobian") for row in self._export("jacobian")(f)(*xs)]

    def _export(self, name: str) -> Any:
        try:
            return getattr(self.module, name)
        except AttributeError:
            raise TypeError(f"the engine exports no `{name}`") from None

    @staticmethod
    def _as_many(found: Any, n: int, name: str) -> list[Any]:
        values = list(found)
        if len(values) != n:
            raise TypeError(f"the answer of `{name}` has {len(values)} entries, not {n}")
        return values


def _float(x: Any) -> float:
    """What a number holds, whatever a class over it says."""
    if isinstance(x, float):
        return float.__float__(x)
    if isinstance(x, int):
        return int.__float__(x)
    raise TypeError(f"the engine gave a value of type {type(x).__name__}, not a number")


def load(message: dict[str, Any]) -> Adapter:
    """The candidate of a `define`, imported. Raises whatever its modules do."""
    sources = {source["path"]: source["text"] for source in message["sources"]}
    # Behind what Python itself brings, before what a setup installed: as when it is run in its folder.
    sys.meta_path.insert(2, Sources(sources))
    return Adapter(importlib.import_module(module_name(message["module"])))


def main() -> None:
    # The protocol has streams of its own: what a candidate prints goes nowhere.
    lines, out = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open("/dev/null", os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    serve(lines, out, load)
