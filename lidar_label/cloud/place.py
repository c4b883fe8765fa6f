"""Where tile stores are kept; light to import, so that a window can say it before anything is loaded."""

from __future__ import annotations

import os
from pathlib import Path

LIMIT_BYTES = 100_000_000_000  # of all stores together, unless a person says otherwise
_chosen: Path | None = None
_limit = LIMIT_BYTES


def use_place(folder: Path | None = None, limit: int = LIMIT_BYTES) -> None:
    """Keep stores in a folder of a person's choice from now on, None for the usual one, and `limit` bytes of them."""
    global _chosen, _limit
    _chosen, _limit = folder, limit


def limit_bytes() -> int:
    """Return what all stores together may take, in bytes."""
    return _limit


def usual_folder() -> Path:
    """Return where stores are kept if nobody says otherwise: ``lidar-label/tiles`` in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "lidar-label" / "tiles"


def chosen_folder() -> Path:
    """Return where stores are kept."""
    return _chosen if _chosen is not None else usual_folder()
