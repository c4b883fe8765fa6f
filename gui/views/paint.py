"""How boxes look in every view: pens, handles, labels, notes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6 import sip
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from lidar_label.gui.views.colors import BACKGROUND
from lidar_label.kernels.compiled import is_put_off
from lidar_label.kernels.strokes import stroke
from lidar_label.model import Floats

GROUND = QColor(*BACKGROUND)
GRID, GRID_OVER, GRID_TEXT = QColor(41, 46, 53), QColor(150, 165, 185, 46), QColor(150, 165, 185, 150)
EGO = QColor(220, 228, 236, 170)
NOTE, QUIET = QColor("#dde1e6"), QColor("#98a1ab")
BEST = QColor("#4da3ff")
_PILL = QColor(12, 14, 17, 205)
RINGS_M = (10, 20, 30, 40, 50, 60, 80, 100)
RING_TEXT_PIXELS = 13.0  # between the metres of two rings, so that both are read
VEHICLE = np.array([[2.2, 0.0], [0.9, 0.85], [-1.9, 0.85], [-1.9, -0.85], [0.9, -0.85]])  # an outline, metres
BOX_WIDTH = 1.2  # pixels of a box's edges
LABEL_EDGES = 12.0  # pixels beside the letters of a label, both sides together
HANDLE_RADIUS = 5.0
HANDLE_REACH = 10.0
FontName = tuple[object, ...]
_fonts: dict[FontName, QFont] = {}  # the few that labels are written in
_last_font: list[tuple[QFont, FontName]] = []


def draw_segments(painter: QPainter, segments: Floats) -> None:
    """Draw (K, 2, 2) pixels as lines."""
    if len(segments):
        # Filled as memory: an object for each line takes longer than drawing it. (`array` has no true type hints.)
        made: Any = sip
        lines = made.array(QLineF, len(segments))
        np.frombuffer(made.voidptr(lines, len(segments) * 4 * 8), np.float64)[:] = segments.reshape(-1)
        painter.drawLines(lines)


def stroke_on(
    picture: QImage,
    segments: Floats,
    shades: NDArray[np.uint32],
    width: float = BOX_WIDTH,
    area: QRectF | None = None,
    strength: float = 1.0,
) -> None:
    """Draw (K, 2, 2) pixels as lines of many colours on an opaque picture, on which nobody paints meanwhile.

    `width` and `area`, outside which nothing is drawn, are in the same pixels as the lines; with `strength` all lines
    are one layer that is so strong.
    """
    if is_put_off():  # a first picture does not wait for compiled code
        _stroke_by_qt(picture, segments, shades, width, area, strength)
        return
    ratio = picture.devicePixelRatioF()
    memory: Any = picture.bits()
    memory.setsize(picture.sizeInBytes())
    pixels = np.frombuffer(memory, np.uint32).reshape(picture.height(), picture.width())
    edges = None
    if area is not None:
        edges = (round(area.left() * ratio), round(area.top() * ratio),
                 round((area.x() + area.width()) * ratio), round((area.y() + area.height()) * ratio))  # fmt: skip
    stroke(pixels, segments * ratio, shades, width * ratio, edges, strength)


def _stroke_by_qt(
    picture: QImage, segments: Floats, shades: NDArray[np.uint32], width: float, area: QRectF | None, strength: float
) -> None:
    """Do what `stroke_on` does, in some four times as long, while compiled code is not there yet."""
    layer = picture
    if strength < 1:
        layer = QImage(picture.size(), QImage.Format.Format_ARGB32_Premultiplied)
        layer.setDevicePixelRatio(picture.devicePixelRatioF())
        layer.fill(Qt.GlobalColor.transparent)
    painter = QPainter(layer)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if area is not None:
        painter.setClipRect(area)
    for shade in sorted(set(shades.tolist())):  # the first use of `np.unique` imports much
        pen = QPen(QColor.fromRgb(shade), width)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        draw_segments(painter, segments[shades == shade])
    painter.end()
    if strength < 1:
        painter = QPainter(picture)
        painter.setOpacity(strength)
        painter.drawImage(QPointF(0, 0), layer)
        painter.end()


def picture_of(pixels: NDArray[np.uint8], ratio: float) -> QImage:
    """Return (height, width, 4) RGBA, its colours multiplied by alpha, as a picture for a screen of a pixel ratio."""
    height, width = pixels.shape[:2]
    seen = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)  # type: ignore[call-overload]
    picture = QImage(seen.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))  # a copy of its own
    picture.setDevicePixelRatio(ratio)
    return picture


def box_shade(color: QColor) -> QColor:
    """Return the colour of a box's edges."""
    return color.darker(112)


