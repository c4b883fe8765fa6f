"""Voxel downsampling: of the points of each cube of a grid one, or their mean.

Points are first dealt out to buckets by the neighbourhood they lie in, each small enough for a hash table that
stays in the processor's cache; the buckets are then worked at by several threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lidar_label.kernels.threads import in_pieces

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keep = Literal["first", "nearest", "centroid"]

_KEEPS = ("first", "nearest", "centroid")
_LEAST = 1 << 17  # points for a thread
_FULL = 1 << 14  # points in a bucket
_MOST_BUCKETS = 1 << 10
_FARTHEST = 2.0**52  # cubes from the origin: beyond, a float64 no longer tells one from the next


@dataclass(frozen=True, slots=True, eq=False)
class Voxels:
    """What is left of a cloud, in the order in which its cubes first have a point.

    Parameters
    ----------
    points : (M, 3) float, metres
        Of the source's dtype, or float64 where they are means.
    index : (M,) int64
        Which point of the source each is; of a mean, the first of its cube.
    counts : (M,) int64
        How many points of the source each stands for.
    skipped : int
        Points of the source that are not finite, which no cube holds.
    """

    points: NDArray[Any]
    index: Ints
    counts: Ints
    skipped: int


def voxel_downsample(points: NDArray[Any], size: float, keep: Keep = "first", *, threads: int | None = None) -> Voxels:
    """Keep one point for each cube of a grid that has any.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
        May lie far from the origin.
    size : float, metres
        Side of a cube. Cube i of an axis reaches from ``i * size`` up to ``(i + 1) * size``: the same grid
        for each cloud of a frame.
    keep : "first", "nearest" or "centroid"
        The first point of the cube, the one nearest to its middle (of several, the first), or the mean.
    threads : int, optional
        At most so many; the result is the same with any number.

    Returns
    -------
    Voxels

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, `size` is not above 0, or there are so many cubes between the
        points that they cannot be numbered.

    Notes
    -----
    Takes about 30 bytes a point besides what it returns.
    """
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3:
        raise ValueError(f"points needs shape (N, 3), got {cloud.shape}")
    if cloud.dtype not in (np.float32, np.float64):
        raise ValueError(f"points needs dtype float32 or float64, got {cloud.dtype}")
    if not (np.isfinite(size) and size > 0):
        raise ValueError(f"size needs a number above 0, got {size}")
    if keep not in _KEEPS:
        raise ValueError(f"keep needs one of {', '.join(_KEEPS)}, got {keep!r}")
    cloud = np.ascontiguousarray(cloud).view()
    cloud.flags.writeable = False  # to Numba a type of its own: then there is one
    side = float(size)
    extents: list[tuple[int, Floats]] = []
    in_pieces(lambda a, b: extents.append(_extent(cloud[a:b], side)), len(cloud), _LEAST, threads)
    valid = sum(count for count, _ in extents)
    skipped = len(cloud) - valid
    if not valid:
        none = np.zeros(0, dtype=np.int64)
        return Voxels(np.zeros((0, 3), np.float64 if keep == "centroid" else cloud.dtype), none, none.copy(), skipped)
    low = np.min([reach[0] for count, reach in extents if count], axis=0)
    high = np.max([reach[1] for count, reach in extents if count], axis=0)
    bits = [int(span).bit_length() for span in high - low]
    if max(-low.min(), high.max()) > _FARTHEST or sum(bits) > 63:
        raise ValueError(f"size {size} is too small for points that lie {((high - low) * side).max():g} m apart")
    shifts = np.array([0, bits[0], bits[0] + bits[1]], dtype=np.int64)
    keys, order, starts = _dealt(cloud, side, low.astype(np.int64), shifts, valid, threads)
    return _kept(cloud, side, keep, keys, order, starts, skipped, threads)


def _dealt(
    cloud: NDArray[Any], side: float, low: Ints, shifts: Ints, valid: int, threads: int | None
) -> tuple[Ints, NDArray[Any], Ints]:
    """Return the cubes and the indices of the points bucket by bucket, each in the order of the source."""
    lot = min(max((valid // _FULL).bit_length(), 1), _MOST_BUCKETS.bit_length() - 1)
    counts: dict[int, Ints] = {}

    def count(start: int, stop: int) -> None:
        counts[start] = np.zeros(1 << lot, dtype=np.int64)
        _count(cloud[start:stop], side, low, lot, counts[start])

    in_pieces(count, len(cloud), _LEAST, threads)
    rising = sorted(counts)
    table = np.array([counts[start] for start in rising])
    starts = np.concatenate([[0], np.cumsum(table.sum(axis=0))])
    places = dict(zip(rising, starts[:-1] + np.cumsum(table, axis=0) - table, strict=True))
    keys = np.empty(valid, dtype=np.int64)
    order = np.empty(valid, dtype=np.uint32 if len(cloud) <= 1 << 32 else np.int64)

    def deal(start: int, stop: int) -> None:
        _deal(cloud[start:stop], start, side, low, shifts, lot, places[start], keys, order)

    in_pieces(deal, len(cloud), _LEAST, threads)
    return keys, order, starts


def _kept(
    cloud: NDArray[Any],
    side: float,
    keep: Keep,
    keys: Ints,
    order: NDArray[Any],
    starts: Ints,
    skipped: int,
    threads: int | None,
) -> Voxels:
    """Work at each bucket and put the cubes of all in the order of their first points."""
    slots = np.empty(len(keys), dtype=np.uint32 if len(cloud) <= 1 << 32 else np.int64)
    first = np.zeros(len(cloud), dtype=np.bool_)
    cubes = np.zeros(len(starts) - 1, dtype=np.int64)
    in_pieces(lambda a, b: _gather(keys, order, starts, a, b, slots, first, cubes), len(cubes), 1, threads)
    index = np.flatnonzero(first)
    counts = np.zeros(len(index), dtype=np.int64)
    chosen = index.copy()
    means = np.zeros((len(index) if keep == "centroid" else 0, 3))
    way = _KEEPS.index(keep)

    def sum_up(begin: int, end: int) -> None:
        _sum_up(cloud, side, way, order, starts, begin, end, slots, cubes, index, chosen, counts, means)

    in_pieces(sum_up, len(cubes), 1, threads)
    return Voxels(means if keep == "centroid" else cloud[chosen], chosen, counts, skipped)


@njit(cache=True, nogil=True)
def _is_finite(x: float, y: float, z: float) -> bool:
    return bool(np.isfinite(x) & np.isfinite(y) & np.isfinite(z))


@njit(cache=True, nogil=True)
def _extent(points: NDArray[Any], side: float) -> tuple[int, Floats]:
    reach = np.empty((2, 3))
    reach[0], reach[1] = np.inf, -np.inf
    valid = 0
    for n in range(len(points)):
        x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
        if _is_finite(x, y, z):
            valid += 1
            i, j, k = np.floor(x / side), np.floor(y / side), np.floor(z / side)
            reach[0, 0], reach[0, 1], reach[0, 2] = min(reach[0, 0], i), min(reach[0, 1], j), min(reach[0, 2], k)
            reach[1, 0], reach[1, 1], reach[1, 2] = max(reach[1, 0], i), max(reach[1, 1], j), max(reach[1, 2], k)
    return valid, reach


@njit(cache=True, nogil=True)
def _cell(x: float, y: float, z: float, side: float, low: Ints) -> tuple[int, int, int]:
    i, j, k = np.floor(x / side), np.floor(y / side), np.floor(z / side)
    return np.int64(i) - low[0], np.int64(j) - low[1], np.int64(k) - low[2]


@njit(cache=True, nogil=True)
def _bucket(i: int, j: int, k: int, lot: int) -> int:
    """Return the bucket of a neighbourhood of 8 x 8 x 8 cubes, so that a scan's next point falls in the same."""
    mixed = np.uint64(i >> 3) * np.uint64(73856093) ^ np.uint64(j >> 3) * np.uint64(19349669)
    mixed ^= np.uint64(k >> 3) * np.uint64(83492791)
    return int((mixed * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - lot))


