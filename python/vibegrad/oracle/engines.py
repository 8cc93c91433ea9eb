"""The libraries by name."""

from __future__ import annotations

from vibegrad.oracle.types import Engine

ENGINES = ("jax", "torch", "autograd")


def engine_named(name: str) -> Engine:
    """Imports the library. Raises ImportError where it is not installed."""
    if name == "jax":
        from vibegrad.oracle.with_jax import JaxEngine

        return JaxEngine()
    if name == "torch":
        from vibegrad.oracle.with_torch import TorchEngine

        return TorchEngine()
    from vibegrad.oracle.with_autograd import AutogradEngine

    return AutogradEngine()
