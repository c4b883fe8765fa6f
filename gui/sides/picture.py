"""SidePicture: the selected box from one side; where the picture looks, what it draws, where its handles are."""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.fitting import Fitting
from lidar_label.gui.merge.banner import draw_banner
from lidar_label.gui.sides import drawing, words
from lidar_label.gui.sides.framing import Framing
from lidar_label.gui.sides.side import BOTH, Side
from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.beside import Beside
from lidar_label.gui.views.boxes import EDGE_ENDS, EDGE_STARTS
from lidar_label.gui.views.held_keys import HeldKeys
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Floats

FINEST, COARSEST = 0.0005, 0.2  # metres a pixel
_FILLS, _LEAST_SHOWN_M = 0.6, 1.5  # the box of the picture's width and height; what is seen across at least
_LEAST_MARKED = 96.0  # pixels of height; lower, axes and scale would lie over the lengths
_LEAST_SCALED = 180.0  # pixels of width for the scale
_EDGE_INSIDE, _EDGE_OUTSIDE = 7.0, 9.0  # pixels to either side of an edge where it is taken
_DEEP_M = 0.4  # how far before and behind the box points are shown
_TURN_PIXELS, _TURN_REACH = 24.0, 11.0
_AROUND = ((1, 1), (1, -1), (-1, -1), (-1, 1))  # the corners, to the right and up, one after another
_ENDS = {(1, 0): (0, 1), (0, -1): (1, 2), (-1, 0): (2, 3), (0, 1): (3, 0)}  # those of each edge


