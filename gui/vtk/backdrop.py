"""Backdrop: what the 3D view keeps until it changes: the points over the ground's rings, and boxes that are calm."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QSizeF, Qt
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.painters.base import Painted
from lidar_label.gui.painters.canvas import Shown
from lidar_label.gui.views import paint
from lidar_label.gui.views.ahead import Next, Take, Work
from lidar_label.gui.views.calm import Calm, Kept
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.tints import FORMER
from lidar_label.gui.vtk.overlay import Overlay, stroke_boxes, stroke_rings
from lidar_label.model import Floats

_KEPT = 2 + FORMER  # pictures: of the frame that is shown, those before, and the one drawn ahead
_LEVEL_M = 0.05  # steps of the height rings are drawn at: it differs a little from frame to frame


def overlay_on(painter: QPainter, widget: QWidget, shown: Shown | None, camera: Orbit) -> Overlay:
    """Return what draws over a picture of a widget through the picture's camera; without one, through `camera`."""
    size, ratio = QSizeF(widget.size()), widget.devicePixelRatioF()
    lying = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    covered = [child.geometry().toRectF() for child in lying if child.isVisible()]
    if shown is None or not _fits(widget, shown):
        return Overlay(painter, camera, size, covered=covered)
    return Overlay(painter, shown.wish.camera, size, shown.painted.depth, ratio, covered)


def _fits(widget: QWidget, shown: Shown) -> bool:
    return bool(shown.painted.depth.shape[0] == max(round(widget.height() * widget.devicePixelRatioF()), 1))


def picture_of(painted: Painted, ratio: float) -> QImage:
    """Return what was painted as a picture for a screen of a pixel ratio; its memory is that of `painted`."""
    height, width = painted.color.shape[:2]
    kind = QImage.Format.Format_ARGB32_Premultiplied
    picture = QImage(painted.color.data, width, height, 4 * width, kind)  # type: ignore[call-overload]
    picture.setDevicePixelRatio(ratio)
    return cast("QImage", picture)


class Floor(NamedTuple):
    """What the ground under the points is drawn from."""

    camera: Orbit | None
    level: float
    width: int
    height: int
    ratio: float
    font: str


class _Under(NamedTuple):
    """The points of a frame that may come next, or was there before, over the ground."""

    painted: Painted
    floor: Floor
    picture: QImage


