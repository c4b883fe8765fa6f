"""Marks: what a person or a network drew around one object in a camera's picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Camera, Floats
from lidar_label.model.outline import Rect

Mask = NDArray[np.bool_]

_LEAST_PIXELS = 2.0
_BORDER_PIXELS = 2.0  # a side so near to the picture's border may go on beyond it
_MOST_CORNERS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """A camera at the time of its picture.

    Parameters
    ----------
    camera : Camera
    camera_SE3_ego : SE3
        From the frame of the cloud (its `src`) into the camera's, each at its own time.
    """

    camera: Camera
    camera_SE3_ego: SE3


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """What was drawn around one object in one picture. Made by `of_rect`, `of_polygon` or `of_mask`.

    Parameters
    ----------
    eye : Eye
    rect : Rect
        About it, pixels of the lens's grid, within the picture.
    polygon : (K, 2) float64 or None
        Pixels; what lies in it by the even-odd rule.
    mask : (rows, columns) bool or None
        As large as the picture.
    """

    eye: Eye
    rect: Rect
    polygon: Floats | None = None
    mask: Mask | None = field(default=None, repr=False)

    @classmethod
    def of_rect(cls, eye: Eye, rect: ArrayLike) -> Mark:
        """Return the mark of a rectangle (u0, v0, u1, v1), opposite corners in pixels; cut at the picture's border.

        Raises
        ------
        InvalidValue
            If a number is not finite, or it lies outside of the picture, or is smaller than 2 pixels.
        """
        corners = _pixels(rect, (4,), "a rectangle is four numbers").reshape(2, 2)
        return cls(eye, _within(eye.camera, corners, "the rectangle"))

    @classmethod
    def of_polygon(cls, eye: Eye, polygon: ArrayLike) -> Mark:
        """Return the mark of a polygon, (K, 2) pixels, K from 3; raises as `of_rect` does."""
        corners = _pixels(polygon, (-1, 2), "a polygon is pairs of numbers")
        if not 3 <= len(corners) <= _MOST_CORNERS:
            raise InvalidValue(f"a polygon has 3 to {_MOST_CORNERS} corners, this one {len(corners)}")
        return cls(eye, _within(eye.camera, corners, "the polygon"), polygon=corners)

    @classmethod
    def of_mask(cls, eye: Eye, mask: NDArray[np.bool_]) -> Mark:
        """Return the mark of a mask as large as the picture, (rows, columns) bool.

        Raises
        ------
        InvalidValue
            If its shape is another, or hardly a pixel is set.
        """
        given, camera = np.asarray(mask), eye.camera
        if given.ndim != 2 or given.dtype != np.bool_ or given.shape != (camera.height, camera.width):
            raise InvalidValue(
                f"a mask is bool and as large as its picture, {camera.width} x {camera.height} pixels; "
                f"got {given.dtype} {' x '.join(map(str, given.shape[::-1]))}"
            )
        rows, columns = np.flatnonzero(given.any(axis=1)), np.flatnonzero(given.any(axis=0))
        if not len(rows):
            raise InvalidValue("the mask is empty")
        corners = np.array([[columns[0] - 0.5, rows[0] - 0.5], [columns[-1] + 0.5, rows[-1] + 0.5]])
        return cls(eye, _within(camera, corners, "the mask"), mask=given)

    @property
    def open_sides(self) -> NDArray[np.bool_]:
        """Which of left, top, right and bottom lie at the picture's border, (4,): the object may go on there."""
        camera, rect = self.eye.camera, np.array(self.rect)
        far = (camera.width - 1 - _BORDER_PIXELS, camera.height - 1 - _BORDER_PIXELS)
        return np.concatenate([rect[:2] <= _BORDER_PIXELS, rect[2:] >= far])

    @property
    def shows_all(self) -> bool:
        """Whether it may be drawn around what is hidden, too; a mask or a polygon shows what is seen."""
        return self.mask is None and self.polygon is None

    def outside(self, uv: Floats) -> Floats:
        """Return how far outside of it pixels lie, (N,) pixels; 0 within. Of a mask or a polygon 0 or the far."""
        left, top, right, bottom = self.rect
        u, v = uv[:, 0], uv[:, 1]  # a column at a time: rows of two take numpy long
        away = np.maximum(np.maximum(left - u, u - right), np.maximum(top - v, v - bottom))
        found: Floats = np.maximum(away, 0.0)
        near = np.flatnonzero(found <= 0)
        if self.polygon is not None and len(near):
            found[near[~in_polygon(uv[near], self.polygon)]] = np.inf
        if self.mask is not None and len(near):
            column, row = np.floor(uv[near] + 0.5).astype(np.int64).T
            rows, columns = self.mask.shape
            held = self.mask[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]
            found[near[~held]] = np.inf
        return found


def in_polygon(uv: Floats, polygon: Floats) -> Mask:
    """Say which places, (N, 2), lie in a polygon, (K, 2), by the even-odd rule."""
    odd = np.zeros(len(uv), np.bool_)
    x, y = uv[:, 0], uv[:, 1]
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if ay != by:
            odd ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return odd


def _pixels(value: ArrayLike, shape: tuple[int, ...], what: str) -> Floats:
    try:
        found = np.asarray(value, dtype=np.float64)
        if found.ndim != len(shape) or (shape[-1] > 0 and found.shape[-1] != shape[-1]):
            raise ValueError(what)
    except (TypeError, ValueError):
        raise InvalidValue(f"{what}, got {value!r:.80}") from None
    if not np.isfinite(found).all():
        raise InvalidValue(f"{what}, and one of these is not finite")
    return found


def _within(camera: Camera, corners: Floats, what: str) -> Rect:
    """Return the rectangle about corners, cut at the picture's border."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    edge = np.array([camera.width, camera.height]) - 0.5
    if (high < -0.5).any() or (low > edge).any():
        raise InvalidValue(
            f"{what} lies outside of the picture: it spans {_said(low)} to {_said(high)} pixels",
            hint=f"the picture has {camera.width} x {camera.height}",
        )
    low, high = np.maximum(low, -0.5), np.minimum(high, edge)
    if (high - low < _LEAST_PIXELS).any():
        raise InvalidValue(f"{what} is smaller than {_LEAST_PIXELS:.0f} pixels within the picture")
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _said(place: Floats) -> str:
    return f"({place[0]:.0f}, {place[1]:.0f})"
