"""Picked: the one place a person has pointed at in a picture, and its mark in every view."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QObject, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPen

from lidar_label.gui.desk import Desk
from lidar_label.gui.views import paint
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Floats

_ARM, _GAP = 9.0, 3.0


class Picked(QObject):
    """One for each desk, made by whoever asks first (`Picked.of`). The place stays where it is in world."""

    changed = pyqtSignal(object)
    """The place in the coordinates of the source, (x, y, z) metres, or None."""

    @staticmethod
    def of(desk: Desk) -> Picked:
        """Return what was picked on a desk."""
        found = desk.findChild(Picked)
        return found if found is not None else Picked(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._stage = desk, Stage.of(desk)
        self._world: Floats | None = None
        desk.scene_changed.connect(self.clear)
        desk.selection_changed.connect(self._selection_changed)

    @property
    def place(self) -> Floats | None:
        """The place in the ego frame of the shown frame, (3,), or None."""
        view = self._stage.view
        if self._world is None or view is None:
            return None
        placed: Floats = view.world_SE3_ego.inverse.apply(self._world[None])[0]
        return placed

    def pick(self, place: Floats) -> None:
        """Mark a place of the ego frame."""
        view, scene = self._stage.view, self._desk.scene
        if view is None or scene is None:
            return
        self._world = view.world_SE3_ego.apply(place[None])[0]
        x, y, z = (self._world + np.array(scene.origin)).tolist()
        self.changed.emit((x, y, z))
        self._stage.boxes_changed.emit()

    def clear(self) -> None:
        """Mark nothing."""
        if self._world is not None:
            self._world = None
            self.changed.emit(None)
            self._stage.boxes_changed.emit()

    def draw(self, painter: QPainter, to_pixels: Callable[[Floats], Floats]) -> None:
        """Draw the mark in a view; `to_pixels` places (1, 3) of the ego frame, NaN where it is not seen."""
        place = self.place
        if place is None:
            return
        u, v = to_pixels(place[None])[0, :2].tolist()
        if not np.isfinite([u, v]).all():
            return
        at = QPointF(u, v)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(paint.GROUND, 4.0), QPen(paint.BEST, 2.0)):
            painter.setPen(pen)
            for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
                painter.drawLine(at + way * _GAP, at + way * _ARM)

    def _selection_changed(self) -> None:
        if self._desk.selected:
            self.clear()
