"""OpenLABEL: the public examples against KITTI's own labels, round trips, the official schema, and broken files."""

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
from lidar_label.errors import LidarLabelError
from lidar_label.model import Fisheye, Pinhole, Taxonomy

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


def small(**parts: Any) -> dict[str, Any]:
    return {"openlabel": {"metadata": {"schema_version": "1.0.0"}, **parts}}


def cuboid(*val: float, **more: Any) -> dict[str, Any]:
    return {"object_data": {"cuboid": [{"name": "shape", "val": list(val), **more}]}}


BOX = (1.0, 2.0, 3.0, 0.1, 0.2, 0.3, 4.0, 2.0, 1.5)
OBJECTS = {"1": {"name": "", "type": "car"}}


def opened(tmp_path: Path, content: object, **assume: str) -> Any:
    path = tmp_path / "made.json"
    path.write_text(json.dumps(content))
    return open_dataset(path, options=ReadOptions(assume=assume))


@pytest.mark.parametrize("order", ["ZYX", "XYZ"])
def test_angles_are_applied_in_the_order_said(tmp_path: Path, order: str) -> None:
    dataset = opened(
        tmp_path, small(objects=OBJECTS, frames={"0": {"objects": {"1": cuboid(*BOX)}}}), euler_order=order
    )
    (box,) = dataset.labels("made").boxes()
    x, y, z = (
        np.array([[1, 0, 0], [0, math.cos(0.1), -math.sin(0.1)], [0, math.sin(0.1), math.cos(0.1)]]),
        np.array([[math.cos(0.2), 0, math.sin(0.2)], [0, 1, 0], [-math.sin(0.2), 0, math.cos(0.2)]]),
        np.array([[math.cos(0.3), -math.sin(0.3), 0], [math.sin(0.3), math.cos(0.3), 0], [0, 0, 1]]),
    )
    wanted = z @ y @ x if order == "ZYX" else x @ y @ z
    np.testing.assert_allclose(box.world_SE3_box.rotation_matrix, wanted, atol=1e-12)
    assert sum(f.code == "assumed" for f in dataset.findings) == 2  # of the angles, and of the system


def test_an_object_that_never_moves_is_in_each_of_its_frames(tmp_path: Path) -> None:
    systems = {
        "map": {"type": "scene_cs", "parent": "", "children": ["vehicle"]},
        "vehicle": {"type": "local_cs", "parent": "map", "children": []},
    }
    frames = {}
    for n in range(5):
        edge = {
            "src": "vehicle",
            "dst": "map",
            "transform_src_to_dst": {"euler_angles": [0.1, 0, 0], "translation": [n, 0, 0]},
        }
        frames[str(n)] = {"frame_properties": {"transforms": {"a": edge}}}
    pole = {
        "name": "pole", "type": "pole", "coordinate_system": "map",
        "frame_intervals": [{"frame_start": 1, "frame_end": 2}, {"frame_start": 4, "frame_end": 10**12}],
        **cuboid(5, 5, 1, 0, 0, 0, 0.2, 0.2, 2.0),
    }  # fmt: skip
    dataset = opened(tmp_path, small(coordinate_systems=systems, frames=frames, objects={"9": pole}))
    labels = dataset.labels("made")
    assert [box.frame for box in labels.boxes()] == [1, 2, 4]
    assert len({tuple(box.center.tolist()) for box in labels.boxes()}) == 1
    assert dataset.scene("made").frames[3].world_SE3_ego.yaw == pytest.approx(0.1)


def test_two_cuboids_of_one_object(tmp_path: Path) -> None:
    two = {"object_data": {"cuboid": [{"name": n, "val": list(BOX)} for n in ("body", "load")]}}
    dataset = opened(tmp_path, small(objects=OBJECTS, frames={"3": {"objects": {"1": two}}}))
    assert [t.name for t in dataset.labels("made").tracks] == ["1", "1 load"]
    assert "several-cuboids" in {f.code for f in dataset.findings}


