"""Argoverse 1 logs: the tiny real log, a real sweep with boxes put around its points, and what cannot be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.datasets import Drive, ReadOptions, open_dataset, write_dataset
from lidar_label.errors import LidarLabelError, UnreadableFile
from lidar_label.model import Floats

STAMP = 315971347819783000
SWEEP = f"d60558d2-d1aa-34ee-a902-e061e346e02a__PC_{STAMP}.ply"
SIGNS = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2


@pytest.fixture(scope="module")
def tiny(shared_data: Path) -> Path:
    return shared_data / "argoverse1" / "tracking" / "1"


def raw_points(path: Path) -> np.ndarray:
    """The vertices of the real sweep, whose header says x, y, z, intensity and laser_number."""
    data = path.read_bytes()
    start = data.index(b"end_header\n") + len(b"end_header\n")
    kinds = [("x", "<f4"), ("y", "<f4"), ("z", "<f4"), ("intensity", "u1"), ("laser_number", "<u2")]
    return np.frombuffer(data, dtype=kinds, offset=start)


def test_the_tiny_log(shared_data: Path, tiny: Path) -> None:
    for path in (shared_data / "argoverse1", shared_data / "argoverse1" / "tracking", tiny):
        dataset = open_dataset(path)
        assert (dataset.format, dataset.scene_names) == ("argoverse1", ("1",))
    scene, labels = dataset.scene("1"), dataset.labels("1")
    assert [frame.timestamp_ns for frame in scene.frames] == [0, 1, 2]
    assert scene.log == {"logfile": "1", "location": "PIT"}
    assert len([s for s in scene.sensors.values() if s.kind == "camera"]) == 9
    assert all(frame.sweep().is_compensated for frame in scene.frames)
    assert (len(labels), len(labels.tracks)) == (6, 2)
    for frame in scene.frames:
        told = json.loads((tiny / "poses" / f"city_SE3_egovehicle_{frame.timestamp_ns}.json").read_text())
        pose = frame.sweep().world_SE3_ego
        np.testing.assert_allclose(pose.rotation, told["rotation"])
        np.testing.assert_allclose(pose.translation, told["translation"])
        rows = json.loads(
            (tiny / "per_sweep_annotations_amodal" / f"tracked_object_labels_{frame.timestamp_ns}.json").read_text()
        )
        for row, box in zip(rows, labels.in_frame(frame.index), strict=True):
            local = frame.world_SE3_ego.inverse @ box.world_SE3_box
            np.testing.assert_allclose(local.translation, [row["center"][axis] for axis in "xyz"], atol=1e-12)
            turned = np.array([row["rotation"][part] for part in "wxyz"])
            assert abs(local.rotation @ turned) == pytest.approx(1)
            assert box.size == (row["length"], row["width"], row["height"])
            assert labels.track(box.track).name == row["track_label_uuid"]
    cloud = scene.frames[0].sweep().points()
    np.testing.assert_array_equal(cloud.xyz, np.column_stack([np.arange(10), np.zeros(10), np.full(10, 5)]))
    assert cloud.fields["ring"].tolist() == [31, 14, 16, 30, 29, 11, 13, 28, 27, 10]
    assert "merged-lidars" in {finding.code for finding in dataset.findings}


def test_cameras_are_those_of_the_calibration(tiny: Path) -> None:
    rows = json.loads((tiny / "vehicle_calibration_info.json").read_text())["camera_data_"]
    for said in ("undistorted", "distorted"):
        dataset = open_dataset(tiny, options=ReadOptions(assume={"images": said}))
        scene = dataset.scene("1")
        for row in rows:
            sensor, value = scene.sensors[row["key"].removeprefix("image_raw_")], row["value"]
            pose = value["vehicle_SE3_camera_"]
            np.testing.assert_allclose(sensor.ego_SE3_sensor.rotation, pose["rotation"]["coefficients"], atol=1e-9)
            np.testing.assert_allclose(sensor.ego_SE3_sensor.translation, pose["translation"])
            lens = sensor.camera
            assert lens is not None
            assert (lens.width, lens.height) == ((2464, 2056) if "stereo" in row["key"] else (1920, 1200))
            assert (lens.fx, lens.cy) == (value["focal_length_x_px_"], value["focal_center_y_px_"])
            k1, k2, k3 = value["distortion_coefficients_"]
            assert lens.distortion == ((k1, k2, 0, 0, k3) if said == "distorted" else ())
        assert any(f.code == "assumed" and said in f.message for f in dataset.findings)


def test_the_front_camera_looks_ahead(tiny: Path) -> None:
    """A point ahead of the vehicle is ahead of the camera and near its centre; to the left, it is left of it."""
    sensor = open_dataset(tiny).scene("1").sensors["ring_front_center"]
    assert sensor.camera is not None
    uv, seen = sensor.camera.project(sensor.ego_SE3_sensor.inverse.apply(np.array([[30, 0, 1.4], [30, 5, 1.4]])))
    assert seen.all()
    assert uv[0] == pytest.approx((960, 600), abs=60)
    assert uv[1, 0] < uv[0, 0] - 100


@pytest.fixture
def real(shared_data: Path, tiny: Path, tmp_path: Path) -> Path:
    """The real sweep as a log of one frame, with boxes around some of its points, on a pose far from the origin."""
    log = tmp_path / "set" / "train" / "a-log"
    for name in ("lidar", "poses", "per_sweep_annotations_amodal", "ring_front_center"):
        (log / name).mkdir(parents=True)
    shutil.copy(tiny / "vehicle_calibration_info.json", log)
    shutil.copy(shared_data / "argoverse1" / SWEEP, log / "lidar" / f"PC_{STAMP}.ply")
    turn = np.array([0.7, 0.01, -0.02, 0.71])
    pose = {"rotation": (turn / np.linalg.norm(turn)).tolist(), "translation": [1200.5, 44_000.25, 20.0]}
    (log / "poses" / f"city_SE3_egovehicle_{STAMP}.json").write_text(json.dumps(pose))
    points = raw_points(log / "lidar" / f"PC_{STAMP}.ply")
    labels = []
    for number, yaw in enumerate((0.0, 0.4, -2.9, 1.7)):
        near = points[10_000 * (number + 1)]
        labels.append(
            {
                "center": {axis: float(near[axis]) for axis in "xyz"},
                "rotation": {"w": float(np.cos(yaw / 2)), "x": 0.0, "y": 0.0, "z": float(np.sin(yaw / 2))},
                "length": 6.0, "width": 3.0, "height": 2.0,
                "track_label_uuid": f"t{number}", "timestamp": STAMP, "occlusion": number,
                "label_class": {"name": "VEHICLE"} if number else "TRACTOR",
            }
        )  # fmt: skip
    path = log / "per_sweep_annotations_amodal" / f"tracked_object_labels_{STAMP}.json"
    path.write_text(json.dumps(labels))
    for offset in (-10_000_000, 20_000_000):
        (log / "ring_front_center" / f"ring_front_center_{STAMP + offset}.jpg").write_bytes(b"no picture")
    return tmp_path / "set"


def inside(points: np.ndarray, row: dict[str, Any]) -> int:
    """Count by hand, in the vehicle's frame, the points in a box that turns about z alone."""
    yaw = 2 * np.arctan2(row["rotation"]["z"], row["rotation"]["w"])
    x, y, z = (points[axis].astype(np.float64) - row["center"][axis] for axis in "xyz")
    along, across = np.cos(yaw) * x + np.sin(yaw) * y, -np.sin(yaw) * x + np.cos(yaw) * y
    found = (abs(along) <= row["length"] / 2) & (abs(across) <= row["width"] / 2) & (abs(z) <= row["height"] / 2)
    return int(found.sum())


