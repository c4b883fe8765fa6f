"""Between key frames: by true time, the shortest way round, and never over what somebody fixed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation, Slerp

from lidar_label.assist import copy_box, interpolate_track, predict_box
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Source, wrap_angle

TIMES = [0, 100, 250, 300, 1000, 1100, 1200, 1300, 1400, 1500]


def box(frame: int, x: float = 0.0, yaw: float = 0.0, **more: Any) -> Box:
    pose = SE3.from_yaw("world", "box", yaw, (x, 0.0, 0.0))
    return Box(**{"track": "t", "frame": frame, "world_SE3_box": pose, "size": (4.0, 2.0, 1.5), **more})


def test_position_follows_the_clock_not_the_frame_number() -> None:
    made = interpolate_track([box(0, x=0.0), box(4, x=10.0)], TIMES)
    assert [b.frame for b in made] == [1, 2, 3]
    assert [b.center[0] for b in made] == pytest.approx([1.0, 2.5, 3.0])
    assert all(b.source is Source.INTERPOLATED and not b.is_keyframe and b.score is None for b in made)


def test_size_changes_with_time_and_stays_exact_where_it_does_not() -> None:
    keys = [box(0, size=(4.0, 0.1, 0.3)), box(4, size=(5.0, 0.1, 0.3))]
    made = interpolate_track(keys, TIMES, method="linear")
    assert [b.size[0] for b in made] == pytest.approx([4.1, 4.25, 4.3])
    assert {b.size[1:] for b in made} == {(0.1, 0.3)}


@pytest.mark.parametrize(("start", "end"), [(3.1, -3.1), (-3.0, 3.0), (math.pi, -math.pi + 0.2), (0.1, -0.1)])
def test_the_heading_turns_the_short_way(start: float, end: float) -> None:
    made = interpolate_track([box(0, yaw=start), box(4, yaw=end)], TIMES)
    total = wrap_angle(end - start)
    assert abs(total) < 0.5
    for frame, found in zip((1, 2, 3), made, strict=True):
        assert wrap_angle(found.yaw - start) == pytest.approx(total * TIMES[frame] / 1000, abs=1e-9)


angles = st.floats(-math.pi, math.pi)


@settings(max_examples=60, deadline=None)
@given(start=st.tuples(angles, angles, angles), end=st.tuples(angles, angles, angles))
def test_rotation_is_the_slerp_of_scipy(start: Any, end: Any) -> None:
    turns = Rotation.from_euler("xyz", [start, end])
    if (turns[0].inv() * turns[1]).magnitude() > 3.1:
        return  # half a circle has two shortest ways
    poses = [SE3("world", "box", q, (0, 0, 0)) for q in turns.as_quat(scalar_first=True)]
    made = interpolate_track([box(0, world_SE3_box=poses[0]), box(4, world_SE3_box=poses[1])], TIMES)
    expected = Slerp([0, 1000], turns)([100, 250, 300])
    for found, wanted in zip(made, expected, strict=True):
        turn = Rotation.from_quat(found.world_SE3_box.rotation, scalar_first=True)
        assert (turn.inv() * wanted).magnitude() < 1e-7


def test_key_frames_are_never_touched_and_only_lie_at_the_ends() -> None:
    keys = [box(0), box(2, x=7.0), box(3, x=8.0), box(6, x=9.0)]
    made = interpolate_track([keys[2], keys[0], keys[3], keys[1]], TIMES)
    assert [b.frame for b in made] == [1, 4, 5]


def test_boxes_of_the_machine_are_replaced_and_keep_their_tokens() -> None:
    old = box(2, x=99.0, is_keyframe=False, source=Source.PROPAGATED, score=0.4, num_lidar_pts=3)
    outside = box(8, x=99.0, is_keyframe=False)
    made = interpolate_track([box(0), old, box(4, x=10.0), outside], TIMES)
    assert [b.frame for b in made] == [1, 2, 3]
    assert made[1].token == old.token
    assert made[1].center[0] == pytest.approx(2.5)
    assert made[1].num_lidar_pts is None
    assert made[0].token not in {old.token, made[2].token}


def test_attributes_and_visibility_are_those_of_the_key_frame_before() -> None:
    first = box(0, attributes={"moving": True}, visibility="4")
    made = interpolate_track([first, box(2, attributes={"parked": True}, visibility="1"), box(4)], TIMES)
    assert [(b.attributes, b.visibility) for b in made] == [({"moving": True}, "4"), ({"parked": True}, "1")]


def test_a_part_of_the_frames() -> None:
    keys = [box(0), box(4, x=10.0), box(9, x=20.0)]
    assert [b.frame for b in interpolate_track(keys, TIMES, first=2, last=6)] == [2, 3, 5, 6]


@pytest.mark.parametrize("boxes", [[], [box(3)], [box(3), box(4)], [box(0, is_keyframe=False), box(4)]])
def test_nothing_between(boxes: list[Box]) -> None:
    assert interpolate_track(boxes, TIMES) == []


def test_times_may_be_a_mapping() -> None:
    times = {5: 10**18, 6: 10**18 + 1, 7: 10**18 + 4}  # too close for float64 seconds
    (made,) = interpolate_track([box(5), box(7, x=4.0)], times)
    assert made.center[0] == 1.0


@pytest.mark.parametrize(
    ("boxes", "times", "words"),
    [
        ([box(0), replace(box(4), track="other")], TIMES, "more than one track"),
        ([box(0), box(0)], TIMES, "two boxes in frame 0"),
        ([box(0), box(12)], TIMES, "frame 12 has no time"),
        ([box(0), box(2)], [0, 5, 5], "not later"),
        ([box(0), box(2)], [7, 5, 5], "not later"),
    ],
)
def test_what_cannot_be_interpolated_is_said(boxes: list[Box], times: list[int], words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        interpolate_track(boxes, times)


def test_prediction_goes_on_at_the_same_speed_by_the_clock() -> None:
    past = [box(0, x=-9.0), box(1, x=0.0, yaw=3.0), box(3, x=2.0, yaw=3.1)]
    found = predict_box([*past, box(6, x=50.0)], TIMES, 4)  # 200 ns for 2 m, then 700 ns
    assert found.center[0] == pytest.approx(9.0)
    assert found.yaw == pytest.approx(wrap_angle(3.45))
    assert (found.frame, found.track, found.is_keyframe, found.source) == (4, "t", False, Source.PROPAGATED)
    assert found.token not in {b.token for b in past}


def test_prediction_from_one_box_stands_still() -> None:
    found = predict_box([box(1, x=3.0, yaw=1.0, num_lidar_pts=5)], TIMES, 2)
    assert found.world_SE3_box == box(1, x=3.0, yaw=1.0).world_SE3_box
    assert found.num_lidar_pts is None


def test_prediction_does_not_spin_on_from_a_flipped_heading() -> None:
    found = predict_box([box(0, yaw=0.0), box(1, x=1.0, yaw=3.0)], TIMES, 2)
    assert found.yaw == pytest.approx(3.0)
    assert found.center[0] == pytest.approx(2.5)


def test_prediction_needs_an_earlier_box() -> None:
    with pytest.raises(InvalidValue, match="no box before frame 3"):
        predict_box([box(3)], TIMES, 3)
    with pytest.raises(InvalidValue, match="do not rise"):
        predict_box([box(0), box(1)], [0, 0, 5], 2)


def test_a_copy_stays_in_the_world_or_beside_the_car() -> None:
    one = box(2, x=10.0, yaw=0.5, attributes={"a": True}, score=0.5)
    still = copy_box(one, 3)
    assert still.world_SE3_box == one.world_SE3_box
    assert (still.frame, still.score, still.attributes, still.source) == (3, None, {"a": True}, Source.PROPAGATED)
    assert still.token != one.token
    start = SE3.from_yaw("world", "ego", 0.2, (1.0, 2.0, 0.0))
    end = SE3.from_yaw("world", "ego", 0.7, (5.0, 3.0, 0.1))
    along = copy_box(one, 3, (start, end))
    near, turn = (start.inverse @ one.world_SE3_box).error_to(end.inverse @ along.world_SE3_box)
    assert near < 1e-12
    assert turn < 1e-9
    assert np.linalg.norm(along.center - one.center) > 1
