"""Picking: by hand, against plain numpy and the camera of the 3D view, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lidar_label.gui.views.orbit import NEAR_M, Orbit
from lidar_label.kernels.picking import nearest_at

AHEAD = np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, -1]])  # looks along -z
NUMBERS: tuple[Any, ...] = (np.zeros(3), AHEAD, 100.0, (0.0, 0.0), 5.0, 0.1)


def plain(points: NDArray[Any], camera: Orbit, x: float, y: float, size: tuple[float, float], reach: float) -> set[int]:
    """Return which points may be the answer: where rounding decides, several."""
    uv, depth = camera.project(points, *size)
    with np.errstate(invalid="ignore"):
        away = np.hypot(uv[:, 0] - x, uv[:, 1] - y)
    sure, maybe = away <= reach - 1e-6, away <= reach + 1e-6
    least = depth[sure].min() if sure.any() else np.inf
    return set(np.flatnonzero(maybe & (depth <= least + 1e-9)).tolist())


def test_by_hand() -> None:
    points = np.array([[0, 0, -9.0], [0, 0, -5], [0.2, 0, -4], [3, 0, -4], [0, 0, 2], [0.2, 0.0, -4]])
    assert nearest_at(points, *NUMBERS) == 2
    assert nearest_at(points[:2], *NUMBERS) == 1
    assert nearest_at(points[3:5], *NUMBERS) is None
    assert nearest_at(points, np.zeros(3), AHEAD, 100.0, (75.0, 0.0), 5.0, 0.1) == 3
    assert nearest_at(points, np.array([0, 0, -8.0]), *NUMBERS[1:]) == 0


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    count=st.integers(0, 600),
    azimuth=st.floats(-4, 4),
    elevation=st.floats(-0.08, np.pi / 2),
    x=st.floats(0, 800),
    y=st.floats(0, 600),
    reach=st.sampled_from([2.0, 5.0, 60.0]),
    dtype=st.sampled_from([np.float32, np.float64]),
    holes=st.booleans(),
)
def test_equals_the_cameras_own_projection(
    seed: int, count: int, azimuth: float, elevation: float, x: float, y: float, reach: float, dtype: type, holes: bool
) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-30, 30, (count, 3)).astype(dtype)
    if holes and count:
        points[rng.integers(0, count, 5), rng.integers(0, 3, 5)] = np.nan
    camera = Orbit(azimuth=azimuth, elevation=elevation, distance=20.0)
    axes = np.stack([camera.right, -camera.up, camera.forward])
    place = nearest_at(points, camera.eye, axes, camera.focal(600), (x - 400, y - 300), reach, NEAR_M)
    expected = plain(points, camera, x, y, (800, 600), reach)
    assert place in expected if place is not None else not expected or len(expected) < 3
    if place is None and expected:  # only on the rim of the reach may they differ
        uv, _ = camera.project(points[sorted(expected)], 800, 600)
        assert (np.abs(np.hypot(uv[:, 0] - x, uv[:, 1] - y) - reach) <= 1e-6).all()


def test_threads_change_nothing_and_of_equals_the_first_is_taken() -> None:
    points = np.random.default_rng(1).uniform(-20, 20, (700_000, 3)).astype(np.float32)
    points[[650_000, 300_000, 20]] = (0.0, 0.0, -0.2)
    for threads in (1, 2, 3):
        assert nearest_at(points, *NUMBERS[:4], 0.01, 0.15, threads=threads) == 20


def test_none_and_one_point_and_only_invalid_ones_and_odd_memory() -> None:
    assert nearest_at(np.zeros((0, 3), np.float32), *NUMBERS) is None
    assert nearest_at(np.full((3, 3), np.nan), *NUMBERS) is None
    assert nearest_at(np.full((3, 3), -np.inf), *NUMBERS) is None
    assert nearest_at(np.array([[0, 0, -0.1]]), *NUMBERS) is None  # on the near plane
    odd = np.asfortranarray(np.array([[0, 0, -3.0], [9, 9, 9], [0, 0, -2], [9, 9, 9]]))[::2]
    odd.flags.writeable = False
    assert nearest_at(odd, *NUMBERS) == 1


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("points", (np.zeros((3, 2)), *NUMBERS)),
        ("points", (np.zeros((3, 3), np.int64), *NUMBERS)),
        ("eye and axes", (np.zeros((3, 3)), np.zeros(2), *NUMBERS[1:])),
        ("eye and axes", (np.zeros((3, 3)), np.zeros(3), np.eye(4), *NUMBERS[2:])),
        ("finite", (np.zeros((3, 3)), *NUMBERS[:2], np.nan, *NUMBERS[3:])),
        ("finite", (np.zeros((3, 3)), np.full(3, np.inf), *NUMBERS[1:])),
    ],
)
def test_a_wrong_argument_is_named(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=name):
        nearest_at(*args)
