"""Geometry of picking and of drawing lines: rays against boxes, planes and lines; segments against limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lidar_label.kernels.colorize import percentiles
from lidar_label.model import Floats

_PARALLEL = 1e-6  # sine of the angle below which a ray and a plane, or two lines, never meet sensibly
_AHEAD, _ASIDE, _AWAY_M = 2.0, 0.9, 30.0  # of a cloud from the origin: times its own reach, and at least
_SWEEP_M = (5.0, 250.0)  # how far a sweep reaches
_LEAST_REACH_M = 0.05  # what is shown around a single point
_LOOKED_AT = 5000  # points that say how large a cloud is


def ray_boxes(origin: ArrayLike, direction: ArrayLike, centers: Floats, rotations: Floats, sizes: Floats) -> Floats:
    """Return how far along a ray each box begins.

    Parameters
    ----------
    origin, direction : (3,) float
        The direction has unit length.
    centers, rotations, sizes : (M, 3), (M, 3, 3), (M, 3) float
        In the ray's frame; the columns of a rotation are the box's axes.

    Returns
    -------
    (M,) float64, metres
        0 where the ray starts inside; infinite where it misses the box.

    References
    ----------
    The slab method: T. Kay and J. Kajiya, "Ray tracing complex scenes", 1986.
    """
    start = np.einsum("mij,mi->mj", rotations, np.asarray(origin, dtype=np.float64) - centers)
    way = np.einsum("mij,i->mj", rotations, np.asarray(direction, dtype=np.float64))
    half = sizes / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (-half - start) / way, (half - start) / way
    inside = np.abs(start) <= half  # along an axis that the ray runs parallel to
    still = np.abs(way) < 1e-12
    near = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(one, two)).max(axis=1, initial=-np.inf)
    far = np.where(still, np.where(inside, np.inf, -np.inf), np.maximum(one, two)).min(axis=1, initial=np.inf)
    hit: Floats = np.where((near <= far) & (far >= 0), np.maximum(near, 0.0), np.inf)
    return hit


def ray_plane(origin: Floats, direction: Floats, point: ArrayLike, normal: ArrayLike) -> Floats | None:
    """Return where a ray meets a plane, (3,), or None where it looks along it or away from it."""
    normal = np.asarray(normal, dtype=np.float64)
    slope = float(direction @ normal)
    if abs(slope) < _PARALLEL:
        return None
    along = float((np.asarray(point, dtype=np.float64) - origin) @ normal) / slope
    return origin + along * direction if along > 0 else None


def ray_line(origin: Floats, direction: Floats, point: ArrayLike, axis: ArrayLike) -> Floats | None:
    """Return the point of a line that comes nearest to a ray, (3,), or None where they are parallel.

    `direction` and `axis` have unit length.
    """
    point, axis = np.asarray(point, dtype=np.float64), np.asarray(axis, dtype=np.float64)
    both = float(direction @ axis)
    apart = 1 - both * both
    if apart < _PARALLEL:
        return None
    gap = point - origin
    along: Floats = point + ((both * float(gap @ direction) - float(gap @ axis)) / apart) * axis
    return along


def middle_and_reach(xyz: ArrayLike) -> tuple[float, float, float]:
    """Return x and y of the middle of a cloud's ground and half its longer side, metres; stray points do not count."""
    flat = np.asarray(xyz)[:, :2]
    flat = flat[:: max(len(flat) // _LOOKED_AT, 1)].astype(np.float64)
    if not len(flat):
        return 0.0, 0.0, 0.0
    (left, right), (near, far) = (percentiles(column, (2, 98)) for column in flat.T)
    return (left + right) / 2, (near + far) / 2, max(right - left, far - near) / 2


def is_sweep_sized(reach: float) -> bool:
    """Say whether a LiDAR on a vehicle sees about as far: a scanned cup does not, and neither does a survey."""
    return _SWEEP_M[0] <= reach <= _SWEEP_M[1]


def place_elsewhere(xyz: ArrayLike) -> tuple[float, float, float] | None:
    """Return middle and reach of a cloud that is not about the vehicle, metres; None where it is, or is empty.

    A cloud that keeps the coordinates of a map, in a drive without poses, lies kilometres from the frame's origin;
    a survey is kilometres large, and a scanned thing centimetres.
    """
    if not len(np.asarray(xyz)):
        return None
    x, y, reach = middle_and_reach(xyz)
    away = _AHEAD if abs(y) < x else _ASIDE  # many a LiDAR looks ahead only; a survey counts from its corner
    about_the_vehicle = is_sweep_sized(reach) and float(np.hypot(x, y)) <= max(away * reach, _AWAY_M)
    return None if about_the_vehicle else (x, y, max(reach, _LEAST_REACH_M))
