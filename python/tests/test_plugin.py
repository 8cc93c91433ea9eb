"""The pytest plugin: one seed a session, printed, given again; a failing check prints its report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WRONG = """
import torch
import vibegrad

def wrong(x):
    return torch.sin(x) + 0.1 * x.detach()

def test_op():
    vibegrad.check(wrong, like=lambda x: torch.sin(x) + 0.1 * x, inputs=[vibegrad.real("n")])
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[1]))
    return lambda *more: pytester.runpytest_subprocess("-p", "vibegrad.pytest_plugin", *more)


def test_a_failure_prints_the_report_and_its_seed(pytester: pytest.Pytester, run) -> None:  # type: ignore[no-untyped-def]
    pytester.makepyfile(WRONG)
    result = run()
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    seed = re.search(r"vibegrad: --vibegrad-seed=(\d+)", text)
    assert seed is not None
    assert f"seed={seed[1]} draws the same again" in text
    assert "vjp: reverse mode gives the gradients that `like` gives" in text
    assert "input 0: [" in text
    assert "vibegrad: 1 checks of ops, 1 failed" in text
    assert "vibegrad/check.py" not in text, "the traceback ends in the user's own line"

    again = run(f"--vibegrad-seed={seed[1]}").stdout.str()
    told = [line for line in text.splitlines() if line.startswith("E ")]
    assert told
    assert [line for line in again.splitlines() if line.startswith("E ")] == told


def test_sessions_draw_afresh(pytester: pytest.Pytester, run) -> None:  # type: ignore[no-untyped-def]
    pytester.makepyfile("def test_nothing():\n    pass")
    seeds = {re.search(r"--vibegrad-seed=(\d+)", run().stdout.str())[1] for _ in range(2)}  # type: ignore[index]
    assert len(seeds) == 2
