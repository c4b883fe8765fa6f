"""Loading one message of a recording, when a sweep or picture is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.ros.messages import CompressedMessage, ImageMessage, cloud_of, picture_of
from lidar_label.datasets.ros.pictures import encoded
from lidar_label.datasets.ros.points import cloud_points
from lidar_label.datasets.ros.recording import Place, Recording, Topic
from lidar_label.errors import LidarLabelError, UnreadableFile
from lidar_label.model import PointCloud


def load_cloud(recording: Recording, topic: Topic, place: Place, stamp_ns: int, origin: Point3) -> PointCloud:
    """Read one cloud; see `cloud_points`."""
    with _named(recording, topic, place):
        return cloud_points(cloud_of(topic, recording.read(place)), stamp_ns, origin)


def load_picture(recording: Recording, topic: Topic, place: Place) -> bytes:
    """Read one picture as a file."""
    with _named(recording, topic, place):
        return encoded(picture_of(topic, recording.read(place)))


def picture(recording: Recording, topic: Topic, place: Place) -> ImageMessage | CompressedMessage:
    """Read one picture as its message has it."""
    with _named(recording, topic, place):
        return picture_of(topic, recording.read(place))


@contextmanager
def _named(recording: Recording, topic: Topic, place: Place) -> Iterator[None]:
    """Have errors say which message they are about."""
    try:
        yield
    except LidarLabelError as error:
        where = error.where or f"{recording.path}, {topic.name}, message at {':'.join(map(str, place))}"
        raise UnreadableFile(error.what, where=where, hint=error.hint) from None
