"""Prepare: what loader threads make ready of a frame, so that the window has only to show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QImage

from lidar_label.gui.loader import FrameView
from lidar_label.gui.look import BY_LABELS, NO_CLIP, Clip, ColorMode
from lidar_label.gui.painters.base import Crop
from lidar_label.gui.views import colors, paint, scales
from lidar_label.gui.views.clipping import crop_of, shown_by
from lidar_label.gui.views.lens import Dots, camera_SE3_ego, dots_in
from lidar_label.gui.views.pictured import pictured
from lidar_label.gui.views.scales import Scale
from lidar_label.kernels.camera_dots import Window
from lidar_label.kernels.top_view import splat_top
from lidar_label.model import SE3

_FEW = 20_000  # points that hide nothing when drawn large from afar
_FINE_M = 0.06  # metres a pixel from which points are drawn smaller


@dataclass(frozen=True, slots=True)
class TopPlace:
    """What the view from above looks at: the middle in metres, its size in logical pixels, the screen's ratio.

    `clip` is what is left out, but for what that says of the selected box.
    """

    center: tuple[float, float]
    metres_per_pixel: float
    width: int
    height: int
    ratio: float
    point_size: int
    clip: Clip = NO_CLIP

    def draw(self, swapped: NDArray[np.float32], painted: colors.Colors, crop: Crop | None = None) -> QImage:
        """Return the cloud from above; `swapped` as `swap` gives it, `crop` in the ego frame."""
        if crop is not None:
            (x0, y0, z0), (x1, y1, z1) = crop.low, crop.high
            kept = np.flatnonzero(shown_by(Crop((-y1, x0, z0), (-y0, x1, z1)), swapped))
            swapped, painted = swapped[kept], painted[kept]
        scale, ratio = self.metres_per_pixel, self.ratio
        width, height = max(round(self.width * ratio), 1), max(round(self.height * ratio), 1)
        left, bottom = -self.center[1] - self.width / 2 * scale, self.center[0] - self.height / 2 * scale
        large = 1.0 if scale < _FINE_M or len(swapped) < _FEW else 0.5
        side = min(max(1, round((self.point_size - 0.5) * ratio * large)), width, height)
        pixels = splat_top(swapped, painted, left, bottom, scale / ratio, width, height, side, colors.BACKGROUND)
        return paint.picture_of(pixels, ratio)


def swap(xyz: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return points of the vehicle's frame with their right as x and their ahead as y, as a picture from above has."""
    return np.stack([-xyz[:, 1], xyz[:, 0], xyz[:, 2]], axis=1)


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """How a picture is shown: in how many pixels all of it would be, and in which cells dots are thinned out."""

    width: int
    height: int
    window: Window | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Prepared:
    """What was made ready of a frame, and for which wish."""

    wish: Wish
    ground: float
    colors: NDArray[np.uint8]
    scale: Scale | None = None
    cameras_SE3_ego: Mapping[str, SE3]
    dots: Mapping[str, Dots] = field(default_factory=dict)
    top: QImage | None = None

    @property
    def nbytes(self) -> int:
        """Memory that it holds, in bytes."""
        dots = sum(found.uv.nbytes + found.index.nbytes for found in self.dots.values())
        return self.colors.nbytes + dots + (self.top.sizeInBytes() if self.top is not None else 0)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the views will want of a frame. Two that are equal want the same.

    Parameters
    ----------
    color_mode : str
        Of "track" and "category" only the shades of grey are made ready, since labels may change.
    pictures : mapping of channel to PicturePlace
        A picture that is not in it is decoded in full.
    has_dots : bool
        Whether the cloud's points are shown in the pictures.
    top : TopPlace or None
    """

    color_mode: ColorMode = "height"
    pictures: Mapping[str, PicturePlace] = field(default_factory=dict)
    has_dots: bool = True
    top: TopPlace | None = None

    def picture_size(self, channel: str) -> tuple[int, int] | None:
        """Return in how many pixels a picture is shown; None where all it has are wanted."""
        place = self.pictures.get(channel)
        return None if place is None else (place.width, place.height)

    def prepare(self, view: FrameView, give_way: Callable[[], None] = lambda: None) -> Prepared:
        """Make everything ready; runs in a loader's thread, which gives way to the window between two pieces."""
        give_way()
        ground = colors.ground_height(view.xyz)
        painted, scale = base_colors(view, self.color_mode, ground)
        cameras = {channel: camera_SE3_ego(image, view.world_SE3_ego) for channel, image in view.frame.images.items()}
        labelled = self.color_mode in BY_LABELS
        dots = {}
        for channel, place in self.pictures.items():
            image = view.frame.images.get(channel)
            camera = image.sensor.camera if image is not None else None
            if self.has_dots and not labelled and camera is not None and place.window is not None:
                give_way()
                dots[channel] = dots_in(camera, cameras[channel], view.xyz, place.window)
        give_way()
        top = None
        if self.top is not None and not labelled:
            top = self.top.draw(swap(view.xyz), painted, crop_of(self.top.clip, ground))
        return Prepared(
            wish=self, ground=ground, colors=painted, scale=scale, cameras_SE3_ego=cameras, dots=dots, top=top
        )


def base_colors(view: FrameView, mode: ColorMode, ground: float) -> tuple[NDArray[np.uint8], Scale | None]:
    """Colour the points of a frame without asking for labels: where those say the colour, in shades of grey."""
    made, scale = scales.painted(mode, view.xyz, view.fields, ground)
    if mode == "camera":
        made = pictured(view, view.xyz, made)
    return made, scale
