"""Points in boxes: which points lie in which oriented box, which box holds which points, and how many."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.threads import in_pieces

Points = NDArray[np.float32] | NDArray[np.float64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Boxes = tuple[Floats, Floats, Floats]
Grid = tuple[Floats, Ints, NDArray[np.int32], Ints]

_LEAST = 1 << 16  # points for a thread
_BLOCK = 512  # points whose cells are looked up in one go
_MOST_CELLS = 256  # along each side of the look-up grid
_MOST_ENTRIES = 4_000_000


def points_in_boxes(points: Points, centers: Floats, rotations: Floats, sizes: Floats) -> NDArray[np.bool_]:
    """Mark the points that lie inside each box.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
        Positions, in the same frame as the boxes.
    centers : (M, 3) float, metres
        Geometric centres.
    rotations : (M, 3, 3) float
        Columns are the box's x, y and z axes in the points' frame; orthonormal.
    sizes : (M, 3) float, metres
        Length, width and height along those axes; each 0 or more.

    Returns
    -------
    (M, N) bool
        A point on a face counts as inside; one with a NaN never does. Computed in float64.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or a box has a value that is not finite.
    """
    cloud, boxes = _checked(points, centers, rotations, sizes)
    grid = _grid_over(*boxes)
    inside = np.zeros((len(boxes[0]), len(cloud)), dtype=np.bool_)
    in_pieces(lambda start, stop: _mark(_piece(cloud, start, stop), boxes, grid, inside, start), len(cloud), _LEAST)
    return inside


def indices_in_boxes(
    points: Points, centers: Floats, rotations: Floats, sizes: Floats, *, threads: int | None = None
) -> tuple[Ints, Ints]:
    """List the points inside each box.

    Takes what `points_in_boxes` takes, and raises what it raises; needs no (M, N) memory. At most `threads`
    work at it, and the result is the same with any number.

    Returns
    -------
    offsets : (M + 1,) int64
    indices : (K,) int64
        Those of box m are ``indices[offsets[m] : offsets[m + 1]]``, rising; a point may lie in several boxes.
    """
    cloud, boxes = _checked(points, centers, rotations, sizes)
    grid = _grid_over(*boxes)
    count = len(boxes[0])
    hits: dict[int, tuple[NDArray[np.int32], Ints]] = {}
    counts: dict[int, Ints] = {}

    def find(start: int, stop: int) -> None:
        hits[start] = _hits(_piece(cloud, start, stop), boxes, grid, start)
        counts[start] = np.bincount(hits[start][0], minlength=count)

    in_pieces(find, len(cloud), _LEAST, threads)
    starts = sorted(hits)
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(sum((counts[start] for start in starts), np.zeros(count, dtype=np.int64)), out=offsets[1:])
    indices = np.empty(offsets[-1], dtype=np.int64)
    place = offsets[:-1].copy()
    for start in starts:
        _place(*hits.pop(start), place, indices)
    return offsets, indices


def count_points_in_boxes(
    points: Points, centers: Floats, rotations: Floats, sizes: Floats, *, threads: int | None = None
) -> NDArray[np.int64]:
    """Count the points inside each box.

    Takes what `points_in_boxes` takes, and raises what it raises; needs no (M, N) memory. At most `threads`
    work at it.

    Returns
    -------
    (M,) int64
    """
    cloud, boxes = _checked(points, centers, rotations, sizes)
    grid = _grid_over(*boxes)
    parts: list[Ints] = [np.zeros(len(boxes[0]), dtype=np.int64)]

    def work(start: int, stop: int) -> None:
        counts = np.zeros(len(boxes[0]), dtype=np.int64)
        _count(_piece(cloud, start, stop), boxes, grid, counts)
        parts.append(counts)

    in_pieces(work, len(cloud), _LEAST, threads)
    total: Ints = np.sum(parts, axis=0, dtype=np.int64)
    return total


def box_of_points(points: Points, centers: Floats, rotations: Floats, sizes: Floats) -> NDArray[np.int32]:
    """Find the first box that holds each point.

    Takes what `points_in_boxes` takes, and raises what it raises.

    Returns
    -------
    (N,) int32
        Index of the first box in the order given, or -1 where no box holds the point.
    """
    cloud, boxes = _checked(points, centers, rotations, sizes)
    grid = _grid_over(*boxes)
    owner = np.full(len(cloud), -1, dtype=np.int32)
    in_pieces(lambda start, stop: _own(_piece(cloud, start, stop), boxes, grid, owner, start), len(cloud), _LEAST)
    return owner


def _piece(cloud: NDArray[Any], start: int, stop: int) -> NDArray[Any]:
    """Return a part of a cloud as the kernels take it: in C order, and always read-only, which is a type to Numba."""
    part = np.ascontiguousarray(cloud[start:stop]).view()
    part.flags.writeable = False
    return part


def _checked(points: Points, centers: Floats, rotations: Floats, sizes: Floats) -> tuple[NDArray[Any], Boxes]:
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3:
        raise ValueError(f"points needs shape (N, 3), got {cloud.shape}")
    if cloud.dtype not in (np.float32, np.float64):
        raise ValueError(f"points needs dtype float32 or float64, got {cloud.dtype}")
    boxes = []
    for name, values, tail in (("centers", centers, (3,)), ("rotations", rotations, (3, 3)), ("sizes", sizes, (3,))):
        given = np.asarray(values)
        if given.dtype.kind not in "fiu":
            raise ValueError(f"{name} needs real numbers, got dtype {given.dtype}")
        if given.ndim != len(tail) + 1 or given.shape[1:] != tail:
            raise ValueError(f"{name} needs shape {('M', *tail)}, got {given.shape}".replace("'", ""))
        if not np.isfinite(given).all():
            raise ValueError(f"{name} has a value that is not finite")
        boxes.append(np.ascontiguousarray(given, dtype=np.float64))
    if not len(boxes[0]) == len(boxes[1]) == len(boxes[2]):
        raise ValueError(
            f"centers, rotations and sizes need one row a box, got {len(boxes[0])}, {len(boxes[1])}, {len(boxes[2])}"
        )
    if (boxes[2] < 0).any():
        raise ValueError("sizes has a side below 0")
    return cloud, (boxes[0], boxes[1], boxes[2])


def _grid_over(centers: Floats, rotations: Floats, sizes: Floats) -> Grid:
    """Lay a grid over the ground plan of the boxes that says which of them each cell may meet.

    Returns the bounds (x0, y0, z0, x1, y1, z1, and cells a metre along x and y), the number of cells
    along x and y, and the boxes of all cells one after another with where each cell starts.
    """
    if len(centers) == 0:
        nowhere = np.array([0.0, 0.0, 0.0, -1.0, -1.0, -1.0, 1.0, 1.0])
        one = np.ones(2, dtype=np.int64)
        return nowhere, one, np.zeros(0, dtype=np.int32), np.zeros(2, dtype=np.int64)
    reach = (np.abs(rotations) @ (sizes[:, :, None] / 2))[:, :, 0]
    # A hair wider than exact, so that rounding here never hides a point that the exact test takes.
    reach = reach * (1 + 1e-9) + 1e-9 * (1 + np.abs(centers))
    low, high = centers - reach, centers + reach
    first, last = low.min(axis=0), high.max(axis=0)
    span = np.maximum((last - first)[:2], 1e-9)
    cells = np.clip(np.ceil(span), 1, _MOST_CELLS).astype(np.int64)  # about a metre each
    while True:
        scale = cells / span
        start = np.clip(np.floor((low[:, :2] - first[:2]) * scale), 0, cells - 1).astype(np.int64)
        stop = np.clip(np.floor((high[:, :2] - first[:2]) * scale), 0, cells - 1).astype(np.int64)
        if (stop - start + 1).prod(axis=1).sum() <= _MOST_ENTRIES or cells.max() == 1:
            break
        cells = np.maximum(cells // 2, 1)
    entries, offsets = _fill(start, stop, cells)
    return np.concatenate([first, last, scale]), cells, entries, offsets


@compiled()
def _fill(start: Ints, stop: Ints, cells: Ints) -> tuple[NDArray[np.int32], Ints]:
    offsets = np.zeros(cells[0] * cells[1] + 1, dtype=np.int64)
    for box in range(len(start)):
        for i in range(start[box, 0], stop[box, 0] + 1):
            for j in range(start[box, 1], stop[box, 1] + 1):
                offsets[i * cells[1] + j + 1] += 1
    for cell in range(len(offsets) - 1):
        offsets[cell + 1] += offsets[cell]
    place = offsets.copy()
    entries = np.empty(offsets[-1], dtype=np.int32)
    for box in range(len(start)):
        for i in range(start[box, 0], stop[box, 0] + 1):
            for j in range(start[box, 1], stop[box, 1] + 1):
                cell = i * cells[1] + j
                entries[place[cell]] = box
                place[cell] += 1
    return entries, offsets


@compiled(inner=True)
def _near_boxes(
    points: NDArray[Any], start: int, bounds: Floats, cells: Ints, offsets: Ints, at: Ints, near: Ints
) -> int:
    """Write down which points of a block fall in a cell with boxes, and in which; return how many. A NaN never does.

    The first loop has no branch, so that the processor takes several points at once.
    """
    count = min(_BLOCK, len(points) - start)
    x0, y0, z0, x1, y1, z1, wide, deep = bounds
    last_i, last_j = cells[0] - 1, cells[1] - 1
    for m in range(count):
        x, y, z = np.float64(points[start + m, 0]), np.float64(points[start + m, 1]), np.float64(points[start + m, 2])
        inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1) & (z >= z0) & (z <= z1)
        i = min(int((x - x0) * wide if inside else 0.0), last_i)
        j = min(int((y - y0) * deep if inside else 0.0), last_j)
        near[m] = i * cells[1] + j if inside else -1
    kept = 0
    for m in range(count):
        cell = near[m]
        at[kept], near[kept] = start + m, cell
        held = max(cell, 0)
        kept += (cell >= 0) & (offsets[held] < offsets[held + 1])
    return kept


@compiled(inner=True)
def _holds(x: float, y: float, z: float, centers: Floats, turns: Floats, sizes: Floats, box: int) -> bool:
    """Test one box, without a view of its row, which would cost more than the test."""
    dx, dy, dz = x - centers[box, 0], y - centers[box, 1], z - centers[box, 2]
    return bool(
        abs(turns[box, 0, 0] * dx + turns[box, 1, 0] * dy + turns[box, 2, 0] * dz) * 2 <= sizes[box, 0]
        and abs(turns[box, 0, 1] * dx + turns[box, 1, 1] * dy + turns[box, 2, 1] * dz) * 2 <= sizes[box, 1]
        and abs(turns[box, 0, 2] * dx + turns[box, 1, 2] * dy + turns[box, 2, 2] * dz) * 2 <= sizes[box, 2]
    )


@compiled()
def _mark(
    points: NDArray[Any],
    boxes: Boxes,
    grid: Grid,
    inside: NDArray[np.bool_],
    shift: int,
) -> None:
    centers, rotations, sizes = boxes
    bounds, cells, entries, offsets = grid
    at, near = np.empty(_BLOCK + 1, dtype=np.int64), np.empty(_BLOCK, dtype=np.int64)
    for start in range(0, len(points), _BLOCK):
        for m in range(_near_boxes(points, start, bounds, cells, offsets, at, near)):
            n, cell = at[m], near[m]
            x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
            for k in range(offsets[cell], offsets[cell + 1]):
                box = entries[k]
                if _holds(x, y, z, centers, rotations, sizes, box):
                    inside[box, shift + n] = True


@compiled()
def _count(
    points: NDArray[Any],
    boxes: Boxes,
    grid: Grid,
    counts: Ints,
) -> None:
    centers, rotations, sizes = boxes
    bounds, cells, entries, offsets = grid
    at, near = np.empty(_BLOCK + 1, dtype=np.int64), np.empty(_BLOCK, dtype=np.int64)
    for start in range(0, len(points), _BLOCK):
        for m in range(_near_boxes(points, start, bounds, cells, offsets, at, near)):
            n, cell = at[m], near[m]
            x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
            for k in range(offsets[cell], offsets[cell + 1]):
                box = entries[k]
                if _holds(x, y, z, centers, rotations, sizes, box):
                    counts[box] += 1


@compiled()
def _hits(points: NDArray[Any], boxes: Boxes, grid: Grid, shift: int) -> tuple[NDArray[np.int32], Ints]:
    """Return the boxes and the points of all hits, in the order of the points."""
    centers, rotations, sizes = boxes
    bounds, cells, entries, offsets = grid
    found = 0
    which, index = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int64)
    at, near = np.empty(_BLOCK + 1, dtype=np.int64), np.empty(_BLOCK, dtype=np.int64)
    for start in range(0, len(points), _BLOCK):
        for m in range(_near_boxes(points, start, bounds, cells, offsets, at, near)):
            n, cell = at[m], near[m]
            x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
            for k in range(offsets[cell], offsets[cell + 1]):
                box = entries[k]
                if _holds(x, y, z, centers, rotations, sizes, box):
                    if found == len(which):
                        more, others = np.empty(2 * found, dtype=np.int32), np.empty(2 * found, dtype=np.int64)
                        more[:found], others[:found] = which, index
                        which, index = more, others
                    which[found], index[found] = box, shift + n
                    found += 1
    return which[:found].copy(), index[:found].copy()


@compiled()
def _place(which: NDArray[np.int32], index: Ints, place: Ints, out: Ints) -> None:
    for n in range(len(which)):
        box = which[n]
        out[place[box]] = index[n]
        place[box] += 1


@compiled()
def _own(
    points: NDArray[Any],
    boxes: Boxes,
    grid: Grid,
    owner: NDArray[np.int32],
    shift: int,
) -> None:
    centers, rotations, sizes = boxes
    bounds, cells, entries, offsets = grid
    at, near = np.empty(_BLOCK + 1, dtype=np.int64), np.empty(_BLOCK, dtype=np.int64)
    for start in range(0, len(points), _BLOCK):
        for m in range(_near_boxes(points, start, bounds, cells, offsets, at, near)):
            n, cell = at[m], near[m]
            x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
            for k in range(offsets[cell], offsets[cell + 1]):  # a cell lists its boxes in order
                box = entries[k]
                if _holds(x, y, z, centers, rotations, sizes, box):
                    owner[shift + n] = box
                    break
