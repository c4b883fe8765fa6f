"""Rows of numbers as text, read block by block: exact, the same in every locale, and bounded in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import UnreadableFile

Column = NDArray[Any]
_BLOCK_BYTES = 4_194_304
_SMALL_BYTES = 32_768  # less than this is read before the fast parser is even imported
_LONGEST_LINE = 1_048_576
_SHOWN = 60
_NAN = re.compile(rb"[+-]?(nan\(.*\)|1\.#(qnan|snan|ind)\d*)", re.IGNORECASE)  # as C libraries print it
_INF = re.compile(rb"([+-]?)1\.#inf\d*", re.IGNORECASE)


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


def read_text_rows(
    file: Readable, dtypes: Sequence[np.dtype[Any]], count: int, path: Path, first_line: int = 1
) -> Iterator[list[Column]]:
    """Yield columns of the next `count` rows of a text file, a block at a time.

    Parameters
    ----------
    file : Readable
        Standing at the first row. Numbers are parted by spaces or tabs; empty lines are passed over.
    dtypes : sequence of dtype
        What each column holds. A float may be ``nan`` or ``inf``; a whole number may be written
        with a decimal point, and keeps all its digits.
    count : int
        How many rows are wanted.
    path : Path
    first_line : int
        Number of the line at which the file stands, for messages.

    Raises
    ------
    UnreadableFile
        If a row has another number of values, a value is no number or does not fit its type, or
        the file ends before.
    """
    found, line = 0, first_line
    for block in _blocks(file, path):
        if found == count:
            return
        columns = _parse(block, dtypes, count - found, path, line)
        line += block.count(b"\n")
        rows = min(len(columns[0]), count - found)
        found += rows
        if rows:
            yield [column[:rows] for column in columns]
    if found < count:
        raise UnreadableFile(f"{count} points are promised and {found} are there", where=path, hint="cut off")


def _blocks(file: Readable, path: Path) -> Iterator[bytes]:
    """Yield pieces of the file that end with a whole line."""
    rest = b""
    while data := file.read(_BLOCK_BYTES):
        head, newline, tail = data.rpartition(b"\n")
        if newline:
            yield rest + head + newline
            rest = tail
        else:
            rest += tail
        if len(rest) > max(_LONGEST_LINE, _BLOCK_BYTES):
            raise UnreadableFile("the text has a line of more than a million characters", where=path)
    if rest:
        yield rest


def _parse(block: bytes, dtypes: Sequence[np.dtype[Any]], most: int, path: Path, line: int) -> list[Column]:
    if len(block) >= _SMALL_BYTES:
        fast = _parse_fast(block, dtypes)
        if fast is not None:
            return fast
    return _parse_slowly(block, dtypes, most, path, line)


def _parse_fast(block: bytes, dtypes: Sequence[np.dtype[Any]]) -> list[Column] | None:
    """Parse a block with pyarrow; None where it needs more patience, or has a fault to be named."""
    import pyarrow as pa
    from pyarrow import csv

    if b"\t" in block or b"  " in block or b"\n " in block or block.startswith(b" "):
        block = re.sub(rb"(?m)^ +", b"", re.sub(rb"[ \t]+", b" ", block))
    if b" \n" in block or b" \r" in block or block.endswith(b" "):
        block = re.sub(rb" +(\r?)(\n|$)", rb"\1\2", block)
    names = [f"f{i}" for i in range(len(dtypes))]
    try:
        table = csv.read_csv(
            pa.BufferReader(block),
            csv.ReadOptions(column_names=names, block_size=len(block) + 1, use_threads=False),
            csv.ParseOptions(delimiter=" ", quote_char=False, double_quote=False, ignore_empty_lines=True),
            csv.ConvertOptions(
                check_utf8=False,
                null_values=[],
                column_types={
                    name: pa.from_numpy_dtype(_parsed(kind)) for name, kind in zip(names, dtypes, strict=True)
                },
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = [table.column(name).combine_chunks().to_numpy(zero_copy_only=False) for name in names]
    with np.errstate(over="ignore"):
        return [column.astype(kind, copy=False) for column, kind in zip(columns, dtypes, strict=True)]


def _parsed(kind: np.dtype[Any]) -> np.dtype[Any]:
    """Floats are parsed as float64 and then rounded, in both parsers."""
    return np.dtype(np.float64) if kind.kind == "f" else kind.newbyteorder("=")


def _parse_slowly(block: bytes, dtypes: Sequence[np.dtype[Any]], most: int, path: Path, line: int) -> list[Column]:
    columns: list[list[float | int]] = [[] for _ in dtypes]
    limits = [None if kind.kind == "f" else np.iinfo(kind) for kind in dtypes]
    for number, text in enumerate(block.split(b"\n"), start=line):
        cells = text.split()
        if not cells:
            continue
        if len(columns[0]) == most:
            break
        if len(cells) != len(dtypes):
            raise UnreadableFile(f"line {number} has {len(cells)} values, not {len(dtypes)}", where=path)
        for cell, limit, column in zip(cells, limits, columns, strict=True):
            value = parse_float(cell) if limit is None else _whole(cell)
            if value is None:
                kind = "number" if limit is None else "whole number"
                hint = "decimals are written with a point" if b"," in cell else ""
                shown = cell[:_SHOWN].decode("ascii", "replace")
                raise UnreadableFile(f"line {number} has {shown!r}, which is no {kind}", where=path, hint=hint)
            if limit is not None and not limit.min <= value <= limit.max:
                raise UnreadableFile(
                    f"line {number} has {value}, which is not from {limit.min} to {limit.max}", where=path
                )
            column.append(value)
    with np.errstate(over="ignore"):
        return [np.array(c, dtype=_parsed(k)).astype(k) for c, k in zip(columns, dtypes, strict=True)]


def parse_float(cell: bytes) -> float | None:
    """Return a number written with a decimal point, ``nan`` or ``inf`` in any of C's spellings; None for other text."""
    if b"_" not in cell:  # which Python takes for a separator
        try:
            return float(cell)
        except ValueError:
            pass
    if _NAN.fullmatch(cell):
        return float("nan")
    infinite = _INF.fullmatch(cell)
    return float(infinite[1] + b"inf") if infinite else None


def _whole(cell: bytes) -> int | None:
    if len(cell) < 40 and b"_" not in cell:
        try:
            return int(cell)
        except ValueError:
            pass
    value = parse_float(cell)  # written with a decimal point
    return int(value) if value is not None and np.isfinite(value) and value == int(value) else None
