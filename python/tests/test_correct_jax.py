"""No right JAX function is accused."""

from __future__ import annotations

import jax  # noqa: F401
import pytest

import vibegrad
from correct.jax_ops import CORRECT
from correct.kinds import Correct


@pytest.mark.parametrize("correct", CORRECT, ids=lambda correct: correct.name)
def test_a_right_function_passes(correct: Correct) -> None:
    report = vibegrad.check(correct.op, like=correct.like, inputs=correct.inputs, dtypes=correct.dtypes)
    assert sum(finding.numbers for finding in report.findings) > 50


def test_there_are_at_least_twenty() -> None:
    assert len(CORRECT) >= 20
