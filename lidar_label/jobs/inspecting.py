"""The import report: what is in a data set, a project or a cloud file, before any work starts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets import NO_OPTIONS, ReadOptions
from lidar_label.errors import Cancelled, LidarLabelError
from lidar_label.jobs.clouds import is_cloud_file, kind_named
from lidar_label.jobs.inspect_clouds import CloudInfo, inspect_cloud
from lidar_label.jobs.inspect_labels import CategoryInfo, LabelStats
from lidar_label.jobs.inspect_motion import MotionStats
from lidar_label.jobs.inspect_points import PointsInfo, PointStats
from lidar_label.jobs.inspect_sensors import SensorInfo, SensorStats
from lidar_label.jobs.inspect_times import ChannelInfo, channels_of
from lidar_label.jobs.project import SUFFIX, Project
from lidar_label.jobs.scenes import Source
from lidar_label.model import Finding, Frame, Labels, Scene
from lidar_label.progress import Progress

_SAMPLED_FRAMES = 4  # of a scene
_BUDGET_S = 10.0  # for reading points, of all scenes together
_MOST_UNREADABLE = 20  # sensor files that are named one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneInfo:
    """What is in one scene.

    `labelled_frames` have a box. Points were read in `sampled_frames`; `points`, the shares in
    `sensors` and the points of `categories` are of those frames. `origin` is what was taken off the
    source's world (metres).
    """

    name: str
    frames: int
    sweeps: int
    images: int
    boxes: int
    tracks: int
    duration_s: float
    channels: list[str]
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    has_poses: bool = True
    has_timestamps: bool = True
    labelled_frames: int = 0
    key_boxes: int = 0
    sampled_frames: int = 0
    recordings: list[ChannelInfo]
    points: list[PointsInfo]
    sensors: list[SensorInfo]
    categories: list[CategoryInfo]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What is in a data set, a project (`scenes`) or a cloud file (`cloud`)."""

    path: Path
    format: str
    scenes: list[SceneInfo]
    findings: list[Finding]
    cloud: CloudInfo | None = None

    @property
    def has_unreadable(self) -> bool:
        """Whether a scene could not be read; the findings say which, and why."""
        return any(finding.code == "unreadable-scene" for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the command line's JSON prints it."""
        return {
            "format": self.format,
            "scenes": [asdict(scene) for scene in self.scenes],
            "cloud": None if self.cloud is None else _cloud_dict(self.cloud),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def _cloud_dict(cloud: CloudInfo) -> dict[str, Any]:
    return {
        "points": cloud.points,
        "read": cloud.read,
        "invalid": cloud.invalid,
        "fields": [found.name for found in cloud.fields],
        "ranges": {found.name: [found.minimum, found.maximum] for found in cloud.fields},
        "min": cloud.minimum,
        "max": cloud.maximum,
        "step": cloud.step,
        "origin": cloud.origin,
    }


def inspect(
    path: Path,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    *,
    full: bool = False,
    progress: Progress | None = None,
) -> Inspection:
    """Look into a data set, a project file or a cloud file.

    Points are read of a few frames of each scene, for some ten seconds in all; with `full`, of all.
    A scene that cannot be read does not hide the others: it is a finding.

    Raises
    ------
    Cancelled
        If the person stopped it.
    LidarLabelError
        If nothing in it can be read.
    """
    progress = progress or Progress()
    if path.is_file() and path.suffix == SUFFIX:
        with Project(path) as project:
            return inspect_project(project, full=full, progress=progress)
    if is_cloud_file(path, source_format):
        budget_s = None if full else _BUDGET_S
        kind, cloud, findings = inspect_cloud(
            path, kind_named(source_format), read, budget_s=budget_s, progress=progress
        )
        return Inspection(path=path, format=kind, scenes=[], cloud=cloud, findings=findings)
    return _dataset(path, source_format, read, _Looker(full, progress))


def _dataset(path: Path, source_format: str, read: ReadOptions, looker: _Looker) -> Inspection:
    source = Source(path, source_format, read)
    names, format_name = source.dataset.scene_names, source.dataset.format
    findings: list[Finding] = []
    scenes: list[SceneInfo] = []
    for name in looker.progress.over(names, len(names), "look at"):
        try:
            drive = source.drive(name)
            scenes.append(looker.look(drive.scene, drive.labels))
        except Cancelled:
            raise
        except LidarLabelError as error:
            if len(names) == 1:
                raise
            findings.append(Finding("error", "unreadable-scene", f"{name}: {error.what}", error.where))
        findings += source.news()
    return Inspection(path=path, format=format_name, scenes=scenes, findings=looker.told(findings, len(names)))


def inspect_project(project: Project, *, full: bool = False, progress: Progress | None = None) -> Inspection:
    """Look into an open project; see `inspect`."""
    looker = _Looker(full, progress or Progress())
    findings: list[Finding] = []
    scenes: list[SceneInfo] = []
    refs = project.refs
    for ref in looker.progress.over(refs, len(refs), "look at"):
        try:
            scene = project.scene(ref.token)
            scenes.append(looker.look(scene, project.session.store.labels(ref.token)))
            findings += project.findings(ref.token)
        except Cancelled:
            raise
        except LidarLabelError as error:
            if len(refs) == 1:
                raise
            findings.append(Finding("error", "unreadable-scene", f"{ref.name}: {error.what}", error.where))
    told = looker.told(findings, len(refs))
    return Inspection(path=project.path, format="lidar-label project", scenes=scenes, findings=told)


class _Looker:
    """Looks at scene after scene within one budget of time for their points."""

    def __init__(self, full: bool, progress: Progress) -> None:
        self.progress = progress
        self._full = full
        self._spent_s = 0.0
        self._skipped = 0
        self._doubts: list[Finding] = []
        self._unreadable = 0
        self._motion: dict[str, MotionStats] = {}  # of the LiDARs of all scenes: one line for each tells enough

    def look(self, scene: Scene, labels: Labels) -> SceneInfo:
        """Return what is in a scene."""
        points: dict[str, PointStats] = {}
        sensors, boxes = SensorStats(scene), LabelStats(labels)
        sampled = 0
        for frame in self._frames(scene):
            self.progress.step(sampled, 0, scene.name)
            start = time.monotonic()
            self._look_at_frame(scene, frame, points, sensors, boxes)
            self._spent_s += time.monotonic() - start
            sampled += bool(frame.sweeps)
            if self._is_spent:
                break
        self._skipped += not sampled and any(frame.sweeps for frame in scene.frames)
        self._doubts += sensors.doubts()
        kinds = [recording.sensor.kind for recording in scene.recordings()]
        return SceneInfo(
            name=scene.name,
            frames=len(scene.frames),
            sweeps=len(kinds) - kinds.count("camera"),
            images=kinds.count("camera"),
            boxes=len(labels),
            tracks=len(labels.tracks),
            duration_s=scene.duration_s,
            channels=sorted(scene.sensors),
            origin=scene.origin,
            has_poses=scene.has_poses,
            has_timestamps=scene.has_timestamps,
            labelled_frames=sum(bool(labels.in_frame(frame.index)) for frame in scene.frames),
            key_boxes=sum(box.is_keyframe for box in labels.boxes()),
            sampled_frames=sampled,
            recordings=channels_of(scene, full=self._full),
            points=[points[channel].info() for channel in sorted(points)],
            sensors=sensors.infos(),
            categories=boxes.infos(),
        )

    def told(self, findings: Sequence[Finding], scenes: int) -> list[Finding]:
        """Return all there is to know, each thing once; what was not looked at is said."""
        found = [*findings, *self._doubts, *(self._motion[name].finding(name) for name in sorted(self._motion))]
        if self._unreadable > _MOST_UNREADABLE:
            text = f"{self._unreadable - _MOST_UNREADABLE} more sensor files could not be read"
            found.append(Finding("warning", "unreadable-file", text))
        if self._skipped:
            text = f"the points of {self._skipped} of {scenes} scenes were not looked at; --full looks at all"
            found.append(Finding("info", "sampled", text))
        return list(dict.fromkeys(found))

    @property
    def _is_spent(self) -> bool:
        return not self._full and self._spent_s > _BUDGET_S

    def _frames(self, scene: Scene) -> Sequence[Frame]:
        """Return the frames whose points are read: all, or some from first to last."""
        if self._full or len(scene.frames) <= _SAMPLED_FRAMES:
            return [] if self._is_spent else scene.frames
        if self._is_spent:
            return []
        places = np.linspace(0, len(scene.frames) - 1, _SAMPLED_FRAMES).round().astype(int)
        return [scene.frames[place] for place in places.tolist()]

    def _look_at_frame(
        self, scene: Scene, frame: Frame, points: dict[str, PointStats], sensors: SensorStats, boxes: LabelStats
    ) -> None:
        lidar = scene.main_lidar
        for channel, sweep in frame.sweeps.items():
            if not sweep.is_present:
                continue  # counted with the recordings
            try:
                cloud = sweep.points()
            except LidarLabelError as error:
                self._unreadable += 1
                if self._unreadable <= _MOST_UNREADABLE:
                    self._doubts.append(Finding("warning", "unreadable-file", error.what, error.where))
                continue
            points.setdefault(channel, PointStats(channel)).add(sweep, cloud)
            if sweep.sensor.kind == "lidar":
                self._motion.setdefault(channel, MotionStats()).add(sweep, cloud)
            if lidar is not None and channel == lidar.channel:
                world = sweep.world_SE3_sensor.apply(cloud.xyz[cloud.valid])
                sensors.add(frame.index, world)
                boxes.add(frame.index, world)
