"""What the oracle needs of a library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Function = Callable[..., Any]


class Engine(Protocol):
    """A library with float64 arithmetic. Values are its own; a plain number is a 0-d array."""

    name: str
    ops: Mapping[str, Function]
    """By the judge's names. Array operations take their settings (axes, shape …) by name."""

    def value(self, numbers: Numbers) -> Any: ...

    def numbers(self, value: Any) -> Numbers:
        """What is under a value, traced or not."""
        ...

    def grad(self, f: Function, xs: Sequence[Any]) -> list[Any]:
        """The gradient of f, which gives one 0-d value, in each of xs; nests."""
        ...

    def jvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> tuple[Any, Any]:
        """f at xs, and its derivative along vs."""
        ...

    def hvp(self, f: Function, xs: Sequence[Any], vs: Sequence[Any]) -> list[Any]:
        """The Hessian of f at xs times vs."""
        ...
