"""The ground's surface, grown from sensors outward over the cells of a cloud."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import Dealt, Square
from lidar_label.kernels.ground_plane import SUMS, add_to, slope_of
from lidar_label.kernels.ground_weed import weed

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

OPEN, GROUND, ELSE = 0, 1, 2  # what is known of a cell: nothing, its ground is seen, only other things are
_ATTEMPTS = 2
_LEVELS = 3
_WIDER = 4  # cells along a side of a block, blocks along a side of a wider one
_MORE = 1.25  # times the cells of before say anew how a block leans
_FEW = 6  # cells whose slope says less than that of a wider block
_FINE = 2  # cells around that tell a height first
_BINS = 16
_DOWN_M, _DOWN_BY_M, _UP_M, _UP_BY_M, _BY_RANGE = 0.2, 0.1, 0.2, 0.06, 0.004
_MOST_M = 1.2
_SAME_M = 0.03  # a height that is foretold again
_LAYER_M = 0.2  # points of a cell's ground lie within
_RISE_M, _RISE_BY_M = 0.06, 0.02  # a cell that rises so far over its neighbours must show a flat top
_WALL_FROM_M, _WALL_TO_M, _WALL = 0.2, 1.2, 0.15
_UNIT = 4096.0  # to a metre: whole numbers have the same sum in any order


class Grown(NamedTuple):
    """What is known of the ground in each cell with points.

    Parameters
    ----------
    slot : (columns * rows,) int32
        Which of the cells with points each cell of the grid is; -1 for one without.
    away : (C,) float64, metres
        How far each is from the nearest place of beginning.
    status : (C,) int8
        `GROUND` or `ELSE`.
    heights : (C,) float64, metres
        The ground in the middle of the cell: seen there, or expected from around.
    slopes : (C, 2) float64
        Rise over run along x and y.
    rough : (C,) float64, metres
        How far the ground's points scatter about it; negative where something stands on it.
    """

    slot: Ints
    away: Floats
    status: NDArray[np.int8]
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
    size = (grid.x, grid.y, grid.cell, grid.columns, grid.rows)
    nearest, away = _nearest(dealt.cells, spots, *size[:4])
    order = np.argsort(np.minimum(away / grid.cell, 32_000).astype(np.int16), kind="stable").astype(np.int32)
    slot = np.full(grid.columns * grid.rows, -1, np.int32)
    count = len(order)
    slot[dealt.cells] = np.arange(count, dtype=np.int32)
    grown = Grown(slot, away, np.zeros(count, np.int8), np.zeros(count), np.zeros((count, 2)), np.zeros(count))
    _grow(
        dealt.cells, dealt.starts, dealt.points, order, nearest, seeds, size,
        slot, away, grown.status, grown.heights, grown.slopes, grown.rough,
    )  # fmt: skip
    return grown


@compiled(error_model="numpy")
def _nearest(
    cells: Ints, spots: Floats, x0: float, y0: float, side: float, columns: int
) -> tuple[Ints, Floats]:  # fmt: skip
    """Return which place is the nearest to each cell, and how far away it is."""
    nearest, away = np.zeros(len(cells), np.int32), np.empty(len(cells))
    for k in range(len(cells)):
        x, y = x0 + (cells[k] % columns + 0.5) * side, y0 + (cells[k] // columns + 0.5) * side
        least = np.inf
        for s in range(len(spots)):
            square = (spots[s, 0] - x) ** 2 + (spots[s, 1] - y) ** 2
            if square < least:
                least, nearest[k] = square, s
        away[k] = np.sqrt(least)
    return nearest, away


@compiled(error_model="numpy")
def _grow(  # noqa: C901 - arrays that are handed on for each cell would cost as much as the work
    cells: Ints, starts: Ints, points: NDArray[np.float32], order: Ints, nearest: Ints, seeds: Floats,
    size: tuple[float, float, float, int, int], slot: Ints, away: Floats, status: NDArray[np.int8], heights: Floats,
    slopes: Floats, rough: Floats,
) -> None:  # fmt: skip
    x0, y0, side, columns, rows = size
    wide, offsets, blocks = np.empty(_LEVELS, np.int64), np.zeros(_LEVELS + 1, np.int64), np.ones(_LEVELS, np.int64)
    for level in range(_LEVELS):
        blocks[level] = _WIDER ** (level + 1)
        wide[level] = columns // blocks[level] + 3  # a rim all around, so that no block's neighbours lie outside
        offsets[level + 1] = offsets[level] + wide[level] * (rows // blocks[level] + 3)
    sums, kept = np.zeros((offsets[_LEVELS], SUMS)), np.zeros((offsets[_LEVELS], 3))
    work, bins, told = np.zeros(SUMS), np.zeros(_BINS + 1, np.int64), np.zeros(3)
    for attempt in range(_ATTEMPTS):
        if attempt:  # what was weeded out led the slopes about it astray
            for at in range(len(sums)):
                for part in range(SUMS):
                    sums[at, part] = 0.0
                kept[at, 0] = 0.0  # so that a slope is found anew
            for k in range(len(cells)):
                if status[k] == GROUND:
                    i, j = cells[k] % columns, cells[k] // columns
                    for level in range(_LEVELS):
                        at = _block(i, j, level, blocks, wide, offsets)
                        add_to(sums[at], (i + 0.5) * side, (j + 0.5) * side, heights[k])
        for k in order:
            if attempt and status[k] == GROUND:
                continue
            i, j = cells[k] % columns, cells[k] // columns
            x, y = (i + 0.5) * side, (j + 0.5) * side
            trust, near, near_x, near_y, least = 0.0, 0.0, 0.0, 0.0, np.inf
            for dj in range(max(-_FINE, -j), min(_FINE, rows - 1 - j) + 1):
                row = (j + dj) * columns + i
                for di in range(max(-_FINE, -i), min(_FINE, columns - 1 - i) + 1):
                    other = slot[row + di]
                    if other >= 0 and status[other] == GROUND:  # never the cell itself
                        square = float(di * di + dj * dj)
                        share = 1.0 / square
                        near, near_x, near_y = near + heights[other] * share, near_x + di * share, near_y + dj * share
                        trust += share
                        least = min(least, square)
            plane = seeds[nearest[k]]
            gx, gy = plane[0], plane[1]
            z, gap = plane[0] * (x + x0) + plane[1] * (y + y0) + plane[2], 3.0
            widest = 0
            while widest < _LEVELS - 1:
                middle = _block(i, j, widest, blocks, wide, offsets)
                if _around(sums, middle, wide[widest], 0) >= _FEW:
                    break
                widest += 1
            for level in range(widest, -1, -1):
                middle = _block(i, j, level, blocks, wide, offsets)
                count = _around(sums, middle, wide[level], 0)
                if count == 0.0:
                    break
                if count > _MORE * kept[middle, 0]:  # else the slope that was found last still holds
                    work[0] = count
                    for part in range(1, SUMS):
                        work[part] = _around(sums, middle, wide[level], part)
                    gx, gy = slope_of(work, gx, gy)
                    kept[middle, 0], kept[middle, 1], kept[middle, 2] = count, gx, gy
                else:
                    gx, gy = kept[middle, 1], kept[middle, 2]
                if trust == 0.0:
                    mx = x - _around(sums, middle, wide[level], 1) / count
                    my = y - _around(sums, middle, wide[level], 2) / count
                    z = _around(sums, middle, wide[level], 3) / count + gx * mx + gy * my
                    gap = np.sqrt(mx * mx + my * my)
            if trust > 0.0:
                z, gap = (near - side * (gx * near_x + gy * near_y)) / trust, side * np.sqrt(least)
            if attempt and abs(z - heights[k]) < _SAME_M:
                continue  # it would be found to be what it was found to be before
            told[0], told[1], told[2] = z, gx, gy
            found, heights[k], rough[k] = _ground_in(
                points, starts[k], starts[k + 1], x + x0, y + y0, told, gap, away[k], bins
            )
            slopes[k, 0], slopes[k, 1] = gx, gy
            status[k] = GROUND if found else ELSE
            if found:
                for level in range(_LEVELS):
                    add_to(sums[_block(i, j, level, blocks, wide, offsets)], x, y, heights[k])
        weed(cells, slot, status, heights, slopes, side, columns, rows, GROUND, ELSE)


@compiled(inner=True, error_model="numpy")
def _block(
    i: int, j: int, level: int, blocks: NDArray[np.int64], wide: NDArray[np.int64], offsets: NDArray[np.int64]
) -> int:
    """Return where the sums of the block of a cell are."""
    return int(offsets[level] + (j // blocks[level] + 1) * wide[level] + i // blocks[level] + 1)


@compiled(inner=True, error_model="numpy")
def _around(sums: Floats, middle: int, wide: int, part: int) -> float:
    """Return one of the sums of a block and the eight around it."""
    total = 0.0
    for at in (middle - wide, middle, middle + wide):
        total += sums[at - 1, part] + sums[at, part] + sums[at + 1, part]
    return total


@compiled(inner=True, error_model="numpy")
def _ground_in(  # noqa: C901 - one walk over a cell's points
    points: NDArray[np.float32], begin: int, end: int, x: float, y: float, told: Floats, gap: float, away: float,
    bins: NDArray[np.int64],
) -> tuple[bool, float, float]:  # fmt: skip
    """Return whether a cell's ground is seen, its height in the middle (or as foretold), and its roughness."""
    z, gx, gy = told[0], told[1], told[2]
    down = min(_DOWN_M + _DOWN_BY_M * gap + _BY_RANGE * away, _MOST_M)
    up = min(_UP_M + _UP_BY_M * gap + _BY_RANGE * away, _MOST_M)
    low, per_metre = z - down, _BINS / (down + up)
    for b in range(len(bins)):
        bins[b] = 0
    within = 0
    for n in range(begin, end):
        over = points[n, 2] - gx * (points[n, 0] - x) - gy * (points[n, 1] - y) - low
        if over >= 0 and over < down + up:
            bins[min(int(over * per_metre), _BINS - 1)] += 1
            within += 1
    if not within:
        return False, z, -1.0
    need = 1 if within <= 4 else (2 if within <= 20 else max(3, int(0.03 * within)))
    first = 0
    while bins[first] + bins[first + 1] < need:
        first += 1
    if bins[first] == 0:
        first += 1
    floor = low + first / per_metre
    total, squares, count, higher = 0, 0, 0, 0
    for n in range(begin, end):
        over = points[n, 2] - gx * (points[n, 0] - x) - gy * (points[n, 1] - y) - floor
        if over >= 0 and over < _LAYER_M:
            units = int(over * _UNIT + 0.5)
            total += units
            squares += units * units
            count += 1
        elif over >= _WALL_FROM_M and over < _WALL_TO_M:
            higher += 1
    if not count:
        return False, z, -1.0
    mean = total / count
    height = floor + mean / _UNIT
    stands = higher > _WALL * count
    if stands and height - z > _RISE_M + _RISE_BY_M * gap:
        return False, z, -1.0
    if stands:
        return True, height, -1.0
    return True, height, np.sqrt(max(squares / count - mean * mean, 0.0)) / _UNIT
