"""What a format cannot hold, worked out from its table: the losses that all formats share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from lidar_label.datasets.base import Drive, Holds
from lidar_label.model import Camera, Finding, Scene

_TILT_RAD = math.radians(0.1)
_SHOWN = 5


def common_losses(holds: Holds, drives: Sequence[Drive]) -> list[Finding]:
    """Return, scene by scene, what of these drives has no place in a format with this table.

    A format adds what is its own (one LiDAR only, no distortion, whole centimetres).
    """
    return [finding for drive in drives for finding in (*_of_scene(holds, drive.scene), *_of_labels(holds, drive))]


def lost(scene: Scene, code: str, message: str) -> Finding:
    """Return the finding that something of a scene is lost."""
    return Finding("warning", code, message, scene.name)


def one_lens_losses(scene: Scene) -> Iterator[Finding]:
    """Yield the cameras that have several lenses, where a format has room for one a channel."""
    lenses: dict[str, set[Camera]] = {}
    for image in (image for frame in scene.frames for image in frame.images.values()):
        if image.sensor.camera is not None:
            lenses.setdefault(image.channel, set()).add(image.sensor.camera)
    several = [channel for channel, found in lenses.items() if len(found) > 1]
    if several:
        yield lost(scene, "one-calibration", f"a camera has one lens, the first; others are lost: {some(several)}")


def area_losses(drive: Drive) -> Iterator[Finding]:
    """Yield that the areas of a drive are lost, of a format without a place for them."""
    if drive.areas:
        told = f"{len(drive.areas)} areas on the ground are lost: lidar-label areas writes them"
        yield lost(drive.scene, "areas", told)


def some(values: Iterable[str]) -> str:
    """Name the first few of many."""
    found = sorted(values)
    return ", ".join(found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")


def _of_scene(holds: Holds, scene: Scene) -> Iterator[Finding]:
    if scene.between and not holds.sweeps_between:
        yield lost(scene, "sweeps-between", f"{len(scene.between)} recordings between the frames are lost")
    cameras = [sensor.channel for sensor in scene.sensors.values() if sensor.kind == "camera"]
    if cameras and not holds.cameras:
        yield lost(scene, "cameras", f"pictures and calibrations of cameras are lost: {some(cameras)}")
    if scene.has_poses and not holds.poses:
        yield lost(scene, "poses", "ego poses are lost: each frame stands alone")
    if scene.has_timestamps and not holds.timestamps:
        yield lost(scene, "timestamps", "times are lost: frames keep their order alone")


def _of_labels(holds: Holds, drive: Drive) -> Iterator[Finding]:
    scene, labels = drive.scene, drive.labels
    if not holds.areas:
        yield from area_losses(drive)
    boxes = list(labels.boxes())
    if not boxes:
        return
    if not holds.boxes:
        all_of_them = "tracks, names, categories, attributes, visibility, scores and which are key boxes"
        yield lost(scene, "boxes", f"{len(boxes)} boxes are lost, with their {all_of_them}")
        return
    if scene.is_sequence and not holds.tracks:
        yield lost(scene, "tracks", "tracks are lost: each box becomes an object of its own")
    names = {name for box in boxes for name in box.attributes}
    names |= {name for track in labels.tracks for name in track.attributes}
    if names and not holds.attributes:
        yield lost(scene, "attributes", f"attributes are lost: {some(names)}")
    if not holds.visibility and any(box.visibility for box in boxes):
        yield lost(scene, "visibility", "visibility levels are lost")
    if not holds.scores and any(box.score is not None for box in boxes):
        yield lost(scene, "scores", "scores are lost")
    if holds.rotation == "yaw":
        tilted = sum(math.acos(min(1.0, box.world_SE3_box.rotation_matrix[2, 2])) > _TILT_RAD for box in boxes)
        if tilted:
            yield lost(scene, "tilt", f"{tilted} boxes lean; only their yaw about world's vertical is kept")