def box_pen(color: QColor, *, selected: bool = False, hovered: bool = False) -> QPen:
    """Return the pen of a box's edges."""
    # Opaque and with square caps: a translucent or round pen takes Qt ten to thirty times as long.
    shade = color.lighter(125) if selected or hovered else box_shade(color)
    pen = QPen(shade, 2.2 if selected else 1.8 if hovered else BOX_WIDTH)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    return pen


def color_of(rgb: Iterable[int]) -> QColor:
    """Return a colour of three numbers, red first, 0 to 255."""
    red, green, blue = (int(part) for part in rgb)
    return QColor(red, green, blue)


def face_brush(color: QColor, alpha: int) -> QBrush:
    """Return a translucent fill in a box's colour."""
    shade = QColor(color)
    shade.setAlpha(alpha)
    return QBrush(shade)


def polygon(points: Floats) -> QPolygonF:
    """Return (K, 2) pixels as a polygon."""
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def fill(painter: QPainter, shape: Floats, brush: QBrush) -> None:
    """Fill an area whose corners are (K, 2) pixels; its edges are drawn over it, so that it needs no smooth ones."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # three times as fast
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawPolygon(polygon(shape))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def draw_closed(painter: QPainter, shape: Floats, pen: QPen) -> None:
    """Draw the lines around an area whose corners are (K, 2) pixels; faster than its outline as one path."""
    painter.setPen(pen)
    draw_segments(painter, np.stack([shape, np.roll(shape, -1, axis=0)], axis=1))


def draw_handle(painter: QPainter, at: QPointF, color: QColor, *, round_: bool, active: bool) -> None:
    """Draw one handle: a square that resizes, or a disc that moves or turns."""
    radius = HANDLE_RADIUS + (1.5 if active else 0.0)
    painter.setPen(QPen(QColor(10, 12, 14), 1.2))
    painter.setBrush(QColor("white") if active else color.lighter(140))
    if round_:
        painter.drawEllipse(at, radius, radius)
    else:
        painter.drawRect(QRectF(at.x() - radius + 1, at.y() - radius + 1, 2 * radius - 2, 2 * radius - 2))


def label_area(painter: QPainter, at: QPointF, text: str) -> QRectF:
    """Return the area that a label above a point takes."""
    wide, high = label_size(text, font_name(painter.font()))
    return QRectF(at.x() - wide / 2, at.y() - high - 6, wide, high)


@lru_cache(maxsize=4096)
def label_size(text: str, font: FontName) -> tuple[float, float]:
    """Return how wide and high a label is."""
    metrics = QFontMetricsF(_fonts[font])
    return metrics.horizontalAdvance(text) + LABEL_EDGES, metrics.height() + 4


def font_name(font: QFont) -> FontName:
    """Return what tells the fonts of labels apart; a font itself has no hash, and to write it out takes long."""
    if _last_font and _last_font[0][0] == font:  # the labels of a view, one after another
        return _last_font[0][1]
    name = (font.pointSizeF(), font.pixelSize(), font.weight(), font.italic(), *font.families())
    if name not in _fonts:
        _fonts[name] = QFont(font)
    _last_font[:] = [(QFont(font), name)]
    return name


def held_inside(painter: QPainter, at: QPointF, text: str, bounds: QRectF) -> QPointF:
    """Return where to write a label so that it is read whole: as near to `at` as `bounds` allow."""
    pill = label_area(painter, at, text)
    dx = max(bounds.left() - pill.left(), 0.0) or min(bounds.right() - pill.right(), 0.0)
    dy = max(bounds.top() - pill.top(), 0.0) or min(bounds.bottom() - pill.bottom(), 0.0)
    return at + QPointF(dx, dy)


def draw_label(painter: QPainter, at: QPointF, text: str, color: QColor) -> None:
    """Write a label centred above a point, on a dark ground that any picture lets read."""
    pill = label_area(painter, at, text)
    draw_label_at(painter, pill.left(), pill.top(), text, color, font_name(painter.font()), ratio_of(painter))


def draw_label_at(
    painter: QPainter, left: float, top: float, text: str, color: QColor, font: FontName, ratio: float
) -> None:
    """Write a label of which the upper left corner and the size, `label_size`, are known."""
    foot = QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio)  # sharp letters
    painter.drawImage(foot, _label(text, color.rgb(), font, ratio))


def ratio_of(painter: QPainter) -> float:
    """Return how many of the screen's pixels a logical one has where a painter draws."""
    device = painter.device()
    return device.devicePixelRatioF() if device is not None else 1.0


