"""Boxes fitted to the points in marks and to the marks themselves, at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.click_kinds import Kind
from lidar_label.assist.click_seen import FREE_CELL_M, Indices, Seen
from lidar_label.kernels.click_boxes import Evidence, best_boxes, inward_of, passed_about
from lidar_label.kernels.lift_boxes import Upright, climbed_boxes
from lidar_label.model import Floats

_KNOBS = np.array([0.4, 0.6, 0.1, 3.0, 0.2, 0.06, 1.0, 1.0])  # as those of a click
_INWARD = inward_of(_KNOBS)
_POINTS = 20.0
_NEAR_M = 3.0
_KNOWN = 1.0
_YAWS, _KEPT, _REFINED = 18, 8, 4
_SOME = 130  # points that tell in the coarse climb
_COARSE, _FINE = (0.3, 0.14), (0.15, 0.04)  # the first and the last step of a climb, metres
_SIGHT = 1.5  # what agreement with the marks counts
_GROUND_M = 0.08
_TOP_M, _OVER_M, _OVER_BY_RANGE = 0.05, 0.06, 0.006  # how far a top is off its points, and beams from it
_SPARE_M = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """A box that a part may be of: x, y, yaw, length, width, bottom, height; and what it is worth, as log odds."""

    row: Floats
    worth: float
    plan: float
    """Of which how well it explains the points,"""
    sight: float
    """and how well its pictures lie on the marks."""


def evidence_of(seen: Seen, kind: Kind, headings: Sequence[float]) -> Evidence | None:
    """Return what boxes of a kind are measured by, by the first band of rays; None where no points are near."""
    level = seen.level[seen.chosen]
    away = np.hypot(*(level[:, :2] - seen.seed).T)
    own = int(np.count_nonzero((seen.odds[seen.chosen] > 0) & (away < _NEAR_M)))
    counts = min(1.0, _POINTS / float(max(own, 1)))
    near = np.flatnonzero((away < kind.longest) & (level[:, 2] < kind.highest))
    if not len(near):
        return None
    points = np.column_stack([level[near, :2], seen.odds[seen.chosen][near] + _KNOBS[6], np.full(len(near), counts)])
    hints = np.array([[yaw, _KNOWN] for yaw in headings], dtype=np.float64).reshape(-1, 2)
    passed = passed_about(seen.free[0], seen.low, FREE_CELL_M, seen.seed, *kind.size[:2])
    return Evidence(points, seen.seed, seen.eyes, *passed, FREE_CELL_M, hints, _INWARD, _KNOBS)


def guesses(seen: Seen, kind: Kind, marks: Floats, headings: Sequence[float], top: float) -> list[Guess]:
    """Return boxes of a kind that explain points and marks, (K, 32) as `numbers_of` gives them, the worthiest first.

    `top` is how high over the ground the points in the marks reach, metres.
    """
    evidence = evidence_of(seen, kind, headings)
    if evidence is None:
        return []
    flat, _ = best_boxes(evidence, kind.usual, _YAWS, _KEPT)
    if not len(flat):
        return []
    away = float(np.hypot(*(seen.seed - seen.eyes[0])))
    ground = seen.ground
    upright = Upright(
        np.array([ground.along_x, ground.along_y, ground.height]),
        np.array([_GROUND_M, kind.size[2], kind.varies[2], top, _TOP_M,
                  _OVER_M + _OVER_BY_RANGE * away, _SIGHT]),
    )  # fmt: skip
    rows = np.column_stack([flat, ground.height + flat[:, :2] @ (ground.along_x, ground.along_y),
                            np.full(len(flat), kind.size[2])])  # fmt: skip
    rows, worth, _ = climbed_boxes(_thinned(evidence), marks, upright, kind.usual, rows, *_COARSE, rough=True)
    rows = rows[np.argsort(-worth, kind="stable")[:_REFINED]]
    rows, worth, sight = climbed_boxes(evidence, marks, upright, kind.usual, rows, *_FINE)
    order = np.argsort(-worth, kind="stable")
    plan = worth - _SIGHT * sight
    return [Guess(rows[n], float(worth[n]), float(plan[n]), float(sight[n])) for n in order.tolist()]


def _thinned(seen: Evidence) -> Evidence:
    """Return some of the points, which count as much together."""
    every = max(len(seen.points) // _SOME, 1)
    points = seen.points[::every].copy()
    points[:, 3] *= every
    return replace(seen, points=points)


def is_in(flat: Floats, row: Floats) -> NDArray[np.bool_]:
    """Say which places, (N, 2), a box holds, seen from above; a little beyond its sides, too."""
    x, y = flat[:, 0] - row[0], flat[:, 1] - row[1]
    c, s = math.cos(row[2]), math.sin(row[2])
    inside: NDArray[np.bool_] = np.abs(c * x + s * y) < row[3] / 2 + _SPARE_M
    inside &= np.abs(c * y - s * x) < row[4] / 2 + _SPARE_M
    return inside


def held(seen: Seen, row: Floats) -> Indices:
    """Return which points of the cloud a box holds."""
    reach = max(row[3], row[4])
    x, y = seen.level[:, 0] - row[0], seen.level[:, 1] - row[1]
    near = np.flatnonzero((np.abs(x) < reach) & (np.abs(y) < reach))
    inside = is_in(seen.level[near, :2], row) & (seen.level[near, 2] < row[6] + _SPARE_M)
    marked = np.zeros(len(seen.level), np.bool_)
    marked[near[inside]] = True
    return seen.taken(marked)
