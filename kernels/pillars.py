"""Points by the cells of a grid, as networks on pillars and voxels want them: so many points of each, in a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_MOST_CELLS = 1 << 62
_SPREAD = 0x1E3779B97F4A7C15  # odd, of bits like chance's: neighbours lie far apart in the table


@dataclass(frozen=True, slots=True, eq=False)
class Pillars:
    """The cells that have points, in the order in which they first have one.

    Parameters
    ----------
    points : (M, P, F) float32
        The first points of each cell, in their order; zeros fill the rest.
    counts : (M,) int32
        How many points of each block there are.
    cells : (M, 3) int32
        Which cell each is, along x, y and z.
    crowded, left_out : int
        Points that found their cell full, and points of cells beyond the last that was kept.
    """

    points: Floats
    counts: NDArray[np.int32]
    cells: NDArray[np.int32]
    crowded: int
    left_out: int


def pillars_of(
    points: NDArray[Any], low: ArrayLike, cell: ArrayLike, shape: ArrayLike, most_points: int, most_pillars: int
) -> Pillars:
    """Deal points out to the cells of a grid.

    Parameters
    ----------
    points : (N, F) float32, F of 3 or more
        The first three values are x, y and z in metres; points outside the grid are passed over.
    low : (3,) float, metres
        Where the grid begins.
    cell : (3,) float, metres
        The sides of a cell, above 0.
    shape : (3,) int
        Cells along each axis.
    most_points, most_pillars : int
        Points of a cell and cells that are kept, of more the first.

    Returns
    -------
    Pillars
        Takes memory by the cells that have points, whatever the size of the grid.

    Raises
    ------
    ValueError
        If a shape, dtype or value is not as above.

    References
    ----------
    A. Lang et al., "PointPillars: Fast Encoders for Object Detection from Point Clouds", 2019; as the first points and
    cells are kept, so that a cloud always gives the same, it is "hard voxelization" of mmdetection3d.
    """
    given = np.asarray(points)
    if given.ndim != 2 or given.shape[1] < 3 or given.dtype != np.float32:
        raise ValueError(f"points needs shape (N, 3 or more) float32, got {given.shape} {given.dtype}")
    start, sides = np.array(low, dtype=np.float64), np.array(cell, dtype=np.float64)
    cells = np.array(shape, dtype=np.int64)
    if start.shape != (3,) or sides.shape != (3,) or cells.shape != (3,):
        raise ValueError(f"low, cell and shape need 3 values, got {start.shape}, {sides.shape} and {cells.shape}")
    if not (np.isfinite(start).all() and np.isfinite(sides).all() and (sides > 0).all() and (cells > 0).all()):
        raise ValueError(f"low has to be finite, cell and shape above 0, got {start}, {sides} and {cells}")
    if np.prod(cells.astype(np.float64)) > _MOST_CELLS:
        raise ValueError(f"there are too many cells to number them: {cells}")
    if most_points < 1 or most_pillars < 1:
        raise ValueError(f"most_points and most_pillars need 1 or more, got {most_points} and {most_pillars}")
    cloud = np.ascontiguousarray(given)
    if not cloud.flags.writeable:
        cloud = cloud.copy()  # to Numba a type of its own: then there is one
    which = np.empty(len(cloud), dtype=np.int64)
    found = np.empty((min(most_pillars, len(cloud)), 3), dtype=np.int32)
    table = 1 << max(4, (2 * len(cloud)).bit_length())
    kept, left_out = _cells(cloud, start, sides, cells, table, which, found)
    blocks = np.zeros((kept, most_points, cloud.shape[1]), dtype=np.float32)
    counts = np.zeros(kept, dtype=np.int32)
    crowded = _fill(cloud, which, blocks, counts)
    return Pillars(blocks, counts, found[:kept].copy(), int(crowded), int(left_out))


@compiled()
def _cells(
    cloud: Floats, low: NDArray[np.float64], sides: NDArray[np.float64], shape: Ints, table: int, which: Ints,
    found: NDArray[np.int32],
) -> tuple[int, int]:  # fmt: skip
    """Say of each point which kept cell it is in, -1 for none; number cells as they come, by a table of their keys."""
    keys, numbers = np.full(table, -1, dtype=np.int64), np.empty(table, dtype=np.int32)
    kept, left_out, mask = 0, 0, table - 1
    place = np.empty(3, dtype=np.int64)
    for n in range(len(cloud)):
        which[n] = -1
        inside = True
        for k in range(3):
            at = np.floor((np.float64(cloud[n, k]) - low[k]) / sides[k])
            inside = inside and at >= 0 and at < shape[k]  # no NaN is
            if inside:
                place[k] = np.int64(at)
        if not inside:
            continue
        key = (place[2] * shape[1] + place[1]) * shape[0] + place[0]
        slot = ((key * np.int64(_SPREAD)) >> 32) & mask
        while keys[slot] != -1 and keys[slot] != key:
            slot = (slot + 1) & mask
        if keys[slot] == -1:
            if kept == len(found):
                left_out += 1
                continue
            keys[slot], numbers[slot] = key, kept
            for k in range(3):
                found[kept, k] = place[k]
            kept += 1
        which[n] = numbers[slot]
    return kept, left_out


@compiled()
def _fill(cloud: Floats, which: Ints, blocks: Floats, counts: NDArray[np.int32]) -> int:
    crowded = 0
    for n in range(len(cloud)):
        number = which[n]
        if number < 0:
            continue
        at = counts[number]
        if at == blocks.shape[1]:
            crowded += 1
            continue
        for k in range(cloud.shape[1]):
            blocks[number, at, k] = cloud[n, k]
        counts[number] = at + 1
    return crowded
