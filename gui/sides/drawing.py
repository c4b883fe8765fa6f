"""What a side view draws: points, boxes, edges, lengths, axes and the scale, all in pixels of the view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from lidar_label.gui.sides.framing import Cloud
from lidar_label.gui.views import colors, paint
from lidar_label.gui.views.top_paint import round_length
from lidar_label.kernels.top_view import splat_top
from lidar_label.model import Floats

_BAR_PIXELS, _ARROW_PIXELS, _KNOB = 60.0, 18.0, 3.0
_BEFORE_M = 1e4  # points in the box are drawn over the others


def draw_points(
    cloud: Cloud, corner: tuple[float, float], scale: float, size: tuple[int, int], ratio: float, color: QColor,
    point_size: int,
) -> QImage:  # fmt: skip
    """Return the points of a slice as a picture.

    Parameters
    ----------
    corner : (right, up), metres
        Where the lower left corner of the picture lies.
    scale : float, metres a logical pixel
    size : (width, height), logical pixels
    ratio : float
        The screen's pixels a logical one.
    color : QColor
        Of the points in the box.
    """
    width, height = (max(round(length * ratio), 1) for length in size)
    points = cloud.local.copy()
    points[cloud.inside, 2] += _BEFORE_M
    lighter = [(part + 255) // 2 for part in (color.red(), color.green(), color.blue())]  # than the edges
    own = np.array([*lighter, 255], np.uint8).view(np.uint32)[0]
    tints = np.where(cloud.inside, own, cloud.shades).view(np.uint8).reshape(-1, 4)
    side_pixels = min(max(1, round(point_size * ratio)), width, height)
    pixels = splat_top(points, tints, *corner, scale / ratio, width, height, side_pixels, colors.BACKGROUND)
    return paint.picture_of(pixels, ratio)


def draw_ground(painter: QPainter, ends: Floats) -> None:
    """Draw the line where the ground is, (2, 2) pixels."""
    pen = QPen(paint.GRID_TEXT, 1.0, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawLine(QPointF(*ends[0].tolist()), QPointF(*ends[1].tolist()))


def draw_others(painter: QPainter, segments: NDArray[np.float64], color: QColor) -> None:
    """Draw the edges of other boxes, (K, 2, 2) pixels, thin."""
    pen = QPen(color.darker(130), 1.0)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    paint.draw_segments(painter, segments)


def draw_box(painter: QPainter, outline: Floats, color: QColor) -> None:
    """Draw the outline of the box, (4, 2) pixels."""
    paint.fill(painter, outline, paint.face_brush(color, 22))
    paint.draw_closed(painter, outline, paint.box_pen(color, selected=True))


def draw_heading(painter: QPainter, middle: QPointF, front: QPointF, color: QColor, *, away: bool | None) -> None:
    """Draw an arrow to the front; where the box is seen from behind or before, the sign for away or towards."""
    painter.setPen(QPen(color.lighter(140), 1.4))
    if away is not None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, 6.0, 6.0)
        if away:
            painter.drawLine(middle + QPointF(-4.2, -4.2), middle + QPointF(4.2, 4.2))
            painter.drawLine(middle + QPointF(-4.2, 4.2), middle + QPointF(4.2, -4.2))
        else:
            painter.setBrush(color.lighter(140))
            painter.drawEllipse(middle, 1.8, 1.8)
        return
    way = QLineF(middle, front)
    painter.drawLine(way)
    if way.length() > 1:
        along = way.unitVector()
        dx, dy = along.dx(), along.dy()
        tip = QPolygonF([front, front + QPointF(-8 * dx - 4 * dy, -8 * dy + 4 * dx),
                         front + QPointF(-8 * dx + 4 * dy, -8 * dy - 4 * dx)])  # fmt: skip
        painter.setBrush(color.lighter(140))
        painter.drawPolygon(tip)


def draw_knobs(painter: QPainter, corners: Floats, color: QColor) -> None:
    """Draw a small square at each corner, (4, 2) pixels."""
    painter.setPen(QPen(paint.GROUND, 1.0))
    painter.setBrush(color.lighter(140))
    for x, y in corners.tolist():
        painter.drawRect(QRectF(x - _KNOB, y - _KNOB, 2 * _KNOB, 2 * _KNOB))


def draw_taken(painter: QPainter, edges: Floats) -> None:
    """Show which edges a press takes, (K, 2, 2) pixels."""
    painter.setPen(QPen(paint.NOTE, 3.2))
    for start, end in edges:
        painter.drawLine(QPointF(*start.tolist()), QPointF(*end.tolist()))


def draw_lengths(
    painter: QPainter, box: QRectF, lengths: tuple[float, float], color: QColor, bounds: QRectF, *, left: bool
) -> None:
    """Write the lengths of the edges under and beside the box."""
    for number, length in enumerate(lengths):
        text = f"{length:.2f} m"
        area = paint.label_area(painter, QPointF(), text)
        at = QPointF(box.center().x(), box.bottom() + area.height() + 8)
        if number == 1:
            x = box.left() - area.width() / 2 - 6 if left else box.right() + area.width() / 2 + 6
            at = QPointF(x, box.center().y() + area.height() / 2 + 6)
        paint.draw_label(painter, paint.held_inside(painter, at, text, bounds), text, color)


def draw_axes(painter: QPainter, area: QRectF, names: tuple[str, str]) -> None:
    """Draw the box's axes in the lower left corner."""
    foot = QPointF(area.left() + 10, area.bottom() - 10)
    painter.setPen(QPen(paint.QUIET, 1.2))
    right, up = foot + QPointF(_ARROW_PIXELS, 0), foot - QPointF(0, _ARROW_PIXELS)
    painter.drawLine(foot, right)
    painter.drawLine(foot, up)
    for tip, back, aside in ((right, QPointF(-4, 0), QPointF(0, 2.5)), (up, QPointF(0, 4), QPointF(2.5, 0))):
        painter.drawLine(tip, tip + back + aside)
        painter.drawLine(tip, tip + back - aside)
    painter.drawText(right + QPointF(4, 4), names[0])
    painter.drawText(up + QPointF(-3, -4), names[1])


def draw_scale(painter: QPainter, area: QRectF, scale: float) -> None:
    """Draw a bar of a round length in the lower right corner."""
    metres = round_length(_BAR_PIXELS * scale)
    long, text = metres / scale, f"{metres:g} m"
    right, low = area.right() - 10.0, area.bottom() - 9.0
    painter.setPen(QPen(paint.QUIET, 1.2))
    painter.drawLine(QPointF(right - long, low), QPointF(right, low))
    for x in (right - long, right):
        painter.drawLine(QPointF(x, low - 3), QPointF(x, low + 3))
    high = painter.fontMetrics().height()
    painter.drawText(QRectF(right - long - 20, low - high - 3, long + 40, high), Qt.AlignmentFlag.AlignCenter, text)
