"""A first draft of labels: tracks made by machine, written into a project as one edit."""

from __future__ import annotations

from pathlib import Path

from lidar_label.assist.tracking import track_detections
from lidar_label.datasets.tokens import steady_taxonomy
from lidar_label.edit import ImportLabels, Together
from lidar_label.errors import InvalidValue
from lidar_label.jobs.detections import Found, detections_of
from lidar_label.jobs.project import Project
from lidar_label.jobs.report import Report, SceneReport
from lidar_label.model import Category, Labels, Scene, Taxonomy, with_usual_look
from lidar_label.progress import Progress
from lidar_label.store import SceneRef


def draft_from_detections(
    project: Project,
    source: Path,
    *,
    source_format: str = "",
    least_score: float = 0.5,
    progress: Progress | None = None,
) -> Report:
    """Make tracks of a detector's boxes and add them to the scenes they are of; one undo takes all of them back.

    Parameters
    ----------
    project : Project
    source : Path
        The detections; see `detections_of`.
    source_format : str
        Their format, where it cannot be told from the files.
    least_score : float
        How likely a track has to be, 0 to 1.

    Returns
    -------
    Report
        A scene without detections is "skipped".

    Raises
    ------
    LidarLabelError
        If the detections cannot be read or are of no scene of the project; nothing is written.
    """
    progress = progress or Progress()
    give = detections_of(source, source_format)
    refs = project.refs
    edits: list[ImportLabels] = []
    reports: list[SceneReport] = []
    taxonomy = project.session.store.taxonomy()
    for ref in progress.over(refs, len(refs), "draft"):
        scene = project.scene(ref.token)
        found = give(scene)
        if found is None:
            reports.append(_report(ref, Labels(), "skipped"))
            continue
        labels = _tracked(scene, found, least_score)
        reports.append(_report(ref, labels, "done"))
        missing = dict.fromkeys(track.category for track in labels.tracks if track.category not in taxonomy)
        additions = steady_taxonomy(Taxonomy(with_usual_look(Category(name=name)) for name in missing))
        edits.append(ImportLabels(ref, labels, additions, title="Draft from detections"))
    if not edits:
        names = ", ".join(ref.name for ref in refs[:3])
        raise InvalidValue(
            "the detections are of no scene of the project", where=source, hint=f"files are named after scenes: {names}"
        )
    writing = [edit for edit in edits if len(edit.labels)]
    if writing:
        project.session.do(Together(tuple(writing), "Draft from detections"))
    return Report(target=project.path, scenes=reports)


def _tracked(scene: Scene, found: Found, least_score: float) -> Labels:
    """Return the tracks of a scene; without poses what stands still moves, and nothing better can be had."""
    detections, categories = found
    times = [frame.timestamp_ns for frame in scene.frames]
    sensors = [scene.world_SE3_lidar(frame.index).translation for frame in scene.frames]
    made = track_detections(detections, times, categories=categories, sensors=sensors, least_score=least_score)
    return Labels([track for track, _ in made], [box for _, boxes in made for box in boxes])


def _report(ref: SceneRef, labels: Labels, status: str) -> SceneReport:
    return SceneReport(
        name=ref.name,
        status="done" if status == "done" else "skipped",
        frames=ref.frames,
        tracks=len(labels.tracks),
        boxes=len(labels),
    )
