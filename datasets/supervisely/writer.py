"""Writing Supervisely projects: drives as episodes, unrelated frames as point clouds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
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
    picture_job,
    run_jobs,
    write_json,
)
from lidar_label.datasets.moments import time_text
from lidar_label.datasets.names import frame_stems, named_drives, safe_name
from lidar_label.datasets.supervisely.format import ANN, CLOUDS, EPISODE, FRAME_MAP, KEYS, META, PICTURES
from lidar_label.datasets.supervisely.tags import NAME_TAG, is_id, meta_content, tag_content
from lidar_label.datasets.tokens import token_of
from lidar_label.model import SE3, AttributeValue, Box, Finding, Image, Taxonomy, Track

EPISODES, CLOUD_PROJECT = "point_cloud_episodes", "point_clouds"
_CUBOID_SE3_BOX = SE3("cuboid", "box", (0.5**0.5, 0.0, 0.0, 0.5**0.5), (0.0, 0.0, 0.0))


def write_supervisely(
    folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions
) -> list[Finding]:
    """Write a project with a dataset a drive; it is of episodes where any of them is a drive."""
    findings: list[Finding] = []
    work: list[Job] = []
    episodes = any(drive.scene.is_sequence for drive in drives)
    meta = meta_content(drives, taxonomy, EPISODES if episodes else CLOUD_PROJECT)
    kinds = {row["name"]: row["value_type"] for row in meta["tags"]}
    ids = _Ids(drives)
    for drive, name in named_drives(drives, findings):
        writer = _DatasetWriter(folder / name, drive, kinds, ids)
        if episodes:
            writer.write_episode()
        else:
            writer.write_files()
        work += writer.sensor_work()
    write_json(folder / META, meta)
    write_json(folder / KEYS, ids.content())
    return [*findings, *run_jobs(work, options)]


class _Ids:
    """The numbers that key_id_map.json gives to objects, figures and datasets, each unique in the project."""

    def __init__(self, drives: Sequence[Drive]) -> None:
        self.rows: dict[str, dict[str, int]] = {"tags": {}, "objects": {}, "figures": {}, "videos": {}}
        named = [int(t.name) for d in drives for t in d.labels.tracks if t.name and is_id(t.name)]
        self._next = max(named, default=0) + 1

    def add_object(self, key: str, track: Track) -> None:
        """Give an object its track's name, where that is a number, else a free number."""
        if track.name and is_id(track.name):
            self.rows["objects"][key] = int(track.name)
        else:
            self.rows["objects"][key] = self._next
            self._next += 1

    def add(self, kind: str, key: str) -> None:
        """Number something else."""
        self.rows[kind][key] = len(self.rows[kind]) + 1

    def content(self) -> Mapping[str, Mapping[str, int]]:
        """Return what the file holds."""
        return self.rows


