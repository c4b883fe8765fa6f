"""One scene of a batch: looking at it, and writing it on its own. Runs here, in a process or on a cluster."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lidar_label import __version__
from lidar_label.datasets import (
    Dataset,
    Drive,
    ReadOptions,
    WriteOptions,
    format_named,
    open_dataset,
    write_dataset,
)
from lidar_label.errors import Cancelled, LidarLabelError
from lidar_label.jobs.manifest import Entry, Manifest, write_manifest
from lidar_label.jobs.report import is_loss
from lidar_label.model import SE3, Finding, Sensor, Taxonomy
from lidar_label.progress import Progress

_WORTH_OPENING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneTask:
    """All that is needed to do one scene, in words that travel to another process or machine.

    `folder` is where finished scenes are put, each under its digest.
    """

    source: Path
    source_format: str
    fields: tuple[str, ...]
    assume: Mapping[str, str]
    scene: str
    to: str
    options: Mapping[str, str]
    folder: Path
    threads: int = 1


def scene_task(
    source: Path, source_format: str, read: ReadOptions, scene: str, to: str, options: WriteOptions, folder: Path
) -> SceneTask:
    """Return the task of converting one scene."""
    return SceneTask(
        source=source.absolute(),
        source_format=source_format,
        fields=read.fields,
        assume=dict(read.assume),
        scene=scene,
        to=to,
        options={"version": options.version},
        folder=folder,
        threads=options.jobs,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a scene is before it is written; `reason` says why it could not be looked at."""

    scene: str
    entry: Entry | None = None
    losses: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a scene; `reason` says why it was not written."""

    scene: str
    reason: str = ""


class Source:
    """A data set, scene by scene, that is opened anew now and then.

    Readers keep what they read of a scene; over thousands of scenes that piles up. Opening again,
    once that costs less than a twentieth of the work done since, bounds it for every format alike.
    """

    def __init__(self, path: Path, format_name: str, read: ReadOptions) -> None:
        self._path, self._format, self._read = path, format_name, read
        self._dataset: Dataset | None = None
        self._opening_s = 0.0
        self._opened_at = 0.0
        self._told = 0

    @property
    def dataset(self) -> Dataset:
        """The data set as it is open now."""
        if self._dataset is None:
            self._dataset = open_dataset(self._path, self._format, self._read)
            self._told = 0
        return self._dataset

    def drive(self, name: str) -> Drive:
        """Return a scene with its labels; no sensor data is loaded."""
        if self._dataset is not None and time.perf_counter() - self._opened_at > _WORTH_OPENING * self._opening_s:
            self._dataset = None
        is_first, start = self._dataset is None, time.perf_counter()
        drive = Drive(scene=self.dataset.scene(name), labels=self.dataset.labels(name))
        if is_first:  # with it, the tables of all scenes were read
            self._opened_at = time.perf_counter()
            self._opening_s = self._opened_at - start
        return drive

    def news(self) -> tuple[Finding, ...]:
        """Return the findings that came since this was asked last."""
        found = self.dataset.findings[self._told :]
        self._told += len(found)
        return tuple(found)


def look_at(task: SceneTask, progress: Progress | None = None) -> Look:
    """Open a scene and say what it is, what of it will be lost, and a digest of all it is made from."""
    try:
        if progress is not None:
            progress.step(0, 1)
        source = _source_of(task)
        drive, dataset = source.drive(task.scene), source.dataset
        losses = tuple(format_named(task.to).losses([drive]))
        entry = entry_of(task, drive, dataset.taxonomy, losses)
        return Look(scene=task.scene, entry=entry, losses=losses, findings=source.news())
    except Cancelled:
        raise
    except Exception as error:  # noqa: BLE001 - one scene must not stop the others, whatever befalls it
        return Look(scene=task.scene, reason=reason_of(error))


def write_scene(task: tuple[SceneTask, Entry], progress: Progress | None = None) -> Written:
    """Write a scene on its own, read it back, and put it under its digest: whole, or not at all."""
    asked, entry = task
    try:
        source = _source_of(asked)
        options = WriteOptions(
            jobs=asked.threads, source=asked.source, progress=progress or Progress(), **_known(asked.options)
        )
        drive = source.drive(asked.scene)
        write_dataset(
            asked.to,
            asked.folder / entry.digest,
            [drive],
            source.dataset.taxonomy,
            options,
            lambda folder, findings: sign(folder, asked, entry, findings),
        )
        return Written(scene=asked.scene)
    except Cancelled:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        return Written(scene=asked.scene, reason=reason_of(error))


def entry_of(task: SceneTask, drive: Drive, taxonomy: Taxonomy, losses: Sequence[Finding]) -> Entry:
    """Return what a manifest says of a scene before it is written."""
    has_boxes = format_named(task.to).holds.boxes
    return Entry(
        name=drive.scene.name,
        digest=_digest(task, drive, taxonomy),
        frames=len(drive.scene.frames),
        tracks=len(drive.labels.tracks) if has_boxes else 0,
        boxes=len(drive.labels) if has_boxes else 0,
        lost=tuple(loss.message for loss in losses if is_loss(loss)),
    )


def sign(folder: Path, task: SceneTask, entry: Entry, findings: Sequence[Finding]) -> None:
    """Write into a finished scene what it is."""
    done = replace(entry, findings=tuple(findings))
    write_manifest(folder, Manifest(format=task.to, options=task.options, scenes=(done,)))


def reason_of(error: Exception) -> str:
    """Return why a scene failed, for a person."""
    if isinstance(error, LidarLabelError):
        return error.line
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    return f"something went wrong inside lidar-label: {type(error).__name__}: {error}"


def _known(options: Mapping[str, str]) -> dict[str, str]:
    return {"version": options["version"]} if "version" in options else {}


_kept = threading.local()


def _source_of(task: SceneTask) -> Source:
    """Return the source of a task; each thread of a worker keeps the one it used last."""
    key = (task.source, task.source_format, task.fields, tuple(sorted(task.assume.items())))
    if getattr(_kept, "key", None) != key:
        read = ReadOptions(fields=task.fields, assume=dict(task.assume))
        _kept.source, _kept.key = Source(task.source, task.source_format, read), key
    source: Source = _kept.source
    return source


def forget() -> None:
    """Let go of the data set that this thread keeps."""
    _kept.__dict__.clear()


def _digest(task: SceneTask, drive: Drive, taxonomy: Taxonomy) -> str:
    digest = hashlib.sha256()
    for part in _content(task, drive, taxonomy):
        digest.update(part if isinstance(part, bytes) else repr(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:32]


def _content(task: SceneTask, drive: Drive, taxonomy: Taxonomy) -> Iterator[object]:
    """Yield all that decides what will be written: options, files by size and time, poses, labels."""
    told = [__version__, task.source_format, task.fields, sorted(task.assume.items()), task.to]
    yield json.dumps([*told, sorted(task.options.items())])
    scene = drive.scene
    yield (scene.name, scene.token, scene.origin, scene.is_sequence, scene.description, sorted(scene.log.items()))
    yield (scene.has_poses, scene.has_timestamps)
    for frame in scene.frames:
        yield (frame.name, frame.timestamp_ns, frame.token)
    sensors: dict[int, Sensor] = {}
    for recording in scene.recordings():
        sensors.setdefault(id(recording.sensor), recording.sensor)
        yield (recording.channel, recording.timestamp_ns, recording.frame, recording.is_keyframe, recording.token)
        yield _pose(recording.world_SE3_ego)
        if recording.path is not None:
            yield os.path.relpath(recording.path, task.source)
            try:
                status = recording.path.stat()
                yield (status.st_size, status.st_mtime_ns)
            except OSError:
                yield "absent"
    for sensor in sensors.values():
        yield (sensor.channel, sensor.kind, sensor.token, sensor.camera)
        yield _pose(sensor.ego_SE3_sensor)
    yield (taxonomy.categories, taxonomy.attributes, taxonomy.visibilities)
    for track in drive.labels.tracks:
        yield (track.token, track.category, track.name, sorted(track.attributes.items()))
    for box in drive.labels.boxes():
        yield (box.token, box.track, box.frame, box.size, sorted(box.attributes.items()), box.visibility)
        yield (box.is_keyframe, str(box.source), box.score, box.num_lidar_pts, box.num_radar_pts)
        yield _pose(box.world_SE3_box)


def _pose(pose: SE3) -> bytes:
    return pose.rotation.tobytes() + pose.translation.tobytes()
