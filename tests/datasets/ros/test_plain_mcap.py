"""MCAP files that are not from ROS, or are of ROS 1; and every way in which one may be laid out."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import lz4.frame
import numpy as np
import pytest
from backports import zstd

from lidar_label.datasets import open_dataset
from lidar_label.errors import UnreadableFile
from lidar_label.model import Pinhole


def clouds(made: ModuleType, writer: Any, encoding: str) -> bytes:
    body = writer.channel("/lidar", "foxglove.PointCloud", encoding)
    make = made.foxglove_json if encoding == "json" else made.foxglove_wire
    return body + b"".join(
        writer.message("/lidar", made.START + i * made.SECOND // 10, make(i)) for i in range(made.FRAMES)
    )


@pytest.mark.parametrize("encoding", ["json", "protobuf"])
@pytest.mark.parametrize("layout", ["loose", "plain", "lz4", "zstd", "cut"])
def test_foxglove_clouds(tmp_path: Path, made: ModuleType, encoding: str, layout: str) -> None:
    writer = made.PlainMcap()
    body = clouds(made, writer, encoding)
    packed = {"lz4": lz4.frame.compress, "zstd": zstd.compress}
    if layout in packed:
        body = writer.chunk(body, layout, packed[layout](body), crc=zlib.crc32(body))
    elif layout != "loose":
        body = writer.chunk(body)
    data = writer.ended(body)
    path = tmp_path / "drive.mcap"
    path.write_bytes(data[:-40] if layout == "cut" else data)
    dataset = open_dataset(path)
    scene = dataset.scene("drive")
    assert dataset.format == "mcap"
    assert len(scene.frames) == made.FRAMES
    for frame in scene.frames:
        xyz, intensity, _ = made.points_of(frame.index)
        cloud = frame.sweep().points()
        np.testing.assert_array_equal(cloud.xyz, xyz)
        np.testing.assert_array_equal(cloud.fields["intensity"], intensity)
        assert frame.timestamp_ns == made.START + frame.index * made.SECOND // 10
    assert ("cut-off" in {finding.code for finding in dataset.findings}) == (layout == "cut")


def test_foxglove_pictures_lenses_and_transforms(tmp_path: Path, made: ModuleType) -> None:
    writer, proto, start = made.PlainMcap(), made.protobuf, made.START
    body = clouds(made, writer, "protobuf")
    body += writer.channel("/cam/image", "foxglove.CompressedImage", "protobuf")
    body += writer.channel("/cam/camera_info", "foxglove.CameraCalibration", "protobuf")
    body += writer.channel("/tf", "foxglove.FrameTransforms", "protobuf")
    body += writer.channel("/other", "foxglove.Log", "protobuf")
    body += writer.channel("/strange", "my.Type", "flatbuffer")
    stamp = made.wire_time(start + 1)
    picture = proto([(1, stamp), (2, made.jpeg(3)), (3, "jpeg"), (4, "cam")])
    lens = proto([(1, stamp), (2, (64,)), (3, (48,)), (4, "plumb_bob"), *[(5, 0.0)] * 5,
                  *[(6, v) for v in (40.0, 0.0, 31.5, 0.0, 41.0, 23.5, 0.0, 0.0, 1.0)], (9, "cam")])  # fmt: skip
    body += writer.message("/cam/image", start + 1, picture) + writer.message("/cam/camera_info", start + 1, lens)

    def transform(t: int, parent: str, child: str, x: float) -> tuple[int, bytes]:
        return 1, proto([(1, made.wire_time(t)), (2, parent), (3, child), (4, proto([(1, x), (2, 0.0), (3, 1.0)])),
                         (5, proto([(1, 0.0), (2, 0.0), (3, 0.0), (4, 1.0)]))])  # fmt: skip

    body += writer.message("/tf", start, proto([transform(start, "base_link", "lidar", 1.0),
                                                transform(start, "map", "base_link", 0.0)]))  # fmt: skip
    body += writer.message(
        "/tf", start + made.SECOND, proto([transform(start + made.SECOND, "map", "base_link", 10.0)])
    )
    path = tmp_path / "drive.mcap"
    path.write_bytes(writer.ended(writer.chunk(body)))
    dataset = open_dataset(path)
    scene = dataset.scene("drive")
    image = scene.frames[0].images["cam"]
    assert image.encoded() == made.jpeg(3)
    assert image.sensor.camera == Pinhole(width=64, height=48, fx=40, fy=41, cx=31.5, cy=23.5)
    assert scene.frames[4].sweep().world_SE3_sensor.translation.tolist() == pytest.approx([5.0, 0, 2.0])
    told = {finding.code: finding.message for finding in dataset.findings}
    assert "/other (foxglove.Log, 0), /strange (my.Type, 0)" in told["not-read"]


def test_ros1_messages_in_mcap(tmp_path: Path, made: ModuleType) -> None:
    writer, make = made.PlainMcap("ros1"), made.Maker(one=True)
    body = b""
    for item in made.drive():
        if item.topic not in writer.channels:
            body += writer.channel(item.topic, item.type.replace("/msg/", "/"), "ros1")
        body += writer.message(item.topic, item.time_ns, bytes(made.ROS1.serialize_ros1(item.make(make), item.type)))
    path = tmp_path / "drive.mcap"
    path.write_bytes(writer.ended(writer.chunk(body)))
    scene = open_dataset(path).scene("drive")
    assert len(scene.frames) == made.FRAMES
    assert set(scene.sensors) == {"lidar_top", "camera_front"}
    np.testing.assert_array_equal(scene.frames[2].sweep().points().xyz, made.points_of(2)[0])


@pytest.mark.parametrize(
    ("chunk", "words"),
    [
        ({"size": 2**40, "kind": "zstd"}, "would unpack to"),
        ({"size": 10, "kind": "zstd"}, "another size than 10 bytes"),
        ({"kind": "lz4", "packed": b"nonsense"}, "lz4 data is damaged"),
        ({"kind": "brotli"}, "'brotli' is not a known kind"),
        ({"crc": 12345}, "its checksum differs"),
    ],
)
def test_chunks_that_lie(tmp_path: Path, made: ModuleType, chunk: dict[str, Any], words: str) -> None:
    writer = made.PlainMcap()
    body = clouds(made, writer, "json")
    if chunk.get("kind") == "zstd":
        chunk = {**chunk, "packed": zstd.compress(body)}
    path = tmp_path / "drive.mcap"
    path.write_bytes(writer.ended(writer.chunk(body, **chunk)))
    with pytest.raises(UnreadableFile, match=words):
        open_dataset(path).scene("drive")


@pytest.mark.parametrize("kind", ["lz4", "zstd"])
def test_a_few_bytes_that_would_fill_the_memory(
    tmp_path: Path, made: ModuleType, kind: str, survives: Callable[[Path, str], None]
) -> None:
    blank = bytes(200_000_000)
    packed = lz4.frame.compress(blank) if kind == "lz4" else zstd.compress(blank)
    writer = made.PlainMcap()
    path = tmp_path / "drive.mcap"
    for size in (100, 200_000_000):
        path.write_bytes(writer.ended(writer.chunk(b"", kind, packed, size)))
        survives(path, "mcap")
