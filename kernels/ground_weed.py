"""Small raised patches that were taken for ground, such as a bonnet or the foot of a hedge, weeded out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import RIM

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Slots = NDArray[np.uint32]

_REACH = RIM  # cells between which ground goes on
_STEP_M, _STEP_BY_M = 0.05, 0.04  # between cells of one patch, and more for each metre between them
_GENTLE = 0.2  # a slope that is believed
_SMALL = 16  # cells


@compiled(inner=True, error_model="numpy")
def top_of(roots: Ints, k: int) -> int:
    """Return the first cell of a cell's patch."""
    while roots[k] != k:
        roots[k] = roots[roots[k]]
        k = roots[k]
    return k


@compiled(error_model="numpy")
def weed(  # noqa: C901 - arrays that are handed on for each cell would cost as much as the work
    at: Ints, slot: Slots, is_ground: NDArray[np.bool_], heights: Floats, slopes: Floats, side: float
) -> int:
    """Make patches of cells with ground that goes on without a step, and take small raised ones off the ground.

    Parameters
    ----------
    at, slot
        As `Dealt` has them.
    is_ground, heights, slopes
        As `Grown` has them.
    side : float, metres
        Of a cell.

    Returns
    -------
    int
        How many cells were taken off.
    """
    count, wide = len(at), slot.shape[1]
    flat = slot.reshape(-1)
    roots, sizes, raised = np.full(count + 1, -1, np.int32), np.zeros(count, np.int32), np.zeros(count, np.int32)
    for k in range(count):
        if not is_ground[k]:
            continue
        roots[k] = own = k
        here = (at[k, 1] + _REACH) * wide + at[k, 0] + _REACH
        for dj in range(-_REACH, 1):
            for di in range(-_REACH, _REACH + 1 if dj else 0):
                n = flat[np.uintp(here + dj * wide + di)]
                if roots[n] < 0 or roots[n] == own:
                    continue
                other = top_of(roots, n)
                if own == other or abs(_rise(heights, slopes, k, n, side * di, side * dj)) > _allowed(side, di, dj):
                    continue
                roots[max(own, other)] = min(own, other)
                own = min(own, other)
    for k in range(count):
        if is_ground[k]:
            roots[k] = roots[roots[k]]  # the first of a patch has the least number, and so is known by now
            sizes[roots[k]] += 1
    for k in range(count):
        own = roots[k]
        if own < 0 or sizes[own] >= _SMALL:
            continue
        here = (at[k, 1] + _REACH) * wide + at[k, 0] + _REACH
        for dj in range(-_REACH, _REACH + 1):
            for di in range(-_REACH, _REACH + 1):
                n = flat[np.uintp(here + dj * wide + di)]
                if roots[n] < 0 or roots[n] == own or sizes[roots[n]] < sizes[own]:
                    continue
                rise = _rise(heights, slopes, k, n, side * di, side * dj)
                if abs(rise) > _allowed(side, di, dj):
                    raised[own] += 1 if rise < 0 else -1
    changed = 0
    for k in range(count):
        if is_ground[k] and raised[roots[k]] > 0:
            is_ground[k] = False
            changed += 1
    return changed


@compiled(inner=True, error_model="numpy")
def _allowed(side: float, di: int, dj: int) -> float:
    return float(_STEP_M + _STEP_BY_M * side * np.sqrt(di * di + dj * dj))


@compiled(inner=True, error_model="numpy")
def _rise(heights: Floats, slopes: Floats, k: int, n: int, dx: float, dy: float) -> float:
    """Return how far a cell lies over where another's slope leads."""
    gx, gy = 0.5 * (slopes[k, 0] + slopes[n, 0]), 0.5 * (slopes[k, 1] + slopes[n, 1])
    steep = np.sqrt(gx * gx + gy * gy)
    if steep > _GENTLE:
        gx, gy = gx * _GENTLE / steep, gy * _GENTLE / steep
    return float(heights[n] - heights[k] - gx * dx - gy * dy)
