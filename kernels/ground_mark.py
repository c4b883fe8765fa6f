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
    bits, size, seen = dealt.lines.view(np.uint32), (grid.x, grid.y, grid.cell), np.empty((len(grown.rough), 4))
    cells, points = _mark(dealt.at, dealt.slot, dealt.starts, dealt.lines, bits, size, *grown, seen, mask, deep)
    return int(cells), int(points)


@compiled(error_model="numpy")
def _mark(
    at: Ints, slot: Slots, starts: Slots, lines: NDArray[np.float32], bits: Slots, size: tuple[float, float, float],
    away: Floats, is_ground: NDArray[np.bool_], heights: Floats, slopes: Floats, rough: Floats,
    seen: Floats, mask: NDArray[np.bool_], deep: float,
) -> tuple[int, int]:  # fmt: skip
    """Put ground that was not seen between what was, and mark what lies on each cell's plane.

    `seen`, (C + 1, 4), gets of each cell whether its ground was seen, how high, whether nothing stands on it, and how
    rough it is then, side by side and 0 if not, so that its neighbours add it up without asking.
    """
    x0, y0, side = size
    wide = slot.shape[1]
    flat = slot.reshape(-1)
    cells, points = 0, 0
    for k in range(len(seen)):
        is_even = is_ground[k] and rough[k] >= 0
        seen[k, 0], seen[k, 1] = 1.0 if is_ground[k] else 0.0, heights[k] if is_ground[k] else 0.0
        seen[k, 2], seen[k, 3] = 1.0 if is_even else 0.0, rough[k] if is_even else 0.0
    for k in range(len(at)):
        here = (at[k, 1] + RIM) * wide + at[k, 0] + RIM
        near, trust, step, scatter, even = 0.0, 0.0, 0.0, 0.0, 0.0
        reach = 1 if is_ground[k] else 2
        a, b, height = slopes[k, 0], slopes[k, 1], heights[k]
        for dj in range(-reach, reach + 1):
            for di in range(-reach, reach + 1):
                other = flat[np.uintp(here + dj * wide + di)]
                share = _SHARES[di * di + dj * dj]  # the cell itself has none
                level = seen[other, 1] - side * (a * di + b * dj)
                near += level * (share * seen[other, 0])
                trust += share * seen[other, 0]
                scatter += seen[other, 3]
                even += seen[other, 2]
                step = max(step, level - height if (share > _CORNER) & (seen[other, 2] > 0) else 0.0)
        usual = scatter / even if even > 0 else _USUAL_ROUGH_M
        if not is_ground[k] and trust > 0:
            heights[k] = near / trust
        high = min(_UP_M + _UP_BY_RANGE * away[k] + _ROUGH * usual, _MOST_UP_M)
        if is_ground[k] and rough[k] >= 0 and step > high - _UP_M:
            high = _UP_M + min(step, _KERB_M)
        low = -_DOWN_M - _DOWN_BY_RANGE * away[k]
        x, y = x0 + (at[k, 0] + 0.5) * side, y0 + (at[k, 1] + 0.5) * side
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
