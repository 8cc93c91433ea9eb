"""NumPy arrays as PyTorch tensors with a wanted layout in memory, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from vibegrad.library.torch_noise import disturbed
from vibegrad.library.types import How, Layout, Numbers, Point


def tensor(array: Numbers, how: How, layout: Layout) -> torch.Tensor:
    """A fresh tensor that shares no memory with the array; float64 arrays take the dtype that is asked for."""
    whole = torch.from_numpy(np.array(array)).to(how.device)
    if array.dtype == np.float64:
        whole = whole.to(getattr(torch, how.dtype))
    return _laid_out(whole, layout)


def _laid_out(whole: torch.Tensor, layout: Layout) -> torch.Tensor:
    if layout == "contiguous":
        return whole
    if layout == "transposed" and whole.ndim >= 2:
        return whole.mT.contiguous().mT
    if layout == "expanded":
        narrow = whole
        for axis in range(whole.ndim):
            first = narrow.narrow(axis, 0, min(1, narrow.shape[axis]))
            if torch.equal(narrow, first.expand_as(narrow)):
                narrow = first
        return narrow.expand_as(whole)
    # Every second element along each axis, away from the start of its storage.
    wide = whole.new_full([2 * size + 1 for size in whole.shape] or [3], 77)
    part = wide[1] if whole.ndim == 0 else wide[tuple(slice(1, None, 2) for _ in whole.shape)]
    return part.copy_(whole)


def numbers(given: torch.Tensor) -> Numbers:
    """A tensor's numbers; those of any floating-point type as float64, which holds them exactly."""
    plain = torch.zeros(given.shape) if given._is_zerotensor() else given.detach()
    if plain.layout is not torch.strided:
        plain = plain.to_dense()
    if plain.is_floating_point():
        plain = plain.to(torch.float64)
    found: Numbers = plain.cpu().numpy().copy()
    return found


def arguments(point: Point, how: How, grad: bool) -> list[Any]:
    """The point's inputs as fresh tensors; places that are the same get the same object."""
    made: list[Any] = []
    for place, given in enumerate(point.inputs):
        if point.same[place] != place:
            made.append(made[point.same[place]])
        elif not isinstance(given, np.ndarray):
            made.append(given)
        else:
            one = tensor(given, how, point.layout)
            if how.noise is not None:
                one = disturbed(one, how.noise)
            made.append(one.requires_grad_(grad and place in point.differentiated))
    return made


def cotangents(point: Point, how: How) -> list[torch.Tensor]:
    made = [tensor(w, how, point.cotangent_layout) for w in point.cotangents]
    return made if how.noise is None else [disturbed(w, how.noise) for w in made]
