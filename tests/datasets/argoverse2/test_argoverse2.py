"""Argoverse 2 logs: what pyarrow and numpy read of them by hand, and pictures sorted by time."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lidar_label.datasets import Drive, ReadOptions, open_dataset, write_dataset
from lidar_label.model import Floats, Scene
from tests.datasets.argoverse2.feathers import save, table_of

LOG = "7fab2350-7eaf-3b7e-a39d-6937a4c1bede"
STAMPS = (315966265259836000, 315966265360032000)
SIGNS = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2


@pytest.fixture(scope="module")
def log(shared_data: Path) -> Path:
    return shared_data / "av2" / LOG


@pytest.fixture(scope="module")
def drive(log: Path) -> Drive:
    dataset = open_dataset(log)
    return Drive(scene=dataset.scene(LOG), labels=dataset.labels(LOG))


def rows(path: Path) -> dict[str, np.ndarray]:
    table = table_of(path)
    return {name: table.column(name).to_numpy() for name in table.column_names}


def matrix(q: Floats, t: Floats) -> Floats:
    """The transform of a quaternion w, x, y, z and a place, written out."""
    w, x, y, z = q
    out = np.eye(4)
    out[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    out[:3, 3] = t
    return out


def frame_at(scene: Scene, stamp: int) -> int:
    return next(frame.index for frame in scene.frames if frame.timestamp_ns == stamp)


@pytest.mark.parametrize("above", [0, 1, 2])
def test_a_log_a_split_and_the_whole_set(log: Path, tmp_path: Path, above: int) -> None:
    whole = tmp_path / "set" / "val" / LOG
    whole.parent.mkdir(parents=True)
    whole.symlink_to(log)
    dataset = open_dataset([whole, *whole.parents][above])
    assert (dataset.format, dataset.scene_names) == ("argoverse2", (LOG,))


def test_the_same_log_in_two_splits_is_two_scenes(log: Path, tmp_path: Path) -> None:
    for split in ("train", "val"):
        (tmp_path / split).mkdir()
        (tmp_path / split / f"{split}-copy").symlink_to(log)
        (tmp_path / split / LOG).symlink_to(log)
    assert open_dataset(tmp_path).scene_names == ("train-copy", f"train/{LOG}", "val-copy", f"val/{LOG}")


def test_scene(log: Path, drive: Drive) -> None:
    scene = drive.scene
    stamps = np.unique(rows(log / "annotations.feather")["timestamp_ns"])
    assert [frame.timestamp_ns for frame in scene.frames] == stamps.tolist()
    assert [frame.timestamp_ns for frame in scene.frames if frame.sweeps] == list(STAMPS)
    assert all(frame.sweep().is_compensated for frame in scene.frames if frame.sweeps)
    assert scene.has_poses
    assert scene.log == {"logfile": LOG, "location": "PIT"}
    assert len([s for s in scene.sensors.values() if s.kind == "camera"]) == 9


def test_points_are_those_of_the_file(log: Path, drive: Drive) -> None:
    for stamp, count in zip(STAMPS, (99229, 99466), strict=True):
        cloud = drive.scene.frames[frame_at(drive.scene, stamp)].sweep().points()
        raw = rows(log / "sensors" / "lidar" / f"{stamp}.feather")
        assert len(cloud) == count
        assert raw["x"].dtype == np.float16
        for axis, name in enumerate("xyz"):
            np.testing.assert_array_equal(cloud.xyz[:, axis], raw[name].astype(np.float32))
        assert sorted(cloud.fields) == ["intensity", "ring", "time_s"]
        np.testing.assert_array_equal(cloud.fields["intensity"], raw["intensity"])
        np.testing.assert_array_equal(cloud.fields["ring"], raw["laser_number"])
        np.testing.assert_array_equal(np.round(cloud.fields["time_s"] * 1e9).astype(np.int64), raw["offset_ns"])


def test_num_interior_pts_is_met_by_every_box(log: Path, drive: Drive) -> None:
    """The file counts the points in each box of the two sweeps; ours are in the same place to the point."""
    told = 0
    for stamp in STAMPS:
        frame = drive.scene.frames[frame_at(drive.scene, stamp)]
        boxes = drive.labels.in_frame(frame.index)
        world = frame.sweep().world_SE3_sensor.apply(frame.sweep().points().xyz)
        for box in boxes:
            local = np.abs((world - box.center) @ box.world_SE3_box.rotation_matrix)
            inside = (local <= np.array(box.size) / 2 + 1e-9).all(axis=1).sum()
            assert inside == box.num_lidar_pts
        assert len(boxes) == 81
        told += sum(box.num_lidar_pts or 0 for box in boxes)
    assert told == 9399 + 9289


def test_every_label(log: Path, drive: Drive) -> None:
    raw = rows(log / "annotations.feather")
    poses = rows(log / "city_SE3_egovehicle.feather")
    assert len(drive.labels) == len(raw["category"]) == 11364
    assert len(drive.labels.tracks) == 114
    by_place = {
        (drive.labels.track(box.track).name, drive.scene.frames[box.frame].timestamp_ns): box
        for box in drive.labels.boxes()
    }
    for row in range(0, 11364, 97):
        box = by_place[raw["track_uuid"][row], int(raw["timestamp_ns"][row])]
        assert drive.labels.track(box.track).category == raw["category"][row]
        assert box.size == (raw["length_m"][row], raw["width_m"][row], raw["height_m"][row])
        assert box.num_lidar_pts == raw["num_interior_pts"][row]
        at = np.flatnonzero(poses["timestamp_ns"] == raw["timestamp_ns"][row])[0]
        ego = matrix(
            *(np.array([poses[n][at] for n in names]) for names in (("qw", "qx", "qy", "qz"), ("tx_m", "ty_m", "tz_m")))
        )
        own = matrix(
            *(np.array([raw[n][row] for n in names]) for names in (("qw", "qx", "qy", "qz"), ("tx_m", "ty_m", "tz_m")))
        )
        np.testing.assert_allclose(box.world_SE3_box.matrix, ego @ own, atol=1e-8)


def test_ego_motion_between_the_sweeps(log: Path, drive: Drive) -> None:
    told = np.load(log / "ego_motion.npz")["ego_motion"][0]
    first, second = (drive.scene.frames[frame_at(drive.scene, stamp)].world_SE3_ego for stamp in STAMPS)
    np.testing.assert_allclose((second.inverse @ first).matrix, told, atol=1e-3)  # the file has float16 precision


def test_corners_in_a_camera_are_those_in_the_cloud(log: Path, drive: Drive) -> None:
    mounted = rows(log / "calibration" / "egovehicle_SE3_sensor.feather")
    lenses = rows(log / "calibration" / "intrinsics.feather")
    row = mounted["sensor_name"].tolist().index("ring_front_center")
    own = lenses["sensor_name"].tolist().index("ring_front_center")
    ego = matrix(
        np.array([mounted[n][row] for n in ("qw", "qx", "qy", "qz")]),
        np.array([mounted[n][row] for n in ("tx_m", "ty_m", "tz_m")]),
    )
    sensor = drive.scene.sensors["ring_front_center"]
    assert sensor.camera is not None
    assert (sensor.camera.width, sensor.camera.height) == (1550, 2048)
    frame = drive.scene.frames[frame_at(drive.scene, STAMPS[0])]
    seen = 0
    for box in drive.labels.in_frame(frame.index):
        in_ego = frame.world_SE3_ego.inverse.apply(box.world_SE3_box.apply(SIGNS * np.array(box.size)))
        by_hand = (np.linalg.inv(ego) @ np.column_stack([in_ego, np.ones(8)]).T)[:3].T
        ours = sensor.ego_SE3_sensor.inverse.apply(in_ego)
        np.testing.assert_allclose(ours, by_hand, atol=1e-9)
        uv, valid = sensor.camera.project(ours)
        for corner in np.flatnonzero(valid):
            x, y, z = by_hand[corner]
            assert uv[corner] == pytest.approx(
                (
                    lenses["fx_px"][own] * x / z + lenses["cx_px"][own],
                    lenses["fy_px"][own] * y / z + lenses["cy_px"][own],
                )
            )
            seen += 1
    assert seen > 100


def test_the_lens_is_applied_only_where_a_person_says_so(log: Path) -> None:
    for said, coefficients in (("undistorted", 0), ("distorted", 5)):
        dataset = open_dataset(log, options=ReadOptions(assume={"images": said}))
        camera = dataset.scene(LOG).sensors["ring_front_center"].camera
        assert camera is not None
        assert len(camera.distortion) == coefficients
        assert any(f.code == "assumed" and said in f.message for f in dataset.findings)
    assert camera.distortion[:2] == (-0.24073199487285743, -0.21224344364217385)
    assert camera.distortion[2:] == (0, 0, 0.32590167193407427)


def test_what_is_not_read_is_said(log: Path) -> None:
    dataset = open_dataset(log)
    dataset.scene(LOG)
    found = {finding.code: finding for finding in dataset.findings}
    assert found["not-read"].message == "not read: ego_motion.npz, flow_labels.feather, map"
    assert "154 labelled moments have no sweep" in found["labels-without-sweep"].message
    assert "merged-lidars" in found


def copied(log: Path, target: Path, *, sweeps: bool = True) -> Path:
    for path in log.rglob("*.feather"):
        if path.name != "flow_labels.feather" and (sweeps or "lidar" not in path.parts):
            (target / path.relative_to(log)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / path.relative_to(log))
            (target / path.relative_to(log)).chmod(0o644)
    return target


def test_pictures_go_to_the_frame_they_are_nearest_to(log: Path, tmp_path: Path) -> None:
    whole = copied(log, tmp_path / "log")
    (whole / "annotations.feather").unlink()
    folder = whole / "sensors" / "cameras" / "ring_front_center"
    folder.mkdir(parents=True)
    # one long before, one just before the first sweep, one between, one just after the second
    offsets = (-300_000_000, -2_000_000, 50_000_000, 103_000_000)
    for offset in offsets:
        (folder / f"{STAMPS[0] + offset}.jpg").write_bytes(b"picture")
    (folder / "preview.jpg").write_bytes(b"picture")
    dataset = open_dataset(whole)
    scene = dataset.scene("log")
    assert [frame.images["ring_front_center"].timestamp_ns - STAMPS[0] for frame in scene.frames] == [
        -2_000_000,
        103_000_000,
    ]
    assert [(i.timestamp_ns - STAMPS[0], i.frame, i.is_keyframe) for i in scene.between] == [
        (-300_000_000, 0, False),
        (50_000_000, 1, False),
    ]
    image = scene.frames[0].images["ring_front_center"]
    assert image.encoded() == b"picture"
    assert image.world_SE3_ego != scene.frames[0].world_SE3_ego
    poses = rows(whole / "city_SE3_egovehicle.feather")
    after = int(np.searchsorted(poses["timestamp_ns"], image.timestamp_ns))
    between = [poses["tx_m"][after - 1], poses["tx_m"][after]]
    assert min(between) <= image.world_SE3_ego.translation[0] <= max(between)
    codes = {finding.code for finding in dataset.findings}
    assert {"untimed-file", "interpolated-poses"} <= codes
    assert "missing-poses" not in codes


def test_a_log_without_labels_or_poses(log: Path, tmp_path: Path) -> None:
    whole = copied(log, tmp_path / "log")
    (whole / "annotations.feather").unlink()
    (whole / "city_SE3_egovehicle.feather").unlink()
    dataset = open_dataset(whole)
    scene = dataset.scene("log")
    assert len(scene.frames) == 2
    assert not scene.has_poses
    assert len(dataset.labels("log")) == 0
    assert "no-poses" in {finding.code for finding in dataset.findings}


def test_a_world_far_from_its_origin_is_shifted(log: Path, tmp_path: Path) -> None:
    whole = copied(log, tmp_path / "log")
    near = open_dataset(log)
    path = whole / "city_SE3_egovehicle.feather"
    table = table_of(path)
    moved = pa.array(table.column("tx_m").to_numpy() + 500_000.0)
    save(table.set_column(table.column_names.index("tx_m"), "tx_m", moved), path)
    dataset = open_dataset(whole)
    scene = dataset.scene("log")
    assert scene.origin == (505173.0, 2419.0, 67.0)
    assert "shifted-world" in {finding.code for finding in dataset.findings}
    frame = frame_at(scene, STAMPS[0])
    here, there = dataset.labels("log").in_frame(frame)[0], near.labels(LOG).in_frame(frame)[0]
    np.testing.assert_allclose(here.center + scene.origin, there.center + np.array([500_000, 0, 0]), atol=1e-6)
    assert np.abs(here.center).max() < 1000


@pytest.mark.one_numpy
def test_to_nuscenes_and_back(drive: Drive, log: Path, tmp_path: Path) -> None:
    """The points in every box are the same after the export, in the devkit's way of counting."""
    write_dataset("nuscenes", tmp_path / "out", [drive], open_dataset(log).taxonomy)
    back = open_dataset(tmp_path / "out")
    scene, labels = back.scene(LOG), back.labels(LOG)
    assert len(labels) == 11364
    assert len(labels.tracks) == 114
    for stamp in STAMPS:
        frame = frame_at(drive.scene, stamp)
        assert scene.frames[frame].timestamp_ns == stamp
        given = {box.token: box.num_lidar_pts for box in drive.labels.in_frame(frame)}
        assert {box.token: box.num_lidar_pts for box in labels.in_frame(frame)} == given
        cloud = scene.frames[frame].sweep()
        np.testing.assert_array_equal(cloud.points().xyz, drive.scene.frames[frame].sweep().points().xyz)
        for box in labels.in_frame(frame):
            world = cloud.world_SE3_sensor.apply(cloud.points().xyz)
            local = np.abs((world - box.center) @ box.world_SE3_box.rotation_matrix)
            assert (local <= np.array(box.size) / 2 + 1e-9).all(axis=1).sum() == box.num_lidar_pts
