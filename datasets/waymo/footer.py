"""What the footer of a Parquet file promises; read here, since pyarrow ends the program over some damaged ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lidar_label.errors import UnreadableFile

_MAGIC = b"PAR1"
_MOST_STEPS, _MOST_DEPTH, _MOST_BITS = 2_000_000, 24, 64
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 11, 12
_WHOLE = (4, 5, 6)  # of 16, 32 and 64 bits
# The places of fields in the structs of Parquet's metadata.
_GROUPS, _COLUMNS, _GROUP_ROWS, _ABOUT = 4, 1, 3, 3
_TYPE, _PATH, _VALUES, _UNCOMPRESSED = 1, 3, 5, 6
_WIDTHS = {0: 1, 1: 4, 4: 4}  # of booleans, 32 bits and floats; others take eight bytes or more


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that lie together: how many, and the bytes that each column takes once unpacked, by its dotted path."""

    rows: int
    columns: dict[str, int]


def row_groups(path: Path) -> tuple[RowGroup, ...]:
    """Read the footer of a Parquet file.

    References
    ----------
    Apache Parquet, ``parquet.thrift``; Apache Thrift, "Thrift compact protocol encoding".

    Raises
    ------
    UnreadableFile
        If there is none, or it is damaged.
    """
    try:
        state = path.stat()
        return _read(path, state.st_size, state.st_mtime_ns)
    except OSError as error:
        raise UnreadableFile(f"the file cannot be read: {error.strerror}", where=path) from None


@lru_cache(maxsize=64)
def _read(path: Path, size: int, changed_ns: int) -> tuple[RowGroup, ...]:  # noqa: ARG001 - a changed file is read again
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(max(size - 8, 0))
        tail = file.read(8)
        length = int.from_bytes(tail[:4], "little")
        if head != _MAGIC or tail[4:] != _MAGIC or length > size - 12:
            raise UnreadableFile("this is no Parquet file, or it is cut off", where=path)
        file.seek(size - 8 - length)
        data = file.read(length)
    try:
        found = _Thrift(data).value(_STRUCT, 0)
        return tuple(
            RowGroup(int(group[_GROUP_ROWS]), dict(_column(column[_ABOUT]) for column in group[_COLUMNS]))
            for group in found[_GROUPS]
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableFile(f"the footer of the Parquet file is damaged: {error}", where=path) from None


def _column(about: Any) -> tuple[str, int]:  # noqa: ANN401 - as the file has it
    values, size = int(about[_VALUES]), int(about[_UNCOMPRESSED])
    if values < 0 or size < 0:
        raise ValueError("a column has fewer than no values")
    return b".".join(about[_PATH]).decode(), max(size, values * _WIDTHS.get(about[_TYPE], 8))


class _Thrift:
    """Values of the compact protocol: a struct as a dict by field number, texts as bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._steps = 0

    def value(self, kind: int, depth: int) -> Any:  # noqa: ANN401 - of any kind
        self._steps += 1
        if self._steps > _MOST_STEPS or depth > _MOST_DEPTH:
            raise ValueError("it has too many parts")
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind == _BYTE:
            return self._take(1)[0]
        if kind in _WHOLE:
            return self._whole()
        if kind == _DOUBLE:
            return self._take(8)
        if kind == _BINARY:
            return self._take(self._number())
        if kind in (_LIST, _SET):
            return self._list(depth)
        if kind == _MAP:
            return self._map(depth)
        if kind == _STRUCT:
            return self._struct(depth)
        raise ValueError(f"it has a value of kind {kind}")

    def _struct(self, depth: int) -> dict[int, Any]:
        found: dict[int, Any] = {}
        place = 0
        while (head := self._take(1)[0]) != _STOP:
            step = head >> 4
            place = place + step if step else self._whole()
            found[place] = self.value(head & 15, depth + 1)
        return found

    def _list(self, depth: int) -> list[Any]:
        head = self._take(1)[0]
        count, kind = head >> 4, head & 15
        if count == 15:
            count = self._number()
        if kind in (_TRUE, _FALSE):
            return list(self._take(count))
        if count > len(self._data) - self._at:  # each takes a byte or more
            raise ValueError("it ends within a list")
        return [self.value(kind, depth + 1) for _ in range(count)]

    def _map(self, depth: int) -> None:
        count = self._number()
        if not count:
            return
        kinds = self._take(1)[0]
        if count > len(self._data) - self._at:
            raise ValueError("it ends within a map")
        for _ in range(count):
            self.value(kinds >> 4, depth + 1)
            self.value(kinds & 15, depth + 1)

    def _take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        if len(found) < count:
            raise ValueError("it ends early")
        self._at += count
        return found

    def _number(self) -> int:
        found = shift = 0
        while True:
            byte = self._take(1)[0]
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
            if shift > _MOST_BITS:
                raise ValueError("it has a number beyond 64 bits")

    def _whole(self) -> int:
        found = self._number()
        return (found >> 1) ^ -(found & 1)
