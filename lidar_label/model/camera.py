"""Camera lenses: where a point falls in an image, and which ray a pixel looks along."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.errors import InvalidValue
from lidar_label.model.se3 import Floats

Mask = NDArray[np.bool_]
NEAR_M = 0.1
_WIDEST_PINHOLE = math.radians(84.0)
_STEPS = 512
_CLOSER = 64
_MISS = 1e-6  # a direction is a pixel's own if its picture is this near to it, in focal lengths


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera(ABC):
    """A lens over a pixel grid; its frame is x right, y down, z along the optical axis.

    Parameters
    ----------
    width, height : int, pixels
    fx, fy, cx, cy : float, pixels
        Focal lengths and principal point; pixel centres are at whole numbers.
    distortion : tuple of float
        Coefficients of the lens; empty for an ideal (or already rectified) one.

    Raises
    ------
    InvalidValue
        If a size or focal length is not above zero, a number is not finite, or the lens does
        not take that many coefficients.
    """

    width: int
    height: int
    fx: float
    fy: float
    cx: float
    cy: float
    distortion: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "distortion", tuple(float(v) for v in self.distortion))
            numbers = tuple(float(v) for v in (self.fx, self.fy, self.cx, self.cy, *self.distortion))
        except (TypeError, ValueError):
            raise InvalidValue("a camera's focal lengths, centre and distortion are numbers") from None
        if not all(math.isfinite(v) for v in numbers):
            raise InvalidValue(f"a camera's numbers must be finite, got {numbers}")
        if self.width <= 0 or self.height <= 0:
            raise InvalidValue(f"an image is at least 1 x 1 pixel, got {self.width} x {self.height}")
        if self.fx <= 0 or self.fy <= 0:
            raise InvalidValue(f"focal lengths are above 0, got {self.fx} and {self.fy}")
        if len(self.distortion) not in self._coefficients():
            raise InvalidValue(f"this lens takes {self._coefficients()} coefficients, got {len(self.distortion)}")

    @property
    def matrix(self) -> Floats:
        """The intrinsic matrix K, (3, 3) float64."""
        return np.array([[self.fx, 0, self.cx], [0, self.fy, self.cy], [0, 0, 1]], dtype=np.float64)

    @classmethod
    @abstractmethod
    def _coefficients(cls) -> tuple[int, ...]:
        """How many distortion coefficients the lens may have."""

    @abstractmethod
    def project(self, points: ArrayLike) -> tuple[Floats, Mask]:
        """Project points of the camera's frame onto the image plane.

        Parameters
        ----------
        points : (N, 3) float, metres, camera frame

        Returns
        -------
        uv : (N, 2) float64, pixels
            NaN where a point has no picture.
        seen : (N,) bool
            True where the lens can see the point at all: in front of the near plane (0.1 m) and
            inside the angle up to which the distortion does not fold back. The pixel may still
            lie outside the image: see `inside`.
        """

    @abstractmethod
    def rays(self, uv: ArrayLike) -> Floats:
        """Return the unit direction each pixel looks along, (N, 3), in the camera's frame.

        NaN where no direction has its picture at that pixel: beyond the angle up to which the lens
        is valid.
        """

    def inside(self, uv: Floats) -> Mask:
        """Return which pixels lie in the image; NaN does not."""
        with np.errstate(invalid="ignore"):
            u, v = uv[:, 0], uv[:, 1]
            found: Mask = (u >= -0.5) & (v >= -0.5) & (u < self.width - 0.5) & (v < self.height - 0.5)
        return found

    def polyline(self, start: ArrayLike, end: ArrayLike, steps: int = 24) -> list[Floats]:
        """Project a straight 3D segment as the lens bends it, cut where the lens cannot see.

        Parameters
        ----------
        start, end : (3,) float, metres, camera frame
        steps : int
            Pieces it is cut into before projecting; 1 is enough for a lens without distortion.

        Returns
        -------
        list of (K, 2) float64, pixels
            No line, one, or (through a blind angle) two.
        """
        a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
        clipped = self._clip(a, b)
        if clipped is None:
            return []
        a, b = clipped
        along = np.linspace(0.0, 1.0, steps + 1)
        _, seen = self.project(a + (b - a) * along[:, None])
        turns = np.flatnonzero(seen[1:] != seen[:-1])
        # Where sight begins or ends between two steps, look closer, so that the line reaches there.
        closer = [np.linspace(along[i], along[i + 1], _CLOSER + 1)[1:-1] for i in turns]
        along = np.sort(np.concatenate([along, *closer]))
        uv, seen = self.project(a + (b - a) * along[:, None])
        edges = np.flatnonzero(seen[1:] != seen[:-1])
        runs = np.split(np.arange(len(seen)), edges + 1)
        return [uv[run] for run in runs if seen[run[0]] and len(run) > 1]

    def _clip(self, a: Floats, b: Floats) -> tuple[Floats, Floats] | None:
        """Cut a segment at the near plane."""
        near = NEAR_M * (1 + 1e-9)
        if a[2] < near and b[2] < near:
            return None
        if a[2] < near:
            a = a + (b - a) * ((near - a[2]) / (b[2] - a[2]))
        elif b[2] < near:
            b = b + (a - b) * ((near - b[2]) / (a[2] - b[2]))
        return a, b


def _finite(points: Floats) -> Mask:
    return np.asarray(np.isfinite(points).all(axis=1))


def _rising_until(bend: Callable[[Floats], Floats], top: float) -> float:
    """Return up to where a lens's curve rises, looked at from 0 to `top` and then closer."""
    low, high = 0.0, top
    for _ in range(2):
        at = np.linspace(low, high, _STEPS * 4)
        with np.errstate(divide="ignore", invalid="ignore"):  # a rational lens may have a pole: it folds there
            folds = np.flatnonzero(~(np.diff(bend(at)) > 0))
        if not len(folds):
            return high
        low, high = float(at[max(folds[0] - 1, 0)]), float(at[folds[0] + 1])
    return low


