"""Look: how the desk shows things, and the tool in hand. It knows nothing of drives and labels."""

from __future__ import annotations

from typing import Literal

from PyQt6.QtCore import QObject, pyqtSignal

ColorMode = Literal["height", "intensity", "track"]
Tool = Literal["select", "box"]
POINT_SIZES = (1, 2, 3, 4, 5, 6)


class Look(QObject):
    """The part of the desk that a person sets to taste."""

    look_changed = pyqtSignal()
    tool_changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._color_mode: ColorMode = "height"
        self._point_size = 2
        self._image_points = True
        self._tool: Tool = "select"

    @property
    def tool(self) -> Tool:
        """What the next drag does: "select", or "box" to draw a new box."""
        return self._tool

    def set_tool(self, name: Tool) -> None:
        """Take another tool."""
        if name != self._tool:
            self._tool = name
            self.tool_changed.emit()

    @property
    def color_mode(self) -> ColorMode:
        """What colours the points."""
        return self._color_mode

    def set_color_mode(self, mode: ColorMode) -> None:
        """Colour the points by height, intensity, or the track whose box they are in."""
        self._color_mode = mode
        self.look_changed.emit()

    @property
    def point_size(self) -> int:
        """Size of a point on the screen, in pixels."""
        return self._point_size

    def set_point_size(self, size: int) -> None:
        """Draw points larger or smaller."""
        self._point_size = min(max(size, POINT_SIZES[0]), POINT_SIZES[-1])
        self.look_changed.emit()

    @property
    def show_image_points(self) -> bool:
        """Whether the pictures show the projected points."""
        return self._image_points

    def set_show_image_points(self, shown: bool) -> None:
        """Draw the projected points in the pictures, or do not."""
        self._image_points = shown
        self.look_changed.emit()
