"""Clusters: by hand, against plain numpy, in any order, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from lidar_label.kernels.cluster import cluster_points


def test_by_hand() -> None:
    line = np.array([[0, 0, 0], [9, 9, 9], [1, 0, 0], [np.nan, 0, 0], [2, 0, 0], [9, 9, 9.5]], np.float32)
    assert cluster_points(line, 1.0).tolist() == [0, 1, 0, -1, 0, 1]
    assert cluster_points(line, 0.6).tolist() == [0, 1, 2, -1, 3, 1]
    assert cluster_points(line, 1.0, 3).tolist() == [0, -1, 0, -1, 0, -1]  # one core, and its neighbours


def compare(points: NDArray[np.float32], reach: float, fewest: int) -> None:
    """Go by all distances."""
    labels = cluster_points(points, reach, fewest)
    fine = np.isfinite(points).all(axis=1)
    assert (labels[~fine] == -1).all()
    wide, labels = points[fine].astype(np.float64), labels[fine]
    square = ((wide[:, None] - wide[None]) ** 2).sum(axis=2)
    near = square <= reach**2
    core = near.sum(axis=1) >= fewest
    _, told = connected_components(near & core[:, None] & core[None])
    for n in range(len(wide)):
        if core[n]:
            assert labels[n] >= 0
        else:
            by = np.where(near[n] & core, square[n], np.inf)
            best = np.flatnonzero(by == by.min()) if np.isfinite(by.min()) else []
            assert labels[n] in set(labels[best].tolist()) if len(best) else labels[n] == -1
    pairs = set(zip(told[core].tolist(), labels[core].tolist(), strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})  # one is the other's name
    _, first = np.unique(labels[labels >= 0], return_index=True)
    assert (np.diff(first) > 0).all()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    count=st.integers(0, 160),
    reach=st.sampled_from([0.2, 0.7, 3.0]),
    fewest=st.integers(1, 6),
    spread=st.sampled_from([0.5, 3.0, 40.0]),
    grid=st.booleans(),
    holes=st.booleans(),
)
def test_equals_all_distances(
    seed: int, count: int, reach: float, fewest: int, spread: float, grid: bool, holes: bool
) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(0, spread, (count, 3)).astype(np.float32)
    points[: count // 3] = points[: count // 3] * np.float32([1, 1, 30])  # columns taller than are sorted in one go
    if grid:
        points = np.round(points * 4) / np.float32(4)
    if holes and count:
        points[rng.integers(0, count, 5), rng.integers(0, 3, 5)] = rng.choice([np.nan, np.inf, -np.inf], 5)
    compare(points, reach, fewest)


def test_the_order_of_points_changes_the_numbers_alone() -> None:
    rng = np.random.default_rng(5)
    points = (rng.normal(0, 0.4, (4000, 3)) + rng.uniform(-30, 30, (40, 3)).repeat(100, axis=0)).astype(np.float32)
    labels = cluster_points(points, 0.5, 4)
    order = rng.permutation(len(points))
    again = cluster_points(points[order], 0.5, 4)
    pairs = set(zip(labels[order].tolist(), again.tolist(), strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}) > 20


def test_all_in_one_place_far_away_and_read_only() -> None:
    points = np.full((50_000, 3), 1e5, np.float32)
    points.flags.writeable = False
    assert (cluster_points(points, 0.5, 9) == 0).all()
    assert cluster_points(np.zeros((0, 3), np.float32), 1.0).shape == (0,)
    assert cluster_points(np.zeros((1, 3), np.float32), 1.0, 2).tolist() == [-1]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("points", (np.zeros((3, 3)), 1.0)),
        ("points", (np.zeros((3, 2), np.float32), 1.0)),
        ("reach", (np.zeros((3, 3), np.float32), 0.0)),
        ("reach", (np.zeros((3, 3), np.float32), np.nan)),
        ("too small", (np.full((3, 3), 1e9, np.float32), 0.01)),
        ("fewest", (np.zeros((3, 3), np.float32), 1.0, 0)),
    ],
)
def test_a_wrong_argument_is_named(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=name):
        cluster_points(*args)
