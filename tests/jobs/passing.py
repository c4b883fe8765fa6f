"""A small drive on disk: a car drives by, hidden for two frames, and another is parked; one box of each is set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lidar_label.datasets import Drive, WriteOptions, write_dataset
from lidar_label.edit import AddTrack
from lidar_label.jobs import SUFFIX, import_drive, open_project
from lidar_label.model import SE3, Box, Frame, Labels, PointCloud, Scene, Sensor, Sweep, Track, driving_taxonomy

FRAMES, HIDDEN = 12, (6, 7)
CAR = (4.2, 1.8, 1.5)
PARKED = SE3.from_yaw("world", "box", 0.2, (12.0, -6.0, 0.75))
_LIDAR = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=SE3("ego", "LIDAR_TOP", (1, 0, 0, 0), (0, 0, 1.8)))


def passing(frame: int) -> SE3:
    """Where the car is that drives by, at 8 m/s, in world."""
    return SE3.from_yaw("world", "box", 0.0, (6.0 + 0.8 * frame, 5.0, 0.75))


def project_of_passing(folder: Path, keys: Sequence[int] = (0,)) -> Path:
    """Make a project of the drive with boxes of the car in some frames, and of the parked one in the first."""
    drive = Drive(scene=_scene(), labels=Labels([], []))
    write_dataset("nuscenes", folder / "drive", [drive], driving_taxonomy(), WriteOptions())
    file = folder / f"work{SUFFIX}"
    import_drive(folder / "drive", file, labels=False)
    boxes = [Box(track="car", frame=frame, world_SE3_box=passing(frame), size=CAR) for frame in keys]
    boxes.append(Box(track="parked", frame=0, world_SE3_box=PARKED, size=CAR))
    with open_project(file) as project:
        scene = project.refs[0].token
        for name, token in (("7", "car"), ("8", "parked")):
            own = tuple(box for box in boxes if box.track == token)
            project.session.do(AddTrack(scene, Track(category="vehicle.car", name=name, token=token), own))
    return file


def _scene() -> Scene:
    frames = []
    for index in range(FRAMES):
        common = {"timestamp_ns": 1_000_000_000 + 100_000_000 * index, "frame": index}
        pose = SE3("world", "ego", (1, 0, 0, 0), (0.5 * index, 0.0, 0.0))
        cloud = _cloud(index, pose)
        sweep = Sweep(sensor=_LIDAR, world_SE3_ego=pose, load=lambda cloud=cloud: cloud, **common)
        frames.append(Frame(index=index, timestamp_ns=common["timestamp_ns"], sweeps={"LIDAR_TOP": sweep}, images={}))
    return Scene(name="by", frames=frames, sensors={"LIDAR_TOP": _LIDAR})


def _cloud(frame: int, pose: SE3) -> PointCloud:
    random = np.random.default_rng(frame)
    parts = [np.column_stack([random.uniform(-25, 40, (3000, 2)), np.zeros(3000)])]
    for car in (PARKED, None if frame in HIDDEN else passing(frame)):
        if car is not None:
            seen_from = car.inverse.apply(pose.translation[None] + [0.0, 0.0, 1.8])[0]
            points = random.uniform(-0.5, 0.5, (400, 3)) * CAR
            axis = random.integers(0, 3, 400)
            points[np.arange(400), axis] = np.sign(seen_from[axis]) * np.array(CAR)[axis] / 2
            parts.append(car.apply(points[points[:, 2] > -0.5]))
    way = _LIDAR.ego_SE3_sensor.inverse @ pose.inverse
    return PointCloud(way.apply(np.concatenate(parts)).astype(np.float32), {})
