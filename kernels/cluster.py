"""Clusters of points by density: what lies within reach of one another belongs together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.cluster_grid import sort_into_cubes
from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import checked_cloud

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

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
    stands = np.empty(len(cubes.columns) - 1, np.int32)
    firsts, lasts = np.empty(25, np.int64), np.empty(25, np.int64)
    roots, ends = np.arange(len(cubes.levels), dtype=np.int32), cubes.starts[1:].copy()
    have = np.empty(min(fewest, len(cloud)), np.int64)
    sources = cubes.points.view(np.int32)
    _clustered(*cubes, sources, float(reach) ** 2, fewest, firsts, lasts, have, ends, roots, stands)
    return cubes.home_of


@compiled(error_model="numpy")
def _clustered(
    home_of: Ints, homes: Ints, spare: Ints, points: Cloud, starts: Ints, levels: Ints, columns: Ints, near: Ints,
    nears: Ints, sources: Ints, square: float, fewest: int, firsts: NDArray[np.int64], lasts: NDArray[np.int64], have: NDArray[np.int64],
    ends: Ints, roots: Ints, stands: Ints,
) -> None:  # fmt: skip
    """Put the number of each point's cluster in the place of its home."""
    if fewest > 1:
        _find_cores(points, starts, levels, columns, near, nears, sources, home_of, square, fewest, firsts, lasts, have, ends)
    _stack(points, starts, ends, levels, columns, square, roots)
    _join(points, starts, ends, levels, columns, near, nears, square, roots, stands, 1)
    _join(points, starts, ends, levels, columns, near, nears, square, roots, stands, 2)
    for c in range(len(stands)):
        for a in range(columns[c], columns[c + 1]):
            for n in range(ends[a], starts[a + 1]):
                if home_of[sources[n, 3]] >= 0:
                    nearest = _nearest_core(
                        points, starts, ends, levels, columns, stands, near, nears[c, 0], nears[c + 1, 0], square, a, n
                    )
                    home_of[sources[n, 3]] = homes[nearest] if nearest >= 0 else -1
    for a in range(len(homes)):
        spare[homes[a]] = _top(roots, a)
        levels[a] = -1
    found = 0
    for n in range(len(home_of)):
        if home_of[n] >= 0:
            root = spare[home_of[n]]
            if levels[root] < 0:
                levels[root] = found
                found += 1
            home_of[n] = levels[root]


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
    k = np.uint64(n)
    return float(points[k, 0]), float(points[k, 1]), float(points[k, 2])


@compiled(inner=True, error_model="numpy")
def _away(points: Cloud, place: tuple[float, float, float], m: int) -> float:
    k = np.uint64(m)  # Numba need not ask whether to count from the end
    dx, dy, dz = place[0] - float(points[k, 0]), place[1] - float(points[k, 1]), place[2] - float(points[k, 2])
    return float(dx * dx + dy * dy + dz * dz)


