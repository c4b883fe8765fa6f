"""The points of a frame as a detector wants them: its frame, its fields, its area, earlier sweeps laid in."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.detectors.inputs import AGE, PLACES, Wanted
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, PointCloud, Scene, Sweep

MODEL = "model"  # the name of a detector's own frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What a detector gets of a frame: (N, F) float32 points in its own frame, and where that is in world."""

    frame: int
    timestamp_ns: int
    points: NDArray[np.float32]
    world_SE3_model: SE3


class Gatherer:
    """Reads the points of a scene frame by frame; of earlier sweeps it keeps as many as are laid together.

    Parameters
    ----------
    scene : Scene
    wanted : Wanted

    Raises
    ------
    InvalidValue
        If sweeps are to be laid together and the scene has no poses.
    """

    def __init__(self, scene: Scene, wanted: Wanted) -> None:
        if wanted.sweeps > 1 and not scene.has_poses:
            raise InvalidValue(
                f"the model wants {wanted.sweeps} sweeps laid together, and the scene has no poses", where=scene.name,
                hint="write sweeps = 1 under [points], or give the drive its poses",
            )  # fmt: skip
        self._scene, self._wanted = scene, wanted
        self._kept: OrderedDict[str, PointCloud] = OrderedDict()
        lidars = {sensor.channel for sensor in scene.sensors.values() if sensor.kind == "lidar"}
        if wanted.sensors == "main" and scene.main_lidar is not None:
            lidars = {scene.main_lidar.channel}
        sweeps = [sweep for frame in scene.frames for sweep in frame.sweeps.values()]
        sweeps += [one for one in scene.between if isinstance(one, Sweep)]
        self._by_channel = {
            channel: sorted((one for one in sweeps if one.channel == channel), key=lambda one: one.timestamp_ns)
            for channel in sorted(lidars)
        }

    def view(self, index: int) -> View | None:
        """Return what the detector gets of a frame, None where no LiDAR has a sweep in it.

        Raises
        ------
        MissingFile, UnreadableFile
            If a sweep cannot be read.
        InvalidValue
            If a cloud lacks a field that is wanted.
        """
        frame = self._scene.frames[index]
        keys = [frame.sweeps[channel] for channel in self._by_channel if channel in frame.sweeps]
        if not keys:
            return None
        world_SE3_model = self._pose(index)
        parts = [
            self._part(sweep, key, world_SE3_model.inverse)
            for key in keys
            for sweep in self._behind(key)
        ]  # fmt: skip
        points = np.concatenate(parts)
        if len(points) > self._wanted.limit:
            points = points[evenly(len(points), self._wanted.limit)]
        return View(frame=index, timestamp_ns=frame.timestamp_ns, points=points, world_SE3_model=world_SE3_model)

    def _pose(self, index: int) -> SE3:
        """Return the detector's frame in world at a frame's time."""
        scene, wanted = self._scene, self._wanted
        world_SE3_base = scene.world_SE3_lidar(index) if wanted.frame == "lidar" else scene.frames[index].world_SE3_ego
        base = world_SE3_base.src
        model_SE3_base = SE3.from_yaw(MODEL, base, math.radians(wanted.turn_deg), wanted.shift)
        return world_SE3_base @ model_SE3_base.inverse

    def _behind(self, key: Sweep) -> list[Sweep]:
        """Return a key sweep and those before it, the newest first."""
        if self._wanted.sweeps == 1:
            return [key]
        known = self._by_channel[key.channel]
        place = next(place for place, sweep in enumerate(known) if sweep is key)
        return known[max(0, place + 1 - self._wanted.sweeps) : place + 1][::-1]

    def _part(self, sweep: Sweep, key: Sweep, model_SE3_world: SE3) -> NDArray[np.float32]:
        """Return a sweep's points that lie in the area, with their fields."""
        wanted, cloud = self._wanted, self._read(sweep)
        seen = cloud.valid
        if wanted.nearest > 0:
            with np.errstate(invalid="ignore"):
                seen &= np.hypot(cloud.xyz[:, 0], cloud.xyz[:, 1]) >= wanted.nearest
        model_SE3_sensor = model_SE3_world @ sweep.world_SE3_sensor
        places = np.full((len(cloud), 3), np.nan, np.float32)
        places[seen] = model_SE3_sensor.apply(cloud.xyz[seen])
        low, high = np.array(wanted.area[:3]), np.array(wanted.area[3:])
        inside = ((places >= low) & (places < high)).all(axis=1)
        made = np.empty((int(inside.sum()), len(wanted.fields)), np.float32)
        age = (key.timestamp_ns - sweep.timestamp_ns) * 1e-9
        for column, name in enumerate(wanted.fields):
            if name in PLACES:
                made[:, column] = places[inside, PLACES.index(name)]
            elif name == AGE:
                made[:, column] = age
            else:
                made[:, column] = self._field(cloud, name, sweep)[inside]
        return np.nan_to_num(made, copy=False, nan=0.0, posinf=0.0, neginf=0.0)

    def _field(self, cloud: PointCloud, name: str, sweep: Sweep) -> NDArray[np.float32]:
        values = cloud.fields.get(name)
        if values is None or values.dtype.kind not in "fiub":
            if name in self._wanted.absent:
                return np.full(len(cloud), self._wanted.absent[name], np.float32)
            known = ", ".join(sorted(cloud.fields)) or "no other fields than x, y, z"
            raise InvalidValue(
                f"the model wants the field {name!r}, and the points of {sweep.channel} have {known}",
                where=f"{self._scene.name}, frame {sweep.frame}",
                hint=f"name one of those under [points], or write absent = {{ {name} = 0.0 }}",
            )
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(values.astype(np.float32) * np.float32(self._wanted.scale.get(name, 1.0)))

    def _read(self, sweep: Sweep) -> PointCloud:
        """Read a sweep; where several are laid together each is wanted again by the frames after it."""
        if self._wanted.sweeps == 1:
            return sweep.points()
        if sweep.token not in self._kept:
            self._kept[sweep.token] = sweep.points()
        self._kept.move_to_end(sweep.token)
        while len(self._kept) > self._wanted.sweeps * len(self._by_channel):
            self._kept.popitem(last=False)
        return self._kept[sweep.token]


def evenly(count: int, most: int) -> NDArray[np.int64]:
    """Return `most` of `count` places, spread evenly from the first to the last, rising."""
    return np.linspace(0, count - 1, most).astype(np.int64)
