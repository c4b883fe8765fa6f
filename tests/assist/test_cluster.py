"""Clusters of what stands on the ground: near and far, close together, grown from a seed, bad points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lidar_label.assist.cluster import evened, find_clusters, grow_from

pytestmark = pytest.mark.one_numpy

RNG = np.random.default_rng(8)
CAR = RNG.uniform((-2, -0.9, 0.3), (2, 0.9, 1.5), (1500, 3))
PERSON = RNG.uniform((-0.25, -0.25, 0.1), (0.25, 0.25, 1.8), (80, 3))


def at(shape: Any, x: float, y: float) -> Any:
    return shape + np.array([x, y, 0.0])


def test_cars_and_people_are_told_apart_wherever_they_are() -> None:
    for shift in (np.zeros(3), np.array([512_000.0, 5_402_000.0, 310.0])):
        cloud = np.concatenate([at(CAR, 8, 2), at(PERSON, 8, 4.2), at(CAR, -12, 0), [[np.nan] * 3]]) + shift
        found = find_clusters(cloud)
        assert found.count == 3
        assert [len(own) for own in found.members()] == [1500, 80, 1500]
        assert found.labels[-1] == -1
        chosen = np.arange(len(cloud)) < 1580
        assert find_clusters(cloud, chosen).count == 2


def test_gaps_between_beams_grow_with_range() -> None:
    def board(x: float) -> np.ndarray:
        """Return what 64 beams see of a lorry's rear at a range."""
        gap = x * 0.0075
        y, z = np.meshgrid(np.arange(-1.2, 1.2, x * 0.0035), np.arange(0.4, 3.5, gap))
        return np.column_stack([np.full(y.size, x), y.ravel(), z.ravel()])

    for x in (12.0, 45.0, 95.0):
        assert find_clusters(board(x), origin=(0, 0, 1.8)).count == 1
    assert find_clusters(board(95.0)).count != 1
    near = evened(board(12.0).astype(np.float32), np.zeros(3), 30.0)
    assert np.array_equal(near, board(12.0).astype(np.float32))


def test_what_stands_close_to_a_wall_comes_off_it() -> None:
    wall = RNG.uniform((-15, 3.0, 0.2), (15, 3.15, 4.0), (30_000, 3))
    cloud = np.concatenate([wall, at(CAR, 2, 1.6), at(PERSON, -6, 2.3)])
    assert find_clusters(cloud).count == 1
    found = find_clusters(cloud, split=True)
    assert found.count == 3
    assert (found.labels[30_000:31_500] == found.labels[30_000]).all()


def test_a_lorry_beside_nothing_is_not_taken_apart() -> None:
    """Its side is seen aslant, in stripes 0.4 m apart, its rear in full: its points' own axes lie across it."""
    side = np.array([[0.4 * k, 0.0, z] for k in range(20) for z in np.arange(0.4, 3.2, 0.1)])
    rear = RNG.uniform((0, 0.1, 0.4), (0.05, 2.5, 3.2), (1200, 3))
    edge = np.array([[0.25 * k, 2.5, 3.2] for k in range(32)])  # of its roof
    lorry = at(np.concatenate([side, rear, edge]), 5.0, 3.0)
    found = find_clusters(lorry, split=True)
    assert found.count == 1
    assert (found.labels == 0).all()


def test_what_comes_first_may_be_bad_or_left_out() -> None:
    cloud = at(np.concatenate([np.full((300, 3), np.nan), [[1e300, 0, 0]], CAR]), 4e5, 5e6)
    chosen = np.ones(len(cloud), np.bool_)
    chosen[300] = False
    found = find_clusters(cloud, chosen)
    assert found.count == 1
    assert (found.labels[301:] == 0).all()
    assert (found.labels[:301] == -1).all()


def test_growing_from_seeds() -> None:
    cloud = np.concatenate([at(CAR, 8, 2), at(PERSON, 8, 4.2), at(CAR, -12, 0), [[np.inf, 0, 0]]])
    assert grow_from(cloud, [3]).tolist() == list(range(1500))
    assert grow_from(cloud, [3, 1501]).tolist() == list(range(1580))
    assert grow_from(cloud, [3], reach=2.5).tolist() == list(range(1580))
    assert len(grow_from(cloud, [3], within=0.5)) < 1500
    assert grow_from(cloud, [len(cloud) - 1]).tolist() == []
    assert grow_from(cloud, []).tolist() == []


def test_little_and_wrong() -> None:
    assert find_clusters(np.zeros((0, 3)), origin=(0, 0, 0)).count == 0
    assert find_clusters(np.full((3, 3), np.nan)).labels.tolist() == [-1] * 3
    assert find_clusters(np.zeros((3, 3)), smallest=4).count == 0
    with pytest.raises(ValueError, match="points"):
        find_clusters(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="chosen"):
        find_clusters(np.zeros((3, 3)), np.ones(2, np.bool_))
