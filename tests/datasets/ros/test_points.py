"""Points of PointCloud2 messages: where the offsets say, whatever the layout; the traps that drivers set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rosbags.typesys import get_types_from_msg

from lidar_label.datasets import open_dataset
from lidar_label.datasets.ros.messages import CloudMessage, Field, Head, cloud_of
from lidar_label.datasets.ros.points import cloud_points
from lidar_label.datasets.ros.recording import Topic
from lidar_label.errors import LidarLabelError, UnreadableFile
from lidar_label.model import PointCloud

F4, U1, U2, U4, F8 = 7, 2, 4, 6, 8
XYZ = [("x", 0, F4, 1), ("y", 4, F4, 1), ("z", 8, F4, 1)]


@pytest.fixture(params=["bag", "db3"])
def read_one(
    record: Callable[..., Path], made: ModuleType, request: pytest.FixtureRequest
) -> Callable[..., PointCloud]:
    """Write one cloud as a message into a recording, and read it back."""

    def read(fields: Sequence[tuple[str, int, int, int]], rows: np.ndarray, step: int, **layout: object) -> PointCloud:
        data = np.ascontiguousarray(rows).view(np.uint8).ravel()
        sent = made.Sent(
            "/points", "sensor_msgs/msg/PointCloud2", made.START,
            lambda m: m.cloud(made.START, "lidar", fields, data, step, **layout),
        )  # fmt: skip
        dataset = open_dataset(record(request.param, [sent]))
        return dataset.scene("drive").frames[0].sweep().points()

    return read


def test_a_hole_behind_z_and_more_at_the_end(read_one: Callable[..., PointCloud]) -> None:
    """Traps 22, 23 and 26: 48 bytes a point of which the fields name 26, intensity at 16; nothing is summed up."""
    rows = np.zeros(7, dtype={"names": ["x", "y", "z", "i", "r"], "formats": ["<f4", "<f4", "<f4", "<f4", "<u2"],
                              "offsets": [0, 4, 8, 16, 24], "itemsize": 48})  # fmt: skip
    for n, name in enumerate(rows.dtype.names):
        rows[name] = np.arange(7) * (n + 1)
    cloud = read_one([*XYZ, ("intensity", 16, F4, 1), ("ring", 24, U2, 1)], rows, 48)
    np.testing.assert_array_equal(cloud.xyz, np.column_stack([rows[a] for a in "xyz"]))
    np.testing.assert_array_equal(cloud.fields["intensity"], rows["i"])
    np.testing.assert_array_equal(cloud.fields["ring"], rows["r"])
    assert cloud.fields["ring"].dtype == np.uint16


@pytest.mark.parametrize("step", [18, 22, 32])
def test_velodynes_two_layouts(read_one: Callable[..., PointCloud], step: int) -> None:
    """Trap 26: the same fields packed in 18 bytes, in 22 with times, or in 32 with holes."""
    at = (12, 16, 18) if step != 32 else (16, 20, 24)
    rows = np.zeros((5, step), dtype=np.uint8)
    rng = np.random.default_rng(0)
    xyz, intensity, ring = rng.random((5, 3)).astype("<f4"), rng.random(5).astype("<f4"), np.arange(5, dtype="<u2")
    times = np.linspace(-0.1, 0, 5).astype("<f4")
    rows[:, :12] = xyz.view(np.uint8)
    rows[:, at[0] : at[0] + 4] = intensity.view(np.uint8).reshape(5, 4)
    rows[:, at[1] : at[1] + 2] = ring.view(np.uint8).reshape(5, 2)
    fields = [*XYZ, ("intensity", at[0], F4, 1), ("ring", at[1], U2, 1)]
    if step > 18:
        rows[:, at[2] : at[2] + 4] = times.view(np.uint8).reshape(5, 4)
        fields.append(("time", at[2], F4, 1))
    cloud = read_one(fields, rows, step)
    np.testing.assert_array_equal(cloud.xyz, xyz)
    np.testing.assert_array_equal(cloud.fields["intensity"], intensity)
    np.testing.assert_array_equal(cloud.fields["ring"], ring)
    if step > 18:
        np.testing.assert_array_equal(cloud.fields["time_s"], times)


def test_a_field_that_ends_in_the_next_point_is_refused(read_one: Callable[..., PointCloud]) -> None:
    """Trap 25: intensity at byte 16 of points of 16 bytes would be the next point's x."""
    with pytest.raises(UnreadableFile, match="'intensity' would end at byte 20 of a point that has 16") as error:
        read_one([*XYZ, ("intensity", 16, F4, 1)], np.zeros((4, 16), np.uint8), 16)
    assert "/points" in error.value.where


