"""Deskewing: by hand, against scipy, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.spatial.transform import Rotation, Slerp

from lidar_label.kernels.deskew import deskew_by_poses, deskew_by_velocity

HERE = (np.eye(3), np.zeros(3))


def test_by_hand() -> None:
    # At 10 m/s ahead: what was seen 10 ms before lies 10 cm nearer by now.
    points = np.array([[5.0, 1, 2], [5, 1, 2], [5, 1, 2]], np.float32)
    times = np.array([-0.01, 0.0, 0.02])
    places = np.array([[-1.0, 0, 0], [1.0, 0, 0]])
    by_poses = deskew_by_poses(points, times, np.array([-0.1, 0.1]), np.stack([np.eye(3)] * 2), places, HERE)
    by_velocity = deskew_by_velocity(points, times, np.array([10.0, 0, 0]), np.zeros(3))
    for moved in (by_poses, by_velocity):
        np.testing.assert_allclose(moved, [[4.9, 1, 2], [5, 1, 2], [5.2, 1, 2]], atol=1e-6)


def test_a_quarter_of_a_circle_by_hand() -> None:
    # Turning left about a centre 1 m to the left: after a quarter, the vehicle's origin is at (1, 1) and looks along y.
    moved = deskew_by_velocity(
        np.array([[1.0, 0, 0]]), np.array([1.0]), np.array([np.pi / 2, 0, 0]), np.array([0, 0, np.pi / 2])
    )
    np.testing.assert_allclose(moved, [[1, 2, 0]], atol=1e-6)


def plain(points: Any, times: Any, knots: Any, turns: Rotation, places: Any, ref: int, mount: Any) -> NDArray[Any]:
    """Interpolate with scipy, one point after the other, and come back through the inverse of the pose at `ref`."""
    slerp, out = Slerp(knots, turns), []
    matrix, lever = mount
    for point, time in zip(points.astype(np.float64), times, strict=True):
        place = [np.interp(time, knots, places[:, axis]) for axis in range(3)]
        world = slerp(time).apply(matrix @ point + lever) + place
        ego = turns[ref].inv().apply(world - places[ref])
        out.append(matrix.T @ (ego - lever))
    return np.array(out).reshape(-1, 3)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    count=st.integers(0, 60),
    poses=st.integers(2, 9),
    step=st.sampled_from([0.0, 1e-7, 0.02, 1.5]),
    far=st.sampled_from([0.0, 4e5]),
    dtype=st.sampled_from([np.float32, np.float64]),
    is_sorted=st.booleans(),
)
def test_equals_scipy(seed: int, count: int, poses: int, step: float, far: float, dtype: type, is_sorted: bool) -> None:
    rng = np.random.default_rng(seed)
    knots = np.cumsum(rng.uniform(0.01, 0.1, poses))
    turns = Rotation.random(rng=seed)
    turns = Rotation.concatenate([turns * Rotation.from_rotvec(rng.uniform(-step, step, 3)) for _ in range(poses)])
    places = np.cumsum(rng.uniform(-1, 1, (poses, 3)), axis=0) + far
    mount = Rotation.random(rng=seed + 1).as_matrix(), rng.uniform(-2, 2, 3)
    points = rng.uniform(-60, 60, (count, 3)).astype(dtype)
    times = rng.uniform(knots[0], knots[-1], count)
    times = np.sort(times) if is_sorted else times
    ref = int(rng.integers(poses))
    moved = deskew_by_poses(
        points, times, knots, turns.as_matrix(), places, (turns[ref].as_matrix(), places[ref]), mounting=mount
    )
    np.testing.assert_allclose(moved, plain(points, times, knots, turns, places, ref, mount), atol=2e-5)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31), count=st.integers(0, 30), rate=st.sampled_from([0.0, 1e-6, 1e-3, 0.5, 40.0]))
def test_velocity_equals_the_matrix_exponential(seed: int, count: int, rate: float) -> None:
    rng = np.random.default_rng(seed)
    points, times = rng.uniform(-60, 60, (count, 3)).astype(np.float32), rng.uniform(-0.1, 0.1, count)
    speed, spin = rng.uniform(-30, 30, 3), rng.uniform(-rate, rate, 3)
    mount = Rotation.random(rng=seed + 1).as_matrix(), rng.uniform(-2, 2, 3)
    lever = np.eye(4)
    lever[:3, :3], lever[:3, 3] = mount
    twist = np.zeros((4, 4))
    twist[:3, :3] = [[0, -spin[2], spin[1]], [spin[2], 0, -spin[0]], [-spin[1], spin[0], 0]]
    twist[:3, 3] = speed
    zero = 0.03
    expected = [
        (np.linalg.inv(lever) @ expm(twist * (time - zero)) @ lever @ [*point, 1.0])[:3]
        for point, time in zip(points.astype(np.float64), times, strict=True)
    ]
    moved = deskew_by_velocity(points, times, speed, spin, zero, mounting=mount)
    np.testing.assert_allclose(moved, np.array(expected).reshape(-1, 3), atol=2e-5)


def test_half_a_turn_between_two_poses() -> None:
    for axis in np.eye(3):
        turns = np.stack([np.eye(3), Rotation.from_rotvec(np.pi * axis).as_matrix()])
        moved = deskew_by_poses(
            np.array([[3.0, 4, 5]]), np.array([0.5]), np.array([0.0, 1]), turns, np.zeros((2, 3)), HERE
        )
        both = [Rotation.from_rotvec(sign * np.pi / 2 * axis).apply([3.0, 4, 5]) for sign in (1, -1)]
        assert min(float(np.abs(moved[0] - way).max()) for way in both) < 1e-5


def test_beyond_the_poses_the_motion_goes_on() -> None:
    knots, places = np.array([0.0, 1, 2]), np.array([[0.0, 0, 0], [1, 0, 0], [3, 0, 0]])
    moved = deskew_by_poses(np.ones((2, 3)), np.array([-1.0, 3.0]), knots, np.stack([np.eye(3)] * 3), places, HERE)
    np.testing.assert_allclose(moved, [[0, 1, 1], [6, 1, 1]], atol=1e-6)


def test_a_point_without_a_return_or_a_time_stays() -> None:
    points = np.array([[0, 0, 0], [np.nan, 1, 2], [1, np.inf, 0], [4, 5, 6], [4, 5, 6]], np.float32)
    times = np.array([0.5, 0.5, 0.5, np.nan, 0.5])
    both = np.stack([np.eye(3)] * 2)
    for moved in (
        deskew_by_poses(points, times, np.array([0.0, 1]), both, np.array([[0.0, 0, 0], [2, 0, 0]]), HERE),
        deskew_by_velocity(points, times, np.array([2.0, 0, 0]), np.zeros(3)),
    ):
        assert np.array_equal(moved[:4], points[:4], equal_nan=True)
        assert moved[4].tolist() == [5, 5, 6]


def test_any_number_of_threads_gives_the_same() -> None:
    rng = np.random.default_rng(3)
    points, times = rng.normal(size=(200_000, 3)).astype(np.float32), rng.uniform(0, 0.1, 200_000).astype(np.float32)
    knots, turns = np.array([0.0, 0.05, 0.1]), Rotation.from_rotvec(np.eye(3) * 0.1).as_matrix()
    one, three = (deskew_by_poses(points, times, knots, turns, np.eye(3), HERE, threads=threads) for threads in (1, 3))
    assert np.array_equal(one, three)
    assert deskew_by_velocity(np.zeros((0, 3)), np.zeros(0), np.zeros(3), np.zeros(3)).shape == (0, 3)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"times": np.zeros(3)}, "times needs shape"),
        ({"times": np.array(["a", "b"])}, "real numbers"),
        ({"pose_times": np.array([1.0, 1.0])}, "rise"),
        ({"pose_times": np.array([1.0])}, "2 or more poses"),
        ({"rotations": np.full((2, 3, 3), np.nan)}, "not finite"),
        ({"translations": np.zeros((2, 2))}, "translations needs shape"),
        ({"points": np.zeros((2, 3), int)}, "dtype"),
    ],
)
def test_wrong_arguments(change: dict[str, Any], text: str) -> None:
    right: dict[str, Any] = {
        "points": np.ones((2, 3)), "times": np.zeros(2), "pose_times": np.array([0.0, 1]),
        "rotations": np.stack([np.eye(3)] * 2), "translations": np.zeros((2, 3)), "reference": HERE,
    }  # fmt: skip
    with pytest.raises(ValueError, match=text):
        deskew_by_poses(**(right | change))
