"""Writing the input of a Ground Truth job: sequences with points in world, labels to adjust, and a manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.clouds.bin import write_bin
from lidar_label.datasets.joining import join_trees
from lidar_label.datasets.lidar_files import (
    Job,
    main_sweep,
    merged_attributes,
    picture_job,
    points_or_none,
    run_jobs,
    write_json,
)
from lidar_label.datasets.moments import UNITS_NS
from lidar_label.datasets.names import frame_stems, named_drives, track_ids, unique_names
from lidar_label.datasets.objects import facts_of
from lidar_label.datasets.sagemaker.format import IMAGES, LABELS, MANIFEST, POINTS, SEQUENCE
from lidar_label.datasets.sagemaker.frames import COLORS
from lidar_label.datasets.sagemaker.labels import NAME, cuboid_of, object_names
from lidar_label.datasets.sagemaker.manifest import ORIGIN
from lidar_label.model import SE3, Camera, Finding, Fisheye, Frame, Image, PointCloud, Sweep

BUCKET = "s3://BUCKET"
_ATTRIBUTE = "labels-ref"
_TYPE = "groundtruth/point_cloud_object_tracking"
_PINHOLE = ("k1", "k2", "p1", "p2", "k3", "k4")
_FISHEYE = ("k1", "k2", "k3", "k4")
_LETTERS = {"intensity": "i"}


def write_sagemaker(folder: Path, drives: Sequence[Drive], options: WriteOptions) -> list[Finding]:
    """Write each drive as ``SCENE/sequence.json`` with points, pictures and labels, and ``input.manifest`` of all."""
    findings: list[Finding] = []
    writers: list[_SceneWriter] = []
    for drive, name in named_drives(drives, findings):
        writers.append(_SceneWriter(folder / name, name, drive))
    findings += run_jobs([job for writer in writers for job in writer.sensor_work()], options)
    for number, writer in enumerate(writers, start=1):  # after the points, since it says what they hold
        write_json(writer.folder / SEQUENCE, writer.sequence(number))
        write_json(writer.folder / LABELS, {"tracking-annotations": writer.annotations()})
    lines = (json.dumps(writer.line(), allow_nan=False) for writer in writers)
    (folder / MANIFEST).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    text = f"files are named as in {BUCKET}: put the name of your bucket there when they are uploaded"
    return [*findings, Finding("info", "bucket", text, MANIFEST)]


def join_manifests(parts: Sequence[Path], folder: Path) -> None:
    """Join what `write_sagemaker` made: scenes side by side, their lines one after the other."""
    join_trees(parts, folder, but=(MANIFEST,))
    with (folder / MANIFEST).open("w", encoding="utf-8") as out:
        for part in parts:
            out.write((part / MANIFEST).read_text(encoding="utf-8"))


class _SceneWriter:
    """One drive on its way into its folder."""

    def __init__(self, folder: Path, name: str, drive: Drive) -> None:
        self.folder, self.name, self.drive, self.scene = folder, name, drive, drive.scene
        self.layouts: dict[int, str] = {}  # of the points of each frame, once they are written
        self.channels = unique_names([s.channel for s in self.scene.sensors.values() if s.kind == "camera"])
        self.stems = frame_stems(self.scene)
        self.classes = {c: i for i, c in enumerate(dict.fromkeys(track.category for track in drive.labels.tracks))}
        for place in (POINTS, *(f"{IMAGES}/{channel}" for channel in self.channels.values())):
            (folder / place).mkdir(parents=True)

    def line(self) -> dict[str, Any]:
        """Return the scene's line of the manifest; keys that the service does not know it hands on as they are."""
        found: dict[str, Any] = {
            "source-ref": f"{BUCKET}/{self.name}/{SEQUENCE}",
            _ATTRIBUTE: f"{BUCKET}/{self.name}/{LABELS}",
            f"{_ATTRIBUTE}-metadata": {
                "class-map": {str(number): category for category, number in self.classes.items()},
                "type": _TYPE,
                "human-annotated": "yes",
            },
        }
        if any(self.scene.origin):
            found[ORIGIN] = dict(zip("xyz", self.scene.origin, strict=True))
        return found

    def sequence(self, number: int) -> dict[str, Any]:
        """Return the sequence: frames with their poses, points and cameras."""
        frames = [self._frame(frame, stem) for frame, stem in zip(self.scene.frames, self.stems, strict=True)]
        prefix = f"{BUCKET}/{self.name}/"
        return {"seq-no": number, "prefix": prefix, "number-of-frames": len(frames), "frames": frames}

    def _frame(self, frame: Frame, stem: str) -> dict[str, Any]:
        found: dict[str, Any] = {"frame-no": frame.index, "unix-timestamp": _seconds(frame.timestamp_ns)}
        if frame.index in self.layouts:
            found |= {"frame": f"{POINTS}/{stem}.bin", "format": self.layouts[frame.index]}
        if self.scene.has_poses:
            found["ego-vehicle-pose"] = _placed(frame.world_SE3_ego)
        images = [_image(image, link) for image, link in self._pictures(frame, stem)]
        return {**found, "images": images}

    def _pictures(self, frame: Frame, stem: str) -> Iterator[tuple[Image, str]]:
        for channel, name in self.channels.items():
            if channel in frame.images:
                yield frame.images[channel], f"{IMAGES}/{name}/{stem}{frame.images[channel].suffix}"

    def sensor_work(self) -> Iterator[Job]:
        """Yield the work of writing points and pictures."""
        for frame, stem in zip(self.scene.frames, self.stems, strict=True):
            sweep = main_sweep(self.scene, frame.index)
            if sweep is not None:
                yield partial(self._write_points, sweep, self.folder / POINTS / f"{stem}.bin")
            for image, link in self._pictures(frame, stem):
                yield picture_job(image, self.folder / link)

    def _write_points(self, sweep: Sweep, path: Path) -> str:
        """Write the points of a sweep in world; one without a return is 0, 0, 0. Return what was absent."""
        cloud, missing = points_or_none(sweep, path)
        names = [name for name in ("intensity",) if name in cloud.fields]
        names += COLORS if all(name in cloud.fields for name in COLORS) else ()
        self.layouts[sweep.frame] = "binary/" + "".join(_LETTERS.get(name, name) for name in ("xyz", *names))
        xyz = np.zeros((len(cloud), 3), dtype=np.float32)
        xyz[cloud.valid] = self.scene.world_SE3_lidar(sweep.frame).apply(cloud.xyz[cloud.valid])
        write_bin(path, PointCloud(xyz, {name: cloud.fields[name] for name in names}), ("x", "y", "z", *names))
        return missing

    def annotations(self) -> list[dict[str, Any]]:
        """Return what is said of the objects of each frame."""
        labels = self.drive.labels
        ids = track_ids(labels)
        names = self._names()
        found = []
        for frame, stem in zip(self.scene.frames, self.stems, strict=True):
            rows = []
            for box in labels.in_frame(frame.index):
                track = labels.track(box.track)
                attributes = {**merged_attributes(self.drive, box), **facts_of(box)}
                attributes.pop(NAME, None)
                rows.append(
                    {
                        "object-id": ids[box.track], NAME: names[box.track], "class-id": self.classes[track.category],
                        **cuboid_of(box.world_SE3_box, box.size), "label-category-attributes": attributes,
                    }
                )  # fmt: skip
            found.append(
                {"frame-number": frame.index, "frame-name": f"{stem}.bin", "frame-attributes": {}, "annotations": rows}
            )
        return found

    def _names(self) -> dict[str, str]:
        """Return the name of each object by its track: the one it had, else by counting; no two are the same."""
        labels, taken = self.drive.labels, set[str]()
        order = [box.track for frame in self.scene.frames for box in labels.in_frame(frame.index)]
        found = object_names((token, labels.track(token).category) for token in order)
        for token, counted in found.items():
            track = labels.track(token)
            name, number = str(track.attributes.get(NAME, counted)), len(found)
            while name in taken:
                number += 1
                name = f"{track.category}:{number}"
            taken.add(name)
            found[token] = name
        return found


