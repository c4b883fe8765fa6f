"""ASAM OpenLABEL: the public examples beside an independent reading, and round trips."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, ReadOptions, format_named, open_dataset, write_dataset
from lidar_label.model import Pinhole, Taxonomy

pytestmark = pytest.mark.one_numpy

EXAMPLE = "asam/openlabel100_example_cuboids.json"
KITTI = "vcd/openlabel100_kitti_tracking_{}.json"


def raw(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())["openlabel"]
    return found


def matrix_of(content: dict[str, Any], name: str) -> np.ndarray:
    lens = content["streams"][name]["stream_properties"]["intrinsics_pinhole"]
    return np.reshape(lens["camera_matrix_3x4"], (3, 4))


@pytest.mark.parametrize(("sequence", "frames", "boxes", "tracks"), [("0003", 144, 388, 9), ("0017", 145, 883, 11)])
def test_the_kitti_sequences_are_kittis(shared_data: Path, sequence: str, frames: int, boxes: int, tracks: int) -> None:
    path = shared_data / "openlabel" / KITTI.format(sequence)
    dataset = open_dataset(path)
    assert dataset.format == "openlabel"
    scene, labels = dataset.scene(path.stem), dataset.labels(path.stem)
    assert (len(scene.frames), len(labels), len(labels.tracks)) == (frames, boxes, tracks)
    assert scene.has_poses
    assert not scene.has_timestamps
    assert {f.code for f in dataset.findings} >= {"dont-care", "ego-vehicle", "not-read", "no-sweeps", "assumed"}
    camera = scene.sensors["CAM_LEFT"]
    # The matrix of 3 x 4 moves points before the lens; our camera stands where that puts it.
    p4 = matrix_of(raw(path), "CAM_LEFT")
    lines = (shared_data / f"kitti_tracking/label_02/{sequence}.txt").read_text().splitlines()
    rows = [line.split() for line in lines if not line.split()[2].startswith("DontCare")]
    expected = {(int(r[0]), r[1]): r for r in rows}
    assert len(expected) == boxes
    for box in labels.boxes():
        track = labels.track(box.track)
        row = expected.pop((int(scene.frames[box.frame].name), track.name))
        assert track.category == row[2]
        assert track.attributes == {"name": f"{row[2]}{row[1]}"}
        h, w, length, x, y, z, ry = map(float, row[10:17])
        assert box.size == pytest.approx((length, w, h), abs=0.0201)
        world_SE3_camera = scene.frames[box.frame].world_SE3_ego @ camera.ego_SE3_sensor
        # corners in the camera are KITTI's own corners
        c, s = math.cos(ry), math.sin(ry)
        signs = np.array([[a, b, d] for a in (1, -1) for b in (0, -1) for d in (1, -1)]) * (length / 2, h, w / 2)
        by_hand = signs @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T + (x, y, z)
        shifted = by_hand + np.linalg.solve(p4[:, :3], p4[:, 3])
        ours = world_SE3_camera.inverse.apply(box.corners())
        apart = np.linalg.norm(ours[:, None] - shifted[None], axis=2).min(axis=1).max()
        assert apart < 0.07 + 0.011 * length  # the file's numbers are off by up to 0.02, the angle's too
        assert box.attributes["occluded"] == int(row[4])
    assert not expected
    ego = scene.frames[-1].world_SE3_ego
    poses = np.loadtxt(shared_data / f"kitti_tracking/imu_poses/{sequence}.txt").reshape(-1, 3, 4)
    moved = np.linalg.norm(poses[-1][:, 3] - poses[0][:, 3])
    assert np.linalg.norm(ego.translation - scene.frames[0].world_SE3_ego.translation) == pytest.approx(moved, rel=0.02)


def test_pixels_are_those_of_the_files_matrix(shared_data: Path) -> None:
    path = shared_data / "openlabel" / KITTI.format("0003")
    scene = open_dataset(path).scene(path.stem)
    content = raw(path)
    points = np.random.default_rng(0).uniform((-5, -2, 5), (5, 2, 40), (50, 3))  # before the camera
    for name in ("CAM_LEFT", "CAM_RIGHT"):
        sensor = scene.sensors[name]
        matrix = matrix_of(content, name)
        velo_SE3_camera = np.reshape(content["coordinate_systems"][name]["pose_wrt_parent"]["matrix4x4"], (4, 4))
        ego_SE3_velo = np.reshape(content["coordinate_systems"]["VELO_TOP"]["pose_wrt_parent"]["matrix4x4"], (4, 4))
        ones = np.column_stack([points, np.ones(len(points))])
        by_hand = ones @ matrix.T
        in_ego = (ones @ (ego_SE3_velo @ velo_SE3_camera).T)[:, :3]
        assert isinstance(sensor.camera, Pinhole)
        uv, seen = sensor.camera.project(sensor.ego_SE3_sensor.inverse.apply(in_ego))
        assert seen.all()
        np.testing.assert_allclose(uv, by_hand[:, :2] / by_hand[:, 2:], atol=0.02)


def test_the_example_with_quaternions(shared_data: Path) -> None:
    path = shared_data / "openlabel" / EXAMPLE
    dataset = open_dataset(path)
    scene, labels = dataset.scene(path.stem), dataset.labels(path.stem)
    assert [f.name for f in scene.frames] == [str(n) for n in range(538, 679)]
    assert (len(labels), len(labels.tracks)) == (475, 8)
    assert scene.has_timestamps
    assert {f.code for f in dataset.findings} >= {"doubled-time", "shifted-world"}
    assert scene.frames[0].timestamp_ns == 1608294055_298616400
    assert scene.duration_s == pytest.approx(13.86, abs=1e-3)
    assert scene.origin == (582525.0, 4793222.0, 0.0)
    assert dataset.taxonomy.category("pedestrian").name == "pedestrian"
    content = raw(path)
    for frame in scene.frames:
        objects = content["frames"][frame.name]["objects"]
        transform = content["frames"][frame.name]["frame_properties"]["transforms"]["vehicle-iso8855_to_utm-30t"]
        qz, qw = transform["transform_src_to_dst"]["quaternion"][2:]
        place = np.array(transform["transform_src_to_dst"]["translation"])
        turn = 2 * math.atan2(qz, qw)
        for box, (uid, row) in zip(labels.in_frame(frame.index), objects.items(), strict=True):
            val = row["object_data"]["cuboid"][0]["val"]
            assert labels.track(box.track).name == uid
            assert box.size == pytest.approx(val[7:])
            assert box.score == pytest.approx(0.9, abs=0.3)
            assert box.attributes["timestamp"] == row["object_data"]["cuboid"][0]["attributes"]["num"][1]["val"]
            c, s = math.cos(turn), math.sin(turn)
            center = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ val[:3] + place
            np.testing.assert_allclose(box.center + scene.origin, center, atol=1e-6)
            yaw = turn + 2 * math.atan2(val[5], val[6])
            assert math.remainder(box.yaw - yaw, math.tau) == pytest.approx(0, abs=1e-9)


def test_a_quaternion_in_the_other_order_is_noticed(shared_data: Path, tmp_path: Path) -> None:
    content = json.loads((shared_data / "openlabel" / EXAMPLE).read_text())
    for frame in content["openlabel"]["frames"].values():
        transform = frame["frame_properties"]["transforms"]["vehicle-iso8855_to_utm-30t"]["transform_src_to_dst"]
        transform["quaternion"] = [transform["quaternion"][3], *transform["quaternion"][:3]]
        for row in frame["objects"].values():
            val = row["object_data"]["cuboid"][0]["val"]
            val[3:7] = [val[6], *val[3:6]]
    (tmp_path / "other.json").write_text(json.dumps(content))
    plain = open_dataset(tmp_path / "other.json")
    assert "leaning-vehicle" in {f.code for f in plain.findings}
    told = open_dataset(tmp_path / "other.json", options=ReadOptions(assume={"quaternion_order": "wxyz"}))
    assert not {"leaning-boxes", "leaning-vehicle"} & {f.code for f in told.findings}
    right = open_dataset(shared_data / "openlabel" / EXAMPLE).labels(Path(EXAMPLE).stem)
    for ours, theirs in zip(told.labels("other").boxes(), right.boxes(), strict=True):
        np.testing.assert_allclose(ours.corners(), theirs.corners(), atol=1e-9)


def test_every_public_example_opens(shared_data: Path) -> None:
    paths = sorted((shared_data / "openlabel").glob("*/openlabel100_*.json"))
    assert len(paths) == 23
    for path in paths:
        dataset = open_dataset(path)
        assert dataset.format == "openlabel"
        for name in dataset.scene_names:
            assert dataset.scene(name).frames
            dataset.labels(name)
    folder = open_dataset(shared_data / "openlabel/vcd")
    assert len(folder.scene_names) == 21


def test_a_cuboid_without_values_is_told(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "openlabel/vcd/openlabel100_test_cuboids.json")
    (name,) = dataset.scene_names
    (box,) = dataset.labels(name).boxes()
    assert box.size == (1.5, 4.5, 1.7)
    np.testing.assert_allclose(box.center, (0.0, 20.0, -0.85))
    x = box.world_SE3_box.rotation_matrix[:, 0]
    np.testing.assert_allclose(x, (math.cos(0.3), 0, -math.sin(0.3)), atol=1e-12)  # ry turns x down
    assert [f.severity for f in dataset.findings if f.code == "old-cuboid"] == ["warning"]


@pytest.mark.parametrize(
    "options", [{}, {"origin": (500_000.0, 4_800_000.0, 100.0)}, {"data": False}, {"poses": False}]
)
def test_a_drive_comes_back(
    tmp_path: Path, full_drive: Callable[..., Drive], same: Callable[..., None], options: dict[str, Any]
) -> None:
    drive = full_drive(distortion=(0.1, -0.02, 0.001, 0.002), **options)
    write_dataset("openlabel", tmp_path / "out", [drive], Taxonomy())
    dataset = open_dataset(tmp_path / "out")
    back = Drive(scene=dataset.scene("full"), labels=dataset.labels("full"))
    same(format_named("openlabel"), drive, back)
    assert back.scene.has_poses == drive.scene.has_poses
    assert (back.scene.description, dict(back.scene.log)) == ("made by hand", {"vehicle": "n1"})
    assert {v.level for v in dataset.taxonomy.visibilities} == {"v60-80"}
    kinds = {a.name: (a.kind, a.per) for a in dataset.taxonomy.attributes}
    assert kinds["moving"] == ("flag", "box")
    assert kinds["doors"] == ("number", "track")
    for frame, again in zip(drive.scene.frames, back.scene.frames, strict=True):
        assert set(again.sweeps) == set(frame.sweeps)
        np.testing.assert_allclose(
            again.world_SE3_ego.translation + back.scene.origin,
            frame.world_SE3_ego.translation + drive.scene.origin,
            atol=1e-6,
        )
        for channel, sweep in frame.sweeps.items():
            np.testing.assert_array_equal(again.sweeps[channel].points().xyz, sweep.points().xyz)
            np.testing.assert_array_equal(again.sweeps[channel].points().fields["ring"], np.arange(30))
            assert again.sweeps[channel].world_SE3_sensor.error_to(sweep.world_SE3_sensor)[1] < 1e-9
        for channel, image in frame.images.items():
            other = again.images[channel]
            assert (other.encoded(), other.timestamp_ns) == (image.encoded(), image.timestamp_ns)
            assert other.sensor.camera == image.sensor.camera
            shift = np.subtract(back.scene.origin, drive.scene.origin)
            place = other.world_SE3_sensor.translation + shift
            np.testing.assert_allclose(place, image.world_SE3_sensor.translation, atol=1e-6)


def test_what_is_written_meets_the_official_schema(
    tmp_path: Path, shared_data: Path, full_drive: Callable[..., Drive]
) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed here")
    schema = json.loads((shared_data / "openlabel/asam/openlabel_json_schema.json").read_text())
    write_dataset("openlabel", tmp_path / "out", [full_drive(), full_drive("bare", data=False)], Taxonomy())
    for path in (tmp_path / "out").glob("*.json"):
        jsonschema.validate(json.loads(path.read_text()), schema)
    assert jsonschema.Draft7Validator(schema).is_valid({"openlabel": {}}) is False


def test_the_real_files_written_again_are_the_same(shared_data: Path, tmp_path: Path) -> None:
    for relative in (EXAMPLE, KITTI.format("0017")):
        path = shared_data / "openlabel" / relative
        dataset = open_dataset(path)
        drive = Drive(scene=dataset.scene(path.stem), labels=dataset.labels(path.stem))
        write_dataset("openlabel", tmp_path / path.stem, [drive], dataset.taxonomy)
        again = open_dataset(tmp_path / path.stem)
        labels = again.labels(path.stem)
        assert [t.name for t in labels.tracks] == [t.name for t in drive.labels.tracks]
        for ours, theirs in zip(labels.boxes(), drive.labels.boxes(), strict=True):
            np.testing.assert_allclose(ours.corners(), theirs.corners(), atol=1e-6)
            assert ours.attributes == theirs.attributes
        frames = zip(again.scene(path.stem).frames, drive.scene.frames, strict=True)
        assert all((a.name, a.timestamp_ns) == (b.name, b.timestamp_ns) for a, b in frames)
