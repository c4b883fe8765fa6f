"""Tiles from sorted records: each shuffled, laid out in columns, summed up and written to its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lidar_label.cloud.layout import (
    ALIGNMENT,
    GRID,
    INVALID,
    MOST_TILE_POINTS,
    TILE,
    Index,
    Place,
    Tiles,
    block_places,
    checksum_of,
    overview_places,
)
from lidar_label.cloud.partition import Leaf, changed
from lidar_label.cloud.records import Bytes, FloatGrid, Ints, WholeGrid, read_exactly, write_exactly
from lidar_label.cloud.threads import Crew, Steps
from lidar_label.datasets.clouds.raw import RawValue
from lidar_label.kernels import tile_blocks
from lidar_label.model import Floats

_SEED = 20_240_229  # any; the order of a tile depends on its number of points alone
WRITING = "write tiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a sorted record becomes a row of the columns.

    `stride` counts the index at the record's end; `columns` are the raw columns' places in it, in the order of the
    index's; `axes` are the exact positions of a float source; `path` is the source, named in errors.
    """

    path: Path
    stride: int
    grid: WholeGrid | FloatGrid
    columns: Sequence[RawValue]
    axes: Sequence[RawValue] = ()


def tile_table(leaves: Sequence[Leaf], index: Index, grid: WholeGrid | FloatGrid) -> tuple[Tiles, int]:
    """Return a table with the place of each leaf's block, and how many bytes all blocks have."""
    tiles: Tiles = np.zeros(len(leaves), dtype=TILE)
    at, row = 0, 0
    share = index.overview_points / max(index.points, 1)
    for tile, leaf in zip(tiles, leaves, strict=True):
        valid = leaf.kind != INVALID
        side = max(b - a for a, b in zip(leaf.low, leaf.high, strict=True)) if valid else 0
        shift = max(0, side.bit_length() - 16)
        nbytes = block_places(index, leaf.count, shift)[1]
        some = min(leaf.count, max(1, int(leaf.count * share))) if valid else 0
        tile["count"], tile["offset"], tile["nbytes"], tile["shift"] = leaf.count, at, nbytes, shift
        tile["kind"], tile["overview_first"], tile["overview_count"] = leaf.kind, row, some
        if valid:
            tile["corner"] = leaf.low
        if valid and isinstance(grid, WholeGrid):
            ends = [np.array(end) * index.step + index.step_from for end in (leaf.low, leaf.high)]
            tile["low"], tile["high"] = np.minimum(*ends), np.maximum(*ends)
        at, row = at + nbytes, row + some
    return tiles, at


class Desk:
    """The memory in which one thread makes tiles, used again for each; it fits every tile of a table."""

    def __init__(self, tiles: Tiles) -> None:
        self.block = np.empty(max((int(size) for size in tiles["nbytes"]), default=0), dtype=np.uint8)
        self.grid = np.empty((max((int(count) for count in tiles["count"]), default=0), 3), dtype=np.int32)


