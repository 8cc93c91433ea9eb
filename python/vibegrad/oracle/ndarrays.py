"""The protocol's numbers as NumPy's arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vibegrad.oracle.numbers import Array, Number


def ndarray(number: Number) -> npt.NDArray[np.float64]:
    """A copy; of a plain number a 0-d array."""
    if isinstance(number, Array):
        return np.array(number.data, dtype=np.float64).reshape(number.shape)
    return np.array(number, dtype=np.float64)


def number(value: Any) -> Number:
    """What an array holds; of a 0-d one a plain number."""
    found = np.asarray(value, dtype=np.float64)
    return Array(found.shape, found.reshape(-1).tolist()) if found.ndim else float(found)
