"""What of a drive KITTI's layouts cannot hold, said before anything is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from lidar_label.datasets.base import Drive, Holds
from lidar_label.datasets.clouds.bin import KITTI_FIELDS
from lidar_label.datasets.kitti.common import some
from lidar_label.datasets.kitti.point_labels import CLASS, INSTANCE
from lidar_label.datasets.kitti.reference import References, is_ideal, references
from lidar_label.datasets.losses import area_losses, common_losses
from lidar_label.errors import LidarLabelError
from lidar_label.model import SE3, Box, Finding, Image, Scene

_TILT_RAD = math.radians(0.1)
_IN_ROWS = {"truncated", "occluded", "score"}
_IN_TRACKLETS = {"state", "occlusion", "truncation"}
_LAST_NUMBER = 10**6
_ALL_BUT_BOXES = Holds(
    boxes=False, tracks=True, rotation="full", attributes=True, visibility=True, scores=True, cameras=True, poses=True,
    timestamps=True, sweeps_between=True,
)  # fmt: skip


def losses_in_camera(drives: Sequence[Drive], *, tracks: bool) -> list[Finding]:
    """Return what the object benchmark loses, or with `tracks` the tracking benchmark."""
    found: list[Finding] = []
    for drive in drives:
        scene, refs = drive.scene, references(drive.scene)
        found += _of_scene(drive, refs)
        found += area_losses(drive)
        found += _of_boxes(drive, _level_pose(refs, one=tracks), "the camera's", _IN_ROWS | {"occlusion"})
        if not tracks and scene.is_sequence and len(drive.labels):
            found.append(_lost(scene, "tracks", "tracks are lost: each box becomes an object of its own"))
        if not tracks and scene.has_poses:
            found.append(_lost(scene, "poses", "ego poses are lost: each frame stands alone"))
        if scene.has_timestamps:
            found.append(_lost(scene, "timestamps", "times are lost: the layout has none"))
        if any(not box.is_keyframe for box in drive.labels.boxes()):
            found.append(_lost(scene, "keyframes", "which boxes a person fixed is lost: all look alike"))
        if not any(sensor.camera is not None for sensor in scene.sensors.values()) and not refs.has_own_calibration:
            text = "no camera is calibrated: the calibration is of a made-up one, and 2D boxes are -1"
            found.append(_lost(scene, "no-camera", text))
        spaced = sorted({t.category for t in drive.labels.tracks if len(t.category.split()) > 1})
        if spaced:
            found.append(_lost(scene, "category-name", f"blanks in categories become underscores: {some(spaced)}"))
    return found


def _level_pose(refs: References, *, one: bool) -> Callable[[Box], SE3]:
    """Return how a box is placed before a camera: under its frame's calibration, or one for all."""
    calibration = refs.calibration(0) if one else None
    return lambda box: refs.level_SE3_box(box, calibration)


def losses_in_velodyne(drives: Sequence[Drive]) -> list[Finding]:
    """Return what the raw layout loses."""
    found: list[Finding] = []
    for drive in drives:
        scene, refs = drive.scene, references(drive.scene)
        found += _of_scene(drive, refs)
        found += area_losses(drive)
        found += _of_boxes(drive, refs.velo_SE3_box, "the Velodyne's", _IN_TRACKLETS | {"occluded"})
        if any(box.score is not None for box in drive.labels.boxes()):
            found.append(_lost(scene, "scores", "scores are lost"))
        if scene.has_poses:
            text = "of OXTS packets only place and direction are real; places start at latitude and longitude 0"
            found.append(Finding("info", "oxts", text, scene.name))
        cut = sum(max(len(runs(drive, track.token)) - 1, 0) for track in drive.labels.tracks)
        if cut:
            text = f"tracks are cut {cut} times, where they have a gap or change their size"
            found.append(_lost(scene, "tracks-cut", text))
    return found


def losses_in_sequences(drives: Sequence[Drive], *, classes: bool) -> list[Finding]:
    """Return what the odometry layout loses; with `classes` it keeps the class and instance of a point."""
    found: list[Finding] = []
    for drive in drives:
        scene, refs = drive.scene, references(drive.scene)
        found += _of_scene(drive, refs, {CLASS, INSTANCE} if classes else set())
        found += common_losses(_ALL_BUT_BOXES, [drive])
        first = scene.frames[0].timestamp_ns if scene.frames else 0
        if scene.has_timestamps and first:
            found.append(_lost(scene, "date", "times count from the first frame: when that was is lost"))
        apart = sorted({i.channel for i in _pictures(refs) if scene.has_timestamps and _apart(scene, i)})
        if apart:
            found.append(_lost(scene, "picture-times", f"pictures get the time of their cloud: {some(apart)}"))
    return found


