"""A scene and its labels as a convention means them, made of how they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from lidar_label.model.box import Box
from lidar_label.model.cloud import PointCloud
from lidar_label.model.convention import (
    Convention,
    along,
    fixed_boxes,
    fixed_lens,
    fixed_mount,
    picture_shift_s,
)
from lidar_label.model.scene import Frame, Image, Scene, Sensor, Sweep
from lidar_label.model.se3 import SE3, Floats
from lidar_label.model.track import Labels

_FAR_M = 1e4  # a world farther from its origin is shifted
R = TypeVar("R", Sweep, Image)


def meant_scene(scene: Scene, convention: Convention) -> Scene:
    """Return a scene with its sensors, poses and clouds as they are meant; nothing is loaded."""
    return _Meant(scene, convention).scene()


def meant_labels(scene: Scene, labels: Labels, convention: Convention) -> Labels:
    """Return labels as they are meant; `scene` is the one they were read with."""
    boxes = list(labels.boxes())
    moved = meant_boxes(scene, boxes, convention)
    return Labels(labels.tracks, moved)


def meant_boxes(scene: Scene, boxes: Sequence[Box], convention: Convention) -> list[Box]:
    """Return boxes as they are meant, in the world that the scene has once it is meant so; tokens stay."""
    if not boxes:
        return []
    meant = _Meant(scene, convention)
    poses = {frame: meant.raw(scene.frames[frame].world_SE3_ego) for frame in {box.frame for box in boxes}}
    boxed = np.stack([meant.raw(box.world_SE3_box) for box in boxes])
    egos = np.stack([poses[box.frame] for box in boxes])
    if not convention.in_world:
        boxed = _rigid_inverse(egos) @ boxed
    sizes = np.array([box.size for box in boxes], dtype=np.float64)
    centers, rotations, sizes = fixed_boxes(boxed[:, :3, 3], boxed[:, :3, :3], sizes, convention.of("boxes"))
    found = np.tile(np.eye(4), (len(boxes), 1, 1))
    found[:, :3, :3], found[:, :3, 3] = rotations, centers
    if not convention.in_world:
        found = fixed_mount(egos, convention.of("poses"), "poses") @ found
    found[:, :3, 3] -= meant.origin
    return [
        replace(box, world_SE3_box=SE3.from_matrix("world", "box", matrix), size=(size[0], size[1], size[2]))
        for box, matrix, size in zip(boxes, found, sizes.tolist(), strict=True)
    ]


def _rigid_inverse(matrices: Floats) -> Floats:
    return fixed_mount(matrices, ("inverse",), "poses")


class _Meant:
    """A scene on its way to what is meant."""

    def __init__(self, scene: Scene, convention: Convention) -> None:
        self._scene, self._convention = scene, convention
        self._poses = convention.of("poses")
        self.shift = np.array(scene.origin) if scene.has_poses else np.zeros(3)
        self.origin = self._origin()
        self._mirrored = "left-handed" in convention.of("lidar")
        self._later_s = picture_shift_s(convention.of("time"))
        self._path = self._recorded() if self._later_s else None

    def raw(self, pose: SE3) -> Floats:
        """Return a pose in the source's own world as a matrix."""
        matrix = pose.matrix
        matrix[:3, 3] += self.shift
        return matrix

    def scene(self) -> Scene:
        """Return the scene as it is meant."""
        sensors = {channel: self._sensor(sensor) for channel, sensor in self._scene.sensors.items()}
        origin = self._scene.origin if not self._scene.has_poses else tuple(self.origin.tolist())
        return replace(
            self._scene, sensors=sensors, origin=origin,
            frames=[self._frame(frame, sensors) for frame in self._scene.frames],
            between=[self._between(record, sensors) for record in self._scene.between],
        )  # fmt: skip

    def _origin(self) -> Floats:
        """Return what is taken off the world: as before, where the poses stay or the world is near."""
        if not self._poses or not self._scene.frames:
            return self.shift
        first = fixed_mount(self.raw(self._scene.frames[0].world_SE3_ego)[None], self._poses, "poses")[0, :3, 3]
        return np.round(first) if np.abs(first).max() > _FAR_M else np.zeros(3)

    def _pose(self, pose: SE3) -> SE3:
        if not self._poses:
            return pose
        return self._world_SE3_ego(fixed_mount(self.raw(pose)[None], self._poses, "poses")[0])

    def _world_SE3_ego(self, matrix: Floats) -> SE3:
        shifted = matrix.copy()
        shifted[:3, 3] -= self.origin
        return SE3.from_matrix("world", "ego", shifted)

    def _recorded(self) -> tuple[Floats, Floats]:
        """Return times in seconds since the first frame, and poses as they are meant, of everything recorded."""
        start = self._scene.frames[0].timestamp_ns
        poses = {record.timestamp_ns: record.world_SE3_ego for record in self._scene.recordings()}
        poses |= {frame.timestamp_ns: frame.world_SE3_ego for frame in self._scene.frames}
        order = sorted(poses)
        times = np.array([(time - start) * 1e-9 for time in order])
        return times, fixed_mount(np.stack([self.raw(poses[time]) for time in order]), self._poses, "poses")

    def _sensor(self, sensor: Sensor) -> Sensor:
        part = "camera" if sensor.kind == "camera" else "lidar"
        names = self._convention.of(part)
        lens = sensor.camera
        if lens is not None:
            lens = fixed_lens(lens, self._convention.of("lens"))
        if not names or sensor.kind == "radar":
            return replace(sensor, camera=lens)
        matrix = fixed_mount(sensor.ego_SE3_sensor.matrix[None], names, part)[0]
        if self._mirrored and part == "lidar":
            matrix[:3, 1] *= -1.0  # the points themselves are mirrored
        return replace(sensor, camera=lens, ego_SE3_sensor=SE3.from_matrix("ego", sensor.channel, matrix))

    def _frame(self, frame: Frame, sensors: Mapping[str, Sensor]) -> Frame:
        return replace(
            frame, pose=None if frame.pose is None else self._pose(frame.pose),
            sweeps={channel: self._recording(sweep, sensors) for channel, sweep in frame.sweeps.items()},
            images={channel: self._recording(image, sensors) for channel, image in frame.images.items()},
        )  # fmt: skip

    def _between(self, record: Sweep | Image, sensors: Mapping[str, Sensor]) -> Sweep | Image:
        if isinstance(record, Sweep):
            return self._recording(record, sensors)
        return self._recording(record, sensors)

    def _recording(self, record: R, sensors: Mapping[str, Sensor]) -> R:
        sensor = sensors[record.channel] if record.sensor == self._scene.sensors.get(record.channel) else None
        pose = self._pose(record.world_SE3_ego)
        if isinstance(record, Image) and self._path is not None:
            seconds = (record.timestamp_ns - self._scene.frames[0].timestamp_ns) * 1e-9 + self._later_s
            pose = self._world_SE3_ego(along(self._path[1], self._path[0], [seconds])[0])
        made = replace(record, sensor=sensor or self._sensor(record.sensor), world_SE3_ego=pose)
        if isinstance(made, Sweep) and self._mirrored and made.sensor.kind == "lidar":
            load = made.load
            return replace(made, load=lambda: _mirrored(load()))
        return made


def _mirrored(cloud: PointCloud) -> PointCloud:
    xyz = cloud.xyz.copy()
    xyz[:, 1] *= -1
    return PointCloud(xyz, cloud.fields)
