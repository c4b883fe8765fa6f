"""Crash reports: what a person sends who met a fault. They name no data: no path, no label."""

from __future__ import annotations

import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PyQt6.QtCore import PYQT_VERSION_STR, QT_VERSION_STR

from lidar_label.gui.trail import trail

KEPT = 20
_LIBRARIES = ("numpy", "numba", "vtk", "sqlalchemy")
_written: dict[str, Path] = {}


def write_report(folder: Path, details: str) -> Path | None:
    """Write a report with the traceback `details`; None where none can be written.

    A fault that comes again, as one in a paint event does, has the report it had.
    """
    known = _written.get(details)
    if known is not None and known.parent == folder:
        return known
    if sum(path.parent == folder for path in _written.values()) >= KEPT:
        return None
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 1_000_000:06d}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join((*_about(), "", details)), "utf-8")
        for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
            old.unlink()
    except OSError:
        return None
    _written[details] = path
    return path


def _about() -> list[str]:
    libraries = ", ".join(f"{name} {version_of(name)}" for name in _LIBRARIES)
    return [
        f"lidar-label {version_of('lidar-label')}, {time.strftime('%Y-%m-%d %H:%M:%S %z')}",
        f"{platform.platform()}, Python {sys.version.split()[0]}",
        f"Qt {QT_VERSION_STR}, PyQt {PYQT_VERSION_STR}, {libraries}",
        "",
        "the last commands:",
        *(trail() or ["none"]),
    ]


def version_of(package: str) -> str:
    """Return the version of an installed package; empty for a checkout that was never installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
