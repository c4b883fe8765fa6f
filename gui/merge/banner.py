"""Banner: in each side view, that what is done there is done to all frames of the track."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, QRectF, Qt
from PyQt6.QtGui import QPainter, QPen

from lidar_label.gui.views import paint


def draw_banner(painter: QPainter, area: QRectF) -> QRectF:
    """Frame a side view, and write at its foot what a drag in it changes; return the area that is left."""
    text = QCoreApplication.translate("Banner", "All frames of the track at once")
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(paint.BEST, 3.0))
    painter.drawRect(area.adjusted(1.5, 1.5, -1.5, -1.5))
    high = painter.fontMetrics().height() + 6
    strip = QRectF(area.left(), area.bottom() - high, area.width(), high)
    painter.fillRect(strip, paint.BEST)
    painter.setPen(paint.GROUND)
    painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, text)
    return area.adjusted(0, 0, 0, -high)
