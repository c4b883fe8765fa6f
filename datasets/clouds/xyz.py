"""Text clouds: .xyz, .txt, .csv, .asc; what parts the values and what they are is told from the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import numpy as np

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, CloudFormat, CloudSource, reading
from lidar_label.datasets.clouds.columns import LEFT_OUT, XYZ, guess_columns, standard_name, told_columns
from lidar_label.datasets.clouds.delimited import LOOKED_AT, CleanRows, TextLayout, find_layout
from lidar_label.datasets.clouds.text_rows import parse_float, read_text_rows
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import Finding, Floats

_WINDOWS, _WINDOW_BYTES = 16, 8192
_BLOCK_BYTES = 4_194_304
_INTEGER = re.compile(rb"[+-]?[0-9]{1,19}")
_EXACT = 2**53  # whole numbers above it have no place in a float64
_COLORS = frozenset("rgb")
_WHOLE = frozenset(
    {"ring", "row", "column", "semantic_class", "instance_id", "classification", "label", "return_number"}
)


class Text(CloudFormat):
    """Rows of numbers parted by commas, semicolons, tabs or blanks, with or without a line of names."""

    name = "xyz"
    takes_fields = True
    title = "Text (XYZ, CSV, ASC)"
    suffixes: ClassVar[tuple[str, ...]] = (".xyz", ".txt", ".csv", ".asc", ".xyzrgb", ".xyzn")
    exact = "text"
    writes = True
    note = "numbers keep all their digits; a .csv gets commas and a line of names, the others blanks"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the first bytes are rows of numbers; a .txt may be anything."""
        if path.suffix.lower() not in self.suffixes:
            return False
        try:
            find_layout(head, path, use_header=False)
        except UnreadableFile:
            return path.suffix.lower().startswith(".xyz")
        return True

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> TextFile:
        """Open a file; its lines are counted, and a sample of them is looked at."""
        with reading(path):
            size = path.stat().st_size
            with path.open("rb") as file:
                head = file.read(LOOKED_AT)
        if not head.strip():
            return TextFile(path, self.name, TextLayout(separator=b" ", columns=3, start=size, line=1), XYZ, 0, {})
        if len(head) < size:
            head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1 or len(head)]
        layout = find_layout(head, path, use_header=not options.fields)
        return open_rows(path, self.name, layout, options.fields)

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write a line of names and then a line a point."""
        write_rows(path, source, "," if path.suffix.lower() == ".csv" else " ")
        return []


class TextFile(CloudFile):
    """An opened text cloud."""

    def __init__(
        self,
        path: Path,
        format: str,  # noqa: A002
        layout: TextLayout,
        names: Sequence[str],
        points: int,
        dtypes: dict[str, np.dtype[Any]],
    ) -> None:
        super().__init__(path, format)
        self.points = points
        self.layout = layout
        self.names = tuple(names)
        kept = [name for i, name in enumerate(names) if name != LEFT_OUT and i not in layout.left_out]
        self.fields = {name: dtypes.get(name, np.dtype(np.float64)) for name in kept if name not in XYZ}

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, a block of lines at a time."""
        dtypes = [self.fields.get(name, np.dtype(np.float64)) for name in self.names]
        axes = [self.names.index(axis) for axis in XYZ]
        start = 0
        with reading(self.path), self.path.open("rb") as file:
            file.seek(self.layout.start)
            for columns in read_text_rows(self._rows(file), dtypes, self.points, self.path, self.layout.line):
                for at in range(0, len(columns[0]), size):
                    part = [column[at : at + size] for column in columns]
                    fields = {name: part[self.names.index(name)] for name in self.fields}
                    yield CloudChunk(start=start, xyz=np.column_stack([part[i] for i in axes]), fields=fields)
                    start += len(part[0])

    def _rows(self, file: BinaryIO) -> CleanRows:
        return CleanRows(file, self.layout, self.path)


def open_rows(path: Path, format: str, layout: TextLayout, told: Sequence[str]) -> TextFile:  # noqa: A002
    """Open a text whose layout is known: name its values, choose their types, count its lines.

    Raises
    ------
    UnreadableFile
        If it has fewer points than it promises.
    InvalidValue
        If the names told do not fit it.
    """
    findings: list[Finding] = []
    with reading(path):
        rows = _sample(path, layout)
        names = _names(path, layout, told, rows, findings)
        words = [i for i, name in enumerate(names) if _is_words(rows, i) and name not in XYZ]
        left_out = sorted({*words, *(i for i, name in enumerate(names) if name == LEFT_OUT)})
        if words:
            told_words = ", ".join(names[i] for i in words if names[i] != LEFT_OUT)
            if told_words:
                findings.append(Finding("warning", "not-read", f"these hold no numbers: {told_words}", str(path)))
        layout = replace(layout, left_out=tuple(left_out))
        points = count_rows(path, layout)
    if layout.promised is not None and layout.promised > points:
        raise UnreadableFile(
            f"{layout.promised} points are promised and {points} are there", where=path, hint="cut off"
        )
    if layout.promised is not None and layout.promised < points:
        text = f"{layout.promised} points are promised and {points} are there; all are read"
        findings.append(Finding("warning", "count-differs", text, str(path)))
    if layout.decimal_comma:
        findings.append(Finding("info", "decimal-comma", "decimals are written with a comma", str(path)))
    dtypes = {name: _dtype(name, [row[i] for row in rows]) for i, name in enumerate(names) if i not in left_out}
    opened = TextFile(path, format, layout, names, points, dtypes)
    opened.findings += findings
    return opened


