"""Names: texts at boxes, written where there is room for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter

from lidar_label.gui.views import paint


class Name(NamedTuple):
    """A text to be written centred above a pixel; strength is 0 to 1."""

    text: str
    x: float
    y: float
    color: QColor
    strength: float = 1.0


def write(painter: QPainter, names: Iterable[Name], bounds: QRectF, covered: Sequence[QRectF] = ()) -> None:
    """Write names, each moved as little as it takes to be read whole; one that lies over an earlier one is left out.

    Of one that is wider than the bounds the middle is left out; one goes above or below what is covered.
    """
    font, ratio = paint.font_name(painter.font()), paint.ratio_of(painter)
    left, top, right, bottom = bounds.left(), bounds.top(), bounds.right(), bounds.bottom()
    taken: list[tuple[float, float, float, float]] = []
    strength = 1.0
    for name in names:
        text, (wide, high) = name.text, paint.label_size(name.text, font)
        if wide > right - left:
            room = right - left - paint.LABEL_EDGES
            text = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            wide, high = paint.label_size(text, font)
        x, y = name.x - wide / 2, name.y - high - 6
        x += max(left - x, 0.0) or min(right - x - wide, 0.0)
        y += max(top - y, 0.0) or min(bottom - y - high, 0.0)
        for area in covered:
            if area.intersects(QRectF(x, y, wide, high)):
                y = area.top() - high - 1 if area.top() - high - 1 >= top else area.bottom() + 1
        right_of, below = x + wide, y + high
        for start, head, end, foot in taken:  # a loop: a hand waits while dozens of names are laid out
            if x < end and start < right_of and y < foot and head < below:
                break
        else:
            taken.append((x, y, right_of, below))
            if name.strength != strength:
                strength = name.strength
                painter.setOpacity(strength)
            paint.draw_label_at(painter, x, y, text, name.color, font, ratio)
    painter.setOpacity(1.0)
