"""Boxes that explain the points about a click: the best of many, and the best near one; see `box_worth`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.box_worth import grow_side, turn_about, worth_of_box
from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]

_ROUNDS, _MOVES = 60, 9
_STEP_M, _ROUGH_STEP_M = 0.2, 0.4  # at which free space is looked at in a box, and in one of many
_ENDS = 3  # points that lie outermost
_LEAST_M = 0.1  # of a side
_NEAR_M = 1.6  # beyond a box: its sides hardly go so far in small steps
_FEW = 160  # points by which many boxes are told apart


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is seen about a click.

    Parameters
    ----------
    points : (N, 4) float64
        x, y (metres), the log odds of being of the object by what hangs together, and what the point counts.
    seed : (2,) float64, metres
        The place that was clicked; the box holds it.
    eyes : (K, 2) float64, metres
        Where sensors stand.
    free : (X, Y) float32
        How many rays went through each cell.
    low : (2,) float64, metres
        The lowest corner of those cells.
    cell : float, metres
    headings : (H, 2) float64
        Directions that objects have here (radians), and what each counts.
    table : (T,) float64
        What a point is worth by how far in from the nearest seen side it lies, centimetre by centimetre.
    knobs : (8,) float64
        See `box_worth.worth_of_box`.
    """

    points: Floats
    seed: Floats
    eyes: Floats
    free: NDArray[np.float32]
    low: Floats
    cell: float
    headings: Floats
    table: Floats
    knobs: Floats


