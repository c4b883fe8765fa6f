"""Shapes: convex parts that together make an object, with its exact extents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from lidar_label.kernels.solids import CONVEX, CYLINDER, ELLIPSOID
from lidar_label.model import Floats

Color = tuple[int, int, int]
Vector = Sequence[float]


class Material(IntEnum):
    """What a part is made of: how it looks and how well it sends laser light back."""

    PAINT = 0
    CABIN = 1
    GLASS = 2
    TYRE = 3
    FACADE = 4
    ROOF = 5
    WOOD = 6
    LEAVES = 7
    METAL = 8
    CLOTH = 9
    SKIN = 10
    BUS = 11
    BANDED = 12
    LAMP = 13
    WALL = 14
    TREAD = 15
    EARTH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One convex solid in its object's frame.

    A convex part has `corners` (N, 3) and `planes` (P, 4); a cylinder or ellipsoid has a `center`
    and `axes` (3, 3), whose columns are its half axes (of a cylinder, the last one runs along it).
    """

    kind: int
    material: Material
    color: Color
    corners: Floats
    planes: Floats
    center: Floats
    axes: Floats

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """The lowest and the highest x, y, z."""
        if self.kind == CONVEX:
            return self.corners.min(axis=0), self.corners.max(axis=0)
        if self.kind == ELLIPSOID:
            reach = np.sqrt((self.axes**2).sum(axis=1))
        else:
            reach = np.sqrt((self.axes[:, :2] ** 2).sum(axis=1)) + np.abs(self.axes[:, 2])
        return self.center - reach, self.center + reach

    @property
    def radius_about(self) -> tuple[Floats, float]:
        """A sphere that holds the part: its centre and radius."""
        if self.kind == CONVEX:
            return self.center, float(np.linalg.norm(self.corners - self.center, axis=1).max())
        lengths = np.linalg.norm(self.axes, axis=0)
        if self.kind == ELLIPSOID:
            return self.center, float(lengths.max())
        return self.center, float(np.hypot(lengths[:2].max(), lengths[2]))

    @property
    def to_unit(self) -> Floats:
        """The map (3, 4) from the object's frame to that of a unit cylinder or sphere."""
        if self.kind == CONVEX:
            return np.eye(3, 4)
        inverse = np.linalg.inv(self.axes)
        return np.column_stack([inverse, -inverse @ self.center])

    def moved(self, shift: Floats) -> Part:
        """Return the part moved by a vector."""
        planes = self.planes.copy()
        planes[:, 3] += planes[:, :3] @ shift
        return replace(self, corners=self.corners + shift, planes=planes, center=self.center + shift)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """An object's parts about its own centre.

    Parameters
    ----------
    parts : tuple of Part
        Their common box is centred on the origin, to the last digit.
    size : (3,) float64, metres
        Length, width and height of that box; some part touches each of its faces.
    anchor : (3,) float64, metres
        Where the origin lies that the parts were first drawn about; on the ground, as a rule.
    """

    parts: tuple[Part, ...]
    size: Floats
    anchor: Floats


def assemble(parts: Iterable[Part]) -> Shape:
    """Make a shape of parts given in any frame: the box around all of them is found and centred."""
    found = tuple(parts)
    bounds = [part.bounds for part in found]
    low, high = np.min([b[0] for b in bounds], axis=0), np.max([b[1] for b in bounds], axis=0)
    shift = -(low + high) / 2
    return Shape(tuple(part.moved(shift) for part in found), high - low, shift)


