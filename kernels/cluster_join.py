"""Cubes of points joined where they hold cores within reach of one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Cloud = NDArray[np.float32]
Ints = NDArray[np.int32]


@compiled(inner=True, error_model="numpy")
def top_of(roots: Ints, k: int) -> int:
    """Return the cube by which all that are joined with one are called."""
    while roots[k] != k:
        roots[k] = roots[roots[k]]
        k = roots[k]
    return k


@compiled(inner=True, error_model="numpy")
def place_of(points: Cloud, n: int) -> tuple[float, float, float]:
    """Return where a point is."""
    k = np.uint64(n)  # Numba need not ask whether to count from the end
    return float(points[k, 0]), float(points[k, 1]), float(points[k, 2])


@compiled(inner=True, error_model="numpy")
def square_between(points: Cloud, place: tuple[float, float, float], m: int) -> float:
    """Return the square of the distance from a place to a point."""
    k = np.uint64(m)
    dx, dy, dz = place[0] - float(points[k, 0]), place[1] - float(points[k, 1]), place[2] - float(points[k, 2])
    return float(dx * dx + dy * dy + dz * dz)


@compiled(inner=True, error_model="numpy")
def _join_stacked(
    points: Cloud, starts: Ints, ends: Ints, levels: Ints, columns: Ints, square: float, roots: Ints
) -> None:  # fmt: skip
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
            roots[a] = top_of(roots, a)
            if stand >= 0 and roots[a] != roots[stand]:
                return -2
            stand = a
    return stand


@compiled(error_model="numpy")
def join_cubes(  # noqa: C901 - one walk over the cubes
    points: Cloud, starts: Ints, ends: Ints, levels: Ints, columns: Ints, near: Ints, nears: Ints, square: float,
    roots: Ints, stands: Ints, steps: int, afar: bool,
) -> None:  # fmt: skip
    """Join cubes, by their roots, that have cores within reach of one another.

    `ends` (C,) is where the cores of each begin to be others; `square` the reach, squared. With `steps` 1 cubes that
    touch are looked at, with 2 those that are two steps apart. `afar` is whether most will lie too far apart.
    """
    if steps == 1:
        _join_stacked(points, starts, ends, levels, columns, square, roots)
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
            if both and top_of(roots, stands[c]) == top_of(roots, stands[other]):
                continue
            b = columns[other]
            end = columns[other + 1]
            for a in range(columns[c], columns[c + 1]):
                while b < end and levels[b] < levels[a] - steps:
                    b += 1
                own = top_of(roots, a)
                d = b
                while d < end and levels[d] <= levels[a] + steps:
                    if roots[d] != own and (steps == 1 or o >= nears[c, 1] or abs(levels[d] - levels[a]) == 2):
                        two = top_of(roots, d)
                        if own != two and (
                            _touch(points, starts, ends, square, a, d)
                            if not afar
                            else _reach_over(points, starts, ends, square, a, d)
                        ):
                            roots[max(own, two)] = min(own, two)
                            own = min(own, two)
                            if both:
                                break
                    d += 1
                if both and top_of(roots, stands[c]) == top_of(roots, stands[other]):
                    break


@compiled(inner=True, error_model="numpy")
def _touch(points: Cloud, starts: Ints, ends: Ints, square: float, a: int, b: int) -> bool:
    for n in range(starts[a], ends[a]):
        place = place_of(points, n)
        for m in range(starts[b], ends[b]):
            if square_between(points, place, m) <= square:
                return True
    return False


@compiled(inner=True, error_model="numpy")
def _reach_over(points: Cloud, starts: Ints, ends: Ints, square: float, a: int, b: int) -> bool:
    """Say the same of two that are apart: first see how far each point is from a box about the others."""
    if (ends[a] - starts[a]) * (ends[b] - starts[b]) < 16:
        return _touch(points, starts, ends, square, a, b)
    x0, y0, z0 = place_of(points, starts[b])
    x1, y1, z1 = x0, y0, z0
    for m in range(starts[b] + 1, ends[b]):
        x, y, z = place_of(points, m)
        x0, y0, z0, x1, y1, z1 = min(x0, x), min(y0, y), min(z0, z), max(x1, x), max(y1, y), max(z1, z)
    for n in range(starts[a], ends[a]):
        x, y, z = place_of(points, n)
        dx, dy, dz = max(x0 - x, x - x1, 0.0), max(y0 - y, y - y1, 0.0), max(z0 - z, z - z1, 0.0)
        if dx * dx + dy * dy + dz * dz <= square:
            for m in range(starts[b], ends[b]):
                if square_between(points, (x, y, z), m) <= square:
                    return True
    return False
