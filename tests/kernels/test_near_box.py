"""Points between limits along turned axes: by hand, against plain numpy, and the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.kernels import near_box
from lidar_label.kernels.near_box import points_between


def test_a_case_by_hand() -> None:
    points = np.array([[1, 2, 3], [1, 2.5, 3], [9, 9, 9], [np.nan, 2, 3], [1, 3, 3]], np.float32)
    axes = [[0, 1, 0], [-1, 0, 0], [0, 0, 1]]  # its x is their y
    local, index = points_between(points, (1, 2, 3), axes, (0, -1, -1), (1, 1, 1))
    assert index.tolist() == [0, 1, 4]
    assert local.tolist() == [[0, 0, 0], [0.5, 0, 0], [1, 0, 0]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 300))
def test_it_is_what_plain_numpy_finds(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    points = random.uniform(-10, 10, (count, 3)).astype(np.float32)
    axes = Rotation.random(random_state=seed % 1000).as_matrix()
    origin, low, high = random.uniform(-3, 3, 3), random.uniform(-6, 0, 3), random.uniform(0, 6, 3)
    local, index = points_between(points, origin, axes, low, high)
    wanted = (points.astype(np.float64) - origin) @ axes.T
    inside = ((wanted >= low) & (wanted <= high)).all(axis=1)
    assert index.tolist() == np.flatnonzero(inside).tolist()
    np.testing.assert_allclose(local, wanted[inside], atol=1e-5)


def test_what_is_read_only_is_compiled_no_second_time() -> None:
    given = [np.zeros((1, 3), np.float32), np.zeros(3), np.eye(3), -np.ones(3), np.ones(3)]
    points_between(*given)
    compiled = list(near_box._between.dispatcher.signatures)
    for values in given:
        values.flags.writeable = False
        points_between(*given)
    assert near_box._between.dispatcher.signatures == compiled


def test_nothing_and_what_is_refused() -> None:
    none = np.empty((0, 3), np.float32)
    local, index = points_between(none, np.zeros(3), np.eye(3), -np.ones(3), np.ones(3))
    assert local.shape == (0, 3)
    assert index.shape == (0,)
    for name, change in (("points", {"points": none.astype(np.float64)}), ("axes", {"axes": np.eye(2)}),
                         ("low", {"low": np.zeros(2)})):  # fmt: skip
        given = {"points": none, "origin": np.zeros(3), "axes": np.eye(3), "low": np.zeros(3), "high": np.ones(3)}
        with pytest.raises(ValueError, match=name):
            points_between(**{**given, **change})
