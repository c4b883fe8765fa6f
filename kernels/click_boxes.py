"""Boxes that explain the points about a click: the best of many, and the best near one; see `box_worth`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.box_worth import DEEPEST_M, Points, grow_side, turn_about, worth_of_box
from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]

_ROUNDS, _MOVES = 60, 9
JOINED = 2  # cells a side that are one where many boxes are tried
_ROUGH = 1.6  # times the usual sides: no box that is tried reaches farther from the click
_ENDS = 3  # points that lie outermost
_LEAST_M = 0.1  # of a side
_NEAR_M = 1.6  # beyond a box: its sides hardly go so far in small steps
_FEW = 160  # points by which many boxes are told apart
_AT_A_TIME = 8  # points that a processor works on at once


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
    passed, roughly : (3, M) float32
        Where rays went through: x and y from the seed on (metres), and how many square metres; by cells, and by
        larger ones that do for many boxes. See `passed_about`.
    cell : float, metres
        How wide the cells of `passed` are.
    headings : (H, 2) float64
        Directions that objects have here (radians), and what each counts.
    inward : (6,) float32
        What a point is worth by how far in from the nearest seen side it lies: coefficients of a polynomial of metres
        up to `box_worth.DEEPEST_M`, the constant first.
    knobs : (8,) float64
        See `box_worth.worth_of_box`.
    """

    points: Floats
    seed: Floats
    eyes: Floats
    passed: Points
    roughly: Points
    cell: float
    headings: Floats
    inward: Points
    knobs: Floats


def inward_of(knobs: Floats) -> Points:
    """Return `Evidence.inward` of knobs: points lie as a falling exponential has it, but for some that lie anywhere."""
    depth = np.linspace(0.0, DEEPEST_M, 256)
    worth = np.log(knobs[1] * np.exp(-depth / knobs[0]) / knobs[0] * 0.6 + 1 - knobs[1])
    made: Points = np.polynomial.Polynomial.fit(depth, worth, 5).convert().coef.astype(np.float32)
    return made


