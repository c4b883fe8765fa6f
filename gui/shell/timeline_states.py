"""States of review in the timeline: a thin strip over the frames of which somebody has said how far they are."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter

from lidar_label.gui.desk import Desk
from lidar_label.gui.review_items import SHADES
from lidar_label.gui.reviewing import GLYPHS, Reviewing, said_by, word_of
from lidar_label.gui.shell.shades import shades
from lidar_label.gui.shell.timeline_axis import TimeAxis

HIGH = 4.0
_APART = 13.0  # pixels from frame to frame that leave room for a sign


def paint_states(painter: QPainter, axis: TimeAxis, desk: Desk, top: float) -> None:
    """Draw a piece of the strip for each frame with a state, in its colour; where there is room, its sign."""
    found = {frame: review.state for frame, review in Reviewing.of(desk).frames.items() if review.state != "to do"}
    xs = axis.xs()
    if not found or not len(xs):
        return
    ends = np.concatenate([xs[:1] - 4, (xs[1:] + xs[:-1]) / 2, xs[-1:] + 4])
    roomy = len(xs) < 2 or float(np.diff(xs).min()) >= _APART
    for frame, state in sorted(found.items()):
        if frame >= len(xs) or not -_APART <= xs[frame] <= axis.width + _APART:
            continue
        color = QColor(getattr(shades(), SHADES[state]))
        left, right = float(ends[frame]), float(ends[frame + 1])
        painter.fillRect(QRectF(left, top, max(right - left, 2.0), HIGH), color)
        if roomy:
            _paint_sign(painter, QPointF(float(xs[frame]), top + HIGH / 2), GLYPHS[state], color)


def _paint_sign(painter: QPainter, at: QPointF, glyph: str, color: QColor) -> None:
    ground = QColor(shades().ground)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(at, 6.0, 6.0)
    painter.setPen(color)
    painter.drawText(QRectF(at.x() - 8, at.y() - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, glyph)


def told_state(desk: Desk, frame: int) -> str:
    """Return how far a frame has come as a line of a rich tool tip; empty where nobody has said."""
    review = Reviewing.of(desk).frames.get(frame)
    if review is None:
        return ""
    return f"<br>{GLYPHS[review.state]} {word_of(review.state)} · {said_by(review.author, review.time_ns)}"
