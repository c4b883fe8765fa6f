"""ASAM OpenLABEL: small made-up files for what the examples do not have, and broken ones."""

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

from lidar_label.datasets import ReadOptions, open_dataset
from lidar_label.errors import LidarLabelError
from lidar_label.model import Fisheye

pytestmark = pytest.mark.one_numpy


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
