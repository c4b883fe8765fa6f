"""Rules on tracks beside each other: one object as two tracks, and what it is called from one to the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.spatial import cKDTree

from lidar_label.check.course import Course, courses_of, wrapped
from lidar_label.check.rule import Rule, table
from lidar_label.check.subject import Remark, Subject
from lidar_label.model import Floats

_WITHIN_S = 1.6  # from the last box of one track to the first of the next
_NEAR_M = 0.4
_SIZE_RATIO = 1.3
_YAW_RAD = 0.6
Joint = tuple[Course, Course, float, float]


def split_tracks(subject: Subject) -> Iterator[Remark]:
    """Find tracks that go on where another one ends, with the same category."""
    for end, start, off, allowed in subject.kept(_joints):
        if end.track.category == start.track.category:
            first, name = int(start.frames[0]), start.track.name or start.track.token
            message = f"track {name} begins in frame {first}, {off:.2f} m from where this one would be: one object"
            last = int(end.frames[-1])
            yield Remark(message, end.track, last, allowed / max(off, 0.05), 1.0, (last, first), other=start.track)


def category_changes(subject: Subject) -> Iterator[Remark]:
    """Find objects that go on as a track of another category."""
    for end, start, off, allowed in subject.kept(_joints):
        if end.track.category != start.track.category:
            first, name = int(start.frames[0]), start.track.name or start.track.token
            message = f"it goes on in frame {first} as track {name}, a {start.track.category!r}"
            last = int(end.frames[-1])
            yield Remark(message, end.track, last, allowed / max(off, 0.05), 1.0, (last, first), other=start.track)


def _joints(subject: Subject) -> list[Joint]:
    """Return the tracks that end where another begins, how far apart by their motion, and how far they may be."""
    if not subject.scene.is_sequence or not subject.scene.has_poses:
        return []
    courses = [course for course in subject.kept(courses_of) if course.boxes]
    if len(courses) < 2:
        return []
    first_times = np.array([course.seconds[0] for course in courses])
    tree = cKDTree(np.array([course.centers[0] for course in courses]))
    found = []
    for end in courses:
        last = end.seconds[-1]
        reach = _NEAR_M + 1.5 * _WITHIN_S * float(np.linalg.norm(end.velocities[-1])) + 2.0
        best: tuple[float, Course, float] | None = None
        for k in tree.query_ball_point(end.centers[-1], reach):
            gap = float(first_times[k] - last)
            if not 0.0 < gap <= _WITHIN_S or not _alike(end, courses[k]):
                continue
            off = _apart(end, courses[k], gap)
            allowed = _NEAR_M + 0.35 * end.limits.acceleration * gap * gap
            if off <= min(allowed, 0.5 * float(np.max(end.sizes[-1])) + 0.5) and (best is None or off < best[0]):
                best = (off, courses[k], allowed)
        if best is not None:
            found.append((end, best[1], best[0], best[2]))
    return found


def _apart(end: Course, start: Course, gap: float) -> float:
    """Return how far one track, carried on, is from another's begin, and that, carried back: the better of the two."""
    ways: list[Floats] = []
    if len(end.boxes) > 1:
        ways.append(end.centers[-1] + end.velocities[-1] * gap - start.centers[0])
    if len(start.boxes) > 1:
        ways.append(start.centers[0] - start.velocities[0] * gap - end.centers[-1])
    if not ways:
        ways.append(start.centers[0] - end.centers[-1])
    return min(float(np.linalg.norm(way)) for way in ways)


def _alike(one: Course, other: Course) -> bool:
    sizes = np.sort(np.stack([one.sizes[-1], other.sizes[0]]), axis=0)
    turn = abs(float(wrapped(np.array([2 * (one.yaws[-1] - other.yaws[0])]))[0])) / 2
    return bool((sizes[1] <= _SIZE_RATIO * sizes[0]).all()) and (turn <= _YAW_RAD or one.limits.kind != "wheeled")


RULES = table(
    Rule(
        "split-track",
        "Two tracks of one object",
        "warning",
        "An object that gets a new id half way counts as an identity switch for every tracker that keeps it.",
        split_tracks,
        "scene",
        "timeline",
    ),
    Rule(
        "category-change",
        "Object that goes on as another category",
        "warning",
        "A car does not become a lorry; one of the two categories is wrong, and the tracks are one.",
        category_changes,
        "scene",
        "timeline",
    ),
)
