"""Which points lie on the ground, by how high they are over its surface."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import Dealt, Square, checked_cloud
from lidar_label.kernels.ground_grow import GROUND, Grown

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_UP_M, _UP_BY_RANGE = 0.03, 0.001
_ROUGH, _USUAL_ROUGH_M, _MOST_UP_M = 2.5, 0.02, 0.2
_DOWN_M, _DOWN_BY_RANGE = 0.2, 0.003
_KERB_M = 0.2  # a step in the ground that is followed: on its edge, points of both sides lie in one cell


def mark_ground(points: NDArray[np.float32], dealt: Dealt, grid: Square, grown: Grown) -> NDArray[np.bool_]:
    """Mark the points that lie on the ground.

    How far over the surface a point may lie depends on how rough the ground is there, and grows with range.

    Parameters
    ----------
    points : (N, 3) float32, metres
    dealt : Dealt
        The same points dealt out.
    grid : Square
        What they were dealt out by.
    grown : Grown
        Of `grow_ground`; where the ground was not seen, its heights are put between those that were.

    Returns
    -------
    (N,) bool
        False for points outside of the grid, for those that are not finite, and for reflections under the ground.
    """
    cloud = checked_cloud(points)
    high = _settle(dealt.cells, *grown, grid.cell, grid.columns, grid.rows)
    mask: NDArray[np.bool_] = _mark(
        cloud, dealt.cell_of, grown.slot, grown.away, grown.heights, grown.slopes, high, grid.x, grid.y, grid.cell,
        grid.columns,
    )  # fmt: skip
    return mask


@compiled(error_model="numpy")
def _settle(
    cells: Ints, slot: Ints, away: Floats, status: NDArray[np.int8], heights: Floats, slopes: Floats, rough: Floats,
    side: float, columns: int, rows: int,
) -> Floats:  # fmt: skip
    """Put ground that was not seen between what was; return how far over it points are its own, (C,) metres."""
    high = np.zeros(len(cells))
    for k in range(len(cells)):
        i, j = cells[k] % columns, cells[k] // columns
        near, trust, step, scatter, rough_ones = 0.0, 0.0, 0.0, 0.0, 0
        reach = 1 if status[k] == GROUND else 2
        for dj in range(max(-reach, -j), min(reach, rows - 1 - j) + 1):
            for di in range(max(-reach, -i), min(reach, columns - 1 - i) + 1):
                other = slot[(j + dj) * columns + i + di]
                if other < 0 or status[other] != GROUND:
                    continue
                if rough[other] >= 0:
                    scatter += rough[other]
                    rough_ones += 1
                if other == k:
                    continue
                here = heights[other] - side * (slopes[k, 0] * di + slopes[k, 1] * dj)
                square = float(di * di + dj * dj)
                near += here / square
                trust += 1.0 / square
                if square < 3 and rough[other] >= 0:
                    step = max(step, here - heights[k])
        usual = scatter / rough_ones if rough_ones else _USUAL_ROUGH_M
        seen = status[k] == GROUND
        if not seen and trust > 0:
            heights[k] = near / trust
        high[k] = min(_UP_M + _UP_BY_RANGE * away[k] + _ROUGH * usual, _MOST_UP_M)
        if seen and rough[k] >= 0 and step > high[k] - _UP_M:
            high[k] = _UP_M + min(step, _KERB_M)
    return high


@compiled(error_model="numpy")
def _mark(
    points: NDArray[np.float32], cell_of: Ints, slot: Ints, away: Floats, heights: Floats, slopes: Floats,
    high: Floats, x0: float, y0: float, side: float, columns: int,
) -> NDArray[np.bool_]:  # fmt: skip
    mask = np.zeros(len(points), np.bool_)
    for n in range(len(points)):
        cell = cell_of[n]
        if cell < 0:
            continue
        k = slot[cell]
        x = points[n, 0] - x0 - (cell % columns + 0.5) * side
        y = points[n, 1] - y0 - (cell // columns + 0.5) * side
        over = points[n, 2] - heights[k] - slopes[k, 0] * x - slopes[k, 1] * y
        mask[n] = -_DOWN_M - _DOWN_BY_RANGE * away[k] <= over <= high[k]
    return mask
