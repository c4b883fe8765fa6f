"""Reading a tile store: any prefix of any tile, only the columns that are asked for, from any thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.layout import (
    FLOAT,
    OVERVIEW,
    POINTS,
    VALID,
    Index,
    Place,
    Tiles,
    block_places,
    overview_places,
    read_index,
    read_tiles,
)
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.kernels.grid_points import grid_positions
from lidar_label.model import Floats

Column = NDArray[Any]
AGAIN = "remove the store and build it again"
_NO_BITS = np.empty((0, 3), dtype=np.uint16)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TilePoints:
    """The first points of a tile.

    Parameters
    ----------
    grid : (N, 3) uint16
    corner, step : (3,) float64, metres
        A point is drawn at ``corner + grid * step``, in source coordinates.
    index : (N,) uint32 or uint64, or None
        Each point's number in the source, where it was asked for.
    fields : mapping of str to (N,) array
    """

    grid: NDArray[np.uint16]
    corner: Floats
    step: Floats
    index: Column | None = None
    fields: Mapping[str, Column] = field(default_factory=dict)
    tile: int = -1
    store: TileStore | None = None

    def __len__(self) -> int:
        return len(self.grid)

    def exact(self) -> Floats:
        """Return the positions just as the source's reader gives them, (N, 3) float64 metres; they are read now."""
        if self.store is None:
            raise InvalidValue("points that come from no tile have no exact positions")
        return self.store.exact(self.tile, len(self))


