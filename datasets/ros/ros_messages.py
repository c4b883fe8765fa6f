"""Messages of ROS 1 and ROS 2, read by rosbags with its own definitions of the standard types.

The definitions that a recording brings along are not used: rosbags makes code of them, and a recording may come from
anyone.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

import numpy as np

from lidar_label.datasets.ros.livox import read_custom
from lidar_label.datasets.ros.messages import (
    CloudMessage,
    CompressedMessage,
    Field,
    Head,
    ImageMessage,
    LensMessage,
    PoseMessage,
)
from lidar_label.datasets.ros.recording import Topic
from lidar_label.errors import UnreadableFile

_SECOND_NS = 1_000_000_000
_DTYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 8: "f8"}
_TF = "geometry_msgs/TransformStamped[] transforms"


@cache
def _store(encoding: str) -> Any:  # noqa: ANN401 - rosbags' Typestore
    from rosbags.typesys import Stores, get_types_from_msg, get_typestore

    store = get_typestore(Stores.ROS1_NOETIC if encoding == "ros1" else Stores.ROS2_HUMBLE)
    for name in ("tf2_msgs/msg/TFMessage", "tf/msg/tfMessage"):
        if name not in store.fielddefs:
            store.register(get_types_from_msg(_TF, name))
    return store


def decode(topic: Topic, data: bytes) -> object:
    """Return what a message holds.

    Raises
    ------
    UnreadableFile
        If its bytes are not what its type promises.
    """
    if topic.type.endswith("/CustomMsg"):
        return read_custom(topic.encoding, read_head(topic, data), data)
    name = topic.type.replace("/", "/msg/", 1)
    store = _store(topic.encoding)
    read = store.deserialize_ros1 if topic.encoding == "ros1" else store.deserialize_cdr
    try:
        return _taken(topic, read(data, name))
    except UnreadableFile:
        raise
    except Exception as error:  # noqa: BLE001 - generated code fails in any way on damaged bytes
        raise UnreadableFile(f"a message of {topic.name} is damaged: {' '.join(str(error).split())[:100]}") from None


def _taken(topic: Topic, message: Any) -> object:  # noqa: ANN401 - rosbags' generated classes
    kind = topic.type.split("/")[-1]
    if kind == "PointCloud2":
        return _cloud(message)
    if kind == "Image":
        return ImageMessage(
            head=_head(message), width=int(message.width), height=int(message.height), encoding=str(message.encoding),
            step=int(message.step), is_bigendian=bool(message.is_bigendian), data=_bytes(message.data),
        )  # fmt: skip
    if kind == "CompressedImage":
        return CompressedMessage(head=_head(message), format=str(message.format), data=_bytes(message.data))
    if kind == "CameraInfo":
        return _lens(message)
    if kind in ("TFMessage", "tfMessage"):
        return [_transform(item) for item in message.transforms]
    if kind == "Odometry":
        return [_pose(message, message.pose.pose, message.child_frame_id)]
    if kind in ("PoseStamped", "PoseWithCovarianceStamped"):
        return [_pose(message, message.pose if kind == "PoseStamped" else message.pose.pose, "")]
    raise UnreadableFile(f"messages of type {topic.type} are not read")


def _head(message: Any) -> Head:  # noqa: ANN401
    return Head(_ns(message.header.stamp), plain_frame(message.header.frame_id))


def _ns(stamp: Any) -> int:  # noqa: ANN401
    return int(stamp.sec) * _SECOND_NS + int(stamp.nanosec)


def plain_frame(name: str) -> str:
    """Return a frame's name without the slash that tf once put before it."""
    return name.lstrip("/")


def _bytes(values: Any) -> memoryview:  # noqa: ANN401
    flat = np.ascontiguousarray(values).view(np.uint8)
    return flat.data.cast("B")


def _cloud(message: Any) -> CloudMessage:  # noqa: ANN401
    fields = []
    for field in message.fields:
        dtype = _DTYPES.get(int(field.datatype))
        if dtype is None:
            raise UnreadableFile(f"field {field.name!r} of a cloud has the unknown type {field.datatype}")
        fields.append(Field(str(field.name), int(field.offset), dtype, int(field.count)))
    return CloudMessage(
        head=_head(message), fields=fields, width=int(message.width), height=int(message.height),
        point_step=int(message.point_step), row_step=int(message.row_step), is_bigendian=bool(message.is_bigendian),
        data=_bytes(message.data),
    )  # fmt: skip


def _lens(message: Any) -> LensMessage:  # noqa: ANN401
    def numbers(name: str) -> tuple[float, ...]:
        found = getattr(message, name, None)  # ROS 1 writes the names as capitals
        values = getattr(message, name.upper()) if found is None else found
        return tuple(float(value) for value in values)

    roi = message.roi
    return LensMessage(
        head=_head(message), width=int(message.width), height=int(message.height),
        model=str(message.distortion_model), d=numbers("d"), k=numbers("k"), r=numbers("r"), p=numbers("p"),
        binning=(max(1, int(message.binning_x)), max(1, int(message.binning_y))),
        region=(int(roi.x_offset), int(roi.y_offset), int(roi.width), int(roi.height)),
    )  # fmt: skip


def _transform(item: Any) -> PoseMessage:  # noqa: ANN401
    t, q = item.transform.translation, item.transform.rotation
    return PoseMessage(
        time_ns=_ns(item.header.stamp), parent=plain_frame(item.header.frame_id),
        child=plain_frame(item.child_frame_id), position=(t.x, t.y, t.z), rotation=(q.w, q.x, q.y, q.z),
    )  # fmt: skip


def _pose(message: Any, pose: Any, child: str) -> PoseMessage:  # noqa: ANN401
    head, t, q = _head(message), pose.position, pose.orientation
    return PoseMessage(
        time_ns=head.time_ns, parent=head.frame, child=plain_frame(child),
        position=(t.x, t.y, t.z), rotation=(q.w, q.x, q.y, q.z),
    )  # fmt: skip


def read_head(topic: Topic, data: bytes) -> Head:
    """Return the header of a message from its first bytes alone; every type that is asked begins with one."""
    layout = "<III"
    if topic.encoding == "cdr":
        if data[:2] not in (b"\x00\x00", b"\x00\x01"):
            raise UnreadableFile(f"a message of {topic.name} is no plain CDR")
        layout = "<iII" if data[1] else ">iII"
    at = 4  # behind CDR's own head, or ROS 1's counter
    try:
        sec, nanosec, size = struct.unpack_from(layout, data, at)
    except struct.error:
        raise UnreadableFile(f"a message of {topic.name} breaks off in its header") from None
    frame = data[at + 12 : at + 12 + size]
    if len(frame) != size:
        raise UnreadableFile(f"a message of {topic.name} breaks off in its header")
    return Head(sec * _SECOND_NS + nanosec, plain_frame(frame.rstrip(b"\0").decode("utf-8", "replace")))
