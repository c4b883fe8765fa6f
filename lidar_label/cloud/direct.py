"""Tiles straight from a source that lies in space as it lies in its file: each part is read again where it is needed.

Most recordings and most tiled surveys are so: a block of records that follow each other holds points of a few tiles.
Then nothing need be sorted on the disk; a source that is not so takes the way of `Sorter` and its spool.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lidar_label.cloud.finish import WRITING, Desk, Finisher
from lidar_label.cloud.layout import INVALID, MOST_TILE_POINTS, VALID, Tiles
from lidar_label.cloud.partition import Leaf, Plan, changed, no_bounds
from lidar_label.cloud.records import FloatGrid, Ints, Records, WholeGrid
from lidar_label.cloud.threads import Crew, Steps
from lidar_label.kernels import tile_blocks, tiling

_BLOCK = 32_768  # records looked at together
_MOST_TIMES = 4.0  # that a block is read again, in the mean; a spool is cheaper from there on
_MOST_BOXES, _FIRST_BOXES = 48, 4096  # of a block in the mean, and beyond that of the first few
_LOOKING = "sort points"


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken from the source at once: boxes `begin` to before `end`, their leaves, and where their points are.

    `blocks` are the source's blocks that hold some, in order; `firsts` the first row of each box.
    """

    begin: int
    end: int
    leaves: range
    blocks: Ints
    firsts: Ints


