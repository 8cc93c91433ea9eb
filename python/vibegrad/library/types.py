"""The questions that every library answers, and the point at which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]
Function = Callable[..., Any]

Quantity = Literal["value", "vjp", "jvp", "second", "mixed"]
"""What is asked of a function f at inputs x, with cotangents w (one for each floating-point output) and tangents v (one
for each differentiated input):

- `value`: f(x).
- `vjp`: wᵀJ, one array for each differentiated input.
- `jvp`: J v, one array for each floating-point output.
- `second`: reverse over reverse, the gradient of ⟨vjp(x, w), v⟩ in x and then in w.
- `mixed`: forward over reverse, the derivative of vjp(x, w) along v.
"""

Layout = Literal["contiguous", "transposed", "strided", "expanded"]
"""How an array lies in memory: row after row, column after column, with gaps, or as one element that is repeated."""


@dataclass(frozen=True)
class Point:
    """Where a function is asked.

    inputs: arrays (float64 ones are floating-point inputs, others whole numbers or booleans) and fixed arguments.
    differentiated: the places of the inputs in which derivatives are taken.
    same: for each place the first place that is handed the same object; `op(x, x)` is (0, 0).
    """

    inputs: tuple[Any, ...]
    differentiated: tuple[int, ...]
    same: tuple[int, ...]
    cotangents: tuple[Numbers, ...] = ()
    tangents: tuple[Numbers, ...] = ()
    layout: Layout = "contiguous"
    cotangent_layout: Layout = "contiguous"


OVERFLOWING = frozenset(
    "exp exp2 expm1 cosh sinh mul square pow integer_pow add sum cumsum prod "
    "mm bmm dot addmm dot_general reduce_sum reduce_prod".split()
)
"""Operations whose infinite results from finite numbers are overflows, and no poles."""


UNDERFLOWING = frozenset("exp exp2 sigmoid logistic mul div reciprocal square pow integer_pow".split())
"""Operations whose results are 0 only where an operand is 0 or infinite: any other 0 is an underflow. (Not a division that
is rounded to a whole number.)"""


@dataclass
class Noise:
    """Monte Carlo arithmetic: every intermediate number is multiplied by 1 + unit · r, r uniform in ±magnified. What is
    below `smallest`, the smallest normal number, moves by `lost` of that, and what underflows to 0 does, too; nothing
    changes its sign by that. lost: the unit, or 1 where a library flushes to 0.
    overflowed: whether an operation made an infinity that is none."""

    unit: float
    smallest: float
    lost: float
    magnified: float
    rng: np.random.Generator
    overflowed: bool = False

    def draw(self, shape: Sequence[int]) -> Numbers:
        return np.asarray(self.rng.uniform(-self.magnified, self.magnified, tuple(shape)))


@dataclass(frozen=True)
class How:
    """The type in which a function computes (`float64`, `float32`, `bfloat16`, `float16`), where, and with what noise."""

    dtype: str
    device: str
    noise: Noise | None = None


class Library(Protocol):
    """PyTorch or JAX. Floating-point results come back as float64, which holds every number of a smaller type."""

    name: str
    flushes: frozenset[str]
    """Types of which it takes what is below the smallest normal number for 0."""

    def is_array(self, value: object) -> bool: ...

    def numbers(self, array: Any) -> Numbers: ...

    def compute(self, quantity: Quantity, f: Function, point: Point, how: How) -> list[Numbers]:
        """Without noise. Whatever f raises goes through. No gradient (None) comes back as zeros."""
        ...

    def trusted(self, quantity: Quantity, f: Function, point: Point, how: How) -> list[Numbers]:
        """As compute, for a function that is known to depend on its arguments only: it may be compiled, and noise is
        heeded."""
        ...

    def pullback(
        self, f: Function, point: Point, how: How
    ) -> Callable[[tuple[Numbers, ...]], list[Numbers]]:
        """f's forward pass now; its backward pass, for these cotangents, as often as it is called."""
        ...

    def describe(self, f: Function, point: Point, how: How) -> list[str]:
        """The type of each output, and of each gradient that is not None, such as `float32[3, 4] on cpu`."""
        ...

    def batched(self, f: Function, points: Sequence[Point], shared: frozenset[int], how: How) -> list[Numbers]:
        """Values and vjps of f at points of one shape at once, through the library's vmap; inputs at the places
        `shared` are the first point's, and not batched. Each result has the batch as its first axis."""
        ...
