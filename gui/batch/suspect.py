"""Which boxes of a track look wrong beside the others, and how much. Numbers alone: no pens and no points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.doubts import reason_word
from lidar_label.model import Box, Floats

_T = QT_TRANSLATE_NOOP

_SIZE_M, _SIZE_SHARE = 0.1, 0.08  # off the track's median: more of the two is odd
_TURN, _STEP_TURN = math.radians(10.0), math.radians(45.0)  # off the neighbours; from one box to the next
_DRIFT, _MOVES_M_S = math.radians(25.0), 2.0  # heading off the motion, of what moves so fast
_JUMP_M, _JUMP_SHARE = 0.3, 0.1  # off the neighbours, and more of what they are apart
_NEAR_S = 0.75  # neighbours farther away in time say nothing
_ASKED = 100.0  # what its maker asks a person to look at comes before all that looks wrong
_FEW = 5  # points in a box
_OUTSIDE, _OUTSIDE_SHARE = 8, 0.12  # points just outside: so many, and so many of those inside

WORDS: dict[str, str] = {
    "size": _T("Doubts", "size"),
    "heading": _T("Doubts", "heading"),
    "motion": _T("Doubts", "not its motion"),
    "jump": _T("Doubts", "jump"),
    "few": _T("Doubts", "few points"),
    "outside": _T("Doubts", "points outside"),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a box looks wrong: a key of `WORDS` or what its maker said, and how many times over what is usual."""

    kind: str
    score: float

    @property
    def word(self) -> str:
        """The reason in the language in use."""
        if self.kind not in WORDS:
            return reason_word(self.kind)
        return QCoreApplication.translate("Doubts", WORDS[self.kind])


@dataclass(frozen=True, slots=True)
class Counts:
    """How many points lie in a box, and close around it without being ground."""

    inside: int
    outside: int


def doubts_of(
    boxes: Sequence[Box], seconds: Sequence[float], counts: Mapping[int, Counts], *, in_world: bool = True
) -> dict[int, tuple[Doubt, ...]]:
    """Return what looks wrong about the boxes of one track, by frame, the worst first.

    Parameters
    ----------
    boxes : sequence of Box
        Of one track, by frame.
    seconds : sequence of float
        Time of each of them.
    counts : mapping of frame to Counts
        Of the boxes whose points are known.
    in_world : bool
        Whether the vehicle's own motion is known; without, that of a track says nothing of where it heads.
    """
    found: dict[int, list[Doubt]] = {box.frame: [] for box in boxes}
    if not boxes:
        return {}
    times = np.asarray(seconds, dtype=np.float64)
    measures = {
        "size": _size_scores(np.array([box.size for box in boxes])),
        "heading": _turn_scores(np.array([box.yaw for box in boxes]), times),
        "motion": _motion_scores(boxes, times) if in_world else np.zeros(len(boxes)),
        "jump": _jump_scores(np.array([box.center for box in boxes]), times),
    }
    for kind, scores in measures.items():
        for box, score in zip(boxes, scores.tolist(), strict=True):
            if score >= 1.0:
                found[box.frame].append(Doubt(kind, score))
    for box in boxes:
        if box.doubt:
            found[box.frame].append(Doubt(box.doubt, _ASKED))
        count = counts.get(box.frame)
        if count is None:
            continue
        if count.inside < _FEW:
            found[box.frame].append(Doubt("few", 1.0 + (_FEW - count.inside) / _FEW))
        most = max(_OUTSIDE, _OUTSIDE_SHARE * count.inside)
        if count.outside > most:
            found[box.frame].append(Doubt("outside", count.outside / most))
    return {frame: _worst_first(doubts) for frame, doubts in found.items() if doubts}


def _worst_first(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Order doubts; what its maker said of a box is not said again in the same words."""
    by_word = {doubt.word: doubt for doubt in sorted(doubts, key=lambda doubt: doubt.score)}
    return tuple(sorted(by_word.values(), key=lambda doubt: -doubt.score))


def _size_scores(sizes: Floats) -> Floats:
    usual = np.median(sizes, axis=0)
    most = np.maximum(_SIZE_M, _SIZE_SHARE * usual)
    scores: Floats = (np.abs(sizes - usual) / most).max(axis=1)
    return scores


def _turn_scores(yaws: Floats, times: Floats) -> Floats:
    smooth = np.unwrap(yaws)
    off = _off_neighbours(smooth[:, None], times)[:, 0]
    scores: Floats = np.abs(np.arctan2(np.sin(off), np.cos(off))) / _TURN
    steps = np.where(np.diff(times) <= _NEAR_S, np.abs(np.diff(smooth)), 0.0)
    scores[1:] = np.maximum(scores[1:], np.where(steps > _STEP_TURN, steps / _STEP_TURN, 0.0))
    return scores


def _jump_scores(centers: Floats, times: Floats) -> Floats:
    off = np.linalg.norm(_off_neighbours(centers, times), axis=1)
    apart = np.zeros(len(centers))
    steps = np.linalg.norm(np.diff(centers, axis=0), axis=1)
    if len(steps):
        apart[1:] = steps
        apart[:-1] = np.maximum(apart[:-1], steps)
        apart = np.minimum(apart, np.median(steps) * 2)  # the jump itself does not excuse it
    scores: Floats = off / (_JUMP_M + _JUMP_SHARE * apart)
    return scores


def _off_neighbours(values: Floats, times: Floats) -> Floats:
    """Return how far each of (N, K) values is off what its neighbours say.

    They say it in up to three ways: the two at its sides, the two before, and the two behind. The way that fits best
    counts, so that a box beside a wrong one is not blamed for it.
    """
    off, best = np.zeros_like(values), np.full(len(values), np.inf)
    for a, b, known in _pairs(len(values), times, ((-1, 1), (-2, -1), (1, 2))):
        share = (times - times[a]) / np.where(known, times[b] - times[a], 1.0)
        residual = values - (values[a] + (values[b] - values[a]) * share[:, None])
        size = np.linalg.norm(residual, axis=1)
        better = known & (size < best)
        best[better], off[better] = size[better], residual[better]
    return off


def _motion_scores(boxes: Sequence[Box], times: Floats) -> Floats:
    """Return how far headings are off the way that a track goes; of the ways about a box the one that fits best."""
    centers, yaws = np.array([box.center[:2] for box in boxes]), np.array([box.yaw for box in boxes])
    best = np.full(len(boxes), np.inf)
    for a, b, known in _pairs(len(boxes), times, ((-1, 1), (-2, -1), (1, 2), (-1, 0), (0, 1))):
        way = centers[b] - centers[a]
        speed = np.hypot(*way.T) / np.where(known, times[b] - times[a], 1.0)
        off = yaws - np.arctan2(way[:, 1], way[:, 0])
        angle = np.where(speed >= _MOVES_M_S, np.abs(np.arctan2(np.sin(off), np.cos(off))), 0.0)
        best = np.where(known, np.minimum(best, angle), best)
    scores: Floats = np.where(np.isfinite(best), best, 0.0) / _DRIFT
    return scores


def _pairs(
    count: int, times: Floats, steps: Sequence[tuple[int, int]]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]]:
    """Yield, for steps back and on, the two neighbours of each of `count` boxes and whether both are there and near."""
    here = np.arange(count)
    for back, on in steps:
        first, last = here + back, here + on
        known = (first >= 0) & (last < count)
        first, last = np.clip(first, 0, count - 1), np.clip(last, 0, count - 1)
        known &= (np.abs(times[first] - times) <= _NEAR_S) & (np.abs(times[last] - times) <= _NEAR_S)
        yield first, last, known & (times[last] > times[first])
