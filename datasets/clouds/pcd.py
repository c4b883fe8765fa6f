"""PCD clouds: the three encodings of version 0.7 (and older), any fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.pcd_header import HEADER_LIMIT, PcdField, PcdHeader, parse_header
from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.model import PointCloud

Column = NDArray[Any]


def read_pcd(path: Path, limit: int | None = None) -> PointCloud:
    """Read a PCD file.

    Every point stays, in its order, also those without a return (NaN). ``x``, ``y`` and ``z`` are
    found whatever their case and come as float32; a file with float64 positions far from its
    origin loses digits here. The other fields keep their names and types; of one with a COUNT
    above 1 each value gets a number (``histogram_0``), a name that comes again gets one as well
    (``intensity_2``), and padding (``_``) is left out. VIEWPOINT, the pose the scanner had, is not
    applied: points stay as the file has them. Bytes after the last point are ignored.

    Parameters
    ----------
    path : Path
    limit : int, optional
        Read no more than this many points, from the first.

    Raises
    ------
    MissingFile
        If there is no such file.
    UnreadableFile
        If the header is wrong, positions are missing, or the data is shorter than promised.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = parse_header(file.read(HEADER_LIMIT), path)
            file.seek(header.data_start)
            columns = _columns(file, header, size - header.data_start, limit, path)
    except FileNotFoundError:
        raise MissingFile("the point file is not there", where=path) from None
    except UnreadableFile:
        raise
    except OSError as error:
        raise UnreadableFile(f"the point file cannot be read: {error.strerror}", where=path) from None
    return _cloud(columns, path)


def write_pcd(path: Path, cloud: PointCloud) -> None:
    """Write a cloud as a binary PCD: x, y, z as float32, then every field with its own type.

    Raises
    ------
    OSError
        If the file cannot be written; `write_dataset` turns it into a clear `CannotWrite`.
    """
    columns: dict[str, Column] = dict(zip("xyz", cloud.xyz.T, strict=True))
    for name, values in cloud.fields.items():
        if values.dtype == np.bool_:
            values = values.astype(np.uint8)
        elif values.dtype == np.float16:
            values = values.astype(np.float32)
        columns[_plain_name(name, columns)] = values
    layout = np.dtype([(name, values.dtype.newbyteorder("<")) for name, values in columns.items()])
    rows = np.empty(len(cloud), dtype=layout)
    for name, values in columns.items():
        rows[name] = values
    types = [layout[name] for name in columns]
    lines = [
        "# .PCD v0.7 - Point Cloud Data file format",
        "VERSION 0.7",
        f"FIELDS {' '.join(columns)}",
        f"SIZE {' '.join(str(t.itemsize) for t in types)}",
        f"TYPE {' '.join(t.kind.upper() for t in types)}",
        f"COUNT {' '.join('1' for _ in types)}",
        f"WIDTH {len(cloud)}",
        "HEIGHT 1",
        "VIEWPOINT 0 0 0 1 0 0 0",
        f"POINTS {len(cloud)}",
        "DATA binary",
    ]
    with path.open("wb") as out:
        out.write(("\n".join(lines) + "\n").encode())
        out.write(rows.tobytes())


def _plain_name(name: str, taken: dict[str, Column]) -> str:
    """Return a name that a header line can hold and that no other field has."""
    plain = re.sub(r"\s+", "_", name.strip()) or "field"
    plain = "field" if plain == "_" else plain
    number = 2
    base = plain
    while plain in taken or plain.lower() in {"x", "y", "z"}:
        plain, number = f"{base}_{number}", number + 1
    return plain


def _columns(
    file: BinaryIO, header: PcdHeader, available: int, limit: int | None, path: Path
) -> list[tuple[str, Column]]:
    count = header.points if limit is None else min(limit, header.points)
    if header.encoding == "ascii":
        return _ascii(file, header, available, count, path)
    if header.encoding == "binary":
        promised = header.points * header.stride
        if promised > available:
            raise UnreadableFile(
                f"{header.points} points of {header.stride} bytes are {promised} bytes and {available} are there",
                where=path,
                hint="the file is cut off",
            )
        return _rows(file.read(count * header.stride), header.fields, header.stride, count)
    return [(name, column[:count]) for name, column in _compressed(file, header, available, path)]


def _rows(data: bytes, fields: tuple[PcdField, ...], stride: int, count: int) -> list[tuple[str, Column]]:
    found: list[tuple[str, Column]] = []
    for name, dtype, offset in _values_of(fields):
        at = np.dtype({"names": ["v"], "formats": [dtype], "offsets": [offset], "itemsize": stride})
        found.append((name, np.frombuffer(data, dtype=at, count=count)["v"].copy()))
    return found


def _values_of(fields: tuple[PcdField, ...]) -> Iterator[tuple[str, np.dtype[Any], int]]:
    """Yield each single value of a point that is not padding: name, type, offset."""
    for field in fields:
        if field.is_padding:
            continue
        for i in range(field.count):
            name = field.name if field.count == 1 else f"{field.name}_{i}"
            yield name, field.dtype, field.offset + i * field.dtype.itemsize


