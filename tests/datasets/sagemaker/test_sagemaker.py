"""SageMaker Ground Truth's point cloud jobs: files made by its documentation, and round trips."""

from __future__ import annotations

import json
import math
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Drive, open_dataset, recognised, write_dataset
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile, UnsafePath
from lidar_label.model import Fisheye, Pinhole
from tests.datasets.sagemaker.made_up import (
    DEVICE,
    LOOKS,
    POINTS,
    S3,
    START,
    STEP,
    YAWS,
    codes,
    cuboid,
    frames_manifest,
    job,
    opened,
    sequence,
)

pytestmark = pytest.mark.one_numpy


@pytest.mark.parametrize("layout", ["binary/xyzi", "binary/xyz", "binary/xyzirgb", "text/xyzi", "text/xyzrgb"])
@pytest.mark.parametrize("shift", [(0.0, 0.0, 0.0), (40_000.0, 48_000.0, 30.0)])
def test_a_sequence(tmp_path: Path, layout: str, shift: tuple[float, float, float]) -> None:
    path = sequence(tmp_path / "drive", shift, layout)
    assert recognised(path) == recognised(tmp_path) == recognised(path / "seq1.json") == "sagemaker"
    dataset, scene, labels = opened(path)
    assert (scene.name, scene.has_poses, scene.has_timestamps, scene.is_sequence) == ("seq1", True, True, True)
    assert ("shifted-world" in codes(dataset)) == any(shift)
    assert [f.timestamp_ns for f in scene.frames] == [START, START + STEP]
    assert [f.name for f in scene.frames] == ["frame0", "frame1"]
    for index, found in enumerate(scene.frames):
        pose = found.world_SE3_ego
        np.testing.assert_allclose(pose.translation + scene.origin, DEVICE[index] + shift, atol=1e-6)
        assert pose.yaw == pytest.approx(YAWS[index])
        cloud = found.sweep().points()
        rounded = np.abs(shift).max() * 2**-23 + 1e-5  # the file's own float32
        np.testing.assert_allclose(cloud.xyz, POINTS, atol=rounded)
        fields = {"i": "intensity", "r": "r", "g": "g", "b": "b"}
        assert set(cloud.fields) == {fields[letter] for letter in layout.partition("xyz")[2]}
        if "i" in cloud.fields:
            assert cloud.fields["intensity"].tolist() == [0, 0.25, 0.5]
        if "r" in cloud.fields:
            assert [cloud.fields[name].tolist() for name in "rgb"] == [[255] * 3, [0, 1, 2], [7] * 3]
            assert cloud.fields["r"].dtype == np.uint8
    (track,) = labels.tracks
    assert (track.category, track.name) == ("Car", "ae5dc770-a782-11ea-b57d-67c51a0561a1")
    assert track.attributes == {"object-name": "Car:4"}
    boxes = labels.of_track(track.token)
    np.testing.assert_allclose(boxes[1].center + scene.origin, np.array([-1.3, 103.7, 0.4]) + shift, atol=1e-6)
    assert boxes[0].size == (4, 2, 1.5)
    assert boxes[0].attributes == {"Occlusion": "Partial", "Type": "Sedan"}


def test_trap_59_yaw_is_half_a_turn_less_the_heading(tmp_path: Path) -> None:
    """Row 59: the service counts yaw clockwise from behind, without bounds; a heading is in (-pi, pi]."""
    for number, yaw in enumerate((0.0, 1.0, -1.0, math.pi, -math.pi, 3 * math.pi, -math.radians(270), 100.0)):
        dataset, _, labels = opened(sequence(tmp_path / str(number), cuboid={"yaw": yaw}))
        for box in labels.boxes():
            ahead = (math.cos(math.pi - yaw), math.sin(math.pi - yaw), 0)
            np.testing.assert_allclose(box.world_SE3_box.rotation_matrix[:, 0], ahead, atol=1e-9)
            assert -math.pi < box.yaw <= math.pi
        said = [f.message for f in dataset.findings if f.code == "assumed" and f.message.startswith("yaw")]
        assert len(said) == 1
        assert "half a turn less the heading" in said[0]
        assert "--assume yaw=" in said[0]


@pytest.mark.parametrize(
    ("counted", "heading"), [("reversed", math.pi - 2), ("clockwise", -2), ("counter-clockwise", 2)]
)
def test_trap_59_yaw_can_be_told(tmp_path: Path, counted: str, heading: float) -> None:
    dataset, _, labels = opened(sequence(tmp_path / "a", cuboid={"yaw": 2.0}), yaw=counted)
    assert [box.yaw for box in labels.boxes()] == pytest.approx([heading, heading])
    assert "assumed" in codes(dataset)


