"""Part of scripts/lift: labelled frames, real and made up, with the 2D boxes of their objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from clicks_data import kind_of
from numpy.typing import NDArray

from lidar_label.model import SE3, Camera, Floats, Labels, Scene
from lidar_label.model.outline import Rect, outline

_RAW = "kitti_raw/2011_09_26/2011_09_26_drive_00"
_OTHERS = (
    ("SUSTech", "sustechpoints_example"), ("Argoverse 2", "av2"), ("DGP", "dgp_test_scene"),
)  # fmt: skip
_KITTI = (  # title, data set, frame, labels, calibration
    ("KITTI object", "kitti_object", 0, "training/label_2/000000.txt", "training/calib/000000.txt"),
    ("KITTI object", "kitti_object", 1, "training/label_2/000001.txt", "training/calib/000001.txt"),
    ("KITTI object", "kitti_object_reduced", 0, "label_2/000008.txt", "calib/000008.txt"),
    ("KITTI raw", f"{_RAW}01_sync", 1, "object_label_2/002364.txt", "object_calib/002364.txt"),
    ("KITTI raw", f"{_RAW}01_sync", 2, "object_label_2/003638.txt", "object_calib/003638.txt"),
    ("KITTI raw", f"{_RAW}52_sync", 0, "object_label_2/001497.txt", "object_calib/001497.txt"),
    ("KITTI raw", f"{_RAW}52_sync", 7, "object_label_2/004587.txt", "object_calib/004587.txt"),
)
_KITTI_SIZE = (1242, 375)
_LEAST_PIXELS = 25.0  # KITTI's own bound for the height of a 2D box
_CUT = 0.8  # an object of which more lies outside of the picture is not asked for


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """A camera at the time of its picture, with the way from the frame's ego."""

    channel: str
    camera: Camera
    camera_SE3_ego: SE3


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """A labelled object of one frame, in the frame's ego frame, with its 2D boxes by camera."""

    category: str
    group: str
    """car, vehicle (of other kinds), person, rider or other."""
    row: Floats
    points: int
    """How many points its box holds."""
    marks: dict[str, Rect]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A frame: its points in the ego frame, where its sensors stand, its cameras, and what is labelled."""

    title: str
    name: str
    xyz: NDArray[np.float32]
    origins: Floats
    eyes: dict[str, Eye]
    objects: tuple[Object, ...] = field(default=())


def group_of(category: str) -> str:
    """Return car, vehicle (of other kinds), person, rider or other."""
    kind = kind_of(category)
    word = category.lower().rsplit(".", 1)[-1]
    is_car = word in ("car", "regular_vehicle", "1", "sedan")
    return "car" if kind == "vehicle" and is_car else kind


def real_shots(data: Path) -> Iterator[Shot]:
    """Yield the real frames that have points, labels and cameras."""
    for title, folder, frame, labels, calibration in _KITTI:
        yield _kitti(title, data / folder, frame, data / folder / labels, data / folder / calibration)
    from lidar_label.datasets import open_dataset

    for title, folder in _OTHERS:
        dataset = open_dataset(data / folder)
        for name in dataset.scene_names:
            scene, labels = dataset.scene(name), dataset.labels(name)
            for frame in scene.frames:
                if any(sweep.is_present for sweep in frame.sweeps.values()):
                    yield _shot(title, scene, labels, frame.index)


def made_shots(seeds: range, frames: int = 3) -> Iterator[Shot]:
    """Yield frames of made-up drives, two seconds apart, with the exact truth."""
    from lidar_label.synth import make_drive

    for seed in seeds:
        drive = make_drive(frames=frames, seed=seed, frame_rate_hz=0.5, image_size=(1408, 792))
        for frame in drive.scene.frames:
            yield _shot("made up", drive.scene, drive.labels, frame.index)


def _kitti(title: str, folder: Path, index: int, labels: Path, calibration: Path) -> Shot:
    """Return a frame with KITTI's own 2D boxes."""
    from lidar_label.datasets import open_dataset
    from lidar_label.datasets.kitti.calib import read_calib
    from lidar_label.datasets.kitti.labels import read_label_file

    dataset = open_dataset(folder)
    scene = dataset.scene(dataset.scene_names[0])
    found = read_calib(calibration)
    lenses = [s.camera for s in scene.sensors.values() if s.camera is not None]
    size = (lenses[0].width, lenses[0].height) if lenses else _KITTI_SIZE
    xyz, origins = _points(scene, index)
    ego_SE3_lidar = scene.frames[index].world_SE3_ego.inverse @ scene.world_SE3_lidar(index)
    way = found.camera_SE3_velo(2, "image_02")
    lidar_SE3_camera = SE3(ego_SE3_lidar.src, "image_02", way.inverse.rotation, way.inverse.translation)
    eye = Eye("image_02", found.camera(2, size), (ego_SE3_lidar @ lidar_SE3_camera).inverse)
    objects = []
    for row in read_label_file(labels).rows:
        velo = found.box_in_velo(row.location, row.size[2], row.rotation_y)
        pose = ego_SE3_lidar @ SE3(ego_SE3_lidar.src, "box", velo.rotation, velo.translation)
        if row.rect[3] - row.rect[1] >= _LEAST_PIXELS:
            objects.append(_object(row.kind, pose, row.size, xyz, {"image_02": row.rect}))
    return Shot(title, f"{scene.name} {index}", xyz, origins, {"image_02": eye}, tuple(objects))


