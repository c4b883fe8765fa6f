"""Ray casting: where rays first meet a scene of moving solids over stepped ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.bundle import bundle_end, gather
from lidar_label.kernels.compiled import compiled
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


@compiled(error_model="numpy")
def _cast(
    rays: _Rays, solids: _SolidArrays, ground: _Ground, max_range: float, bundle: int, only: Ints,
    any_hit: bool, results: _Results,
) -> None:  # fmt: skip
    # Tuples are taken apart once, out here: inside the loops it would cost as much as the geometry. So would
    # handing arrays to a function for each ray, which is why those are put in line.
    origins, directions, fractions, poses = rays
    planes, kinds, part_planes, part_maps, part_bounds, object_parts, halves = solids
    center, rings, heights = ground
    distance, owner, part, face, local, normal = results
    objects, parts = len(halves), 0  # sums by hand: NumPy's take 5 s to compile
    chosen, spans = np.empty(objects, dtype=np.int32), np.empty((objects, 2), dtype=np.int32)
    nearest, radii = np.empty(objects, dtype=np.float64), np.empty(objects, dtype=np.float64)
    turns = np.empty((objects, 2), dtype=np.float64)
    for m in range(objects):
        radii[m] = np.sqrt(halves[m, 0] * halves[m, 0] + halves[m, 1] * halves[m, 1] + halves[m, 2] * halves[m, 2])
        turns[m, 0], turns[m, 1] = np.cos(poses[m, 0, 3]), np.sin(poses[m, 0, 3])
        parts += object_parts[m, 1]
    picked = np.empty(parts, dtype=np.int32)
    last = 0
    while last < len(origins):
        first, last = last, bundle_end(origins, last, bundle)
        far = _meet_all_ground(origins, directions, first, last, center, rings, heights, max_range, distance, face)
        count = gather(
            origins, directions, fractions, first, last, poses, radii, halves, object_parts, part_bounds, far, chosen,
            nearest, spans, picked,
        )  # fmt: skip
        for n in range(first, last):
            ox, oy, oz = origins[n, 0], origins[n, 1], origins[n, 2]
            dx, dy, dz = directions[n, 0], directions[n, 1], directions[n, 2]
            best, side = distance[n], face[n]
            distance[n], face[n] = np.inf, -1
            who, what = NOTHING if side < 0 else GROUND, -1
            for c in range(count):
                m = chosen[c]
                if nearest[c] >= best or (any_hit and who >= 0):
                    break
                if only[n] != m and only[n] >= 0:
                    continue
                t, p, f = _meet_object(
                    ox, oy, oz, dx, dy, dz, fractions[n], m, best, poses, turns, planes, kinds, part_planes,
                    part_maps, part_bounds, picked, spans[c, 0], spans[c, 1], halves,
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
                    x, y, z, fractions[n], who, what, side, poses, turns, kinds, part_maps, planes, part_planes
                )
            local[n, 0], local[n, 1], local[n, 2] = x, y, z
            normal[n, 0], normal[n, 1], normal[n, 2] = nx, ny, nz


@compiled(inner=True, error_model="numpy")
def _meet_all_ground(
    origins: Floats, directions: Floats, first: int, last: int, center: Floats, rings: Floats, heights: Floats,
    max_range: float, distance: Floats, face: Ints,
) -> float:  # fmt: skip
    """Set where the rays of a bundle meet the ground; return how far one of them can still meet anything."""
    far = 0.0
    for n in range(first, last):
        distance[n], face[n] = meet_ground(
            origins[n, 0], origins[n, 1], origins[n, 2], directions[n, 0], directions[n, 1], directions[n, 2],
            center, rings, heights, max_range,
        )  # fmt: skip
        far = max(far, distance[n])
    return far


@compiled(error_model="numpy", inline="always")
def _turn_at(m: int, fraction: float, poses: Floats, turns: Floats) -> tuple[float, float]:
    """Return cosine and sine of an object's yaw; those at fraction 0 are in `turns`, and most never turn."""
    if poses[m, 0, 3] == poses[m, 1, 3]:
        return turns[m, 0], turns[m, 1]
    yaw = poses[m, 0, 3] + fraction * (poses[m, 1, 3] - poses[m, 0, 3])
    return np.cos(yaw), np.sin(yaw)


@compiled(error_model="numpy", inline="always")
def _object_surface(
    x: float, y: float, z: float, fraction: float, m: int, p: int, face: int, poses: Floats, turns: Floats, kinds: Ints,
    part_maps: Floats, planes: Floats, part_planes: Ints,
) -> tuple[float, float, float, float, float, float]:  # fmt: skip
    """Return a place in the frame of the object there, and the surface's normal in the rays' frame."""
    x -= poses[m, 0, 0] + fraction * (poses[m, 1, 0] - poses[m, 0, 0])
    y -= poses[m, 0, 1] + fraction * (poses[m, 1, 1] - poses[m, 0, 1])
    z -= poses[m, 0, 2] + fraction * (poses[m, 1, 2] - poses[m, 0, 2])
    c, s = _turn_at(m, fraction, poses, turns)
    x, y = c * x + s * y, c * y - s * x
    nx, ny, nz = normal_at(x, y, z, face, kinds[p], part_maps, p, planes, part_planes[p, 0])
    return x, y, z, c * nx - s * ny, s * nx + c * ny, nz


@compiled(error_model="numpy", inline="always")
def _meet_object(
    ox: float, oy: float, oz: float, dx: float, dy: float, dz: float, fraction: float, m: int, best: float,
    poses: Floats, turns: Floats, planes: Floats, kinds: Ints, part_planes: Ints, part_maps: Floats,
    part_bounds: Floats, picked: Ints, begin: int, end: int, halves: Floats,
) -> tuple[float, int, int]:  # fmt: skip
    """Return how far off one of an object's picked parts is met before `best`, and at which face of which."""
    x = ox - poses[m, 0, 0] - fraction * (poses[m, 1, 0] - poses[m, 0, 0])
    y = oy - poses[m, 0, 1] - fraction * (poses[m, 1, 1] - poses[m, 0, 1])
    z = oz - poses[m, 0, 2] - fraction * (poses[m, 1, 2] - poses[m, 0, 2])
    met, face = -1, -1
    c, s = _turn_at(m, fraction, poses, turns)
    x, y, dx, dy = c * x + s * y, c * y - s * x, c * dx + s * dy, c * dy - s * dx
    if not may_enter(x, y, z, dx, dy, dz, halves[m, 0], halves[m, 1], halves[m, 2], best):
        return best, met, face
    for k in range(begin, end):
        p = picked[k]
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
