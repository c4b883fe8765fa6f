"""Intersections: where one ray meets a ball, a box, a convex part, a cylinder, the ground.

Compiled helpers of `raycast`, in numbers alone; those that need an array are put in line, since handing
one over for each ray would cost as much as the geometry.
"""

from __future__ import annotations

import numpy as np

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.solids import CONVEX, CYLINDER, Floats

_NEAR = 1e-9


@compiled(inner=True, error_model="numpy")
def meet_ground(
    ox: float, oy: float, oz: float, dx: float, dy: float, dz: float,
    center: Floats, radii: Floats, heights: Floats, best: float,
) -> tuple[float, int]:  # fmt: skip
    """Return how far off the ground is met, and in which ring or at which step (-1: not at all)."""
    face = -1
    x, y = ox - center[0], oy - center[1]
    if dz < 0:
        for i in range(len(heights)):
            t = (heights[i] - oz) / dz
            if _NEAR < t < best:
                square = (x + t * dx) ** 2 + (y + t * dy) ** 2
                if (i == 0 or square >= radii[i - 1] ** 2) and (i == len(radii) or square < radii[i] ** 2):
                    best, face = t, i
    for j in range(len(radii)):
        t = meet_step(x, y, oz, dx, dy, dz, radii[j], heights[j], heights[j + 1])
        if t < best:
            best, face = t, len(heights) + j
    return best, face


@compiled(inner=True, error_model="numpy")
def meet_step(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, radius: float, inner: float, outer: float
) -> float:  # fmt: skip
    """Return how far along the ray its higher side's upright face is met, or infinity."""
    if inner == outer or (dz >= 0 and z >= max(inner, outer)):
        return np.inf
    flat, along = dx * dx + dy * dy, x * dx + y * dy
    root = along * along - flat * (x * x + y * y - radius * radius)
    if flat < 1e-18 or root < 0:
        return np.inf
    # A ring that is higher than the one outside it is met on the way in, at the nearer crossing.
    t = (-along + (np.sqrt(root) if outer > inner else -np.sqrt(root))) / flat
    height = z + t * dz
    return t if t > _NEAR and min(inner, outer) <= height < max(inner, outer) else np.inf


@compiled(inner=True, error_model="numpy")
def ground_normal(
    x: float, y: float, face: int, center: Floats, heights: Floats
) -> tuple[float, float, float]:  # fmt: skip
    """Return the normal of the ground at a place on a ring or, from R + 1 on, at a step."""
    if face < len(heights):
        return 0.0, 0.0, 1.0
    step = face - len(heights)
    x, y = x - center[0], y - center[1]
    out = np.sqrt(x * x + y * y) * (1.0 if heights[step + 1] < heights[step] else -1.0)
    return x / out, y / out, 0.0


@compiled(inner=True, error_model="numpy")
def may_meet(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, radius: float, best: float
) -> bool:  # fmt: skip
    """Say whether a ray comes within a sphere at the origin before `best`."""
    toward = -(x * dx + y * dy + z * dz)
    beyond = x * x + y * y + z * z - radius * radius
    if beyond <= 0:
        return True
    return bool(toward > 0 and toward * toward >= beyond and toward - radius < best)


@compiled(inner=True, error_model="numpy")
def may_enter(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, hx: float, hy: float, hz: float, best: float
) -> bool:  # fmt: skip
    """Say whether a ray comes into a box about the origin before `best`."""
    enter, leave = 0.0, best
    for o, d, half in ((x, dx, hx), (y, dy, hy), (z, dz, hz)):
        if abs(d) < 1e-12:
            if abs(o) > half:
                return False
        else:
            middle, reach = -o / d, half / abs(d)
            enter, leave = max(enter, middle - reach), min(leave, middle + reach)
    return enter <= leave


