"""What looks wrong about a box beside the others of its track, and that nothing else does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from lidar_label.gui.batch.suspect import Counts, doubts_of
from lidar_label.gui.nudge import nudged
from lidar_label.model import SE3, Box

SECONDS = [i * 0.1 for i in range(20)]


def driving(turn: float = 0.0, speed: float = 10.0) -> list[Box]:
    """A car that drives, in a bend of so many radians a second."""
    boxes, x, y = [], 0.0, 0.0
    for i in range(20):
        yaw = turn * i * 0.1
        pose = SE3.from_yaw("world", "box", yaw, (x, y, 0.8))
        boxes.append(Box(track="car", frame=i, world_SE3_box=pose, size=(4.5, 1.9, 1.6)))
        x, y = x + speed * 0.1 * math.cos(yaw), y + speed * 0.1 * math.sin(yaw)
    return boxes


def kinds(boxes: list[Box], **counts: Counts) -> dict[int, set[str]]:
    known = {int(frame[1:]): count for frame, count in counts.items()}
    found = doubts_of(boxes, SECONDS[: len(boxes)], known)
    return {frame: {doubt.kind for doubt in doubts} for frame, doubts in found.items()}


@pytest.mark.parametrize(("turn", "speed"), [(0.0, 10.0), (0.6, 8.0), (0.0, 0.0), (-1.0, 3.0)])
def test_nothing_is_wrong_with_a_car_that_drives_or_stands(turn: float, speed: float) -> None:
    assert kinds(driving(turn, speed)) == {}


def test_hardly_any_boxes_say_nothing() -> None:
    assert kinds([]) == {}
    assert kinds(driving()[:1]) == {}
    assert kinds(driving()[:2]) == {}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("size", lambda box: replace(box, size=(5.2, 1.9, 1.6))),
        ("heading", lambda box: nudged(box, dyaw=0.3)),
        ("jump", lambda box: nudged(box, dy=0.8)),
    ],
)
def test_the_one_that_is_off_is_found_and_no_other(kind: str, change: Callable[[Box], Box]) -> None:
    boxes = driving(0.3)
    boxes[8] = change(boxes[8])
    assert kinds(boxes) == {8: {kind}}


def test_a_heading_turned_round_is_found_where_it_turns() -> None:
    boxes = driving(speed=0.0)
    boxes[10:] = [nudged(box, dyaw=math.pi) for box in boxes[10:]]
    assert kinds(boxes) == {10: {"heading"}}


def test_a_car_that_drives_sideways_is_found_only_where_the_world_is_known() -> None:
    boxes = [nudged(box, dyaw=0.6) for box in driving()]
    assert kinds(boxes) == {frame: {"motion"} for frame in range(20)}
    assert doubts_of(boxes, SECONDS, {}, in_world=False) == {}


def test_points_speak_where_they_are_known() -> None:
    boxes = driving()
    assert kinds(boxes, f3=Counts(2, 0), f4=Counts(400, 20), f5=Counts(400, 90)) == {3: {"few"}, 5: {"outside"}}
