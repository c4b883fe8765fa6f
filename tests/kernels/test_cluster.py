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


def test_tall_columns_and_many_places() -> None:
    rng = np.random.default_rng(11)
    tower = np.column_stack([np.zeros((40_000, 2)), rng.permutation(40_000)]).astype(np.float32)
    assert cluster_points(tower, 1.0, 3).max() == 0
    assert cluster_points(tower, 0.9).max() == 39_999
    plane = np.column_stack([*np.divmod(rng.permutation(40_000), 200), np.zeros(40_000)]).astype(np.float32)
    far = np.float32([[4e6, -4e6, 4e6], [-4e6, 4e6, -4e6]])  # within reach of nothing: no key of two numbers is enough
    labels = cluster_points(np.concatenate([plane, far]), 1.0, 2)
    assert (labels[:-2] == 0).all()
    assert labels[-2:].tolist() == [-1, -1]
    assert cluster_points(np.concatenate([plane * 1.5, far]), 1.0).max() == 40_001


def test_clusters_that_are_too_small_are_none() -> None:
    rng = np.random.default_rng(12)
    points = rng.uniform(-15, 15, (3000, 3)).astype(np.float32)
    points[7] = np.nan
    labels = cluster_points(points, 1.4, 3)
    sizes = np.bincount(labels[labels >= 0])
    kept = np.where((labels >= 0) & (sizes[labels] >= 12), labels, -1)
    names = dict.fromkeys(kept[kept >= 0].tolist())  # as they come up
    assert 1 < len(names) < len(sizes)
    told = [list(names).index(label) if label >= 0 else -1 for label in kept.tolist()]
    assert cluster_points(points, 1.4, 3, smallest=12).tolist() == told


def block(low: tuple[float, ...], high: tuple[float, ...], count: int) -> NDArray[np.float32]:
    return np.random.default_rng(count).uniform(low, high, (count, 3)).astype(np.float32)


def test_what_is_too_large_is_taken_apart_where_a_shorter_reach_does_so() -> None:
    wall, person = block((-10, 0, 0), (10, 0.1, 3), 20_000), block((2, -0.9, 0), (2.4, -0.5, 1.8), 400)
    both = np.concatenate([wall, person])
    split: dict[str, Any] = {"finer": (0.57,), "smallest": 5}
    assert cluster_points(both, 0.6, 5).max() == 0
    labels = cluster_points(both, 0.6, 5, largest=(13.0, 3.2), **split)
    assert (labels[:20_000] == 0).all()
    assert (labels[20_000:] == 1).all()
    assert cluster_points(both, 0.6, 5, largest=(21.0, 3.2), **split).max() == 0  # not too large
    assert cluster_points(both, 0.6, 5, largest=(13.0, 3.2), finer=(0.57,), smallest=401).max() == 0  # one part
    assert cluster_points(both, 0.9, 5, largest=(13.0, 3.2), finer=(0.57,)).max() == 0  # closer than that, too
    assert cluster_points(both, 0.9, 5, largest=(13.0, 3.2), finer=(0.57, 0.4)).max() == 1


@pytest.mark.parametrize("degrees", [0, 20, 45, 71, 88])
def test_a_box_is_not_too_large_however_it_is_turned(degrees: int) -> None:
    side, rear = block((0, 0, 0), (12, 0.02, 3), 4000), block((0, 0.57, 0), (0.02, 2.5, 3), 1500)
    bus = np.concatenate([side, rear])  # two sides are seen: longest across, about their middle, is no way they lie
    turn = np.radians(degrees)
    flat = bus[:, :2] @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    turned = np.column_stack([flat, bus[:, 2]])
    assert cluster_points(turned, 0.6, 5, finer=(0.57, 0.4), largest=(13.0, 3.2)).max() == 0
    assert cluster_points(turned, 0.6, 5, finer=(0.57, 0.4), largest=(13.0, 2.0)).max() == 1


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


@pytest.mark.parametrize("finer", [(0.6,), (0.4, 0.5), (0.0,), (np.nan,)])
def test_reaches_that_are_not_shorter_are_refused(finer: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="finer"):
        cluster_points(np.zeros((3, 3), np.float32), 1.0, finer=finer)
