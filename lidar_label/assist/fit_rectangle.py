"""The rectangle of an object seen from above: how it is turned, and how far it reaches where nothing is seen of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError

from lidar_label.model import Floats, wrap_angle

_COARSE, _FINE = math.radians(2.0), math.radians(0.25)
_SAME_M = 0.05  # points of one such square count once: a side that many beams meet is no more of a side
_MOST = 1000
_EDGE_M = 0.5  # a point this far inside the sides that face the sensor says nothing for them
_TOO_LARGE, _TOO_SMALL, _AREA, _KNOWN = 0.6, 0.35, 0.15, 0.2  # weights beside that of closeness, which is 1
_ALIKE = math.radians(5.0)  # about what the directions of a street differ by
_WHOLE, _GRAZED = 0.8, 0.5  # of the usual side: shorter is partly hidden; and of a side seen too flatly to tell
_BLEND = 0.2
_TELLS = 0.35  # the cosine of twice a direction; nearer to 45 degrees the bounds hardly tell the sides


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle seen from above: its middle (metres), the direction of its length (radians), its sides (metres)."""

    x: float
    y: float
    yaw: float
    length: float
    width: float
    score: float
    """From 0 to 1: how near the points are to the sides that the sensor sees."""


def hull(flat: Floats) -> Floats:
    """Return the corners of the hull of points, (K, 2); all of them where they have no area."""
    if len(flat) < 4:
        return flat
    try:
        corners: Floats = flat[ConvexHull(flat).vertices]
    except QhullError:
        return flat
    return corners


def narrowest(flat: Floats) -> tuple[float, float]:
    """Return the longer and the shorter side of the smallest rectangle around points, (N, 2), metres."""
    spans = _Spans.of(hull(flat), np.arange(0.0, math.pi / 2, math.radians(3.0)))
    sides = np.stack([spans.length, spans.width])
    best = int(np.argmin(sides[0] * sides[1]))
    return float(sides[:, best].max()), float(sides[:, best].min())


def fit_rectangle(
    flat: Floats,
    origin: Floats,
    usual: tuple[float, float],
    headings: Sequence[float] = (),
    *,
    bounds: Floats | None = None,
) -> Rectangle:
    """Fit a rectangle to the points of one object.

    Of all directions the one is taken in which the points lie nearest to the two sides that face the sensor, the
    rectangle is small, and its sides are as the kind's usually are; a side that the sensor hardly sees may be
    shorter. What it cannot see is completed away from it.

    Parameters
    ----------
    flat : (N, 2) float64, metres
        At least one point.
    origin : (2,) float64, metres
        Where the sensor stands.
    usual : (length, width), metres
    headings : sequence of float, radians
        Directions that objects have here, the most trusted first: a direction like one of them is preferred, and
        the heading points the way of the first that is about parallel.
    bounds : (2,) float64, metres, optional
        How far the whole object reaches along x and along y, where a person has said so: completes what is hidden
        instead of the usual sides.

    References
    ----------
    X. Zhang, W. Xu, C. Dong and J. Dolan, "Efficient L-shape fitting for vehicle detection using laser scanners",
    2017: the search over directions, closeness and area. Closeness here falls off evenly instead of as 1/d, and
    counts the sides that can be seen alone.
    """
    points = _thinned(flat)
    middle = points.mean(axis=0)
    points, view = points - middle, origin - middle
    view = view / max(float(np.hypot(*view)), 1e-9)
    yaws = np.arange(0.0, math.pi, _COARSE)
    best = yaws[int(np.argmax(_votes(points, view, yaws, usual, headings)[1]))]
    yaws = np.arange(best - _COARSE, best + _COARSE, _FINE)
    closeness, votes = _votes(points, view, yaws, usual, headings)
    at = int(np.argmax(votes))
    spans = _Spans.of(points, yaws[at : at + 1])
    toward = (float(view @ spans.along[:, 0]), float(view @ spans.across[:, 0]))
    length, width = float(spans.length[0]), float(spans.width[0])
    whole = _bounded(float(yaws[at]), bounds, (length, width)) if bounds is not None else None
    if whole is None:
        whole = _completed(length, usual[0], toward[1]), _completed(width, usual[1], toward[0])
    center = middle + _moved(spans.middle_along, whole[0] - length, toward[0]) * spans.along[:, 0]
    center = center + _moved(spans.middle_across, whole[1] - width, toward[1]) * spans.across[:, 0]
    yaw = headed(float(yaws[at]), headings)
    return Rectangle(float(center[0]), float(center[1]), yaw, *whole, float(closeness[at]))


