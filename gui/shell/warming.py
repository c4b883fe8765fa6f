"""Warming: what is needed a moment later is loaded on a thread, once the first picture is there."""

from __future__ import annotations

import threading

from PyQt6.QtCore import QObject, QTimer

from lidar_label.gui.desk import Desk
from lidar_label.kernels.compiled import load, put_off

_PAINTS_MS = 60  # in which the views show what has come
_WAITS_MS = 8000  # for a drive that takes its time: then nothing is gained by waiting


class Warming(QObject):
    """Puts off compiled code, which takes a second to load, and forty the first time ever, until a picture is shown.

    Parameters
    ----------
    desk : Desk
        It will be told to open something.
    for_picture : bool
        Whether the window is left once it shows something, so that nothing is needed a moment later; whoever leaves it
        calls `end`.
    """

    def __init__(self, desk: Desk, *, for_picture: bool = False) -> None:
        super().__init__(desk)
        put_off()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.begin)
        self._thread: threading.Thread | None = None
        if not for_picture:
            desk.frame_changed.connect(lambda: self._soon.start(_PAINTS_MS))
            desk.closing.connect(self.end)
        desk.failed.connect(self.begin)
        self._soon.start(_WAITS_MS)

    def begin(self) -> None:
        """Load now, unless that is under way."""
        if self._thread is None:
            from lidar_label.gui.shell.views import preload

            self._thread = threading.Thread(target=preload, name="warm-up", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Put nothing off any more for whoever comes after this window."""
        self._soon.stop()
        if self._thread is None:
            load(())
