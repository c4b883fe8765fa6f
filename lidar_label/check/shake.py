"""Poses that shake: frames in which the boxes of all tracks are off their courses in one and the same way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.course import NEAR_S, courses_of
from lidar_label.check.rule import Rule, table
from lidar_label.check.subject import Remark, Subject
from lidar_label.model import Floats

_TRACKS = 5  # that must tell of it
_ALIKE = 0.4  # how far half of them may be off what they have in common, a share of that
_LEAST_M, _BEND = 0.12, 8.0  # that is told; what a queue that brakes has in common, m/s2


@dataclass(frozen=True, eq=False)
class Shake:
    """What the tracks of a scene have in common in each of its frames.

    Parameters
    ----------
    off : (F,) float64, metres
        How far they are off the middle of the frames before and after, all alike; 0 where they are not alike.
    tracks : (F,) int64
        How many tell.
    bound : (F,) float64, metres
        What braking alone may bring.
    """

    off: Floats
    tracks: NDArray[np.int64]
    bound: Floats

    def slack(self, frames: NDArray[np.int64]) -> Floats:
        """Return how far off its course a box in each of these frames may seem to be by a pose alone, metres."""
        padded = np.pad(np.where(self.off > self.bound, self.off, 0.0), 1)
        near = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
        return np.asarray(2.0 * near[frames])  # from the two frames before or behind, it counts twice


def shake_of(subject: Subject) -> Shake:
    """Return what all tracks have in common; ask `Subject.kept` for it, so that it is made once."""
    count = len(subject.scene.frames)
    off, tracks, bound = np.zeros(count), np.zeros(count, dtype=np.int64), np.full(count, np.inf)
    places, aside, spans = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 3))], [np.zeros(0)]
    for course in subject.kept(courses_of):
        f, t, p = course.frames, course.seconds, course.centers
        near = np.flatnonzero((f[2:] - f[:-2] == 2) & (t[2:] - t[:-2] <= 2 * NEAR_S))
        share = (t[near + 1] - t[near]) / (t[near + 2] - t[near])
        places.append(f[near + 1])
        aside.append(p[near + 1] - (p[near] + (p[near + 2] - p[near]) * share[:, None]))
        spans.append((t[near + 1] - t[near]) * (t[near + 2] - t[near + 1]))
    frame, away, span = np.concatenate(places), np.concatenate(aside), np.concatenate(spans)
    order = np.argsort(frame, kind="stable")
    edges = np.searchsorted(frame[order], np.arange(count + 1))
    for at in np.flatnonzero(np.diff(edges) >= _TRACKS).tolist():
        own = order[edges[at] : edges[at + 1]]
        common = np.median(away[own], axis=0)
        length = float(np.linalg.norm(common))
        tracks[at], bound[at] = len(own), _LEAST_M + 0.5 * _BEND * float(np.median(span[own]))
        if np.median(np.linalg.norm(away[own] - common, axis=1)) <= _ALIKE * length:
            off[at] = length
    return Shake(off, tracks, bound)


def shaken_poses(subject: Subject) -> Iterator[Remark]:
    """Find frames in which the vehicle's pose is off, so that everything seems to jump."""
    if not (subject.scene.is_sequence and subject.scene.has_poses):
        return
    shake = subject.kept(shake_of)
    over = np.flatnonzero(shake.off > shake.bound)
    for run in np.split(over, np.flatnonzero(np.diff(over) > 1) + 1) if len(over) else ():
        at = int(run[np.argmax(shake.off[run])])
        message = f"{shake.tracks[at]} tracks are {shake.off[at]:.2f} m off their courses in one way: the pose is wrong"
        yield Remark(message, None, at, float(shake.off[at]), float(shake.bound[at]), tuple(run.tolist()))


RULES = table(
    Rule(
        "pose-shake",
        "Pose that shakes",
        "info",
        "Where the vehicle is was measured wrongly for a frame; every velocity there is off, and no box is to blame.",
        shaken_poses,
        "scene",
        "timeline",
    ),
)
