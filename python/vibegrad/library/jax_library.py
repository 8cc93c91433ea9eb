"""JAX, asked in NumPy's arrays, with 64-bit types on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.extend
import jax.numpy as jnp
import numpy as np

from vibegrad.library.jax_noise import noisily, pool, silence
from vibegrad.library.trees import leaves
from vibegrad.library.types import Function, How, Numbers, Point, Quantity

Arrays = Sequence[Any]

CHEAP = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}
"""How references are compiled: that costs more than running them."""


class JaxLibrary:
    """See `Library`. The layout of arrays in memory is JAX's own affair, and ignored."""

    name = "jax"
    # XLA on processors; float16 it computes in float32.
    flushes = frozenset({"float64", "float32", "bfloat16"})

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], Function] = {}

    def is_array(self, value: object) -> bool:
        return isinstance(value, jax.Array)

    def numbers(self, array: Any) -> Numbers:
        return _numbers(array)

    def compute(self, quantity: Quantity, f: Function, point: Point, how: How) -> list[Numbers]:
        return self.through(lambda g: g, quantity, f, point, how)

    def through(
        self, transform: Function, quantity: Quantity, f: Function, point: Point, how: How
    ) -> list[Numbers]:
        """What is asked, as a function of arrays that a transformation such as `jax.jit` is applied to first."""
        with jax.enable_x64(True), jax.default_device(jax.devices(how.device)[0]):
            asked = transform(_QUANTITIES[quantity](_of_arrays(f, point)))
            xs = [_array(point.inputs[i], how) for i in _places(point)]
            ws = [_array(w, how) for w in point.cotangents]
            vs = [_array(v, how) for v in point.tangents]
            return [_numbers(result) for result in leaves(asked(xs, ws, vs))]

    def trusted(self, quantity: Quantity, f: Function, point: Point, how: How) -> list[Numbers]:
        noise = how.noise
        if noise is None and how.dtype != "float64":
            return self.through(lambda asked: self._compiled(asked, f, quantity, point), quantity, f, point, how)

        def noisy(asked: Function) -> Function:
            compiled = self._compiled(asked, f, quantity, point, noisily)

            def run(*arguments: Any) -> Any:
                # Without noise the same function, disturbed by nothing: one to compile in place of two.
                results, overflowed = compiled(silence() if noise is None else pool(noise), *arguments)
                if noise is not None:
                    noise.overflowed = noise.overflowed or bool(overflowed)
                return results

            return run

        return self.through(noisy, quantity, f, point, how)

    def _compiled(
        self, asked: Function, f: Function, quantity: Quantity, point: Point, way: Function | None = None
    ) -> Function:
        """Compiled once for all points that differ in nothing but their arrays."""
        fixed = tuple(id(x) for x in point.inputs if not isinstance(x, np.ndarray))
        key = (f, quantity, way, point.differentiated, point.same, fixed)
        if key not in self._kept:
            self._kept[key] = jax.jit(
                asked if way is None else partial(way, asked),
                compiler_options=CHEAP,
            )
        return self._kept[key]

    def pullback(
        self, f: Function, point: Point, how: How
    ) -> Callable[[tuple[Numbers, ...]], list[Numbers]]:
        with jax.enable_x64(True), jax.default_device(jax.devices(how.device)[0]):
            at = _of_arrays(f, point)
            xs = [_array(point.inputs[i], how) for i in _places(point)]
            _, back = jax.vjp(lambda free: _floating(at(xs, free)), _free(xs, point))

        def later(cotangents: tuple[Numbers, ...]) -> list[Numbers]:
            with jax.enable_x64(True):
                return [_numbers(g) for g in back([_array(w, how) for w in cotangents])[0]]

        return later

    def describe(self, f: Function, point: Point, how: How) -> list[str]:
        with jax.enable_x64(True), jax.default_device(jax.devices(how.device)[0]):
            at = _of_arrays(f, point)
            xs = [_array(point.inputs[i], how) for i in _places(point)]
            ws = [_array(w, how) for w in point.cotangents]
            outputs = leaves(at(xs, _free(xs, point)))
            return [_described(o) for o in [*outputs, *_vjp(at)(xs, ws, [])]]

    def batched(
        self, f: Function, points: Sequence[Point], shared: frozenset[int], how: How
    ) -> list[Numbers]:
        first = points[0]
        with jax.enable_x64(True), jax.default_device(jax.devices(how.device)[0]):
            at = _of_arrays(f, first)
            places = _places(first)
            xs = [
                _array(first.inputs[i], how)
                if i in shared
                else jnp.stack([_array(point.inputs[i], how) for point in points])
                for i in places
            ]
            parts = zip(*[point.cotangents for point in points], strict=True)
            ws = [jnp.stack([_array(w, how) for w in part]) for part in parts]

            def one(xs: Arrays, ws: Arrays) -> Any:
                return [*_floating(at(xs, _free(xs, first))), *_vjp(at)(xs, ws, [])]

            axes = ([None if i in shared else 0 for i in places], 0)
            return [_numbers(part) for part in jax.vmap(one, in_axes=axes)(xs, ws)]


