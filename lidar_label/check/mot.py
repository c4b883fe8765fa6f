"""How well tracks follow the truth: the scores of multi-object tracking, averaged over recall.

The rule is the one published with AB3DMOT for the KITTI tracking benchmark: CLEAR MOT on boxes in space, at each of
40 steps of recall, with KITTI's ways of leaving out what nobody can be blamed for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.mot_match import Candidates, Match, candidates_of, match
from lidar_label.errors import InvalidValue
from lidar_label.model import Floats

STEPS = 40  # of recall
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Boxes of one sequence with the tracks they belong to, a row each.

    Parameters
    ----------
    frame, track : (N,) int64
        A track has at most one box in a frame.
    boxes : (N, 7) float64
        Centre x, y, z, length, width, height (metres) and yaw (radians), in one frame for both sides of a comparison.
    ignored : (N,) bool
        Of the truth: not to be found, but no error where it is (largely hidden, cut by the image's edge, of a
        neighbouring class). Of tracks: no error where it finds nothing (a low box in the image, a region that nobody
        labelled).
    score : (N,) float64
        Of tracks; only the order of the tracks' means counts.
    """

    frame: Whole
    track: Whole
    boxes: Floats
    ignored: Flags
    score: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        rows = len(self.frame)
        if self.boxes.shape != (rows, 7) or len(self.track) != rows or len(self.ignored) != rows:
            raise InvalidValue(f"frames, tracks, boxes and marks need as many rows, got {rows} and {self.boxes.shape}")
        pairs = np.unique(np.column_stack([self.track, self.frame]), axis=0)
        if len(pairs) != rows:
            raise InvalidValue("a track has two boxes in one frame")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One sequence: the truth, and the tracks to be judged."""

    truth: Objects
    tracks: Objects

    def __post_init__(self) -> None:
        if len(self.tracks.score) != len(self.tracks.frame):
            raise InvalidValue("each box of a track needs a score")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What came of a comparison; shares are 0 to 1.

    `samota`, `amota` and `amotp` are means over 40 steps of recall, where a step that is not reached counts as 0. The
    others are those at `threshold`, the least mean score of a track under which `mota` is best.
    """

    samota: float
    amota: float
    amotp: float
    mota: float
    motp: float
    recall: float
    switches: int
    fragments: int
    true_positives: int
    false_positives: int
    false_negatives: int
    objects: int
    threshold: float

    def as_dict(self) -> dict[str, Any]:
        """Return the score for JSON, by the names of the benchmark; shares as percentages."""
        return {
            "sAMOTA": 100 * self.samota, "AMOTA": 100 * self.amota, "AMOTP": 100 * self.amotp,
            "MOTA": 100 * self.mota, "MOTP": 100 * self.motp, "recall": 100 * self.recall,
            "IDS": self.switches, "FRAG": self.fragments, "TP": self.true_positives, "FP": self.false_positives,
            "FN": self.false_negatives,
        }  # fmt: skip


def score_tracks(sequences: Sequence[Comparison], *, least_iou: float) -> Score:
    """Judge tracks against the truth.

    A track's score is the mean of its boxes'. For each step of recall the tracks above the score at which that much of
    the truth is found are kept, matched frame by frame to the truth at the highest sum of overlaps, and counted.

    Parameters
    ----------
    sequences : sequence of Comparison
    least_iou : float
        Intersection over union of the volumes that makes a match, above 0.

    Returns
    -------
    Score

    Raises
    ------
    InvalidValue
        If there is no truth that counts, or `least_iou` is not above 0 and at most 1.

    References
    ----------
    X. Weng et al., "3D multi-object tracking: a baseline and new evaluation metrics", 2020, and its evaluation of
    KITTI. K. Bernardin and R. Stiefelhagen, "Evaluating multiple object tracking performance", 2008.
    """
    if not 0 < least_iou <= 1:
        raise InvalidValue(f"the least overlap is above 0 and at most 1, got {least_iou}")
    known = [candidates_of(one.truth, one.tracks, least_iou) for one in sequences]
    objects = sum(int((~one.truth.ignored).sum()) for one in sequences)
    if not objects:
        raise InvalidValue("there is no object that counts")
    found = _Pass.of(known, -np.inf)
    steps = thresholds(found.scores, found.true_positives + found.false_negatives)
    samota = amota = amotp = 0.0
    best, best_threshold = found, -np.inf
    for rank, (threshold, recall) in enumerate(steps):
        at = _Pass.of(known, threshold)
        wrong = at.false_negatives + at.false_positives + at.switches
        samota += min(1.0, max(0.0, 1 - (wrong - (1 - recall) * objects) / (recall * objects)))
        amota += 1 - wrong / objects
        amotp += at.motp
        if rank == 0 or wrong < best.false_negatives + best.false_positives + best.switches:
            best, best_threshold = at, threshold
    return Score(
        samota=samota / STEPS,
        amota=amota / STEPS,
        amotp=amotp / STEPS,
        mota=1 - (best.false_negatives + best.false_positives + best.switches) / objects,
        motp=best.motp,
        recall=best.true_positives / max(1, best.true_positives + best.false_negatives),
        switches=best.switches,
        fragments=best.fragments,
        true_positives=best.true_positives,
        false_positives=best.false_positives,
        false_negatives=best.false_negatives,
        objects=objects,
        threshold=best_threshold,
    )


def thresholds(scores: Floats, objects: int) -> list[tuple[float, float]]:
    """Return the score and the recall of each step, from the first that is above 0.

    Parameters
    ----------
    scores : (N,) float64
        Those of the boxes that found something.
    objects : int
        How many there are to be found.
    """
    falling = np.sort(scores)[::-1]
    steps: list[tuple[float, float]] = []
    recall = 0.0
    for rank, score in enumerate(falling.tolist()):
        is_last = rank == len(falling) - 1
        here = (rank + 1) / objects
        after = here if is_last else (rank + 2) / objects
        if not is_last and after - recall < recall - here:
            continue  # the next box comes closer to the step
        steps.append((score, recall))
        recall += 1 / STEPS
    return steps[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """The counts of all sequences with the tracks above one score."""

    scores: Floats
    true_positives: int
    false_positives: int
    false_negatives: int
    switches: int
    fragments: int
    overlap: float

    @property
    def motp(self) -> float:
        return self.overlap / self.true_positives if self.true_positives else 0.0

    @classmethod
    def of(cls, known: Sequence[Candidates], threshold: float) -> _Pass:
        made: list[Match] = [match(one, threshold) for one in known]
        return cls(
            scores=np.concatenate([one.scores for one in made]) if made else np.zeros(0),
            true_positives=sum(len(one.scores) for one in made),
            false_positives=sum(one.false_positives for one in made),
            false_negatives=sum(one.false_negatives for one in made),
            switches=sum(one.switches for one in made),
            fragments=sum(one.fragments for one in made),
            overlap=sum(one.overlap for one in made),
        )
