"""Supervisely: the public example, CVAT's 3D task, round trips of both kinds of project, and broken files."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from lidar_label.datasets import Drive, ReadOptions, format_named, open_dataset, write_dataset
from lidar_label.datasets.clouds.pcd import write_pcd
from lidar_label.errors import LidarLabelError
from lidar_label.model import Attribute, PointCloud, Taxonomy

pytestmark = pytest.mark.one_numpy

NAME = "datumaro/sly_pointcloud_dataset"
LOST = ("names", "visibility", "score", "num_lidar_pts", "is_keyframe", "times")


def turn(x: float, y: float, z: float) -> np.ndarray:
    cx, sx, cy, sy, cz, sz = (f(a) for a in (x, y, z) for f in (math.cos, math.sin))
    rx = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    ry = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    rz = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return rx @ ry @ rz


def test_the_public_example(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / NAME)
    assert dataset.format == "supervisely"
    scene, labels = dataset.scene("ds0"), dataset.labels("ds0")
    assert [f.name for f in scene.frames] == ["frame1", "frame2"]
    assert [len(f.sweep().points()) for f in scene.frames] == [100, 200]
    assert [len(f.images) for f in scene.frames] == [1, 1]
    ids = json.loads((shared_data / NAME / "key_id_map.json").read_text())["objects"]
    boxes = 0
    for frame in scene.frames:
        content = json.loads((shared_data / NAME / f"ds0/ann/{frame.name}.pcd.json").read_text())
        objects = {row["key"]: row for row in content["objects"]}
        for row, box in zip(content["figures"], labels.in_frame(frame.index), strict=True):
            track = labels.track(box.track)
            assert (track.category, track.name) == (objects[row["objectKey"]]["classTitle"], str(ids[row["objectKey"]]))
            place, dims = ([row["geometry"][k][a] for a in "xyz"] for k in ("position", "dimensions"))
            np.testing.assert_allclose(box.center, place)
            assert box.size == (dims[1], dims[0], dims[2])
            assert box.yaw == pytest.approx(math.pi / 2)
            assert box.attributes == {tag["name"]: tag["value"] for tag in objects[row["objectKey"]]["tags"]}
            boxes += 1
    assert boxes == len(labels) == 3
    assert {c.name for c in dataset.taxonomy.categories} == {"car", "bus"}
    assert {c.name: c.color for c in dataset.taxonomy.categories}["bus"] == "#fafa37"
    assert {a.name: a.kind for a in dataset.taxonomy.attributes} == {"tag1": "text", "tag3": "text"}
    assert scene.sensors["image_0"].camera is None  # its matrices hold nothing but zeros
    assert {f.code for f in dataset.findings} >= {"uncalibrated-camera", "not-read", "no-timestamps"}


def test_a_3d_task_of_cvat(shared_data: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(shared_data / "cvat_3d/test_canvas3d.zip") as archive:
        archive.extractall(tmp_path)
    dataset = open_dataset(tmp_path / "test_canvas3d")
    scene = dataset.scene("test_canvas3d")
    assert [len(f.sweep().points()) for f in scene.frames] == [100000, 10000, 10000]
    assert [list(f.images) for f in scene.frames] == [["image_0"]] * 3
    assert len(dataset.labels("test_canvas3d")) == 0


@pytest.mark.parametrize("options", [{}, {"origin": (500_000.0, 4_800_000.0, 100.0), "poses": False}, {"data": False}])
@pytest.mark.parametrize("is_sequence", [True, False])
def test_a_drive_comes_back(
    tmp_path: Path, full_drive: Callable[..., Drive], same: Callable[..., None],
    options: dict[str, Any], is_sequence: bool,
) -> None:  # fmt: skip
    drive = full_drive(**options)
    drive = replace(drive, scene=replace(drive.scene, is_sequence=is_sequence))
    declared = Taxonomy([], [Attribute(name="color", kind="choice", values=("red", "blue"))])
    write_dataset("supervisely", tmp_path / "out", [drive], declared)
    assert (tmp_path / "out/full/annotation.json").is_file() == is_sequence
    dataset = open_dataset(tmp_path / "out")
    back = Drive(scene=dataset.scene("full"), labels=dataset.labels("full"))
    same(format_named("supervisely"), drive, back, (*LOST, *(() if is_sequence else ("attributes",))))
    assert back.scene.is_sequence == is_sequence
    names = sorted(track.name for track in drive.labels.tracks)
    assert sorted(t.name for t in back.labels.tracks) == sorted(name or "8" for name in names)
    kinds = {a.name: (a.kind, a.values) for a in dataset.taxonomy.attributes}
    assert kinds["color"] == ("choice", ("red", "blue"))
    assert (kinds["moving"][0], kinds["doors"][0], kinds["note"][0]) == ("flag", "number", "text")
    for box, other in zip(drive.labels.boxes(), back.labels.boxes(), strict=True):
        wanted = {**drive.labels.track(box.track).attributes, **box.attributes}
        assert {**back.labels.track(other.track).attributes, **other.attributes} == wanted
    for frame, again in zip(drive.scene.frames, back.scene.frames, strict=True):
        for image in frame.images.values():
            other_image = again.images["CAM_FRONT"]
            assert other_image.timestamp_ns == image.timestamp_ns
            # what the camera sees of the cloud, each at its own time, is the same
            sweep = frame.sweep()
            points = sweep.points().xyz.astype(float)
            uv, seen = image.sensor.camera.project(
                image.world_SE3_sensor.inverse.apply(sweep.world_SE3_sensor.apply(points))
            )
            cloud = again.sweep().points().xyz.astype(float)
            uv2, seen2 = other_image.sensor.camera.project(other_image.world_SE3_sensor.inverse.apply(cloud))
            np.testing.assert_array_equal(seen, seen2)
            np.testing.assert_allclose(uv[seen], uv2[seen], atol=0.02)


def test_datumaro_reads_what_is_written(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    datumaro = pytest.importorskip("datumaro", reason="Datumaro is not installed here")
    drive = full_drive("ds0")
    drive = replace(drive, scene=replace(drive.scene, is_sequence=False))
    write_dataset("supervisely", tmp_path / "out", [drive], Taxonomy())
    items = sorted(datumaro.Dataset.import_from(str(tmp_path / "out"), "sly_pointcloud"), key=lambda item: item.id)
    for item, frame in zip(items, drive.scene.frames, strict=True):
        for theirs, box in zip(item.annotations, drive.labels.in_frame(frame.index), strict=True):
            place = drive.scene.lidar_SE3_box(box).translation
            np.testing.assert_allclose(theirs.position, place, atol=0.0051)  # it rounds to two digits itself
            np.testing.assert_allclose(theirs.scale, np.array(box.size)[[1, 0, 2]], atol=0.0051)


def test_a_tag_keeps_its_frames(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    """Of a car that moves and stops, each box keeps what was true of it."""
    drive = full_drive(frames=6)
    boxes = [
        replace(box, attributes={"moving": box.frame not in (1, 3), **({"speed": 2} if box.frame > 3 else {})})
        if drive.labels.track(box.track).name == "7" else box
        for box in drive.labels.boxes()
    ]  # fmt: skip
    drive = Drive(scene=drive.scene, labels=type(drive.labels)(drive.labels.tracks, boxes))
    write_dataset("supervisely", tmp_path / "out", [drive], Taxonomy())
    labels = open_dataset(tmp_path / "out").labels("full")
    track = next(t for t in labels.tracks if t.name == "7")
    found = {box.frame: dict(box.attributes) for box in labels.of_track(track.token)}
    assert found == {
        0: {"moving": True}, 1: {"moving": False}, 3: {"moving": False},
        4: {"moving": True, "speed": 2}, 5: {"moving": True, "speed": 2},
    }  # fmt: skip
    content = json.loads((tmp_path / "out/full/annotation.json").read_text())
    spans = [t["frameRange"] for o in content["objects"] for t in o["tags"] if t["name"] == "speed"]
    assert spans == [[4, 5]]


def test_losses_are_told(full_drive: Callable[..., Drive]) -> None:
    found = {f.code for f in format_named("supervisely").losses([full_drive(distortion=(0.1, 0, 0, 0))])}
    assert found == {"visibility", "scores", "poses", "timestamps", "keyframes", "distortion"}


def episode(tmp_path: Path, **changes: Any) -> Path:
    """One frame with one car that is 4.2 m long and looks along y."""
    path = tmp_path / "project"
    (path / "ds/pointcloud").mkdir(parents=True)
    write_pcd(path / "ds/pointcloud/a.pcd", PointCloud(np.ones((5, 3), dtype=np.float32)))
    (path / "meta.json").write_text(json.dumps({"classes": [], "tags": [], "projectType": "point_cloud_episodes"}))
    (path / "ds/frame_pointcloud_map.json").write_text(json.dumps(changes.pop("frame_map", {"0": "a.pcd"})))
    geometry = {
        "position": {"x": 1, "y": 2, "z": 3}, "rotation": {"x": 0, "y": 0, "z": 0},
        "dimensions": {"x": 1.8, "y": 4.2, "z": 1.5},
    }  # fmt: skip
    figure = {"key": "f", "objectKey": "o", "geometryType": "cuboid_3d", "geometry": {**geometry, **changes}}
    content = {
        "key": "k", "tags": [], "objects": [{"key": "o", "classTitle": "car", "tags": []}], "framesCount": 1,
        "frames": [{"index": 0, "figures": [figure]}],
    }  # fmt: skip
    (path / "ds/annotation.json").write_text(json.dumps(content))
    return path


def edit(path: Path, change: Callable[[Any], object]) -> Path:
    content = json.loads((path / "ds/annotation.json").read_text())
    change(content)
    (path / "ds/annotation.json").write_text(json.dumps(content))
    return path


def test_a_cuboid_looks_along_its_y(tmp_path: Path) -> None:
    path = episode(tmp_path)
    (box,) = open_dataset(path).labels("ds").boxes()
    assert (box.size, box.yaw) == ((4.2, 1.8, 1.5), pytest.approx(math.pi / 2))
    told = open_dataset(path / "ds", options=ReadOptions(assume={"heading": "+x"}))
    (other,) = told.labels("ds").boxes()
    assert (other.size, other.yaw) == ((1.8, 4.2, 1.5), 0.0)
    np.testing.assert_allclose(sorted(box.corners().tolist()), sorted(other.corners().tolist()))


@pytest.mark.parametrize("order", ["XYZ", "ZYX"])
def test_angles_are_applied_in_the_order_said(tmp_path: Path, order: str) -> None:
    dataset = open_dataset(
        episode(tmp_path, rotation={"x": 0.1, "y": 0.2, "z": 0.3}), options=ReadOptions(assume={"euler_order": order})
    )
    (box,) = dataset.labels("ds").boxes()
    wanted = turn(0.1, 0.2, 0.3) if order == "XYZ" else turn(0, 0, 0.3) @ turn(0, 0.2, 0) @ turn(0.1, 0, 0)
    np.testing.assert_allclose(box.world_SE3_box.rotation_matrix[:, 0], wanted[:, 1], atol=1e-12)
    assert "assumed" in {f.code for f in dataset.findings}


def test_pictures_say_when_and_from_where(tmp_path: Path) -> None:
    path = episode(tmp_path)
    place = path / "ds/related_images/a_pcd"
    place.mkdir(parents=True)
    Picture.new("RGB", (64, 48)).save(place / "front.png")
    data = {
        "extrinsicMatrix": [0, -1, 0, 0.1, 0, 0, -1, 0.2, 1, 0, 0, 0.3],
        "intrinsicMatrix": [40, 0, 31, 0, 41, 23, 0, 0, 1],
    }
    note = {
        "name": "front.png",
        "meta": {"deviceId": "CAM", "timestamp": "2019-01-11T03:23:57.802Z", "sensorsData": data},
    }
    (place / "front.png.json").write_text(json.dumps(note))
    scene = open_dataset(path).scene("ds")
    assert scene.has_timestamps
    assert scene.frames[0].timestamp_ns == 1547177037802000000
    sensor = scene.sensors["CAM"]
    assert sensor.camera is not None
    assert (sensor.camera.width, sensor.camera.fy) == (64, 41)
    uv, _ = sensor.camera.project(sensor.ego_SE3_sensor.inverse.apply([[10.0, 1.0, 2.0]]))
    np.testing.assert_allclose(uv, [[40 * -0.9 / 10.3 + 31, 41 * -1.8 / 10.3 + 23]])
    data["extrinsicMatrix"][0] = 5
    (place / "front.png.json").write_text(json.dumps(note))
    with pytest.raises(LidarLabelError, match="not orthonormal"):
        open_dataset(path).scene("ds")


def test_labels_without_clouds(tmp_path: Path) -> None:
    path = episode(tmp_path)
    (path / "ds/pointcloud/a.pcd").unlink()
    dataset = open_dataset(path)
    assert len(dataset.labels("ds")) == 1
    assert "missing-sweeps" in {f.code for f in dataset.findings}
    (path / "ds/frame_pointcloud_map.json").unlink()
    assert [f.name for f in open_dataset(path).scene("ds").frames] == ["000000"]


BROKEN: dict[str, tuple[Callable[[Any], object], str]] = {
    "object": (lambda c: c["objects"].clear(), "object 'o', which is not there"),
    "class": (lambda c: c["objects"][0].pop("classTitle"), "object 0: an object needs a key and a classTitle"),
    "frame": (lambda c: c["frames"][0].update(index=3), "no frame 3 among the clouds"),
    "range": (lambda c: c["objects"][0]["tags"].append({"name": "a", "frameRange": [1]}), "frameRange of tag a"),
    "size": (lambda c: c["frames"][0]["figures"][0]["geometry"]["dimensions"].update(x=0), "above 0"),
    "angle": (lambda c: c["frames"][0]["figures"][0]["geometry"].pop("rotation"), "rotation needs x, y and z"),
    "figures": (lambda c: c["frames"][0].update(figures=3), "figures needs a list"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    change, reason = BROKEN[name]
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(edit(episode(tmp_path), change))
    assert "annotation.json" in caught.value.where


def test_other_figures_are_told(tmp_path: Path) -> None:
    dataset = open_dataset(
        edit(episode(tmp_path), lambda c: c["frames"][0]["figures"][0].update(geometryType="point_cloud"))
    )
    assert len(dataset.labels("ds")) == 0
    assert "figures other than cuboids are not read: point_cloud 1" in {f.message for f in dataset.findings}


def test_a_map_of_frames_cannot_lead_out(tmp_path: Path) -> None:
    """A name in a file is looked up among the clouds that are there; it is never a path."""
    write_pcd(tmp_path / "secret.pcd", PointCloud(np.ones((5, 3), dtype=np.float32)))
    dataset = open_dataset(episode(tmp_path, frame_map={"0": "../../../secret.pcd"}))
    assert not dataset.scene("ds").frames[0].sweeps


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans(), which=st.integers(0, 3))
def test_cut_and_flipped(
    tmp_path: Path, full_drive: Callable[..., Drive], survives: Callable[..., None],
    where: float, byte: int, cut: bool, which: int,
) -> None:  # fmt: skip
    path = tmp_path / "out"
    if not path.exists():
        write_dataset("supervisely", path, [full_drive(frames=2)], Taxonomy())
    names = ("full/annotation.json", "full/frame_pointcloud_map.json", "meta.json", "key_id_map.json")
    note = "full/related_images/000007_pcd/CAM_FRONT.png.json"
    for file in (path / names[which], path / note):
        whole = file.read_bytes()
        data = bytearray(whole)
        at = int(where * (len(data) - 1))
        data[at] ^= byte
        file.write_bytes(bytes(data[:at] if cut else data))
        try:
            survives(path, "supervisely")
        finally:
            file.write_bytes(whole)
