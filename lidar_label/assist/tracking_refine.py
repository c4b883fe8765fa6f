"""A track's detections made one: its size, its way, its heading, and the frames in which nothing was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.tracking_associate import Detections
from lidar_label.assist.tracking_rules import Rules
from lidar_label.kernels.track_motion import smooth_path
from lidar_label.model import Floats

Whole = NDArray[np.int64]

_STANDING = (0.0003, 0.05)  # m2/s3 and m/s: a parked car drifts as the poses do
_STEADY = 0.1  # of the full jerkiness
_SLOPE = (0.02, 1.0)  # m2/s3 and m/s: how the ground rises and falls under it
_TURNING = (0.05, 0.3)  # rad2/s3 and rad/s
_YAW_RAD = 0.05  # standard deviation of a detection's heading
_FAR_OFF = 2.0  # standard deviations from the way, from which a detection counts less
_TELLING_M = 2.0  # of way gone: then motion says where the front is
_NUDGE = 0.5  # m/s under which a motion says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracklet:
    """One thing over some frames without a gap.

    Parameters
    ----------
    rows : (K,) int64
        Its detections, by frame.
    frame : (N,) int64
        Rising by 1.
    row : (N,) int64
        The detection of each frame, -1 where there is none.
    boxes : (N, 7) float64
        In world: centre x, y, z, length, width, height (metres), yaw (radians).
    velocity : (N, 2) float64
        In world, metres a second.
    spread_m : (N,) float64
        How sure the place is: a standard deviation.
    evidence : float
        Log-odds that it is there.
    """

    rows: Whole
    frame: Whole
    row: Whole
    boxes: Floats
    velocity: Floats
    spread_m: Floats
    evidence: float


def evidence_of(found: Detections, rows: Whole, rules: Rules) -> float:
    """Return the log-odds that there is something: the mean of detections, of frames without one, and of a doubt."""
    frames = int(found.frame[rows[-1]] - found.frame[rows[0]]) + 1
    missed = frames - len(rows)
    total = found.evidence[rows].sum() + missed * rules.missed + rules.doubt * rules.doubts
    return float(total / (frames + rules.doubts))


def refine(found: Detections, rows: Whole, seconds: Floats, rules: Rules) -> Tracklet:
    """Return the smooth track of some detections, from shortly before the first to shortly after the last.

    Parameters
    ----------
    found : Detections
    rows : (K,) int64
        Which of them, by frame.
    seconds : (F,) float64
        Time of each frame.
    rules : Rules
    """
    seen, at = found.boxes[rows], found.frame[rows]
    error = rules.near_m + rules.far * found.range_m[rows]
    size = _size(seen[:, 3:6], 1 / error**2)
    place = _anchored(seen, size, found.sensor[rows])
    first = int(np.searchsorted(seconds, seconds[at[0]] - rules.behind_s - 1e-6))
    last = int(np.searchsorted(seconds, seconds[at[-1]] + rules.ahead_s + 1e-6)) - 1
    frame = np.arange(first, last + 1)
    times, index = seconds[frame], at - first
    row = np.full(len(frame), -1, dtype=np.int64)
    row[index] = rows
    path, velocity, spread = _way(times, index, place, error, rules)
    heading = _headings(times, index, seen[:, 6], velocity[index], found.evidence[rows])
    boxes = np.column_stack([path, np.broadcast_to(size, (len(frame), 3)), heading])
    enough = len(rows) >= rules.steady_from
    kept = (frame >= at[0]) & (frame <= at[-1]) | (enough & (spread <= rules.sure_m))
    start, stop = _around(kept, int(index[0]), int(index[-1]))
    part = slice(start, stop)
    return Tracklet(
        rows=rows, frame=frame[part], row=row[part], boxes=boxes[part], velocity=velocity[part],
        spread_m=spread[part], evidence=evidence_of(found, rows, rules),
    )  # fmt: skip


def _around(kept: NDArray[np.bool_], first: int, last: int) -> tuple[int, int]:
    """Return where the unbroken stretch of kept frames around first to last starts and stops."""
    while first > 0 and kept[first - 1]:
        first -= 1
    while last + 1 < len(kept) and kept[last + 1]:
        last += 1
    return first, last + 1


def _size(sizes: Floats, weight: Floats) -> Floats:
    """Return the weighted median of each side."""
    order = np.argsort(sizes, axis=0)
    share = np.cumsum(weight[order], axis=0) / weight.sum()
    at = np.argmax(share >= 0.5, axis=0)
    size: Floats = np.take_along_axis(np.take_along_axis(sizes, order, axis=0), at[None], axis=0)[0]
    return size


def _anchored(seen: Floats, size: Floats, sensor: Floats) -> Floats:
    """Return the centres once the boxes have another size: the faces that the sensor sees stay, and the bottom."""
    cos, sin = np.cos(seen[:, 6]), np.sin(seen[:, 6])
    x, y = np.nan_to_num(sensor[:, :2] - seen[:, :2]).T
    along = np.column_stack([cos * x + sin * y, cos * y - sin * x])
    faces = np.sign(along) * np.clip(np.abs(along) / seen[:, 3:5] - 0.5, 0, 1)
    shift = faces * (seen[:, 3:5] - size[:2]) / 2
    moved = seen[:, :3].copy()
    moved[:, 0] += cos * shift[:, 0] - sin * shift[:, 1]
    moved[:, 1] += sin * shift[:, 0] + cos * shift[:, 1]
    moved[:, 2] += (size[2] - seen[:, 5]) / 2
    return moved


def _way(times: Floats, index: Whole, place: Floats, error: Floats, rules: Rules) -> tuple[Floats, Floats, Floats]:
    """Return the way in space, the velocity over ground, and how sure the place is.

    How freely the thing moves is taken from what is likeliest: standing, going steadily, or neither. Detections far
    off the way count less.
    """
    seen = np.zeros((len(times), 3))
    seen[index] = place
    ground = np.ascontiguousarray(seen[:, :2])
    variance = np.full(len(times), np.inf)
    variance[index] = error**2
    kinds = (_STANDING, (_STEADY * rules.jerkiness, rules.fastest), (rules.jerkiness, rules.fastest))
    tried = [smooth_path(times, ground, variance, *kind) for kind in kinds]
    best = int(np.argmax([likelihood for *_, likelihood in tried]))
    path, velocity, spread, _ = tried[best]
    for _ in range(2):
        off = np.hypot(*(path[index] - place[:, :2]).T) / error
        variance[index] = error**2 * np.maximum(1.0, off / _FAR_OFF) ** 2
        path, velocity, spread, _ = smooth_path(times, ground, variance, *kinds[best])
    height, _, _, _ = smooth_path(times, seen[:, 2:], variance, *_SLOPE)
    return np.column_stack([path, height]), velocity, spread


def _headings(times: Floats, index: Whole, yaw: Floats, velocity: Floats, evidence: Floats) -> Floats:
    """Return one heading a frame: which end is the front by motion, else by vote, and the turn smoothed."""
    axis = np.unwrap(yaw, period=np.pi)  # the line it lies along, whichever end each detection took for the front
    votes = ((1.0 + evidence - evidence.min()) * np.cos(yaw - axis)).sum()
    gone = np.gradient(times[index])[:, None] * velocity if len(index) > 1 else np.zeros((1, 2))
    gone = gone * (np.hypot(*velocity.T) > _NUDGE)[:, None]
    forwards = (gone[:, 0] * np.cos(axis) + gone[:, 1] * np.sin(axis)).sum()
    if (forwards if abs(forwards) > _TELLING_M else votes) < 0:
        axis = axis + np.pi
    seen = np.zeros((len(times), 1))
    seen[index, 0] = axis
    variance = np.full(len(times), np.inf)
    variance[index] = _YAW_RAD**2
    smooth, _, _, _ = smooth_path(times, seen, variance, *_TURNING)
    return smooth[:, 0]
