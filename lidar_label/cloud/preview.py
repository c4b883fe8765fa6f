"""A first picture of a cloud: points from all over it, taken straight from the source, without building anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.records import read_exactly
from lidar_label.cloud.rows import Rows, rows_of
from lidar_label.datasets.clouds.base import CloudSource, reading
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.model import Floats

_BLOCKS = 512  # places that are read, spread over the file
_MOST_DECODED = 2_000_000  # points of a packed source that are unpacked


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """Some points of a source: valid positions (N, 3) float64 in its coordinates, fields, and the points' indices."""

    xyz: Floats
    index: NDArray[np.int64]
    fields: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Bounds of these points; zeros where there are none."""
        if not len(self.xyz):
            return np.zeros(3), np.zeros(3)
        return self.xyz.min(axis=0), self.xyz.max(axis=0)


def preview(source: CloudSource | Path, points: int = 1_000_000) -> Preview:
    """Return about `points` of a source: blocks spread over a file of records or of packed chunks, else the first ones.

    Raises
    ------
    MissingFile, UnreadableFile
        If the source cannot be read.
    """
    opened = open_cloud(source) if isinstance(source, Path) else source
    rows = rows_of(opened)
    if rows.path is None:
        return _unpacked(opened, points)
    wanted = min(points, opened.points)
    blocks = 1 if wanted == opened.points else min(_BLOCKS, max(wanted, 1))
    size = wanted // blocks
    begins = [opened.points * i // blocks for i in range(blocks)] if size else []
    records = np.empty(size * len(begins) * rows.stride, dtype=np.uint8)
    with reading(rows.path), rows.path.open("rb", buffering=0) as file:
        for i, first in enumerate(begins):
            part = records[i * size * rows.stride : (i + 1) * size * rows.stride]
            read_exactly(file.fileno(), part, rows.start + first * rows.stride, rows.path)
    index = (np.array(begins, dtype=np.int64)[:, None] + np.arange(size)).reshape(-1)
    return _taken(rows, opened, records, index)


def _taken(rows: Rows, source: CloudSource, records: NDArray[np.uint8], index: NDArray[np.int64]) -> Preview:
    count = len(index)

    def values(dtype: np.dtype[Any], offset: int) -> NDArray[Any]:
        if not count:
            return np.empty(0, dtype=dtype)
        return np.ndarray((count,), dtype, buffer=records.data, offset=offset, strides=(rows.stride,))

    xyz = np.empty((count, 3))
    for i, axis in enumerate(rows.axes):
        with np.errstate(over="ignore", invalid="ignore"):
            xyz[:, i] = values(axis.dtype, axis.offset) * rows.step[i] + rows.step_from[i]
    fields: dict[str, NDArray[Any]] = {}
    for name, (_, value) in rows.fields.items():
        raw = values(value.dtype, value.offset)
        if value.scale is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                raw = raw * value.scale + value.add
        elif value.bits:
            raw = (raw >> value.shift) & ((1 << value.bits) - 1)
        fields[name] = raw.astype(source.fields[name])
    return _valid(xyz, index, fields, keeps_zero=rows.is_whole)


def _unpacked(source: CloudSource, points: int) -> Preview:
    """Take points evenly from those that are unpacked."""
    most = min(source.points, _MOST_DECODED)
    every = max(1, most // max(points, 1))
    xyz, index, fields = [np.empty((0, 3))], [np.empty(0, dtype=np.int64)], {n: [np.empty(0, d)] for n, d in source.fields.items()}  # noqa: E501  # fmt: skip
    for chunk in source.spread(most):
        xyz.append(chunk.xyz[::every])
        index.append(np.arange(chunk.start, chunk.start + len(chunk), every, dtype=np.int64))
        for name, found in fields.items():
            found.append(np.asarray(chunk.fields[name])[::every])
    columns = {name: np.concatenate(found) for name, found in fields.items()}
    return _valid(np.concatenate(xyz), np.concatenate(index), columns, keeps_zero=source.step is not None)


def _valid(xyz: Floats, index: NDArray[np.int64], fields: Mapping[str, NDArray[Any]], *, keeps_zero: bool) -> Preview:
    with np.errstate(invalid="ignore"):
        valid = np.isfinite(xyz).all(axis=1) & (keeps_zero | xyz.any(axis=1))
    if valid.all():
        return Preview(xyz, index, fields)
    return Preview(xyz[valid], index[valid], {name: values[valid] for name, values in fields.items()})
