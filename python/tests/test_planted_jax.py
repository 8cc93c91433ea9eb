"""Every planted wrong JAX rule is refused, by a check whose name says why."""

from __future__ import annotations

import jax  # noqa: F401
import pytest

from planted.jax_rules import PLANTED
from planted.kinds import Planted
from test_planted_torch import refused


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_wrong_rule_is_refused_for_what_is_wrong_with_it(planted: Planted) -> None:
    refused(planted)


def test_there_are_at_least_twelve() -> None:
    assert len(PLANTED) >= 12
