"""Which topic is which sensor: told by the person, or guessed from message types, names and frames."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lidar_label.datasets.files import natural_key
from lidar_label.datasets.ros.messages import CLOUD, COMPRESSED, IMAGE, LensMessage, kind_of
from lidar_label.datasets.ros.survey import Stream, Survey
from lidar_label.datasets.ros.transforms import Edge
from lidar_label.errors import InvalidValue

GUESS, NONE = "guess", "none"
_MADE = re.compile(
    r"map|ground|cluster|filter|downsampl|voxel|obstacle|segment|align|regist|accumul|crop|concat|fused|merged|"
    r"object|occup|outlier|debug|undistort|deskew|dense|second",
)
_NO_CAMERA = re.compile(
    r"depth|disparity|debug|overlay|detect|mask|segment|visuali[sz]|result|range_image|signal_image|nearir_image|"
    r"reflec_image|feature"
)
_TOP = re.compile(r"top|main|cent(er|re)|roof|middle|128")
_NO_POSE = re.compile(r"goal|initial|target|waypoint|plan|predict|object|gps_raw|camera|lidar_pose_guess")
_EGO = ("base_link", "base_footprint", "vehicle", "ego_vehicle", "ego", "car", "body", "base", "imu_link", "imu")
_WORLD = ("map", "world", "odom", "local_origin", "local", "utm", "enu", "earth")
_TAILS = re.compile(
    r"(/(compressed|image_raw|image_rect\w*|image_color|image|points?(_raw|2)?|pointcloud(_raw\w*)?))+$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The sensors of a recording; the first LiDAR is the main one. `told` are those a person named."""

    lidars: tuple[Stream, ...]
    radars: tuple[Stream, ...]
    cameras: tuple[Stream, ...]
    told: frozenset[str]


def choose(found: Survey, lidar: str, cameras: str) -> Chosen:
    """Choose the topics that are sensors.

    Of several clouds in one frame the one nearest to the sensor stands: not one that was filtered, or joined from
    others. Of several pictures in one namespace one stands, a packed one before raw ones.

    Parameters
    ----------
    found : Survey
    lidar, cameras : str
        Topics with commas between, ``guess``, or (of cameras) ``none``.

    Raises
    ------
    InvalidValue
        If a topic that was named is not there or is of another kind.
    """
    by_kind: dict[str, list[Stream]] = {CLOUD: [], IMAGE: []}
    for stream in found.streams.values():
        by_kind[CLOUD if kind_of(stream.topic) == CLOUD else IMAGE].append(stream)
    clouds = by_kind[CLOUD]
    if lidar == GUESS:
        lidars = _lidars([s for s in clouds if not _is_radar(s)])
    else:
        lidars = [_named(name, clouds, "cloud", "lidar") for name in _listed(lidar)]
    if cameras == GUESS:
        pictures = _cameras(by_kind[IMAGE])
    else:
        names = [] if cameras == NONE else _listed(cameras)
        pictures = [_named(name, by_kind[IMAGE], "picture", "cameras") for name in names]
    told = {s.topic.name for s in lidars if lidar != GUESS} | {s.topic.name for s in pictures if cameras != GUESS}
    radars = [s for s in clouds if _is_radar(s) and s not in lidars]
    return Chosen(lidars=tuple(lidars), radars=tuple(radars), cameras=tuple(pictures), told=frozenset(told))


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _named(name: str, streams: Sequence[Stream], what: str, key: str) -> Stream:
    for stream in streams:
        if stream.topic.name.strip("/") == name.strip("/"):
            return stream
    known = ", ".join(sorted(stream.topic.name for stream in streams)) or "none"
    raise InvalidValue(f"{key}: there is no topic {name!r} with a {what}", hint=f"there are: {known}")


def _is_radar(stream: Stream) -> bool:
    return "radar" in stream.topic.name.lower() and "lidar" not in stream.topic.name.lower()