class TileStore:
    """An opened tile store. Every method may be called by several threads at once.

    Attributes
    ----------
    folder : Path
    index : Index
        What ``index.json`` says.
    tiles : structured array
        The table, one row a tile; see `layout.TILE`.
    fields : mapping of str to dtype
        What a point has beside its position.
    """

    def __init__(self, folder: Path, index: Index, tiles: Tiles) -> None:
        self.folder, self.index, self.tiles = folder, index, tiles
        self.fields = {one.name: np.dtype(one.dtype) for one in index.fields}
        self._by_name = {one.name: one for one in index.fields}
        self._step, self._step_from = np.array(index.step), np.array(index.step_from)
        self._corners = tiles["corner"] * self._step + self._step_from
        self._places: dict[tuple[int, bool], dict[str, Place]] = {}
        self._own = threading.local()
        self._lock = threading.Lock()
        self._file = _opened(folder / POINTS)
        _say_in_use(self._file)
        self.valid = np.asarray(tiles["kind"] == VALID)

    @classmethod
    def open(cls, folder: Path | str) -> TileStore:
        """Open a store; its index and its table are read and checked against the size of its files.

        Raises
        ------
        MissingFile, UnreadableFile
            If there is no finished store, a file of it is gone or cut off, or its table is damaged.
        """
        folder = Path(folder)
        index = read_index(folder)
        return cls(folder, index, read_tiles(folder, index))

    def close(self) -> None:
        """Close the file; what was read stays."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def points(self) -> int:
        """All points of the source, invalid returns among them."""
        return self.index.points

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the greatest corner, metres in source coordinates."""
        return np.array(self.index.low), np.array(self.index.high)

    def read(
        self, tile: int, count: int | None = None, fields: Sequence[str] = (), *, index: bool = False
    ) -> TilePoints:
        """Read the first `count` points of a tile: a fair sample of it. Only what is asked for is read.

        Raises
        ------
        UnreadableFile
            If the file ends before, or cannot be read.
        InvalidValue
            If there is no such tile or field.
        """
        row = self._row(tile)
        many = int(row["count"]) if count is None else max(0, min(int(count), int(row["count"])))
        corner, step = self._drawn(tile, row)
        return TilePoints(
            grid=self._column(row, "grid", many),
            corner=corner,
            step=step,
            index=self.index_of(tile, many) if index else None,
            fields={name: self.values(tile, name, many) for name in fields},
            tile=tile,
            store=self,
        )

    def values(self, tile: int, name: str, count: int | None = None) -> Column:
        """Return a field of the first `count` points of a tile."""
        row = self._row(tile)
        one = self._by_name.get(name)
        if one is None:
            known = ", ".join(self.fields) or "none"
            raise InvalidValue(f"there is no field {name!r}", where=self.folder, hint=f"there are: {known}")
        return one.take(self._column(row, f"column:{one.column}", count))

    def index_of(self, tile: int, count: int | None = None, out: Column | None = None) -> Column:
        """Return the numbers in the source of the first `count` points of a tile; each is a number of a point.

        `out` is memory to read into, of the store's own type for them.
        """
        row = self._row(tile)
        found = self._column(row, "index", count, out)
        if len(found) and int(found.max()) >= self.points:
            text = f"tile {tile} counts point {int(found.max())} of {self.points}"
            raise UnreadableFile(text, where=self.folder / POINTS, hint=AGAIN)
        return found

    def exact(self, tile: int, count: int | None = None, *, reuse: bool = False) -> Floats:
        """Return the exact positions of the first `count` points of a tile, (N, 3) float64 metres.

        With `reuse` they lie in memory of this thread that its next such call takes again.
        """
        row = self._row(tile)
        many = int(row["count"]) if count is None else min(count, int(row["count"]))
        out = self._scratch("exact", many, np.dtype(np.float64)) if reuse else np.empty((many, 3))
        if self.index.encoding == FLOAT:
            out[:] = self._column(row, "xyz", many)
            return out
        shift = int(row["shift"])
        grid = self._column(row, "grid", many, self._scratch("grid", many, np.dtype("<u2")))
        low = self._column(row, "low_bits", many, self._scratch("low", many, np.dtype("<u2"))) if shift else _NO_BITS
        return grid_positions(grid, low, shift, row["corner"], self._step, self._step_from, out)

    def overview(self, fields: Sequence[str] = ()) -> list[TilePoints]:
        """Return the first points of every tile, one entry a tile; they lie together and are read at once.

        Raises
        ------
        MissingFile, UnreadableFile
            If the file is gone, cut off or cannot be read.
        """
        path = self.folder / OVERVIEW
        places, _ = overview_places(self.index)
        count = self.index.overview_points
        file = _opened(path)
        try:

            def column(name: str) -> Column:
                place = places[name]
                out = np.empty((count, place.width) if place.width > 1 else count, dtype=place.dtype)
                _fill(file, out, place.offset, path)
                return out

            grid = column("grid")
            values = {name: self._by_name[name].take(column(f"column:{self._by_name[name].column}")) for name in fields}
        finally:
            os.close(file)
        found = []
        for tile, row in enumerate(self.tiles):
            rows = slice(int(row["overview_first"]), int(row["overview_first"]) + int(row["overview_count"]))
            corner, step = self._drawn(tile, row)
            own = {name: column[rows] for name, column in values.items()}
            found.append(TilePoints(grid=grid[rows], corner=corner, step=step, fields=own, tile=tile, store=self))
        return found

    def advise(self, tile: int, count: int | None = None, fields: Sequence[str] = ()) -> None:
        """Let the system read ahead what `read` would read; nothing waits for it, and it never fails."""
        if not hasattr(os, "posix_fadvise"):
            return
        row = self._row(tile)
        many = int(row["count"]) if count is None else min(count, int(row["count"]))
        names = ["grid", *(f"column:{self._by_name[name].column}" for name in fields if name in self._by_name)]
        for name in dict.fromkeys(names):
            place = self._layout(row)[name]
            size = place.dtype.itemsize * place.width * many
            try:
                os.posix_fadvise(self._file, int(row["offset"]) + place.offset, size, os.POSIX_FADV_WILLNEED)
            except OSError:
                return

    def _row(self, tile: int) -> np.void:
        if not 0 <= tile < len(self.tiles):
            raise InvalidValue(f"there is no tile {tile}: there are {len(self.tiles)}", where=self.folder)
        found: np.void = self.tiles[tile]
        return found

    def _drawn(self, tile: int, row: np.void) -> tuple[Floats, Floats]:
        """Return where a tile's grid begins, and how wide its steps are, metres."""
        return self._corners[tile], self._step * float(1 << int(row["shift"]))

    def _layout(self, row: np.void) -> dict[str, Place]:
        key = (int(row["count"]), bool(row["shift"]))
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = block_places(self.index, int(row["count"]), int(row["shift"]))[0]
        return found

    def _column(self, row: np.void, name: str, count: int | None, out: Column | None = None) -> Column:
        """Read the first `count` values of a column of a block."""
        place = self._layout(row)[name]
        many = int(row["count"]) if count is None else min(count, int(row["count"]))
        if out is None:
            out = np.empty((many, place.width) if place.width > 1 else many, dtype=place.dtype)
        _fill(self._file, out, int(row["offset"]) + place.offset, self.folder / POINTS)
        return out

    def _scratch(self, name: str, count: int, dtype: np.dtype[Any]) -> Column:
        """Return (count, 3) memory that this thread uses again and again."""
        held: Column | None = getattr(self._own, name, None)
        if held is None or len(held) < count:
            held = np.empty((max(count, 4096), 3), dtype=dtype)
            setattr(self._own, name, held)
        return held[:count]


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        raise MissingFile("a file of the tile store is gone", where=path, hint=AGAIN) from None
    except OSError as error:
        raise UnreadableFile(f"the file cannot be read: {error.strerror}", where=path) from None


def _say_in_use(file: int) -> None:
    """Share a lock on the points, so that no program's cache drops the store while it is open; see `cache.trim`.

    It goes with the open file, however the program ends. Where there are no such locks, the time of use counts alone.
    """
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return


_seek = threading.Lock()


def _fill(file: int, out: Column, offset: int, path: Path) -> None:
    """Fill an array from a place of a file."""
    left = memoryview(out.reshape(-1).view(np.uint8).data) if out.size else memoryview(b"")
    while len(left):
        try:
            got = _read_at(file, left, offset)
        except OSError as error:
            raise UnreadableFile(f"the file cannot be read: {error.strerror}", where=path) from None
        if not got:
            raise UnreadableFile("the file ends before its last tile", where=path, hint=f"it was cut off; {AGAIN}")
        left, offset = left[got:], offset + got


def _read_at(file: int, view: memoryview, offset: int) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(file, [view], offset)
    with _seek:  # systems without it have one place in a file for all threads
        os.lseek(file, offset, os.SEEK_SET)
        data = os.read(file, len(view))
    view[: len(data)] = data
    return len(data)
