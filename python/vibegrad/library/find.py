"""Which library an op belongs to. None is imported here that was not imported before."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence

from vibegrad.library.types import Library

_LIBRARIES = {"torch": "TorchLibrary", "jax": "JaxLibrary"}


def imported() -> Iterator[Library]:
    """The libraries that the program has imported."""
    for name, kind in _LIBRARIES.items():
        if name in sys.modules:
            found: Library = getattr(importlib.import_module(f"vibegrad.library.{name}_library"), kind)()
            yield found


def of_examples(examples: Sequence[object]) -> Library | None:
    """The library whose arrays are among the examples."""
    return next((one for one in imported() if any(one.is_array(x) for x in examples)), None)
