"""Orbit: the camera of the 3D view, as numbers. It looks at a pivot and keeps the world's up."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.straight_lines import straight_lines
from lidar_label.model import Floats

NEAR_M, FAR_M = 0.1, 30_000.0
NEAREST_M, FARTHEST_M = 0.25, 9000.0  # a scanned cup and a surveyed town
LOWEST, HIGHEST = math.radians(-5), math.radians(90)


@dataclass(frozen=True, slots=True)
class Orbit:
    """A perspective camera that looks at `pivot` from `distance` metres.

    Parameters
    ----------
    pivot : (x, y, z), metres, ego frame
    distance : float, metres
    azimuth : float, radians
        The way it looks, about +z from +x.
    elevation : float, radians
        How far it looks down: 0 is level, a quarter turn is straight down.
    fov : float, radians
        Angle of view from the top edge to the bottom edge.

    Pixels count from the upper left corner of the widget, in the widget's own (logical) pixels.
    """

    pivot: tuple[float, float, float] = (0.0, 0.0, 0.0)
    distance: float = 40.0
    azimuth: float = 0.0
    elevation: float = math.radians(30)
    fov: float = math.radians(45)

    @property
    def forward(self) -> Floats:
        """Unit vector of the optical axis."""
        flat = math.cos(self.elevation)
        return np.array(
            [flat * math.cos(self.azimuth), flat * math.sin(self.azimuth), -math.sin(self.elevation)], dtype=np.float64
        )

    @property
    def up(self) -> Floats:
        """Unit vector of the picture's upward direction; well defined also when looking straight down."""
        tilt = math.sin(self.elevation)
        return np.array(
            [tilt * math.cos(self.azimuth), tilt * math.sin(self.azimuth), math.cos(self.elevation)], dtype=np.float64
        )

    @property
    def right(self) -> Floats:
        """Unit vector of the picture's direction to the right."""
        return np.array([math.sin(self.azimuth), -math.cos(self.azimuth), 0.0])

    @property
    def eye(self) -> Floats:
        """Where the camera stands."""
        eye: Floats = np.asarray(self.pivot) - self.distance * self.forward
        return eye

    def to_camera(self, points: ArrayLike) -> Floats:
        """Return points as right, down and depth, (N, 3)."""
        axes = np.stack([self.right, -self.up, self.forward])
        seen: Floats = (np.asarray(points) - self.eye) @ axes.T
        return seen

    def project(self, points: ArrayLike, width: float, height: float) -> tuple[Floats, Floats]:
        """Return the pixels, (N, 2), and depths, (N,), of points; NaN pixels behind the camera."""
        seen = self.to_camera(points)
        depth = seen[:, 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(depth > NEAR_M, self.focal(height) / depth, np.nan)
        return seen[:, :2] * scale[:, None] + (width / 2, height / 2), depth

    def ray(self, x: float, y: float, width: float, height: float) -> tuple[Floats, Floats]:
        """Return the origin and unit direction of the ray through a pixel."""
        focal = self.focal(height)
        way = self.forward * focal + self.right * (x - width / 2) - self.up * (y - height / 2)
        return self.eye, way / np.linalg.norm(way)

    def segments(
        self, starts: ArrayLike, ends: ArrayLike, width: float, height: float
    ) -> tuple[Floats, NDArray[np.intp]]:
        """Project segments, cut at the near plane and at the widget's edges.

        Returns
        -------
        segments : (K, 2, 2) float64, pixels
        kept : (K,) int
            Which of the segments given each one is.
        """
        cut, _, kept = self.segments_ahead(starts, ends, width, height)
        return cut, kept

    def segments_ahead(
        self, starts: ArrayLike, ends: ArrayLike, width: float, height: float
    ) -> tuple[Floats, Floats, NDArray[np.intp]]:
        """Return what `segments` does, and between the two how far ahead each end lies, (K, 2) metres."""
        axes, focal = np.stack([self.right, -self.up, self.forward]), self.focal(height)
        return straight_lines(
            np.asarray(starts, dtype=np.float64), np.asarray(ends, dtype=np.float64), axes, -axes @ self.eye,
            (focal, focal), (width / 2, height / 2), NEAR_M, (-20.0, -20.0), (width + 20.0, height + 20.0),
        )  # fmt: skip

    def metres_per_pixel(self, depth: float, height: float) -> float:
        """Return what a pixel spans at a depth, metres."""
        return depth / self.focal(height)

    def turned(self, azimuth: float, elevation: float) -> Orbit:
        """Return it after a turn about the pivot, radians."""
        return replace(
            self,
            azimuth=math.remainder(self.azimuth + azimuth, math.tau),
            elevation=min(max(self.elevation + elevation, LOWEST), HIGHEST),
        )

    def panned(self, dx: float, dy: float, height: float) -> Orbit:
        """Return it after the ground was pulled by some pixels; the pivot keeps its height."""
        span = self.metres_per_pixel(self.distance, height)
        ahead = np.array([math.cos(self.azimuth), math.sin(self.azimuth), 0.0])
        steep = max(math.sin(abs(self.elevation)), 0.25)
        return self.with_pivot(np.asarray(self.pivot) - self.right * dx * span + ahead * dy * span / steep)

    def zoomed(self, factor: float, towards: ArrayLike) -> Orbit:
        """Return it nearer (factor below 1) or farther; the point `towards` stays at its pixel."""
        distance = min(max(self.distance * factor, NEAREST_M), FARTHEST_M)
        factor = distance / self.distance
        target = np.asarray(towards, dtype=np.float64)
        return replace(self.with_pivot(target + (np.asarray(self.pivot) - target) * factor), distance=distance)

    def with_pivot(self, pivot: ArrayLike) -> Orbit:
        """Return it looking at another point, from the same side."""
        x, y, z = np.asarray(pivot, dtype=np.float64).tolist()
        return replace(self, pivot=(x, y, z))

    def focal(self, height: float) -> float:
        """Return the focal length of a picture of that height, pixels."""
        return height / 2 / math.tan(self.fov / 2)
