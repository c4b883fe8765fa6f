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


@compiled(error_model="numpy")
def find_column(places: Longs, table: Ints, i: int, j: int) -> int:
    """Return the column at a place, or -1; in the table it is, or would be, where the search ends."""
    slot = slot_of(places, table, i, j)
    return int(table[slot])


@compiled(error_model="numpy")
def slot_of(places: Longs, table: Ints, i: int, j: int) -> int:
    """Return where in the table a column is or should be."""
    mixed = np.uint64(i) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(j) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    slot = np.int64(mixed & np.uint64(len(table) - 1))
    while table[slot] >= 0 and (places[table[slot], 0] != i or places[table[slot], 1] != j):
        slot = (slot + 1) & (len(table) - 1)
    return int(slot)


@compiled(error_model="numpy")
def sort_into_cubes(  # noqa: C901 - one walk, compiled
    points: Cloud, side: float
) -> tuple[Ints, Cloud, Ints, Ints, Ints, Longs, Ints]:
    """Return the parts of `Cubes` for cubes of a side; points that are not finite or too far away are left out."""
    size = 16
    while size < 2 * len(points):
        size *= 2
    table = np.full(size, -1, np.int32)
    places, counts = np.empty((len(points), 2), np.int64), np.zeros(len(points), np.int32)
    column_of, level_of = np.empty(len(points), np.int32), np.empty(len(points), np.int32)
    per_metre, found, last = 1.0 / side, 0, -1
    for n in range(len(points)):
        u, v, w = points[n, 0] * per_metre, points[n, 1] * per_metre, points[n, 2] * per_metre
        column_of[n] = -1
        if not (abs(u) < FARTHEST and abs(v) < FARTHEST and abs(w) < FARTHEST):  # nor is NaN
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
    begins = np.zeros(found + 1, np.int32)
    for c in range(found):
        begins[c + 1] = begins[c] + counts[c]
        counts[c] = begins[c]
    loose = np.empty(begins[found], np.int32)
    for n in range(len(points)):
        if column_of[n] >= 0:
            loose[counts[column_of[n]]] = n
            counts[column_of[n]] += 1
    index, starts, levels, columns = _stacked(loose, begins, level_of)
    sorted_points = np.empty((len(index), 3), np.float32)
    for n in range(len(index)):
        for axis in range(3):
            sorted_points[n, axis] = points[index[n], axis]
    return index, sorted_points, starts, levels, columns, places[:found].copy(), table


@compiled(error_model="numpy")
def _stacked(  # noqa: C901 - one walk, compiled
    loose: Ints, begins: Ints, level_of: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Sort the points of each column by their cubes, in the order of the cloud within each."""
    index, starts, levels = np.empty_like(loose), np.empty(len(loose) + 1, np.int32), np.empty(len(loose), np.int32)
    columns = np.empty(len(begins), np.int32)
    cubes, bins = 0, np.zeros(_WIDE + 1, np.int32)
    for c in range(len(begins) - 1):
        columns[c] = cubes
        begin, end = begins[c], begins[c + 1]
        done, above = begin, np.int64(-(2**40))
        while done < end:
            base = np.int64(2**40)
            for n in range(begin, end):
                level = np.int64(level_of[loose[n]])
                if above < level < base:
                    base = level
            bins[:] = 0
            for n in range(begin, end):
                level = np.int64(level_of[loose[n]]) - base
                if level >= 0 and level < _WIDE:
                    bins[level + 1] += 1
            for b in range(_WIDE):
                if bins[b + 1]:
                    starts[cubes], levels[cubes] = done + bins[b], base + b
                    cubes += 1
                bins[b + 1] += bins[b]
            before = done
            for n in range(begin, end):
                level = np.int64(level_of[loose[n]]) - base
                if level >= 0 and level < _WIDE:
                    index[before + bins[level]] = loose[n]
                    bins[level] += 1
                    done += 1
            above = base + _WIDE - 1
    starts[cubes], columns[len(begins) - 1] = len(loose), cubes
    return index, starts[: cubes + 1].copy(), levels[:cubes].copy(), columns
