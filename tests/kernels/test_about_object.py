"""The points about an object: by hand, against plain numpy and scipy, and the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import KDTree

from lidar_label.kernels.about_object import first_of_cubes, in_frame_of, points_about, to_the_next, within
from lidar_label.kernels.voxel import voxel_downsample


def test_cases_by_hand() -> None:
    points = np.array([[1, 2, 3], [4, 2, 3], [1, 2, 5], [np.nan, 2, 3], [3, 0, 4.9]])
    found, index = points_about(points, (1, 2), 2.0, 2.0, 5.0)
    assert index.tolist() == [0, 4]
    assert found.tolist() == points[[0, 4]].tolist()
    placed = np.array([[0.1, 0, 0], [0.9, 0.5, 0], [-0.1, 0, 0], [0.2, 0, 0.99]])
    assert first_of_cubes(placed, np.zeros(3), 1.0).tolist() == [0, 2]
    local = in_frame_of(np.array([[1.0, 4.0, 2.0]]), np.array([1.0, 2.0, 3.0, np.pi / 2]))
    np.testing.assert_allclose(local, [[2, 0, -1]], atol=1e-12)
    assert within(np.array([[2.0, 0, -1], [0, 0, 1.5], [-2, 1, 1]]), np.array([2.0, 1, 1])).tolist() == [
        True,
        False,
        True,
    ]
    assert to_the_next(np.array([[0.0, 0, 0], [3, 4, 0], [3, 4, 1]])).tolist() == [5, 1, 1]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.integers(2, 300))
def test_it_is_what_others_find(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    points = random.uniform(-10, 10, (count, 3))
    found, index = points_about(points, (1.0, -2.0), 5.0, -3.0, 4.0)
    near = (np.abs(points[:, :2] - (1, -2)) <= 5).all(axis=1) & (points[:, 2] > -3) & (points[:, 2] < 4)
    assert index.tolist() == np.flatnonzero(near).tolist()
    np.testing.assert_array_equal(found, points[near])
    side = random.uniform(0.05, 6)
    assert first_of_cubes(points, points[0], side).tolist() == voxel_downsample(points - points[0], side).index.tolist()
    np.testing.assert_allclose(to_the_next(points), KDTree(points).query(points, k=2)[0][:, 1])
    pose = random.uniform(-3, 3, 4)
    c, s = np.cos(pose[3]), np.sin(pose[3])
    local = (points - pose[:3]) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    np.testing.assert_allclose(in_frame_of(points, pose), local, atol=1e-9)
    half = random.uniform(0, 6, 3)
    assert within(local, half).tolist() == (np.abs(local) <= half).all(axis=1).tolist()


def test_nothing_and_what_is_refused() -> None:
    none, read = np.empty((0, 3)), np.zeros((4, 3))
    read.flags.writeable = False
    assert points_about(none, (0, 0), 1.0, 0.0, 1.0)[0].shape == (0, 3)
    assert len(first_of_cubes(none, np.zeros(3), 0.1)) == len(to_the_next(none)) == 0
    assert within(in_frame_of(read, np.zeros(4)), np.zeros(3)).all()
    assert first_of_cubes(read, np.zeros(3), 0.1).tolist() == [0]
    with pytest.raises(ValueError, match="points"):
        points_about(np.empty((3, 2)), (0, 0), 1.0, 0.0, 1.0)
