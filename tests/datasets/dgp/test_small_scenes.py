"""DGP: small made-up scenes for what the real one does not have, and broken files."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.datasets import Dataset, open_dataset
from lidar_label.errors import LidarLabelError, MissingFile, UnreadableFile, UnsafePath
from lidar_label.model import Fisheye, Pinhole, PointCloud

HASH = "0123456789abcdef0123456789abcdef01234567"


def small(folder: Path, *, change: Callable[[dict[str, Any]], object] = lambda files: None) -> Path:
    """A data set of one scene: a LiDAR off the vehicle's centre and a camera, one box, one more cloud between."""
    stamp = "2020-01-01T00:00:0{}.000001Z".format
    mounting = {"rotation": {"qw": 1.0}, "translation": {"x": 1.0, "z": 2.0}}
    ahead = {"rotation": {"qw": 0.5, "qx": -0.5, "qy": 0.5, "qz": -0.5}, "translation": {"x": 1.5}}
    world = {"rotation": {"qw": 1.0}, "translation": {"x": 11.0, "y": 5.0, "z": 2.0}}

    def cloud(key: str, second: int) -> dict[str, Any]:
        return {
            "key": key,
            "id": {"name": "LIDAR", "timestamp": stamp(second)},
            "datum": {
                "point_cloud": {
                    "filename": "point_cloud/a.npz",
                    "pose": copy.deepcopy(world),
                    "annotations": {"1": "boxes.json"},
                    "point_format": ["X", "Y", "Z", "INTENSITY", "RING", "TIMESTAMP"],
                }
            },
        }

    picture = {
        "key": "c",
        "id": {"name": "CAM", "timestamp": stamp(1)},
        "datum": {
            "image": {"filename": "rgb/a.png", "width": 64, "height": 48, "annotations": {"1": "cam_boxes.json"}}
        },
    }
    picture["datum"]["image"]["pose"] = {"rotation": ahead["rotation"], "translation": {"x": 11.5, "y": 5.0}}
    box = {"pose": {"rotation": {"qw": 1.0}, "translation": {"x": 4.0}}, "length": 4.0, "width": 2.0, "height": 1.5}
    annotation = {"class_id": 0, "instance_id": 7, "box": box, "attributes": {"color": "red"}}
    far = {
        **annotation,
        "instance_id": 9,
        "box": {**box, "pose": {"rotation": ahead["rotation"], "translation": {"z": 6}}},
    }
    files: dict[str, Any] = {
        "scene": {
            "data": [cloud("a", 1), picture, cloud("b", 2)],
            "samples": [{"id": {"timestamp": stamp(1)}, "datum_keys": ["a", "c"], "calibration_key": "cal"}],
            "ontologies": {"1": "ont"},
        },
        "boxes": {"annotations": [annotation]},
        "cam_boxes": {"annotations": [far]},
        "calibration/cal": {
            "names": ["LIDAR", "CAM"],
            "extrinsics": [mounting, ahead],
            "intrinsics": [{}, {"fx": 40.0, "fy": 40.0, "cx": 31.5, "cy": 23.5}],
        },
        "ontology/ont": {"name_to_id": {"Car": 0}, "id_to_name": {"0": "Car"}, "colormap": {"0": {"r": 255}}},
        "points": np.array([[4.0, 0.0, 0.0, 9.0, 3.0, 1577836801000001.0 + 50.0]]),
    }
    change(files)
    scene = folder / "one"
    scene.mkdir(parents=True)
    (folder / "scene_dataset_v1.0.json").write_text(
        json.dumps({"scene_splits": {"0": {"filenames": [f"one/scene_{HASH}.json"]}}})
    )
    points = files.pop("points")
    for name, content in files.items():
        path = scene / f"{f'scene_{HASH}' if name == 'scene' else name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))
    (scene / "point_cloud").mkdir()
    np.savez_compressed(scene / "point_cloud" / "a.npz", data=points)
    (scene / "rgb").mkdir()
    (scene / "rgb" / "a.png").write_bytes(b"picture")
    return folder


def opened(folder: Path, change: Callable[[dict[str, Any]], object] = lambda files: None) -> tuple[Dataset, PointCloud]:
    dataset = open_dataset(small(folder, change=change))
    return dataset, dataset.scene("one").frames[0].sweep().points()


