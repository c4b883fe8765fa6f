"""Voxel downsampling: of the points of each cube of a grid one, or their mean.

Points are first dealt out to buckets by the neighbourhood they lie in, each small enough for a hash table that
stays in the processor's cache; the buckets are then worked at by several threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.threads import in_pieces

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keep = Literal["first", "nearest", "centroid"]

_KEEPS = ("first", "nearest", "centroid")
_LEAST = 1 << 17  # points for a thread
_FULL = 1 << 14  # points in a bucket
_MOST_BUCKETS = 1 << 10
_RANK = 64  # points whose cubes are counted in one go
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


class Grid(NamedTuple):
    """The cubes: their side in metres, the least along each axis, and how far up in a key each axis' number stands."""

    side: float
    low: Ints
    shifts: Ints


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
    lot = min(max((len(cloud) // _FULL).bit_length(), 1), _MOST_BUCKETS.bit_length() - 1)
    tables: dict[int, Ints] = {}
    extents: list[Floats] = []

    def look(start: int, stop: int) -> None:
        tables[start] = np.zeros(1 << lot, dtype=np.int64)
        extents.append(_count(cloud[start:stop], side, lot, tables[start]))

    in_pieces(look, len(cloud), _LEAST, threads)
    valid = sum(int(table.sum()) for table in tables.values())
    skipped = len(cloud) - valid
    if not valid:
        none = np.zeros(0, dtype=np.int64)
        return Voxels(np.zeros((0, 3), np.float64 if keep == "centroid" else cloud.dtype), none, none.copy(), skipped)
    low = np.min([reach[0] for reach in extents], axis=0)
    high = np.max([reach[1] for reach in extents], axis=0)
    bits = [int(span).bit_length() for span in high - low]
    if max(-low.min(), high.max()) > _FARTHEST or sum(bits) > 63:
        raise ValueError(f"size {size} is too small for points that lie {((high - low) * side).max():g} m apart")
    grid = Grid(side, low.astype(np.int64), np.array([0, bits[0], bits[0] + bits[1]], dtype=np.int64))
    return _kept(cloud, grid, keep, *_dealt(cloud, grid, tables, threads), skipped, threads)


def _dealt(
    cloud: NDArray[Any], grid: Grid, tables: dict[int, Ints], threads: int | None
) -> tuple[Ints, NDArray[Any], Ints]:
    """Return the cubes and the indices of the points bucket by bucket, each in the order of the source."""
    rising = sorted(tables)
    table = np.array([tables[start] for start in rising])
    starts = np.concatenate([[0], np.cumsum(table.sum(axis=0))])
    places = dict(zip(rising, starts[:-1] + np.cumsum(table, axis=0) - table, strict=True))
    lot = table.shape[1].bit_length() - 1
    keys = np.empty(starts[-1], dtype=np.int64)
    order = np.empty(starts[-1], dtype=np.uint32 if len(cloud) <= 1 << 32 else np.int64)

    def deal(start: int, stop: int) -> None:
        _deal(cloud[start:stop], start, *grid, lot, places[start], keys, order)

    in_pieces(deal, len(cloud), _LEAST, threads)
    return keys, order, starts


def _kept(
    cloud: NDArray[Any],
    grid: Grid,
    keep: Keep,
    keys: Ints,
    order: NDArray[Any],
    starts: Ints,
    skipped: int,
    threads: int | None,
) -> Voxels:
    """Work at each bucket and put the cubes of all in the order of their first points."""
    slots = np.empty(len(keys), dtype=np.uint32 if len(cloud) <= 1 << 32 else np.int64)
    first = np.zeros(-(-len(cloud) // _RANK) * _RANK, dtype=np.bool_)
    cubes = np.zeros(len(starts) - 1, dtype=np.int64)
    in_pieces(lambda a, b: _gather(keys, order, starts, a, b, slots, first, cubes), len(cubes), 1, threads)
    firsts = first.reshape(-1, _RANK).sum(axis=1)
    before = np.cumsum(firsts) - firsts
    total = int(firsts.sum())
    counts, chosen = np.empty(total, dtype=np.int64), np.empty(total, dtype=np.int64)
    means = np.empty((total if keep == "centroid" else 0, 3))
    way = _KEEPS.index(keep)

    def sum_up(begin: int, end: int) -> None:
        _sum_up(cloud, *grid, way, keys, order, starts, begin, end, slots, cubes, first, before, chosen, counts, means)

    in_pieces(sum_up, len(cubes), 1, threads)
    return Voxels(means if keep == "centroid" else cloud[chosen], chosen, counts, skipped)


@compiled(inner=True)
def _is_finite(x: float, y: float, z: float) -> bool:
    return bool(np.isfinite(x) & np.isfinite(y) & np.isfinite(z))


@compiled(inner=True)
def _bucket(i: int, j: int, k: int, lot: int) -> int:
    """Return the bucket of a neighbourhood of 8 x 8 x 8 cubes, so that a scan's next point falls in the same."""
    mixed = np.uint64(i >> 3) * np.uint64(73856093) ^ np.uint64(j >> 3) * np.uint64(19349669)
    mixed ^= np.uint64(k >> 3) * np.uint64(83492791)
    return int((mixed * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - lot))


@compiled()
def _count(points: NDArray[Any], side: float, lot: int, counts: Ints) -> Floats:
    """Count the points of each bucket, and return the least and the greatest cube along each axis, (2, 3)."""
    reach = np.empty((2, 3))
    reach[0], reach[1] = np.inf, -np.inf
    for n in range(len(points)):
        x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
        if _is_finite(x, y, z):
            i, j, k = np.floor(x / side), np.floor(y / side), np.floor(z / side)
            reach[0, 0], reach[0, 1], reach[0, 2] = min(reach[0, 0], i), min(reach[0, 1], j), min(reach[0, 2], k)
            reach[1, 0], reach[1, 1], reach[1, 2] = max(reach[1, 0], i), max(reach[1, 1], j), max(reach[1, 2], k)
            if max(abs(i), abs(j), abs(k)) > _FARTHEST:  # it will be refused, and its number is no whole one
                counts[0] += 1
            else:
                counts[_bucket(int(i), int(j), int(k), lot)] += 1
    return reach


@compiled()
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
            i, j, k = int(np.floor(x / side)), int(np.floor(y / side)), int(np.floor(z / side))
            bucket = _bucket(i, j, k, lot)
            at = places[bucket]
            keys[at] = (i - low[0]) | ((j - low[1]) << shifts[1]) | ((k - low[2]) << shifts[2])
            order[at] = shift + n
            places[bucket] = at + 1


@compiled()
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


@compiled(inner=True)
def _corner(key: int, side: float, low: Ints, shifts: Ints) -> tuple[float, float, float]:
    """Return the least corner of a cube."""
    i = key & ((np.int64(1) << shifts[1]) - 1)
    j = (key >> shifts[1]) & ((np.int64(1) << (shifts[2] - shifts[1])) - 1)
    return (i + low[0]) * side, (j + low[1]) * side, ((key >> shifts[2]) + low[2]) * side


@compiled()
def _sum_up(
    points: NDArray[Any],
    side: float,
    low: Ints,
    shifts: Ints,
    keep: int,
    keys: Ints,
    order: NDArray[Any],
    starts: Ints,
    begin: int,
    end: int,
    slots: NDArray[Any],
    cubes: Ints,
    first: NDArray[np.bool_],
    before: Ints,
    chosen: Ints,
    counts: Ints,
    means: Floats,
) -> None:
    """Find of each cube its count and its nearest point or its mean, and put them in its place among all."""
    most = np.max(cubes[begin:end])
    number, one, entry = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), np.empty(most, np.int64)
    sums, least = np.empty((most, 3)), np.empty(most)
    for bucket in range(begin, end):
        known = 0
        for n in range(starts[bucket], starts[bucket + 1]):
            slot, source = np.int64(slots[n]), np.int64(order[n])
            if slot == known:  # cubes were numbered as they came up
                number[slot], one[slot], entry[slot], least[slot] = 0, source, n, np.inf
                sums[slot] = 0.0
                known += 1
            number[slot] += 1
            if keep == 0:
                continue
            x, y, z = _corner(keys[n], side, low, shifts)
            dx, dy, dz = points[source, 0] - x, points[source, 1] - y, points[source, 2] - z
            if keep == 1:
                ox, oy, oz = dx - 0.5 * side, dy - 0.5 * side, dz - 0.5 * side
                away = ox * ox + oy * oy + oz * oz
                if away < least[slot]:
                    least[slot], one[slot] = away, source
            else:
                sums[slot, 0] += dx
                sums[slot, 1] += dy
                sums[slot, 2] += dz
        for cube in range(known):
            member = entry[cube]
            born = np.int64(order[member])
            block = born // _RANK
            at = int(before[block])  # how many cubes have their first point before this one
            for earlier in range(block * _RANK, born):
                at += first[earlier]
            chosen[at], counts[at] = one[cube], number[cube]
            if keep == 2:
                x, y, z = _corner(keys[member], side, low, shifts)
                means[at, 0] = x + sums[cube, 0] / number[cube]
                means[at, 1] = y + sums[cube, 1] / number[cube]
                means[at, 2] = z + sums[cube, 2] / number[cube]
