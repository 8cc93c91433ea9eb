"""For pytest: one seed for a session, printed at its head, and given again with `--vibegrad-seed`.

A failing check needs nothing more: CheckFailed prints as its report.
"""

from __future__ import annotations

import secrets

import pytest

from vibegrad import seeds
from vibegrad.check import listeners
from vibegrad.report import Report

_reports: list[Report] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("vibegrad").addoption(
        "--vibegrad-seed", type=int, metavar="N", help="draw the inputs of the session whose header printed N"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.option.vibegrad_seed is None:
        # Written back, so that the workers of pytest-xdist draw from the same one.
        config.option.vibegrad_seed = secrets.randbits(32)
    seeds.session = config.option.vibegrad_seed
    _reports.clear()
    listeners.append(_reports.append)


def pytest_unconfigure() -> None:
    seeds.session = None
    if _reports.append in listeners:
        listeners.remove(_reports.append)


def pytest_report_header(config: pytest.Config) -> str:
    return f"vibegrad: --vibegrad-seed={config.option.vibegrad_seed} draws the same inputs again"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _reports:
        failed = sum(not report for report in _reports)
        terminalreporter.write_line(f"vibegrad: {len(_reports)} checks of ops, {failed} failed")
