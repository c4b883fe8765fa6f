"""Garbage: Python's search for cycles, on the window's thread alone.

Python looks for cycles on whatever thread happens to make the next object. What it finds may be a widget or a timer
of a window that was closed, and Qt's objects die only on the thread they live on: taken down on a thread that reads a
file while the window's own thread is about to call them, they take the program along.
"""

from __future__ import annotations

import gc

from PyQt6.QtCore import QObject, QTimer

_EVERY_MS = 300


class Garbage(QObject):
    """Stops Python's own search for good, and looks as often itself while the event loop runs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_EVERY_MS)

    def look(self) -> None:
        """Collect what is due by Python's own counts: the young often, the old seldom."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if due:
            gc.collect(max(due))
