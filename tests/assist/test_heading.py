"""Boxes that point backwards: turned by half a circle, by many votes and the motion."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.assist import set_headings
from lidar_label.model import SE3, Box, Source, wrap_angle
from tests.assist.tracks import STEP_NS, box, in_a_bend, machine

TIMES = [frame * STEP_NS for frame in range(200)]


def detected(boxes: list[Box], turned: set[int]) -> list[Box]:
    """The boxes as a detector finds them, some pointing backwards."""
    return [machine(b.frame, *b.center[:2], b.yaw + (math.pi if b.frame in turned else 0.0), score=0.8) for b in boxes]


def off(found: list[Box], truth: list[Box]) -> float:
    return max(abs(wrap_angle(a.yaw - b.yaw)) for a, b in zip(found, truth, strict=True))


def test_a_heading_is_turned_by_half_a_circle_never_mirrored() -> None:
    truth = [machine(frame, 0.5 * frame, yaw=0.3) for frame in range(20)]
    found = set_headings(detected(truth, {7}), TIMES, category="Car")
    assert found[7].yaw == pytest.approx(0.3)  # mirrored it would be -0.3 or so
    assert off(found, truth) < 1e-9


def test_a_first_heading_that_is_wrong_locks_nothing() -> None:
    truth = in_a_bend(40)
    found = set_headings(detected(truth, {0, 1, 2}), TIMES, category="vehicle.car")
    assert off(found, truth) < 1e-9


def test_headings_that_go_to_and_fro_are_one() -> None:
    truth = in_a_bend(40)
    assert off(set_headings(detected(truth, set(range(0, 40, 2))), TIMES, category="car"), truth) < 1e-9


def test_motion_outvotes_a_detector_that_is_wrong_most_of_the_time() -> None:
    truth = in_a_bend(40)
    wrong = set(range(40)) - {3, 17, 30}
    assert off(set_headings(detected(truth, wrong), TIMES, category="car"), truth) < 1e-9


def test_of_what_stands_the_most_boxes_decide() -> None:
    truth = [machine(frame, 0.02 * (frame % 3), yaw=3.1) for frame in range(20)]
    assert off(set_headings(detected(truth, {2, 3, 4, 11}), TIMES, category="car"), truth) < 1e-9


def test_a_person_turns_the_whole_track_with_one_key_frame() -> None:
    truth = [machine(frame, yaw=-2.0) for frame in range(20)]
    boxes = detected(truth, set(range(20)))
    boxes[9] = replace(truth[9], is_keyframe=True, source=Source.HUMAN)
    found = set_headings(boxes, TIMES, category="car")
    assert off(found, truth) < 1e-9
    assert found[9] is boxes[9]


def test_a_car_that_backs_out_goes_on_pointing_as_it_did() -> None:
    x = np.concatenate([-0.3 * np.arange(20), -6.0 + 0.8 * np.arange(60)])
    truth = [machine(frame, float(x[frame])) for frame in range(80)]
    found = set_headings(detected(truth, {5, 40}), TIMES, category="car")
    assert off(found, truth) < 1e-9


def test_what_is_right_is_left_alone_and_what_is_tilted_stays_tilted() -> None:
    tilted = SE3("world", "box", (0.99, 0.05, -0.08, 0.1), (0, 0, 0))
    boxes = [machine(frame, world_SE3_box=SE3("world", "box", tilted.rotation, (frame, 0, 0))) for frame in range(9)]
    assert all(a is b for a, b in zip(set_headings(boxes, TIMES, category="car"), boxes, strict=True))
    up = [b.world_SE3_box.rotation_matrix[:, 2] for b in set_headings(detected(boxes, {4}), TIMES, category="car")]
    assert np.allclose(up[4], (0, 0, 1))
    back = replace(boxes[4], world_SE3_box=boxes[4].world_SE3_box @ SE3.from_yaw("box", "box", math.pi, (0, 0, 0)))
    found = set_headings([*boxes[:4], back, *boxes[5:]], TIMES, category="car")
    assert found[4].world_SE3_box.error_to(boxes[4].world_SE3_box)[1] < 1e-7


@settings(max_examples=60, deadline=None)
@given(turned=st.sets(st.integers(0, 29), max_size=29), kind=st.sampled_from(["car", "Pedestrian", "cone", None]))
def test_done_twice_is_done_once(turned: set[int], kind: str | None) -> None:
    once = set_headings(detected(in_a_bend(30), turned), TIMES, category=kind)
    assert [b.yaw for b in set_headings(once, TIMES, category=kind)] == pytest.approx([b.yaw for b in once])


def test_few_boxes() -> None:
    assert set_headings([], TIMES) == []
    alone = box(3)
    assert set_headings([alone], TIMES, category="car") == [alone]
