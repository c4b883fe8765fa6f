"""Clusters of points by density: what lies within reach of one another belongs together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.cluster_grid import find_column, sort_into_cubes
from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import checked_cloud

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

# Columns around one, the nearest first: all whose cubes may hold a point within reach.
_RING = sorted(((i, j) for i in range(-2, 3) for j in range(-2, 3)), key=lambda at: (at[0] ** 2 + at[1] ** 2, at))
_AROUND = np.array(_RING, np.int64)


def cluster_points(points: Cloud, reach: float, fewest: int = 1) -> Ints:
    """Number the clusters of a cloud.

    A point with `fewest` points within reach, itself among them, is the core of a cluster; cores within reach of one
    another are of the same cluster. Other points join the nearest core within reach, or none. With `fewest` 1 that is
    single linkage: every point is of the same cluster as all within reach.

    Parameters
    ----------
    points : (N, 3) float32, metres
        May hold points that are not finite; those are of no cluster.
    reach : float, metres
    fewest : int, 1 or more

    Returns
    -------
    (N,) int32
        The cluster of each point, -1 for none. They are numbered by their first points, so that the order of points
        changes the numbers alone.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or `reach` or `fewest` is no number above 0.

    Notes
    -----
    Exact: cubes of a side of reach / sqrt(3) are used, whose points are all within reach of one another, so that
    cubes are joined and not points. Takes some 60 bytes a point.

    References
    ----------
    Ester et al., A density-based algorithm for discovering clusters, KDD 1996; with the grid of Gunawan, A faster
    algorithm for DBSCAN, TU Eindhoven 2013.
    """
    cloud = checked_cloud(points)
    if not (np.isfinite(reach) and reach > 0):
        raise ValueError(f"reach needs a number above 0, got {reach}")
    if fewest < 1:
        raise ValueError(f"fewest needs 1 or more, got {fewest}")
    side = float(reach) / np.sqrt(3.0) * (1 - 1e-6)
    cubes = sort_into_cubes(cloud, side)
    if cubes is None:
        raise ValueError(f"reach {reach} is too small for points that far from the origin")
    core, owner = np.ones(len(cubes.points), np.bool_), np.full(len(cubes.points), -1, np.int32)
    roots, beside = np.arange(len(cubes.levels), dtype=np.int32), np.empty((len(cubes.places), len(_AROUND)), np.int32)
    firsts, have = np.empty(len(_AROUND), np.int64), np.empty(min(fewest, len(cloud)), np.int64)
    _clustered(*cubes[1:], float(reach) ** 2, fewest, _AROUND, beside, firsts, have, core, roots, owner)
    labels = np.full(len(cloud), -1, np.int32)
    _number(cubes.sources, owner, np.full(len(cubes.levels), -1, np.int32), labels)
    return labels


@compiled(error_model="numpy")
def _clustered(
    points: Cloud, starts: Ints, levels: Ints, columns: Ints, places: NDArray[np.int64], table: Ints,
    square: float, fewest: int, around: NDArray[np.int64], beside: Ints, firsts: NDArray[np.int64],
    have: NDArray[np.int64], core: NDArray[np.bool_], roots: Ints, owner: Ints,
) -> None:  # fmt: skip
    """Find which cube each point's cluster is called by, -1 for none."""
    for c in range(len(places)):
        for o in range(len(around)):
            beside[c, o] = find_column(places, table, places[c, 0] + around[o, 0], places[c, 1] + around[o, 1])
    if fewest > 1:
        _find_cores(points, starts, levels, columns, beside, square, fewest, firsts, have, core)
    _join(points, starts, levels, columns, beside, square, core, roots, 1)
    _join(points, starts, levels, columns, beside, square, core, roots, 2)
    for c in range(len(places)):
        for a in range(columns[c], columns[c + 1]):
            for n in range(starts[a], starts[a + 1]):
                if core[n]:
                    owner[n] = _top(roots, a)
                else:
                    nearest = _nearest_core(points, starts, levels, columns, beside[c], square, core, a, n)
                    owner[n] = _top(roots, nearest) if nearest >= 0 else -1


@compiled(error_model="numpy")
def _number(index: Ints, owner: Ints, number: Ints, labels: Ints) -> None:
    """Put the clusters in the order of the cloud, numbered as they come up."""
    for n in range(len(owner)):
        labels[index[n]] = owner[n]
    found = 0
    for n in range(len(labels)):
        if labels[n] >= 0:
            if number[labels[n]] < 0:
                number[labels[n]] = found
                found += 1
            labels[n] = number[labels[n]]


@compiled(inner=True, error_model="numpy")
def _top(roots: Ints, k: int) -> int:
    while roots[k] != k:
        roots[k] = roots[roots[k]]
        k = roots[k]
    return k


