"""Monte Carlo arithmetic for PyTorch: every tensor that an operation makes is disturbed by a rounding error's worth.

How far results scatter says how much rounding can change them, whatever the composition
(D. S. Parker, Monte Carlo Arithmetic, 1997).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

from vibegrad.library.types import OVERFLOWING, Noise


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
        return tree_map_only(torch.Tensor, self.disturbed, made)

    def disturbed(self, made: torch.Tensor) -> torch.Tensor:
        # PyTorch's symbolic zeros have no memory to read.
        if not made.is_floating_point() or made.numel() == 0 or made._is_zerotensor():
            return made
        factors = torch.from_numpy(np.asarray(self.noise.factors(made.shape)))
        return made * factors.to(made)


def _infinite(values: Any) -> bool:
    return any(
        bool(torch.isinf(leaf).any())
        for leaf in tree_leaves(values)
        if isinstance(leaf, torch.Tensor) and leaf.is_floating_point() and not leaf._is_zerotensor()
    )
