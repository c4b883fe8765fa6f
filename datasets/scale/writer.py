"""Writing folders as Scale takes and returns them: frames of points in world, and a response of cuboids."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.lidar_files import (
    Job,
    main_sweep,
    merged_attributes,
    picture_job,
    points_or_none,
    run_jobs,
    write_json,
)
from lidar_label.datasets.moments import SECOND_NS
from lidar_label.datasets.names import frame_stems, named_drives, track_ids, unique_names
from lidar_label.datasets.objects import facts_of
from lidar_label.datasets.scale.format import ANNOTATIONS, FRAMES, IMAGES
from lidar_label.datasets.scale.labels import cuboid_of
from lidar_label.model import SE3, Box, Finding, Fisheye, Frame, Image, Pinhole, PointCloud, Scene, Sweep

_NANO = 9  # digits of a metre: none of the file's are ours to drop
_FIELDS = {"i": "intensity", "d": "d", "is_ground": "is_ground"}
_BEND = {Pinhole: ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6"), Fisheye: ("k1", "k2", "k3", "k4")}


def write_scale(folder: Path, drives: Sequence[Drive], options: WriteOptions) -> list[Finding]:
    """Write each drive as ``SCENE/annotations.json``, ``SCENE/frames/FRAME.json`` and ``SCENE/images/CAMERA``."""
    findings: list[Finding] = []
    work: list[Job] = []
    lost: list[int] = []
    for drive, name in named_drives(drives, findings):
        work += _write_scene(folder / name, drive, lost)
    findings += run_jobs(work, options)
    if sum(lost):
        text = f"{sum(lost)} points without a return are left out: there is no number for them"
        findings.append(Finding("warning", "no-return", text))
    return findings


def _write_scene(folder: Path, drive: Drive, lost: list[int]) -> list[Job]:
    """Write the response; return the work of writing frames and pictures."""
    scene, work = drive.scene, []
    channels = unique_names([s.channel for s in scene.sensors.values() if s.kind == "camera"])
    for place in (FRAMES, *(f"{IMAGES}/{name}" for name in channels.values())):
        (folder / place).mkdir(parents=True)
    ids = track_ids(drive.labels)
    response = [
        {"cuboids": [_cuboid(drive, box, ids[box.track]) for box in drive.labels.in_frame(frame.index)]}
        for frame in scene.frames
    ]
    write_json(folder / ANNOTATIONS, response)
    for frame, stem in zip(scene.frames, frame_stems(scene), strict=True):
        pictures: list[dict[str, Any]] = []
        for channel, name in channels.items():
            if channel in frame.images:
                image = frame.images[channel]
                url = f"{IMAGES}/{name}/{stem}{image.suffix}"
                pictures.append(_image(scene, image, url))
                work.append(picture_job(image, folder / url))
        work.append(partial(_write_frame, scene, frame, pictures, folder / FRAMES / f"{stem}.json", lost))
    return work


def _cuboid(drive: Drive, box: Box, ident: str) -> dict[str, Any]:
    pose = box.world_SE3_box
    world = SE3("world", "box", pose.rotation, pose.translation + drive.scene.origin)
    facts = facts_of(box)
    count = facts.pop("num_lidar_pts", None)
    return {
        "uuid": ident,
        "label": drive.labels.track(box.track).category,
        **cuboid_of(world, box.size),
        **({"numberOfPoints": count} if count is not None else {}),
        "attributes": {**merged_attributes(drive, box), **facts},
    }


def _image(scene: Scene, image: Image, url: str) -> dict[str, Any]:
    """Return a camera as the tool wants it: where it is in world, and its lens."""
    row: dict[str, Any] = {"image_url": url}
    if scene.has_timestamps:
        row["timestamp"] = image.timestamp_ns
    camera = image.sensor.camera
    if camera is not None:
        pose = image.world_SE3_sensor
        row |= {"position": _place(pose, scene), "heading": _quaternion(pose)}
        row |= {"camera_model": "fisheye" if isinstance(camera, Fisheye) else "brown_conrady", "scale_factor": 1}
        row |= {"fx": camera.fx, "fy": camera.fy, "cx": camera.cx, "cy": camera.cy}
        row |= dict(zip(_BEND[type(camera)], camera.distortion, strict=False))
    return row


def _write_frame(scene: Scene, frame: Frame, pictures: list[dict[str, Any]], path: Path, lost: list[int]) -> str:
    """Write a frame's file; return what was absent, and note in `lost` how many points have no place."""
    place, heading = dict.fromkeys("xyz", 0.0), {"w": 1.0, "x": 0.0, "y": 0.0, "z": 0.0}
    if scene.has_poses:  # else the vehicle's frame is the world, whatever its origin
        place, heading = _place(frame.world_SE3_ego, scene), _quaternion(frame.world_SE3_ego)
    content: dict[str, Any] = {"device_position": place, "device_heading": heading}
    if scene.has_timestamps:
        content["timestamp"] = frame.timestamp_ns
    content["images"] = pictures
    sweep, missing = main_sweep(scene, frame.index), ""
    points = ""
    if sweep is not None:
        cloud, missing = points_or_none(sweep, path)
        kept = _points(scene, sweep, cloud)
        lost.append(len(cloud) - len(kept))
        # They stand last, in one list without lists in it, so that they can be passed over.
        points = f', "points": {json.dumps(kept, allow_nan=False, separators=(",", ":"))}'
    path.write_text(f"{json.dumps(content, allow_nan=False)[:-1]}{points}}}\n", encoding="utf-8")
    return missing


def _points(scene: Scene, sweep: Sweep, cloud: PointCloud) -> list[dict[str, Any]]:
    """Return the points of a sweep that are a return, in the source's world, with what the tool has a name for."""
    good = cloud.valid
    xyz = scene.world_SE3_lidar(sweep.frame).apply(cloud.xyz[good].astype(np.float64)) + np.array(scene.origin)
    rows: list[dict[str, Any]] = [dict(zip("xyz", place, strict=True)) for place in np.round(xyz, _NANO).tolist()]
    columns = {theirs: cloud.fields[ours][good].tolist() for theirs, ours in _FIELDS.items() if ours in cloud.fields}
    if scene.has_timestamps and "time_s" in cloud.fields:
        late = np.asarray(cloud.fields["time_s"][good], dtype=np.float64) * SECOND_NS
        columns["t"] = [sweep.timestamp_ns + round(one) if math.isfinite(one) else one for one in late.tolist()]
    for name, column in columns.items():
        for row, value in zip(rows, column, strict=True):
            if math.isfinite(value):
                row[name] = bool(value) if name == "is_ground" else value
    return rows


def _place(pose: SE3, scene: Scene) -> dict[str, float]:
    return dict(zip("xyz", (pose.translation + scene.origin).tolist(), strict=True))


def _quaternion(pose: SE3) -> dict[str, float]:
    return dict(zip("wxyz", pose.rotation.tolist(), strict=True))
