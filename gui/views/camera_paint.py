"""What a pane paints: its picture scaled and toned, dots, boxes with names, handles, a rectangle, the channel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from lidar_label.gui.views import handles, marks, paint
from lidar_label.gui.views.ahead import Boxed
from lidar_label.gui.views.camera_boxes import draw_edges, seen_edges
from lidar_label.gui.views.camera_fit import PictureFit
from lidar_label.gui.views.camera_handles import Grip
from lidar_label.gui.views.camera_tone import Tone
from lidar_label.gui.views.lens import Dots
from lidar_label.gui.views.names import Name, write
from lidar_label.gui.views.stage import Stage
from lidar_label.kernels.stamps import stamp
from lidar_label.model import SE3, Camera, Floats

_PILL = QColor(12, 14, 17, 190)
_NAME_HEIGHT = 18.0
_FRONT = 1.5  # how much wider than others the edges of the front are
_NAMED_PIXELS, _MOST_NAMES = 14.0, 60  # boxes smaller than that have no name written at them


def scaled_picture(picture: QImage, own_width: int, fit: PictureFit, ratio: float, tone: Tone) -> QImage:
    """Scale the part of a picture that can be seen, once; painting it again is then a copy.

    `own_width` is that of the file's picture: single pixels are shown of the file's own only.
    """
    area, shown = fit.area, fit.shown
    size = (shown.size() * ratio).toSize()
    if shown == area and picture.size() == size:  # decoded as it is shown
        made = QImage(picture)
    else:
        across, down = picture.width() / area.width(), picture.height() / area.height()
        left, top = (shown.x() - area.x()) * across, (shown.y() - area.y()) * down
        part = QRectF(left, top, shown.width() * across, shown.height() * down)
        if across / ratio > 1.5:  # a plain draw would skip pixels
            cut = picture.copy(part.toAlignedRect())
            made = cut.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        else:
            made = QImage(size, QImage.Format.Format_RGB32)
            inner = QPainter(made)
            smooth = across * 4 > 1 or picture.width() < own_width
            inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            inner.drawImage(QRectF(0, 0, size.width(), size.height()), picture, part)
            inner.end()
    made = tone.applied(made, picture)
    made.setDevicePixelRatio(ratio)
    return made


def dots_picture(
    points: Dots, colors: NDArray[np.uint8], owned: NDArray[np.bool_] | None, point_size: int, fit: PictureFit,
    ratio: float,
) -> QImage:  # fmt: skip
    """Return the points of the cloud as a picture to lay over the pane; of `owned` ones only those, where it is told.

    `colors` is (N, 4) uint8, RGBA, and `owned` (N,) bool.
    """
    room = fit.room
    width, height = max(round(room.width() * ratio), 1), max(round(room.height() * ratio), 1)
    pixels = np.zeros((height, width, 4), np.uint8)
    if len(points.index) and len(colors) > int(points.index.max()):
        spots, index = fit.to_widget(points.uv.astype(np.float64)) * ratio, points.index
        if owned is not None:  # the others would only darken the picture
            spots, index = spots[owned[index]], index[owned[index]]
        side = max(1, round((point_size - 0.5) * ratio))
        stamp(pixels, np.floor(spots - (side - 1) / 2).astype(np.int64), colors[index], side)
    return paint.picture_of(pixels, ratio)


def stroke_boxes(
    picture: QImage, camera: Camera, way: SE3, boxed: Boxed, fit: PictureFit, rows: NDArray[np.intp]
) -> None:
    """Draw those of some boxes that the lens sees, on a picture of the pane on which nobody paints meanwhile."""
    segments, of, edge = seen_edges(camera, way, boxed.arrays.only(rows))
    segments, shades, wide = fit.to_widget(segments), boxed.tints.shades()[rows][of], paint.BOX_WIDTH * _thin(fit)
    for part, width in ((edge < 13, wide), (edge < 4, wide * _FRONT)):
        paint.stroke_on(picture, segments[part], shades[part], width, fit.shown)


def draw_marked(
    painter: QPainter, camera: Camera, way: SE3, stage: Stage, fit: PictureFit, *, has_names: bool = False
) -> None:
    """Draw the hovered, the chosen and the selected box over the others, and stronger; write names."""
    rows = np.arange(len(stage.arrays)) if has_names else np.array(marks.marked(stage), np.intp)
    if not len(rows):
        return
    segments, of, edge = seen_edges(camera, way, stage.arrays.only(rows))
    segments, owner, thin = fit.to_widget(segments), rows[of], _thin(fit)
    named = [int(i) for i in np.unique(owner)] if has_names else []
    for index in marks.marked(stage):
        own = owner == index
        if own.any():
            pen = marks.pen(stage, index)
            draw_edges(painter, segments, own & (edge < 13), own & ((edge < 4) | (edge >= 13)), pen, thin, 0.6)
            told = stage.dragging if index == stage.selected else index == stage.hovered
            if told and index not in named:
                named.append(index)
    if named:
        _draw_names(painter, {index: segments[owner == index].reshape(-1, 2) for index in named}, stage, fit)


def _thin(fit: PictureFit) -> float:
    """Return how wide lines are in a picture, beside those of a large one."""
    return min(max(fit.area.width() / 560, 0.65), 1.0)


def _draw_names(painter: QPainter, ends: dict[int, Floats], stage: Stage, fit: PictureFit) -> None:
    """Name boxes at their top; of two names in one place that of the marked or larger box is read."""
    marked = {stage.selected, stage.hovered}
    spans = {index: float(np.ptp(places, axis=0).max()) for index, places in ends.items()}
    order = sorted(ends, key=lambda index: (index not in marked, -spans[index]))
    bounds = fit.shown
    names = []
    for index in order[:_MOST_NAMES]:
        text = stage.label(index)
        if index == stage.selected and stage.dragging:
            text = " × ".join(f"{side:.2f}" for side in stage.arrays.sizes[index].tolist()) + " m"
        if not text or (spans[index] < _NAMED_PIXELS and index not in marked):
            continue
        low, high = ends[index].min(axis=0).tolist(), ends[index].max(axis=0).tolist()
        if bounds.intersects(QRectF(QPointF(*low), QPointF(high[0] + 1, high[1] + 1))):
            top = max(low[1], bounds.top() + _NAME_HEIGHT + 6)
            names.append(Name(text, (low[0] + high[0]) / 2, top, stage.box_color(index)))
    write(painter, names, bounds)


def draw_grips(painter: QPainter, found: dict[str, Grip], active: str, color: QColor, fit: PictureFit) -> None:
    """Draw the handles of the selected box: squares that pull a face, and the disc that slides it."""
    for name, grip in found.items():
        at = QPointF(*fit.to_widget(grip.uv).tolist())
        paint.draw_handle(painter, at, color, round_=name == handles.SLIDE, active=name == active)


def draw_rectangle(painter: QPainter, area: QRectF, color: QColor) -> None:
    """Draw the rectangle that becomes a new box."""
    painter.setPen(QPen(color, 1.8))
    painter.setBrush(paint.face_brush(color, 40))
    painter.drawRect(area)


def draw_outline(painter: QPainter, places: Sequence[QPointF], color: QColor) -> None:
    """Draw the outline that becomes a new box, as far as it is drawn."""
    painter.setPen(QPen(color, 1.8))
    painter.setBrush(paint.face_brush(color, 40))
    painter.drawPolygon(QPolygonF(places))


def draw_channel(painter: QPainter, name: str, area: QRectF, *, is_best: bool) -> None:
    """Write the channel in the corner, and frame the picture of the camera that sees the selection best."""
    room = max(int(area.width()) - 20, 0)
    name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room)  # the ends tell cameras apart
    color = paint.BEST.lighter(130) if is_best else paint.NOTE
    if is_best:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(paint.BEST, 2.0))
        painter.drawRect(area.adjusted(1, 1, -1, -1))
    paint.draw_tag(painter, QPointF(4, 4), _NAME_HEIGHT, name, color)  # over the frame, which may cross it


def draw_tone_button(painter: QPainter, area: QRectF, *, is_on: bool, is_under: bool) -> None:
    """Draw the small half disc that opens brightness and contrast."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PILL)
    painter.drawRoundedRect(area, 4, 4)
    disc = area.adjusted(4, 4, -4, -4)
    color = paint.BEST.lighter(130) if is_on else paint.NOTE if is_under else paint.QUIET
    painter.setPen(QPen(color, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(disc)
    painter.setBrush(color)
    painter.drawPie(disc, 90 * 16, 180 * 16)