@given(yaw=st.floats(-1e6, 1e6), pitch=st.floats(-1.5, 1.5), roll=st.floats(-3, 3))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_trap_59_there_and_back(yaw: float, pitch: float, roll: float) -> None:
    """What is written of a box is read as that box, and written again as the same."""
    from lidar_label.datasets.euler import quaternion_of
    from lidar_label.datasets.sagemaker.labels import cuboid_of, heading_of
    from lidar_label.model import SE3

    heading = heading_of(yaw, "reversed")
    assert -math.pi < heading <= math.pi
    assert math.cos(heading - (math.pi - yaw)) == pytest.approx(1, abs=1e-9)
    pose = SE3("world", "box", quaternion_of((heading, pitch, roll), "ZYX"), (1, 2, 3))
    said = cuboid_of(pose, (4, 2, 1))
    again = quaternion_of((heading_of(said["yaw"], "reversed"), said["pitch"], said["roll"]), "ZYX")
    assert abs(float(np.dot(again, pose.rotation))) == pytest.approx(1, abs=1e-9)


def test_a_cuboid_that_leans(tmp_path: Path) -> None:
    dataset, _, labels = opened(sequence(tmp_path / "a", cuboid={"yaw": 0.3, "pitch": 0.2, "roll": 0.1}))
    box = next(iter(labels.boxes()))
    turn = Rotation.from_euler("z", math.pi - 0.3) * Rotation.from_euler("y", 0.2) * Rotation.from_euler("x", 0.1)
    np.testing.assert_allclose(box.world_SE3_box.rotation_matrix, turn.as_matrix(), atol=1e-12)
    assert any("lean" in finding.message for finding in dataset.findings)


def test_cameras_are_where_the_file_puts_them(tmp_path: Path) -> None:
    _, scene, _ = opened(sequence(tmp_path / "a"))
    for index in range(2):
        image = scene.frames[index].images["pictures"]
        turn = Rotation.from_euler("z", YAWS[index])
        np.testing.assert_allclose(
            image.world_SE3_sensor.translation, turn.apply([1.5, 0, 0.5]) + DEVICE[index], atol=1e-9
        )
        np.testing.assert_allclose(image.world_SE3_sensor.rotation_matrix, (turn * LOOKS).as_matrix(), atol=1e-9)
        assert image.timestamp_ns == pytest.approx(START + index * STEP + 7_000_000, abs=1000)
        assert isinstance(image.sensor.camera, Pinhole)
        assert image.sensor.camera.distortion == (0.01, 0, 0, 0)
        assert image.encoded() == (tmp_path / f"a/pictures/frame{index}_camera0.png").read_bytes()
    ahead = scene.frames[0].world_SE3_ego.apply([[11.5, 0.0, 0.5]])
    image = scene.frames[0].images["pictures"]
    lens = image.sensor.camera
    assert lens is not None
    uv, seen = lens.project(image.world_SE3_sensor.inverse.apply(ahead))
    assert seen.all()
    np.testing.assert_allclose(uv, [[31, 23]], atol=1e-6)


def test_lenses(tmp_path: Path) -> None:
    fish = {"camera-model": "fisheye", "k1": 0.1, "k2": 0.2, "k3": 0.3, "k4": 0.4}
    lens = opened(sequence(tmp_path / "f", image=fish))[1].sensors["pictures"].camera
    assert isinstance(lens, Fisheye)
    assert lens.distortion == (0.1, 0.2, 0.3, 0.4)
    bent = {"k1": 0.1, "k2": 0.2, "k3": 0.3, "k4": 0.4, "p1": 0.01, "p2": 0.02, "skew": 3}
    dataset, scene, _ = opened(sequence(tmp_path / "p", image=bent))
    found = scene.sensors["pictures"].camera
    assert found is not None
    assert found.distortion == (0.1, 0.2, 0.01, 0.02, 0.3, 0.4, 0, 0)
    assert {"skew", "assumed"} <= codes(dataset)
    unknown = opened(sequence(tmp_path / "u", image={"camera-model": "omni"}))
    assert unknown[1].sensors["pictures"].camera is None
    assert "unknown-lens" in codes(unknown[0])


def test_a_job_with_its_manifest(tmp_path: Path) -> None:
    path = job(tmp_path / "cars")
    manifest = path / "manifests/output/output.manifest"
    for place in (path, manifest):
        assert recognised(place) == "sagemaker"
        dataset, scene, labels = opened(place)
        assert scene.name == "seq1"
        assert "missing-file" not in codes(dataset)
        assert len(scene.frames[1].sweep().points()) == 3
        assert len(labels) == 2
        assert labels.tracks[0].category == "Car"


