"""The last net: an exception nobody caught is shown and logged, and the desk goes on."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QCoreApplication

from lidar_label.gui.reports import write_report

log = logging.getLogger("lidar_label.gui")
Show = Callable[[str, str, str], None]
"""A sentence, the details, and where the report of it lies (empty where none could be written)."""


def state_folder() -> Path:
    """Return where the desk keeps its log, its crash reports and the markers of running desks."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "lidar-label"


def log_path() -> Path:
    """Return where the desk's log lies."""
    return state_folder() / "desk.log"


def start_log() -> None:
    """Log warnings and worse to a file of at most 1 MB; where none can be written, to stderr."""
    handler: logging.Handler
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_path(), maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger("lidar_label").addHandler(handler)


def told_of(error: BaseException) -> str:
    """Log and report an exception that is a fault of ours; return the sentence for a person."""
    log.error("something went wrong", exc_info=error)
    told = QCoreApplication.translate("Desk", "Something went wrong inside: {0}")
    report = write_report(state_folder(), "".join(traceback.format_exception(error)))
    where = QCoreApplication.translate("Desk", "A report lies in {0}").format(report) if report else ""
    return " · ".join(filter(None, (told.format(f"{type(error).__name__}: {error}"), where)))


class CrashNet:
    """Takes the place of `sys.excepthook`, since PyQt ends the process where none is set.

    `show` is called with a sentence, the details and the path of the report; until there is a window
    it is None, and the exception goes to stderr as well.
    """

    def __init__(self) -> None:
        self.show: Show | None = None
        self._before = sys.excepthook

    def install(self) -> None:
        """Catch what nobody caught, in every thread."""
        sys.excepthook = self._caught
        threading.excepthook = lambda args: self._caught(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def remove(self) -> None:
        """Put things back as they were."""
        sys.excepthook = self._before
        threading.excepthook = threading.__excepthook__

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("an exception nobody caught\n%s", details)
        if self.show is None:
            sys.__excepthook__(kind, error, trace)
        else:
            report = write_report(state_folder(), details)
            self.show(f"{kind.__name__}: {error}", details, str(report or ""))
