"""A made-up drive, written as recordings of every kind by rosbags; and MCAP files that are not from ROS."""

from __future__ import annotations

import base64
import io
import json
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from rosbags.rosbag1 import Writer as Writer1
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin
from rosbags.rosbag2 import Writer as Writer2
from rosbags.typesys import Stores, get_types_from_msg, get_typestore
from scipy.spatial.transform import Rotation

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
FRAMES = 5
POINTS = 40
TURN = Rotation.from_euler("z", 0.3)
MOUNT = (1.2, -0.1, 1.8)
CAMERA_MOUNT = (1.5, 0.2, 1.4)
LOOKS_AHEAD = (-0.5, 0.5, -0.5, 0.5)  # x, y, z, w
TF = "geometry_msgs/TransformStamped[] transforms"

ROS1 = get_typestore(Stores.ROS1_NOETIC)
ROS1.register(get_types_from_msg(TF, "tf2_msgs/msg/TFMessage"))
ROS2 = get_typestore(Stores.ROS2_HUMBLE)
KINDS = ("bag", "bag-lz4", "bag-bz2", "db3", "db3-messages", "mcap", "mcap-zstd", "mcap-messages")


@dataclass(frozen=True)
class Sent:
    """One message: its topic and type, when it was recorded, and what it holds."""

    topic: str
    type: str
    time_ns: int
    make: Callable[[Any], Any]