def _places(point: Point) -> list[int]:
    return [i for i, x in enumerate(point.inputs) if isinstance(x, np.ndarray) and point.same[i] == i]


def _free(xs: Arrays, point: Point) -> list[Any]:
    """Of all arrays handed in, those in which derivatives are taken."""
    places = _places(point)
    return [xs[places.index(i)] for i in point.differentiated]


class _OfArrays:
    """f as a function of its arrays and, over them, of the differentiated ones."""

    def __init__(self, f: Function, point: Point) -> None:
        self.f = f
        self.point = point

    def __call__(self, xs: Arrays, free: Arrays) -> Any:
        given = list(self.point.inputs)
        for place, x in zip(_places(self.point), xs, strict=True):
            given[place] = x
        for place, x in zip(self.point.differentiated, free, strict=True):
            given[place] = x
        return self.f(*[given[place] for place in self.point.same])


def _of_arrays(f: Function, point: Point) -> _OfArrays:
    return _OfArrays(f, point)


def _value(at: _OfArrays) -> Function:
    return lambda xs, ws, vs: leaves(at(xs, _free(xs, at.point)))


def _vjp(at: _OfArrays) -> Function:
    def vjp(xs: Arrays, ws: Arrays, vs: Arrays) -> Any:
        return jax.vjp(lambda free: _floating(at(xs, free)), _free(xs, at.point))[1](list(ws))[0]

    return vjp


def _jvp(at: _OfArrays) -> Function:
    def jvp(xs: Arrays, ws: Arrays, vs: Arrays) -> Any:
        return jax.jvp(lambda free: _floating(at(xs, free)), (_free(xs, at.point),), (list(vs),))[1]

    return jvp


def _reverse(at: _OfArrays, xs: Arrays) -> Function:
    """The vjp as a function of the differentiated inputs and the cotangents."""
    return lambda free, ws: jax.vjp(lambda free: _floating(at(xs, free)), free)[1](ws)[0]


def _second(at: _OfArrays) -> Function:
    def second(xs: Arrays, ws: Arrays, vs: Arrays) -> Any:
        return jax.vjp(_reverse(at, xs), _free(xs, at.point), list(ws))[1](list(vs))

    return second


def _mixed(at: _OfArrays) -> Function:
    def mixed(xs: Arrays, ws: Arrays, vs: Arrays) -> Any:
        reverse = _reverse(at, xs)
        return jax.jvp(lambda free: reverse(free, list(ws)), (_free(xs, at.point),), (list(vs),))[1]

    return mixed


_QUANTITIES: dict[Quantity, Callable[[_OfArrays], Function]] = {
    "value": _value,
    "vjp": _vjp,
    "jvp": _jvp,
    "second": _second,
    "mixed": _mixed,
}


def _floating(result: Any) -> list[Any]:
    return [o for o in leaves(result) if jnp.issubdtype(jnp.result_type(o), jnp.floating)]


def _array(given: Any, how: How) -> Any:
    dtype = jnp.dtype(how.dtype) if given.dtype == np.float64 else given.dtype
    return jnp.asarray(given, dtype=dtype)


def _numbers(array: Any) -> Numbers:
    if jnp.issubdtype(array.dtype, jnp.floating):
        return np.asarray(array).astype(np.float64)
    return np.array(array)


def _described(given: Any) -> str:
    return f"{given.dtype}{list(given.shape)}"
