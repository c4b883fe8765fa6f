"""A click on what few points tell of: where it stands, its points of the frames before and after count, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.click import click_boxes
from lidar_label.assist.click_seen import CannotFit
from lidar_label.assist.fit import Fit, Size, first_of, fit_click
from lidar_label.kernels.click_points import points_about
from lidar_label.model import SE3, Floats

_FEW = 150  # points of a vehicle that need no others
_VEHICLE_M = 3.0
_REACH_M = 9.0
_SPARE_M, _RING_M = 0.3, 1.3  # beyond a box's sides: what may be of it still, and where one that moves is seen
_LOW_M, _HIGH_M = 0.25, 0.3  # over its bottom, and over its top
_LEAVES = 0.2  # of the points in and about the box, beside the shown frame, that may lie about it
_FEWEST, _FEWEST_FRAMES = 4, 2

Cloud = NDArray[np.float32]


def fit_click_merged(
    xyz: Cloud,
    others: Sequence[tuple[Cloud, SE3]],
    point: ArrayLike,
    origin: ArrayLike,
    usual_size: Size,
    *,
    headings: Sequence[float] = (),
    ground: float | None = None,
    frame: str = "ego",
    free: Callable[[Cloud], Cloud] = lambda cloud: cloud,
) -> Fit:
    """Fit a box to the object at a place as `fit_click` does, by several frames where that tells more.

    That is where it is a vehicle of few points, which lies in the frames before and after where it lies in this one.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        The cloud of the shown frame.
    others : sequence of (M, 3) float32, metres, and SE3
        Clouds of frames close in time, each with the way from there into the frame of `xyz`.
    origin : (3,) float, metres
        Where the sensor stands in its vehicle, in all of them.
    point, usual_size, headings, ground, frame
        See `fit_click`.
    free : callable
        Returns those points, in the frame of `xyz`, that may be of the object; `xyz` is asked for as it is.

    Returns
    -------
    Fit
        Of several `frames`, `indices` name points of these laid together.

    Raises
    ------
    CannotFit
        As `fit_click`, by the shown frame alone.
    """
    eye, place = np.asarray(origin, dtype=np.float64), np.asarray(point, dtype=np.float64)
    alone = fit_click(xyz, place, eye, usual_size, headings=headings, ground=ground, frame=frame)
    if max(usual_size[:2]) < _VEHICLE_M or len(alone.indices) >= _FEW or not others:
        return alone
    parts = [free(_laid(cloud, way, place)) for cloud, way in others]
    there = _that_stand(alone, xyz, parts)
    if len(there) < _FEWEST_FRAMES:
        return alone
    merged = np.concatenate([xyz, *(parts[n] for n in there)])
    eyes = np.array([eye, *(others[n][1].apply(eye[None])[0] for n in there)])
    try:
        found = click_boxes(merged, place, eyes, usual_size, headings=headings, ground=ground, frame=frame)
    except CannotFit:
        return alone
    first = first_of(found)
    frames = 1 + len(there)
    return replace(first, frames=frames, others=tuple(replace(other, frames=frames) for other in first.others))


def _laid(cloud: Cloud, way: SE3, place: Floats) -> Cloud:
    """Return the points of another frame about a place, in the frame of that."""
    there = way.inverse.apply(np.nan_to_num(place)[None])[0]
    near = cloud[points_about(cloud, float(there[0]), float(there[1]), _REACH_M)]
    laid: Cloud = way.apply(near.astype(np.float64)).astype(np.float32)
    return laid


def _that_stand(alone: Fit, xyz: Cloud, parts: Sequence[Cloud]) -> list[int]:
    """Return the frames in which the object is seen; none where it seems to lie elsewhere in one of them."""
    inside, beside = _counts(alone, xyz)
    own = beside / max(inside + beside, 1)
    found = []
    for n, part in enumerate(parts):
        inside, beside = _counts(alone, part)
        if inside + beside < _FEWEST:
            continue
        if beside / (inside + beside) > own + _LEAVES:
            return []
        found.append(n)
    return found


def _counts(fit: Fit, xyz: Cloud) -> tuple[int, int]:
    """Return how many points lie in a box, and how many close about it, none of them on the ground."""
    center, half = fit.pose.translation, np.array(fit.size) / 2
    close = points_about(xyz, float(center[0]), float(center[1]), float(np.hypot(*half[:2])) + _RING_M)
    local: Floats = fit.pose.inverse.apply(xyz[close].astype(np.float64))
    high = (local[:, 2] > _LOW_M - half[2]) & (local[:, 2] < half[2] + _HIGH_M)
    beyond = (np.abs(local[:, :2]) - half[:2]).max(axis=1)[high]
    inside = int(np.count_nonzero(beyond <= _SPARE_M))
    return inside, int(np.count_nonzero(beyond <= _RING_M)) - inside
