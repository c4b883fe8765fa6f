"""The points about one object: which of a cloud lie near it, which stand for the rest, and where its box has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_FREE = -1


def points_about(
    points: Floats, middle: tuple[float, float], reach: float, low: float, high: float
) -> tuple[Floats, Ints]:
    """Return the points in an upright square column.

    Parameters
    ----------
    points : (N, 3) float64, metres
    middle : (x, y), metres
    reach : float, metres
        Half the side of the square; a point on it counts.
    low, high : float, metres
        What z is above and below; a point at either does not count, nor does one with a NaN.

    Returns
    -------
    found : (K, 3) float64, metres
    index : (K,) int64
        Which of the points each is, rising.

    Raises
    ------
    ValueError
        If the points are not (N, 3) float64.
    """
    view = _rows(points).view()
    view.flags.writeable = False  # a type of its own to Numba: one is enough
    found, index = _about(view, float(middle[0]), float(middle[1]), float(reach), float(low), float(high))
    return found, index


def first_of_cubes(points: Floats, origin: Floats, side: float) -> Ints:
    """Return the first point of each cube of a grid that has any; for the few thousand points of one object.

    Parameters
    ----------
    points : (N, 3) float64, metres
        Finite, and near the origin: within a million cubes.
    origin : (3,) float64, metres
        A corner of a cube.
    side : float, metres

    Returns
    -------
    (M,) int64
        Rising.

    Raises
    ------
    ValueError
        If the points are not (N, 3) float64.
    """
    corner = np.array(origin[:3], dtype=np.float64)
    index: Ints = _firsts(_own(points), corner, float(side))
    return index


def in_frame_of(points: Floats, pose: Floats) -> Floats:
    """Return points, (N, 3) float64, in the frame of an upright box at a pose, (4,): x, y, z (metres), yaw (radians).

    Raises
    ------
    ValueError
        If the points are not (N, 3) float64.
    """
    found: Floats = _in_frame(_own(points), float(pose[0]), float(pose[1]), float(pose[2]), float(pose[3]))
    return found


def within(local: Floats, half: Floats) -> NDArray[np.bool_]:
    """Mark the points, (N, 3) float64 in the frame of a box, that lie within half its size, (3,), faces included.

    Raises
    ------
    ValueError
        If the points are not (N, 3) float64.
    """
    found: NDArray[np.bool_] = _within(_own(local), float(half[0]), float(half[1]), float(half[2]))
    return found


def to_the_next(points: Floats) -> Floats:
    """Return how far each point, (N, 3) float64, lies from the one nearest to it, (N,) metres; inf for a lone one.

    Each is held against each other one: for the few hundred points of one object.

    Raises
    ------
    ValueError
        If the points are not (N, 3) float64.
    """
    found: Floats = _to_the_next(_own(points))
    return found


def _rows(points: Floats) -> Floats:
    given = np.ascontiguousarray(points, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != 3:
        raise ValueError(f"points needs (N, 3) float64, got {given.shape}")
    return given


def _own(points: Floats) -> Floats:
    given = _rows(points)
    return given if given.flags.writeable else given.copy()  # rather than have all compiled anew


@compiled()
def _about(points: NDArray[Any], x: float, y: float, reach: float, low: float, high: float) -> tuple[Floats, Ints]:
    index = np.empty(len(points), np.int64)
    many = 0
    for n in range(len(points)):
        if abs(points[n, 0] - x) <= reach and abs(points[n, 1] - y) <= reach and low < points[n, 2] < high:
            index[many] = n
            many += 1
    found = np.empty((many, 3))
    for k in range(many):
        found[k] = points[index[k]]
    return found, index[:many].copy()


@compiled()
def _firsts(points: Floats, origin: Floats, side: float) -> Ints:
    size = 16
    while size < 2 * len(points):
        size *= 2
    slots, index = np.full(size, _FREE, np.int64), np.empty(len(points), np.int64)
    keys = np.empty(len(points), np.int64)
    many = 0
    for n in range(len(points)):
        i = int(np.floor((points[n, 0] - origin[0]) / side)) + (1 << 20)
        j = int(np.floor((points[n, 1] - origin[1]) / side)) + (1 << 20)
        k = int(np.floor((points[n, 2] - origin[2]) / side)) + (1 << 20)
        key = (i << 42) | (j << 21) | k
        slot = ((i * 73856093) ^ (j * 19349669) ^ (k * 83492791)) & (size - 1)
        while slots[slot] != _FREE and keys[slots[slot]] != key:
            slot = (slot + 1) & (size - 1)
        if slots[slot] == _FREE:
            slots[slot], keys[many], index[many] = many, key, n
            many += 1
    return index[:many].copy()


@compiled()
def _in_frame(points: Floats, x: float, y: float, z: float, yaw: float) -> Floats:
    c, s = np.cos(yaw), np.sin(yaw)
    found = np.empty((len(points), 3))
    for n in range(len(points)):
        dx, dy = points[n, 0] - x, points[n, 1] - y
        found[n, 0], found[n, 1], found[n, 2] = c * dx + s * dy, c * dy - s * dx, points[n, 2] - z
    return found


@compiled()
def _within(local: Floats, a: float, b: float, h: float) -> NDArray[np.bool_]:
    found = np.empty(len(local), np.bool_)
    for n in range(len(local)):
        found[n] = abs(local[n, 0]) <= a and abs(local[n, 1]) <= b and abs(local[n, 2]) <= h
    return found


@compiled()
def _to_the_next(points: Floats) -> Floats:
    nearest = np.full(len(points), np.inf)
    for n in range(len(points)):
        for m in range(n):
            far = 0.0
            for axis in range(3):
                far += (points[n, axis] - points[m, axis]) ** 2
            nearest[n], nearest[m] = min(nearest[n], far), min(nearest[m], far)
    found: Floats = np.sqrt(nearest)
    return found
