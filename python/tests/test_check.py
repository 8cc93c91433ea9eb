"""How `check` is used: what it takes, what it says, what it refuses."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import torch

import vibegrad
import vibegrad.seeds
from correct.torch_ops import _layer_norm as layer_norm
from vibegrad import integers, real
from vibegrad.domains import domain_of
from vibegrad.draws import KINDS, Signature, draw_cases
from vibegrad.dtypes import nearest
from vibegrad.library.torch_library import TorchLibrary

torch.set_num_threads(1)


def sine(x: torch.Tensor) -> torch.Tensor:
    return torch.sin(x)


def failures(op: Any, like: Any, inputs: Any = None, **options: Any) -> vibegrad.Report:
    with pytest.raises(vibegrad.CheckFailed) as caught:
        vibegrad.check(op, like=like, inputs=inputs, **options)
    return caught.value.report


def test_a_right_op_gives_a_report_that_is_true() -> None:
    report = vibegrad.check(sine, like=torch.sin)
    assert report
    assert report.failures == ()
    assert "all" in str(report)
    assert {"value/broadcast"}.isdisjoint(finding.id for finding in report.findings), "one argument"


def test_a_failure_is_an_assertion_error() -> None:
    assert issubclass(vibegrad.CheckFailed, AssertionError)


def test_a_seed_draws_the_same_again() -> None:
    def wrong(x: torch.Tensor) -> torch.Tensor:
        return torch.sin(x) * 1.001

    first = failures(wrong, torch.sin, seed=7)
    assert str(first) == str(failures(wrong, torch.sin, seed=7))
    assert str(first) != str(failures(wrong, torch.sin, seed=8))
    assert first.seed == 7


def test_seeds_are_fresh_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vibegrad.seeds, "session", None)
    reports = [vibegrad.check(sine, like=torch.sin, inputs=[real(2)], dtypes=["float64"]) for _ in range(2)]
    assert reports[0].seed != reports[1].seed


def test_the_failing_input_is_made_small() -> None:
    def wrong(x: torch.Tensor) -> torch.Tensor:
        return torch.where(x.abs() > 4, x + 1, x)

    report = failures(wrong, lambda x: x, [real("n", "m")])
    detail = next(f.detail for f in report.failures if f.id == "value/scales")
    assert "input 0: [[" in detail
    number = float(detail.split("input 0: [[")[1].split("]]")[0])
    assert 4 < abs(number)
    assert number == round(number), "whole numbers are tried first"


def test_example_tensors_stand_for_their_shape_and_sign() -> None:
    library = TorchLibrary()
    positive = domain_of(torch.tensor([[0.5, 2.0]]), library)
    assert (positive.dims, positive.low, positive.high) == ((1, 2), 0.0, float("inf"))  # type: ignore[union-attr]
    both = domain_of(torch.tensor([-1.0, 1.0]), library)
    assert (both.low, both.high) == (-float("inf"), float("inf"))  # type: ignore[union-attr]
    report = vibegrad.check(torch.log, like=lambda x: 2 * torch.log(torch.sqrt(x)), inputs=[torch.rand(3, 4) + 0.1])
    assert "value/example" in {finding.id for finding in report.findings}


def test_fixed_arguments_are_handed_in_as_they_are() -> None:
    def like(x: torch.Tensor, axis: int, keep: bool) -> torch.Tensor:
        return torch.log(torch.exp(x).sum(axis, keepdim=keep))

    assert vibegrad.check(torch.logsumexp, like=like, inputs=[real("n", "m"), 0, True])


def test_labels_stay_below_their_size() -> None:
    signature = Signature((real("n", "c"), integers("n", high="c")))
    for case in draw_cases(signature, np.random.default_rng(0)):
        logits, labels = case.inputs
        assert labels.size == 0 or labels.max() < logits.shape[1]


def test_all_kinds_are_drawn() -> None:
    cases = [case for domains in [(real("n", "m"), real("n", "m"))] for case in draw_cases(Signature(domains), np.random.default_rng(0))]
    assert set(KINDS) - {case.kind for case in cases} == {"example", "0-d", "3-d", "broadcast"}


def test_domains_are_kept() -> None:
    for case in draw_cases(Signature((real("n", low=-1, high=2),)), np.random.default_rng(0)):
        x = case.inputs[0]
        assert np.all((x >= -1) & (x <= 2) | np.isnan(x))


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_rounding_is_that_of_torch(dtype: str) -> None:
    rng = np.random.default_rng(0)
    numbers = np.concatenate([rng.standard_normal(200) * 10.0 ** rng.integers(-44, 39, 200), [0.0, -0.0, np.inf, np.nan, 1e300]])
    by_torch = torch.from_numpy(numbers).to(getattr(torch, dtype)).double().numpy()
    assert np.array_equal(nearest(numbers, dtype), by_torch, equal_nan=True)


def test_an_overflow_of_like_excuses_only_what_overflows() -> None:
    def wrong(x: torch.Tensor) -> torch.Tensor:
        return torch.logaddexp(x, torch.zeros_like(x)) + torch.where(x.abs() > 10, 0.01 * x, torch.zeros_like(x))

    report = failures(wrong, lambda x: torch.log(1 + torch.exp(x)), [real("n")])
    assert "value/spread" in {finding.id for finding in report.failures}


def test_infinities_lie_in_one_argument_at_a_time() -> None:
    cases = [case for case in draw_cases(Signature((real("n"),) * 3), np.random.default_rng(0)) if case.kind == "infinite"]
    assert [[bool(np.isinf(x).any()) for x in case.inputs] for case in cases] == np.eye(3).tolist()


def test_forward_and_reverse_mode_are_not_compared_where_like_has_no_number() -> None:
    """Of -294 this `like` makes -1 / 0, and sinh does not."""
    like = lambda x: 0.5 * (torch.expm1(x) + torch.expm1(x) / (torch.expm1(x) + 1))  # noqa: E731
    assert vibegrad.check(torch.sinh, like=like, inputs=[real("n", "m")], seed=206)


def test_an_underflow_of_like_excuses_only_what_underflows() -> None:
    """From 355 on 1 / (1 + exp x)² is below the smallest normal number; the second derivative of `like` is noise there,
    and from 373 on it is 1."""

    def softplus(x: torch.Tensor) -> torch.Tensor:
        return torch.logaddexp(x, torch.zeros_like(x))

    def wrong(x: torch.Tensor) -> torch.Tensor:
        return softplus(x) + torch.where(x > 390, 0.01 * x, torch.zeros_like(x))

    def naive(x: torch.Tensor) -> torch.Tensor:
        return torch.log(1 + torch.exp(x))

    for seed in range(4):
        assert vibegrad.check(softplus, like=naive, inputs=[real("n", low=340, high=400)], seed=seed)
    assert "vjp/spread" in {finding.id for finding in failures(wrong, naive, [real("n", low=340, high=400)]).failures}
    both = [lambda x: jnp.logaddexp(x, 0.0), lambda x: jnp.log(1 + jnp.exp(x))]
    assert vibegrad.check(both[0], like=both[1], inputs=[real("n", low=340, high=400)], dtypes=["float64"])


@pytest.mark.parametrize("seed", [101, 118])
def test_rows_of_two_in_a_layer_norm_are_no_loss_of_digits(seed: int) -> None:
    """All but 1e-5 of their gradient cancels, and a few runs may tell little of how far rounding moves what is left."""
    op, like = lambda x, g, b: torch.nn.functional.layer_norm(x, x.shape[-1:], g, b), layer_norm
    assert vibegrad.check(op, like=like, inputs=[real("n", "m"), real("m"), real("m")], dtypes=["float64", "float32"], seed=seed)


def test_a_quotient_that_is_rounded_to_0_is_no_underflow() -> None:
    like = lambda x: x * (1 + torch.sign(torch.div(x, 1.0, rounding_mode="floor")))  # noqa: E731
    report = failures(lambda x: 1.04 * x, like, [real("n", low=0.1, high=0.9)], dtypes=["float32"])
    assert {"value/plain", "vjp/plain"} <= {finding.id for finding in report.failures}


def test_what_underflows_in_float16_is_rounded_and_not_lost() -> None:
    """XLA computes float16 in float32."""
    like = lambda x: jnp.exp(x) / jnp.exp(x).sum() * 1000  # noqa: E731
    report = failures(lambda x: like(x) * 2, like, [real("n", low=-14, high=-10)], dtypes=["float16"])
    assert "value/plain" in {finding.id for finding in report.failures}


def test_what_is_sparse_on_the_way_is_judged() -> None:
    assert vibegrad.check(lambda x: 2 * x, like=lambda x: (x.to_sparse() * 2).to_dense(), inputs=[real("n", 4)])
    rows = [real("k", "d"), integers("n", high="k")]
    embedding = torch.nn.functional.embedding
    assert vibegrad.check(lambda w, i: w[i], like=lambda w, i: embedding(i, w, sparse=True), inputs=rows)


def test_a_report_without_a_gradient_that_was_compared_is_none() -> None:
    class NoWayBack(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            return torch.sin(x)

        @staticmethod
        def backward(ctx: Any, w: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("there is no way back")

    with pytest.raises(ValueError, match="no gradient of the op could be compared: `like` raises .*no way back"):
        vibegrad.check(sine, like=NoWayBack.apply, inputs=[real("n")])
    assert vibegrad.check(sine, like=NoWayBack.apply, inputs=[real("n", differentiable=False)])


def test_an_op_for_float32_only_is_checked_in_float32() -> None:
    def narrow(x: torch.Tensor) -> torch.Tensor:
        if x.dtype != torch.float32:
            raise TypeError("float32 only")
        return torch.tanh(x)

    report = vibegrad.check(narrow, like=torch.tanh, inputs=[real("n")])
    assert report.dtype == "float32"
    assert any(finding.id == "vjp/plain" for finding in report.findings)


def test_what_an_op_refuses_aloud_is_listed() -> None:
    class Once(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            ctx.save_for_backward(x)
            return torch.exp(x)

        @staticmethod
        @torch.autograd.function.once_differentiable  # type: ignore[untyped-decorator]
        def backward(ctx: Any, w: torch.Tensor) -> torch.Tensor:
            return w * torch.exp(ctx.saved_tensors[0])

    report = vibegrad.check(Once.apply, like=torch.exp, inputs=[real("n")])
    assert {f.id for f in report.findings if f.status == "not offered"} == {"jvp", "second", "vmap"}


def test_an_op_that_raises_where_like_does_not_fails() -> None:
    def raises(x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("no such kernel")

    report = failures(raises, torch.sin, [real("n")])
    assert "no such kernel" in str(report)


@pytest.mark.parametrize(
    ("op", "like", "options", "said"),
    [
        (sine, lambda x: x @ "no", {}, "`like` gave no value"),
        (sine, torch.sin, {"dtypes": ["float8"]}, "float8"),
        (sine, lambda *xs: xs[0], {}, "give inputs="),
        (torch.tensor(1.0), torch.sin, {}, "op is no function"),
        (sine, None, {}, "like is no function: None"),
        (sine, torch.sin, {"inputs": real("n")}, "inputs is a list"),
        (sine, torch.sin, {"inputs": [real("n", low=2)], "device": "nowhere"}, "Expected one of cpu"),
    ],
)
def test_nothing_to_check_is_a_value_error(op: Any, like: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        vibegrad.check(op, like=like, **options)


@pytest.mark.parametrize("make", [lambda: real("n", low=1, high=1), lambda: real(-1), lambda: integers("n", low=2, high=2), lambda: real(True)])
def test_domains_that_make_no_sense_are_refused(make: Any) -> None:
    with pytest.raises(ValueError):
        make()
