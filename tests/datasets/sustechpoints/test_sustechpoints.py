"""SUSTechPOINTS: the real example, poses and times, its writer, and broken files."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lidar_label.datasets import Drive, format_named, open_dataset, write_dataset
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.pcd import read_pcd, write_pcd
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import LidarLabelError, UnreadableFile
from lidar_label.model import SE3, Box, Frame, Labels, PointCloud, Scene, Sensor, Taxonomy, Track

SIGNS = np.array([[x, y, z] for x in (1, -1) for y in (1, -1) for z in (1, -1)]) / 2
NAME = "sustechpoints_example"


def turn(x: float, y: float, z: float) -> np.ndarray:
    """three.js's default order: Rx Ry Rz."""
    cx, sx, cy, sy, cz, sz = (f(a) for a in (x, y, z) for f in (math.cos, math.sin))
    rx = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    ry = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    rz = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return rx @ ry @ rz


def corners(row: dict[str, Any]) -> np.ndarray:
    position, scale, rotation = ([row["psr"][k][a] for a in "xyz"] for k in ("position", "scale", "rotation"))
    return SIGNS * scale @ turn(*rotation).T + position


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(one[:, None] - other[None], axis=2).min(axis=1).max())


def test_the_real_example(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / NAME)
    assert dataset.format == "sustechpoints"
    scene, labels = dataset.scene(NAME), dataset.labels(NAME)
    assert [frame.name for frame in scene.frames] == ["000965", "000970"]
    assert [len(frame.sweep().points()) for frame in scene.frames] == [66781, 66899]
    assert [len(labels.in_frame(i)) for i in (0, 1)] == [21, 23]
    assert scene.has_timestamps
    assert 0.49 < scene.duration_s < 0.51
    assert 1820.3 < scene.frames[0].timestamp_ns * 1e-9 < 1820.402
    ids: set[str] = set()
    for index, stem in enumerate(("000965", "000970")):
        rows = json.loads((shared_data / NAME / f"label/{stem}.json").read_text())
        for row, box in zip(rows, labels.in_frame(index), strict=True):
            assert apart(corners(row), box.corners()) < 1e-9
            track = labels.track(box.track)
            assert (track.name, track.category) == (row["obj_id"], row["obj_type"])
            assert -math.pi < box.yaw <= math.pi
            ids.add(row["obj_id"])
    assert len(labels.tracks) == len(ids) == 24


def test_points_in_boxes_turned_by_yaw_alone(shared_data: Path) -> None:
    counts = {"000965": {"4": 17, "1": 577}, "000970": {"4": 33, "1": 974}}
    scene = open_dataset(shared_data / NAME).scene(NAME)
    for frame in scene.frames:
        xyz = frame.sweep().points().xyz.astype(float)
        rows = json.loads((shared_data / NAME / f"label/{frame.name}.json").read_text())
        for row in rows:
            if row["obj_id"] in counts[frame.name]:
                position, scale = ([row["psr"][k][a] for a in "xyz"] for k in ("position", "scale"))
                local = (xyz - position) @ turn(0, 0, row["psr"]["rotation"]["z"])
                beyond = (np.abs(local) - np.array(scale) / 2).max(axis=1)
                least, most = (int((beyond <= edge).sum()) for edge in (-1e-9, 1e-9))  # one lies on a face
                assert least <= counts[frame.name][row["obj_id"]] <= most <= least + 1


def test_projection_is_the_files_own(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / NAME)
    scene, labels = dataset.scene(NAME), dataset.labels(NAME)
    expected = {"000965": {"front": 8, "left": 7, "right": 3}, "000970": {"front": 9, "left": 8, "right": 3}}
    for frame in scene.frames:
        centers = np.array([box.center for box in labels.in_frame(frame.index)])
        for name, image in frame.images.items():
            content = json.loads((shared_data / NAME / f"calib/camera/{name}.json").read_text())
            extrinsic = np.reshape(content["extrinsic"], (4, 4))
            plain = (np.column_stack([centers, np.ones(len(centers))]) @ extrinsic.T)[:, :3]
            camera = image.sensor.camera
            assert camera is not None
            assert (camera.width, camera.height) == (2048, 1536)
            uv, seen = camera.project(image.world_SE3_sensor.inverse.apply(centers))
            by_hand = plain @ np.reshape(content["intrinsic"], (3, 3)).T
            front = plain[:, 2] > 0.1
            np.testing.assert_allclose(uv[front], (by_hand[:, :2] / by_hand[:, 2:])[front], rtol=1e-4, atol=1e-2)
            assert int((seen & camera.inside(uv)).sum()) == expected[frame.name][name]


