"""Writing plain folders: what is written comes back, by its own times, poses and calibrations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import Drive, WriteOptions, format_named, open_dataset, write_dataset
from lidar_label.errors import MissingFile
from lidar_label.model import SE3, Fisheye, PointCloud, Scene, Sensor, Sweep, Taxonomy


def there_and_back(tmp_path: Path, drive: Drive) -> Scene:
    target = tmp_path / "out"
    write_dataset("cloud-folder", target, [drive], Taxonomy(), WriteOptions())
    dataset = open_dataset(target)
    assert dataset.format == "cloud-folder"
    assert not [f for f in dataset.findings if f.severity != "info" and f.code != "no-timestamps"]
    return dataset.scene(drive.scene.name)


def assert_same_scene(given: Scene, back: Scene) -> None:
    assert [f.name for f in back.frames] == [f.name for f in given.frames]
    assert (back.has_poses, back.has_timestamps) == (given.has_poses, given.has_timestamps)
    assert set(back.sensors) == set(given.sensors)
    for channel, sensor in given.sensors.items():
        assert back.sensors[channel].camera == sensor.camera
        assert back.sensors[channel].kind == sensor.kind
    shift = np.array(back.origin) - np.array(given.origin)
    for frame, other in zip(given.frames, back.frames, strict=True):
        if given.has_timestamps:
            assert other.timestamp_ns == frame.timestamp_ns
        for channel, sweep in frame.sweeps.items():
            there = other.sweeps[channel]
            points, same = sweep.points(), there.points()
            assert list(same.fields) == list(points.fields)
            for name, values in points.fields.items():
                assert np.array_equal(same.fields[name], values)
                assert same.fields[name].dtype == values.dtype
            world = sweep.world_SE3_sensor.apply(points.xyz)
            np.testing.assert_allclose(there.world_SE3_sensor.apply(same.xyz) + shift, world, atol=2e-5)
            assert max(there.sensor.ego_SE3_sensor.error_to(sweep.sensor.ego_SE3_sensor)) < 1e-9
        assert set(other.images) == set(frame.images)
        for channel, image in frame.images.items():
            taken = other.images[channel]
            assert taken.encoded() == image.encoded()
            assert taken.suffix == image.suffix
            if given.has_timestamps:
                assert taken.timestamp_ns == image.timestamp_ns
            pose, same_pose = image.world_SE3_sensor, taken.world_SE3_sensor
            moved = SE3(same_pose.dst, same_pose.src, same_pose.rotation, same_pose.translation + shift)
            assert max(moved.error_to(pose)) < 1e-7


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize("poses", [True, False])
@pytest.mark.parametrize("times", [True, False])
def test_a_drive_comes_back(tmp_path: Path, full_drive: Callable, far: bool, poses: bool, times: bool) -> None:
    origin = (691_000.0, 5_335_000.0, 512.0) if far else (0.0, 0.0, 0.0)
    drive = full_drive(origin=origin, poses=poses, distortion=(-0.3, 0.1, 1e-3, -2e-3, 0.01))
    scene = drive.scene
    if not times:  # then pictures have the time of their frame
        frames = [
            replace(
                frame,
                timestamp_ns=(i + 7) * 10**8,
                sweeps={c: replace(s, timestamp_ns=(i + 7) * 10**8) for c, s in frame.sweeps.items()},
                images={
                    c: replace(m, timestamp_ns=(i + 7) * 10**8, world_SE3_ego=frame.world_SE3_ego)
                    for c, m in frame.images.items()
                },
            )
            for i, frame in enumerate(scene.frames)
        ]
        scene = replace(scene, frames=frames, has_timestamps=False)
    assert_same_scene(scene, there_and_back(tmp_path, Drive(scene=scene, labels=drive.labels)))


def test_sensors_of_one_time_with_poses_of_their_own(tmp_path: Path, full_drive: Callable) -> None:
    drive = full_drive(origin=(691_000.0, 5_335_000.0, 512.0))
    frames = [
        replace(f, images={c: replace(m, timestamp_ns=f.timestamp_ns) for c, m in f.images.items()})
        for f in drive.scene.frames
    ]
    given = replace(drive.scene, frames=frames)
    assert [loss.code for loss in format_named("cloud-folder").losses([Drive(scene=given, labels=drive.labels)])] == [
        "boxes"
    ]
    assert_same_scene(given, there_and_back(tmp_path, Drive(scene=given, labels=drive.labels)))


def test_labels_are_announced_as_lost(full_drive: Callable) -> None:
    writer = format_named("cloud-folder")
    losses = writer.losses([full_drive()])
    assert [loss.code for loss in losses] == ["boxes"]
    assert not writer.holds.boxes


def test_several_lidars_a_radar_and_a_fisheye(tmp_path: Path, full_drive: Callable) -> None:
    drive = full_drive()
    scene = drive.scene
    rear = Sensor(channel="LIDAR_REAR", kind="lidar", ego_SE3_sensor=SE3.from_yaw("ego", "LIDAR_REAR", 3.0, (-2, 0, 1)))
    radar = Sensor(
        channel="RADAR_FRONT", kind="radar", ego_SE3_sensor=SE3.from_yaw("ego", "RADAR_FRONT", 0.1, (3, 0, 1))
    )
    lens = Fisheye(width=64, height=48, fx=20, fy=21, cx=31, cy=23, distortion=(0.1, 0.01, -0.001, 0.0001))
    camera = replace(scene.sensors["CAM_FRONT"], camera=lens)
    frames = []
    for i, frame in enumerate(scene.frames):
        cloud = PointCloud(np.full((i + 1, 3), i + 1.0, np.float32), {"vx": np.arange(i + 1.0)})
        top = frame.sweeps["LIDAR_TOP"]
        late = top.timestamp_ns + 3_000_001
        pose = SE3.from_yaw("world", "ego", 0.3 + i, (late * 1e-9 % 100, i, 0))
        more = {
            sensor.channel: Sweep(sensor=sensor, timestamp_ns=late, world_SE3_ego=pose, frame=i, load=lambda c=cloud: c)
            for sensor in (rear, radar)
        }
        if i == 1:
            more.pop("LIDAR_REAR")
        images = {c: replace(image, sensor=camera) for c, image in frame.images.items()} if i != 2 else {}
        frames.append(replace(frame, sweeps={"LIDAR_TOP": top, **more}, images=images))
    sensors = {**scene.sensors, "CAM_FRONT": camera, "LIDAR_REAR": rear, "RADAR_FRONT": radar}
    given = replace(scene, frames=frames, sensors=sensors)
    back = there_and_back(tmp_path, Drive(scene=given, labels=drive.labels))
    assert back.main_lidar is not None
    assert back.main_lidar.channel == "LIDAR_TOP"
    assert [set(frame.sweeps) for frame in back.frames] == [set(frame.sweeps) for frame in given.frames]
    assert_same_scene(given, back)


def test_what_is_absent_is_told_and_frames_stay(tmp_path: Path, full_drive: Callable) -> None:
    drive = full_drive()

    def gone(path: str) -> bytes:
        raise MissingFile("the file is not there", where=path)

    frames = list(drive.scene.frames)
    sweeps = {c: replace(s, load=partial(gone, "sweep 1")) for c, s in frames[1].sweeps.items()}
    images = {c: replace(m, load=partial(gone, "image 1")) for c, m in frames[1].images.items()}
    frames[1] = replace(frames[1], sweeps=sweeps, images=images)
    target = tmp_path / "out"
    given = Drive(scene=replace(drive.scene, frames=frames), labels=drive.labels)
    found = write_dataset("cloud-folder", target, [given], Taxonomy(), WriteOptions())
    assert [f.code for f in found] == ["missing-file"]
    back = open_dataset(target).scene("full")
    assert len(back.frames) == 4
    assert [len(frame.sweep().points()) for frame in back.frames] == [30, 0, 30, 30]
    assert [len(frame.images) for frame in back.frames] == [1, 0, 1, 1]


def test_a_drive_without_data(tmp_path: Path, full_drive: Callable) -> None:
    back = there_and_back(tmp_path, full_drive(data=False))
    assert len(back.frames) == 4
    given = full_drive(data=False).scene
    for frame, other in zip(given.frames, back.frames, strict=True):
        assert max(other.world_SE3_ego.error_to(frame.world_SE3_ego)) < 1e-9


def test_several_scenes_and_names_that_are_no_folders(tmp_path: Path, full_drive: Callable) -> None:
    drives = [full_drive(name="../a:b"), full_drive(name="出典データ")]
    target = tmp_path / "小於90 ä"
    found = write_dataset("cloud-folder", target, drives, Taxonomy(), WriteOptions(jobs=2))
    assert [f.code for f in found] == ["scene-name"]
    dataset = open_dataset(target)
    assert len(dataset.scene_names) == 2
    assert "出典データ" in dataset.scene_names
    assert sorted(p.name for p in tmp_path.iterdir()) == ["小於90 ä"]


def test_the_files_are_plain(tmp_path: Path, full_drive: Callable) -> None:
    there_and_back(tmp_path, full_drive())
    folder = tmp_path / "out" / "full"
    assert sorted(p.name for p in folder.iterdir()) == ["calib.json", "images", "points", "poses.json"]
    assert (folder / "points/LIDAR_TOP/timestamps.txt").read_text().splitlines()[0] == "1700000000.123456789"
    poses = json.loads((folder / "poses.json").read_text())["poses"]
    assert len(poses) == 8
    assert poses[0]["timestamp_ns"] == 1_700_000_000_123_456_789
    assert set(poses[0]["rotation"]) == {"w", "x", "y", "z"}


def test_one_calibration_a_sensor_is_announced(full_drive: Callable) -> None:
    drive = full_drive()
    frames = list(drive.scene.frames)
    moved = SE3.from_yaw("ego", "LIDAR_TOP", 0.5, (1, 0, 2))
    sweep = frames[1].sweeps["LIDAR_TOP"]
    sweeps = {"LIDAR_TOP": replace(sweep, sensor=replace(sweep.sensor, ego_SE3_sensor=moved))}
    frames[1] = replace(frames[1], sweeps=sweeps)
    changed = Drive(scene=replace(drive.scene, frames=frames), labels=drive.labels)
    assert {loss.code for loss in format_named("cloud-folder").losses([changed])} == {"boxes", "one-calibration"}
