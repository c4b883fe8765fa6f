"""The kernels that sort points into tiles: by hand, against plain numpy, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.tiling import (
    ALL_SOMEWHERE,
    NOWHERE,
    boxes_of_points,
    checksum,
    count_cells,
    order_of,
    pack_columns,
    pack_grid,
    scatter,
    split_cells,
    whole_positions,
)

often = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def no_bounds() -> np.ndarray:
    return np.array([2**62] * 3 + [-(2**62)] * 3 + [0, 0], dtype=np.int64)


def test_cells_by_hand() -> None:
    grid = np.array([[0, 0, 0], [3, 1, 0], [4, 0, 0], [9, 0, 0], [NOWHERE, 7, 7]], dtype=np.int32)
    for nowhere, lost, least in ((NOWHERE, 1, 0), (ALL_SOMEWHERE, 0, NOWHERE)):
        counts, seen = np.zeros(2, dtype=np.uint32), no_bounds()
        count_cells(grid, np.zeros(3, np.int64), 2, np.array([2, 1, 1]), counts, seen, nowhere)
        assert counts.tolist() == [2, 1]
        assert seen[[0, 3]].tolist() == [least, 9]
        assert seen[6:].tolist() == [2 - lost, lost]


@often
@given(seed=seeds, most=st.integers(1, 60), count=st.integers(1, 400), side=st.integers(1, 9))
def test_boxes_share_out_all_points(seed: int, most: int, count: int, side: int) -> None:
    rng = np.random.default_rng(seed)
    grid = rng.integers(0, 4 * side, (count, 3)).astype(np.int32)
    grid[rng.random(count) < 0.1, 0] = NOWHERE
    there = grid[:, 0] != NOWHERE
    low, dims = np.zeros(3, dtype=np.int64), np.array([side] * 3, dtype=np.int64)
    counts = np.zeros(side**3, dtype=np.uint32)
    count_cells(grid, low, 2, dims, counts, no_bounds(), NOWHERE)
    cells = np.ravel_multi_index(tuple((grid[there] >> 2).T), (side,) * 3)
    expected = np.bincount(cells, minlength=side**3)
    assert np.array_equal(counts, expected)
    box_of_cell, totals = split_cells(counts, dims, most)
    assert totals.sum() == there.sum()
    assert (box_of_cell[expected > 0] >= 0).all()
    for box, total in enumerate(totals):
        assert total == expected[box_of_cell == box].sum() > 0
        assert total <= most or (box_of_cell == box).sum() == 1
    boxes, seen = np.empty(count, dtype=np.int32), np.zeros(len(totals) + 1, dtype=np.int64)
    bounds = np.tile(np.array([2**31 - 1] * 3 + [-(2**31)] * 3, dtype=np.int32), (len(seen), 1))
    boxes_of_points(grid, low, 2, dims, box_of_cell, boxes, seen, bounds, NOWHERE)
    assert np.array_equal(boxes[there], box_of_cell[cells])
    assert (boxes[~there] == len(totals)).all()
    assert np.array_equal(seen, np.bincount(boxes, minlength=len(seen)))
    for box in range(len(totals)):
        own = grid[boxes == box]
        assert np.array_equal(bounds[box], [*own.min(axis=0), *own.max(axis=0)])


@often
@given(seed=seeds, count=st.integers(0, 300), stride=st.integers(12, 40), wide=st.sampled_from([0, 4, 8]))
def test_records_are_sorted_and_keep_their_order(seed: int, count: int, stride: int, wide: int) -> None:
    rng = np.random.default_rng(seed)
    records = rng.integers(0, 256, count * stride).astype(np.uint8)
    boxes = rng.integers(0, 5, count).astype(np.int32)
    cursor = np.concatenate([[0], np.cumsum(np.bincount(boxes, minlength=5))[:-1]]).astype(np.int64)
    out = np.zeros(count * (stride + wide), dtype=np.uint8)
    first = 2**32 - 5 if wide == 8 else 7
    scatter(records, stride, boxes, cursor, first, wide, out)
    order = np.argsort(boxes, kind="stable")
    rows = out.reshape(count, stride + wide)
    assert np.array_equal(rows[:, :stride], records.reshape(count, stride)[order])
    if wide:
        assert np.array_equal(rows[:, stride:].copy().view(f"<u{wide}").reshape(-1), first + order)


@often
@given(seed=seeds, count=st.integers(1, 700), shift=st.integers(0, 16))
def test_positions_come_back_from_both_parts(seed: int, count: int, shift: int) -> None:
    rng = np.random.default_rng(seed)
    corner = np.array([-(2**31), -5, 10], dtype=np.int64)
    off = rng.integers(0, min(2 ** (16 + shift), 2**31 - 10), (count, 3))
    off[0] = 0
    records = np.zeros((count, 17), dtype=np.uint8)
    records[:, 3:15] = (corner + off).astype("<i4").view(np.uint8).reshape(count, 12)
    grid = np.empty((count, 3), dtype=np.int32)
    whole_positions(records.reshape(-1), 17, (3, 7, 11), grid)
    assert np.array_equal(grid, corner + off)
    order = rng.permutation(count).astype(np.uint32)
    high, low = np.empty(count * 3, np.uint16), np.empty(count * 3, np.uint16)
    pack_grid(grid, order, count, corner, shift, high, low)
    back = (high.astype(np.int64) << shift | low).reshape(count, 3)
    assert np.array_equal(back, off[order])


@often
@given(seed=seeds, count=st.integers(1, 1500))
def test_columns_are_the_values_of_the_records(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    dtype = np.dtype([("a", "u1"), ("b", "<u2"), ("c", "<f4"), ("xyz", "<f8", 3)])
    records = np.zeros(count, dtype=dtype)
    raw = rng.integers(0, 256, count * dtype.itemsize).astype(np.uint8)
    records = raw.view(dtype)
    order = rng.permutation(count).astype(np.uint32)
    places = np.cumsum([0, *(-(-size * count // 16) * 16 for size in (1, 2, 4, 24))])
    block = np.zeros(places[-1], dtype=np.uint8)
    rows = [(0, 1, places[0], 1), (1, 2, places[1], 1), (3, 4, places[2], 1)]
    rows += [(7 + 8 * i, 8, places[3] + 8 * i, 3) for i in range(3)]
    pack_columns(raw, dtype.itemsize, order, count, np.array(rows, dtype=np.int64), block)
    for name, at in zip(dtype.names, places, strict=False):
        values = np.ascontiguousarray(records[name][order])
        assert block[at : at + values.nbytes].tobytes() == values.tobytes(), name


@often
@given(count=st.integers(0, 50), length=st.integers(50, 90), seed=seeds)
def test_an_order_is_the_small_numbers_of_a_longer_one(count: int, length: int, seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(length).astype(np.uint32)
    order = np.empty(count, dtype=np.uint32)
    order_of(shuffled, count, order)
    assert np.array_equal(order, shuffled[shuffled < count])


@often
@given(seed=seeds, count=st.integers(1, 40), bit=st.integers(0, 63))
def test_a_checksum_sees_each_bit_and_the_length(seed: int, count: int, bit: int) -> None:
    words = np.random.default_rng(seed).integers(0, 2**64, count, dtype=np.uint64)
    found = checksum(words)
    assert checksum(np.append(words, np.uint64(0))) != found
    words[seed % count] ^= np.uint64(1 << bit)
    assert checksum(words) != found


def test_edges_and_what_is_refused() -> None:
    none, low, one = np.empty((0, 3), np.int32), np.zeros(3, np.int64), np.ones(3, np.int64)
    counts, seen = np.zeros(1, np.uint32), no_bounds()
    count_cells(none, low, 0, one, counts, seen, NOWHERE)
    assert counts.tolist() == [0]
    box_of_cell, totals = split_cells(counts, one, 5)
    assert (box_of_cell.tolist(), len(totals)) == ([-1], 0)
    _, totals = split_cells(np.array([9], np.uint32), one, 5)
    assert totals.tolist() == [9]
    with pytest.raises(ValueError, match="cells"):
        count_cells(none, low, 0, 2 * one, np.zeros(7, np.uint32), seen, NOWHERE)
    with pytest.raises(ValueError, match="records"):
        whole_positions(np.zeros(11, np.uint8), 12, (0, 4, 8), np.empty((1, 3), np.int32))
    with pytest.raises(ValueError, match="within 12 bytes"):
        whole_positions(np.zeros(12, np.uint8), 12, (0, 4, 9), np.empty((1, 3), np.int32))
    with pytest.raises(ValueError, match="outside"):
        pack_columns(
            np.zeros(8, np.uint8), 8, np.zeros(1, np.uint32), 1, np.array([[4, 8, 0, 1]]), np.zeros(8, np.uint8)
        )
    with pytest.raises(ValueError, match="words"):
        checksum(np.zeros(2, np.int64))
