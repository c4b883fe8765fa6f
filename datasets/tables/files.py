"""The files of tables: CSV and Parquet as columns, nothing in them believed unseen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.tables.format import FLOAT, TEXT, TIME, known_columns
from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.model import Floats

_HEADER_BYTES = 65_536
_FOOTER_BYTES = 4_194_304
_MOST_TEXT_BYTES = 1 << 30
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Table:
    """A table in memory, its columns by our names.

    `floats` has NaN and `times` has `times_known` False where a cell is empty; `texts` has an empty text.
    `extra` are the columns that are not ours, by their own names, as text.
    """

    path: Path
    rows: int
    floats: Mapping[str, Floats]
    times: Mapping[str, NDArray[np.int64]]
    times_known: Mapping[str, NDArray[np.bool_]]
    texts: Mapping[str, Sequence[str]]
    extra: Mapping[str, Sequence[str]]
    renamed: Mapping[str, str]

    def where(self, row: int) -> str:
        """Name a row as a person counts them, the line of names being the first of a CSV."""
        first = 2 if self.path.suffix.lower() == ".csv" else 1
        return f"{self.path}, row {row + first}"


def csv_names(path: Path) -> list[str]:
    """Return the names in the first line of a CSV; none where there is no such line."""
    line, delimiter = _first_line(path)
    return [name.strip().strip('"') for name in line.split(delimiter)]


def _first_line(path: Path) -> tuple[str, str]:
    """Return the first line of a file and the delimiter that it has most of."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
    except OSError:
        return "", ","
    line = head.decode("utf-8-sig", errors="replace").partition("\n")[0].strip("\r")
    return line, max(_DELIMITERS, key=line.count)


def parquet_footer(path: Path) -> bytes:
    """Return the bytes that describe a Parquet file's columns; none where it is no such file."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if size < 12 or file.read(4) != b"PAR1":
                return b""
            file.seek(size - 8)
            tail = file.read(8)
            length = int.from_bytes(tail[:4], "little")
            if tail[4:] != b"PAR1" or length > min(size - 12, _FOOTER_BYTES):
                return b""
            file.seek(size - 8 - length)
            return file.read(length)
    except OSError:
        return b""


def read_table(path: Path, kinds: Mapping[str, str]) -> Table:
    """Read a table; `kinds` says of each of its own columns what it holds.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, is no table, or a cell of a column is none of its kind.
    """
    import pyarrow as pa

    if not path.is_file():
        raise MissingFile("the table is not there", where=path)
    try:
        found = _read_csv(path, kinds) if path.suffix.lower() == ".csv" else _read_parquet(path)
        found.validate(full=True)  # a damaged file may name words that its dictionary has not
        return _table(path, found, kinds)
    except pa.ArrowException as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise UnreadableFile(f"the table cannot be read: {reason}", where=path) from None
    except (OSError, MemoryError, UnicodeDecodeError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise UnreadableFile(f"the table cannot be read: {reason}", where=path) from None


def _read_csv(path: Path, kinds: Mapping[str, str]) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa
    from pyarrow import csv

    names, (line, delimiter) = csv_names(path), _first_line(path)
    if len(set(names)) < len(names) or not line:
        raise UnreadableFile("the first line does not name each column once", where=path)
    meant = known_columns(names)
    types = {name: pa.string() for name in names}
    arrow = {FLOAT: pa.float64(), TIME: pa.int64(), TEXT: pa.string()}
    types |= {name: arrow.get(kinds[ours], pa.float64()) for name, ours in meant.items() if ours in kinds}
    read = csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1)
    convert = csv.ConvertOptions(
        column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False,
        decimal_point="," if delimiter == ";" and _has_decimal_commas(path) else ".", null_values=[""],
    )  # fmt: skip
    parse = csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    return csv.read_csv(path, read, parse, convert)


def _has_decimal_commas(path: Path) -> bool:
    with path.open("rb") as file:
        file.readline(_HEADER_BYTES)
        cells = file.readline(_HEADER_BYTES).decode("utf-8", errors="replace").split(";")
    return any(_is_decimal(cell.strip()) for cell in cells)


def _is_decimal(cell: str) -> bool:
    whole, comma, rest = cell.lstrip("+-").partition(",")
    return bool(comma) and whole.isdigit() and rest.isdigit()


def _read_parquet(path: Path) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        rows, size = file.metadata.num_rows, path.stat().st_size
        if rows > size:  # a box takes more than a byte, however well it is packed
            raise UnreadableFile(f"the file promises {rows} rows in {size} bytes", where=path)
        names = file.schema_arrow.names
        if len(set(names)) < len(names):
            raise UnreadableFile("two columns have one name", where=path)
        flat = [field.name for field in file.schema_arrow if not pa.types.is_nested(field.type)]
        texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
    with parquet.ParquetFile(path, read_dictionary=texts) as file:  # equal texts are held once
        found = file.read(columns=flat, use_threads=False)
    if found.nbytes > _MOST_TEXT_BYTES:
        raise UnreadableFile("the table needs more than 1 GB of memory", where=path, hint="split it by scene")
    return found


def _table(path: Path, found: Any, kinds: Mapping[str, str]) -> Table:  # noqa: ANN401 - pyarrow has no types
    meant = {name: ours for name, ours in known_columns(found.column_names).items() if ours in kinds}
    floats: dict[str, Floats] = {}
    times: dict[str, NDArray[np.int64]] = {}
    known: dict[str, NDArray[np.bool_]] = {}
    texts: dict[str, Sequence[str]] = {}
    for name, ours in meant.items():
        column = found.column(name)
        if kinds[ours] == TEXT:
            texts[ours] = _texts(column)
        elif kinds[ours] == TIME:
            times[ours], known[ours] = _whole(column, f"{path}, column {name}")
        else:
            floats[ours] = _floats(column, f"{path}, column {name}")
    extra = {name: _texts(found.column(name)) for name in found.column_names if name not in meant}
    renamed = {name: ours for name, ours in meant.items() if name.strip().lower() != ours}
    return Table(path, found.num_rows, floats, times, known, texts, extra, renamed)


def _floats(column: Any, where: str) -> Floats:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa

    kind = column.type
    if not (
        pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind) or pa.types.is_boolean(kind)
    ):
        raise UnreadableFile(f"the column holds {kind}, not numbers", where=where)
    values: Floats = column.cast(pa.float64(), safe=False).to_numpy().astype(np.float64)
    return values


def _whole(column: Any, where: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("ns")).cast(pa.int64())
    elif not (pa.types.is_integer(kind) or pa.types.is_null(kind)):
        raise UnreadableFile(f"the column holds {kind}, not whole nanoseconds", where=where)
    known = np.asarray(compute.is_valid(column).to_numpy(), dtype=np.bool_)
    values = compute.fill_null(column.cast(pa.int64()), 0).to_numpy()
    return np.asarray(values, dtype=np.int64), known


def _texts(column: Any) -> Sequence[str]:  # noqa: ANN401 - pyarrow has no types
    """Return a column as texts, as JSON would write other values; equal ones are one object."""
    import pyarrow as pa

    shared: dict[object, str] = {}
    found: list[str] = []
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            words = [_text(value) for value in chunk.dictionary.to_pylist()]
            codes = chunk.indices.to_pylist()
            found += ["" if code is None else words[code] for code in codes]
        else:
            for value in chunk.to_pylist():
                if not isinstance(value, str | int | float | bool):
                    found.append(_text(value))
                    continue
                key = (type(value), value)
                found.append(shared.setdefault(key, _text(value)))
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)
