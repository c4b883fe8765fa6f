"""Messages of MCAP files that are not from ROS: Foxglove's schemas, in JSON and in Protocol Buffers.

References
----------
"Message schemas", docs.foxglove.dev/docs/sdk/schemas, for the fields and their numbers.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from lidar_label.datasets.ros.messages import (
    CloudMessage,
    CompressedMessage,
    Field,
    Head,
    ImageMessage,
    LensMessage,
    PoseMessage,
)
from lidar_label.datasets.ros.protobuf import Wire
from lidar_label.datasets.ros.recording import Topic
from lidar_label.datasets.values import listed, mapping, number, numbers
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3

_SECOND_NS = 1_000_000_000
_DTYPES = {1: "u1", 2: "i1", 3: "u2", 4: "i2", 5: "u4", 6: "i4", 7: "f4", 8: "f8"}
_FRAME_NUMBERS = {"RawImage": 7, "CompressedImage": 4, "CameraCalibration": 9}
_LENSES = {"kannala_brandt": "equidistant"}
Json = Mapping[str, Any]
Vector = tuple[float, ...]


def decode(topic: Topic, data: bytes) -> object:
    """Return what a message holds.

    Raises
    ------
    UnreadableFile
        If its bytes are not what its schema promises.
    """
    kind = topic.type.removeprefix("foxglove.")
    try:
        if topic.encoding == "json":
            return _FROM_JSON[kind](_json(data))
        return _FROM_WIRE[kind](Wire(memoryview(data)))
    except UnreadableFile as error:
        raise UnreadableFile(f"a message of {topic.name} is damaged: {error.what}") from None
    except InvalidValue as error:
        raise UnreadableFile(f"a message of {topic.name} is damaged: {error.what}") from None


def read_head(topic: Topic, data: bytes) -> Head:
    """Return when and in which frame a message's data was taken."""
    kind = topic.type.removeprefix("foxglove.")
    try:
        if topic.encoding == "json":
            return _json_head(_json(data))
        return _wire_head(Wire(memoryview(data)), _FRAME_NUMBERS.get(kind, 2))
    except UnreadableFile as error:
        raise UnreadableFile(f"a message of {topic.name} is damaged: {error.what}") from None


def _json(data: bytes) -> Json:
    try:
        return mapping(json.loads(data), "a message", "")
    except (ValueError, RecursionError):
        raise UnreadableFile("it is no JSON") from None


def _json_head(m: Json) -> Head:
    return Head(_json_time(m), str(m.get("frame_id", "")))


def _json_time(m: Json) -> int:
    stamp = mapping(m.get("timestamp"), "timestamp", "")
    return int(number(stamp.get("sec"), "sec", "")) * _SECOND_NS + int(number(stamp.get("nsec", 0), "nsec", ""))


def _json_bytes(m: Json) -> memoryview:
    value = m.get("data", "")
    try:
        return memoryview(base64.b64decode(value, validate=True))
    except (TypeError, ValueError, binascii.Error):
        raise UnreadableFile("data is no base64") from None


def _json_xyz(value: object) -> tuple[float, float, float]:
    m = mapping(value, "a position", "")
    x, y, z = (number(m.get(axis, 0.0), axis, "") for axis in "xyz")
    return x, y, z


def _json_wxyz(value: object) -> tuple[float, float, float, float]:
    m = mapping(value, "a rotation", "")
    w, x, y, z = (number(m.get(axis, 0.0), axis, "") for axis in "wxyz")
    return w, x, y, z


def _json_cloud(m: Json) -> CloudMessage:
    fields = []
    for item in listed(m.get("fields"), "fields", ""):
        row = mapping(item, "a field", "")
        dtype = _dtype(int(number(row.get("type"), "type", "")))
        fields.append(Field(str(row.get("name", "")), int(number(row.get("offset", 0), "offset", "")), dtype, 1))
    pose = m.get("pose")
    place = None
    if pose is not None:
        pose = mapping(pose, "pose", "")
        place = SE3("frame", "cloud", _json_wxyz(pose.get("orientation")), _json_xyz(pose.get("position")))
    return _cloud(_json_head(m), fields, int(number(m.get("point_stride"), "point_stride", "")), _json_bytes(m), place)


def _json_image(m: Json) -> ImageMessage:
    width, height, step = (int(number(m.get(key), key, "")) for key in ("width", "height", "step"))
    return ImageMessage(
        head=_json_head(m), width=width, height=height, encoding=str(m.get("encoding", "")), step=step,
        is_bigendian=False, data=_json_bytes(m),
    )  # fmt: skip


def _json_lens(m: Json) -> LensMessage:
    k = tuple(numbers(m.get("K"), 9, "K", ""))
    d = tuple(number(value, "D", "") for value in listed(m.get("D", []), "D", ""))
    r, p = (tuple(number(v, key, "") for v in listed(m.get(key, []), key, "")) for key in "RP")
    width, height = (int(number(m.get(key), key, "")) for key in ("width", "height"))
    return _lens(_json_head(m), width, height, str(m.get("distortion_model", "")), d, k, r, p)


def _json_transform(m: Json) -> PoseMessage:
    return PoseMessage(
        time_ns=_json_time(m), parent=str(m.get("parent_frame_id", "")), child=str(m.get("child_frame_id", "")),
        position=_json_xyz(m.get("translation")), rotation=_json_wxyz(m.get("rotation")),
    )  # fmt: skip


