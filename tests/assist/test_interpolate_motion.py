"""Between key frames by motion: bends, what stands, shaking poses, and key frames in bad order."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.assist import interpolate_track
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, wrap_angle
from tests.assist.tracks import STEP_NS, box, farthest, in_a_bend

pytestmark = pytest.mark.one_numpy

TIMES = [frame * STEP_NS for frame in range(200)]
ROOT = Path(__file__).resolve().parents[2]


def keyed(boxes: list[Box], gap: int) -> list[Box]:
    return [replace(found, is_keyframe=found.frame % gap == 0) for found in boxes]


def test_a_car_in_a_bend_is_nearer_than_on_straight_lines_and_splines() -> None:
    truth = in_a_bend(41)
    miss = {
        method: farthest(interpolate_track(keyed(truth, 20), TIMES, category="car", method=method), truth)
        for method in ("motion", "linear", "cubic")
    }
    assert miss["motion"] < 0.6 * miss["cubic"]
    assert miss["motion"] < 0.2 * miss["linear"]


def test_two_key_frames_make_a_bend_of_a_car_and_a_line_of_a_person() -> None:
    truth = in_a_bend(16)
    keys = [truth[0], truth[15]]
    straight = interpolate_track(keys, TIMES, method="linear")
    car, person = (interpolate_track(keys, TIMES, category=kind) for kind in ("vehicle.car", "Pedestrian"))
    assert farthest(car, truth) < 0.3 * farthest(straight, truth)
    assert farthest(person, straight) < 1e-6


def test_without_a_category_the_size_decides() -> None:
    truth = in_a_bend(16)
    keys = [truth[0], truth[15]]
    assert farthest(interpolate_track(keys, TIMES), interpolate_track(keys, TIMES, category="car")) == 0.0


def test_what_stands_goes_straight_and_what_drives_off_does_not_swing_back() -> None:
    keys = [box(0, 0.0), box(10, 0.05, 0.02), box(20, 0.1), box(30, 6.0), box(40, 20.0)]
    made = {found.frame: found.center for found in interpolate_track(keys, TIMES, category="car")}
    for frame in range(1, 10):
        assert made[frame] == pytest.approx((0.005 * frame, 0.002 * frame, 0.8), abs=1e-9)
    assert min(made[frame][0] for frame in range(21, 30)) > 0.0
    assert all(made[frame + 1][0] > made[frame][0] for frame in range(22, 29))


def test_the_size_is_one_for_the_whole_track() -> None:
    keys = [box(0), box(5, size=(4.6, 1.8, 1.5)), box(10, size=(5.4, 1.9, 1.5))]
    assert {found.size for found in interpolate_track(keys, TIMES)} == {(4.6, 1.8, 1.5)}


def test_boxes_follow_the_shake_of_poses_that_is_seen_between_key_frames() -> None:
    shake = np.random.default_rng(3).normal(0.0, 0.05, 60)
    ego = [SE3("world", "ego", (1, 0, 0, 0), (1.2 * frame + shake[frame], 0, 0)) for frame in range(60)]
    truth = [box(frame, 30.0 + shake[frame], 3.0) for frame in range(60)]  # parked, labelled on the points
    apart = interpolate_track(keyed(truth, 10), TIMES, category="car")
    along = interpolate_track(keyed(truth, 10), TIMES, category="car", ego=ego)
    off = [np.mean([abs(b.center[0] - truth[b.frame].center[0]) for b in made]) for made in (apart, along)]
    assert off[1] < 0.6 * off[0]


def test_exact_poses_change_nothing() -> None:
    path = in_a_bend(41, radius=40.0)
    ego = [SE3("world", "ego", b.world_SE3_box.rotation, (b.center[0] + math.sin(b.frame / 9), 0, 0)) for b in path]
    truth = in_a_bend(41)
    made = interpolate_track(keyed(truth, 10), TIMES, category="car", ego=ego)
    assert farthest(made, interpolate_track(keyed(truth, 10), TIMES, category="car")) < 1e-3


def test_a_frame_without_a_pose_is_named() -> None:
    ego = {frame: SE3.identity("world", "ego") for frame in range(10)}
    with pytest.raises(InvalidValue, match="frame 10 has no ego pose"):
        interpolate_track(keyed(in_a_bend(21), 10), TIMES, ego=ego)


def test_two_key_frames_at_one_time_part_the_track() -> None:
    times = [0, 100, 200, 300, 300, 400, 500]
    keys = [box(0), box(3, 3.0), box(4, 9.0), box(6, 11.0)]
    made = interpolate_track(keys, [time * 1_000_000 for time in times], category="car")
    assert [found.frame for found in made] == [1, 2, 5]
    assert np.isfinite([found.center for found in made]).all()
    assert made[2].center[0] == pytest.approx(10.0, abs=0.2)


def test_no_such_method() -> None:
    with pytest.raises(InvalidValue, match="square"):
        interpolate_track([box(0), box(2)], TIMES, method="square")  # type: ignore[arg-type]


numbers = st.floats(-50.0, 50.0)
key = st.tuples(numbers, numbers, st.floats(-math.pi, math.pi), st.integers(1, 9), st.integers(1, 3_000_000_000))


@settings(max_examples=120, deadline=None)
@given(keys=st.lists(key, min_size=1, max_size=8), kind=st.sampled_from(["car", "Cyclist", "Pedestrian", "cone", None]))
def test_any_key_frames_at_any_times(keys: list[tuple[float, float, float, int, int]], kind: str | None) -> None:
    boxes: list[Box] = []
    times = [0]
    for x, y, yaw, frames, step in keys:
        boxes.append(box(len(times) - 1, x, y, yaw))
        times += [times[-1] + step * (n + 1) for n in range(frames)]
    made = interpolate_track(boxes, times, category=kind)
    fixed = [found.frame for found in boxes]
    assert [b.frame for b in made] == [frame for frame in range(fixed[-1] + 1) if frame not in fixed]
    for found in made:
        before = boxes[np.searchsorted(fixed, found.frame) - 1]
        after = boxes[np.searchsorted(fixed, found.frame)]
        reach = np.linalg.norm(after.center - before.center) + 60.0 * (times[after.frame] - times[before.frame]) * 1e-9
        assert np.linalg.norm(found.center - before.center) <= reach + 1.0
        turn = abs(wrap_angle(after.yaw - before.yaw))
        if kind in ("Pedestrian", "cone"):
            assert abs(wrap_angle(found.yaw - before.yaw)) <= turn + 1e-6


@settings(max_examples=40, deadline=None)
@given(turn=st.floats(-math.pi, math.pi))
def test_turning_the_world_turns_the_result(turn: float) -> None:
    world = SE3.from_yaw("world", "world", turn, (5.0, -3.0, 0.0))
    keys = keyed(in_a_bend(21), 10)
    plain = interpolate_track(keys, TIMES, category="car")
    turned = interpolate_track([found.moved(world @ found.world_SE3_box) for found in keys], TIMES, category="car")
    for one, other in zip(plain, turned, strict=True):
        far, angle = (world @ one.world_SE3_box).error_to(other.world_SE3_box)
        assert far < 1e-6
        assert angle < 1e-6


def test_more_real_boxes_come_out_right_than_by_straight_lines_and_splines(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import interpolation_run

    for folder in ("label_02", "calib", "imu_poses"):
        (tmp_path / folder).mkdir()
        for name in ("0000", "0002", "0017"):  # for the time it takes
            (tmp_path / folder / f"{name}.txt").symlink_to(shared_data / "kitti_tracking" / folder / f"{name}.txt")
    monkeypatch.delitem(interpolation_run.METHODS, "ours, boxes alone")
    rows = interpolation_run.results(tmp_path)
    good = {(row["gap"], row["method"]): row["good"] for row in rows}
    assert {row["gap"] for row in rows} == {5, 10, 20}
    for gap in (5, 10, 20):
        assert good[gap, "ours"] > good[gap, "linear"]
        assert good[gap, "ours"] > good[gap, "cubic"]
