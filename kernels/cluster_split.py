"""Clusters that are too large taken apart where a shorter reach does so, in the cubes in which they were found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.cluster_grid import Cubes
from lidar_label.kernels.cluster_join import join_cubes, top_of
from lidar_label.kernels.compiled import compiled

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_ANGLES = np.arange(32) * (np.pi / 64)
_TURNS = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])  # of a box from above, up to a quarter turn


def split_large(
    cubes: Cubes, ends: Ints, roots: Ints, stands: Ints, squares: Floats, largest: Floats, smallest: int
) -> None:
    """Give cubes of clusters that fill more than a box other roots, where two parts or more are large enough.

    Parameters
    ----------
    cubes : Cubes
    ends : (C,) int32
        Where the cores of each cube end.
    roots : (C,) int32
        A cube by which the cluster of each is called.
    stands : (D,) int32
        To be used.
    squares : (F,) float64, square metres
        Of the shorter reaches, the longest first, none above the side of a cube: only cubes that touch are looked at,
        and each stays whole.
    largest : (2,) float64, metres
        Length and width of the box from above, which may be turned.
    smallest : int
        Cores of a part that is large enough.
    """
    begins, listed, parts, sizes = (np.empty(len(roots) + 1, np.int32) for _ in range(4))
    own_ends = ends.copy()
    for square in squares.tolist():
        if not _large(cubes.points, cubes.starts, ends, largest, _TURNS, roots, begins, listed, parts, sizes, own_ends):
            return
        join_cubes(
            cubes.points, cubes.starts, own_ends, cubes.levels, cubes.columns, cubes.near, cubes.nears, square, parts,
            stands, 1, True,
        )  # fmt: skip
        _take_apart(cubes.starts, own_ends, begins, listed, smallest, parts, sizes, roots)


@compiled(error_model="numpy")
def _large(
    points: Cloud, starts: Ints, ends: Ints, largest: Floats, turns: Floats, roots: Ints, begins: Ints, listed: Ints,
    parts: Ints, sizes: Ints, own_ends: Ints,
) -> bool:  # fmt: skip
    """Leave the cores of clusters that are too large in `own_ends`, of those that still are there; say if any is."""
    for a in range(len(roots)):
        roots[a] = top_of(roots, a)
    _list_by_root(roots, begins, listed, sizes)
    some = False
    for k in range(len(roots)):
        begin, end = begins[k], begins[k + 1]
        is_large = end > begin and own_ends[k] > starts[k] and _is_large(
            points, starts, ends, listed, begin, end, largest[0], largest[1], turns
        )  # fmt: skip
        some |= is_large
        for i in range(begin, end):
            parts[listed[i]], own_ends[listed[i]] = listed[i], ends[listed[i]] if is_large else starts[listed[i]]
    return some


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


@compiled(error_model="numpy")
def _take_apart(
    starts: Ints, own_ends: Ints, begins: Ints, listed: Ints, smallest: int, parts: Ints, sizes: Ints, roots: Ints
) -> None:  # fmt: skip
    """Make parts the roots of a cluster's cubes, if two or more are large enough."""
    for k in range(len(roots)):
        begin, end = begins[k], begins[k + 1]
        if begin == end or own_ends[k] == starts[k]:
            continue
        for i in range(begin, end):
            parts[listed[i]] = top_of(parts, listed[i])
            sizes[listed[i]] = 0
        enough = 0
        for i in range(begin, end):
            part, own = parts[listed[i]], own_ends[listed[i]] - starts[listed[i]]
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
    diagonal = length * length + width * width
    for t in range(len(turns)):
        c, s = turns[t, 0], turns[t, 1]
        u0, u1, v0, v1, fits = np.inf, -np.inf, np.inf, -np.inf, True
        for i in range(end - begin):  # from both ends: what is long is soon known to be
            a = listed[end - 1 - i // 2 if i % 2 else begin + i // 2]
            for n in range(starts[a], ends[a]):
                k = np.uint64(n)
                x, y = float(points[k, 0]), float(points[k, 1])
                u, v = c * x + s * y, c * y - s * x
                u0, u1, v0, v1 = min(u0, u), max(u1, u), min(v0, v), max(v1, v)
            along, across = max(u1 - u0, v1 - v0), min(u1 - u0, v1 - v0)
            if along > length or across > width:
                if along * along > diagonal:
                    return True
                fits = False
                break
        if fits:
            return False
    return True