def _json_pose(m: Json) -> list[PoseMessage]:
    pose = mapping(m.get("pose"), "pose", "")
    return [
        PoseMessage(
            time_ns=_json_time(m), parent=str(m.get("frame_id", "")), child=str(m.get("child_frame_id", "")),
            position=_json_xyz(pose.get("position")), rotation=_json_wxyz(pose.get("orientation")),
        )
    ]  # fmt: skip


def _wire_head(m: Wire, frame: int) -> Head:
    return Head(_wire_time(m), m.text(frame))


def _wire_time(m: Wire) -> int:
    stamp = m.message(1)
    return stamp.whole(1) * _SECOND_NS + stamp.whole(2) if stamp else 0


def _wire_xyz(m: Wire | None) -> tuple[float, float, float]:
    return (m.double(1), m.double(2), m.double(3)) if m else (0.0, 0.0, 0.0)


def _wire_wxyz(m: Wire | None) -> tuple[float, float, float, float]:
    return (m.double(4), m.double(1), m.double(2), m.double(3)) if m else (1.0, 0.0, 0.0, 0.0)


def _wire_cloud(m: Wire) -> CloudMessage:
    fields = [Field(f.text(1), f.whole(2), _dtype(f.whole(3)), 1) for f in m.messages(5)]
    pose = m.message(3)
    place = SE3("frame", "cloud", _wire_wxyz(pose.message(2)), _wire_xyz(pose.message(1))) if pose else None
    return _cloud(_wire_head(m, 2), fields, m.whole(4), m.data(6), place)


def _wire_image(m: Wire) -> ImageMessage:
    return ImageMessage(
        head=_wire_head(m, 7), width=m.whole(2), height=m.whole(3), encoding=m.text(4), step=m.whole(5),
        is_bigendian=False, data=m.data(6),
    )  # fmt: skip


def _wire_lens(m: Wire) -> LensMessage:
    k = m.doubles(6)
    if len(k) != 9:
        raise UnreadableFile(f"K has {len(k)} numbers and needs 9")
    return _lens(_wire_head(m, 9), m.whole(2), m.whole(3), m.text(4), m.doubles(5), k, m.doubles(7), m.doubles(8))


def _wire_transform(m: Wire) -> PoseMessage:
    return PoseMessage(
        time_ns=_wire_time(m), parent=m.text(2), child=m.text(3), position=_wire_xyz(m.message(4)),
        rotation=_wire_wxyz(m.message(5)),
    )  # fmt: skip


def _wire_pose(m: Wire, pose_number: int, child: str) -> list[PoseMessage]:
    pose = m.message(pose_number)
    if pose is None:
        return []
    head = _wire_head(m, 2)
    place, turn = _wire_xyz(pose.message(1)), _wire_wxyz(pose.message(2))
    return [PoseMessage(time_ns=head.time_ns, parent=head.frame, child=child, position=place, rotation=turn)]


def _cloud(head: Head, fields: list[Field], stride: int, data: memoryview, pose: SE3 | None) -> CloudMessage:
    if stride <= 0 or len(data) % stride:
        raise UnreadableFile(f"{len(data)} bytes of points are not rows of {stride}")
    return CloudMessage(
        head=head, fields=fields, width=len(data) // stride, height=1, point_step=stride, row_step=len(data),
        is_bigendian=False, data=data, pose=pose,
    )  # fmt: skip


def _lens(head: Head, width: int, height: int, model: str, d: Vector, k: Vector, r: Vector, p: Vector) -> LensMessage:
    model = _LENSES.get(model, model)
    return LensMessage(head=head, width=width, height=height, model=model, d=d, k=k, r=r, p=p)


def _dtype(kind: int) -> str:
    if kind not in _DTYPES:
        raise UnreadableFile(f"a field of a point has the unknown type {kind}")
    return _DTYPES[kind]


_FROM_JSON: dict[str, Callable[[Json], object]] = {
    "PointCloud": _json_cloud,
    "RawImage": _json_image,
    "CompressedImage": lambda m: CompressedMessage(
        head=_json_head(m), format=str(m.get("format", "")), data=_json_bytes(m)
    ),
    "CameraCalibration": _json_lens,
    "FrameTransform": lambda m: [_json_transform(m)],
    "FrameTransforms": lambda m: [
        _json_transform(mapping(t, "a transform", "")) for t in listed(m.get("transforms"), "transforms", "")
    ],
    "PoseInFrame": _json_pose,
    "Odometry": _json_pose,
}
_FROM_WIRE: dict[str, Callable[[Wire], object]] = {
    "PointCloud": _wire_cloud,
    "RawImage": _wire_image,
    "CompressedImage": lambda m: CompressedMessage(head=_wire_head(m, 4), format=m.text(3), data=m.data(2)),
    "CameraCalibration": _wire_lens,
    "FrameTransform": lambda m: [_wire_transform(m)],
    "FrameTransforms": lambda m: [_wire_transform(t) for t in m.messages(1)],
    "PoseInFrame": lambda m: _wire_pose(m, 3, ""),
    "Odometry": lambda m: _wire_pose(m, 4, m.text(3)),
}
