"""Which points lie in a region: an axis box, a turned box, between planes, over a polygon, in a sphere, along a ray.

Each test is one fixed order of float64 operations, so that plain numpy with the same order gives the same answer to
the last bit. A point on the border counts as inside; one with a NaN never does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Column = NDArray[Any]

_BLOCK = 1024  # points at a time where each is tested with many things


def in_box(points: Floats, low: Floats, high: Floats) -> Mask:
    """Mark the points with ``low <= point <= high`` along each axis.

    Parameters
    ----------
    points : (N, 3) float64, metres
    low, high : (3,) float, metres

    Returns
    -------
    (N,) bool

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    inside = _mask(points)
    _in_box(points, _row("low", low, (3,)), _row("high", high, (3,)), inside)
    return inside


def in_turned_box(points: Floats, center: Floats, rotation: Floats, size: Floats) -> Mask:
    """Mark the points inside one turned box; the same test as `points_in_boxes` makes.

    Parameters
    ----------
    points : (N, 3) float64, metres
    center : (3,) float, metres
    rotation : (3, 3) float
        Columns are the box's axes in the points' frame.
    size : (3,) float, metres
        Length, width, height.

    Returns
    -------
    (N,) bool
    """
    inside = _mask(points)
    _in_turned(
        points, _row("center", center, (3,)), _row("rotation", rotation, (3, 3)), _row("size", size, (3,)), inside
    )
    return inside


def in_planes(points: Floats, origin: Floats, normals: Floats, offsets: Floats) -> Mask:
    """Mark the points on the inner side of every plane: ``normal . (point - origin) >= offset``.

    Parameters
    ----------
    points : (N, 3) float64, metres
    origin : (3,) float, metres
        Taken off first, so that planes far from the frame's own origin stay exact.
    normals : (M, 3) float
    offsets : (M,) float, metres

    Returns
    -------
    (N,) bool
    """
    count = len(normals)
    inside = _mask(points)
    _in_planes(
        points, _row("origin", origin, (3,)), _row("normals", normals, (count, 3)), _row("offsets", offsets, (count,)),
        inside,
    )  # fmt: skip
    return inside


def in_polygon(points: Floats, vertices: Floats, low: float, high: float) -> Mask:
    """Mark the points over a polygon on the ground whose z lies between `low` and `high`.

    Parameters
    ----------
    points : (N, 3) float64, metres
    vertices : (K, 2) float, metres
        x, y of the corners in order, the last joined to the first. Where the outline crosses itself, a place
        it goes round twice is outside (even-odd rule).
    low, high : float, metres

    Returns
    -------
    (N,) bool
        A point on the outline counts as inside.
    """
    inside = _mask(points)
    corners = _row("vertices", vertices, (len(vertices), 2))
    _in_polygon(points, np.hstack([corners, np.roll(corners, -1, axis=0)]), float(low), float(high), inside)
    return inside


def over_edges(points: Floats, edges: Floats, low: float, high: float) -> Mask:
    """Do what `in_polygon` does, given the (K, 4) edges (x, y, next x, next y) that matter at the points' y."""
    inside = _mask(points)
    _in_polygon(points, _row("edges", edges, (len(edges), 4)), float(low), float(high), inside)
    return inside


def in_sphere(points: Floats, center: Floats, radius: float) -> Mask:
    """Mark the points no farther than `radius` (metres) from `center`.

    Parameters
    ----------
    points : (N, 3) float64, metres
    center : (3,) float, metres
    radius : float, metres

    Returns
    -------
    (N,) bool
    """
    inside = _mask(points)
    _in_sphere(points, _row("center", center, (3,)), float(radius), inside)
    return inside


def along_ray(points: Floats, origin: Floats, direction: Floats, radius: float, slope: float) -> Mask:
    """Mark the points in a cone around a ray: no farther than ``radius + slope * t`` from it at distance t.

    Parameters
    ----------
    points : (N, 3) float64, metres
    origin : (3,) float, metres
    direction : (3,) float
        Of length 1.
    radius : float, metres
    slope : float
        Metres it widens a metre: the tangent of half its opening.

    Returns
    -------
    (N,) bool
        A point behind the origin is never in it.
    """
    inside = _mask(points)
    _along_ray(
        points, _row("origin", origin, (3,)), _row("direction", direction, (3,)), float(radius), float(slope), inside
    )
    return inside


def first_on_ray(
    points: Floats, index: Column, origin: Floats, direction: Floats, radius: float, slope: float
) -> tuple[int, float, float]:
    """Find the point of `along_ray` that comes first along the ray.

    Takes what `along_ray` takes, and each point's own number, (N,) unsigned.

    Returns
    -------
    (int, float, float)
        Its place among the points, or -1; its distance along the ray; and the square of that from the ray, metres.
        Of several at the same distance the one nearer to the ray is taken, then the one with the lower number.
    """
    if index.shape != (len(points),):
        raise ValueError(f"index needs shape ({len(points)},), got {index.shape}")
    _mask(points)
    place, along, off = _first_on_ray(
        points, np.ascontiguousarray(index), _row("origin", origin, (3,)), _row("direction", direction, (3,)),
        float(radius), float(slope),
    )  # fmt: skip
    return int(place), float(along), float(off)


