"""Sorting records of points into tiles: count cells, join them to tiles, scatter, lay out in columns, checksum.

Records are rows of bytes as a file has them. Positions are whole numbers on a grid; where some records have none, x is
`NOWHERE` there. Nothing here depends on the number of threads: each call works on its own arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[Any]

NOWHERE = -(2**31)
ALL_SOMEWHERE = 2**32  # in place of `NOWHERE`, where x may be any int32
_PIECE = 512  # points taken through all columns at a time, while the cache holds their records


def whole_positions(records: Bytes, stride: int, offsets: tuple[int, int, int], grid: Ints) -> None:
    """Take the little-endian int32 at three bytes of each record.

    Parameters
    ----------
    records : (N * stride,) uint8
    stride : int, bytes of a record
    offsets : three int, bytes of a record at which x, y, z begin
    grid : (N, 3) int32, written

    Raises
    ------
    ValueError
        If the records are not as many as `grid` has rows, or an offset lies outside a record.
    """
    _check_records(records, stride, len(grid))
    if grid.dtype != np.int32 or not all(0 <= at <= stride - 4 for at in offsets):
        raise ValueError(f"grid needs int32 and offsets within {stride} bytes, got {grid.dtype} and {offsets}")
    _whole_positions(records, stride, offsets[0], offsets[1], offsets[2], grid)


def count_cells(grid: Ints, low: Ints, shift: int, dims: Ints, counts: Ints, seen: Ints, nowhere: int) -> None:
    """Add the points in each cell of a 3D grid to `counts`, and widen the bounds seen.

    Parameters
    ----------
    grid : (N, 3) int32
    low : (3,) int64
        Corner of the first cell; a cell is ``2 ** shift`` wide.
    shift : int
    dims : (3,) int64, number of cells along each axis
    counts : (dims[0] * dims[1] * dims[2],) uint32, added to
    seen : (8,) int64, changed
        Least x, y, z; greatest x, y, z; valid points outside the cells (not counted in one); points that are nowhere.
    nowhere : int
        What x is of a point without a position: `NOWHERE` or `ALL_SOMEWHERE`.
    """
    _check_grid(grid, low, dims, counts)
    _count_cells(grid, low, shift, dims, counts, seen, nowhere)


def split_cells(counts: Ints, dims: Ints, most: int) -> tuple[Ints, Ints]:
    """Join cells to boxes of at most `most` points, and say for each cell which box it is in.

    A box is cut across its longest side, at the plane nearest to its median within the middle half, until what it
    holds is few enough or one cell. So boxes stay compact, and far outliers get boxes of their own.

    Parameters
    ----------
    counts : (X * Y * Z,) uint32
        Points in each cell, z fastest. Its memory is used again: afterwards it holds the cells' boxes.
    dims : (3,) int64
    most : int

    Returns
    -------
    box_of_cell : (X * Y * Z,) int32
        The same memory as `counts`; -1 for an empty cell outside all boxes.
    totals : (M,) int64
        Points in each box; above `most` only for a single cell. Boxes beside each other in space mostly follow.
    """
    if counts.dtype != np.uint32 or counts.ndim != 1 or len(counts) != int(np.prod(dims)) or most < 1:
        raise ValueError(f"counts need uint32 of {dims.tolist()} cells, got {counts.dtype} {counts.shape}")
    boxes, totals = _split_cells(counts, dims, most)
    box_of_cell = counts.view(np.int32)
    _fill_boxes(box_of_cell, dims, boxes)
    return box_of_cell, totals


def boxes_of_points(
    grid: Ints,
    low: Ints,
    shift: int,
    dims: Ints,
    box_of_cell: Ints,
    boxes: Ints,
    counts: Ints,
    bounds: Ints,
    nowhere: int,
) -> None:
    """Say in which box each point lies; count those of each and widen its bounds.

    Parameters
    ----------
    grid, low, shift, dims : as in `count_cells`
    box_of_cell : int32, from `split_cells`
    boxes : (N,) int32, written
        The number of boxes, M, for a point that is nowhere; -1 for one in no box, which a file gives that changed.
    counts : (M + 1,) int64, added to
    bounds : (M + 1, 6) int32, changed
        Least x, y, z and greatest x, y, z.
    nowhere : int
        As in `count_cells`.
    """
    _check_grid(grid, low, dims, box_of_cell)
    if len(boxes) != len(grid) or bounds.shape != (len(counts), 6):
        raise ValueError(f"{len(boxes)} boxes for {len(grid)} points, bounds {bounds.shape} for {len(counts)} boxes")
    _boxes_of_points(grid, low, shift, dims, box_of_cell, boxes, counts, bounds, nowhere)


def scatter(records: Bytes, stride: int, boxes: Ints, cursor: Ints, first: int, index_bytes: int, out: Bytes) -> None:
    """Copy each record to the next free place of its box, and its index behind it; the order is kept within a box.

    Parameters
    ----------
    records : (N * stride,) uint8
    stride : int
    boxes : (N,) int32
    cursor : (M + 1,) int64, changed
        The first row of `out` that belongs to each box; afterwards the one behind its last.
    first : int
        Index of the first record.
    index_bytes : int
        4 or 8: bytes of the index that is added; 0 where records have it already.
    out : (N * (stride + index_bytes),) uint8, written
    """
    _check_records(records, stride, len(boxes))
    if index_bytes not in (0, 4, 8) or len(out) != len(boxes) * (stride + index_bytes):
        raise ValueError(f"{len(out)} bytes for {len(boxes)} records of {stride} + {index_bytes}")
    _scatter(records, stride, boxes, cursor, first, index_bytes, out)


def places_of(shuffled: Ints, count: int, start: int, places: Ints) -> None:
    """Write for each of `count` numbers its place in the order of `order_of`, from `start` on.

    Parameters
    ----------
    shuffled : (M,) uint32
    count, start : int
    places : (count,) uint32, written
    """
    if count != len(places) or count > len(shuffled):
        raise ValueError(f"places of {count} from {len(shuffled)} into {len(places)}")
    _places_of(shuffled, count, start, places)


def take_points(
    records: Bytes, stride: int, grid: Ints, low: Ints, shift: int, dims: Ints, box_of_cell: Ints,
    boxes: tuple[int, int, int], nowhere: int, cursor: Ints, ends: Ints, places: Ints,
    first: int, index_words: int, out: Ints,
) -> bool:  # fmt: skip
    """Copy the records of some boxes to their places, each with its index behind it; say whether all had a place.

    Parameters
    ----------
    records : (N * stride,) uint8
    stride : int
    grid, low, shift, dims, box_of_cell : as in `boxes_of_points`
    boxes : (a, b, m)
        Boxes `a` to before `b` are taken; a point that is nowhere lies in box `m`.
    nowhere : int
        As in `count_cells`.
    cursor : (b - a,) int64, changed
        How many points were taken, counted on from the box's first row of `places`.
    ends : (b - a,) int64
        Where a box's rows of `places` end.
    places : (R,) uint32
        Row of `out` for each point, in the order in which they are taken.
    first : int
        Index of the first record.
    index_words : int
        1 or 2: words of the index.
    out : (R * W,) uint32, written
        Rows of W words: those of the record, filled up with zeros, and those of the index.
    """
    _check_records(records, stride, len(grid))
    _check_grid(grid, low, dims, box_of_cell)
    wide, rows = -(-stride // 4) + index_words, len(places)
    if out.dtype != np.uint32 or index_words not in (1, 2) or len(out) != rows * wide:
        raise ValueError(f"{len(out)} words for {rows} rows of {wide}")
    if len(cursor) != boxes[1] - boxes[0] or len(ends) != len(cursor) or (len(ends) and ends.max() > rows):
        raise ValueError(f"{len(cursor)} boxes for those from {boxes[0]} to {boxes[1]}")
    a, b, last = boxes
    return bool(
        _take_points(
            records, stride, grid, low, shift, dims, box_of_cell, a, b, last, nowhere, cursor, ends, places,
            first, index_words, out,
        )
    )  # fmt: skip


def order_of(shuffled: Ints, count: int, order: Ints) -> None:
    """Write the first `count` numbers in the order in which they stand in a longer shuffled row."""
    if count > len(order) or count > len(shuffled):
        raise ValueError(f"an order of {count} from {len(shuffled)} into {len(order)}")
    _order_of(shuffled, count, order)


def pack_grid(grid: Ints, order: Ints, count: int, corner: Ints, shift: int, high: Ints, low: Ints) -> None:
    """Write positions from a corner on as two parts: those above the lowest `shift` bits, and these.

    Parameters
    ----------
    grid : (N, 3) int32
    order : (N or more,) uint32
    count : int, N
    corner : (3,) int64
    shift : int, 0 to 16
    high : (N * 3,) uint16, written
    low : (N * 3,) uint16, written; empty where it is not asked for
    """
    if count > len(order) or count > len(grid) or len(high) < 3 * count or (len(low) and len(low) < 3 * count):
        raise ValueError(f"{count} positions of {len(grid)}, ordered by {len(order)}, into {len(high)}")
    _pack_grid(grid, order, count, corner, shift, high, low)


def pack_columns(records: Bytes, stride: int, order: Ints, count: int, columns: Ints, block: Bytes) -> None:
    """Write values of records as columns, in another order.

    Parameters
    ----------
    records : (N * stride,) uint8
    stride : int
    order : (N or more,) uint32
    count : int, N
    columns : (K, 4) int64
        Of each: its byte in a record; its bytes (1, 2, 4 or 8); its byte in the block, a multiple of 8 but for values
        between others; and how many values of its size a row of the column has.
    block : uint8, written; its length a multiple of 8
    """
    _check_records(records, stride, count)
    ends = columns[:, 2] + columns[:, 1] * ((count - 1) * columns[:, 3] + 1)
    if len(columns) and count and (ends.max() > len(block) or (columns[:, 0] + columns[:, 1]).max() > stride):
        raise ValueError("a column lies outside its record or its block")
    if len(block) % 8 or count > len(order) or not np.isin(columns[:, 1], (1, 2, 4, 8)).all():
        raise ValueError(f"a block of {len(block)} bytes, or an order of {len(order)}, or a column's size does not fit")
    two, four, eight = block.view(np.uint16), block.view(np.uint32), block.view(np.uint64)
    _pack_columns(records, stride, order, count, columns, block, two, four, eight)


def checksum(words: Ints) -> int:
    """Return a 64-bit sum of (N,) uint64 that any changed bit, and most changes of order, change."""
    if words.dtype != np.uint64 or words.ndim != 1:
        raise ValueError(f"words need (N,) uint64, got {words.shape} {words.dtype}")
    return int(_checksum(words))


def _check_records(records: Bytes, stride: int, count: int) -> None:
    if records.dtype != np.uint8 or records.ndim != 1 or stride < 1 or len(records) != count * stride:
        raise ValueError(f"{count} records of {stride} bytes need a row of uint8, got {records.dtype} {records.shape}")


def _check_grid(grid: Ints, low: Ints, dims: Ints, cells: Ints) -> None:
    if grid.dtype != np.int32 or grid.ndim != 2 or grid.shape[1] != 3:
        raise ValueError(f"grid needs (N, 3) int32, got {grid.shape} {grid.dtype}")
    if len(low) != 3 or len(dims) != 3 or len(cells) != int(np.prod(dims)):
        raise ValueError(f"{len(cells)} cells for {dims.tolist()}")


# Places in bytes are unsigned: Numba then does not look for places counted from the end, and a processor that
# reads numbers as they stand in a file gets one instruction for the bytes of each.
@njit(cache=True, nogil=True)
def _u2(data: Bytes, at: np.uint64) -> np.uint16:
    return np.uint16(data[at]) | (np.uint16(data[at + np.uint64(1)]) << np.uint16(8))


@njit(cache=True, nogil=True)
def _u4(data: Bytes, at: np.uint64) -> np.uint32:
    value = np.uint32(data[at]) | (np.uint32(data[at + np.uint64(1)]) << np.uint32(8))
    value |= np.uint32(data[at + np.uint64(2)]) << np.uint32(16)
    return np.uint32(value | (np.uint32(data[at + np.uint64(3)]) << np.uint32(24)))


@njit(cache=True, nogil=True)
def _u8(data: Bytes, at: np.uint64) -> np.uint64:
    return np.uint64(_u4(data, at)) | (np.uint64(_u4(data, at + np.uint64(4))) << np.uint64(32))


@njit(cache=True, nogil=True)
def _whole_positions(records: Bytes, stride: int, x: int, y: int, z: int, grid: Ints) -> None:
    for i in range(len(grid)):
        at = np.uint64(i * stride)
        grid[i, 0] = np.int32(_u4(records, at + np.uint64(x)))
        grid[i, 1] = np.int32(_u4(records, at + np.uint64(y)))
        grid[i, 2] = np.int32(_u4(records, at + np.uint64(z)))


@njit(cache=True, nogil=True)
def _count_cells(grid: Ints, low: Ints, shift: int, dims: Ints, counts: Ints, seen: Ints, nowhere: int) -> None:
    x0, y0, z0 = low[0], low[1], low[2]
    nx, ny, nz = dims[0], dims[1], dims[2]
    lx, ly, lz, hx, hy, hz, outside, lost = seen
    for i in range(len(grid)):
        gx, gy, gz = np.int64(grid[i, 0]), np.int64(grid[i, 1]), np.int64(grid[i, 2])
        if gx == nowhere:
            lost += 1
            continue
        lx, ly, lz = min(lx, gx), min(ly, gy), min(lz, gz)
        hx, hy, hz = max(hx, gx), max(hy, gy), max(hz, gz)
        cx, cy, cz = (gx - x0) >> shift, (gy - y0) >> shift, (gz - z0) >> shift
        if 0 <= cx < nx and 0 <= cy < ny and 0 <= cz < nz:
            counts[(cx * ny + cy) * nz + cz] += np.uint32(1)
        else:
            outside += 1
    seen[0], seen[1], seen[2], seen[3], seen[4], seen[5] = lx, ly, lz, hx, hy, hz
    seen[6], seen[7] = outside, lost


@njit(cache=True, nogil=True)
def _split_cells(counts: Ints, dims: Ints, most: int) -> tuple[Ints, Ints]:  # noqa: C901 - one loop, compiled
    ny, nz = dims[1], dims[2]
    boxes, totals, found = np.empty((1024, 6), np.int64), np.empty(1024, np.int64), 0
    stack, depth = np.empty((256, 7), np.int64), 1  # a box is halved within 3 * 32 cuts; one waits for each
    along = np.zeros((3, max(dims[0], dims[1], dims[2])), np.int64)
    for k in range(3):
        stack[0, k], stack[0, 3 + k] = 0, dims[k]
    stack[0, 6] = -1
    while depth:
        depth -= 1
        box = stack[depth].copy()
        sides = box[3:6] - box[:3]
        if 0 <= box[6] <= most or (box[6] > 0 and sides.max() == 1):
            if box[6]:
                if found == len(boxes):
                    wider, longer = np.empty((2 * found, 6), np.int64), np.empty(2 * found, np.int64)
                    wider[:found], longer[:found] = boxes, totals
                    boxes, totals = wider, longer
                boxes[found], totals[found] = box[:6], box[6]
                found += 1
            continue
        for k in range(3):
            along[k, : sides[k]] = 0
        for x in range(box[0], box[3]):
            for y in range(box[1], box[4]):
                row, start = np.int64(0), (x * ny + y) * nz
                for z in range(box[2], box[5]):
                    some = np.int64(counts[start + z])
                    if some:
                        row += some
                        along[2, z - box[2]] += some
                along[0, x - box[0]] += row
                along[1, y - box[1]] += row
        total = along[0, : sides[0]].sum()
        if total == 0:
            continue
        for k in range(3):  # shrink to what holds points
            a, b = np.int64(0), sides[k]
            while along[k, a] == 0:
                a += 1
            while along[k, b - 1] == 0:
                b -= 1
            if a:
                for i in range(a, b):
                    along[k, i - a] = along[k, i]
            box[k], box[3 + k], sides[k] = box[k] + a, box[k] + b, b - a
        axis = np.argmax(sides)
        side = sides[axis]
        if total <= most or side == 1:
            box[6] = total
            stack[depth] = box
            depth += 1
            continue
        least, greatest = max(1, side // 4), min(side - 1, side - side // 4)
        cut, below = np.int64(0), np.int64(0)
        while cut < greatest and (cut < least or 2 * (below + along[axis, cut]) <= total):
            below += along[axis, cut]
            cut += 1
        for part in range(2):  # the lower one last, so that it comes next
            stack[depth] = box
            if part == 0:
                stack[depth, axis], stack[depth, 6] = box[axis] + cut, total - below
            else:
                stack[depth, 3 + axis], stack[depth, 6] = box[axis] + cut, below
            depth += 1
    return boxes[:found], totals[:found]


@njit(cache=True, nogil=True)
def _fill_boxes(box_of_cell: Ints, dims: Ints, boxes: Ints) -> None:
    ny, nz = dims[1], dims[2]
    box_of_cell[:] = -1
    for i in range(len(boxes)):
        for x in range(boxes[i, 0], boxes[i, 3]):
            for y in range(boxes[i, 1], boxes[i, 4]):
                start = (x * ny + y) * nz
                box_of_cell[start + boxes[i, 2] : start + boxes[i, 5]] = i


@njit(cache=True, nogil=True)
def _boxes_of_points(
    grid: Ints,
    low: Ints,
    shift: int,
    dims: Ints,
    box_of_cell: Ints,
    boxes: Ints,
    counts: Ints,
    bounds: Ints,
    nowhere: int,
) -> None:
    x0, y0, z0 = low[0], low[1], low[2]
    nx, ny, nz = dims[0], dims[1], dims[2]
    last = len(counts) - 1
    for i in range(len(grid)):
        gx, gy, gz = grid[i, 0], grid[i, 1], grid[i, 2]
        box = np.int64(last)
        if gx != nowhere:
            cx, cy, cz = (gx - x0) >> shift, (gy - y0) >> shift, (gz - z0) >> shift
            box = np.int64(-1)
            if 0 <= cx < nx and 0 <= cy < ny and 0 <= cz < nz:
                box = np.int64(box_of_cell[(cx * ny + cy) * nz + cz])
        boxes[i] = box
        if box < 0:
            continue
        counts[box] += 1
        bounds[box, 0], bounds[box, 3] = min(bounds[box, 0], gx), max(bounds[box, 3], gx)
        bounds[box, 1], bounds[box, 4] = min(bounds[box, 1], gy), max(bounds[box, 4], gy)
        bounds[box, 2], bounds[box, 5] = min(bounds[box, 2], gz), max(bounds[box, 5], gz)


@njit(cache=True, nogil=True)
def _scatter(records: Bytes, stride: int, boxes: Ints, cursor: Ints, first: int, index_bytes: int, out: Bytes) -> None:
    wide = stride + index_bytes
    words = stride // 4
    for i in range(len(boxes)):
        row = cursor[boxes[i]]
        cursor[boxes[i]] = row + 1
        a, b = np.uint64(i * stride), np.uint64(row * wide)
        for _ in range(words):
            value = _u4(records, a)
            out[b] = np.uint8(value)
            out[b + np.uint64(1)] = np.uint8(value >> np.uint32(8))
            out[b + np.uint64(2)] = np.uint8(value >> np.uint32(16))
            out[b + np.uint64(3)] = np.uint8(value >> np.uint32(24))
            a += np.uint64(4)
            b += np.uint64(4)
        for _ in range(stride - 4 * words):
            out[b] = records[a]
            a += np.uint64(1)
            b += np.uint64(1)
        index = np.uint64(first + i)
        for _ in range(index_bytes):
            out[b] = np.uint8(index)
            index >>= np.uint64(8)
            b += np.uint64(1)


@njit(cache=True, nogil=True)
def _places_of(shuffled: Ints, count: int, start: int, places: Ints) -> None:
    at = np.uint32(start)
    for i in range(len(shuffled)):
        if shuffled[i] < count:
            places[shuffled[i]] = at
            at += np.uint32(1)


@njit(cache=True, nogil=True)
def _take_points(
    records: Bytes, stride: int, grid: Ints, low: Ints, shift: int, dims: Ints, box_of_cell: Ints,
    begin: int, end: int, last: int, nowhere: int, cursor: Ints, ends: Ints, places: Ints,
    first: int, index_words: int, out: Ints,
) -> bool:  # fmt: skip
    x0, y0, z0 = low[0], low[1], low[2]
    nx, ny, nz = dims[0], dims[1], dims[2]
    words, rest = stride // 4, stride % 4
    wide = np.uint64(-(-stride // 4) + index_words)
    for i in range(len(grid)):
        box = np.int64(last)
        if grid[i, 0] != nowhere:
            cx, cy, cz = (grid[i, 0] - x0) >> shift, (grid[i, 1] - y0) >> shift, (grid[i, 2] - z0) >> shift
            if not (0 <= cx < nx and 0 <= cy < ny and 0 <= cz < nz):
                return False
            box = np.int64(box_of_cell[(cx * ny + cy) * nz + cz])
        if box < begin or box >= end:
            continue
        row = cursor[box - begin]
        if row >= ends[box - begin]:
            return False
        cursor[box - begin] = row + 1
        a, b = np.uint64(i * stride), np.uint64(places[row]) * wide
        for _ in range(words):
            out[b] = _u4(records, a)
            a += np.uint64(4)
            b += np.uint64(1)
        if rest:
            word = np.uint32(0)
            for k in range(rest):
                word |= np.uint32(records[a + np.uint64(k)]) << np.uint32(8 * k)
            out[b] = word
            b += np.uint64(1)
        index = np.uint64(first + i)
        out[b] = np.uint32(index)
        if index_words == 2:
            out[b + np.uint64(1)] = np.uint32(index >> np.uint64(32))
    return True


@njit(cache=True, nogil=True)
def _order_of(shuffled: Ints, count: int, order: Ints) -> None:
    at = 0
    for i in range(len(shuffled)):
        if shuffled[i] < count:
            order[at] = shuffled[i]
            at += 1


@njit(cache=True, nogil=True)
def _pack_grid(grid: Ints, order: Ints, count: int, corner: Ints, shift: int, high: Ints, low: Ints) -> None:
    mask = np.int64((1 << shift) - 1)
    for i in range(count):
        row = order[i]
        for k in range(3):
            value = np.int64(grid[row, k]) - corner[k]
            high[3 * i + k] = np.uint16(value >> shift)
            if len(low):
                low[3 * i + k] = np.uint16(value & mask)


@njit(cache=True, nogil=True)
def _pack_columns(
    records: Bytes, stride: int, order: Ints, count: int, columns: Ints, one: Bytes, two: Ints, four: Ints, eight: Ints
) -> None:
    for start in range(0, count, _PIECE):
        stop = min(start + _PIECE, count)
        for c in range(len(columns)):
            at, size, every = columns[c, 0], columns[c, 1], columns[c, 3]
            place = columns[c, 2] // size
            if size == 1:
                for i in range(start, stop):
                    one[place + i * every] = records[order[i] * stride + at]
            elif size == 2:
                for i in range(start, stop):
                    two[place + i * every] = _u2(records, np.uint64(order[i] * stride + at))
            elif size == 4:
                for i in range(start, stop):
                    four[place + i * every] = _u4(records, np.uint64(order[i] * stride + at))
            else:
                for i in range(start, stop):
                    eight[place + i * every] = _u8(records, np.uint64(order[i] * stride + at))


@njit(cache=True, nogil=True)
def _checksum(words: Ints) -> np.uint64:
    a, b = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
    c, d = np.uint64(0x165667B19E3779F9), np.uint64(0xD6E8FEB86659FD93)
    odd, turn, rest = np.uint64(0xFF51AFD7ED558CCD), np.uint64(29), np.uint64(35)
    whole = len(words) // 4 * 4
    for i in range(0, whole, 4):  # four at once, since a multiplication waits for the one before
        a = (a ^ words[i]) * odd
        b = (b ^ words[i + 1]) * odd
        c = (c ^ words[i + 2]) * odd
        d = (d ^ words[i + 3]) * odd
        a, b = (a << turn) | (a >> rest), (b << turn) | (b >> rest)
        c, d = (c << turn) | (c >> rest), (d << turn) | (d >> rest)
    for i in range(whole, len(words)):
        a = (a ^ words[i]) * odd
        a = (a << turn) | (a >> rest)
    for part in (b, c, d, np.uint64(len(words))):
        a = (a ^ part) * odd
        a = a ^ (a >> np.uint64(32))
    return a
