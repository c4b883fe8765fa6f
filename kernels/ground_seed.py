"""Where the ground is to begin with: the plane that most low points about a place lie on, and few lie under."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import Dealt, Square
from lidar_label.kernels.ground_plane import SUMS, add_to, slope_of

Floats = NDArray[np.float64]

_TRIES = 100
_STEEPEST = 0.35  # of a plane tried
_LEAST_AREA_M2 = 0.8  # of three cells that say how a plane leans
_NEAR_M, _NEAR_BY_RANGE = 0.1, 0.01  # of a plane: a cell lies on it
_UNDER_M, _DEEP_M = 0.3, 3.0  # a cell lies under it; farther down it is another storey
_LOW, _MOST_LOW = 0.1, 6  # of a cell's points, that may lie under its ground
_CLOSE_M = 1.2  # to the sensor: its own vehicle
_FEWEST = 4
_MOST = 150  # cells that are looked at


def seed_plane(dealt: Dealt, grid: Square, place: ArrayLike, radius: float) -> tuple[float, float, float] | None:
    """Return the ground about a sensor as a plane.

    Of each cell one of the lowest points is taken. Of many planes through three of them, always the same for the
    same points, the one wins that most of them lie on and few under; a least-squares plane through these is returned.

    Parameters
    ----------
    dealt : Dealt
        Of `deal_out`.
    grid : Square
        What it was dealt out by.
    place : (3,) float, metres
        The sensor, in the frame of the points; the ground is below it. With a NaN as its height, anywhere.
    radius : float, metres
        How far around is looked.

    Returns
    -------
    (a, b, c) or None
        ``z = a * x + b * y + c``, metres; None where too few cells tell.

    References
    ----------
    Fischler and Bolles, Random sample consensus, CACM 24 (1981).
    """
    at = np.ascontiguousarray(place, dtype=np.float64)
    if at.shape != (3,) or not np.isfinite(at[:2]).all():
        raise ValueError(f"place needs 3 numbers, got {at}")
    top = at[2] if np.isfinite(at[2]) else np.inf
    low = np.empty((4, _MOST * 2))
    size = (grid.x, grid.y, grid.cell)
    count = _lows(dealt.at, dealt.starts, dealt.lines, size, at[0], at[1], top, radius, low)
    if count < _FEWEST:
        return None
    ok, a, b, c = _consensus(low, count, top)
    if not ok:
        return None
    return a, b, c - a * at[0] - b * at[1]


@compiled(error_model="numpy")
def _lows(  # noqa: C901 - arrays that are handed on for each cell would cost as much as the work
    cells: NDArray[np.int32], starts: NDArray[np.uint32], lines: NDArray[np.float32], size: tuple[float, float, float],
    x: float, y: float, top: float, radius: float, low: Floats,
) -> int:  # fmt: skip
    """Fill in low points of cells about a place, (4, M): x and y from there, z, and how far from a plane they may lie.

    None lies over the sensor. Returns how many there are.
    """
    x0, y0, side = size
    near, some = np.empty(len(cells), np.int64), 0
    for k in range(len(cells)):
        cx, cy = x0 + (cells[k, 0] + 0.5) * side - x, y0 + (cells[k, 1] + 0.5) * side - y
        away = cx * cx + cy * cy
        if away <= radius * radius and away >= _CLOSE_M * _CLOSE_M and starts[k] < starts[k + 1]:
            near[some] = k
            some += 1
    count = 0
    lowest, which = np.empty(_MOST_LOW + 1, np.float32), np.empty(_MOST_LOW + 1, np.int64)
    for chosen in range(0, some, max(some // _MOST, 1)):
        begin, end = np.int64(starts[near[chosen]]), np.int64(starts[near[chosen] + 1])
        wanted = min(int((end - begin) * _LOW), _MOST_LOW) + 1
        have, most = 0, np.float32(np.inf)
        for n in range(begin, end):  # the lowest, the next to it, ..., rising
            z = lines[n, 2]
            if z >= most:
                continue
            to = 0
            while to < have and lowest[to] < z:
                to += 1
            if to < have and lowest[to] == z:
                continue
            have = min(have + 1, wanted)
            for behind in range(have - 1, to, -1):
                lowest[behind], which[behind] = lowest[behind - 1], which[behind - 1]
            lowest[to], which[to] = z, n
            if have == wanted:
                most = lowest[have - 1]
        if lowest[have - 1] < top - 0.2:
            px, py = lines[which[have - 1], 0] - x, lines[which[have - 1], 1] - y
            low[0, count], low[1, count], low[2, count] = px, py, lowest[have - 1]
            low[3, count] = _NEAR_M + _NEAR_BY_RANGE * np.sqrt(px * px + py * py)
            count += 1
    return count


@compiled(error_model="numpy")
def _consensus(low: Floats, count: int, top: float) -> tuple[bool, float, float, float]:
    state = np.uint64(0x9E3779B97F4A7C15)
    best, a, b, c = -(2**62), 0.0, 0.0, 0.0
    picked = np.zeros(3, np.int64)
    for _ in range(_TRIES):
        for i in range(3):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            picked[i] = np.int64((state >> np.uint64(33)) % np.uint64(count))
        p, q, r = picked[0], picked[1], picked[2]
        ux, uy, uz = low[0, q] - low[0, p], low[1, q] - low[1, p], low[2, q] - low[2, p]
        vx, vy, vz = low[0, r] - low[0, p], low[1, r] - low[1, p], low[2, r] - low[2, p]
        area = ux * vy - uy * vx
        if abs(area) < 2 * _LEAST_AREA_M2:
            continue
        ta, tb = (uz * vy - uy * vz) / area, (ux * vz - uz * vx) / area
        tc = low[2, p] - ta * low[0, p] - tb * low[1, p]
        if ta * ta + tb * tb > _STEEPEST * _STEEPEST or tc > top - 0.2:
            continue
        votes = 0
        for n in range(count):
            over = low[2, n] - ta * low[0, n] - tb * low[1, n] - tc
            is_under = over < -_UNDER_M
            votes += (abs(over) < low[3, n]) & (not is_under)
            votes -= 2 * (is_under & (over > -_DEEP_M))
        if votes > best:
            best, a, b, c = votes, ta, tb, tc
    if best < _FEWEST:
        return False, 0.0, 0.0, 0.0
    return _refined(low, count, a, b, c)


@compiled(inner=True, error_model="numpy")
def _refined(low: Floats, count: int, a: float, b: float, c: float) -> tuple[bool, float, float, float]:
    """Return the least-squares plane through the cells on a plane."""
    sums = np.zeros(SUMS)
    for n in range(count):
        x, y, z = low[0, n], low[1, n], low[2, n]
        if abs(z - a * x - b * y - c) < _NEAR_M:
            add_to(sums, x, y, z)
    if sums[0] < _FEWEST:
        return True, a, b, c
    p, q = slope_of(sums, a, b)
    return True, p, q, (sums[3] - p * sums[1] - q * sums[2]) / sums[0]
