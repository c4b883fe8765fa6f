"""What stays in a camera's picture while boxes are dragged: the picture itself, dots and boxes; also drawn ahead."""

from __future__ import annotations

from copy import copy
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, QSizeF
from PyQt6.QtGui import QImage, QPainter

from lidar_label.gui.views import camera_paint, paint
from lidar_label.gui.views.ahead import Boxed, Next, Take, Work
from lidar_label.gui.views.calm import Calm, Kept
from lidar_label.gui.views.camera_fit import PictureFit
from lidar_label.gui.views.camera_tone import Tone
from lidar_label.gui.views.lens import Dots
from lidar_label.gui.views.tints import FORMER
from lidar_label.model import SE3, Camera


class Place(NamedTuple):
    """Where a picture lies: as a whole, as far as it is shown, and in what room; and the screen's pixel ratio."""

    area: QRectF
    shown: QRectF
    room: QSizeF
    ratio: float

    @classmethod
    def of(cls, fit: PictureFit, ratio: float) -> Place:
        """Return the place of a picture."""
        return cls(fit.area, fit.shown, fit.room, ratio)


class Looked(NamedTuple):
    """What the layers under the boxes are made of; `points` are None where no dots are shown."""

    picture: QImage
    own_width: int
    points: Dots | None
    colors: NDArray[np.uint8]
    in_boxes: NDArray[np.bool_] | None
    tone: Tone
    point_size: int
    place: Place

    def is_like(self, other: Looked) -> bool:
        """Say whether the layers look the same."""
        parts = ((self.picture, other.picture), (self.points, other.points), (self.in_boxes, other.in_boxes))
        has_same = all(one is two for one, two in parts) and (self.points is None or self.colors is other.colors)
        return has_same and self[1] == other[1] and self[5:] == other[5:]


class Layers(NamedTuple):
    """The picture as it is shown, and the dots to lay over it."""

    of: Looked
    scaled: QImage
    dots: QImage | None


def layers(of: Looked, fit: PictureFit, old: Layers | None = None) -> Layers:
    """Make the layers; the picture stays the old one where only dots are others."""
    if old is not None and old.of.picture is of.picture and (old.of[1], old.of[5], old.of[7]) == (of[1], of[5], of[7]):
        scaled = old.scaled
    else:
        scaled = camera_paint.scaled_picture(of.picture, of.own_width, fit, of.place.ratio, of.tone)
    dots = None
    if of.points is not None:
        dots = camera_paint.dots_picture(of.points, of.colors, of.in_boxes, of.point_size, fit, of.place.ratio)
    return Layers(of, scaled, dots)


def empty(room: QSizeF, ratio: float) -> QImage:
    """Return a dark picture."""
    made = QImage((room * ratio).toSize(), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    made.fill(paint.GROUND)
    return made


def draw(
    made: Layers | None, room: QSizeF, ratio: float, fit: PictureFit, boxed: Boxed, rows: NDArray[np.intp],
    lens: tuple[Camera, SE3] | None,
) -> QImage:  # fmt: skip
    """Draw the layers, where there is a picture, and some of the boxes, where the lens is known."""
    picture = empty(room, ratio)
    if made is not None:
        painter = QPainter(picture)
        painter.drawImage(fit.shown.topLeft(), made.scaled)
        if made.dots is not None:
            painter.drawImage(0, 0, made.dots)
        painter.end()
    if lens is not None and len(rows):
        camera_paint.stroke_boxes(picture, *lens, boxed, fit, rows)
    return picture


class CameraCalm(Calm):
    """The calm picture of a pane, and the layers that it is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: Layers | None = None
        self._next: Layers | None = None
        self._earlier: tuple[Layers, ...] = ()

    def layers_of(self, of: Looked, fit: PictureFit) -> Layers:
        """Return the layers, made anew where they do not look the same, or those made ahead or for frames before."""
        kept = self.layers
        if kept is None or not kept.of.is_like(of):
            ready = (made for made in (self._next, *self._earlier) if made is not None and made.of.is_like(of))
            self.layers = next(ready, None) or layers(of, fit, kept)
            earlier = (kept, *(made for made in self._earlier if made is not self.layers))
            self._earlier = tuple(made for made in earlier if made is not None)[:FORMER]
        return self.layers if self.layers is not None else layers(of, fit)

    def offered(self, coming: Next, of: Looked, fit: PictureFit, lens: tuple[Camera, SE3]) -> Work:
        """Offer to draw the picture of a frame that comes."""
        fixed, room, ratio = copy(fit), QSizeF(fit.room), of.place.ratio

        def work() -> Take:
            made = layers(of, fixed)
            picture = draw(made, room, ratio, fixed, coming, coming.rows, lens)
            kept = Kept(picture, (made.scaled, made.dots, coming.tints, lens[1]), of.place, coming.boxes, coming.apart)

            def take() -> None:
                self._next = made
                self.expect(kept)

            return take

        return work
