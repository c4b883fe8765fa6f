"""Points by cells, seeds and slopes of the ground: by hand, against plain numpy, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.ground_cells import RIM, Square, deal_out
from lidar_label.kernels.ground_grow import grow_ground
from lidar_label.kernels.ground_plane import STEEPEST, SUMS, add_to, slope_of
from lidar_label.kernels.ground_seed import seed_plane
from lidar_label.kernels.ground_weed import weed


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), count=st.integers(0, 300), cell=st.sampled_from([0.5, 3.0]), holes=st.booleans())
def test_dealing_equals_plain_numpy(seed: int, count: int, cell: float, holes: bool) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-12, 12, (count, 3)).astype(np.float32)
    if holes and count:
        points[rng.integers(0, count, 9), rng.integers(0, 3, 9)] = rng.choice([np.nan, np.inf, -np.inf, 1e30], 9)
    grid = Square(-8.0, -6.0, cell, int(16 / cell), int(10 / cell))
    found = deal_out(points, grid)
    with np.errstate(invalid="ignore"):
        u, v = (points[:, 0].astype(np.float64) + 8.0) / cell, (points[:, 1].astype(np.float64) + 6.0) / cell
        inside = (u >= 0) & (u < grid.columns) & (v >= 0) & (v < grid.rows) & np.isfinite(points[:, 2])
    told = np.where(inside, np.nan_to_num(v).clip(0, 99).astype(int) * grid.columns + np.nan_to_num(u).clip(0, 99).astype(int), -1)  # fmt: skip  # noqa: E501
    numbers = found.at[:, 1] * grid.columns + found.at[:, 0]
    dealt = np.full(count, -1)
    dealt[found.sources] = np.repeat(numbers, found.starts[1:] - found.starts[:-1])
    assert dealt.tolist() == told.tolist()
    assert numbers.tolist() == sorted(set(told[inside].tolist()))
    assert found.slot[found.at[:, 1] + RIM, found.at[:, 0] + RIM].tolist() == list(range(len(numbers)))
    assert (found.slot < len(numbers)).sum() == len(numbers)
    for k, number in enumerate(numbers):
        assert np.array_equal(found.points[found.starts[k] : found.starts[k + 1]], points[told == number])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31), a=st.floats(-0.3, 0.3), b=st.floats(-0.3, 0.3))
def test_a_slope_is_found_and_bounded(seed: int, a: float, b: float) -> None:
    rng = np.random.default_rng(seed)
    sums = np.zeros(SUMS)
    for x, y in rng.uniform(-60, 60, (200, 2)):
        add_to(sums, x, y, a * x + b * y + 7.0)
    np.testing.assert_allclose(slope_of(sums, 0.0, 0.0), (a, b), atol=1e-3)
    one = np.zeros(SUMS)
    add_to(one, 1e4, -1e4, 50.0)
    np.testing.assert_allclose(slope_of(one, a, b), (a, b), atol=1e-6)  # one place says nothing of a slope
    assert np.hypot(*slope_of(one, 9.0, 9.0)) <= STEEPEST + 1e-12


def plain(rng: np.random.Generator, count: int = 6000) -> np.ndarray[Any, Any]:
    """Points on land that rises by a tenth along x, seen from the origin 1.8 m over it."""
    xy = rng.uniform(-25, 25, (count, 2))
    return np.column_stack([xy, 0.1 * xy[:, 0] - 1.8 + rng.normal(0, 0.01, count)]).astype(np.float32)


GRID = Square(-30.0, -30.0, 0.5, 120, 120)


def test_the_seed_is_the_land_and_neither_a_roof_nor_reflections() -> None:
    rng = np.random.default_rng(3)
    land = plain(rng)
    roof = np.column_stack([rng.uniform(-9, 9, (9000, 2)), np.full(9000, 3.0)]).astype(np.float32)
    under = land[:200] - np.float32([0, 0, 1.5])
    points = np.concatenate([land, roof, under])
    plane = seed_plane(deal_out(points, GRID), GRID, (0, 0, 0), 15.0)
    assert plane is not None
    np.testing.assert_allclose(plane, (0.1, 0.0, -1.8), atol=0.02)
    assert seed_plane(deal_out(land[:3], GRID), GRID, (0, 0, 0), 15.0) is None
    assert seed_plane(deal_out(roof, GRID), GRID, (0, 0, 0), 15.0) is None  # all of it is over the sensor


def test_growing_follows_the_land_in_any_order_of_points() -> None:
    rng = np.random.default_rng(4)
    wall = np.column_stack([np.full(4000, 6.2), rng.uniform(-9, 9, 4000), rng.uniform(-0.8, 2, 4000)])
    points = np.concatenate([plain(rng), wall]).astype(np.float32)
    first = None
    for turn in range(3):
        order = rng.permutation(len(points)) if turn else np.arange(len(points))
        dealt = deal_out(points[order], GRID)
        grown = grow_ground(dealt, GRID, [(0.0, 0.0)], [(0.1, 0.0, -1.8)])
        middle = -30 + 0.5 * (dealt.at[:, 0] + 0.5)
        on = grown.is_ground[:-1]
        assert np.abs(grown.heights[:-1] - (0.1 * middle - 1.8))[on].max() < 0.12
        assert on.mean() > 0.95
        first = first or grown
        for one, other in zip(first, grown, strict=True):
            assert np.array_equal(one, other)


def test_a_small_raised_patch_is_weeded_out_and_a_pavement_is_not() -> None:
    columns = rows = 40
    cells = np.arange(columns * rows, dtype=np.int32)
    i, j = cells % columns, cells // columns
    slot = np.full((rows + 2 * RIM, columns + 2 * RIM), len(cells), np.uint32)
    slot[RIM:-RIM, RIM:-RIM] = cells.reshape(rows, columns)
    heights = np.where(i >= 30, 0.15, 0.0)
    heights[(i >= 10) & (i < 13) & (j >= 10) & (j < 14)] = 0.3
    heights[(i >= 20) & (i < 23) & (j >= 20) & (j < 23)] = -0.3  # a sunken one is ground all the same
    patch = (heights == 0.3).nonzero()[0]
    for found_later in ([], [5, 700, *patch[:7]], range(len(cells))):  # whichever cells become ground at a second go
        is_ground, roots = np.ones(len(cells), np.bool_), np.full(len(cells) + 1, -1, np.int32)
        is_ground[list(found_later)] = False
        slopes = np.zeros((len(cells), 2))
        weed(np.column_stack([i, j]), slot, is_ground, heights, slopes, 0.5, roots)
        is_ground[list(found_later)] = True
        weed(np.column_stack([i, j]), slot, is_ground, heights, slopes, 0.5, roots)
        assert np.flatnonzero(~is_ground).tolist() == patch.tolist()


def test_a_few_points_far_apart_are_ground_by_the_lowest() -> None:
    land = plain(np.random.default_rng(5))
    kept = np.abs(land[:, :2] - 3.25).max(axis=1) > 0.25
    up = np.array([0.0, 0.1, 0.2, 0.3, 0.4])
    few = np.column_stack([np.full((5, 2), 3.25), 0.325 - 1.8 + up - 0.15]).astype(np.float32)
    dealt = deal_out(np.concatenate([land[kept], few]), GRID)
    grown = grow_ground(dealt, GRID, [(0.0, 0.0)], [(0.1, 0.0, -1.8)])
    k = dealt.slot[66 + RIM, 66 + RIM]
    assert dealt.starts[k + 1] - dealt.starts[k] == 5
    assert abs(grown.heights[k] - (0.325 - 1.8)) < 0.25


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("points", lambda: deal_out(np.zeros((3, 3)), GRID)),  # type: ignore[arg-type]
        ("grid", lambda: deal_out(np.zeros((3, 3), np.float32), Square(0, 0, 1e-9, 10**6, 10**6))),
        ("grid", lambda: deal_out(np.zeros((3, 3), np.float32), Square(np.nan, 0, 1, 3, 3))),
        ("place", lambda: seed_plane(deal_out(np.zeros((3, 3), np.float32), GRID), GRID, (np.nan, 0, 0), 5.0)),
        ("places", lambda: grow_ground(deal_out(np.zeros((3, 3), np.float32), GRID), GRID, np.zeros((0, 2)), [])),
        ("planes", lambda: grow_ground(deal_out(np.zeros((3, 3), np.float32), GRID), GRID, [(0, 0)], [])),
    ],
)
def test_a_wrong_argument_is_named(name: str, call: Any) -> None:
    with pytest.raises(ValueError, match=name):
        call()