@compiled(error_model="numpy", inline="always")
def meet_convex(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, planes: Floats, start: int, stop: int, best: float
) -> tuple[float, int]:  # fmt: skip
    """Return how far off a ray enters the space behind planes, and by which (infinity, -1: not at all)."""
    enter, leave, face = -np.inf, np.inf, -1
    for k in range(start, stop):
        slope = planes[k, 0] * dx + planes[k, 1] * dy + planes[k, 2] * dz
        room = planes[k, 3] - planes[k, 0] * x - planes[k, 1] * y - planes[k, 2] * z
        if slope == 0.0:
            if room < 0:
                return np.inf, -1
        elif slope < 0:
            if room / slope > enter:
                enter, face = room / slope, k - start
        elif room / slope < leave:
            leave = room / slope
        if enter > leave or enter >= best:
            return np.inf, -1
    return (enter, face) if enter > _NEAR else (np.inf, -1)


@compiled(error_model="numpy", inline="always")
def meet_quadric(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, maps: Floats, p: int, cylinder: bool, best: float
) -> tuple[float, int]:  # fmt: skip
    """Return how far off a cylinder or ellipsoid is met, and at which face: 0 round, 1 upper, 2 lower end."""
    ox = maps[p, 0, 0] * x + maps[p, 0, 1] * y + maps[p, 0, 2] * z + maps[p, 0, 3]
    oy = maps[p, 1, 0] * x + maps[p, 1, 1] * y + maps[p, 1, 2] * z + maps[p, 1, 3]
    oz = maps[p, 2, 0] * x + maps[p, 2, 1] * y + maps[p, 2, 2] * z + maps[p, 2, 3]
    ux = maps[p, 0, 0] * dx + maps[p, 0, 1] * dy + maps[p, 0, 2] * dz
    uy = maps[p, 1, 0] * dx + maps[p, 1, 1] * dy + maps[p, 1, 2] * dz
    uz = maps[p, 2, 0] * dx + maps[p, 2, 1] * dy + maps[p, 2, 2] * dz
    a, b, c = ux * ux + uy * uy, ox * ux + oy * uy, ox * ox + oy * oy - 1
    if not cylinder:
        a, b, c = a + uz * uz, b + oz * uz, c + oz * oz
    root = b * b - a * c
    if root < 0:
        return np.inf, -1
    if cylinder and abs(oz) > 1 and oz * uz < 0:
        t = (np.copysign(1.0, oz) - oz) / uz
        if _NEAR < t < best and (ox + t * ux) ** 2 + (oy + t * uy) ** 2 <= 1:
            return t, 1 if oz > 0 else 2
    if a < 1e-18 or c <= 0:
        return np.inf, -1
    t = (-b - np.sqrt(root)) / a
    if t <= _NEAR or t >= best or (cylinder and abs(oz + t * uz) > 1):
        return np.inf, -1
    return t, 0


@compiled(error_model="numpy", inline="always")
def normal_at(
    x: float, y: float, z: float, face: int, kind: int, maps: Floats, p: int, planes: Floats, start: int
) -> tuple[float, float, float]:  # fmt: skip
    """Return the unit normal of a part's face at a place, in the object's frame."""
    if kind == CONVEX:
        return planes[start + face, 0], planes[start + face, 1], planes[start + face, 2]
    ox = maps[p, 0, 0] * x + maps[p, 0, 1] * y + maps[p, 0, 2] * z + maps[p, 0, 3]
    oy = maps[p, 1, 0] * x + maps[p, 1, 1] * y + maps[p, 1, 2] * z + maps[p, 1, 3]
    oz = maps[p, 2, 0] * x + maps[p, 2, 1] * y + maps[p, 2, 2] * z + maps[p, 2, 3]
    if kind == CYLINDER:
        if face == 0:
            oz = 0.0
        else:
            ox, oy, oz = 0.0, 0.0, (1.0 if face == 1 else -1.0)
    nx = maps[p, 0, 0] * ox + maps[p, 1, 0] * oy + maps[p, 2, 0] * oz
    ny = maps[p, 0, 1] * ox + maps[p, 1, 1] * oy + maps[p, 2, 1] * oz
    nz = maps[p, 0, 2] * ox + maps[p, 1, 2] * oy + maps[p, 2, 2] * oz
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    return nx / length, ny / length, nz / length
