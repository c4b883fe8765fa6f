"""Sorting records into tiles on disk: count them on a grid, cut the grid into boxes, write each record to its box.

Source of the method: counting sort into chunks from a grid of counts, as in Schütz, Ohrhallinger and Wimmer, Fast
Out-of-Core Octree Generation for Massive Point Clouds (2020); boxes are halved here, since no coarser levels are kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lidar_label.cloud.layout import INVALID, MOST_TILE_POINTS, VALID
from lidar_label.cloud.records import FloatGrid, Ints, Records, WholeGrid, write_exactly
from lidar_label.cloud.threads import Crew, Steps
from lidar_label.errors import UnreadableFile
from lidar_label.kernels import tile_blocks, tiling

_MOST_CELLS, _FEWEST_CELLS = 2**22, 2**12
_COUNTED = 32_768  # rows at a time in the first pass: few enough for a processor's cache
_COUNTERS = 2  # threads that count, since each has its own cells
_COUNTING, _SORTING = "count points", "sort points"


@dataclass(frozen=True, slots=True)
class Leaf:
    """The points of one tile, in the order of their index: a place in the spool, and bounds in grid units."""

    start: int
    count: int
    low: tuple[int, ...]
    high: tuple[int, ...]
    kind: int = VALID

    def runs(self, stride: int, most: int) -> Iterator[Leaf]:
        """Yield pieces of at most `most` points."""
        for first in range(0, self.count, most):
            count = min(most, self.count - first)
            yield Leaf(self.start + first * stride, count, self.low, self.high, self.kind)


@dataclass(slots=True)
class Plan:
    """Which cell belongs to which box, how many points each holds, and how many have no position."""

    low: Ints
    shift: int
    dims: Ints
    box_of_cell: Ints
    totals: Ints


class Sorter:
    """Sorts records into a spool file of leaves.

    Parameters
    ----------
    spool : int
        An open file, written from its begin on; `end` is the byte behind what was written.
    grid : WholeGrid or FloatGrid
    index_bytes : int
        Of the index that is put behind each record of the source.
    block : int
        Points sorted at a time by each thread.
    """

    def __init__(
        self,
        spool: int,
        path: Path,
        grid: WholeGrid | FloatGrid,
        index_bytes: int,
        crew: Crew,
        block: int,
        steps: Steps,
    ) -> None:
        self._spool, self._path, self._grid, self._index_bytes = spool, path, grid, index_bytes
        self._crew, self._block, self._steps = crew, block, steps
        self._lock = threading.Lock()
        self.end = 0

    def plan(self, source: Records, low: Ints, high: Ints) -> Plan:
        """Count a source's points and cut space into boxes.

        `low` and `high` are where its points should lie; where they do not, they are counted again.
        """
        return self._plan(source, low, high, self._crew)

    def sort(self, source: Records, plan: Plan) -> list[Leaf]:
        """Return the leaves of a source, each of at most `MOST_TILE_POINTS` points, neighbours in space near."""
        leaves = self._sort(source, plan, self._crew, self._index_bytes)
        return [run for leaf in leaves for run in leaf.runs(source.stride + self._index_bytes, MOST_TILE_POINTS)]

    def _sort(self, source: Records, plan: Plan, crew: Crew, index_bytes: int) -> list[Leaf]:
        leaves = self._scatter(source, plan, crew, index_bytes)
        plan.box_of_cell = np.empty(0, dtype=np.int32)  # large, and not needed any more
        stride = source.stride + index_bytes
        dense = [
            i for i, leaf in enumerate(leaves)
            if leaf.count > MOST_TILE_POINTS and leaf.low != leaf.high and leaf.kind == VALID
        ]  # fmt: skip
        parts: dict[int, list[Leaf]] = {}

        def again(i: int, by: Crew) -> None:
            leaf = leaves[i]
            records = Records(self._spool, self._path, leaf.start, stride, leaf.count)
            parts[i] = self._sort(records, self._plan(records, np.array(leaf.low), np.array(leaf.high), by), by, 0)

        small = [i for i in dense if leaves[i].count <= self._block]
        for i in dense:
            if leaves[i].count > self._block:
                again(i, crew)

        def work(pieces: Iterator[int]) -> None:
            for piece in pieces:
                again(small[piece], Crew(1))

        crew.run(len(small), work)
        return [part for i, leaf in enumerate(leaves) for part in parts.get(i, [leaf])]

    def _plan(self, source: Records, low: Ints, high: Ints, crew: Crew) -> Plan:
        """Count the points in each cell, and cut the cells into boxes; where the bounds are wrong, take those seen."""
        for _ in range(2):
            shift, dims = _cells(low, high, source.count)
            counts, seen = self._count(source, low, shift, dims, crew)
            some = seen[7] < source.count
            loose = some and _cells(seen[:3], seen[3:6], source.count)[0] < shift
            if not seen[6] and not loose:
                box_of_cell, totals = tiling.split_cells(counts, dims, MOST_TILE_POINTS)
                return Plan(low, shift, dims, box_of_cell, np.append(totals, seen[7]))
            del counts
            low, high = (seen[:3].copy(), seen[3:6].copy()) if some else (low, high)
        raise changed(source.path)

    def _count(self, source: Records, low: Ints, shift: int, dims: Ints, crew: Crew) -> tuple[Ints, Ints]:
        found: list[tuple[Ints, Ints]] = []

        def work(pieces: Iterator[int]) -> None:
            counts = np.zeros(int(np.prod(dims)), dtype=np.uint32)
            seen = np.array([2**62] * 3 + [-(2**62)] * 3 + [0, 0], dtype=np.int64)
            rows = min(_COUNTED, source.count)
            buffer, grid = np.empty(rows * source.stride, dtype=np.uint8), np.empty((rows, 3), dtype=np.int32)
            for piece in pieces:
                part = source.read(piece * _COUNTED, buffer)
                count = len(part) // source.stride
                places, wide = self._grid.of(part, source.stride, grid[:count])
                tiling.count_cells(places, wide, count, low, shift, dims, counts, seen, self._grid.nowhere)
                self._steps.add(count if source.file != self._spool else 0, _COUNTING)
            with self._lock:
                found.append((counts, seen))

        crew.run(-(-source.count // _COUNTED), work, most=_COUNTERS)
        counts, seen = found.pop()
        for more, also in found:
            counts += more
            seen[:3], seen[3:6] = np.minimum(seen[:3], also[:3]), np.maximum(seen[3:6], also[3:6])
            seen[6:] += also[6:]
        return counts, seen

    def _scatter(self, source: Records, plan: Plan, crew: Crew, index_bytes: int) -> list[Leaf]:
        """Write each record behind those of its box that come before it in the source."""
        totals, stride = plan.totals, source.stride + index_bytes
        with self._lock:
            start, self.end = self.end, self.end + source.count * stride
        starts = np.concatenate([[0], np.cumsum(totals)[:-1]])
        claimed = np.zeros(len(totals), dtype=np.int64)
        bounds = no_bounds(len(totals))
        turns = [0]

        def work(pieces: Iterator[int]) -> None:
            rows = min(self._block, source.count)
            buffer, out = (np.empty(rows * wide, dtype=np.uint8) for wide in (source.stride, stride))
            grid, boxes = np.empty((rows, 3), dtype=np.int32), np.empty(rows, dtype=np.int32)
            own = no_bounds(len(totals))
            for piece in pieces:
                part = source.read(piece * self._block, buffer)
                count = len(part) // source.stride
                counts = np.zeros(len(totals), dtype=np.int64)
                places, wide = self._grid.of(part, source.stride, grid[:count])
                tiling.boxes_of_points(
                    places,
                    wide,
                    plan.low,
                    plan.shift,
                    plan.dims,
                    plan.box_of_cell,
                    boxes[:count],
                    counts,
                    own,
                    self._grid.nowhere,
                )
                if counts.sum() != count:
                    raise changed(source.path)
                with crew.in_turn(piece, turns):
                    place = starts + claimed
                    claimed[:] += counts
                    if (claimed > totals).any():
                        raise changed(source.path)
                cursor = np.concatenate([[0], np.cumsum(counts)[:-1]])
                ends = cursor + counts
                first = piece * self._block
                tile_blocks.scatter(
                    part, source.stride, boxes[:count], cursor.copy(), first, index_bytes, out[: count * stride]
                )
                for box in np.flatnonzero(counts).tolist():
                    a, b = int(cursor[box]), int(ends[box])
                    write_exactly(self._spool, out[a * stride : b * stride], start + int(place[box]) * stride)
                self._steps.add(count if index_bytes else 0, _SORTING)
            with self._lock:
                np.minimum(bounds[:, :3], own[:, :3], out=bounds[:, :3])
                np.maximum(bounds[:, 3:], own[:, 3:], out=bounds[:, 3:])

        crew.run(-(-source.count // self._block), work)
        return [
            Leaf(
                start + int(starts[box]) * stride,
                int(totals[box]),
                tuple(bounds[box, :3].tolist()),
                tuple(bounds[box, 3:].tolist()),
                INVALID if box == len(totals) - 1 else VALID,
            )
            for box in np.flatnonzero(totals).tolist()
        ]


def _cells(low: Ints, high: Ints, count: int) -> tuple[int, Ints]:
    """Return how wide cells are (a power of two) and how many there are along each axis."""
    most = min(_MOST_CELLS, max(_FEWEST_CELLS, 2 * count))
    sides = [int(b) - int(a) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    shift = 0
    while np.prod([(side >> shift) + 1 for side in sides], dtype=object) > most:
        shift += 1
    return shift, np.array([(side >> shift) + 1 for side in sides], dtype=np.int64)


def no_bounds(count: int) -> Ints:
    """Return bounds of no points: least x, y, z and greatest x, y, z, (N, 6) int32."""
    bounds = np.empty((count, 6), dtype=np.int32)
    bounds[:, :3], bounds[:, 3:] = 2**31 - 1, -(2**31)
    return bounds


def changed(path: Path) -> UnreadableFile:
    """Return what to say where a second look found other points."""
    return UnreadableFile("the file changed while it was read", where=path, hint="try again")
