"""Which detections are the same thing: frame after frame, by overlap and motion."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from lidar_label.assist.tracking_rules import Rules
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.kernels.track_motion import NO_PAIR, carry, pair_costs, take
from lidar_label.model import Floats

Whole = NDArray[np.int64]

_SURE = 0.0  # log-odds from which a detection is more likely right than wrong
_TURN = 0.4  # how far a track's heading and size go along with what is seen
_USUAL_RANGE_M = 20.0
_LEAST_WAIT = 2.05  # frames that a track is waited for, however slowly they come


@dataclass(frozen=True, slots=True, kw_only=True)
class Detections:
    """What a detector found of one category, a row each, frame by frame.

    Parameters
    ----------
    frame : (N,) int64
        Rising.
    boxes : (N, 7) float64
        In world: centre x, y, z, length, width, height, yaw.
    evidence : (N,) float64
        Log-odds of the score.
    sensor : (N, 3) float64
        Where the sensor was in world; not finite where nobody knows.
    range_m : (N,) float64
        Distance from the sensor, made here; that of a usual one where nobody knows.
    """

    frame: Whole
    boxes: Floats
    evidence: Floats
    sensor: Floats

    range_m: Floats = field(init=False)

    def __post_init__(self) -> None:
        away = np.hypot(*(self.boxes[:, :2] - self.sensor[:, :2]).T)
        object.__setattr__(self, "range_m", np.where(np.isfinite(away), away, _USUAL_RANGE_M))


class _Alive:
    """The tracks that are waited for, as arrays with room for more."""

    def __init__(self) -> None:
        self.count = 0
        self._room(16)

    def _room(self, rows: int) -> None:
        for name, columns in (("place", 3), ("velocity", 3), ("spread", 3), ("shape", 4), ("life", 3)):
            grown = np.zeros((rows, columns))
            if self.count:
                grown[: self.count] = getattr(self, name)[: self.count]
            setattr(self, name, grown)
        self.place: Floats
        self.velocity: Floats
        self.spread: Floats
        self.shape: Floats  # length, width, height, yaw
        self.life: Floats  # number, when it was seen last, how often it was seen

    def add(self, boxes: Floats, variance: Floats, numbers: Whole, now: float, fastest: float) -> None:
        start, stop = self.count, self.count + len(boxes)
        if stop > len(self.place):
            self._room(2 * stop)
        self.place[start:stop], self.velocity[start:stop] = boxes[:, :3], 0.0
        self.spread[start:stop] = np.column_stack([variance, np.zeros(len(boxes)), np.full(len(boxes), fastest**2)])
        self.shape[start:stop] = boxes[:, 3:]
        self.life[start:stop] = np.column_stack([numbers, np.full(len(boxes), now), np.ones(len(boxes))])
        self.count = stop

    def keep(self, which: NDArray[np.bool_]) -> None:
        rows = np.flatnonzero(which)
        if len(rows) == self.count:
            return
        for array in (self.place, self.velocity, self.spread, self.shape, self.life):
            array[: len(rows)] = array[rows]
        self.count = len(rows)

    @property
    def boxes(self) -> Floats:
        return np.concatenate([self.place[: self.count], self.shape[: self.count]], axis=1)


def associate(found: Detections, seconds: Floats, rules: Rules) -> Whole:
    """Return the number of the track of each detection, (N,), from 0 in the order of their first.

    Parameters
    ----------
    found : Detections
    seconds : (F,) float64
        Time of each frame, rising.
    rules : Rules
    """
    number = np.full(len(found.frame), -1, dtype=np.int64)
    variance = (rules.near_m + rules.far * found.range_m) ** 2
    frames, starts = np.unique(found.frame, return_index=True)
    stops = np.append(starts[1:], len(found.frame))
    slow = _LEAST_WAIT * float(np.median(np.diff(seconds))) if len(seconds) > 1 else 0.0
    alive = _Alive()
    made, before = 0, 0.0
    for frame, start, stop in zip(frames.tolist(), starts.tolist(), stops.tolist(), strict=True):
        now = float(seconds[frame])
        rows = np.arange(start, stop)
        if alive.count:
            n = alive.count
            carry(alive.place[:n], alive.velocity[:n], alive.spread[:n], now - before, rules.jerkiness)
            patience = np.minimum(rules.patience_most_s, rules.patience_s * alive.life[:n, 2])
            patience = np.maximum(patience, slow)
            alive.keep(now - alive.life[:n, 1] <= patience + 1e-9)
        if alive.count:
            i, j = _pairs(alive, found.boxes[start:stop], variance[start:stop], found.evidence[start:stop], rules)
            if len(i):
                n, seen = alive.count, found.boxes[start + j]
                take(alive.place[:n], alive.velocity[:n], alive.spread[:n], i, seen[:, :3], variance[start + j])
                alive.shape[i, :3] += _TURN * (seen[:, 3:6] - alive.shape[i, :3])
                alive.shape[i, 3] += _TURN * _half_turn(seen[:, 6] - alive.shape[i, 3])
                alive.life[i, 1] = now
                alive.life[i, 2] += 1
                number[start + j] = alive.life[i, 0].astype(np.int64)
        new = rows[number[start:stop] < 0]
        if len(new):
            number[new] = np.arange(made, made + len(new))
            alive.add(found.boxes[new], variance[new], number[new], now, rules.fastest)
            made += len(new)
        before = now
    return number


def _pairs(alive: _Alive, boxes: Floats, variance: Floats, evidence: Floats, rules: Rules) -> tuple[Whole, Whole]:
    """Return which tracks and detections belong together: those that are likely right first."""
    n = alive.count
    likeness = iou_matrix(alive.boxes, boxes, generalized=True, threads=1)
    cost = pair_costs(alive.place[:n], alive.spread[:n], boxes, variance, likeness, rules.least_likeness, rules.gate)
    sure = evidence >= _SURE
    i, j = _cheapest(cost, sure)
    if sure.all():
        return i, j
    rest = cost.copy()
    rest[i] = NO_PAIR
    more_i, more_j = _cheapest(rest, ~sure)
    return np.concatenate([i, more_i]), np.concatenate([j, more_j])


def _cheapest(cost: Floats, wanted: NDArray[np.bool_]) -> tuple[Whole, Whole]:
    columns = np.flatnonzero(wanted)
    i, j = linear_sum_assignment(cost if len(columns) == len(wanted) else cost[:, columns])
    fits = cost[i, columns[j]] < NO_PAIR
    return i[fits], columns[j[fits]]


def _half_turn(angle: Floats) -> Floats:
    """Wrap angles into half a turn: front and rear are one here."""
    wrapped: Floats = (angle + np.pi / 2) % np.pi - np.pi / 2
    return wrapped
