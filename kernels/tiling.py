"""Cutting a cloud into tiles: count points in cells, join cells to boxes, say in which box each point lies.

Positions are whole numbers on a grid, read where they stand in records; where some points have none, x is `NOWHERE`
there. Nothing here depends on the number of threads: each call works on its own arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.copies import take_over

Ints = NDArray[Any]

NOWHERE = -(2**31)
ALL_SOMEWHERE = 2**32  # in place of `NOWHERE`, where x may be any int32


def count_cells(
    grid: Ints, wide: int, count: int, low: Ints, shift: int, dims: Ints, counts: Ints, seen: Ints, nowhere: int
) -> None:
    """Add the points in each cell of a 3D grid to `counts`, and widen the bounds seen.

    Parameters
    ----------
    grid : int32
        Of each point x, y, z, and `wide` numbers further on the next.
    wide, count : int
    low : (3,) int64
        Corner of the first cell; a cell is ``2 ** shift`` wide.
    shift : int
    dims : (3,) int64, number of cells along each axis
    counts : (dims[0] * dims[1] * dims[2],) uint32, added to
    seen : (8,) int64, changed
        Least x, y, z; greatest x, y, z; valid points outside the cells (not counted in one); points that are nowhere.
    nowhere : int
        What x is of a point without a position: `NOWHERE` or `ALL_SOMEWHERE`.
    """
    check_grid(grid, wide, count, low, dims, counts)
    _count_cells(grid, wide, count, low, shift, dims, counts, seen, nowhere)


def split_cells(counts: Ints, dims: Ints, most: int) -> tuple[Ints, Ints]:
    """Join cells to boxes of at most `most` points, and say for each cell which box it is in.

    A box is cut across its longest side, at the plane nearest to its median within the middle half, until what it
    holds is few enough or one cell. So boxes stay compact, and far outliers get boxes of their own.

    Parameters
    ----------
    counts : (X * Y * Z,) uint32
        Points in each cell, z fastest. Its memory is used again: afterwards it holds the cells' boxes.
    dims : (3,) int64
    most : int

    Returns
    -------
    box_of_cell : (X * Y * Z,) int32
        The same memory as `counts`; -1 for an empty cell outside all boxes.
    totals : (M,) int64
        Points in each box; above `most` only for a single cell. Boxes beside each other in space mostly follow.
    """
    if counts.dtype != np.uint32 or counts.ndim != 1 or len(counts) != int(np.prod(dims)) or most < 1:
        raise ValueError(f"counts need uint32 of {dims.tolist()} cells, got {counts.dtype} {counts.shape}")
    boxes, totals = _split_cells(counts, dims, most)
    box_of_cell = counts.view(np.int32)
    _fill_boxes(box_of_cell, dims, boxes)
    return box_of_cell, totals


def boxes_of_points(
    grid: Ints,
    wide: int,
    low: Ints,
    shift: int,
    dims: Ints,
    box_of_cell: Ints,
    boxes: Ints,
    counts: Ints,
    bounds: Ints,
    nowhere: int,
) -> None:
    """Say in which box each point lies; count those of each and widen its bounds.

    Parameters
    ----------
    grid, wide, low, shift, dims : as in `count_cells`
    box_of_cell : int32, from `split_cells`
    boxes : (N,) int32, written
        The number of boxes, M, for a point that is nowhere; -1 for one in no box, which a file gives that changed.
    counts : (M + 1,) int64, added to
    bounds : (M + 1, 6) int32, changed
        Least x, y, z and greatest x, y, z.
    nowhere : int
        As in `count_cells`.
    """
    check_grid(grid, wide, len(boxes), low, dims, box_of_cell)
    if bounds.shape != (len(counts), 6):
        raise ValueError(f"bounds {bounds.shape} for {len(counts)} boxes")
    _boxes_of_points(grid, wide, low, shift, dims, box_of_cell, boxes, counts, bounds, nowhere)


def check_grid(grid: Ints, wide: int, count: int, low: Ints, dims: Ints, cells: Ints) -> None:
    """Raise `ValueError` where positions or cells have not the shape that kernels on cells take."""
    if grid.dtype != np.int32 or grid.ndim != 1 or wide < 3 or (count and len(grid) < (count - 1) * wide + 3):
        raise ValueError(f"grid needs {count} times {wide} int32, got {grid.shape} {grid.dtype}")
    if len(low) != 3 or len(dims) != 3 or len(cells) != int(np.prod(dims)):
        raise ValueError(f"{len(cells)} cells for {dims.tolist()}")


@compiled()
def _count_cells(
    grid: Ints, wide: int, count: int, low: Ints, shift: int, dims: Ints, counts: Ints, seen: Ints, nowhere: int
) -> None:
    x0, y0, z0 = low[0], low[1], low[2]
    nx, ny, nz = dims[0], dims[1], dims[2]
    lx, ly, lz, hx, hy, hz, outside, lost = seen
    for i in range(count):
        at = np.uint64(i * wide)
        gx, gy, gz = np.int64(grid[at]), np.int64(grid[at + np.uint64(1)]), np.int64(grid[at + np.uint64(2)])
        if gx == nowhere:
            lost += 1
            continue
        lx, ly, lz = min(lx, gx), min(ly, gy), min(lz, gz)
        hx, hy, hz = max(hx, gx), max(hy, gy), max(hz, gz)
        cx, cy, cz = (gx - x0) >> shift, (gy - y0) >> shift, (gz - z0) >> shift
        if 0 <= cx < nx and 0 <= cy < ny and 0 <= cz < nz:
            counts[(cx * ny + cy) * nz + cz] += np.uint32(1)
        else:
            outside += 1
    seen[0], seen[1], seen[2], seen[3], seen[4], seen[5] = lx, ly, lz, hx, hy, hz
    seen[6], seen[7] = outside, lost


@compiled()
def _split_cells(counts: Ints, dims: Ints, most: int) -> tuple[Ints, Ints]:  # noqa: C901 - one loop, compiled
    # By hand, number by number: what NumPy has for slices and sums takes Numba four times as long to compile.
    boxes, totals, found = np.empty((1024, 6), np.int64), np.empty(1024, np.int64), 0
    stack, depth = np.empty((256, 7), np.int64), 1  # a box is halved within 3 * 32 cuts; one waits for each
    along = np.zeros((3, max(dims[0], dims[1], dims[2])), np.int64)
    box = np.empty(7, np.int64)  # its lowest cell, the one past its highest, its points or -1
    for k in range(3):
        stack[0, k], stack[0, 3 + k] = 0, dims[k]
    stack[0, 6] = -1
    while depth:
        depth -= 1
        take_over(stack[depth], box)
        if 0 <= box[6] <= most or (box[6] > 0 and box[3 + _longest(box)] - box[_longest(box)] == 1):
            if box[6]:
                if found == len(boxes):
                    boxes, totals = _longer(boxes, totals)
                for k in range(6):
                    boxes[found, k] = box[k]
                totals[found] = box[6]
                found += 1
            continue
        total = _sum_along(counts, dims, box, along)
        if total == 0:
            continue
        _shrink(box, along)
        axis = _longest(box)
        side = box[3 + axis] - box[axis]
        if total <= most or side == 1:
            box[6] = total
            take_over(box, stack[depth])
            depth += 1
            continue
        least, greatest = max(1, side // 4), min(side - 1, side - side // 4)
        cut, below = np.int64(0), np.int64(0)
        while cut < greatest and (cut < least or 2 * (below + along[axis, cut]) <= total):
            below += along[axis, cut]
            cut += 1
        for part in range(2):  # the lower one last, so that it comes next
            take_over(box, stack[depth])
            if part == 0:
                stack[depth, axis], stack[depth, 6] = box[axis] + cut, total - below
            else:
                stack[depth, 3 + axis], stack[depth, 6] = box[axis] + cut, below
            depth += 1
    return boxes[:found], totals[:found]


@compiled(inner=True)
def _longest(box: Ints) -> int:
    """Return the axis of a box's longest side, the first of them."""
    axis = 0
    for k in range(1, 3):
        if box[3 + k] - box[k] > box[3 + axis] - box[axis]:
            axis = k
    return axis


