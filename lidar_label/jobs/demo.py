"""The main job from end to end on a made-up drive whose true boxes are known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.assist import interpolate_track
from lidar_label.check import check_labels
from lidar_label.datasets import Drive, WriteOptions, open_dataset, write_dataset
from lidar_label.edit import AddTrack, PutBoxes
from lidar_label.errors import CannotWrite
from lidar_label.jobs.exporting import export_project
from lidar_label.jobs.importing import import_drive
from lidar_label.jobs.project import Project, open_project
from lidar_label.model import Box, Finding, Labels, Source
from lidar_label.progress import Progress
from lidar_label.synth import make_drive

KEY_FRAME_STEP = 5


@dataclass(kw_only=True)
class Demo:
    """What the demo made, and how long each step took."""

    folder: Path
    steps: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def drive(self) -> Path:
        """The made-up drive, without labels, as a team would get it from its car."""
        return self.folder / "drive"

    @property
    def project(self) -> Path:
        """The project file with the labels."""
        return self.folder / "demo.lidarlabel"

    @property
    def export(self) -> Path:
        """The drive with its labels, in nuScenes format."""
        return self.folder / "nuscenes"

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time one step; what it yields holds the step's sentence under ``result``."""
        entry: dict[str, Any] = {"step": name, "result": ""}
        start = time.perf_counter()
        yield entry
        entry["seconds"] = round(time.perf_counter() - start, 2)
        self.steps.append(entry)

    def rows(self) -> list[tuple[str, str, float]]:
        """Return the steps as rows of a table."""
        return [(entry["step"], entry["result"], entry["seconds"]) for entry in self.steps]

    def as_dict(self) -> dict[str, Any]:
        """Return it as the command line's JSON prints it."""
        return {
            "drive": str(self.drive),
            "project": str(self.project),
            "export": str(self.export),
            "steps": self.steps,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def make_demo(folder: Path, *, frames: int = 40, seed: int = 0, progress: Progress | None = None) -> Demo:
    """Make up a drive, label its key frames, interpolate between them, check, and export.

    The key frames are set from the drive's exact truth, in place of the person a real drive needs;
    the boxes in between are made by the machine and compared with the truth.

    Raises
    ------
    CannotWrite
        If the folder exists and is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotWrite("the folder for the demo is not empty", where=folder, hint="name another, or remove it")
    progress = progress or Progress()
    demo = Demo(folder=folder)
    options = WriteOptions(jobs=2, progress=progress)
    folder.mkdir(parents=True, exist_ok=True)

    with demo.step("make up a drive") as entry:
        made = make_drive(frames=frames, seed=seed)
        unlabelled = Drive(scene=made.scene, labels=Labels())
        demo.findings += write_dataset("nuscenes", demo.drive, [unlabelled], made.taxonomy, options)
        entry["result"] = f"{frames} frames, {len(made.scene.sensors)} sensors: {demo.drive}"

    with demo.step("import") as entry:
        import_drive(demo.drive, demo.project, progress=progress)
        entry["result"] = f"a project on it: {demo.project}"

    with open_project(demo.project, author="demo") as project:
        with demo.step("label key frames") as entry:
            entry["result"] = _label_key_frames(project, made.labels)
        with demo.step("interpolate") as entry:
            entry["result"] = _interpolate(project, made.labels)
        with demo.step("check") as entry:
            ref = project.refs[0]
            store = project.session.store
            found = check_labels(project.scene(ref.token), store.labels(ref.token), store.taxonomy())
            errors = sum(finding.severity == "error" for finding in found)
            entry["result"] = f"{errors} errors, {len(found) - errors} remarks"
        with demo.step("export to nuScenes") as entry:
            report = export_project(project, demo.export, "nuscenes", options=options)
            demo.findings += report.findings
            boxes = sum(scene.boxes for scene in report.scenes)
            entry["result"] = f"{frames} frames, {boxes} boxes, checked and read back before it got its name"

    with demo.step("read back") as entry:
        again = open_dataset(demo.export)
        labels = again.labels(again.scene_names[0])
        entry["result"] = f"{len(labels.tracks)} tracks, {len(labels)} boxes: {demo.export}"
    demo.findings = list(dict.fromkeys(demo.findings))
    return demo


def _label_key_frames(project: Project, truth: Labels) -> str:
    """Set the boxes a person would set: of each track the first, the last and every fifth."""
    scene = project.refs[0].token
    boxes_set = 0
    for track in truth.tracks:
        boxes = truth.of_track(track.token)
        if not boxes:
            continue
        first, last = boxes[0].frame, boxes[-1].frame
        keys = [b for b in boxes if b.frame in (first, last) or (b.frame - first) % KEY_FRAME_STEP == 0]
        keys = [replace(box, is_keyframe=True, source=Source.HUMAN, score=None) for box in keys]
        project.session.do(AddTrack(scene, track, tuple(keys)))
        boxes_set += len(keys)
    return f"{boxes_set} boxes of {len(truth.tracks)} tracks, one edit a track"


def _interpolate(project: Project, truth: Labels) -> str:
    """Fill each track between its key frames in one edit, and say how far that is from the truth."""
    ref = project.refs[0]
    times = [frame.timestamp_ns for frame in project.scene(ref.token).frames]
    store = project.session.store
    made: list[Box] = []
    for track in store.tracks(ref.token):
        made += interpolate_track(store.boxes_of_track(track.token), times, category=track.category)
    if not made:
        return "nothing between the key frames"
    project.session.do(PutBoxes(ref.token, tuple(made), "Interpolate all tracks"))
    true_boxes = {(box.track, box.frame): box for box in truth.boxes()}
    misses = [
        float(np.linalg.norm(box.center - true_boxes[box.track, box.frame].center))
        for box in made
        if (box.track, box.frame) in true_boxes
    ]
    near = sum(miss < 0.3 for miss in misses) / max(len(misses), 1)
    return f"{len(made)} boxes, {near:.1%} of them within 0.3 m of the truth"
