"""The kernels that lay points out in tiles: by hand, against plain numpy, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.tile_blocks import (
    checksum,
    order_by_box,
    order_of,
    pack_columns,
    pack_grid,
    places_of,
    scatter,
    take_points,
    whole_positions,
    words_of_row,
)

often = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32 - 1)


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
    most, up = off.max(axis=0), np.array([0, 0, 1])
    assert not pack_grid(grid.reshape(-1), 3, order, count, corner, most - up, shift, high, low)
    assert not pack_grid(grid.reshape(-1), 3, order, count, corner + up, most, shift, high, low)
    assert pack_grid(grid.reshape(-1), 3, order, count, corner, most, shift, high, low)
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


def test_places_by_hand() -> None:
    places = np.empty(3, np.uint32)
    places_of(np.array([4, 1, 3, 0, 2], np.uint32), 3, 10, places)
    assert places.tolist() == [11, 10, 12]  # of 0, 1 and 2 in the order 1, 0, 2


@often
@given(seed=seeds, count=st.integers(0, 300), stride=st.integers(12, 40), words=st.sampled_from([1, 2]))
def test_points_of_some_boxes_go_to_their_places(seed: int, count: int, stride: int, words: int) -> None:
    rng = np.random.default_rng(seed)
    box = rng.integers(0, 7, count).astype(np.int32)
    sizes = np.bincount(box, minlength=7)
    order = np.empty(count, np.uint16)
    order_by_box(box, np.cumsum(sizes) - sizes, order)
    assert np.array_equal(order, np.argsort(box, kind="stable"))
    records = rng.integers(0, 256, count * stride).astype(np.uint8)
    order, sizes = order[sizes[:2].sum() :], sizes[2:]  # the first two are not taken
    places, first = rng.permutation(len(order)).astype(np.uint32), 2**32 - 5 if words == 2 else 7
    wide = words_of_row(stride, 4 * words)
    out = np.full(len(order) * wide, 2**64 - 1, np.uint64)
    rows = np.cumsum(sizes) - sizes
    take_points(records, stride, order, sizes, rows, places, first, 4 * words, out)
    found = out.reshape(len(order), wide)[places].astype("<u8").view(np.uint8).reshape(len(order), wide * 8)
    assert np.array_equal(found[:, :stride], records.reshape(count, stride)[order])
    assert not found[:, stride : -4 * words].any()
    assert np.array_equal(found[:, -4 * words :].copy().view(f"<u{4 * words}").reshape(-1), first + order.astype(int))
    if len(order):
        with pytest.raises(ValueError, match="not there"):
            take_points(
                records[stride:],
                stride,
                order - order + count - 1,
                sizes,
                rows,
                places,
                first,
                4,
                out[: len(order) * words_of_row(stride, 4)],
            )


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="records"):
        whole_positions(np.zeros(11, np.uint8), 12, (0, 4, 8), np.empty((1, 3), np.int32))
    with pytest.raises(ValueError, match="within 12 bytes"):
        whole_positions(np.zeros(12, np.uint8), 12, (0, 4, 9), np.empty((1, 3), np.int32))
    with pytest.raises(ValueError, match="outside"):
        pack_columns(
            np.zeros(8, np.uint8), 8, np.zeros(1, np.uint32), 1, np.array([[4, 8, 0, 1]]), np.zeros(8, np.uint8)
        )
    with pytest.raises(ValueError, match="2 positions every 4 of 6"):
        pack_grid(
            np.zeros(6, np.int32),
            4,
            np.zeros(2, np.uint32),
            2,
            *np.zeros((2, 3), np.int64),
            0,
            *np.zeros((2, 6), np.uint16),
        )
    with pytest.raises(ValueError, match="words"):
        checksum(np.zeros(2, np.int64))
    with pytest.raises(ValueError, match="places"):
        places_of(np.zeros(2, np.uint32), 3, 0, np.zeros(3, np.uint32))
