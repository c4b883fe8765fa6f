"""Picking in the 3D view: which point, and which place on the ground, is under a pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.geometry import ray_line, ray_plane
from lidar_label.gui.views.orbit import NEAR_M, Orbit
from lidar_label.kernels.picking import nearest_at
from lidar_label.model import Floats

REACH_PIXELS = 5.0
FARTHEST_M, _REACH = 400.0, 4.0  # from the eye; of a survey seen whole, times the distance to its middle


def point_at(camera: Orbit, xyz: NDArray[np.float32], x: float, y: float, width: float, height: float) -> Floats | None:
    """Return the point nearest to the eye within a few pixels of a pixel, (3,), or None.

    A single pixel may show a far point through a gap between near ones; the nearest of the
    neighbourhood is what a person means.
    """
    focal, pixel = camera.focal(height), (x - width / 2, y - height / 2)
    axes = np.stack([camera.right, -camera.up, camera.forward])
    place = nearest_at(xyz, camera.eye, axes, focal, pixel, REACH_PIXELS, NEAR_M)
    if place is None:
        return None
    found: Floats = xyz[place].astype(np.float64)
    return found


def ground_at(camera: Orbit, ground: float, x: float, y: float, width: float, height: float) -> Floats | None:
    """Return where the ray through a pixel meets the level ground, (3,), or None above the horizon."""
    return _in_reach(camera, ray_plane(*camera.ray(x, y, width, height), (0.0, 0.0, ground), (0.0, 0.0, 1.0)))


def point_in(
    camera: Orbit, depth: NDArray[np.float32], x: float, y: float, width: float, height: float
) -> Floats | None:
    """Return what `point_at` does, read off a picture's depths, however many points were drawn into it."""
    ratio = depth.shape[0] / height
    reach = REACH_PIXELS * ratio
    left, top = max(int(x * ratio - reach), 0), max(int(y * ratio - reach), 0)
    part = depth[top : max(int(y * ratio + reach) + 1, 0), left : max(int(x * ratio + reach) + 1, 0)]
    rows, columns = np.nonzero(np.isfinite(part))
    u, v = left + columns + 0.5, top + rows + 0.5
    close = np.hypot(u - x * ratio, v - y * ratio) <= reach
    if not close.any():
        return None
    ahead = part[rows[close], columns[close]]
    nearest = int(np.argmin(ahead))
    eye, way = camera.ray(float(u[close][nearest]) / ratio, float(v[close][nearest]) / ratio, width, height)
    found: Floats = eye + way * (float(ahead[nearest]) / float(way @ camera.forward))
    return found


class Track:
    """What a handle is drawn along: a line (a face, up and down) or a plane (the floor)."""

    def __init__(self, point: Floats, way: Floats, *, is_line: bool) -> None:
        self.point, self.way, self.is_line = point, way, is_line

    def at(self, camera: Orbit, x: float, y: float, width: float, height: float) -> Floats | None:
        """Return the place on it under a pixel, or None where there is none within reach."""
        ray = camera.ray(x, y, width, height)
        meet = ray_line if self.is_line else ray_plane
        return _in_reach(camera, meet(*ray, self.point, self.way))


def _in_reach(camera: Orbit, place: Floats | None) -> Floats | None:
    if place is None or float(np.linalg.norm(place - camera.eye)) > max(FARTHEST_M, _REACH * camera.distance):
        return None
    return place