def test_big_endian_rows_with_padding_and_several_values(read_one: Callable[..., PointCloud]) -> None:
    rng = np.random.default_rng(2)
    xyz, normal = rng.random((3, 4, 3)).astype(">f8"), rng.random((3, 4, 3)).astype(">f4")
    rows = np.full((3, 4 * 40 + 16), 0xAA, dtype=np.uint8)
    for i in range(3):
        for j in range(4):
            rows[i, j * 40 : j * 40 + 24] = xyz[i, j].view(np.uint8)
            rows[i, j * 40 + 24 : j * 40 + 36] = normal[i, j].view(np.uint8)
    fields = [("x", 0, F8, 1), ("y", 8, F8, 1), ("z", 16, F8, 1), ("normal", 24, F4, 3), ("_", 36, U1, 4)]
    cloud = read_one(fields, rows, 40, height=3, row_step=176, big=True)
    np.testing.assert_array_equal(cloud.xyz, xyz.reshape(-1, 3).astype(np.float32))
    for i in range(3):
        np.testing.assert_array_equal(cloud.fields[f"normal_{i}"], normal.reshape(-1, 3)[:, i])
    assert set(cloud.fields) == {"normal_0", "normal_1", "normal_2"}


def test_colours_and_names_that_come_twice(read_one: Callable[..., PointCloud]) -> None:
    rows = np.zeros(3, dtype=[("p", "<f4", 3), ("rgb", "<u4"), ("a", "u1"), ("b", "u1"), ("c", "<u2")])
    rows["rgb"] = [0x00102030, 0x00FF8000, 0x00000001]
    rows["a"], rows["b"] = [1, 2, 3], [4, 5, 6]
    cloud = read_one([*XYZ, ("rgb", 12, F4, 1), ("tag", 16, U1, 1), ("tag", 17, U1, 1)], rows, 20)
    np.testing.assert_array_equal(np.column_stack([cloud.fields[c] for c in "rgb"]),
                                  [[16, 32, 48], [255, 128, 0], [0, 0, 1]])  # fmt: skip
    assert cloud.fields["tag"].tolist() == [1, 2, 3]
    assert cloud.fields["tag_2"].tolist() == [4, 5, 6]


@pytest.mark.parametrize(
    ("name", "code", "dtype", "values", "seconds"),
    [
        ("t", U4, "<u4", [0, 50_000_000, 99_000_000], [0, 0.05, 0.099]),  # Ouster
        ("offset_time", U4, "<u4", [0, 1, 10**9], [0, 1e-9, 1.0]),  # Livox
        ("time", F4, "<f4", [-0.05, 0, 0.05], [-0.05, 0, 0.05]),  # Velodyne
        ("timestamp", F8, "<f8", [1.7e9, 1.7e9 + 0.05, 1.7e9 + 0.1], [0, 0.05, 0.1]),  # Hesai, RoboSense
        ("time_stamp", F8, "<f8", [0.0, 0.05, 0.1], [0, 0.05, 0.1]),
    ],
)
def test_times_of_points_are_seconds_after_the_sweep(
    read_one: Callable[..., PointCloud], name: str, code: int, dtype: str, values: list[float], seconds: list[float]
) -> None:
    rows = np.zeros(3, dtype=[("p", "<f4", 3), ("t", dtype)])
    rows["t"] = values
    cloud = read_one([*XYZ, (name, 12, code, 1)], rows, rows.dtype.itemsize)
    assert set(cloud.fields) == {"time_s"}
    np.testing.assert_allclose(cloud.fields["time_s"], seconds, atol=5e-7)


