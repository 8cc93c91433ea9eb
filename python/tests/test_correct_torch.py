"""No right PyTorch op is accused."""

from __future__ import annotations

import pytest
import torch

import vibegrad
from correct.kinds import Correct
from correct.torch_custom import CUSTOM
from correct.torch_ops import CORRECT

torch.set_num_threads(1)


@pytest.mark.parametrize("correct", [*CORRECT, *CUSTOM], ids=lambda correct: correct.name)
def test_a_right_op_passes(correct: Correct) -> None:
    report = vibegrad.check(correct.op, like=correct.like, inputs=correct.inputs, dtypes=correct.dtypes)
    assert report
    assert sum(finding.numbers for finding in report.findings) > 50


def test_there_are_at_least_sixty_of_the_librarys_own() -> None:
    assert len(CORRECT) >= 60
