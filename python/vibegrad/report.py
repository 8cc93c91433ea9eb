"""What was found, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Status = Literal["holds", "fails", "not offered", "not judged"]

_BASIC = ("value/plain", "vjp/plain")
"""Where these fail, most other checks do, too."""


@dataclass(frozen=True)
class Finding:
    """One check. id: `<what>/<where>`, such as `vjp/scales`. words: what it asks. detail: the smallest failing input
    and what was wrong there, or why it was not judged. worst: the largest error met, in units of the scale of
    rounding. numbers: how many were compared."""

    id: str
    words: str
    status: Status
    detail: str = ""
    worst: float = 0.0
    numbers: int = 0

    @property
    def what(self) -> str:
        """The id's part before the slash."""
        return self.id.partition("/")[0]


@dataclass(frozen=True)
class Report:
    """All findings of one check. True where none fails; printed as a table."""

    op: str
    library: str
    device: str
    dtype: str
    seed: int
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.status == "fails")

    def __bool__(self) -> bool:
        return not self.failures

    def __str__(self) -> str:
        asked = [f for f in self.findings if f.status in ("holds", "fails")]
        head = f"{self.op} ({self.library}, {self.dtype}, {self.device})"
        if self:
            lines = [f"{head}: all {len(asked)} checks hold"]
        else:
            lines = [f"{head}: {len(self.failures)} of {len(asked)} checks fail; seed={self.seed} draws the same again"]
        groups = _grouped(asked)
        wrong = [group for group in groups if any(finding.status == "fails" for finding in group)]
        basic = [group for group in wrong if any(f.id in _BASIC and f.status == "fails" for f in group)]
        lines += [line for group in basic or wrong for line in _told(group)]
        if basic and len(wrong) > len(basic):
            ids = [f.id for group in wrong if group not in basic for f in group if f.status == "fails"]
            lines.append(f"  ✗ and, which may follow from it: {', '.join(ids)}")
        for group in groups:
            if all(finding.status == "holds" for finding in group):
                lines.append(f"  ✓ {group[0].what:<10} {_places(group)}".rstrip())
        for finding in self.findings:
            if finding.status in ("not offered", "not judged"):
                lines.append(f"  – {finding.id}: {finding.status}: {finding.detail}")
        return "\n".join(lines)


class CheckFailed(AssertionError):
    """An op is not as `like` is. `report` tells where."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


def _grouped(findings: Sequence[Finding]) -> list[list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.what, []).append(finding)
    return list(groups.values())


def _told(group: Sequence[Finding]) -> list[str]:
    """Checks of one kind, of which some fail: which, and the smallest input of the first."""
    failing = [finding for finding in group if finding.status == "fails"]
    holding = [finding for finding in group if finding.status == "holds"]
    if len(group) == 1:
        lines = [f"  ✗ {failing[0].id}: {failing[0].words}"]
    else:
        holds = f"; holds: {_places(holding)}" if holding else ""
        lines = [f"  ✗ {failing[0].what}: {failing[0].words}", f"      fails: {_places(failing)}{holds}"]
    return lines + [f"      {line}" for line in failing[0].detail.split("\n")]


def _places(findings: Sequence[Finding]) -> str:
    return ", ".join(finding.id.partition("/")[2] for finding in findings)
