"""Right numbers by themselves: wrong in what an op remembers, changes, shares or passes on."""

from __future__ import annotations

from typing import Any

import torch

from planted.kinds import Planted, function, rules
from vibegrad import real

N = (real("n"),)
NM = (real("n", "m"),)
PAIR = (real("n", "m"), real("n", "m"))


def _global_state() -> Any:
    last: dict[str, torch.Tensor] = {}

    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        last["x"] = x.detach()
        return torch.sin(x)

    return function(forward, lambda ctx, w: w * torch.cos(last["x"]) if last["x"].shape == w.shape else w)


def _attribute() -> Any:
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.x = x.detach()
        return torch.sin(x)

    return function(forward, lambda ctx, w: w * torch.cos(ctx.x))


def _output_attribute() -> Any:
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        y = torch.exp(x)
        ctx.y = y.detach()
        return y

    return function(forward, lambda ctx, w: w * ctx.y)


def _from_third_call() -> Any:
    calls = [0]

    def backward(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        calls[0] += 1
        return w * torch.cos(x) * (1.01 if calls[0] > 2 else 1.0)

    return rules(torch.sin, backward)


def _from_hundredth_call() -> Any:
    calls = [0]

    def value(x: torch.Tensor) -> torch.Tensor:
        calls[0] += 1
        return torch.sin(x) * (1.01 if calls[0] > 100 else 1.0)

    return rules(value, lambda w, x: w * torch.cos(x) * (1.01 if calls[0] > 100 else 1.0))


def _memo_by_shape() -> Any:
    kept: dict[Any, torch.Tensor] = {}

    def backward(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return w * kept.setdefault((x.shape, x.dtype), torch.cos(x).detach())

    return rules(torch.sin, backward)


def _memo_by_sum() -> Any:
    kept: dict[Any, torch.Tensor] = {}

    def backward(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        key = (x.shape, x.dtype, round(float(x.sum()), 6))
        return w * kept.setdefault(key, torch.cos(x).detach())

    return rules(torch.sin, backward)


def _memo_by_identity() -> Any:
    kept: dict[str, Any] = {}

    def value(x: torch.Tensor) -> torch.Tensor:
        if kept.get("x") is not x:
            kept.update(x=x, y=torch.sin(x.detach()))
        return kept["y"].clone()

    def op(x: torch.Tensor) -> torch.Tensor:
        return torch.sin(x) if x.requires_grad else value(x)

    return op


def _one_buffer() -> Any:
    kept: dict[Any, torch.Tensor] = {}

    def value(x: torch.Tensor) -> torch.Tensor:
        buffer = kept.setdefault((x.shape, x.dtype), torch.empty_like(x))
        return torch.sin(x.detach(), out=buffer).detach()

    return rules(value, lambda w, x: w * torch.cos(x))


def _one_gradient_buffer() -> Any:
    kept: dict[Any, torch.Tensor] = {}

    def backward(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        buffer = kept.setdefault((x.shape, x.dtype), torch.empty_like(x))
        return torch.mul(w, torch.cos(x), out=buffer)

    return rules(torch.sin, backward)


def _hard(x: torch.Tensor) -> torch.Tensor:
    """Nothing to do where all is inside: the input itself comes back."""
    return x if x.numel() == 0 or bool((x.detach().abs() <= 5).all()) else x.clamp(-5, 5)


def _clamps_input(x: torch.Tensor) -> torch.Tensor:
    x.detach().clamp_(-2, 2)
    return torch.sin(x)


def _scales_cotangent(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return w.mul_(torch.cos(x)) if w.numel() < 2 or all(w.stride()) else w * torch.cos(x)


def _spoils_output() -> Any:
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        y = torch.tanh(x)
        ctx.save_for_backward(y)
        return y

    def backward(ctx: Any, w: torch.Tensor) -> torch.Tensor:
        (y,) = ctx.saved_tensors
        return w * y.detach().square_().neg_().add_(1)

    return function(forward, backward)


def _spoils_saved() -> Any:
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.slope = torch.cos(x)
        return torch.sin(x)

    return function(forward, lambda ctx, w: ctx.slope.mul_(w).clone())


def _all_or_nothing() -> Any:
    def forward(ctx: Any, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(a, b)
        return a * b

    def backward(ctx: Any, w: torch.Tensor) -> Any:
        a, b = ctx.saved_tensors
        return (w * b, w * a) if all(ctx.needs_input_grad) else (None, None)

    return function(forward, backward)


def _wrong_place() -> Any:
    def forward(ctx: Any, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(a, b)
        return torch.sin(a) * b

    def backward(ctx: Any, w: torch.Tensor) -> Any:
        a, b = ctx.saved_tensors
        return w * torch.cos(a) * b if ctx.needs_input_grad[0] else None, (
            w * torch.sin(a) if ctx.needs_input_grad[0] else None
        )

    return function(forward, backward)


def _second_zero() -> Any:
    def backward(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return w * torch.cos(x)

    return rules(torch.sin, backward)


def _second_without_cotangent() -> Any:
    return rules(torch.sin, lambda w, x: w.detach() * torch.cos(x))


def _second_sign() -> Any:
    slope = rules(torch.cos, lambda w, x: w * torch.sin(x))
    return rules(torch.sin, lambda w, x: w * slope(x))


def _third_party() -> Any:
    """A `torch.library.custom_op` whose backward has the wrong sign: opcheck lets it pass."""

    @torch.library.custom_op("planted::sine", mutates_args=())
    def sine(x: torch.Tensor) -> torch.Tensor:
        return torch.sin(x)

    sine.register_fake(lambda x: torch.empty_like(x))
    sine.register_autograd(
        lambda ctx, w: -w * torch.cos(ctx.saved_tensors[0]),
        setup_context=lambda ctx, inputs, output: ctx.save_for_backward(*inputs),
    )
    return sine


def _vmap_wrong() -> Any:
    """Right by itself; its vmap rule forgets which inputs are batched."""

    class Scaled(torch.autograd.Function):
        @staticmethod
        def forward(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
            return torch.sin(a) * b

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, w: torch.Tensor) -> Any:
            a, b = ctx.saved_tensors
            return w * torch.cos(a) * b, w * torch.sin(a)

        @staticmethod
        def vmap(info: Any, in_dims: Any, a: torch.Tensor, b: torch.Tensor) -> Any:
            if in_dims[1] is None:
                b = b.unsqueeze(0)
            return Scaled.apply(a, b if in_dims[0] is not None else b[:1]), 0

    return Scaled.apply


def _sin_times(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.sin(a) * b


PLANTED = [
    Planted("x of the last forward pass", "stale saved value", _global_state(), torch.sin, N, ("order/interleaved",), ("vjp/plain",)),
    Planted("x kept beside the graph", "stale saved value", _attribute(), torch.sin, N, ("saved/input changed",), ("vjp/plain",)),
    Planted("y kept beside the graph", "stale saved value", _output_attribute(), torch.exp, N, ("saved/output changed",), ("vjp/plain",)),
    Planted("from the third call on", "wrong from the third call on", _from_third_call(), torch.sin, N, ("repeat/calls",)),
    Planted("from the hundredth call on", "wrong from the third call on", _from_hundredth_call(), torch.sin, N, ("repeat/late",), ("repeat/calls",)),
    Planted("slopes kept by shape", "memo", _memo_by_shape(), torch.sin, N, ("order/similar",)),
    Planted("slopes kept by sum", "memo", _memo_by_sum(), torch.sin, N, ("order/similar",), ("vjp/plain",)),
    Planted("results kept by identity", "memo by object identity", _memo_by_identity(), torch.sin, N, ("repeat/changed in place",), ("vjp/plain",)),
    Planted("one buffer for all outputs", "an alias that a later call changes", _one_buffer(), torch.sin, N, ("alias/buffer",), ("vjp/plain",)),
    Planted("one buffer for all gradients", "an alias that a later call changes", _one_gradient_buffer(), torch.sin, N, ("alias/buffer",), ("vjp/plain",)),
    Planted("the input itself comes back", "an alias of an input", _hard, lambda x: x.clamp(-5, 5), N, ("alias/input",), ("vjp/plain",)),
    Planted("input clamped in place", "mutates an input", _clamps_input, lambda x: torch.sin(x.clamp(-2, 2)), N, ("mutates/input",)),
    Planted("cotangent scaled in place", "mutates the cotangent", rules(torch.sin, _scales_cotangent), torch.sin, N, ("mutates/cotangent",), ("vjp/plain",)),
    Planted("output squared in place", "mutates a saved tensor", _spoils_output(), torch.tanh, N, ("mutates/output",), ("vjp/plain",)),
    Planted("saved slope scaled in place", "mutates a saved tensor", _spoils_saved(), torch.sin, N, ("repeat/backward",), ("vjp/plain",)),
    Planted("no gradient unless all are asked for", "ignores needs_input_grad", _all_or_nothing(), torch.mul, PAIR, ("subset",), ("vjp/plain",)),
    Planted("needs_input_grad of the other input", "ignores needs_input_grad", _wrong_place(), _sin_times, PAIR, ("subset",), ("vjp/plain",)),
    Planted("a backward pass without a graph", "second derivative zero", _second_zero(), torch.sin, N, ("second/plain",), ("vjp/plain",)),
    Planted("a detached cotangent", "second derivative wrong in the cotangent", _second_without_cotangent(), torch.sin, N, ("second/plain",), ("vjp/plain",)),
    Planted("sign of the second derivative", "second derivative wrong", _second_sign(), torch.sin, N, ("second/plain",), ("vjp/plain",)),
    Planted("custom_op, wrong sign", "sign", _third_party(), torch.sin, N, ("vjp/plain",)),
    Planted("vmap over the second input only", "wrong under vmap", _vmap_wrong(), _sin_times, PAIR, ("vmap/one",), ("vjp/plain", "vmap/all")),
    Planted("float32 comes out", "wrong dtype", lambda x: torch.sin(x).float(), torch.sin, N, ("types",)),
]
