"""Rigid transforms: by hand, against plain numpy, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.kernels.rigid import transform_points


def test_by_hand() -> None:
    quarter = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    moved = transform_points(np.array([[1.0, 2, 3], [0, 0, 0]]), quarter, np.array([10.0, 20, 30]))
    assert moved.dtype == np.float32
    assert moved.tolist() == [[8, 21, 33], [10, 20, 30]]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    count=st.integers(0, 300),
    dtype=st.sampled_from([np.float32, np.float64]),
    far=st.sampled_from([0.0, 5.4e6]),
    order=st.sampled_from(["C", "F"]),
)
def test_equals_numpy(seed: int, count: int, dtype: type, far: float, order: Any) -> None:
    rng = np.random.default_rng(seed)
    points = np.asarray(rng.uniform(-80, 80, (count, 3)) + far, dtype=dtype, order=order)
    turn = Rotation.random(rng=seed).as_matrix() if far == 0.0 else np.eye(3)
    shift = rng.uniform(-9, 9, 3) - far
    expected = points.astype(np.float64) @ turn.T + shift
    np.testing.assert_allclose(transform_points(points, turn, shift), expected, rtol=1e-7, atol=1e-6)


def test_any_number_of_threads_gives_the_same() -> None:
    points = np.random.default_rng(1).normal(size=(400_000, 3)).astype(np.float32)
    turn = Rotation.from_rotvec([0.1, -0.4, 2.0]).as_matrix()
    one, three = (transform_points(points, turn, np.ones(3), threads=threads) for threads in (1, 3))
    assert np.array_equal(one, three)
    np.testing.assert_allclose(one, points @ turn.T + 1, atol=1e-5)


def test_edges() -> None:
    assert transform_points(np.zeros((0, 3), np.float32), np.eye(3), np.zeros(3)).shape == (0, 3)
    locked = np.array([[np.nan, 1, 2], [np.inf, 0, 0], [1, 2, 3]], np.float32)
    locked.flags.writeable = False
    moved = transform_points(locked, np.eye(3), np.ones(3))
    assert np.isfinite(moved).all(axis=1).tolist() == [False, False, True]
    assert moved[2].tolist() == [2, 3, 4]
    swapped = np.array([[1.0, 2, 3]], dtype=">f4")
    assert transform_points(swapped, np.eye(3), np.zeros(3)).tolist() == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("points", "turn", "shift", "text"),
    [
        (np.zeros((2, 4)), np.eye(3), np.zeros(3), r"\(N, 3\)"),
        (np.zeros((2, 3), int), np.eye(3), np.zeros(3), "dtype"),
        (np.zeros((2, 3)), np.eye(4), np.zeros(3), "rotation needs shape"),
        (np.zeros((2, 3)), np.eye(3), np.zeros(2), "translation needs shape"),
        (np.zeros((2, 3)), np.eye(3), np.full(3, np.nan), "not finite"),
    ],
)
def test_wrong_arguments(points: Any, turn: Any, shift: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        transform_points(points, turn, shift)