def cloud_of(files: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = files["scene"]["data"][0]["datum"]["point_cloud"]
    return found


def codes(dataset: Dataset) -> set[str]:
    return {finding.code for finding in dataset.findings}


def test_a_sensor_off_the_centre_and_a_first_ontology(tmp_path: Path) -> None:
    dataset, cloud = opened(tmp_path)
    scene, labels = dataset.scene("one"), dataset.labels("one")
    assert scene.frames[0].timestamp_ns == 1_577_836_801_000_001_000
    np.testing.assert_allclose(scene.frames[0].sweep().world_SE3_ego.translation, (10, 5, 0), atol=1e-12)
    np.testing.assert_allclose(scene.frames[0].images["CAM"].world_SE3_ego.translation, (10, 5, 0), atol=1e-12)
    (box,) = labels.boxes()
    np.testing.assert_allclose(box.center, (15, 5, 2), atol=1e-12)
    assert box.attributes == {"color": "red"}
    assert box.num_lidar_pts is None
    assert [(c.name, c.color) for c in dataset.taxonomy.categories] == [("Car", "#ff0000")]
    assert [(s.frame, s.is_keyframe, s.timestamp_ns) for s in scene.between] == [(0, False, 1_577_836_802_000_001_000)]
    assert cloud.fields["ring"].tolist() == [3]
    np.testing.assert_allclose(cloud.fields["time_s"], [50e-6], atol=1e-9)


def test_columns_by_name_and_by_number(tmp_path: Path) -> None:
    kinds = [("X", "f4"), ("Y", "f4"), ("Z", "f4"), ("INTENSITY", "u1"), ("CLASS_ID", "u2")]

    def named(files: dict[str, Any]) -> None:
        files["points"] = np.array([(1, 2, 3, 4, 5)], dtype=kinds)

    def numbered(files: dict[str, Any]) -> None:
        files["points"] = np.array([[1.0, 2, 3, 4, 5]])
        files["scene"]["data"][0]["datum"]["point_cloud"]["point_format"] = [0, 1, 2, 3, 11]

    for number, change in enumerate((named, numbered)):
        _, cloud = opened(tmp_path / str(number), change)
        assert cloud.xyz.tolist() == [[1, 2, 3]]
        assert {name: values.tolist() for name, values in cloud.fields.items()} == {
            "intensity": [4],
            "semantic_class": [5],
        }


def test_labels_of_cameras_where_no_lidar_has_any(tmp_path: Path) -> None:
    def change(files: dict[str, Any]) -> None:
        files["scene"]["data"][0]["datum"]["point_cloud"]["annotations"] = {}

    dataset, _ = opened(tmp_path, change)
    (box,) = dataset.labels("one").boxes()
    np.testing.assert_allclose(box.center, (17.5, 5, 0), atol=1e-12)  # six metres ahead of the camera


def test_lenses(tmp_path: Path) -> None:
    def lens(**values: float) -> Callable[[dict[str, Any]], None]:
        return lambda files: files["calibration/cal"]["intrinsics"][1].update(values)

    cameras = {}
    for name, values in {
        "plain": {},
        "brown": {"k1": 0.1, "k2": 0.2, "p1": 0.3, "p2": 0.4, "k3": 0.5},
        "fisheye": {"fisheye": 1, "k1": 0.1, "k2": 0.2, "k3": 0.3, "k4": 0.4},
        "double sphere": {"xi": 0.5, "alpha": 0.6},
        "skewed": {"skew": 3.0},
        "none": {"fx": 0.0},
    }.items():
        dataset, _ = opened(tmp_path / name, lens(**values))
        cameras[name] = dataset.scene("one").sensors["CAM"].camera
        assert ("uncalibrated-camera" in codes(dataset)) == (cameras[name] is None)
    assert isinstance(cameras["plain"], Pinhole)
    assert cameras["plain"].distortion == ()
    assert isinstance(cameras["brown"], Pinhole)
    assert cameras["brown"].distortion == (0.1, 0.2, 0.3, 0.4, 0.5, 0, 0, 0)
    assert isinstance(cameras["fisheye"], Fisheye)
    assert cameras["fisheye"].distortion == (0.1, 0.2, 0.3, 0.4)
    assert [name for name, camera in cameras.items() if camera is None] == ["double sphere", "skewed", "none"]


def test_parts_that_are_not_there(tmp_path: Path) -> None:
    whole = small(tmp_path / "a")
    for name in ("calibration/cal.json", "ontology/ont.json", "boxes.json", "point_cloud/a.npz"):
        (whole / "one" / name).unlink()
    dataset = open_dataset(whole)
    assert len(dataset.labels("one")) == 0
    assert {"no-calibration", "no-ontology", "missing-labels"} <= codes(dataset)
    with pytest.raises(MissingFile, match=r"a\.npz"):
        dataset.scene("one").frames[0].sweep().points()


def test_a_scene_without_poses(tmp_path: Path) -> None:
    def change(files: dict[str, Any]) -> None:
        for row in files["scene"]["data"]:
            next(iter(row["datum"].values()))["pose"] = {"rotation": {}, "translation": {}}

    dataset, _ = opened(tmp_path, change)
    scene = dataset.scene("one")
    assert not scene.has_poses
    assert "no-poses" in codes(dataset)
    (box,) = dataset.labels("one").boxes()
    np.testing.assert_allclose(box.center, (5, 0, 2), atol=1e-12)


def test_a_world_far_from_its_origin_is_shifted(tmp_path: Path) -> None:
    def change(files: dict[str, Any]) -> None:
        for row in files["scene"]["data"]:
            next(iter(row["datum"].values()))["pose"]["translation"]["x"] += 600_000.0

    dataset, _ = opened(tmp_path, change)
    scene = dataset.scene("one")
    assert scene.origin[0] > 600_000
    np.testing.assert_allclose(next(dataset.labels("one").boxes()).center + scene.origin, (600_015, 5, 2), atol=1e-6)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda f: cloud_of(f).update(filename="../../../etc/passwd"), UnsafePath, "leads out"),
        (lambda f: cloud_of(f).update(filename="/etc/passwd"), UnsafePath, "not a path"),
        (lambda f: f["scene"]["ontologies"].update({"1": "../../x"}), UnsafePath, "leads out"),
        (lambda f: f["scene"]["samples"][0].update(calibration_key="../../../x"), UnsafePath, "leads out"),
        (lambda f: f["scene"]["data"][0]["id"].update(timestamp="yesterday"), UnreadableFile, "is no time"),
        (lambda f: f["scene"]["data"][0].pop("key"), UnreadableFile, "needs a key"),
        (lambda f: f["scene"]["data"][2].update(key="a"), UnreadableFile, "the same key"),
        (lambda f: f["boxes"]["annotations"][0]["box"].update(length=-1), UnreadableFile, "above 0"),
        (lambda f: f["boxes"]["annotations"][0]["box"].pop("pose"), UnreadableFile, "no rotation"),
        (lambda f: f["boxes"]["annotations"][0].update(num_points=1.5), UnreadableFile, "whole number"),
        (lambda f: f["calibration/cal"]["names"].pop(), UnreadableFile, "do not go together"),
        (lambda f: f["ontology/ont"].update(id_to_name={"a": "Car"}), UnreadableFile, "needs a number"),
        (lambda f: f.update(points=np.zeros((9, 5))), UnreadableFile, "5 values and 6 are named"),
        (lambda f: f.update(points=np.array([{"a": 1}], dtype=object)), UnreadableFile, "no array holds rows"),
    ],
)  # fmt: skip
def test_scenes_that_cannot_be(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], error: type[LidarLabelError], words: str
) -> None:
    with pytest.raises(error, match=words):
        opened(tmp_path, change)[0].labels("one")


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    which=st.integers(0, 5), cut=st.integers(0, 3000),
    flips=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 7)), max_size=3),
)  # fmt: skip
def test_damaged_files(
    tmp_path: Path, survives: Callable[..., None], which: int, cut: int, flips: list[tuple[int, int]]
) -> None:
    folder = tmp_path / "set"
    if not folder.exists():
        small(folder)
    names = (f"one/scene_{HASH}.json", "one/boxes.json", "one/calibration/cal.json", "one/ontology/ont.json",
             "one/point_cloud/a.npz", "scene_dataset_v1.0.json")  # fmt: skip
    path = folder / names[which]
    whole = path.read_bytes()
    data = bytearray(whole)
    for at, bit in flips:
        data[at % len(data)] ^= 1 << bit
    try:
        path.write_bytes(bytes(data) if flips else bytes(data[:cut]))
        survives(folder, "dgp")
    finally:
        path.write_bytes(whole)
