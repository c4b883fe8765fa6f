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
_MOST = 300  # cells that are looked at


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
    low = _lows(
        dealt.cells, dealt.starts, dealt.points, grid.x, grid.y, grid.cell, grid.columns, at[0], at[1], top, radius
    )
    if len(low) < _FEWEST:
        return None
    ok, a, b, c = _consensus(low, top)
    if not ok:
        return None
    return a, b, c - a * at[0] - b * at[1]


@compiled(error_model="numpy")
def _lows(
    cells: NDArray[np.int32], starts: NDArray[np.int32], points: NDArray[np.float32],
    x0: float, y0: float, side: float, columns: int, x: float, y: float, top: float, radius: float,
) -> Floats:  # fmt: skip
    """Return low points of cells about a place, (M, 3), x and y from there; none that lie over the sensor."""
    near, some = np.empty(len(cells), np.int64), 0
    for k in range(len(cells)):
        cx = x0 + (cells[k] % columns + 0.5) * side - x
        cy = y0 + (cells[k] // columns + 0.5) * side - y
        away = cx * cx + cy * cy
        if away <= radius * radius and away >= _CLOSE_M * _CLOSE_M:
            near[some] = k
            some += 1
    step = max(some // _MOST, 1)
    found, count = np.empty((some, 3)), 0
    for at in range(0, some, step):
        k = near[at]
        begin, end = starts[k], starts[k + 1]
        skip = min(int((end - begin) * _LOW), _MOST_LOW)
        last = -np.inf
        best = begin
        for _ in range(skip + 1):  # the lowest, the next to it, ...
            least = np.inf
            for n in range(begin, end):
                z = points[n, 2]
                if last < z < least:
                    least, best = z, n
            if not np.isfinite(least):
                break
            last = least
        if last < top - 0.2:
            found[count, 0] = points[best, 0] - x
            found[count, 1] = points[best, 1] - y
            found[count, 2] = last
            count += 1
    return found[:count].copy()


@compiled(error_model="numpy")
def _consensus(low: Floats, top: float) -> tuple[bool, float, float, float]:
    state = np.uint64(0x9E3779B97F4A7C15)
    best, a, b, c = -(2**62), 0.0, 0.0, 0.0
    picked = np.zeros(3, np.int64)
    for _ in range(_TRIES):
        for i in range(3):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            picked[i] = np.int64((state >> np.uint64(33)) % np.uint64(len(low)))
        p, q, r = low[picked[0]], low[picked[1]], low[picked[2]]
        ux, uy, uz = q[0] - p[0], q[1] - p[1], q[2] - p[2]
        vx, vy, vz = r[0] - p[0], r[1] - p[1], r[2] - p[2]
        area = ux * vy - uy * vx
        if abs(area) < 2 * _LEAST_AREA_M2:
            continue
        ta, tb = (uz * vy - uy * vz) / area, (ux * vz - uz * vx) / area
        tc = p[2] - ta * p[0] - tb * p[1]
        if ta * ta + tb * tb > _STEEPEST * _STEEPEST or tc > top - 0.2:
            continue
        votes = 0
        for n in range(len(low)):
            over = low[n, 2] - ta * low[n, 0] - tb * low[n, 1] - tc
            if over < -_UNDER_M:
                votes -= 2 if over > -_DEEP_M else 0
            elif abs(over) < _NEAR_M + _NEAR_BY_RANGE * np.sqrt(low[n, 0] ** 2 + low[n, 1] ** 2):
                votes += 1
        if votes > best:
            best, a, b, c = votes, ta, tb, tc
    if best < _FEWEST:
        return False, 0.0, 0.0, 0.0
    return _refined(low, a, b, c)


@compiled(inner=True, error_model="numpy")
def _refined(low: Floats, a: float, b: float, c: float) -> tuple[bool, float, float, float]:
    """Return the least-squares plane through the cells on a plane."""
    sums = np.zeros(SUMS)
    for n in range(len(low)):
        x, y, z = low[n, 0], low[n, 1], low[n, 2]
        if abs(z - a * x - b * y - c) < _NEAR_M:
            add_to(sums, x, y, z)
    if sums[0] < _FEWEST:
        return True, a, b, c
    p, q = slope_of(sums, a, b)
    return True, p, q, (sums[3] - p * sums[1] - q * sums[2]) / sums[0]
