"""Which points lie on the ground, by how high they are over its surface."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import RIM, Dealt, Square, checked_cloud
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
    mask, planes = np.empty(len(cloud), np.bool_), np.full((len(dealt.at) + 1, 5), np.inf)
    size = (grid.x, grid.y, grid.cell)
    _settle(dealt.at, dealt.slot, size, *grown, planes)
    _mark(cloud, dealt.owner, planes, mask)
    return mask


@compiled(error_model="numpy")
def _settle(
    at: Ints, slot: Slots, size: tuple[float, float, float], away: Floats, is_ground: NDArray[np.bool_],
    heights: Floats, slopes: Floats, rough: Floats, planes: Floats,
) -> None:  # fmt: skip
    """Put ground that was not seen between what was; fill in each cell's plane and what lies on it.

    A plane, (5,), is its height in the origin, its slopes, and how far under and over it points are its own, metres.
    """
    x0, y0, side = size
    count, wide = len(at), slot.shape[1]
    flat = slot.reshape(-1)
    for k in range(count):
        here = (at[k, 1] + RIM) * wide + at[k, 0] + RIM
        near, trust, step, scatter, rough_ones = 0.0, 0.0, 0.0, 0.0, 0
        reach = 1 if is_ground[k] else 2
        for dj in range(-reach, reach + 1):
            for di in range(-reach, reach + 1):
                other = flat[np.uintp(here + dj * wide + di)]
                share = _SHARES[di * di + dj * dj] * is_ground[other]  # the cell itself has none
                level = heights[other] - side * (slopes[k, 0] * di + slopes[k, 1] * dj)
                near += level * share
                trust += share
                is_even = is_ground[other] & (rough[other] >= 0)
                scatter += rough[other] if is_even else 0.0
                rough_ones += is_even
                step = max(step, level - heights[k] if is_even and share > _CORNER else 0.0)
        usual = scatter / rough_ones if rough_ones else _USUAL_ROUGH_M
        if not is_ground[k] and trust > 0:
            heights[k] = near / trust
        high = min(_UP_M + _UP_BY_RANGE * away[k] + _ROUGH * usual, _MOST_UP_M)
        if is_ground[k] and rough[k] >= 0 and step > high - _UP_M:
            high = _UP_M + min(step, _KERB_M)
        x, y = x0 + (at[k, 0] + 0.5) * side, y0 + (at[k, 1] + 0.5) * side
        planes[k, 0] = heights[k] - slopes[k, 0] * x - slopes[k, 1] * y
        planes[k, 1], planes[k, 2] = slopes[k, 0], slopes[k, 1]
        planes[k, 3], planes[k, 4] = -_DOWN_M - _DOWN_BY_RANGE * away[k], high


@compiled(error_model="numpy")
def _mark(points: NDArray[np.float32], owner: Slots, planes: Floats, mask: NDArray[np.bool_]) -> None:
    for n in range(len(points)):
        k = owner[n]
        over = points[n, 2] - planes[k, 0] - planes[k, 1] * points[n, 0] - planes[k, 2] * points[n, 1]
        mask[n] = (planes[k, 3] <= over) & (over <= planes[k, 4])  # over nothing it is no number, or endless
