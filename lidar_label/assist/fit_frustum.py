"""Fit a box to what a rectangle in a camera's picture encloses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.fit import CannotFit, Fit, Size, clearance, fit_click, fit_points
from lidar_label.assist.fit_ground import Ground, ground_about
from lidar_label.assist.fit_grow import Indices, clusters
from lidar_label.model import SE3, Camera, Floats

Pixels = tuple[float, float, float, float]

_FEWEST = 4
_NEAREST_M, _STEP = 4.0, 1.35  # ranges within which the ground is one plane
_GROUND_M = 8.0
_FIRST = 0.85  # of the best: a nearer thing that fills the rectangle as well is meant
_OWN_M, _BY_RANGE = 0.35, 0.012  # gaps in an object
_MOSTLY = 0.7  # of the points in the rectangle, so that what is grown from them is the same object


def fit_frustum(
    xyz: NDArray[np.float32],
    camera: Camera,
    camera_SE3_ego: SE3,
    rectangle: Pixels,
    sensor_origin: ArrayLike,
    usual_size: Size,
    *,
    headings: Sequence[float] = (),
    ground: float | None = None,
    frame: str = "ego",
) -> Fit:
    """Fit a box to the object that a rectangle in a picture encloses.

    Of the points that the lens sees inside the rectangle and over the ground, those that hang together are an
    object; the one is taken whose picture fills the rectangle best, of equals the nearest. From there it is grown
    as from a click.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        The cloud, in the frame that `camera_SE3_ego` leads from.
    camera : Camera
    camera_SE3_ego : SE3
        At the time of the picture.
    rectangle : (u0, v0, u1, v1), pixels
        Opposite corners, in the grid of the lens.
    sensor_origin, usual_size, headings, ground, frame
        See `fit_click`.

    Raises
    ------
    CannotFit
        If no points lie in the rectangle, or none over the ground.
    """
    low, high = np.sort(np.asarray(rectangle, dtype=np.float64).reshape(2, 2), axis=0)
    inside = np.flatnonzero(np.isfinite(xyz).all(axis=1))
    uv, seen = camera.project(camera_SE3_ego.apply(xyz[inside]))
    with np.errstate(invalid="ignore"):
        held = seen & (uv >= low).all(axis=1) & (uv <= high).all(axis=1)
    inside, uv = inside[held], uv[held]
    if len(inside) < _FEWEST:
        raise CannotFit("no-points", "there are no points in the rectangle")
    origin = np.asarray(sensor_origin, dtype=np.float64)
    best: tuple[float, Indices, Ground] | None = None
    for part, floor in _objects(xyz, inside, origin, usual_size, ground):
        share = _overlap(uv[part], low, high)
        if best is None or share * _FIRST > best[0]:  # they come nearest first
            best = (share, inside[part], floor)
    if best is None:
        raise CannotFit("ground", "there is nothing but ground in the rectangle")
    points = xyz[best[1]]
    seed = points[np.argmin(np.linalg.norm(points - np.median(points, axis=0), axis=1))]
    whole = fit_click(xyz, seed, origin, usual_size, headings=headings, ground=ground, frame=frame)
    if np.isin(best[1], whole.indices).mean() >= _MOSTLY:  # a rectangle is seldom drawn around all of an object
        return whole
    return fit_points(xyz, best[1], best[2], origin, usual_size, headings=headings, frame=frame)


def _objects(
    xyz: NDArray[np.float32], inside: Indices, origin: Floats, usual: Size, ground: float | None
) -> Iterator[tuple[Indices, Ground]]:
    """Yield which of the points inside hang together, and the ground there, the nearest first."""
    flat = xyz[inside, :2].astype(np.float64)
    away = np.hypot(*(flat - origin[:2]).T)
    ring = np.floor(np.log(np.maximum(away, _NEAREST_M) / _NEAREST_M) / np.log(_STEP)).astype(np.int64)
    standing = np.zeros(len(inside), np.bool_)
    floors: dict[int, Ground] = {}
    for number in np.unique(ring).tolist():
        here = np.flatnonzero(ring == number)
        middle = np.median(flat[here], axis=0)
        reach = _GROUND_M + float(np.abs(flat[here] - middle).max())
        near = xyz[(np.abs(xyz[:, :2] - middle) <= reach).all(axis=1)]
        floors[number] = ground_about(near[np.isfinite(near[:, 2])], middle, reach, ground)
        standing[here] = floors[number].over(xyz[inside[here]]) > clearance(usual)
    found = np.flatnonzero(standing)
    parts: list[Indices] = []
    for number in np.unique(ring[found]).tolist():  # an object across two rings is found in each; it is grown whole
        reach = _OWN_M + _BY_RANGE * _NEAREST_M * _STEP**number
        close = found[np.abs(ring[found] - number) <= 1]
        groups = clusters(flat[close], reach)
        parts.extend(close[groups == group] for group in np.unique(groups[ring[close] == number]).tolist())
    parts = [part for part in parts if len(part) >= _FEWEST]
    for part in sorted(parts, key=lambda part: float(np.median(away[part]))):
        yield part, floors[int(np.median(ring[part]))]


def _overlap(uv: Floats, low: Floats, high: Floats) -> float:
    """Return how much of the rectangle the picture of some points takes, 0 to 1."""
    sides = np.minimum(uv.max(axis=0), high) - np.maximum(uv.min(axis=0), low)
    return float(sides[0] * sides[1] / max(float((high - low).prod()), 1e-9))
