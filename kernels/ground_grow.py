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
Longs = NDArray[np.int64]

_ATTEMPTS = 2
_LEVELS = 3
_SHIFT = 2  # 4 cells along a side of a block, 4 blocks along a side of a wider one
_SHIFTS = [_SHIFT * (level + 1) for level in range(_LEVELS)]
_MORE = 1.25  # times the cells of before say anew how a block leans
_FEW = 6  # cells whose slope says less than that of a wider block
_MOST_RINGS = 4000  # cells that lie farther off are as good as equally far
_FAR = 9  # cells, squared: nobody told a height
_BINS = 16
_DOWN_M, _DOWN_BY_M, _UP_M, _UP_BY_M, _BY_RANGE = 0.2, 0.1, 0.2, 0.06, 0.004
_MOST_M = 1.2
_SAME_M = 0.03  # a height that is foretold again
_LAYER_M = 0.2  # points of a cell's ground lie within
_RISE_M, _RISE_BY_M = 0.06, 0.02  # a cell that rises so far over its neighbours must show a flat top
_WALL_FROM_M, _WALL_TO_M, _WALL = 0.2, 1.2, 0.15
_SHARES = np.array([0.0, *(1.0 / square for square in range(1, 9))])  # of cells whose middles lie that far, squared
_PARTS = SUMS - 1  # of a block's sums; how many there are is counted apart
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
    spots, seeds = np.ascontiguousarray(places, np.float64), np.ascontiguousarray(planes, np.float64)
    if spots.ndim != 2 or spots.shape[1:] != (2,) or not len(spots):
        raise ValueError(f"places needs (S, 2) with one row at least, got {spots.shape}")
    if seeds.shape != (len(spots), 3):
        raise ValueError(f"planes needs one row a place, (S, 3), got {seeds.shape}")
    count, more = len(dealt.at), len(dealt.at) + 1
    away, nearest, order = np.empty(count), np.zeros(count, np.int32), np.empty(count, np.int32)
    size = (grid.x, grid.y, grid.cell)
    grown = Grown(away, np.zeros(more, np.bool_), np.zeros(more), np.zeros((more, 2)), np.zeros(more))
    levels, blocks = np.empty((_LEVELS, 2), np.int64), 0
    for level, shift in enumerate(_SHIFTS):  # with a rim, so that no block's neighbours lie outside
        wide = (grid.columns >> shift) + 3
        levels[level, 0], levels[level, 1] = wide, blocks
        blocks += wide * ((grid.rows >> shift) + 3)
    numbers, around = np.zeros((2, blocks), np.int32)
    rings = np.zeros(_MOST_RINGS + 1, np.int32)
    held, fullest = _outward(dealt.at, dealt.starts, spots, size, levels, away, nearest, order, rings, numbers)
    sums, found = np.zeros((held + 1, _PARTS)), np.zeros((held + 1, 3))
    overs = np.empty(fullest, np.float32)
    known, is_summed, roots = np.zeros((more, 2)), np.zeros(count, np.bool_), np.full(more, -1, np.int32)
    for attempt in range(_ATTEMPTS):
        if attempt:
            _take_off(
                dealt.at,
                levels,
                grid.cell,
                numbers,
                around,
                sums,
                found,
                is_summed,
                grown.is_ground,
                grown.heights,
                known,
            )
        _grow(
            dealt.slot, dealt.at, dealt.starts, dealt.lines, order, nearest, size, seeds, levels, numbers, around, sums,
            found, known, is_summed, overs, *grown, attempt > 0,
        )  # fmt: skip
        weed(dealt.at, dealt.slot, grown.is_ground, grown.heights, grown.slopes, grid.cell, roots)
    return grown


