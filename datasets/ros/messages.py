"""What is read of messages, whatever wrote them; and which message types hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from lidar_label.datasets.ros.recording import WHOLE, Topic
from lidar_label.errors import UnreadableFile
from lidar_label.model import SE3

T = TypeVar("T")

CLOUD, IMAGE, COMPRESSED, LENS, TRANSFORMS, POSE, PACKETS, OTHER = (
    "cloud", "image", "compressed image", "camera", "transforms", "pose", "packets", "other",
)  # fmt: skip
_KINDS = {
    "sensor_msgs/PointCloud2": CLOUD,
    "foxglove.PointCloud": CLOUD,
    "livox_ros_driver/CustomMsg": CLOUD,
    "livox_ros_driver2/CustomMsg": CLOUD,
    "sensor_msgs/Image": IMAGE,
    "foxglove.RawImage": IMAGE,
    "sensor_msgs/CompressedImage": COMPRESSED,
    "foxglove.CompressedImage": COMPRESSED,
    "sensor_msgs/CameraInfo": LENS,
    "foxglove.CameraCalibration": LENS,
    "tf2_msgs/TFMessage": TRANSFORMS,
    "tf/tfMessage": TRANSFORMS,
    "foxglove.FrameTransform": TRANSFORMS,
    "foxglove.FrameTransforms": TRANSFORMS,
    "nav_msgs/Odometry": POSE,
    "geometry_msgs/PoseStamped": POSE,
    "geometry_msgs/PoseWithCovarianceStamped": POSE,
    "foxglove.PoseInFrame": POSE,
    "foxglove.Odometry": POSE,
    "velodyne_msgs/VelodyneScan": PACKETS,
    "ouster_ros/PacketMsg": PACKETS,
    "ouster_sensor_msgs/PacketMsg": PACKETS,
    "pandar_msgs/PandarScan": PACKETS,
    "hesai_ros_driver/UdpFrame": PACKETS,
    "nebula_msgs/NebulaPackets": PACKETS,
    "rslidar_msgs/rslidarScan": PACKETS,
    "rslidar_msg/RslidarPacket": PACKETS,
    "seyond/SeyondScan": PACKETS,
}
_DECODED = {"ros1": "ros", "cdr": "ros", "json": "foxglove", "protobuf": "foxglove"}
_HEAD_BYTES = 1024  # of a message: its header, with a frame's name of up to a thousand letters


def kind_of(topic: Topic) -> str:
    """Return what a topic's messages hold, OTHER where they cannot be read."""
    kind = _KINDS.get(topic.type, OTHER)
    by = _DECODED.get(topic.encoding)
    if kind == PACKETS or by is None:
        return kind if kind == PACKETS else OTHER
    return kind if (by == "foxglove") == topic.type.startswith("foxglove.") else OTHER


def head_bytes(topic: Topic) -> int:
    """Return how much of a message its time and frame are in."""
    return _HEAD_BYTES if _DECODED.get(topic.encoding) == "ros" else WHOLE


@dataclass(frozen=True, slots=True)
class Head:
    """When a message's data was taken, and in which frame."""

    time_ns: int
    frame: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a point: its type by numpy's name (``f4``), the byte it begins at, and how many values it has."""

    name: str
    offset: int
    dtype: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudMessage:
    """Points as bytes; `pose` is where they are in the frame that the head names, None where they are in it."""

    head: Head
    fields: Sequence[Field]
    width: int
    height: int
    point_step: int
    row_step: int
    is_bigendian: bool
    data: memoryview
    pose: SE3 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMessage:
    """A picture that is not packed: rows of `step` bytes."""

    head: Head
    width: int
    height: int
    encoding: str
    step: int
    is_bigendian: bool
    data: memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class CompressedMessage:
    """A picture as a file: ``jpeg``, ``png``; `format` says which, in many ways of writing it."""

    head: Head
    format: str
    data: memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class LensMessage:
    """A camera's calibration; matrices row by row. The region is (x, y) of the picture's corner in the full one."""

    head: Head
    width: int
    height: int
    model: str
    d: tuple[float, ...]
    k: tuple[float, ...]
    r: tuple[float, ...]
    p: tuple[float, ...]
    binning: tuple[int, int] = (1, 1)
    region: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseMessage:
    """Where the frame `child` is in the frame `parent`: position in metres, quaternion w, x, y, z."""

    time_ns: int
    parent: str
    child: str
    position: tuple[float, float, float]
    rotation: tuple[float, float, float, float]


def head_of(topic: Topic, data: bytes) -> Head:
    """Return the head of a message from its first bytes (see `head_bytes`)."""
    if _DECODED.get(topic.encoding) == "ros":
        from lidar_label.datasets.ros.ros_messages import read_head

        return read_head(topic, data)
    from lidar_label.datasets.ros.foxglove import read_head as read_foxglove_head

    return read_foxglove_head(topic, data)


def cloud_of(topic: Topic, data: bytes) -> CloudMessage:
    """Return the cloud in a message; raise `UnreadableFile` where it is damaged."""
    return _checked(topic, _decode(topic, data), CloudMessage)


def picture_of(topic: Topic, data: bytes) -> ImageMessage | CompressedMessage:
    """Return the picture in a message; raise `UnreadableFile` where it is damaged."""
    found = _decode(topic, data)
    return found if isinstance(found, ImageMessage) else _checked(topic, found, CompressedMessage)


def lens_of(topic: Topic, data: bytes) -> LensMessage:
    """Return the calibration in a message; raise `UnreadableFile` where it is damaged."""
    return _checked(topic, _decode(topic, data), LensMessage)


def poses_of(topic: Topic, data: bytes) -> list[PoseMessage]:
    """Return the transforms, or the one pose, in a message; raise `UnreadableFile` where it is damaged."""
    found = _decode(topic, data)
    return _checked(topic, found, list)


def _decode(topic: Topic, data: bytes) -> object:
    if _DECODED.get(topic.encoding) == "ros":
        from lidar_label.datasets.ros.ros_messages import decode

        return decode(topic, data)
    from lidar_label.datasets.ros.foxglove import decode as decode_foxglove

    return decode_foxglove(topic, data)


def _checked(topic: Topic, found: object, wanted: type[T]) -> T:
    if not isinstance(found, wanted):
        raise UnreadableFile(f"a message of {topic.name} holds no {wanted.__name__}")
    return found
