"""The trail: the last commands a person ran, by their ids alone, for a crash report."""

from __future__ import annotations

import time
from collections import deque

KEPT = 40
_TRAIL: deque[str] = deque(maxlen=KEPT)


def note(what: str) -> None:
    """Remember that a command was run."""
    _TRAIL.append(f"{time.strftime('%H:%M:%S')} {what}")


def trail() -> list[str]:
    """Return the last commands with their times, oldest first."""
    return list(_TRAIL)
