"""What a planted op is, and a short way to write a `torch.autograd.Function`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

Op = Callable[..., Any]


@dataclass(frozen=True)
class Planted:
    """kills: ids (or the parts before the slash) of which one has to fail. spares: ids that have to hold, so that
    `kills` says where the op is wrong and not only that it is."""

    name: str
    group: str
    op: Op
    like: Op
    inputs: tuple[object, ...] | None
    kills: tuple[str, ...]
    spares: tuple[str, ...] = ()


def function(forward: Op, backward: Op, jvp: Op | None = None) -> Op:
    """A fresh `torch.autograd.Function`: forward(ctx, *inputs), backward(ctx, *cotangents), jvp(ctx, *tangents)."""
    members: dict[str, Any] = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    if jvp is not None:
        members["jvp"] = staticmethod(jvp)
    made: Op = type("Planted", (torch.autograd.Function,), members).apply
    return made


def rule(value: Op, slope: Op) -> Op:
    """An elementwise op of one input: value(x), and w · slope(x) on the way back."""

    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return value(x)

    return function(forward, lambda ctx, w: w * slope(ctx.saved_tensors[0]))


def rules(value: Op, backward: Op) -> Op:
    """An op of several inputs: value(*xs), and backward(w, *xs) with one gradient for each."""

    def forward(ctx: Any, *xs: torch.Tensor) -> Any:
        ctx.save_for_backward(*xs)
        return value(*xs)

    return function(forward, lambda ctx, *ws: backward(*ws, *ctx.saved_tensors))
