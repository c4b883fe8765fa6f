"""Say what is in a data set or a project, before any work starts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lidar_label.datasets import NO_OPTIONS, ReadOptions, open_dataset
from lidar_label.jobs.project import SUFFIX, Project
from lidar_label.model import Finding, Labels, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneInfo:
    """The size of one scene."""

    name: str
    frames: int
    sweeps: int
    images: int
    boxes: int
    tracks: int
    duration_s: float
    channels: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What is in a data set or a project."""

    format: str
    scenes: list[SceneInfo]
    findings: list[Finding]

    def as_dict(self) -> dict[str, Any]:
        """Return it as the command line's JSON prints it."""
        return {
            "format": self.format,
            "scenes": [asdict(scene) for scene in self.scenes],
            "cloud": None,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def inspect(path: Path, source_format: str = "", read: ReadOptions = NO_OPTIONS) -> Inspection:
    """Open a data set or a project file and count what is in it; no sensor data is loaded."""
    if path.is_file() and path.suffix == SUFFIX:
        with Project(path) as project:
            store = project.session.store
            scenes = [_info(project.scene(ref.token), store.labels(ref.token)) for ref in project.refs]
            findings = [finding for ref in project.refs for finding in project.findings(ref.token)]
            return Inspection(format="lidar-label project", scenes=scenes, findings=findings)
    dataset = open_dataset(path, source_format, read)
    scenes = [_info(dataset.scene(name), dataset.labels(name)) for name in dataset.scene_names]
    return Inspection(format=dataset.format, scenes=scenes, findings=list(dataset.findings))


def _info(scene: Scene, labels: Labels) -> SceneInfo:
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
    )
