"""One cell: a box from above, from the side and from the rear, in its own frame; where things are in its pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QPointF, QRectF

from lidar_label.gui.sides.side import REAR, SIDE, TOP, Side
from lidar_label.gui.views import handles
from lidar_label.model import SE3, Box, Floats

LEAST_WIDTH, MOST_WIDTH, USUAL_WIDTH = 150, 900, 320
PAD, BETWEEN = 3.0, 2.0  # pixels around the views of a cell, and between them
SIDES: dict[str, Side] = {"top": TOP, "side": SIDE, "rear": REAR}
_MARGIN_SHARE, _LEAST_M, _MOST_M = 0.3, 0.35, 1.4  # of the largest side, shown around the box
_ROOM = (1.0, 0.8, 0.5)  # of that along length, width and height
_LARGE = 1.25  # of the track's median size, beyond which a box may be cut off
_INSIDE, _OUTSIDE = 5.0, 7.0  # pixels to either side of an edge where it is taken
_TURN_PIXELS, _TURN_REACH = 13.0, 8.0
_STILL = SE3.identity("cell", "box")
_AROUND = ((1, 1), (1, -1), (-1, -1), (-1, 1))


@dataclass(frozen=True, slots=True)
class CellPlan:
    """How every cell of a track is laid out, so that all are of one scale.

    The view from above is in the upper left corner, under it the one from the side with the same axis across, and
    beside that the one from the rear with the same axis upwards; the fourth corner has the words.

    Parameters
    ----------
    scale : float, metres a pixel
    areas : mapping of str to QRectF
        "top", "side", "rear" and "words", in pixels of the cell.
    width, height : int, pixels
    """

    scale: float
    areas: dict[str, QRectF]
    width: int
    height: int

    @classmethod
    def of(cls, boxes: Sequence[Box], width: int) -> CellPlan:
        """Return the plan of cells of a width for the boxes of a track."""
        sizes = np.array([box.size for box in boxes]) if boxes else np.array([[4.0, 2.0, 1.6]])
        size = np.minimum(sizes.max(axis=0), np.median(sizes, axis=0) * _LARGE)
        margin = min(max(float(size.max()) * _MARGIN_SHARE, _LEAST_M), _MOST_M)
        length, wide, high = (size + 2 * margin * np.array(_ROOM)).tolist()
        room = width - 2 * PAD - BETWEEN
        scale = (length + wide) / room
        left, right, low, tall = (round(metres / scale) for metres in (length, wide, wide, high))
        right = round(room) - left
        areas = {
            "top": QRectF(PAD, PAD, left, low),
            "words": QRectF(PAD + left + BETWEEN, PAD, right, low),
            "side": QRectF(PAD, PAD + low + BETWEEN, left, tall),
            "rear": QRectF(PAD + left + BETWEEN, PAD + low + BETWEEN, right, tall),
        }
        return cls(scale, areas, width, round(2 * PAD + BETWEEN + low + tall))

    def view_at(self, at: QPointF) -> str:
        """Return the name of the view under a pixel of the cell, or an empty text."""
        return next((name for name in SIDES if self.areas[name].contains(at)), "")

    def to_pixels(self, name: str, local: Floats) -> Floats:
        """Return the pixels of the cell, (N, 2), of points of the cell's frame, (N, 3)."""
        seen, middle = local @ SIDES[name].axes[:2].T, self.areas[name].center()
        return np.stack([middle.x() + seen[:, 0] / self.scale, middle.y() - seen[:, 1] / self.scale], axis=1)

    def spot(self, name: str, at: QPointF) -> Floats:
        """Return the place of the cell's frame under a pixel of the cell, (3,), as deep as its middle."""
        middle = self.areas[name].center()
        right, up = (at.x() - middle.x()) * self.scale, (middle.y() - at.y()) * self.scale
        found: Floats = np.array([right, up, 0.0]) @ SIDES[name].axes
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A box in the frame of a cell, which is that of the box as it was before a drag.

    Parameters
    ----------
    size : (length, width, height), metres
    cell_SE3_box : SE3
        The identity but for the time of a drag.
    """

    size: tuple[float, float, float]
    cell_SE3_box: SE3

    @classmethod
    def of(cls, box: Box, base: Box) -> Shown:
        """Return a box as it is seen in the frame of another."""
        if box is base:
            return cls(box.size, _STILL)
        inverse = base.world_SE3_box.inverse
        pose = SE3("cell", "world", inverse.rotation, inverse.translation) @ box.world_SE3_box
        return cls(box.size, pose)

    def outline(self, plan: CellPlan, name: str) -> Floats:
        """Return the pixels of the corners in a view, (4, 2): right above, right below, left below, left above."""
        side, half = SIDES[name], np.array(self.size) / 2
        local = np.stack([(np.array(side.right) * right + np.array(side.up) * up) * half for right, up in _AROUND])
        return plan.to_pixels(name, self.cell_SE3_box.apply(local))

    def heading(self, plan: CellPlan, name: str) -> Floats:
        """Return the pixels of the middle and of the front, (2, 2)."""
        local = np.array([[0.0, 0.0, 0.0], [self.size[0] / 2, 0.0, 0.0]])
        return plan.to_pixels(name, self.cell_SE3_box.apply(local))

    def turn_place(self, plan: CellPlan) -> QPointF:
        """Return the pixel of the disc that turns the box, in the view from above."""
        ahead = np.array([[self.size[0] / 2 + _TURN_PIXELS * plan.scale, 0.0, 0.0]])
        x, y = plan.to_pixels("top", self.cell_SE3_box.apply(ahead))[0].tolist()
        area = plan.areas["top"]
        return QPointF(min(max(x, area.left() + 5), area.right() - 5), min(max(y, area.top() + 5), area.bottom() - 5))

    def handle_at(self, plan: CellPlan, name: str, at: QPointF) -> str:
        """Return what a press takes in a view, or an empty text."""
        if not name:
            return ""
        if name == "top":
            disc = self.turn_place(plan)
            if math.hypot(at.x() - disc.x(), at.y() - disc.y()) <= _TURN_REACH:
                return handles.TURN
        corners = self.outline(plan, name)
        (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        across, down = _edge(at.x(), left, right), _edge(at.y(), top, bottom)
        if across is None or down is None:
            return ""
        return SIDES[name].handle(across, -down) if across or down else handles.SLIDE


def _edge(at: float, low: float, high: float) -> int | None:
    """Say on which of two edges a coordinate lies, -1 or 1; 0 between them, None beside them."""
    within = min(_INSIDE, (high - low) / 4)
    if not low - _OUTSIDE <= at <= high + _OUTSIDE:
        return None
    if at <= low + within:
        return -1
    return 1 if at >= high - within else 0
