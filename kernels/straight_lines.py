"""Straight lines through a lens that bends none: cut at the near plane and at a picture's edges, in one pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels import plain_lines
from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]


def straight_lines(
    starts: Floats,
    ends: Floats,
    rotation: ArrayLike,
    translation: ArrayLike,
    focal: tuple[float, float],
    center: tuple[float, float],
    near: float,
    low: tuple[float, float],
    high: tuple[float, float],
) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Project lines, and cut them where they would leave a picture.

    Parameters
    ----------
    starts, ends : (N, 3) float64, metres
        A line with a number that is not finite is left out.
    rotation, translation : (3, 3), (3,) float, metres
        From the frame of the lines to the camera's: x right, y down, z along the optical axis.
    focal, center : (x, y), pixels
    near : float, metres, above 0
        What lies nearer along the axis is cut off.
    low, high : (x, y), pixels
        Corners of what is kept.

    Returns
    -------
    segments : (K, 2, 2) float64, pixels
    ahead : (K, 2) float64, metres
        How far along the axis each end lies.
    kept : (K,) int
        Which line each is, rising.

    Raises
    ------
    ValueError
        If a shape or number is not as above.

    References
    ----------
    Y.-D. Liang and B. Barsky, "A new concept and method for line clipping", 1984.
    """
    first, last = np.ascontiguousarray(starts, np.float64), np.ascontiguousarray(ends, np.float64)
    if first.ndim != 2 or first.shape[1] != 3 or last.shape != first.shape:
        raise ValueError(f"starts and ends need (N, 3), got {first.shape} and {last.shape}")
    turn, shift = np.array(rotation, np.float64), np.array(translation, np.float64)
    if turn.shape != (3, 3) or shift.shape != (3,):
        raise ValueError(f"a rotation and a translation are (3, 3) and (3,), got {turn.shape} and {shift.shape}")
    if not 0 < near < np.inf:
        raise ValueError(f"near needs a number above 0, got {near}")
    numbers = np.array([*focal, *center, near, *low, *high], np.float64)
    segments, ahead = np.empty((len(first), 2, 2)), np.empty((len(first), 2))
    kept = np.empty(len(first), np.intp)
    used = _cut(first, last, turn, shift, numbers, segments, ahead, kept)
    return segments[:used], ahead[:used], kept[:used]


@compiled(plain=plain_lines.cut, error_model="numpy")
def _cut(
    starts: Floats,
    ends: Floats,
    turn: Floats,
    shift: Floats,
    numbers: Floats,
    segments: Floats,
    ahead: Floats,
    kept: NDArray[np.intp],
) -> int:
    fx, fy, cx, cy, near = numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]
    left, top, right, bottom = numbers[5], numbers[6], numbers[7], numbers[8]
    used = 0
    for n in range(len(starts)):
        ax, ay, az = _turned(turn, shift, starts[n, 0], starts[n, 1], starts[n, 2])
        bx, by, bz = _turned(turn, shift, ends[n, 0], ends[n, 1], ends[n, 2])
        if not np.isfinite(ax + ay + az + bx + by + bz) or (az < near and bz < near):
            continue
        if az < near:
            part = (near - az) / (bz - az)
            ax, ay, az = ax + (bx - ax) * part, ay + (by - ay) * part, near
        elif bz < near:
            part = (near - bz) / (az - bz)
            bx, by, bz = bx + (ax - bx) * part, by + (ay - by) * part, near
        x, y = ax / az * fx + cx, ay / az * fy + cy
        way_x, way_y = bx / bz * fx + cx - x, by / bz * fy + cy - y
        enter, leave = _along(x, way_x, left, right, 0.0, 1.0)
        enter, leave = _along(y, way_y, top, bottom, enter, leave)
        if not enter <= leave:
            continue
        segments[used, 0, 0], segments[used, 0, 1] = x + way_x * enter, y + way_y * enter
        segments[used, 1, 0], segments[used, 1, 1] = x + way_x * leave, y + way_y * leave
        one, change = 1.0 / az, 1.0 / bz - 1.0 / az  # along a line of a picture these change evenly
        ahead[used, 0], ahead[used, 1] = 1.0 / (one + change * enter), 1.0 / (one + change * leave)
        kept[used] = n
        used += 1
    return used


@compiled(error_model="numpy", inline="always")
def _turned(turn: Floats, shift: Floats, x: float, y: float, z: float) -> tuple[float, float, float]:
    return (
        turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z + shift[0],
        turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z + shift[1],
        turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z + shift[2],
    )


@compiled(error_model="numpy", inline="always")
def _along(first: float, way: float, low: float, high: float, enter: float, leave: float) -> tuple[float, float]:
    """Narrow the part of a line between `enter` and `leave` to what lies between two edges."""
    if way == 0.0:
        return (enter, leave) if low <= first <= high else (np.inf, -np.inf)
    one, two = (low - first) / way, (high - first) / way
    return max(enter, min(one, two)), min(leave, max(one, two))
