"""labelCloud: the real example, every form of its labels, headings that stay, and broken files."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.datasets import Drive, ReadOptions, format_named, open_dataset, write_dataset
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import write_cloud
from lidar_label.errors import LidarLabelError
from lidar_label.model import Category, PointCloud, Taxonomy

pytestmark = pytest.mark.one_numpy


def turn(x: float, y: float, z: float) -> np.ndarray:
    """The tool's own: about x, then y, then z."""
    cx, sx, cy, sy, cz, sz = (f(a) for a in (x, y, z) for f in (math.cos, math.sin))
    rx = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    ry = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    rz = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return rz @ ry @ rx


def vertices(center: np.ndarray, size: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """The eight corners in the order of labelCloud's documentation."""
    signs = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]] * 2) / 2
    height = np.array([[-1], [-1], [-1], [-1], [1], [1], [1], [1]]) / 2
    return np.column_stack([signs, height]) * size @ rotation.T + center


def test_the_real_example(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "labelcloud")
    assert dataset.format == "labelcloud"
    scene, labels = dataset.scene("labelcloud"), dataset.labels("labelcloud")
    (box,) = labels.boxes()
    row = json.loads((shared_data / "labelcloud/labels/exemplary.json").read_text())["objects"][0]
    size = np.array([row["dimensions"][k] for k in ("length", "width", "height")])
    by_hand = vertices(np.array([row["centroid"][a] for a in "xyz"]), size, turn(0, 0, math.radians(235)))
    apart = np.linalg.norm(box.corners()[:, None] - by_hand[None], axis=2).min(axis=1)
    assert apart.max() < 1e-12
    assert box.yaw == pytest.approx(math.radians(235 - 360))
    assert labels.track(box.track).category == "cart"
    assert {c.name: c.color for c in dataset.taxonomy.categories} == {
        "unassigned": "#9da2ab", "cart": "#f156ff", "box": "#f57900"
    }  # fmt: skip
    cloud = scene.frames[0].sweep().points()
    painted = np.fromfile(shared_data / "labelcloud/labels/segmentation/exemplary.bin", dtype=np.uint8)
    np.testing.assert_array_equal(cloud.fields["semantic_class"], painted)
    assert np.bincount(cloud.fields["semantic_class"]).tolist() == [81944, 4413]
    # most points painted as the cart are in its box, and few others
    local = (cloud.xyz - box.center) @ box.world_SE3_box.rotation_matrix
    inside = (np.abs(local) <= size / 2).all(axis=1)
    assert inside[painted == 1].mean() > 0.75
    assert painted[inside].mean() > 0.9


@pytest.mark.parametrize("options", [{}, {"origin": (500_000.0, 4_800_000.0, 100.0), "poses": False}, {"data": False}])
def test_boxes_come_back(
    tmp_path: Path, full_drive: Callable[..., Drive], same: Callable[..., None], options: dict[str, Any]
) -> None:
    drive = full_drive(**options)
    given_words = Taxonomy([Category(name="Car", color="#123456")])
    write_dataset("labelcloud", tmp_path / "out", [drive], given_words)
    dataset = open_dataset(tmp_path / "out")
    assert dataset.format == "labelcloud"
    back = Drive(scene=dataset.scene("full"), labels=dataset.labels("full"))
    but = ("names", "attributes", "tracks", "times", "visibility", "score", "num_lidar_pts", "is_keyframe")
    same(format_named("labelcloud"), drive, back, but)
    assert not back.scene.is_sequence
    assert dataset.taxonomy.category("Car").color == "#123456"
    for frame, again in zip(drive.scene.frames, back.scene.frames, strict=True):
        if frame.sweeps:
            points = again.sweep().points()
            shift = np.subtract(back.scene.origin, drive.scene.origin)
            if not drive.scene.has_poses:
                mounting = frame.sweep().sensor.ego_SE3_sensor
                shift = np.subtract(back.scene.origin, mounting.rotation_matrix.T @ drive.scene.origin)
            np.testing.assert_allclose(points.xyz + shift, frame.sweep().points().xyz, atol=1e-4)
            np.testing.assert_array_equal(points.fields["ring"], frame.sweep().points().fields["ring"])
    content = json.loads((tmp_path / "out/full/labels/000007.json").read_text())
    assert content["path"] == "pointclouds/000007.pcd"
    assert all(0 <= angle < 360 for o in content["objects"] for angle in o["rotations"].values())


