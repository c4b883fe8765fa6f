"""Prepare: what loader threads make ready of a frame, so that the window has only to show it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QImage

from lidar_label.gui.loader import FrameView
from lidar_label.gui.look import BY_LABELS, NO_CLIP, Clip, ColorMode
from lidar_label.gui.painters.base import Batch, Crop, Painted
from lidar_label.gui.painters.splat import SplatPainter
from lidar_label.gui.views import colors, paint, scales
from lidar_label.gui.views.clipping import crop_of, shown_by
from lidar_label.gui.views.lens import Dots, camera_SE3_ego, dots_in
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.pictured import pictured
from lidar_label.gui.views.scales import Scale
from lidar_label.kernels.camera_dots import Window
from lidar_label.kernels.top_view import splat_top
from lidar_label.model import SE3

_own = threading.local()
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


@dataclass(frozen=True, slots=True)
class MainPlace:
    """From where the 3D view looks at points, in how many pixels of the screen, and how large these are.

    `clip` is what is left out, but for what that says of the selected box.
    """

    camera: Orbit
    width: int
    height: int
    point_size: float
    clip: Clip = NO_CLIP

    def draw(self, xyz: NDArray[np.float32], painted: colors.Colors, crop: Crop | None) -> Painted:
        """Return the cloud as a camera sees it; each thread that asks keeps a painter of its own."""
        if not hasattr(_own, "painter"):
            _own.painter = SplatPainter(1)
        painter: SplatPainter = _own.painter
        batch = Batch(colors=painted, xyz=xyz)
        return painter.draw((batch,), self.camera, self.width, self.height, self.point_size, crop=crop)


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
    main: Painted | None = None

    @property
    def nbytes(self) -> int:
        """Memory that it holds, in bytes."""
        dots = sum(found.uv.nbytes + found.index.nbytes for found in self.dots.values())
        main = self.main.color.nbytes + self.main.depth.nbytes if self.main is not None else 0
        return self.colors.nbytes + dots + (self.top.sizeInBytes() if self.top is not None else 0) + main


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
    main : MainPlace or None
    """

    color_mode: ColorMode = "height"
    pictures: Mapping[str, PicturePlace] = field(default_factory=dict)
    has_dots: bool = True
    top: TopPlace | None = None
    main: MainPlace | None = None

    def picture_size(self, channel: str) -> tuple[int, int] | None:
        """Return in how many pixels a picture is shown; None where all it has are wanted."""
        place = self.pictures.get(channel)
        return None if place is None else (place.width, place.height)

    def needs_files(self, view: FrameView) -> bool:
        """Say whether a frame must be read anew to be made ready: its pictures are wanted in other sizes."""
        ready = view.prepared
        return ready is None or any(self.picture_size(c) != ready.wish.picture_size(c) for c in view.frame.images)

    def prepare(self, view: FrameView, give_way: Callable[[], None] = lambda: None) -> Prepared:
        """Make everything ready; runs in a loader's thread, which gives way to the window between two pieces.

        What is ready as it is wished for stays as it is.
        """
        give_way()
        old = view.prepared
        ground = old.ground if old is not None else colors.ground_height(view.xyz)
        if old is not None and old.wish.color_mode == self.color_mode:
            painted, scale = old.colors, old.scale
        else:
            painted, scale = base_colors(view, self.color_mode, ground)
        kept = old if old is not None and old.colors is painted else None
        cameras = {channel: camera_SE3_ego(image, view.world_SE3_ego) for channel, image in view.frame.images.items()}
        if self.color_mode in BY_LABELS:
            return Prepared(wish=self, ground=ground, colors=painted, scale=scale, cameras_SE3_ego=cameras)
        dots = self._dots(view, cameras, old, give_way)
        top, main = None, None
        if self.top is not None and kept is not None and kept.wish.top == self.top:
            top = kept.top
        elif self.top is not None:
            give_way()
            top = self.top.draw(swap(view.xyz), painted, crop_of(self.top.clip, ground))
        if self.main is not None and kept is not None and kept.wish.main == self.main:
            main = kept.main
        elif self.main is not None:
            give_way()
            main = self.main.draw(view.xyz, painted, crop_of(self.main.clip, ground))
        return Prepared(
            wish=self,
            ground=ground,
            colors=painted,
            scale=scale,
            cameras_SE3_ego=cameras,
            dots=dots,
            top=top,
            main=main,
        )

    def _dots(
        self, view: FrameView, cameras: Mapping[str, SE3], old: Prepared | None, give_way: Callable[[], None]
    ) -> Mapping[str, Dots]:
        dots = {}
        for channel, place in self.pictures.items():
            image = view.frame.images.get(channel)
            camera = image.sensor.camera if image is not None else None
            if not self.has_dots or camera is None or place.window is None:
                continue
            found = old.dots.get(channel) if old is not None else None
            if found is None or found.window != place.window:
                give_way()
                found = dots_in(camera, cameras[channel], view.xyz, place.window)
            dots[channel] = found
        return dots


def base_colors(view: FrameView, mode: ColorMode, ground: float) -> tuple[NDArray[np.uint8], Scale | None]:
    """Colour the points of a frame without asking for labels: where those say the colour, in shades of grey."""
    made, scale = scales.painted(mode, view.xyz, view.fields, ground)
    if mode == "camera":
        made = pictured(view, view.xyz, made)
    return made, scale
