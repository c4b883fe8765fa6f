"""Comments in the timeline: in which frames something is still open, and a small bubble there."""

from __future__ import annotations

from html import escape

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPolygonF

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.shades import shades
from lidar_label.gui.shell.timeline_axis import TimeAxis
from lidar_label.gui.talk import About, Talk
from lidar_label.model import Comment

HEIGHT = 10.0
_HALF_WIDE, _DEEP, _TAIL = 5.5, 6.5, 3.0


def open_comments(desk: Desk) -> dict[int, list[Comment]]:
    """Return the open comments by frame, those about the selected track first; one on a whole track at its begin."""
    found: dict[int, list[Comment]] = {}
    for comment in Talk.of(desk).comments:
        if comment.done or comment.reply_to is not None:
            continue
        frame = comment.frame
        if frame is None and comment.track is not None:
            first, _, boxes = desk.track_counts.get(comment.track, (0, 0, 0))
            frame = first if boxes else None
        if frame is not None and frame < len(desk.times_ns):
            found.setdefault(frame, []).append(comment)
    for comments in found.values():
        comments.sort(key=lambda comment: (comment.track is None or comment.track != desk.selected, comment.time_ns))
    return found


def paint_comments(
    painter: QPainter, axis: TimeAxis, found: dict[int, list[Comment]], top: float, selected: str
) -> None:
    """Draw a bubble in each frame with open comments: filled where one is about the selected track.

    Else it is hollow; faint where all are about other tracks.
    """
    now = shades()
    for frame, comments in sorted(found.items()):
        x = axis.x_of(frame)
        if not 0 <= x <= axis.width:
            continue
        of_track = bool(selected) and any(comment.track == selected for comment in comments)
        of_frame = any(comment.track is None for comment in comments)
        color = QColor(now.text if of_track or of_frame else now.faint)
        painter.setPen(color)
        painter.setBrush(color if of_track else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(x - _HALF_WIDE, top, 2 * _HALF_WIDE, _DEEP), 2, 2)
        painter.setBrush(color)
        low = top + _DEEP
        painter.drawPolygon(QPolygonF([QPointF(x - 2, low), QPointF(x + 2, low), QPointF(x - 1, low + _TAIL)]))


def told(desk: Desk, comments: list[Comment]) -> str:
    """Return comments as lines of a rich tool tip, each with the track that it is about."""
    lines = []
    for comment in comments:
        words = escape(" ".join(comment.text.split()))
        about = "" if comment.track is None else f"<b>{escape(Talk.of(desk).words(About(None, comment.track)))}</b>: "
        lines.append(f"<br>✎ {about}{words}")
    return "".join(lines)