def made(root: Path, stems: tuple[str, ...] = ("000000", "000005"), *, stamps: bool = False) -> Path:
    scene = root / "scene"
    (scene / "lidar").mkdir(parents=True)
    (scene / "label").mkdir()
    for index, stem in enumerate(stems):
        xyz = np.random.default_rng(index).normal(size=(40, 3)).astype(np.float32)
        fields = {"intensity": np.ones(40, dtype=np.float32)}
        if stamps:
            fields["timestamp"] = np.full(40, 100.0 + index / 4)
        write_pcd(scene / f"lidar/{stem}.pcd", PointCloud(xyz, fields))
        label(scene, stem, [row("a"), row("b", x=8.0)])
    return scene


def row(track: str, kind: str = "Car", x: float = 3.0, **more: Any) -> dict[str, Any]:
    psr = {
        "position": {"x": x, "y": -2.0, "z": 0.5},
        "scale": {"x": 4.0, "y": 1.8, "z": 1.5},
        "rotation": {"x": 0.1, "y": -0.2, "z": 4.6},
    }
    return {"psr": psr, "obj_type": kind, "obj_id": track, **more}


def label(scene: Path, stem: str, content: Any) -> None:
    (scene / f"label/{stem}.json").write_text(json.dumps(content))


def test_times_from_the_names_where_the_points_have_none(tmp_path: Path) -> None:
    dataset = open_dataset(made(tmp_path))
    scene = dataset.scene("scene")
    assert not scene.has_timestamps
    assert scene.duration_s == pytest.approx(0.5)
    assert "no-timestamps" in {f.code for f in dataset.findings}
    assert open_dataset(made(tmp_path / "b", stamps=True)).scene("scene").duration_s == pytest.approx(0.25)


def test_times_that_do_not_rise_are_not_used(tmp_path: Path) -> None:
    scene = made(tmp_path, stamps=True)
    shutil.copy(scene / "lidar/000005.pcd", scene / "lidar/000000.pcd")
    assert not open_dataset(scene).scene("scene").has_timestamps


def test_a_data_root_has_several_scenes(tmp_path: Path) -> None:
    made(tmp_path)
    shutil.copytree(tmp_path / "scene", tmp_path / "scene10")
    shutil.copytree(tmp_path / "scene", tmp_path / "scene2")
    assert open_dataset(tmp_path).scene_names == ("scene", "scene2", "scene10")


def test_two_clouds_of_one_name_are_told(tmp_path: Path) -> None:
    scene = made(tmp_path)
    (scene / "lidar/000005.bin").write_bytes(bytes(16))
    dataset = open_dataset(scene)
    assert len(dataset.scene("scene").frames) == 2
    assert "doubled-file" in {f.code for f in dataset.findings}


def test_ids_that_are_missing_or_doubled(tmp_path: Path) -> None:
    scene = made(tmp_path)
    label(scene, "000005", {"objs": [row("a"), row("a", x=9.0), row(""), {**row("c"), "obj_id": 12}]})
    dataset = open_dataset(scene)
    labels = dataset.labels("scene")
    assert len(labels.in_frame(1)) == 4
    assert sorted(t.name for t in labels.tracks) == ["", "", "12", "a", "b"]
    assert sum(f.code == "no-track" for f in dataset.findings) == 2


def ego(scene: Path, content: dict[str, dict[str, Any]], folder: str = "ego_pose") -> None:
    (scene / folder).mkdir()
    for stem, pose in content.items():
        (scene / folder / f"{stem}.json").write_text(json.dumps(pose))


def test_ego_poses_far_from_the_origin(tmp_path: Path) -> None:
    scene = made(tmp_path)
    east, north = 500_123.4, 2_501_234.6
    poses = {
        stem: {"x": east + 3 * i, "y": str(north + i), "z": 7.0, "roll": 1.0, "pitch": -2.0, "azimuth": 30.0 + i}
        for i, stem in enumerate(("000000", "000005"))
    }
    ego(scene, poses)
    dataset = open_dataset(scene)
    found = dataset.scene("scene")
    assert found.has_poses
    assert found.origin == pytest.approx((east, north, 7.4), abs=0.6)
    for frame in found.frames:
        pose = poses[frame.name]
        a, p, r = (math.radians(float(pose[k])) for k in ("azimuth", "pitch", "roll"))
        rotation = turn(0, 0, -a) @ turn(p, 0, 0) @ turn(0, r, 0)
        mounting = np.diag([-1.0, -1.0, 1.0])
        np.testing.assert_allclose(frame.world_SE3_ego.rotation_matrix, rotation @ mounting, atol=1e-9)
        place = rotation @ (0, 0, 0.4) + [float(pose[k]) for k in "xyz"]
        np.testing.assert_allclose(frame.world_SE3_ego.translation + found.origin, place, atol=1e-6)