def _lidars(clouds: Sequence[Stream]) -> list[Stream]:
    own = [stream for stream in clouds if not _MADE.search(stream.topic.name.lower())] or list(clouds)
    by_frame: dict[str, Stream] = {}
    for stream in sorted(own, key=_nearest_first):
        by_frame.setdefault(stream.frame, stream)
    most = max((len(stream.recorded) for stream in by_frame.values()), default=0)

    def main_first(stream: Stream) -> tuple[object, ...]:
        rare = len(stream.recorded) * 2 < most  # a map that is sent now and then
        name = stream.topic.name.lower()
        return (rare, not _TOP.search(name), -len(stream.recorded), natural_key(name))

    return sorted(by_frame.values(), key=main_first)


def _nearest_first(stream: Stream) -> tuple[object, ...]:
    name = stream.topic.name.lower()
    return ("raw" not in name, -len(stream.recorded), len(name), natural_key(name))


def _cameras(pictures: Sequence[Stream]) -> list[Stream]:
    chosen: dict[str, Stream] = {}
    for stream in sorted(pictures, key=_plainest_first):
        name = stream.topic.name.lower()
        if not _NO_CAMERA.search(name):
            chosen.setdefault(namespace_of(stream.topic.name), stream)
    return sorted(chosen.values(), key=lambda stream: natural_key(stream.topic.name))


def _plainest_first(stream: Stream) -> tuple[object, ...]:
    name = stream.topic.name.lower()
    return ("mono" in name, "rect" in name, kind_of(stream.topic) != COMPRESSED, natural_key(name))


def namespace_of(topic: str) -> str:
    """Return what the topics of one camera share: ``/cam/image_raw/compressed`` gives ``/cam``."""
    base = re.sub(r"/(compressed\w*|theora)$", "", topic)
    return base.rpartition("/")[0]


def is_rectified(topic: str) -> bool:
    """Say whether a topic's name says that its pictures are without distortion."""
    return "rect" in topic.rpartition("/")[0].lower() + topic.rpartition("/")[2].lower()


def channels(streams: Sequence[Stream]) -> dict[str, str]:
    """Return a short name for each topic, no two the same."""
    found: dict[str, str] = {}
    for stream in streams:
        topic = stream.topic.name
        plain = topic.strip("/").replace("/", "_") or "sensor"
        short = _TAILS.sub("", "/" + topic.strip("/")).strip("/").replace("/", "_") or plain
        name = short if short not in found.values() else plain
        number = 2
        while name in found.values():
            name, number = f"{plain}_{number}", number + 1
        found[topic] = name
    return found


def lens_for(stream: Stream, lenses: Mapping[str, LensMessage]) -> str:
    """Return the topic of a camera's calibration: in its namespace, else the only one in its frame; or nothing."""
    wanted = f"{namespace_of(stream.topic.name)}/camera_info"
    if wanted in lenses:
        return wanted
    same = [topic for topic, lens in lenses.items() if stream.frame and lens.head.frame == stream.frame]
    return same[0] if len(same) == 1 else ""


def guess_ego(found: Survey, lidars: Sequence[Stream]) -> str:
    """Return the frame that is the vehicle: by its usual names, else the main LiDAR's own."""
    names = {*found.frames.names, *(edge.child for edge in found.poses.values() if edge.child)}
    for wanted in _EGO:
        same = sorted((name for name in names if name.rpartition("/")[2] == wanted), key=len)
        if same:
            return same[0]
    return lidars[0].frame if lidars else ""


def guess_world(found: Survey, ego: str) -> str:
    """Return the frame above the vehicle that is the world: by its usual names, else the root; or nothing."""
    above = found.frames.parents(ego)
    for wanted in _WORLD:
        same = [name for name in above if name.rpartition("/")[2] == wanted]
        if same:
            return same[0]
    return above[-1] if above else ""


def pose_topics(found: Survey) -> list[str]:
    """Return the topics that may be the vehicle's pose, the likeliest first: odometry, and what has most messages."""

    def likeliest(item: tuple[str, Edge]) -> tuple[object, ...]:
        name, edge = item
        return (not edge.child, -len(edge.times), natural_key(name))

    usable = {name: edge for name, edge in found.poses.items() if edge.times and not _NO_POSE.search(name.lower())}
    return [name for name, _ in sorted(usable.items(), key=likeliest)]
