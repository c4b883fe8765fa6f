"""Scenes of services that take points and cameras in world: poses, what is taken off a far world, and cameras."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.files import read_bytes
from lidar_label.datasets.lidar_frames import FRAME_NS, LIDAR
from lidar_label.datasets.objects import Find
from lidar_label.datasets.poses import origin_of
from lidar_label.datasets.tokens import steady_scene
from lidar_label.datasets.values import mapping, number, xyz
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Camera, Frame, Image, PointCloud, Scene, Sensor, Sweep

# The LiDAR in a world that something was taken off, and what was; None where the points are in its own frame.
Place = tuple[SE3, Point3]
Load = Callable[[Place | None, int], PointCloud]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPicture:
    """A camera's picture; `world_SE3_camera` is in the file's own world, None where the camera is not calibrated."""

    channel: str
    path: Path
    camera: Camera | None = None
    world_SE3_camera: SE3 | None = None
    timestamp_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldFrame:
    """One frame. `pose` is the vehicle in the file's own world; `load` reads the points for a place and a time."""

    name: str
    pose: SE3 | None = None
    timestamp_ns: int | None = None
    cloud: Path | None = None
    load: Load | None = None
    pictures: Sequence[WorldPicture] = ()


def world_scene(
    format_name: str,
    name: str,
    frames: Sequence[WorldFrame],
    find: Find,
    *,
    where: object,
    near: Iterable[Sequence[float]] = (),
    in_world: bool = True,
    is_sequence: bool = True,
    taken_off: Point3 = (0.0, 0.0, 0.0),
    description: str = "",
) -> Scene:
    """Return a scene with steady tokens, whose LiDAR is the vehicle.

    Parameters
    ----------
    format_name, name : str
    frames : sequence of WorldFrame
    find : callable
        Told what is missing or assumed; `where` is the file it is said of.
    near : iterable of (x, y, z)
        Places in the file's world, of which the first says whether it is far away, where there are no poses.
    in_world : bool
        Whether the points are in world, or in the vehicle's frame.
    is_sequence : bool
    taken_off : (x, y, z), metres
        What the file says was taken off its world before.
    description : str
    """
    poses = _poses(frames, find, where)
    origin = _origin(poses, near, find, where)
    times, has_times = _times(frames, find, where)
    lidar = Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", LIDAR))
    rig = _Rig(origin)
    sensors: dict[str, Sensor] = {}
    made: list[Frame] = []
    for index, frame in enumerate(frames):
        pose, time_ns = SE3.identity("world", "ego"), times[index]
        if poses is not None:
            pose = SE3("world", "ego", poses[index].rotation, poses[index].translation - origin)
        sweeps: dict[str, Sweep] = {}
        if frame.load is not None:
            load = partial(frame.load, (pose, origin) if in_world else None, time_ns)
            sweeps[LIDAR] = Sweep(
                sensor=lidar, timestamp_ns=time_ns, world_SE3_ego=pose, frame=index, path=frame.cloud, load=load
            )
            sensors.setdefault(LIDAR, lidar)
        images: dict[str, Image] = {}
        for picture in frame.pictures:
            sensor, placed = rig.camera(picture, pose)
            if picture.channel not in images:
                taken = picture.timestamp_ns
                images[picture.channel] = Image(
                    sensor=sensor, timestamp_ns=time_ns if taken is None else taken, world_SE3_ego=placed, frame=index,
                    path=picture.path, load=partial(read_bytes, picture.path), suffix=picture.path.suffix.lower(),
                )  # fmt: skip
        made.append(Frame(index=index, timestamp_ns=time_ns, sweeps=sweeps, images=images, name=frame.name, pose=pose))
    x, y, z = (before + now for before, now in zip(taken_off, origin, strict=True))
    scene = Scene(
        name=name, frames=made, sensors=sensors | rig.first, origin=(x, y, z), has_poses=poses is not None,
        has_timestamps=has_times, is_sequence=is_sequence, description=description,
    )  # fmt: skip
    return steady_scene(format_name, scene)


