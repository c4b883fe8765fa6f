"""Building a tile store from a source of points of any size, in bounded memory."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lidar_label.cloud.direct import ORDER_BYTES, Direct
from lidar_label.cloud.finish import Finisher, Recipe, bounds_of_tiles, tile_table
from lidar_label.cloud.layout import (
    INDEX,
    LABELS,
    OVERVIEW,
    POINTS,
    TILES,
    Column,
    Field,
    Index,
    Stamp,
    checksum_of,
    overview_places,
    read_index,
    read_tiles,
    write_index,
    write_tiles,
)
from lidar_label.cloud.partition import Leaf, Sorter
from lidar_label.cloud.records import FloatGrid, Ints, Records, WholeGrid, float_bounds
from lidar_label.cloud.rows import Rows, rows_of
from lidar_label.cloud.stamps import is_same, stamp_of
from lidar_label.cloud.threads import Crew, Steps
from lidar_label.cloud.workplace import check_space, full, is_full, locked, new_store
from lidar_label.datasets.clouds.base import CloudSource
from lidar_label.datasets.clouds.raw import RawValue
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import CannotWrite, LidarLabelError
from lidar_label.progress import Progress

MEMORY = 1_000_000_000  # bytes a build may take, with the program itself
_PROGRAM = 300_000_000  # of these: the program, its libraries, and what counts cells
_OVERVIEW_POINTS, _OVERVIEW_BYTES = 1_500_000, 64_000_000
_LEAST_BLOCK, _MOST_BLOCK = 65_536, 4_000_000
_MOST_WORKERS = 8
_MOST_TAKEN = 4_000_000
_PLACE = 4  # bytes a point beside its record, taken straight from the source
_BESIDE = 32  # bytes a point that sorting takes beside its record, twice


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `is_new` is False where the store was there and still is that of its source."""

    points: int
    tiles: int
    bytes: int
    seconds: float
    peak_rss_bytes: int
    is_new: bool = True


def build_tiles(
    source: CloudSource | Path,
    store: Path,
    *,
    progress: Progress | None = None,
    memory: int = MEMORY,
    workers: int = 0,
    wait: bool = True,
    stamp: Stamp | None = None,
) -> BuildReport:
    """Build a store beside its place, and give it its name when it is whole.

    A store that is there and was built from the same source stays; one whose source changed is built again.

    Parameters
    ----------
    source : CloudSource or Path
        Opened points, or a cloud file.
    store : Path
        The folder to make.
    progress : Progress, optional
        Steps are points, each counted three times.
    memory : int, bytes
        What the program may hold; pieces are made as large as fit.
    workers : int
        Threads; 0 for one a processor, at most eight. What is built does not depend on it.
    wait : bool
        Whether to wait where another program builds the same store.
    stamp : Stamp, optional
        What tells the source apart, where it is no file.

    Raises
    ------
    MissingFile, UnreadableFile
        If the source is not what its header promises.
    CannotWrite
        If the disk is full, the folder cannot be written, it is no store, or it is one with labels and another source.
    Cancelled
        If the person stopped it; nothing is left.
    """
    began, progress, store = time.perf_counter(), progress or Progress(), store.absolute()
    opened = open_cloud(source) if isinstance(source, Path) else source
    if stamp is None:
        path = source if isinstance(source, Path) else getattr(opened, "path", None)
        stamp = stamp_of(path, store) if path is not None else Stamp("")
    if not store.parent.is_dir():
        raise CannotWrite("the folder for the tiles is not there", where=store.parent, hint="make it first")
    with locked(store, progress, wait=wait):
        kept = _kept(store, stamp)
        if kept is not None:
            return BuildReport(
                kept.points, len(read_tiles(store, kept)), _bytes_in(store), _since(began), peak_rss(), is_new=False
            )
        plan: Build | None = None
        try:
            with new_store(store, progress) as folder:
                plan = Build(opened, stamp, folder, store, memory, workers, progress)
                check_space(folder, plan.needed)
                tile_count = plan.run()
        except LidarLabelError:
            raise
        except OSError as error:
            if is_full(error):
                raise full(store.parent, plan.needed if plan is not None else 0) from None
            raise
    return BuildReport(opened.points, tile_count, _bytes_in(store), _since(began), peak_rss())


