"""One pass over a recording: when each sensor's messages were taken, where they lie, and all transforms and lenses."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lidar_label.datasets.ros.messages import (
    CLOUD,
    COMPRESSED,
    IMAGE,
    LENS,
    POSE,
    TRANSFORMS,
    LensMessage,
    head_bytes,
    head_of,
    kind_of,
    lens_of,
    poses_of,
)
from lidar_label.datasets.ros.recording import WHOLE, Message, Place, Recording, Topic
from lidar_label.datasets.ros.transforms import Edge, Frames, Times
from lidar_label.errors import UnreadableFile

CLOCKS_DIFFER_NS = 1_000_000_000
_TAIL = 256  # of a camera's calibration, whose matrices come last: the same bytes are the same camera


@dataclass(slots=True)
class Stream:
    """The messages of one sensor's topic: when they were recorded, the stamps they carry, and where they lie."""

    topic: Topic
    recorded: array[int] = field(default_factory=lambda: array("q"))
    stamps: array[int] = field(default_factory=lambda: array("q"))
    places: list[Place] = field(default_factory=list)
    frames: Counter[str] = field(default_factory=Counter)

    @property
    def frame(self) -> str:
        """The frame that most messages are in."""
        return self.frames.most_common(1)[0][0] if self.frames else ""

    @property
    def offset_ns(self) -> int | None:
        """By how much stamps are ahead of the recorder's clock, as a rule; None where they are no times."""
        stamps = np.array(self.stamps, dtype=np.int64)
        if not len(stamps) or not stamps.any() or (len(stamps) > 1 and not np.diff(stamps).any()):
            return None
        return _middle(stamps - np.array(self.recorded, dtype=np.int64))

    def times(self, clock_ns: int | None) -> Times:
        """Return the stamps; those of another clock than the one that is ahead of the recorder's by so much, shifted.

        None takes the recorder's own times. A message takes its while to be recorded, which is no other clock.
        """
        recorded = np.array(self.recorded, dtype=np.int64)
        own = self.offset_ns
        if clock_ns is None or own is None:
            return recorded + (clock_ns or 0)
        apart = own - clock_ns
        return np.array(self.stamps, dtype=np.int64) - (apart if abs(apart) >= CLOCKS_DIFFER_NS else 0)


@dataclass(slots=True)
class Survey:
    """What a pass found: sensors, lenses by topic, the tree of frames, and one edge a topic of poses.

    `tf_offset_ns` is by how much the stamps of transforms are ahead of the recorder's clock, None without any.
    """

    streams: dict[str, Stream] = field(default_factory=dict)
    lenses: dict[str, LensMessage] = field(default_factory=dict)
    changed_lenses: set[str] = field(default_factory=set)
    frames: Frames = field(default_factory=Frames)
    poses: dict[str, Edge] = field(default_factory=dict)
    pose_offsets: dict[str, int] = field(default_factory=dict)
    tf_offset_ns: int | None = None
    damaged: Counter[str] = field(default_factory=Counter)


def survey(recording: Recording) -> Survey:
    """Pass over a recording once.

    Of clouds and pictures only the first bytes are looked at. A message that is damaged is counted, not taken.

    Raises
    ------
    UnreadableFile
        If the file itself is damaged.
    """
    kinds = {name: kind for name, topic in recording.topics.items() if (kind := kind_of(topic)) in _READ}
    wanted = {
        name: head_bytes(recording.topics[name]) if kind in (CLOUD, IMAGE, COMPRESSED) else WHOLE
        for name, kind in kinds.items()
    }
    found = Survey()
    taker = _Taker(recording.topics, kinds, found)
    for message in recording.messages(wanted):
        try:
            taker.take(message)
        except UnreadableFile:
            found.damaged[message.topic] += 1
    taker.finish()
    return found


_READ = frozenset({CLOUD, IMAGE, COMPRESSED, LENS, TRANSFORMS, POSE})


class _Taker:
    """Puts each message where it belongs."""

    def __init__(self, topics: Mapping[str, Topic], kinds: Mapping[str, str], found: Survey) -> None:
        self._topics, self._kinds, self._found = topics, kinds, found
        self._tails: dict[str, bytes] = {}
        self._ahead: dict[str, array[int]] = {}

    def take(self, message: Message) -> None:
        topic, kind = self._topics[message.topic], self._kinds[message.topic]
        if kind == LENS:
            self._take_lens(topic, message)
        elif kind == TRANSFORMS:
            self._take_transforms(topic, message)
        elif kind == POSE:
            self._take_pose(topic, message)
        else:
            head = head_of(topic, message.data)
            if not 0 <= head.time_ns < 2**63 or not 0 <= message.time_ns < 2**63:
                raise UnreadableFile("a time is absurd")
            stream = self._found.streams.setdefault(topic.name, Stream(topic))
            stream.recorded.append(message.time_ns)
            stream.stamps.append(head.time_ns)
            stream.places.append(message.place)
            stream.frames[head.frame] += 1

    def _take_lens(self, topic: Topic, message: Message) -> None:
        tail = message.data[-_TAIL:]
        if self._tails.get(topic.name) == tail:
            return
        self._tails[topic.name] = tail
        lens = lens_of(topic, message.data)
        known = self._found.lenses.setdefault(topic.name, lens)
        if (known.k, known.d, known.p) != (lens.k, lens.d, lens.p):
            self._found.changed_lenses.add(topic.name)

    def _take_transforms(self, topic: Topic, message: Message) -> None:
        is_static = topic.name.rstrip("/").endswith("tf_static")
        poses = poses_of(topic, message.data)
        for pose in poses:
            self._found.frames.add(pose, is_static=is_static)
        if poses and not is_static:
            self._note_ahead("", poses[0].time_ns - message.time_ns)

    def _take_pose(self, topic: Topic, message: Message) -> None:
        for pose in poses_of(topic, message.data):
            edge = self._found.poses.setdefault(topic.name, Edge(pose.parent, pose.child))
            edge.add(pose)
            self._note_ahead(topic.name, pose.time_ns - message.time_ns)

    def _note_ahead(self, name: str, ahead_ns: int) -> None:
        if abs(ahead_ns) < 2**63:
            self._ahead.setdefault(name, array("q")).append(ahead_ns)

    def finish(self) -> None:
        medians = {name: _middle(np.array(ahead, dtype=np.int64)) for name, ahead in self._ahead.items()}
        self._found.tf_offset_ns = medians.pop("", None)
        self._found.pose_offsets = medians


def _middle(values: Times) -> int:
    """Return the middle one of some times; a mean of two would be a float, which has no nanoseconds since 1970."""
    return int(np.sort(values)[len(values) // 2])
