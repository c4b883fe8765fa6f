"""The ground's surface, grown from sensors outward over the cells of a cloud."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import RIM, Dealt, Square
from lidar_label.kernels.ground_plane import SUMS, slope_of
from lidar_label.kernels.ground_weed import weed

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Slots = NDArray[np.uint32]

_ATTEMPTS = 2
_LEVELS = 3
_SHIFT = 2  # 4 cells along a side of a block, 4 blocks along a side of a wider one
_SHIFTS = [_SHIFT * (level + 1) for level in range(_LEVELS)]
_MORE = 1.25  # times the cells of before say anew how a block leans
_FEW = 6  # cells whose slope says less than that of a wider block
_FINE = RIM  # cells around that tell a height first
_BINS = 16
_DOWN_M, _DOWN_BY_M, _UP_M, _UP_BY_M, _BY_RANGE = 0.2, 0.1, 0.2, 0.06, 0.004
_MOST_M = 1.2
_SAME_M = 0.03  # a height that is foretold again
_LAYER_M = 0.2  # points of a cell's ground lie within
_RISE_M, _RISE_BY_M = 0.06, 0.02  # a cell that rises so far over its neighbours must show a flat top
_WALL_FROM_M, _WALL_TO_M, _WALL = 0.2, 1.2, 0.15
_SHARES = np.array([0.0, *(1.0 / square for square in range(1, 9))])  # of cells whose middles lie that far, squared
_UNIT = 4096.0  # to a metre: whole numbers have the same sum in any order


class Grown(NamedTuple):
    """What is known of the ground in each cell with points, and last, but for `away`, in one without: nothing.

    Parameters
    ----------
    away : (C,) float64, metres
        How far each is from the nearest place of beginning.
    is_ground : (C + 1,) bool
        Whether its ground is seen, and not other things only.
    heights : (C + 1,) float64, metres
        The ground in the middle of the cell: seen there, or expected from around.
    slopes : (C + 1, 2) float64
        Rise over run along x and y.
    rough : (C + 1,) float64, metres
        How far the ground's points scatter about it; negative where something stands on it.
    """

    away: Floats
    is_ground: NDArray[np.bool_]
    heights: Floats
    slopes: Floats
    rough: Floats


def grow_ground(dealt: Dealt, grid: Square, places: ArrayLike, planes: ArrayLike) -> Grown:
    """Follow the ground from cell to cell, the nearest to a sensor first.

    Where the ground of a cell should lie is foretold from cells around it whose ground is known, with the slope of
    the land there; the farther those are, the less surely. The lowest points that lie together within that reach are
    the cell's ground, unless they rise over the neighbours and go on upward, as a wall does. So reflections under the
    road, storeys above and below, and what hangs over do not count.

    Parameters
    ----------
    dealt : Dealt
    grid : Square
        What it was dealt out by.
    places : (S, 2) float, metres
        Where to begin: sensors.
    planes : (S, 3) float
        The ground about each, as `seed_plane` returns it.

    Returns
    -------
    Grown
        The order of the points does not change it.

    References
    ----------
    After the slope rule of Vosselman, Slope based filtering of laser altimetry data, IAPRS 33 (2000), and the
    growing of terrain over a grid of Moosmann et al., Segmentation of 3D lidar data, IV 2009.
    """
    spots = np.ascontiguousarray(places, np.float64)
    seeds = np.ascontiguousarray(planes, np.float64)
    if spots.ndim != 2 or spots.shape[1:] != (2,) or not len(spots):
        raise ValueError(f"places needs (S, 2) with one row at least, got {spots.shape}")
    if seeds.shape != (len(spots), 3):
        raise ValueError(f"planes needs one row a place, (S, 3), got {seeds.shape}")
    size = (grid.x, grid.y, grid.cell)
    count = len(dealt.at)
    nearest, away = np.zeros(count, np.int32), np.empty(count)
    _nearest(dealt.at, spots, size, nearest, away)
    order = np.argsort(np.minimum(away / grid.cell, 32_000).astype(np.int16), kind="stable").astype(np.int32)
    more = count + 1
    grown = Grown(away, np.zeros(more, np.bool_), np.zeros(more), np.zeros((more, 2)), np.zeros(more))
    wide = [(grid.columns >> shift) + 3 for shift in _SHIFTS]  # a rim, so that no block's neighbours lie outside
    offsets = np.cumsum([0, *(n * ((grid.rows >> shift) + 3) for n, shift in zip(wide, _SHIFTS, strict=True))])
    blocks = int(offsets[-1])
    _grow(
        dealt.at, dealt.slot, dealt.starts, dealt.points, size, order, nearest, seeds, np.array(wide), offsets,
        np.zeros((blocks, SUMS)), np.zeros(blocks), np.zeros((blocks, 3)),
        np.empty(int(np.diff(dealt.starts).max(initial=0)), np.float32), *grown,
    )  # fmt: skip
    return grown


@compiled(error_model="numpy")
def _nearest(at: Ints, spots: Floats, size: tuple[float, float, float], nearest: Ints, away: Floats) -> None:
    """Fill in which place is the nearest to each cell, and how far away it is."""
    x0, y0, side = size
    for k in range(len(at)):
        x, y = x0 + (at[k, 0] + 0.5) * side, y0 + (at[k, 1] + 0.5) * side
        least = np.inf
        for s in range(len(spots)):
            square = (spots[s, 0] - x) ** 2 + (spots[s, 1] - y) ** 2
            if square < least:
                least, nearest[k] = square, s
        away[k] = np.sqrt(least)


@compiled(error_model="numpy")
def _grow(  # noqa: C901 - arrays that are handed on for each cell would cost as much as the work
    at: Ints, slot: Slots, starts: Ints, points: NDArray[np.float32], size: tuple[float, float, float], order: Ints,
    nearest: Ints, seeds: Floats, wide: NDArray[np.int64], offsets: NDArray[np.int64], sums: Floats, counts: Floats,
    kept: Floats, overs: NDArray[np.float32], away: Floats, is_ground: NDArray[np.bool_], heights: Floats,
    slopes: Floats, rough: Floats,
) -> None:  # fmt: skip
    x0, y0, side = size
    cells, across = len(at), slot.shape[1]
    flat = slot.reshape(-1)
    bins, around, is_summed = np.zeros(_BINS + 3, np.int32), np.zeros(SUMS), np.zeros(cells, np.bool_)
    for attempt in range(_ATTEMPTS):
        if attempt:  # what was weeded out led the slopes about it astray
            for k in range(cells):
                if is_summed[k] and not is_ground[k]:
                    is_summed[k] = False
                    _add(sums, counts, wide, offsets, at[k, 0], at[k, 1], side, heights[k], -1.0)
            for block in range(len(kept)):
                kept[block, 0] = 0.0  # so that a slope is found anew
        for k in order:
            if is_ground[k]:
                continue
            i, j = at[k, 0], at[k, 1]
            x, y = (i + 0.5) * side, (j + 0.5) * side
            trust, near, near_x, near_y, least = 0.0, 0.0, 0.0, 0.0, 9
            here = (j + RIM) * across + i + RIM
            for dj in range(-_FINE, _FINE + 1):
                for di in range(-_FINE, _FINE + 1):
                    other = flat[np.uintp(here + dj * across + di)]
                    square = di * di + dj * dj
                    share = _SHARES[square] * is_ground[other]
                    near += heights[other] * share
                    near_x += di * share
                    near_y += dj * share
                    trust += share
                    least = min(least, square if is_ground[other] else 9)  # never the cell itself
            plane = seeds[nearest[k]]
            gx, gy = plane[0], plane[1]
            z, gap = plane[0] * (x + x0) + plane[1] * (y + y0) + plane[2], 3.0
            widest = 0
            while widest < _LEVELS - 1 and counts[_block(i, j, widest, wide, offsets)] < _FEW:
                widest += 1
            for level in range(widest, -1, -1):
                block = _block(i, j, level, wide, offsets)
                count = counts[block]
                if count == 0.0:
                    break
                if count > _MORE * kept[block, 0] or trust == 0.0:
                    _sum_up(sums, block, wide[level], around)
                if count > _MORE * kept[block, 0]:  # else the slope that was found last still holds
                    gx, gy = slope_of(around, gx, gy)
                    kept[block, 0], kept[block, 1], kept[block, 2] = count, gx, gy
                else:
                    gx, gy = kept[block, 1], kept[block, 2]
                if trust == 0.0:
                    mx, my = x - around[1] / count, y - around[2] / count
                    z = around[3] / count + gx * mx + gy * my
                    gap = np.sqrt(mx * mx + my * my)
            if trust > 0.0:
                z, gap = (near - side * (gx * near_x + gy * near_y)) / trust, side * np.sqrt(least)
            if attempt and abs(z - heights[k]) < _SAME_M:
                continue  # it would be found to be what it was found to be before
            is_ground[k], heights[k], rough[k] = _ground_in(
                points[starts[k] : starts[k + 1]], x + x0, y + y0, z, gx, gy, gap, away[k], bins, overs
            )
            slopes[k, 0], slopes[k, 1] = gx, gy
            if is_ground[k]:
                is_summed[k] = True
                _add(sums, counts, wide, offsets, i, j, side, heights[k], 1.0)
        weed(at, slot, is_ground, heights, slopes, side)


@compiled(inner=True, error_model="numpy")
def _block(i: int, j: int, level: int, wide: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
    """Return which block of a level a cell is in."""
    shift = _SHIFT * (level + 1)
    return int(offsets[level] + ((j >> shift) + 1) * wide[level] + (i >> shift) + 1)


@compiled(inner=True, error_model="numpy")
def _add(
    sums: Floats, counts: Floats, wide: NDArray[np.int64], offsets: NDArray[np.int64], i: int, j: int, side: float,
    z: float, sign: float,
) -> None:  # fmt: skip
    """Add a cell to the sums of its block on each level, and to how many are there and in the eight around it."""
    x, y = (i + 0.5) * side, (j + 0.5) * side
    for level in range(_LEVELS):
        block = _block(i, j, level, wide, offsets)
        sums[block, 0] += sign
        sums[block, 1] += sign * x
        sums[block, 2] += sign * y
        sums[block, 3] += sign * z
        sums[block, 4] += sign * x * x
        sums[block, 5] += sign * x * y
        sums[block, 6] += sign * y * y
        sums[block, 7] += sign * x * z
        sums[block, 8] += sign * y * z
        for dj in range(-1, 2):
            for di in range(-1, 2):
                counts[block + dj * wide[level] + di] += sign


@compiled(inner=True, error_model="numpy")
def _sum_up(sums: Floats, middle: int, wide: int, around: Floats) -> None:
    """Fill in the sums of a block and the eight around it."""
    around[:] = 0.0
    for dj in range(-1, 2):
        for di in range(-1, 2):
            for part in range(SUMS):
                around[part] += sums[middle + dj * wide + di, part]


@compiled(inner=True, error_model="numpy")
def _ground_in(
    points: NDArray[np.float32], x: float, y: float, z: float, gx: float, gy: float, gap: float, away: float,
    bins: Ints, overs: NDArray[np.float32],
) -> tuple[bool, float, float]:  # fmt: skip
    """Return whether a cell's ground is seen, its height in the middle (or as foretold), and its roughness."""
    down = min(_DOWN_M + _DOWN_BY_M * gap + _BY_RANGE * away, _MOST_M)
    up = min(_UP_M + _UP_BY_M * gap + _BY_RANGE * away, _MOST_M)
    low = z - down
    a, b, cx, cy, cz = np.float32(gx), np.float32(gy), np.float32(x), np.float32(y), np.float32(low)
    some = len(points)
    for n in range(some):
        overs[n] = points[n, 2] - cz - a * (points[n, 0] - cx) - b * (points[n, 1] - cy)
    bins[:] = 0
    per_metre, most = np.float32(_BINS / (down + up)), np.float32(_BINS + 1)
    for n in range(some):  # the first and the last but one hold what lies under and over
        bins[np.uint32(min(max(overs[n] * per_metre + np.float32(1), np.float32(0)), most))] += 1
    within = some - bins[0] - bins[_BINS + 1]
    if not within:
        return False, z, -1.0
    bins[_BINS + 1] = 0
    need = 1 if within <= 4 else (2 if within <= 20 else max(3, int(0.03 * within)))
    first = 1
    while bins[first] + bins[first + 1] < need:
        first += 1
    if bins[first] == 0:
        first += 1
    floor = np.float32((first - 1) * (down + up) / _BINS)
    total, squares, count, higher = 0, 0, 0, 0
    for n in range(some):
        over = overs[n] - floor
        is_in = (over >= 0) & (over < np.float32(_LAYER_M))
        units = int(np.int32(over * np.float32(_UNIT) + np.float32(0.5))) if is_in else 0
        total += units
        squares += units * units
        count += is_in
        higher += (over >= np.float32(_WALL_FROM_M)) & (over < np.float32(_WALL_TO_M))
    if not count:
        return False, z, -1.0
    mean = total / count
    height = np.float64(cz) + floor + mean / _UNIT
    stands = higher > _WALL * count
    if stands and height - z > _RISE_M + _RISE_BY_M * gap:
        return False, z, -1.0
    if stands:
        return True, height, -1.0
    return True, height, np.sqrt(max(squares / count - mean * mean, 0.0)) / _UNIT
