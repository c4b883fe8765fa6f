"""Faces go to the points: cases by hand, specks, the ground, and nothing at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.assist.hug import CLEARANCE_M, fitted, outermost, shrunk, slid, stopped

HALF = np.array([2.5, 1.2, 1.0])
TOP, FRONT, REAR, LEFT, BOTTOM = (0, 0, 1), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, 0, -1)


def block(low: tuple[float, float, float], high: tuple[float, float, float], step: float = 0.1) -> np.ndarray:
    """Points on a grid that fills a block."""
    ticks = [np.linspace(a, b, max(round((b - a) / step), 1) + 1) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*ticks), axis=-1).reshape(-1, 3).astype(np.float32)


CAR = block((-2.0, -0.9, -0.7), (2.0, 0.9, 0.7))


def test_the_outermost_point_is_one_that_others_back() -> None:
    values = np.array([0.0, 0.1, 0.2, 1.0, 1.1, 1.2, 5.0])
    assert outermost(values, 1) == 1.2  # 5.0 stands alone
    assert outermost(values, -1) == 0.0
    assert outermost(np.array([3.0]), 1) == 3.0
    assert outermost(np.array([3.0, 9.0]), 1) == 9.0  # of two that do not back each other the outer
    assert outermost(np.empty(0), 1) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=60), st.sampled_from((1, -1)))
def test_it_is_one_of_the_points_and_mirrors(values: list[float], sign: int) -> None:
    array = np.array(values)
    found = outermost(array, sign)
    assert found is not None
    assert found * sign in values
    assert outermost(-array, -sign) == found


@pytest.mark.parametrize("out", [1.9, 2.0, 2.6, 3.5])
def test_a_dragged_face_stops_at_the_points(out: float) -> None:
    got = stopped(CAR, HALF, FRONT, np.array([out, 1.2, 1.0]))
    np.testing.assert_allclose(got, (2.0 + CLEARANCE_M, 1.2, 1.0), atol=1e-6)


def test_a_face_that_is_dragged_far_into_the_object_follows_the_hand() -> None:
    got = stopped(CAR, HALF, FRONT, np.array([0.4, 1.2, 1.0]))
    assert 0.4 <= got[0] <= 0.4 + 0.25 + CLEARANCE_M


def test_a_face_with_no_points_behind_it_goes_where_the_hand_is() -> None:
    out = np.array([3.0, 1.2, 1.0])
    np.testing.assert_array_equal(stopped(np.empty((0, 3), np.float32), HALF, FRONT, out), out)


def test_the_bottom_stops_at_the_ground() -> None:
    out = np.array([2.5, 1.2, 0.9])
    assert stopped(CAR, HALF, BOTTOM, out, floor=0.8)[2] == 0.8
    assert stopped(CAR, HALF, BOTTOM, out, floor=3.0)[2] == pytest.approx(0.7 + CLEARANCE_M)


def test_faces_are_drawn_in_alone_or_together() -> None:
    low, high = shrunk(CAR, HALF, [FRONT])
    np.testing.assert_allclose(low, -HALF)
    np.testing.assert_allclose(high, (2.01, 1.2, 1.0), atol=1e-6)
    low, high = shrunk(CAR, HALF, [(-1, 1, 0), TOP], floor=0.8)
    np.testing.assert_allclose(low, (-2.01, -1.2, -1.0), atol=1e-6)
    np.testing.assert_allclose(high, (2.5, 0.91, 0.71), atol=1e-6)
    assert shrunk(CAR, HALF, [BOTTOM], floor=0.8)[0][2] == pytest.approx(-0.8)
    low, high = shrunk(np.empty((0, 3), np.float32), HALF, [FRONT, REAR])
    np.testing.assert_array_equal(high - low, 2 * HALF)


def test_a_box_that_misses_a_part_grows_over_it_but_not_over_a_gap() -> None:
    wall = block((-3, 1.6, -1), (3, 1.7, 1))
    points = np.concatenate([CAR, wall]) - np.array([0.3, 0.0, 0.0], np.float32)
    found = fitted(points, np.array([2.0, 0.9, 0.9]), floor=0.8)
    assert found is not None
    np.testing.assert_allclose(found[0], (-2.31, -0.91, -0.8), atol=1e-5)
    np.testing.assert_allclose(found[1], (1.71, 0.91, 0.71), atol=1e-5)
    assert fitted(CAR[:2] * 0, HALF) is None


def test_a_box_of_a_fixed_size_goes_to_the_sides_that_are_seen() -> None:
    shift = slid(CAR, HALF, np.array([20.0, -8.0, 1.0]), floor=0.8)
    np.testing.assert_allclose(shift, (2.01 - 2.5, -0.91 + 1.2, 0.2), atol=1e-5)
    beside = slid(CAR + np.array([0.3, 0, 0], np.float32), HALF, np.array([0.5, 9.0, 1.0]))
    np.testing.assert_allclose(beside, (0.3, 0.91 - 1.2, 0.71 - 1.0), atol=1e-5)
    assert slid(np.empty((0, 3), np.float32), HALF, np.zeros(3)) is None
