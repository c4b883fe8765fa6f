"""Plain twins, as in `plain`: lines of a first picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cut(
    starts: Floats,
    ends: Floats,
    turn: Floats,
    shift: Floats,
    numbers: Floats,
    segments: Floats,
    ahead: Floats,
    kept: NDArray[np.intp],
) -> int:
    """Cut lines to what a picture shows of them; as `straight_lines` does."""
    focal, center, near = numbers[:2], numbers[2:4], numbers[4]
    with np.errstate(all="ignore"):  # what becomes of lines that are left out
        a, b = starts @ turn.T + shift, ends @ turn.T + shift
        seen = np.isfinite(a + b).all(axis=1) & ((a[:, 2] >= near) | (b[:, 2] >= near))
        part = (near - a[:, 2:]) / (b[:, 2:] - a[:, 2:])
        met = a + (b - a) * part
        met[:, 2] = near
        a, b = np.where(a[:, 2:] < near, met, a), np.where(b[:, 2:] < near, met, b)
        first = a[:, :2] / a[:, 2:] * focal + center
        way = b[:, :2] / b[:, 2:] * focal + center - first
        edges = np.sort(np.stack([(numbers[5:7] - first) / way, (numbers[7:9] - first) / way]), axis=0)
        still = (way == 0) & (numbers[5:7] <= first) & (first <= numbers[7:9])
        enter = np.where(way == 0, np.where(still, 0.0, np.inf), edges[0]).max(axis=1).clip(min=0.0)
        leave = np.where(way == 0, np.where(still, 1.0, -np.inf), edges[1]).min(axis=1).clip(max=1.0)
        rows = np.flatnonzero(seen & (enter <= leave))
        parts = np.stack([enter[rows], leave[rows]], axis=1)
        one, change = 1.0 / a[rows, 2:], 1.0 / b[rows, 2:] - 1.0 / a[rows, 2:]
    used = len(rows)
    segments[:used] = first[rows, None] + way[rows, None] * parts[:, :, None]
    ahead[:used], kept[:used] = 1.0 / (one + change * parts), rows
    return used


def split(
    lines: Floats,
    ahead: Floats,
    looks: NDArray[np.int64],
    depth: NDArray[np.float32],
    slack_m: float,
    slack_part: float,
    scale: float,
    flags: NDArray[np.bool_],  # noqa: ARG001  the compiled twin's room
    parts: Floats,
    owners: NDArray[np.intp],
    hidden: NDArray[np.bool_],
    rules: Any,  # noqa: ANN401  a tuple of numbers
) -> int:
    """Cut lines where points begin to hide them; as `lines` does."""
    (columns, rows, enough, window), (height, width) = rules, depth.shape
    owner, begins = np.repeat(np.arange(len(lines)), looks), np.cumsum(looks) - looks
    k, last = np.arange(len(owner)) - begins[owner], np.maximum(looks - 1, 1)
    part, way = k / last[owner], lines[:, 1] - lines[:, 0]
    near, far = 1.0 / ahead.T
    away = 1.0 / (near[owner] + (far - near)[owner] * part)
    x, y = ((lines[owner, 0] + way[owner] * part[:, None]) * scale).T
    inside = (x > -8.0) & (x < width + 8.0) & (y > -8.0) & (y < height + 8.0)
    column, row = (np.floor(np.where(inside, value, -99.0)).astype(np.int64) for value in (x, y))
    limit, nearer = away - slack_m - slack_part * away, np.zeros(len(owner), np.int64)
    for up in rows:
        for across in columns:
            r, c = row + up, column + across
            there = (r >= 0) & (r < height) & (c >= 0) & (c < width)
            nearer[there] += depth[r[there], c[there]] < limit[there]
    behind = np.concatenate([[0], np.cumsum(nearer >= enough)])
    low, high = np.maximum(k - window, 0), np.minimum(k + window + 1, looks[owner])
    says = 2 * (behind[begins[owner] + high] - behind[begins[owner] + low]) > high - low
    at = np.flatnonzero((k == 0) | (says != np.roll(says, 1)))
    start, of = np.where(k[at] == 0, 0.0, (k[at] - 0.5) / last[owner[at]]), owner[at]
    goes_on = np.append(of[1:] == of[:-1], np.False_)[: len(at)]
    end = np.where(goes_on, np.roll(start, -1), 1.0)
    used = len(at)
    parts[:used] = lines[of, None, 0] + way[of, None] * np.stack([start, end], axis=1)[:, :, None]
    owners[:used], hidden[:used] = of, says[at]
    return used
