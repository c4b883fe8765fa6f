"""Clusters that are too large taken apart where a shorter reach does so, in the cubes in which they were found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.cluster_join import join_beside, join_stacked, top_of
from lidar_label.kernels.compiled import compiled

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_ANGLES = np.arange(32) * (np.pi / 64)
TURNS = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])  # of a box from above, up to a quarter turn


@compiled(inner=True, error_model="numpy")
def split_large(
    points: Cloud, starts: Ints, ends: Ints, levels: Ints, columns: Ints, near: Ints, nears: Ints, squares: Floats,
    largest: Floats, turns: Floats, smallest: int, roots: Ints, stands: Ints, work: Ints,
) -> None:  # fmt: skip
    """Give cubes of clusters that fill more than a box other roots, where two parts or more are large enough.

    `squares` (F,) are of the shorter reaches, the longest first, none above the side of a cube: only cubes that touch
    are looked at. A cube stays whole. `largest` (2,) is the box's length and width from above, which may be turned;
    `smallest` how many cores make a part. `work` is (5, C + 1).
    """
    begins, listed, parts, own_ends, sizes = work[0], work[1], work[2], work[3], work[4]
    for a in range(len(roots)):
        roots[a] = top_of(roots, a)
        own_ends[a] = ends[a]
    for f in range(len(squares)):
        _list_by_root(roots, begins, listed, sizes)
        some = False
        for k in range(len(roots)):
            begin, end = begins[k], begins[k + 1]
            if begin == end:
                continue
            is_large = own_ends[k] > starts[k] and _is_large(
                points, starts, ends, listed, begin, end, largest[0], largest[1], turns
            )
            some |= is_large
            for i in range(begin, end):
                a = listed[i]
                parts[a], own_ends[a] = a, ends[a] if is_large else starts[a]
        if not some:
            return
        join_stacked(points, starts, own_ends, levels, columns, squares[f], parts)
        join_beside(points, starts, own_ends, levels, columns, near, nears, squares[f], parts, stands, 1, True)
        for k in range(len(roots)):
            begin, end = begins[k], begins[k + 1]
            if begin < end and own_ends[k] > starts[k]:
                _take_apart(starts, ends, listed, begin, end, smallest, parts, sizes, roots)


@compiled(inner=True, error_model="numpy")
def _list_by_root(roots: Ints, begins: Ints, listed: Ints, filled: Ints) -> None:
    """List the cubes of each root, rising."""
    for k in range(len(roots)):
        begins[k] = filled[k] = 0
    begins[len(roots)] = 0
    for a in range(len(roots)):
        begins[roots[a] + 1] += 1
    for k in range(len(roots)):
        begins[k + 1] += begins[k]
    for a in range(len(roots)):
        listed[begins[roots[a]] + filled[roots[a]]] = a
        filled[roots[a]] += 1


@compiled(inner=True, error_model="numpy")
def _take_apart(
    starts: Ints, ends: Ints, listed: Ints, begin: int, end: int, smallest: int, parts: Ints, sizes: Ints, roots: Ints
) -> None:  # fmt: skip
    """Make parts the roots of one cluster's cubes, if two or more are large enough."""
    for i in range(begin, end):
        parts[listed[i]] = top_of(parts, listed[i])
        sizes[listed[i]] = 0
    enough = 0
    for i in range(begin, end):
        part, own = parts[listed[i]], ends[listed[i]] - starts[listed[i]]
        enough += sizes[part] < smallest and sizes[part] + own >= smallest
        sizes[part] += own
    if enough >= 2:
        for i in range(begin, end):
            roots[listed[i]] = parts[listed[i]]


@compiled(inner=True, error_model="numpy")
def _is_large(
    points: Cloud, starts: Ints, ends: Ints, listed: Ints, begin: int, end: int, length: float, width: float,
    turns: Floats,
) -> bool:  # fmt: skip
    """Say whether the cores of some cubes fit from above in no box of a size, however it is turned."""
    for t in range(len(turns)):
        c, s = turns[t, 0], turns[t, 1]
        u0, u1, v0, v1, fits = np.inf, -np.inf, np.inf, -np.inf, True
        for i in range(begin, end):
            for n in range(starts[listed[i]], ends[listed[i]]):
                k = np.uint64(n)
                x, y = float(points[k, 0]), float(points[k, 1])
                u, v = c * x + s * y, c * y - s * x
                u0, u1, v0, v1 = min(u0, u), max(u1, u), min(v0, v), max(v1, v)
            along, across = max(u1 - u0, v1 - v0), min(u1 - u0, v1 - v0)
            if along > length or across > width:
                if along * along > length * length + width * width:
                    return True  # than its diagonal
                fits = False
                break
        if fits:
            return False
    return True