def _apart(scene: Scene, image: Image) -> bool:
    return image.timestamp_ns != scene.frames[image.frame].timestamp_ns


def runs(drive: Drive, track: str) -> list[list[Box]]:
    """Return a track's boxes in pieces that a tracklet can hold: consecutive numbers, one size."""
    numbers = frame_numbers(drive.scene)
    pieces: list[list[Box]] = []
    for box in drive.labels.of_track(track):
        last = pieces[-1][-1] if pieces else None
        if last is None or numbers[box.frame] != numbers[last.frame] + 1 or box.size != last.size:
            pieces.append([])
        pieces[-1].append(box)
    return pieces


def frame_numbers(scene: Scene) -> list[int]:
    """Return the file number of each frame: its name where those are rising numbers, else its index."""
    names = [frame.name for frame in scene.frames]
    if all(name.isascii() and name.isdigit() and len(name) <= 12 for name in names):
        numbers = [int(name) for name in names]
        rising = all(a < b for a, b in pairwise(numbers))
        if rising and (not numbers or numbers[-1] < _LAST_NUMBER):
            return numbers
    return list(range(len(names)))


def _of_scene(drive: Drive, refs: References, kept_fields: Collection[str] = ()) -> Iterator[Finding]:
    scene = drive.scene
    if scene.between:
        yield _lost(scene, "sweeps-between", f"{len(scene.between)} recordings between the frames are lost")
    kept = {refs.lidar.channel, *_picture_channels(refs)}
    others = sorted(channel for channel in scene.sensors if channel not in kept)
    if others:
        yield _lost(scene, "other-sensors", f"KITTI has one LiDAR and its own cameras; lost: {some(others)}")
    if refs.quarters:
        text = f"points are turned by {90 * refs.quarters} degrees, so that x is ahead as in KITTI"
        yield Finding("info", "turned", text, scene.name)
    bent = sorted({image.channel for image in _pictures(refs) if image.sensor.camera and not is_ideal(image)})
    if bent:
        text = f"KITTI's pictures are free of distortion and these are not; their lens is lost: {some(bent)}"
        yield _lost(scene, "distortion", text)
    fields = _extra_fields(refs) - set(kept_fields)
    if fields:
        yield _lost(scene, "point-fields", f"of each point, {some(sorted(fields))} has no place")


def _pictures(refs: References) -> Iterator[Image]:
    for frame in refs.scene.frames:
        yield from refs.pictures(frame.index).values()


def _picture_channels(refs: References) -> set[str]:
    return {image.channel for image in _pictures(refs)}


def _extra_fields(refs: References) -> set[str]:
    for frame in refs.scene.frames:
        sweep = frame.sweeps.get(refs.lidar.channel)
        if sweep is not None and sweep.is_present:
            try:
                return set(sweep.points().fields) - set(KITTI_FIELDS)
            except LidarLabelError:
                return set()  # writing it will say what is wrong
    return set()


def _of_boxes(drive: Drive, pose_of: Callable[[Box], SE3], whose: str, kept: set[str]) -> Iterator[Finding]:
    scene, labels = drive.scene, drive.labels
    tilts = [_tilt(pose_of(box)) for box in labels.boxes()]
    tilted = [tilt for tilt in tilts if tilt > _TILT_RAD]
    if tilted:
        most = math.degrees(max(tilted))
        text = f"{len(tilted)} boxes lean against {whose} vertical, by up to {most:.1f} degrees; only their yaw is kept"
        yield _lost(scene, "tilt", text)
    names = {name for box in labels.boxes() for name in box.attributes}
    names |= {name for track in labels.tracks for name in track.attributes}
    yield from _lost_names(scene, "attributes", names - kept)
    if any(box.visibility for box in labels.boxes()):
        yield _lost(scene, "visibility", "visibility levels are lost")


def _lost_names(scene: Scene, what: str, names: Iterable[str]) -> Iterator[Finding]:
    found = sorted(names)
    if found:
        yield _lost(scene, what, f"{what} are lost: {some(found)}")


def _tilt(pose: SE3) -> float:
    """Return the angle between a box's z and the frame's, radians."""
    return float(np.arccos(np.clip(pose.rotation_matrix[2, 2], -1.0, 1.0)))


def _lost(scene: Scene, code: str, message: str) -> Finding:
    return Finding("warning", code, message, scene.name)
