"""Writing PLY files: binary, little end first, piece by piece."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.clouds.base import CloudSource
from lidar_label.datasets.clouds.ply import USUAL_NAMES
from lidar_label.errors import CannotWrite
from lidar_label.model import Finding

_TYPES = {
    "i1": "char", "u1": "uchar", "i2": "short", "u2": "ushort", "i4": "int", "u4": "uint",
    "f4": "float", "f8": "double",
}  # fmt: skip
_STORED = {"b1": "u1", "f2": "f4", "i8": "f8", "u8": "f8"}  # what has no type of its own
_PLY_NAMES = {ours: theirs for theirs, ours in USUAL_NAMES.items()}
_ALIGNED = 8


def losses(source: CloudSource) -> list[Finding]:
    """Return what of a source a PLY cannot hold, or not as exactly."""
    found = []
    lost = [name for name, dtype in source.fields.items() if _stored(dtype) is None]
    if lost:
        found.append(Finding("warning", "fields", f"these fields are no numbers and are lost: {', '.join(lost)}"))
    wide = [name for name, dtype in source.fields.items() if dtype.kind in "iu" and dtype.itemsize == 8]
    if wide:
        text = f"PLY has no whole numbers of 64 bits; written as float64, exact to 2^53: {', '.join(wide)}"
        found.append(Finding("warning", "rounded", text))
    return found


def _stored(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    """Return the type of a property in the file; None where there is none."""
    code = f"{dtype.kind}{dtype.itemsize}"
    code = _STORED.get(code, code)
    return np.dtype("<" + code) if code in _TYPES else None


def write_ply(path: Path, source: CloudSource) -> list[Finding]:
    """Write all points of a source as vertices.

    Raises
    ------
    CannotWrite
        If the source holds another number of points than it says.
    OSError
        If the file cannot be written.
    """
    position = np.dtype("<f4" if source.xyz_dtype == np.float32 else "<f8")
    properties: dict[str, np.dtype[Any]] = dict.fromkeys("xyz", position)
    names: dict[str, str] = {}
    for field, dtype in source.fields.items():
        stored = _stored(dtype)
        if stored is not None:
            name = _plain_name(_PLY_NAMES.get(field, field), properties)
            properties[name], names[field] = stored, name
    layout = np.dtype(list(properties.items()))
    written = 0
    with path.open("wb") as out:
        out.write(_header(source.points, properties))
        for chunk in source.chunks():
            rows = np.empty(len(chunk), dtype=layout)
            with np.errstate(invalid="ignore"):  # of a NaN that signals
                for i, axis in enumerate("xyz"):
                    rows[axis] = chunk.xyz[:, i]
                for field, name in names.items():
                    rows[name] = chunk.fields[field]
            out.write(rows.data if len(rows) else b"")
            written += len(rows)
    if written != source.points:
        raise CannotWrite(f"{source.points} points were promised and {written} came", where=path)
    return []


def _header(points: int, properties: dict[str, np.dtype[Any]]) -> bytes:
    """Return a header whose comment is just so long that the rows begin where they are read fastest."""
    kinds = [f"property {_TYPES[dtype.str[1:]]} {name}" for name, dtype in properties.items()]
    first = "ply\nformat binary_little_endian 1.0\ncomment written by lidar-label"
    rest = "\n".join(["", f"element vertex {points}", *kinds, "end_header", ""])
    padding = " " * (-len((first + rest).encode()) % _ALIGNED)
    return (first + padding + rest).encode()


def _plain_name(name: str, taken: dict[str, np.dtype[Any]]) -> str:
    """Return a name that a header line can hold and that no other property has."""
    base = re.sub(r"\s+", "_", name.strip()) or "field"
    plain, number = base, 2
    while plain in taken or plain.lower() in {"x", "y", "z"}:
        plain, number = f"{base}_{number}", number + 1
    return plain
