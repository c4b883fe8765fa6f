"""Outline: what a camera's picture holds of a box, as the true lens shows it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.model.box import CORNER_SIGNS, EDGES
from lidar_label.model.camera import NEAR_M, Camera, Fisheye
from lidar_label.model.se3 import SE3, Floats

Rect = tuple[float, float, float, float]
"""Left, top, right and bottom, pixels of the lens's grid."""

_PIECES = 12  # of a side, so that it bends as the lens bends it
_NEAR_M = NEAR_M * (1 + 1e-9)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What a picture holds of a box.

    Parameters
    ----------
    polygon : (K, 2) float64, pixels
        Around what is in the picture; pixel centres are at whole numbers.
    rect : Rect
        The tight rectangle about it.
    whole : Rect
        The tight rectangle without the picture's border: of what lies before the lens.
    truncated : float
        The share of `whole` that the border cuts off, 0 to 1.
    """

    polygon: Floats
    rect: Rect
    whole: Rect
    truncated: float


def outline(camera: Camera, camera_SE3_box: SE3, size: ArrayLike) -> Outline | None:
    """Return what a picture holds of a box, cut at the near plane and at the picture's border.

    Parameters
    ----------
    camera : Camera
    camera_SE3_box : SE3
        At the time of the picture.
    size : (length, width, height), metres

    Returns
    -------
    Outline or None
        None where nothing of it is in the picture.
    """
    around = _around(camera, camera_SE3_box.apply(CORNER_SIGNS * (np.asarray(size, dtype=np.float64) / 2)))
    if len(around) < 3 or not np.isfinite(around).all():
        return None
    inside = _cut(around, (-0.5, -0.5), (camera.width - 0.5, camera.height - 0.5))
    if len(inside) < 3:
        return None
    whole, rect = _rect(around), _rect(inside)
    kept, all_of_it = (float(np.prod(np.subtract(r[2:], r[:2]))) for r in (rect, whole))
    if kept <= 0:
        return None
    return Outline(inside, rect, whole, max(0.0, 1.0 - kept / all_of_it))


def _around(camera: Camera, corners: Floats) -> Floats:
    """Return the corners of the outline in pixels, in turn, sides bent by the lens; empty where nothing is seen."""
    if isinstance(camera, Fisheye) and corners[:, 2].min() < _NEAR_M:  # it sees what no plane before it can hold
        lines = [line for a, b in EDGES for line in camera.polyline(corners[a], corners[b])]
        return _hull(np.concatenate(lines)) if lines else np.empty((0, 2))
    before = [*corners[corners[:, 2] >= _NEAR_M]]
    for a, b in EDGES:
        one, other = corners[a], corners[b]
        if (one[2] < _NEAR_M) != (other[2] < _NEAR_M):
            before.append(one + (other - one) * ((_NEAR_M - one[2]) / (other[2] - one[2])))
    if len(before) < 3:
        return np.empty((0, 2))
    points = np.array(before)
    flat = _hull(points[:, :2] / points[:, 2:])
    along = np.linspace(0.0, 1.0, _PIECES, endpoint=False)[:, None]
    sides = np.concatenate([one + (other - one) * along for one, other in pairwise([*flat, flat[0]])])
    uv, seen = camera.project(np.column_stack([sides, np.ones(len(sides))]))
    if not seen.all():  # beyond the lens's angle: what is within it tells
        lines = [line for a, b in EDGES for line in camera.polyline(corners[a], corners[b])]
        return _hull(np.concatenate([uv[seen], *lines])) if seen.any() or lines else np.empty((0, 2))
    return uv


def _hull(points: Floats) -> Floats:
    """Return the corners of the hull of points, (K, 2), in turn."""
    ordered = np.unique(points, axis=0)
    if len(ordered) < 3:
        return ordered
    halves: list[list[NDArray[np.float64]]] = []
    for way in (ordered, ordered[::-1]):
        kept: list[NDArray[np.float64]] = []
        for point in way:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        halves.append(kept[:-1])
    return np.array([*halves[0], *halves[1]])


def _turn(a: Floats, b: Floats, c: Floats) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _cut(polygon: Floats, low: tuple[float, float], high: tuple[float, float]) -> Floats:
    """Return what of a polygon lies in a rectangle (I. Sutherland and G. Hodgman, 1974)."""
    for axis in (0, 1):
        for bound, sign in ((low[axis], 1.0), (high[axis], -1.0)):
            if not len(polygon):
                return polygon
            over = sign * (polygon[:, axis] - bound)
            found: list[Floats] = []
            for n in range(len(polygon)):
                m = (n + 1) % len(polygon)
                if over[n] >= 0:
                    found.append(polygon[n])
                if (over[n] >= 0) != (over[m] >= 0):
                    share = over[n] / (over[n] - over[m])
                    found.append(polygon[n] + share * (polygon[m] - polygon[n]))
            polygon = np.array(found).reshape(-1, 2)
    return polygon


def _rect(polygon: Floats) -> Rect:
    (left, top), (right, bottom) = polygon.min(axis=0).tolist(), polygon.max(axis=0).tolist()
    return left, top, right, bottom
