"""Boxes in the top view: outlines, names and handles."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPen

from lidar_label.gui.views import handles, marks, paint
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Floats

_LABELLED_PIXELS, _MOST_LABELS = 44.0, 40
_TOP_CORNERS = [0, 1, 5, 4]


def draw_boxes(painter: QPainter, stage: Stage, to_pixels: Callable[[Floats], Floats], bounds: QRectF) -> None:
    """Draw the outline of each box with a line where it heads, and name the large ones; the marked are filled."""
    arrays = stage.arrays
    corners = to_pixels(arrays.corners.reshape(-1, 3)).reshape(-1, 8, 2)
    starts, ends = (to_pixels(points) for points in arrays.headings())
    selected, hovered = stage.selected, stage.hovered
    outlines = corners[:, _TOP_CORNERS]
    sides = np.stack([outlines, np.roll(outlines, -1, axis=1)], axis=2)
    lines = np.concatenate([sides, np.stack([starts, ends], axis=1)[:, None]], axis=1)
    marked = marks.marked(stage)
    plain = ~np.isin(np.arange(len(arrays)), marked)
    for color, rows in stage.tints.groups(np.arange(len(arrays)), plain):
        painter.setPen(paint.box_pen(color))
        paint.draw_segments(painter, lines[rows].reshape(-1, 2, 2))
    for index in marked:
        color = stage.box_color(index)
        painter.setPen(marks.pen(stage, index))
        painter.setBrush(paint.face_brush(color, 34 if index == selected else 16 if index == hovered else 0))
        painter.drawPolygon(paint.polygon(corners[index][_TOP_CORNERS]))
        painter.drawLine(QPointF(*starts[index].tolist()), QPointF(*ends[index].tolist()))
    _draw_labels(painter, stage, corners, bounds)


def draw_handles(painter: QPainter, stage: Stage, places: Mapping[str, Floats], active: str) -> None:
    """Draw the handles of the selected box, at pixels; none where there are no places."""
    if not places:
        return
    color = stage.box_color(stage.selected)
    if handles.TURN in places and "front" in places:
        painter.setPen(QPen(color.lighter(140), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(*places["front"].tolist()), QPointF(*places[handles.TURN].tolist()))
    for name, place in places.items():
        at = QPointF(*place.tolist())
        paint.draw_handle(painter, at, color, round_=name == handles.TURN, active=name == active)


def under(arrays: BoxArrays, place: tuple[float, float], slack: float) -> list[int]:
    """Return the boxes whose outline holds a place of the ego frame, the smallest first; `slack` metres about count."""
    if not len(arrays):
        return []
    local = np.abs(np.einsum("mij,mi->mj", arrays.rotations[:, :2, :2], np.array(place) - arrays.centers[:, :2]))
    held = np.flatnonzero((local <= arrays.sizes[:, :2] / 2 + slack).all(axis=1))
    area = arrays.sizes[held, 0] * arrays.sizes[held, 1]
    return [int(i) for i in held[np.argsort(area, kind="stable")]]


def _draw_labels(painter: QPainter, stage: Stage, corners: Floats, bounds: QRectF) -> None:
    """Name the boxes that are large enough; of two labels in one place the marked one is read."""
    taken: list[QRectF] = []
    marked = [i for i in dict.fromkeys((stage.selected, stage.hovered)) if i >= 0]
    spans = (corners.max(axis=1) - corners.min(axis=1)).max(axis=1)
    large = [int(i) for i in np.argsort(-spans) if spans[i] > _LABELLED_PIXELS and i not in marked]
    for index in [*marked, *large[:_MOST_LABELS]]:
        text, color = stage.label(index), stage.box_color(index)
        low, high = corners[index].min(axis=0), corners[index].max(axis=0)
        if not text or not bounds.intersects(QRectF(QPointF(*low.tolist()), QPointF(*high.tolist()))):
            continue
        below = index == stage.selected and stage.arrays.rotations[index, 0, 0] > 0  # clear of the handle ahead
        at = QPointF(float(low[0] + high[0]) / 2, float(high[1]) + 32 if below else float(low[1]) - 2)
        if index == stage.selected and stage.dragging:
            length, width, _ = stage.arrays.sizes[index].tolist()
            text = f"{length:.2f} × {width:.2f} m"
        at = paint.held_inside(painter, at, text, bounds)
        area = paint.label_area(painter, at, text)
        if not any(area.intersects(other) for other in taken):
            taken.append(area)
            paint.draw_label(painter, at, text, color)
