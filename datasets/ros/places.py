"""Where the vehicle is over time, and where each sensor is on it: from tf, odometry or poses, on one clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.objects import Find
from lidar_label.datasets.poses import origin_of
from lidar_label.datasets.ros.survey import CLOCKS_DIFFER_NS, Stream, Survey
from lidar_label.datasets.ros.topics import GUESS, NONE, guess_ego, guess_world, pose_topics
from lidar_label.datasets.ros.transforms import Motion, motion
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3

_SECOND_NS = 1_000_000_000
_OUTSIDE_NS = 200_000_000
TF = "tf"


def common_clock(streams: Sequence[Stream], recorded: bool, find: Find, where: object) -> int | None:
    """Return by how much the clock of the stamps is ahead of the recorder's; None to use the recorder's.

    A recording that was made while another one played has stamps that are all far from its own times, which is no
    fault. Stamps that only some sensors are away by are: their clock was never set.
    """
    if recorded:
        return None
    offsets = {stream.topic.name: stream.offset_ns for stream in streams}
    usable = [offset for offset in offsets.values() if offset is not None]
    if not usable:
        if streams:
            find("warning", "no-stamps", "the messages carry no times, so those of the recorder are used", where)
        return None
    votes = Counter({a: sum(abs(a - b) < CLOCKS_DIFFER_NS for b in usable) for a in dict.fromkeys(usable)})
    clock = max(usable, key=lambda offset: votes[offset])  # the first of equals, which is the main LiDAR's
    for name, offset in offsets.items():
        if offset is None:
            find("warning", "no-stamps", f"messages of {name} carry no times; those of the recorder are used", where)
        elif abs(offset - clock) >= CLOCKS_DIFFER_NS:
            away = (offset - clock) / _SECOND_NS
            text = f"stamps of {name} are {away:.3f} s away from those of the others; they were shifted by that"
            find("warning", "clocks-differ", text, where)
    return clock


class Places:
    """The vehicle's and the sensors' places of one recording.

    Parameters
    ----------
    found : Survey
    lidars : sequence of Stream
    clock_ns : int or None
        See `common_clock`.
    ego, world, poses : str
        Names of frames, and where poses come from: ``guess``, ``tf``, ``none`` or a topic.
    find : callable
    where : object

    Raises
    ------
    InvalidValue
        If a frame or topic that was named is not there.
    """

    def __init__(
        self, found: Survey, lidars: Sequence[Stream], clock_ns: int | None, ego: str, world: str, poses: str,
        find: Find, where: object,
    ) -> None:  # fmt: skip
        self._found, self._clock, self._find, self._where = found, clock_ns or 0, find, where
        self.ego = guess_ego(found, lidars) if ego == GUESS else self._known(ego, "ego")
        self.world = guess_world(found, self.ego) if world == GUESS else self._known(world, "world")
        self.told_ego = ego != GUESS
        self._shift_ns = 0  # of a time on our clock to one on the clock of the poses
        self._outside = 0
        self._asked = 0
        self.source = ""
        self._motion = self._choose(poses)
        self.origin = self._near_origin()

    def _known(self, name: str, key: str) -> str:
        name = name.lstrip("/")
        frames = self._found.frames.names | {s.frame for s in self._found.streams.values()}
        frames |= {part for edge in self._found.poses.values() for part in (edge.parent, edge.child) if part}
        if name not in frames:
            raise InvalidValue(f"{key}: there is no frame {name!r}", hint=f"there are: {', '.join(sorted(frames))}")
        return name

    @property
    def has_poses(self) -> bool:
        """Whether it is known where the vehicle was."""
        return self._motion is not None

    def _choose(self, poses: str) -> Motion | None:
        if poses == NONE:
            return None
        if poses in (GUESS, TF):
            found = self._from_tf()
            if found is not None or poses == TF:
                if found is None:
                    text = f"tf does not say where {self.ego} is in a world, so there are no poses"
                    self._find("warning", "no-poses", text, self._where)
                return found
        topics = pose_topics(self._found) if poses == GUESS else [poses]
        for topic in topics:
            found = self._from_topic(topic, named=poses != GUESS)
            if found is not None:
                return found
        return None

    def _from_tf(self) -> Motion | None:
        if not self.world or self.world == self.ego:
            return None
        found = motion(self._found.frames, self.world, self.ego, ("world", "ego"))
        if found is None or found.is_still:
            return None
        self.source = f"tf, {self.world} to {self.ego}"
        self._shift_ns = self._shift(self._found.tf_offset_ns)
        return found

    def _from_topic(self, topic: str, *, named: bool) -> Motion | None:
        edge = next((e for name, e in self._found.poses.items() if name.strip("/") == topic.strip("/")), None)
        if edge is None or not edge.times:
            known = ", ".join([TF, NONE, *self._found.poses]) or NONE
            raise InvalidValue(f"poses: there is no topic {topic!r} with poses", hint=f"there are: {known}")
        path = [(edge, True)]
        if edge.child and edge.child != self.ego:
            rest = self._found.frames.path(edge.child, self.ego)
            if rest is None and not named and not edge.child.rpartition("/")[2].startswith("base"):
                text = f"{topic} tells of {edge.child}, which nothing joins with {self.ego}; it is taken to be the same"
                self._find("warning", "assumed", text, self._where)
            path += rest or []
        elif not edge.child:
            self._find("info", "assumed", f"{topic} does not say what it is the pose of: {self.ego} is taken",
                       self._where)  # fmt: skip
        self.source = topic
        name = next(n for n in self._found.poses if n.strip("/") == topic.strip("/"))
        self._shift_ns = self._shift(self._found.pose_offsets.get(name))
        self.world = edge.parent or self.world
        return Motion("world", "ego", path)

    def _shift(self, offset_ns: int | None) -> int:
        """Return what to add to our times to have those of a source of poses: zero where the clocks agree."""
        if offset_ns is None:
            return 0
        apart = offset_ns - self._clock
        return apart if abs(apart) >= CLOCKS_DIFFER_NS else 0

    def _near_origin(self) -> Point3:
        """Return what to take off a world that is far from its origin, where float32 has no centimetres."""
        if self._motion is None or self._motion.span_ns is None:
            return (0.0, 0.0, 0.0)
        first = self._motion.at([self._motion.span_ns[0]])[0].translation
        origin = origin_of(first)
        if any(origin):
            x, y, z = origin
            self._find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", self._where)
        return origin

    def world_SE3_ego(self, times_ns: Sequence[int]) -> list[SE3]:
        """Return the vehicle's pose at each time; the identity where nobody knows."""
        if self._motion is None:
            return [SE3.identity("world", "ego")] * len(times_ns)
        times = [time + self._shift_ns for time in times_ns]
        if self._motion.span_ns is not None:
            first, last = self._motion.span_ns
            self._outside += sum(not first - _OUTSIDE_NS <= time <= last + _OUTSIDE_NS for time in times)
            self._asked += len(times)
        poses = self._motion.at(times)
        if not any(self.origin):
            return poses
        return [SE3("world", "ego", pose.rotation, pose.translation - self.origin) for pose in poses]

    def mounting(self, frame: str, channel: str) -> Motion | None:
        """Return where a sensor's frame is on the vehicle; None where nothing joins the two."""
        return motion(self._found.frames, self.ego, frame, ("ego", channel))

    def mountings(self, mounted: Motion, times_ns: Sequence[int]) -> list[SE3]:
        """Return the mounting of a sensor that moves on the vehicle, at each time."""
        shift = self._shift(self._found.tf_offset_ns)
        return mounted.at([time + shift for time in times_ns])

    def finish(self) -> None:
        """Say how many times lie where there are no poses."""
        if self._outside:
            text = (
                f"{self._outside} of {self._asked} recordings lie before the first pose or behind the last, "
                "which then stand"
            )
            self._find("warning", "poses-end", text, self._where)
