"""Writing folders that Xtreme1 takes: a drive is a scene folder with clouds, pictures, cameras and results."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.euler import angles_of
from lidar_label.datasets.lidar_files import (
    Job,
    camera_SE3_lidar,
    cloud_job,
    lidar_origin,
    main_sweep,
    merged_attributes,
    picture_job,
    run_jobs,
    write_json,
)
from lidar_label.datasets.names import frame_stems, unique_names
from lidar_label.datasets.tokens import token_of
from lidar_label.datasets.xtreme1.format import CLOUD, CONFIG, PICTURE, RESULT, SCENE
from lidar_label.datasets.xtreme1.labels import TRUTH
from lidar_label.model import Attribute, Box, Finding, Image, Scene, Taxonomy

VERSION = "Xtreme1 v0.6"
_KINDS = {"choice": "RADIO", "flag": "RADIO", "number": "TEXT", "text": "TEXT"}


def write_xtreme1(folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
    """Write a folder a drive; the tool takes one whose name begins with ``Scene_`` as a drive."""
    findings: list[Finding] = []
    work: list[Job] = []
    attributes = {attribute.name: attribute for attribute in taxonomy.attributes}
    names = unique_names([drive.scene.name for drive in drives])
    for drive in drives:
        name = names[drive.scene.name]
        if not drive.scene.is_sequence and name.lower().startswith(SCENE.lower()):
            name = f"frames_{name}"
        if name != drive.scene.name:
            text = f"the scene cannot keep its name: it is {name}"
            findings.append(Finding("warning", "scene-name", text, drive.scene.name))
        place = folder / (f"{SCENE}{name}" if drive.scene.is_sequence else name)
        work += _write_scene(place, drive, attributes)
    return [*findings, *run_jobs(work, options)]


def _write_scene(folder: Path, drive: Drive, attributes: Mapping[str, Attribute]) -> list[Job]:
    """Write results and cameras; return the work of writing clouds and pictures."""
    scene, work = drive.scene, []
    origin, stems = lidar_origin(scene), frame_stems(scene)
    channels = [sensor.channel for sensor in scene.sensors.values() if sensor.kind == "camera"]
    folders = {channel: f"{PICTURE}{index}" for index, channel in enumerate(channels)}
    for name in (CLOUD, RESULT, *((CONFIG, *folders.values()) if channels else ())):
        (folder / name).mkdir(parents=True)
    names = _track_names(drive)
    for frame, stem in zip(scene.frames, stems, strict=True):
        boxes = drive.labels.in_frame(frame.index)
        if boxes or scene.main_lidar is None:
            objects = [_object(drive, box, names[box.track], attributes) for box in boxes]
            result = {"version": VERSION, "sourceName": TRUTH, "classificationValues": None, "objects": objects}
            write_json(folder / RESULT / f"{stem}.json", [result])
        if scene.main_lidar is not None:
            work.append(cloud_job(main_sweep(scene, frame.index), folder / CLOUD / f"{stem}.pcd", origin))
        pictures = [(channel, frame.images[channel]) for channel in channels if channel in frame.images]
        if pictures:
            write_json(folder / CONFIG / f"{stem}.json", [_camera(scene, *picture) for picture in pictures])
        for channel, image in pictures:
            work.append(picture_job(image, folder / folders[channel] / f"{stem}{image.suffix}"))
    return work


def _track_names(drive: Drive) -> dict[str, str]:
    """Return the tool's name for each track: its own, or a number that no other has."""
    taken, number = {track.name for track in drive.labels.tracks}, 1
    found: dict[str, str] = {}
    for track in drive.labels.tracks:
        while not track.name and str(number) in taken:
            number += 1
        found[track.token] = track.name or str(number)
        taken.add(found[track.token])
    return found


def _camera(scene: Scene, channel: str, image: Image) -> dict[str, Any]:
    """Return a camera as the tool reads it; the tool passes over `name` and over one without a pose."""
    camera = image.sensor.camera
    row: dict[str, Any] = {"name": channel}
    if camera is not None:
        row["camera_internal"] = {"fx": camera.fx, "fy": camera.fy, "cx": camera.cx, "cy": camera.cy}
        row |= {"width": camera.width, "height": camera.height}
        row |= {"camera_external": camera_SE3_lidar(scene, image).matrix.ravel().tolist(), "rowMajor": True}
    return row


def _object(drive: Drive, box: Box, name: str, attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    pose = drive.scene.lidar_SE3_box(box)
    track = drive.labels.track(box.track)
    vectors = {
        "center3D": pose.translation.tolist(), "rotation3D": angles_of(pose.rotation, "XYZ"), "size3D": box.size,
    }  # fmt: skip
    contour = {key: dict(zip("xyz", values, strict=True)) for key, values in vectors.items()}
    return {
        "id": _uuid(box.token),
        "type": "3D_BOX",
        "className": track.category,
        "trackId": track.token,
        "trackName": name,
        "classValues": [
            _value(key, value, attributes.get(key)) for key, value in merged_attributes(drive, box).items()
        ],
        "contour": {"pointN": box.num_lidar_pts or 0, "points": [], "viewIndex": 0, **contour},
        "modelConfidence": box.score,
        "modelClass": track.category,
    }


def _value(name: str, value: object, known: Attribute | None) -> dict[str, Any]:
    kind = _KINDS[known.kind] if known is not None else "RADIO" if isinstance(value, bool) else "TEXT"
    ident = _uuid(token_of("attribute", name))
    return {"id": ident, "pid": None, "name": name, "type": kind, "alias": name, "value": value, "isLeaf": True}


def _uuid(token: str) -> str:
    try:
        return str(uuid.UUID(hex=token))
    except ValueError:
        return str(uuid.UUID(hex=token_of("id", token)))
