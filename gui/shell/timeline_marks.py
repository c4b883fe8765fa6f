"""How boxes are told apart by who made them: a shape and a colour each, in the timeline and beside every cell."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from lidar_label.gui.shell.shades import Shades, shades
from lidar_label.model import Source

CONTEXT = "BoxMarks"
_T = QT_TRANSLATE_NOOP

# The shape of a box between key frames, its colour, and the words of the legend.
_WORDS: dict[Source, str] = {
    Source.HUMAN: _T("BoxMarks", "made or checked by a person"),
    Source.IMPORTED: _T("BoxMarks", "imported"),
    Source.INTERPOLATED: _T("BoxMarks", "interpolated"),
    Source.PROPAGATED: _T("BoxMarks", "carried on by the machine"),
    Source.MACHINE: _T("BoxMarks", "found by the machine"),
}
_SHAPES = {
    Source.HUMAN: "●",
    Source.IMPORTED: "●",
    Source.INTERPOLATED: "○",
    Source.PROPAGATED: "▲",
    Source.MACHINE: "■",
}


def source_color(source: Source, now: Shades | None = None) -> QColor:
    """Return the colour of boxes of a source in the theme in use, or in the one that is given."""
    now = now or shades()
    named = {
        Source.HUMAN: now.good,
        Source.IMPORTED: now.quiet,
        Source.INTERPOLATED: now.accent,
        Source.PROPAGATED: now.warn,
        Source.MACHINE: now.warn,
    }
    return QColor(named[source])


def draw_doubt(painter: QPainter, at: QPointF, radius: float, now: Shades | None = None) -> None:
    """Draw a ring about the mark of a box that the machine is not sure of."""
    painter.setPen(QPen(QColor((now or shades()).bad), 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, radius, radius)


def draw_mark(
    painter: QPainter, at: QPointF, source: Source, *, key: bool, radius: float, now: Shades | None = None
) -> None:
    """Draw the mark of a box: a diamond for a key frame, else the shape of its source."""
    color, x, y = source_color(source, now), at.x(), at.y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if key:
        corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        return
    half = radius * 0.55
    if source == Source.PROPAGATED:
        painter.drawPolygon(QPolygonF([QPointF(x, y - half), QPointF(x + half, y + half), QPointF(x - half, y + half)]))
    elif source == Source.MACHINE:
        painter.drawRect(QRectF(x - half, y - half, 2 * half, 2 * half))
    elif source == Source.INTERPOLATED:
        painter.setPen(QPen(color, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, half, half)
    else:
        painter.drawEllipse(at, half, half)


def source_text(source: Source) -> str:
    """Say who made a box, in the language in use."""
    return QCoreApplication.translate(CONTEXT, _WORDS[source])


def legend(more: Iterable[str] = ()) -> str:
    """Return what the marks mean, as the rich text of a tool tip."""
    key = QCoreApplication.translate("BoxMarks", "key frame, in the colour of who made it")
    rows = [f"<span>◆</span> {key}"]
    rows += [
        f'<span style="color:{source_color(source).name()}">{_SHAPES[source]}</span> {source_text(source)}'
        for source in Source
    ]
    doubt = QCoreApplication.translate("BoxMarks", "doubtful: the machine asks a person to look")
    rows.append(f'<span style="color:{shades().bad}">◯</span> {doubt}')
    return "<br>".join([*rows, *more])
