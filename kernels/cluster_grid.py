"""A cloud in cubes, for clustering: columns by their places, the cubes of each by height, their points side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Cloud = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

FARTHEST = 2.0**30  # cubes from the origin
_HIGH = 8  # cubes of a piece of a column
_ROOM = 1 << 14  # places of the hash table at first: half as many pieces are more than most sweeps take

# Columns around one, the nearest first: all whose cubes may hold a point within reach.
_RING = sorted(((i, j) for i in range(-2, 3) for j in range(-2, 3)), key=lambda at: (at[0] ** 2 + at[1] ** 2, at))
_NEAREST_FIRST = np.array([5 * (i + 2) + j + 2 for i, j in _RING], np.int64)
_TOUCHING = 9  # of them: the column itself and those beside it


class Cubes(NamedTuple):
    """Points by cubes.

    Parameters
    ----------
    home_of : (N,) int32
        The home of each point of the cloud, which is a number that a cube has, too; -1 where it is not finite.
    homes : (C,) int32
        That of each cube.
    spare : (H,) int32
        A number for each home, to be used by whoever needs one.
    points : (K, 4) float32
        Those of a cube, of a column, stand side by side. The fourth number is the bits of an int32: which of the cloud.
    starts : (C + 1,) int32
        Where the points of each cube begin.
    levels : (C,) int32
        The cube's number along z.
    columns : (D + 1,) int32
        Where the cubes of each column begin, lowest first.
    near : (M,) int32
        Columns at most two steps from each, the nearest first: itself, then those that touch it, then others.
    nears : (D + 1, 2) int32
        Where those of each column begin, and where those that do not touch it.
    """

    home_of: Ints
    homes: Ints
    spare: Ints
    points: Cloud
    starts: Ints
    levels: Ints
    columns: Ints
    near: Ints
    nears: Ints


def sort_into_cubes(points: Cloud, side: float) -> Cubes | None:
    """Return points in cubes of a side; those that are not finite are left out, and None if one is too far away."""
    count = len(points)
    room = 1 << max(min(2 * count, _ROOM) - 1, 15).bit_length()
    table, places, storeys, filled = _more_room(
        room, np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32)
    )
    home_of, found = np.empty(count, np.int32), np.zeros(2, np.int64)
    while _in_pieces(points, float(side), table, places, storeys, filled, home_of, found):
        table, places, storeys, filled = _more_room(4 * len(table), places, storeys, filled)
    if found[1] < 0:
        return None
    places, storeys = places[: found[0]], storeys[: found[0]]
    order = _by_place(places, storeys)
    most = min(count, _HIGH * len(order))
    homes, starts, levels = (np.empty(most + 1, np.int32) for _ in range(3))
    columns, corners = np.empty(len(order) + 1, np.int32), np.empty(len(order) + 1, np.int64)
    cubes, stacks = _stacked(places, storeys, order, filled, homes, starts, levels, columns, corners)
    dealt = np.empty((count, 4), np.float32)
    _dealt(points, home_of, filled, dealt, dealt.view(np.int32))
    near, nears = np.empty(25 * stacks + 25, np.int32), np.empty((stacks + 1, 2), np.int32)
    _beside(corners[: stacks + 1], _NEAREST_FIRST, np.empty(25, np.int32), np.zeros(5, np.int64), near, nears)
    return Cubes(
        home_of, homes[:cubes], filled, dealt[: starts[cubes]], starts[: cubes + 1], levels[:cubes],
        columns[: stacks + 1], near, nears,
    )  # fmt: skip


def _more_room(room: int, places: Longs, storeys: Longs, filled: Ints) -> tuple[Ints, Longs, Longs, Ints]:
    """Return a hash table of so many places with these pieces in it, and arrays for half as many."""
    table, more = np.full(room, -1, np.int32), room // 2 - len(places)
    if len(places):
        _put(places, storeys, table)
    unused = np.empty(more, np.int64)
    places, storeys = np.concatenate([places, unused]), np.concatenate([storeys, unused])
    return table, places, storeys, np.concatenate([filled, np.zeros(_HIGH * more, np.int32)])


def _by_place(places: Longs, storeys: Longs) -> NDArray[np.intp]:
    """Return the order of pieces by their columns, then by height."""
    if not len(places):
        return np.empty(0, np.intp)
    low, high = int(storeys.min()), int(storeys.max())
    first, last = int(places.min()), int(places.max())
    if (last - first + 1) * (high - low + 1) < 2**63:  # one number says both, which is sorted faster
        return np.argsort((places - first) * (high - low + 1) + (storeys - low))
    return np.lexsort((storeys, places))


@compiled(inner=True, error_model="numpy")
def _slot_of(places: Longs, storeys: Longs, table: Ints, place: np.int64, storey: np.int64) -> int:
    """Return where in the table a piece is or should be."""
    mixed = np.uint64(place) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(storey) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(32)
    slot = np.int64(mixed & np.uint64(len(table) - 1))
    while table[slot] >= 0 and (places[table[slot]] != place or storeys[table[slot]] != storey):
        slot = (slot + 1) & (len(table) - 1)
    return int(slot)


@compiled(error_model="numpy")
def _put(places: Longs, storeys: Longs, table: Ints) -> None:
    for k in range(len(places)):
        table[_slot_of(places, storeys, table, places[k], storeys[k])] = k


@compiled(error_model="numpy")
def _in_pieces(
    points: Cloud, side: float, table: Ints, places: Longs, storeys: Longs, filled: Ints, home_of: Ints, found: Longs
) -> bool:  # fmt: skip
    """Put points into pieces of columns, those from `found[1]` on; say whether there is no room for the rest.

    `found` is how many pieces there are, and up to which point, or -1 if one lies too far away.
    """
    per_metre, pieces, last, last_place, last_storey = 1.0 / side, found[0], -1, np.int64(0), np.int64(0)
    for n in range(found[1], len(points)):
        u, v, w = points[n, 0] * per_metre, points[n, 1] * per_metre, points[n, 2] * per_metre
        if not ((abs(u) < FARTHEST) & (abs(v) < FARTHEST) & (abs(w) < FARTHEST)):  # nor is NaN
            if np.isfinite(points[n, 0]) and np.isfinite(points[n, 1]) and np.isfinite(points[n, 2]):
                found[1] = -1
                return False
            home_of[n] = -1
            continue
        place, level = (np.int64(u + FARTHEST) << 32) + np.int64(v + FARTHEST), np.int64(w + FARTHEST)
        storey = level >> 3
        if last < 0 or place != last_place or storey != last_storey:  # a scan's next point is often in the same
            slot = _slot_of(places, storeys, table, place, storey)
            if table[slot] < 0:
                if pieces == len(places):
                    found[0], found[1] = pieces, n
                    return True
                table[slot], places[pieces], storeys[pieces] = pieces, place, storey
                pieces += 1
            last, last_place, last_storey = table[slot], place, storey
        home = (np.int64(last) << 3) + (level & 7)
        home_of[n] = home
        filled[home] += 1
    found[0], found[1] = pieces, len(points)
    return False


@compiled(error_model="numpy")
def _stacked(
    places: Longs,
    storeys: Longs,
    order: Longs,
    filled: Ints,
    homes: Ints,
    starts: Ints,
    levels: Ints,
    columns: Ints,
    corners: Longs,
) -> tuple[int, int]:
    """List cubes by columns, the lowest first; put where the points of each begin in the place of how many they are."""
    cubes, stacks, total = 0, 0, 0
    for p in range(len(order)):
        piece = order[p]
        if p == 0 or places[piece] != corners[stacks - 1]:
            columns[stacks], corners[stacks] = cubes, places[piece]
            stacks += 1
        for k in range(8):  # written whether there is such a cube or not: quicker than to guess
            home = 8 * piece + k
            own = filled[home]
            homes[cubes], starts[cubes], levels[cubes], filled[home] = home, total, 8 * storeys[piece] + k, total
            total += own
            cubes += own > 0
    starts[cubes], columns[stacks], corners[stacks] = total, cubes, 2**63 - 1  # farther than any
    return cubes, stacks


@compiled(error_model="numpy")
def _dealt(points: Cloud, home_of: Ints, filled: Ints, dealt: Cloud, sources: Ints) -> None:
    """Deal the points to their cubes, in the order of the cloud within each."""
    for n in range(len(home_of)):
        home = home_of[n]
        if home >= 0:
            to = filled[home]
            filled[home] = to + 1
            dealt[to, 0], dealt[to, 1], dealt[to, 2], sources[to, 3] = points[n, 0], points[n, 1], points[n, 2], n


@compiled(error_model="numpy")
def _beside(places: Longs, nearest_first: Longs, slots: Ints, rows: Longs, near: Ints, nears: Ints) -> None:
    """List the columns about each: those of each row rise together with the one they are about."""
    total = 0
    for c in range(len(places) - 1):
        for r in range(5):
            low, k = places[c] + (np.int64(r - 2) << 32) - 2, rows[r]
            while places[k] < low:
                k += 1
            rows[r] = k
            for d in range(5):  # without a branch: quicker than to guess which there are
                there = places[k] == low + d
                slots[5 * r + d] = k if there else -1
                k += there
        nears[c, 0] = total
        for o in range(25):
            if o == _TOUCHING:
                nears[c, 1] = total
            near[total] = slots[nearest_first[o]]
            total += near[total] >= 0
    nears[len(places) - 1, 0] = total
