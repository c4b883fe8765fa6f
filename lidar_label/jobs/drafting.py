"""A first draft of labels: tracks made by machine, written into a project as one edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from lidar_label.assist.tracking import track_detections
from lidar_label.detectors import Server, open_detector, read_description
from lidar_label.errors import InvalidValue
from lidar_label.jobs.detecting import detect_scene
from lidar_label.jobs.detections import Found, detections_of
from lidar_label.jobs.draft_edit import Draft, drafted, write_draft
from lidar_label.jobs.project import Project
from lidar_label.jobs.report import Report
from lidar_label.model import Box, Finding, Labels, Scene, Source, Track
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
    made = made_from_detections(
        project, source, source_format=source_format, least_score=least_score, progress=progress
    )
    return write_draft(project, made)


def made_from_detections(
    project: Project,
    source: Path,
    *,
    source_format: str = "",
    scenes: Sequence[str] = (),
    least_score: float = 0.5,
    progress: Progress | None = None,
) -> Draft:
    """Return the draft that `draft_from_detections` writes, of some scenes alone where they are named."""
    progress = progress or Progress()
    give = detections_of(source, source_format)
    refs = [ref for ref in project.refs if not scenes or ref.token in scenes]
    drafts = [
        (ref, give(project.scene(ref.token)))
        for ref in progress.over(refs, len(refs), "reading detections")
    ]  # fmt: skip
    if all(found is None for _, found in drafts):
        names = ", ".join(ref.name for ref in refs[:3])
        raise InvalidValue(
            "the detections are of no scene of the project", where=source, hint=f"files are named after scenes: {names}"
        )
    return _made(project, drafts, "Draft from detections", least_score, progress)


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

    A track is left out where half of its boxes or more lie on boxes that are there already.

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
    return write_draft(
        project,
        made_by_model(project, model, send_to=send_to, scenes=scenes, least_score=least_score, progress=progress),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a person should know of a model before it runs.

    `categories` are what it finds, by its own classes; an empty one is left out. `is_server` says that points would
    be sent, `address` where its description suggests, `token_from` which environment variable has the token.
    """

    file: Path
    name: str
    categories: Mapping[str, str]
    is_server: bool
    address: str = ""
    token_from: str = ""


def look_at_model(model: Path) -> ModelCard:
    """Read the description of a model; nothing is run, and nothing sent.

    Raises
    ------
    LidarLabelError
        If the description is wrong.
    """
    found = read_description(model)
    server = found.model if isinstance(found.model, Server) else None
    return ModelCard(
        file=model, name=found.name, categories=found.categories, is_server=server is not None,
        address=server.address if server else "", token_from=server.token_from if server else "",
    )  # fmt: skip


def where_to(address: str) -> str:
    """Return in words where points for an address go: the host, and a proxy on the way.

    Raises
    ------
    InvalidValue
        If it is no address.
    """
    from lidar_label.detectors.http import destination

    return destination(address)


def made_by_model(
    project: Project,
    model: Path,
    *,
    send_to: str = "",
    scenes: Sequence[str] = (),
    least_score: float = 0.5,
    progress: Progress | None = None,
) -> Draft:
    """Return the draft that `draft_from_model` writes, for a desk that stores edits in its own way."""
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
    draft = _made(project, drafts, f"Draft by {description.name}", least_score, progress, beside=True)
    return replace(draft, report=replace(draft.report, findings=tuple(findings)))


def _made(
    project: Project,
    drafts: Drafts,
    title: str,
    least_score: float,
    progress: Progress,
    *,
    beside: bool = False,
) -> Draft:
    """Return the tracks of the detections of scenes as one edit; of None there are none."""
    made = [
        (ref, tracked(project.scene(ref.token), found, least_score) if found is not None else None)
        for ref, found in progress.over(drafts, len(drafts), "tracking")
    ]
    return drafted(project, made, title, beside=beside)


def tracked(scene: Scene, found: Found, least_score: float) -> Labels:
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
