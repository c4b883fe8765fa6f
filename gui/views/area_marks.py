"""AreaMarks: the areas of the drive in a view: filled, outlined, with their category and square metres."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from PyQt6.QtCore import QObject, QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPen

from lidar_label.gui.areas import Areas
from lidar_label.gui.desk import Desk
from lidar_label.gui.views import paint
from lidar_label.gui.views.names import Name, write
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Area, Floats

ToPixels = Callable[[Floats], Floats]
_STEP_M, _MOST_STEPS = 1.0, 48  # of a side, which a lens may curve and the edge of a view may cut
_REACH_M = 150.0
_FILL, _FILL_MARKED = 54, 110
_LINE, _LINE_MARKED = 1.6, 2.6
_NAMED_PIXELS = 26.0  # smaller ones are not written at
_HIDDEN_PIXELS = 44.0
_FARTHEST_PIXELS = 1e6  # beyond them Qt's numbers end


class AreaMarks(QObject):
    """One for each desk, made by the first who asks (`AreaMarks.of`)."""

    @staticmethod
    def of(desk: Desk) -> AreaMarks:
        """Return the one of a desk."""
        found = desk.findChild(AreaMarks)
        return found if found is not None else AreaMarks(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._stage, self._areas = desk, Stage.of(desk), Areas.of(desk)
        self._made: tuple[object, tuple[Area, ...], Floats, list[int]] | None = None
        self._names: dict[str, tuple[Area, str]] = {}
        self._areas.changed.connect(self._stage.boxes_changed)

    def draw(self, painter: QPainter, to_pixels: ToPixels, bounds: QRectF) -> None:
        """Draw them in a part of a view; `to_pixels` places (N, 3) of the ego frame, NaN where they are not seen."""
        names, hovered = [], self._areas.hovered
        for area, outline in self._outlines(to_pixels):
            seen = _box_of(outline).intersected(bounds)
            if seen.isEmpty():
                continue
            color, is_marked = self._desk.category_color(area.category), area is hovered
            paint.fill(painter, outline, paint.face_brush(color, _FILL_MARKED if is_marked else _FILL))
            painter.setPen(QPen(color, _LINE_MARKED if is_marked else _LINE))
            sides = np.empty((len(outline), 2, 2))
            sides[:, 0], sides[:-1, 1], sides[-1, 1] = outline, outline[1:], outline[0]
            paint.draw_segments(painter, sides)
            if is_marked or max(seen.width(), seen.height()) > _NAMED_PIXELS:
                inside = outline[(outline >= (bounds.left(), bounds.top())).all(axis=1)
                                 & (outline <= (bounds.right(), bounds.bottom())).all(axis=1)]  # fmt: skip
                at = inside.mean(axis=0) if len(inside) else np.array([seen.center().x(), seen.center().y()])
                # In a large one, over one that the name would hide.
                high = float(at[1]) + 10 if seen.height() > _HIDDEN_PIXELS else seen.top()
                names.append(Name(self._name(area), float(at[0]), high, color))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        write(painter, names, bounds)

    def _name(self, area: Area) -> str:
        """Return what is written at an area; how large it is takes longer to work out than to paint."""
        if area.token not in self._names or self._names[area.token][0] is not area:
            self._names[area.token] = area, self._areas.name(area)
        return self._names[area.token][1]

    def under(self, at: QPointF, to_pixels: ToPixels) -> str:
        """Return the token of the smallest area at a pixel; empty where there is none."""
        found = [area for area, outline in self._outlines(to_pixels)
                 if paint.polygon(outline).containsPoint(at, Qt.FillRule.OddEvenFill)]  # fmt: skip
        return min(found, key=lambda area: area.size).token if found else ""

    def _outlines(self, to_pixels: ToPixels) -> Iterator[tuple[Area, Floats]]:
        """Yield the areas in sight, the largest first, with the pixels of their edges that are seen, (K, 2)."""
        areas, places, starts = self._places()
        if not areas:
            return
        pixels = to_pixels(places)
        for area, start, stop in zip(areas, starts, [*starts[1:], len(pixels)], strict=True):
            outline = pixels[start:stop]
            # What the near plane or the lens cuts off lies beyond the picture's edge: its ends may be joined straight.
            outline = outline[np.isfinite(outline).all(axis=1) & (np.abs(outline) < _FARTHEST_PIXELS).all(axis=1)]
            if len(outline) > 2:
                yield area, outline

    def _places(self) -> tuple[tuple[Area, ...], Floats, list[int]]:
        """Return the areas about the shown frame, their edges in its ego frame, (N, 3), and where each begins."""
        view = self._stage.view
        if view is None or not self._areas.are_shown or not self._areas.all:
            return (), np.empty((0, 3)), []
        of = (view.world_SE3_ego, view.index, self._areas.all)
        if self._made is None or self._made[0] != of:
            eye = view.world_SE3_ego.translation
            near = [area for area in self._areas.in_frame(view.index)
                    if np.linalg.norm(area.corners - eye, axis=1).min() < _REACH_M + np.sqrt(area.size)]  # fmt: skip
            near.sort(key=lambda area: -area.size)
            edges = [_edge(area) for area in near]
            starts = np.cumsum([0, *map(len, edges)])[:-1].tolist()
            places = view.world_SE3_ego.inverse.apply(np.concatenate(edges)) if edges else np.empty((0, 3))
            self._made = of, tuple(near), places, starts
        return self._made[1:]


def _edge(area: Area) -> Floats:
    """Return the edge of an area in short steps, (N, 3) metres, world."""
    following = np.roll(area.corners, -1, axis=0)
    long = np.linalg.norm(following - area.corners, axis=1)
    steps = np.clip(np.ceil(long / _STEP_M), 1, _MOST_STEPS).astype(int)
    which = np.repeat(np.arange(len(steps)), steps)
    share = (np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[which]
    found: Floats = area.corners[which] + (following - area.corners)[which] * share[:, None]
    return found


def _box_of(outline: Floats) -> QRectF:
    (left, top), (right, bottom) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    return QRectF(left, top, right - left + 1e-3, bottom - top + 1e-3)
