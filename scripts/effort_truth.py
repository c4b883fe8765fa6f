"""The boxes that people made of two real drives, which the effort at the desk is held against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FEWEST = 20  # points: a car with fewer is not asked for
_KITTI = Path("kitti_raw/2011_09_26/2011_09_26_drive_0052_sync")
_OBJECT_LABELS = {0: "001497", 7: "004587"}  # people labelled the first and the last frame for the object benchmark
_CARS = ("car", "van")


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One object in one frame as a person labelled it, in the ego frame."""

    name: str
    """The same for an object in all its frames."""
    frame: int
    box: NDArray[np.float64]
    """Centre x, y, z; length, width, height (metres); yaw."""
    points: NDArray[np.float32]
    """Those of it that stand clear of the ground, (N, 3)."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A drive to be labelled from nothing."""

    title: str
    source: Path
    """What is opened; a copy or a link is made of it, since the project file is put beside it."""
    truths: tuple[Truth, ...]

    @property
    def frames(self) -> list[int]:
        """The frames that people labelled."""
        return sorted({truth.frame for truth in self.truths})


def jobs(data: Path) -> list[Job]:
    """Return the drives, read from the folder of real sample data."""
    return [_kitti(data / _KITTI), _sustech(data / "sustechpoints_example")]


def _kitti(drive: Path) -> Job:
    from lidar_label.datasets import open_dataset
    from lidar_label.datasets.kitti.labels import read_object_labels
    from lidar_label.gui.loader import build_view
    from lidar_label.model import SE3

    dataset = open_dataset(drive)
    scene = dataset.scene(dataset.scene_names[0])
    truths = []
    for index, stem in _OBJECT_LABELS.items():
        frame = scene.frames[index]
        xyz = build_view(frame).xyz
        ego_SE3_lidar = frame.world_SE3_ego.inverse @ frame.sweep().world_SE3_sensor
        labels = read_object_labels(drive / "object_label_2" / f"{stem}.txt", drive / "object_calib" / f"{stem}.txt")
        for number, label in enumerate(labels):  # the same objects in the same order
            velo = label.velo_SE3_box
            pose = ego_SE3_lidar @ SE3(ego_SE3_lidar.src, "box", velo.rotation, velo.translation)
            if label.kind.lower() in _CARS:
                truths.append(_truth(f"{label.kind} {number}", index, pose, label.size, xyz))
    return Job("KITTI raw, drive 0052 (8 frames)", drive, tuple(t for t in truths if len(t.points) >= FEWEST))


def _sustech(folder: Path) -> Job:
    from lidar_label.datasets import open_dataset
    from lidar_label.gui.loader import build_view

    dataset = open_dataset(folder)
    name = dataset.scene_names[0]
    scene, labels = dataset.scene(name), dataset.labels(name)
    tracks = {track.token: track for track in labels.tracks}
    truths = []
    for frame in scene.frames:
        xyz = build_view(frame).xyz
        for box in labels.in_frame(frame.index):
            track = tracks[box.track]
            if track.category.lower().endswith(_CARS):
                pose = frame.world_SE3_ego.inverse @ box.world_SE3_box
                truths.append(_truth(f"car {track.name}", frame.index, pose, box.size, xyz))
    return Job("SUSTechPOINTS example (2 frames)", folder, tuple(t for t in truths if len(t.points) >= FEWEST))


def _truth(name: str, frame: int, pose: object, size: tuple[float, float, float], xyz: NDArray[np.float32]) -> Truth:
    from lidar_label.model import SE3

    assert isinstance(pose, SE3)
    inside = (np.abs(pose.inverse.apply(xyz)) <= np.array(size) / 2).all(axis=1)
    box = np.array([*pose.translation, *size, pose.yaw])
    return Truth(name, frame, box, xyz[inside])
