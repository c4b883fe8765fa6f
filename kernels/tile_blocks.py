"""Laying points out in tiles: take positions from records, bring records in order, turn them into columns, checksum.

Records are rows of bytes as a file has them. Nothing here depends on the number of threads: each call works on its
own arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Bytes = NDArray[np.uint8]
Ints = NDArray[Any]

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


def order_by_box(boxes: Ints, cursor: Ints, order: Ints) -> None:
    """Write the numbers of points, those of each box together and in their order.

    Parameters
    ----------
    boxes : (N,) int32, N at most 65536
    cursor : (M,) int64, changed
        The first place of each box in `order`; afterwards the one behind its last.
    order : (N,) uint16, written
    """
    if len(boxes) != len(order) or len(order) > 2**16 or order.dtype != np.uint16:
        raise ValueError(f"an order of {len(boxes)} points into {len(order)} {order.dtype}")
    _order_by_box(boxes, cursor, order)


def take_points(
    records: Bytes, stride: int, order: Ints, counts: Ints, rows: Ints, places: Ints,
    first: int, index_bytes: int, out: Ints,
) -> None:  # fmt: skip
    """Copy some records to their places, each with its index behind it.

    Parameters
    ----------
    records : (N * stride,) uint8
    stride : int
    order : (K,) uint16
        The records that are taken, those of a box together.
    counts : (B,) int64
        How many are of each box; K in all.
    rows : (B,) int64
        The row of `places` of each box's first.
    places : (R,) uint32
        Row of `out` for each point.
    first : int
        Index of the first record.
    index_bytes : int
        4 or 8: bytes of the index.
    out : (R * W,) uint64, written
        Rows of W words, `words_of_row`: the bytes of the record, zeros, and last the bytes of the index.
    """
    _check_records(records, stride, len(records) // stride)
    wide = words_of_row(stride, index_bytes)
    if out.dtype != np.uint64 or index_bytes not in (4, 8) or len(out) != len(places) * wide:
        raise ValueError(f"{len(out)} words for {len(places)} rows of {wide}")
    if len(counts) != len(rows) or counts.sum() != len(order):
        raise ValueError(f"{len(order)} records for {len(counts)} boxes of {len(rows)}")
    if len(order) and (int(order.max()) >= len(records) // stride or int((rows + counts).max()) > len(places)):
        raise ValueError("a record or a place is taken that is not there")
    _take_points(records, stride, order, counts, rows, places, first, index_bytes, wide, out)


def words_of_row(stride: int, index_bytes: int) -> int:
    """Return how many words of 8 bytes a row of `take_points` has."""
    return -(-(-(-stride // 4) * 4 + index_bytes) // 8)


def order_of(shuffled: Ints, count: int, order: Ints) -> None:
    """Write the first `count` numbers in the order in which they stand in a longer shuffled row."""
    if count > len(order) or count > len(shuffled):
        raise ValueError(f"an order of {count} from {len(shuffled)} into {len(order)}")
    _order_of(shuffled, count, order)


def pack_grid(
    grid: Ints, wide: int, order: Ints, count: int, corner: Ints, extent: Ints, shift: int, high: Ints, low: Ints
) -> bool:
    """Write positions from a corner on as two parts, those above the lowest `shift` bits and these; say if all fit.

    Parameters
    ----------
    grid : int32
        Of each point x, y, z, and `wide` numbers further on the next.
    wide : int
    order : (N or more,) uint32
    count : int, N
    corner, extent : (3,) int64
        The least position, and how far the greatest is from it: what is beyond does not fit.
    shift : int, 0 to 16
    high : (N * 3,) uint16, written
    low : (N * 3,) uint16, written; empty where it is not asked for
    """
    if wide < 3 or grid.dtype != np.int32 or (count and len(grid) < (count - 1) * wide + 3):
        raise ValueError(f"{count} positions every {wide} of {len(grid)} {grid.dtype}")
    if count > len(order) or len(high) < 3 * count or (len(low) and len(low) < 3 * count):
        raise ValueError(f"{count} positions ordered by {len(order)}, into {len(high)}")
    return bool(_pack_grid(grid, wide, order, count, corner, extent, shift, high, low))


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


# Places in bytes are unsigned: Numba then does not look for places counted from the end, and a processor that
# reads numbers as they stand in a file gets one instruction for the bytes of each.
@compiled(inner=True)
def _u2(data: Bytes, at: np.uint64) -> np.uint16:
    return np.uint16(data[at]) | (np.uint16(data[at + np.uint64(1)]) << np.uint16(8))


@compiled(inner=True)
def _u4(data: Bytes, at: np.uint64) -> np.uint32:
    value = np.uint32(data[at]) | (np.uint32(data[at + np.uint64(1)]) << np.uint32(8))
    value |= np.uint32(data[at + np.uint64(2)]) << np.uint32(16)
    return np.uint32(value | (np.uint32(data[at + np.uint64(3)]) << np.uint32(24)))


@compiled(inner=True)
def _u8(data: Bytes, at: np.uint64) -> np.uint64:
    return np.uint64(_u4(data, at)) | (np.uint64(_u4(data, at + np.uint64(4))) << np.uint64(32))


@compiled()
def _whole_positions(records: Bytes, stride: int, x: int, y: int, z: int, grid: Ints) -> None:
    for i in range(len(grid)):
        at = np.uint64(i * stride)
        grid[i, 0] = np.int32(_u4(records, at + np.uint64(x)))
        grid[i, 1] = np.int32(_u4(records, at + np.uint64(y)))
        grid[i, 2] = np.int32(_u4(records, at + np.uint64(z)))


@compiled()
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


@compiled()
def _places_of(shuffled: Ints, count: int, start: int, places: Ints) -> None:
    order = np.empty(count, np.uint32)
    _order_of(shuffled, count, order)
    for i in range(count):
        places[order[i]] = start + i


@compiled()
def _order_by_box(boxes: Ints, cursor: Ints, order: Ints) -> None:
    for i in range(len(boxes)):
        at = cursor[boxes[i]]
        cursor[boxes[i]] = at + 1
        order[at] = i


@compiled()
def _take_points(
    records: Bytes, stride: int, order: Ints, counts: Ints, rows: Ints, places: Ints,
    first: int, index_bytes: int, wide: int, out: Ints,
) -> None:  # fmt: skip
    at = 0
    for box in range(len(counts)):
        row = rows[box]
        for _ in range(counts[box]):
            i = np.uint64(order[at])
            _put_row(
                records, i * np.uint64(stride), stride, np.uint64(first) + i, index_bytes, out,
                np.uint64(places[row]) * np.uint64(wide),
            )  # fmt: skip
            row += 1
            at += 1


@compiled(inner=True)
def _put_row(
    records: Bytes, a: np.uint64, stride: int, index: np.uint64, index_bytes: int, out: Ints, b: np.uint64
) -> None:
    rest = stride % 8
    for _ in range(stride // 8):
        out[b] = _u8(records, a)
        a += np.uint64(8)
        b += np.uint64(1)
    word = np.uint64(_u4(records, a)) if rest >= 4 else np.uint64(0)
    for k in range(4 if rest >= 4 else 0, rest):
        word |= np.uint64(records[a + np.uint64(k)]) << np.uint64(8 * k)
    if index_bytes == 4 and rest <= 4:
        out[b] = word | (index << np.uint64(32))
        return
    if rest:
        out[b] = word
        b += np.uint64(1)
    out[b] = index if index_bytes == 8 else index << np.uint64(32)


@compiled()
def _order_of(shuffled: Ints, count: int, order: Ints) -> None:
    at = np.int64(0)
    for i in range(len(shuffled)):
        if at == count:
            return
        order[at] = shuffled[i]  # a number that is too large is overwritten by the next: cheaper than to jump
        at += np.int64(shuffled[i] < count)


@compiled()
def _pack_grid(
    grid: Ints, wide: int, order: Ints, count: int, corner: Ints, extent: Ints, shift: int, high: Ints, low: Ints
) -> bool:
    mask, has_low, outside = np.int64((1 << shift) - 1), len(low) > 0, np.int64(0)
    for i in range(count):
        row = np.uint64(order[i]) * np.uint64(wide)
        for k in range(3):
            at, value = np.uint64(3 * i + k), np.int64(grid[row + np.uint64(k)]) - corner[k]
            outside |= value | (extent[k] - value)  # below 0 if either is
            high[at] = np.uint16(value >> shift)
            if has_low:
                low[at] = np.uint16(value & mask)
    return bool(outside >= 0)


@compiled()
def _pack_columns(  # noqa: C901 - one loop a size
    records: Bytes, stride: int, order: Ints, count: int, columns: Ints, one: Bytes, two: Ints, four: Ints, eight: Ints
) -> None:
    rows = np.empty(_PIECE, np.uint64)
    for start in range(0, count, _PIECE):
        some = min(_PIECE, count - start)
        for i in range(some):
            rows[i] = np.uint64(order[start + i]) * np.uint64(stride)
        for c in range(len(columns)):
            at, size, every = np.uint64(columns[c, 0]), columns[c, 1], np.uint64(columns[c, 3])
            to = np.uint64(columns[c, 2] // size) + np.uint64(start) * every
            if size == 1:
                for i in range(some):
                    one[to] = records[rows[i] + at]
                    to += every
            elif size == 2:
                for i in range(some):
                    two[to] = _u2(records, rows[i] + at)
                    to += every
            elif size == 4:
                for i in range(some):
                    four[to] = _u4(records, rows[i] + at)
                    to += every
            else:
                for i in range(some):
                    eight[to] = _u8(records, rows[i] + at)
                    to += every


@compiled()
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
