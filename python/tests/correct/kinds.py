"""What a correct op is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Op = Callable[..., Any]


@dataclass(frozen=True)
class Correct:
    """inputs: None where `check` finds them by itself."""

    name: str
    op: Op
    like: Op
    inputs: tuple[object, ...] | None = None
    dtypes: tuple[str, ...] = ("float64", "float32", "bfloat16")
