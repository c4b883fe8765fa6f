"""Numba kernels: arrays in, arrays out, nothing else.

Compiled code is kept in the user's cache folder, named after the sources of all kernels: Numba
itself does not notice a change in a helper of another file, and an uninstall leaves nothing behind.

Kernels release the interpreter's lock and run on the thread that calls them, so that many threads
may call them at once. Should one ever be parallel inside, it runs on OpenMP: Numba's own
``workqueue`` layer aborts the process when two threads call parallel kernels.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from numba import config


def _cache_folder() -> Path:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "lidar-label" / f"numba-{digest.hexdigest()[:16]}"


def _writable_cache_folder() -> Path:
    """Return the cache folder, or a private one of this process where the user's cannot be written."""
    try:
        folder = _cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):  # a home that is read-only, full, or not known at all
        private = Path(tempfile.mkdtemp(prefix="lidar-label-numba-"))
        atexit.register(shutil.rmtree, private, ignore_errors=True)
        return private


_settings = vars(config)  # a module that fills itself at run time, so its names are not typed
if "NUMBA_CACHE_DIR" not in os.environ:
    _settings["CACHE_DIR"] = str(_writable_cache_folder())
if "NUMBA_THREADING_LAYER" not in os.environ:
    _settings["THREADING_LAYER"] = "omp"
