"""PictureFit: where a picture lies in its pane, zoomed and shifted, and which of its pixels are where."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSizeF

from lidar_label.model import Floats

MOST_ZOOM = 24.0
_STEP = 1.25


class PictureFit:
    """A picture of some aspect in a room of some size; at zoom 1 it is whole and as large as it can be.

    `grid` is the size in pixels that points are projected to: the lens's, also of a scaled picture.
    """

    def __init__(self) -> None:
        self.room = QSizeF(1, 1)
        self.aspect = 16 / 9
        self.grid = (16, 9)
        self.zoom, self.shift = 1.0, QPointF()
        self._kept: tuple[QRectF, QRectF] | None = None  # asked for a dozen times a painting

    def put(self, room: QSizeF, aspect: float, grid: tuple[int, int]) -> None:
        """Lie in a room; see the class."""
        self.grid = grid
        if room != self.room or aspect != self.aspect:
            self.room, self.aspect, self._kept = room, aspect, None

    @property
    def area(self) -> QRectF:
        """Where the whole picture lies in the room, which may be beyond its edges when zoomed."""
        return self._found()[0]

    @property
    def shown(self) -> QRectF:
        """The part of the room that shows picture."""
        return self._found()[1]

    def _found(self) -> tuple[QRectF, QRectF]:
        if self._kept is None:
            wide = self._wide * self.zoom
            middle = self._middle + self.shift
            area = QRectF(middle.x() - wide / 2, middle.y() - wide / self.aspect / 2, wide, wide / self.aspect)
            self._kept = area, area.intersected(QRectF(QPointF(), self.room))
        return self._kept

    def to_widget(self, uv: Floats) -> Floats:
        """Return pixels of the picture, (..., 2), as places in the room."""
        area, (columns, rows) = self.area, self.grid
        placed: Floats = (uv + 0.5) * (area.width() / columns, area.height() / rows) + (area.x(), area.y())
        return placed

    def to_picture(self, at: QPointF) -> Floats:
        """Return the pixel of the picture at a place in the room, (2,)."""
        return self.to_pictures(np.array([at.x(), at.y()]))

    def to_pictures(self, places: Floats) -> Floats:
        """Return the pixels of the picture at places in the room, (..., 2)."""
        area, (columns, rows) = self.area, self.grid
        found: Floats = (places - (area.x(), area.y())) * (columns / area.width(), rows / area.height()) - 0.5
        return found

    def pixels_of(self, wide: float) -> float:
        """Return how many pixels of the picture lie under a stretch of the room."""
        return wide * self.grid[0] / max(self.area.width(), 1e-9)

    def place(self, zoom: float, shift: QPointF) -> None:
        """Zoom and shift, as far as the picture's edges allow."""
        room_x = max((self._wide * zoom - self.room.width()) / 2, 0.0)
        room_y = max((self._wide / self.aspect * zoom - self.room.height()) / 2, 0.0)
        self.zoom, self._kept = zoom, None
        self.shift = QPointF(min(max(shift.x(), -room_x), room_x), min(max(shift.y(), -room_y), room_y))

    def turn(self, steps: float, at: QPointF) -> None:
        """Zoom by steps of the wheel; what is under the cursor stays there."""
        zoom = min(max(self.zoom * _STEP**steps, 1.0), MOST_ZOOM)
        off = at - self._middle
        self.place(zoom, off - (off - self.shift) * (zoom / self.zoom))

    def look_at(self, uv: Floats) -> None:
        """Zoom so that some pixels, (N, 2), take a third of the room."""
        self.place(1.0, QPointF())
        spots = self.to_widget(np.clip(uv, 0, self.grid))
        low, high = spots.min(axis=0), spots.max(axis=0)
        room = np.array([self.room.width(), self.room.height()])
        zoom = float(np.clip((room / 3 / np.maximum(high - low, 1.0)).min(), 1.0, MOST_ZOOM / 2))
        off = room / 2 - (low + high) / 2
        self.place(zoom, QPointF(*(off * zoom).tolist()))

    @property
    def _wide(self) -> float:
        return max(min(self.room.width(), self.room.height() * self.aspect), 1e-6)

    @property
    def _middle(self) -> QPointF:
        return QPointF(self.room.width() / 2, self.room.height() / 2)
