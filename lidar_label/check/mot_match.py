"""Matching tracks to the truth: which box finds which object in each frame, and how steadily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import Floats

if TYPE_CHECKING:
    from lidar_label.check.mot import Objects

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_OUT_OF_REACH = 1e3  # a cost no sum of overlaps outweighs: as many matches as there can be, then the best
_BLOCK = 1 << 20


@dataclass(slots=True, kw_only=True)
class Candidates:
    """The pairs of one sequence that overlap enough, found once and asked for at every score.

    `truth_at` and `box_at` are rows of the truth and of the tracks. `owner` numbers the tracks from 0. `order` sorts
    the truth by track, then frame. `ever` are the boxes that found something under any score yet: the published rule
    never counts those as ignored.
    """

    truth: Objects
    tracks: Objects
    truth_at: Whole
    box_at: Whole
    iou: Floats
    score: Floats
    owner: Whole
    order: Whole
    ever: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The counts of one sequence under one score; `scores` are those of the boxes that found something."""

    scores: Floats
    false_positives: int
    false_negatives: int
    switches: int
    fragments: int
    overlap: float


def candidates_of(truth: Objects, tracks: Objects, least_iou: float) -> Candidates:
    """Return the pairs of one frame that overlap enough, and each box with the mean score of its track."""
    truth_at, box_at = _pairs_by_frame(truth.frame, tracks.frame)
    iou = np.zeros(len(truth_at))
    for start in range(0, len(truth_at), _BLOCK):
        part = slice(start, start + _BLOCK)
        iou[part] = iou_of_pairs(truth.boxes[truth_at[part]], tracks.boxes[box_at[part]])
    enough = iou >= least_iou
    _, owner = np.unique(tracks.track, return_inverse=True)
    mean = np.bincount(owner, tracks.score) / np.bincount(owner)
    return Candidates(
        truth=truth,
        tracks=tracks,
        truth_at=truth_at[enough],
        box_at=box_at[enough],
        iou=iou[enough],
        score=mean[owner],
        owner=owner,
        order=np.lexsort((truth.frame, truth.track)),
        ever=np.zeros(len(tracks.frame), dtype=np.bool_),
    )


def match(known: Candidates, threshold: float) -> Match:
    """Match the tracks whose mean score reaches a threshold, and count."""
    kept = known.score >= threshold
    found = np.full(len(known.truth.frame), -1, dtype=np.int64)
    overlap = np.zeros(len(known.truth.frame))
    for truth_at, box_at, iou in _assigned(known, kept):
        found[truth_at], overlap[truth_at] = box_at, iou
    hit = found[found >= 0]
    known.ever[hit] = True
    used = np.zeros(len(kept), dtype=np.bool_)
    used[hit] = True
    switches, fragments = _unsteady(known, found)
    return Match(
        scores=known.score[hit],
        false_positives=int((kept & ~used & ~(known.tracks.ignored & ~known.ever)).sum()),
        false_negatives=int(((found < 0) & ~known.truth.ignored).sum()),
        switches=switches,
        fragments=fragments,
        overlap=float(overlap.sum()),
    )


def _pairs_by_frame(first: Whole, second: Whole) -> tuple[Whole, Whole]:
    """Return the rows of every pair that shares a frame."""
    by_frame = np.argsort(second, kind="stable")
    rising = second[by_frame]
    start, stop = np.searchsorted(rising, first, "left"), np.searchsorted(rising, first, "right")
    count = stop - start
    rows = np.repeat(np.arange(len(first)), count)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    return rows, by_frame[np.repeat(start, count) + within]


def _assigned(known: Candidates, kept: Flags) -> list[tuple[Whole, Whole, Floats]]:
    """Return the matched pairs: those without a rival at once, the others frame by frame."""
    alive = kept[known.box_at]
    truth_at, box_at, iou = known.truth_at[alive], known.box_at[alive], known.iou[alive]
    rivals = np.bincount(truth_at, minlength=len(known.truth.frame))[truth_at] > 1
    rivals |= np.bincount(box_at, minlength=len(kept))[box_at] > 1
    frame = known.truth.frame[truth_at]
    contested = np.isin(frame, np.unique(frame[rivals]))
    made = [(truth_at[~contested], box_at[~contested], iou[~contested])]
    for number in np.unique(frame[contested]):
        here = np.flatnonzero(frame == number)
        rows, row = np.unique(truth_at[here], return_inverse=True)
        columns, column = np.unique(box_at[here], return_inverse=True)
        cost = np.full((len(rows), len(columns)), _OUT_OF_REACH)
        cost[row, column] = 1 - iou[here]
        i, j = linear_sum_assignment(cost)
        fits = cost[i, j] < _OUT_OF_REACH
        i, j = i[fits], j[fits]
        made.append((rows[i], columns[j], 1 - cost[i, j]))
    return made


def _unsteady(known: Candidates, found: Whole) -> tuple[int, int]:
    """Return how often an object's track changes from one frame to the next, and how often it is taken up anew.

    Frames in which the object is ignored break the row off, but for its very first one.
    """
    order = known.order
    if not len(order):
        return 0, 0
    object_of, ignored = known.truth.track[order], known.truth.ignored[order]
    by = np.full(len(order), -1, dtype=np.int64)
    matched = found[order] >= 0
    by[matched] = known.owner[found[order][matched]]
    index = np.arange(len(order))
    begins = np.concatenate([[True], object_of[1:] != object_of[:-1]])
    ends = np.concatenate([begins[1:], [True]])
    start = np.maximum.accumulate(np.where(begins, index, 0))
    breaks = ignored & ~begins
    last_break = np.maximum.accumulate(np.where(breaks, index, -1))
    last_match = np.maximum.accumulate(np.where(matched & ~breaks, index, -1))
    before, after = np.concatenate([[-1], by[:-1]]), np.concatenate([by[1:], [-1]])
    was_match, was_break = np.concatenate([[-1], last_match[:-1]]), np.concatenate([[-1], last_break[:-1]])
    is_followed = was_match > np.maximum(was_break, start - 1)  # it was found before, since it last was ignored
    changed = ~begins & ~ignored & matched & (before != by)
    switches = changed & is_followed & (before >= 0)
    fragments = changed & (ends | (is_followed & (after >= 0)))
    return int(switches.sum()), int(fragments.sum())
