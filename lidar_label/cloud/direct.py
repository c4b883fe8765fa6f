"""Tiles straight from a source that lies in space as it lies in its file: each part is read again where it is needed.

Most recordings and most tiled surveys are so: a block of records that follow each other holds points of a few tiles.
Then no point need be written twice; a source that is not so takes the way of `Sorter` and its spool. The first look
leaves the numbers of each block's points in the order of their boxes, so that what a part takes is known: in memory,
or of larger sources in a file.
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
from lidar_label.cloud.records import FloatGrid, Ints, Records, WholeGrid, read_exactly, write_exactly
from lidar_label.cloud.threads import Crew, Steps
from lidar_label.kernels import tile_blocks, tiling

ORDER_BYTES = 2  # a point, of the file with each block's order
_BLOCK = 32_768  # records looked at together; at most 65,536
_MOST_TIMES = 4.0  # that a block is read again, in the mean; a spool is cheaper from there on
_LEAST_TAKEN = 250_000  # points in a part, where all are to be shared
_MOST_HELD = 64_000_000  # points whose order stays in memory
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
    """The parts of a source and its leaves; `orders` is an open file for the order of each block's points."""

    def __init__(self, source: Records, orders: int, plan: Plan, grid: WholeGrid | FloatGrid, index_bytes: int) -> None:
        self._source, self._orders, self._plan, self._grid = source, orders, plan, grid
        self._index_bytes = index_bytes
        self._order: Ints | None = np.empty(source.count, np.uint16) if source.count <= _MOST_HELD else None
        self._held: list[Ints] = []  # of each block: its boxes, and how many of its points each has
        self.stride = 8 * tile_blocks.words_of_row(source.stride, index_bytes)
        self.leaves: list[Leaf] = []
        self.parts: list[Part] = []

    def look(self, crew: Crew, steps: Steps, most: int) -> bool:
        """Find where the points of each tile are; say whether taking at most `most` at once is worth it."""
        source, totals = self._source, self._plan.totals
        if not len(totals) or int(totals.max()) > most:
            return False
        bounds = self._found(crew, steps)
        if bounds is None:
            return False
        dense = totals[:-1] > MOST_TILE_POINTS
        if (dense & (bounds[:-1, :3] != bounds[:-1, 3:]).any(axis=1)).any():
            return False  # cells that must be cut finer
        self._lay(bounds)
        number = np.repeat(np.arange(len(self._held)), [held.shape[1] for held in self._held])
        boxes = np.concatenate([held[0] for held in self._held])
        order = np.argsort(boxes, kind="stable")
        number, boxes = number[order], boxes[order]
        leaf = read = 0
        for begin, end in _ranges(totals, most, crew.workers):
            some = np.unique(number[np.searchsorted(boxes, begin) : np.searchsorted(boxes, end)])
            firsts = np.concatenate([[0], np.cumsum(totals[begin:end])])
            leaves = int((-(-totals[begin:end] // MOST_TILE_POINTS)).sum())
            self.parts.append(Part(begin, end, range(leaf, leaf + leaves), some, firsts))
            leaf, read = leaf + leaves, read + len(some)
        return read <= _MOST_TIMES * -(-source.count // _BLOCK)

    def write(self, finisher: Finisher, tiles: Tiles, crew: Crew, steps: Steps) -> None:
        """Write every tile; the threads take the parts as they come."""
        source = self._source
        most = max(int(part.firsts[-1]) for part in self.parts)

        def work(pieces: Iterator[int]) -> None:
            rows = np.empty(most * self.stride // 8, dtype=np.uint64)
            places, same = np.empty(most, dtype=np.uint32), np.arange(MOST_TILE_POINTS, dtype=np.uint32)
            buffer, order = np.empty(_rows(source) * source.stride, dtype=np.uint8), np.empty(_rows(source), np.uint16)
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
                    boxes, counts, some = self._taken(block, part, order)
                    tile_blocks.take_points(
                        records, source.stride, some, counts, cursor[boxes], places[:count],
                        block * _BLOCK, self._index_bytes, taken,
                    )  # fmt: skip
                    cursor[boxes] += counts
                at, data = 0, taken.view(np.uint8)
                for i in part.leaves:
                    end = at + self.leaves[i].count
                    finisher.put(data[at * self.stride : end * self.stride], same, self.leaves[i], tiles[i], desk)
                    steps.add(end - at, WRITING)
                    at = end

        crew.run(len(self.parts), work)

    def _taken(self, block: int, part: Part, buffer: Ints) -> tuple[Ints, Ints, Ints]:
        """Return which boxes of a part a block has points of, how many of each, and the numbers of these points."""
        boxes, counts = self._held[block]
        a, b = np.searchsorted(boxes, (part.begin, part.end)).tolist()
        at = block * _BLOCK + int(counts[:a].sum())
        if self._order is not None:
            return boxes[a:b] - part.begin, counts[a:b], self._order[at : at + int(counts[a:b].sum())]
        some = buffer[: int(counts[a:b].sum())]
        read_exactly(self._orders, some.view(np.uint8), at * ORDER_BYTES, self._source.path)
        return boxes[a:b] - part.begin, counts[a:b], some

    def _found(self, crew: Crew, steps: Steps) -> Ints | None:
        """Find the boxes of each block, and write the order of its points; return the bounds of each box.

        None stands for too many boxes.
        """
        source, plan = self._source, self._plan
        blocks = -(-source.count // _BLOCK)
        self._held = [_NONE] * blocks
        bounds, lock, entries = no_bounds(len(plan.totals)), threading.Lock(), [0, 0]
        totals, given_up = np.zeros(len(plan.totals), dtype=np.int64), threading.Event()

        def work(pieces: Iterator[int]) -> None:
            most = _rows(source)
            buffer, grid = np.empty(most * source.stride, dtype=np.uint8), np.empty((most, 3), dtype=np.int32)
            boxes, order, own = np.empty(most, np.int32), np.empty(most, np.uint16), no_bounds(len(totals))
            counts, mine = np.zeros(len(totals), dtype=np.int64), np.zeros(len(totals), dtype=np.int64)
            for piece in pieces:
                records = source.read(piece * _BLOCK, buffer)
                count = len(records) // source.stride
                places, wide = self._grid.of(records, source.stride, grid[:count])
                counts[:] = 0
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
                held = np.flatnonzero(counts)
                if counts.sum() != count:
                    raise changed(source.path)
                at = piece * _BLOCK
                some = order[:count] if self._order is None else self._order[at : at + count]
                tile_blocks.order_by_box(boxes[:count], np.cumsum(counts) - counts, some)
                if self._order is None:
                    write_exactly(self._orders, some.view(np.uint8), at * ORDER_BYTES)
                mine += counts
                self._held[piece] = np.stack([held, counts[held]])
                steps.add(count, _LOOKING)
                with lock:
                    entries[0] += len(held)
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
            raise changed(source.path)
        return bounds

    def _lay(self, bounds: Ints) -> None:
        totals = self._plan.totals
        for box in np.flatnonzero(totals).tolist():
            kind = INVALID if box == len(totals) - 1 else VALID
            low, high = tuple(bounds[box, :3].tolist()), tuple(bounds[box, 3:].tolist())
            whole = Leaf(0, int(totals[box]), low, high, kind)
            self.leaves.extend(whole.runs(self.stride, MOST_TILE_POINTS))


def _ranges(totals: Ints, most: int, workers: int) -> Iterator[tuple[int, int]]:
    """Yield neighbouring boxes of at most `most` points together; fewer at last, so that all threads end at once."""
    begin = held = 0
    left = int(totals.sum())
    for box, total in enumerate(itertools.chain(totals.tolist(), [most + 1])):
        if held + total > min(most, max(left // (2 * workers), _LEAST_TAKEN)):
            if held:
                yield begin, box
            left -= held
            begin, held = box, 0
        held += total


def _rows(source: Records) -> int:
    return min(_BLOCK, source.count)


_NONE: Ints = np.empty((2, 0), dtype=np.int64)
