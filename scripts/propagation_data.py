"""Part of scripts/propagation: the drives, what people labelled of their cars, and made-up drives with the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lidar_label.assist.propagate import Points
from lidar_label.jobs.propagating import points_of
from lidar_label.kernels.about_object import points_about
from lidar_label.model import SE3, Box, Scene

_KITTI = "kitti_raw/2011_09_26/2011_09_26_drive_00"
_OBJECT_LABELS = {0: "001497", 7: "004587"}  # people labelled the first and the last frame for the object benchmark
# The DGP scene writes its times ten times too large: they are of the year 2463, and by them its cars would crawl at
# 1.5 m/s, 20 m apart. By a tenth of them it was seen on 3 May 2019, ten times a second, and its cars drive at 15 m/s.
_TEN_TIMES = ("DGP",)
_CARS = ("car", "van", "regular_vehicle")


@dataclass(frozen=True, slots=True, eq=False)
class Drive:
    """A drive with the labelled boxes of its objects, track by track."""

    title: str
    times_ns: Sequence[int]
    points: Callable[[int], Points]
    has_poses: bool
    tracks: Sequence[tuple[str, Sequence[Box]]]
    """Category and boxes, by frame."""
    frames: Sequence[int]
    """Those that have points."""

    def seen(self, box: Box) -> int:
        """Return how many points of its frame lie in a box; labels often count others."""
        reach, (x, y, z) = float(np.linalg.norm(box.size)) / 2, box.center.tolist()
        near, _ = points_about(self.points(box.frame).xyz, (x, y), reach, z - reach, z + reach)
        local = box.world_SE3_box.inverse.apply(near)
        return int((np.abs(local) <= np.array(box.size) / 2).all(axis=1).sum())


def real_drives(data: Path) -> Iterator[Drive]:
    """Yield the real drives that have points and labels in several frames, with their cars."""
    yield _kitti_0052(data / f"{_KITTI}52_sync")
    for title, path in (
        ("KITTI raw 0001", f"{_KITTI}01_sync"), ("Argoverse 2", "av2"), ("DGP", "dgp_test_scene"),
    ):  # fmt: skip
        yield _labelled(title, data / path)


def made_drive(seed: int, frames: int, *, every: int = 1, beams: int = 64, columns: int = 1800) -> Drive:
    """Make up a drive of 10 frames a second, with every so manieth of its objects, seen by a LiDAR of so many rays."""
    from lidar_label.synth import make_drive

    made = make_drive(frames=frames, seed=seed, cameras=0, frame_rate_hz=10.0, beams=beams, columns=columns, keep=True)
    return of_scene(f"made up, seed {seed}", made.scene, [
        (track.category, made.labels.of_track(track.token)) for track in made.labels.tracks[::every]
    ])  # fmt: skip


def thinned(drive: Drive, title: str, every: int) -> Drive:
    """Return every so manieth frame of a drive alone."""
    frames = drive.frames[::every]
    tracks = [(category, [box for box in boxes if box.frame in frames]) for category, boxes in drive.tracks]
    return Drive(title, drive.times_ns, drive.points, drive.has_poses, tracks, frames)


def of_scene(title: str, scene: Scene, tracks: Sequence[tuple[str, Sequence[Box]]]) -> Drive:
    """Return a scene with boxes as a drive; each cloud is read once and kept, and is empty where there is none."""
    kept: dict[int, Points] = {}
    present = [frame.index for frame in scene.frames if any(sweep.is_present for sweep in frame.sweeps.values())]

    def points(frame: int) -> Points:
        if frame not in kept:
            there = frame in present
            kept[frame] = points_of(scene, frame) if there else Points(np.empty((0, 3)), np.zeros(3))
        return kept[frame]

    return Drive(title, [f.timestamp_ns for f in scene.frames], points, scene.has_poses, tracks, present)


def _labelled(title: str, path: Path) -> Drive:
    from lidar_label.datasets import open_dataset

    dataset = open_dataset(path)
    name = dataset.scene_names[0]
    labels = dataset.labels(name)
    tracks = [(t.category, labels.of_track(t.token)) for t in labels.tracks if t.category.lower() in _CARS]
    drive = of_scene(title, dataset.scene(name), tracks)
    return replace(drive, times_ns=[time // 10 for time in drive.times_ns]) if title in _TEN_TIMES else drive


def _kitti_0052(path: Path) -> Drive:
    from lidar_label.datasets import open_dataset
    from lidar_label.datasets.kitti.labels import read_object_labels

    dataset = open_dataset(path)
    scene = dataset.scene(dataset.scene_names[0])
    boxes: dict[int, list[Box]] = {}
    for index, stem in _OBJECT_LABELS.items():
        labels = read_object_labels(path / "object_label_2" / f"{stem}.txt", path / "object_calib" / f"{stem}.txt")
        lidar = scene.world_SE3_lidar(index)
        for number, label in enumerate(labels):  # the same objects in the same order
            velo = label.velo_SE3_box
            if label.kind.lower() in _CARS:
                pose = lidar @ SE3(lidar.src, "box", velo.rotation, velo.translation)
                box = Box(track=f"{label.kind} {number}", frame=index, world_SE3_box=pose, size=label.size)
                boxes.setdefault(number, []).append(box)
    return of_scene("KITTI raw 0052", scene, [("Car", found) for found in boxes.values()])


def row_of(box: Box) -> np.ndarray:
    """Return a box as the kernels take it."""
    return np.array([*box.center, *box.size, box.yaw])