def test_lidar_poses(tmp_path: Path) -> None:
    scene = made(tmp_path)
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = turn(0, 0, 0.3), (1, 2, 3)
    ego(
        scene,
        {"000000": {"lidarPose": np.eye(4).ravel().tolist()}, "000005": {"lidarPose": matrix.ravel().tolist()}},
        "lidar_pose",
    )
    np.testing.assert_allclose(open_dataset(scene).scene("scene").frames[1].world_SE3_ego.matrix, matrix, atol=1e-12)


def test_a_pose_too_few_means_none(tmp_path: Path) -> None:
    scene = made(tmp_path)
    ego(scene, {"000000": {"lidarPose": np.eye(4).ravel().tolist()}})
    dataset = open_dataset(scene)
    assert not dataset.scene("scene").has_poses
    assert "missing-poses" in {f.code for f in dataset.findings}


def test_a_camera_that_moves(tmp_path: Path, shared_data: Path) -> None:
    scene = tmp_path / NAME
    shutil.copytree(shared_data / NAME, scene, copy_function=shutil.copyfile)
    for path in [scene, *scene.rglob("*")]:
        path.chmod(0o755)
    shift = np.eye(4)
    shift[0, 3] = 0.25
    (scene / "calib/camera/front").mkdir()
    (scene / "calib/camera/front/000970.json").write_text(json.dumps({"lidar_transform": shift.ravel().tolist()}))
    frames = open_dataset(scene).scene(NAME).frames
    one, two = (frame.images["front"].sensor.ego_SE3_sensor.inverse.matrix for frame in frames)
    np.testing.assert_allclose(one @ shift, two, atol=1e-9)


@pytest.mark.parametrize(("name", "values"), [("000000.bin", 4), ("000000.bin", 5), ("000000.pcd.bin", 5)])
def test_how_many_values_a_point_of_a_bin_has(tmp_path: Path, name: str, values: int) -> None:
    (tmp_path / "scene/lidar").mkdir(parents=True)
    rows = np.random.default_rng(0).uniform(-40, 40, (400, values)).astype("<f4")
    rows[:, 3:] = np.abs(rows[:, 3:])
    (tmp_path / "scene/lidar" / name).write_bytes(rows.tobytes())
    frame = open_dataset(tmp_path / "scene").scene("scene").frames[0]
    assert frame.name == "000000"
    np.testing.assert_array_equal(frame.sweep().points().xyz, rows[:, :3])


