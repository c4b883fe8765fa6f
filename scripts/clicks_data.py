"""Part of scripts/clicks: labelled frames, real and made up, and the objects in them to click on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.model import SE3, Floats, Labels, Scene

_RAW = "kitti_raw/2011_09_26/2011_09_26_drive_00"
_OBJECT_LABELS = {0: "001497", 7: "004587"}  # people labelled the first and the last frame for the object benchmark
_SETS = (
    ("SUSTech", "sustechpoints_example"), ("KITTI object", "kitti_object"), ("KITTI object", "kitti_object_reduced"),
    ("KITTI raw", f"{_RAW}01_sync"), ("Argoverse 2", "av2"), ("DGP", "dgp_test_scene"),
)  # fmt: skip
_KINDS = {  # by words in names of categories; the first that fits counts
    "rider": ("rider", "cyclist", "bicycle", "motorcycle", "motor", "bike"),
    "person": ("pedestrian", "person", "adult", "child", "worker", "police_officer", "walker"),
    "vehicle": ("car", "van", "truck", "bus", "vehicle", "trailer", "tram", "lorry"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A labelled object of one frame, in the frame's ego frame."""

    category: str
    kind: str
    """vehicle, person, rider or other."""
    pose: SE3
    size: tuple[float, float, float]
    indices: NDArray[np.intp]
    """The points inside its box."""

    @property
    def row(self) -> Floats:
        """The box as the kernels take it."""
        return np.array([*self.pose.translation, *self.size, self.pose.yaw])


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A frame: its points in the ego frame, where its sensor stands, and what is labelled."""

    title: str
    name: str
    xyz: NDArray[np.float32]
    origin: Floats
    things: tuple[Thing, ...]


def kind_of(category: str) -> str:
    """Return vehicle, person, rider or other."""
    word = category.lower()
    return next((kind for kind, words in _KINDS.items() if any(part in word for part in words)), "other")


def real_shots(data: Path) -> Iterator[Shot]:
    """Yield the real frames that have points and labels."""
    for title, path in _SETS:
        yield from _labelled(title, data / path)
    scene, labels = kitti_0052(data)
    yield from (_shot("KITTI raw", scene, labels, index) for index in _OBJECT_LABELS)


def made_shots(seeds: range, frames: int = 3) -> Iterator[Shot]:
    """Yield frames of made-up drives, two seconds apart, with the exact truth."""
    from lidar_label.synth import make_drive

    for seed in seeds:
        drive = make_drive(frames=frames, seed=seed, cameras=0, frame_rate_hz=0.5)
        for frame in drive.scene.frames:
            yield _shot("made up", drive.scene, drive.labels, frame.index)


def _labelled(title: str, path: Path) -> Iterator[Shot]:
    from lidar_label.datasets import open_dataset

    dataset = open_dataset(path)
    for name in dataset.scene_names:
        scene = dataset.scene(name)
        labels = dataset.labels(name)
        for frame in scene.frames:
            if any(sweep.is_present for sweep in frame.sweeps.values()):
                yield _shot(title, scene, labels, frame.index)


def _shot(title: str, scene: Scene, labels: Labels, index: int) -> Shot:
    kinds = {track.token: track.category for track in labels.tracks}
    frame = scene.frames[index]
    ego_SE3_world = frame.world_SE3_ego.inverse
    boxes = [(kinds[box.track], ego_SE3_world @ box.world_SE3_box, box.size) for box in labels.in_frame(index)]
    parts = []
    for sweep in frame.sweeps.values():
        if sweep.sensor.kind == "lidar":
            cloud = sweep.points()
            parts.append((ego_SE3_world @ sweep.world_SE3_sensor).apply(cloud.xyz[cloud.valid].astype(np.float64)))
    xyz = np.ascontiguousarray(np.concatenate(parts), dtype=np.float32)
    origin = ego_SE3_world.apply(scene.world_SE3_lidar(index).translation[None])[0]
    things = []
    for category, pose, size in boxes:
        near = np.flatnonzero((np.abs(xyz - pose.translation) <= np.linalg.norm(size) / 2).all(axis=1))
        inside = (np.abs(pose.inverse.apply(xyz[near])) <= np.array(size) / 2).all(axis=1)
        things.append(Thing(category, kind_of(category), pose, size, near[inside]))
    return Shot(title, f"{scene.name} {index}", xyz, origin, tuple(things))


def kitti_0052(data: Path) -> tuple[Scene, Labels]:
    """Return the drive of which people labelled two frames for the object benchmark, and those labels."""
    from lidar_label.datasets import open_dataset
    from lidar_label.datasets.kitti.labels import read_object_labels
    from lidar_label.model import Box, Track

    path = data / f"{_RAW}52_sync"
    dataset = open_dataset(path)
    scene = dataset.scene(dataset.scene_names[0])
    tracks: dict[tuple[int, str], Track] = {}
    boxes = []
    for index, stem in _OBJECT_LABELS.items():
        lidar = scene.world_SE3_lidar(index)
        found = read_object_labels(path / "object_label_2" / f"{stem}.txt", path / "object_calib" / f"{stem}.txt")
        for number, label in enumerate(found):  # the same objects in the same order
            velo = label.velo_SE3_box
            pose = lidar @ SE3(lidar.src, "box", velo.rotation, velo.translation)
            track = tracks.setdefault((number, label.kind), Track(category=label.kind))
            boxes.append(Box(track=track.token, frame=index, world_SE3_box=pose, size=label.size))
    return scene, Labels(tracks.values(), boxes)