@compiled(inner=True)
def _longer(boxes: Ints, totals: Ints) -> tuple[Ints, Ints]:
    """Return both with room for twice as many."""
    wider, longer = np.empty((2 * len(boxes), 6), np.int64), np.empty(2 * len(boxes), np.int64)
    for n in range(len(boxes)):
        take_over(boxes[n], wider[n])
        longer[n] = totals[n]
    return wider, longer


@compiled(inner=True)
def _sum_along(counts: Ints, dims: Ints, box: Ints, along: Ints) -> np.int64:
    """Put how many points each layer of a box holds along each axis, and return how many all of it does."""
    ny, nz = dims[1], dims[2]
    for k in range(3):
        for i in range(box[3 + k] - box[k]):
            along[k, i] = 0
    total = np.int64(0)
    for x in range(box[0], box[3]):
        for y in range(box[1], box[4]):
            row, start = np.int64(0), (x * ny + y) * nz
            for z in range(box[2], box[5]):
                some = np.int64(counts[start + z])
                if some:
                    row += some
                    along[2, z - box[2]] += some
            along[0, x - box[0]] += row
            along[1, y - box[1]] += row
            total += row
    return total


@compiled(inner=True)
def _shrink(box: Ints, along: Ints) -> None:
    """Take empty layers off the outside of a box that holds points."""
    for k in range(3):
        a, b = np.int64(0), box[3 + k] - box[k]
        while along[k, a] == 0:
            a += 1
        while along[k, b - 1] == 0:
            b -= 1
        if a:
            for i in range(a, b):
                along[k, i - a] = along[k, i]
        box[k], box[3 + k] = box[k] + a, box[k] + b


