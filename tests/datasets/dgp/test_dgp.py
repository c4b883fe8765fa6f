"""DGP: the real test scene, read by hand as well."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.jobs import import_drive
from lidar_label.jobs.checking import check_path
from lidar_label.model import Floats, SensorData

SIGNS = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2


@pytest.fixture(scope="module")
def root(shared_data: Path) -> Path:
    return shared_data / "dgp_test_scene"


@pytest.fixture(scope="module")
def drive(root: Path) -> Drive:
    dataset = open_dataset(root)
    return Drive(scene=dataset.scene("scene_01"), labels=dataset.labels("scene_01"))


@pytest.fixture(scope="module")
def by_hand(root: Path) -> dict[str, Any]:
    (path,) = (root / "scene_01").glob("scene_*.json")
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def matrix(pose: dict[str, Any]) -> Floats:
    turn, place = pose["rotation"], pose["translation"]
    out = np.eye(4)
    out[:3, :3] = Rotation.from_quat([turn["qx"], turn["qy"], turn["qz"], turn["qw"]]).as_matrix()
    out[:3, 3] = [place["x"], place["y"], place["z"]]
    return out


def test_the_set_and_its_scene(root: Path) -> None:
    dataset = open_dataset(root)
    assert (dataset.format, dataset.scene_names) == ("dgp", ("scene_01",))
    missing = [f for f in dataset.findings if f.code == "missing-scene"]
    assert [(f.severity, "scene_02" in f.where) for f in missing] == [("warning", True)]
    alone = open_dataset(root / "scene_01")
    assert (alone.format, alone.scene_names) == ("dgp", ("scene_01",))
    assert not [f for f in alone.findings if f.code == "missing-scene"]


def test_classes_have_the_names_and_colours_of_the_ontology(root: Path) -> None:
    (path,) = (root / "scene_01" / "ontology").glob("*.json")
    items = json.loads(path.read_text())["items"]
    told = {item["name"]: "#{r:02x}{g:02x}{b:02x}".format(**item["color"]) for item in items}
    assert {c.name: c.color for c in open_dataset(root).taxonomy.categories} == told


def test_every_recording_has_its_own_time_and_pose(drive: Drive, by_hand: dict[str, Any]) -> None:
    scene, data = drive.scene, {row["key"]: row for row in by_hand["data"]}
    assert [frame.name for frame in scene.frames] == ["15569195938203752", "15569195939203480", "15569195940203574"]
    seen = 0
    for frame, sample in zip(scene.frames, by_hand["samples"], strict=True):
        for key in sample["datum_keys"]:
            row = data[key]
            kind = "point_cloud" if "point_cloud" in row["datum"] else "image"
            channel = row["id"]["name"]
            ours: SensorData = frame.sweeps[channel] if kind == "point_cloud" else frame.images[channel]
            np.testing.assert_allclose(ours.world_SE3_sensor.matrix, matrix(row["datum"][kind]["pose"]), atol=1e-9)
            # the times are those of file names in microseconds times ten, in the year 2463: from a whole second on
            assert f"{ours.timestamp_ns % 1_000_000_000:09d}"[:6] == row["id"]["timestamp"][20:26]
            assert ours.path is not None
            assert ours.path.name == Path(row["datum"][kind]["filename"]).name
            seen += 1
    assert seen == 12
    assert np.diff([frame.timestamp_ns for frame in scene.frames]).tolist() == [999_728_000, 1_000_094_000]


def test_extrinsics_and_poses_agree_on_the_vehicle(drive: Drive) -> None:
    """The vehicle stands still, so that each sensor's pose and mounting must give the same vehicle."""
    for frame in drive.scene.frames:
        for image in frame.images.values():
            metres, radians = image.world_SE3_ego.error_to(frame.world_SE3_ego)
            assert metres < 2e-3
            assert radians < 1e-4


def test_points_and_their_counts(drive: Drive, root: Path) -> None:
    for frame, count in zip(drive.scene.frames, (40733, 40523, 40239), strict=True):
        cloud = frame.sweep().points()
        with np.load(root / "scene_01" / "point_cloud" / "LIDAR" / f"{frame.name}.npz") as file:
            raw = file["data"]
        assert len(cloud) == count
        np.testing.assert_array_equal(cloud.xyz, raw[:, :3].astype(np.float32))
        np.testing.assert_array_equal(cloud.fields["intensity"], raw[:, 3])


def test_every_box(drive: Drive, root: Path) -> None:
    assert [len(drive.labels.in_frame(i)) for i in range(3)] == [95, 96, 95]
    everywhere = [track for track in drive.labels.tracks if len(drive.labels.of_track(track.token)) == 3]
    assert (len(drive.labels.tracks), len(everywhere)) == (97, 93)
    for frame in drive.scene.frames:
        rows = json.loads((root / "scene_01/bounding_box_3d/LIDAR" / f"{frame.name}.json").read_text())["annotations"]
        world = frame.sweep().world_SE3_sensor.matrix
        for row, box in zip(rows, drive.labels.in_frame(frame.index), strict=True):
            assert drive.labels.track(box.track).name == str(row["instance_id"])
            np.testing.assert_allclose(box.world_SE3_box.matrix, world @ matrix(row["box"]["pose"]), atol=1e-9)
            assert box.size == tuple(row["box"][side] for side in ("length", "width", "height"))
            assert box.num_lidar_pts == row["num_points"]
            assert box.attributes == {"ParkedVehicleState": "dynamic"}
    first = drive.labels.in_frame(0)[0]
    local = drive.scene.lidar_SE3_box(first)
    np.testing.assert_allclose(local.translation, (-1.8706601, -6.6351491, 0.6081694), atol=1e-6)
    assert first.size == (4.777, 2.02, pytest.approx(1.773))
    assert drive.labels.track(first.track).category == "Car"


