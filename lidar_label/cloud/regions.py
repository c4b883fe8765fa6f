"""Regions that points are asked for by: what each holds exactly, and which whole tiles it holds, misses or cuts."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import InvalidValue
from lidar_label.kernels import regions as kernels

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Verdicts = NDArray[np.uint8]
OUTSIDE, CUT, INSIDE = np.uint8(0), np.uint8(1), np.uint8(2)
_FAR, _WIDE = 1e-12, 1e-9  # how much of a coordinate, and of a width, rounding may never reach
_TILES_AT_ONCE = 256


class Region(ABC):
    """A part of space, in the coordinates of a source.

    What is on its border is in it. `holds` is exact; `against` may call a tile cut that is not, never the reverse.
    """

    @abstractmethod
    def holds(self, points: Floats) -> Mask:
        """Mark the points inside.

        Parameters
        ----------
        points : (N, 3) float64, metres
            In source coordinates, contiguous.

        Returns
        -------
        (N,) bool
        """

    @abstractmethod
    def against(self, low: Floats, high: Floats) -> Verdicts:
        """Say of boxes along the axes whether all, some or none of what they may hold is inside.

        Parameters
        ----------
        low, high : (T, 3) float64, metres

        Returns
        -------
        (T,) uint8
            `OUTSIDE`, `CUT` or `INSIDE`.
        """

    def near(self, low: Floats, high: Floats) -> Region:  # noqa: ARG002
        """Return a region that holds the same of the points between `low` and `high` (3,), and may be faster."""
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Box(Region):
    """A box along the axes, from `low` to `high`, (3,) metres; a bound may be infinite."""

    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        _keep(self, "low", (3,), finite=False)
        _keep(self, "high", (3,), finite=False)
        if np.any(self.low > self.high):
            raise InvalidValue(f"a box's least corner {self.low.tolist()} lies beyond its other, {self.high.tolist()}")

    def holds(self, points: Floats) -> Mask:
        """Mark the points inside."""
        return kernels.in_box(points, self.low, self.high)

    def against(self, low: Floats, high: Floats) -> Verdicts:
        """Compare bounds with bounds, which is exact."""
        meets = ((low <= self.high) & (high >= self.low)).all(axis=1)
        whole = ((low >= self.low) & (high <= self.high)).all(axis=1)
        return _verdicts(meets, whole)


@dataclass(frozen=True, slots=True, eq=False)
class RotatedBox(Region):
    """A turned box: centre (3,) and size l, w, h (3,) in metres; the columns of `rotation` (3, 3) are its axes."""

    center: Floats
    size: Floats
    rotation: Floats

    def __post_init__(self) -> None:
        _keep(self, "center", (3,))
        _keep(self, "size", (3,))
        _keep(self, "rotation", (3, 3))
        if np.any(self.size < 0):
            raise InvalidValue(f"a box's size {self.size.tolist()} is below 0")
        if not np.allclose(self.rotation.T @ self.rotation, np.eye(3), atol=1e-6):
            raise InvalidValue(f"{self.rotation.tolist()} is no rotation: its axes do not stand square")

    @classmethod
    def turned(cls, center: Any, size: Any, yaw: float) -> RotatedBox:  # noqa: ANN401 - whatever makes an array
        """Return a box turned by `yaw` (radians) about +z."""
        c, s = math.cos(yaw), math.sin(yaw)
        return cls(center, size, np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]))

    def holds(self, points: Floats) -> Mask:
        """Mark the points inside."""
        return kernels.in_turned_box(points, self.center, self.rotation, self.size)

    def against(self, low: Floats, high: Floats) -> Verdicts:
        """Compare along the box's axes and along those of the frame."""
        middle, half = _middles(low, high)
        along = np.abs((middle - self.center) @ self.rotation)
        reach = half @ np.abs(self.rotation)
        margin = _margin(low, high, self.center, float(self.size.max()))
        own = self.size / 2
        extent = np.abs(self.rotation) @ own
        apart = ((along - reach > own + margin) | (np.abs(middle - self.center) - half > extent + margin)).any(axis=1)
        return _verdicts(~apart, (along + reach <= own - margin).all(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Frustum(Region):
    """What lies on the inner side of planes: ``normals . (point - origin) >= offsets``, (M, 3), (3,) and (M,)."""

    origin: Floats
    normals: Floats
    offsets: Floats

    def __post_init__(self) -> None:
        count = len(self.normals)
        _keep(self, "origin", (3,))
        _keep(self, "normals", (count, 3))
        _keep(self, "offsets", (count,))

    @classmethod
    def of_view(cls, eye: Any, corners: Any, near: float, far: float) -> Frustum:  # noqa: ANN401
        """Return what is seen from `eye` (3,) between the directions `corners` (4, 3), taken in turn round the view.

        `near` and `far` (metres) are measured along the middle of the view. With fewer or more corners it is a view
        of that outline, as long as that is convex.
        """
        rays = np.asarray(corners, dtype=np.float64)
        if rays.ndim != 2 or rays.shape[1] != 3 or len(rays) < 3 or not np.isfinite(rays).all():
            raise InvalidValue(f"a view needs 3 or more directions, got {np.shape(corners)}")
        rays = rays / np.linalg.norm(rays, axis=1, keepdims=True)
        forward = rays.mean(axis=0)
        forward /= np.linalg.norm(forward)
        sides = np.cross(rays, np.roll(rays, -1, axis=0))
        sides *= np.where(sides @ forward < 0, -1.0, 1.0)[:, None]
        lengths = np.linalg.norm(sides, axis=1, keepdims=True)
        if not np.isfinite(forward).all() or (lengths == 0).any() or not near <= far:
            raise InvalidValue("the directions of a view lie on one line, or its far end is before its near one")
        normals = np.vstack([sides / lengths, forward, -forward])
        return cls(eye, normals, np.array([*[0.0] * len(sides), near, -far]))

    def holds(self, points: Floats) -> Mask:
        """Mark the points inside."""
        return kernels.in_planes(points, self.origin, self.normals, self.offsets)

    def against(self, low: Floats, high: Floats) -> Verdicts:
        """Compare each plane with the nearest and the farthest corner."""
        middle, half = _middles(low, high)
        along = (middle - self.origin) @ self.normals.T
        reach = half @ np.abs(self.normals).T
        scale = np.linalg.norm(self.normals, axis=1)
        margin = _margin(low, high, self.origin, 0.0) * scale + _WIDE * (np.abs(along) + np.abs(self.offsets))
        meets = (along + reach >= self.offsets - margin).all(axis=1)
        return _verdicts(meets, (along - reach >= self.offsets + margin).all(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Sphere(Region):
    """What is no farther than `radius` metres from `center` (3,)."""

    center: Floats
    radius: float

    def __post_init__(self) -> None:
        _keep(self, "center", (3,))
        _check_size("a sphere's radius", self.radius)

    def holds(self, points: Floats) -> Mask:
        """Mark the points inside."""
        return kernels.in_sphere(points, self.center, self.radius)

    def against(self, low: Floats, high: Floats) -> Verdicts:
        """Compare with the nearest and the farthest place of each box."""
        margin = _margin(low, high, self.center, self.radius)[:, 0]
        nearest = np.linalg.norm(np.maximum(np.maximum(low - self.center, self.center - high), 0.0), axis=1)
        farthest = np.linalg.norm(np.maximum(np.abs(low - self.center), np.abs(high - self.center)), axis=1)
        return _verdicts(nearest <= self.radius + margin, farthest <= self.radius - margin)


@dataclass(frozen=True, slots=True, eq=False)
class Ray(Region):
    """What lies round a line of sight: at distance t along it, no farther off than ``radius + slope * t`` metres.

    `origin` (3,) metres, `direction` (3,) of any length. `slope` is the tangent of half the cone's opening: the size of
    a pixel of a view is one.
    """

    origin: Floats
    direction: Floats
    radius: float = 0.0
    slope: float = 0.0

    def __post_init__(self) -> None:
        _keep(self, "origin", (3,))
        _keep(self, "direction", (3,))
        _check_size("a ray's radius", self.radius)
        _check_size("a ray's slope", self.slope)
        length = float(np.linalg.norm(self.direction))
        if not length > 0 or not math.isfinite(length):
            raise InvalidValue(f"a ray has no direction: {self.direction.tolist()}")
        object.__setattr__(self, "direction", self.direction / length)

    def holds(self, points: Floats) -> Mask:
        """Mark the points inside."""
        return kernels.along_ray(points, self.origin, self.direction, self.radius, self.slope)

    def against(self, low: Floats, high: Floats) -> Verdicts:
        """Compare with a ball round each box; none is ever called wholly inside."""
        middle, half = _middles(low, high)
        off = middle - self.origin
        along = off @ self.direction
        reach = np.linalg.norm(half, axis=1) + _margin(low, high, self.origin, self.radius)[:, 0]
        beside = np.linalg.norm(np.cross(off, self.direction), axis=1)
        widest = self.radius + self.slope * (along + reach)
        meets = (along + reach >= 0) & (beside - reach <= widest * (1 + _WIDE))
        return _verdicts(meets, np.zeros(len(low), dtype=np.bool_))

    def starts(self, low: Floats, high: Floats) -> Floats:
        """Return for each box a distance along the ray before which none of its points comes, (T,) metres."""
        middle, half = _middles(low, high)
        first = (middle - self.origin) @ self.direction - half @ np.abs(self.direction)
        return np.asarray(first - _margin(low, high, self.origin, 0.0)[:, 0])


@dataclass(frozen=True, slots=True, eq=False)
class GroundPolygon(Region):
    """What stands over a polygon: corners (K, 2) in x, y metres, and the heights `low` to `high` (metres).

    Where the outline crosses itself, a place that it goes round twice is outside.
    """

    vertices: Floats
    low: float = -math.inf
    high: float = math.inf
    edges: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _keep(self, "vertices", (len(self.vertices), 2))
        if len(self.vertices) < 3:
            raise InvalidValue(f"a polygon needs 3 or more corners, got {len(self.vertices)}")
        if not self.low <= self.high:
            raise InvalidValue(f"a polygon's heights run from {self.low} to {self.high}")
        object.__setattr__(self, "edges", np.hstack([self.vertices, np.roll(self.vertices, -1, axis=0)]))

    def holds(self, points: Floats) -> Mask:
        """Mark the points inside."""
        return kernels.over_edges(points, self.edges, self.low, self.high)

    def against(self, low: Floats, high: Floats) -> Verdicts:
        """Look for edges that meet each box; where none does, its middle speaks for all of it."""
        least, most = self.vertices.min(axis=0), self.vertices.max(axis=0)
        meets = ((low[:, :2] <= most) & (high[:, :2] >= least)).all(axis=1)
        meets &= (low[:, 2] <= self.high) & (high[:, 2] >= self.low)
        found = np.flatnonzero(meets)
        verdicts = np.zeros(len(low), dtype=np.uint8)
        for start in range(0, len(found), _TILES_AT_ONCE):
            tiles = found[start : start + _TILES_AT_ONCE]
            verdicts[tiles] = self._against(low[tiles], high[tiles])
        return verdicts

    def _against(self, low: Floats, high: Floats) -> Verdicts:
        middle, half = _middles(low, high)
        margin = _margin(low, high, np.append(self.vertices.min(axis=0), 0.0), float(np.ptp(self.vertices)))
        reach = half[:, None, :2] + margin[:, None]
        one, other = self.edges[:, :2], self.edges[:, 2:]
        along, center = other - one, middle[:, None, :2]
        beyond = (np.minimum(one, other) > center + reach) | (np.maximum(one, other) < center - reach)
        off = np.abs(along[:, 0] * (center[..., 1] - one[:, 1]) - along[:, 1] * (center[..., 0] - one[:, 0]))
        beyond_line = off * (1 - _WIDE) > np.abs(along[:, 0]) * reach[..., 1] + np.abs(along[:, 1]) * reach[..., 0]
        cut = (~beyond.any(axis=2) & ~beyond_line).any(axis=1)
        flat = np.ascontiguousarray(np.column_stack([middle[:, :2], np.zeros(len(middle))]))
        held = kernels.over_edges(flat, self.edges, 0.0, 0.0)
        tall = (low[:, 2] >= self.low) & (high[:, 2] <= self.high)
        return _verdicts(cut | held, ~cut & held & tall)

    def near(self, low: Floats, high: Floats) -> Region:
        """Keep the edges that a point there could lie beside: those at its height along y, and not left of it."""
        margin = _margin(low[None], high[None], low, float(np.ptp(self.vertices)))[0, 0]
        x, y = self.edges[:, 0::2], self.edges[:, 1::2]
        kept = (y.min(axis=1) <= high[1]) & (y.max(axis=1) >= low[1]) & (x.max(axis=1) >= low[0] - margin)
        nearer = object.__new__(GroundPolygon)
        for name, value in (("vertices", self.vertices), ("low", self.low), ("high", self.high)):
            object.__setattr__(nearer, name, value)
        object.__setattr__(nearer, "edges", np.ascontiguousarray(self.edges[kept]))
        return nearer


def _keep(region: Region, name: str, shape: tuple[int, ...], *, finite: bool = True) -> None:
    """Turn an attribute into a read-only float64 array of this shape; raise where it is none."""
    try:
        given = np.array(getattr(region, name), dtype=np.float64)
    except (TypeError, ValueError):
        given = np.empty(0)
    kind = type(region).__name__
    if given.shape != shape:
        raise InvalidValue(f"{name} of a {kind} needs numbers of shape {shape}, got shape {given.shape}")
    if np.isnan(given).any() or (finite and not np.isfinite(given).all()):
        raise InvalidValue(f"{name} of a {kind} has a value that is no number or not finite: {given.tolist()}")
    given.flags.writeable = False
    object.__setattr__(region, name, given)


def _check_size(what: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise InvalidValue(f"{what} needs to be 0 or more, got {value}")


def _middles(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    return (low + high) / 2, (high - low) / 2


def _margin(low: Floats, high: Floats, center: Floats, size: float) -> Floats:
    """Return for each box more than rounding could make of a distance between it and something at `center`, (T, 1)."""
    far = np.maximum(np.maximum(np.abs(low), np.abs(high)), np.abs(center)).max(axis=1, keepdims=True)
    wide = np.maximum(np.abs(low - center), np.abs(high - center)).max(axis=1, keepdims=True)
    return np.asarray(far * _FAR + (wide + size) * _WIDE)


def _verdicts(meets: Mask | np.bool_, whole: Mask | np.bool_) -> Verdicts:
    return np.where(meets, np.where(whole, INSIDE, CUT), OUTSIDE).astype(np.uint8)
