"""Boxes that explain the points of an object and what was drawn around it in pictures, at once.

A box is x, y, yaw, length, width, bottom, height. What it is worth is a logarithm of odds: that of its ground plan
(see `box_worth`), of its height and its place on the ground, and of how its own pictures lie on the marks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.box_worth import Points, grow_side, turn_about, worth_of_box
from lidar_label.kernels.click_boxes import JOINED, Evidence, columns, near_box
from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.copies import take_over

Floats = NDArray[np.float64]

MARK_NUMBERS = 32
_ROUNDS = 40
_NEAR_M = 0.1
_LEAST_M = 0.15  # of a side
_SPARE_M = 0.5  # beyond a box: what its next moves reach is chosen once
_LINEAR, _WORST = 2.0, 12.0  # deviations beyond which a side of a mark counts evenly; and the most it counts
_SUNK, _TALL, _TOP = 8.0, 4.0, 4.0  # the most these count
_MOVES, _SINK, _RISE = 13, 7, 8


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """What is known of heights.

    Parameters
    ----------
    plane : (3,) float
        The ground: slope along x, slope along y, height at x = y = 0.
    numbers : (7,) float
        How far a bottom may be off it (metres); the usual height (metres) and its deviation (of the logarithm);
        how high over the ground the points reach (metres, NaN where none tell), and how far a top may be below that
        and above it (metres); what agreement with the marks counts.
    """

    plane: Floats
    numbers: Floats


def climbed_boxes(
    seen: Evidence,
    marks: ArrayLike,
    upright: Upright,
    usual: ArrayLike,
    boxes: ArrayLike,
    first: float,
    last: float,
    *,
    rough: bool = False,
) -> tuple[Floats, Floats, Floats]:
    """Return the best box near each of some, (M, 7), what it is worth, and of that its agreement with marks.

    Parameters
    ----------
    seen : Evidence
    marks : (K, 32) float64
        Of each mark: rotation, row by row (9), and translation (3) into the camera; fx, fy, cx, cy; left, top, right,
        bottom; 1 for each side that lies at the picture's border; the deviation of each side inwards, and outwards.
    upright : Upright
    usual : (5,) float64
        See `click_boxes.best_boxes`.
    boxes : (M, 7) float64
    first, last : float, metres
        The step to begin with, and the one under which it ends.
    rough : bool
        Whether larger cells do where rays went through.
    """
    rows = np.array(boxes, dtype=np.float64, order="C")
    drawn = np.ascontiguousarray(marks, dtype=np.float64)
    kind = np.ascontiguousarray(usual, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != 7 or drawn.ndim != 2 or drawn.shape[1] != MARK_NUMBERS or len(kind) != 5:
        raise ValueError(
            f"boxes, marks, usual need (M, 7), (K, 32), (5,), got {rows.shape}, {drawn.shape}, {kind.shape}"
        )
    worth, sight = np.empty(len(rows)), np.empty(len(rows))
    passed, cell = (seen.roughly, seen.cell * JOINED) if rough else (seen.passed, seen.cell)
    _climb(columns(seen.points, seen.seed), passed, cell, seen.seed, seen.eyes, seen.headings,
           seen.inward, seen.knobs, kind, drawn, upright.plane, upright.numbers, float(first), float(last),
           rows, worth, sight)  # fmt: skip
    return rows, worth, sight


@compiled(inner=True)
def _agreement(marks: Floats, box: Floats) -> float:
    """How a box's own pictures lie on the marks: at most 0."""
    c, s = np.cos(box[2]), np.sin(box[2])
    total = 0.0
    for k in range(len(marks)):
        m = marks[k]
        left, top, right, bottom = np.inf, np.inf, -np.inf, -np.inf
        for corner in range(4):
            u = box[3] / 2 if corner & 1 else -box[3] / 2
            v = box[4] / 2 if corner & 2 else -box[4] / 2
            x, y = box[0] + c * u - s * v, box[1] + s * u + c * v
            one, other, third = m[0] * x + m[1] * y, m[3] * x + m[4] * y, m[6] * x + m[7] * y
            for end in range(2):
                z = box[5] + box[6] if end else box[5]
                ahead = max(third + m[8] * z + m[11], _NEAR_M)
                across = m[12] * (one + m[2] * z + m[9]) / ahead + m[14]
                down = m[13] * (other + m[5] * z + m[10]) / ahead + m[15]
                left, right = min(left, across), max(right, across)
                top, bottom = min(top, down), max(bottom, down)
        for side in range(4):
            if side == 0:
                out = m[16] - left
            elif side == 1:
                out = m[17] - top
            elif side == 2:
                out = right - m[18]
            else:
                out = bottom - m[19]
            if out > 0 and m[20 + side] > 0:
                continue
            off = out / m[28 + side] if out > 0 else -out / m[24 + side]
            cost = 0.5 * off * off if off <= _LINEAR else _LINEAR * (off - 0.5 * _LINEAR)
            total -= min(cost, _WORST)
    return total