class _DatasetWriter:
    """One drive on its way into its dataset."""

    def __init__(self, folder: Path, drive: Drive, kinds: Mapping[str, str], ids: _Ids) -> None:
        self.folder, self.drive, self.scene = folder, drive, drive.scene
        self.kinds, self.ids = kinds, ids
        self.stems = frame_stems(drive.scene)
        self.keys = {track.token: _key(track.token) for track in drive.labels.tracks}
        (folder / CLOUDS).mkdir(parents=True)

    def write_episode(self) -> None:
        """Write annotation.json, with every object once, and the map of its frames to clouds."""
        key = token_of("episode", self.scene.token)
        self.ids.add("videos", key)
        labels = self.drive.labels
        objects = []
        for track in labels.tracks:
            self.ids.add_object(self.keys[track.token], track)
            tags = [*self._tags(track, self._of_track(track)), *self._spans(track)]
            objects.append({"key": self.keys[track.token], "classTitle": track.category, "tags": tags})
        frames = [
            {"index": frame.index, "figures": [self._figure(box) for box in labels.in_frame(frame.index)]}
            for frame in self.scene.frames
            if labels.in_frame(frame.index)
        ]
        write_json(
            self.folder / EPISODE,
            {
                "description": self.scene.description, "key": key, "tags": [], "objects": objects,
                "framesCount": len(self.scene.frames), "frames": frames,
            },
        )  # fmt: skip
        write_json(self.folder / FRAME_MAP, {str(i): f"{stem}.pcd" for i, stem in enumerate(self.stems)})

    def write_files(self) -> None:
        """Write the labels of each cloud, with the objects that are in it."""
        (self.folder / ANN).mkdir()
        labels = self.drive.labels
        for track in labels.tracks:
            self.ids.add_object(self.keys[track.token], track)
        for frame, stem in zip(self.scene.frames, self.stems, strict=True):
            key = token_of("cloud", self.scene.token, frame.index)
            self.ids.add("videos", key)
            objects, figures = [], []
            for box in labels.in_frame(frame.index):
                track = labels.track(box.track)
                tags = self._tags(track, {**self._of_track(track), **box.attributes})
                objects.append({"key": self.keys[track.token], "classTitle": track.category, "tags": tags})
                figures.append(self._figure(box))
            content = {"description": "", "key": key, "tags": [], "objects": objects, "figures": figures}
            write_json(self.folder / ANN / f"{stem}.pcd.json", content)

    def _of_track(self, track: Track) -> dict[str, AttributeValue]:
        return {**track.attributes, **({} if is_id(track.name) else {NAME_TAG: track.name})}

    def _tags(self, track: Track, values: Mapping[str, AttributeValue]) -> list[dict[str, Any]]:
        return [
            tag_content(name, value, self.kinds[name], token_of("tag", track.token, name))
            for name, value in values.items()
        ]

    def _spans(self, track: Track) -> Iterable[dict[str, Any]]:
        """Yield a tag for each run of frames in which an attribute of boxes has one value."""
        boxes = self.drive.labels.of_track(track.token)
        for name in dict.fromkeys(name for box in boxes for name in box.attributes):
            runs: list[tuple[AttributeValue, int, int]] = []
            for box in boxes:
                if name not in box.attributes:
                    continue
                value, last = box.attributes[name], runs[-1] if runs else None
                if last is not None and last[2] == box.frame - 1 and _same(last[0], value):
                    runs[-1] = (value, last[1], box.frame)
                else:
                    runs.append((value, box.frame, box.frame))
            for value, start, end in runs:
                key = token_of("tag", track.token, name, start)
                yield tag_content(name, value, self.kinds[name], key, (start, end))

    def _figure(self, box: Box) -> dict[str, Any]:
        pose = self.scene.lidar_SE3_box(box)
        cuboid = SE3(pose.dst, "box", pose.rotation, pose.translation) @ _CUBOID_SE3_BOX.inverse
        length, width, height = box.size
        key = _key(box.token)
        self.ids.add("figures", key)
        turns, place = angles_of(cuboid.rotation, "XYZ"), cuboid.translation.tolist()
        return {
            "key": key,
            "objectKey": self.keys[box.track],
            "geometryType": "cuboid_3d",
            "geometry": {
                "position": dict(zip("xyz", place, strict=True)),
                "rotation": dict(zip("xyz", turns, strict=True)),
                "dimensions": {"x": width, "y": length, "z": height},
            },
        }

    def sensor_work(self) -> list[Job]:
        """Return the work of writing clouds and pictures; what says where a picture was taken is written now."""
        work: list[Job] = []
        origin = lidar_origin(self.scene)
        for frame, stem in zip(self.scene.frames, self.stems, strict=True):
            if self.scene.main_lidar is not None:
                sweep = main_sweep(self.scene, frame.index)
                work.append(cloud_job(sweep, self.folder / CLOUDS / f"{stem}.pcd", origin))
            for channel, image in frame.images.items():
                place = self.folder / PICTURES / f"{stem}_pcd"
                place.mkdir(parents=True, exist_ok=True)
                path = place / f"{safe_name(channel)}{image.suffix}"
                write_json(place / f"{path.name}.json", self._note(path, channel, image))
                work.append(picture_job(image, path))
        return work

    def _note(self, path: Path, channel: str, image: Image) -> dict[str, Any]:
        meta: dict[str, Any] = {"deviceId": channel}
        if self.scene.has_timestamps:
            meta["timestamp"] = time_text(image.timestamp_ns)
        camera = image.sensor.camera
        if camera is not None:
            matrix = camera_SE3_lidar(self.scene, image).matrix[:3]
            meta["sensorsData"] = {
                "extrinsicMatrix": matrix.ravel().tolist(),
                "intrinsicMatrix": camera.matrix.ravel().tolist(),
            }
        return {"name": path.name, "meta": meta}


def _same(one: AttributeValue, other: AttributeValue) -> bool:
    return type(one) is type(other) and one == other


def _key(token: str) -> str:
    return token if re.fullmatch(r"[0-9a-f]{32}", token) else token_of("key", token)