def best_boxes(seen: Evidence, usual: ArrayLike, yaws: int, keep: int) -> tuple[Floats, Floats]:
    """Return the best of many boxes of one kind, (M, 5), and what each is worth, (M,), the best first.

    Every yaw is tried, with sides where the points end, and with sides of the usual length laid to the seen end, to
    the hidden one, and about the click. `usual` is (5,): the logarithms of the usual length and width, their
    deviations, and how they go together.
    """
    boxes, worth = np.zeros((yaws * 2, 5)), np.full(yaws * 2, -np.inf)
    few = seen.points[:: max(len(seen.points) // _FEW, 1)].copy()
    few[:, 3] *= seen.points[:, 3].sum() / max(few[:, 3].sum(), 1e-9)
    _search(columns(few, seen.seed), seen.roughly, seen.cell * JOINED, *_parts(seen), _usual(usual), yaws,
            boxes, worth)  # fmt: skip
    chosen = np.empty(keep, np.int64)
    chosen = chosen[: _unlike(boxes, worth.copy(), chosen)]
    return boxes[chosen], worth[chosen]


def best_boxes_near(seen: Evidence, boxes: ArrayLike, usual: ArrayLike) -> tuple[Floats, Floats]:
    """Return the best box near each of some, (M, 5), and what it is worth, (M,): sides and yaw go in small steps."""
    rows = np.array(boxes, dtype=np.float64, order="C")
    if rows.ndim != 2 or rows.shape[1] != 5:
        raise ValueError(f"boxes needs (M, 5), got {rows.shape}")
    out = np.empty(len(rows))
    _climb(columns(seen.points, seen.seed), seen.passed, seen.cell, *_parts(seen), _usual(usual), rows, out)
    return rows, out


def passed_about(
    free: Points, low: Floats, cell: float, seed: Floats, length: float, width: float
) -> tuple[Points, Points]:  # fmt: skip
    """Return where rays went through about a place, as `Evidence` has it: by cells, and by larger ones.

    Parameters
    ----------
    free : (X, Y) float32
        How many rays went through each cell.
    low : (2,) float64, metres
        The lowest corner of those cells.
    cell : float, metres
    seed : (2,) float64, metres
    length, width : float, metres
        Usual sides of the longest box that is thought of.
    """
    return _about(free, low, cell, seed, reach_of(length, width))


def reach_of(length: float, width: float) -> float:
    """Return how far from the click boxes may reach that are usually so long and wide, metres."""
    return _ROUGH * math.hypot(length, width)


@compiled(inner=True)
def _alike(one: Floats, other: Floats) -> bool:
    reach = 0.12 * (one[3] + other[3]) / 2
    if abs(one[3] - other[3]) >= 2 * reach or np.hypot(one[0] - other[0], one[1] - other[1]) >= reach:
        return False
    parallel: bool = abs((one[2] - other[2] + np.pi / 2) % np.pi - np.pi / 2) < 0.2
    return parallel


@compiled()
def _unlike(boxes: Floats, worth: Floats, chosen: NDArray[np.int64]) -> int:
    """Choose the worthiest boxes of which no two are alike, and return how many there are; `worth` is used up."""
    count = 0
    while count < len(chosen):
        best = 0
        for n in range(1, len(worth)):
            if worth[n] > worth[best]:
                best = n
        if worth[best] == -np.inf:
            break
        chosen[count] = best
        count += 1
        for n in range(len(worth)):
            if n == best or _alike(boxes[n], boxes[best]):
                worth[n] = -np.inf
    return count


def columns(points: Floats, seed: Floats) -> Points:
    """Return points, (N, 4) as those of `Evidence`, as kernels take them: (4, M) float32, x and y from the seed on.

    M is a multiple of 8, since so many go at a time; those beyond N count nothing.
    """
    laid = np.zeros((4, -(-len(points) // _AT_A_TIME) * _AT_A_TIME), np.float32)
    laid[:2, : len(points)] = points[:, :2].T - seed[:, None]
    laid[2:, : len(points)] = points[:, 2:].T
    return laid


def _parts(seen: Evidence) -> tuple[Floats, Floats, Floats, Points, Floats]:
    eyes = np.ascontiguousarray(seen.eyes)  # a slice would have all compiled once more
    return seen.seed, eyes, seen.headings, seen.inward, seen.knobs


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
    points: Points, c: float, s: float, least: float, u: float, v: float, longest: float, widest: float, on: Floats,
    off: Floats,
) -> int:  # fmt: skip
    """Put the places along and across of points that are likely enough and near enough, and return how many.

    The seed, from which points are told, lies at `u`, `v`.
    """
    count = 0
    for n in range(points.shape[1]):
        if points[2, n] > least and points[3, n] > 0:
            x, y = c * points[0, n] + s * points[1, n], c * points[1, n] - s * points[0, n]
            if abs(x) <= longest and abs(y) <= widest:
                on[count], off[count] = u + x, v + y
                count += 1
    return count


@compiled(inner=True)
def _filled(found: Points, count: int) -> Points:
    """Return so many columns, and such of nothing until as many go at a time as may."""
    out = np.zeros((len(found), (count + _AT_A_TIME - 1) // _AT_A_TIME * _AT_A_TIME), np.float32)
    for k in range(len(found)):
        for m in range(count):
            out[k, m] = found[k, m]
    return out


@compiled()
def _about(free: Points, low: Floats, cell: float, seed: Floats, reach: float) -> tuple[Points, Points]:
    """Return where rays went through; what two went through is as free as what many did."""
    first_x, first_y = max(int((seed[0] - reach - low[0]) / cell), 0), max(int((seed[1] - reach - low[1]) / cell), 0)
    last_x = min(int((seed[0] + reach - low[0]) / cell) + 1, free.shape[0])
    last_y = min(int((seed[1] + reach - low[1]) / cell) + 1, free.shape[1])
    size = max(last_x - first_x, 0) * max(last_y - first_y, 0)
    fine, rough = np.empty((3, size), np.float32), np.empty((3, size), np.float32)
    area, most = np.float32(0.5 * cell * cell), np.float32(2.0)
    x0, y0 = np.float32(low[0] + 0.5 * cell - seed[0]), np.float32(low[1] + 0.5 * cell - seed[1])
    wide, aside = np.float32(cell), np.float32((JOINED - 1) * 0.5 * cell)
    count, joined = 0, 0
    for i in range(first_x, last_x, JOINED):
        for j in range(first_y, last_y, JOINED):
            total = np.float32(0.0)
            for m in range(i, min(i + JOINED, last_x)):
                for n in range(j, min(j + JOINED, last_y)):
                    rays = free[m, n]
                    if rays > 0:
                        share = (rays if rays < most else most) * area
                        fine[0, count], fine[1, count], fine[2, count] = x0 + m * wide, y0 + n * wide, share
                        total += share
                        count += 1
            if total > 0:
                rough[0, joined], rough[1, joined] = x0 + i * wide + aside, y0 + j * wide + aside
                rough[2, joined] = total
                joined += 1
    return _filled(fine, count), _filled(rough, joined)


@compiled()
def _search(
    points: Points, passed: Points, cell: float, seed: Floats, eyes: Floats, headings: Floats, inward: Points,
    knobs: Floats, usual: Floats, yaws: int, boxes: Floats, worth: Floats,
) -> None:  # fmt: skip
    length, width = np.exp(usual[0]), np.exp(usual[1])
    longest, widest = length * np.exp(2.5 * usual[2]), width * np.exp(2.5 * usual[3])
    box = np.zeros(5)
    on, off = np.empty(points.shape[1]), np.empty(points.shape[1])
    along, across, ends = np.zeros((5, 2)), np.zeros((5, 2)), np.zeros((2, _ENDS))
    for k in range(yaws):
        yaw = k * np.pi / yaws
        c, s = np.cos(yaw), np.sin(yaw)
        u, v = c * seed[0] + s * seed[1], c * seed[1] - s * seed[0]
        eu, ev = c * eyes[0, 0] + s * eyes[0, 1], c * eyes[0, 1] - s * eyes[0, 0]
        box[0], box[1], box[2], box[3], box[4] = seed[0], seed[1], yaw, 2 * longest, 2 * widest
        through = near_box(passed, seed, box, 0.0)
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
                    value = worth_of_box(points, through, cell, seed, eyes, headings, inward, knobs, usual, box,
                                         worth[2 * k + 1])  # fmt: skip
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
def near_box(points: Points, seed: Floats, box: Floats, reach: float) -> Points:
    """Return the points, as `columns` has them, or the cells, that lie in a box or less than `reach` beyond it."""
    c, s = np.cos(box[2]), np.sin(box[2])
    x, y, a, b = box[0] - seed[0], box[1] - seed[1], box[3] / 2 + reach, box[4] / 2 + reach
    near = np.empty(points.shape[1], np.int64)
    count = 0
    for n in range(points.shape[1]):
        dx, dy = points[0, n] - x, points[1, n] - y
        near[count] = n
        count += abs(c * dx + s * dy) < a and abs(c * dy - s * dx) < b
    out = np.zeros((len(points), (count + _AT_A_TIME - 1) // _AT_A_TIME * _AT_A_TIME), np.float32)
    for k in range(len(points)):
        for m in range(count):
            out[k, m] = points[k, near[m]]
    return out


@compiled()
def _climb(
    points: Points, passed: Points, cell: float, seed: Floats, eyes: Floats, headings: Floats, inward: Points,
    knobs: Floats, usual: Floats, boxes: Floats, out: Floats,
) -> None:  # fmt: skip
    tried, best = np.empty(5), np.empty(5)
    for n in range(len(boxes)):
        _put(boxes[n], best)
        near = near_box(points, seed, best, _NEAR_M)
        through = near_box(passed, seed, best, _NEAR_M)
        value = worth_of_box(near, through, cell, seed, eyes, headings, inward, knobs, usual, best,
                             -np.inf)  # fmt: skip
        step, failed = 0.2, 0
        for _ in range(_ROUNDS):
            before = value
            for move in range(_MOVES):
                if failed == _MOVES:  # all were tried from here, by this very step
                    break
                failed += 1
                for sign in (1.0, -1.0):
                    _moved(best, move, sign * step, tried)
                    found = worth_of_box(near, through, cell, seed, eyes, headings, inward, knobs, usual, tried,
                                         value)  # fmt: skip
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