def _names(
    path: Path, layout: TextLayout, told: Sequence[str], rows: list[list[bytes]], findings: list[Finding]
) -> tuple[str, ...]:
    if told:
        try:
            return told_columns(told, layout.columns).names
        except InvalidValue as error:
            raise InvalidValue(error.what, where=path, hint=error.hint) from None
    if layout.header:
        return layout.header
    guess = guess_columns(_numbers(rows, layout.columns))
    if guess.doubt:
        findings.append(Finding("warning", "unsure-layout", guess.doubt, str(path)))
    return guess.names


def _sample(path: Path, layout: TextLayout) -> list[list[bytes]]:
    """Return rows from all over the file, as text; those that are broken are left to who reads them."""
    rows: list[list[bytes]] = []
    size = path.stat().st_size
    with path.open("rb") as file:
        for start in sorted({*range(layout.start, size, max(_WINDOW_BYTES, (size - layout.start) // _WINDOWS))}):
            file.seek(start)
            lines = file.read(_WINDOW_BYTES).replace(b"\r", b"\n").split(b"\n")
            whole = lines[0 if start == layout.start else 1 :]
            if start + _WINDOW_BYTES < size:
                whole = whole[:-1]
            for line in whole:
                cells = layout.cells(line)
                if len(cells) == layout.columns and not line.lstrip().startswith((b"#", b"//")):
                    rows.append(cells)
    return rows


def _numbers(rows: list[list[bytes]], columns: int) -> Floats:
    found = [[parse_float(cell) for cell in row] for row in rows]
    return np.array(found, dtype=np.float64).reshape(-1, columns)  # None becomes NaN


def _is_words(rows: list[list[bytes]], column: int) -> bool:
    return bool(rows) and all(row[column] and parse_float(row[column]) is None for row in rows)


def _dtype(name: str, cells: list[bytes]) -> np.dtype[Any]:
    """Return the type of a column: float64, unless it is known to be whole or would lose digits."""
    values = [int(cell) for cell in cells if _INTEGER.fullmatch(cell)]
    if not values or len(values) < len(cells):
        return np.dtype(np.float64)
    low, high = min(values), max(values)
    if name in _COLORS and low >= 0 and high <= 65535:
        return np.dtype(np.uint8 if high <= 255 else np.uint16)
    if name in _WHOLE and low >= -(2**31) and high < 2**31:
        return np.dtype(np.int32)
    if max(high, -low) > _EXACT and low >= -(2**63) and high < 2**63:
        return np.dtype(np.int64)
    return np.dtype(np.float64)


def count_rows(path: Path, layout: TextLayout) -> int:
    """Return how many lines of a text hold a point."""
    count = 0
    with path.open("rb") as file:
        file.seek(layout.start)
        rows = CleanRows(file, replace(layout, left_out=()), path)
        while block := rows.read(_BLOCK_BYTES):
            count += filled_lines(block)
    return count


def filled_lines(block: bytes) -> int:
    """Count the lines that are not empty."""
    if not any(gap in block for gap in (b"\n\n", b"\n ", b"\n\t")) and block[:1] not in b"\n \t":
        return block.count(b"\n") + (not block.endswith(b"\n"))
    return sum(1 for line in block.split(b"\n") if line.strip())


def write_rows(path: Path, source: CloudSource, separator: str) -> None:
    """Write a line of names, a remark where blanks part the values, and a line a point.

    A number is written with the fewest digits from which its own type reads back the same.
    """
    import pyarrow as pa
    from pyarrow import csv

    names = _written_names(source.fields)
    mark = "" if separator == "," else "# "
    options = csv.WriteOptions(include_header=False, delimiter=separator, quoting_style="none")
    with path.open("wb") as out:
        out.write((mark + separator.join((*XYZ, *names.values())) + "\n").encode())
        for chunk in source.chunks():
            with np.errstate(over="ignore"):
                columns = [column.astype(source.xyz_dtype) for column in chunk.xyz.T]
            columns += [_plain(chunk.fields[name]) for name in names]
            table = pa.table([np.ascontiguousarray(c) for c in columns], names=[f"c{i}" for i in range(len(columns))])
            csv.write_csv(table, out, options)


def _plain(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if values.dtype == np.float16:
        return values.astype(np.float32)
    return values.astype(np.uint8) if values.dtype == np.bool_ else values


def _written_names(fields: Iterable[str]) -> dict[str, str]:
    """Return for each field a name that a line of names can hold; none is x, y or z, and none comes twice."""
    names: dict[str, str] = {}
    taken = set(XYZ)
    for field in fields:
        plain = unique = re.sub(r"[\s,;\"#/]+", "_", field) or "field"
        number = 2
        while standard_name(unique) in taken or unique == LEFT_OUT:
            unique, number = f"{plain}_{number}", number + 1
        taken.add(standard_name(unique))
        names[field] = unique
    return names