@pytest.mark.parametrize(
    ("stamp", "unit", "expected"),
    [(12.5, "s", 12_500_000_000), (1_608_294_055_298_616, "us", 1_608_294_055_298_616_000),
     ("2020-04-11 12:00:07", "s", 1_586_606_407_000_000_000),
     ("2020-04-11T14:00:07.123456789+02:00", "s", 1_586_606_407_123_456_789), ("17", "ms", 17_000_000)],
)  # fmt: skip
def test_times(tmp_path: Path, stamp: object, unit: str, expected: int) -> None:
    frames = {"0": {"frame_properties": {"timestamp": stamp}}}
    scene = opened(tmp_path, small(frames=frames), time_unit=unit).scene("made")
    assert scene.has_timestamps
    assert scene.frames[0].timestamp_ns == expected


def test_a_fisheye_by_the_standard(tmp_path: Path) -> None:
    lens = {"width_px": 640, "height_px": 480, "center_x_px": 320.0, "center_y_px": 240.0, "focal_length_x": 300.0,
            "focal_length_y": 301.0, "lens_coeffs": [0.1, 0.01, 0.0, 0.0]}  # fmt: skip
    systems = {
        "vehicle": {"type": "local_cs", "parent": ""},
        "C": {
            "type": "sensor_cs",
            "parent": "vehicle",
            "pose_wrt_parent": {"quaternion": [0, 0, 0, 1], "translation": [1, 2, 3]},
        },
    }
    streams = {"C": {"type": "camera", "stream_properties": {"intrinsics_fisheye": lens}}}
    camera = opened(tmp_path, small(coordinate_systems=systems, streams=streams)).scene("made").sensors["C"]
    assert isinstance(camera.camera, Fisheye)
    assert camera.camera.distortion == (0.1, 0.01, 0.0, 0.0)
    np.testing.assert_allclose(camera.ego_SE3_sensor.translation, (1, 2, 3))


def test_files_outside_the_folder_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.pcd").write_bytes(b"x")
    streams = {"L": {"type": "lidar"}}
    frames = {}
    for n, uri in enumerate(["../secret.pcd", "/etc/passwd", "C:\\x.pcd", "./gone.pcd"]):
        frames[str(n)] = {"frame_properties": {"streams": {"L": {"uri": uri}}}}
    dataset = opened(tmp_path / "in", small(streams=streams, frames=frames))
    scene = dataset.scene("made")
    assert not any(frame.sweeps for frame in scene.frames)
    assert sum(f.code == "outside-file" for f in dataset.findings) == 3
    assert "missing-file" in {f.code for f in dataset.findings}


def one(*val: object) -> dict[str, Any]:
    """A file of one frame with one cuboid."""
    return small(objects=OBJECTS, frames={"0": {"objects": {"1": cuboid(*val)}}})  # type: ignore[arg-type]


def moving(matrix: list[float]) -> dict[str, Any]:
    edge = {"src": "a", "dst": "b", "transform_src_to_dst": {"matrix4x4": matrix}}
    return small(frames={"0": {"frame_properties": {"transforms": {"a": edge}}}})


def lens(**numbers: object) -> dict[str, Any]:
    pinhole = {"width_px": 4, "height_px": 3, **numbers}
    return small(streams={"C": {"type": "camera", "stream_properties": {"intrinsics_pinhole": pinhole}}})


