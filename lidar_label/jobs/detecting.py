"""A team's own model run over a scene, a frame at a time."""

from __future__ import annotations

from collections.abc import Callable

from lidar_label.detectors import Detections, Detector, Gatherer, View, boxes_of, kept
from lidar_label.errors import Cancelled, LidarLabelError, MissingFile, UnreadableFile
from lidar_label.jobs.detections import Found
from lidar_label.jobs.draft_edit import finding_of_frames
from lidar_label.model import Box, Finding, Scene
from lidar_label.progress import Progress


def detect_scene(
    scene: Scene, detector: Detector, progress: Progress, after: Callable[[], None] = lambda: None
) -> tuple[Found, list[Finding]]:
    """Return what a model finds in each frame of a scene.

    Parameters
    ----------
    scene : Scene
    detector : Detector
    progress : Progress
        Asked whether to go on, within a frame too.
    after : callable
        Called after each frame.

    Returns
    -------
    found : Found
    findings : list of Finding
        Frames without points or with unreadable ones, in which nothing was found; boxes that were none.

    Raises
    ------
    LidarLabelError
        If the model fails or gives what it should not, at which frame; or no frame at all can be read.
    Cancelled
        If the progress was stopped.
    """
    description = detector.description
    gatherer = Gatherer(scene, description.wanted)
    by_frame: list[list[Box]] = [[] for _ in scene.frames]
    empty: list[int] = []
    unreadable: list[tuple[int, LidarLabelError]] = []
    dropped = 0
    for frame in range(len(scene.frames)):
        progress.check()
        try:
            view = gatherer.view(frame)
        except (MissingFile, UnreadableFile) as error:
            unreadable.append((frame, error))
            view = None
        else:
            empty += [frame] if view is None else []
        if view is not None:
            found = _found(detector, view, scene, progress)
            by_frame[frame] = boxes_of(found, view, description)
            dropped += found.dropped
        after()
    if unreadable and len(unreadable) + len(empty) == len(scene.frames):
        raise unreadable[0][1]
    told = [
        finding_of_frames("no-sweep", empty, "without a sweep of a LiDAR", scene.name),
        finding_of_frames("not-read", [n for n, _ in unreadable],
                          f"not read: {unreadable[0][1].line}" if unreadable else "", scene.name),
    ]  # fmt: skip
    findings = [finding for finding in told if finding is not None]
    if dropped:
        said = f"{dropped} boxes of the model left out: not finite, or of an impossible size"
        findings.append(Finding("warning", "no-boxes", said, scene.name))
    return (by_frame, dict(description.categories)), findings


def _found(detector: Detector, view: View, scene: Scene, progress: Progress) -> Detections:
    """Return what is kept of a frame's detections; an error says at which frame."""
    description = detector.description
    try:
        return kept(detector.detect(view, progress), description)
    except Cancelled:
        raise
    except LidarLabelError as error:
        place = f"{error.where or description.file}, at frame {view.frame} of {scene.name}"
        raise type(error)(error.what, where=place, hint=error.hint) from None
