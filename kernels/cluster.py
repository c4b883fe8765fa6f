"""Clusters of points by density: what lies within reach of one another belongs together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.cluster_grid import sort_into_cubes
from lidar_label.kernels.cluster_join import join_cubes, place_of, square_between, top_of
from lidar_label.kernels.cluster_split import split_large
from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import checked_cloud

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

_FINEST = 0.57  # times the reach: less than the side of a cube
_UNSEEN = -2


def cluster_points(
    points: Cloud, reach: float, fewest: int = 1, *, smallest: int = 1, finer: Sequence[float] = (),
    largest: tuple[float, float] = (np.inf, np.inf),
) -> Ints:  # fmt: skip
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
    smallest : int
        Points of a cluster; a smaller one is none.
    finer : sequence of float, up to 0.57, falling
        Times the reach: shorter ones by which a cluster that is too large is taken apart, one after the other, where
        two parts or more have cores enough for a cluster. What lies in one cube, see below, stays together.
    largest : (float, float), metres
        Length and width of a box, seen from above and turned as may be; a cluster whose cores do not fit is too large.

    Returns
    -------
    (N,) int32
        The cluster of each point, -1 for none. They are numbered by their first points, so that the order of points
        changes the numbers alone.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, `reach` or `fewest` is no number above 0, or `finer` is out of range.

    Notes
    -----
    Exact, but for what is taken apart: cubes of a side of reach / sqrt(3) are used, whose points are all within reach
    of one another, so that cubes are joined and not points. Takes some 40 bytes a point, 300 where each lies alone.

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
    shorter = np.asarray(finer, np.float64).ravel()
    if not ((shorter > 0) & (shorter <= _FINEST)).all() or (np.diff(shorter) > 0).any():
        raise ValueError(f"finer needs numbers above 0 and up to {_FINEST}, falling, got {finer}")
    cubes = sort_into_cubes(cloud, float(reach) / np.sqrt(3.0) * (1 - 1e-6))
    if cubes is None:
        raise ValueError(f"reach {reach} is too small for points that far from the origin")
    home_of, homes, dealt, starts = cubes.home_of, cubes.homes, cubes.points, cubes.starts
    beside, sources = (cubes.levels, cubes.columns, cubes.near, cubes.nears), dealt.view(np.int32)
    square, count, ends = float(reach) ** 2, len(homes), starts[1:].copy()
    roots, stands = np.arange(count, dtype=np.int32), np.empty(len(cubes.columns) - 1, np.int32)
    if fewest > 1:
        walk, have = np.empty((2, 25), np.int64), np.empty(min(fewest, len(cloud)), np.int64)
        _find_cores(dealt, starts, *beside, sources, home_of, square, fewest, walk, have, ends)
    for steps in (1, 2):
        join_cubes(dealt, starts, ends, *beside, square, roots, stands, steps, steps == 2)
    if fewest > 1:
        _settle_others(dealt, starts, ends, *beside, stands, sources, homes, square, home_of)
    if len(shorter):
        split_large(cubes, ends, roots, stands, (reach * shorter) ** 2, np.array(largest, np.float64), smallest)
    _number(home_of, homes, cubes.spare, roots, np.zeros(count, np.int32), smallest)
    return home_of


@compiled(error_model="numpy")
def _number(home_of: Ints, homes: Ints, root_of: Ints, roots: Ints, number: Ints, smallest: int) -> None:
    """Put the number of each point's cluster in the place of its home: in the order of the cloud, as they come up."""
    for a in range(len(homes)):
        root_of[homes[a]] = top_of(roots, a)
    if smallest > 1:
        for n in range(len(home_of)):
            if home_of[n] >= 0:
                number[root_of[home_of[n]]] += 1
    for a in range(len(homes)):
        number[a] = _UNSEEN if smallest <= 1 or number[a] >= smallest else -1
    found = 0
    for n in range(len(home_of)):
        if home_of[n] >= 0:
            root = root_of[home_of[n]]
            if number[root] == _UNSEEN:
                number[root] = found
                found += 1
            home_of[n] = number[root]


