"""Feather files (Arrow's file format) that nobody vouches for, read into checked columns."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.files import read_bytes
from lidar_label.errors import UnreadableFile
from lidar_label.model import Floats

_MAGIC, _OLD_MAGIC = b"ARROW1", b"FEA1"
_BEGIN = 8
# A table that packs more than this a byte says the same over and over, which no recording does.
_MOST_TIMES, _MOST_BYTES = 64, 16_777_216
_RECORD_BATCH, _DICTIONARY_BATCH = 3, 2


class Columns:
    """The columns of one table.

    Attributes
    ----------
    path : Path
    rows : int
    names : tuple of str
    """

    def __init__(self, path: Path, columns: Mapping[str, Any], rows: int) -> None:
        self.path = path
        self.rows = rows
        self._columns = columns

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the file."""
        return tuple(self._columns)

    def native(self, name: str) -> NDArray[Any]:
        """Return a column of numbers in its own type.

        Raises
        ------
        UnreadableFile
            If it is not there, holds something else than numbers, or has empty places.
        """
        column = self._column(name)
        kind = column.type
        import pyarrow as pa

        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
            raise UnreadableFile(f"column {name!r} needs numbers and holds {kind}", where=self.path)
        values: NDArray[Any] = np.array(column.to_numpy())
        return values

    def floats(self, *names: str) -> Floats:
        """Return columns of numbers side by side, (N,) or (N, K) float64; each is finite."""
        values = [self.native(name).astype(np.float64) for name in names]
        for name, column in zip(names, values, strict=True):
            bad = np.flatnonzero(~np.isfinite(column))
            if len(bad):
                raise UnreadableFile(f"row {bad[0]} of column {name!r} is {column[bad[0]]}", where=self.path)
        return values[0] if len(names) == 1 else np.column_stack(values)

    def whole(self, name: str) -> NDArray[np.int64]:
        """Return a column of whole numbers, (N,) int64."""
        values = self.native(name)
        if values.dtype.kind not in "iu":
            raise UnreadableFile(f"column {name!r} needs whole numbers and holds {values.dtype}", where=self.path)
        if values.dtype == np.uint64 and len(values) and values.max() >= 2**63:
            raise UnreadableFile(f"column {name!r} has a number beyond 63 bits", where=self.path)
        return values.astype(np.int64)

    def texts(self, name: str) -> list[str]:
        """Return a column of texts."""
        column = self._column(name)
        import pyarrow as pa

        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise UnreadableFile(f"column {name!r} needs texts and holds {column.type}", where=self.path)
        try:
            found: list[str] = column.to_pylist()
        except (UnicodeDecodeError, pa.ArrowException):
            raise UnreadableFile(f"column {name!r} is not UTF-8 text", where=self.path) from None
        return found

    def _column(self, name: str) -> Any:  # noqa: ANN401 - pyarrow has no types
        if name not in self._columns:
            there = ", ".join(list(self._columns)[:12])
            raise UnreadableFile(f"there is no column {name!r}", where=self.path, hint=f"there are: {there or 'none'}")
        column = self._columns[name]
        if column.null_count:
            raise UnreadableFile(f"column {name!r} has {column.null_count} empty places", where=self.path)
        return column


def read_feather(path: Path, wanted: Sequence[str] = ()) -> Columns:
    """Read a Feather file of version 2; only `wanted` columns are kept where any are named.

    What a table takes once unpacked is added up from its own metadata before any of it is unpacked.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, is cut off, or is not what the format promises.
    """
    import pyarrow as pa

    data = read_bytes(path)
    if data.startswith(_OLD_MAGIC):
        raise UnreadableFile("a Feather file of version 1, which is not read", where=path, hint="save it as version 2")
    if not data.startswith(_MAGIC):
        raise UnreadableFile("not a Feather file: it does not begin with ARROW1", where=path)
    if not data.endswith(_MAGIC) or len(data) < 2 * _BEGIN:
        raise UnreadableFile("the Feather file is cut off: it does not end with ARROW1", where=path)
    body = pa.BufferReader(pa.py_buffer(data).slice(_BEGIN))
    try:
        check_sizes(pa.ipc.MessageReader.open_stream(body), len(data), path)
        body.seek(0)
        table = pa.ipc.open_stream(body).read_all()
        if wanted:
            table = table.select([name for name in table.column_names if name in wanted])
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, struct.error, MemoryError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UnreadableFile(f"the Feather file is damaged: {reason}", where=path) from None
    if len(set(table.column_names)) != table.num_columns:
        raise UnreadableFile("the Feather file has two columns of one name", where=path)
    return Columns(path, {name: table.column(name) for name in table.column_names}, table.num_rows)


def check_sizes(messages: Any, file_bytes: int, path: Path) -> None:  # noqa: ANN401 - pyarrow has no types
    """Refuse a table that would unpack to far more than its file can hold.

    References
    ----------
    Apache Arrow columnar format, "Serialization and IPC": Message.fbs, and the length before each packed buffer.
    """
    most = _MOST_BYTES + _MOST_TIMES * file_bytes
    total = 0
    for message in messages:
        batch = _Flat(message.metadata.to_pybytes())
        header = batch.table(batch.root, 2)
        kind = batch.byte(batch.root, 1)
        if kind == _DICTIONARY_BATCH:
            header = batch.table(header, 1)
        elif kind != _RECORD_BATCH:
            continue
        is_packed = batch.has(header, 3)
        for offset, length in batch.pairs(header, 2):
            size = length
            if is_packed and length >= 8:
                (said,) = struct.unpack_from("<q", message.body, offset)
                size = length if said == -1 else said
            if not 0 <= offset <= offset + length <= message.body.size or size < 0:
                raise UnreadableFile("the Feather file is damaged: a buffer lies outside it", where=path)
            total += size
    if total > most:
        raise UnreadableFile(
            f"the table would unpack to {total / 1e6:.0f} MB out of a file of {file_bytes / 1e6:.2f} MB", where=path
        )


class _Flat:
    """The few parts of a flatbuffer that are needed; a read beyond its end raises `struct.error`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.root = self._at("<I", 0)

    def has(self, table: int, field: int) -> bool:
        """Say whether a table has a field."""
        return self._place(table, field) != 0

    def byte(self, table: int, field: int) -> int:
        """Return a field of one byte, 0 where it is absent."""
        place = self._place(table, field)
        return self._at("<B", place) if place else 0

    def table(self, table: int, field: int) -> int:
        """Return where the table lies that a field refers to."""
        place = self._place(table, field)
        if not place:
            raise struct.error("a part of the metadata is missing")
        return place + self._at("<I", place)

    def pairs(self, table: int, field: int) -> list[tuple[int, int]]:
        """Return a field that is a list of two whole numbers each."""
        if not self.has(table, field):
            return []
        start = self.table(table, field)
        count = self._at("<I", start)
        if count * 16 > len(self._data):
            raise struct.error("a list of the metadata is longer than the metadata")
        begin = start + 4
        return [(self._at("<q", begin + 16 * i), self._at("<q", begin + 16 * i + 8)) for i in range(count)]

    def _place(self, table: int, field: int) -> int:
        names = table - self._at("<i", table)
        if 4 + 2 * field >= self._at("<H", names):
            return 0
        place = self._at("<H", names + 4 + 2 * field)
        return table + place if place else 0

    def _at(self, form: str, place: int) -> int:
        if place < 0:
            raise struct.error("the metadata refers to a place before its beginning")
        value: int = struct.unpack_from(form, self._data, place)[0]
        return value
