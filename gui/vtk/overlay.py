"""What is drawn over and under the cloud in the 3D view: the ground's rings, boxes, handles, axes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen

from lidar_label.gui.desk import Desk
from lidar_label.gui.views import handles, marks, paint
from lidar_label.gui.views.ahead import Boxed
from lidar_label.gui.views.area_marks import AreaMarks
from lidar_label.gui.views.beside import Beside
from lidar_label.gui.views.boxes import FACE_CORNERS, BoxArrays
from lidar_label.gui.views.measure import Measure
from lidar_label.gui.views.names import Name, write
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.picked import Picked
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.trajectories import Trajectories
from lidar_label.kernels.lines import split_by_depth
from lidar_label.model import Floats

_CROSS = ((0, 2), (1, 3))
_ANGLES = np.linspace(0, 2 * np.pi, 97)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES), np.zeros(97)], axis=1)
_ALL_RINGS = np.array(  # both ends of each line of each ring, (2, K, 3)
    [[_CIRCLE[part] * ring for ring in paint.RINGS_M] for part in (slice(-1), slice(1, None))]
).reshape(2, -1, 3)
_RING_OVER, _RINGS_OVER = QColor(paint.GRID_TEXT.rgb()), 0.3 * paint.GRID_TEXT.alphaF()  # opaque: drawn much faster
_SLACK_M, _SLACK_PART = 0.25, 0.004  # how much nearer than a line points have to be to hide it
_DIMMED, _DIMMED_MARKED = 0.28, 0.55  # strength of what is hidden, also of the box in hand
_BEHIND, _LABEL_DIMMED = 0.7, 0.5  # part of a box that is hidden when its label is dimmed too
_SMALL_PIXELS = 64.0
_CAPTIONED_PIXELS = 440.0
_LABELLED_PIXELS, _MOST_LABELS = 34.0, 24
AXES = ((0, "x", QColor("#ef6a62")), (1, "y", QColor("#5fc27e")), (2, "z", QColor("#4da3ff")))


class Overlay:
    """Draws with Qt's anti-aliased pens through the camera of the 3D view."""

    def __init__(
        self,
        painter: QPainter,
        camera: Orbit,
        size: QSizeF,
        depth: NDArray[np.float32] | None = None,
        ratio: float = 1.0,
        covered: Sequence[QRectF] = (),
    ) -> None:
        self.covered = covered
        """What lies over the view; no name is written there."""
        self.painter, self.camera = painter, camera
        self.width, self.height = size.width(), size.height()
        self._depth, self._ratio = depth, ratio
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def segments(self, starts: Floats, ends: Floats, pen: QPen) -> None:
        """Draw lines of the ego frame."""
        cut, _ = self.camera.segments(starts, ends, self.width, self.height)
        self.painter.setPen(pen)
        paint.draw_segments(self.painter, cut)

    def parts(self, starts: Floats, ends: Floats) -> tuple[Floats, NDArray[np.intp], NDArray[np.bool_]]:
        """Return what is seen of lines of the ego frame, cut where points begin to hide it.

        Returns
        -------
        parts : (R, 2, 2) float64, pixels
        owners : (R,) int
            Which line each part is of.
        hidden : (R,) bool
            Whether it lies behind points.
        """
        cut, ahead, kept = self.camera.segments_ahead(starts, ends, self.width, self.height)
        if self._depth is None:
            return cut, kept, np.zeros(len(cut), np.bool_)
        pieces, of, hidden = split_by_depth(cut, ahead, self._depth, _SLACK_M, _SLACK_PART, self._ratio)
        return pieces, kept[of], hidden

    def ground(self, level: float) -> None:
        """Draw range rings with their metres, the axes ahead and aside, and the vehicle."""
        lift = np.array([0.0, 0.0, level])
        rings, _ = _rings(self.camera, self.width, self.height, level)
        spokes = _CIRCLE[[0, 24, 48, 72]] * paint.RINGS_M[-1] + lift
        outline = np.column_stack([paint.VEHICLE, np.full(len(paint.VEHICLE), level)])
        starts = np.concatenate([np.repeat(lift[None], len(spokes), axis=0), outline])
        ends = np.concatenate([spokes, np.roll(outline, -1, axis=0)])
        lines, of = self.camera.segments(starts, ends, self.width, self.height)
        self.painter.setPen(QPen(paint.GRID, 1.0))
        paint.draw_segments(self.painter, np.concatenate([rings, lines[of < len(spokes)]]))
        self.painter.setPen(paint.GRID_TEXT)
        written: list[float] = []
        places, _ = self.camera.project([(ring, 0.0, level) for ring in paint.RINGS_M], self.width, self.height)
        for ring, (x, y) in zip(paint.RINGS_M, places.tolist(), strict=True):
            seen = -50 < x < self.width + 50 and -50 < y < self.height + 50
            if seen and not any(abs(y - other) < paint.RING_TEXT_PIXELS for other in written):
                written.append(y)
                self.painter.drawText(QPointF(x + 4, y - 3), f"{ring} m")
        self.painter.setPen(QPen(paint.EGO, 1.4))
        paint.draw_segments(self.painter, lines[of >= len(spokes)])

    def rings_before(self, level: float) -> Floats:
        """Return the lines of the rings before which no point lies."""
        pieces, ahead = _rings(self.camera, self.width, self.height, level)
        if self._depth is None:
            return pieces
        pieces, _, hidden = split_by_depth(pieces, ahead, self._depth, _SLACK_M, _SLACK_PART, self._ratio)
        return pieces[~hidden]

    def box_lines(self, boxed: Boxed, rows: NDArray[np.intp]) -> tuple[Floats, NDArray[np.intp], NDArray[np.bool_]]:
        """Return the lines of boxes as `parts` does; the owners are the boxes."""
        pieces, of, hidden = self._edges(boxed.arrays.only(rows))
        return pieces, rows[of], hidden

    def marked(self, stage: Stage) -> None:
        """Draw the hovered, the chosen and the selected box over the others, and stronger."""
        rows = np.array(marks.marked(stage), np.intp)
        if not len(rows):
            return
        arrays = stage.arrays
        pieces, of, hidden = self._edges(arrays.only(rows))
        for place, index in enumerate(rows.tolist()):
            color, own = stage.box_color(index), of == place
            pen = marks.pen(stage, index)
            if index == stage.selected:
                self._faces(arrays, index, color)
            self._both(pieces[own], hidden[own], pen, _DIMMED_MARKED)
            front = arrays.corners[index]
            pen.setWidthF(1.0)
            self.dimmed(front[[a for a, _ in _CROSS]], front[[b for _, b in _CROSS]], pen)

    def _edges(self, arrays: BoxArrays) -> tuple[Floats, NDArray[np.intp], NDArray[np.bool_]]:
        """Return the edges and headings of boxes as `parts` does; the owners are the boxes."""
        count = len(arrays)
        lines = [np.concatenate(ends) for ends in zip(arrays.edges(), arrays.headings(), strict=True)]
        pieces, of, hidden = self.parts(*lines)
        return pieces, np.where(of < 12 * count, of // 12, of - 12 * count), hidden

    def _both(self, pieces: Floats, hidden: NDArray[np.bool_], pen: QPen, strength: float) -> None:
        self.painter.setPen(pen)
        paint.draw_segments(self.painter, pieces[~hidden])
        self.painter.setOpacity(strength)
        paint.draw_segments(self.painter, pieces[hidden])
        self.painter.setOpacity(1.0)

    def dimmed(self, starts: Floats, ends: Floats, pen: QPen, strength: float = 0.5) -> None:
        """Draw a few lines of the ego frame, what points hide of them more faintly."""
        pieces, _, hidden = self.parts(starts, ends)
        self._both(pieces, hidden, pen, strength)

    def labels(self, stage: Stage, behind: Floats) -> None:
        """Write category and name over the boxes that are large enough to be looked at.

        `behind` says which part of each box is hidden, (M,).
        """
        arrays = stage.arrays
        if not len(arrays):
            return
        seen, order, middle, top = _labelled(self.camera, arrays, self.width, self.height)
        marked = [i for i in marks.named(stage) if seen[i]]
        near = [i for i in order if i not in marked]
        wanted = []
        for index in [*marked, *near[:_MOST_LABELS]]:
            text = stage.label(index)
            if not text:
                continue
            if index == stage.selected and not stage.dragging:
                text = f"{text}  ·  {stage.count_points(index)}"
            strength = _LABEL_DIMMED if index not in marked and behind[index] > _BEHIND else 1.0
            wanted.append(Name(text, middle[index], top[index], stage.box_color(index), strength))
        write(self.painter, wanted, QRectF(0, 0, self.width, self.height), self.covered)

    def areas(self, desk: Desk) -> None:
        """Draw the areas on the ground."""
        AreaMarks.of(desk).draw(self.painter, self._to_pixels, QRectF(0, 0, self.width, self.height))

    def _to_pixels(self, places: Floats) -> Floats:
        uv, depth = self.camera.project(places, self.width, self.height)
        return np.where(depth[:, None] > 0, uv, np.nan)

    def marks(self, desk: Desk) -> None:
        """Draw the ways of tracks, the place that was picked in a picture, and what is measured."""
        for marked in (Beside.of(desk), Trajectories.of(desk), Picked.of(desk), Measure.of(desk)):
            marked.draw(self.painter, self._to_pixels)

    def handles(self, stage: Stage, active: str) -> None:
        """Draw the handles of the selected box."""
        index = stage.selected
        if index < 0:
            return
        arrays, color = stage.arrays, stage.box_color(index)
        places = handle_pixels(self.camera, arrays, index, self.width, self.height)
        turn = places.get(handles.TURN)
        if turn is not None and handles.MOVE in places:
            size = arrays.sizes[index]
            ends = np.stack([handles.position("front", size) * (1, 1, 0), handles.position(handles.TURN, size)])
            ends[0, 2] = ends[1, 2]
            placed = arrays.placed(index, ends)
            self.segments(placed[:1], placed[1:], QPen(color.lighter(140), 1.4, Qt.PenStyle.DashLine))
        for name, place in places.items():
            round_ = name in (handles.MOVE, handles.TURN)
            paint.draw_handle(self.painter, QPointF(*place.tolist()), color, round_=round_, active=name == active)

    def rectangle(self, start: Floats, end: Floats, color: QColor) -> None:
        """Draw the rectangle of a new box while it is drawn on the ground."""
        corners = np.array(
            [start, [start[0], end[1], start[2]], [end[0], end[1], start[2]], [end[0], start[1], start[2]]]
        )
        uv, _ = self.camera.project(corners, self.width, self.height)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(paint.face_brush(color, 60))
        if np.isfinite(uv).all():
            self.painter.drawPolygon(paint.polygon(uv))
        self.dimmed(corners, np.roll(corners, -1, axis=0), QPen(color, 1.8))

    def triad(self, frame: str) -> None:
        """Draw the axes in the lower left corner, with the name of the frame they belong to."""
        foot, reach = QPointF(38, self.height - 34), 24.0
        turned = np.stack([self.camera.right, self.camera.up])
        for axis, name, color in AXES:
            x, y = (turned[:, axis] * reach).tolist()
            tip = foot + QPointF(x, -y)
            self.painter.setPen(QPen(color, 2.0))
            self.painter.drawLine(foot, tip)
            self.painter.drawText(tip + QPointF(3 if x >= 0 else -10, 4 if y <= 0 else -2), name)
        if self.width >= _CAPTIONED_PIXELS:  # else the legend needs the room
            paint.draw_caption(self.painter, QPointF(76, self.height - 12), frame)

    def _faces(self, arrays: BoxArrays, index: int, color: QColor) -> None:
        uv, _ = self.camera.project(arrays.corners[index], self.width, self.height)
        if not np.isfinite(uv).all():
            return
        for place, face in enumerate(FACE_CORNERS):
            paint.fill(self.painter, uv[list(face)], paint.face_brush(color, 46 if place == 0 else 14))


@lru_cache(maxsize=2)
def _labelled(
    camera: Orbit, arrays: BoxArrays, width: float, height: float
) -> tuple[list[bool], list[int], list[float], list[float]]:
    """Return which boxes are seen, those large enough for a name, the nearer first, and where names stand.

    It is the same while boxes and camera are: another selection asks again.
    """
    uv, depth = camera.project(arrays.corners.reshape(-1, 3), width, height)
    x, y, depth = uv[:, 0].reshape(-1, 8), uv[:, 1].reshape(-1, 8), depth.reshape(-1, 8)
    top, bottom = y.min(axis=1), y.max(axis=1)
    # NaN, of a corner behind the camera, fails every comparison.
    seen = (x.min(axis=1) < width) & (x.max(axis=1) > 0) & (top < height) & (bottom > 0)
    large = np.flatnonzero(seen & (bottom - top > _LABELLED_PIXELS))
    order = large[np.argsort(depth[large].min(axis=1), kind="stable")]  # the nearer one is read
    return seen.tolist(), order.tolist(), x.mean(axis=1).tolist(), top.tolist()


@lru_cache(maxsize=8)
def _rings(camera: Orbit, width: float, height: float, level: float) -> tuple[Floats, Floats]:
    """Return the lines of the range rings and how far ahead their ends lie; the same from frame to frame."""
    rings = _ALL_RINGS + np.array([0.0, 0.0, level])
    cut, ahead, _ = camera.segments_ahead(rings[0], rings[1], width, height)
    return cut, ahead


def stroke_rings(picture: QImage, lines: Floats) -> None:
    """Draw rings once more over the points, faintly; see `Overlay.rings_before`."""
    paint.stroke_on(picture, lines, np.full(len(lines), _RING_OVER.rgba(), np.uint32), 1.0, strength=_RINGS_OVER)


def stroke_boxes(
    picture: QImage, boxed: Boxed, pieces: Floats, owner: NDArray[np.intp], hidden: NDArray[np.bool_]
) -> Floats:
    """Draw the lines of a great many boxes, see `Overlay.box_lines`, what is hidden of them dimmed.

    Returns
    -------
    (M,) float64
        Which part of each box is hidden, of all M that there are; 0 of those not drawn.
    """
    shades = boxed.tints.shades()[owner]
    if hidden.any():
        paint.stroke_on(picture, pieces[hidden], shades[hidden], strength=_DIMMED)
    paint.stroke_on(picture, pieces[~hidden], shades[~hidden])
    long, count = np.hypot(*(pieces[:, 1] - pieces[:, 0]).T), len(boxed.arrays)
    whole = np.bincount(owner, long, count)
    behind: Floats = np.bincount(owner, long * hidden, count) / np.maximum(whole, 1e-9)
    return behind


def handle_pixels(camera: Orbit, arrays: BoxArrays, index: int, width: float, height: float) -> dict[str, Floats]:
    """Return the pixel of each handle of a box; of a box that is small on the screen only a few."""
    corners, _ = camera.project(arrays.corners[index], width, height)
    if not np.isfinite(corners).all():
        return {}
    small = float(np.ptp(corners, axis=0).max()) < _SMALL_PIXELS
    names = [handles.MOVE, handles.TURN] if small else [*handles.FACES, handles.MOVE, handles.TURN]
    names = [name for name in names if name != "bottom"]  # "move" sits there; Alt makes it the bottom
    local = np.stack([handles.position(name, arrays.sizes[index].tolist()) for name in names])
    uv, _ = camera.project(arrays.placed(index, local), width, height)
    return {name: place for name, place in zip(names, uv, strict=True) if np.isfinite(place).all()}