def _checked(points: ArrayLike) -> Floats:
    array = np.asarray(points, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 3:
        raise InvalidValue(f"points need shape (N, 3), got {array.shape}")
    return array


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinhole(Camera):
    """A pinhole with Brown-Conrady distortion, coefficients in OpenCV's order.

    ``k1, k2, p1, p2[, k3[, k4, k5, k6]]``: none, 4, 5 or 8 of them.

    References
    ----------
    D. C. Brown, "Decentering distortion of lenses", 1966; OpenCV, "Camera calibration and 3D
    reconstruction", for the order and the rational form.
    """

    @classmethod
    def _coefficients(cls) -> tuple[int, ...]:
        return (0, 4, 5, 8)

    def project(self, points: ArrayLike) -> tuple[Floats, Mask]:
        """Project as `Camera.project` says, through the lens's own distortion."""
        p = _checked(points)
        seen = _finite(p) & (p[:, 2] >= NEAR_M)
        xy = np.full((len(p), 2), np.nan)
        np.divide(p[:, :2], p[:, 2:], out=xy, where=seen[:, None])
        if self.distortion:
            seen &= np.hypot(xy[:, 0], xy[:, 1]) <= self.widest
            xy[~seen] = np.nan
            xy = self._distort(xy)
        return xy * (self.fx, self.fy) + (self.cx, self.cy), seen

    def rays(self, uv: ArrayLike) -> Floats:
        """Return the unit direction of each pixel, as `Camera.rays` says; the inverse of `project`."""
        pixels = np.asarray(uv, dtype=np.float64)
        target = (pixels - (self.cx, self.cy)) / (self.fx, self.fy)
        xy = target.copy()
        if self.distortion:
            with np.errstate(over="ignore", invalid="ignore"):  # what runs away is no direction
                xy = self._undistort(target)
        rays = np.column_stack([xy, np.ones(len(xy))])
        unit: Floats = rays / np.linalg.norm(rays, axis=1, keepdims=True)
        return unit

    def _radial(self, r2: Floats) -> Floats:
        k1, k2, _, _, k3, k4, k5, k6 = (*self.distortion, *([0.0] * 8))[:8]
        top = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
        bottom = 1 + r2 * (k4 + r2 * (k5 + r2 * k6))
        scale: Floats = top / bottom
        return scale

    def _distort(self, xy: Floats) -> Floats:
        x, y = xy[:, 0], xy[:, 1]
        p1, p2 = self.distortion[2:4]
        r2 = x * x + y * y
        scale = self._radial(r2)
        return np.column_stack(
            [
                x * scale + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
                y * scale + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y,
            ]
        )

    def _undistort(self, target: Floats) -> Floats:
        """Invert the distortion by Newton's method, started from a table of the radial part."""
        widest = self.widest
        radii = np.linspace(0.0, widest, _STEPS)
        bent = radii * self._radial(radii**2)
        wanted = np.hypot(target[:, 0], target[:, 1])
        ratio = np.interp(wanted, bent, radii) / np.maximum(wanted, 1e-12)
        xy = target * np.where(wanted > 0, ratio, 1.0)[:, None]
        step = 1e-6
        right, down = np.array([step, 0.0]), np.array([0.0, step])
        for _ in range(20):
            miss = self._distort(xy) - target
            dx = (self._distort(xy + right) - self._distort(xy - right)) / (2 * step)
            dy = (self._distort(xy + down) - self._distort(xy - down)) / (2 * step)
            det = dx[:, 0] * dy[:, 1] - dy[:, 0] * dx[:, 1]
            det = np.where(np.abs(det) < 1e-9, 1e-9, det)
            xy = xy - np.column_stack(
                [
                    (dy[:, 1] * miss[:, 0] - dy[:, 0] * miss[:, 1]) / det,
                    (dx[:, 0] * miss[:, 1] - dx[:, 1] * miss[:, 0]) / det,
                ]
            )
            if np.abs(miss).max(initial=0.0) < 1e-12:
                break
        # A little is allowed past the widest angle, since a pixel there has its ray there.
        off = ~(np.abs(self._distort(xy) - target).max(axis=1, initial=0.0) < _MISS)
        off |= ~(np.hypot(xy[:, 0], xy[:, 1]) <= widest * (1 + 1e-6))
        xy[off] = np.nan
        return xy

    @property
    def widest(self) -> float:
        """Tangent of the angle up to which a wider angle still lands further out."""
        return _widest_of(self)

    def _search_widest(self) -> float:
        return _rising_until(lambda radii: radii * self._radial(radii**2), math.tan(_WIDEST_PINHOLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fisheye(Camera):
    """An equidistant fisheye with a polynomial in the angle: ``k1, k2, k3, k4`` or none.

    References
    ----------
    J. Kannala and S. Brandt, "A generic camera model and calibration method for conventional,
    wide-angle, and fish-eye lenses", 2006; the form is OpenCV's ``fisheye``.
    """

    @classmethod
    def _coefficients(cls) -> tuple[int, ...]:
        return (0, 4)

    def project(self, points: ArrayLike) -> tuple[Floats, Mask]:
        """Project as `Camera.project` says, through the lens's own distortion."""
        p = _checked(points)
        finite = _finite(p)
        p = np.where(finite[:, None], p, 0.0)
        across = np.hypot(p[:, 0], p[:, 1])
        theta = np.arctan2(across, p[:, 2])
        seen = finite & (theta <= self.widest) & (np.linalg.norm(p, axis=1) >= NEAR_M)
        seen &= (p[:, 2] > 0) | (across > 1e-12)  # straight behind, every direction is as good as another
        ratio = np.divide(self._bend(theta), across, out=np.zeros_like(across), where=across > 1e-12)
        uv = p[:, :2] * ratio[:, None] * (self.fx, self.fy) + (self.cx, self.cy)
        uv[~seen] = np.nan
        return uv, seen

    def rays(self, uv: ArrayLike) -> Floats:
        """Return the unit direction of each pixel, as `Camera.rays` says; the inverse of `project`."""
        target = (np.asarray(uv, dtype=np.float64) - (self.cx, self.cy)) / (self.fx, self.fy)
        bent = np.hypot(target[:, 0], target[:, 1])
        widest = self.widest
        angles = np.linspace(0.0, widest, _STEPS * 8)
        theta = np.interp(bent, self._bend(angles), angles)
        for _ in range(10):  # the table is close; Newton makes it exact
            slope = (self._bend(theta + 1e-6) - self._bend(theta - 1e-6)) / 2e-6
            theta = np.clip(theta - (self._bend(theta) - bent) / np.maximum(slope, 1e-9), 0.0, widest)
        theta[~(np.abs(self._bend(theta) - bent) < _MISS)] = np.nan
        ratio = np.divide(np.sin(theta), bent, out=np.ones_like(bent), where=bent > 1e-12)
        return np.column_stack([target * ratio[:, None], np.cos(theta)])

    def _clip(self, a: Floats, b: Floats) -> tuple[Floats, Floats] | None:
        return a, b  # it may see behind its own plane; `project` says where it does not

    def _bend(self, theta: Floats) -> Floats:
        k1, k2, k3, k4 = self.distortion or (0.0, 0.0, 0.0, 0.0)
        t2 = theta * theta
        bent: Floats = theta * (1 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4))))
        return bent

    @property
    def widest(self) -> float:
        """The angle up to which a wider one still lands further out, radians."""
        return _widest_of(self)

    def _search_widest(self) -> float:
        return _rising_until(self._bend, math.pi)


@lru_cache(maxsize=256)
def _widest_of(camera: Pinhole | Fisheye) -> float:
    """Search once a lens: it is asked for with every projection."""
    return camera._search_widest()  # noqa: SLF001  the lens's own part of this module
