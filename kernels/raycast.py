"""Ray casting: where rays first meet a scene of moving solids over stepped ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lidar_label.kernels.solids import (
    CONVEX,
    CYLINDER,
    Floats,
    Ints,
    Solids,
    Terraces,
    float_rows,
    int_rows,
    same_length,
)

GROUND, NOTHING = -1, -2
_NEAR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What each ray met first.

    `distance` (N,) float64, metres, infinite where it met nothing; `object` (N,) int32, GROUND or
    NOTHING where it met no object; `part` (N,) int32, -1 without one; `face` (N,) int32, the plane
    of a convex part, of a cylinder 0 its side, 1 its upper and 2 its lower end, of the ground the
    ring or R + 1 + the step; `local` (N, 3) float32, the place in the object's frame, or in the
    rays' frame on the ground; `normal` (N, 3) float32, in the rays' frame.
    """

    distance: Floats
    object: Ints
    part: Ints
    face: Ints
    local: NDArray[np.float32]
    normal: NDArray[np.float32]


def cast_rays(
    origins: Floats,
    directions: Floats,
    fractions: Floats,
    solids: Solids,
    poses: Floats,
    ground: Terraces | None = None,
    max_range: float = 1000.0,
    *,
    bundle: int = 64,
    only: Ints | None = None,
) -> Hits:
    """Follow each ray to the first surface it meets, with every object where it is at the ray's time.

    Parameters
    ----------
    origins, directions : (N, 3) float, metres
        Directions of unit length, in the same frame as the poses.
    fractions : (N,) float, 0 to 1
        The time of each ray, between the two poses of every object.
    solids : Solids
    poses : (M, 2, 4) float
        x, y, z (metres) and yaw (radians about +z) of each object at fraction 0 and at fraction 1;
        straight and even motion in between, the yaw not wrapped.
    ground : Terraces, optional
    max_range : float, metres
        Surfaces farther away are not met.
    bundle : int
        Rays that follow one another are looked after together, this many at a time: give them in
        an order in which neighbours point alike. It changes the speed, never the result.
    only : (N,) int, optional
        The one object each ray can meet (the ground not counted); -1 for all.

    Returns
    -------
    Hits
        A ray that starts inside a part does not meet this part.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    rays = _checked_rays(origins, directions, fractions, len(solids.object_parts), poses, max_range, bundle)
    count = len(rays[0])
    aims = np.full(count, -1, dtype=np.int32) if only is None else int_rows(only, "only", ())
    same_length("only", aims, count, "ray")
    hits = _no_hits(count)
    _cast(rays, _as_tuple(solids), _as_ground(ground), float(max_range), bundle, aims, False, _as_results(hits))
    return hits


def is_blocked(
    origins: Floats,
    directions: Floats,
    fractions: Floats,
    solids: Solids,
    poses: Floats,
    max_range: float = 1000.0,
    *,
    bundle: int = 64,
) -> NDArray[np.bool_]:
    """Say of each ray whether any object stands in its way within `max_range`.

    Takes what `cast_rays` takes, and raises what it raises; made for shadows, it stops at the first
    surface found, whichever it is.

    Returns
    -------
    (N,) bool
    """
    rays = _checked_rays(origins, directions, fractions, len(solids.object_parts), poses, max_range, bundle)
    hits = _no_hits(len(rays[0]))
    aims = np.full(len(rays[0]), -1, dtype=np.int32)
    _cast(rays, _as_tuple(solids), _as_ground(None), float(max_range), bundle, aims, True, _as_results(hits))
    return np.asarray(hits.object >= 0)


_Rays = tuple[Floats, Floats, Floats, Floats]
_SolidArrays = tuple[Floats, Ints, Ints, Floats, Floats, Ints, Floats]
_Ground = tuple[Floats, Floats, Floats]
_Results = tuple[Floats, Ints, Ints, Ints, NDArray[np.float32], NDArray[np.float32]]


def _checked_rays(
    origins: Floats, directions: Floats, fractions: Floats, objects: int, poses: Floats, max_range: float, bundle: int
) -> _Rays:
    starts = float_rows(origins, "origins", (3,))
    ways = float_rows(directions, "directions", (3,))
    times = float_rows(fractions, "fractions", ())
    places = float_rows(poses, "poses", (2, 4))
    same_length("directions", ways, len(starts), "ray")
    same_length("fractions", times, len(starts), "ray")
    same_length("poses", places, objects, "object")
    if not max_range > 0 or bundle < 1:
        raise ValueError(f"max_range and bundle need numbers above 0, got {max_range} and {bundle}")
    return starts, ways, times, places


def _no_hits(count: int) -> Hits:
    return Hits(
        distance=np.full(count, np.inf),
        object=np.full(count, NOTHING, dtype=np.int32),
        part=np.full(count, -1, dtype=np.int32),
        face=np.full(count, -1, dtype=np.int32),
        local=np.zeros((count, 3), dtype=np.float32),
        normal=np.zeros((count, 3), dtype=np.float32),
    )


def _as_tuple(s: Solids) -> _SolidArrays:
    return s.planes, s.kinds, s.part_planes, s.part_maps, s.part_bounds, s.object_parts, s.object_radii


def _as_ground(ground: Terraces | None) -> _Ground:
    if ground is None:
        return np.zeros(2), np.zeros(0), np.zeros(0)
    return ground.center, ground.radii, ground.heights


def _as_results(h: Hits) -> _Results:
    return h.distance, h.object, h.part, h.face, h.local, h.normal


@njit(cache=True, nogil=True)
def _cast(
    rays: _Rays, solids: _SolidArrays, ground: _Ground, max_range: float, bundle: int, only: Ints,
    any_hit: bool, results: _Results,
) -> None:  # fmt: skip
    origins, directions, fractions, poses = rays
    objects = len(solids[5])
    chosen = np.empty(objects, dtype=np.int32)
    nearest = np.empty(objects, dtype=np.float64)
    turns = np.empty((objects, 2), dtype=np.float64)
    for m in range(objects):
        turns[m, 0], turns[m, 1] = np.cos(poses[m, 0, 3]), np.sin(poses[m, 0, 3])
    for first in range(0, len(origins), bundle):
        last = min(first + bundle, len(origins))
        count = _gather(rays, first, last, solids[6], max_range, chosen, nearest)
        for n in range(first, last):
            best = _meet_ground(origins[n], directions[n], ground, max_range, n, results)
            for c in range(count):
                if nearest[c] >= best:
                    break
                m = chosen[c]
                if only[n] >= 0 and only[n] != m:
                    continue
                best = _meet_object(origins[n], directions[n], fractions[n], poses, turns, solids, m, best, n, results)
                if any_hit and results[1][n] >= 0:
                    break


@njit(cache=True, nogil=True)
def _gather(
    rays: _Rays, first: int, last: int, radii: Floats, max_range: float, chosen: Ints, nearest: Floats
) -> int:  # fmt: skip
    """List the objects that a bundle of rays may meet, nearest first; return how many.

    The bundle is taken as a cone about its mean direction, widened by how far its origins lie apart
    and by how far an object moves meanwhile.
    """
    origins, directions, fractions, poses = rays
    apex, axis = np.zeros(3), np.zeros(3)
    early, late = fractions[first], fractions[first]
    for n in range(first, last):
        for k in range(3):
            apex[k] += origins[n, k] / (last - first)
            axis[k] += directions[n, k]
        early, late = min(early, fractions[n]), max(late, fractions[n])
    axis /= max(np.sqrt(axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2), 1e-12)
    apart, cosine = 0.0, 1.0
    for n in range(first, last):
        away = 0.0
        for k in range(3):
            away += (origins[n, k] - apex[k]) ** 2
        apart = max(apart, np.sqrt(away))
        cosine = min(cosine, axis[0] * directions[n, 0] + axis[1] * directions[n, 1] + axis[2] * directions[n, 2])
    half_angle = np.arccos(max(min(cosine, 1.0), -1.0)) + 1e-6
    middle, swing = (early + late) / 2, (late - early) / 2
    count = 0
    for m in range(len(radii)):
        dx, dy, dz = poses[m, 1, 0] - poses[m, 0, 0], poses[m, 1, 1] - poses[m, 0, 1], poses[m, 1, 2] - poses[m, 0, 2]
        vx = poses[m, 0, 0] + dx * middle - apex[0]
        vy = poses[m, 0, 1] + dy * middle - apex[1]
        vz = poses[m, 0, 2] + dz * middle - apex[2]
        away = np.sqrt(vx * vx + vy * vy + vz * vz)
        reach = radii[m] + apart + swing * np.sqrt(dx * dx + dy * dy + dz * dz) + 1e-6
        if away - reach > max_range:
            continue
        if away > reach:
            angle = np.arccos(max(min((vx * axis[0] + vy * axis[1] + vz * axis[2]) / away, 1.0), -1.0))
            if angle > half_angle + np.arcsin(reach / away):
                continue
        near = max(away - reach, 0.0)
        place = count
        while place > 0 and nearest[place - 1] > near:
            nearest[place], chosen[place] = nearest[place - 1], chosen[place - 1]
            place -= 1
        nearest[place], chosen[place] = near, m
        count += 1
    return count


@njit(cache=True, nogil=True)
def _meet_ground(o: Floats, d: Floats, ground: _Ground, best: float, n: int, results: _Results) -> float:
    center, radii, heights = ground
    face, nx, ny = -1, 0.0, 0.0
    if d[2] < 0:
        best, face = _meet_rings(o, d, center, radii, heights, best)
    for j in range(len(radii)):
        t = _meet_step(o, d, center, radii[j], heights[j], heights[j + 1])
        if t < best:
            best, face = t, len(heights) + j
            facing = 1.0 if heights[j + 1] < heights[j] else -1.0
            nx = facing * (o[0] + t * d[0] - center[0]) / radii[j]
            ny = facing * (o[1] + t * d[1] - center[1]) / radii[j]
    if face >= 0:
        results[0][n], results[1][n], results[3][n] = best, GROUND, face
        for k in range(3):
            results[4][n, k] = o[k] + best * d[k]
        results[5][n, 0], results[5][n, 1], results[5][n, 2] = nx, ny, 1.0 if face < len(heights) else 0.0
    return best


@njit(cache=True, nogil=True)
def _meet_rings(
    o: Floats, d: Floats, center: Floats, radii: Floats, heights: Floats, best: float
) -> tuple[float, int]:  # fmt: skip
    face = -1
    for i in range(len(heights)):
        t = (heights[i] - o[2]) / d[2]
        if _NEAR < t < best:
            square = (o[0] + t * d[0] - center[0]) ** 2 + (o[1] + t * d[1] - center[1]) ** 2
            if (i == 0 or square >= radii[i - 1] ** 2) and (i == len(radii) or square < radii[i] ** 2):
                best, face = t, i
    return best, face


@njit(cache=True, nogil=True)
def _meet_step(o: Floats, d: Floats, center: Floats, radius: float, inner: float, outer: float) -> float:
    """Return how far along the ray its higher side's upright face is met, or infinity."""
    x, y = o[0] - center[0], o[1] - center[1]
    flat, along = d[0] * d[0] + d[1] * d[1], x * d[0] + y * d[1]
    root = along * along - flat * (x * x + y * y - radius * radius)
    if inner == outer or flat < 1e-18 or root < 0:
        return np.inf
    # A ring that is higher than the one outside it is met on the way in, at the nearer crossing.
    t = (-along + (np.sqrt(root) if outer > inner else -np.sqrt(root))) / flat
    z = o[2] + t * d[2]
    return t if t > _NEAR and min(inner, outer) <= z < max(inner, outer) else np.inf


