"""What hangs together about a click: points in cells, thinned, the gaps between these, and the points a box holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GROWS = 1.35  # cells, while they are too many
_SPREAD = 0x1E3779B97F4A7C15  # makes neighbouring cells lie far apart in the table


def voxels(xyz: Floats, cell: float, upright: float, most: int) -> tuple[Ints, Ints, float]:
    """Put points into cells; these grow until there are few enough.

    Parameters
    ----------
    xyz : (N, 3) float64, metres
    cell, upright : float, metres
        How wide and how high a cell is.
    most : int
        Of cells that hold a point.

    Returns
    -------
    number : (N,) int64
        Of the cell a point lies in.
    first : (M,) int64
        The first point of each cell.
    cell : float, metres
        How wide cells became.
    """
    rows = np.ascontiguousarray(xyz, dtype=np.float64)
    number, first = cells_of(rows, cell, upright)
    return joined(rows, number, first, cell, upright, most)


def cells_of(rows: Floats, cell: float, upright: float) -> tuple[Ints, Ints]:
    """Return the number of the cell that each point lies in, and the first point of each cell; see `voxels`."""
    if not len(rows):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    bits = max(2 * len(rows) - 1, 15).bit_length()
    number, first = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    count = _voxels(rows, float(cell), float(upright), np.full(1 << bits, -1, np.int32), number, first)
    return number, first[:count]


def joined(
    rows: Floats, number: Ints, first: Ints, cell: float, upright: float, most: int
) -> tuple[Ints, Ints, float]:  # fmt: skip
    """Join cells to larger ones until there are few enough; see `voxels`."""
    if len(first) <= most:
        return number, first, cell
    larger = np.arange(len(first))
    while len(first) > most:  # cells are joined by their first points: all points again would take too long
        cell *= _GROWS
        together, kept = cells_of(rows.take(first, axis=0), cell, upright)
        larger, first = together[larger], first[kept]
    return larger[number], first, cell


def thinned(number: Ints, cells: int, most: int) -> tuple[Ints, Ints, Ints]:
    """Keep the first points of each cell.

    Parameters
    ----------
    number : (N,) int64
        Of the cell each point lies in.
    cells : int
        How many there are; each holds a point.
    most : int
        Of points that a cell keeps.

    Returns
    -------
    kept : (K,) int64
        Which points those are, rising.
    first : (cells,) int64
        Which of the K is the first of each cell.
    stands : (N,) int64
        Which of the K stands for each point: itself, or one in its cell.
    """
    kept, stands = np.empty(len(number), np.int64), np.empty(len(number), np.int64)
    first = np.empty(cells, np.int64)
    count = _thin(number, int(most), np.zeros(cells, np.int64), first, kept, stands)
    return kept[:count], first, stands


def gaps_from(xyz: Floats, seeds: NDArray[np.bool_], upright: float) -> Floats:
    """Return for each point the widest gap that must be crossed on the best way to it from any of the seeds.

    Parameters
    ----------
    xyz : (N, 3) float64, metres
    seeds : (N,) bool
        At least one; their own gap is 0.
    upright : float
        What a metre of height counts, beside a metre across.

    Returns
    -------
    (N,) float64, metres
    """
    rows = np.asarray(xyz, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != 3 or seeds.shape != (len(rows),):
        raise ValueError(f"xyz needs (N, 3) and seeds (N,), got {rows.shape} and {seeds.shape}")
    if not len(rows):
        return np.empty(0)
    axes = np.ascontiguousarray((rows - rows[0]).T, dtype=np.float32)
    axes[2] *= np.float32(upright)
    best = np.where(seeds, np.float32(0.0), np.float32(np.inf))
    out = np.empty(len(rows))
    _gaps(axes, np.arange(len(rows)), best, best.view(np.int32), out)
    return out


def held_by(level: Floats, box: Floats, highest: float, spare: float, near: float) -> tuple[NDArray[np.bool_], Floats]:
    """Return which points a box holds, and how far those reach that it holds or that are near it.

    Parameters
    ----------
    level : (N, 3) float64, metres
        x, y, height over the ground.
    box : (5,) float64
        x, y, yaw, length, width.
    highest : float, metres
        Points so high or higher are passed over.
    spare, near : float, metres
        How far beyond a side a point is held still, and is near.

    Returns
    -------
    (N,) bool, (2, 2) float64 metres
        The lowest and the highest along its length, and across; infinite the wrong way where there are none.
    """
    held = np.zeros(len(level), np.bool_)
    ends = np.array([[np.inf, -np.inf], [np.inf, -np.inf]])
    limits = np.array([highest, spare, near])
    _held(np.ascontiguousarray(level), np.ascontiguousarray(box), limits, held, ends)
    return held, ends


@compiled()
def _voxels(xyz: Floats, cell: float, upright: float, table: NDArray[np.int32], number: Ints, first: Ints) -> int:
    """Number the cells of points; `table`, of hashes, holds only cells that are taken."""
    low_x, low_y, low_z, high_y, high_z = xyz[0, 0], xyz[0, 1], xyz[0, 2], xyz[0, 1], xyz[0, 2]
    for n in range(len(xyz)):
        low_x, low_y, low_z = min(low_x, xyz[n, 0]), min(low_y, xyz[n, 1]), min(low_z, xyz[n, 2])
        high_y, high_z = max(high_y, xyz[n, 1]), max(high_z, xyz[n, 2])
    rows, layers = int((high_y - low_y) / cell) + 1, int((high_z - low_z) / upright) + 1
    keys = np.empty(len(xyz), np.int64)
    count, mask, last = 0, len(table) - 1, -1
    for n in range(len(xyz)):
        i, j, k = (xyz[n, 0] - low_x) / cell, (xyz[n, 1] - low_y) / cell, (xyz[n, 2] - low_z) / upright
        key = (int(i) * rows + int(j)) * layers + int(k)
        if key == last:  # as of most neighbours in a sweep
            number[n] = number[n - 1]
            continue
        last = key
        slot = ((key * _SPREAD) >> 24) & mask
        while table[slot] >= 0 and keys[table[slot]] != key:
            slot = (slot + 1) & mask
        if table[slot] < 0:
            table[slot] = count
            keys[count], first[count] = key, n
            count += 1
        number[n] = table[slot]
    return count


@compiled()
def _thin(number: Ints, most: int, held: Ints, first: Ints, kept: Ints, stands: Ints) -> int:
    count = 0
    for n in range(len(number)):
        cell = number[n]
        if held[cell] < most:
            if held[cell] == 0:
                first[cell] = count
            held[cell] += 1
            kept[count], stands[n] = n, count
            count += 1
        else:
            stands[n] = first[cell]
    return count


@compiled(inner=True)
def _least_of(bits: NDArray[np.int32], count: int) -> int:
    """Return the first of so many values that is the least, by their bits: whole numbers are compared many at a time.

    Values of single precision that are not negative rise as their bits do.
    """
    least = bits[0]
    for k in range(count):
        least = bits[k] if bits[k] < least else least
    pick = 0
    while bits[pick] != least:
        pick += 1
    return pick


@compiled(fastmath={"contract"})
def _gaps(
    axes: NDArray[np.float32], left: Ints, best: NDArray[np.float32], bits: NDArray[np.int32], out: Floats
) -> None:
    """Take on the point that is nearest to those that were taken on, again and again; distances are squares.

    In single precision, since as many again go at a time; `bits` are those of `best`.
    """
    x, y, z = axes[0], axes[1], axes[2]
    alive = len(left)
    pick = _least_of(bits, alive)
    while True:
        least = best[pick]
        out[left[pick]] = np.sqrt(least)
        px, py, pz = x[pick], y[pick], z[pick]
        alive -= 1
        if alive == 0:
            return
        x[pick], y[pick], z[pick], left[pick], best[pick] = x[alive], y[alive], z[alive], left[alive], best[alive]
        for k in range(alive):  # no branches: several go at a time
            dx, dy, dz = x[k] - px, y[k] - py, z[k] - pz
            square = dx * dx + dy * dy + dz * dz
            square = square if square > least else least
            best[k] = best[k] if best[k] < square else square
        pick = _least_of(bits, alive)


@compiled()
def _held(level: Floats, box: Floats, limits: Floats, held: NDArray[np.bool_], ends: Floats) -> None:
    c, s = np.cos(box[2]), np.sin(box[2])
    for n in range(len(level)):
        if level[n, 2] >= limits[0]:
            continue
        dx, dy = level[n, 0] - box[0], level[n, 1] - box[1]
        on, off = c * dx + s * dy, c * dy - s * dx
        beyond = max(abs(on) - box[3] / 2, abs(off) - box[4] / 2)
        held[n] = beyond < limits[1]
        if beyond < limits[2]:
            ends[0, 0], ends[0, 1] = min(ends[0, 0], on), max(ends[0, 1], on)
            ends[1, 0], ends[1, 1] = min(ends[1, 0], off), max(ends[1, 1], off)
