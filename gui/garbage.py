"""Garbage: Python's search for cycles, on the window's thread alone.

Python looks for cycles on whatever thread happens to make the next object. What it finds may be a widget or a timer
of a window that was closed, and Qt's objects die only on the thread they live on: taken down on a thread that reads a
file while the window's own thread is about to call them, they take the program along.
"""

from __future__ import annotations

import gc
import time

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtBoundSignal
from PyQt6.QtGui import QGuiApplication

_EVERY_MS, _SOON_MS = 300, 30
_PAINTS_S, _MOST_S = 0.06, 1.5  # after a deed, in which what it changed is painted; and the longest that waits for it
_LOADS_S = 5.0  # until the program is there
_RESTS_S, _LONGEST_S = 1.5, 60.0  # without a deed before all is searched; and the longest that waits for a rest
_OLDEST = 2


class Garbage(QObject):
    """Stops Python's own search for good, and looks as often itself while the event loop runs.

    What is young is searched between two deeds, what is old while a hand rests, and what the program has loaded
    meanwhile only once: that takes a while, in which the window stands still.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # what has been imported is no garbage, and to look it through takes a tenth of a second
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_EVERY_MS)
        self._began = self._deed = self._searched = self._looked = time.monotonic()
        self._has_program = False

    def heed(self, *deeds: pyqtBoundSignal) -> None:
        """Take signals for deeds of a hand."""
        for deed in deeds:
            deed.connect(self._stir)

    def _stir(self) -> None:
        self._deed = time.monotonic()

    def look(self) -> None:
        """Collect what is due by Python's own counts: the young often, the old seldom."""
        now = time.monotonic()
        if now - self._deed < _PAINTS_S and now - self._looked < _MOST_S:
            self._timer.start(_SOON_MS)
            return
        self._looked = now
        self._timer.start(_EVERY_MS)
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = max((generation for generation, (count, most) in enumerate(counts) if count > most), default=-1)
        if due == _OLDEST or (not self._has_program and now - self._began > _LOADS_S):
            rests = now - self._deed > _RESTS_S and QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton
            if rests or now - self._searched > _LONGEST_S:
                self._search(now)
                return
        if due >= 0:
            gc.collect(min(due, _OLDEST - 1))

    def _search(self, now: float) -> None:
        gc.collect()
        self._searched = now
        if not self._has_program:
            self._has_program = True
            gc.freeze()