@compiled(inner=True, error_model="numpy")
def _find_cores(  # noqa: C901 - one walk over the cubes
    points: Cloud, starts: Ints, levels: Ints, columns: Ints, near: Ints, nears: Ints, sources: Ints, home_of: Ints,
    square: float, fewest: int, firsts: NDArray[np.int64], lasts: NDArray[np.int64], have: NDArray[np.int64], ends: Ints,
) -> None:  # fmt: skip
    """Say of the points of cubes that hold few whether enough lie within reach, and put those that are cores first.

    `ends` is where the cores of each cube end. A point with none within reach has no home any more.
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
                    firsts[k] = lasts[k] = columns[near[begin_near + k]]
                walked = True
            while left and o < count_near:  # their points stand side by side
                end = columns[near[begin_near + o] + 1]
                b, d = firsts[o], lasts[o]
                while b < end and levels[b] < levels[a] - 2:
                    b += 1
                d = max(d, b)
                while d < end and levels[d] <= levels[a] + 2:
                    d += 1
                firsts[o], lasts[o] = b, d
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
    points: Cloud, start: int, stop: int, square: float, fewest: int, begin: int, own: int, have: NDArray[np.int64]
) -> int:  # fmt: skip
    """Count points within reach of each of some, until there are enough; return how many of those still lack some."""
    left = 0
    for n in range(own):
        count, m, place = have[n], start, _place(points, begin + n)
        while m < stop and count < fewest:
            count += _away(points, place, m) <= square  # without a branch: quicker than to guess
            m += 1
        have[n] = count
        left += count < fewest
    return left


@compiled(inner=True, error_model="numpy")
def _swap(points: Cloud, n: int, m: int) -> None:
    if n != m:
        for axis in range(4):
            points[n, axis], points[m, axis] = points[m, axis], points[n, axis]


@compiled(inner=True, error_model="numpy")
def _stack(points: Cloud, starts: Ints, ends: Ints, levels: Ints, columns: Ints, square: float, roots: Ints) -> None:
    """Join cubes of cores that lie on each other."""
    for c in range(len(columns) - 1):
        for a in range(columns[c] + 1, columns[c + 1]):
            if levels[a] == levels[a - 1] + 1 and _touch(points, starts, ends, square, a - 1, a):
                roots[a] = roots[a - 1]


@compiled(inner=True, error_model="numpy")
def _stand(starts: Ints, ends: Ints, columns: Ints, roots: Ints, c: int) -> int:
    """Return a cube that stands for a column, if all its cores are joined; -1 if it has none, -2 if they are not."""
    stand = -1
    for a in range(columns[c], columns[c + 1]):
        if ends[a] > starts[a]:
            roots[a] = _top(roots, a)
            if stand >= 0 and roots[a] != roots[stand]:
                return -2
            stand = a
    return stand


@compiled(inner=True, error_model="numpy")
def _join(  # noqa: C901
    points: Cloud, starts: Ints, ends: Ints, levels: Ints, columns: Ints, near: Ints, nears: Ints, square: float,
    roots: Ints, stands: Ints, steps: int,
) -> None:  # fmt: skip
    """Join cubes with cores within reach of one another that lie next to each other, or else two steps apart."""
    for c in range(len(stands)):
        stands[c] = _stand(starts, ends, columns, roots, c)
    for c in range(len(stands)):
        if stands[c] == -1:
            continue
        for o in range(nears[c, 0], nears[c, 1] if steps == 1 else nears[c + 1, 0]):
            other = near[o]
            if other < c or stands[other] == -1 or (other == c and (steps == 1 or stands[c] >= 0)):
                continue  # a pair is looked at once
            both = stands[c] >= 0 and stands[other] >= 0
            if both and _top(roots, stands[c]) == _top(roots, stands[other]):
                continue
            b = columns[other]
            end = columns[other + 1]
            for a in range(columns[c], columns[c + 1]):
                while b < end and levels[b] < levels[a] - steps:
                    b += 1
                own = _top(roots, a)
                d = b
                while d < end and levels[d] <= levels[a] + steps:
                    if roots[d] != own and (steps == 1 or o >= nears[c, 1] or abs(levels[d] - levels[a]) == 2):
                        two = _top(roots, d)
                        if own != two and (
                            _touch(points, starts, ends, square, a, d)
                            if steps == 1
                            else _reach_over(points, starts, ends, square, a, d)
                        ):
                            roots[max(own, two)] = min(own, two)
                            own = min(own, two)
                            if both:
                                break
                    d += 1
                if both and _top(roots, stands[c]) == _top(roots, stands[other]):
                    break


@compiled(inner=True, error_model="numpy")
def _touch(points: Cloud, starts: Ints, ends: Ints, square: float, a: int, b: int) -> bool:
    for n in range(starts[a], ends[a]):
        place = _place(points, n)
        for m in range(starts[b], ends[b]):
            if _away(points, place, m) <= square:
                return True
    return False


@compiled(inner=True, error_model="numpy")
def _reach_over(points: Cloud, starts: Ints, ends: Ints, square: float, a: int, b: int) -> bool:
    """Say the same of two that are apart: first see how far each point is from a box about the others."""
    if (ends[a] - starts[a]) * (ends[b] - starts[b]) < 16:
        return _touch(points, starts, ends, square, a, b)
    x0, y0, z0 = _place(points, starts[b])
    x1, y1, z1 = x0, y0, z0
    for m in range(starts[b] + 1, ends[b]):
        x, y, z = _place(points, m)
        x0, y0, z0, x1, y1, z1 = min(x0, x), min(y0, y), min(z0, z), max(x1, x), max(y1, y), max(z1, z)
    for n in range(starts[a], ends[a]):
        x, y, z = _place(points, n)
        dx, dy, dz = max(x0 - x, x - x1, 0.0), max(y0 - y, y - y1, 0.0), max(z0 - z, z - z1, 0.0)
        if dx * dx + dy * dy + dz * dz <= square:
            for m in range(starts[b], ends[b]):
                if _away(points, (x, y, z), m) <= square:
                    return True
    return False


@compiled(inner=True, error_model="numpy")
def _nearest_core(
    points: Cloud, starts: Ints, ends: Ints, levels: Ints, columns: Ints, stands: Ints, near: Ints, begin: int,
    stop: int, square: float, a: int, n: int,
) -> int:  # fmt: skip
    """Return the cube of the core nearest to a point within reach, or -1."""
    least, nearest, place = square, -1, _place(points, n)
    for o in range(begin, stop):
        if stands[near[o]] == -1:
            continue
        end = columns[near[o] + 1]
        b = _first_from(levels, columns[near[o]], end, levels[a] - 2)
        while b < end and levels[b] <= levels[a] + 2:
            for m in range(starts[b], ends[b]):
                away = _away(points, place, m)
                if away < least or (away == least and nearest < 0):
                    least, nearest = away, b
            b += 1
    return nearest
