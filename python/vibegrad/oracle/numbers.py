"""Float64 as the protocol writes it: the 16 hexadecimal digits of its 8 bytes, most significant first."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

from vibegrad.oracle.types import Numbers


def read(given: Any) -> Numbers:
    """A number, or an array as `{"shape": […], "data": […]}`. Raises ValueError, KeyError or TypeError."""
    if isinstance(given, str):
        return np.array(_bits(given))
    data = np.array([_bits(digits) for digits in given["data"]], dtype=np.float64)
    return data.reshape([int(size) for size in given["shape"]])


def text(numbers: Numbers) -> str:
    """JSON of a number or an array. NaN of any bits is written as the one that JavaScript has."""
    found = np.asarray(numbers, dtype=np.float64)
    if found.ndim == 0:
        return f'"{_digits(float(found))}"'
    data = ",".join(f'"{_digits(float(x))}"' for x in found.reshape(-1))
    return f'{{"shape":{json.dumps(list(found.shape))},"data":[{data}]}}'


def _bits(digits: str) -> float:
    (number,) = struct.unpack(">d", bytes.fromhex(digits))
    return float(number)


def _digits(x: float) -> str:
    return "7ff8000000000000" if x != x else struct.pack(">d", x).hex()
