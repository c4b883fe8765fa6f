"""Scene: one continuous drive that knows everything and has loaded nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lidar_label.errors import InvalidValue
from lidar_label.model.box import Box, new_token
from lidar_label.model.camera import Camera
from lidar_label.model.cloud import PointCloud
from lidar_label.model.se3 import SE3

Kind = Literal["lidar", "camera", "radar"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """A sensor as it is mounted on one vehicle.

    Parameters
    ----------
    channel : str
        Its name, such as ``LIDAR_TOP``.
    kind : "lidar", "camera" or "radar"
    ego_SE3_sensor : SE3
        Its mounting; `src` is the channel.
    camera : Camera or None
        The lens of a camera; None for the others, or where a camera is not calibrated.
    token : str
        nuScenes ``calibrated_sensor``.
    """

    channel: str
    kind: Kind
    ego_SE3_sensor: SE3
    camera: Camera | None = None
    token: str = field(default_factory=new_token)

    def __post_init__(self) -> None:
        if (self.ego_SE3_sensor.dst, self.ego_SE3_sensor.src) != ("ego", self.channel):
            raise InvalidValue(f"the mounting of {self.channel} is ego_SE3_{self.channel}, got {self.ego_SE3_sensor!r}")
        if self.camera is not None and self.kind != "camera":
            raise InvalidValue(f"{self.channel} is a {self.kind} and has no lens")


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorData:
    """One recording of one sensor: what sweeps and images have in common.

    Parameters
    ----------
    sensor : Sensor
    timestamp_ns : int
        When it was taken; for a sweep, the moment its points are placed at.
    world_SE3_ego : SE3
        Where the vehicle was at that time.
    frame : int
        The frame it belongs to; for data between frames, the frame that follows (the last one at
        the end of a scene).
    is_keyframe : bool
        True for the recording that stands for its frame; False for data in between.
    path : Path or None
        The file it comes from; None for data that was made, not read.
    token : str
        nuScenes ``sample_data``.
    """

    sensor: Sensor
    timestamp_ns: int
    world_SE3_ego: SE3
    frame: int
    is_keyframe: bool = True
    path: Path | None = None
    token: str = field(default_factory=new_token)

    @property
    def channel(self) -> str:
        """The sensor's channel."""
        return self.sensor.channel

    @property
    def world_SE3_sensor(self) -> SE3:
        """The sensor's own pose in world at its own time."""
        return self.world_SE3_ego @ self.sensor.ego_SE3_sensor

    @property
    def is_present(self) -> bool:
        """False where the data names a file that is not there."""
        return self.path is None or self.path.is_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep(SensorData):
    """One LiDAR (or radar) cloud. `load` reads the file; call `points` instead.

    `is_compensated` says what the format promises: True where each point is already moved from where the vehicle
    was at the point's own time to where it was at `timestamp_ns`, False where none is, None where nobody says.
    """

    load: Callable[[], PointCloud] = field(repr=False, compare=False)
    is_compensated: bool | None = None

    def points(self) -> PointCloud:
        """Read the cloud, in the sensor's own frame; nothing is kept between calls.

        Raises
        ------
        MissingFile, UnreadableFile
            If its file is absent or is not what its format promises.
        """
        return self.load()


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(SensorData):
    """One camera picture. `load` gives the encoded file; call `encoded` instead.

    `suffix` is the kind of file, with its dot: ``.jpg``, ``.png``.
    """

    load: Callable[[], bytes] = field(repr=False, compare=False)
    suffix: str = ".jpg"

    def encoded(self) -> bytes:
        """Return the encoded picture, byte for byte as its file has it.

        Raises
        ------
        MissingFile
            If its file is absent.
        """
        return self.load()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One labelled moment of a scene.

    Parameters
    ----------
    index : int
        Its place in the scene, from 0.
    timestamp_ns : int
    sweeps : mapping of channel to Sweep
        The key sweep of each LiDAR and radar.
    images : mapping of channel to Image
        The key picture of each camera.
    name : str
        What its source calls it, such as ``000965``.
    pose : SE3 or None
        ``world_SE3_ego`` of a frame without recordings, which labels alone may have.
    token : str
        nuScenes ``sample``.
    """

    index: int
    timestamp_ns: int
    sweeps: Mapping[str, Sweep]
    images: Mapping[str, Image] = field(default_factory=dict)
    name: str = ""
    pose: SE3 | None = None
    token: str = field(default_factory=new_token)

    def sweep(self, channel: str = "") -> Sweep:
        """Return the key sweep of a channel; without one, of the main LiDAR.

        Raises
        ------
        InvalidValue
            If the frame has no such sweep.
        """
        if channel:
            found = self.sweeps.get(channel)
        else:
            lidars = [s for s in self.sweeps.values() if s.sensor.kind == "lidar"]
            tops = [s for s in lidars if "TOP" in s.channel.upper()]
            found = next(iter([*tops, *lidars]), None)
        if found is None:
            raise InvalidValue(f"frame {self.index} has no sweep {channel or 'of a LiDAR'}")
        return found

    @property
    def world_SE3_ego(self) -> SE3:
        """The vehicle's pose at the main LiDAR's time; any sensor's where it has no LiDAR, `pose` where it has none."""
        lidars = [s for s in self.sweeps.values() if s.sensor.kind == "lidar"]
        if lidars:
            return self.sweep().world_SE3_ego
        data: Iterator[SensorData] = iter([*self.sweeps.values(), *self.images.values()])
        first = next(data, None)
        if first is not None:
            return first.world_SE3_ego
        return self.pose if self.pose is not None else SE3.identity("world", "ego")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One continuous drive, or a set of unrelated moments (`is_sequence` False).

    Parameters
    ----------
    name : str
    frames : sequence of Frame
        By time, indices 0 to N - 1.
    between : sequence of Sweep and Image
        Recordings between the frames, by time (nuScenes ``sweeps/``).
    sensors : mapping of channel to Sensor
    origin : (x, y, z), metres
        What was taken off the source's world so that it is near zero; writers add it again.
    is_sequence : bool
        False where the frames are unrelated (the KITTI object benchmark): no tracks run on.
    description : str
    log : mapping of str to str
        What the source says of the recording: ``logfile``, ``vehicle``, ``date_captured``,
        ``location``.
    has_poses : bool
        False where the source has no ego poses, so that world is the vehicle in every frame.
    has_timestamps : bool
        False where the source has no times, so that they were made up from the frame numbers.
    token : str
        nuScenes ``scene``.
    """

    name: str
    frames: Sequence[Frame]
    sensors: Mapping[str, Sensor]
    between: Sequence[Sweep | Image] = ()
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    is_sequence: bool = True
    description: str = ""
    log: Mapping[str, str] = field(default_factory=dict)
    has_poses: bool = True
    has_timestamps: bool = True
    token: str = field(default_factory=new_token)

    def __post_init__(self) -> None:
        last: int | None = None
        for index, frame in enumerate(self.frames):
            if frame.index != index:
                raise InvalidValue(f"frame {index} of scene {self.name} says it is frame {frame.index}")
            if last is not None and frame.timestamp_ns <= last:
                raise InvalidValue(
                    f"frame {index} of scene {self.name} is not later than the one before",
                    hint="order the frames by time and drop doubled ones",
                )
            last = frame.timestamp_ns

    @property
    def duration_s(self) -> float:
        """Seconds from the first frame to the last."""
        if not self.frames:
            return 0.0
        return (self.frames[-1].timestamp_ns - self.frames[0].timestamp_ns) * 1e-9

    @property
    def main_lidar(self) -> Sensor | None:
        """The LiDAR that stands for a frame where a format has one: a top one, else the first; None without any."""
        lidars = [sensor for sensor in self.sensors.values() if sensor.kind == "lidar"]
        tops = [sensor for sensor in lidars if "TOP" in sensor.channel.upper()]
        return next(iter([*tops, *lidars]), None)

    def world_SE3_lidar(self, frame: int) -> SE3:
        """Return the main LiDAR in world at the time of a frame, also where the frame has no sweep of it.

        Of a scene without a LiDAR it is the vehicle's own pose.
        """
        lidar, found = self.main_lidar, self.frames[frame]
        if lidar is None:
            return found.world_SE3_ego
        sweep = found.sweeps.get(lidar.channel)
        return sweep.world_SE3_sensor if sweep is not None else found.world_SE3_ego @ lidar.ego_SE3_sensor

    def lidar_SE3_box(self, box: Box) -> SE3:
        """Return a box in the frame of the main LiDAR, as the source's own cloud has it.

        Without poses world is the vehicle, so that an `origin` was taken off the clouds themselves; it is added again.
        """
        pose = box.world_SE3_box
        if not self.has_poses:
            pose = SE3("world", "box", pose.rotation, pose.translation + self.origin)
        return self.world_SE3_lidar(box.frame).inverse @ pose

    def recordings(self) -> Iterator[Sweep | Image]:
        """Yield every sweep and image: those of the frames, then those between."""
        for frame in self.frames:
            yield from frame.sweeps.values()
            yield from frame.images.values()
        yield from self.between
