"""Ray casting: where rays first meet a scene of moving solids over stepped ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lidar_label.kernels.intersect import (
    ground_normal,
    may_enter,
    may_meet,
    meet_convex,
    meet_ground,
    meet_quadric,
    normal_at,
)
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
_LEAP_M = 4.0  # origins farther apart than this would make a bundle look everywhere


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
    return s.planes, s.kinds, s.part_planes, s.part_maps, s.part_bounds, s.object_parts, s.object_halves


def _as_ground(ground: Terraces | None) -> _Ground:
    if ground is None:
        return np.zeros(2), np.zeros(0), np.zeros(0)
    return ground.center, ground.radii, ground.heights


def _as_results(h: Hits) -> _Results:
    return h.distance, h.object, h.part, h.face, h.local, h.normal


@njit(cache=True, nogil=True, error_model="numpy")
def _cast(
    rays: _Rays, solids: _SolidArrays, ground: _Ground, max_range: float, bundle: int, only: Ints,
    any_hit: bool, results: _Results,
) -> None:  # fmt: skip
    # Tuples are taken apart once, out here: inside the loops it would cost as much as the geometry.
    origins, directions, fractions, poses = rays
    planes, kinds, part_planes, part_maps, part_bounds, object_parts, halves = solids
    center, rings, heights = ground
    radii = np.sqrt((halves * halves).sum(axis=1))
    distance, owner, part, face, local, normal = results
    chosen = np.empty(len(radii), dtype=np.int32)
    nearest = np.empty(len(radii), dtype=np.float64)
    turns = np.empty((len(radii), 2), dtype=np.float64)
    for m in range(len(radii)):
        turns[m, 0], turns[m, 1] = np.cos(poses[m, 0, 3]), np.sin(poses[m, 0, 3])
    last = 0
    while last < len(origins):
        first, last = last, _bundle_end(origins, last, bundle)
        count = _gather(
            origins, directions, fractions, poses, first, last, radii, max_range, chosen, nearest
        )  # fmt: skip
        for n in range(first, last):
            ox, oy, oz = origins[n, 0], origins[n, 1], origins[n, 2]
            dx, dy, dz = directions[n, 0], directions[n, 1], directions[n, 2]
            best, side = meet_ground(ox, oy, oz, dx, dy, dz, center, rings, heights, max_range)
            who, what = NOTHING if side < 0 else GROUND, -1
            for c in range(count):
                m = chosen[c]
                if nearest[c] >= best or (any_hit and who >= 0):
                    break
                if only[n] != m and only[n] >= 0:
                    continue
                t, p, f = _meet_object(
                    ox, oy, oz, dx, dy, dz, fractions[n], m, best, poses, turns, planes, kinds, part_planes,
                    part_maps, part_bounds, object_parts, halves, radii,
                )  # fmt: skip
                if t < best:
                    best, who, what, side = t, m, p, f
            owner[n] = who
            if any_hit or who == NOTHING:
                continue
            distance[n], part[n], face[n] = best, what, side
            x, y, z = ox + best * dx, oy + best * dy, oz + best * dz
            if who == GROUND:
                nx, ny, nz = ground_normal(x, y, side, center, heights)
            else:
                x, y, z, nx, ny, nz = _object_surface(
                    x, y, z, fractions[n], who, what, side, poses, kinds, part_maps, planes, part_planes
                )
            local[n, 0], local[n, 1], local[n, 2] = x, y, z
            normal[n, 0], normal[n, 1], normal[n, 2] = nx, ny, nz


@njit(cache=True, nogil=True, error_model="numpy")
def _bundle_end(origins: Floats, first: int, most: int) -> int:
    """Return where a bundle ends: after `most` rays, or where their origins leap apart."""
    last = min(first + most, len(origins))
    for n in range(first + 1, last):
        dx, dy = origins[n, 0] - origins[first, 0], origins[n, 1] - origins[first, 1]
        dz = origins[n, 2] - origins[first, 2]
        if dx * dx + dy * dy + dz * dz > _LEAP_M * _LEAP_M:
            return n
    return last


@njit(cache=True, nogil=True, error_model="numpy")
def _gather(
    origins: Floats, directions: Floats, fractions: Floats, poses: Floats, first: int, last: int,
    radii: Floats, max_range: float, chosen: Ints, nearest: Floats,
) -> int:  # fmt: skip
    """List the objects that a bundle of rays may meet, nearest first; return how many.

    The bundle is taken as a cone about its mean direction, widened by how far its origins lie apart
    and by how far an object moves meanwhile.
    """
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
    cosine = max(cosine - 1e-9, -1.0)
    sine = np.sqrt(1 - cosine * cosine)
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
        if away > reach and cosine > 0:  # a cone of 90 degrees and more is left to the rays themselves
            # The angle to the object must be at most the cone's and the object's own half angles.
            wide = reach / away
            if vx * axis[0] + vy * axis[1] + vz * axis[2] < away * (cosine * np.sqrt(1 - wide * wide) - sine * wide):
                continue
        near = max(away - reach, 0.0)
        place = count
        while place > 0 and nearest[place - 1] > near:
            nearest[place], chosen[place] = nearest[place - 1], chosen[place - 1]
            place -= 1
        nearest[place], chosen[place] = near, m
        count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _object_surface(
    x: float, y: float, z: float, fraction: float, m: int, p: int, face: int, poses: Floats, kinds: Ints,
    part_maps: Floats, planes: Floats, part_planes: Ints,
) -> tuple[float, float, float, float, float, float]:  # fmt: skip
    """Return a place in the frame of the object there, and the surface's normal in the rays' frame."""
    x -= poses[m, 0, 0] + fraction * (poses[m, 1, 0] - poses[m, 0, 0])
    y -= poses[m, 0, 1] + fraction * (poses[m, 1, 1] - poses[m, 0, 1])
    z -= poses[m, 0, 2] + fraction * (poses[m, 1, 2] - poses[m, 0, 2])
    yaw = poses[m, 0, 3] + fraction * (poses[m, 1, 3] - poses[m, 0, 3])
    c, s = np.cos(yaw), np.sin(yaw)
    x, y = c * x + s * y, c * y - s * x
    nx, ny, nz = normal_at(x, y, z, face, kinds[p], part_maps, p, planes, part_planes[p, 0])
    return x, y, z, c * nx - s * ny, s * nx + c * ny, nz


@njit(cache=True, nogil=True, error_model="numpy")
def _meet_object(
    ox: float, oy: float, oz: float, dx: float, dy: float, dz: float, fraction: float, m: int, best: float,
    poses: Floats, turns: Floats, planes: Floats, kinds: Ints, part_planes: Ints, part_maps: Floats,
    part_bounds: Floats, object_parts: Ints, halves: Floats, radii: Floats,
) -> tuple[float, int, int]:  # fmt: skip
    """Return how far off an object is met before `best`, and at which face of which part."""
    x = ox - poses[m, 0, 0] - fraction * (poses[m, 1, 0] - poses[m, 0, 0])
    y = oy - poses[m, 0, 1] - fraction * (poses[m, 1, 1] - poses[m, 0, 1])
    z = oz - poses[m, 0, 2] - fraction * (poses[m, 1, 2] - poses[m, 0, 2])
    met, face = -1, -1
    if not may_meet(x, y, z, dx, dy, dz, radii[m], best):
        return best, met, face
    c, s = turns[m, 0], turns[m, 1]
    if poses[m, 0, 3] != poses[m, 1, 3]:
        yaw = poses[m, 0, 3] + fraction * (poses[m, 1, 3] - poses[m, 0, 3])
        c, s = np.cos(yaw), np.sin(yaw)
    x, y, dx, dy = c * x + s * y, c * y - s * x, c * dx + s * dy, c * dy - s * dx
    if not may_enter(x, y, z, dx, dy, dz, halves[m, 0], halves[m, 1], halves[m, 2], best):
        return best, met, face
    for p in range(object_parts[m, 0], object_parts[m, 0] + object_parts[m, 1]):
        bx, by, bz = x - part_bounds[p, 0], y - part_bounds[p, 1], z - part_bounds[p, 2]
        if not may_meet(bx, by, bz, dx, dy, dz, part_bounds[p, 3], best):
            continue
        if kinds[p] == CONVEX:
            start = part_planes[p, 0]
            t, side = meet_convex(x, y, z, dx, dy, dz, planes, start, start + part_planes[p, 1], best)
        else:
            t, side = meet_quadric(x, y, z, dx, dy, dz, part_maps, p, kinds[p] == CYLINDER, best)
        if t < best:
            best, met, face = t, p, side
    return best, met, face