@compiled(inner=True)
def _stands(plane: Floats, numbers: Floats, box: Floats) -> float:
    """What a box's height and place on the ground are worth."""
    floor = plane[0] * box[0] + plane[1] * box[1] + plane[2]
    sunk = (box[5] - floor) / numbers[0]
    tall = np.log(box[6] / numbers[1]) / numbers[2]
    total: float = -min(0.5 * sunk * sunk, _SUNK) - min(0.5 * tall * tall, _TALL)
    if np.isfinite(numbers[3]):
        over = box[5] + box[6] - floor - numbers[3]
        off = over / numbers[4] if over < 0 else over / numbers[5]
        total -= min(0.5 * off * off, _TOP)
    return total


@compiled(inner=True)
def _moved(box: Floats, move: int, step: float, eye: Floats, out: Floats) -> None:
    """Move a side (0 to 3), along the ray or across (4, 5), turn (6), sink (7), grow (8), turn about a corner."""
    take_over(box, out)
    if move < 4:
        grow_side(out, move, step, _LEAST_M)
    elif move < 6:
        dx, dy = box[0] - eye[0], box[1] - eye[1]
        away = max(np.hypot(dx, dy), 1e-9)
        if move == 4:
            out[0] += step * dx / away
            out[1] += step * dy / away
        else:
            out[0] -= step * dy / away
            out[1] += step * dx / away
    elif move == _SINK:
        out[5] += 0.3 * step
    elif move == _RISE:
        out[6] = max(box[6] + 0.4 * step, _LEAST_M)
    else:
        turn_about(out, move - _RISE - 1 if move > _RISE else -1, step * 0.35)


@compiled(inner=True)
def _strayed(box: Floats, other: Floats) -> float:
    """Return how far at most a corner of one box lies beyond the other, metres."""
    grown = abs(box[3] - other[3]) + abs(box[4] - other[4])
    turned = abs(box[2] - other[2]) * np.hypot(box[3], box[4])
    far: float = np.hypot(box[0] - other[0], box[1] - other[1]) + (grown + turned) / 2
    return far


@compiled(inner=True)
def _spare(box: Floats, step: float) -> float:
    """Return how far beyond a box points are looked at, metres: no single move takes a corner farther."""
    far: float = _SPARE_M + step * (1.0 + 0.7 * np.hypot(box[3], box[4]))
    return far


@compiled()
def _climb(
    points: Points, passed: Points, cell: float, seed: Floats, eyes: Floats, headings: Floats, inward: Points,
    knobs: Floats, usual: Floats, marks: Floats, plane: Floats, numbers: Floats, first: float,
    last: float, boxes: Floats, worth: Floats, sight: Floats,
) -> None:  # fmt: skip
    tried, best, about = np.empty(7), np.empty(7), np.empty(7)
    for n in range(len(boxes)):
        take_over(boxes[n], best)
        beside = numbers[6] * _agreement(marks, best) + _stands(plane, numbers, best)
        plan = worth_of_box(points, passed, cell, seed, eyes, headings, inward, knobs, usual, best[:5], -np.inf)
        value = beside + plan
        step, failed = first, 0
        take_over(best, about)
        spare = _spare(best, step)
        near, through = near_box(points, seed, best[:5], knobs[2] + spare), near_box(passed, seed, best[:5], spare)
        for _ in range(_ROUNDS):
            before = value
            for move in range(_MOVES):
                if failed == _MOVES:  # all were tried from here, by this very step
                    break
                failed += 1
                for sign in (1.0, -1.0):
                    _moved(best, move, sign * step, eyes[0], tried)
                    beside = numbers[6] * _agreement(marks, tried) + _stands(plane, numbers, tried)
                    if _strayed(tried, about) > spare:
                        take_over(best, about)
                        spare = _spare(best, step)
                        near = near_box(points, seed, best[:5], knobs[2] + spare)
                        through = near_box(passed, seed, best[:5], spare)
                    flat = plan if move in (_SINK, _RISE) else worth_of_box(  # those are the same from above
                        near, through, cell, seed, eyes, headings, inward, knobs, usual, tried[:5], value - beside
                    )  # fmt: skip
                    found = beside + flat
                    if found > value:
                        value, plan = found, flat
                        take_over(tried, best)
                        failed = 0
                        break
            if value <= before + 1e-2:
                step, failed = step * 0.5, 0
                if step < last:
                    break
        boxes[n] = best
        worth[n] = value
        sight[n] = _agreement(marks, best)
