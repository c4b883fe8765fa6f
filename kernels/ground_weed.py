"""Small raised patches that were taken for ground, such as a bonnet or the foot of a hedge, weeded out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_REACH = 2  # cells between which ground goes on
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
    cells: Ints, slot: Ints, status: NDArray[np.int8], heights: Floats, slopes: Floats, side: float, columns: int,
    rows: int, ground: int, other: int,
) -> int:  # fmt: skip
    """Make patches of cells with ground that goes on without a step, and change the status of small raised ones.

    Parameters
    ----------
    cells, slot, status, heights, slopes
        As `Grown` has them; the status of cells is changed from `ground` to `other`.
    side, columns, rows
        Of the grid.
    ground, other : int

    Returns
    -------
    int
        How many cells were changed.
    """
    roots = np.arange(len(cells)).astype(np.int32)
    for k in range(len(cells)):
        if status[k] != ground:
            continue
        i, j = cells[k] % columns, cells[k] // columns
        for dj in range(min(_REACH, rows - 1 - j) + 1):
            for di in range(max(-_REACH, -i), min(_REACH, columns - 1 - i) + 1):
                if dj == 0 and di <= 0:
                    continue
                n = slot[(j + dj) * columns + i + di]
                if n < 0 or status[n] != ground:
                    continue
                if abs(_rise(heights, slopes, k, n, side * di, side * dj)) <= _allowed(side, di, dj):
                    a, b = top_of(roots, k), top_of(roots, n)
                    roots[max(a, b)] = min(a, b)
    sizes, raised = np.zeros(len(cells), np.int32), np.zeros(len(cells), np.int32)
    for k in range(len(cells)):
        if status[k] == ground:
            sizes[top_of(roots, k)] += 1
    for k in range(len(cells)):
        if status[k] != ground or sizes[top_of(roots, k)] >= _SMALL:
            continue
        i, j = cells[k] % columns, cells[k] // columns
        own = top_of(roots, k)
        for dj in range(max(-_REACH, -j), min(_REACH, rows - 1 - j) + 1):
            for di in range(max(-_REACH, -i), min(_REACH, columns - 1 - i) + 1):
                n = slot[(j + dj) * columns + i + di]
                if n < 0 or status[n] != ground:
                    continue
                patch = top_of(roots, n)
                if patch != own and sizes[patch] >= sizes[own]:
                    rise = _rise(heights, slopes, k, n, side * di, side * dj)
                    if abs(rise) > _allowed(side, di, dj):
                        raised[own] += 1 if rise < 0 else -1
    changed = 0
    for k in range(len(cells)):
        if status[k] == ground and raised[top_of(roots, k)] > 0:
            status[k] = other
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
