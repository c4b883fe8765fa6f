"""What a cell looks like: its points, the box in three views, and the words beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from lidar_label.gui.batch.cell import SIDES, CellPlan, Shown
from lidar_label.gui.batch.points import CellPoints
from lidar_label.gui.batch.suspect import Counts, Doubt
from lidar_label.gui.shell.shades import DARK
from lidar_label.gui.shell.timeline_marks import draw_mark
from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.colors import BACKGROUND, SHADES
from lidar_label.kernels.top_view import splat_top
from lidar_label.model import Box

_DEEP_M = 0.4  # how far before and behind the box points are shown
_BEFORE_M = 1e4  # points in the box are drawn over the others
_LOW_M, _GROUND_SHADE, _SHADE, _PER_METRE = 0.2, 70, 150, 60.0  # shades of grey by metres over the ground
_EDGES = {(1, 0): (0, 1), (0, -1): (1, 2), (-1, 0): (2, 3), (0, 1): (3, 0)}


def picture_of(cell: CellPoints, base: Box, plan: CellPlan, color: QColor, ratio: float, point_size: int) -> QImage:
    """Return the points of a cell in its three views, as one picture."""
    picture = QImage(round(plan.width * ratio), round(plan.height * ratio), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(paint.GROUND)
    near = cell.near
    center, rotation, size = cell.place(base)
    local, half = near.local(center, rotation), size / 2
    inside, around = cell.marks(base)
    over = near.ground.over(near.xyz)
    shade = np.where(over < _LOW_M, _GROUND_SHADE, _SHADE + _PER_METRE * over)
    tints = np.full((len(local), 4), 255, np.uint8)
    tints[:, :3] = SHADES[np.clip(shade, 0, 255).astype(np.intp)]
    for which, tint in ((around, QColor(DARK.warn)), (inside, color)):
        tints[which, :3] = (tint.red(), tint.green(), tint.blue())
    painter = QPainter(picture)
    for name, side in SIDES.items():
        area = plan.areas[name]
        seen = local @ side.axes.T.astype(np.float32)
        shown = np.abs(seen[:, 2]) <= half[side.deep] + _DEEP_M
        seen[inside | around, 2] += _BEFORE_M
        wide, high = round(area.width() * ratio), round(area.height() * ratio)
        across, up = area.width() * plan.scale, area.height() * plan.scale
        pixels = splat_top(
            np.ascontiguousarray(seen[shown]), tints[shown], -across / 2, -up / 2, plan.scale / ratio, wide, high,
            min(point_size, wide, high), BACKGROUND,
        )  # fmt: skip
        painter.drawImage(area.topLeft(), paint.picture_of(pixels, ratio))
    painter.end()
    return picture


def draw_views(
    painter: QPainter, plan: CellPlan, shown: Shown, color: QColor, taken: tuple[str, str] = ("", ""), *, active: bool
) -> None:
    """Draw the box in its three views; `taken` is a view and the handle under the mouse there."""
    for name, side in SIDES.items():
        painter.save()
        painter.setClipRect(plan.areas[name])
        outline = shown.outline(plan, name)
        painter.setPen(paint.box_pen(color, selected=active))
        painter.setBrush(paint.face_brush(color, 18 if active else 0))
        painter.drawPolygon(paint.polygon(outline))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle, front = (QPointF(*place.tolist()) for place in shown.heading(plan, name))
        if name != "rear":
            painter.setPen(QPen(color.lighter(140), 1.4))
            painter.drawLine(middle, front)
        signs = handles.CARRIED.get(taken[1]) if taken[0] == name else None
        if signs is not None:
            painter.setPen(QPen(paint.NOTE, 3.0))
            right, up = int(np.dot(signs, side.right)), int(np.dot(signs, side.up))
            for edge in ((right, 0), (0, up)):
                if edge in _EDGES:
                    ends = outline[list(_EDGES[edge])]
                    painter.drawLine(QPointF(*ends[0].tolist()), QPointF(*ends[1].tolist()))
        if active and name == "top":
            place = shown.turn_place(plan)
            painter.setPen(QPen(color.lighter(140), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(front, place)
            paint.draw_handle(painter, place, color, round_=True, active=taken == ("top", handles.TURN))
        painter.restore()


def draw_words(
    painter: QPainter, plan: CellPlan, box: Box, counts: Counts | None, doubts: Sequence[Doubt], points: str
) -> None:
    """Write the frame's number, who made the box, how many points it has, its size, and what looks wrong about it."""
    area, letters = plan.areas["words"].adjusted(3, 1, -1, -1), QFontMetricsF(painter.font())
    line = letters.height()
    painter.save()
    painter.setClipRect(area)
    painter.setPen(paint.NOTE)
    font = painter.font()
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(QPointF(area.left() + 15, area.top() + letters.ascent()), str(box.frame))
    font.setBold(False)
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    at = QPointF(area.left() + 6, area.top() + line / 2)
    draw_mark(painter, at, box.source, key=box.is_keyframe, radius=5.5, now=DARK)
    lines = [(points.format(counts.inside), paint.QUIET)] if counts is not None else []
    lines.append(("{:.2f} × {:.2f} × {:.2f}".format(*box.size), paint.QUIET))
    lines += [(doubt.word, QColor(DARK.bad)) for doubt in doubts]
    for number, (text, color) in enumerate(lines, start=1):
        painter.setPen(color)
        room = QRectF(area.left(), area.top() + number * line, area.width(), line)
        fitted = letters.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)
    painter.restore()


def draw_frame(painter: QPainter, plan: CellPlan, *, selected: bool, current: bool, wrong: bool) -> None:
    """Draw the edge of a cell: red where the box looks wrong, bright where it is selected, a bar for the playhead."""
    now, area = DARK, QRectF(0, 0, plan.width, plan.height)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(now.bad if wrong else now.line), 2.0 if wrong else 1.0))
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    if selected:
        painter.setPen(QPen(QColor(now.accent), 2.5))
        inner = 3.0 if wrong else 1.5
        painter.drawRect(area.adjusted(inner, inner, -inner, -inner))
    if current:
        painter.fillRect(QRectF(0, 0, plan.width, 4), QColor(now.accent))
