"""Two boxes by hand tell of a way: few points do not bend it, many that speak against it do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lidar_label.assist.propagate_told import Told
from lidar_label.model import Floats

START = np.array([5.0, 2.0, 0.8, 0.3])
VELOCITY = 8.0 * np.array([math.cos(0.3), math.sin(0.3)])
FILTER = np.diag([1 / 0.15**2, 1 / 0.15**2, 1 / 0.05**2, 1 / 0.03**2])  # that expects it to brake or turn


def fused(way: Told, seconds: float, off: Floats, many: int) -> Floats:
    """Return how far from going straight on it is laid by a match that lies `off` and is as sure as so many points."""
    straight = START + np.array([*(VELOCITY * seconds), 0.0, 0.0])
    told = np.diag([1 / (0.03**2 + 0.04 / many)] * 2 + [1 / 0.03**2, 1 / (0.005**2 + 0.08 / many)])
    return way.fused(seconds, straight, FILTER, straight + off, told, many) - straight


@pytest.mark.parametrize("seconds", [0.1, -0.1])
def test_few_points_do_not_bend_a_way(seconds: float) -> None:
    found = fused(Told(START, VELOCITY), seconds, np.array([0.12, -0.08, 0.02, 0.1]), 5)
    assert np.hypot(*found[:2]) < 0.03  # of 0.14
    assert abs(found[3]) < 0.02  # of 0.1


def test_many_points_show_that_it_brakes_and_turns() -> None:
    way = Told(START, VELOCITY)
    off = np.array([-0.4, 0.1, 0.0, 0.08])
    found = fused(way, 0.4, off, 300)
    assert np.hypot(*(found - off)[:2]) < 0.05
    assert abs(found[3] - off[3]) < math.radians(2.0)
    for frame in range(3):
        fused(way, 0.5 + 0.1 * frame, off * (1 + frame / 2), 300)
    assert not way.holds(0.8)


def test_what_hides_goes_on_as_two_boxes_say_and_not_as_a_turn_between_them_may_have_it() -> None:
    straight = START + np.array([*(VELOCITY * 0.2), 0.0, 0.0])
    found = Told(START, VELOCITY).unseen(0.2, straight + np.array([0.0, 0.2, 0.1, 0.08])) - straight
    assert np.hypot(*found[:2]) < 0.03
    assert found[2] == pytest.approx(0.1)  # a way tells nothing of heights
    assert abs(found[3]) < 0.012


def test_a_way_is_held_to_for_a_while_alone() -> None:
    assert Told(START, VELOCITY).holds(1.0)
    assert not Told(START, VELOCITY).holds(-3.0)
