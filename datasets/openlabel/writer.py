"""Writing OpenLABEL: a file a scene, its clouds and pictures in a folder of its name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.lidar_files import Job, cloud_job, picture_job, run_jobs, write_json
from lidar_label.datasets.moments import time_text
from lidar_label.datasets.names import frame_stems, named_drives, unique_names
from lidar_label.datasets.objects import facts_of
from lidar_label.datasets.openlabel.streams import lens_content
from lidar_label.model import SE3, AttributeValue, Box, Finding, Frame, Image, Scene, Sensor, Sweep, Track

EGO, WORLD = "vehicle-iso8855", "world"
CUBOID = "shape"
_NUMBER = re.compile(r"-?[0-9]{1,15}")
_SAME = 1e-9


def write_openlabel(folder: Path, drives: Sequence[Drive], options: WriteOptions) -> list[Finding]:
    """Write each drive as ``SCENE.json``, in the vehicle's frame, and its sensor files as ``SCENE/CHANNEL/FRAME``.

    Times are text with nine digits, so that no nanosecond is lost. What the standard has no entry for stands where it
    allows more: a frame's name, and the vehicle's pose at a sensor's own time.
    """
    findings: list[Finding] = []
    work: list[Job] = []
    for drive, name in named_drives(drives, findings):
        writer = _SceneWriter(folder, name, drive)
        write_json(folder / f"{name}.json", {"openlabel": writer.content()}, indent=None)
        work += writer.work
    return [*findings, *run_jobs(work, options)]


class _SceneWriter:
    """One scene on its way into its file; `work` is what remains to be written beside it."""

    def __init__(self, folder: Path, name: str, drive: Drive) -> None:
        self.folder, self.name, self.drive = folder, name, drive
        self.scene: Scene = drive.scene
        self.stems = frame_stems(drive.scene)
        self.keys = _frame_keys(drive.scene)
        self.channels = unique_names(list(drive.scene.sensors))
        self.systems = _system_names(list(drive.scene.sensors))
        self.uids = _uids(drive.labels.tracks)
        self.work: list[Job] = []

    def content(self) -> dict[str, Any]:
        """Return what the file holds under ``openlabel``."""
        scene = self.scene
        metadata = {"schema_version": "1.0.0", "name": scene.name, **{k: v for k, v in scene.log.items() if v}}
        if scene.description:
            metadata["comment"] = scene.description
        content: dict[str, Any] = {
            "metadata": metadata,
            "coordinate_systems": self._coordinate_systems(),
            "streams": {self.systems[c]: _stream(sensor) for c, sensor in scene.sensors.items()},
            "objects": self._objects(),
            "frames": {key: self._frame(frame) for key, frame in zip(self.keys, scene.frames, strict=True)},
            "frame_intervals": _intervals([int(key) for key in self.keys]),
        }
        return {name: value for name, value in content.items() if value}

    def _coordinate_systems(self) -> dict[str, Any]:
        scene = self.scene
        names = list(self.systems.values())
        parent = WORLD if scene.has_poses else ""
        found: dict[str, Any] = {EGO: {"type": "local_cs", "parent": parent, "children": names}}
        if scene.has_poses:
            found[WORLD] = {"type": "scene_cs", "parent": "", "children": [EGO]}
        for channel, sensor in scene.sensors.items():
            pose = _transform(sensor.ego_SE3_sensor)
            found[self.systems[channel]] = {"type": "sensor_cs", "parent": EGO, "children": [], "pose_wrt_parent": pose}
        return found

    def _frame(self, frame: Frame) -> dict[str, Any]:
        scene, key = self.scene, self.keys[frame.index]
        properties: dict[str, Any] = {}
        if scene.has_timestamps:
            properties["timestamp"] = time_text(frame.timestamp_ns)
        if frame.name and frame.name != key:
            properties["name"] = frame.name
        transforms: dict[str, Any] = {}
        if scene.has_poses:
            transforms[f"{EGO}_to_{WORLD}"] = _edge(EGO, WORLD, self._in_source(frame.world_SE3_ego))
        streams: dict[str, Any] = {}
        recordings: list[Sweep | Image] = [*frame.sweeps.values(), *frame.images.values()]
        for recording in recordings:
            system = self.systems[recording.channel]
            streams[system] = self._recording(frame, recording)
            declared, mounting = scene.sensors[recording.channel].ego_SE3_sensor, recording.sensor.ego_SE3_sensor
            if max(declared.error_to(mounting)) > _SAME:
                transforms[f"{system}_to_{EGO}"] = _edge(system, EGO, mounting)
        if transforms:
            properties["transforms"] = transforms
        if streams:
            properties["streams"] = streams
        objects = {self.uids[box.track]: self._dynamic(box) for box in self.drive.labels.in_frame(frame.index)}
        return {name: value for name, value in (("frame_properties", properties), ("objects", objects)) if value}

    def _in_source(self, pose: SE3) -> SE3:
        return SE3(pose.dst, pose.src, pose.rotation, pose.translation + self.scene.origin)

    def _recording(self, frame: Frame, recording: Sweep | Image) -> dict[str, Any]:
        """Return a frame's entry of a stream, and plan the writing of its file."""
        suffix = recording.suffix if isinstance(recording, Image) else ".pcd"
        parts = (self.name, self.channels[recording.channel], f"{self.stems[frame.index]}{suffix}")
        path = self.folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.work.append(picture_job(recording, path) if isinstance(recording, Image) else cloud_job(recording, path))
        properties: dict[str, Any] = {}
        if self.scene.has_timestamps:
            properties["sync"] = {"timestamp": time_text(recording.timestamp_ns)}
        if self.scene.has_poses and max(recording.world_SE3_ego.error_to(frame.world_SE3_ego)) > _SAME:
            properties["ego_pose"] = _transform(self._in_source(recording.world_SE3_ego))
        return {"uri": "/".join(parts), **({"stream_properties": properties} if properties else {})}

    def _dynamic(self, box: Box) -> dict[str, Any]:
        """Return what is true of an object in one frame."""
        pose = self.scene.frames[box.frame].world_SE3_ego.inverse @ box.world_SE3_box
        w, x, y, z = pose.rotation.tolist()
        own = facts_of(box)
        if not box.is_keyframe:
            own["interpolated"] = True
        cuboid = {
            "name": CUBOID,
            "coordinate_system": EGO,
            "val": [*pose.translation.tolist(), x, y, z, w, *box.size],
            **({"attributes": _elements(own)} if own else {}),
        }
        return {"object_data": {"cuboid": [cuboid], **_elements(box.attributes)}}

    def _objects(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for track in self.drive.labels.tracks:
            boxes = self.drive.labels.of_track(track.token)
            spans = _intervals([int(self.keys[box.frame]) for box in boxes])
            uid, attributes = self.uids[track.token], dict(track.attributes)
            # A number that is the track's name is its uid; the object's own name is then an attribute.
            name = str(attributes.pop("name", "")) if uid == track.name else track.name
            row: dict[str, Any] = {"name": name, "type": track.category, "frame_intervals": spans}
            if attributes:
                row["object_data"] = _elements(attributes)
            pointers = {CUBOID: {"type": "cuboid", "frame_intervals": spans}} if boxes else {}
            pointers |= {n: {"type": _kind(v), "frame_intervals": []} for n, v in attributes.items()}
            for attribute, value in {n: v for box in boxes for n, v in box.attributes.items()}.items():
                numbers = [int(self.keys[box.frame]) for box in boxes if attribute in box.attributes]
                pointers[attribute] = {"type": _kind(value), "frame_intervals": _intervals(numbers)}
            row["object_data_pointers"] = pointers
            found[uid] = row
        return found


def _frame_keys(scene: Scene) -> list[str]:
    """Return the number of each frame: its name where those are numbers that go up, else its index."""
    names = [frame.name for frame in scene.frames]
    plain = all(name.isascii() and name.isdigit() and len(name) <= 15 for name in names)
    if plain and all(int(a) < int(b) for a, b in pairwise(names)):
        return [str(int(name)) for name in names]
    return [str(index) for index in range(len(names))]


def _system_names(channels: Sequence[str]) -> dict[str, str]:
    """Return the name of each sensor's coordinate system: its channel, unless that is the vehicle's or the world's."""
    taken = {EGO, WORLD}
    return {channel: f"sensor {channel}" if channel in taken else channel for channel in channels}


def _uids(tracks: Sequence[Track]) -> dict[str, str]:
    """Return the uid of each track: its name where that is a number of its own, else a UUID made of its token."""
    names = [track.name for track in tracks]
    often = {name: names.count(name) for name in set(names)} if len(set(names)) < len(names) else {}
    found: dict[str, str] = {}
    for track in tracks:
        if _NUMBER.fullmatch(track.name) and often.get(track.name, 1) == 1:
            found[track.token] = track.name
        else:
            hexed = re.fullmatch(r"[0-9a-f]{32}", track.token)
            found[track.token] = str(uuid.UUID(track.token) if hexed else uuid.uuid5(uuid.NAMESPACE_OID, track.token))
    return found


def _intervals(numbers: Sequence[int]) -> list[dict[str, int]]:
    """Return the runs of consecutive numbers."""
    if not numbers:
        return []
    row = np.array(sorted(numbers))
    breaks = np.flatnonzero(np.diff(row) > 1)
    starts, ends = row[[0, *(breaks + 1)]], row[[*breaks, -1]]
    return [{"frame_start": int(a), "frame_end": int(b)} for a, b in zip(starts, ends, strict=True)]


def _kind(value: AttributeValue) -> str:
    return "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "num"


def _elements(values: Mapping[str, AttributeValue]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for name, value in values.items():
        found.setdefault(_kind(value), []).append({"name": name, "val": value})
    return found


def _transform(pose: SE3) -> dict[str, list[float]]:
    w, x, y, z = pose.rotation.tolist()
    return {"quaternion": [x, y, z, w], "translation": pose.translation.tolist()}


def _edge(src: str, dst: str, dst_SE3_src: SE3) -> dict[str, Any]:
    return {"src": src, "dst": dst, "transform_src_to_dst": _transform(dst_SE3_src)}


def _stream(sensor: Sensor) -> dict[str, Any]:
    row: dict[str, Any] = {"type": sensor.kind, "description": sensor.channel, "uri": ""}
    if sensor.camera is not None:
        row["stream_properties"] = lens_content(sensor.camera)
    return row
