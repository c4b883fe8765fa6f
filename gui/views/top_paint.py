"""What lies under and beside the boxes in the top view: rings, the vehicle, a new rectangle, the scale."""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from lidar_label.gui.views import paint
from lidar_label.model import Floats

_BAR_PIXELS = 110.0  # the longest the bar gets
_BAR_MARGIN = 30.0


def to_pixels(points: Floats, center: tuple[float, float], scale: float, width: int, height: int) -> Floats:
    """Return the pixels, (N, 2), of points of the ego frame, (N, 2 or 3), about a place, `scale` metres each."""
    x, y = points[:, 0], points[:, 1]
    return np.stack([width / 2 - (y - center[1]) / scale, height / 2 - (x - center[0]) / scale], axis=1)


def draw_ground(painter: QPainter, origin: QPointF, metres_per_pixel: float) -> None:
    """Draw range rings with their metres and the vehicle, about the pixel the vehicle stands on."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    written = 0.0
    for ring in paint.RINGS_M:
        radius = ring / metres_per_pixel
        painter.setPen(QPen(paint.GRID_OVER, 1.0))
        painter.drawEllipse(origin, radius, radius)
        if radius - written >= paint.RING_TEXT_PIXELS:
            written = radius
            painter.setPen(paint.GRID_TEXT)
            painter.drawText(origin + QPointF(4, -radius - 3), f"{ring} m")
    painter.setPen(QPen(paint.EGO, 1.4))
    pixels = -paint.VEHICLE[:, ::-1] / metres_per_pixel  # ahead is up, left is left
    painter.drawPolygon(paint.polygon(pixels + np.array([origin.x(), origin.y()])))


def draw_rectangle(painter: QPainter, ends: Floats, metres_per_pixel: float, color: QColor) -> None:
    """Draw the rectangle of a new box, (2, 2) pixels of opposite corners, with its length and width."""
    area = QRectF(QPointF(*ends[0].tolist()), QPointF(*ends[1].tolist())).normalized()
    painter.setPen(QPen(color, 1.8))
    painter.setBrush(paint.face_brush(color, 50))
    painter.drawRect(area)
    width, length = sorted((area.width() * metres_per_pixel, area.height() * metres_per_pixel))
    paint.draw_label(painter, QPointF(area.center().x(), area.top()), f"{length:.2f} × {width:.2f} m", color)


def draw_scale(painter: QPainter, area: QRectF, metres_per_pixel: float) -> None:
    """Draw a bar of a round length in the lower right corner."""
    metres = round_length(_BAR_PIXELS * metres_per_pixel)
    long = metres / metres_per_pixel
    right, low = area.right() - 18.0, area.bottom() - 16.0
    painter.setPen(QPen(paint.QUIET, 1.4))
    painter.drawLine(QPointF(right - long, low), QPointF(right, low))
    for x in (right - long, right):
        painter.drawLine(QPointF(x, low - 4), QPointF(x, low + 4))
    painter.drawText(QRectF(right - long, low - 22, long, 18), Qt.AlignmentFlag.AlignCenter, f"{metres:g} m")


def draw_frame(painter: QPainter, area: QRectF, text: str) -> None:
    """Write in the lower left corner which frame is shown, where that leaves the scale its corner."""
    if painter.fontMetrics().horizontalAdvance(text) + _BAR_MARGIN <= area.width() - _BAR_PIXELS - _BAR_MARGIN:
        paint.draw_caption(painter, QPointF(area.left() + 12, area.bottom() - 12), text)


def round_length(metres: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above a length."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in (5, 2, 1) if step * power <= metres * (1 + 1e-9))