class SidePicture(QWidget):
    """One of the three side views, without the mouse.

    Parameters
    ----------
    name : str
        "top", "side" or "rear".
    stage : Stage
    fitting : Fitting
    framing : Framing
        What it shares with the other two.
    """

    def __init__(
        self, name: str, stage: Stage, fitting: Fitting, framing: Framing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._stage, self._fitting, self._framing = stage, fitting, framing
        self._scale, self._offset = 0.02, (0.0, 0.0)  # metres a pixel; what is in the middle, metres right and up
        self._is_zoomed = False
        self._points: QImage | None = None
        self._words: tuple[tuple[object, ...], QImage] | None = None
        self._active = ""  # the handle under the mouse
        self._is_dragging = False
        self._keys = HeldKeys(stage)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 44)

    # Where it looks

    @property
    def side(self) -> Side:
        """From where it looks."""
        return BOTH[self._name][self._name in self._fitting.flipped]

    @property
    def title(self) -> str:
        """What is written over it: from where it looks, and once in the column that the track keeps its size."""
        flipped = self._name in self._fitting.flipped
        return words.title(self._name, flipped=flipped, locked=self._name == "top" and self._fitting.is_locked)

    @property
    def metres_per_pixel(self) -> float:
        """What a logical pixel spans."""
        return self._scale

    def to_pixels(self, points: Floats) -> Floats:
        """Return the pixels, (N, 2), of points of the ego frame, (N, 3)."""
        seen = self._framing.local(points) @ self.side.axes[:2].T
        right, up = self._offset
        x = self.width() / 2 + (seen[:, 0] - right) / self._scale
        return np.stack([x, self.height() / 2 - (seen[:, 1] - up) / self._scale], axis=1)

    def to_metres(self, at: QPointF) -> tuple[float, float]:
        """Return how far right and up of the place in the middle a pixel is, metres."""
        right, up = self._offset
        return right + (at.x() - self.width() / 2) * self._scale, up - (at.y() - self.height() / 2) * self._scale

    def spot(self, at: QPointF) -> Floats:
        """Return the place of the ego frame under a pixel, as deep as the middle of the box, (3,)."""
        found: Floats = self._spots(at)[0]
        return found

    def _spots(self, *pixels: QPointF) -> Floats:
        axes, center = self.side.axes, self._stage.arrays.centers[self._stage.selected]
        deep = float(self._framing.local(center[None])[0] @ axes[2])
        return self._framing.placed(np.array([[*self.to_metres(at), deep] for at in pixels]) @ axes)

    def zoom(self, at: QPointF, factor: float) -> None:
        """Look closer, or from farther; what is under a pixel stays there."""
        before = self.to_metres(at)
        self._scale = min(max(self._scale * factor, FINEST), COARSEST)
        after = self.to_metres(at)
        self.shift(before[0] - after[0], before[1] - after[1])

    def shift(self, right: float, up: float) -> None:
        """Look at what is some metres to the right and up."""
        self._offset, self._is_zoomed = (self._offset[0] + right, self._offset[1] + up), True
        self.stale()

    def reset(self) -> None:
        """Show the whole box in the middle."""
        self._is_zoomed, self._offset = False, (0.0, 0.0)
        self._framing.recenter()
        self._fit_scale()
        self.stale()

    def stale(self) -> None:
        """Draw everything anew."""
        self._points = None
        self.update()

    def _moved_on(self, is_other: bool) -> None:
        if is_other:
            self._is_zoomed, self._offset = False, (0.0, 0.0)
        if not self._is_zoomed:
            self._fit_scale()

    def _keep_in_sight(self) -> None:
        """Bring the box back where it has left the picture."""
        rect, area = self.box_area(), self.rect().toRectF()
        if self._is_zoomed and not rect.intersects(area):
            self._offset = (0.0, 0.0)
            self._framing.recenter()
        elif not self._is_zoomed and not area.adjusted(4, 4, -4, -4).contains(rect):
            self._fit_scale()
            self._framing.recenter()

    def _fit_scale(self) -> None:
        """Show the whole box, large enough to work on."""
        if self._stage.selected < 0:
            return
        size, side = self._stage.arrays.sizes[self._stage.selected], self.side
        across, high = float(size[side.across]), float(size[side.high])
        wide, tall = max(self.width(), 1) * _FILLS, max(self.height(), 1) * _FILLS
        least = _LEAST_SHOWN_M / max(min(self.width(), self.height()), 1)
        self._scale = min(max(across / wide, high / tall, least), COARSEST)

    # What it draws

    def sizeHint(self) -> QSize:
        """Return a size that three of fit beside the other views."""
        return QSize(280, 200)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Draw everything; the points only where something of them changed."""
        painter = QPainter(self)
        index = self._stage.selected
        if index < 0 or self._stage.view is None:
            painter.fillRect(self.rect(), paint.GROUND)
            return
        arrays, color, area = self._stage.arrays, self._stage.box_color(index), self.rect().toRectF()
        if self._points is None:
            self._points = self._draw_points(index)
        painter.drawImage(0, 0, self._points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(paint.small(self.font()))
        if self._name != "top":
            self._draw_ground(painter)
        self._draw_others(painter, index)
        outline, size = self.outline(), arrays.sizes[index]
        Beside.of(self._stage.desk).draw(painter, self.to_pixels, named=False)
        drawing.draw_box(painter, outline, color)
        self._draw_taken(painter, outline)
        middle, front = self.to_pixels(arrays.placed(index, np.array([[0, 0, 0], [size[0] / 2, 0, 0]])))
        away = None if self._name != "rear" else min(self.side.right) < 0
        drawing.draw_heading(painter, QPointF(*middle.tolist()), QPointF(*front.tolist()), color, away=away)
        if self.can_drag:
            drawing.draw_knobs(painter, outline, color)
        if self.can_drag and self._turns:
            place = self._turn_place(outline)
            paint.draw_handle(painter, place, color, round_=True, active=self._active == self.side.turn)
        lengths = float(size[self.side.across]), float(size[self.side.high])
        clear = self.side.turn_at[0] > 0
        drawing.draw_lengths(painter, _area_of(outline), lengths, color, area, left=clear)
        self._draw_words(painter, draw_banner(painter, area) if self._stage.desk.whole else area)
        painter.end()

    def _draw_points(self, index: int) -> QImage:
        """Draw the points of the slice that the box takes, and a little before and behind it."""
        axes = self.side.axes
        deep = self._framing.local(self._stage.arrays.corners[index]) @ axes[2]
        corner, top = self.to_metres(QPointF(0, self.height())), self.to_metres(QPointF(self.width(), 0))
        low = np.array([*corner, float(deep.min()) - _DEEP_M])
        cloud = self._framing.slice(axes, low, np.array([*top, float(deep.max()) + _DEEP_M]))
        if cloud is None:
            return QImage()
        return drawing.draw_points(
            cloud, corner, self._scale, (self.width(), self.height()), self.devicePixelRatioF(),
            self._stage.box_color(index).lighter(125), self._stage.desk.point_size,
        )  # fmt: skip

    def _draw_ground(self, painter: QPainter) -> None:
        ground = self._framing.ground()
        if ground is None:
            return
        ends = self._spots(QPointF(0, self.height() / 2), QPointF(self.width(), self.height() / 2))
        ends[:, 2] = [ground.at(x, y) for x, y, _ in ends.tolist()]
        drawing.draw_ground(painter, self.to_pixels(ends))

    def _draw_others(self, painter: QPainter, index: int) -> None:
        """Draw the other boxes that reach into the slice that is shown."""
        arrays, axis = self._stage.arrays, self._framing.rotation @ self.side.axes[2]
        shown = math.hypot(self.width(), self.height()) * self._scale
        away = np.abs(arrays.centers - self._framing.place).max(axis=1) - arrays.sizes.max(axis=1) / 2
        rows = np.flatnonzero(away < shown)  # of a crowd a few
        deep, held = arrays.corners[rows] @ axis, arrays.corners[index] @ axis
        rows = rows[
            (deep.max(axis=1) > held.min() - _DEEP_M) & (deep.min(axis=1) < held.max() + _DEEP_M) & (rows != index)
        ]
        if len(rows):
            corners = self.to_pixels(arrays.corners[rows].reshape(-1, 3)).reshape(-1, 8, 2)
            lines = np.stack([corners[:, EDGE_STARTS], corners[:, EDGE_ENDS]], axis=2)
            for color, own in self._stage.tints.groups(rows, np.ones(len(rows), np.bool_)):
                drawing.draw_others(painter, lines[own].reshape(-1, 2, 2), color)

    def _draw_taken(self, painter: QPainter, outline: Floats) -> None:
        """Show the edges that a press takes, or that are being dragged."""
        signs = handles.CARRIED.get(self._held)
        if signs is None:
            return
        right, up = int(np.dot(signs, self.side.right)), int(np.dot(signs, self.side.up))
        pairs = [_ENDS[edge] for edge in ((right, 0), (0, up)) if edge in _ENDS]
        drawing.draw_taken(painter, np.stack([outline[list(pair)] for pair in pairs]))

    def _draw_words(self, painter: QPainter, area: QRectF) -> None:
        """Draw the scale; axes, title and what a press does from a picture that is kept while they stay the same."""
        text, ratio, font = words.deed(self._held, self._keys.mode), self.devicePixelRatioF(), painter.font()
        told = (self.title, self.side.axis_names, text, area, ratio, font)
        if self._words is None or self._words[0] != told:
            made = QImage((self.size().toSizeF() * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            inner = QPainter(made)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setFont(font)
            self._write_words(inner, area, text)
            inner.end()
            self._words = told, made
        painter.drawImage(0, 0, self._words[1])
        if area.height() >= _LEAST_MARKED and area.width() >= _LEAST_SCALED:
            drawing.draw_scale(painter, area, self._scale)

    def _write_words(self, painter: QPainter, area: QRectF, text: str) -> None:
        if area.height() >= _LEAST_MARKED:
            drawing.draw_axes(painter, area, self.side.axis_names)
        high = painter.fontMetrics().height()
        painter.setPen(paint.NOTE)
        painter.drawText(QPointF(area.left() + 8, area.top() + high), self.title)
        painter.setPen(paint.BEST)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(area.width()) - 14)
        painter.drawText(QPointF(area.left() + 8, area.top() + 2 * high + 1), shown)

    # Where the handles are

    @property
    def can_drag(self) -> bool:
        """Whether a press takes anything."""
        return self._stage.can_edit and self._stage.selected >= 0 and self._stage.desk.tool == "select"

    @property
    def _turns(self) -> bool:
        return self._name == "top" or self._fitting.is_full

    @property
    def _held(self) -> str:
        """The handle that is dragged from here, or that a press takes."""
        return self._active if self._is_dragging or not self._stage.dragging else ""

    def outline(self) -> Floats:
        """Return the pixels of the box's corners, (4, 2): right above, right below, left below, left above."""
        side, index, arrays = self.side, self._stage.selected, self._stage.arrays
        local = np.array(_AROUND) @ np.array([side.right, side.up]) * (arrays.sizes[index] / 2)
        return self.to_pixels(arrays.placed(index, local))

    def box_area(self) -> QRectF:
        """Return the area of the box, in pixels."""
        return _area_of(self.outline())

    def turn_place(self) -> QPointF:
        """Return the pixel of the disc that turns the box."""
        return self._turn_place(self.outline())

    def _turn_place(self, corners: Floats) -> QPointF:
        middle = corners.mean(axis=0)
        out = corners[list(_ENDS[self.side.turn_at])].mean(axis=0) - middle
        long = max(float(np.hypot(*out)), 1e-9)
        return QPointF(*(middle + out * ((long + _TURN_PIXELS) / long)).tolist())

    def place_of(self, right: int, up: int) -> QPointF:
        """Return the pixel of an edge's middle or a corner: -1, 0 or 1 to the right and up."""
        rect = self.box_area()
        return rect.center() + QPointF(right * rect.width() / 2, -up * rect.height() / 2)

    def handle_at(self, at: QPointF) -> str:
        """Return what a press takes, or an empty text."""
        if not self.can_drag:
            return ""
        disc = self.turn_place()
        if self._turns and math.hypot(at.x() - disc.x(), at.y() - disc.y()) <= _TURN_REACH:
            return self.side.turn
        rect = self.box_area()
        right, down = _edge(at.x(), rect.left(), rect.right()), _edge(at.y(), rect.top(), rect.bottom())
        if right is None or down is None:
            return ""
        return self.side.handle(right, -down) if right or down else handles.SLIDE


def _area_of(corners: Floats) -> QRectF:
    return QRectF(QPointF(*corners.min(axis=0).tolist()), QPointF(*corners.max(axis=0).tolist()))


def _edge(at: float, low: float, high: float) -> int | None:
    """Say on which of two edges a coordinate lies, -1 or 1; 0 between them, None beside them."""
    within = min(_EDGE_INSIDE, (high - low) / 4)
    if not low - _EDGE_OUTSIDE <= at <= high + _EDGE_OUTSIDE:
        return None
    if at <= low + within:
        return -1
    return 1 if at >= high - within else 0