def test_a_line_with_labels_of_two_jobs(tmp_path: Path) -> None:
    path = job(tmp_path / "cars")
    manifest = path / "manifests/output/output.manifest"
    line = json.loads(manifest.read_text())
    second = path / "annotations/consolidated-annotation/output/1/SeqLabel.json"
    second.parent.mkdir()
    content = json.loads((second.parents[1] / "0/SeqLabel.json").read_text())
    content["tracking-annotations"][0]["annotations"] = []
    second.write_text(json.dumps(content))
    line |= {"checked-ref": line["boxes-ref"].replace("/0/", "/1/"), "checked-ref-metadata": line["boxes-ref-metadata"]}
    manifest.write_text(json.dumps(line))
    dataset, _, labels = opened(path)
    assert len(labels) == 1
    assert any("checked-ref is read" in f.message for f in dataset.findings if f.code == "assumed")
    assert len(opened(path, labels="boxes-ref")[2]) == 2
    with pytest.raises(InvalidValue, match="no label attribute 'other'") as caught:
        opened(path, labels="other")
    assert "boxes-ref" in caught.value.hint


def test_a_manifest_of_frames(tmp_path: Path) -> None:
    dataset, scene, labels = opened(frames_manifest(tmp_path / "a"))
    assert (scene.name, scene.is_sequence) == ("frames", False)
    assert [len(labels.in_frame(i)) for i in range(2)] == [2, 1]
    assert {track.category for track in labels.tracks} == {"Automobile"}
    assert len(labels.tracks) == 3
    assert all("object-name" in track.attributes for track in labels.tracks)
    assert scene.frames[0].sweep().points().fields["semantic_class"].tolist() == [0, 2, 1]
    assert "semantic_class" not in scene.frames[1].sweep().points().fields
    said = {f.code: f.message for f in dataset.findings}
    assert "2 Tree" in said["classes"]
    assert "weather" in said["not-read"]


@pytest.mark.parametrize("packed", [zlib.compress(bytes(2)), zlib.compress(bytes(10_000_000)), b"\x78\x9cnothing"])
def test_classes_that_are_not_those_of_the_points(tmp_path: Path, packed: bytes) -> None:
    path = frames_manifest(tmp_path / "a")
    (path / "0.zlib").write_bytes(packed)
    with pytest.raises(UnreadableFile, match="classes"):
        opened(path)[1].frames[0].sweep().points()


def test_labels_alone(tmp_path: Path) -> None:
    path = sequence(tmp_path / "a")
    (path / "seq1.json").unlink()
    for place in (path, path / "SeqLabel.json"):
        dataset, scene, labels = opened(place)
        assert (scene.name, len(scene.frames), len(labels)) == ("a", 2, 2)
        assert [f.name for f in scene.frames] == ["0", "1"]
        assert "no-sweeps" in codes(dataset)


def test_labels_of_a_job_with_pictures(tmp_path: Path) -> None:
    path = sequence(tmp_path / "a")
    content = json.loads((path / "SeqLabel.json").read_text())
    (path / "SeqLabel.json").write_text(json.dumps({"lidar": content, "camera-0": {"tracking-annotations": []}}))
    assert len(opened(path)[2]) == 2


def test_entries_find_their_frames(tmp_path: Path) -> None:
    path = sequence(tmp_path / "a")
    content = json.loads((path / "SeqLabel.json").read_text())
    content["tracking-annotations"].reverse()
    (path / "SeqLabel.json").write_text(json.dumps(content))
    assert [box.center[0] for box in opened(path)[2].boxes()] == pytest.approx([-2.3, -1.3])
    for entry in content["tracking-annotations"]:
        entry["frame-number"] += 300  # as the sequence numbers its frames
    (path / "SeqLabel.json").write_text(json.dumps(content))
    assert [box.center[0] for box in opened(path)[2].boxes()] == pytest.approx([-2.3, -1.3])
    content["tracking-annotations"][0]["frame-number"] = 10**12
    (path / "SeqLabel.json").write_text(json.dumps(content))
    with pytest.raises(UnreadableFile, match="of no frame"):
        opened(path)


