"""Float64 as the protocol writes it: the 16 hexadecimal digits of its 8 bytes, most significant first."""

from __future__ import annotations

import json
import struct
from typing import Any, NamedTuple, TypeAlias


class Array(NamedTuple):
    """Elements in row-major order."""

    shape: tuple[int, ...]
    data: list[float]


Number: TypeAlias = "float | Array"
"""A plain number is 0-d."""


def read(given: Any) -> Number:
    """A number, or an array as `{"shape": […], "data": […]}`. Raises ValueError, KeyError or TypeError."""
    if isinstance(given, str):
        return _bits(given)
    return Array(tuple(int(size) for size in given["shape"]), [_bits(digits) for digits in given["data"]])


def text(number: Number) -> str:
    """JSON of a number or an array. NaN of any bits is written as the one that JavaScript has."""
    if not isinstance(number, Array):
        return f'"{_digits(number)}"'
    data = ",".join(f'"{_digits(x)}"' for x in number.data)
    return f'{{"shape":{json.dumps(list(number.shape))},"data":[{data}]}}'


def _bits(digits: str) -> float:
    (number,) = struct.unpack(">d", bytes.fromhex(digits))
    return float(number)


def _digits(x: float) -> str:
    return "7ff8000000000000" if x != x else struct.pack(">d", x).hex()
