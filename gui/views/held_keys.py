"""HeldKeys: Ctrl and Shift while a box is dragged: its sides stop at the points, or it keeps its size."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent

from lidar_label.gui.fitting import Fitting
from lidar_label.gui.views import handles
from lidar_label.gui.views.drag import mode_of
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Floats

_KEYS = {
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
}


class HeldKeys:
    """The keys held in one view, and what they make of a drag from there."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._stop: handles.Stop | None = None
        self.keys = Qt.KeyboardModifier.NoModifier

    @property
    def mode(self) -> handles.Mode:
        """What a drag does now."""
        return mode_of(self.keys)

    def begin(self, keys: Qt.KeyboardModifier) -> None:
        """Start a drag; where sides stop is found once for it, when it is first asked for."""
        self.keys, self._stop = keys, None

    def take(self, event: QKeyEvent | None, *, down: bool) -> bool:
        """Say whether an event is about these keys, and remember which are held."""
        if event is None or event.key() not in _KEYS:
            return False
        key = _KEYS[Qt.Key(event.key())]
        self.keys = self.keys | key if down else self.keys & ~key
        return True

    def drag_to(self, place: Floats) -> None:
        """Take the box that is dragged to a place of the ego frame."""
        mode = self.mode
        if mode == "fit" and self._stop is None and self._stage.dragging in handles.CARRIED:
            self._stop = Fitting.of(self._stage.desk).stop()
        self._stage.drag_to(place, mode, self._stop)
