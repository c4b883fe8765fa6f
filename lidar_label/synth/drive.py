"""A made-up drive: a scene whose recordings are made when they are asked for, and its exact labels."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import InvalidValue
from lidar_label.model import (
    Box,
    Frame,
    Image,
    Labels,
    PointCloud,
    Scene,
    Sensor,
    Sweep,
    Taxonomy,
    driving_taxonomy,
)
from lidar_label.progress import Progress
from lidar_label.synth.lidar import TURN_S, Spinner
from lidar_label.synth.pictures import look
from lidar_label.synth.populate import populate
from lidar_label.synth.rig import LIDAR, camera_delay, make_sensors
from lidar_label.synth.truth import boxes_in_frame, labels_of
from lidar_label.synth.world import World, token_for

_START_NS = 1_700_000_000_000_000_000  # any time will do, as long as it is always the same
_THREADS = 2
_MOST_FRAMES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthDrive:
    """A made-up drive.

    `scene` is lazy: clouds and pictures are made anew at each call, always the same. `labels` are
    exact. `taxonomy` is that for public roads. `world` says where everything truly is.
    """

    scene: Scene
    labels: Labels
    taxonomy: Taxonomy
    world: World = field(repr=False)


def make_drive(
    *,
    frames: int = 40,
    seed: int = 0,
    cameras: int = 6,
    frame_rate_hz: float = 5.0,
    sweeps_between: int = 0,
    beams: int = 64,
    columns: int = 1800,
    rolling: bool = True,
    noise: bool = True,
    image_size: tuple[int, int] = (704, 396),
    lenses: str = "plain",
    keep: bool = False,
    progress: Progress | None = None,
) -> SynthDrive:
    """Make up a drive along a street, the same for the same arguments.

    Parameters
    ----------
    frames : int
        Labelled moments.
    seed : int, 0 or more
        Which street, and who is on it.
    cameras : int, 0 to 6
    frame_rate_hz : float
        Frames a second, at most 10: the LiDAR takes a tenth of a second a turn.
    sweeps_between : int
        Sweeps and pictures between two frames, of which there are no labels.
    beams, columns : int
        Rays of the LiDAR, one above the other and in a turn.
    rolling : bool
        False freezes the world for each turn, so that a box holds all points of its object.
    noise : bool
        False gives exact ranges and loses no return.
    image_size : (int, int), pixels
        Width and height.
    lenses : "plain" or "mixed"
        Mixed gives the front camera a distortion and the rear one a fisheye.
    keep : bool
        Hold the clouds in memory (some 3 MB a frame), so that reading them does not cast the rays again.
    progress : Progress, optional
        Counts the frames that are labelled.

    Raises
    ------
    InvalidValue
        If a number is out of its range.
    Cancelled
        If the progress was stopped.
    """
    _check(frames, seed, frame_rate_hz, sweeps_between, beams, columns, image_size)
    spinner = Spinner(beams=beams, columns=columns, rolling=rolling, noise=noise)
    sensors = make_sensors(spinner, cameras, image_size, lenses, seed)
    world = populate(seed, frames / frame_rate_hz)
    maker = _Maker(world, spinner, sensors, seed, keep=keep)
    step = 1.0 / frame_rate_hz
    made = [maker.frame(index, index * step) for index in range(frames)]
    between: list[Sweep | Image] = []
    for index in range(1, frames):
        for k in range(1, sweeps_between + 1):
            number, time = (index - 1) * sweeps_between + k, (index - 1 + k / (sweeps_between + 1)) * step
            between.append(maker.sweep(index, time, f"between {number}", is_keyframe=False))
            between += [
                maker.image(sensor, index, time, f"between {number}", is_keyframe=False)
                for sensor in sensors.values()
                if sensor.kind == "camera"
            ]
    scene = Scene(
        name=f"street-{seed:04d}",
        frames=made,
        sensors=sensors,
        between=sorted(between, key=lambda data: data.timestamp_ns),
        description="A made-up drive along a street, with exact labels",
        log={"logfile": f"made-up-{seed}", "vehicle": "made-up", "date_captured": "2023-11-14", "location": "nowhere"},
        token=token_for(seed, "scene"),
    )
    labels = maker.labels([index * step for index in range(frames)], progress or Progress())
    return SynthDrive(scene=scene, labels=labels, taxonomy=driving_taxonomy(), world=world)


def _check(
    frames: int, seed: int, rate: float, between: int, beams: int, columns: int, image_size: tuple[int, int]
) -> None:  # fmt: skip
    if not 1 <= frames <= _MOST_FRAMES:
        raise InvalidValue(f"a made-up drive has 1 to {_MOST_FRAMES} frames, got {frames}")
    if seed < 0:
        raise InvalidValue(f"a seed is 0 or more, got {seed}")
    if not 0.5 <= rate <= 10.0:
        raise InvalidValue(f"a made-up drive has 0.5 to 10 frames a second, got {rate}")
    if between < 0 or rate * (between + 1) > 10.0 + 1e-9:
        raise InvalidValue(
            f"the LiDAR turns 10 times a second: {rate:g} frames with {between} sweeps between are more",
            hint="ask for fewer sweeps between, or fewer frames a second",
        )
    if beams < 1 or columns < 1 or beams * columns > 10_000_000:
        raise InvalidValue(f"a turn has 1 to 10 million rays, got {beams} x {columns}")
    if min(image_size) < 16 or max(image_size) > 8192:
        raise InvalidValue(f"an image has 16 to 8192 pixels a side, got {image_size}")


class _Maker:
    """Makes the recordings of one drive, and its labels."""

    def __init__(self, world: World, spinner: Spinner, sensors: dict[str, Sensor], seed: int, *, keep: bool) -> None:
        self.world = world
        self.spinner = spinner
        self.sensors = sensors
        self.seed = seed
        self._kept: dict[float, PointCloud] | None = {} if keep else None

    def frame(self, index: int, time: float) -> Frame:
        cameras = [sensor for sensor in self.sensors.values() if sensor.kind == "camera"]
        return Frame(
            index=index,
            timestamp_ns=_ns(time),
            sweeps={LIDAR: self.sweep(index, time, str(index))},
            images={sensor.channel: self.image(sensor, index, time, str(index)) for sensor in cameras},
            name=f"{index:06d}",
            token=token_for(self.seed, "frame", index),
        )

    def sweep(self, frame: int, time: float, name: str, *, is_keyframe: bool = True) -> Sweep:
        time = _whole(time)

        def load() -> PointCloud:
            kept = None if self._kept is None else self._kept.get(time)
            return self._turn(time)[0] if kept is None else kept

        return Sweep(
            sensor=self.sensors[LIDAR],
            timestamp_ns=_ns(time),
            world_SE3_ego=self.world.ego_pose(time),
            frame=frame,
            is_keyframe=is_keyframe,
            token=token_for(self.seed, LIDAR, name),
            load=load,
            is_compensated=True,
        )

    def image(self, sensor: Sensor, frame: int, time: float, name: str, *, is_keyframe: bool = True) -> Image:
        span = TURN_S if self.spinner.rolling else 0.0
        time = _whole(time + camera_delay(sensor.channel, span))
        pose = self.world.ego_pose(time)
        return Image(
            sensor=sensor,
            timestamp_ns=_ns(time),
            world_SE3_ego=pose,
            frame=frame,
            is_keyframe=is_keyframe,
            token=token_for(self.seed, sensor.channel, name),
            load=self._picture(sensor, time),
        )

    def _picture(self, sensor: Sensor, time: float) -> Callable[[], bytes]:
        camera = sensor.camera
        assert camera is not None  # noqa: S101 - the rig gives every camera a lens

        def load() -> bytes:
            return look(self.world, camera, self.world.ego_pose(time) @ sensor.ego_SE3_sensor, time).jpeg()

        return load

    def labels(self, times: list[float], progress: Progress) -> Labels:
        """Return the labels at these times; two threads share the frames."""

        def boxes(index: int) -> list[Box]:
            time = _whole(times[index])
            cloud, owners = self._turn(time)
            pose = self.world.ego_pose(time) @ self.spinner.mount
            return boxes_in_frame(self.world, self.seed, index, time, pose, cloud, owners)

        with ThreadPoolExecutor(_THREADS) as pool:
            try:
                found = list(progress.over(pool.map(boxes, range(len(times))), len(times), "labelling"))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return labels_of(self.world, self.seed, [box for frame in found for box in frame])

    def _turn(self, time: float) -> tuple[PointCloud, NDArray[np.int32]]:
        cloud, owners = self.spinner.turn(self.world, time, (self.seed, _ns(time) - _START_NS + 1_000_000_000))
        if self._kept is not None:
            self._kept[time] = cloud
        return cloud, owners


def _ns(time: float) -> int:
    return _START_NS + round(time * 1e9)


def _whole(time: float) -> float:
    """Return a time that is a whole number of microseconds, as tables of nuScenes can hold."""
    return round(time * 1e6) * 1e-6