@compiled(inner=True, error_model="numpy")
def _first_from(levels: Ints, begin: int, end: int, level: int) -> int:
    """Return the first cube of a column at a level or above."""
    while begin < end:
        middle = (begin + end) >> 1
        if levels[middle] < level:
            begin = middle + 1
        else:
            end = middle
    return begin


@compiled(inner=True, error_model="numpy")
def _place(points: Cloud, n: int) -> tuple[float, float, float]:
    return float(points[n, 0]), float(points[n, 1]), float(points[n, 2])


@compiled(inner=True, error_model="numpy")
def _away(points: Cloud, place: tuple[float, float, float], m: int) -> float:
    dx, dy, dz = place[0] - float(points[m, 0]), place[1] - float(points[m, 1]), place[2] - float(points[m, 2])
    return float(dx * dx + dy * dy + dz * dz)


@compiled(inner=True, error_model="numpy")
def _find_cores(  # noqa: C901 - one walk over the cubes
    points: Cloud, starts: Ints, levels: Ints, columns: Ints, beside: Ints, square: float, fewest: int,
    firsts: NDArray[np.int64], have: NDArray[np.int64], core: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Say of the points of cubes that hold few whether enough lie within reach."""
    for c in range(len(beside)):
        for o in range(len(firsts)):  # where each column's cubes near the one at hand begin: they rise together
            firsts[o] = columns[max(beside[c, o], 0)]
        for a in range(columns[c], columns[c + 1]):
            begin, own = starts[a], starts[a + 1] - starts[a]
            if own >= fewest:
                continue
            left = own
            for n in range(own):
                have[n] = own
            for o in range(len(firsts)):
                if beside[c, o] < 0:
                    continue
                end = columns[beside[c, o] + 1]
                b = firsts[o]
                while b < end and levels[b] < levels[a] - 2:
                    b += 1
                firsts[o] = b
                while left and b < end and levels[b] <= levels[a] + 2:
                    for n in range(own if b != a else 0):
                        place, count = _place(points, begin + n), have[n]
                        if count >= fewest:
                            continue
                        for m in range(starts[b], starts[b + 1]):
                            if _away(points, place, m) <= square:
                                count += 1
                                if count >= fewest:
                                    left -= 1
                                    break
                        have[n] = count
                    b += 1
                if not left:
                    break
            for n in range(own):
                core[begin + n] = have[n] >= fewest


@compiled(inner=True, error_model="numpy")
def _join(
    points: Cloud, starts: Ints, levels: Ints, columns: Ints, beside: Ints, square: float, core: NDArray[np.bool_],
    roots: Ints, steps: int,
) -> None:  # fmt: skip
    """Join cubes that have cores within reach of one another and lie next to each other, or else two steps apart."""
    for c in range(len(beside)):
        for o in range(beside.shape[1]):
            other = beside[c, o]
            if other < c or (steps == 1 and o > 8):  # a pair is looked at once
                continue
            b = columns[other]
            end = columns[other + 1]
            for a in range(columns[c], columns[c + 1]):
                while b < end and levels[b] < levels[a] - steps:
                    b += 1
                own = _top(roots, a)
                d = b
                while d < end and levels[d] <= levels[a] + steps:
                    if roots[d] != own and (steps == 1 or o > 8 or abs(levels[d] - levels[a]) == 2):
                        two = _top(roots, d)
                        if own != two and _touch(points, starts, core, square, a, d):
                            roots[max(own, two)] = min(own, two)
                            own = min(own, two)
                    d += 1


@compiled(inner=True, error_model="numpy")
def _touch(points: Cloud, starts: Ints, core: NDArray[np.bool_], square: float, a: int, b: int) -> bool:
    for n in range(starts[a], starts[a + 1]):
        if core[n]:
            place = _place(points, n)
            for m in range(starts[b], starts[b + 1]):
                if core[m] and _away(points, place, m) <= square:
                    return True
    return False


@compiled(inner=True, error_model="numpy")
def _nearest_core(
    points: Cloud, starts: Ints, levels: Ints, columns: Ints, beside: Ints, square: float, core: NDArray[np.bool_],
    a: int, n: int,
) -> int:  # fmt: skip
    """Return the cube of the core nearest to a point within reach, or -1."""
    least, nearest, place = square, -1, _place(points, n)
    for o in range(len(beside)):
        other = beside[o]
        if other < 0:
            continue
        end = columns[other + 1]
        b = _first_from(levels, columns[other], end, levels[a] - 2)
        while b < end and levels[b] <= levels[a] + 2:
            for m in range(starts[b], starts[b + 1]):
                if core[m]:
                    away = _away(points, place, m)
                    if away < least or (away == least and nearest < 0):
                        least, nearest = away, b
            b += 1
    return nearest