def best_boxes(seen: Evidence, usual: ArrayLike, yaws: int, keep: int) -> tuple[Floats, Floats]:
    """Return the best of many boxes of one kind, (M, 5), and what each is worth, (M,), the best first.

    Every yaw is tried, with sides where the points end, and with sides of the usual length laid to the seen end, to
    the hidden one, and about the click. `usual` is (5,): the logarithms of the usual length and width, their
    deviations, and how they go together.
    """
    boxes, worth = np.zeros((yaws * 2, 5)), np.full(yaws * 2, -np.inf)
    few = seen.points[:: max(len(seen.points) // _FEW, 1)].copy()
    few[:, 3] *= seen.points[:, 3].sum() / max(few[:, 3].sum(), 1e-9)
    _search(np.ascontiguousarray(few.T), *_parts(seen)[1:], _usual(usual), yaws, boxes, worth)
    chosen: list[int] = []
    order = np.argsort(-worth, kind="stable")[: np.count_nonzero(np.isfinite(worth))].tolist()
    rows = boxes.tolist()  # numbers of Python's own compare in a fifth of the time
    for n in order:
        if len(chosen) == keep:
            break
        if not any(_alike(rows[n], rows[m]) for m in chosen):
            chosen.append(n)
    return boxes[chosen], worth[chosen]


def best_boxes_near(seen: Evidence, boxes: ArrayLike, usual: ArrayLike) -> tuple[Floats, Floats]:
    """Return the best box near each of some, (M, 5), and what it is worth, (M,): sides and yaw go in small steps."""
    rows = np.array(boxes, dtype=np.float64, order="C")
    if rows.ndim != 2 or rows.shape[1] != 5:
        raise ValueError(f"boxes needs (M, 5), got {rows.shape}")
    out = np.empty(len(rows))
    _climb(*_parts(seen), _usual(usual), rows, out)
    return rows, out


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    reach = 0.12 * (one[3] + other[3]) / 2
    if abs(one[3] - other[3]) >= 2 * reach or math.hypot(one[0] - other[0], one[1] - other[1]) >= reach:
        return False
    return abs((one[2] - other[2] + math.pi / 2) % math.pi - math.pi / 2) < 0.2


def columns(seen: Evidence) -> Floats:
    """Return the points as kernels take them, (4, N)."""
    return np.ascontiguousarray(seen.points.T)


def _parts(seen: Evidence) -> tuple[Floats, Floats, Floats, NDArray[np.float32], Floats, float, Floats, Floats, Floats]:
    eyes = np.ascontiguousarray(seen.eyes)  # a slice would have all compiled once more
    return (columns(seen), seen.seed, eyes, seen.free, seen.low, seen.cell, seen.headings, seen.table, seen.knobs)


def _usual(values: ArrayLike) -> Floats:
    usual = np.ascontiguousarray(values, dtype=np.float64)
    if usual.shape != (5,):
        raise ValueError(f"usual needs (5,), got {usual.shape}")
    return usual


@compiled(inner=True)
def _ends(values: Floats, count: int, low: Floats, high: Floats) -> tuple[float, float]:
    """Return where so many points end; of many the outermost do not count. `low` and `high` hold those, in order."""
    for n in range(len(low)):
        low[n], high[n] = np.inf, -np.inf
    for k in range(count):
        least, most = values[k], values[k]
        for n in range(len(low)):
            low[n], least = min(low[n], least), max(low[n], least)
            high[n], most = max(high[n], most), min(high[n], most)
    cut = min(count // 60, len(low) - 1)
    return low[cut], high[cut]


@compiled(inner=True)
def _spans(
    values: Floats, held: int, at: float, eye: float, mean: float, ends: Floats, spans: Floats
) -> int:  # fmt: skip
    """Lay sides along one axis: where the points held end, and of the usual length; return how many there are."""
    if held == 0:
        spans[0, 0], spans[0, 1] = at - mean / 2, at + mean / 2
        return 1
    lo, hi = _ends(values, held, ends[0], ends[1])
    lo, hi = min(lo, at), max(hi, at)
    count = 0
    if hi - lo > 0.15 and hi - lo < 1.6 * mean:
        spans[0, 0], spans[0, 1] = lo, hi
        count = 1
        if abs(hi - lo - mean) < 0.04 * mean:
            return count
    spans[count, 0], spans[count, 1] = lo, lo + mean
    spans[count + 1, 0], spans[count + 1, 1] = hi - mean, hi
    if lo < eye < hi or hi - lo < 0.25 * mean:
        spans[count + 2, 0], spans[count + 2, 1] = (lo + hi - mean) / 2, (lo + hi + mean) / 2
        return count + 3
    if hi - lo > 1.2 * mean:
        spans[count + 2, 0], spans[count + 2, 1] = at - mean / 2, at + mean / 2
        return count + 3
    return count + 2


@compiled(inner=True)
def _put(box: Floats, out: Floats) -> None:
    for n in range(5):
        out[n] = box[n]


@compiled(inner=True)
def _turned_to(
    points: Floats, c: float, s: float, least: float, u: float, v: float, longest: float, widest: float, on: Floats,
    off: Floats,
) -> int:  # fmt: skip
    """Put the places along and across of points that are likely enough and near enough, and return how many."""
    count = 0
    for n in range(points.shape[1]):
        if points[2, n] > least:
            x, y = c * points[0, n] + s * points[1, n], c * points[1, n] - s * points[0, n]
            if abs(x - u) <= longest and abs(y - v) <= widest:
                on[count], off[count] = x, y
                count += 1
    return count


@compiled()
def _search(
    points: Floats, seed: Floats, eyes: Floats, free: NDArray[np.float32], low: Floats, cell: float, headings: Floats,
    table: Floats, knobs: Floats, usual: Floats, yaws: int, boxes: Floats, worth: Floats,
) -> None:  # fmt: skip
    length, width = np.exp(usual[0]), np.exp(usual[1])
    longest, widest = length * np.exp(2.5 * usual[2]), width * np.exp(2.5 * usual[3])
    box = np.zeros(5)
    on, off, laid = np.empty(points.shape[1]), np.empty(points.shape[1]), np.empty((2, points.shape[1]))
    along, across, ends = np.zeros((5, 2)), np.zeros((5, 2)), np.zeros((2, _ENDS))
    for k in range(yaws):
        yaw = k * np.pi / yaws
        c, s = np.cos(yaw), np.sin(yaw)
        u, v = c * seed[0] + s * seed[1], c * seed[1] - s * seed[0]
        eu, ev = c * eyes[0, 0] + s * eyes[0, 1], c * eyes[0, 1] - s * eyes[0, 0]
        close = -1
        for level in range(2):
            before = close
            close = _turned_to(points, c, s, 1.3 if level == 0 else -0.1, u, v, longest, widest, on, off)
            if close == before:  # the very points, and so the very boxes
                continue
            first = _spans(on, close, u, eu, length, ends, along)
            second = _spans(off, close, v, ev, width, ends, across)
            for i in range(first):
                for j in range(second):
                    mu, mv = (along[i, 0] + along[i, 1]) / 2, (across[j, 0] + across[j, 1]) / 2
                    box[0], box[1], box[2] = c * mu - s * mv, s * mu + c * mv, yaw
                    box[3], box[4] = max(along[i, 1] - along[i, 0], 0.1), max(across[j, 1] - across[j, 0], 0.1)
                    value = worth_of_box(points, seed, eyes, free, low, cell, headings, table, knobs, usual, box,
                                   worth[2 * k + 1], _ROUGH_STEP_M, laid)  # fmt: skip
                    if value > worth[2 * k]:
                        worth[2 * k + 1] = worth[2 * k]
                        _put(boxes[2 * k], boxes[2 * k + 1])
                        worth[2 * k] = value
                        _put(box, boxes[2 * k])
                    elif value > worth[2 * k + 1]:
                        worth[2 * k + 1] = value
                        _put(box, boxes[2 * k + 1])


@compiled(inner=True)
def _moved(box: Floats, move: int, step: float, out: Floats) -> None:
    """Move a side (0 to 3), turn about the middle (4) or about a corner (5 to 8)."""
    _put(box, out)
    if move < 4:
        grow_side(out, move, step, _LEAST_M)
    else:
        turn_about(out, move - 5, step * 0.35)


@compiled(inner=True)
def points_near(points: Floats, box: Floats, reach: float) -> Floats:
    """Return the points, (4, K), that lie in a box or less than `reach` beyond it."""
    c, s = np.cos(box[2]), np.sin(box[2])
    near = np.empty(points.shape[1], np.int64)
    count = 0
    for n in range(points.shape[1]):
        dx, dy = points[0, n] - box[0], points[1, n] - box[1]
        if max(abs(c * dx + s * dy) - box[3] / 2, abs(c * dy - s * dx) - box[4] / 2) < reach:
            near[count] = n
            count += 1
    out = np.empty((4, count))
    for k in range(4):
        for m in range(count):
            out[k, m] = points[k, near[m]]
    return out


@compiled()
def _climb(
    points: Floats, seed: Floats, eyes: Floats, free: NDArray[np.float32], low: Floats, cell: float, headings: Floats,
    table: Floats, knobs: Floats, usual: Floats, boxes: Floats, out: Floats,
) -> None:  # fmt: skip
    tried, best = np.empty(5), np.empty(5)
    laid = np.empty((2, points.shape[1]))
    for n in range(len(boxes)):
        _put(boxes[n], best)
        near = points_near(points, best, _NEAR_M)
        value = worth_of_box(near, seed, eyes, free, low, cell, headings, table, knobs, usual, best,
                       -np.inf, _STEP_M, laid)  # fmt: skip
        step, failed = 0.2, 0
        for _ in range(_ROUNDS):
            before = value
            for move in range(_MOVES):
                if failed == _MOVES:  # all were tried from here, by this very step
                    break
                failed += 1
                for sign in (1.0, -1.0):
                    _moved(best, move, sign * step, tried)
                    found = worth_of_box(near, seed, eyes, free, low, cell, headings, table, knobs, usual, tried,
                                   value, _STEP_M, laid)  # fmt: skip
                    if found > value:
                        value = found
                        _put(tried, best)
                        failed = 0
                        break
            if value <= before + 1e-3:
                step, failed = step * 0.5, 0
                if step < 0.02:
                    break
        _put(best, boxes[n])
        out[n] = value