def test_losses_are_told(full_drive: Callable[..., Drive]) -> None:
    found = {f.code for f in format_named("labelcloud").losses([full_drive()])}
    lost = {"tracks", "attributes", "visibility", "scores", "cameras", "poses", "timestamps", "keyframes"}
    assert found == lost


def folder(tmp_path: Path, objects: Any, form: str | None = None, suffix: str = ".json") -> Path:
    path = tmp_path / "mine"
    (path / "labels").mkdir(parents=True)
    (path / "pointclouds").mkdir()
    text = objects if isinstance(objects, str) else json.dumps({"objects": objects})
    (path / f"labels/a{suffix}").write_text(text)
    if form is not None:
        (path / "labels/_classes.json").write_text(json.dumps({"classes": [], "format": form}))
    return path


def centroid(**rotations: float) -> dict[str, Any]:
    return {
        "name": "Car",
        "centroid": {"x": 1, "y": 2, "z": 3},
        "dimensions": {"length": 4, "width": 2, "height": 1.5},
        "rotations": rotations,
    }


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    x=st.floats(-180, 180), y=st.floats(-89, 89), z=st.floats(-180, 180),
    size=st.tuples(*[st.floats(0.2, 20)] * 3),
)  # fmt: skip
def test_a_heading_survives_the_vertices(
    tmp_path: Path, x: float, y: float, z: float, size: tuple[float, float, float]
) -> None:
    """The form has no heading of its own: it is in the order of the corners."""
    rotation = turn(*map(math.radians, (x, y, z)))
    corners = np.round(vertices(np.array([10.0, -20.0, 1.0]), np.array(size), rotation), 8)
    path = tmp_path / "mine"
    if not path.exists():
        folder(tmp_path, [], "vertices")
    (path / "labels/a.json").write_text(json.dumps({"objects": [{"name": "Car", "vertices": corners.tolist()}]}))
    (box,) = open_dataset(path).labels("mine").boxes()
    np.testing.assert_allclose(box.world_SE3_box.rotation_matrix, rotation, atol=1e-6)
    assert box.size == pytest.approx(size, abs=1e-6)
    np.testing.assert_allclose(box.center, (10, -20, 1), atol=1e-7)


def test_radians_and_degrees(tmp_path: Path) -> None:
    for number, (form, turns, assume) in enumerate(
        [
            ("centroid_abs", {"x": 10, "y": 350, "z": 120}, {}),
            ("centroid_rel", {a: math.radians(v) for a, v in (("x", 10), ("y", -10), ("z", 120))}, {}),
            (None, {"x": 10, "y": 350, "z": 120}, {}),
            (None, {a: math.radians(v) for a, v in (("x", 10), ("y", -10), ("z", 120))}, {"angles": "radians"}),
        ]
    ):
        path = folder(tmp_path / str(number), [centroid(**turns)], form)
        dataset = open_dataset(path, options=ReadOptions(assume=assume))
        (box,) = dataset.labels("mine").boxes()
        wanted = turn(*map(math.radians, (10, -10, 120)))
        np.testing.assert_allclose(box.world_SE3_box.rotation_matrix, wanted, atol=1e-12)
        assert ("assumed" in {f.code for f in dataset.findings}) == (form is None)
        assert "missing-sweeps" in {f.code for f in dataset.findings}


def test_degrees_where_radians_are_said(tmp_path: Path) -> None:
    dataset = open_dataset(folder(tmp_path, [centroid(x=0, y=0, z=235)], "centroid_rel"))
    dataset.labels("mine")
    assert "angle-unit" in {f.code for f in dataset.findings}


ROW = "Car 0 0 0 0 0 0 0 1.5 2 4 {} {} {} {}\n"


def test_kitti_without_a_transform(tmp_path: Path) -> None:
    path = folder(tmp_path, ROW.format(10, -3, 0.5, 1.2), "kitti_untransformed", ".txt")
    (box,) = open_dataset(path).labels("mine").boxes()
    np.testing.assert_allclose(box.center, (10, -3, 0.5))
    assert (box.size, box.yaw) == ((4, 2, 1.5), pytest.approx(1.2))