def _compressed(file: BinaryIO, header: PcdHeader, available: int, path: Path) -> list[tuple[str, Column]]:
    """Unpack data that is stored field by field, all points of one after the other."""
    sizes = file.read(8)
    if len(sizes) < 8:
        raise UnreadableFile("the file ends before its compressed data", where=path)
    packed, unpacked = (int(value) for value in np.frombuffer(sizes, dtype="<u4"))
    if packed > available - 8:
        raise UnreadableFile(
            f"{packed} compressed bytes are promised and {available - 8} are there", where=path, hint="cut off"
        )
    # Writers leave padding out of the data, though not always.
    kept = header.fields
    if unpacked != header.points * header.stride:
        kept = tuple(field for field in header.fields if not field.is_padding)
    stride = sum(field.nbytes for field in kept)
    if unpacked != header.points * stride:
        raise UnreadableFile(
            f"{header.points} points of {stride} bytes are {header.points * stride} bytes "
            f"and the compressed data holds {unpacked}",
            where=path,
        )
    data = np.frombuffer(file.read(packed), dtype=np.uint8)
    if packed != unpacked:  # the same: it could not be made smaller and is stored as it was
        from lidar_label.kernels.lzf import lzf_decompress

        try:
            data = lzf_decompress(data, unpacked)
        except ValueError as error:
            raise UnreadableFile(str(error), where=path) from None
    found: list[tuple[str, Column]] = []
    start = 0
    for field in kept:
        block = data[start : start + field.nbytes * header.points]
        start += field.nbytes * header.points
        if field.is_padding or field.count == 0:
            continue
        table = np.frombuffer(block.tobytes(), dtype=field.dtype).reshape(header.points, field.count)
        names = [name for name, _, _ in _values_of((field,))]
        found += [(name, table[:, i].copy()) for i, name in enumerate(names)]
    return found


def _ascii(file: BinaryIO, header: PcdHeader, available: int, count: int, path: Path) -> list[tuple[str, Column]]:
    """Read rows of text; numbers have a decimal point in every locale."""
    data = file.read(available)
    first = next((line for line in BytesIO(data) if line.strip()), b"").split()
    fields = header.fields
    if len(first) != sum(field.count for field in fields):  # text needs no padding, and most leave it out
        fields = tuple(field for field in fields if not field.is_padding)
    values = list(_values_of(fields))
    width = sum(field.count for field in fields)
    if count and header.points * 2 * width > len(data) + 1:
        _refuse_short(header.points, sum(1 for line in BytesIO(data) if line.strip()), path)
    table = _table(data, width, count, path)
    if len(table) < count:
        _refuse_short(header.points, len(table), path)
    skipped = _positions(fields)
    return [(name, _typed(table[:, skipped[i]], dtype, name, path)) for i, (name, dtype, _) in enumerate(values)]


def _refuse_short(promised: int, found: int, path: Path) -> None:
    raise UnreadableFile(f"{promised} points are promised and {found} are there", where=path, hint="cut off")


def _positions(fields: tuple[PcdField, ...]) -> list[int]:
    """Return the column of each value that is not padding."""
    columns: list[int] = []
    at = 0
    for field in fields:
        if not field.is_padding:
            columns += range(at, at + field.count)
        at += field.count
    return columns


def _table(data: bytes, width: int, count: int, path: Path) -> Column:
    """Return the first `count` rows of numbers, (N, width), as float64 or exact whole numbers."""
    rows: list[list[bytes]] = []
    for number, line in enumerate(BytesIO(data), start=1):
        if len(rows) == count:
            break
        cells = line.split()
        if not cells:
            continue
        if len(cells) != width:
            raise UnreadableFile(f"data line {number} has {len(cells)} values, not {width}", where=path)
        rows.append(cells)
    table = np.array(rows, dtype=bytes).reshape(len(rows), width)
    try:
        table.astype(np.float64)
    except ValueError:
        at = next(i for i, row in enumerate(rows) if not all(_is_number(cell) for cell in row))
        raise UnreadableFile(f"point {at} has a value that is no number: {b' '.join(rows[at])!r}", where=path) from None
    return table


def _is_number(cell: bytes) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _typed(cells: Column, dtype: np.dtype[Any], name: str, path: Path) -> Column:
    """Turn text into a field's type; whole numbers of 64 bits stay exact."""
    if dtype.kind == "f":
        return cells.astype(np.float64).astype(dtype)
    info = np.iinfo(dtype)
    try:
        whole = [_whole(cell) for cell in cells.tolist()]
    except (ValueError, OverflowError):
        raise UnreadableFile(f"field {name} holds whole numbers and has another value", where=path) from None
    if whole and not (info.min <= min(whole) and max(whole) <= info.max):
        raise UnreadableFile(f"field {name} has a value outside {info.min} to {info.max}", where=path)
    return np.array(whole, dtype=dtype)


def _whole(cell: bytes) -> int:
    try:
        return int(cell)
    except ValueError:  # written with a decimal point
        return int(float(cell))


def _cloud(columns: list[tuple[str, Column]], path: Path) -> PointCloud:
    axes: dict[str, Column] = {}
    fields: dict[str, Column] = {}
    for name, values in columns:
        if name.lower() in ("x", "y", "z") and name.lower() not in axes:
            axes[name.lower()] = values
            continue
        unique, number = name, 2
        while unique in fields:
            unique, number = f"{name}_{number}", number + 1
        fields[unique] = values
    if len(axes) != 3:
        lacking = ", ".join(axis for axis in "xyz" if axis not in axes)
        raise UnreadableFile(f"the points have no {lacking}", where=path)
    with np.errstate(over="ignore", invalid="ignore"):
        xyz = np.column_stack([axes[axis].astype(np.float32) for axis in "xyz"])
    return PointCloud(np.ascontiguousarray(xyz), fields)
