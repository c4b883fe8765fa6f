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
_FARTHER = _STEP_BY_M * np.sqrt(np.arange(2 * _REACH * _REACH + 1.0))  # by cells between, squared
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
    at: Ints, slot: Slots, is_ground: NDArray[np.bool_], heights: Floats, slopes: Floats, side: float, roots: Ints
) -> int:  # fmt: skip
    """Make patches of cells with ground that goes on without a step, and take small raised ones off the ground.

    Parameters
    ----------
    at, slot
        As `Dealt` has them.
    is_ground, heights, slopes
        As `Grown` has them.
    side : float, metres
        Of a cell.
    roots : (C + 1,) int32, changed
        By which of its cells each cell's patch is called; -1 for those of none, as all are at first. Called again
        with what it left, only cells that have become ground since are looked at anew.

    Returns
    -------
    int
        How many cells were taken off.
    """
    _join_new(at, slot, is_ground, heights, slopes, side, roots)
    count, wide = len(at), slot.shape[1]
    flat = slot.reshape(-1)
    sizes, raised = np.zeros(count, np.int32), np.zeros(count, np.int32)
    for k in range(count):
        if roots[k] >= 0:
            roots[k] = top_of(roots, k)
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
                if abs(rise) > side * _FARTHER[di * di + dj * dj] + _STEP_M:
                    raised[own] += 1 if rise < 0 else -1
    changed = 0
    for k in range(count):
        if roots[k] >= 0 and raised[roots[k]] > 0:
            is_ground[k] = False
            changed += 1
    for k in range(count):
        if not is_ground[k]:
            roots[k] = -1  # a patch goes as a whole, so that no other is called by its cells
    return changed


@compiled(inner=True, error_model="numpy")
def _join_new(
    at: Ints, slot: Slots, is_ground: NDArray[np.bool_], heights: Floats, slopes: Floats, side: float, roots: Ints
) -> None:  # fmt: skip
    """Join cells that are ground and of no patch yet to those around that are of one."""
    wide = slot.shape[1]
    flat = slot.reshape(-1)
    last = 0  # at first, cells that come later are of no patch yet, and those rows need no look
    for k in range(len(at)):
        if roots[k] >= 0:
            last = _REACH
            break
    for k in range(len(at)):
        if not is_ground[k] or roots[k] >= 0:
            continue
        roots[k] = own = k
        here = (at[k, 1] + _REACH) * wide + at[k, 0] + _REACH
        for dj in range(-_REACH, last + 1):
            for di in range(-_REACH, _REACH + 1):
                n = flat[np.uintp(here + dj * wide + di)]
                if roots[n] < 0 or roots[n] == own:
                    continue
                other = top_of(roots, n)
                if own == other:
                    continue
                rise = _rise(heights, slopes, k, n, side * di, side * dj)
                if abs(rise) <= side * _FARTHER[di * di + dj * dj] + _STEP_M:
                    roots[max(own, other)] = min(own, other)
                    own = min(own, other)


@compiled(inner=True, error_model="numpy")
def _rise(heights: Floats, slopes: Floats, k: int, n: int, dx: float, dy: float) -> float:
    """Return how far a cell lies over where another's slope leads."""
    gx, gy = 0.5 * (slopes[k, 0] + slopes[n, 0]), 0.5 * (slopes[k, 1] + slopes[n, 1])
    square = gx * gx + gy * gy
    if square > _GENTLE * _GENTLE:
        less = _GENTLE / np.sqrt(square)
        gx, gy = gx * less, gy * less
    return float(heights[n] - heights[k] - gx * dx - gy * dy)
