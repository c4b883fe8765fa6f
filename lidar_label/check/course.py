"""Course: one track as columns, and what its neighbours in time say of each of its boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.limits import Limits, limits_of
from lidar_label.check.subject import Subject
from lidar_label.model import Box, Category, Floats, Track

NEAR_S = 0.75  # neighbours farther away in time say nothing


@dataclass(frozen=True, eq=False)
class Course:
    """One track of a scene, its boxes in the order of their frames.

    Times are seconds since the first frame; places are in world, metres.
    """

    subject: Subject
    track: Track
    boxes: tuple[Box, ...]
    category: Category
    limits: Limits

    @staticmethod
    def of(subject: Subject, track: Track, boxes: Sequence[Box]) -> Course:
        """Return the course of a track; boxes outside the scene are left out."""
        count = len(subject.scene.frames)
        category = subject.category(track.category)
        kept = tuple(box for box in boxes if box.frame < count)
        return Course(subject, track, kept, category, limits_of(category))

    @cached_property
    def frames(self) -> NDArray[np.int64]:
        """Frame of each box, (N,)."""
        return np.array([box.frame for box in self.boxes], dtype=np.int64)

    @cached_property
    def seconds(self) -> Floats:
        """Time of each box, (N,)."""
        frames = self.subject.scene.frames
        start = frames[0].timestamp_ns if frames else 0
        return np.array([(frames[box.frame].timestamp_ns - start) * 1e-9 for box in self.boxes])

    @cached_property
    def centers(self) -> Floats:
        """Centres in world, (N, 3)."""
        return np.array([box.world_SE3_box.translation for box in self.boxes]).reshape(-1, 3)

    @cached_property
    def yaws(self) -> Floats:
        """Headings about world's z, (N,) radians."""
        return yaws_of(self.boxes)

    @cached_property
    def sizes(self) -> Floats:
        """Length, width, height, (N, 3)."""
        return np.array([box.size for box in self.boxes]).reshape(-1, 3)

    @property
    def moves_in_world(self) -> bool:
        """Whether the scene is a drive with poses, so that a change of place is the object's own motion."""
        return self.subject.scene.is_sequence and self.subject.scene.has_poses

    @cached_property
    def velocities(self) -> Floats:
        """Velocity at each box by the boxes next to it, (N, 3) m/s; 0 where none is near."""
        found = np.zeros((len(self.boxes), 3))
        if len(self.boxes) < 2:
            return found
        t, p = self.seconds, self.centers
        steps, gaps = np.diff(p, axis=0), np.diff(t)
        near = gaps <= NEAR_S
        rates = np.where(near[:, None], steps / gaps[:, None], 0.0)
        weight = np.zeros(len(t))
        found[:-1] += rates
        found[1:] += rates
        weight[:-1] += near
        weight[1:] += near
        return np.asarray(found / np.maximum(weight, 1.0)[:, None])

    @cached_property
    def off_course(self) -> tuple[Floats, Floats]:
        """How far each box is off the course of its neighbours, and how far it may be, (N,) metres each."""
        return off_neighbours(self.centers, self.seconds, self.limits.jump, self.limits.acceleration)


def courses_of(subject: Subject) -> list[Course]:
    """Return the courses of all tracks; ask `Subject.kept` for them, so that they are made once."""
    return [Course.of(subject, track, subject.labels.of_track(track.token)) for track in subject.labels.tracks]


def yaws_of(boxes: Sequence[Box]) -> Floats:
    """Return the headings of boxes, (N,) radians."""
    if not boxes:
        return np.zeros(0)
    w, x, y, z = np.array([box.world_SE3_box.rotation for box in boxes]).T
    return np.asarray(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))


def wrapped(angles: Floats) -> Floats:
    """Return angles within half a turn of zero."""
    return np.asarray(np.arctan2(np.sin(angles), np.cos(angles)))


WAYS = ((-1, 1), (-2, -1), (1, 2))  # between two neighbours, from the two before, from the two behind
_MOST_TURNS = 12


def off_neighbours(values: Floats, times: Floats, slack: float, bend: float) -> tuple[Floats, Floats]:
    """Return how far each of (N, K) values is off what the right ones beside it say, and how far it may be.

    A value that all its neighbours deny is taken out, and the others are looked at anew, so that a right one beside a
    wrong one is not blamed for it. What is let pass is `slack`, and what a second derivative of `bend` would bring.

    Returns
    -------
    off, allowed : (N,) float64
        `off` is 0 where no neighbour is near.
    """
    off, allowed, ways = _off(values, times, slack, bend)
    kept = np.arange(len(values))
    for _ in range(_MOST_TURNS):
        part = off[kept] / allowed[kept]
        wrong = np.flatnonzero(part > 1.0)
        if not len(wrong):
            break
        most = wrong[ways[kept][wrong] == ways[kept][wrong].max()]  # the surer, the more ways there are to tell
        worst = most[np.argmax(part[most])]
        kept = np.delete(kept, worst)
        off[kept], allowed[kept], ways[kept] = _off(values[kept], times[kept], slack, bend)
    return off, allowed


def _off(values: Floats, times: Floats, slack: float, bend: float) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return the same by the neighbours as they are, and in how many ways they tell.

    There are up to three: by the two at its sides, the two before, and the two behind; the one that excuses a value
    most counts.
    """
    count = len(values)
    best_off, best_allowed, best = np.zeros(count), np.full(count, slack), np.full(count, np.inf)
    ways, here = np.zeros(count, dtype=np.int64), np.arange(count)
    for back, on in WAYS:
        first, last = here + back, here + on
        known = (first >= 0) & (last < count)
        first, last = np.clip(first, 0, count - 1), np.clip(last, 0, count - 1)
        known &= (np.abs(times[first] - times) <= NEAR_S) & (np.abs(times[last] - times) <= NEAR_S)
        known &= times[last] > times[first]
        share = (times - times[first]) / np.where(known, times[last] - times[first], 1.0)
        off = np.linalg.norm(values - (values[first] + (values[last] - values[first]) * share[:, None]), axis=1)
        allowed = slack + 0.5 * bend * np.abs((times - times[first]) * (times - times[last]))
        better = known & (off / allowed < best)
        best[better] = (off / allowed)[better]
        best_off[better], best_allowed[better] = off[better], allowed[better]
        ways += known
    return best_off, best_allowed, ways
