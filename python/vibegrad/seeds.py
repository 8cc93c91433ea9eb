"""Where a check's draws come from: the caller's seed, the test session's, or a fresh one."""

from __future__ import annotations

import secrets

session: int | None = None
"""Set by the pytest plugin, so that one number draws a whole session again."""


def seed_for(given: int | None) -> int:
    if given is not None:
        return given
    return secrets.randbits(32) if session is None else session
