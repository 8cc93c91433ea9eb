"""What was found, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Status = Literal["holds", "fails", "not offered", "not judged"]

_MARKS: dict[Status, str] = {"holds": "✓", "fails": "✗", "not offered": "–", "not judged": "–"}


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
        lines += [line for finding in self.failures for line in _told(finding)]
        held = _grouped([finding for finding in asked if finding.status == "holds"])
        lines += [f"  ✓ {what:<10} {', '.join(where)}" for what, where in held]
        lines += [
            f"  – {finding.id}: {finding.status}{': ' + finding.detail if finding.detail else ''}"
            for finding in self.findings
            if finding.status in ("not offered", "not judged")
        ]
        return "\n".join(lines)


class CheckFailed(AssertionError):
    """An op is not as `like` is. `report` tells where."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


def _told(finding: Finding) -> list[str]:
    first, *more = finding.detail.split("\n")
    return [f"  {_MARKS['fails']} {finding.id}: {finding.words}", f"      {first}", *(f"      {line}" for line in more)]


def _grouped(findings: Sequence[Finding]) -> list[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for finding in findings:
        what, _, where = finding.id.partition("/")
        groups.setdefault(what, []).append(where or "all")
    return list(groups.items())
