"""Pieces of one track put together: where one ends and another begins as if it had gone on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lidar_label.assist.tracking_associate import Detections
from lidar_label.assist.tracking_refine import Tracklet
from lidar_label.assist.tracking_rules import Rules
from lidar_label.model import Floats

_SEEN_TWICE = 3  # a piece seen less often says nothing of its speed
_TURNED = 0.5  # rad by which both may head apart
_SIZES = 0.35  # by which a side may differ, as a share


def join_pieces(tracks: Sequence[Tracklet], found: Detections, seconds: Floats, rules: Rules) -> list[list[int]]:
    """Return which tracks are pieces of one, in order of time; the pairs that fit best are taken first.

    A later piece continues an earlier one where both, carried on to the middle of the gap, meet there, with about the
    same size and axis.
    """
    following: dict[int, int] = {}
    led: set[int] = set()
    for _, one, other in sorted(_pairs(tracks, found, seconds, rules)):
        if one not in following and other not in led:
            following[one] = other
            led.add(other)
    chains: list[list[int]] = []
    for start in range(len(tracks)):
        if start in led:
            continue
        chain = [start]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        chains.append(chain)
    return chains


def _pairs(
    tracks: Sequence[Tracklet], found: Detections, seconds: Floats, rules: Rules
) -> list[tuple[float, int, int]]:
    """Return how far apart the pieces of each fitting pair meet, and which they are."""
    known = [n for n, track in enumerate(tracks) if len(track.rows) >= _SEEN_TWICE]
    if len(known) < 2:
        return []
    first = np.array([found.frame[tracks[n].rows[0]] for n in known])
    last = np.array([found.frame[tracks[n].rows[-1]] for n in known])
    begin, end = seconds[first], seconds[last]
    heads = np.array([tracks[n].boxes[at - tracks[n].frame[0]] for n, at in zip(known, first, strict=True)])
    tails = np.array([tracks[n].boxes[at - tracks[n].frame[0]] for n, at in zip(known, last, strict=True)])
    head_v = np.array([tracks[n].velocity[at - tracks[n].frame[0]] for n, at in zip(known, first, strict=True)])
    tail_v = np.array([tracks[n].velocity[at - tracks[n].frame[0]] for n, at in zip(known, last, strict=True)])
    by_begin = np.argsort(begin, kind="stable")
    rising = begin[by_begin]
    pairs: list[tuple[float, int, int]] = []
    for n in range(len(known)):
        low, high = np.searchsorted(rising, end[n], "right"), np.searchsorted(rising, end[n] + rules.join_s, "right")
        later = by_begin[low:high]
        if not len(later):
            continue
        half = ((begin[later] - end[n]) / 2)[:, None]
        apart = np.linalg.norm(
            tails[n, :2] + half * tail_v[n] - heads[later, :2] + half * head_v[later], axis=1
        ) + np.abs(tails[n, 2] - heads[later, 2])
        turn = np.abs(np.sin(tails[n, 6] - heads[later, 6]))
        sides = np.abs(np.log(tails[n, 3:6] / heads[later, 3:6])).max(axis=1)
        fits = (apart <= rules.join_m) & (turn <= _TURNED) & (sides <= _SIZES)
        pairs += [(float(apart[k]), known[n], known[int(later[k])]) for k in np.flatnonzero(fits)]
    return pairs
