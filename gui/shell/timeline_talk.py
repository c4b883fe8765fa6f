"""Comments in the timeline: in which frames something is still open, and a small bubble there."""

from __future__ import annotations

from html import escape

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPolygonF

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.shades import shades
from lidar_label.gui.shell.timeline_axis import TimeAxis
from lidar_label.gui.talk import Talk
from lidar_label.model import Comment

HEIGHT = 10.0
_HALF_WIDE, _DEEP, _TAIL = 5.5, 6.5, 3.0


def open_comments(desk: Desk) -> dict[int, list[Comment]]:
    """Return the open comments on frames and on the selected track, by frame; one on the whole track at its begin."""
    found: dict[int, list[Comment]] = {}
    first = desk.track_boxes[0].frame if desk.track_boxes else None
    for comment in Talk.of(desk).comments:
        of_track = comment.track is not None
        if comment.done or comment.reply_to is not None or (of_track and comment.track != desk.selected):
            continue
        frame = first if comment.frame is None and of_track else comment.frame
        if frame is not None and frame < len(desk.times_ns):
            found.setdefault(frame, []).append(comment)
    return found


def paint_comments(painter: QPainter, axis: TimeAxis, found: dict[int, list[Comment]], top: float) -> None:
    """Draw a bubble in each frame with open comments: filled where one is about the selected track, else hollow."""
    color = QColor(shades().text)
    for frame, comments in sorted(found.items()):
        x = axis.x_of(frame)
        if not 0 <= x <= axis.width:
            continue
        painter.setPen(color)
        of_track = any(comment.track is not None for comment in comments)
        painter.setBrush(color if of_track else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(x - _HALF_WIDE, top, 2 * _HALF_WIDE, _DEEP), 2, 2)
        painter.setBrush(color)
        low = top + _DEEP
        painter.drawPolygon(QPolygonF([QPointF(x - 2, low), QPointF(x + 2, low), QPointF(x - 1, low + _TAIL)]))


def told(comments: list[Comment]) -> str:
    """Return comments as lines of a rich tool tip."""
    return "".join(f"<br>✎ {escape(' '.join(comment.text.split()))}" for comment in comments)
