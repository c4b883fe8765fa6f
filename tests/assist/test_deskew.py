"""Deskewing: a wall seen from a moving car is flat again, once; what is compensated already stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from lidar_label.assist import deskew_sweep, pose_track
from lidar_label.datasets import open_dataset
from lidar_label.model import SE3, Floats, Frame, PointCloud, Scene, Sensor, Sweep

START_NS, TURN_S = 1_700_000_000_000_000_000, 0.1
MOUNT = SE3("ego", "LIDAR", Rotation.from_euler("zyx", [-1.5, 0.02, 0.01]).as_quat(scalar_first=True), (0.9, 0.1, 1.8))
LIDAR = Sensor(channel="LIDAR", kind="lidar", ego_SE3_sensor=MOUNT)
Motion = Callable[[float], SE3]


def straight_and_turning(seconds: float) -> SE3:
    """25 m/s and half a radian a second, far from the origin."""
    return SE3.from_yaw("world", "ego", 0.3 + 0.5 * seconds, (4e5 + 24 * seconds, 7 * seconds, 0.4 * seconds))


def arc(seconds: float) -> SE3:
    """15 m/s along a circle of 30 m, always looking ahead."""
    angle = 0.5 * seconds
    return SE3.from_yaw("world", "ego", angle, (30 * np.sin(angle), 30 - 30 * np.cos(angle), 0.0))


def wall(seed: int = 0, count: int = 500) -> tuple[Floats, Floats]:
    """Return points of a flat wall 12 m to the left, relative to the first place, and when each is seen."""
    rng = np.random.default_rng(seed)
    along, up = rng.uniform(-30, 30, count), rng.uniform(0, 4, count)
    points = np.column_stack([along, np.full(count, 12.0), up])
    return points, np.sort(rng.uniform(-TURN_S / 2, TURN_S / 2, count))


def seen_by(motion: Motion, world: Floats, times: Floats, dtype: type = np.float32) -> PointCloud:
    """See each point from where the sensor is at the point's time."""
    local = [
        (motion(float(time)) @ MOUNT).inverse.apply(point[None])[0] for point, time in zip(world, times, strict=True)
    ]
    ring = np.arange(len(world), dtype=np.uint16)
    return PointCloud(np.array(local, np.float32), {"ring": ring, "time_s": times.astype(dtype)})


def made(motion: Motion, cloud: PointCloud, **more: Any) -> Sweep:
    return Sweep(
        sensor=LIDAR, timestamp_ns=START_NS, world_SE3_ego=motion(0.0), frame=0, load=lambda: cloud, **more
    )  # fmt: skip


def poses(motion: Motion, step_s: float = 0.1) -> dict[int, SE3]:
    return {START_NS + round(k * step_s * 1e9): motion(k * step_s) for k in range(-5, 6)}


def world_of(motion: Motion, cloud: PointCloud) -> NDArray[Any]:
    return (motion(0.0) @ MOUNT).apply(cloud.xyz) - motion(0.0).translation


@pytest.mark.parametrize(("motion", "step_s", "most"), [(straight_and_turning, 0.1, 1e-4), (arc, 0.02, 1e-3)])
def test_a_wall_is_flat_again(motion: Motion, step_s: float, most: float) -> None:
    points, times = wall()
    cloud = seen_by(motion, points + motion(0.0).translation, times)
    assert np.abs(world_of(motion, cloud) - points).max() > 0.4  # bent as it comes
    found = deskew_sweep(made(motion, cloud), poses(motion, step_s))
    assert (found.done, found.reason) == (True, "")
    straight = world_of(motion, found.cloud)
    assert np.abs(straight - points).max() < most
    assert float(np.ptp(straight[:, 1])) < 2 * most
    assert found.cloud.fields["ring"].tolist() == cloud.fields["ring"].tolist()


@settings(max_examples=25, deadline=None)
@given(
    speed=st.floats(-40, 40), climb=st.floats(-2, 2), rate=st.floats(-1.5, 1.5), late=st.floats(-0.05, 0.05),
    dtype=st.sampled_from([np.float32, np.float64]), seed=st.integers(0, 2**31),
)  # fmt: skip
def test_any_even_motion_is_taken_out(
    speed: float, climb: float, rate: float, late: float, dtype: type, seed: int
) -> None:
    def motion(seconds: float) -> SE3:
        return SE3.from_yaw("world", "ego", rate * seconds, (speed * seconds, 0.0, climb * seconds))

    points, times = wall(seed, 40)
    times = times + late
    cloud = seen_by(motion, points, times, dtype)
    found = deskew_sweep(made(motion, cloud), poses(motion))
    assert found.done
    np.testing.assert_allclose(world_of(motion, found.cloud), points, atol=1e-4)