def counts(drive: Drive) -> dict[str, int]:
    frame = drive.scene.frames[0]
    world = frame.sweep().world_SE3_sensor.apply(frame.sweep().points().xyz)
    found = {}
    for box in drive.labels.in_frame(0):
        local: Floats = np.abs((world - box.center) @ box.world_SE3_box.rotation_matrix)
        found[box.token] = int((local <= np.array(box.size) / 2).all(axis=1).sum())
    return found


def test_the_real_sweep_its_boxes_and_their_points(real: Path, tmp_path: Path) -> None:
    dataset = open_dataset(real)
    drive = Drive(scene=dataset.scene("a-log"), labels=dataset.labels("a-log"))
    log = real / "train" / "a-log"
    points = raw_points(log / "lidar" / f"PC_{STAMP}.ply")
    cloud = drive.scene.frames[0].sweep().points()
    assert len(cloud) == len(points) == 91083
    for axis, name in enumerate("xyz"):
        np.testing.assert_array_equal(cloud.xyz[:, axis], points[name])
    np.testing.assert_array_equal(cloud.fields["intensity"], points["intensity"])
    np.testing.assert_array_equal(cloud.fields["ring"], points["laser_number"])
    rows = json.loads((log / "per_sweep_annotations_amodal" / f"tracked_object_labels_{STAMP}.json").read_text())
    told = [inside(points, row) for row in rows]
    assert min(told) > 20
    assert list(counts(drive).values()) == told
    assert drive.scene.origin == (1200.0, 44000.0, 20.0)
    assert [box.attributes for box in drive.labels.in_frame(0)] == [{"occlusion": i} for i in range(4)]
    assert (
        {track.category for track in drive.labels.tracks}
        == {"TRACTOR", "VEHICLE"}
        <= {category.name for category in dataset.taxonomy.categories}
    )
    write_dataset("nuscenes", tmp_path / "out", [drive], dataset.taxonomy)
    back = open_dataset(tmp_path / "out")
    again = Drive(scene=back.scene("a-log"), labels=back.labels("a-log"))
    assert counts(again) == counts(drive)
    assert {box.token: box.num_lidar_pts for box in again.labels.in_frame(0)} == counts(drive)