class Backdrop:
    """Draws the points of a view with what lies under them.

    Attributes
    ----------
    picture : QImage or None
        The last one, in the screen's pixels; None while it is to be drawn anew.
    """

    def __init__(self) -> None:
        self.picture: QImage | None = None
        self._of: Shown | None = None
        self._calm = Calm()
        self._behind = np.empty(0)
        self._behinds: list[tuple[QImage, Floats]] = []  # of the pictures with boxes that may be shown again
        self._floor: tuple[Floor | None, QImage | None] = (None, None)
        self._ready: list[_Under] = []

    @property
    def behind(self) -> Floats:
        """Which part of each box points hide, (M,); 0 of those left out."""
        return self._behind

    def _forget_others(self) -> None:
        """Keep what points hide for the pictures that may be shown again, and for no others."""
        shown = self._calm.pictures
        self._behinds = [kept for kept in self._behinds if any(kept[0] is picture for picture in shown)]

    def with_boxes(self, widget: QWidget, shown: Shown | None, camera: Orbit, stage: Stage) -> QImage:
        """Return the picture with all boxes but the marked ones; see `draw`."""
        under = self.draw(widget, shown, stage.ground)

        def drawn(rows: NDArray[np.intp]) -> QImage:
            picture = under.copy()
            self._behinds.append((picture, strokes(picture, rows)))
            return picture

        def strokes(picture: QImage, rows: NDArray[np.intp]) -> Floats:
            painter = QPainter(picture)
            lines = overlay_on(painter, widget, shown, camera).box_lines(stage, rows)
            painter.end()
            return stroke_boxes(picture, stage, *lines)

        through = shown.wish.camera if shown is not None and _fits(widget, shown) else camera
        picture = self._calm.picture(stage, (under, stage.tints, stage.view), through, drawn)
        self._behind = next(behind for of, behind in self._behinds if of is picture)
        self._forget_others()

        def added(onto: QImage, rows: NDArray[np.intp]) -> None:
            self._behind[rows] = strokes(onto, rows)[rows]

        self._calm.complete(stage, added)
        return picture

    def ahead(self, widget: QWidget, shown: Shown | None, coming: Next) -> list[Work]:
        """Offer to draw the picture with boxes of a frame that comes, seen as the one that is shown."""
        ready = coming.view.prepared
        if ready is None or ready.main is None or shown is None or not shown.is_whole or not _fits(widget, shown):
            return []
        (floor, bare), painted, font = self._floor, ready.main, widget.font().toString()
        place = _floor_of(widget, shown, _level(ready.ground), font)
        if floor != place or bare is None or painted.depth.shape != shown.painted.depth.shape:
            return []
        camera, size, ratio = shown.wish.camera, QSizeF(widget.size()), place.ratio

        def work() -> Take:
            under = _with_points(bare.copy(), painted, camera, size, ratio, place.level, with_rings=True)
            picture = under.copy()
            painter = QPainter(picture)
            lines = Overlay(painter, camera, size, painted.depth, ratio).box_lines(coming, coming.rows)
            painter.end()
            behind = stroke_boxes(picture, coming, *lines)

            def take() -> None:
                self._keep(_Under(painted, place, under))
                self._behinds.append((picture, behind))
                of = under, coming.tints, coming.view
                self._calm.expect(Kept(picture, of, camera, coming.boxes, coming.apart))
                self._forget_others()

            return take

        return [work]

    def forget(self) -> None:
        """Draw anew next time."""
        self.picture = None

    def draw(self, widget: QWidget, shown: Shown | None, ground: float) -> QImage:
        """Return the picture for a widget, the same as before where the points are.

        Parameters
        ----------
        widget : QWidget
            Whose size, scale and font it has.
        shown : Shown or None
            The points; without any, it is empty.
        ground : float, metres
            Height of the rings.
        """
        if self.picture is None or self._of is not shown:
            place = _floor_of(widget, shown, _level(ground), widget.font().toString())
            painted = shown.painted if shown is not None and shown.is_whole else None
            ready = (made for made in self._ready if made.painted is painted and made.floor == place)
            found = next(ready, None)
            if found is not None:
                self.picture = found.picture
                self._keep(found)
            else:
                self.picture = self._draw_floor(widget, shown, place)
                if shown is not None:
                    size = QSizeF(widget.size())
                    self.picture = _with_points(
                        self.picture, shown.painted, shown.wish.camera, size, place.ratio, place.level,
                        with_rings=shown.is_whole,  # a moving camera has no time for them
                    )  # fmt: skip
                    if painted is not None:
                        self._keep(_Under(painted, place, self.picture))
            self._of = shown
        return self.picture

    def _keep(self, made: _Under) -> None:
        """Keep what was used last."""
        others = (other for other in self._ready if other.painted is not made.painted or other.floor != made.floor)
        self._ready = [made, *others][:_KEPT]

    def _draw_floor(self, widget: QWidget, shown: Shown | None, place: Floor) -> QImage:
        """Return what lies under the cloud, the caller's own; kept where frames are looked at from the same place."""
        if self._floor[0] == place and self._floor[1] is not None:
            return self._floor[1].copy()
        picture = QImage(
            place.width, place.height, QImage.Format.Format_RGB32
        )  # nothing shines through: laid down faster
        picture.setDevicePixelRatio(place.ratio)
        picture.fill(paint.GROUND)
        painter = QPainter(picture)
        painter.setFont(paint.small(widget.font(), 8.5))
        if shown is not None:
            overlay_on(painter, widget, shown, shown.wish.camera).ground(place.level)
        painter.end()
        self._floor = place, QImage(picture) if self._floor[0] == place else None  # of a moving camera none is kept
        return picture


def _level(ground: float) -> float:
    return round(ground / _LEVEL_M) * _LEVEL_M


def _floor_of(widget: QWidget, shown: Shown | None, level: float, font: str) -> Floor:
    ratio = widget.devicePixelRatioF()
    width, height = max(round(widget.width() * ratio), 1), max(round(widget.height() * ratio), 1)
    return Floor(shown.wish.camera if shown is not None else None, level, width, height, ratio, font)


def _with_points(
    picture: QImage, painted: Painted, camera: Orbit, size: QSizeF, ratio: float, level: float, *, with_rings: bool
) -> QImage:
    """Return a floor, changed, with the points on it and the rings once more over them."""
    fits = painted.depth.shape[0] == picture.height()
    painter = QPainter(picture)
    painter.drawImage(0, 0, picture_of(painted, ratio))
    over = Overlay(painter, camera, size, painted.depth if fits else None, ratio)
    rings = over.rings_before(level) if with_rings else None
    painter.end()
    if rings is not None:
        stroke_rings(picture, rings)
    return picture