@lru_cache(maxsize=1024)
def _label(text: str, rgb: int, font: FontName, ratio: float) -> QImage:
    """Return a label as a picture: the same few dozen are written in every frame."""
    wide, high = label_size(text, font)
    return _pill(text, QColor(rgb).lighter(130), font, wide, high, ratio)


def _pill(text: str, color: QColor, font: FontName, wide: float, high: float, ratio: float) -> QImage:
    picture = QImage(math.ceil(wide * ratio), math.ceil(high * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(_fonts[font])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PILL)
    painter.drawRoundedRect(QRectF(0, 0, wide, high), 4, 4)
    painter.setPen(color)
    painter.drawText(QRectF(0, 0, wide, high), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return picture


def draw_tag(painter: QPainter, at: QPointF, height: float, text: str, color: QColor) -> None:
    """Write a name on a dark ground of some height, from its upper left corner on."""
    painter.drawImage(at, _tag(text, color.rgb(), font_name(painter.font()), height, ratio_of(painter)))


@lru_cache(maxsize=64)
def _tag(text: str, rgb: int, font: FontName, high: float, ratio: float) -> QImage:
    wide, _ = label_size(text, font)
    return _pill(text, QColor(rgb), font, wide, high, ratio)


def draw_caption(painter: QPainter, at: QPointF, text: str) -> None:
    """Write quietly from a point on the line of writing, on a dark ground that points and lines let read."""
    letters = QFontMetricsF(painter.font())
    ground = QRectF(at.x(), at.y() - letters.ascent(), letters.horizontalAdvance(text), letters.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PILL)
    painter.drawRoundedRect(ground.adjusted(-5, -1, 5, 1), 4, 4)
    painter.setPen(QUIET)
    painter.drawText(at, text)


def draw_note(painter: QPainter, area: QRectF, text: str, *, quiet: bool = True) -> None:
    """Write a sentence in the middle of an area, on a dark ground; nothing where not a line of it has room."""
    if not text or area.height() < painter.fontMetrics().height():
        return
    how = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    ground = painter.boundingRect(area, how, text).adjusted(-6, -2, 6, 2)  # nothing, once there is no pen
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PILL)
    painter.drawRoundedRect(ground, 4, 4)
    painter.setPen(QUIET if quiet else NOTE)
    painter.drawText(area, how, text)


def small(font: QFont, points: float = 8.5) -> QFont:
    """Return a font in a small size for labels in pictures."""
    fitted = QFont(font)
    fitted.setPointSizeF(points)
    return fitted


def nearest(at: QPointF, places: Iterable[tuple[str, Floats]], reach: float = HANDLE_REACH) -> str:
    """Return the name of the nearest place within reach of a pixel, or an empty text."""
    best, name = reach, ""
    for candidate, place in places:
        if not np.isfinite(place).all():
            continue
        away = float(np.hypot(place[0] - at.x(), place[1] - at.y()))
        if away < best:
            best, name = away, candidate
    return name


def resize_cursor(direction: Floats) -> Qt.CursorShape:
    """Return the cursor for pulling along a direction of the screen (x right, y down)."""
    angle = np.degrees(np.arctan2(-direction[1], direction[0])) % 180
    if 22.5 <= angle < 67.5:
        return Qt.CursorShape.SizeBDiagCursor
    if 67.5 <= angle < 112.5:
        return Qt.CursorShape.SizeVerCursor
    if 112.5 <= angle < 157.5:
        return Qt.CursorShape.SizeFDiagCursor
    return Qt.CursorShape.SizeHorCursor