@compiled()
def _fill_boxes(box_of_cell: Ints, dims: Ints, boxes: Ints) -> None:
    ny, nz = dims[1], dims[2]
    for c in range(len(box_of_cell)):
        box_of_cell[c] = -1
    for i in range(len(boxes)):
        for x in range(boxes[i, 0], boxes[i, 3]):
            for y in range(boxes[i, 1], boxes[i, 4]):
                start = (x * ny + y) * nz
                for z in range(boxes[i, 2], boxes[i, 5]):
                    box_of_cell[start + z] = i


@compiled()
def _boxes_of_points(
    grid: Ints,
    wide: int,
    low: Ints,
    shift: int,
    dims: Ints,
    box_of_cell: Ints,
    boxes: Ints,
    counts: Ints,
    bounds: Ints,
    nowhere: int,
) -> None:
    x0, y0, z0 = low[0], low[1], low[2]
    nx, ny, nz = dims[0], dims[1], dims[2]
    last = len(counts) - 1
    for i in range(len(boxes)):
        at = np.uint64(i * wide)
        gx, gy, gz = grid[at], grid[at + np.uint64(1)], grid[at + np.uint64(2)]
        box = np.int64(last)
        if gx != nowhere:
            cx, cy, cz = (gx - x0) >> shift, (gy - y0) >> shift, (gz - z0) >> shift
            box = np.int64(-1)
            if 0 <= cx < nx and 0 <= cy < ny and 0 <= cz < nz:
                box = np.int64(box_of_cell[(cx * ny + cy) * nz + cz])
        boxes[i] = box
        if box < 0:
            continue
        counts[box] += 1
        bounds[box, 0], bounds[box, 3] = min(bounds[box, 0], gx), max(bounds[box, 3], gx)
        bounds[box, 1], bounds[box, 4] = min(bounds[box, 1], gy), max(bounds[box, 4], gy)
        bounds[box, 2], bounds[box, 5] = min(bounds[box, 2], gz), max(bounds[box, 5], gz)
