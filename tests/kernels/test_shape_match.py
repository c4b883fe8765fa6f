"""The field of a shape and the poses that gather most of it: by hand, against numpy, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.shape_match import Grid, best_pose_near, mark_points, value_of_poses

GRID = Grid(np.array([-1.0, -1.0, -1.0]), 0.1)


def field_of(points: list[tuple[float, float, float]], width: float = 0.2) -> np.ndarray:
    field = np.zeros((20, 20, 20), np.float32)
    mark_points(field, GRID, points, width)
    return field


def test_a_point_is_worth_one_where_it_was_seen_and_nothing_far_off() -> None:
    field = field_of([(0.05, 0.05, 0.05)])
    near, far = value_of_poses(field, GRID, [(0.05, 0.05, 0.05)], [(0, 0, 0, 0), (0.6, 0, 0, 0)])
    assert near == pytest.approx(1.0)
    assert far == 0.0


def test_a_field_is_never_lowered() -> None:
    field = np.full((20, 20, 20), 0.5, np.float32)
    mark_points(field, GRID, [(0.0, 0.0, 0.0)], 0.2)
    assert field.min() == 0.5
    assert field.max() > 0.9


@settings(max_examples=30, deadline=None)
@given(
    x=st.floats(-0.3, 0.3), y=st.floats(-0.3, 0.3), yaw=st.floats(-3.1, 3.1), seed=st.integers(0, 1000)
)  # fmt: skip
def test_moving_points_and_box_together_changes_nothing(x: float, y: float, yaw: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    field = rng.random((20, 20, 20)).astype(np.float32)
    points = rng.uniform(-0.8, 0.8, (12, 3))
    c, s = np.cos(yaw), np.sin(yaw)
    moved = points @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + (x, y, 0)
    here = value_of_poses(field, GRID, points, [(0, 0, 0, 0)])
    there = value_of_poses(field, GRID, moved, [(x, y, 0, yaw)])
    assert there == pytest.approx(here, rel=1e-6, abs=1e-6)


def test_a_climb_finds_the_shape_again() -> None:
    rng = np.random.default_rng(1)
    shape = np.column_stack([rng.uniform(-0.6, 0.6, 60), np.full(60, 0.4), rng.uniform(-0.5, 0.5, 60)])
    shape[:20, :2] = np.column_stack([np.full(20, 0.6), rng.uniform(-0.4, 0.4, 20)])
    field = field_of([tuple(point) for point in shape.tolist()])
    c, s = np.cos(0.05), np.sin(0.05)
    seen = shape @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + (0.12, -0.08, 0.0)
    pose, value = best_pose_near(
        field, GRID, seen, np.zeros(4), np.zeros(4), np.eye(4) * 1e-6, 1.0, (0.1, 0.1, 0.05, 0.03)
    )
    assert pose[:3] == pytest.approx((0.12, -0.08, 0.0), abs=0.03)
    assert pose[3] == pytest.approx(0.05, abs=0.06)
    assert value > 0.9 * len(seen)


def test_what_is_expected_holds_a_pose_of_few_points() -> None:
    field = field_of([(0.0, 0.0, 0.0)])
    stiff = np.eye(4) * 1e6
    pose, _ = best_pose_near(field, GRID, [(0.15, 0, 0)], np.zeros(4), np.zeros(4), stiff, 1.0, (0.1, 0.1, 0.05, 0.03))
    assert pose == pytest.approx(np.zeros(4), abs=0.01)


def test_no_points_are_worth_nothing_and_not_a_number_is_passed_over() -> None:
    field = field_of([(float("nan"), 0.0, 0.0)])
    assert not field.any()
    assert value_of_poses(field, GRID, np.empty((0, 3)), [(0, 0, 0, 0)]).tolist() == [0.0]
    assert value_of_poses(field_of([(0, 0, 0)]), GRID, [(np.nan, 0, 0)], [(0, 0, 0, 0)]).tolist() == [0.0]


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(ValueError, match="points"):
        value_of_poses(np.zeros((2, 2, 2), np.float32), GRID, [(0, 0)], [(0, 0, 0, 0)])
    with pytest.raises(ValueError, match="field"):
        mark_points(np.zeros((2, 2, 2)), GRID, [(0, 0, 0)], 0.1)
    with pytest.raises(ValueError, match="width"):
        mark_points(np.zeros((2, 2, 2), np.float32), GRID, [(0, 0, 0)], 0.0)