@compiled(error_model="numpy")
def _find_cores(  # noqa: C901 - one walk over the cubes
    points: Cloud, starts: Ints, levels: Ints, columns: Ints, near: Ints, nears: Ints, sources: Ints, home_of: Ints,
    square: float, fewest: int, walk: Longs, have: Longs, ends: Ints,
) -> None:  # fmt: skip
    """Say of the points of cubes that hold few whether enough lie within reach, and put those that are cores first.

    `ends` is where the cores of each cube end. A point alone within its reach has no home any more.
    """
    for c in range(len(columns) - 1):
        begin_near, count_near, walked = nears[c, 0], nears[c + 1, 0] - nears[c, 0], False
        for a in range(columns[c], columns[c + 1]):
            begin, own = starts[a], starts[a + 1] - starts[a]
            if own >= fewest:
                continue
            for n in range(own):
                have[n] = own
            b, d = a, a + 1
            while b > columns[c] and levels[b - 1] >= levels[a] - 2:
                b -= 1
            while d < columns[c + 1] and levels[d] <= levels[a] + 2:
                d += 1
            left = _count(points, starts[b], starts[a], square, fewest, begin, own, have)
            if left:
                left = _count(points, starts[a + 1], starts[d], square, fewest, begin, own, have)
            o = 1
            if left and not walked:  # where each column's cubes near the one at hand begin and end rises with it
                for k in range(1, count_near):
                    walk[0, k] = walk[1, k] = columns[near[begin_near + k]]
                walked = True
            while left and o < count_near:  # their points stand side by side
                end = columns[near[begin_near + o] + 1]
                b, d = walk[0, o], walk[1, o]
                while b < end and levels[b] < levels[a] - 2:
                    b += 1
                d = max(d, b)
                while d < end and levels[d] <= levels[a] + 2:
                    d += 1
                walk[0, o], walk[1, o] = b, d
                if b < d:
                    left = _count(points, starts[b], starts[d], square, fewest, begin, own, have)
                o += 1
            ends[a] = begin
            for n in range(own):
                if have[n] >= fewest:
                    _swap(points, begin + n, ends[a])
                    ends[a] += 1
                elif have[n] == 1:
                    home_of[sources[begin + n, 3]] = -1


@compiled(inner=True, error_model="numpy")
def _count(
    points: Cloud, start: int, stop: int, square: float, fewest: int, begin: int, own: int, have: Longs
) -> int:  # fmt: skip
    """Count points within reach of each of some, until there are enough; return how many of those still lack some."""
    left = 0
    for n in range(own):
        count, m, place = have[n], start, place_of(points, begin + n)
        while m < stop and count < fewest:
            count += square_between(points, place, m) <= square  # without a branch: quicker than to guess
            m += 1
        have[n] = count
        left += count < fewest
    return left


@compiled(inner=True, error_model="numpy")
def _swap(points: Cloud, n: int, m: int) -> None:
    if n != m:
        for axis in range(4):
            points[n, axis], points[m, axis] = points[m, axis], points[n, axis]


@compiled(error_model="numpy")
def _settle_others(
    points: Cloud, starts: Ints, ends: Ints, levels: Ints, columns: Ints, near: Ints, nears: Ints, stands: Ints,
    sources: Ints, homes: Ints, square: float, home_of: Ints,
) -> None:  # fmt: skip
    """Give each point that is no core the home of the nearest core within reach, or none."""
    for c in range(len(stands)):
        for a in range(columns[c], columns[c + 1]):
            for n in range(ends[a], starts[a + 1]):
                if home_of[sources[n, 3]] >= 0:
                    nearest = _nearest_core(
                        points, starts, ends, levels, columns, stands, near, nears[c, 0], nears[c + 1, 0], square, a, n
                    )
                    home_of[sources[n, 3]] = homes[nearest] if nearest >= 0 else -1


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
def _nearest_core(
    points: Cloud, starts: Ints, ends: Ints, levels: Ints, columns: Ints, stands: Ints, near: Ints, begin: int,
    stop: int, square: float, a: int, n: int,
) -> int:  # fmt: skip
    """Return the cube of the core nearest to a point within reach, or -1."""
    least, nearest, place = square, -1, place_of(points, n)
    for o in range(begin, stop):
        if stands[near[o]] == -1:
            continue
        end = columns[near[o] + 1]
        b = _first_from(levels, columns[near[o]], end, levels[a] - 2)
        while b < end and levels[b] <= levels[a] + 2:
            for m in range(starts[b], ends[b]):
                away = square_between(points, place, m)
                if away < least or (away == least and nearest < 0):
                    least, nearest = away, b
            b += 1
    return nearest
