"""Scenes of formats that know one LiDAR and no poses: the LiDAR is the vehicle, a frame is a cloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.files import read_bytes
from lidar_label.datasets.objects import Find
from lidar_label.datasets.tokens import steady_scene
from lidar_label.errors import LidarLabelError
from lidar_label.model import SE3, Camera, Frame, Image, PointCloud, Scene, Sensor, Sweep

LIDAR = "lidar"
FRAME_NS = 100_000_000  # ten frames a second, where nobody says
_NOWHERE = SE3.identity("world", "ego")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One camera's picture of a frame; lens and pose are None where it is not calibrated.

    `camera_SE3_lidar` is that of the cloud as its file has it, before anything is taken off.
    """

    path: Path
    camera: Camera | None = None
    camera_SE3_lidar: SE3 | None = None
    timestamp_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LidarFrame:
    """One frame: its cloud, if it has one, and its pictures by channel."""

    name: str
    timestamp_ns: int
    cloud: Path | None = None
    pictures: Mapping[str, Picture] = field(default_factory=dict)


def shared_origin(clouds: Iterable[Path], find: Find, options: ReadOptions = NO_OPTIONS) -> Point3:
    """Return what is taken off all clouds of a scene: the whole metres of the first one that can be read.

    A header and a few points are read; what the file says of itself is told through `find`.
    """
    for path in clouds:
        try:
            source = open_cloud(path, options=options)
            origin = source.origin
        except LidarLabelError:
            continue  # who opens the frame is told what is wrong with it
        for finding in source.findings:
            find(finding.severity, finding.code, finding.message, finding.where)
        if any(origin):
            x, y, z = origin
            find("info", "shifted-world", f"the clouds were shifted by {x:.0f}, {y:.0f}, {z:.0f} m", path.parent)
        return origin
    return (0.0, 0.0, 0.0)


def lidar_scene(
    format_name: str,
    name: str,
    frames: Sequence[LidarFrame],
    *,
    origin: Point3 = (0.0, 0.0, 0.0),
    options: ReadOptions = NO_OPTIONS,
    is_sequence: bool = True,
    has_timestamps: bool = False,
    description: str = "",
) -> Scene:
    """Return a scene with steady tokens in which world, vehicle and LiDAR are one in every frame."""
    lidar = Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", LIDAR))
    rig = _Rig(origin)
    made: list[Frame] = []
    for index, frame in enumerate(frames):
        time_ns = frame.timestamp_ns
        sweeps: dict[str, Sweep] = {}
        if frame.cloud is not None:
            load = partial(load_cloud, frame.cloud, origin, options)
            sweeps[LIDAR] = Sweep(
                sensor=lidar, timestamp_ns=time_ns, world_SE3_ego=_NOWHERE, frame=index, path=frame.cloud, load=load
            )
        images = {
            channel: Image(
                sensor=rig.camera(channel, picture),
                timestamp_ns=time_ns if picture.timestamp_ns is None else picture.timestamp_ns,
                world_SE3_ego=_NOWHERE, frame=index, path=picture.path,
                load=partial(read_bytes, picture.path), suffix=picture.path.suffix.lower(),
            )
            for channel, picture in frame.pictures.items()
        }  # fmt: skip
        made.append(Frame(index=index, timestamp_ns=time_ns, sweeps=sweeps, images=images, name=frame.name))
    scene = Scene(
        name=name, frames=made, sensors={LIDAR: lidar, **rig.first}, origin=origin, is_sequence=is_sequence,
        description=description, has_poses=False, has_timestamps=has_timestamps,
    )  # fmt: skip
    return steady_scene(format_name, scene)


def load_cloud(path: Path, origin: Point3, options: ReadOptions = NO_OPTIONS) -> PointCloud:
    """Read a cloud file of any kind, `origin` taken off its positions."""
    return open_cloud(path, options=options).read(origin)


class _Rig:
    """The cameras met so far: one sensor for each calibration that a channel had."""

    def __init__(self, origin: Point3) -> None:
        self._cloud_SE3_ego = SE3("cloud", "ego", (1.0, 0.0, 0.0, 0.0), origin)
        self._known: dict[tuple[str, Camera | None, SE3 | None], Sensor] = {}
        self.first: dict[str, Sensor] = {}

    def camera(self, channel: str, picture: Picture) -> Sensor:
        key = (channel, picture.camera, picture.camera_SE3_lidar)
        if key not in self._known:
            pose = picture.camera_SE3_lidar
            mounting = SE3.identity("ego", channel)
            if pose is not None:
                camera_SE3_cloud = SE3(channel, "cloud", pose.rotation, pose.translation)
                mounting = (camera_SE3_cloud @ self._cloud_SE3_ego).inverse
            lens = picture.camera if pose is not None else None
            self._known[key] = Sensor(channel=channel, kind="camera", ego_SE3_sensor=mounting, camera=lens)
        found = self._known[key]
        if channel not in self.first or (self.first[channel].camera is None and found.camera is not None):
            self.first[channel] = found
        return found
