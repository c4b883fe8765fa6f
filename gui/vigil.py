"""Vigil: says at the next start that a desk ended unexpectedly, and keeps what a hard crash left."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lidar_label.gui.reports import write_report
from lidar_label.held import Held, hold, read


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A desk that did not close: when it was begun, on which project, and where the report of its end is."""

    since: float
    project: Path | None
    report: Path | None


class Vigil:
    """A marker that is held while the desk runs; one that nobody holds is of a desk that did not close.

    Parameters
    ----------
    folder : Path
        For reports; the markers of running desks are in a folder of it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._running = folder, folder / "running"
        self._marker: Held | None = None
        self._faults: IO[str] | None = None
        self._fault_path = self._running / f"{os.getpid()}-{time.time_ns()}.fault"

    def begin(self) -> list[Ended]:
        """Watch this process from now on; return the desks that ended unexpectedly since the last start."""
        try:
            self._running.mkdir(parents=True, exist_ok=True)
            ended = [found for path in sorted(self._running.glob("*.desk")) if (found := self._look(path))]
            self._marker = hold(self._fault_path.with_suffix(".desk"))
            self._faults = self._fault_path.open("w", encoding="utf-8")
        except OSError:  # a full disk, a home that cannot be written: the desk runs all the same
            return []
        faulthandler.enable(self._faults)
        return ended

    def works_on(self, project: Path | None) -> None:
        """Remember which project is open, for whoever finds that this process is gone."""
        if self._marker is not None:
            with contextlib.suppress(OSError):
                self._marker.say({"project": str(project.absolute()) if project else ""})

    def end(self) -> None:
        """The desk has closed as it should."""
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            with contextlib.suppress(OSError):
                self._fault_path.unlink()
        if self._marker is not None:
            self._marker.let_go()
        self._marker = self._faults = None

    def _look(self, path: Path) -> Ended | None:
        """Return what a marker says of a desk that is gone; None where it still runs."""
        found = read(path)
        held = hold(path)
        if held is None:
            return None
        is_ours = held.is_shared
        held.let_go()
        if is_ours:
            return None
        fault = path.with_suffix(".fault")
        report = None
        try:
            text = fault.read_text("utf-8", "replace")
            report = write_report(self._folder, f"ended by the system\n\n{text}") if text.strip() else None
            fault.unlink()
        except OSError:
            pass
        since, project = found.get("since"), found.get("project")
        return Ended(
            since=float(since) if isinstance(since, int | float) else 0.0,
            project=Path(project) if isinstance(project, str) and project else None,
            report=report,
        )
