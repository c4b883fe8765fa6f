"""Feather clouds (Arrow files): a column for x, y, z and each other value, in its own type."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.arrow_tables import check_sizes
from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, CloudFormat, CloudSource, reading
from lidar_label.datasets.clouds.columns import XYZ, standard_name
from lidar_label.datasets.clouds.rows import exact_dtype
from lidar_label.errors import UnreadableFile
from lidar_label.model import Finding

MAGIC = b"ARROW1"
_OLD = b"FEA1"
_BEGIN = 8  # bytes ahead of the first message


class Feather(CloudFormat):
    """Feather, version 2; columns keep their types, float16 positions among them."""

    name = "feather"
    title = "Feather (Arrow)"
    suffixes = (".feather", ".arrow")
    exact = "float64"
    writes = True
    note = "each value in its own type"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether a file is called so or begins so."""
        return path.suffix.lower() in self.suffixes or head.startswith(MAGIC)

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> FeatherFile:  # noqa: ARG002 - names are given
        """Open a file; its schema is read, and the number of rows of its parts."""
        return FeatherFile(path, self.name)

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write a column for each value; a part of the file for each piece of the source."""
        import pyarrow as pa

        kinds = {**dict.fromkeys(XYZ, source.xyz_dtype), **source.fields}
        schema = pa.schema([(name, pa.from_numpy_dtype(kind)) for name, kind in kinds.items()])
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with path.open("wb") as out, pa.ipc.new_file(out, schema, options=options) as writer:
            for chunk in source.chunks():
                with np.errstate(over="ignore", invalid="ignore"):
                    columns = [np.ascontiguousarray(column, dtype=source.xyz_dtype) for column in chunk.xyz.T]
                columns += [np.ascontiguousarray(chunk.fields[name]) for name in source.fields]
                writer.write_batch(pa.record_batch([pa.array(column) for column in columns], schema=schema))
        return []


class FeatherFile(CloudFile):
    """An opened Feather file."""

    def __init__(self, path: Path, format: str) -> None:  # noqa: A002
        super().__init__(path, format)
        kinds: dict[str, np.dtype[Any]] = {}
        not_read: list[str] = []
        _check(path)
        with _arrow_file(path) as reader:
            names = list(reader.schema.names)
            for field in reader.schema:
                kind = _kind(field.type)
                if kind is None or names.count(field.name) > 1:
                    not_read.append(field.name)
                else:
                    kinds[field.name] = kind
            self._axes = {axis: _axis(axis, kinds, path) for axis in XYZ}
            first = names.index(self._axes["x"])
        with _arrow_file(path, [first]) as reader:  # one column is enough to count rows
            self.points = sum(reader.get_batch(i).num_rows for i in range(reader.num_record_batches))
        self.fields = {name: kind for name, kind in kinds.items() if name not in self._axes.values()}
        self.xyz_dtype = exact_dtype([kinds[name] for name in self._axes.values()])
        if not_read:
            text = f"these columns hold no numbers and are not read: {', '.join(not_read)}"
            self.findings.append(Finding("warning", "not-read", text, str(path)))

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, a part of the file at a time."""
        start = 0
        with _arrow_file(self.path) as reader:
            for i in range(reader.num_record_batches):
                batch = reader.get_batch(i)
                batch.validate(full=True)
                for first in range(0, batch.num_rows, size):
                    part = batch.slice(first, size)
                    xyz = [_numbers(part.column(name), np.dtype(np.float64), name) for name in self._axes.values()]
                    fields = {name: _numbers(part.column(name), kind, name) for name, kind in self.fields.items()}
                    yield CloudChunk(start=start, xyz=np.column_stack(xyz), fields=fields)
                    start += part.num_rows


def _check(path: Path) -> None:
    """Refuse a file that would unpack to far more than it can hold."""
    import pyarrow as pa

    with _damage(path), pa.memory_map(str(path)) as source:
        body = source.read_buffer().slice(_BEGIN)
        check_sizes(pa.ipc.MessageReader.open_stream(pa.BufferReader(body)), source.size(), path)


@contextmanager
def _arrow_file(path: Path, columns: Sequence[int] | None = None) -> Iterator[Any]:
    """Give a reader of a file, of a few of its columns where they are named."""
    import pyarrow as pa

    with _damage(path), pa.memory_map(str(path)) as source:
        options = pa.ipc.IpcReadOptions(included_fields=columns, use_threads=False)
        yield pa.ipc.open_file(source, options=options)


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Turn what the library complains of into errors of ours."""
    import pyarrow as pa

    with reading(path):
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
        if not head.startswith(MAGIC):
            hint = "save it again as version 2" if head.startswith(_OLD) else ""
            raise UnreadableFile("this is no Feather file of version 2", where=path, hint=hint)
        try:
            yield
        except UnreadableFile as error:
            raise UnreadableFile(error.what, where=error.where or path, hint=error.hint) from None
        except (
            pa.ArrowException, ValueError, TypeError, KeyError, IndexError, MemoryError, OSError, struct.error,
        ) as error:  # fmt: skip
            reason = (str(error).splitlines() or [""])[0][:200] or type(error).__name__
            raise UnreadableFile(f"the file is damaged: {reason}", where=path) from None


def _kind(kind: Any) -> np.dtype[Any] | None:  # noqa: ANN401 - the library has no types
    """Return the type in which a column is kept; None where it holds no numbers. Times are whole numbers."""
    import pyarrow as pa

    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        found: np.dtype[Any] = np.dtype(kind.to_pandas_dtype())
        return found
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind) or pa.types.is_time64(kind):
        return np.dtype(np.int64)
    return None


def _axis(axis: str, kinds: Mapping[str, np.dtype[Any]], path: Path) -> str:
    found = [name for name in kinds if standard_name(name) == axis]
    if len(found) != 1:
        shown = ", ".join(kinds)[:80] or "none"
        reason = f"no column is called {axis}" if not found else f"several columns are called {axis}"
        raise UnreadableFile(f"{reason}; the columns with numbers: {shown}", where=path)
    return found[0]


def _numbers(column: Any, kind: np.dtype[Any], name: str) -> np.ndarray[Any, Any]:  # noqa: ANN401 - as above
    """Return a column's values; an empty one is NaN, and refused where the type has none."""
    import pyarrow as pa

    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or pa.types.is_boolean(column.type)):
        column = column.cast(pa.int64())
    if column.null_count and kind.kind != "f":
        raise UnreadableFile(f"column {name} has empty values among whole numbers", hint="fill them, or use floats")
    values: np.ndarray[Any, Any] = column.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):  # of a NaN that signals
        return values.astype(kind)