def headed(yaw: float, headings: Sequence[float]) -> float:
    """Return a direction or its opposite: the one that a known heading points along, else more ahead than back."""
    known = next((h for h in headings if abs(math.cos(yaw - h)) > math.cos(math.radians(30.0))), None)
    if known is None:
        known = headings[0] if headings else 0.0
    return wrap_angle(yaw if math.cos(yaw - known) >= 0 else yaw + math.pi)


@dataclass(frozen=True, slots=True)
class _Spans:
    """How far points reach along K directions and across them."""

    along: Floats
    across: Floats
    on: Floats
    off: Floats
    ends: Floats
    sides: Floats

    @classmethod
    def of(cls, points: Floats, yaws: Floats) -> _Spans:
        along = np.stack([np.cos(yaws), np.sin(yaws)])
        across = np.stack([-along[1], along[0]])
        on, off = points @ along, points @ across
        ends = np.stack([on.min(axis=0), on.max(axis=0)])
        sides = np.stack([off.min(axis=0), off.max(axis=0)])
        return cls(along, across, on, off, ends, sides)

    @property
    def length(self) -> Floats:
        found: Floats = np.maximum(self.ends[1] - self.ends[0], _SAME_M)
        return found

    @property
    def width(self) -> Floats:
        found: Floats = np.maximum(self.sides[1] - self.sides[0], _SAME_M)
        return found

    @property
    def middle_along(self) -> float:
        return float(self.ends[:, 0].mean())

    @property
    def middle_across(self) -> float:
        return float(self.sides[:, 0].mean())


def _votes(
    points: Floats, view: Floats, yaws: Floats, usual: tuple[float, float], headings: Sequence[float]
) -> tuple[Floats, Floats]:
    """Return for each direction of the length how close the points are to the seen sides, and what speaks for it."""
    spans = _Spans.of(points, yaws)
    ahead, aside = view @ spans.along, view @ spans.across
    to_end = np.where(ahead > 0, spans.ends[1] - spans.on, spans.on - spans.ends[0])
    to_side = np.where(aside > 0, spans.sides[1] - spans.off, spans.off - spans.sides[0])
    closeness: Floats = np.clip(1.0 - np.minimum(to_end, to_side) / _EDGE_M, 0.0, 1.0).mean(axis=0)
    long, wide = np.log(spans.length / usual[0]), np.log(spans.width / usual[1])
    too_large = np.maximum(long, 0.0) + np.maximum(wide, 0.0)
    too_small = np.maximum(-long, 0.0) * aside**2 + np.maximum(-wide, 0.0) * ahead**2
    area = spans.length * spans.width
    area = np.clip(area / area.min() - 1.0, 0.0, 1.0)
    votes = closeness - _TOO_LARGE * too_large - _TOO_SMALL * too_small - _AREA * area
    if headings:
        off = np.abs(_parallel(yaws[:, None] - np.asarray(headings, dtype=np.float64))).min(axis=1)
        votes = votes + _KNOWN * np.exp(-((off / _ALIKE) ** 2) / 2)
    return closeness, votes


def _parallel(angle: Floats) -> Floats:
    """Return by how much lines differ, in radians from -pi/2 to pi/2."""
    half = math.pi / 2
    return (angle + half) % math.pi - half


def _completed(seen: float, usual: float, facing: float) -> float:
    """Return how long a side is of which the sensor saw a part; `facing` is how straight it looks at it, -1 to 1."""
    if seen >= usual:
        return seen
    if seen < _WHOLE * usual or abs(facing) < _GRAZED:
        return usual
    return seen + _BLEND * (usual - seen)


def _bounded(yaw: float, bounds: Floats, seen: tuple[float, float]) -> tuple[float, float] | None:
    """Return the sides of the turned rectangle that reaches so far along x and y; None near 45 degrees."""
    along, across = abs(math.cos(yaw)), abs(math.sin(yaw))
    apart = along * along - across * across
    if abs(apart) < _TELLS:
        return None
    length = (bounds[0] * along - bounds[1] * across) / apart
    width = (bounds[1] * along - bounds[0] * across) / apart
    return max(float(length), seen[0]), max(float(width), seen[1])


def _moved(middle: float, grown: float, toward: float) -> float:
    """Return where the middle comes to lie when a side grows away from the sensor."""
    return middle - math.copysign(grown / 2, toward)


def _thinned(flat: Floats) -> Floats:
    cells: NDArray[np.int64] = np.floor(flat / _SAME_M).astype(np.int64)
    cells -= cells.min(axis=0)
    keys = cells[:, 0] * (int(cells[:, 1].max()) + 1) + cells[:, 1]
    first = np.sort(np.unique(keys, return_index=True)[1])
    kept: Floats = flat[first[:: -(-len(first) // _MOST)]]
    return kept
