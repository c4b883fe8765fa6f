"""Beside: boxes that are drawn dashed beside the labels, such as they were before, or as others have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PyQt6.QtCore import QObject, QPointF, Qt
from PyQt6.QtGui import QPainter, QPen

from lidar_label.gui.desk import Desk
from lidar_label.gui.views import paint
from lidar_label.gui.views.boxes import EDGE_ENDS, EDGE_STARTS, BoxArrays
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Box, Floats

_PARTS = 8  # of an edge, which a lens may curve
_DASHES = [5.0, 4.0]


class Beside(QObject):
    """One for each desk, made by the first who asks (`Beside.of`). It shows a box in that box's frame alone."""

    @staticmethod
    def of(desk: Desk) -> Beside:
        """Return the one of a desk."""
        found = desk.findChild(Beside)
        return found if found is not None else Beside(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._stage = Stage.of(desk)
        self._boxes: tuple[Box, ...] = ()
        self._text = ""
        desk.scene_changed.connect(lambda: self.show(()))

    @property
    def boxes(self) -> tuple[Box, ...]:
        """What is shown in the frame at hand."""
        view = self._stage.view
        return tuple(box for box in self._boxes if view is not None and box.frame == view.index)

    @property
    def text(self) -> str:
        """What is written at them."""
        return self._text

    def show(self, boxes: Sequence[Box], text: str = "") -> None:
        """Draw these from now on, and no others."""
        if tuple(boxes) != self._boxes or text != self._text:
            self._boxes, self._text = tuple(boxes), text
            self._stage.boxes_changed.emit()

    def draw(self, painter: QPainter, to_pixels: Callable[[Floats], Floats], *, named: bool = True) -> None:
        """Draw them in a view; `to_pixels` places (N, 3) of the ego frame, NaN where they are not seen."""
        boxes, view = self.boxes, self._stage.view
        if not boxes or view is None:
            return
        arrays = BoxArrays.of(boxes, view.world_SE3_ego.inverse)
        starts, ends = arrays.corners[:, EDGE_STARTS], arrays.corners[:, EDGE_ENDS]
        shares = np.linspace(0, 1, _PARTS + 1)[:, None]
        ways = starts[:, :, None] + (ends - starts)[:, :, None] * shares
        places = to_pixels(ways.reshape(-1, 3)).reshape(len(boxes), 12, _PARTS + 1, 2)
        lines = np.stack([places[:, :, :-1], places[:, :, 1:]], axis=3).reshape(-1, 2, 2)
        lines = lines[np.isfinite(lines).all(axis=(1, 2))]
        pen = QPen(paint.NOTE, 1.6)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(_DASHES)
        for made in (QPen(paint.GROUND, 3.4), pen):  # a dark rim parts it from the box that it lies on
            painter.setPen(made)
            paint.draw_segments(painter, lines)
        for place in places:
            seen = place[np.isfinite(place).all(axis=2)]
            if named and self._text and len(seen):
                foot = QPointF(float(seen[:, 0].mean()), float(seen[:, 1].max()) + 22.0)
                paint.draw_label(painter, foot, self._text, paint.NOTE)
