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


@compiled(inner=True, error_model="numpy")
def _less_passed(
    worth: float, least: float, counts: float, box: Floats, free: NDArray[np.float32], low: Floats, cell: float,
    margin: float, step: float,
) -> float:  # fmt: skip
    """Return a worth less what the square metres of a box count that rays went through, or -inf for `least` or less.

    What lies on its sides does not count.
    """
    a, b = box[3] / 2 - margin, box[4] / 2 - margin
    if a <= 0 or b <= 0:
        return worth
    na, nb = min(max(int(2 * a / step), 1), 24), min(max(int(2 * b / step), 1), 10)
    c, s = np.cos(box[2]) / cell, np.sin(box[2]) / cell
    x0, y0 = (box[0] - low[0]) / cell, (box[1] - low[1]) / cell
    total, left = 0.0, worth
    for i in range(na):
        u = -a + (i + 0.5) * 2 * a / na
        row_x, row_y = x0 + c * u, y0 + s * u
        for j in range(nb):
            v = -b + (j + 0.5) * 2 * b / nb
            x, y = int(row_x - s * v), int(row_y + c * v)
            if 0 <= x < free.shape[0] and 0 <= y < free.shape[1]:
                total += min(free[x, y], 2.0) * 0.5
        left = worth - counts * (total * (4 * a * b) / (na * nb))
        if left <= least:  # and it only becomes less
            return -np.inf
    return left


@compiled(inner=True, error_model="numpy")
def _laid(points: Floats, box: Floats, unseen: tuple[float, float, float, float], most: float, laid: Floats) -> None:
    """Put how far each point is beyond the box, and how deep in from the nearest side that is seen, in centimetres.

    No branches, so that several points go at a time: sides that are `unseen` are as good as 10 m farther off.
    """
    c, s = np.cos(box[2]), np.sin(box[2])
    x, y, a, b = box[0], box[1], box[3] / 2, box[4] / 2
    front, rear, left, right = unseen
    for n in range(points.shape[1]):
        dx, dy = points[0, n] - x, points[1, n] - y
        u, v = c * dx + s * dy, c * dy - s * dx
        one, other = abs(u) - a, abs(v) - b
        laid[0, n] = one if one > other else other
        one, other = abs(a - u) + front, abs(a + u) + rear
        along = one if one < other else other
        one, other = abs(b - v) + left, abs(b + v) + right
        across = one if one < other else other
        depth = (along if along < across else across) * 100
        laid[1, n] = depth if depth < most else most


@compiled(inner=True)
def worth_of_box(
    points: Floats, seed: Floats, eyes: Floats, free: NDArray[np.float32], low: Floats, cell: float, headings: Floats,
    table: Floats, knobs: Floats, usual: Floats, box: Floats, least: float,
    step: float, laid: Floats,
) -> float:  # fmt: skip
    """What a box is worth, or -inf where that is no more than `least`; free space is looked at every `step` metres.

    All is as in `click_boxes.Evidence`, but the points, which are (4, N): columns, so that several go at a time.
    `laid`, (2, N), is room to work in. Knobs: 0 how far in from a side points are usual (metres), 1 the share of such
    points, 2 how far out a point may still be of the object (metres), 3 what a square metre that rays went through
    counts, 4 the margin of that (metres), 5 how wide known directions are (radians), 6 what a point inside counts for
    itself, 7 what size counts.
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
    _laid(points, box, unseen, len(table) - 1.0, laid)
    out = knobs[2]
    total = 0.0
    for n in range(points.shape[1]):
        beyond = laid[0, n]
        if beyond > out:
            continue
        value = table[int(laid[1, n])] + points[2, n]
        if beyond > 0:
            value *= 1 - beyond / out
        total += points[3, n] * value
    total += knobs[7] * _size(box[3], box[4], usual) + _turned(box[2], headings, knobs[5])
    if total <= least:  # what rays went through takes long to look at, and only makes it worth less
        return -np.inf
    worth: float = _less_passed(total, least, knobs[3], box, free, low, cell, knobs[4], step)
    return worth


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
