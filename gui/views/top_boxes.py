"""Boxes in the top view: outlines, names and handles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QImage, QPainter, QPen

from lidar_label.gui.views import handles, marks, paint
from lidar_label.gui.views.ahead import Boxed, Next, Take, Work
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.calm import Calm, Kept
from lidar_label.gui.views.names import Name, write
from lidar_label.gui.views.prepare import TopPlace
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_paint import draw_ground, to_pixels
from lidar_label.model import Floats

_LABELLED_PIXELS, _MOST_LABELS = 44.0, 40
_TOP_CORNERS = [0, 1, 5, 4]
ToPixels = Callable[[Floats], Floats]


def draw_calm(
    cloud: QImage,
    font: QFont,
    boxed: Boxed,
    to_pixels: ToPixels,
    scale: float,
    rows: NDArray[np.intp],
) -> QImage:
    """Return the picture of the cloud with the rings on it, at metres a pixel, and some of the boxes."""
    picture = QImage(cloud)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    draw_ground(painter, QPointF(*to_pixels(np.zeros((1, 2)))[0].tolist()), scale)
    painter.end()
    stroke_boxes(picture, boxed, to_pixels, rows)
    return picture


def offered(coming: Next, calm: Calm, place: TopPlace, font: QFont) -> list[Work]:
    """Offer to draw the calm picture of a frame that comes, where its cloud is drawn as it is looked at."""
    ready, scale = coming.view.prepared, place.metres_per_pixel
    if ready is None or ready.top is None or ready.wish.top != place:
        return []
    cloud, size = ready.top, (place.width, place.height)

    def work() -> Take:
        picture = draw_calm(
            cloud, font, coming, lambda points: to_pixels(points, place.center, scale, *size), scale, coming.rows
        )
        of = cloud, coming.tints, coming.view
        kept = Kept(picture, of, (place.center, scale, font), coming.boxes, coming.apart)
        return lambda: calm.expect(kept)

    return [work]


def stroke_boxes(picture: QImage, boxed: Boxed, to_pixels: ToPixels, rows: NDArray[np.intp]) -> None:
    """Draw the outline of boxes with a line where each heads, on a picture on which nobody paints meanwhile."""
    if len(rows):
        lines = _lines(boxed.arrays.only(rows), to_pixels)
        paint.stroke_on(picture, lines.reshape(-1, 2, 2), np.repeat(boxed.tints.shades()[rows], lines.shape[1]))


def draw_marked(painter: QPainter, stage: Stage, to_pixels: ToPixels) -> None:
    """Draw the hovered, the chosen and the selected box over the others, stronger and filled."""
    marked = marks.marked(stage)
    if not marked:
        return
    lines = _lines(stage.arrays.only(np.array(marked)), to_pixels)
    for index, own in zip(marked, lines, strict=True):
        color = stage.box_color(index)
        alpha = 34 if index == stage.selected else 16 if index == stage.hovered else 0
        if alpha:
            paint.fill(painter, own[:4, 0], paint.face_brush(color, alpha))
        painter.setPen(marks.pen(stage, index))
        paint.draw_segments(painter, own)


def _lines(arrays: BoxArrays, to_pixels: ToPixels) -> Floats:
    """Return the four sides and the heading of each box, (M, 5, 2, 2) pixels."""
    outlines = to_pixels(arrays.corners[:, _TOP_CORNERS].reshape(-1, 3)).reshape(-1, 4, 2)
    starts, ends = (to_pixels(points) for points in arrays.headings())
    lines = np.empty((len(arrays), 5, 2, 2))
    lines[:, :4, 0], lines[:, :4, 1] = outlines, np.roll(outlines, -1, axis=1)
    lines[:, 4, 0], lines[:, 4, 1] = starts, ends
    return lines


def draw_handles(painter: QPainter, stage: Stage, places: Mapping[str, Floats], active: str) -> None:
    """Draw the handles of the selected box, at pixels; none where there are no places."""
    if not places:
        return
    color = stage.box_color(stage.selected)
    if handles.TURN in places and "front" in places:
        painter.setPen(QPen(color.lighter(140), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(*places["front"].tolist()), QPointF(*places[handles.TURN].tolist()))
    for name, place in places.items():
        at = QPointF(*place.tolist())
        paint.draw_handle(painter, at, color, round_=name == handles.TURN, active=name == active)


def under(arrays: BoxArrays, place: tuple[float, float], slack: float) -> list[int]:
    """Return the boxes whose outline holds a place of the ego frame, the smallest first; `slack` metres about count."""
    if not len(arrays):
        return []
    local = np.abs(np.einsum("mij,mi->mj", arrays.rotations[:, :2, :2], np.array(place) - arrays.centers[:, :2]))
    held = np.flatnonzero((local <= arrays.sizes[:, :2] / 2 + slack).all(axis=1))
    area = arrays.sizes[held, 0] * arrays.sizes[held, 1]
    return [int(i) for i in held[np.argsort(area, kind="stable")]]


class _Spread(NamedTuple):
    """Where boxes lie in the picture, each a list of M; and those large enough for a name, the larger first."""

    seen: list[bool]
    middle: list[float]
    top: list[float]
    bottom: list[float]
    large: list[int]


@lru_cache(maxsize=2)
def _spread(arrays: BoxArrays, center: tuple[float, float], scale: float, width: int, height: int) -> _Spread:
    """Find it; it is the same while boxes and place are: another selection asks again."""
    corners = to_pixels(arrays.corners.reshape(-1, 3), center, scale, width, height).reshape(-1, 8, 2)
    x, y = corners[:, :, 0], corners[:, :, 1]
    left, right, top, bottom = x.min(axis=1), x.max(axis=1), y.min(axis=1), y.max(axis=1)
    seen = (left < width) & (right > 0) & (top < height) & (bottom > 0)
    spans = np.maximum(right - left, bottom - top)
    order = np.argsort(-spans)
    large = order[spans[order] > _LABELLED_PIXELS]
    return _Spread(seen.tolist(), ((left + right) / 2).tolist(), top.tolist(), bottom.tolist(), large.tolist())


def draw_labels(painter: QPainter, stage: Stage, place: TopPlace) -> None:
    """Name the boxes that are large enough; of two labels in one place the marked one is read."""
    if not len(stage.arrays):
        return
    spread = _spread(stage.arrays, place.center, place.metres_per_pixel, place.width, place.height)
    marked, selected = marks.named(stage), stage.selected
    large = [i for i in spread.large if i not in marked]
    names = []
    for index in [*marked, *large[:_MOST_LABELS]]:
        text = stage.label(index)
        if not text or not spread.seen[index]:
            continue
        below = index == selected and stage.arrays.rotations[index, 0, 0] > 0  # clear of the handle ahead
        if index == selected and stage.dragging:
            length, width, _ = stage.arrays.sizes[index].tolist()
            text = f"{length:.2f} × {width:.2f} m"
        at = spread.bottom[index] + 32 if below else spread.top[index] - 2
        names.append(Name(text, spread.middle[index], at, stage.box_color(index)))
    write(painter, names, QRectF(0, 0, place.width, place.height))
