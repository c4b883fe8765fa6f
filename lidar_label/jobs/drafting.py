"""A first draft of labels: tracks made by machine, written into a project as one edit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lidar_label.assist.tracking import track_detections
from lidar_label.datasets.tokens import steady_taxonomy
from lidar_label.detectors import open_detector, read_description
from lidar_label.edit import ImportLabels, Together
from lidar_label.errors import InvalidValue
from lidar_label.jobs.detecting import detect_scene
from lidar_label.jobs.detections import Found, detections_of
from lidar_label.jobs.project import Project
from lidar_label.jobs.report import Report, SceneReport
from lidar_label.model import Box, Category, Finding, Labels, Scene, Source, Taxonomy, Track, with_usual_look
from lidar_label.progress import Progress
from lidar_label.store import SceneRef

Drafts = Sequence[tuple[SceneRef, Found | None]]


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
    drafts = [
        (ref, give(project.scene(ref.token)))
        for ref in progress.over(refs, len(refs), "reading detections")
    ]  # fmt: skip
    if all(found is None for _, found in drafts):
        names = ", ".join(ref.name for ref in refs[:3])
        raise InvalidValue(
            "the detections are of no scene of the project", where=source, hint=f"files are named after scenes: {names}"
        )
    return _write(project, drafts, "Draft from detections", least_score, progress)


def draft_from_model(
    project: Project,
    model: Path,
    *,
    send_to: str = "",
    scenes: Sequence[str] = (),
    least_score: float = 0.5,
    progress: Progress | None = None,
) -> Report:
    """Run a team's own model over a project and add tracks of what it finds; one undo takes all of them back.

    Parameters
    ----------
    project : Project
    model : Path
        The model's description; see docs/detectors.md.
    send_to : str
        The address of a model server that a person agreed to send points to. Without it nothing is sent.
    scenes : sequence of str
        Tokens of the scenes, by default all.
    least_score : float
        How likely a track has to be, 0 to 1.

    Raises
    ------
    LidarLabelError
        If the description is wrong, or the model fails or gives what it should not; nothing is written.
    Cancelled
        If the progress was stopped; nothing is written.
    """
    progress = progress or Progress()
    description = read_description(model)
    refs = [ref for ref in project.refs if not scenes or ref.token in scenes]
    total, done = sum(ref.frames for ref in refs), 0
    drafts: list[tuple[SceneRef, Found]] = []
    findings: list[Finding] = []

    def count() -> None:
        nonlocal done
        done += 1
        progress.step(done, total, description.name)

    progress.step(0, total, description.name)
    with closing(open_detector(description, send_to=send_to, progress=progress)) as detector:
        for ref in refs:
            found, told = detect_scene(project.scene(ref.token), detector, progress, count)
            drafts.append((ref, found))
            findings += told
        findings += detector.findings
    report = _write(project, drafts, f"Draft by {description.name}", least_score, progress)
    return replace(report, findings=tuple(findings))


def _write(
    project: Project,
    drafts: Sequence[tuple[SceneRef, Found | None]],
    title: str,
    least_score: float,
    progress: Progress,
) -> Report:
    """Make tracks of the detections of scenes and write them as one edit; of None there are none."""
    edits: list[ImportLabels] = []
    reports: list[SceneReport] = []
    taxonomy = project.session.store.taxonomy()
    for ref, found in progress.over(drafts, len(drafts), "tracking"):
        if found is None:
            reports.append(_report(ref, Labels(), "skipped"))
            continue
        labels = _tracked(project.scene(ref.token), found, least_score)
        reports.append(_report(ref, labels, "done"))
        missing = dict.fromkeys(track.category for track in labels.tracks if track.category not in taxonomy)
        additions = steady_taxonomy(Taxonomy(with_usual_look(Category(name=name)) for name in missing))
        edits.append(ImportLabels(ref, labels, additions, title=title))
    writing = [edit for edit in edits if len(edit.labels)]
    if writing:
        project.session.do(Together(tuple(writing), title))
    return Report(target=project.path, scenes=reports)


def _tracked(scene: Scene, found: Found, least_score: float) -> Labels:
    """Return the tracks of a scene; without poses what stands still moves, and nothing better can be had."""
    detections, categories = found
    if not scene.is_sequence:
        return _each_alone(found, least_score)
    times = [frame.timestamp_ns for frame in scene.frames]
    sensors = [scene.world_SE3_lidar(frame.index).translation for frame in scene.frames]
    made = track_detections(detections, times, categories=categories, sensors=sensors, least_score=least_score)
    return Labels([track for track, _ in made], [box for _, boxes in made for box in boxes])


def _each_alone(found: Found, least_score: float) -> Labels:
    """Return a track for each detection: frames that are unrelated show nothing twice."""
    detections, categories = found
    tracks: list[Track] = []
    boxes: list[Box] = []
    for box in (one for frame in detections for one in frame if one.score is None or one.score >= least_score):
        tracks.append(Track(category=categories[box.track]))
        boxes.append(replace(box, track=tracks[-1].token, is_keyframe=False, source=Source.MACHINE))
    return Labels(tracks, boxes)


def _report(ref: SceneRef, labels: Labels, status: str) -> SceneReport:
    return SceneReport(
        name=ref.name,
        status="done" if status == "done" else "skipped",
        frames=ref.frames,
        tracks=len(labels.tracks),
        boxes=len(labels),
    )
