"""Top view: by hand, against plain numpy, at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.top_view import splat_top

RED, GREEN, BLACK = [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 0, 255]


def paint(count: int, color: list[int]) -> np.ndarray:
    return np.tile(np.array(color, dtype=np.uint8), (count, 1))


def test_x_is_right_and_y_is_up() -> None:
    # A picture of 4 x 3 pixels of half a metre, its lower left corner at (10, 20).
    picture = splat_top(np.array([[10.0, 20, 0], [11.9, 21.4, 0]]), np.array([RED, GREEN], np.uint8), 10, 20, 0.5, 4, 3)
    assert picture.shape == (3, 4, 4)
    assert picture[2, 0].tolist() == RED
    assert picture[0, 3].tolist() == GREEN
    assert (picture.reshape(-1, 4) == BLACK).all(axis=1).sum() == 10


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_the_highest_point_wins(order: list[int]) -> None:
    points = np.array([[0.5, 0.5, 1.0], [0.4, 0.6, 2.0]], dtype=np.float32)[order]
    colors = np.array([RED, GREEN], dtype=np.uint8)[order]
    assert splat_top(points, colors, 0, 0, 1, 1, 1)[0, 0].tolist() == GREEN


def test_of_two_as_high_the_first_wins() -> None:
    assert splat_top(np.zeros((2, 3)), np.array([RED, GREEN], np.uint8), 0, 0, 1, 1, 1)[0, 0].tolist() == RED


def test_a_big_point_is_a_square_about_its_place() -> None:
    picture = splat_top(np.array([[2.5, 2.5, 0]]), paint(1, RED), 0, 0, 1, 5, 5, 3)
    marked = (picture == RED).all(axis=2)
    assert np.argwhere(marked).min(axis=0).tolist() == [1, 1]
    assert np.argwhere(marked).max(axis=0).tolist() == [3, 3]
    assert marked.sum() == 9


def test_a_big_point_at_the_rim_is_cut() -> None:
    picture = splat_top(np.array([[0.5, 0.5, 0], [-0.4, 9, 0]]), paint(2, RED), 0, 0, 1, 4, 4, 3)
    assert (picture == RED).all(axis=2).sum() == 4


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), count=st.integers(0, 200), single=st.booleans())
def test_equals_plain_numpy(seed: int, count: int, single: bool) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-1, 11, (count, 3)).astype(np.float32 if single else np.float64)
    colors = rng.integers(0, 256, (count, 3), dtype=np.uint8)
    expected = np.tile(np.array([1, 2, 3, 255], np.uint8), (8, 10, 1))
    for n in np.argsort(points[:, 2], kind="stable"):
        column, up = int(np.floor(points[n, 0])), int(np.floor(points[n, 1]))
        if 0 <= column < 10 and 0 <= up < 8:
            expected[7 - up, column, :3] = colors[n]
    assert np.array_equal(splat_top(points, colors, 0, 0, 1, 10, 8, 1, (1, 2, 3)), expected)


def test_points_that_are_not_finite_are_left_out() -> None:
    points = np.full((6, 3), 0.5)
    points[[0, 1, 2], [0, 1, 2]] = np.nan
    points[[3, 4, 5], [0, 1, 2]] = np.inf
    assert splat_top(points, paint(6, RED), 0, 0, 1, 1, 1)[0, 0].tolist() == BLACK


def test_no_points_leave_the_background() -> None:
    picture = splat_top(np.zeros((0, 3), np.float32), np.zeros((0, 4), np.uint8), 0, 0, 1, 3, 2, 1, (9, 8, 7, 6))
    assert (picture == [9, 8, 7, 6]).all()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("xyz", {"xyz": np.zeros((1, 2), np.float32)}),
        ("xyz", {"xyz": np.zeros((1, 3), np.int32)}),
        ("colors", {"colors": np.zeros((1, 3))}),
        ("colors", {"colors": np.zeros((2, 3), np.uint8)}),
        ("x0", {"x0": np.nan}),
        ("metres_per_pixel", {"metres_per_pixel": 0.0}),
        ("width", {"width": 0}),
        ("width", {"width": 10**9, "height": 10**9}),
        ("point_size", {"point_size": 0}),
        ("background", {"background": (0, 0)}),
        ("background", {"background": (0, 0, 300)}),
    ],
)
def test_a_wrong_argument_is_named(name: str, change: dict[str, object]) -> None:
    args: dict[str, object] = {
        "xyz": np.zeros((1, 3), np.float32), "colors": np.zeros((1, 3), np.uint8), "x0": 0.0, "y0": 0.0,
        "metres_per_pixel": 1.0, "width": 4, "height": 4,
    }  # fmt: skip
    with pytest.raises(ValueError, match=name):
        splat_top(**(args | change))
