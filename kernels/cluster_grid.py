"""A cloud in cubes, for clustering: columns by a hash table, the cubes of each by height, their points side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

FARTHEST = 2.0**30  # cubes from the origin
_WIDE = 64  # cubes of a column that are sorted by counting; taller ones take another walk


class Cubes(NamedTuple):
    """Points by cubes.

    Parameters
    ----------
    sources : (K,) int32
        Which point of the cloud each is; those of a cube, of a column, stand side by side.
    points : (K, 3) float32
        The points in that order.
    starts : (C + 1,) int32
        Where the points of each cube begin.
    levels : (C,) int32
        The cube's number along z.
    columns : (D + 1,) int32
        Where the cubes of each column begin, lowest first.
    places : (D, 2) int64
        The column's numbers along x and y.
    table : (T,) int32
        Columns by a hash of their place; -1 for none.
    """

    sources: Ints
    points: Cloud
    starts: Ints
    levels: Ints
    columns: Ints
    places: Longs
    table: Ints


@compiled(inner=True, error_model="numpy")
def find_column(places: Longs, table: Ints, i: int, j: int) -> int:
    """Return the column at a place, or -1; in the table it is, or would be, where the search ends."""
    slot = slot_of(places, table, i, j)
    return int(table[slot])


@compiled(inner=True, error_model="numpy")
def slot_of(places: Longs, table: Ints, i: int, j: int) -> int:
    """Return where in the table a column is or should be."""
    mixed = np.uint64(i) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(j) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    slot = np.int64(mixed & np.uint64(len(table) - 1))
    while table[slot] >= 0 and (places[table[slot], 0] != i or places[table[slot], 1] != j):
        slot = (slot + 1) & (len(table) - 1)
    return int(slot)


def sort_into_cubes(points: Cloud, side: float) -> Cubes | None:
    """Return points in cubes of a side; those that are not finite are left out, and None if one is too far away."""
    count = len(points)
    table = np.full(1 << max(2 * count - 1, 15).bit_length(), -1, np.int32)
    places, counts = np.empty((count, 2), np.int64), np.zeros(count, np.int32)
    column_of, level_of = np.empty(count, np.int32), np.empty(count, np.int32)
    found = _in_columns(points, float(side), table, places, counts, column_of, level_of)
    if found < 0:
        return None
    begins = np.zeros(found + 1, np.int32)
    np.cumsum(counts[:found], out=begins[1:])
    some = int(begins[found])
    loose, index, dealt = (
        np.empty((some, 2), np.int32),
        np.empty(some, np.int32),
        np.empty((some, 3), np.float32),
    )
    starts, levels = np.empty(some + 1, np.int32), np.empty(some, np.int32)
    columns, bins = np.empty(found + 1, np.int32), np.zeros(_WIDE + 1, np.int32)
    cubes = _stacked(
        points, column_of, begins, begins.copy(), level_of, bins, loose, index, dealt, starts, levels, columns
    )
    return Cubes(index, dealt, starts[: cubes + 1], levels[:cubes], columns, places[:found], table)


@compiled(error_model="numpy")
def _in_columns(
    points: Cloud, side: float, table: Ints, places: Longs, counts: Ints, column_of: Ints, level_of: Ints
) -> int:  # fmt: skip
    """Put points into columns, and return how many there are, or -1 if a point lies too far away."""
    per_metre, found, last = 1.0 / side, 0, -1
    for n in range(len(points)):
        u, v, w = points[n, 0] * per_metre, points[n, 1] * per_metre, points[n, 2] * per_metre
        column_of[n] = -1
        if not (abs(u) < FARTHEST and abs(v) < FARTHEST and abs(w) < FARTHEST):  # nor is NaN
            if np.isfinite(points[n, 0]) and np.isfinite(points[n, 1]) and np.isfinite(points[n, 2]):
                return -1
            continue
        i, j = int(np.floor(u)), int(np.floor(v))
        level_of[n] = int(np.floor(w))
        if last < 0 or places[last, 0] != i or places[last, 1] != j:  # a scan's next point is often in the same
            slot = slot_of(places, table, i, j)
            if table[slot] < 0:
                table[slot] = found
                places[found, 0], places[found, 1] = i, j
                found += 1
            last = table[slot]
        column_of[n] = last
        counts[last] += 1
    return found


@compiled(error_model="numpy")
def _stacked(  # noqa: C901 - one walk, compiled
    points: Cloud, column_of: Ints, begins: Ints, ends: Ints, level_of: Ints, bins: Ints, loose: Ints, index: Ints,
    dealt: Cloud, starts: Ints, levels: Ints, columns: Ints,
) -> int:  # fmt: skip
    """Sort the points of each column by their cubes, in the order of the cloud within each; return how many cubes."""
    for n in range(len(column_of)):
        if column_of[n] >= 0:
            to = ends[column_of[n]]
            loose[to, 0], loose[to, 1] = n, level_of[n]
            ends[column_of[n]] = to + 1
    cubes = 0
    for c in range(len(begins) - 1):
        columns[c] = cubes
        begin, end = begins[c], begins[c + 1]
        done, base = begin, np.int64(2**40)
        for n in range(begin, end):
            base = min(base, np.int64(loose[n, 1]))
        while done < end:
            bins[:] = 0
            top, above = 0, np.int64(2**40)
            for n in range(begin, end):
                level = loose[n, 1] - base
                if level >= _WIDE:
                    above = min(above, base + level)
                elif level >= 0:
                    bins[level + 1] += 1
                    top = max(top, level)
            for b in range(top + 1):
                if bins[b + 1]:
                    starts[cubes], levels[cubes] = done + bins[b], base + b
                    cubes += 1
                bins[b + 1] += bins[b]
            before = done
            for n in range(begin, end):
                level = loose[n, 1] - base
                if level >= 0 and level < _WIDE:
                    to, source = before + bins[level], loose[n, 0]
                    bins[level] += 1
                    done += 1
                    index[to] = source
                    for axis in range(3):
                        dealt[to, axis] = points[source, axis]
            base = above
    starts[cubes], columns[len(begins) - 1] = len(loose), cubes
    return cubes