def _seconds(time_ns: int) -> float:
    """Return a time in seconds, of whole microseconds, which a float of our years holds exactly."""
    return round(time_ns / UNITS_NS["us"]) / 1e6


def _placed(pose: SE3) -> dict[str, Any]:
    turn = {f"q{axis}": value for axis, value in zip("wxyz", pose.rotation.tolist(), strict=True)}
    return {"position": dict(zip("xyz", pose.translation.tolist(), strict=True)), "heading": turn}


def _image(image: Image, link: str) -> dict[str, Any]:
    """Return a camera as the service wants it: where it is in world, and its lens."""
    row: dict[str, Any] = {"image-path": link, "unix-timestamp": _seconds(image.timestamp_ns)}
    camera = image.sensor.camera
    return row if camera is None else {**row, **_placed(image.world_SE3_sensor), **_lens(camera)}


def _lens(camera: Camera) -> dict[str, Any]:
    is_fisheye = isinstance(camera, Fisheye)
    found: dict[str, Any] = {"camera-model": "fisheye" if is_fisheye else "pinhole", "skew": 0}
    found |= {"fx": camera.fx, "fy": camera.fy, "cx": camera.cx, "cy": camera.cy}
    names = _FISHEYE if is_fisheye else _PINHOLE
    return found | dict.fromkeys(names, 0) | dict(zip(names, camera.distortion, strict=False))
