"""Label the drives one after another, each in a window of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from effort_hand import Hand
from effort_person import Person, Result, overlap
from effort_truth import Job, jobs
from PyQt6.QtWidgets import QApplication

from lidar_label.model import Box


@dataclass(frozen=True, slots=True)
class Drive:
    """What one drive took."""

    title: str
    results: tuple[Result, ...]
    boxes: int
    """All boxes in the project in the end, those between the labelled frames included."""
    between: float
    """The least overlap of a filled box with the person's boxes before and after, moved evenly; NaN without."""
    actions: Counter[str]
    machine_s: float
    failures: tuple[str, ...]


def run_all(data: Path, pictures: Path | None = None) -> list[Drive]:
    """Label all drives from nothing."""
    app = QApplication(["effort"])
    return [_run(app, job, pictures) for job in jobs(data)]


def _run(app: QApplication, job: Job, pictures: Path | None) -> Drive:
    with tempfile.TemporaryDirectory(prefix="effort-drive-") as folder:
        source = Path(folder) / job.source.parent.name / job.source.name
        shutil.copytree(job.source.parent if job.source.parent.name.startswith("2011") else job.source,
                        source.parent if job.source.parent.name.startswith("2011") else source)  # fmt: skip
        hand = Hand(app)
        hand.open(_imported(source))
        person = Person(hand)
        results = []
        for result in person.label(job):
            results.append(result)
            if pictures is not None:
                pictures.mkdir(exist_ok=True)
                name = f"{job.source.name[:12]}-{result.frame}-{len(results):02d}.png"
                hand.window.grab().save(str(pictures / name))
        person.fill(job)
        boxes, between = _filled(hand, person, job)
        found = Drive(
            title=job.title, results=tuple(results), boxes=boxes, between=between, actions=Counter(hand.counts),
            machine_s=hand.waited_s, failures=tuple(hand.failures),
        )  # fmt: skip
        hand.close()
    return found


def _imported(source: Path) -> Path:
    """Import a drive without its labels, and return the project file."""
    from lidar_label.jobs import import_drive

    project = source.parent / "effort.lidarlabel"
    import_drive(source, project, labels=False)
    return project


def _filled(hand: Hand, person: Person, job: Job) -> tuple[int, float]:
    """Count the boxes, and compare those between the labelled frames with the persons' moved evenly."""
    project, token, scene = hand.desk.project, hand.desk.scene_token, hand.desk.scene
    assert project is not None
    assert scene is not None
    labels = project.session.store.labels(token)
    boxes: list[Box] = list(labels.boxes())
    first, last = job.frames[0], job.frames[-1]
    times = hand.desk.times_ns
    truths = {(truth.name, truth.frame): truth.box for truth in job.truths}
    worst = []
    for name, track in person.tracks.items():
        ends = truths.get((name, first)), truths.get((name, last))
        if ends[0] is None or ends[1] is None:
            continue
        for box in boxes:
            if box.track == track and first < box.frame < last:
                part = (times[box.frame] - times[first]) / (times[last] - times[first])
                pose = scene.frames[box.frame].world_SE3_ego.inverse @ box.world_SE3_box
                shown = np.array([*pose.translation, *box.size, pose.yaw])
                worst.append(overlap(shown, ends[0] + (ends[1] - ends[0]) * part))
    return len(boxes), min(worst, default=float("nan"))