def test_kitti_in_the_camera(tmp_path: Path, shared_data: Path) -> None:
    """KITTI's own label, as KITTI means it, and as labelCloud draws it: the same box, looking the other way."""
    source = shared_data / "kitti_object_reduced"
    path = folder(tmp_path, (source / "label_2/000008.txt").read_text(), "kitti", ".txt")
    (path / "labels/a.txt").rename(path / "labels/000008.txt")
    with pytest.raises(LidarLabelError, match="need the calibration"):
        open_dataset(path).labels("mine")
    (path / "calib").mkdir()
    (path / "calib/000008.txt").write_text((source / "calib/000008.txt").read_text())
    theirs = list(open_dataset(source).labels(_only(source)).boxes())
    right = open_dataset(path, options=ReadOptions(assume={"kitti_heading": "kitti"}))
    for ours, box in zip(right.labels("mine").boxes(), theirs, strict=True):
        np.testing.assert_allclose(ours.corners(), box.corners(), atol=1e-9)
    shown = open_dataset(path)
    for ours, box in zip(shown.labels("mine").boxes(), theirs, strict=True):
        assert abs(math.remainder(ours.yaw - box.yaw - math.pi, math.tau)) < 0.02
        assert np.linalg.norm(ours.center - box.center) < 0.05  # the tool lifts along the LiDAR's z
    assert "assumed" in {f.code for f in shown.findings}


def _only(path: Path) -> str:
    (name,) = open_dataset(path).scene_names
    return name


def test_classes_that_do_not_fit_the_points(tmp_path: Path) -> None:
    path = folder(tmp_path, [], "centroid_abs")
    write_cloud("pcd", path / "pointclouds/a.pcd", CloudArrays(PointCloud(np.ones((5, 3), dtype=np.float32))))
    (path / "labels/segmentation").mkdir()
    (path / "labels/segmentation/a.bin").write_bytes(bytes(4))
    dataset = open_dataset(path)
    assert "semantic_class" not in dataset.scene("mine").frames[0].sweep().points().fields
    assert [f.message for f in dataset.findings if f.code == "wrong-count"] == [
        "4 classes for 5 points; the classes are left out"
    ]


BROKEN = {
    "no objects": ({"a": 1}, "objects needs a list"),
    "no name": ([{**centroid(x=0, y=0, z=0), "name": ""}], "object 0: an object needs a name"),
    "angle": ([centroid(x=0, y=0)], "rotations.z needs a number"),
    "size": ([{**centroid(x=0, y=0, z=0), "dimensions": {"length": 0, "width": 1, "height": 1}}], "above 0"),
    "seven": ([{"name": "a", "vertices": [[0, 0, 0]] * 7}], "eight vertices, got 7"),
    "flat": ([{"name": "a", "vertices": [[0, 0, 0]] * 8}], "above 0"),
    "order": ([{"name": "a", "vertices": [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]] * 2}], "no box in the order"),
    "mirrored": (
        [{"name": "a", "vertices": (vertices(np.zeros(3), np.array([4, 2, 1]), np.diag([1, -1, 1]))).tolist()}],
        "mirrors",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    objects, reason = BROKEN[name]
    path = folder(tmp_path, json.dumps(objects) if isinstance(objects, dict) else objects, "centroid_abs")
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(path).labels("mine")
    assert "labels/a.json" in caught.value.where


def test_an_unknown_form(tmp_path: Path) -> None:
    with pytest.raises(LidarLabelError, match="form 'yolo'"):
        open_dataset(folder(tmp_path, [], "yolo"))


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.floats(0, 1),
    byte=st.integers(0, 255),
    cut=st.booleans(),
    which=st.sampled_from(["a.json", "_classes.json"]),
)
def test_cut_and_flipped(
    tmp_path: Path, survives: Callable[..., None], where: float, byte: int, cut: bool, which: str
) -> None:
    path = tmp_path / "mine"
    if not path.exists():
        corners = vertices(np.zeros(3), np.array([4, 2, 1]), turn(0, 0, 1)).tolist()
        folder(tmp_path, [centroid(x=0, y=0, z=1), {"name": "b", "vertices": corners}], "centroid_abs")
    file = path / "labels" / which
    whole = file.read_bytes()
    data = bytearray(whole)
    at = int(where * (len(data) - 1))
    data[at] ^= byte
    file.write_bytes(bytes(data[:at] if cut else data))
    try:
        survives(path, "labelcloud")
    finally:
        file.write_bytes(whole)