def _shot(title: str, scene: Scene, labels: Labels, index: int) -> Shot:
    """Return a frame with the tight boxes of its labels in all cameras."""
    frame = scene.frames[index]
    ego_SE3_world = frame.world_SE3_ego.inverse
    xyz, origins = _points(scene, index)
    eyes = {}
    for channel, sensor in scene.sensors.items():
        if sensor.camera is None or channel.startswith("stereo"):
            continue
        image = frame.images.get(channel)
        if image is not None:
            eyes[channel] = Eye(channel, sensor.camera, image.world_SE3_sensor.inverse @ frame.world_SE3_ego)
        elif not any(f.images for f in scene.frames):
            eyes[channel] = Eye(channel, sensor.camera, sensor.ego_SE3_sensor.inverse)
    kinds = {track.token: track.category for track in labels.tracks}
    objects = []
    for box in labels.in_frame(index):
        pose = ego_SE3_world @ box.world_SE3_box
        marks = {}
        for channel, eye in eyes.items():
            seen = outline(eye.camera, eye.camera_SE3_ego @ pose, box.size)
            if seen is not None and seen.truncated <= _CUT and seen.rect[3] - seen.rect[1] >= _LEAST_PIXELS:
                marks[channel] = seen.rect
        if marks:
            objects.append(_object(kinds[box.track], pose, box.size, xyz, marks))
    return Shot(title, f"{scene.name} {index}", xyz, origins, eyes, tuple(objects))


def _object(
    category: str, pose: SE3, size: tuple[float, float, float], xyz: NDArray[np.float32], marks: dict[str, Rect]
) -> Object:
    near = np.flatnonzero((np.abs(xyz - pose.translation) <= np.linalg.norm(size) / 2).all(axis=1))
    inside = (np.abs(pose.inverse.apply(xyz[near])) <= np.array(size) / 2).all(axis=1)
    row = np.array([*pose.translation, *size, pose.yaw])
    return Object(category, group_of(category), row, int(inside.sum()), marks)


def _points(scene: Scene, index: int) -> tuple[NDArray[np.float32], Floats]:
    from lidar_label.jobs.first_draft import look_at

    look = look_at(scene, index)
    if look is None:
        raise ValueError(f"frame {index} of {scene.name} has no sweep")
    return look.xyz, look.origins
