"""What the oracle needs of a library, or of a candidate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from vibegrad.oracle.numbers import Number

Function = Callable[..., Any]


class Engine(Protocol):
    """An engine with float64 arithmetic. Values are its own; a plain number is 0-d."""

    name: str

    @property
    def ops(self) -> Mapping[str, Function]:
        """By the judge's names. Array operations take their settings (axes, shape …) by name."""
        ...

    def value(self, number: Number) -> Any: ...

    def number(self, value: Any) -> Number:
        """What is under a value, traced or not."""
        ...

    def grad(self, f: Function, xs: Sequence[Any]) -> Sequence[Any]:
        """The gradient of f, which gives one 0-d value, in each of xs; nests."""
        ...

    def jvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> Sequence[Any]:
        """f at xs, and its derivative along vs."""
        ...

    def hvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> Sequence[Any]:
        """The Hessian of f at xs times vs."""
        ...

    def hessian(self, f: Function, xs: Sequence[Any]) -> Sequence[Sequence[Any]]: ...

    def jacobian(self, f: Function, xs: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Of an f that gives a list; a row for each of its values."""
        ...


class Nesting:
    """Second derivatives and Jacobians of an engine whose `grad` nests."""

    grad: Function

    def hessian(self, f: Function, xs: Sequence[Any]) -> list[Sequence[Any]]:
        return [self.grad(lambda *ys, i=i: self.grad(f, ys)[i], xs) for i in range(len(xs))]

    def jacobian(self, f: Function, xs: Sequence[Any]) -> list[Sequence[Any]]:
        places = range(len(f(*xs)))
        return [self.grad(lambda *ys, i=i: f(*ys)[i], xs) for i in places]
