"""What is drawn over and under the cloud in the 3D view: the ground's rings, boxes, handles, axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.boxes import FACE_CORNERS, BoxArrays
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Floats

_CROSS = ((0, 2), (1, 3))
_SMALL_PIXELS = 64.0
_LABELLED_PIXELS, _MOST_LABELS = 34.0, 24
AXES = ((0, "x", QColor("#ef6a62")), (1, "y", QColor("#5fc27e")), (2, "z", QColor("#4da3ff")))


class Overlay:
    """Draws with Qt's anti-aliased pens through the camera of the 3D view."""

    def __init__(self, painter: QPainter, camera: Orbit, size: QSizeF) -> None:
        self.painter, self.camera = painter, camera
        self.width, self.height = size.width(), size.height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def segments(self, starts: Floats, ends: Floats, pen: QPen) -> None:
        """Draw lines of the ego frame."""
        cut, _ = self.camera.segments(starts, ends, self.width, self.height)
        self.painter.setPen(pen)
        paint.draw_segments(self.painter, cut)

    def path(self, points: Floats, pen: QPen) -> None:
        """Draw a chain of lines."""
        self.segments(points[:-1], points[1:], pen)

    def ground(self, level: float) -> None:
        """Draw range rings with their metres, the axes ahead and aside, and the vehicle."""
        angles = np.linspace(0, 2 * np.pi, 97)
        circle = np.stack([np.cos(angles), np.sin(angles), np.zeros(97)], axis=1)
        lift = np.array([0.0, 0.0, level])
        pen = QPen(paint.GRID, 1.0)
        for ring in paint.RINGS_M:
            self.path(circle * ring + lift, pen)
        spokes = circle[[0, 24, 48, 72]] * paint.RINGS_M[-1] + lift
        self.segments(np.repeat(lift[None], 4, axis=0), spokes, pen)
        self.painter.setPen(paint.GRID_TEXT)
        written: list[QPointF] = []
        for ring in paint.RINGS_M:
            at = self._pixel(np.array([float(ring), 0.0, level]))
            if at is not None and not any(abs(at.y() - other.y()) < paint.RING_TEXT_PIXELS for other in written):
                written.append(at)
                self.painter.drawText(at + QPointF(4, -3), f"{ring} m")
        outline = np.column_stack([paint.VEHICLE, np.full(len(paint.VEHICLE), level)])
        self.path(np.vstack([outline, outline[:1]]), QPen(paint.EGO, 1.4))

    def boxes(self, stage: Stage) -> None:
        """Draw every box, the hovered and the selected one last and stronger."""
        arrays = stage.arrays
        if not len(arrays):
            return
        starts, ends = arrays.edges()
        cut, kept = self.camera.segments(starts, ends, self.width, self.height)
        owner = kept // 12
        selected, hovered = stage.selected, stage.hovered
        ticks, tick_kept = self.camera.segments(*arrays.headings(), self.width, self.height)
        order = [i for i in range(len(arrays)) if i not in (selected, hovered)]
        order += [i for i in dict.fromkeys((hovered, selected)) if i >= 0]
        for index in order:
            pen = paint.box_pen(stage.box_color(index), selected=index == selected, hovered=index == hovered)
            if index == selected:
                self._faces(arrays, index, stage.box_color(index))
            self.painter.setPen(pen)
            paint.draw_segments(self.painter, cut[owner == index])
            paint.draw_segments(self.painter, ticks[tick_kept == index])
            if index in (selected, hovered):
                front = arrays.corners[index]
                pen.setWidthF(1.0)
                self.segments(front[[a for a, _ in _CROSS]], front[[b for _, b in _CROSS]], pen)

    def labels(self, stage: Stage) -> None:
        """Write category and name over the boxes that are large enough to be looked at."""
        arrays = stage.arrays
        if not len(arrays):
            return
        uv, depth = self.camera.project(arrays.corners.reshape(-1, 3), self.width, self.height)
        uv, depth = uv.reshape(-1, 8, 2), depth.reshape(-1, 8)
        whole: NDArray[np.bool_] = np.asarray(np.isfinite(uv).all(axis=(1, 2)))
        tall = np.where(whole, uv[:, :, 1].max(axis=1) - uv[:, :, 1].min(axis=1), 0.0)
        marked = [i for i in dict.fromkeys((stage.selected, stage.hovered)) if i >= 0]
        large = [int(i) for i in np.argsort(depth.min(axis=1)) if tall[i] > _LABELLED_PIXELS and i not in marked]
        taken: list[QRectF] = []
        view = QRectF(0, 0, self.width, self.height)
        for index in [*marked, *large[:_MOST_LABELS]]:
            if not whole[index]:
                continue
            (left, top), (right, bottom) = uv[index].min(axis=0).tolist(), uv[index].max(axis=0).tolist()
            text = stage.label(index)
            if not text or not view.intersects(QRectF(left, top, right - left, bottom - top)):
                continue
            if index == stage.selected and not stage.dragging:
                text = f"{text}  ·  {stage.count_points(index)}"
            at = paint.held_inside(self.painter, QPointF(float(uv[index, :, 0].mean()), top), text, view)
            area = paint.label_area(self.painter, at, text)
            if not any(area.intersects(other) for other in taken):  # the nearer one is read
                taken.append(area)
                paint.draw_label(self.painter, at, text, stage.box_color(index))

    def handles(self, stage: Stage, active: str) -> None:
        """Draw the handles of the selected box."""
        index = stage.selected
        if index < 0:
            return
        arrays, color = stage.arrays, stage.box_color(index)
        places = handle_pixels(self.camera, arrays, index, self.width, self.height)
        turn = places.get(handles.TURN)
        if turn is not None and handles.MOVE in places:
            size = arrays.sizes[index]
            ends = np.stack([handles.position("front", size) * (1, 1, 0), handles.position(handles.TURN, size)])
            ends[0, 2] = ends[1, 2]
            placed = arrays.placed(index, ends)
            self.segments(placed[:1], placed[1:], QPen(color.lighter(140), 1.4, Qt.PenStyle.DashLine))
        for name, place in places.items():
            round_ = name in (handles.MOVE, handles.TURN)
            paint.draw_handle(self.painter, QPointF(*place.tolist()), color, round_=round_, active=name == active)

    def rectangle(self, start: Floats, end: Floats, color: QColor) -> None:
        """Draw the rectangle of a new box while it is drawn on the ground."""
        corners = np.array(
            [start, [start[0], end[1], start[2]], [end[0], end[1], start[2]], [end[0], start[1], start[2]]]
        )
        uv, _ = self.camera.project(corners, self.width, self.height)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(paint.face_brush(color, 60))
        if np.isfinite(uv).all():
            self.painter.drawPolygon(paint.polygon(uv))
        self.path(np.vstack([corners, corners[:1]]), QPen(color, 1.8))

    def triad(self, frame: str) -> None:
        """Draw the axes in the lower left corner, with the name of the frame they belong to."""
        foot, reach = QPointF(38, self.height - 34), 24.0
        turned = np.stack([self.camera.right, self.camera.up])
        for axis, name, color in AXES:
            x, y = (turned[:, axis] * reach).tolist()
            tip = foot + QPointF(x, -y)
            self.painter.setPen(QPen(color, 2.0))
            self.painter.drawLine(foot, tip)
            self.painter.drawText(tip + QPointF(3 if x >= 0 else -10, 4 if y <= 0 else -2), name)
        self.painter.setPen(paint.QUIET)
        self.painter.drawText(QPointF(76, self.height - 12), frame)

    def _faces(self, arrays: BoxArrays, index: int, color: QColor) -> None:
        uv, _ = self.camera.project(arrays.corners[index], self.width, self.height)
        if not np.isfinite(uv).all():
            return
        self.painter.setPen(Qt.PenStyle.NoPen)
        for place, face in enumerate(FACE_CORNERS):
            self.painter.setBrush(paint.face_brush(color, 46 if place == 0 else 14))
            self.painter.drawPolygon(paint.polygon(uv[list(face)]))

    def _pixel(self, point: Floats) -> QPointF | None:
        uv, _ = self.camera.project(point[None], self.width, self.height)
        x, y = uv[0].tolist()
        return QPointF(x, y) if -50 < x < self.width + 50 and -50 < y < self.height + 50 else None


def handle_pixels(camera: Orbit, arrays: BoxArrays, index: int, width: float, height: float) -> dict[str, Floats]:
    """Return the pixel of each handle of a box; of a box that is small on the screen only a few."""
    corners, _ = camera.project(arrays.corners[index], width, height)
    if not np.isfinite(corners).all():
        return {}
    small = float(np.ptp(corners, axis=0).max()) < _SMALL_PIXELS
    names = [handles.MOVE, handles.TURN] if small else [*handles.FACES, handles.MOVE, handles.TURN]
    names = [name for name in names if name != "bottom"]  # "move" sits there; Alt makes it the bottom
    local = np.stack([handles.position(name, arrays.sizes[index].tolist()) for name in names])
    uv, _ = camera.project(arrays.placed(index, local), width, height)
    return {name: place for name, place in zip(names, uv, strict=True) if np.isfinite(place).all()}
