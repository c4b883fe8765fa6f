"""A draft as one edit: what was made for each scene, beside what is labelled already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lidar_label.datasets.tokens import steady_taxonomy
from lidar_label.edit import ImportLabels, Together
from lidar_label.jobs.project import Project
from lidar_label.jobs.report import Report, SceneReport
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import Box, Category, Finding, Floats, Labels, Taxonomy, Track, with_usual_look
from lidar_label.store import SceneRef

_ON = 0.1  # share of the ground plan in common from which a box lies on another
_NAMED = 5  # frames of a finding that are named

Drafts = list[tuple[SceneRef, Labels | None]]
"""Scenes and what was made for them; None where there was nothing to make it of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft that is not written yet: the edit, None where nothing was found, and what there is to say."""

    edit: Together | None
    report: Report
    others: Mapping[str, tuple[Box, ...]] = field(default_factory=dict)
    """By the token of a box, what else may be meant, the likeliest first."""


def write_draft(project: Project, draft: Draft) -> Report:
    """Write a draft into a project as one edit."""
    if draft.edit is not None:
        project.session.do(draft.edit)
    return draft.report


def drafted(project: Project, made: Drafts, title: str, *, beside: bool = False) -> Draft:
    """Return labels that were made as one edit.

    With `beside`, tracks of things that have boxes already are left out.
    """
    edits: list[ImportLabels] = []
    reports: list[SceneReport] = []
    taxonomy = project.session.store.taxonomy()
    for ref, labels in made:
        if labels is None:
            reports.append(_report(ref, Labels(), "skipped"))
            continue
        own = _not_on(labels, project.session.store.labels(ref.token)) if beside else labels
        reports.append(_report(ref, own, "done"))
        missing = dict.fromkeys(track.category for track in own.tracks if track.category not in taxonomy)
        additions = steady_taxonomy(Taxonomy(with_usual_look(Category(name=name)) for name in missing))
        edits.append(ImportLabels(ref, own, additions, title=title))
    writing = [edit for edit in edits if len(edit.labels)]
    edit = Together(tuple(writing), title) if writing else None
    return Draft(edit=edit, report=Report(target=project.path, scenes=reports))


def finding_of_frames(code: str, frames: Sequence[int], said: str, scene: str) -> Finding | None:
    """Return a warning about some frames, of which the first few are named; None about none."""
    if not frames:
        return None
    named = ", ".join(str(frame) for frame in frames[:_NAMED])
    more = f" and {len(frames) - _NAMED} more" if len(frames) > _NAMED else ""
    return Finding("warning", code, f"{'frame' if len(frames) == 1 else 'frames'} {named}{more} {said}", scene)


def _not_on(made: Labels, there: Labels) -> Labels:
    """Return the tracks of which fewer than half of the boxes lie on boxes that are there."""
    known: dict[int, list[Box]] = defaultdict(list)
    for box in there.boxes():
        known[box.frame].append(box)
    tracks: list[Track] = []
    boxes: list[Box] = []
    for track in made.tracks:
        own = list(made.of_track(track.token))
        on = sum(iou_matrix(_rows([box]), _rows(known[box.frame]), "bev").max(initial=0.0) > _ON for box in own)
        if 2 * on < len(own):
            tracks.append(track)
            boxes += own
    return Labels(tracks, boxes)


def _rows(boxes: Sequence[Box]) -> Floats:
    return np.array([(*box.center, *box.size, box.yaw) for box in boxes]).reshape(-1, 7)


def _report(ref: SceneRef, labels: Labels, status: str) -> SceneReport:
    return SceneReport(
        name=ref.name,
        status="done" if status == "done" else "skipped",
        frames=ref.frames,
        tracks=len(labels.tracks),
        boxes=len(labels),
    )