@njit(cache=True, nogil=True)
def _count(points: NDArray[Any], side: float, low: Ints, lot: int, counts: Ints) -> None:
    for n in range(len(points)):
        x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
        if _is_finite(x, y, z):
            i, j, k = _cell(x, y, z, side, low)
            counts[_bucket(i, j, k, lot)] += 1


@njit(cache=True, nogil=True)
def _deal(
    points: NDArray[Any],
    shift: int,
    side: float,
    low: Ints,
    shifts: Ints,
    lot: int,
    places: Ints,
    keys: Ints,
    order: NDArray[Any],
) -> None:
    for n in range(len(points)):
        x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
        if _is_finite(x, y, z):
            i, j, k = _cell(x, y, z, side, low)
            bucket = _bucket(i, j, k, lot)
            at = places[bucket]
            keys[at] = i | (j << shifts[1]) | (k << shifts[2])
            order[at] = shift + n
            places[bucket] = at + 1


@njit(cache=True, nogil=True)
def _gather(
    keys: Ints,
    order: NDArray[Any],
    starts: Ints,
    begin: int,
    end: int,
    slots: NDArray[Any],
    first: NDArray[np.bool_],
    cubes: Ints,
) -> None:
    """Number the cubes of each bucket from 0 as they come up, and mark the first point of each."""
    size = 1
    for bucket in range(begin, end):
        while size < 2 * (starts[bucket + 1] - starts[bucket]):
            size *= 2
    table, numbers = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    for bucket in range(begin, end):
        start, stop = starts[bucket], starts[bucket + 1]
        mask = 1
        while mask < 2 * (stop - start):
            mask *= 2
        mask -= 1
        table[: mask + 1] = -1
        found = 0
        for n in range(start, stop):
            key = keys[n]
            mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
            at = np.int64((mixed >> np.uint64(29)) & np.uint64(mask))
            while table[at] != -1 and table[at] != key:
                at = (at + 1) & mask
            if table[at] == -1:
                table[at], numbers[at] = key, found
                first[order[n]] = True
                found += 1
            slots[n] = numbers[at]
        cubes[bucket] = found


