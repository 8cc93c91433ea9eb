"""Right ops that people write by hand: `torch.autograd.Function` and `torch.library.custom_op`."""

from __future__ import annotations

from typing import Any

import torch

from correct.kinds import Correct
from vibegrad import real


class Tanh(torch.autograd.Function):
    """Saves its output, as PyTorch's own does."""

    @staticmethod
    def forward(x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: torch.Tensor) -> None:
        ctx.save_for_backward(output)
        ctx.save_for_forward(output)

    @staticmethod
    def backward(ctx: Any, w: torch.Tensor) -> torch.Tensor:
        (y,) = ctx.saved_tensors
        return w * (1 - y * y)

    @staticmethod
    def jvp(ctx: Any, v: torch.Tensor) -> torch.Tensor:
        (y,) = ctx.saved_tensors
        return v * (1 - y * y)

    @staticmethod
    def vmap(info: Any, in_dims: Any, x: torch.Tensor) -> Any:
        return Tanh.apply(x), in_dims[0]


class Scaled(torch.autograd.Function):
    """Two inputs; computes only the gradients that are asked for."""

    generate_vmap_rule = True

    @staticmethod
    def forward(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return torch.sin(a) * b

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: torch.Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, w: torch.Tensor) -> Any:
        a, b = ctx.saved_tensors
        return (
            w * torch.cos(a) * b if ctx.needs_input_grad[0] else None,
            w * torch.sin(a) if ctx.needs_input_grad[1] else None,
        )


class Both(torch.autograd.Function):
    """Two outputs, and cotangents that may be missing."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> Any:
        ctx.set_materialize_grads(False)
        s, c = torch.sin(x), torch.cos(x)
        ctx.save_for_backward(s, c)
        return s, c

    @staticmethod
    def backward(ctx: Any, u: Any, v: Any) -> Any:
        s, c = ctx.saved_tensors
        if u is None:
            return None if v is None else -v * s
        return u * c if v is None else u * c - v * s


class OnceOnly(torch.autograd.Function):
    """Says aloud that it has no second derivative."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return torch.exp(x)

    @staticmethod
    @torch.autograd.function.once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, w: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return w * torch.exp(x)


class LogSumExp(torch.autograd.Function):
    """Stable where the naive composition overflows."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        y = torch.logsumexp(x, -1)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, w: torch.Tensor) -> torch.Tensor:
        x, y = ctx.saved_tensors
        return (w * torch.ones_like(y))[..., None] * torch.exp(x - torch.logsumexp(x, -1, keepdim=True))


class Abs(torch.autograd.Function):
    """Another subgradient at 0 than PyTorch's: 1."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return x.abs()

    @staticmethod
    def backward(ctx: Any, w: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return torch.where(x < 0, -w, torch.where(x == x, w, x))


class FirstOfTies(torch.autograd.Function):
    """amax whose gradient goes to the first of equal numbers."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        y, place = x.max(-1)
        ctx.save_for_backward(place)
        ctx.shape = x.shape
        return y

    @staticmethod
    def backward(ctx: Any, w: torch.Tensor) -> torch.Tensor:
        (place,) = ctx.saved_tensors
        return w.new_zeros(ctx.shape).scatter(-1, place[..., None], w[..., None])


class ByFourier(torch.autograd.Function):
    """A circular convolution by FFT: its errors are small beside the largest number, not beside each."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x, k)
        return _circular(x, k)

    @staticmethod
    def backward(ctx: Any, w: torch.Tensor) -> Any:
        x, k = ctx.saved_tensors
        return _circular(w, _reversed(k)), _circular(w, _reversed(x))


def _circular(x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    if x.shape[-1] == 0:
        return x * k
    return torch.fft.irfft(torch.fft.rfft(x) * torch.fft.rfft(k), n=x.shape[-1])


def _reversed(x: torch.Tensor) -> torch.Tensor:
    return x.flip(-1).roll(1, -1)


def _circular_by_sums(x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    n = x.shape[-1]
    return sum((k[i] * x.roll(i, -1) for i in range(n)), torch.zeros_like(x))


def _library() -> Any:
    @torch.library.custom_op("correct::cosine", mutates_args=())
    def cosine(x: torch.Tensor) -> torch.Tensor:
        return torch.cos(x)

    cosine.register_fake(lambda x: torch.empty_like(x))
    cosine.register_autograd(
        lambda ctx, w: -w * torch.sin(ctx.saved_tensors[0]),
        setup_context=lambda ctx, inputs, output: ctx.save_for_backward(*inputs),
    )
    cosine.register_vmap(lambda info, in_dims, x: (cosine(x), in_dims[0]))
    return cosine


def _double(x: torch.Tensor) -> dict[str, torch.Tensor]:
    return {"twice": x + x, "square": x * x}


CUSTOM = [
    Correct("Function: tanh", Tanh.apply, torch.tanh, (real("n"),)),
    Correct("Function: two inputs", Scaled.apply, lambda a, b: torch.sin(a) * b, (real("n", "m"), real("n", "m"))),
    Correct("Function: two outputs", Both.apply, lambda x: (torch.sin(x), torch.cos(x)), (real("n"),)),
    Correct("Function: once differentiable", OnceOnly.apply, torch.exp, (real("n"),)),
    Correct("Function: stable logsumexp", LogSumExp.apply, lambda x: torch.log(torch.exp(x).sum(-1)), (real("n", "m"),)),
    Correct("Function: another subgradient of abs", Abs.apply, torch.abs, (real("n"),)),
    Correct("Function: first of ties", FirstOfTies.apply, lambda x: x.amax(-1), (real("n", "m"),)),
    Correct("Function: convolution by FFT", ByFourier.apply, _circular_by_sums, (real("n", low=-9, high=9),) * 2),
    Correct("custom_op: cosine", _library(), torch.cos, (real("n", "m"),)),
    Correct("a dict of outputs", _double, lambda x: {"twice": 2 * x, "square": x**2}, (real("n"),)),
]
