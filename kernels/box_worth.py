"""What a box is worth by the points about it: one box, for kernels that try many.

A box is x, y, yaw, length, width, seen from above. What it is worth is a logarithm of odds: its points lie near the
sides that face the sensor and hang together with what was meant; no ray went through it; its size and heading are
usual.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Points = NDArray[np.float32]

DEEPEST_M = 1.275  # in from the nearest seen side: deeper says no more
_LOOSE = {"reassoc", "contract", "nsz"}  # sums in any order: several points at a time
_SPARE_M = 0.15  # beyond a side, where the place that was meant may lie
_NOTHING = 6.0  # deviations off a direction, from which it counts nothing


@compiled(inner=True)
def _size(length: float, width: float, usual: Floats) -> float:
    """What the sides are worth: a bell curve of their logarithms."""
    a, b, rho = (np.log(length) - usual[0]) / usual[2], (np.log(width) - usual[1]) / usual[3], usual[4]
    worth: float = -0.5 * (a * a - 2 * rho * a * b + b * b) / (1 - rho * rho)
    return worth


@compiled(inner=True)
def _turned(yaw: float, headings: Floats, width: float) -> float:
    """What a direction is worth by those that are known here: along one, and less across it."""
    best = 0.0
    for n in range(len(headings)):
        off = abs((yaw - headings[n, 0] + np.pi / 2) % np.pi - np.pi / 2)
        across = np.pi / 2 - off
        if off < _NOTHING * width:
            best = max(best, headings[n, 1] * np.exp(-0.5 * (off / width) ** 2))
        if across < _NOTHING * width:
            best = max(best, 0.5 * headings[n, 1] * np.exp(-0.5 * (across / width) ** 2))
    return best


@compiled(inner=True, error_model="numpy", fastmath=_LOOSE)
def _passed(passed: Points, x: float, y: float, yaw: float, half_long: float, half_wide: float, cell: float) -> float:
    """How many square metres of a box rays went through; cells on its edge count by how far in they lie."""
    c, s = np.float32(np.cos(yaw)), np.float32(np.sin(yaw))
    at_x, at_y, a, b = np.float32(x), np.float32(y), np.float32(half_long), np.float32(half_wide)
    none, half, whole, share = np.float32(0.0), np.float32(0.5), np.float32(1.0), np.float32(1.0 / cell)
    total = none
    for n in range(passed.shape[1]):
        dx, dy = passed[0, n] - at_x, passed[1, n] - at_y
        one, other = abs(c * dx + s * dy) - a, abs(c * dy - s * dx) - b
        held = half - (one if one > other else other) * share
        held = held if held > none else none
        held = held if held < whole else whole
        total += passed[2, n] * held
    return float(total)


@compiled(inner=True, error_model="numpy", fastmath=_LOOSE)
def _explained(
    points: Points, x: float, y: float, yaw: float, length: float, width: float,
    unseen: tuple[float, float, float, float], inward: Points, out: float,
) -> float:  # fmt: skip
    """What the points say of a box: those in it count whole, those beyond it less and less, up to `out` metres.

    In single precision and without branches, so that eight points go at a time: sides that are `unseen` are as good
    as 10 m farther off.
    """
    c, s = np.float32(np.cos(yaw)), np.float32(np.sin(yaw))
    at_x, at_y, a, b = np.float32(x), np.float32(y), np.float32(length / 2), np.float32(width / 2)
    front, rear, left, right = (
        np.float32(unseen[0]),
        np.float32(unseen[1]),
        np.float32(unseen[2]),
        np.float32(unseen[3]),
    )
    none, whole, share, deepest = np.float32(0.0), np.float32(1.0), np.float32(1.0 / out), np.float32(DEEPEST_M)
    k0, k1, k2, k3, k4, k5 = inward[0], inward[1], inward[2], inward[3], inward[4], inward[5]
    total = none
    for n in range(points.shape[1]):
        dx, dy = points[0, n] - at_x, points[1, n] - at_y
        u, v = c * dx + s * dy, c * dy - s * dx
        one, other = abs(u) - a, abs(v) - b
        beyond = one if one > other else other
        one, other = abs(a - u) + front, abs(a + u) + rear
        along = one if one < other else other
        one, other = abs(b - v) + left, abs(b + v) + right
        across = one if one < other else other
        depth = along if along < across else across
        depth = depth if depth < deepest else deepest
        held = whole - beyond * share
        held = held if held > none else none
        held = held if held < whole else whole
        value = k0 + depth * (k1 + depth * (k2 + depth * (k3 + depth * (k4 + depth * k5)))) + points[2, n]
        total += points[3, n] * held * value
    return float(total)


@compiled(inner=True)
def worth_of_box(
    points: Points, passed: Points, cell: float, seed: Floats, eyes: Floats, headings: Floats, inward: Points,
    knobs: Floats, usual: Floats, box: Floats, least: float,
) -> float:  # fmt: skip
    """What a box is worth, or -inf where that is no more than `least`.

    All is as in `click_boxes.Evidence`, but the points, which are as `click_boxes.columns` lays them, and the cells
    `passed`, (3, M), `cell` metres wide: x and y from the seed on, and how many square metres rays went through. Knobs:
    0 how far in from a side points are usual (metres), 1 the share of such points, 2 how far out a point may still be
    of the object (metres), 3 what a square metre that rays went through counts, 4 the margin of that (metres), 5 how
    wide known directions are (radians), 6 what a point inside counts for itself, 7 what size counts.
    """
    c, s = np.cos(box[2]), np.sin(box[2])
    a, b = box[3] / 2, box[4] / 2
    u, v = c * (seed[0] - box[0]) + s * (seed[1] - box[1]), c * (seed[1] - box[1]) - s * (seed[0] - box[0])
    if abs(u) > a + _SPARE_M or abs(v) > b + _SPARE_M:
        return -np.inf
    front, rear, left, right = False, False, False, False
    for k in range(len(eyes)):
        u, v = (
            c * (eyes[k, 0] - box[0]) + s * (eyes[k, 1] - box[1]),
            c * (eyes[k, 1] - box[1]) - s * (eyes[k, 0] - box[0]),
        )
        front, rear, left, right = front or u > a, rear or u < -a, left or v > b, right or v < -b
    if not (front or rear or left or right):
        front = rear = left = right = True
    unseen = (0.0 if front else 10.0, 0.0 if rear else 10.0, 0.0 if left else 10.0, 0.0 if right else 10.0)
    total = knobs[7] * _size(box[3], box[4], usual) + _turned(box[2], headings, knobs[5])
    total += _explained(points, box[0] - seed[0], box[1] - seed[1], box[2], box[3], box[4], unseen, inward, knobs[2])
    if total <= least or a <= knobs[4] or b <= knobs[4]:  # what rays went through only makes it worth less
        return total if total > least else -np.inf
    total -= knobs[3] * _passed(
        passed, box[0] - seed[0], box[1] - seed[1], box[2], a - knobs[4], b - knobs[4], cell
    )  # fmt: skip
    return total if total > least else -np.inf


@compiled(inner=True)
def grow_side(box: Floats, side: int, step: float, least: float) -> None:
    """Move the front, the rear, the left or the right side out; sides stay at least so long."""
    c, s = np.cos(box[2]), np.sin(box[2])
    sign = 1.0 if side % 2 == 0 else -1.0
    if side < 2:
        grown = max(box[3] + step, least) - box[3]
        box[3] += grown
        box[0] += sign * c * grown / 2
        box[1] += sign * s * grown / 2
    else:
        grown = max(box[4] + step, least) - box[4]
        box[4] += grown
        box[0] -= sign * s * grown / 2
        box[1] += sign * c * grown / 2


@compiled(inner=True)
def turn_about(box: Floats, corner: int, angle: float) -> None:
    """Turn a box about one of its corners (0 to 3), or about its middle (-1)."""
    if corner >= 0:
        c, s = np.cos(box[2]), np.sin(box[2])
        e, t = np.cos(box[2] + angle), np.sin(box[2] + angle)
        u = box[3] / 2 if corner % 2 == 0 else -box[3] / 2
        v = box[4] / 2 if corner // 2 == 0 else -box[4] / 2
        box[0] += c * u - s * v - (e * u - t * v)
        box[1] += s * u + c * v - (t * u + e * v)
    box[2] += angle