def test_points_without_return_keep_their_index(read_one: Callable[..., PointCloud]) -> None:
    """Trap 28: an Ouster's pixels without a return are 0, 0, 0."""
    rows = np.zeros((6, 3), dtype="<f4")
    rows[2], rows[4] = (1, 2, 3), (np.nan, 1, 1)
    cloud = read_one(XYZ, rows, 12, height=2)
    assert len(cloud) == 6
    assert cloud.valid.tolist() == [False, False, True, False, False, False]


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        ({"width": 5}, "5 x 1 points of 12 bytes are promised and 48 bytes are there"),
        ({"width": 2**32 - 1, "height": 2**32 - 1}, "do not fit in a row"),
        ({"point_step": 0}, "would take 0 bytes"),
        ({"height": 2, "row_step": 20}, "do not fit in a row of 20"),
        ({"fields": [Field("x", 0, "f4", 1)]}, "have no y, z"),
        ({"fields": [Field("x", 0, "f4", 2**31), *(Field(a, 4, "f4", 1) for a in "yz")]}, "of a point that has 12"),
    ],
)
def test_clouds_that_cannot_be(layout: dict[str, object], words: str) -> None:
    given = {
        "fields": [Field(axis, 4 * i, "f4", 1) for i, axis in enumerate("xyz")], "width": 4, "height": 1,
        "point_step": 12, "row_step": 48, "is_bigendian": False, "data": memoryview(bytes(48)), **layout,
    }  # fmt: skip
    with pytest.raises(UnreadableFile, match=words):
        cloud_points(CloudMessage(head=Head(0, ""), **given), 0)  # type: ignore[arg-type]


_SIZES = st.integers(0, 2**32 - 1) | st.integers(0, 70)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    width=_SIZES, height=_SIZES, step=_SIZES, row=_SIZES, data=st.binary(max_size=400), big=st.booleans(),
    fields=st.lists(st.tuples(st.sampled_from("xyzt_i"), _SIZES, st.sampled_from(["i1", "u2", "f4", "f8"]), _SIZES),
                    max_size=6),
)  # fmt: skip
def test_any_layout_is_read_or_refused(
    width: int, height: int, step: int, row: int, data: bytes, big: bool, fields: list[tuple[str, int, str, int]]
) -> None:
    message = CloudMessage(
        head=Head(0, ""), fields=[Field(*field) for field in fields], width=width, height=height, point_step=step,
        row_step=row, is_bigendian=big, data=memoryview(data),
    )  # fmt: skip
    try:
        cloud = cloud_points(message, 0)
    except LidarLabelError:
        return
    assert len(cloud) == width * height


LIVOX = """std_msgs/Header header
uint64 timebase
uint32 point_num
uint8 lidar_id
uint8[3] rsvd
CustomPoint[] points
================================================================================
MSG: livox_ros_driver2/CustomPoint
uint32 offset_time
float32 x
float32 y
float32 z
uint8 reflectivity
uint8 tag
uint8 line
"""


@pytest.mark.parametrize("kind", ["bag", "mcap"])
@pytest.mark.parametrize("frame", ["livox", "livox_frame", "a"])
def test_livox_points_of_its_own_message(record: Callable[..., Path], made: ModuleType, kind: str, frame: str) -> None:
    name = "livox_ros_driver2/msg/CustomMsg"
    for store in (made.ROS1, made.ROS2):
        if name not in store.fielddefs:
            store.register(get_types_from_msg(LIVOX, name))
    rng = np.random.default_rng(3)
    xyz = rng.uniform(-40, 40, (9, 3)).astype(np.float32)

    def make(m: Any) -> Any:
        points = [
            m("livox_ros_driver2/msg/CustomPoint", 1000 * i, *(float(v) for v in xyz[i]), i, 16, i % 6)
            for i in range(9)
        ]
        head = m.header(made.START, frame)
        return m(name, head, made.START, 9, 1, np.zeros(3, dtype=np.uint8), points)

    sent = made.Sent("/livox/lidar", name, made.START, make)
    dataset = open_dataset(record(kind, [sent]))
    cloud = dataset.scene("drive").frames[0].sweep().points()
    np.testing.assert_array_equal(cloud.xyz, xyz)
    np.testing.assert_array_equal(cloud.fields["reflectivity"], np.arange(9))
    np.testing.assert_array_equal(cloud.fields["ring"], np.arange(9) % 6)
    np.testing.assert_allclose(cloud.fields["time_s"], np.arange(9) * 1e-6)
    assert cloud.fields["tag"].tolist() == [16] * 9


@pytest.mark.parametrize("encoding", ["ros1", "cdr"])
@pytest.mark.parametrize("length", [0, 3, 11, 15, 30, 40])
def test_livox_messages_that_break_off(encoding: str, length: int) -> None:
    data = (b"\0\1\0\0" + bytes(8) + b"\1\0\0\0a" + b"\xff" * 60)[:length]
    topic = Topic(name="/livox", type="livox_ros_driver2/CustomMsg", encoding=encoding)
    with pytest.raises(UnreadableFile):
        cloud_of(topic, data)