@njit(cache=True, nogil=True)
def _meet_object(
    o: Floats, d: Floats, fraction: float, poses: Floats, turns: Floats, solids: _SolidArrays,
    m: int, best: float, n: int, results: _Results,
) -> float:  # fmt: skip
    planes, kinds, part_planes, part_maps, part_bounds, object_parts, object_radii = solids
    rx = o[0] - poses[m, 0, 0] - fraction * (poses[m, 1, 0] - poses[m, 0, 0])
    ry = o[1] - poses[m, 0, 1] - fraction * (poses[m, 1, 1] - poses[m, 0, 1])
    rz = o[2] - poses[m, 0, 2] - fraction * (poses[m, 1, 2] - poses[m, 0, 2])
    if not _may_meet(rx, ry, rz, d[0], d[1], d[2], object_radii[m], best):
        return best
    c, s = turns[m, 0], turns[m, 1]
    if poses[m, 0, 3] != poses[m, 1, 3]:
        yaw = poses[m, 0, 3] + fraction * (poses[m, 1, 3] - poses[m, 0, 3])
        c, s = np.cos(yaw), np.sin(yaw)
    lx, ly, lz = c * rx + s * ry, c * ry - s * rx, rz
    ux, uy, uz = c * d[0] + s * d[1], c * d[1] - s * d[0], d[2]
    met, face = -1, -1
    for p in range(object_parts[m, 0], object_parts[m, 0] + object_parts[m, 1]):
        bx, by, bz = lx - part_bounds[p, 0], ly - part_bounds[p, 1], lz - part_bounds[p, 2]
        if not _may_meet(bx, by, bz, ux, uy, uz, part_bounds[p, 3], best):
            continue
        if kinds[p] == CONVEX:
            start = part_planes[p, 0]
            t, side = _meet_convex(lx, ly, lz, ux, uy, uz, planes, start, start + part_planes[p, 1], best)
        else:
            t, side = _meet_quadric(lx, ly, lz, ux, uy, uz, part_maps[p], kinds[p] == CYLINDER, best)
        if t < best:
            best, met, face = t, p, side
    if met >= 0:
        lx, ly, lz = lx + best * ux, ly + best * uy, lz + best * uz
        nx, ny, nz = _normal_at(lx, ly, lz, face, kinds[met], part_maps[met], planes, part_planes[met, 0])
        results[0][n], results[1][n], results[2][n], results[3][n] = best, m, met, face
        results[4][n, 0], results[4][n, 1], results[4][n, 2] = lx, ly, lz
        results[5][n, 0], results[5][n, 1], results[5][n, 2] = c * nx - s * ny, s * nx + c * ny, nz
    return best


