"""Backdrop: what the 3D view keeps until it changes: the points over the ground's rings, and boxes that are calm."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QSizeF, Qt
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.painters.base import Painted
from lidar_label.gui.painters.canvas import Shown
from lidar_label.gui.views import paint
from lidar_label.gui.views.calm import Calm
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.vtk.overlay import Overlay
from lidar_label.model import Floats

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
        self._floor: tuple[tuple[object, ...], QImage | None] = ((), None)

    def apart(self, stage: Stage) -> NDArray[np.intp]:
        """Return which boxes `with_boxes` left out, but for the marked ones."""
        return self._calm.apart(stage)

    @property
    def behind(self) -> Floats:
        """Which part of each box points hide, (M,); 0 of those left out."""
        return self._behind

    def with_boxes(self, widget: QWidget, shown: Shown | None, camera: Orbit, stage: Stage) -> QImage:
        """Return the picture with the boxes that stay as they are; see `draw`."""
        under = self.draw(widget, shown, stage.ground)

        def drawn(rows: NDArray[np.intp]) -> QImage:
            picture = under.copy()
            painter = QPainter(picture)
            self._behind = overlay_on(painter, widget, shown, camera).boxes(stage, rows)
            painter.end()
            return picture

        through = shown.wish.camera if shown is not None and _fits(widget, shown) else camera
        return self._calm.picture(stage, (under, stage.tints, stage.view), through, drawn)

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
            level = round(ground / _LEVEL_M) * _LEVEL_M
            self.picture, self._of = self._draw_floor(widget, shown, level), shown
            if shown is not None:
                painter = QPainter(self.picture)
                over = overlay_on(painter, widget, shown, shown.wish.camera)
                painter.drawImage(0, 0, picture_of(shown.painted, widget.devicePixelRatioF()))
                if shown.is_whole:  # while the camera moves each millisecond counts
                    over.rings_before(level)
                painter.end()
        return self.picture

    def _draw_floor(self, widget: QWidget, shown: Shown | None, level: float) -> QImage:
        """Return what lies under the cloud, the caller's own; kept where frames are looked at from the same place."""
        ratio, font = widget.devicePixelRatioF(), widget.font()
        width, height = max(round(widget.width() * ratio), 1), max(round(widget.height() * ratio), 1)
        key = (shown.wish.camera if shown is not None else None, level, width, height, ratio, font.toString())
        if self._floor[0] == key and self._floor[1] is not None:
            return self._floor[1].copy()
        picture = QImage(width, height, QImage.Format.Format_RGB32)  # nothing shines through: laid down faster
        picture.setDevicePixelRatio(ratio)
        picture.fill(paint.GROUND)
        painter = QPainter(picture)
        painter.setFont(paint.small(font, 8.5))
        if shown is not None:
            overlay_on(painter, widget, shown, shown.wish.camera).ground(level)
        painter.end()
        self._floor = key, QImage(picture) if self._floor[0] == key else None  # of a camera that moves none is kept
        return picture
