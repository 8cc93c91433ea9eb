"""PyTorch, asked in NumPy's arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch
from torch.autograd import forward_ad

from vibegrad.library import torch_arrays
from vibegrad.library.torch_noise import Noisy
from vibegrad.library.trees import leaves
from vibegrad.library.types import Function, How, Numbers, Point, Quantity


class TorchLibrary:
    """See `Library`."""

    name = "torch"
    flushes: frozenset[str] = frozenset()

    def is_array(self, value: object) -> bool:
        return isinstance(value, torch.Tensor)

    def numbers(self, array: Any) -> Numbers:
        return torch_arrays.numbers(array)

    def compute(self, quantity: Quantity, f: Function, point: Point, how: How) -> list[Numbers]:
        return self.trusted(quantity, f, point, how)

    def trusted(self, quantity: Quantity, f: Function, point: Point, how: How) -> list[Numbers]:
        with _noisy(how):
            found = _QUANTITIES[quantity](f, point, how)
        return [torch_arrays.numbers(result) for result in found]

    def pullback(
        self, f: Function, point: Point, how: How
    ) -> Callable[[tuple[Numbers, ...]], list[Numbers]]:
        xs = torch_arrays.arguments(point, how, grad=True)
        outputs = floating(f(*xs))

        def back(cotangents: tuple[Numbers, ...]) -> list[Numbers]:
            ws = [torch_arrays.tensor(w, how, "contiguous") for w in cotangents]
            found = gradients(outputs, wanted(xs, point), ws, retain_graph=True)
            return [torch_arrays.numbers(g) for g in found]

        return back

    def describe(self, f: Function, point: Point, how: How) -> list[str]:
        xs = torch_arrays.arguments(point, how, grad=True)
        result = f(*xs)
        said = [_described(output) for output in leaves(result)]
        outputs = [output for output in floating(result) if output.requires_grad]
        if not outputs:
            return said
        ws = torch_arrays.cotangents(point, how)
        chosen = [w for w, o in zip(ws, floating(result), strict=True) if o.requires_grad]
        found = torch.autograd.grad(outputs, wanted(xs, point), chosen, allow_unused=True)
        return said + ["none" if g is None else _described(g) for g in found]

    def batched(
        self, f: Function, points: Sequence[Point], shared: frozenset[int], how: How
    ) -> list[Numbers]:
        first = points[0]
        every = [torch_arrays.arguments(point, how, grad=False) for point in points]
        places = [i for i, x in enumerate(first.inputs) if isinstance(x, np.ndarray) and i not in shared]
        ws = [torch_arrays.cotangents(point, how) for point in points]
        stacked = [torch.stack([xs[i] for xs in every]) for i in places]
        weights = [torch.stack(list(parts)) for parts in zip(*ws, strict=True)]

        def one(xs: list[torch.Tensor], ws: list[torch.Tensor]) -> tuple[torch.Tensor, ...]:
            given = list(every[0])
            for i, x in zip(places, xs, strict=True):
                given[i] = x

            def at(*free: torch.Tensor) -> tuple[torch.Tensor, ...]:
                for i, x in zip(first.differentiated, free, strict=True):
                    given[i] = x
                return tuple(floating(f(*given)))

            values, back = torch.func.vjp(at, *[given[i] for i in first.differentiated])
            return (*values, *back(tuple(ws)))

        return [torch_arrays.numbers(part) for part in torch.func.vmap(one)(stacked, weights)]


def floating(result: Any) -> list[torch.Tensor]:
    """The floating-point tensors of a result."""
    return [o for o in leaves(result) if isinstance(o, torch.Tensor) and o.is_floating_point()]


def wanted(xs: Sequence[Any], point: Point) -> list[torch.Tensor]:
    return [xs[place] for place in point.differentiated]


def gradients(
    outputs: Sequence[torch.Tensor],
    xs: Sequence[torch.Tensor],
    ws: Sequence[torch.Tensor | None],
    **options: bool,
) -> list[torch.Tensor]:
    """Gradients of Σ ⟨w, output⟩; zeros where there is none."""
    pairs = [(o, w) for o, w in zip(outputs, ws, strict=True) if o.requires_grad]
    if not pairs or not xs:
        return [torch.zeros_like(x) for x in xs]
    found = torch.autograd.grad(
        [o for o, _ in pairs], xs, [w for _, w in pairs], allow_unused=True, **options
    )
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, xs, strict=True)]


def _value(f: Function, point: Point, how: How) -> list[torch.Tensor]:
    return [torch.as_tensor(o) for o in leaves(f(*torch_arrays.arguments(point, how, grad=True)))]


def _vjp(f: Function, point: Point, how: How) -> list[torch.Tensor]:
    xs = torch_arrays.arguments(point, how, grad=True)
    return gradients(floating(f(*xs)), wanted(xs, point), torch_arrays.cotangents(point, how))


def _jvp(f: Function, point: Point, how: How) -> list[torch.Tensor]:
    with forward_ad.dual_level():
        outputs = floating(f(*_duals(point, how, grad=False)))
        if outputs and all(forward_ad.unpack_dual(output).tangent is None for output in outputs):
            # What `torch.library.custom_op` does: PyTorch goes on as if the derivative were zero.
            raise NotImplementedError("no output has a tangent")
        return [_tangent(output) for output in outputs]


def _second(f: Function, point: Point, how: How) -> list[torch.Tensor]:
    xs = torch_arrays.arguments(point, how, grad=True)
    free = wanted(xs, point)
    ws = [w.requires_grad_() for w in torch_arrays.cotangents(point, how)]
    first = gradients(floating(f(*xs)), free, ws, create_graph=True)
    vs = [torch_arrays.tensor(v, how, "contiguous") for v in point.tangents]
    pairs = [(g, v) for g, v in zip(first, vs, strict=True) if g.requires_grad]
    if pairs:
        # Not `grad`, which walks only where its inputs are and so passes by the error of `once_differentiable`.
        torch.autograd.backward([g for g, _ in pairs], [v for _, v in pairs])
    return [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in [*free, *ws]]


def _mixed(f: Function, point: Point, how: How) -> list[torch.Tensor]:
    with forward_ad.dual_level():
        xs = _duals(point, how, grad=True)
        ws = torch_arrays.cotangents(point, how)
        # Without create_graph some of PyTorch's backward formulas lose their tangents (linalg.inv, det, logdet).
        first = gradients(floating(f(*xs)), wanted(xs, point), ws, create_graph=True)
        return [_tangent(g) for g in first]


def _duals(point: Point, how: How, grad: bool) -> list[Any]:
    xs = torch_arrays.arguments(point, how, grad)
    tangents = dict(zip(point.differentiated, point.tangents, strict=True))
    made: list[Any] = []
    for place, x in enumerate(xs):
        if point.same[place] != place:
            made.append(made[point.same[place]])
        elif place in tangents:
            made.append(forward_ad.make_dual(x, torch_arrays.tensor(tangents[place], how, "contiguous")))
        else:
            made.append(x)
    return made


def _tangent(output: torch.Tensor) -> torch.Tensor:
    primal, tangent = forward_ad.unpack_dual(output)
    return torch.zeros_like(primal) if tangent is None else tangent


_QUANTITIES: dict[Quantity, Callable[[Function, Point, How], list[torch.Tensor]]] = {
    "value": _value,
    "vjp": _vjp,
    "jvp": _jvp,
    "second": _second,
    "mixed": _mixed,
}


def _noisy(how: How) -> AbstractContextManager[object]:
    return nullcontext() if how.noise is None else Noisy(how.noise)


def _described(given: Any) -> str:
    if not isinstance(given, torch.Tensor):
        return type(given).__name__
    return f"{str(given.dtype).removeprefix('torch.')}{list(given.shape)} on {given.device}"
