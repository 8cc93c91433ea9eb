"""What `vibegrad.check` found in PyTorch 2.15 itself, on a CPU: right alarms, each seen without it here."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

import vibegrad
from correct.torch_ops import _layer_norm as layer_norm
from vibegrad import real

torch.set_num_threads(1)


def failing(op: object, like: object, *inputs: object, seed: int | None = None) -> set[str]:
    with pytest.raises(vibegrad.CheckFailed) as caught:
        vibegrad.check(op, like=like, inputs=inputs, seed=seed)  # type: ignore[arg-type]
    return {finding.id for finding in caught.value.report.failures}


def test_hardsigmoid_holds_its_slope_in_float32() -> None:
    x = torch.zeros((), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(F.hardsigmoid(x), x)
    assert 1e-10 < abs(float(slope) - 1 / 6) < 1e-7
    found = failing(F.hardsigmoid, lambda x: torch.clamp(x + 3, 0, 6) / 6, real("n"))
    assert "accuracy/vjp" in found
    assert "vjp/plain" not in found


def test_softplus_cuts_off_at_20() -> None:
    assert float(F.softplus(torch.tensor(20.5, dtype=torch.float64))) == 20.5
    like = lambda x: torch.logaddexp(x, torch.zeros_like(x))  # noqa: E731
    assert "accuracy/value" in failing(F.softplus, like, real("n", low=20.1, high=22))


def test_lerp_between_a_number_and_infinity_is_nan() -> None:
    low, high, weight = (torch.tensor(x, dtype=torch.float64) for x in (2.0, float("inf"), 0.7))
    assert torch.isnan(torch.lerp(low, high, weight))
    weights = real("n", low=0.5, high=1)
    assert failing(torch.lerp, lambda a, b, t: a + t * (b - a), real("n"), real("n"), weights) == {"value/infinite"}


def test_the_second_derivative_of_mish_is_nan_for_large_inputs() -> None:
    x = torch.tensor(1000.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(F.mish(x), x, create_graph=True)
    assert torch.isnan(torch.autograd.grad(slope, x)[0])
    like = lambda x: x * torch.tanh(torch.logaddexp(x, torch.zeros_like(x)))  # noqa: E731
    assert "second/scales" in failing(F.mish, like, real("n"))


def test_kron_does_not_notice_that_its_saved_input_was_changed() -> None:
    a = torch.ones(2, 2, dtype=torch.float64, requires_grad=True)
    b = torch.ones(3, 2, dtype=torch.float64)
    y = torch.kron(a, b)
    b.mul_(5)
    (g,) = torch.autograd.grad(y.sum(), a)
    assert float(g[0, 0]) == 30  # Not 6, and no error.
    like = lambda a, b: (a[:, None, :, None] * b[None, :, None, :]).reshape(6, 4)  # noqa: E731
    assert failing(torch.kron, like, real(2, 2), real(3, 2)) == {"saved/input changed"}


def test_layer_norm_adds_up_its_bias_gradient_in_bfloat16() -> None:
    x = torch.randn(2000, 1, dtype=torch.bfloat16)
    bias = torch.zeros(1, dtype=torch.bfloat16, requires_grad=True)
    F.layer_norm(x, (1,), None, bias).sum().backward()
    assert float(bias.grad) < 1000  # Not 2000.
    found = failing(lambda x, g, b: F.layer_norm(x, x.shape[-1:], g, b), layer_norm, real("n", 1), real(1), real(1))
    assert found == {"bfloat16/vjp"}
