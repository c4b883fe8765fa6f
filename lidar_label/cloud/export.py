"""Labels of points out of a tile store: into a copy of the source, in its order, or a file of labels alone."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.labels import LabelLayer
from lidar_label.datasets.base import ReadOptions
from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, CloudSource, Point3
from lidar_label.datasets.clouds.las import LasFile
from lidar_label.datasets.clouds.las_patch import copy_patched, set_values
from lidar_label.datasets.clouds.registry import cloud_format_named, open_cloud, write_cloud
from lidar_label.datasets.export import explained
from lidar_label.errors import CannotWrite, LidarLabelError, MissingFile
from lidar_label.kernels.grid_points import scatter
from lidar_label.model import Finding
from lidar_label.progress import Progress

Column = NDArray[Any]
Mask = NDArray[np.bool_]
LABEL = "label"  # SemanticKITTI's file: a number of 32 bits a point, its lower half the class
FIELD = "classification"
_MOST_CLASS = 2**16 - 1
_BLOCK_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote: how many points, how many bytes, how long it took, and what is worth knowing."""

    target: Path
    points: int
    bytes: int
    seconds: float
    findings: tuple[Finding, ...] = ()


class SourceOrder:
    """The labels of a layer in the order of the source, a block at a time; memory is that of one block.

    Parameters
    ----------
    layer : LabelLayer
    every : bool
        Give every point's label; else only those of tiles that were painted, since the others are what the source has.
    block_bytes : int
    """

    def __init__(self, layer: LabelLayer, *, every: bool, block_bytes: int = _BLOCK_BYTES) -> None:
        self._layer = layer
        tiles = layer.store.tiles
        self._tiles = np.arange(len(tiles)) if every else np.array(layer.tiles, dtype=np.int64)
        self._low, self._high = tiles["index_low"][self._tiles], tiles["index_high"][self._tiles]
        self._size = max(1, block_bytes // (layer.dtype.itemsize + 1))
        self._first, self._values, self._touched = 0, np.empty(0, layer.dtype), np.empty(0, np.bool_)

    def between(self, start: int, stop: int) -> tuple[Column, Mask]:
        """Return the labels of the points from `start` to before `stop`, and where there are any."""
        if not self._first <= start <= stop <= self._first + len(self._values):
            self._load(start, max(stop, min(start + self._size, self._layer.store.points)))
        part = slice(start - self._first, stop - self._first)
        return self._values[part], self._touched[part]

    def _load(self, start: int, stop: int) -> None:
        self._first = start
        self._values = np.zeros(stop - start, dtype=self._layer.dtype)
        self._touched = np.zeros(stop - start, dtype=np.bool_)
        for tile in self._tiles[(self._low < stop) & (self._high >= start)].tolist():
            index, values = self._layer.store.index_of(tile), self._layer.values(tile)
            scatter(index, values, start, self._values, self._touched)


class Labelled(CloudSource):
    """A source with a field put in, or put in another's place, by a layer of labels."""

    def __init__(self, source: CloudSource, layer: LabelLayer, field: str, progress: Progress) -> None:
        self.wraps = self._source = source
        self._layer, self._field, self._progress = layer, field, progress
        self.points = source.points
        held = source.fields.get(field)
        kept = held is not None and np.can_cast(layer.dtype, held, "safe")
        self._dtype = held if kept and held is not None else layer.dtype.newbyteorder("=")
        self.fields = {**source.fields, field: self._dtype}
        self.step, self.step_from, self.xyz_dtype = source.step, source.step_from, source.xyz_dtype
        self.findings = source.findings

    @property
    def origin(self) -> Point3:
        """What the source takes off."""
        return self._source.origin

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield the source's points with their labels."""
        order = SourceOrder(self._layer, every=True)
        for chunk in self._source.chunks(size):
            self._progress.step(chunk.start, self.points, "points")
            values, _ = order.between(chunk.start, chunk.start + len(chunk))
            fields = {**chunk.fields, self._field: values.astype(self._dtype)}
            yield CloudChunk(start=chunk.start, xyz=chunk.xyz, fields=fields)


def source_of(layer: LabelLayer, read: ReadOptions | None = None) -> CloudFile:
    """Open the file that a store was built from, and make sure that it is still that file.

    Raises
    ------
    MissingFile
        If it is gone.
    CannotWrite
        If it changed since: labels would land on other points.
    """
    store = layer.store
    stamp = store.index.source
    candidates = [Path(stamp.path), *([store.folder / stamp.relative] if stamp.relative else [])]
    path = next((one for one in candidates if stamp.path and one.is_file()), None)
    if path is None:
        raise MissingFile("the cloud that the tiles were built from is gone", where=stamp.path or store.folder)
    found = path.stat()
    hint = "build the tiles again, or bring the old file back"
    if found.st_size != stamp.size or found.st_mtime_ns != stamp.mtime_ns:
        raise CannotWrite("the cloud changed since the tiles were built from it", where=path, hint=hint)
    opened = open_cloud(path, "", read or ReadOptions())
    if opened.points != store.points:
        text = f"the cloud has {opened.points} points and the tiles have {store.points}"
        raise CannotWrite(text, where=path, hint=hint)
    return opened


def export_labels(
    layer: LabelLayer,
    target: Path | str,
    to: str,
    *,
    field: str = "",
    source: CloudFile | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write the labels of a layer in the order of its source: into a copy of that, or alone.

    A LAS or LAZ of a LAS source is its copy, byte for byte, but for the field: `copy_patched`. Another kind gets every
    field and the labels. The file is written beside its target, read back, and renamed.

    Parameters
    ----------
    layer : LabelLayer
    target : Path
        A file that does not exist yet.
    to : str
        A kind of cloud file, or ``label`` for labels alone.
    field : str
        The field that the labels go to; the layer's own where it has one, else ``classification``.
    source : CloudFile, optional
        The opened source, where it is known.
    progress : Progress, optional

    Raises
    ------
    CannotWrite
        If the target exists, the disk is full, a label does not fit, or the source changed since the tiles were built.
    LidarLabelError
        If the source or the store cannot be read.
    """
    target, told, began = Path(target).absolute(), progress or Progress(), time.perf_counter()
    name = field or layer.field or FIELD
    if target.exists() or target.is_symlink():
        raise CannotWrite("the target exists already", where=target, hint="choose another name, or remove it first")
    if not target.parent.is_dir():
        raise CannotWrite("the folder for the target is not there", where=target.parent, hint="make it first")
    findings: list[Finding] = []
    if to == LABEL:
        _beside(target, lambda path: _write_label_file(layer, path, told))
    else:
        kind = cloud_format_named(to)
        if not kind.writes:
            raise CannotWrite(f"{kind.title} can be read but not written", hint="see: lidar-label formats")
        opened = source or source_of(layer)
        if to in ("las", "laz") and isinstance(opened, LasFile) and name in opened.fields:
            _beside(target, lambda path: _write_copy(layer, opened, name, path, to == "laz", told))
        else:
            findings = _write_anew(layer, opened, name, target, to, told)
    told.step(layer.store.points, layer.store.points, "points")
    seconds = time.perf_counter() - began
    return Exported(
        target=target,
        points=layer.store.points,
        bytes=target.stat().st_size,
        seconds=seconds,
        findings=tuple(findings),
    )


def _write_copy(layer: LabelLayer, source: LasFile, name: str, path: Path, compressed: bool, told: Progress) -> None:
    order = SourceOrder(layer, every=layer.field != name)

    def patch(start: int, records: NDArray[np.uint8]) -> None:
        values, touched = order.between(start, start + len(records))
        set_values(records, source, name, values, touched)

    copy_patched(source, path, patch, compressed=compressed, progress=told)


def _write_anew(
    layer: LabelLayer, source: CloudFile, name: str, target: Path, to: str, told: Progress
) -> list[Finding]:
    findings = write_cloud(to, target, Labelled(source, layer, name, told))
    if to == "copc":
        return findings  # in another order
    try:
        order, back = SourceOrder(layer, every=True), open_cloud(target, to)
        if name in back.fields:
            for chunk in back.chunks():
                values, _ = order.between(chunk.start, chunk.start + len(chunk))
                if not np.array_equal(chunk.fields[name], values):
                    raise CannotWrite("the labels do not read back the same", where=target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return findings


def _write_label_file(layer: LabelLayer, path: Path, told: Progress) -> None:
    order, digest = SourceOrder(layer, every=True), 0
    with path.open("wb") as out:
        for start in range(0, layer.store.points, CHUNK_POINTS):
            told.step(start, layer.store.points, "points")
            values, _ = order.between(start, min(start + CHUNK_POINTS, layer.store.points))
            if len(values) and int(values.max()) > _MOST_CLASS:
                text = f"label {int(values.max())} does not fit, a class is a number up to {_MOST_CLASS}"
                raise CannotWrite(text, where=path)
            data = values.astype("<u4")
            digest = zlib.crc32(data.data, digest)
            out.write(data.data)
    found = 0
    with path.open("rb") as file:
        while data_back := file.read(2**22):
            found = zlib.crc32(data_back, found)
    if path.stat().st_size != 4 * layer.store.points or found != digest:
        raise CannotWrite("what was written does not read back the same", where=path, hint="nothing was left there")


def _beside(target: Path, write: Any) -> None:  # noqa: ANN401 - a function of a path
    """Write under a hidden name, and give the file its own when it is whole."""
    unfinished = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix}")
    try:
        write(unfinished)
        unfinished.rename(target)
    except LidarLabelError as error:
        if error.where != str(unfinished):
            raise
        raise type(error)(error.what, where=target, hint=error.hint) from None
    except OSError as error:
        raise explained(error, target) from error
    finally:
        unfinished.unlink(missing_ok=True)