MIRROR = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
BROKEN = {
    "no object": ([1], "openlabel"),
    "frame key": (small(frames={"x1": {}}), "no number"),
    "doubled frames": (small(frames={"1": {}, "01": {}}), "same number"),
    "long key": (small(frames={"9" * 5000: {}}), "no number"),
    "eight values": (one(*BOX[:8]), "9 or 10 numbers"),
    "text value": (one(*BOX[:8], "4"), "needs a number"),
    "huge value": (one(*BOX[:8], 10**400), "needs a number"),
    "no size": (one(*BOX[:8], -1), "above 0"),
    "no rotation": (one(0, 0, 0, 1, 1, 1, 1, 1, 1, 1), "unit quaternion"),
    "list of objects": (small(objects=[1]), "objects needs an object"),
    "bottom row": (moving([1.0] * 16), "bottom row"),
    "mirror": (moving(MIRROR), "mirrors"),
    "time": (small(frames={"0": {"frame_properties": {"timestamp": "noon"}}}), "ISO 8601"),
    "lens": (lens(camera_matrix=[1] * 12), "camera matrix is none"),
    "no lens": (lens(), "the camera matrix needs 12 numbers"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    content, reason = BROKEN[name]
    (tmp_path / "made.json").write_text(json.dumps(content))
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(tmp_path / "made.json", "openlabel")
    assert str(tmp_path / "made.json") in caught.value.where


def test_systems_that_name_each_other(tmp_path: Path) -> None:
    systems = {name: {"type": "local_cs", "parent": other} for name, other in (("a", "b"), ("b", "a"))}
    frames = {"0": {"objects": {"1": cuboid(*BOX, coordinate_system="nowhere")}}}
    dataset = opened(tmp_path, small(coordinate_systems=systems, objects=OBJECTS, frames=frames))
    assert len(dataset.labels("made")) == 1
    assert "unplaced-system" in {f.code for f in dataset.findings}


WORDS = st.sampled_from(["", "a", "val", "name", "type", "vehicle", "camera", "1"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10)
    | st.floats()
    | st.sampled_from(["", "a", "vehicle", "camera", "1"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "val", "name", "type"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_in_any_place(tmp_path: Path, survives: Callable[..., None], data: st.DataObject) -> None:
    """A good file of which one value is another one."""
    here = {"euler_angles": [0, 0, 0], "translation": [0, 0, 0]}
    edge = {"src": "vehicle", "dst": "map", "transform_src_to_dst": {"quaternion": [0, 0, 0, 1], **here}}
    content = small(
        coordinate_systems={
            "map": {"type": "scene_cs", "parent": ""},
            "vehicle": {"type": "local_cs", "parent": "map"},
            "C": {"type": "sensor_cs", "parent": "vehicle", "pose_wrt_parent": here},
        },
        streams={"C": {"type": "camera", "uri": "x.png"}, "L": {"type": "lidar"}},
        objects={"1": {"name": "n", "type": "car", "object_data": {"num": [{"name": "a", "val": 1}]}}},
        frames={
            "0": {
                "frame_properties": {
                    "timestamp": 1.5,
                    "streams": {"L": {"uri": "x.pcd", "stream_properties": {"sync": {"timestamp": 1}}}},
                    "transforms": {"t": edge},
                },
                "objects": {"1": cuboid(*BOX, attributes={"num": [{"name": "score", "val": 0.5}]})},
            }
        },
    )
    spots: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key in value if isinstance(value, dict) else range(len(value)):
            spots.append((value, key))
            if isinstance(value[key], dict | list):
                walk(value[key])

    walk(content)
    holder, key = data.draw(st.sampled_from(spots))
    holder[key] = data.draw(JSON)
    path = tmp_path / "fuzzed.json"
    path.write_text(json.dumps(content))
    survives(path, "openlabel")


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 4000), flip=st.integers(0, 4000), bit=st.integers(0, 7))
def test_cut_and_flipped(
    tmp_path: Path, shared_data: Path, survives: Callable[..., None], cut: int, flip: int, bit: int
) -> None:
    data = bytearray((shared_data / "openlabel/vcd/openlabel100_test_create_streams_simple.json").read_bytes())
    data[flip % len(data)] ^= 1 << bit
    path = tmp_path / "broken.json"
    for content in (bytes(data), bytes(data[:cut])):
        path.write_bytes(content)
        survives(path, "openlabel")
