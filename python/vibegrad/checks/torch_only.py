"""What only tensors can do: change in place, share memory, and be saved for a backward pass that comes too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from vibegrad.draws import Case
from vibegrad.library import torch_arrays
from vibegrad.library.torch_library import floating, gradients, wanted
from vibegrad.library.trees import leaves
from vibegrad.library.types import Function, Numbers, Point
from vibegrad.run import Run

IDS = {
    "mutates/input": "inputs are left as they are",
    "mutates/cotangent": "the backward pass leaves cotangents as they are",
    "mutates/output": "the backward pass leaves outputs as they are",
    "alias/input": "no output shares memory with an input, unless that of `like` does",
    "alias/buffer": "what one call returned is not changed by the next",
    "saved/input changed": "a backward pass after an input was changed in place raises, or is right for the old one",
    "saved/output changed": "a backward pass after an output was changed in place raises, or is right",
    "repeat/changed in place": "the same tensor with other numbers in it gives other results",
    "order/twice": "two uses of the op in one graph add up",
    "value/no grad": "values without gradients asked are the same",
    "cotangent/absent": "outputs that nothing depends on send back no cotangent at all",
}


def torch_only(run: Run, case: Case, point: Point) -> None:
    """All of IDS."""
    run.judge("value/no grad", "value", point, case, ask=lambda at: _numbers(_without_grad(run, at)))
    run.judge("repeat/changed in place", "value", point, case, ask=lambda at: _changed_in_place(run, at))
    aliases(run, case, point)
    if not point.differentiated or not point.cotangents:
        return
    mutation(run, case, point)
    buffers(run, case, point)
    run.judge("order/twice", "vjp", point, case, ask=lambda at: _twice(run, at))
    for which in ("input", "output"):
        saved(run, case, point, which)
    if len(point.cotangents) > 1:
        absent(run, case, point)


def mutation(run: Run, case: Case, point: Point) -> None:
    """`mutates/…`"""
    how = run.how()
    try:
        xs = torch_arrays.arguments(point, how, grad=True)
        arrays = [x for x in xs if isinstance(x, torch.Tensor)]
        before = _numbers(arrays)
        outputs = floating(run.op(*xs))
        _unchanged(run, "mutates/input", arrays, before, "input", case, point)
        ws = torch_arrays.cotangents(point, how)
        sent, came = _numbers(ws), _numbers(outputs)
        gradients(outputs, wanted(xs, point), ws)
    except Exception:
        return  # `value/…` and `vjp/…` tell it.
    _unchanged(run, "mutates/input", arrays, before, "input", case, point)
    _unchanged(run, "mutates/cotangent", ws, sent, "cotangent", case, point)
    _unchanged(run, "mutates/output", outputs, came, "output", case, point)


def _unchanged(
    run: Run,
    id: str,
    tensors: Sequence[torch.Tensor],
    before: Sequence[Numbers],
    what: str,
    case: Case,
    point: Point,
) -> None:
    for place, (now, was) in enumerate(zip(_numbers(tensors), before, strict=True)):
        if not np.array_equal(now, was, equal_nan=True):
            run.fail(id, f"{what} {place} is changed", point, case)
            return
    run.hold(id)


def aliases(run: Run, case: Case, point: Point) -> None:
    """`alias/input`"""
    try:
        mine, naive = _shares(run, run.op, point), _shares(run, run.like, point)
    except Exception:
        return
    for place, input in sorted(mine - naive):
        run.fail("alias/input", f"output {place} is in the memory of input {input}", point, case)
        return
    run.hold("alias/input")


def _shares(run: Run, f: Function, point: Point) -> set[tuple[int, int]]:
    xs = torch_arrays.arguments(point, run.how(), grad=False)
    stores = {
        x.untyped_storage().data_ptr(): i for i, x in enumerate(xs) if isinstance(x, torch.Tensor) and x.numel() > 0
    }
    outputs = [o for o in leaves(f(*xs)) if isinstance(o, torch.Tensor)]
    found = [(place, stores.get(o.untyped_storage().data_ptr())) for place, o in enumerate(outputs)]
    return {(place, i) for place, i in found if i is not None}


def buffers(run: Run, case: Case, point: Point) -> None:
    """`alias/buffer`"""
    other = replace(point, cotangents=tuple(-2 * w for w in point.cotangents))
    moved = tuple(
        x + 0.25 * np.abs(x) if i in point.differentiated and isinstance(x, np.ndarray) else x
        for i, x in enumerate(point.inputs)
    )
    other = replace(other, inputs=tuple(moved[i] for i in point.same))
    try:
        kept = _whole(run, point)
        was = _numbers(kept)
        _whole(run, other)
    except Exception:
        return
    _unchanged(run, "alias/buffer", kept, was, "result", case, point)


def _whole(run: Run, point: Point) -> list[torch.Tensor]:
    """Outputs and gradients, as they came."""
    how = run.how()
    xs = torch_arrays.arguments(point, how, grad=True)
    outputs = floating(run.op(*xs))
    return [*outputs, *gradients(outputs, wanted(xs, point), torch_arrays.cotangents(point, how))]


def saved(run: Run, case: Case, point: Point, which: str) -> None:
    """`saved/input changed`, `saved/output changed`"""
    id = f"saved/{which} changed"

    def late(at: Point) -> list[Numbers]:
        how = run.how()
        xs = torch_arrays.arguments(at, how, grad=True)
        outputs = floating(run.op(*xs))
        with torch.no_grad():
            for changed in wanted(xs, at) if which == "input" else outputs:
                changed.mul_(0.5).add_(0.125)
        try:
            return _numbers(gradients(outputs, wanted(xs, at), torch_arrays.cotangents(at, how)))
        except RuntimeError:
            # Told aloud, as PyTorch's own ops do.
            return [e.value for e in run.reference.expected("vjp", at, run.dtype)]

    run.judge(id, "vjp", point, case, ask=late)


def absent(run: Run, case: Case, point: Point) -> None:
    """`cotangent/absent`"""
    for i, w in enumerate(point.cotangents):

        def alone(at: Point, i: int = i) -> list[Numbers]:
            how = run.how()
            xs = torch_arrays.arguments(at, how, grad=True)
            output = floating(run.op(*xs))[i]
            return _numbers(gradients([output], wanted(xs, at), [torch_arrays.cotangents(at, how)[i]]))

        only = tuple(w if i == j else np.zeros(v.shape) for j, v in enumerate(point.cotangents))
        run.judge("cotangent/absent", "vjp", replace(point, cotangents=only), case, ask=alone)


def _twice(run: Run, at: Point) -> list[Numbers]:
    how = run.how()
    xs = torch_arrays.arguments(at, how, grad=True)
    outputs = floating(run.op(*xs)) + floating(run.op(*xs))
    halves = [0.5 * w for w in torch_arrays.cotangents(at, how)] * 2
    return _numbers(gradients(outputs, wanted(xs, at), halves))


def _without_grad(run: Run, at: Point) -> list[Any]:
    with torch.no_grad():
        return leaves(run.op(*torch_arrays.arguments(at, run.how(), grad=False)))


def _changed_in_place(run: Run, at: Point) -> list[Numbers]:
    xs = torch_arrays.arguments(at, run.how(), grad=False)
    kept = [x.clone() if isinstance(x, torch.Tensor) else x for x in xs]
    places = [i for i in at.differentiated if isinstance(xs[i], torch.Tensor)]
    for i in places:
        xs[i].mul_(0.5)
    run.op(*xs)
    for i in places:
        xs[i].copy_(kept[i])
    return _numbers(leaves(run.op(*xs)))


def _numbers(tensors: Sequence[Any]) -> list[Numbers]:
    return [torch_arrays.numbers(torch.as_tensor(t)) for t in tensors]