def test_pictures_by_their_times_and_sizes(real: Path) -> None:
    dataset = open_dataset(real)
    scene = dataset.scene("a-log")
    (image,) = scene.frames[0].images.values()
    assert image.timestamp_ns == STAMP - 10_000_000
    assert [other.timestamp_ns for other in scene.between] == [STAMP + 20_000_000]
    lens = scene.sensors["ring_front_center"].camera
    assert lens is not None
    assert (lens.width, lens.height) == (1920, 1200)
    codes = {finding.code for finding in dataset.findings}
    assert {"unreadable-image", "missing-poses", "shifted-world"} <= codes


def test_labels_without_sweeps_and_poses(tiny: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny, tmp_path / "log", ignore=shutil.ignore_patterns("lidar", "poses", "*calibration*"))
    dataset = open_dataset(tmp_path / "log")
    scene = dataset.scene("log")
    assert (len(scene.frames), len(dataset.labels("log")), scene.has_poses) == (3, 6, False)
    assert {"labels-without-sweep", "no-poses"} <= {finding.code for finding in dataset.findings}


def changed(tiny: Path, target: Path, name: str, change: Callable[[Any], Any]) -> Path:
    shutil.copytree(tiny, target)
    path = target / name
    path.chmod(0o644)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return target


LABELS = "per_sweep_annotations_amodal/tracked_object_labels_1.json"
CALIBRATION = "vehicle_calibration_info.json"


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        (LABELS, lambda c: c[0].update(length=0), "above 0"),
        (LABELS, lambda c: c[0].update(width="2"), "width needs a number"),
        (LABELS, lambda c: c[0].pop("center"), "center needs x, y and z"),
        (LABELS, lambda c: c[0]["rotation"].update(w=1), "not a unit quaternion"),
        (LABELS, lambda c: c[0].pop("label_class"), "label_class"),
        (LABELS, lambda c: c[0].update(score=7), "between 0 and 1"),
        (LABELS, lambda c: c.append(3), "needs an object"),
        ("poses/city_SE3_egovehicle_1.json", lambda c: c.update(rotation=[1, 0, 0]), "needs 4 numbers"),
        ("poses/city_SE3_egovehicle_1.json", lambda c: c.update(rotation=[2, 0, 0, 0]), "a pose is none"),
        (CALIBRATION, lambda c: c.pop("camera_data_"), "camera_data_ needs a list"),
        (
            CALIBRATION,
            lambda c: c["camera_data_"][0]["value"].update(focal_length_x_px_=0),
            "focal lengths are above 0",
        ),
        (CALIBRATION, lambda c: c["camera_data_"][0].pop("key"), "has no key"),
        ("city_info.json", lambda c: c.update(city_name={}), ""),
    ],
)
def test_files_that_cannot_be(tiny: Path, tmp_path: Path, name: str, change: Callable[[Any], Any], words: str) -> None:
    log = changed(tiny, tmp_path / "log", name, change)
    if not words:
        assert open_dataset(log).scene("log").log == {"logfile": "log"}
        return
    dataset = open_dataset(log)
    with pytest.raises(UnreadableFile, match=words) as caught:
        dataset.labels("log")
    assert name in caught.value.where or name.split("/")[0] in caught.value.where


def test_an_object_twice_in_a_frame(tiny: Path, tmp_path: Path) -> None:
    log = changed(tiny, tmp_path / "log", LABELS, lambda rows: rows.append(dict(rows[0])))
    dataset = open_dataset(log)
    assert (len(dataset.labels("log")), len(dataset.labels("log").tracks)) == (7, 3)
    assert "no-track" in {finding.code for finding in dataset.findings}


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 3),
    cut=st.integers(0, 5400),
    flips=st.lists(st.tuples(st.integers(0, 5400), st.integers(0, 7)), max_size=3),
)
def test_damaged_files(
    tiny: Path, tmp_path: Path, survives: Callable[..., None], which: int, cut: int, flips: list[tuple[int, int]]
) -> None:
    log = tmp_path / "log"
    if not log.exists():
        shutil.copytree(tiny, log)
    path = log / (LABELS, CALIBRATION, "poses/city_SE3_egovehicle_1.json", "lidar/PC_1.ply")[which]
    path.chmod(0o644)
    whole = path.read_bytes()
    data = bytearray(whole)
    for at, bit in flips:
        data[at % len(data)] ^= 1 << bit
    try:
        path.write_bytes(bytes(data) if flips else bytes(data[:cut]))
        survives(log, "argoverse1")
    finally:
        path.write_bytes(whole)


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LidarLabelError, match="there is no log"):
        open_dataset(tmp_path, "argoverse1")
