"""Small steps along a box's own axes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lidar_label.gui.nudge import SHORTEST_SIDE_M, nudged
from lidar_label.model import SE3, Box


def box(yaw: float = math.pi / 2) -> Box:
    turn = Rotation.from_euler("z", yaw).as_quat(scalar_first=True)
    return Box(track="t", frame=0, world_SE3_box=SE3("world", "box", turn, (10, 20, 1)), size=(4, 2, 1.5))


def test_forward_is_where_the_box_looks() -> None:
    moved = nudged(box(), dx=0.5)
    np.testing.assert_allclose(moved.center, (10, 20.5, 1), atol=1e-12)
    np.testing.assert_allclose(nudged(box(), dy=0.5).center, (9.5, 20, 1), atol=1e-12)
    np.testing.assert_allclose(nudged(box(), dz=-0.5).center, (10, 20, 0.5), atol=1e-12)


def test_a_turn_is_counter_clockwise_and_keeps_the_place() -> None:
    turned = nudged(box(0.2), dyaw=0.3)
    assert turned.yaw == pytest.approx(0.5)
    np.testing.assert_allclose(turned.center, (10, 20, 1))
    assert nudged(box(3.0), dyaw=math.pi).yaw == pytest.approx(3.0 - math.pi)


def test_height_grows_from_the_ground() -> None:
    taller = nudged(box(), dh=0.5)
    assert taller.size == (4, 2, 2)
    assert taller.corners()[:, 2].min() == pytest.approx(box().corners()[:, 2].min())


def test_no_side_gets_to_nothing() -> None:
    small = nudged(box(), dl=-100, dw=-100, dh=-100)
    assert small.size == (SHORTEST_SIDE_M,) * 3


def test_a_tilted_box_moves_along_its_tilted_axes() -> None:
    turn = Rotation.from_euler("ZYX", (0.4, 0.2, 0.1))
    pose = SE3("world", "box", turn.as_quat(scalar_first=True), (0, 0, 0))
    moved = nudged(Box(track="t", frame=0, world_SE3_box=pose, size=(1, 1, 1)), dx=1.0, dyaw=0.5)
    np.testing.assert_allclose(moved.center, turn.apply((1, 0, 0)), atol=1e-12)
    up = moved.world_SE3_box.rotation_matrix[:, 2]
    np.testing.assert_allclose(up, turn.apply((0, 0, 1)), atol=1e-12)
