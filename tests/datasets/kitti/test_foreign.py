"""Drives that are not KITTI's, written in its layouts: another LiDAR frame, other cameras, a far world."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from lidar_label.datasets import Drive, format_named, open_dataset, write_dataset
from lidar_label.model import SE3, Box, Frame, Image, Labels, Pinhole, PointCloud, Scene, Sensor, Sweep, Taxonomy, Track

QUARTER = math.pi / 2
START_NS = 1_532_402_927_647_951_000


def picture() -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (1600, 900), (90, 90, 90)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def drive() -> Drive:
    """As nuScenes has it: the LiDAR's x points right and its y ahead; cameras look several ways."""
    lidar = Sensor(
        channel="LIDAR_TOP",
        kind="lidar",
        ego_SE3_sensor=SE3.from_yaw("ego", "LIDAR_TOP", -QUARTER + 0.01, (0.9, 0, 1.8)),
    )
    cameras = {}
    for name, yaw in (("CAM_BACK", math.pi), ("CAM_FRONT", 0.0), ("CAM_FRONT_LEFT", 1.0)):
        ahead = SE3.from_matrix("ego", name, [[0, 0, 1, 1.7], [-1, 0, 0, 0], [0, -1, 0, 1.5]])
        turned = SE3.from_yaw("ego", "ego", yaw, (0, 0, 0)) @ ahead
        lens = Pinhole(width=1600, height=900, fx=1260, fy=1260, cx=800, cy=450)
        cameras[name] = Sensor(channel=name, kind="camera", ego_SE3_sensor=turned, camera=lens)
    frames, boxes = [], []
    for i in range(3):
        pose = SE3.from_yaw("world", "ego", 2.0 + 0.1 * i, (400.0 + 5 * i, 1100.0, 3.0))
        time_ns = START_NS + i * 500_000_000
        ego = np.random.default_rng(i).uniform((2, -4, 0), (30, 4, 2), (200, 3))
        xyz = lidar.ego_SE3_sensor.inverse.apply(ego).astype(np.float32)
        cloud = PointCloud(xyz, {"intensity": np.full(200, i, dtype=np.float32), "ring": np.zeros(200, dtype=np.uint8)})
        sweep = Sweep(sensor=lidar, timestamp_ns=time_ns, world_SE3_ego=pose, frame=i, load=lambda cloud=cloud: cloud)
        images = {
            name: Image(sensor=s, timestamp_ns=time_ns, world_SE3_ego=pose, frame=i, load=picture)
            for name, s in cameras.items()
        }
        frames.append(Frame(index=i, timestamp_ns=time_ns, sweeps={"LIDAR_TOP": sweep}, images=images, name=""))
        for track, place, yaw in (("a", (15.0, 1.0, 1.0), 0.3), ("b", (-12.0, 4.0, 1.0), -3.0)):
            box = SE3.from_yaw("ego", "box", yaw, place)
            boxes.append(Box(track=track, frame=i, world_SE3_box=pose @ box, size=(4.2, 1.8, 1.6)))
    tracks = [Track(category="vehicle.car", token="a"), Track(category="vehicle.truck", token="b")]
    sensors = {"LIDAR_TOP": lidar, **cameras}
    return Drive(scene=Scene(name="scene-0061", frames=frames, sensors=sensors), labels=Labels(tracks, boxes))


def in_ego(drive: Drive, box: Box) -> np.ndarray:
    return drive.scene.frames[box.frame].world_SE3_ego.inverse.apply(box.corners())


@pytest.mark.parametrize("name", ["kitti-object", "kitti-tracking", "kitti-raw", "sustechpoints"])
def test_points_keep_their_place_in_the_boxes(drive: Drive, tmp_path: Path, name: str) -> None:
    write_dataset(name, tmp_path / "out", [drive], Taxonomy())
    dataset = open_dataset(tmp_path / "out")
    assert dataset.format == name
    (only,) = dataset.scene_names
    scene, labels = dataset.scene(only), dataset.labels(only)
    for before, after in zip(drive.scene.frames, scene.frames, strict=True):
        one = before.sweep().world_SE3_sensor.apply(before.sweep().points().xyz)
        two = after.sweep().world_SE3_sensor.apply(after.sweep().points().xyz)
        for a, b in zip(drive.labels.in_frame(before.index), labels.in_frame(after.index), strict=True):
            np.testing.assert_allclose(
                a.world_SE3_box.inverse.apply(one), b.world_SE3_box.inverse.apply(two), atol=2e-4
            )
            assert a.size == pytest.approx(b.size)
        main = after.images["CAM_FRONT" if name == "sustechpoints" else "image_02"]
        camera, front = main.sensor.camera, before.images["CAM_FRONT"]
        assert camera is not None
        assert front.sensor.camera is not None
        seen = [
            image.sensor.camera.project(image.world_SE3_sensor.inverse.apply(points))[0]
            for image, points in ((front, one), (main, two))
            if image.sensor.camera is not None
        ]
        np.testing.assert_allclose(seen[0], seen[1], atol=0.05)
        assert main.encoded() == picture()


