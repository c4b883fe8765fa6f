"""Unpacking the points of a LAZ file, chunk by chunk, with lazrs; no count in the file is believed unseen."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.las_header import LasHeader, LasRecord
from lidar_label.errors import UnreadableFile

Bytes = NDArray[np.uint8]
LASZIP = ("laszip encoded", 22204)
_VARIABLE = 0xFFFF_FFFF
_ITEM = struct.Struct("<HHH")
_MOST_CHUNK_BYTES = 1 << 30
# How many layers of packed bytes each kind of item has, in the layered versions (3 and 4).
_LAYERS = {10: 9, 11: 1, 12: 2, 13: 1}
_BYTE14 = 14


@dataclass(frozen=True, slots=True)
class LazTable:
    """Where the chunks of a file lie: each has a number of points and a number of bytes, one after another."""

    vlr: bytes
    points: tuple[int, ...]
    sizes: tuple[int, ...]
    start: int


def read_laz_table(file: BinaryIO, header: LasHeader, path: Path) -> LazTable:
    """Read which chunks a file has, and check them against its header and its size.

    Raises
    ------
    UnreadableFile
        If the points are packed in an unknown way, or the chunks are not what the header promises.
    """
    import lazrs

    record = header.record(*LASZIP)
    if record is None:
        raise UnreadableFile("the points are compressed, and the record that says how is not there", where=path)
    chunk_size = _checked(record, header, path)
    if not header.points:
        return LazTable(record.data, (), (), header.points_at)
    start = header.points_at + 8
    table_at = _table_place(file, header, path)
    file.seek(table_at)
    count = struct.unpack("<II", _exactly(file, 8, path))[1]
    if not 0 < count <= (table_at - start) // header.record_length:
        raise UnreadableFile(f"{count} packed chunks do not fit into {table_at - start} bytes", where=path)
    file.seek(table_at)
    try:
        table = lazrs.read_chunk_table_only(file, lazrs.LazVlr(record.data))
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception
        raise _refused(error, path) from None
    sizes = [size for _, size in table]
    if chunk_size == _VARIABLE:
        points = [count for count, _ in table]
    else:
        points = [chunk_size] * (count - 1) + [header.points - chunk_size * (count - 1)]
    wrong = sum(points) != header.points or min(points) <= 0 or (chunk_size != _VARIABLE and max(points) > chunk_size)
    if len(sizes) != count or wrong:
        raise UnreadableFile(
            f"{header.points} points are promised, and the {count} packed chunks hold another number", where=path
        )
    if start + sum(sizes) > table_at or min(sizes) < header.record_length:
        raise UnreadableFile(f"the packed chunks do not fit into {table_at - start} bytes", where=path)
    if max(points) * header.record_length > _MOST_CHUNK_BYTES:
        raise UnreadableFile(f"a packed chunk of {max(points)} points is too large to be unpacked", where=path)
    return LazTable(record.data, tuple(points), tuple(sizes), start)


def spread(table: LazTable, points: int) -> list[tuple[int, LazTable]]:
    """Choose chunks from all over a file, with about so many points: the first point of each, and a table of it."""
    begins, places = np.cumsum((0, *table.points[:-1])), table.start + np.cumsum((0, *table.sizes[:-1]))
    most = len(table.points)
    wanted = most if points >= sum(table.points) else min(most, max(points // max(table.points), 1))
    chosen = np.arange(wanted) * most // max(wanted, 1)
    return [
        (int(begins[i]), LazTable(table.vlr, (table.points[i],), (table.sizes[i],), int(places[i])))
        for i in chosen.tolist()
    ]


def unpack(file: BinaryIO, header: LasHeader, table: LazTable, size: int, path: Path) -> Iterator[Bytes]:
    """Yield the records of the points, (N * record length,) uint8, whole chunks with about `size` points at a time."""
    import lazrs

    first, at = 0, table.start
    while first < len(table.points):
        last, points = first, 0
        while last < len(table.points) and (last == first or points + table.points[last] <= size):
            points += table.points[last]
            last += 1
        file.seek(at)
        sizes = table.sizes[first:last]
        packed = _exactly(file, sum(sizes), path)
        _check_layers(packed, sizes, header, path)
        records = np.zeros(points * header.record_length, dtype=np.uint8)
        chunks = list(zip(table.points[first:last], sizes, strict=True))
        try:
            lazrs.decompress_points_with_chunk_table(packed, table.vlr, records, chunks)
        except BaseException as error:  # noqa: BLE001
            raise _refused(error, path) from None
        yield records
        first, at = last, at + len(packed)


def _checked(record: LasRecord, header: LasHeader, path: Path) -> int:
    """Return the number of points of a chunk; raise where the record does not fit the points."""
    if len(record.data) < 34:
        raise UnreadableFile("the record that says how the points are packed is cut off", where=path)
    compressor = struct.unpack_from("<H", record.data)[0]
    chunk_size, items = struct.unpack_from("<I", record.data, 12)[0], struct.unpack_from("<H", record.data, 32)[0]
    if compressor not in (2, 3):
        raise UnreadableFile(f"the points are packed in a way that is not known ({compressor})", where=path)
    if len(record.data) < 34 + _ITEM.size * items or not items or not chunk_size:
        raise UnreadableFile("the record that says how the points are packed is damaged", where=path)
    sizes = [_ITEM.unpack_from(record.data, 34 + _ITEM.size * i)[1] for i in range(items)]
    if sum(sizes) != header.record_length:
        raise UnreadableFile(f"packed points have {sum(sizes)} bytes, and others {header.record_length}", where=path)
    return int(chunk_size)


def _table_place(file: BinaryIO, header: LasHeader, path: Path) -> int:
    """Return the byte at which the table of chunks begins."""
    file.seek(header.points_at)
    place = struct.unpack("<q", _exactly(file, 8, path))[0]
    if place <= 0:  # written as a stream: the place follows the table, at the end
        file.seek(-8, 2)
        place = struct.unpack("<q", _exactly(file, 8, path))[0]
    file.seek(0, 2)
    if not header.points_at + 8 <= place <= file.tell() - 8:
        raise UnreadableFile("the table of packed chunks lies outside the file", where=path, hint="the file is cut off")
    return int(place)


def _check_layers(packed: bytes, sizes: tuple[int, ...], header: LasHeader, path: Path) -> None:
    """Refuse a chunk whose layers promise more bytes than it has, since lazrs would make room for them."""
    if header.point_format < 6:
        return
    record = header.record(*LASZIP)
    data = record.data if record else b""
    layers = 0
    for i in range((len(data) - 34) // _ITEM.size):
        kind, size, version = _ITEM.unpack_from(data, 34 + _ITEM.size * i)
        layers += size if kind == _BYTE14 else _LAYERS.get(kind, 0)
        if version < 3:
            return
    fixed = header.record_length + 4 + 4 * layers  # the first point, a count, the sizes of the layers
    at = 0
    for size in sizes:
        promised = np.frombuffer(packed, "<u4", layers, at + fixed - 4 * layers) if fixed <= size else None
        if promised is None or int(promised.sum(dtype=np.int64)) > size - fixed:
            raise UnreadableFile("a packed chunk promises more bytes than it has", where=path)
        at += size


def _exactly(file: BinaryIO, count: int, path: Path) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise UnreadableFile("the file ends before its last point", where=path, hint="cut off")
    return data


def _refused(error: BaseException, path: Path) -> BaseException:
    """Return the error to raise for one of lazrs, whose panics are no `Exception`."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return UnreadableFile(f"the packed points are damaged: {reason}", where=path)
    return error