@compiled(error_model="numpy")
def _outward(
    at: Ints, starts: Slots, spots: Floats, size: tuple[float, float, float], levels: Longs, away: Floats,
    nearest: Ints, order: Ints, rings: Ints, numbers: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Fill in how far each cell is from the nearest place, which that is, and the order by whole cells of it.

    Blocks that have cells are numbered, from 1 on: of a wide grid most have none. Returns how many have, and how many
    points the fullest cell has.
    """
    x0, y0, side = size
    most, fullest, held = len(rings) - 2, 0, 0
    for k in range(len(at)):
        x, y = x0 + (at[k, 0] + 0.5) * side, y0 + (at[k, 1] + 0.5) * side
        least = np.inf
        for s in range(len(spots)):
            square = (spots[s, 0] - x) ** 2 + (spots[s, 1] - y) ** 2
            if square < least:
                least, nearest[k] = square, s
        away[k] = np.sqrt(least)
        rings[min(int(away[k] / side), most) + 1] += 1
        fullest = max(fullest, int(np.int64(starts[k + 1]) - np.int64(starts[k])))
        for level in range(_LEVELS):
            block = _block(at[k, 0], at[k, 1], level, levels)
            if numbers[block] == 0:
                held += 1
                numbers[block] = held
    for ring in range(most):
        rings[ring + 1] += rings[ring]
    for k in range(len(at)):
        ring = min(int(away[k] / side), most)
        order[rings[ring]] = k
        rings[ring] += 1
    return held, fullest


@compiled(error_model="numpy")
def _take_off(
    at: Ints, levels: Longs, side: float, numbers: Ints, around: Ints, sums: Floats, found: Floats,
    is_summed: NDArray[np.bool_], is_ground: NDArray[np.bool_], heights: Floats, known: Floats,
) -> None:  # fmt: skip
    """Take what was weeded out off the sums: it led the slopes about it astray. They are all to be found anew."""
    for k in range(len(at)):
        if is_summed[k] and not is_ground[k]:
            is_summed[k], known[k, 0], known[k, 1] = False, 0.0, 0.0
            _add(numbers, around, sums, levels, at[k, 0], at[k, 1], side, heights[k], -1)
    for number in range(len(found)):
        found[number, 0] = 0.0


@compiled(error_model="numpy")
def _grow(  # noqa: C901 - arrays that are handed on for each cell would cost as much as the work
    slot: Slots, at: Ints, starts: Slots, lines: NDArray[np.float32], order: Ints, nearest: Ints,
    size: tuple[float, float, float], seeds: Floats, levels: Longs, numbers: Ints, around: Ints, sums: Floats,
    found: Floats, known: Floats, is_summed: NDArray[np.bool_], overs: NDArray[np.float32], away: Floats,
    is_ground: NDArray[np.bool_], heights: Floats, slopes: Floats, rough: Floats, is_again: bool,
) -> None:  # fmt: skip
    """Look for the ground of each cell that has none yet, one after the other.

    `known`, (C + 1, 2), are 1 and its height for a cell with ground, else 0 and 0. Of blocks, by their place among
    all, `numbers` are which of `sums` and `found` are theirs, and `around` how many cells have ground in each and
    those about it; `found` are how many these were when the slope there was found, and the slope.
    """
    x0, y0, side = size
    flat, across = slot.reshape(-1), slot.shape[1]
    counts, whole = np.empty(_BINS + 2, np.int32), np.empty(SUMS)
    for cell in order:
        k = np.uintp(cell)
        if is_ground[k]:
            continue
        i, j = at[k, 0], at[k, 1]
        x, y = (i + 0.5) * side, (j + 0.5) * side
        here = (j + RIM) * across + i + RIM
        trust, near, near_x, near_y, least = 0.0, 0.0, 0.0, 0.0, _FAR
        for dj in range(-RIM, RIM + 1):
            row_trust, row_near, row_x = 0.0, 0.0, 0.0
            for di in range(-RIM, RIM + 1):
                other = flat[np.uintp(here + dj * across + di)]
                square = di * di + dj * dj
                share = _SHARES[square]  # the cell itself has none
                is_known = known[other, 0]
                row_trust += share * is_known
                row_near += share * known[other, 1]
                row_x += di * (share * is_known)
                least = min(least, square if is_known > 0 else _FAR)
            trust += row_trust
            near += row_near
            near_x += row_x
            near_y += dj * row_trust
        gx, gy, gap = seeds[nearest[k], 0], seeds[nearest[k], 1], 3.0
        z = gx * (x + x0) + gy * (y + y0) + seeds[nearest[k], 2]
        is_alone = least == _FAR
        widest = 0
        while widest < _LEVELS - 1 and around[np.uintp(_block(i, j, widest, levels))] < _FEW:
            widest += 1
        for level in range(widest, -1, -1):
            block = _block(i, j, level, levels)
            count = around[np.uintp(block)]
            if count == 0:
                break
            number = np.uintp(numbers[np.uintp(block)])
            is_old = count > _MORE * found[number, 0]
            if is_old or is_alone:
                _sum_up(numbers, sums, block, levels[level, 0], whole)
                whole[0] = count
            if is_old:
                gx, gy = slope_of(whole, gx, gy)
                found[number, 0], found[number, 1], found[number, 2] = count, gx, gy
            else:  # the slope that was found last still holds
                gx, gy = found[number, 1], found[number, 2]
            if is_alone:
                mx, my = x - whole[1] / count, y - whole[2] / count
                z = whole[3] / count + gx * mx + gy * my
                gap = np.sqrt(mx * mx + my * my)
        if not is_alone:
            z, gap = (near - side * (gx * near_x + gy * near_y)) / trust, side * np.sqrt(least)
        if is_again and abs(z - heights[k]) < _SAME_M:
            continue  # it would be found to be what it was found to be before
        slopes[k, 0], slopes[k, 1] = gx, gy
        is_ground[k], heights[k], rough[k] = _ground_in(
            lines,
            int(np.int64(starts[k])),
            int(np.int64(starts[k + 1])),
            x + x0,
            y + y0,
            z,
            gx,
            gy,
            gap,
            away[k],
            counts,
            overs,
        )
        if is_ground[k]:
            is_summed[k], known[k, 0], known[k, 1] = True, 1.0, heights[k]
            _add(numbers, around, sums, levels, i, j, side, heights[k], 1)


@compiled(inner=True, error_model="numpy")
def _block(i: int, j: int, level: int, levels: Longs) -> int:
    """Return which block of a level a cell is in."""
    shift = _SHIFT * (level + 1)
    return int(levels[level, 1] + ((j >> shift) + 1) * levels[level, 0] + (i >> shift) + 1)


@compiled(inner=True, error_model="numpy")
def _add(
    numbers: Ints, around: Ints, sums: Floats, levels: Longs, i: int, j: int, side: float, z: float, sign: int
) -> None:  # fmt: skip
    """Add a cell to the sums of its block on each level, and to how many are there and in the eight around it."""
    x, y, one = (i + 0.5) * side, (j + 0.5) * side, float(sign)
    sx, sy, sz = one * x, one * y, one * z
    xx, xy, yy, xz, yz = sx * x, sx * y, sy * y, sx * z, sy * z
    for level in range(_LEVELS):
        middle, wide = _block(i, j, level, levels), levels[level, 0]
        number = np.uintp(numbers[np.uintp(middle)])
        sums[number, 0] += sx
        sums[number, 1] += sy
        sums[number, 2] += sz
        sums[number, 3] += xx
        sums[number, 4] += xy
        sums[number, 5] += yy
        sums[number, 6] += xz
        sums[number, 7] += yz
        for block in (middle - wide, middle, middle + wide):
            for beside in range(block - 1, block + 2):
                around[np.uintp(beside)] += sign


@compiled(inner=True, error_model="numpy")
def _sum_up(numbers: Ints, sums: Floats, middle: int, wide: int, whole: Floats) -> None:
    """Fill in the sums of a block and the eight around it, after how many there are."""
    for part in range(_PARTS):
        whole[part + 1] = 0.0
    for block in (middle - wide, middle, middle + wide):
        for beside in range(block - 1, block + 2):
            number = np.uintp(numbers[np.uintp(beside)])
            for part in range(_PARTS):
                whole[part + 1] += sums[number, part]


@compiled(inner=True, error_model="numpy")
def _ground_in(
    lines: NDArray[np.float32], begin: int, end: int, x: float, y: float, z: float, gx: float, gy: float,
    gap: float, away: float, counts: Ints, overs: NDArray[np.float32],
) -> tuple[bool, float, float]:  # fmt: skip
    """Return whether a cell's ground is seen, its height in the middle (or as foretold), and its roughness."""
    down = min(_DOWN_M + _DOWN_BY_M * gap + _BY_RANGE * away, _MOST_M)
    up = min(_UP_M + _UP_BY_M * gap + _BY_RANGE * away, _MOST_M)
    low = z - down
    a, b, cx, cy, cz = np.float32(gx), np.float32(gy), np.float32(x), np.float32(y), np.float32(low)
    some = end - begin
    per_metre, most = np.float32(_BINS / (down + up)), np.float32(_BINS + 1)
    counts[:] = 0
    first_line = np.uintp(begin)  # an index that can't be below 0 needs no second look
    for n in range(
        np.uintp(some)
    ):  # no view of the lines: its references would be counted, which takes as long as many points
        over = lines[first_line + n, 2] - cz - a * (lines[first_line + n, 0] - cx) - b * (lines[first_line + n, 1] - cy)
        overs[n] = over
        at = over * per_metre + np.float32(1)
        at = at if at > 0 else np.float32(0)
        counts[np.uint32(np.int32(at if at < most else most))] += 1  # the first and the last: what lies under and over
    within = some - counts[0] - counts[_BINS + 1]
    if not within:
        return False, z, -1.0
    counts[_BINS + 1] = 0
    need = 1 if within <= 4 else (2 if within <= 20 else max(3, int(0.03 * within)))
    first = lowest = 0
    for at_bin in range(_BINS, 0, -1):  # to the end: to stop early costs more
        lowest = at_bin if counts[at_bin] else lowest
        first = at_bin if counts[at_bin] + counts[at_bin + 1] >= need else first
    if first == 0:  # few, and nowhere enough of them together: the lowest
        first = lowest
    elif counts[first] == 0:
        first += 1
    floor = np.float32((first - 1) * (down + up) / _BINS)
    total, squares, count, higher = 0, 0, 0, 0
    for n in range(some):
        over = overs[n] - floor
        is_in = (over >= 0) & (over < np.float32(_LAYER_M))
        units = int(np.int32((over if is_in else np.float32(0)) * np.float32(_UNIT) + np.float32(0.5)))
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
