"""The scores of tracking between two label sets: CLEAR MOT, identities and HOTA, as their papers define them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from lidar_label.model import Floats

Whole = NDArray[np.int64]

ALPHAS = np.arange(1, 20) / 20  # the overlaps that HOTA averages over
_NEVER = 1e6
_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaps:
    """One frame: the tracks of the reference and of the other set that are there, and how much each two overlap.

    `first` (M,) and `second` (N,) number tracks from 0; `iou` is (M, N), 0 to 1.
    """

    first: Whole
    second: Whole
    iou: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How far the second set agrees with the first; shares are 0 to 1, NaN where there is nothing to share.

    `mota`, `motp` (mean overlap of what was matched), `switches`, `fragments`, `missed` and `extra` are those of CLEAR
    MOT at the least overlap; `idf1`, `idp` and `idr` those of identities at it; `hota`, `deta`, `assa` and `loca` are
    means over 19 least overlaps from 0.05 to 0.95.
    """

    first: int
    second: int
    matched: int
    missed: int
    extra: int
    switches: int
    fragments: int
    mota: float
    motp: float
    idf1: float
    idp: float
    idr: float
    hota: float
    deta: float
    assa: float
    loca: float

    def as_dict(self) -> dict[str, Any]:
        """Return the scores for JSON; None where there is no number."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: None if isinstance(v, float) and not np.isfinite(v) else v for name, v in values.items()}


def scores(frames: Sequence[Overlaps], *, least_iou: float = 0.5) -> Scores:
    """Score a sequence.

    Parameters
    ----------
    frames : sequence of Overlaps
        By time; frames that neither set has a box in may be left out.
    least_iou : float
        What makes a match for CLEAR MOT and identities.

    References
    ----------
    K. Bernardin and R. Stiefelhagen, "Evaluating multiple object tracking performance: the CLEAR MOT metrics", 2008.
    E. Ristani et al., "Performance measures and a data set for multi-target, multi-camera tracking", 2016.
    J. Luiten et al., "HOTA: a higher order metric for evaluating multi-object tracking", 2021.
    """
    first, second = (sum(len(getattr(frame, side)) for frame in frames) for side in ("first", "second"))
    matched, switches, fragments, overlap = _clear(frames, least_iou)
    kept = _identities(frames, least_iou)
    deta, assa, loca = _hota(frames, first, second)
    return Scores(
        first=first,
        second=second,
        matched=matched,
        missed=first - matched,
        extra=second - matched,
        switches=switches,
        fragments=fragments,
        mota=1 - _share(first - matched + second - matched + switches, first),
        motp=_share(overlap, matched),
        idf1=_share(2 * kept, first + second),
        idp=_share(kept, second),
        idr=_share(kept, first),
        hota=float(np.sqrt(deta * assa).mean()),
        deta=float(deta.mean()),
        assa=float(assa.mean()),
        loca=float(loca.mean()),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def best_pairs(iou: Floats, least_iou: float) -> tuple[Whole, Whole]:
    """Return the rows and columns of as many pairs as there can be, and of those the ones that overlap most."""
    cost = np.where(iou >= least_iou, 1 - iou, _NEVER)
    rows, columns = linear_sum_assignment(cost)
    fits = cost[rows, columns] < _NEVER
    return rows[fits], columns[fits]


def _clear(frames: Sequence[Overlaps], least_iou: float) -> tuple[int, int, int, float]:
    """Return matches, switches, fragments and the sum of overlaps; a match goes on as long as it can."""
    last: dict[int, int] = {}
    found: dict[int, list[bool]] = {}
    matched = switches = 0
    overlap = 0.0
    for frame in frames:
        open_ = np.where(frame.iou >= least_iou, frame.iou, -1.0)
        place = {track: column for column, track in enumerate(frame.second.tolist())}
        by: dict[int, int] = {}
        for row, track in enumerate(frame.first.tolist()):
            column = place.get(last.get(track, -1))
            if column is not None and open_[row, column] >= least_iou:
                by[row] = column
                overlap += float(frame.iou[row, column])
                open_[row, :] = open_[:, column] = -1.0
        for row, column in zip(*best_pairs(open_, max(least_iou, 0.0)), strict=True):
            track, other = int(frame.first[row]), int(frame.second[column])
            switches += last.get(track, other) != other
            by[int(row)] = int(column)
            last[track] = other
            overlap += float(frame.iou[row, column])
        matched += len(by)
        for row, track in enumerate(frame.first.tolist()):
            found.setdefault(track, []).append(row in by)
    fragments = sum(_gaps(np.array(seen)) for seen in found.values())
    return matched, switches, fragments, overlap


def _gaps(seen: NDArray[np.bool_]) -> int:
    """Count the times a track is lost that is found again."""
    at = np.flatnonzero(seen)
    if not len(at):
        return 0
    within = seen[at[0] : at[-1] + 1]
    return int((within[:-1] & ~within[1:]).sum())


def _identities(frames: Sequence[Overlaps], least_iou: float) -> int:
    """Return the matches that are kept when each track may be matched to one other for its whole life."""
    count = np.zeros(_size(frames), dtype=np.int64)
    for frame in frames:
        row, column = np.nonzero(frame.iou >= least_iou)
        np.add.at(count, (frame.first[row], frame.second[column]), 1)
    rows, columns = linear_sum_assignment(-count)
    return int(count[rows, columns].sum())


def _hota(frames: Sequence[Overlaps], first: int, second: int) -> tuple[Floats, Floats, Floats]:
    """Return the accuracy of detection, of association and of place at each of `ALPHAS`."""
    shape = _size(frames)
    mine, theirs = np.zeros((shape[0], 1)), np.zeros((1, shape[1]))
    might = np.zeros(shape)
    for frame in frames:
        np.add.at(mine[:, 0], frame.first, 1)
        np.add.at(theirs[0], frame.second, 1)
        union = frame.iou.sum(axis=0)[None] + frame.iou.sum(axis=1)[:, None] - frame.iou
        share = np.divide(frame.iou, union, out=np.zeros_like(frame.iou), where=union > _EPS)
        might[np.ix_(frame.first, frame.second)] += share
    together = might / np.maximum(mine + theirs - might, _EPS)
    made = np.zeros((len(ALPHAS), *shape))
    place = np.zeros(len(ALPHAS))
    for frame in frames:
        if not frame.iou.size:
            continue
        rows, columns = linear_sum_assignment(-together[np.ix_(frame.first, frame.second)] * frame.iou)
        iou = frame.iou[rows, columns]
        for step, alpha in enumerate(ALPHAS):
            hit = iou >= alpha - _EPS
            place[step] += iou[hit].sum()
            made[step, frame.first[rows[hit]], frame.second[columns[hit]]] += 1
    matched = made.sum(axis=(1, 2))
    joint = made / np.maximum(1, mine + theirs - made)
    deta = matched / np.maximum(1, first + second - matched)
    assa = (made * joint).sum(axis=(1, 2)) / np.maximum(1, matched)
    return deta, assa, np.where(matched > 0, place / np.maximum(1, matched), 1.0)


def _size(frames: Sequence[Overlaps]) -> tuple[int, int]:
    first, second = (
        max((int(getattr(f, side).max(initial=-1)) for f in frames), default=-1) for side in ("first", "second")
    )
    return first + 1, second + 1