class Maker:
    """Makes messages of one ROS; the two differ in a header's counter and in the names of a camera's matrices."""

    def __init__(self, one: bool) -> None:
        self.one = one
        self.store = ROS1 if one else ROS2

    def __call__(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self.store.types[name](*args, **kwargs)

    def header(self, time_ns: int, frame: str) -> Any:
        stamp = self("builtin_interfaces/msg/Time", time_ns // SECOND, time_ns % SECOND)
        return self("std_msgs/msg/Header", *([7] if self.one else []), stamp, frame)

    def transform(self, time_ns: int, parent: str, child: str, xyz: Sequence[float], xyzw: Sequence[float]) -> Any:
        pose = self(
            "geometry_msgs/msg/Transform",
            self("geometry_msgs/msg/Vector3", *map(float, xyz)),
            self("geometry_msgs/msg/Quaternion", *map(float, xyzw)),
        )
        return self("geometry_msgs/msg/TransformStamped", self.header(time_ns, parent), child, pose)

    def pose(self, xyz: Sequence[float], xyzw: Sequence[float]) -> Any:
        return self(
            "geometry_msgs/msg/Pose",
            self("geometry_msgs/msg/Point", *map(float, xyz)),
            self("geometry_msgs/msg/Quaternion", *map(float, xyzw)),
        )

    def cloud(self, time_ns: int, frame: str, fields: Sequence[tuple[str, int, int, int]], rows: np.ndarray,
              point_step: int, *, height: int = 1, row_step: int = 0, big: bool = False) -> Any:  # fmt: skip
        width = len(rows) // (point_step * height) if not row_step else (len(rows) // height) // point_step
        made = [self("sensor_msgs/msg/PointField", *field) for field in fields]
        return self(
            "sensor_msgs/msg/PointCloud2", self.header(time_ns, frame), height, width, made, big, point_step,
            row_step or width * point_step, rows, False,
        )  # fmt: skip

    def camera(self, time_ns: int, frame: str, size: tuple[int, int], k: Sequence[float], d: Sequence[float] = (),
               model: str = "plumb_bob", p: Sequence[float] = (), roi: Sequence[int] = (0, 0, 0, 0),
               binning: tuple[int, int] = (0, 0)) -> Any:  # fmt: skip
        x, y, width, height = roi
        region = self("sensor_msgs/msg/RegionOfInterest", x, y, height, width, False)
        return self(
            "sensor_msgs/msg/CameraInfo", self.header(time_ns, frame), size[1], size[0], model, np.array(d, float),
            np.array(k, float), np.eye(3).ravel(), np.array(p or [*k[:3], 0, *k[3:6], 0, *k[6:], 0], float),
            binning[0], binning[1], region,
        )  # fmt: skip


def points_of(frame: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(frame)
    xyz = rng.uniform(-30, 30, (POINTS, 3)).astype(np.float32)
    xyz[3] = 0.0
    xyz[4] = np.nan
    return xyz, rng.integers(0, 256, POINTS).astype(np.float32), rng.integers(0, 64, POINTS).astype(np.uint16)


def cloud_rows(frame: int) -> tuple[list[tuple[str, int, int, int]], np.ndarray, int]:
    """Points of 48 bytes, with a hole behind z and more at the end, as Ouster's and Velodyne's drivers send them."""
    xyz, intensity, ring = points_of(frame)
    rows = np.full((POINTS, 48), 0xEE, dtype=np.uint8)
    rows[:, 0:12] = xyz.view(np.uint8).reshape(POINTS, 12)
    rows[:, 16:20] = intensity.view(np.uint8).reshape(POINTS, 4)
    rows[:, 24:26] = ring.view(np.uint8).reshape(POINTS, 2)
    rows[:, 28:32] = np.arange(POINTS, dtype=np.uint32).view(np.uint8).reshape(POINTS, 4)
    fields = [("x", 0, 7, 1), ("y", 4, 7, 1), ("z", 8, 7, 1), ("intensity", 16, 7, 1), ("ring", 24, 4, 1),
              ("t", 28, 6, 1)]  # fmt: skip
    return fields, rows.ravel(), 48


def jpeg(shade: int, size: tuple[int, int] = (64, 48)) -> bytes:
    buffer = io.BytesIO()
    Picture.new("RGB", size, (shade, 80, 120)).save(buffer, format="JPEG")
    return buffer.getvalue()


def place_at(time_ns: int) -> tuple[tuple[float, float, float], np.ndarray]:
    """Where the vehicle is: 8 m a second along x, turning by 0.5 rad a second, through pi on the way."""
    t = (time_ns - START) / SECOND
    return (100.0 + 8 * t, 20.0, 0.5), Rotation.from_euler("z", 3.0 + 0.5 * t).as_quat()


def drive(frames: int = FRAMES) -> list[Sent]:
    """A LiDAR at 10 Hz, a camera at 20 Hz, tf at 50 Hz, and an IMU that nobody reads."""
    sent: list[Sent] = []

    def add(topic: str, kind: str, time_ns: int, make: Callable[[Maker], Any]) -> None:
        sent.append(Sent(topic, kind, time_ns, make))

    def statics(m: Maker) -> Any:
        return m("tf2_msgs/msg/TFMessage", [
            m.transform(0, "base_link", "lidar_top", MOUNT, TURN.as_quat()),
            m.transform(0, "/base_link", "/camera_front", CAMERA_MOUNT, LOOKS_AHEAD),
        ])  # fmt: skip

    add("/tf_static", "tf2_msgs/msg/TFMessage", START, statics)
    end = START + frames * SECOND // 10
    for time_ns in range(START - SECOND // 50, end + SECOND // 50, SECOND // 50):

        def moving(m: Maker, t: int = time_ns) -> Any:
            place, turn = place_at(t)
            return m("tf2_msgs/msg/TFMessage", [m.transform(t, "odom", "base_link", place, turn)])

        add("/tf", "tf2_msgs/msg/TFMessage", time_ns + 1_000_000, moving)
    for frame in range(frames):
        time_ns = START + frame * SECOND // 10

        def cloud(m: Maker, f: int = frame, t: int = time_ns) -> Any:
            fields, rows, step = cloud_rows(f)
            return m.cloud(t, "lidar_top", fields, rows, step)

        add("/lidar_top/points", "sensor_msgs/msg/PointCloud2", time_ns + 40_000_000, cloud)
    for number in range(frames * 2):
        time_ns = START + 13_000_000 + number * SECOND // 20

        def image(m: Maker, n: int = number, t: int = time_ns) -> Any:
            data = np.frombuffer(jpeg(n), dtype=np.uint8)
            return m("sensor_msgs/msg/CompressedImage", m.header(t, "camera_front"), "rgb8; jpeg compressed bgr8", data)

        def info(m: Maker, t: int = time_ns) -> Any:
            return m.camera(t, "camera_front", (64, 48), (40, 0, 31.5, 0, 41, 23.5, 0, 0, 1), (-0.1, 0.01, 0, 0, 0))

        add("/camera_front/image_raw/compressed", "sensor_msgs/msg/CompressedImage", time_ns + 5_000_000, image)
        add("/camera_front/camera_info", "sensor_msgs/msg/CameraInfo", time_ns + 5_000_000, info)
    add("/note", "std_msgs/msg/String", START, lambda m: m("std_msgs/msg/String", "hello"))
    return sorted(sent, key=lambda item: item.time_ns)


def write_recording(path: Path, kind: str, sent: Sequence[Sent]) -> Path:
    """Write messages as a recording of a kind, and return what to open."""
    if kind.startswith("bag"):
        path = path.with_suffix(".bag")
        writer = Writer1(path)
        if "-" in kind:
            writer.set_compression(Writer1.CompressionFormat[kind.split("-")[1].upper()])
        make = Maker(one=True)
        with writer:
            known: dict[str, Any] = {}
            for item in sent:
                if item.topic not in known:
                    known[item.topic] = writer.add_connection(item.topic, item.type, typestore=ROS1)
                writer.write(known[item.topic], item.time_ns, ROS1.serialize_ros1(item.make(make), item.type))
        return path
    store, _, packed = kind.partition("-")
    plugin = StoragePlugin.SQLITE3 if store == "db3" else StoragePlugin.MCAP
    writer2 = Writer2(path, version=9, storage_plugin=plugin)
    if packed:
        mode = CompressionMode.MESSAGE if packed == "messages" else CompressionMode.STORAGE
        writer2.set_compression(mode, CompressionFormat.ZSTD)
    make = Maker(one=False)
    with writer2:
        known = {}
        for item in sent:
            if item.topic not in known:
                known[item.topic] = writer2.add_connection(item.topic, item.type, typestore=ROS2)
            writer2.write(known[item.topic], item.time_ns, ROS2.serialize_cdr(item.make(make), item.type))
    return path


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """This file: what the tests make their messages with."""
    return sys.modules[__name__]


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Write a recording: the made-up drive, or messages of one's own."""

    def make(kind: str = "bag", sent: Sequence[Sent] | None = None, name: str = "drive") -> Path:
        return write_recording(tmp_path / name, kind, drive() if sent is None else sent)

    return make


class PlainMcap:
    """Writes MCAP files by the letter of the specification, in or out of chunks, with or without an end."""

    def __init__(self, profile: str = "") -> None:
        self.out = bytearray(b"\x89MCAP0\r\n")
        self.out += self.record(1, self.text(profile) + self.text("tests"))
        self.channels: dict[str, int] = {}

    @staticmethod
    def text(value: str | bytes) -> bytes:
        raw = value.encode() if isinstance(value, str) else value
        return struct.pack("<I", len(raw)) + raw

    @staticmethod
    def record(op: int, content: bytes) -> bytes:
        return struct.pack("<BQ", op, len(content)) + content

    def channel(self, topic: str, schema: str, encoding: str, schema_data: bytes = b"\xff\x00binary") -> bytes:
        number = len(self.channels) + 1
        self.channels[topic] = number
        declared = struct.pack("<H", number) + self.text(schema) + self.text(encoding) + self.text(schema_data)
        channel = struct.pack("<HH", number, number) + self.text(topic) + self.text(encoding) + self.text(b"")
        return self.record(3, declared) + self.record(4, channel)

    def message(self, topic: str, time_ns: int, data: bytes) -> bytes:
        return self.record(5, struct.pack("<HIQQ", self.channels[topic], 0, time_ns, time_ns) + data)

    def chunk(self, records: bytes, kind: str = "", packed: bytes | None = None, size: int | None = None,
              crc: int = 0) -> bytes:  # fmt: skip
        packed = records if packed is None else packed
        size = len(records) if size is None else size
        content = struct.pack("<QQQI", 0, 0, size, crc) + self.text(kind) + struct.pack("<Q", len(packed)) + packed
        return self.record(6, content)

    def ended(self, records: bytes) -> bytes:
        end = self.record(15, struct.pack("<I", 0)) + self.record(2, struct.pack("<QQI", 0, 0, 0))
        return bytes(self.out) + records + end + b"\x89MCAP0\r\n"


def protobuf(fields: Sequence[tuple[int, Any]]) -> bytes:
    """Return a message on the wire: ints as varints, floats as doubles, bytes and texts as they are."""
    out = bytearray()

    def varint(value: int) -> None:
        while True:
            byte, value = value & 0x7F, value >> 7
            out.append(byte | (0x80 if value else 0))
            if not value:
                return

    for number, value in fields:
        if isinstance(value, float):
            varint(number << 3 | 1)
            out.extend(struct.pack("<d", value))
        elif isinstance(value, tuple):  # four fixed bytes
            varint(number << 3 | 5)
            out.extend(struct.pack("<I", value[0]))
        elif isinstance(value, int):
            varint(number << 3)
            varint(value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            varint(number << 3 | 2)
            varint(len(raw))
            out.extend(raw)
    return bytes(out)


def foxglove_json(frame: int) -> bytes:
    xyz, intensity, _ = points_of(frame)
    rows = np.column_stack([xyz, intensity]).astype("<f4")
    fields = [{"name": name, "offset": 4 * i, "type": 7} for i, name in enumerate(("x", "y", "z", "intensity"))]
    time_ns = START + frame * SECOND // 10
    return json.dumps({
        "timestamp": {"sec": time_ns // SECOND, "nsec": time_ns % SECOND}, "frame_id": "lidar", "point_stride": 16,
        "pose": {"position": {"x": 0, "y": 0, "z": 0}, "orientation": {"x": 0, "y": 0, "z": 0, "w": 1}},
        "fields": fields, "data": base64.b64encode(rows.tobytes()).decode(),
    }).encode()  # fmt: skip


def wire_time(time_ns: int) -> bytes:
    return protobuf([(1, time_ns // SECOND), (2, time_ns % SECOND)])


def foxglove_wire(frame: int) -> bytes:
    xyz, intensity, _ = points_of(frame)
    rows = np.column_stack([xyz, intensity]).astype("<f4")
    fields = [(5, protobuf([(1, name), (2, (4 * i,)), (3, 7)])) for i, name in enumerate(("x", "y", "z", "intensity"))]
    return protobuf([(1, wire_time(START + frame * SECOND // 10)), (2, "lidar"), (4, (16,)), *fields,
                     (6, rows.tobytes())])  # fmt: skip
