"""Every planted wrong PyTorch op is refused, by a check whose name says why."""

from __future__ import annotations

import pytest
import torch

import vibegrad
from planted import conduct, formulas, places
from planted.kinds import Planted

PLANTED = [*formulas.PLANTED, *places.PLANTED, *conduct.PLANTED]
torch.set_num_threads(1)


def refused(planted: Planted) -> None:
    with pytest.raises(vibegrad.CheckFailed) as caught:
        vibegrad.check(planted.op, like=planted.like, inputs=planted.inputs)
    failing = {finding.id for finding in caught.value.report.failures}
    assert failing & set(planted.kills), f"{sorted(failing)} failed, and none of {planted.kills}"
    assert not failing & set(planted.spares), f"{planted.spares} should hold"


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_wrong_op_is_refused_for_what_is_wrong_with_it(planted: Planted) -> None:
    refused(planted)


def test_there_are_at_least_forty() -> None:
    assert len(PLANTED) >= 40
    assert len({planted.group for planted in PLANTED}) >= 30
