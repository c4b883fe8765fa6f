"""Agreement as a job: the labels of two projects or data sets on one drive, compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from lidar_label.check.agreement import Agreement, Part, agree, differences
from lidar_label.check.agreement_differences import Difference
from lidar_label.datasets import open_dataset
from lidar_label.errors import InvalidValue
from lidar_label.jobs.project import SUFFIX, open_project
from lidar_label.model import SE3, Box, Floats, Labels, Scene
from lidar_label.progress import Progress

__all__ = ["AgreementReport", "Part", "SceneAgreement", "compare_labels", "compare_scene"]

_SAME_NS = 2_000_000  # frames this near in time are one moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneAgreement:
    """One scene with how far both sets agree on it."""

    name: str
    agreement: Agreement

    def as_dict(self) -> dict[str, Any]:
        """Return the scene for JSON."""
        return {"name": self.name, **self.agreement.as_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReport:
    """What came of two paths, scene by scene."""

    scenes: Sequence[SceneAgreement] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as the command line's JSON prints it."""
        return {"scenes": [scene.as_dict() for scene in self.scenes]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """A scene of one of both, with its labels and who made them."""

    scene: Scene
    labels: Labels
    authors: Mapping[str, str]


def compare_labels(
    first: Path,
    second: Path,
    *,
    scenes: Sequence[str] = (),
    formats: tuple[str, str] = ("", ""),
    least_iou: float = 0.3,
    kind: Literal["3d", "bev"] = "3d",
) -> AgreementReport:
    """Compare the labels of two projects, or data sets, on one drive; nothing is written.

    Scenes belong together by their names; where both have one alone, those do. Frames belong together by their times
    where both know them, else by their numbers. Who made a box is known of a second that is a project.

    Raises
    ------
    InvalidValue
        If no scene, or no frame of one, is in both.
    """
    mine, theirs = _sides(first, formats[0]), _sides(second, formats[1])
    names = [(name, name) for name in mine if name in theirs]
    if not names and len(mine) == len(theirs) == 1:
        names = [(next(iter(mine)), next(iter(theirs)))]
    missing = [name for name in scenes if name not in {one for one, _ in names}]
    if missing or not names:
        what = f"there is no scene {missing[0]!r} in both" if missing else "they have no scene in common"
        raise InvalidValue(what, hint=f"they have {', '.join([*mine, *theirs][:6]) or 'none'}")
    found = []
    for one, other in names:
        if not scenes or one in scenes:
            a, b = mine[one], theirs[other]
            places = {frame.index: frame.world_SE3_ego.translation for frame in a.scene.frames}
            labels = _in_frames_of(a.scene, b.scene, b.labels)
            made = agree(a.labels, labels, least_iou=least_iou, kind=kind, places=places, annotators=b.authors)
            found.append(SceneAgreement(name=one, agreement=made))
    return AgreementReport(scenes=found)


def compare_scene(scene: Scene, labels: Labels, other: Path, progress: Progress | None = None) -> list[Difference]:
    """Return what the labels of one scene and those that a project or data set has for it do not agree on.

    The other's scene is that of the same name, or its only one. The gravest comes first; nothing is written.

    Raises
    ------
    InvalidValue
        If the other has no such scene, or no frame of it is one of the scene's.
    """
    say = progress if progress is not None else Progress()
    say.step(0, 0, "reading the other labels")
    theirs = _sides(other, "", only=scene.name)
    side = theirs.get(scene.name) or (next(iter(theirs.values())) if len(theirs) == 1 else None)
    if side is None:
        has = ", ".join([*theirs][:6]) or "none"
        raise InvalidValue(f"there is no scene {scene.name!r} in it", where=other, hint=f"scenes that are there: {has}")
    placed = _in_frames_of(scene, side.scene, side.labels)
    places = {frame.index: frame.world_SE3_ego.translation for frame in scene.frames}
    return differences(labels, placed, places=places, progress=progress)


def _sides(path: Path, name: str, *, only: str = "") -> dict[str, _Side]:
    if path.suffix.lower() == SUFFIX and path.is_file():
        with open_project(path) as project:
            store = project.session.store
            authors = store.box_authors()
            return {
                ref.name: _Side(scene=project.scene(ref.token), labels=store.labels(ref.token), authors=authors)
                for ref in project.refs
            }
    dataset = open_dataset(path, name)
    wanted = [only] if only in dataset.scene_names else dataset.scene_names
    return {scene: _Side(scene=dataset.scene(scene), labels=dataset.labels(scene), authors={}) for scene in wanted}


def _in_frames_of(first: Scene, second: Scene, labels: Labels) -> Labels:
    """Return labels of the second scene in the frames and the world of the first; others are left out."""
    if first.has_timestamps and second.has_timestamps:
        times = np.array([frame.timestamp_ns for frame in first.frames], dtype=np.int64)
        at = {frame.index: int(np.argmin(np.abs(times - frame.timestamp_ns))) for frame in second.frames}
        same = {
            index: to for index, to in at.items() if abs(int(times[to]) - second.frames[index].timestamp_ns) <= _SAME_NS
        }
    else:
        same = {index: index for index in range(min(len(first.frames), len(second.frames)))}
    if not same:
        raise InvalidValue("no frame of one is at the time of a frame of the other", where=second.name)
    shift = np.subtract(second.origin, first.origin)
    boxes = [_moved(box, same[box.frame], shift) for box in labels.boxes() if box.frame in same]
    return Labels(labels.tracks, boxes)


def _moved(box: Box, frame: int, shift: Floats) -> Box:
    pose = box.world_SE3_box
    moved = SE3(pose.dst, pose.src, pose.rotation, pose.translation + shift)
    return replace(box, frame=frame, world_SE3_box=moved)
