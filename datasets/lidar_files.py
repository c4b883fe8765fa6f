"""Sensor files of writers: clouds and pictures, and what formats that know one LiDAR lose."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.clouds.base import CloudArrays, Point3
from lidar_label.datasets.clouds.registry import write_cloud
from lidar_label.datasets.losses import lost, some
from lidar_label.datasets.work import run_all
from lidar_label.errors import MissingFile
from lidar_label.model import SE3, AttributeValue, Box, Finding, Image, Pinhole, PointCloud, Scene, Sweep

Job = Callable[[], str]
_EMPTY = PointCloud(np.zeros((0, 3), dtype=np.float32))


def cloud_job(sweep: Sweep | None, path: Path, origin: Point3 = (0.0, 0.0, 0.0)) -> Job:
    """Return the work of writing a sweep as PCD, an empty one where it is absent; it returns what was absent."""
    return partial(_write_cloud, sweep, path, origin)


def picture_job(image: Image, path: Path) -> Job:
    """Return the work of copying a picture byte for byte; it returns what was absent."""
    return partial(_write_picture, image, path)


def main_sweep(scene: Scene, frame: int) -> Sweep | None:
    """Return the main LiDAR's sweep of a frame, if it has one."""
    lidar = scene.main_lidar
    return scene.frames[frame].sweeps.get(lidar.channel) if lidar is not None else None


def lidar_origin(scene: Scene) -> Point3:
    """Return what to add to the main LiDAR's points so that they are where the source's own cloud has them."""
    lidar = scene.main_lidar
    if scene.has_poses or lidar is None or not any(scene.origin):
        return (0.0, 0.0, 0.0)
    x, y, z = (lidar.ego_SE3_sensor.rotation_matrix.T @ np.array(scene.origin)).tolist()
    return (x, y, z)


def camera_SE3_lidar(scene: Scene, image: Image) -> SE3:
    """Return the main LiDAR of a picture's frame in the camera, each at its own time and pose."""
    pose = image.world_SE3_sensor.inverse @ scene.world_SE3_lidar(image.frame)
    x, y, z = lidar_origin(scene)
    return pose @ SE3(pose.src, "cloud", (1.0, 0.0, 0.0, 0.0), (-x, -y, -z))


def run_jobs(work: Sequence[Job], options: WriteOptions) -> list[Finding]:
    """Run the work of a writer and say which files were not there."""
    missing = [result for result in run_all(work, options, "write") if result]
    if not missing:
        return []
    text = f"{len(missing)} sensor files were not there; absent clouds were written empty, absent pictures not at all"
    return [Finding("warning", "missing-file", text, missing[0])]


def one_lidar_losses(scene: Scene, *, distortion: bool = False) -> Iterator[Finding]:
    """Yield what of a scene's sensors has no place beside one LiDAR; `distortion` says that a lens may have some."""
    lidar = scene.main_lidar
    others = [s.channel for s in scene.sensors.values() if s.kind != "camera" and s is not lidar]
    if others:
        yield lost(scene, "other-sensors", f"there is room for one LiDAR; lost: {some(others)}")
    cameras = [s for s in scene.sensors.values() if s.camera is not None]
    bent = [s.channel for s in cameras if not (isinstance(s.camera, Pinhole) and not any(s.camera.distortion))]
    if bent and not distortion:
        yield lost(scene, "distortion", f"there is no room for a lens that distorts: {some(bent)}")


def keyframe_losses(drive: Drive) -> Iterator[Finding]:
    """Yield that a format cannot tell the boxes that a person fixed from those in between."""
    if any(not box.is_keyframe for box in drive.labels.boxes()):
        yield lost(drive.scene, "keyframes", "which boxes a person fixed is lost: all look alike")


def merged_attributes(drive: Drive, box: Box) -> dict[str, AttributeValue]:
    """Return what is true of an object in one frame, that of its whole track included."""
    return {**drive.labels.track(box.track).attributes, **box.attributes}


def write_json(path: Path, content: object, *, indent: int | None = 1) -> None:
    """Write a JSON file; numbers keep every digit, and none is infinite."""
    text = json.dumps(content, allow_nan=False, indent=indent, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def points_or_none(sweep: Sweep | None, path: Path) -> tuple[PointCloud, str]:
    """Return the points that go to `path` and an empty text; of an absent cloud no points, and what is absent."""
    if sweep is None:
        return _EMPTY, f"cloud for {path.name}"
    try:
        return sweep.points(), ""
    except MissingFile as error:
        return _EMPTY, error.where


def _write_cloud(sweep: Sweep | None, path: Path, origin: Point3) -> str:
    cloud, missing = points_or_none(sweep, path)
    write_cloud("pcd", path, CloudArrays(cloud, origin))
    return missing


def _write_picture(image: Image, path: Path) -> str:
    try:
        path.write_bytes(image.encoded())
    except MissingFile as error:
        return error.where
    return ""
