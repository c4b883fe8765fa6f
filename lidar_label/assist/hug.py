"""Hug: how far the faces of a box are to go so that they lie on its points. Everything in the box's own frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.model import Floats

Signs = tuple[int, int, int]

CLEARANCE_M = 0.01  # between a face and the outermost point
STOPS_WITHIN_M = 0.25  # how far beyond points a dragged face is held back by them
FEWEST = 3  # points that say where an object is
_BACKED_M = 0.25  # a point with no other so near behind it is a speck
_MOST_GROWTH_M, _GAP_M = 0.4, 0.2  # how far a box grows along points, and over which gaps
_ROUNDS = 3


def outermost(values: Floats, sign: int) -> float | None:
    """Return how far points reach along an axis, specks left out; None without points.

    Parameters
    ----------
    values : (N,) float, metres
        Where the points are on the axis.
    sign : 1 or -1
        Which way.

    Returns
    -------
    float or None
        The distance from 0 in the direction of `sign`, metres.
    """
    if not len(values):
        return None
    out = np.sort(values * sign)[::-1]
    need = min(len(out) // 40 + 1, 4)  # of points behind it that make it believed
    backed = np.flatnonzero(out[: len(out) - need] - out[need:] <= _BACKED_M)
    return float(out[backed[0]] if len(backed) else out[0])


def reach(points: NDArray[np.float32], low: Floats, high: Floats, axis: int, sign: int) -> float | None:
    """Return how far the points between `low` and `high`, (3,) each, reach along one axis; None without points."""
    return outermost(points[_within(points, low, high), axis].astype(np.float64), sign)


def stopped(points: NDArray[np.float32], half: Floats, signs: Signs, out: Floats, floor: float | None = None) -> Floats:
    """Return how far dragged faces get before points, or the ground, stop them.

    A face hugs what it encloses: it lies on the outermost of the points that are behind it, or so little
    before it that it is held back.

    Parameters
    ----------
    points : (N, 3) float32, metres
        Without the ground.
    half : (3,) float, metres
        Half the size of the box before the drag.
    signs : three of -1, 0, 1
        Which face of each axis is dragged.
    out : (3,) float, metres
        How far out from the centre the faces are to be.
    floor : float, optional
        How far below the centre the ground is, metres.
    """
    got = np.array(out, dtype=np.float64)
    chosen = np.array(signs)
    far = np.where(chosen != 0, out, half)
    high, low = np.where(chosen > 0, far, half), -np.where(chosen < 0, far, half)
    for axis in np.flatnonzero(chosen).tolist():
        sign = int(chosen[axis])
        if axis == 2 and sign < 0 and floor is not None and abs(floor - out[axis]) <= STOPS_WITHIN_M:
            got[axis] = floor
            continue
        first, last = low.copy(), high.copy()
        if sign > 0:
            last[axis] += STOPS_WITHIN_M
        else:
            first[axis] -= STOPS_WITHIN_M
        found = reach(points, first, last, axis, sign)
        if found is not None:
            got[axis] = found + CLEARANCE_M
    return got


def shrunk(
    points: NDArray[np.float32], half: Floats, signs: list[Signs], floor: float | None = None
) -> tuple[Floats, Floats]:
    """Return the lowest and highest corner, (3,) each, of a box some faces of which were drawn in to its points.

    The bottom goes to the ground where that is known. A face with no points behind it stays.
    """
    low, high = -half.astype(np.float64), half.astype(np.float64)
    found: dict[tuple[int, int], float | None] = {}
    for axis, sign in _faces(signs):
        if axis == 2 and sign < 0 and floor is not None:
            found[axis, sign] = floor - CLEARANCE_M
        else:
            found[axis, sign] = reach(points, low, high, axis, sign)
    return _moved(low, high, found)


def fitted(points: NDArray[np.float32], half: Floats, floor: float | None = None) -> tuple[Floats, Floats] | None:
    """Return the lowest and highest corner, (3,) each, of a box about the points in and close to a box.

    It grows first along points that go on beyond its faces, at most 40 cm, and is then drawn in.

    Returns
    -------
    tuple or None
        None where there are too few points to say where the object is.
    """
    low, high = -half.astype(np.float64), half.astype(np.float64)
    points = points[_within(points, low - _MOST_GROWTH_M, high + _MOST_GROWTH_M)]
    if np.count_nonzero(_within(points, low, high)) < FEWEST:
        return None
    for _ in range(_ROUNDS):
        before = np.concatenate([low, high])
        for axis, sign in ((0, 1), (0, -1), (1, 1), (1, -1), (2, 1)):
            edge = (high if sign > 0 else -low)[axis]
            most = half[axis] + _MOST_GROWTH_M
            grown = _along(points, low, high, axis, sign, edge, most)
            if sign > 0:
                high[axis] = grown
            else:
                low[axis] = -grown
        if np.array_equal(before, np.concatenate([low, high])):
            break
    found: dict[tuple[int, int], float | None] = {}
    for axis, sign in ((0, 1), (0, -1), (1, 1), (1, -1), (2, 1), (2, -1)):
        found[axis, sign] = reach(points, low, high, axis, sign)
    if floor is not None:
        found[2, -1] = floor - CLEARANCE_M
    return _moved(low, high, found)


def slid(points: NDArray[np.float32], half: Floats, sensor: Floats, floor: float | None = None) -> Floats | None:
    """Return the shift, (3,) metres, that lays a box of a fixed size on its points.

    Where the sensor sees one face of an axis, that face goes to the points; along an axis whose faces it sees
    neither of, the box is centred if the points fill most of it. The bottom goes to the ground, or else the top to
    the points.

    Parameters
    ----------
    points : (N, 3) float32, metres
        Without the ground.
    half : (3,) float, metres
    sensor : (3,) float, metres
        Where the points were seen from.
    floor : float, optional
        How far below the centre the ground is, metres.
    """
    found = fitted(points, half, floor)
    if found is None:
        return None
    low, high = found
    shift = np.zeros(3)
    for axis in (0, 1):
        if sensor[axis] > half[axis]:
            shift[axis] = high[axis] - half[axis]
        elif sensor[axis] < -half[axis]:
            shift[axis] = low[axis] + half[axis]
        elif high[axis] - low[axis] > 1.4 * half[axis]:
            shift[axis] = (high[axis] + low[axis]) / 2
    shift[2] = half[2] - floor if floor is not None else high[2] - half[2]
    return shift


def _along(
    points: NDArray[np.float32], low: Floats, high: Floats, axis: int, sign: int, edge: float, most: float
) -> float:
    """Return how far points go on beyond a face without a gap."""
    first, last = low.copy(), high.copy()
    first[axis], last[axis] = sorted((sign * (edge - _GAP_M), sign * most))
    out = np.sort(points[_within(points, first, last), axis].astype(np.float64) * sign)
    if len(out) < FEWEST:
        return edge
    gaps = np.flatnonzero(np.diff(out) > _GAP_M)
    end = int(gaps[0]) if len(gaps) else len(out) - 1
    return max(edge, float(out[end]))


def _within(points: NDArray[np.float32], low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Mark the points between two corners."""
    inside = np.ones(len(points), np.bool_)
    for axis in range(3):  # a column at a time, since numpy takes ten times as long over rows of three
        column = points[:, axis]
        inside &= (column >= np.float32(low[axis])) & (column <= np.float32(high[axis]))
    return inside


def _faces(signs: list[Signs]) -> list[tuple[int, int]]:
    return list(dict.fromkeys((axis, sign) for each in signs for axis, sign in enumerate(each) if sign))


def _moved(low: Floats, high: Floats, found: dict[tuple[int, int], float | None]) -> tuple[Floats, Floats]:
    low, high = low.copy(), high.copy()
    for (axis, sign), out in found.items():
        if out is None:
            continue
        if sign > 0:
            high[axis] = out + CLEARANCE_M
        else:
            low[axis] = -out - CLEARANCE_M
    return low, high