class Finisher:
    """Writes the blocks of a table's tiles, and fills in what is known only then.

    Parameters
    ----------
    spool, points : int
        Open files: of the sorted records, and of the blocks.
    overview : (K,) uint8
        The bytes of ``overview.bin``, filled here.

    Attributes
    ----------
    shuffled : (MOST_TILE_POINTS,) uint32
        The order of a full tile's points; a smaller one's are in the order in which their numbers stand here.
    """

    def __init__(self, index: Index, recipe: Recipe, spool: int, path: Path, points: int, overview: Bytes) -> None:
        self._index, self._recipe = index, recipe
        self._spool, self._path, self._points, self._overview = spool, path, points, overview
        self._overview_places = overview_places(index)[0]
        self.shuffled = np.random.default_rng(_SEED).permutation(MOST_TILE_POINTS).astype(np.uint32)

    def write(self, leaves: Sequence[Leaf], tiles: Tiles, crew: Crew, steps: Steps) -> None:
        """Write every tile from the spool; the threads take them as they come, and each has its place."""
        most = max((leaf.count for leaf in leaves), default=0)

        def work(pieces: Iterator[int]) -> None:
            records, order = np.empty(most * self._recipe.stride, dtype=np.uint8), np.empty(most, dtype=np.uint32)
            desk = Desk(tiles)
            for piece in pieces:
                leaf = leaves[piece]
                part = records[: leaf.count * self._recipe.stride]
                read_exactly(self._spool, part, leaf.start, self._path)
                tile_blocks.order_of(self.shuffled, leaf.count, order)
                self.put(part, order, leaf, tiles[piece], desk)
                steps.add(leaf.count, WRITING)

        crew.run(len(leaves), work)

    def put(self, records: Bytes, order: Ints, leaf: Leaf, tile: np.void, desk: Desk) -> None:
        """Write one tile of records that are to be taken in an order."""
        recipe, count, shift = self._recipe, leaf.count, int(tile["shift"])
        places, nbytes = block_places(self._index, count, shift)
        block, grid = desk.block[:nbytes], desk.grid[:count]
        for place in places.values():  # what lies between columns is the same in every build
            end = place.offset + place.dtype.itemsize * place.width * count
            block[end : -(-end // ALIGNMENT) * ALIGNMENT] = 0
        if leaf.kind != INVALID:
            whole, wide = recipe.grid.of(records, recipe.stride, grid)
            low = places["low_bits"].view(block, count).reshape(-1) if "low_bits" in places else _NONE
            high = places["grid"].view(block, count).reshape(-1)
            corner = np.array(leaf.low, dtype=np.int64)
            extent = np.array(leaf.high, dtype=np.int64) - corner
            if not tile_blocks.pack_grid(whole, wide, order, count, corner, extent, shift, high, low):
                raise changed(recipe.path)
        else:
            block[: places["index"].offset] = 0
        tile_blocks.pack_columns(records, recipe.stride, order, count, self._columns(places), block)
        _bound(tile, places, block)
        tile["checksum"] = checksum_of(block)
        write_exactly(self._points, block, int(tile["offset"]))
        first, some = int(tile["overview_first"]), int(tile["overview_count"])
        for name, place in self._overview_places.items():
            to = place.view(self._overview, self._index.overview_points)
            to[first : first + some] = places[name].view(block, count)[:some]

    def _columns(self, places: dict[str, Place]) -> Ints:
        """Return what `pack_columns` copies: the index, exact positions, raw columns."""
        index = places["index"]
        size = index.dtype.itemsize
        rows = [(self._recipe.stride - size, size, index.offset, 1)]
        for i, axis in enumerate(self._recipe.axes):
            size = axis.dtype.itemsize
            rows.append((axis.offset, size, places["xyz"].offset + i * size, 3))
        for column, value in zip(self._index.columns, self._recipe.columns, strict=True):
            rows.append((value.offset, value.dtype.itemsize, places[f"column:{column.name}"].offset, 1))
        return np.array(rows, dtype=np.int64)


_NONE = np.empty(0, dtype=np.uint16)


def _bound(tile: np.void, places: dict[str, Place], block: Bytes) -> None:
    """Fill in the exact bounds of positions and index."""
    count = int(tile["count"])
    index = places["index"].view(block, count)
    tile["index_low"], tile["index_high"] = int(index.min()), int(index.max())
    if "xyz" in places and tile["kind"] != INVALID:
        xyz = places["xyz"].view(block, count)
        tile["low"], tile["high"] = xyz.min(axis=0), xyz.max(axis=0)


def bounds_of_tiles(tiles: Tiles) -> tuple[Floats, Floats]:
    """Return the bounds of all tiles of valid points; zeros where there are none."""
    valid = tiles[tiles["kind"] != INVALID]
    if not len(valid):
        return np.zeros(3), np.zeros(3)
    return valid["low"].min(axis=0), valid["high"].max(axis=0)


def is_grid(index: Index) -> bool:
    """Say whether the positions of a store are whole multiples of its step."""
    return index.encoding == GRID
