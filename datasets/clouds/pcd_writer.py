"""Writing PCD files: binary and text piece by piece, compressed as a whole."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CloudChunk, CloudSource
from lidar_label.datasets.clouds.pcd_header import Encoding
from lidar_label.errors import CannotWrite
from lidar_label.model import Finding

Column = NDArray[Any]
_LARGEST_PACKED = 2**32 - 1
_ALIGNED = 8


def losses(source: CloudSource) -> list[Finding]:
    """Return what of a source a PCD cannot hold."""
    lost = [name for name, dtype in source.fields.items() if stored_dtype(dtype) is None]
    return (
        [Finding("warning", "fields", f"these fields are no numbers and are lost: {', '.join(lost)}")] if lost else []
    )


def stored_dtype(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    """Return the type of a column in the file, which is little-endian; None where there is none."""
    if dtype.kind == "b":
        return np.dtype("u1")
    if dtype.kind == "f":
        return np.dtype(f"<f{min(max(dtype.itemsize, 4), 8)}")
    return dtype.newbyteorder("<") if dtype.kind in "iu" else None


def write_source(path: Path, source: CloudSource, encoding: Encoding) -> list[Finding]:
    """Write all points of a source.

    Colours that are bytes (``r``, ``g``, ``b``, with ``a``) are packed into one value, as tools expect.

    Raises
    ------
    CannotWrite
        If the points are too many for the encoding, or the source holds another number than it says.
    OSError
        If the file cannot be written.
    """
    columns = _columns(source)
    kinds = {name: dtype for name, (dtype, _) in columns.items()}
    lines = [
        "# .PCD v0.7 - Point Cloud Data file format",
        "VERSION 0.7",
        f"FIELDS {' '.join(kinds)}",
        f"SIZE {' '.join(str(kind.itemsize) for kind in kinds.values())}",
        f"TYPE {' '.join(kind.kind.upper() for kind in kinds.values())}",
        f"COUNT {' '.join('1' for _ in kinds)}",
        f"WIDTH {source.points}",
        "HEIGHT 1",
        "VIEWPOINT 0 0 0 1 0 0 0",
        f"POINTS {source.points}",
        f"DATA {encoding}",
    ]
    tables = ({name: take(chunk) for name, (_, take) in columns.items()} for chunk in source.chunks())
    with path.open("wb") as out:
        out.write(_aligned(lines))
        written = _BODIES[encoding](out, kinds, tables, source.points, path)
    if written != source.points:
        raise CannotWrite(f"{source.points} points were promised and {written} came", where=path)
    return []


def _aligned(lines: list[str]) -> bytes:
    """Return a header whose comment is just so long that the data begins where it is read fastest."""
    padding = " " * (-len("\n".join([*lines, ""]).encode()) % _ALIGNED)
    return "\n".join([lines[0] + padding, *lines[1:], ""]).encode()


def _columns(source: CloudSource) -> dict[str, tuple[np.dtype[Any], Callable[[CloudChunk], Column]]]:
    """Return each column's type, and how to take it from a chunk."""
    position = source.xyz_dtype.newbyteorder("<")
    columns: dict[str, tuple[np.dtype[Any], Callable[[CloudChunk], Column]]] = {
        axis: (position, lambda chunk, i=i: chunk.xyz[:, i])  # type: ignore[misc]
        for i, axis in enumerate("xyz")
    }
    colours = _packable(source.fields)
    for name, dtype in source.fields.items():
        stored = stored_dtype(dtype)
        if name in colours:
            packed = "rgba" if "a" in colours else "rgb"
            columns.setdefault(packed, (np.dtype("<u4"), lambda chunk: _pack(chunk.fields, colours)))
        elif stored is not None:
            columns[_plain_name(name, columns)] = (stored, lambda chunk, name=name: chunk.fields[name])  # type: ignore[misc]
    return columns


def _packable(fields: Mapping[str, np.dtype[Any]]) -> tuple[str, ...]:
    """Return which fields are the bytes of a colour; none where the points have a packed one already."""
    if any(name.lower() in ("rgb", "rgba") for name in fields) or any(fields.get(c) != np.uint8 for c in "rgb"):
        return ()
    return ("r", "g", "b", "a") if fields.get("a") == np.uint8 else ("r", "g", "b")


def _pack(fields: Mapping[str, Column], colours: tuple[str, ...]) -> Column:
    shifts = {"a": 24, "r": 16, "g": 8, "b": 0}
    packed = np.zeros(len(fields["r"]), dtype="<u4")
    for colour in colours:
        packed |= fields[colour].astype(np.uint32) << shifts[colour]
    return packed


def _plain_name(name: str, taken: Mapping[str, object]) -> str:
    """Return a name that a header line can hold and that no other field has."""
    plain = re.sub(r"\s+", "_", name.strip()) or "field"
    plain = "field" if plain == "_" else plain
    number = 2
    base = plain
    while plain in taken or plain.lower() in {"x", "y", "z"}:
        plain, number = f"{base}_{number}", number + 1
    return plain


_Tables = Iterator[dict[str, Column]]
_Kinds = Mapping[str, np.dtype[Any]]


def _binary(out: BinaryIO, kinds: _Kinds, tables: _Tables, points: int, path: Path) -> int:  # noqa: ARG001
    layout = np.dtype(list(kinds.items()))
    written = 0
    for table in tables:
        rows = np.empty(len(table["x"]), dtype=layout)
        with np.errstate(invalid="ignore"):  # of a NaN that signals
            for name, values in table.items():
                rows[name] = values
        out.write(rows.data if len(rows) else b"")
        written += len(rows)
    return written


def _ascii(out: BinaryIO, kinds: _Kinds, tables: _Tables, points: int, path: Path) -> int:  # noqa: ARG001
    import pyarrow as pa
    from pyarrow import csv

    options = csv.WriteOptions(include_header=False, delimiter=" ", quoting_style="none")
    written = 0
    for table in tables:
        columns = [pa.array(table[name].astype(kind.newbyteorder("="))) for name, kind in kinds.items()]
        csv.write_csv(pa.table(columns, names=list(kinds)), out, options)  # the shortest text that reads back exactly
        written += len(table["x"])
    return written


def _compressed(out: BinaryIO, kinds: _Kinds, tables: _Tables, points: int, path: Path) -> int:
    from lidar_label.kernels.lzf import lzf_compress

    size = points * sum(kind.itemsize for kind in kinds.values())
    if size > _LARGEST_PACKED // 2:  # what does not shrink grows a little
        raise CannotWrite(f"{points} points are too many for a compressed PCD", where=path, hint="write a binary one")
    whole = {name: np.empty(points, dtype=kind) for name, kind in kinds.items()}
    written = 0
    for table in tables:
        for name, values in table.items():
            whole[name][written : written + len(values)] = values
        written += len(table["x"])
    data = np.concatenate([column.view(np.uint8) for column in whole.values()])
    packed = lzf_compress(data)
    out.write(struct.pack("<II", len(packed), len(data)))
    out.write(packed.data if len(packed) else b"")
    return written


_BODIES: Mapping[Encoding, Callable[[BinaryIO, _Kinds, _Tables, int, Path], int]] = {
    "binary": _binary,
    "ascii": _ascii,
    "binary_compressed": _compressed,
}
