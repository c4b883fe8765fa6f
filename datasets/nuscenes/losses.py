"""What of a drive nuScenes cannot hold, or its devkit will not use, said before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from lidar_label.datasets.base import Drive
from lidar_label.datasets.clouds.bin import NUSCENES_FIELDS
from lidar_label.datasets.losses import area_losses
from lidar_label.datasets.nuscenes.sensor_files import CLASS
from lidar_label.datasets.nuscenes.vocabulary import all_attributes, flag_name
from lidar_label.errors import MissingFile
from lidar_label.model import Box, Finding, Fisheye, Labels, Scene, Source, Sweep, driving_taxonomy

# The devkit gives an object no velocity where its neighbouring boxes are further apart in time.
_GAP_S = 1.5
_FAST_M_S = 60.0
_SHOWN = 3
_SURFACES = {
    "noise", "flat.driveable_surface", "flat.other", "flat.sidewalk", "flat.terrain", "static.manmade",
    "static.other", "static.vegetation", "vehicle.ego",
}  # fmt: skip


def losses(drives: Sequence[Drive]) -> list[Finding]:
    """Return what is lost or unused, scene by scene."""
    return [
        finding
        for drive in drives
        for finding in (
            *_of_scene(drive.scene, drive.classes),
            *_of_labels(drive),
            *_of_classes(drive),
            *area_losses(drive),
        )
    ]


def _of_scene(scene: Scene, classes: Mapping[int, str]) -> Iterator[Finding]:
    yield from _of_cameras(scene)
    if any(frame.name for frame in scene.frames):
        yield Finding("info", "frame-names", "frames have no names in nuScenes, only tokens and times", scene.name)
    if not scene.is_sequence:
        yield _lost(scene, "no-sequence", "the frames are unrelated moments, which nuScenes has as one scene")
    if not scene.has_timestamps:
        yield _lost(scene, "made-up-times", "the source has no times: velocities from these tables mean nothing")
    if not scene.has_poses:
        yield _lost(scene, "no-poses", "the source has no ego poses: the vehicle stands still at the world's origin")
    bare = sum(not frame.sweeps and not frame.images for frame in scene.frames)
    if bare and scene.has_poses:
        message = f"{bare} frames have no recording, and nuScenes keeps no ego pose without one"
        yield _lost(scene, "no-recordings", message)
    fields = _point_fields(scene) - set(NUSCENES_FIELDS) - ({CLASS} if classes else set())
    if fields:
        yield _lost(scene, "point-fields", f"of each point, {', '.join(sorted(fields))} has no place")


def _of_cameras(scene: Scene) -> Iterator[Finding]:
    for channel, sensor in scene.sensors.items():
        camera = sensor.camera
        if camera is None and sensor.kind == "camera":
            yield _lost(scene, "no-intrinsics", f"{channel} is not calibrated: the devkit cannot draw boxes in it")
        elif isinstance(camera, Fisheye):
            yield _lost(scene, "fisheye", f"{channel} is a fisheye, which nuScenes cannot say: its lens is lost")
        elif camera is not None and any(camera.distortion):
            message = f"the lens of {channel} distorts; camera_distortion is written, which the devkit does not use"
            yield _lost(scene, "distortion", message)


def _of_classes(drive: Drive) -> Iterator[Finding]:
    used = {*drive.classes.values(), *(track.category for track in drive.labels.tracks)} if drive.classes else set()
    strange = sorted(used - {category.name for category in driving_taxonomy().categories} - _SURFACES)
    if strange:
        message = (
            f"the devkit opens lidarseg with categories of one's own, such as {strange[0]}, only where it is given "
            "colours for them: NuScenes(..., colormap=...)"
        )
        yield _lost(drive.scene, "own-classes", message)


def _lost(scene: Scene, code: str, message: str) -> Finding:
    return Finding("warning", code, message, scene.name)


def _point_fields(scene: Scene) -> set[str]:
    """Return the fields of the points, from the first sweep of each LiDAR that is there."""
    found: dict[str, set[str]] = {}
    sweeps = (r for r in scene.recordings() if isinstance(r, Sweep) and r.sensor.kind == "lidar")
    for sweep in sweeps:
        if sweep.channel not in found and sweep.is_present:
            try:
                found[sweep.channel] = set(sweep.points().fields)
            except MissingFile:
                continue  # gone since; the writer counts it
        if len(found) == sum(sensor.kind == "lidar" for sensor in scene.sensors.values()):
            break
    return set().union(*found.values())


def _of_labels(drive: Drive) -> Iterator[Finding]:
    name, labels = drive.scene.name, drive.labels
    boxes = list(labels.boxes())
    values = sorted({key for key, value in all_attributes(drive) if not flag_name(key, value) and value is not False})
    if values:
        message = f"attributes that are numbers or empty have no place: {', '.join(values)}"
        yield Finding("warning", "attribute-lost", message, name)
    texts = sorted({key for key, value in all_attributes(drive) if isinstance(value, str) and value})
    if texts:
        message = f"attributes with a value become name.value: {', '.join(texts)}"
        yield Finding("info", "attribute-renamed", message, name)
    if any(track.attributes for track in labels.tracks):
        message = "attributes of whole tracks are written on each of their boxes"
        yield Finding("info", "track-attributes", message, name)
    many = sum(len(_flags(box, labels)) > 1 for box in boxes)
    if many:
        message = f"{many} boxes have more than one attribute, which the devkit's detection evaluation refuses"
        yield Finding("warning", "many-attributes", message, name)
    if any(box.score is not None for box in boxes):
        yield Finding("warning", "scores", "boxes have no scores in nuScenes", name)
    if any(box.source is not Source.IMPORTED or not box.is_keyframe for box in boxes):
        message = "who or what made a box is not kept; every box becomes a key box"
        yield Finding("info", "sources", message, name)
    if drive.scene.is_sequence:
        yield from _of_motion(drive.scene, labels)


def _flags(box: Box, labels: Labels) -> set[str]:
    merged = {**labels.track(box.track).attributes, **box.attributes}
    return {flag for item in merged.items() if (flag := flag_name(*item))}


def _of_motion(scene: Scene, labels: Labels) -> Iterator[Finding]:
    """Report boxes without a velocity, and those that jump."""
    times = [frame.timestamp_ns * 1e-9 for frame in scene.frames]
    still: list[str] = []
    fast: list[str] = []
    for track in labels.tracks:
        boxes = [box for box in labels.of_track(track.token) if box.frame < len(times)]
        steps = [(first, second, times[second.frame] - times[first.frame]) for first, second in pairwise(boxes)]
        if len(boxes) == 1 or any(seconds > _GAP_S for _, _, seconds in steps):
            still.append(track.name or track.token[:8])
        if any(_metres(first, second) > _FAST_M_S * seconds for first, second, seconds in steps):
            fast.append(track.name or track.token[:8])
    if still:
        message = (
            f"{len(still)} tracks have boxes without a velocity in the devkit, being single or more than "
            f"{_GAP_S} s apart: {_some(still)}"
        )
        yield Finding("info", "no-velocity", message, scene.name)
    if fast:
        message = f"{len(fast)} tracks move faster than {_FAST_M_S:.0f} m/s somewhere: {_some(fast)}"
        yield Finding("warning", "too-fast", message, scene.name)


def _metres(first: Box, second: Box) -> float:
    return float(np.linalg.norm(second.center - first.center))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