def test_points_of_the_device(tmp_path: Path) -> None:
    _, world, _ = opened(sequence(tmp_path / "a"))
    _, scene, labels = opened(tmp_path / "a", points="device")
    raw = np.fromfile(tmp_path / "a/clouds/frame1.bin", dtype="<f4").reshape(-1, 4)[:, :3]
    np.testing.assert_array_equal(scene.frames[1].sweep().points().xyz, raw)
    (_, box) = labels.boxes()
    placed = scene.frames[1].world_SE3_ego.apply([[-1.3, 103.7, 0.4]])
    np.testing.assert_allclose(box.center, placed[0], atol=1e-9)
    assert world.frames[1].world_SE3_ego == scene.frames[1].world_SE3_ego


def test_what_was_not_downloaded_is_told(tmp_path: Path) -> None:
    path = job(tmp_path / "cars")
    (path / "drives/day1/seq1/clouds/frame1.bin").unlink()
    (path / "drives/day1/seq1/pictures/frame0_camera0.png").unlink()
    dataset, scene, _ = opened(path)
    said = " ".join(f.message for f in dataset.findings if f.code == "missing-file")
    assert "1 clouds are not among the files" in said
    assert "clouds/frame1.bin" in said
    assert "1 pictures" in said
    with pytest.raises(MissingFile, match="not among the files beside its manifest") as caught:
        scene.frames[1].sweep().points()
    assert "download clouds/frame1.bin" in caught.value.hint
    (path / "annotations/consolidated-annotation/output/0/SeqLabel.json").unlink()
    dataset = open_dataset(path)
    assert "missing-labels" in codes(dataset)
    (path / "drives/day1/seq1.json").unlink()
    with pytest.raises(MissingFile, match="none of its sequences is beside the manifest") as caught:
        open_dataset(path)
    assert f"{S3}/seq1.json" in caught.value.hint


@pytest.mark.parametrize("link", ["../../secret.bin", "/etc/passwd", "clouds/../../secret.bin", "C:/x.bin"])
def test_no_path_leaves_the_folder(tmp_path: Path, link: str) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(48))
    for more in ({"frame": {"frame": link}}, {"image": {"image-path": link}}):
        path = sequence(tmp_path / "a/b", **more)
        with pytest.raises(UnsafePath):
            open_dataset(path)


def test_links_and_labels_out_of_the_folder(tmp_path: Path) -> None:
    path = sequence(tmp_path / "a")
    (tmp_path / "secret.bin").write_bytes(bytes(48))
    (path / "clouds/frame0.bin").unlink()
    (path / "clouds/frame0.bin").symlink_to(tmp_path / "secret.bin")
    with pytest.raises(UnsafePath):
        open_dataset(path)
    path = job(tmp_path / "cars")
    manifest = path / "manifests/output/output.manifest"
    manifest.write_text(manifest.read_text().replace("output/0/SeqLabel.json", "../../secret.json"))
    with pytest.raises(UnsafePath):
        open_dataset(path)


def test_others_manifests_are_not_ours(tmp_path: Path) -> None:
    images = {"source-ref": "s3://b/a.png", "boxes": {"annotations": [{"top": 1, "left": 2}]}}
    (tmp_path / "images.manifest").write_text(json.dumps(images))
    assert recognised(tmp_path / "images.manifest") == ""
    video = {"tracking-annotations": [{"frame-no": "0", "annotations": [{"top": 1}], "frame": "a.jpeg"}]}
    (tmp_path / "SeqLabel.json").write_text(json.dumps(video))
    assert recognised(tmp_path / "SeqLabel.json") == ""
    frames = {"seq-no": 1, "number-of-frames": 1, "frames": [{"frame-no": 0, "frame": "a.jpeg"}]}
    (tmp_path / "seq.json").write_text(json.dumps(frames))
    assert recognised(tmp_path) == ""


def test_names_of_objects_are_kept(tmp_path: Path) -> None:
    path = sequence(tmp_path / "a")
    content = json.loads((path / "SeqLabel.json").read_text())
    for entry in content["tracking-annotations"]:
        for number in (1, 9):
            entry["annotations"].append(cuboid(**{"object-name": f"Car:{number}", "object-id": f"id{number}"}))
    (path / "SeqLabel.json").write_text(json.dumps(content))
    dataset, scene, labels = opened(path)
    names = [row["object-name"] for row in content["tracking-annotations"][0]["annotations"]]
    write_dataset("sagemaker", tmp_path / "out", [Drive(scene=scene, labels=labels)], dataset.taxonomy)
    (written,) = (tmp_path / "out").glob("*/SeqLabel.json")
    rows = json.loads(written.read_text())["tracking-annotations"][0]["annotations"]
    assert [row["object-name"] for row in rows] == names == ["Car:4", "Car:1", "Car:9"]
    assert [row["object-id"] for row in rows] == [labels.tracks[i].name for i in range(3)]