def test_never_twice() -> None:
    points, times = wall()
    cloud = seen_by(arc, points, times)
    first = deskew_sweep(made(arc, cloud), poses(arc))
    assert not first.cloud.fields["time_s"].any()
    assert np.array_equal(first.cloud.fields["scan_time_s"], cloud.fields["time_s"])
    again = deskew_sweep(made(arc, first.cloud), poses(arc))
    assert (again.done, again.reason) == (False, "its points were motion-compensated before")
    assert again.cloud is first.cloud
    # Nor where a file kept only the times of now.
    bare = PointCloud(first.cloud.xyz, {"time_s": first.cloud.fields["time_s"]})
    assert not deskew_sweep(made(arc, bare), poses(arc)).done


@pytest.mark.parametrize(
    ("fields", "more", "words"),
    [
        ({"time_s": "each"}, {"is_compensated": True}, "its format says"),
        ({"time_s": 0.0}, {}, "all its points have the same time"),
        ({"time_s": -0.05}, {"is_compensated": False}, "all its points have the same time"),
        ({}, {}, "no times of their own"),
        ({"time_s": np.nan}, {}, "no times of their own"),
        ({"time_s": "lacking"}, {}, "some of its points have no time"),
        ({"time_s": "nanoseconds"}, {}, "which no sweep lasts"),
        ({"time_s": "since 1970"}, {}, "away from its own"),
    ],
)
def test_what_is_left_alone_and_why(fields: dict[str, Any], more: dict[str, Any], words: str) -> None:
    points, times = wall()
    odd = {
        "each": times, "lacking": np.where(times > 0, times, np.nan), "nanoseconds": times * 1e9,
        "since 1970": times + 1.7e9,
    }  # fmt: skip
    values = {name: odd[kind] if isinstance(kind, str) else np.full(len(times), kind) for name, kind in fields.items()}
    cloud = PointCloud(seen_by(arc, points, times).xyz, values)
    found = deskew_sweep(made(arc, cloud, **more), poses(arc))
    assert not found.done
    assert words in found.reason
    assert found.cloud is cloud


def test_poses_that_do_not_reach() -> None:
    points, times = wall()
    sweep = made(arc, seen_by(arc, points, times))
    assert deskew_sweep(sweep, {}).reason == "there are no poses before or after it"
    assert deskew_sweep(sweep, {START_NS: arc(0.0)}).reason == "there are no poses before or after it"
    assert "apart" in deskew_sweep(sweep, {START_NS + k * 2_500_000_000: arc(2.5 * k) for k in (-1, 1)}).reason
    late = made(arc, seen_by(arc, points, times + 0.3))
    assert "beyond" in deskew_sweep(late, {START_NS - 100_000_000: arc(-0.1)}).reason
    assert deskew_sweep(sweep, {START_NS - 100_000_000: arc(-0.1)}).done  # the last one of a drive


def test_points_without_a_return_stay_none() -> None:
    points, times = wall(count=6)
    seen = seen_by(arc, points, times)
    xyz, when = seen.xyz.copy(), times.copy()
    xyz[1], xyz[3] = 0, np.nan
    when[3] = np.nan
    cloud = PointCloud(xyz, {"time_s": when})
    found = deskew_sweep(made(arc, cloud), poses(arc))
    assert found.done
    assert found.cloud.valid.tolist() == cloud.valid.tolist() == [True, False, True, False, True, True]
    nothing = PointCloud(np.zeros((0, 3), np.float32), {"time_s": np.zeros(0)})
    assert not deskew_sweep(made(arc, nothing), poses(arc)).done


def test_the_track_of_a_scene() -> None:
    empty = PointCloud(np.zeros((0, 3), np.float32))
    frames = [
        Frame(
            index=k, timestamp_ns=START_NS + k,
            sweeps={"LIDAR": Sweep(sensor=LIDAR, timestamp_ns=START_NS + k, world_SE3_ego=arc(k), frame=k,
                                   load=lambda: empty)},
        )
        for k in range(3)
    ]  # fmt: skip
    for has_poses, has_timestamps in ((True, True), (False, True), (True, False)):
        scene = Scene(
            name="s", frames=frames, sensors={"LIDAR": LIDAR}, has_poses=has_poses, has_timestamps=has_timestamps
        )
        wanted = {START_NS + k: arc(k) for k in range(3)} if has_poses and has_timestamps else {}
        assert pose_track(scene, "LIDAR") == wanted
        assert pose_track(scene, "RADAR") == {}


def test_published_sweeps_stay_as_they_are(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "av2")
    scene = dataset.scene(dataset.scene_names[0])
    sweep = next(frame.sweep() for frame in scene.frames if frame.sweeps)
    found = deskew_sweep(sweep, pose_track(scene, sweep.channel))
    assert float(np.ptp(found.cloud.fields["time_s"])) > 0.09  # they have real times, which tempt
    assert (found.done, "format" in found.reason) == (False, True)
    assert np.array_equal(found.cloud.xyz, sweep.points().xyz)
