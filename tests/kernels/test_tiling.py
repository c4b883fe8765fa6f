"""The kernels that cut a cloud into tiles: by hand, against plain numpy, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.tiling import ALL_SOMEWHERE, NOWHERE, boxes_of_points, count_cells, split_cells

often = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def no_bounds() -> np.ndarray:
    return np.array([2**62] * 3 + [-(2**62)] * 3 + [0, 0], dtype=np.int64)


def test_cells_by_hand() -> None:
    grid = np.array([[0, 0, 0], [3, 1, 0], [4, 0, 0], [9, 0, 0], [NOWHERE, 7, 7]], dtype=np.int32)
    for nowhere, lost, least in ((NOWHERE, 1, 0), (ALL_SOMEWHERE, 0, NOWHERE)):
        counts, seen = np.zeros(2, dtype=np.uint32), no_bounds()
        count_cells(grid.reshape(-1), 3, 5, np.zeros(3, np.int64), 2, np.array([2, 1, 1]), counts, seen, nowhere)
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
    count_cells(grid.reshape(-1), 3, count, low, 2, dims, counts, no_bounds(), NOWHERE)
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
    records = np.pad(grid, ((0, 0), (0, 2))).reshape(-1)
    boxes_of_points(records, 5, low, 2, dims, box_of_cell, boxes, seen, bounds, NOWHERE)
    assert np.array_equal(boxes[there], box_of_cell[cells])
    assert (boxes[~there] == len(totals)).all()
    assert np.array_equal(seen, np.bincount(boxes, minlength=len(seen)))
    for box in range(len(totals)):
        own = grid[boxes == box]
        assert np.array_equal(bounds[box], [*own.min(axis=0), *own.max(axis=0)])


def test_edges_and_what_is_refused() -> None:
    none, low, one = np.empty(0, np.int32), np.zeros(3, np.int64), np.ones(3, np.int64)
    counts, seen = np.zeros(1, np.uint32), no_bounds()
    count_cells(none, 3, 0, low, 0, one, counts, seen, NOWHERE)
    assert counts.tolist() == [0]
    box_of_cell, totals = split_cells(counts, one, 5)
    assert (box_of_cell.tolist(), len(totals)) == ([-1], 0)
    _, totals = split_cells(np.array([9], np.uint32), one, 5)
    assert totals.tolist() == [9]
    with pytest.raises(ValueError, match="cells"):
        count_cells(none, 3, 0, low, 0, 2 * one, np.zeros(7, np.uint32), seen, NOWHERE)
    with pytest.raises(ValueError, match="grid needs 2 times 4"):
        count_cells(np.zeros(6, np.int32), 4, 2, low, 0, one, counts, seen, NOWHERE)