class Build:
    """One build in a folder of its own; `needed` is about how many bytes it takes on the disk at most."""

    def __init__(
        self,
        source: CloudSource,
        stamp: Stamp,
        folder: Path,
        store: Path,
        memory: int,
        workers: int,
        progress: Progress,
    ) -> None:
        self._source, self._stamp, self._folder, self._store = source, stamp, folder, store
        self._rows: Rows = rows_of(source)
        self._index_bytes = 4 if source.points < 2**32 else 8
        self._stride = self._rows.stride + self._index_bytes
        self._crew = Crew(workers or min(os.cpu_count() or 1, _MOST_WORKERS))
        wide = 2 * (self._stride + _BESIDE)
        self._room = max(memory - _PROGRAM, 0) // self._crew.workers
        self._block = self._room // wide
        self._block = min(max(self._block, _LEAST_BLOCK), _MOST_BLOCK)
        self._steps = Steps(progress, 3 * source.points)
        unpacked = 0 if self._rows.path is not None else source.points * self._rows.stride
        self.needed = source.points * (self._stride + 4 + ORDER_BYTES) + unpacked + _OVERVIEW_BYTES

    def run(self) -> int:
        """Build the store; return its number of tiles."""
        with self._files() as (spool, points), self._rows.opened(self._folder, self._block, self._steps) as records:
            grid, low, high = self._grid(records)
            index = self._index(grid)
            leaves: list[Leaf] = []
            direct = None
            if records.count:
                sorter = Sorter(spool, self._store, grid, self._index_bytes, self._crew, self._block, self._steps)
                plan = sorter.plan(records, low, high)
                direct = Direct(records, spool, plan, grid, self._index_bytes)
                if direct.look(self._crew, self._steps, self._taken(direct.stride)):
                    leaves = direct.leaves
                else:
                    direct = None
                    self.needed += records.count * self._stride  # the spool
                    check_space(self._folder, self.needed)
                    leaves = sorter.sort(records, plan)
                    self._rows.forget()
            tiles, points_bytes = tile_table(leaves, index, grid)
            index = replace(index, overview_points=int(tiles["overview_count"].sum()), points_bytes=points_bytes)
            overview = np.zeros(overview_places(index)[1], dtype=np.uint8)
            axes = () if grid.encoding == "grid" else self._rows.axes
            stride = direct.stride if direct is not None else self._stride
            recipe = Recipe(path=records.path, stride=stride, grid=grid, columns=self._columns(), axes=axes)
            finisher = Finisher(index, recipe, spool, self._store, points, overview)
            if direct is not None:
                direct.write(finisher, tiles, self._crew, self._steps)
            else:
                finisher.write(leaves, tiles, self._crew, self._steps)
        (self._folder / OVERVIEW).write_bytes(overview.data)
        write_tiles(self._folder, tiles)
        table = np.fromfile(self._folder / TILES, dtype=np.uint8)
        lows, highs = bounds_of_tiles(tiles)
        index = replace(
            index,
            low=tuple(lows.tolist()),
            high=tuple(highs.tolist()),
            checksums={TILES: checksum_of(table), OVERVIEW: checksum_of(overview)},
        )
        write_index(self._folder, index)
        return len(tiles)

    def _taken(self, stride: int) -> int:
        """Return how many points each thread takes from the source at once, at most."""
        return min(self._room // (stride + _PLACE), _MOST_TAKEN)

    @contextmanager
    def _files(self) -> Iterator[tuple[int, int]]:
        """Open the spool, which is gone at the end, and the file of the blocks."""
        spool_path, points_path = self._folder / "spool", self._folder / POINTS
        with spool_path.open("w+b", buffering=0) as spool, points_path.open("w+b", buffering=0) as points:
            spool_path.unlink(missing_ok=True)  # its bytes stay as long as it is open
            yield spool.fileno(), points.fileno()

    def _grid(self, records: Records) -> tuple[WholeGrid | FloatGrid, Ints, Ints]:
        """Return how positions become whole numbers, and where these should lie."""
        rows = self._rows
        if rows.is_whole:
            low, high = rows.whole_bounds()
            return WholeGrid([axis.offset for axis in rows.axes]), low, high
        bounds = rows.bounds or float_bounds(records, rows.axes, self._crew, self._block)
        grid = FloatGrid(rows.axes, *bounds)
        top = (bounds[1] - bounds[0]) / grid.step
        return grid, np.zeros(3, dtype=np.int64), np.minimum(top, 2**31 - 1).astype(np.int64)

    def _index(self, grid: WholeGrid | FloatGrid) -> Index:
        source, rows = self._source, self._rows
        step, step_from = rows.step, rows.step_from
        if isinstance(grid, FloatGrid):
            x, y, z = grid.low.tolist()
            step, step_from = (grid.step,) * 3, (x, y, z)
        room = _OVERVIEW_BYTES // (10 + sum(value.dtype.itemsize for value in self._columns()))
        zero = (0.0, 0.0, 0.0)
        return Index(
            source=self._stamp,
            points=source.points,
            encoding=grid.encoding,
            step=step,
            step_from=step_from,
            xyz_dtype="" if rows.is_whole else f"<f{rows.axes[0].dtype.itemsize}",
            index_dtype=f"<u{self._index_bytes}",
            low=zero,
            high=zero,
            columns=tuple(Column(name, value.dtype.newbyteorder("<").str) for name, value in rows.columns.items()),
            fields=tuple(
                Field(name, column, source.fields[name].newbyteorder("=").str, v.shift, v.bits, v.scale, v.add)
                for name, (column, v) in rows.fields.items()
            ),
            overview_points=min(source.points, _OVERVIEW_POINTS, room),
            points_bytes=0,
            origin=source.origin,
        )

    def _columns(self) -> Sequence[RawValue]:
        return list(self._rows.columns.values())


def _kept(store: Path, stamp: Stamp) -> Index | None:
    """Return the index of a store that stays; None where one is to be built."""
    if not store.exists() and not store.is_symlink():
        return None
    if not store.is_dir() or not (store / INDEX).is_file():
        if store.is_dir() and not any(store.iterdir()):
            return None
        raise CannotWrite("something that is no tile store is there", where=store, hint="choose another name")
    try:
        index = read_index(store)
        if is_same(index.source, stamp) and (store / POINTS).stat().st_size == index.points_bytes:
            return index
    except (LidarLabelError, OSError):
        pass  # damaged: built again
    if any((store / LABELS).glob("*")):
        raise CannotWrite(
            "the source changed since, and the store holds labels of its points",
            where=store,
            hint="export or move its folder 'labels', or build into another folder",
        )
    return None


def peak_rss() -> int:
    """Return the most memory that this program had so far, bytes; 0 where that is not known."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _bytes_in(store: Path) -> int:
    return sum((store / name).stat().st_size for name in (INDEX, TILES, POINTS, OVERVIEW))


def _since(began: float) -> float:
    return time.perf_counter() - began
