"""Datumaro's JSON: what CVAT exports is read as it draws it, drives come back, broken files are named."""

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
from PIL import Image as Picture

from lidar_label.datasets import Drive, ReadOptions, format_named, open_dataset, write_dataset
from lidar_label.datasets.clouds.pcd import write_pcd
from lidar_label.errors import LidarLabelError
from lidar_label.model import PointCloud, Taxonomy

pytestmark = pytest.mark.one_numpy


def turn(x: float, y: float, z: float) -> np.ndarray:
    cx, sx, cy, sy, cz, sz = (f(a) for a in (x, y, z) for f in (math.cos, math.sin))
    rx = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    ry = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    rz = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return rx @ ry @ rz


def cuboid(track: int | None = 5, label: int = 0, **changes: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = {"occluded": False, "brand": "VW"}
    if track is not None:
        attributes |= {"track_id": track, "keyframe": True}
    return {
        "id": 0, "type": "cuboid_3d", "attributes": attributes, "group": 0, "label_id": label,
        "position": [1.0, 2.0, 3.0], "rotation": [0.1, 0.2, 0.3], "scale": [4.2, 1.8, 1.5], **changes,
    }  # fmt: skip


def export(tmp_path: Path, *items: dict[str, Any], pictures: bool = True) -> Path:
    """A task of two frames as CVAT exports it."""
    rows = items or (
        {"id": "b/000002", "annotations": [cuboid(), cuboid(None, 1)], "attr": {"frame": 1}},
        {"id": "a/000001", "annotations": [cuboid()], "attr": {"frame": 0}},
    )
    root = tmp_path / "export"
    (root / "annotations").mkdir(parents=True)
    for row in rows:
        cloud = root / f"point_clouds/default/{row['id']}.pcd"
        cloud.parent.mkdir(parents=True, exist_ok=True)
        write_pcd(cloud, PointCloud(np.ones((5, 3), dtype=np.float32)))
        row.setdefault("point_cloud", {"path": f"{row['id']}.pcd"})
        if pictures:
            picture = root / f"images/default/{row['id']}/0.png"
            picture.parent.mkdir(parents=True)
            Picture.new("RGB", (4, 3)).save(picture)
            row.setdefault("related_images", [{"path": f"{row['id']}/0.png", "size": [3, 4]}])
    labels = [{"name": name, "parent": "", "attributes": ["brand"]} for name in ("car", "van")]
    content = {
        "dm_format_version": "1.0", "media_type": 6, "infos": {},
        "categories": {"label": {"labels": labels, "attributes": ["occluded"]}}, "items": list(rows),
    }  # fmt: skip
    (root / "annotations/default.json").write_text(json.dumps(content))
    return root


def test_an_export_of_cvat(tmp_path: Path) -> None:
    dataset = open_dataset(export(tmp_path))
    assert dataset.format == "datumaro"
    scene, labels = dataset.scene("default"), dataset.labels("default")
    assert [f.name for f in scene.frames] == ["a/000001", "b/000002"]
    assert [len(f.sweep().points()) for f in scene.frames] == [5, 5]
    assert [list(f.images) for f in scene.frames] == [["0"], ["0"]]
    assert [(t.name, t.category) for t in labels.tracks] == [("5", "car"), ("", "van")]
    assert [box.frame for box in labels.boxes()] == [0, 1, 1]
    for box in labels.boxes():
        np.testing.assert_allclose(box.world_SE3_box.rotation_matrix, turn(0.1, 0.2, 0.3), atol=1e-12)
        np.testing.assert_allclose(box.center, (1, 2, 3))
        assert box.size == (4.2, 1.8, 1.5)
        assert box.attributes == {"occluded": False, "brand": "VW"}
    assert {f.code for f in dataset.findings} >= {"uncalibrated-camera", "no-timestamps", "assumed"}
    assert open_dataset(tmp_path / "export/annotations/default.json").scene_names == ("default",)


def test_what_a_person_may_say(tmp_path: Path) -> None:
    told = ReadOptions(assume={"scale_order": "hwl", "euler_order": "ZYX"})
    box = next(open_dataset(export(tmp_path), options=told).labels("default").boxes())
    assert box.size == (1.5, 1.8, 4.2)
    wanted = turn(0, 0, 0.3) @ turn(0, 0.2, 0) @ turn(0.1, 0, 0)
    np.testing.assert_allclose(box.world_SE3_box.rotation_matrix, wanted, atol=1e-12)


def test_files_that_are_elsewhere(tmp_path: Path) -> None:
    """Some write where the file was on their machine; a path that leads out is not followed."""
    write_pcd(tmp_path / "secret.pcd", PointCloud(np.ones((7, 3), dtype=np.float32)))
    root = export(
        tmp_path,
        {"id": "1", "point_cloud": {"path": "/home/cvat/data/1.pcd"}, "attr": {"frame": 0}},
        {"id": "2", "point_cloud": {"path": "../../../secret.pcd"}, "attr": {"frame": 1}},
        {"id": "3", "point_cloud": {"path": "C:\\data\\3.pcd"}, "attr": {"frame": 2}},
        pictures=False,
    )
    dataset = open_dataset(root)
    assert [len(f.sweeps) for f in dataset.scene("default").frames] == [1, 0, 1]
    assert "missing-sweeps" in {f.code for f in dataset.findings}


def test_items_without_numbers_are_in_the_order_of_their_names(tmp_path: Path) -> None:
    root = export(tmp_path, {"id": "10"}, {"id": "9"}, pictures=False)
    assert [f.name for f in open_dataset(root).scene("default").frames] == ["9", "10"]


def test_annotations_of_pictures_are_not_taken(tmp_path: Path) -> None:
    (tmp_path / "annotations").mkdir()
    content = {"categories": {"label": {"labels": []}}, "items": [{"id": "a", "image": {"path": "a.jpg"}}]}
    (tmp_path / "annotations/default.json").write_text(json.dumps(content))
    with pytest.raises(LidarLabelError, match="not a data set"):
        open_dataset(tmp_path)


@pytest.mark.parametrize("options", [{}, {"origin": (500_000.0, 4_800_000.0, 100.0), "poses": False}, {"data": False}])
def test_a_drive_comes_back(
    tmp_path: Path, full_drive: Callable[..., Drive], same: Callable[..., None], options: dict[str, Any]
) -> None:
    drive = full_drive(**options)
    write_dataset("datumaro", tmp_path / "out", [drive, full_drive("other")], Taxonomy())
    dataset = open_dataset(tmp_path / "out")
    assert dataset.scene_names == ("full", "other")
    back = Drive(scene=dataset.scene("full"), labels=dataset.labels("full"))
    same(format_named("datumaro"), drive, back, ("attributes",))
    for box, other in zip(drive.labels.boxes(), back.labels.boxes(), strict=True):
        assert other.attributes == {**drive.labels.track(box.track).attributes, **box.attributes}
    for frame, again in zip(drive.scene.frames, back.scene.frames, strict=True):
        for channel, image in frame.images.items():
            assert again.images[channel].encoded() == image.encoded()


def test_losses_are_told(full_drive: Callable[..., Drive]) -> None:
    found = {f.code for f in format_named("datumaro").losses([full_drive()])}
    assert found == {"calibrations", "poses", "track-attributes"}


def test_datumaro_reads_what_is_written(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    datumaro = pytest.importorskip("datumaro", reason="Datumaro is not installed here")
    drive = full_drive()
    write_dataset("datumaro", tmp_path / "out", [drive], Taxonomy())
    found = datumaro.Dataset.import_from(str(tmp_path / "out"), "datumaro")
    labels = found.categories()[datumaro.AnnotationType.label]
    items = sorted(found, key=lambda item: item.attributes["frame"])
    assert len(items) == len(drive.scene.frames)
    for item, frame in zip(items, drive.scene.frames, strict=True):
        for theirs, box in zip(item.annotations, drive.labels.in_frame(frame.index), strict=True):
            pose = drive.scene.lidar_SE3_box(box)
            # it rounds numbers to two digits itself
            np.testing.assert_allclose(theirs.position, pose.translation, atol=0.0051)
            np.testing.assert_allclose(turn(*theirs.rotation), pose.rotation_matrix, atol=0.012)
            np.testing.assert_allclose(theirs.scale, box.size, atol=0.0051)
            assert labels[theirs.label].name == drive.labels.track(box.track).category


BROKEN: dict[str, tuple[Callable[[Any], object], str]] = {
    "items": (lambda c: c.update(items=3), "items needs a list"),
    "id": (lambda c: c["items"][0].pop("id"), "item 0: an item needs an id"),
    "doubled": (lambda c: c["items"][0].update(id="a/000001"), "two items are called 'a/000001'"),
    "label": (lambda c: c["items"][0]["annotations"][0].update(label_id=2), "label_id 2 is none of the 2 labels"),
    "position": (lambda c: c["items"][0]["annotations"][0].update(position=[1, 2]), "position needs 3 numbers"),
    "scale": (lambda c: c["items"][0]["annotations"][0].update(scale=[0, 1, 2]), "above 0"),
    "nan": (lambda c: c["items"][0]["annotations"][0].update(rotation=[float("nan"), 1, 2]), "rotation needs a number"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    change, reason = BROKEN[name]
    path = export(tmp_path) / "annotations/default.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(tmp_path / "export")
    assert "default.json" in caught.value.where


def test_sizes_below_zero_and_other_shapes_are_told(tmp_path: Path) -> None:
    other = {"id": 1, "type": "polygon", "label_id": 0, "points": []}
    root = export(tmp_path, {"id": "1", "annotations": [cuboid(scale=[-4, 2, 1]), other], "attr": {"mood": "rain"}})
    dataset = open_dataset(root)
    (box,) = dataset.labels("default").boxes()
    assert box.size == (4, 2, 1)
    messages = {f.message for f in dataset.findings}
    assert "annotations other than 3D cuboids are not read: polygon 1" in messages
    assert "attributes of frames are not read: mood" in messages
    assert "negative-size" in {f.code for f in dataset.findings}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
def test_cut_and_flipped(tmp_path: Path, survives: Callable[..., None], where: float, byte: int, cut: bool) -> None:
    if not (tmp_path / "export").exists():
        export(tmp_path)
    file = tmp_path / "export/annotations/default.json"
    whole = file.read_bytes()
    data = bytearray(whole)
    at = int(where * (len(data) - 1))
    data[at] ^= byte
    file.write_bytes(bytes(data[:at] if cut else data))
    try:
        survives(tmp_path / "export", "datumaro")
    finally:
        file.write_bytes(whole)
