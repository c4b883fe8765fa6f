"""Who walks heads where the way leads, with a stride; who stands is left as found."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lidar_label.assist.draft_walkers import walking
from lidar_label.model import SE3, Box, Floats

pytestmark = pytest.mark.one_numpy
SENSOR = np.zeros(3)


def person(frame: int, x: float, y: float, yaw: float) -> Box:
    pose = SE3.from_yaw("world", "box", yaw, (x, y, 0.85))
    return Box(track="p", frame=frame, world_SE3_box=pose, size=(0.65, 0.6, 1.7))


def times(count: int) -> list[int]:
    return [200_000_000 * frame for frame in range(count)]


def faces(box: Box, to: Floats) -> tuple[float, float]:
    """How near to and how far from a place the box's corners are, along the line to its middle."""
    ahead = (box.center - to)[:2] / np.hypot(*(box.center - to)[:2])
    half = np.array([[a, b, 0.0] for a in (-0.5, 0.5) for b in (-0.5, 0.5)]) * box.size
    along = (box.world_SE3_box.apply(half)[:, :2] - to[:2]) @ ahead
    return float(along.min()), float(along.max())


def test_who_walks_heads_there_and_grows_towards_the_sensor() -> None:
    found = [person(k, 10.0 + 0.28 * k, 0.0, 1.1 - 0.3 * k) for k in range(6)]  # 1.4 m/s straight away
    made = walking(found, times(6), [SENSOR] * 6)
    for box, old in zip(made, found, strict=True):
        assert box.yaw == pytest.approx(0.0, abs=1e-6)
        assert box.size[:2] == (0.8, 0.65)
        assert box.center[2] - box.size[2] / 2 == pytest.approx(0.0)
        assert box.size[2] > old.size[2]
        assert faces(box, SENSOR)[1] == pytest.approx(old.center[0] + 0.65 / 2, abs=1e-6)


def test_a_way_is_followed_round_a_corner() -> None:
    turn = np.linspace(0.0, math.pi / 2, 21)
    found = [person(k, 10 + 5 * math.sin(a), 5 - 5 * math.cos(a), 0.0) for k, a in enumerate(turn.tolist())]
    made = walking(found, times(21), [SENSOR] * 21)
    assert [box.yaw for box in made[5:-5]] == pytest.approx(turn[5:-5].tolist(), abs=math.radians(3.0))


def test_who_stands_or_was_seen_twice_stays_as_found() -> None:
    dice = np.random.default_rng(3)
    still = [person(k, *dice.normal((8.0, 3.0), 0.04), 0.4) for k in range(10)]
    assert walking(still, times(10), [SENSOR] * 10) == still
    twice = [person(k, 8.0 + k, 3.0, 0.4) for k in range(2)]
    assert walking(twice, times(2), [SENSOR] * 2) == twice
