"""Backdrop: what stands behind the boxes of the 3D view, the points over the ground's rings, kept until it changes."""

from __future__ import annotations

from PyQt6.QtCore import QSizeF
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.painters.canvas import Shown
from lidar_label.gui.views import paint
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.vtk.overlay import Overlay

_LEVEL_M = 0.05  # steps of the height rings are drawn at: it differs a little from frame to frame


def overlay_on(painter: QPainter, widget: QWidget, shown: Shown | None, camera: Orbit) -> Overlay:
    """Return what draws over a picture of a widget through the picture's camera; without one, through `camera`."""
    size, ratio = QSizeF(widget.size()), widget.devicePixelRatioF()
    if shown is None or shown.painted.depth.shape[0] != max(round(widget.height() * ratio), 1):
        return Overlay(painter, camera, size)
    return Overlay(painter, shown.wish.camera, size, shown.painted.depth, ratio)


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
        self._floor: tuple[tuple[object, ...], QImage] | None = None

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
            self.picture, self._of = self._draw_floor(widget, shown, level).copy(), shown
            if shown is not None:
                painter = QPainter(self.picture)
                over = overlay_on(painter, widget, shown, shown.wish.camera)
                painter.drawImage(0, 0, paint.picture_of(shown.painted.color, widget.devicePixelRatioF()))
                over.rings_before(level)
                painter.end()
        return self.picture

    def _draw_floor(self, widget: QWidget, shown: Shown | None, level: float) -> QImage:
        """Return what lies under the cloud; drawn once for frames that are looked at from the same place."""
        ratio, font = widget.devicePixelRatioF(), widget.font()
        width, height = max(round(widget.width() * ratio), 1), max(round(widget.height() * ratio), 1)
        key = (shown.wish.camera if shown is not None else None, level, width, height, ratio, font.toString())
        if self._floor is not None and self._floor[0] == key:
            return self._floor[1]
        picture = QImage(width, height, QImage.Format.Format_RGB32)  # nothing shines through: laid down faster
        picture.setDevicePixelRatio(ratio)
        picture.fill(paint.GROUND)
        painter = QPainter(picture)
        painter.setFont(paint.small(font, 8.5))
        if shown is not None:
            overlay_on(painter, widget, shown, shown.wish.camera).ground(level)
        painter.end()
        self._floor = key, picture
        return picture