@njit(cache=True, nogil=True)
def _sum_up(
    points: NDArray[Any],
    side: float,
    keep: int,
    order: NDArray[Any],
    starts: Ints,
    begin: int,
    end: int,
    slots: NDArray[Any],
    cubes: Ints,
    index: Ints,
    chosen: Ints,
    counts: Ints,
    means: Floats,
) -> None:
    """Find each cube's place among all, and its count, its nearest point or its mean."""
    most = np.max(cubes[begin:end])
    place, least = np.empty(most, dtype=np.int64), np.empty(most)
    for bucket in range(begin, end):
        known = 0
        for n in range(starts[bucket], starts[bucket + 1]):
            slot, source = int(slots[n]), int(order[n])
            if slot == known:  # cubes were numbered as they came up
                place[slot] = np.searchsorted(index, source)
                least[slot] = np.inf
                known += 1
            at = place[slot]
            counts[at] += 1
            if keep == 0:
                continue
            x, y, z = np.float64(points[source, 0]), np.float64(points[source, 1]), np.float64(points[source, 2])
            dx, dy, dz = x - np.floor(x / side) * side, y - np.floor(y / side) * side, z - np.floor(z / side) * side
            if keep == 1:
                ox, oy, oz = dx - 0.5 * side, dy - 0.5 * side, dz - 0.5 * side
                away = ox * ox + oy * oy + oz * oz
                if away < least[slot]:
                    least[slot], chosen[at] = away, source
            else:
                means[at, 0] += dx
                means[at, 1] += dy
                means[at, 2] += dz
        if keep == 2:
            for slot in range(known):
                at = place[slot]
                for axis in range(3):
                    corner = np.floor(np.float64(points[index[at], axis]) / side) * side
                    means[at, axis] = corner + means[at, axis] / counts[at]