def _mask(points: Floats) -> Mask:
    if points.ndim != 2 or points.shape[1] != 3 or points.dtype != np.float64 or not points.flags.c_contiguous:
        raise ValueError(f"points needs (N, 3) float64 in C order, got {points.shape} {points.dtype}")
    return np.empty(len(points), dtype=np.bool_)


def _row(name: str, values: Floats, shape: tuple[int, ...]) -> Floats:
    given = np.ascontiguousarray(values, dtype=np.float64)
    if given.shape != shape:
        raise ValueError(f"{name} needs shape {shape}, got {given.shape}")
    return given


@compiled()
def _in_box(points: Floats, low: Floats, high: Floats, inside: Mask) -> None:
    x0, y0, z0, x1, y1, z1 = low[0], low[1], low[2], high[0], high[1], high[2]
    for n in range(len(points)):
        x, y, z = points[n, 0], points[n, 1], points[n, 2]
        inside[n] = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1) & (z >= z0) & (z <= z1)


@compiled()
def _in_turned(points: Floats, center: Floats, turn: Floats, size: Floats, inside: Mask) -> None:
    for n in range(len(points)):
        dx, dy, dz = points[n, 0] - center[0], points[n, 1] - center[1], points[n, 2] - center[2]
        inside[n] = (
            (abs(turn[0, 0] * dx + turn[1, 0] * dy + turn[2, 0] * dz) * 2 <= size[0])
            & (abs(turn[0, 1] * dx + turn[1, 1] * dy + turn[2, 1] * dz) * 2 <= size[1])
            & (abs(turn[0, 2] * dx + turn[1, 2] * dy + turn[2, 2] * dz) * 2 <= size[2])
        )


@compiled()
def _in_planes(points: Floats, origin: Floats, normals: Floats, offsets: Floats, inside: Mask) -> None:
    for start in range(0, len(points), _BLOCK):
        stop = min(start + _BLOCK, len(points))
        for n in range(start, stop):  # a NaN is equal to nothing
            x, y, z = points[n, 0], points[n, 1], points[n, 2]
            inside[n] = (x == x) & (y == y) & (z == z)
        for k in range(len(normals)):
            nx, ny, nz, least = normals[k, 0], normals[k, 1], normals[k, 2], offsets[k]
            for n in range(start, stop):
                dx, dy, dz = points[n, 0] - origin[0], points[n, 1] - origin[1], points[n, 2] - origin[2]
                inside[n] &= nx * dx + ny * dy + nz * dz >= least


@compiled()
def _in_polygon(points: Floats, edges: Floats, low: float, high: float, inside: Mask) -> None:
    """Test one edge with a block of points at a time, without branches: the processor then takes several at once."""
    border = np.empty(_BLOCK, dtype=np.bool_)
    xs, ys = np.empty(_BLOCK), np.empty(_BLOCK)
    for start in range(0, len(points), _BLOCK):
        count = min(_BLOCK, len(points) - start)
        odd = inside[start : start + count]
        for n in range(count):
            xs[n], ys[n] = points[start + n, 0], points[start + n, 1]
            odd[n] = border[n] = False
        for k in range(len(edges)):
            ax, ay, bx, by = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
            x0, x1, y0, y1 = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            for n in range(count):
                x, y = xs[n], ys[n]
                side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
                border[n] |= (side == 0) & (x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)
                odd[n] ^= ((ay <= y) & (y < by) & (side > 0)) | ((by <= y) & (y < ay) & (side < 0))
        for n in range(count):
            z = points[start + n, 2]
            odd[n] = (odd[n] | border[n]) & (low <= z) & (z <= high)


@compiled()
def _in_sphere(points: Floats, center: Floats, radius: float, inside: Mask) -> None:
    most = radius * radius
    for n in range(len(points)):
        dx, dy, dz = points[n, 0] - center[0], points[n, 1] - center[1], points[n, 2] - center[2]
        inside[n] = dx * dx + dy * dy + dz * dz <= most


@compiled(inner=True)
def _on_ray(dx: float, dy: float, dz: float, ray: Floats) -> tuple[float, float]:
    """Return the distance along the ray, and the square of that from it, of a point given from the ray's origin."""
    along = dx * ray[0] + dy * ray[1] + dz * ray[2]
    cx, cy, cz = dy * ray[2] - dz * ray[1], dz * ray[0] - dx * ray[2], dx * ray[1] - dy * ray[0]
    return along, cx * cx + cy * cy + cz * cz


@compiled()
def _along_ray(points: Floats, origin: Floats, ray: Floats, radius: float, slope: float, inside: Mask) -> None:
    for n in range(len(points)):
        along, off = _on_ray(points[n, 0] - origin[0], points[n, 1] - origin[1], points[n, 2] - origin[2], ray)
        reach = radius + slope * along
        inside[n] = (along >= 0) & (off <= reach * reach)


@compiled()
def _first_on_ray(
    points: Floats, index: Column, origin: Floats, ray: Floats, radius: float, slope: float
) -> tuple[int, float, float]:
    best, best_along, best_off = -1, np.inf, np.inf
    for n in range(len(points)):
        along, off = _on_ray(points[n, 0] - origin[0], points[n, 1] - origin[1], points[n, 2] - origin[2], ray)
        if not (0 <= along <= best_along):
            continue
        reach = radius + slope * along
        if not off <= reach * reach:
            continue
        if best < 0 or along < best_along or off < best_off or (off == best_off and index[n] < index[best]):
            best, best_along, best_off = n, along, off
    return best, best_along, best_off
