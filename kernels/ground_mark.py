"""Which points lie on the ground, by how high they are over its surface."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import RIM, Dealt, Square
from lidar_label.kernels.ground_grow import Grown

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Slots = NDArray[np.uint32]

_UP_M, _UP_BY_RANGE = 0.02, 0.0007
_ROUGH, _USUAL_ROUGH_M, _MOST_UP_M = 2.5, 0.02, 0.2
_DOWN_M, _DOWN_BY_RANGE = 0.2, 0.003
_SHARES = np.array([0.0, *(1.0 / square for square in range(1, 9))])  # of cells whose middles lie that far, squared
_CORNER = 0.4  # the share of one that touches a cell is more
_KERB_M = 0.2  # a step in the ground that is followed: on its edge, points of both sides lie in one cell


def mark_ground(
    mask: NDArray[np.bool_], dealt: Dealt, grid: Square, grown: Grown, deep: float
) -> tuple[int, int]:  # fmt: skip
    """Mark the points that lie on the ground.

    How far over the surface a point may lie depends on how rough the ground is there, and grows with range.

    Parameters
    ----------
    mask : (N,) bool, changed
        Of the cloud; made True for points on the ground, and left as it is for all others, among them reflections
        under the ground.
    dealt : Dealt
        The points.
    grid : Square
        What they were dealt out by.
    grown : Grown
        Of `grow_ground`; where the ground was not seen, its heights are put between those that were.
    deep : float, metres

    Returns
    -------
    cells, points : int
        How many cells whose ground was not seen have points farther under it than `deep`, and how many points.
    """
    bits, size = dealt.lines.view(np.uint32), (grid.x, grid.y, grid.cell)
    cells, points = _mark(dealt.at, dealt.slot, dealt.starts, dealt.lines, bits, size, *grown, mask, deep)
    return int(cells), int(points)


@compiled(error_model="numpy")
def _mark(
    at: Ints, slot: Slots, starts: Slots, lines: NDArray[np.float32], bits: Slots, size: tuple[float, float, float],
    away: Floats, is_ground: NDArray[np.bool_], heights: Floats, slopes: Floats, rough: Floats,
    mask: NDArray[np.bool_], deep: float,
) -> tuple[int, int]:  # fmt: skip
    """Put ground that was not seen between what was, and mark what lies on each cell's plane."""
    x0, y0, side = size
    wide = slot.shape[1]
    flat = slot.reshape(-1)
    cells, points = 0, 0
    for k in range(len(at)):
        if starts[k] == starts[k + 1]:
            continue
        here = (at[k, 1] + RIM) * wide + at[k, 0] + RIM
        near, trust, step, scatter, even = 0.0, 0.0, 0.0, 0.0, 0
        reach = 1 if is_ground[k] else 2
        for dj in range(-reach, reach + 1):
            for di in range(-reach, reach + 1):
                other = flat[np.uintp(here + dj * wide + di)]
                if not is_ground[other]:
                    continue
                share = _SHARES[di * di + dj * dj]  # the cell itself has none
                level = heights[other] - side * (slopes[k, 0] * di + slopes[k, 1] * dj)
                near += level * share
                trust += share
                if rough[other] >= 0:
                    scatter += rough[other]
                    even += 1
                    if share > _CORNER:
                        step = max(step, level - heights[k])
        usual = scatter / even if even else _USUAL_ROUGH_M
        if not is_ground[k] and trust > 0:
            heights[k] = near / trust
        high = min(_UP_M + _UP_BY_RANGE * away[k] + _ROUGH * usual, _MOST_UP_M)
        if is_ground[k] and rough[k] >= 0 and step > high - _UP_M:
            high = _UP_M + min(step, _KERB_M)
        low = -_DOWN_M - _DOWN_BY_RANGE * away[k]
        x, y = x0 + (at[k, 0] + 0.5) * side, y0 + (at[k, 1] + 0.5) * side
        a, b = slopes[k, 0], slopes[k, 1]
        origin = heights[k] - a * x - b * y
        bottom = np.float64(-np.inf) if is_ground[k] else heights[k] - deep
        under = 0
        for n in range(starts[k], starts[k + 1]):
            z = lines[n, 2]
            over = z - origin - a * lines[n, 0] - b * lines[n, 1]
            if (low <= over) & (over <= high):
                mask[bits[n, 3]] = True
            under += z < bottom
        cells += under > 0
        points += under
    return cells, points