@pytest.mark.parametrize("name", ["kitti-object", "kitti-tracking", "kitti-raw"])
def test_x_is_ahead_as_in_kitti(drive: Drive, tmp_path: Path, name: str) -> None:
    write_dataset(name, tmp_path / "out", [drive], Taxonomy())
    paths = sorted((tmp_path / "out").rglob("*.bin"))
    for path, frame in zip(paths, drive.scene.frames, strict=True):
        x, y, z = frame.sweep().points().xyz.T
        rows = np.fromfile(path, dtype="<f4").reshape(-1, 4)
        np.testing.assert_array_equal(rows[:, :3], np.column_stack([y, -x, z]))  # digit by digit
        np.testing.assert_array_equal(rows[:, 3], frame.sweep().points().fields["intensity"])


def test_times_poses_and_tracks_of_a_raw_drive(drive: Drive, tmp_path: Path) -> None:
    write_dataset("kitti-raw", tmp_path / "out", [drive], Taxonomy())
    dataset = open_dataset(tmp_path / "out")
    assert dataset.scene_names == ("2018_07_24_drive_0001_sync",)
    scene = dataset.scene(*dataset.scene_names)
    assert [frame.timestamp_ns for frame in scene.frames] == [frame.timestamp_ns for frame in drive.scene.frames]
    origin = drive.scene.frames[0].world_SE3_ego.inverse
    for before, after in zip(drive.scene.frames, scene.frames, strict=True):
        expected = (origin @ before.world_SE3_ego).matrix
        np.testing.assert_allclose(after.world_SE3_ego.matrix, expected, atol=1e-6)
    assert [t.category for t in dataset.labels(*dataset.scene_names).tracks] == ["vehicle.car", "vehicle.truck"]


def test_what_is_lost_is_said_before(drive: Drive) -> None:
    def codes(name: str) -> set[str]:
        return {finding.code for finding in format_named(name).losses([drive])}

    assert {"other-sensors", "turned", "point-fields", "tracks", "poses", "timestamps"} <= codes("kitti-object")
    assert {"other-sensors", "turned", "point-fields", "timestamps"} <= codes("kitti-tracking")
    assert {"other-sensors", "turned", "point-fields", "oxts"} <= codes("kitti-raw")
    assert "poses" not in codes("kitti-tracking")
    assert codes("sustechpoints") == {"time-of-points"}


def test_a_channel_name_is_no_way_out(drive: Drive, tmp_path: Path) -> None:
    frame = drive.scene.frames[0]
    image = frame.images["CAM_FRONT"]
    names = ["..", "../../up", "a/b", "a_b"]
    images = {}
    for name in names:
        mounting = SE3("ego", name, image.sensor.ego_SE3_sensor.rotation, (0, 0, 0))
        sensor = Sensor(channel=name, kind="camera", ego_SE3_sensor=mounting, camera=image.sensor.camera)
        images[name] = Image(sensor=sensor, timestamp_ns=0, world_SE3_ego=image.world_SE3_ego, frame=0, load=picture)
    hostile = Frame(index=0, timestamp_ns=0, sweeps=frame.sweeps, images=images, name="../x")
    scene = Scene(name="../../evil", frames=[hostile], sensors={"LIDAR_TOP": frame.sweep().sensor})
    for name in ("sustechpoints", "kitti-raw", "kitti-object", "kitti-tracking"):
        target = tmp_path / name / "deep" / "out"
        target.parent.mkdir(parents=True)
        write_dataset(name, target, [Drive(scene=scene, labels=Labels())], Taxonomy())
        assert [p.name for p in (tmp_path / name).iterdir()] == ["deep"]
        assert [p.name for p in target.parent.iterdir()] == ["out"]
        found = {p.relative_to(target).parts[0] for p in target.rglob("*")}
        assert all(part.strip(".") for part in found)
        if name == "sustechpoints":
            pictures = sorted(p.parent.name for p in target.rglob("*.jpg"))
            assert len(pictures) == len(set(pictures)) == 4
            assert {p.parent.parent.name for p in target.rglob("*.jpg")} == {"camera"}
