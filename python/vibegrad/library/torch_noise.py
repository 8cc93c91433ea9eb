"""Monte Carlo arithmetic for PyTorch: every tensor that an operation makes is disturbed by a rounding error's worth.

How far results scatter says how much rounding can change them, whatever the composition
(D. S. Parker, Monte Carlo Arithmetic, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

from vibegrad.library.types import OVERFLOWING, UNDERFLOWING, Noise


class Noisy(TorchDispatchMode):  # type: ignore[misc]
    """Inside, what an operation makes is disturbed; views and in-place results, which are no new numbers, are not."""

    def __init__(self, noise: Noise) -> None:
        super().__init__()
        self.noise = noise

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        if func._opname in OVERFLOWING and _infinite(made) and not _infinite((args, kwargs)):
            self.noise.overflowed = True
        if any(result.alias_info is not None for result in func._schema.returns):
            return made
        rounds = (kwargs or {}).get("rounding_mode") is not None
        operands = args if func._opname in UNDERFLOWING and not rounds else None
        return tree_map_only(torch.Tensor, lambda each: disturbed(each, self.noise, operands), made)


def disturbed(made: torch.Tensor, noise: Noise, operands: Sequence[Any] | None = None) -> torch.Tensor:
    """A tensor with noise. operands: those of an operation that makes no 0 of numbers that are none."""
    # PyTorch's symbolic zeros have no memory to read; what is sparse or nested is made dense by a later operation.
    if made.layout is not torch.strided or made.is_nested:
        return made
    if not made.is_floating_point() or made.numel() == 0 or made._is_zerotensor():
        return made
    r = torch.from_numpy(noise.draw(made.shape)).to(made)
    moved = made * (1 + noise.unit * r)
    below = made.abs() < noise.smallest
    if not bool(below.any()):
        return moved
    below = below & ((made != 0) | _underflowed(operands))
    # In this order: the unit of the smallest number alone is less than any number.
    lost = noise.smallest * r * noise.lost
    return torch.where(below, torch.copysign((made.abs() + lost).abs(), made), moved)


def _underflowed(operands: Sequence[Any] | None) -> torch.Tensor:
    """Where a result is no exact 0."""
    if operands is None:
        return torch.tensor(False)
    numbers = [torch.as_tensor(x) for x in operands if isinstance(x, (torch.Tensor, int, float))]
    return reduce(torch.logical_and, [(x != 0) & torch.isfinite(x) for x in numbers])


def _infinite(values: Any) -> bool:
    return any(
        bool(torch.isinf(leaf).any())
        for leaf in tree_leaves(values)
        if isinstance(leaf, torch.Tensor) and leaf.is_floating_point() and not leaf._is_zerotensor()
    )
