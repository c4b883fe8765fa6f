"""Measure: the way between two points that a person clicks, in metres, drawn in the 3D view and from above."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QPointF, Qt
from PyQt6.QtGui import QPainter, QPen

from lidar_label.gui.desk import Desk
from lidar_label.gui.views import paint
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Floats

_CROSS, _REACH_PIXELS, _TIGHT_PIXELS = 5.0, 6.0, 1.5
_SEARCHED_M = 2.0  # about a place, of a cloud in tiles


class Measure(QObject):
    """One for each desk, made by whoever asks first (`Measure.of`). A third click begins anew, Escape ends it."""

    @staticmethod
    def of(desk: Desk) -> Measure:
        """Return the one of a desk."""
        found = desk.findChild(Measure)
        return found if found is not None else Measure(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._stage = desk, Stage.of(desk)
        self._world: list[Floats] = []
        desk.tool_changed.connect(self._tool_changed)
        desk.scene_changed.connect(self.clear)

    @property
    def places(self) -> Floats:
        """The points that were clicked, in the ego frame of the shown frame, (K, 3) metres."""
        view = self._stage.view
        if view is None or not self._world:
            return np.empty((0, 3))
        placed: Floats = view.world_SE3_ego.inverse.apply(np.stack(self._world))
        return placed

    @property
    def lengths(self) -> tuple[float, float, float] | None:
        """The distance, the one along the ground and the difference in height, metres; None before two clicks."""
        if len(self._world) < 2:
            return None
        way = self._world[1] - self._world[0]
        return float(np.linalg.norm(way)), float(np.hypot(way[0], way[1])), float(way[2])

    @property
    def text(self) -> str:
        """What was measured."""
        lengths = self.lengths
        if lengths is None:
            return self.tr("Click the second point") if self._world else self.tr("Click two points to measure between")
        return self.tr("{0} m · along the ground {1} m · height {2} m").format(
            f"{lengths[0]:.2f}", f"{lengths[1]:.2f}", f"{lengths[2]:+.2f}"
        )

    def add(self, place: Floats | None) -> None:
        """Take a place of the ego frame as the next point."""
        view = self._stage.view
        if view is None or place is None:
            return
        if len(self._world) == 2:
            self._world = []
        self._world.append(view.world_SE3_ego.apply(np.asarray(place, dtype=np.float64)[None])[0])
        self._desk.said.emit(self.text)
        self._stage.boxes_changed.emit()

    def clear(self) -> None:
        """Measure nothing."""
        if self._world:
            self._world = []
            self._stage.boxes_changed.emit()

    def point_on(self, place: Floats, ray: tuple[Floats, Floats]) -> Floats:
        """Return the very point of the cloud that was meant by a place on a ray of sight, or else the place.

        Parameters
        ----------
        place : (3,) float, metres
            As it was read off a picture, where a point is as large as its square.
        ray : (origin, unit direction)
        """
        xyz = self._near(place, _SEARCHED_M)
        origin, way = ray
        if not len(xyz):
            return place
        local = xyz.astype(np.float64) - origin
        along = local @ way
        aside = np.linalg.norm(local - along[:, None] * way, axis=1)
        ahead = float((place - origin) @ way)
        close = np.abs(along - ahead) < max(0.02 * ahead, 0.05)
        if not close.any():
            return place
        found = np.flatnonzero(close)[int(np.argmin(aside[close]))]
        return place if aside[found] > 0.02 * max(ahead, 1.0) else xyz[found].astype(np.float64)

    def point_below(self, x: float, y: float, metres_per_pixel: float) -> Floats:
        """Return the point of the cloud that is seen at a place from above; where there is none, the ground."""
        reach = _REACH_PIXELS * metres_per_pixel
        xyz = self._near(np.array([x, y, np.nan]), reach)
        away = np.hypot(xyz[:, 0] - x, xyz[:, 1] - y)
        if not (away <= reach).any():
            return np.array([x, y, self._stage.ground_at(x, y)])
        tight = np.flatnonzero(away <= _TIGHT_PIXELS * metres_per_pixel)
        found = tight[int(np.argmax(xyz[tight, 2]))] if len(tight) else int(np.argmin(away))
        at: Floats = xyz[found].astype(np.float64)
        return at

    def _near(self, place: Floats, reach: float) -> NDArray[np.float32]:
        """Return the points that are shown within reach, along the ground where the place has no height."""
        stage = self._stage
        x, y = float(place[0]), float(place[1])
        xyz = stage.tiles.around(x, y, reach) if stage.tiles.is_active else stage.seen_xyz
        near = np.abs(xyz[:, 0] - place[0]) <= reach
        near &= np.abs(xyz[:, 1] - place[1]) <= reach
        found: NDArray[np.float32] = xyz[near]
        return found

    def draw(self, painter: QPainter, to_pixels: Callable[[Floats], Floats]) -> None:
        """Draw the points and the line; `to_pixels` places (K, 3) of the ego frame, NaN where it is not seen."""
        if not self._world:
            return
        uv = to_pixels(self.places)[:, :2]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(paint.GROUND, 4.0), QPen(paint.BEST, 2.0)):
            painter.setPen(pen)
            if len(uv) == 2 and np.isfinite(uv).all():
                painter.drawLine(QPointF(*uv[0].tolist()), QPointF(*uv[1].tolist()))
            for place in uv[np.isfinite(uv).all(axis=1)]:
                at = QPointF(*place.tolist())
                painter.drawLine(at - QPointF(_CROSS, 0), at + QPointF(_CROSS, 0))
                painter.drawLine(at - QPointF(0, _CROSS), at + QPointF(0, _CROSS))
        if len(uv) == 2 and np.isfinite(uv).all():
            paint.draw_label(painter, QPointF(*uv.mean(axis=0).tolist()), self.text, paint.BEST)

    def _tool_changed(self) -> None:
        if self._desk.tool == "measure":
            self._desk.said.emit(self.text)
        else:
            self.clear()
