"""Where compiled code is kept, and on which threads kernels run that are parallel inside: told to Numba once."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any


@cache
def settle() -> None:
    """Tell Numba, before it compiles anything; what the environment says has the last word."""
    from numba import config

    settings = vars(config)  # a module that fills itself at run time, so its names are not typed
    if "NUMBA_CACHE_DIR" not in os.environ:
        settings["CACHE_DIR"] = str(_writable_cache_folder())
    if "NUMBA_THREADING_LAYER" not in os.environ:
        settings["THREADING_LAYER"] = "omp"
    _look_for_no_blas()


def _look_for_no_blas() -> None:
    """Have Numba load what it knows of NumPy without scipy, which takes a third of that time.

    It only looks whether scipy has BLAS; a kernel that multiplies matrices asks again when it is compiled.
    """
    from numba.np import linalg

    there: Any = linalg  # whose functions are not typed
    look = getattr(there, "ensure_blas", None)
    if look is None:  # a Numba that looks in another way, or not at all
        return
    there.ensure_blas = lambda: None
    try:
        import numba.np.arraymath  # noqa: F401  it looks while it is imported
    finally:
        there.ensure_blas = look


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