@njit(cache=True, nogil=True)
def _may_meet(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, radius: float, best: float
) -> bool:  # fmt: skip
    """Say whether a ray comes within a sphere at the origin before `best`."""
    toward = -(x * dx + y * dy + z * dz)
    beyond = x * x + y * y + z * z - radius * radius
    if beyond <= 0:
        return True
    return bool(toward > 0 and toward * toward >= beyond and toward - radius < best)


@njit(cache=True, nogil=True)
def _meet_convex(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, planes: Floats, start: int, stop: int, best: float
) -> tuple[float, int]:  # fmt: skip
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


@njit(cache=True, nogil=True)
def _meet_quadric(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, to_unit: Floats, cylinder: bool, best: float
) -> tuple[float, int]:  # fmt: skip
    ox = to_unit[0, 0] * x + to_unit[0, 1] * y + to_unit[0, 2] * z + to_unit[0, 3]
    oy = to_unit[1, 0] * x + to_unit[1, 1] * y + to_unit[1, 2] * z + to_unit[1, 3]
    oz = to_unit[2, 0] * x + to_unit[2, 1] * y + to_unit[2, 2] * z + to_unit[2, 3]
    ux = to_unit[0, 0] * dx + to_unit[0, 1] * dy + to_unit[0, 2] * dz
    uy = to_unit[1, 0] * dx + to_unit[1, 1] * dy + to_unit[1, 2] * dz
    uz = to_unit[2, 0] * dx + to_unit[2, 1] * dy + to_unit[2, 2] * dz
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