def frustum(
    bottom: tuple[float, float, float],
    top: tuple[float, float, float],
    z: tuple[float, float],
    color: Color,
    material: Material = Material.PAINT,
    y: float = 0.0,
) -> Part:
    """Return a box whose upper face may be shorter and narrower than its lower one.

    `bottom` and `top` are (rear x, front x, half width); `z` is (low, high); `y` its middle.
    Faces in order: front, rear, left, right, top, bottom.
    """
    (r0, f0, w0), (r1, f1, w1), (z0, z1) = bottom, top, z
    corners = np.array(
        [
            [f0, w0, z0], [f0, -w0, z0], [r0, w0, z0], [r0, -w0, z0],
            [f1, w1, z1], [f1, -w1, z1], [r1, w1, z1], [r1, -w1, z1],
        ]
    )  # fmt: skip
    rise = z1 - z0
    normals = np.array(
        [[rise, 0, f0 - f1], [-rise, 0, r1 - r0], [0, rise, w0 - w1], [0, -rise, w0 - w1], [0, 0, 1], [0, 0, -1]],
        dtype=np.float64,
    )
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    planes = np.column_stack([normals, (corners @ normals.T).max(axis=0)])
    center = (corners.min(axis=0) + corners.max(axis=0)) / 2
    part = Part(CONVEX, material, color, corners, planes, center, np.eye(3))
    return part.moved(np.array([0.0, y, 0.0]))


def block(
    x: tuple[float, float],
    y: tuple[float, float],
    z: tuple[float, float],
    color: Color,
    material: Material = Material.PAINT,
) -> Part:
    """Return an upright box between two values along each axis."""
    half = (y[1] - y[0]) / 2
    return frustum((x[0], x[1], half), (x[0], x[1], half), z, color, material, (y[0] + y[1]) / 2)


def prism(
    outline: Sequence[tuple[float, float]], y: tuple[float, float], color: Color, material: Material = Material.PAINT
) -> Part:
    """Return a plate: a convex outline of (x, z), drawn out along y.

    Faces in order: one an edge of the outline, as they go round against the clock, then left and right.
    """
    edge = np.array(outline, dtype=np.float64)
    step = np.roll(edge, -1, axis=0) - edge
    if (edge[:, 0] * np.roll(edge[:, 1], -1) - np.roll(edge[:, 0], -1) * edge[:, 1]).sum() < 0:
        edge = edge[::-1]
        step = np.roll(edge, -1, axis=0) - edge
    out = np.column_stack([step[:, 1], np.zeros(len(edge)), -step[:, 0]])
    normals = np.concatenate([out / np.linalg.norm(out, axis=1, keepdims=True), [[0, 1, 0], [0, -1, 0]]])
    corners = np.concatenate([np.column_stack([edge[:, 0], np.full(len(edge), side), edge[:, 1]]) for side in y])
    planes = np.column_stack([normals, (corners @ normals.T).max(axis=0)])
    center = (corners.min(axis=0) + corners.max(axis=0)) / 2
    return Part(CONVEX, material, color, corners, planes, center, np.eye(3))


def tube(start: Vector, end: Vector, radius: float, color: Color, material: Material = Material.METAL) -> Part:
    """Return a cylinder from one point to another."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    half = (b - a) / 2
    way = half / np.linalg.norm(half)
    side = np.cross(way, (1.0, 0.0, 0.0) if abs(way[0]) < 0.7 else (0.0, 1.0, 0.0))
    side *= radius / np.linalg.norm(side)
    axes = np.column_stack([side, np.cross(way, side), half])
    return _round(CYLINDER, (a + b) / 2, axes, color, material)


def wheel(x: float, y: float, radius: float, width: float, color: Color = (28, 28, 30)) -> Part:
    """Return a wheel that stands on z = 0, its axle along y."""
    axes = np.array([[radius, 0.0, 0.0], [0.0, 0.0, width / 2], [0.0, -radius, 0.0]])
    return _round(CYLINDER, np.array([x, y, radius]), axes, color, Material.TYRE)


def ball(center: Vector, radii: Vector, color: Color, material: Material = Material.CLOTH) -> Part:
    """Return an ellipsoid with its axes along x, y and z."""
    axes = np.diag(np.asarray(radii, dtype=np.float64))
    return _round(ELLIPSOID, np.asarray(center, dtype=np.float64), axes, color, material)


def _round(kind: int, center: Floats, axes: Floats, color: Color, material: Material) -> Part:
    return Part(kind, material, color, np.zeros((0, 3)), np.zeros((0, 4)), center, axes)
