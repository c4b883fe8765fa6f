"""How fast a box goes and turns, by the boxes about it."""

from __future__ import annotations

import math

import pytest

from lidar_label.assist.speed import speed_of
from lidar_label.model import SE3, Box

TIMES = {0: 0, 1: 100_000_000, 2: 250_000_000, 3: 300_000_000, 9: 5_000_000_000}  # not evenly spaced


def box(frame: int, x: float, yaw: float = 0.0) -> Box:
    pose = SE3.from_yaw("world", "box", yaw, (x, 0.0, 0.0))
    return Box(track="t", frame=frame, world_SE3_box=pose, size=(4.0, 2.0, 1.5))


def test_it_goes_as_fast_as_the_boxes_about_it() -> None:
    way = [box(frame, 8.0 * TIMES[frame] * 1e-9, math.pi + 0.4 * TIMES[frame] * 1e-9) for frame in (0, 1, 2, 3)]
    for one in way:  # its heading passes from pi to -pi, and points backwards
        assert speed_of(one, way, TIMES) == pytest.approx((-8.0, 0.4))


def test_a_box_alone_has_no_speed_and_one_that_is_shown_before_it_is_stored_counts() -> None:
    assert speed_of(box(0, 0.0), [box(0, 0.0), box(9, 40.0)], TIMES) is None
    assert speed_of(box(1, 2.0), [box(0, 0.0), box(1, 1.0)], TIMES) == pytest.approx((20.0, 0.0))
