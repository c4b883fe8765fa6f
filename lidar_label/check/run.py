"""Run rules over a drive: what labels alone tell first, then frame by frame with the points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lidar_label.check.cloud import Points, points_of
from lidar_label.check.course import Course, courses_of
from lidar_label.check.floor import Floor
from lidar_label.check.frame import Row
from lidar_label.check.rule import Rule
from lidar_label.check.rules import all_rules
from lidar_label.check.seen import empty_measures, put, rows_of, seen_of
from lidar_label.check.sight import Measures, measure
from lidar_label.check.strangers import Stranger, Strangers, strangers_in
from lidar_label.check.subject import Remark, Subject
from lidar_label.model import Box, Labels, Scene, Taxonomy, Track
from lidar_label.progress import Progress

_THREADS = 2
_LIVE_M = 12.0  # around a box that is edited: the points and boxes that say something of it
_RANK = {"error": 0, "warning": 1, "info": 2}
_BROKEN = Rule(
    "broken-rule",
    "Rule that fails",
    "warning",
    "A rule of another package raised an error, so that what it looks for was not found.",
    lambda _: (),
    view="table",
    trust=1.0,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A remark of a rule, and how sure it is, 0 to 1."""

    rule: Rule
    remark: Remark
    confidence: float


def check_drive(
    scene: Scene,
    labels: Labels,
    taxonomy: Taxonomy,
    rules: Sequence[Rule] | None = None,
    *,
    points: bool = True,
    threads: int = _THREADS,
    progress: Progress | None = None,
) -> list[Found]:
    """Return what is wrong with the labels of a drive, the worst and surest first.

    Memory does not grow with the sweeps: of each, what is measured of its boxes is kept.

    Parameters
    ----------
    scene : Scene
    labels : Labels
    taxonomy : Taxonomy
    rules : sequence of Rule, optional
        All there are, without.
    points : bool
        False reads no sensor data, and leaves out what only that can tell.
    threads : int
        How many sweeps are read and measured at once.
    progress : Progress, optional

    Raises
    ------
    Cancelled
        If the progress was stopped.
    """
    progress = progress or Progress()
    asked = all_rules() if rules is None else tuple(rules)
    subject = Subject(scene, labels, taxonomy)
    progress.step(0, 0, "checking labels")
    found = [*_of_labels(subject, asked), *_of_courses(subject, asked, progress), *_of_frames(subject, asked, progress)]
    with_points = [rule for rule in asked if rule.scope in ("sight", "unlabelled")]
    if points and with_points:
        found += _of_points(subject, with_points, threads, progress)
    return in_order(found)


def check_edit(
    scene: Scene,
    track: Track,
    of_track: Sequence[Box],
    in_frame: Labels,
    taxonomy: Taxonomy,
    frame: int,
    points: Points | None = None,
    rules: Sequence[Rule] | None = None,
) -> list[Found]:
    """Return what is wrong with one track and one frame, right after an edit of a box there.

    Parameters
    ----------
    scene : Scene
    track : Track
        The one that was edited, with all its boxes in `of_track`.
    in_frame : Labels
        The tracks and boxes of the frame.
    frame : int
    points : Points, optional
        Of the frame, as `points_of` gives them.
    """
    asked = all_rules() if rules is None else tuple(rules)
    alone = Subject(scene, Labels((track,), of_track), taxonomy)
    course = Course.of(alone, track, of_track)
    found = [*_run((r for r in asked if r.scope == "labels"), alone), *_run(_scoped(asked, "track"), course)]
    row = Row.of(Subject(scene, in_frame, taxonomy), frame, in_frame.in_frame(frame))
    found += [one for one in _run(_scoped(asked, "frame"), row) if _concerns(one.remark, track)]
    if points is not None:
        found += _run(_scoped(asked, "sight"), _seen_here(course, row, frame, points))
    return in_order(found)


def in_order(found: Iterable[Found]) -> list[Found]:
    """Return findings by severity, then by how sure they are."""
    return sorted(found, key=lambda f: (_RANK[f.rule.severity], -f.confidence, f.remark.frame, f.rule.id))


def _scoped(rules: Iterable[Rule], scope: str) -> Iterator[Rule]:
    return (rule for rule in rules if rule.scope == scope)


def _run(rules: Iterable[Rule], given: Any) -> Iterator[Found]:  # noqa: ANN401 - what a rule's scope names
    """Run rules; one that fails is a finding itself."""
    for rule in rules:
        try:
            for remark in rule.find(given):
                yield Found(rule, remark, rule.confidence(remark))
        except Exception as error:  # noqa: BLE001 - a team's own rule may raise anything
            message = f"the rule {rule.id!r} failed: {type(error).__name__}: {error}"
            yield Found(_BROKEN, Remark(message), 1.0)


