"""Results as lists: what an op returns may be an array, or tuples, lists and dicts of arrays."""

from __future__ import annotations

from typing import Any


def leaves(value: Any) -> list[Any]:
    """The leaves of nested tuples, lists and dicts, in order; None is no leaf."""
    if value is None:
        return []
    if isinstance(value, tuple | list):
        return [leaf for part in value for leaf in leaves(part)]
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    return [value]
