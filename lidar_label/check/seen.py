"""Seen: one track with what the points say of its boxes, and of the frames that it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.course import NEAR_S, Course
from lidar_label.check.sight import Boxes, Measures
from lidar_label.model import Floats

_LONGEST_S, _MOST_FRAMES = 3.0, 15  # of a gap that is looked into


@dataclass(frozen=True, eq=False)
class Seen:
    """A track whose boxes were measured.

    Parameters
    ----------
    course : Course
    of : Measures
        Of its boxes, one row a box; NaN where a frame has no points.
    lacks : (K,) int
        Frames without a box between the first and the last, and the ones next to those.
    ghosts : Measures
        Of the boxes that the track would have there.
    reach_m : float
        How far from the sensor the scene's boxes go.
    """

    course: Course
    of: Measures
    lacks: NDArray[np.int64]
    ghosts: Measures
    reach_m: float


@dataclass(frozen=True, eq=False)
class Rows:
    """All boxes of a scene by frame, with the boxes that tracks would have where they lack one.

    `course` and `place` (T,) say which box of which course a row is; `place` is -1 for one that nobody made.
    """

    frame: NDArray[np.int64]
    course: NDArray[np.int64]
    place: NDArray[np.int64]
    columns: Floats  # centre, yaw, size, velocity: (T, 10)

    def of_frame(self, frame: int) -> tuple[slice, Boxes]:
        """Return where the rows of a frame are, and its boxes."""
        where = slice(*np.searchsorted(self.frame, (frame, frame + 1)).tolist())
        part = self.columns[where]
        return where, Boxes(part[:, :3], part[:, 3], part[:, 4:7], part[:, 7:], self.place[where] >= 0)


def rows_of(courses: Sequence[Course]) -> Rows:
    """Return the boxes of courses by frame."""
    frames, which, places, columns = [], [], [], []
    for number, course in enumerate(courses):
        if not course.boxes:
            continue
        velocities = course.velocities if course.moves_in_world else np.zeros_like(course.centers)
        own = np.column_stack([course.centers, course.yaws, course.sizes, velocities])
        lacking, made = _ghosts(course, own)
        frames += [course.frames, lacking]
        columns += [own, made]
        places += [np.arange(len(own)), np.full(len(made), -1)]
        which.append(np.full(len(own) + len(made), number))
    if not frames:
        nothing = np.zeros(0, np.int64)
        return Rows(nothing, nothing, nothing, np.zeros((0, 10)))
    frame, place, course_of = np.concatenate(frames), np.concatenate(places), np.concatenate(which)
    order = np.argsort(frame, kind="stable")
    return Rows(frame[order], course_of[order], place[order], np.concatenate(columns)[order])


def _ghosts(course: Course, own: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the frames a track lacks, and the boxes it would have there."""
    scene = course.subject.scene
    if not course.moves_in_world:
        return np.zeros(0, np.int64), np.zeros((0, 10))
    times, frames = course.seconds, course.frames
    start = scene.frames[0].timestamp_ns

    def second(frame: int) -> float:
        return (scene.frames[frame].timestamp_ns - start) * 1e-9

    lacking: list[int] = []
    made: list[Floats] = []
    holes = np.flatnonzero((np.diff(frames) > 1) & (np.diff(times) <= _LONGEST_S) & (np.diff(frames) <= _MOST_FRAMES))
    for i in holes.tolist():
        one, other = own[i].copy(), own[i + 1].copy()
        other[3] = one[3] + np.arctan2(np.sin(other[3] - one[3]), np.cos(other[3] - one[3]))
        for frame in range(int(frames[i]) + 1, int(frames[i + 1])):
            share = (second(frame) - times[i]) / (times[i + 1] - times[i])
            row = one + (other - one) * share
            row[7:] = (other[:3] - one[:3]) / (times[i + 1] - times[i])
            lacking.append(frame)
            made.append(row)
    for end, frame in ((0, int(frames[0]) - 1), (len(own) - 1, int(frames[-1]) + 1)):
        if len(own) < 2 or not 0 <= frame < len(scene.frames):
            continue
        gap = second(frame) - times[end]
        if abs(gap) <= NEAR_S:
            row = own[end].copy()
            row[:3] += row[7:] * gap
            lacking.append(frame)
            made.append(row)
    if not made:
        return np.zeros(0, np.int64), np.zeros((0, 10))
    return np.array(lacking, dtype=np.int64), np.array(made)


def empty_measures(count: int) -> Measures:
    """Return measures of boxes of which nothing is known yet."""
    return Measures(**{name: np.full((count, *_WIDE.get(name, ())), np.nan) for name in NAMES})


NAMES = ("inside", "untimed", "solid", "outside", "beyond", "gaps", "floor", "range_m", "late", "through", "clear")
_WIDE = {"gaps": (5,), "clear": (4,)}


def put(target: Measures, where: slice, values: Measures) -> None:
    """Write the measures of a frame's rows into those of the scene."""
    for name in NAMES:
        getattr(target, name)[where] = getattr(values, name)


def taken(source: Measures, rows: NDArray[np.int64]) -> Measures:
    """Return the measures of some rows."""
    return Measures(**{name: getattr(source, name)[rows] for name in NAMES})


def seen_of(courses: Sequence[Course], rows: Rows, measures: Measures) -> list[Seen]:
    """Return each course with its measures."""
    real = rows.place >= 0
    ranges = measures.range_m[real]
    ranges = ranges[np.isfinite(ranges)]
    reach = float(ranges.max()) if len(ranges) else 0.0
    order = np.argsort(rows.course, kind="stable")
    edges = np.searchsorted(rows.course[order], np.arange(len(courses) + 1))
    found = []
    for number, course in enumerate(courses):
        own = order[edges[number] : edges[number + 1]]
        boxes, ghosts = own[rows.place[own] >= 0], own[rows.place[own] < 0]
        boxes = boxes[np.argsort(rows.place[boxes])]
        found.append(Seen(course, taken(measures, boxes), rows.frame[ghosts], taken(measures, ghosts), reach))
    return found