def given_pose(position: object, heading: object, src: str, what: str, where: str, keys: Mapping[str, str]) -> SE3:
    """Return a pose in the file's world: a place, and a quaternion; each may be left out.

    `keys` are those of the heading's w, x, y, z; `what` begins the names that a message has for both.
    """
    place = xyz(position, f"{what}position", where) if position is not None else [0.0, 0.0, 0.0]
    turn = [1.0, 0.0, 0.0, 0.0]
    if heading is not None:
        given = mapping(heading, f"{what}heading", where)
        turn = [number(given.get(keys[axis]), f"{what}heading.{keys[axis]}", where) for axis in "wxyz"]
    try:
        return SE3("world", src, turn, place)
    except InvalidValue as error:
        raise UnreadableFile(f"the pose of {src} is none: {error.what}", where=where) from None


def _poses(frames: Sequence[WorldFrame], find: Find, where: object) -> list[SE3] | None:
    """Return the vehicle's poses in the file's own world; None where not every frame has one, or it never moves."""
    poses = [frame.pose for frame in frames if frame.pose is not None]
    still = all(pose == SE3.identity("world", "ego") for pose in poses)
    if poses and len(poses) == len(frames) and not still:
        return poses
    if poses and not still:
        text = f"{len(frames) - len(poses)} frames have no pose, so none is used"
        find("warning", "missing-poses", text, where)
    else:
        find("info", "no-poses", "there are no poses, so the vehicle stands where the world begins", where)
    return None


def _origin(poses: Sequence[SE3] | None, near: Iterable[Sequence[float]], find: Find, where: object) -> Point3:
    """Return whole metres to take off a world that is far from its origin."""
    place = poses[0].translation.tolist() if poses else next(iter(near), None)
    origin = origin_of(place) if place is not None else (0.0, 0.0, 0.0)
    if any(origin):
        x, y, z = origin
        find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", where)
    return origin


def _times(frames: Sequence[WorldFrame], find: Find, where: object) -> tuple[list[int], bool]:
    times = [frame.timestamp_ns for frame in frames if frame.timestamp_ns is not None]
    if times and len(times) == len(frames) and all(a < b for a, b in pairwise(times)):
        return times, True
    text = "frames have no times that go up, so ten a second are assumed"
    find("warning" if times else "info", "no-timestamps", text, where)
    return [index * FRAME_NS for index in range(len(frames))], False


class _Rig:
    """The cameras met so far. A camera is mounted as its first picture says; the file says where it is in world.

    With one mounting for all frames, where the vehicle was at a picture's time follows.
    """

    def __init__(self, origin: Point3) -> None:
        self._origin = np.array(origin)
        self._made: dict[tuple[str, Camera | None], Sensor] = {}
        self.first: dict[str, Sensor] = {}

    def camera(self, picture: WorldPicture, world_SE3_ego: SE3) -> tuple[Sensor, SE3]:
        """Return the camera of a picture, and where the vehicle is at its time."""
        channel, given = picture.channel, picture.world_SE3_camera
        lens = picture.camera if given is not None else None
        placed = None
        if given is not None and lens is not None:
            placed = SE3("world", channel, given.rotation, given.translation - self._origin)
        key = (channel, lens)
        if key not in self._made:
            mounting = SE3.identity("ego", channel) if placed is None else world_SE3_ego.inverse @ placed
            known = self.first.get(channel)
            if known is not None and known.camera is not None and lens is not None:
                mounting = known.ego_SE3_sensor  # the lens alone is another
            self._made[key] = Sensor(channel=channel, kind="camera", ego_SE3_sensor=mounting, camera=lens)
        sensor = self._made[key]
        if channel not in self.first or (self.first[channel].camera is None and lens is not None):
            self.first[channel] = sensor
        return sensor, world_SE3_ego if placed is None else placed @ sensor.ego_SE3_sensor.inverse
