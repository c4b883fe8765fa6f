"""What the timeline looks like: ruler, how full the frames are, and the life of the selected track."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from lidar_label.gui.shell.shades import shades
from lidar_label.gui.shell.timeline_axis import MARGIN, TimeAxis
from lidar_label.gui.shell.timeline_marks import draw_doubt, draw_mark, source_color
from lidar_label.model import Box

STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
GRIP_AWAY, GRIP_WIDE = 11.0, 4.0  # the brackets at the ends of a track stand clear of its first and last mark
_TICK_APART, _MARK_APART = 3.0, 6.0
_BAR = 4.0
_MARK = 6.0


def paint_gaps(painter: QPainter, axis: TimeAxis, height: float) -> None:
    """Shade where frames of the recording are missing."""
    now = shades()
    for first, last in axis.gaps():
        left, right = axis.x_of(first), axis.x_of(last)
        if right < 0 or left > axis.width:
            continue
        painter.fillRect(QRectF(left, 0, right - left, height), QColor(now.field))
        painter.setPen(QPen(QColor(now.warn), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(left, height / 2), QPointF(right, height / 2))


def paint_ruler(painter: QPainter, axis: TimeAxis, row: float, ticks: tuple[float, float]) -> None:
    """Write the seconds in a row at the top, and draw a tick for each frame, between two heights."""
    now, xs = shades(), axis.xs()
    seen = xs[(xs >= 0) & (xs <= axis.width)]
    painter.setPen(QPen(QColor(now.faint), 1))
    for x in spread(seen, _TICK_APART):
        painter.drawLine(QLineF(x, ticks[0], x, ticks[1]))
    if axis.span <= 0:
        return
    letters = painter.fontMetrics()
    room = letters.horizontalAdvance("0000.0 s") * 1.6
    step = next((s for s in STEPS_S if s / axis.shown * axis.room >= room), STEPS_S[-1])
    painter.setPen(QColor(now.quiet))
    free = 0.0
    for count in range(int(np.ceil(axis.start / step)), int((axis.start + axis.shown) / step * (1 + 1e-9)) + 1):
        text = f"{count * step:g} s"
        wide = letters.horizontalAdvance(text) + 2.0
        left = min(max(axis.at(count * step) - wide / 2, 2.0), axis.width - wide - 2.0)
        if left >= free:
            painter.drawText(QRectF(left, 1, wide, row), Qt.AlignmentFlag.AlignCenter, text)
            free = left + wide * 1.2


def paint_density(painter: QPainter, axis: TimeAxis, counts: NDArray[np.intp], top: float, height: float) -> None:
    """Draw how many tracks live in each frame, as a faint strip of columns."""
    most = int(counts.max(initial=0))
    if not most or len(counts) < 2:
        return
    xs = axis.xs()
    edges = np.concatenate([xs[:1], (xs[1:] + xs[:-1]) / 2, xs[-1:]])
    columns = np.arange(max(int(edges[0]), 0), min(int(edges[-1]) + 1, int(axis.width)))
    which = np.clip(np.searchsorted(edges, columns + 0.5, side="right") - 1, 0, len(counts) - 1)
    shares = counts[which] / most
    bends = np.diff(shares) != 0  # columns as high as both beside them need no corner of their own
    kept = np.ones(len(shares), np.bool_)
    kept[1:-1] = bends[1:] | bends[:-1]
    columns, shares = columns[kept], shares[kept]
    line = [QPointF(float(x), top + height * (1 - share)) for x, share in zip(columns, shares.tolist(), strict=True)]
    if not line:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shades().line))
    foot = top + height
    painter.drawPolygon(QPolygonF([QPointF(line[0].x(), foot), *line, QPointF(line[-1].x(), foot)]))


def paint_track(
    painter: QPainter, axis: TimeAxis, boxes: Sequence[Box], color: QColor, y: float, span: tuple[int, int] | None
) -> None:
    """Draw the life of a track: a bar in its colour, a mark for each box, brackets at its ends.

    With `span`, as it would be from one frame to another: what goes is faded, what comes is dashed.
    """
    now = shades()
    painter.setPen(QPen(QColor(now.line), 1))
    painter.drawLine(QPointF(MARGIN, y), QPointF(axis.width - MARGIN, y))
    boxes = [box for box in boxes if box.frame < len(axis.seconds)]
    if not boxes:
        return
    first, last = span or (boxes[0].frame, boxes[-1].frame)
    xs = axis.xs().tolist()
    places = [xs[box.frame] for box in boxes]
    _paint_bar(painter, boxes, places, color, y)
    _paint_marks(painter, axis, boxes, places, y)
    _paint_doubts(painter, axis, boxes, places, y)
    painter.setPen(QPen(QColor(now.warn), 2, Qt.PenStyle.DashLine))
    for start, end in ((first, boxes[0].frame), (boxes[-1].frame, last)):
        if start < end:
            painter.drawLine(QPointF(axis.x_of(start), y), QPointF(axis.x_of(end), y))
    veil = QColor(now.ground)
    veil.setAlpha(200)
    before = (axis.x_of(boxes[0].frame) - _MARK - 1, axis.x_of(first) - _MARK - 1)
    behind = (axis.x_of(last) + _MARK + 1, axis.x_of(boxes[-1].frame) + _MARK + 1)
    for left, right in (before, behind):
        if left < right:
            painter.fillRect(QRectF(left, y - _MARK - 1, right - left, 2 * _MARK + 2), veil)
    for frame, way in ((first, -1.0), (last, 1.0)):
        _paint_bracket(painter, axis.x_of(frame) + way * GRIP_AWAY, y, way, color, active=span is not None)


def _paint_bar(painter: QPainter, boxes: Sequence[Box], places: Sequence[float], color: QColor, y: float) -> None:
    """Draw a bar under runs of boxes, in the colour of who made them, and a dotted line where the track has none."""
    soft = QColor(color)
    soft.setAlpha(70)
    breaks = [at for at in range(1, len(boxes)) if boxes[at].frame - boxes[at - 1].frame > 1]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(soft)
    for start, end in pairwise([0, *breaks, len(boxes)]):
        left, right = places[start] - _BAR, places[end - 1] + _BAR
        painter.drawRoundedRect(QRectF(left, y - _BAR, right - left, 2 * _BAR), 3, 3)
    changes = [at for at in range(1, len(boxes)) if boxes[at].source is not boxes[at - 1].source]
    for start, end in pairwise(sorted({0, *breaks, *changes, len(boxes)})):
        line = QRectF(places[start] - 1, y - 1, places[end - 1] - places[start] + 2, 2)
        painter.fillRect(line, source_color(boxes[start].source))
    painter.setPen(QPen(QColor(shades().quiet), 1, Qt.PenStyle.DotLine))
    for at in breaks:
        painter.drawLine(QPointF(places[at - 1] + 4, y), QPointF(places[at] - 4, y))


def _paint_marks(painter: QPainter, axis: TimeAxis, boxes: Sequence[Box], places: Sequence[float], y: float) -> None:
    """Mark the boxes; where they lie close, the key frames alone, and closer still as thin lines."""
    seen = [(box, x) for box, x in zip(boxes, places, strict=True) if -_MARK <= x <= axis.width + _MARK]
    keys = [(box, x) for box, x in seen if box.is_keyframe]
    if _apart(seen) >= _MARK_APART:
        for box, x in seen:
            draw_mark(painter, QPointF(x, y), box.source, key=box.is_keyframe, radius=_MARK)
        return
    if _apart(keys) >= 2 * _MARK:
        for box, x in keys:
            draw_mark(painter, QPointF(x, y), box.source, key=True, radius=_MARK * 0.8)
        return
    lines = set(spread(np.array([x for _, x in keys]), _TICK_APART))
    for box, x in keys:
        if x in lines:
            painter.setPen(QPen(source_color(box.source), 1.4))
            painter.drawLine(QLineF(x, y - _MARK, x, y + _MARK))


def _paint_doubts(painter: QPainter, axis: TimeAxis, boxes: Sequence[Box], places: Sequence[float], y: float) -> None:
    """Mark the doubtful boxes, however close they lie: rings, and closer still a band under the bar."""
    seen = [(box, x) for box, x in zip(boxes, places, strict=True) if -_MARK <= x <= axis.width + _MARK]
    doubtful = [x for box, x in seen if box.doubt]
    if _apart(seen) >= _MARK_APART:
        for x in doubtful:
            draw_doubt(painter, QPointF(x, y), _MARK)
        return
    for x in spread(np.array(doubtful), 1.0):
        painter.fillRect(QRectF(x - 1.5, y + _BAR + 1, 3, 4), QColor(shades().bad))


def _apart(placed: Sequence[tuple[Box, float]]) -> float:
    """Return how far apart boxes stand in the mean, in pixels."""
    if len(placed) < 2:
        return float("inf")
    return (placed[-1][1] - placed[0][1]) / (len(placed) - 1)


def _paint_bracket(painter: QPainter, x: float, y: float, way: float, color: QColor, *, active: bool) -> None:
    painter.setPen(QPen(QColor(shades().accent) if active else color, 2.0))
    tall, back = 8.0, -way * GRIP_WIDE
    painter.drawPolyline(
        QPolygonF(
            [QPointF(x + back, y - tall), QPointF(x, y - tall), QPointF(x, y + tall), QPointF(x + back, y + tall)]
        )
    )


def paint_window(painter: QPainter, axis: TimeAxis, height: float, now_index: int) -> None:
    """Draw which part of the drive is shown, as a thin bar at the foot that can be dragged."""
    now = shades()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(now.field))
    painter.drawRect(QRectF(MARGIN, height - 5, axis.room, 4))
    painter.setBrush(QColor(now.faint))
    left = MARGIN + axis.start / axis.span * axis.room
    painter.drawRect(QRectF(left, height - 5, max(axis.shown / axis.span * axis.room, 6.0), 4))
    painter.setBrush(QColor(now.accent))
    painter.drawRect(QRectF(MARGIN + float(axis.seconds[now_index]) / axis.span * axis.room - 1, height - 6, 2, 6))


def paint_playhead(painter: QPainter, x: float, top: float, height: float) -> None:
    """Draw the line of the frame that is shown, below the row of the seconds, which it leaves to be read."""
    accent = QColor(shades().accent)
    painter.setPen(QPen(accent, 1.6))
    painter.drawLine(QPointF(x, top), QPointF(x, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    painter.drawPolygon(QPolygonF([QPointF(x - 6, top), QPointF(x + 6, top), QPointF(x, top + 8)]))


def spread(places: NDArray[np.float64], apart: float) -> list[float]:
    """Return of rising places those that stand clear of the one before."""
    kept: list[float] = []
    last = -np.inf
    for place in places.tolist():
        if place - last >= apart:
            kept.append(place)
            last = place
    return kept
