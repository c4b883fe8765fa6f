"""Zenseact Open Dataset, on scenes made up by its published definition: what is put in comes out in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Dataset, Drive, open_dataset, write_dataset
from lidar_label.errors import LidarLabelError, UnreadableFile
from lidar_label.model import Box, Fisheye, Floats, Labels, Scene

START = datetime(2022, 2, 14, 13, 23, 32, 251875, tzinfo=UTC)
START_NS = 1_644_845_012_251_875_000
POINT = np.dtype(
    [("timestamp", "<i8"), ("x", "<f4"), ("y", "<f4"), ("z", "<f4"), ("intensity", "u1"), ("diode_index", "u1")]
)
LENS = (0.05, -0.01, 0.002, -0.0003)


def transform(turn: Rotation, place: tuple[float, float, float]) -> Floats:
    out = np.eye(4)
    out[:3, :3], out[:3, 3] = turn.as_matrix(), place
    return out


# The LiDAR looks along its y, with x to the right; the camera along its z, with x to the right and y down.
EGO_LIDAR = transform(Rotation.from_euler("Z", -90, degrees=True), (1.2, 0.0, 2.0))
EGO_CAMERA = transform(Rotation.from_matrix([[0, 0, 1], [-1, 0, 0], [0, -1, 0]]), (1.9, 0.0, 1.5))


def ego_at(seconds: float) -> Floats:
    """The made-up drive: 10 m/s and a slow turn."""
    return transform(Rotation.from_euler("Z", 0.1 * seconds), (10 * seconds, 0.3 * seconds, 0.0))


@dataclass
class Made:
    """A scene as it is written; `boxes` are in the world, with their yaw."""

    folder: Path
    sweeps: int = 5
    label_s: float = 0.23
    boxes: list[tuple[Floats, float, tuple[float, float, float]]] = field(default_factory=list)
    points: list[Floats] = field(default_factory=list)
    files: dict[str, Any] = field(default_factory=dict)


def stamp(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def make(folder: Path, change: Callable[[dict[str, Any]], object] = lambda files: None, sweeps: int = 5) -> Made:
    """Write a scene: points in and around three boxes that stand in the world, a sweep a tenth of a second."""
    made = Made(folder, sweeps)
    rng = np.random.default_rng(7)
    for place, yaw, size in (
        ((30, 4, 1), 0.3, (4.5, 1.9, 1.6)),
        ((25, -6, 1), -2.5, (0.8, 0.7, 1.8)),
        ((40, 2, 1), 1.4, (12, 3, 3)),
    ):
        made.boxes.append((np.array(place, dtype=float), yaw, size))
    (folder / "lidar_velodyne").mkdir(parents=True)
    (folder / "camera_front_blur").mkdir()
    (folder / "annotations").mkdir()
    for index in range(sweeps):
        seconds = index * 0.1
        world = np.concatenate([center + rng.uniform(-1, 1, (400, 3)) * size for center, _, size in made.boxes])
        lidar = np.linalg.inv(ego_at(seconds) @ EGO_LIDAR)
        local = (lidar @ np.column_stack([world, np.ones(len(world))]).T)[:3].T
        rows = np.zeros(len(local), dtype=POINT)
        for axis, name in enumerate("xyz"):
            rows[name] = local[:, axis]
        rows["timestamp"] = np.linspace(-50_000, 50_000, len(local)).astype(np.int64)
        rows["intensity"], rows["diode_index"] = rng.integers(0, 256, len(local)), rng.integers(0, 160, len(local))
        np.save(folder / "lidar_velodyne" / f"000007_golf_{stamp(seconds)}.npy", rows)
        made.points.append(rows)
        (folder / "camera_front_blur" / f"000007_golf_{stamp(seconds + 0.03)}.jpg").write_bytes(b"picture %d" % index)
    at_label = np.linalg.inv(ego_at(made.label_s) @ EGO_LIDAR)
    objects: list[dict[str, Any]] = []
    for number, (center, yaw, size) in enumerate(made.boxes):
        box = at_label @ transform(Rotation.from_euler("Z", yaw), tuple(center))
        x, y, z, w = Rotation.from_matrix(box[:3, :3]).as_quat()
        objects.append(
            {
                "geometry": {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4], [5, 6], [7, 8]]},
                "properties": {
                    "annotation_uuid": f"uuid-{number}", "class": ("Vehicle", "Pedestrian", "Robot")[number],
                    "type": "Car", "occlusion_ratio": "None", "unclear": False,
                    "location_3d": {"type": "Point", "coordinates": box[:3, 3].tolist()},
                    "orientation_3d_qw": w, "orientation_3d_qx": x, "orientation_3d_qy": y, "orientation_3d_qz": z,
                    "size_3d_length": size[0], "size_3d_width": size[1], "size_3d_height": size[2],
                },
            }
        )  # fmt: skip
    flat = {"annotation_uuid": "flat", "class": "Vehicle", "unclear": True}
    objects.append({"geometry": {"type": "MultiPoint", "coordinates": []}, "properties": flat})
    seconds_of = [START.timestamp() + 0.01 * i for i in range(-20, 80)]
    made.files |= {
        "annotations/object_detection": objects,
        "annotations/lane_markings": [],
        "calibration": {
            "FC": {
                "extrinsics": EGO_CAMERA.tolist(), "lidar_extrinsics": EGO_LIDAR.tolist(),
                "intrinsics": [[1100.0, 0, 960.0, 0], [0, 1110.0, 540.0, 0], [0, 0, 1, 0]], "distortion": list(LENS),
                "undistortion": [0, 0, 0, 0], "image_dimensions": [1920, 1080], "field_of_view": [120, 67],
            }
        },
        "ego_motion": {"poses": [ego_at(0.01 * i).tolist() for i in range(-20, 80)], "timestamps": seconds_of},
        "info": {"id": "000007", "keyframe_time": stamp(made.label_s)},
        "metadata": {"collection_car": "golf", "country_code": "SE", "time_of_day": "day", "scraped_weather": "rain"},
    }  # fmt: skip
    change(made.files)
    for name, content in made.files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return made


def read(path: Path) -> tuple[Dataset, Scene, Labels]:
    dataset = open_dataset(path, "zod")
    (name,) = dataset.scene_names
    return dataset, dataset.scene(name), dataset.labels(name)


def codes(dataset: Dataset) -> set[str]:
    return {finding.code for finding in dataset.findings}


def inside(points: Floats, box: Box) -> int:
    local = np.abs((points - box.center) @ box.world_SE3_box.rotation_matrix)
    return int((local <= np.array(box.size) / 2).all(axis=1).sum())


def test_the_whole_set_a_subset_and_a_scene(tmp_path: Path) -> None:
    make(tmp_path / "sequences" / "000007")
    for path in (tmp_path, tmp_path / "sequences", tmp_path / "sequences" / "000007"):
        dataset = open_dataset(path)
        assert (dataset.format, dataset.scene_names) == ("zod", ("000007",))
    make(tmp_path / "single_frames" / "000007", sweeps=1)
    assert open_dataset(tmp_path).scene_names == ("sequences/000007", "single_frames/000007")


def test_points_times_and_pictures(tmp_path: Path) -> None:
    made = make(tmp_path / "000007")
    dataset, scene, _ = read(made.folder)
    assert [frame.timestamp_ns for frame in scene.frames] == [START_NS + i * 100_000_000 for i in range(5)]
    assert scene.log == {
        "logfile": "000007", "vehicle": "golf", "location": "SE", "time_of_day": "day", "scraped_weather": "rain",
    }  # fmt: skip
    for index, frame in enumerate(scene.frames):
        cloud, raw = frame.sweep().points(), made.points[index]
        np.testing.assert_array_equal(cloud.xyz, np.column_stack([raw[axis] for axis in "xyz"]))
        assert sorted(cloud.fields) == ["intensity", "ring", "time_s"]
        np.testing.assert_array_equal(cloud.fields["ring"], raw["diode_index"])
        np.testing.assert_allclose(cloud.fields["time_s"], raw["timestamp"] * 1e-6)
        image = frame.images["camera_front_blur"]
        assert image.timestamp_ns == frame.timestamp_ns + 30_000_000
        assert image.encoded() == b"picture %d" % index
        np.testing.assert_allclose(image.world_SE3_ego.matrix, ego_at(index * 0.1 + 0.03), atol=1e-6)
        np.testing.assert_allclose(frame.world_SE3_ego.matrix, ego_at(index * 0.1), atol=1e-6)
    told = next(f.message for f in dataset.findings if f.code == "not-read")
    assert told == "not read: lane_markings.json"


def test_boxes_are_where_they_were_put(tmp_path: Path) -> None:
    made = make(tmp_path / "000007")
    dataset, scene, labels = read(made.folder)
    boxes = labels.in_frame(2)  # 0.2 s is nearest to 0.23 s
    assert len(boxes) == len(labels) == 3
    world = scene.frames[2].sweep().world_SE3_sensor.apply(scene.frames[2].sweep().points().xyz)
    for number, (box, (center, yaw, size)) in enumerate(zip(boxes, made.boxes, strict=True)):
        np.testing.assert_allclose(box.center, center, atol=1e-5)
        assert box.yaw == pytest.approx(yaw, abs=1e-6)
        assert box.size == pytest.approx(size)
        assert labels.track(box.track).name == f"uuid-{number}"
        assert box.attributes == {"type": "Car", "occlusion_ratio": "None", "unclear": False}
        by_hand = np.array([[np.cos(yaw), np.sin(yaw)], [-np.sin(yaw), np.cos(yaw)]])
        turned = (world[:, :2] - center[:2]) @ by_hand.T
        told = (abs(turned) <= np.array(size[:2]) / 2).all(axis=1) & (abs(world[:, 2] - center[2]) <= size[2] / 2)
        assert inside(world, box) == told.sum() > 0
    assert [labels.track(box.track).category for box in boxes] == ["Vehicle", "Pedestrian", "Robot"]
    assert "Robot" in dataset.taxonomy
    assert any(f.code == "no-box" and f.message.startswith("1 objects") for f in dataset.findings)


def test_ahead_of_the_car_is_in_the_middle_of_the_picture(tmp_path: Path) -> None:
    _, scene, _ = read(make(tmp_path / "000007").folder)
    sensor = scene.sensors["camera_front_blur"]
    lens = sensor.camera
    assert isinstance(lens, Fisheye)
    points = np.array([[50.0, 0, 1.5], [20, 8, 1.0], [5, -9, 3.0]])
    camera = (np.linalg.inv(EGO_CAMERA) @ np.column_stack([points, np.ones(3)]).T)[:3].T
    uv, seen = lens.project(sensor.ego_SE3_sensor.inverse.apply(points))
    assert seen.all()
    across = np.hypot(camera[:, 0], camera[:, 1])
    angle = np.arctan2(across, camera[:, 2])
    bent = angle * (1 + sum(k * angle ** (2 * i + 2) for i, k in enumerate(LENS)))
    with np.errstate(invalid="ignore"):
        by_hand = np.where(across[:, None] > 0, camera[:, :2] / across[:, None] * bent[:, None], 0)
    np.testing.assert_allclose(uv, by_hand * (1100, 1110) + (960, 540), atol=1e-6)
    np.testing.assert_allclose(uv[0], (960, 540), atol=1e-6)
    assert uv[1, 0] < 960 < uv[2, 0]
    ahead = scene.sensors["lidar_velodyne"].ego_SE3_sensor.apply(np.array([[0.0, 10, 0]]))
    np.testing.assert_allclose(ahead, [[11.2, 0, 2]], atol=1e-9)


def test_to_nuscenes_and_back(tmp_path: Path) -> None:
    dataset, scene, labels = read(make(tmp_path / "000007").folder)
    write_dataset("nuscenes", tmp_path / "out", [Drive(scene=scene, labels=labels)], dataset.taxonomy)
    back = open_dataset(tmp_path / "out")
    again = back.labels("000007")
    world = scene.frames[2].sweep().world_SE3_sensor.apply(scene.frames[2].sweep().points().xyz)
    given = {box.token: inside(world, box) for box in labels.boxes()}
    assert min(given.values()) > 0
    assert {box.token: box.num_lidar_pts for box in again.boxes()} == given


def test_a_scene_without_clouds_keeps_its_labels(tmp_path: Path) -> None:
    made = make(tmp_path / "000007")
    for path in (made.folder / "lidar_velodyne").iterdir():
        path.unlink()
    _, scene, labels = read(made.folder)
    assert [frame.timestamp_ns for frame in scene.frames] == [START_NS + 230_000_000]
    assert len(labels) == 3
    np.testing.assert_allclose(next(labels.boxes()).center, made.boxes[0][0], atol=1e-5)


def test_a_scene_that_does_not_say_when_it_was_labelled(tmp_path: Path) -> None:
    made = make(tmp_path / "000007")
    (made.folder / "info.json").unlink()
    dataset, _, labels = read(made.folder)
    assert len(labels.in_frame(2)) == 3
    assert "no-key-time" in codes(dataset)


def test_files_without_times(tmp_path: Path) -> None:
    made = make(tmp_path / "000007")
    (made.folder / "camera_front_blur" / "preview.jpg").write_bytes(b"")
    (made.folder / "lidar_velodyne" / "000007_golf_20220214.npy").write_bytes(b"")
    dataset, scene, _ = read(made.folder)
    assert len(scene.frames) == 5
    assert sum(f.code == "untimed-file" for f in dataset.findings) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f["info"].update(keyframe_time=None), "keyframe_time None is no time"),
        (lambda f: f["calibration"].pop("FC"), "FC needs an object"),
        (lambda f: f["calibration"]["FC"].pop("distortion"), "distortion needs 4 numbers"),
        (lambda f: f["calibration"]["FC"].update(intrinsics=[[1, 2], [3, 4], [5, 6]]), "three rows of three"),
        (lambda f: f["calibration"]["FC"].update(image_dimensions=[0, 5]), "at least 1 x 1"),
        (lambda f: f["calibration"]["FC"].update(extrinsics=[[2.0, 0, 0, 0]] * 4), "rotation|transform|row"),
        (lambda f: f["calibration"]["FC"].update(lidar_extrinsics=[[1]]), "four rows of four"),
        (lambda f: f["ego_motion"]["poses"].pop(), "99 poses have 100 times"),
        (lambda f: f["ego_motion"].update(poses=[], timestamps=[]), "there is no pose"),
        (lambda f: f["ego_motion"]["timestamps"].__setitem__(3, 1e300), "beyond 64 bits"),
        (lambda f: properties(f).pop("class"), "no class"),
        (lambda f: properties(f).update(size_3d_width=0), "above 0"),
        (lambda f: properties(f).update(orientation_3d_qw=9), "unit quaternion"),
        (lambda f: properties(f)["location_3d"].update(coordinates=[1, 2]), "location_3d needs 3 numbers"),
        (lambda f: f["annotations/object_detection"].append(5), "needs an object"),
    ],
)
def test_scenes_that_cannot_be(tmp_path: Path, change: Callable[[dict[str, Any]], object], words: str) -> None:
    made = make(tmp_path / "000007", change)
    with pytest.raises(UnreadableFile, match=words) as caught:
        read(made.folder)
    assert caught.value.where.startswith(str(made.folder))


def properties(files: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = files["annotations/object_detection"][0]["properties"]
    return found


@pytest.mark.one_numpy
@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    which=st.integers(0, 5),
    cut=st.integers(0, 9000),
    flips=st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 7)), max_size=3),
)
def test_damaged_files(
    tmp_path: Path, survives: Callable[..., None], which: int, cut: int, flips: list[tuple[int, int]]
) -> None:
    folder = tmp_path / "000007"
    if not folder.exists():
        make(folder, sweeps=2)
    files = sorted((*folder.glob("*.json"), folder / "annotations/object_detection.json", *folder.glob("*/*.npy")))
    path = files[which]
    whole = path.read_bytes()
    data = bytearray(whole)
    for at, bit in flips:
        data[at % len(data)] ^= 1 << bit
    try:
        path.write_bytes(bytes(data) if flips else bytes(data[:cut]))
        survives(folder, "zod")
    finally:
        path.write_bytes(whole)


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LidarLabelError, match="there is no scene"):
        open_dataset(tmp_path, "zod")