def test_boxes_of_the_cameras_are_the_same_objects_in_the_same_place(
    drive: Drive, root: Path, by_hand: dict[str, Any]
) -> None:
    """The set has each camera's boxes too, which are not read: they are the same up to the objects' motion."""
    data = {row["key"]: row for row in by_hand["data"]}
    apart = []
    for frame, sample in zip(drive.scene.frames, by_hand["samples"], strict=True):
        ours = {drive.labels.track(box.track).name: box for box in drive.labels.in_frame(frame.index)}
        for key in sample["datum_keys"]:
            image = data[key]["datum"].get("image")
            if image is None:
                continue
            rows = json.loads((root / "scene_01" / image["annotations"]["1"]).read_text())["annotations"]
            for row in rows:
                world = matrix(image["pose"]) @ matrix(row["box"]["pose"])
                apart.append(np.linalg.norm(world[:3, 3] - ours[str(row["instance_id"])].center))
    assert len(apart) > 150
    assert np.median(apart) < 0.02


def test_corners_in_a_camera_are_those_in_the_cloud(drive: Drive, by_hand: dict[str, Any], root: Path) -> None:
    (path,) = (root / "scene_01" / "calibration").glob("*.json")
    calibration = json.loads(path.read_text())
    row = calibration["names"].index("CAMERA_05")
    lens, mounted = calibration["intrinsics"][row], matrix(calibration["extrinsics"][row])
    frame = drive.scene.frames[0]
    image = frame.images["CAMERA_05"]
    seen = 0
    for box in drive.labels.in_frame(0):
        corners = frame.sweep().world_SE3_sensor.inverse.apply(box.world_SE3_box.apply(SIGNS * np.array(box.size)))
        local = (np.linalg.inv(mounted) @ np.column_stack([corners, np.ones(8)]).T)[:3].T
        ours = image.world_SE3_sensor.inverse.apply(box.world_SE3_box.apply(SIGNS * np.array(box.size)))
        np.testing.assert_allclose(ours, local, atol=2e-3)
        assert image.sensor.camera is not None
        uv, valid = image.sensor.camera.project(local)
        for corner in np.flatnonzero(valid):
            x, y, z = local[corner]
            assert uv[corner] == pytest.approx((lens["fx"] * x / z + lens["cx"], lens["fy"] * y / z + lens["cy"]))
            seen += 1
    assert seen > 100


def test_what_is_not_read_is_said(root: Path) -> None:
    dataset = open_dataset(root)
    dataset.labels("scene_01")
    told = " ".join(finding.message for finding in dataset.findings)
    assert "bounding_box_2d" in told
    assert "3D boxes of cameras" in told
    assert "beyond the year 2262" in told


def test_to_nuscenes_and_back(drive: Drive, root: Path, tmp_path: Path) -> None:
    write_dataset("nuscenes", tmp_path / "out", [drive], open_dataset(root).taxonomy)
    back = open_dataset(tmp_path / "out")
    scene, labels = back.scene("scene_01"), back.labels("scene_01")
    inside = 0
    for ours, theirs in zip(drive.scene.frames, scene.frames, strict=True):
        assert ours.timestamp_ns == theirs.timestamp_ns
        before, after = (f.sweep().world_SE3_sensor.apply(f.sweep().points().xyz) for f in (ours, theirs))
        np.testing.assert_allclose(before, after, atol=1e-9)
        boxes = {box.token: box for box in labels.in_frame(theirs.index)}
        for box in drive.labels.in_frame(ours.index):
            count = points_in(before, box)
            assert count == points_in(after, boxes[box.token]) == boxes[box.token].num_lidar_pts
            inside += count
        assert {c: i.encoded() for c, i in ours.images.items()} == {c: i.encoded() for c, i in theirs.images.items()}
    assert inside == 13318 + 13348 + 13419


def points_in(world: Floats, box: Any) -> int:
    local = np.abs((world - box.center) @ box.world_SE3_box.rotation_matrix)
    return int((local <= np.array(box.size) / 2 + 1e-9).all(axis=1).sum())


# What the real scene does not have.


def test_agents_of_a_copy_without_their_names(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "scene_01", tmp_path / "one", ignore=shutil.ignore_patterns("rgb", "point_cloud"))
    (names,) = (tmp_path / "one" / "feature_ontology").iterdir()
    names.chmod(0o644)
    names.write_text(json.dumps({"items": []}))
    dataset = open_dataset(tmp_path)
    assert next(dataset.labels("one").boxes()).attributes == {"feature_0": "dynamic"}


@pytest.mark.one_numpy
def test_a_project_of_it_knows_every_attribute_that_its_labels_use(root: Path, tmp_path: Path) -> None:
    """The reader learns of them only as it reads labels; an unknown one would stop every export."""
    import_drive(root, tmp_path / "made.lidarlabel")
    checked = check_path(tmp_path / "made.lidarlabel", points=False)
    assert checked.counts["error"] == 0