def _of_labels(subject: Subject, rules: Sequence[Rule]) -> list[Found]:
    return list(_run((rule for rule in rules if rule.scope in ("labels", "scene")), subject))


def _of_courses(subject: Subject, rules: Sequence[Rule], progress: Progress) -> list[Found]:
    found: list[Found] = []
    own = tuple(_scoped(rules, "track"))
    for course in subject.kept(courses_of):
        progress.step(0, 0, "checking tracks")
        found += _run(own, course)
    return found


def _of_frames(subject: Subject, rules: Sequence[Rule], progress: Progress) -> list[Found]:
    """Run the rules on frames, and gather what they say of one track into stretches of frames."""
    found: list[Found] = []
    own = tuple(_scoped(rules, "frame"))
    for frame in range(len(subject.scene.frames)):
        progress.step(0, 0, "checking frames")
        found += _run(own, Row.of(subject, frame, subject.labels.in_frame(frame)))
    kept: dict[tuple[str, str], Found] = {}
    for one in found:
        token = one.remark.track.token if one.remark.track is not None else ""
        before = kept.get((one.rule.id, token))
        if before is None:
            kept[one.rule.id, token] = one
            continue
        frames = (*(before.remark.frames or (before.remark.frame,)), one.remark.frame)
        worse = one if one.confidence > before.confidence else before
        remark = worse.remark
        kept[one.rule.id, token] = Found(one.rule, _with_frames(remark, frames), worse.confidence)
    return list(kept.values())


def _with_frames(remark: Remark, frames: tuple[int, ...]) -> Remark:
    return replace(remark, frames=frames)


def _of_points(subject: Subject, rules: Sequence[Rule], threads: int, progress: Progress) -> list[Found]:
    courses = subject.kept(courses_of)
    rows = rows_of(courses)
    measures = empty_measures(len(rows.frame))
    count = len(subject.scene.frames)
    follow = any(rule.scope == "unlabelled" for rule in rules)
    follow &= subject.scene.is_sequence and subject.scene.has_poses  # else all that stands moves as the vehicle does

    def look(frame: int) -> tuple[Measures | None, list[Stranger]]:
        points = points_of(subject.scene, frame)
        if points is None:
            return None, []
        floor = Floor.of(points)
        measured, owner = measure(points, rows.of_frame(frame)[1], floor)
        return measured, strangers_in(points, owner, floor, frame) if follow else []

    first = subject.scene.frames[0].timestamp_ns if count else 0
    times = np.array([(frame.timestamp_ns - first) * 1e-9 for frame in subject.scene.frames])
    strangers = Strangers(times)
    with ThreadPoolExecutor(threads) as pool:
        try:
            for frame, (measured, alone) in enumerate(
                progress.over(pool.map(look, range(count)), count, "checking points")
            ):
                if measured is not None:
                    put(measures, rows.of_frame(frame)[0], measured)
                strangers.found += alone
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    found: list[Found] = []
    own = tuple(_scoped(rules, "sight"))
    for seen in seen_of(courses, rows, measures):
        found += _run(own, seen)
    return [*found, *_run(_scoped(rules, "unlabelled"), strangers)]


def _concerns(remark: Remark, track: Track) -> bool:
    """Say whether a remark on a frame speaks of a track, as the one or the other of two that meet."""
    named = [one.token for one in (remark.track, remark.other) if one is not None]
    return not named or track.token in named


def _seen_here(course: Course, row: Row, frame: int, points: Points) -> Any:  # noqa: ANN401
    """Return the track with measures of one frame alone, of which only what is near the box is looked at."""
    here = next((box for box in course.boxes if box.frame == frame), None)
    middle = here.center if here is not None else points.origin
    near = [
        Course.of(row.subject, track, (box,))
        for track, box in zip(row.tracks, row.boxes, strict=True)
        if track.token != course.track.token and math.dist(box.center, middle) < _LIVE_M + max(box.size)
    ]
    rows = rows_of([course, *near])
    where, boxes = rows.of_frame(frame)
    part = points.within(middle[:2] - points.origin[:2], _LIVE_M + (max(here.size) if here is not None else 0.0))
    measures = empty_measures(len(rows.frame))
    own = int((rows.course[where] == 0).sum())
    of_own = slice(where.start, where.start + own)  # rows of one frame are in the order of the courses
    measures.range_m[where] = np.linalg.norm((boxes.centers - points.origin - points.eyes[0])[:, :2], axis=1)
    put(measures, of_own, measure(part, boxes, Floor.of(part), own)[0])
    return seen_of([course, *near], rows, measures)[0]
