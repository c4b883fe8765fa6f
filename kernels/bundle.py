"""Bundles: which objects and parts a handful of rays that point alike may meet.

A compiled helper of `raycast`: what a whole bundle misses, none of its rays needs to be tried on.
"""

from __future__ import annotations

import numpy as np

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.solids import Floats, Ints

_LEAP_M = 4.0  # origins farther apart than this would make a bundle look everywhere
_HAIR = 1e-6


@compiled(inner=True, error_model="numpy")
def bundle_end(origins: Floats, first: int, most: int) -> int:
    """Return where a bundle ends: after `most` rays, or where their origins leap apart."""
    last = min(first + most, len(origins))
    for n in range(first + 1, last):
        dx, dy = origins[n, 0] - origins[first, 0], origins[n, 1] - origins[first, 1]
        dz = origins[n, 2] - origins[first, 2]
        if dx * dx + dy * dy + dz * dz > _LEAP_M * _LEAP_M:
            return n
    return last


@compiled(error_model="numpy")
def gather(
    origins: Floats, directions: Floats, fractions: Floats, first: int, last: int, poses: Floats, radii: Floats,
    halves: Floats, object_parts: Ints, part_bounds: Floats, far: float, chosen: Ints, nearest: Floats, spans: Ints,
    picked: Ints,
) -> int:  # fmt: skip
    """List the objects that a bundle of rays may meet before `far`, nearest first; return how many.

    `chosen` gets the objects, `nearest` a distance before which none of the rays meets them, `spans`
    first and end of their parts in `picked` that may be met.

    The bundle is taken as its mean ray, and each solid as grown by as much as any ray of the bundle is
    away from the mean one by then: by how far origins lie apart, directions spread, and the object
    moves meanwhile.
    """
    apex, axis, apart, spread, middle, swing = _mean_ray(origins, directions, fractions, first, last)
    count, used = 0, 0
    for m in range(len(radii)):
        dx, dy, dz = poses[m, 1, 0] - poses[m, 0, 0], poses[m, 1, 1] - poses[m, 0, 1], poses[m, 1, 2] - poses[m, 0, 2]
        x = apex[0] - poses[m, 0, 0] - dx * middle
        y = apex[1] - poses[m, 0, 1] - dy * middle
        z = apex[2] - poses[m, 0, 2] - dz * middle
        moves, turns = swing * np.sqrt(dx * dx + dy * dy + dz * dz), poses[m, 1, 3] - poses[m, 0, 3]
        away, reach = np.sqrt(x * x + y * y + z * z), radii[m] + apart + moves + _HAIR
        if away - reach > far:
            continue
        grown = apart + moves + radii[m] * swing * abs(turns) + spread * min(away + reach, far) + _HAIR
        if not _comes_near(x, y, z, axis[0], axis[1], axis[2], radii[m] + grown, far):
            continue
        yaw = poses[m, 0, 3] + middle * turns
        c, s = np.cos(yaw), np.sin(yaw)
        x, y = c * x + s * y, c * y - s * x
        ax, ay, az = c * axis[0] + s * axis[1], c * axis[1] - s * axis[0], axis[2]
        near = _enters(x, y, z, ax, ay, az, halves[m, 0] + grown, halves[m, 1] + grown, halves[m, 2] + grown, far)
        if near > far:
            continue
        begin = used
        for p in range(object_parts[m, 0], object_parts[m, 0] + object_parts[m, 1]):
            bx, by, bz = x - part_bounds[p, 0], y - part_bounds[p, 1], z - part_bounds[p, 2]
            if _comes_near(bx, by, bz, ax, ay, az, part_bounds[p, 3] + grown, far):
                picked[used] = p
                used += 1
        if used > begin:
            _put_in_order(m, near, begin, used, count, chosen, nearest, spans)
            count += 1
    return count


@compiled(inner=True, error_model="numpy")
def _mean_ray(
    origins: Floats, directions: Floats, fractions: Floats, first: int, last: int
) -> tuple[Floats, Floats, float, float, float, float]:  # fmt: skip
    """Return a bundle's mean origin and direction, how far its rays are from either, middle and half of its time."""
    apex, axis = np.zeros(3), np.zeros(3)
    early, late = fractions[first], fractions[first]
    for n in range(first, last):
        for k in range(3):
            apex[k] += origins[n, k] / (last - first)
            axis[k] += directions[n, k]
        early, late = min(early, fractions[n]), max(late, fractions[n])
    length = np.sqrt(axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2)
    axis *= 1 / length if length > 1e-9 else 0.0  # without a mean direction, all is as far as it is from the apex
    apart, spread = 0.0, 0.0
    for n in range(first, last):
        off, turned = 0.0, 0.0
        for k in range(3):
            off += (origins[n, k] - apex[k]) ** 2
            turned += (directions[n, k] - axis[k]) ** 2
        apart, spread = max(apart, off), max(spread, turned)
    return apex, axis, np.sqrt(apart), np.sqrt(spread), (early + late) / 2, (late - early) / 2


@compiled(inner=True, error_model="numpy")
def _put_in_order(
    m: int, near: float, begin: int, end: int, count: int, chosen: Ints, nearest: Floats, spans: Ints
) -> None:  # fmt: skip
    """Put an object among the `count` chosen so far, by its distance."""
    place = count
    while place > 0 and nearest[place - 1] > near:
        nearest[place], chosen[place] = nearest[place - 1], chosen[place - 1]
        spans[place, 0], spans[place, 1] = spans[place - 1, 0], spans[place - 1, 1]
        place -= 1
    nearest[place], chosen[place], spans[place, 0], spans[place, 1] = near, m, begin, end


@compiled(inner=True, error_model="numpy")
def _comes_near(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, radius: float, far: float
) -> bool:  # fmt: skip
    """Say whether a ray from (x, y, z) comes within `radius` of the origin before `far`."""
    toward, square = -(x * dx + y * dy + z * dz), x * x + y * y + z * z
    if square <= radius * radius:
        return True
    return bool(toward > 0 and square - toward * toward <= radius * radius and toward - radius < far)


@compiled(inner=True, error_model="numpy")
def _enters(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, hx: float, hy: float, hz: float, far: float
) -> float:  # fmt: skip
    """Return how far along a ray a box about the origin begins; infinity if not before `far`."""
    enter, leave = 0.0, far
    for o, d, half in ((x, dx, hx), (y, dy, hy), (z, dz, hz)):
        if abs(d) < 1e-12:
            if abs(o) > half:
                return np.inf
        else:
            middle, reach = -o / d, half / abs(d)
            enter, leave = max(enter, middle - reach), min(leave, middle + reach)
    return enter if enter <= leave else np.inf
