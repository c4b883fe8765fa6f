"""CameraLook: how a person likes the pictures: names on boxes, who is large, each camera's brightness."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.desk import Desk
from lidar_label.gui.views.camera_tone import Tone


class CameraLook(QObject):
    """One for each desk, made by whoever asks first (`CameraLook.of`)."""

    changed = pyqtSignal()
    """Pictures are to be drawn otherwise."""

    @staticmethod
    def of(desk: Desk) -> CameraLook:
        """Return the look of a desk's pictures."""
        found = desk.findChild(CameraLook)
        return found if found is not None else CameraLook(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._names = False
        self._follows = True
        self._tones: dict[str, Tone] = {}

    @property
    def names(self) -> bool:
        """Whether every box in a picture has its name written at it."""
        return self._names

    def set_names(self, shown: bool) -> None:
        """Write names at boxes, or do not."""
        self._names = shown
        self.changed.emit()

    @property
    def follows(self) -> bool:
        """Whether the large picture is that of the camera which sees the selection best."""
        return self._follows

    def set_follows(self, follows: bool) -> None:
        """Let the large picture follow the selection, or stay the one that was chosen."""
        self._follows = follows
        self.changed.emit()

    @property
    def tones(self) -> dict[str, Tone]:
        """The tones that were set, by channel."""
        return dict(self._tones)

    def restore(self, names: bool, follows: bool, tones: dict[str, Tone]) -> None:
        """Show the pictures as they were shown before."""
        self._names, self._follows, self._tones = names, follows, dict(tones)
        self.changed.emit()

    def tone(self, channel: str) -> Tone:
        """Return how the pictures of a camera are shown."""
        return self._tones.get(channel, Tone())

    def set_tone(self, tone: Tone, *channels: str) -> None:
        """Show the pictures of cameras in another tone."""
        self._tones.update(dict.fromkeys(channels, tone))
        self.changed.emit()
