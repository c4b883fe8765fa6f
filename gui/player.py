"""Player: moves the playhead at the scene's true rate, and skips frames rather than fall behind."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

TICK_MS = 15
PATIENCE_NS = 1_000_000_000  # further behind than this, the clock waits for the files


class Player(QObject):
    """A clock over the frames' time stamps.

    Parameters
    ----------
    is_ready : callable(index) -> bool
        Whether a frame can be shown without waiting.
    want : callable(index)
        Told which frame is due, so that it and those behind it are read.
    """

    advanced = pyqtSignal(int)
    """The frame to show now."""
    playing_changed = pyqtSignal(bool)

    def __init__(
        self, is_ready: Callable[[int], bool], want: Callable[[int], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._is_ready, self._want = is_ready, want
        self._times: Sequence[int] = ()
        self._index = 0
        self._offset_ns = 0
        self._asked = -1
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves by itself."""
        return self._timer.isActive()

    def start(self, times_ns: Sequence[int], index: int) -> None:
        """Play from a frame; from the last one, begin again."""
        if len(times_ns) < 2:
            return
        self._times = times_ns
        at_end = index >= len(times_ns) - 1
        self._index = -1 if at_end else index
        self._asked = -1
        self._set_clock(self._times[0] if at_end else self._times[index])
        self._timer.start()
        self.playing_changed.emit(True)

    def stop(self) -> None:
        """Hold the playhead where it is."""
        if self._timer.isActive():
            self._timer.stop()
            self.playing_changed.emit(False)

    def _set_clock(self, now_ns: int) -> None:
        self._offset_ns = now_ns - time.monotonic_ns()

    def _tick(self) -> None:
        now = time.monotonic_ns() + self._offset_ns
        due = min(bisect_right(self._times, now) - 1, len(self._times) - 1)
        if due <= self._index:
            return
        shown = next((i for i in range(due, self._index, -1) if self._is_ready(i)), None)
        if shown is None:
            if due != self._asked:
                self._asked = due
                self._want(due)
            if now - self._times[max(self._index, 0)] > PATIENCE_NS + self._gap(self._index):
                self._set_clock(self._times[self._index + 1])
            return
        self._index = shown
        self.advanced.emit(shown)
        if shown == len(self._times) - 1:
            self.stop()

    def _gap(self, index: int) -> int:
        """Return the time from a frame to the next one."""
        return self._times[index + 1] - self._times[index] if index >= 0 else 0
