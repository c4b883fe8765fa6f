"""Numba kernels: arrays in, arrays out, nothing else.

Compiled code is kept in the user's cache folder, named after the sources of all kernels: Numba
itself does not notice a change in a helper of another file, and an uninstall leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from numba import config


def _cache_folder() -> Path:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "lidar-label" / f"numba-{digest.hexdigest()[:16]}"


if "NUMBA_CACHE_DIR" not in os.environ:
    config.CACHE_DIR = str(_cache_folder())