class Direct:
    """The parts of a source and its leaves."""

    def __init__(self, source: Records, plan: Plan, grid: WholeGrid | FloatGrid, index_bytes: int) -> None:
        self._source, self._plan, self._grid = source, plan, grid
        self._index_bytes = index_bytes
        self.stride = 8 * tile_blocks.words_of_row(source.stride, index_bytes)
        self.leaves: list[Leaf] = []
        self.parts: list[Part] = []

    def look(self, crew: Crew, steps: Steps, most: int) -> bool:
        """Find where the points of each tile are; say whether taking at most `most` at once is worth it."""
        source, totals = self._source, self._plan.totals
        if not len(totals) or int(totals.max()) > most:
            return False
        found = self._found(crew, steps)
        if found is None:
            return False
        boxes_of_block, bounds = found
        dense = totals[:-1] > MOST_TILE_POINTS
        if (dense & (bounds[:-1, :3] != bounds[:-1, 3:]).any(axis=1)).any():
            return False  # cells that must be cut finer
        self._lay(bounds)
        blocks = len(boxes_of_block)
        number = np.repeat(np.arange(blocks), [len(boxes) for boxes in boxes_of_block])
        boxes = np.concatenate(boxes_of_block)
        order = np.argsort(boxes, kind="stable")
        number, boxes = number[order], boxes[order]
        leaf = read = 0
        for begin, end in _ranges(totals, most):
            some = np.unique(number[np.searchsorted(boxes, begin) : np.searchsorted(boxes, end)])
            firsts = np.concatenate([[0], np.cumsum(totals[begin:end])])
            leaves = int((-(-totals[begin:end] // MOST_TILE_POINTS)).sum())
            self.parts.append(Part(begin, end, range(leaf, leaf + leaves), some, firsts))
            leaf, read = leaf + leaves, read + len(some)
        return read <= _MOST_TIMES * -(-source.count // _BLOCK)

    def write(self, finisher: Finisher, tiles: Tiles, crew: Crew, steps: Steps) -> None:
        """Write every tile; the threads take the parts as they come."""
        source, plan = self._source, self._plan
        most = max(int(part.firsts[-1]) for part in self.parts)

        def work(pieces: Iterator[int]) -> None:
            rows = np.empty(most * self.stride // 8, dtype=np.uint64)
            places, same = np.empty(most, dtype=np.uint32), np.arange(MOST_TILE_POINTS, dtype=np.uint32)
            buffer, grid = _buffers(source)
            desk = Desk(tiles)
            for piece in pieces:
                part = self.parts[piece]
                count = int(part.firsts[-1])
                at = 0
                for i in part.leaves:
                    end = at + self.leaves[i].count
                    tile_blocks.places_of(finisher.shuffled, end - at, at, places[at:end])
                    at = end
                cursor, taken = part.firsts[:-1].copy(), rows[: count * self.stride // 8]
                for block in part.blocks.tolist():
                    records = source.read(block * _BLOCK, buffer)
                    some = grid[: len(records) // source.stride]
                    self._grid.fill(records, source.stride, some)
                    if not tile_blocks.take_points(
                        records, source.stride, some, plan.low, plan.shift, plan.dims, plan.box_of_cell,
                        (part.begin, part.end, len(plan.totals) - 1), self._grid.nowhere, cursor, part.firsts[1:],
                        places[:count], block * _BLOCK, self._index_bytes, taken,
                    ):  # fmt: skip
                        raise changed(source)
                if (cursor != part.firsts[1:]).any():
                    raise changed(source)
                at, data = 0, taken.view(np.uint8)
                for i in part.leaves:
                    end = at + self.leaves[i].count
                    finisher.put(data[at * self.stride : end * self.stride], same, self.leaves[i], tiles[i], desk)
                    steps.add(end - at, WRITING)
                    at = end

        crew.run(len(self.parts), work)

    def _found(self, crew: Crew, steps: Steps) -> tuple[list[Ints], Ints] | None:
        """Return the boxes of each block, and the bounds of each box; None where there are too many."""
        source, plan = self._source, self._plan
        blocks = -(-source.count // _BLOCK)
        boxes_of_block: list[Ints] = [_NONE] * blocks
        bounds, lock, entries = no_bounds(len(plan.totals)), threading.Lock(), [0, 0]
        totals, given_up = np.zeros(len(plan.totals), dtype=np.int64), threading.Event()

        def work(pieces: Iterator[int]) -> None:
            buffer, grid = _buffers(source)
            boxes, own = np.empty(len(grid), dtype=np.int32), no_bounds(len(totals))
            counts, mine = np.zeros(len(totals), dtype=np.int64), np.zeros(len(totals), dtype=np.int64)
            for piece in pieces:
                records = source.read(piece * _BLOCK, buffer)
                some = grid[: len(records) // source.stride]
                self._grid.fill(records, source.stride, some)
                counts[:] = 0
                tiling.boxes_of_points(
                    some,
                    plan.low,
                    plan.shift,
                    plan.dims,
                    plan.box_of_cell,
                    boxes[: len(some)],
                    counts,
                    own,
                    self._grid.nowhere,
                )
                mine += counts
                boxes_of_block[piece] = np.flatnonzero(counts).astype(np.int32)
                steps.add(len(some), _LOOKING)
                with lock:
                    entries[0] += len(boxes_of_block[piece])
                    entries[1] += 1
                    if entries[0] > _FIRST_BOXES + _MOST_BOXES * entries[1]:
                        given_up.set()
                if given_up.is_set():
                    return
            with lock:
                totals[:] += mine
                np.minimum(bounds[:, :3], own[:, :3], out=bounds[:, :3])
                np.maximum(bounds[:, 3:], own[:, 3:], out=bounds[:, 3:])

        crew.run(blocks, work)
        if given_up.is_set():
            return None
        if (totals != plan.totals).any():
            raise changed(source)
        return boxes_of_block, bounds

    def _lay(self, bounds: Ints) -> None:
        totals = self._plan.totals
        for box in np.flatnonzero(totals).tolist():
            kind = INVALID if box == len(totals) - 1 else VALID
            low, high = tuple(bounds[box, :3].tolist()), tuple(bounds[box, 3:].tolist())
            whole = Leaf(0, int(totals[box]), low, high, kind)
            self.leaves.extend(whole.runs(self.stride, MOST_TILE_POINTS))


def _ranges(totals: Ints, most: int) -> Iterator[tuple[int, int]]:
    """Yield neighbouring boxes that hold at most `most` points together."""
    begin = held = 0
    for box, total in enumerate(itertools.chain(totals.tolist(), [most + 1])):
        if held + total > most:
            if held:
                yield begin, box
            begin, held = box, 0
        held += total


def _buffers(source: Records) -> tuple[Ints, Ints]:
    rows = min(_BLOCK, source.count)
    return np.empty(rows * source.stride, dtype=np.uint8), np.empty((rows, 3), dtype=np.int32)


_NONE: Ints = np.empty(0, dtype=np.int32)