def test_the_written_example_is_the_example(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / NAME
    dataset = open_dataset(source)
    drive = Drive(scene=dataset.scene(NAME), labels=dataset.labels(NAME))
    write_dataset("sustechpoints", tmp_path / "out", [drive], dataset.taxonomy)
    for stem in ("000965", "000970"):
        before, after = (json.loads((p / f"label/{stem}.json").read_text()) for p in (source, tmp_path / "out" / NAME))
        for a, b in zip(before, after, strict=True):
            assert (a["obj_id"], a["obj_type"]) == (b["obj_id"], b["obj_type"])
            assert apart(corners(a), corners(b)) < 1e-9
        one, two = (read_pcd(p / f"lidar/{stem}.pcd") for p in (source, tmp_path / "out" / NAME))
        np.testing.assert_array_equal(one.xyz, two.xyz)
        for name, values in one.fields.items():
            np.testing.assert_array_equal(values, two.fields[name])
        for camera in ("front", "left", "right"):
            file = f"camera/{camera}/{stem}.jpg"
            assert (source / file).read_bytes() == (tmp_path / "out" / NAME / file).read_bytes()
            calibs = [
                json.loads((p / f"calib/camera/{camera}.json").read_text()) for p in (source, tmp_path / "out" / NAME)
            ]
            np.testing.assert_allclose(calibs[0]["extrinsic"], calibs[1]["extrinsic"], atol=1e-6)
            np.testing.assert_allclose(calibs[0]["intrinsic"], calibs[1]["intrinsic"])
    back = open_dataset(tmp_path / "out").scene(NAME)
    assert [f.timestamp_ns for f in back.frames] == [f.timestamp_ns for f in drive.scene.frames]


def test_poses_attributes_and_origin_are_written(tmp_path: Path) -> None:
    scene = made(tmp_path, stamps=True)
    label(scene, "000000", [row("a", obj_attr="parked"), row("b")])
    ego(
        scene,
        {
            s: {"x": 5e5 + i, "y": 4e6, "z": 1.0, "roll": 1, "pitch": 2, "azimuth": 350}
            for i, s in enumerate(("000000", "000005"))
        },
    )
    dataset = open_dataset(scene)
    drive = Drive(scene=dataset.scene("scene"), labels=dataset.labels("scene"))
    assert drive.labels.in_frame(0)[0].attributes == {"obj_attr": "parked"}
    write_dataset("sustechpoints", tmp_path / "out", [drive], dataset.taxonomy)
    pose = json.loads((tmp_path / "out/scene/ego_pose/000005.json").read_text())
    assert pose == pytest.approx({"x": 500001, "y": 4e6, "z": 1, "roll": 1, "pitch": 2, "azimuth": 350}, abs=1e-6)
    back = open_dataset(tmp_path / "out")
    assert back.scene("scene").origin == drive.scene.origin
    for before, after in zip(drive.labels.boxes(), back.labels("scene").boxes(), strict=True):
        np.testing.assert_allclose(before.corners(), after.corners(), atol=1e-6)
        assert before.attributes == after.attributes


CALIB = {"extrinsic": np.eye(4).ravel().tolist(), "intrinsic": [700, 0, 320, 0, 700, 240, 0, 0, 1]}
BROKEN_CALIBS = {
    "mirrored": ({"extrinsic": np.diag([1, 1, -1, 1]).ravel().tolist()}, "determinant -1"),
    "bottom row": ({"extrinsic": np.diag([1, 1, 1, 0]).ravel().tolist()}, "bottom row"),
    "twelve": ({"extrinsic": np.eye(3, 4).ravel().tolist()}, "16 numbers row by row, found 12"),
    "absent": ({"extrinsic": None}, "found none"),
    "text": ({"extrinsic": ["a"] * 16}, "no number"),
    "stretched": ({"extrinsic": np.diag([2, 1, 1, 1]).ravel().tolist()}, "orthonormal"),
    "no camera": ({"intrinsic": [0] * 9}, "no camera matrix"),
}


@pytest.mark.parametrize("name", BROKEN_CALIBS)
def test_a_broken_calibration_is_named(tmp_path: Path, name: str) -> None:
    scene = made(tmp_path)
    change, reason = BROKEN_CALIBS[name]
    (scene / "camera/front").mkdir(parents=True)
    (scene / "calib/camera").mkdir(parents=True)
    (scene / "calib/camera/front.json").write_text(json.dumps({**CALIB, **change}))
    with pytest.raises(UnreadableFile, match=reason) as caught:
        open_dataset(scene).scene("scene")
    assert "front.json" in str(caught.value)
    assert "\n" not in str(caught.value)


def changed(**psr: Any) -> dict[str, Any]:
    content = row("a")
    content["psr"].update(psr)
    return content


BROKEN_LABELS = {
    "not json": ("{", "not valid JSON"),
    "no list": ("{}", "no list of objects"),
    "no psr": (json.dumps([row("a"), {"obj_type": "Car"}]), "object 1: an object needs psr"),
    "no type": (json.dumps([{**row("a"), "obj_type": ""}]), "object 0: an object needs an obj_type"),
    "nan": (json.dumps([changed(position={"x": math.nan, "y": 0, "z": 0})]), "object 0: position"),
    "text": (json.dumps([changed(rotation={"x": "0", "y": 0, "z": 0})]), "object 0: rotation"),
    "flat": (json.dumps([changed(scale={"x": 0, "y": 1, "z": 1})]), "object 0: each side"),
    "deep": ("[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", BROKEN_LABELS)
def test_a_broken_label_is_named(tmp_path: Path, name: str) -> None:
    scene = made(tmp_path)
    text, reason = BROKEN_LABELS[name]
    (scene / "label/000005.json").write_text(text)
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(scene).labels("scene")
    assert "000005.json" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_cut_cloud_is_refused_when_it_is_read(tmp_path: Path) -> None:
    path = made(tmp_path) / "lidar/000000.pcd"
    path.write_bytes(path.read_bytes()[:-1])
    frame = open_dataset(path.parent.parent).scene("scene").frames[0]
    with pytest.raises(UnreadableFile, match="cut off"):
        frame.sweep().points()


def test_other_layouts_are_not_taken_for_it(shared_data: Path) -> None:
    for name in ("kitti_object", "kitti_raw", "kitti_tracking", "udacity_pcd_sequence"):
        assert not format_named("sustechpoints").recognises(shared_data / name)


def test_labels_without_data_keep_their_places(tmp_path: Path) -> None:
    """A LiDAR that is mounted askew, no sweep, no pose: boxes stay where they were from the LiDAR."""
    mounting = SE3("ego", "LIDAR", (0.5, 0.5, -0.5, 0.5), (1.0, 0.2, 1.8))
    lidar = Sensor(channel="LIDAR", kind="lidar", ego_SE3_sensor=mounting)
    scene = Scene(
        name="bare", frames=[Frame(index=0, timestamp_ns=0, sweeps={})], sensors={"LIDAR": lidar},
        has_poses=False, has_timestamps=False,
    )  # fmt: skip
    track = Track(category="Car")
    box = Box(track=track.token, frame=0, world_SE3_box=SE3.from_yaw("world", "box", 1, (5, 6, 1)), size=(4, 2, 1))
    drive = Drive(scene=scene, labels=Labels([track], [box]))
    write_dataset("sustechpoints", tmp_path / "out", [drive], Taxonomy())
    back = open_dataset(tmp_path / "out")
    found = back.labels("bare").in_frame(0)[0]
    np.testing.assert_allclose(found.corners(), mounting.inverse.apply(box.corners()), atol=1e-9)


def test_clouds_far_from_their_origin(tmp_path: Path) -> None:
    scene = tmp_path / "far"
    for name in ("lidar", "label", "calib/camera", "camera/front"):
        (scene / name).mkdir(parents=True)
    place = np.array([458_123.25, 5_400_777.5, 312.0])
    xyz = np.random.default_rng(0).uniform(-20, 20, (50, 3)).astype(np.float32)
    write_cloud("pcd", scene / "lidar/000000.pcd", CloudArrays(PointCloud(xyz), tuple(place)))
    far = row("a")
    far["psr"]["position"] = dict(zip("xyz", np.add(place, (3, 2, 1)).tolist(), strict=True))
    label(scene, "000000", [far])
    extrinsic = np.array([[0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]], dtype=float)
    extrinsic[:3, 3] = -extrinsic[:3, :3] @ place
    camera = {"extrinsic": extrinsic.ravel().tolist(), "intrinsic": [500, 0, 320, 0, 500, 240, 0, 0, 1]}
    (scene / "calib/camera/front.json").write_text(json.dumps(camera))
    Image.new("RGB", (640, 480)).save(scene / "camera/front/000000.png")
    dataset = open_dataset(scene)
    found, labels = dataset.scene("far"), dataset.labels("far")
    assert "shifted-world" in {f.code for f in dataset.findings}
    assert np.abs(np.array(found.origin) - place).max() < 25
    points = found.frames[0].sweep().points().xyz.astype(float) + found.origin
    np.testing.assert_allclose(points, xyz.astype(float) + place, atol=1e-5)
    np.testing.assert_allclose(labels.in_frame(0)[0].center + found.origin, np.add(place, (3, 2, 1)), atol=1e-9)
    image = found.frames[0].images["front"]
    np.testing.assert_allclose(image.world_SE3_sensor.translation + found.origin, place, atol=1e-6)
    write_dataset("sustechpoints", tmp_path / "out", [Drive(scene=found, labels=labels)], dataset.taxonomy)
    again = json.loads((tmp_path / "out/far/calib/camera/front.json").read_text())
    np.testing.assert_allclose(again["extrinsic"], camera["extrinsic"], atol=1e-6)
    assert apart(corners(json.loads((tmp_path / "out/far/label/000000.json").read_text())[0]), corners(far)) < 1e-6
    back = open_cloud(tmp_path / "out/far/lidar/000000.pcd")
    np.testing.assert_allclose(next(iter(back.chunks())).xyz, xyz.astype(float) + place, atol=1e-5)