@njit(cache=True, nogil=True)
def _normal_at(
    x: float, y: float, z: float, face: int, kind: int, to_unit: Floats, planes: Floats, start: int
) -> tuple[float, float, float]:  # fmt: skip
    if kind == CONVEX:
        return planes[start + face, 0], planes[start + face, 1], planes[start + face, 2]
    ox = to_unit[0, 0] * x + to_unit[0, 1] * y + to_unit[0, 2] * z + to_unit[0, 3]
    oy = to_unit[1, 0] * x + to_unit[1, 1] * y + to_unit[1, 2] * z + to_unit[1, 3]
    oz = to_unit[2, 0] * x + to_unit[2, 1] * y + to_unit[2, 2] * z + to_unit[2, 3]
    if kind == CYLINDER:
        if face == 0:
            oz = 0.0
        else:
            ox, oy, oz = 0.0, 0.0, (1.0 if face == 1 else -1.0)
    nx = to_unit[0, 0] * ox + to_unit[1, 0] * oy + to_unit[2, 0] * oz
    ny = to_unit[0, 1] * ox + to_unit[1, 1] * oy + to_unit[2, 1] * oz
    nz = to_unit[0, 2] * ox + to_unit[1, 2] * oy + to_unit[2, 2] * oz
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    return nx / length, ny / length, nz / length
