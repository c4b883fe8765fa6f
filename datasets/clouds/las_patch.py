"""Copying a LAS or LAZ file with some values of its points changed: every other byte stays as it is.

From LAS to LAS only the points that change do. Between LAS and LAZ the header says how points are packed and where what
follows them lies, and the record of the packing comes or goes; the octree of a COPC file goes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.las import LasFile
from lidar_label.datasets.clouds.las_header import EVLR, RECORD_SIZES, VLR
from lidar_label.datasets.clouds.laz_chunks import LASZIP
from lidar_label.errors import CannotWrite, UnreadableFile
from lidar_label.progress import Progress

Patch = Callable[[int, NDArray[np.uint8]], None]
_MOST_HEAD = 256 * 2**20
_PIECE = 2**22
_POINTS_AT_ONCE = 1_000_000
_PACKED = 0x80
_DROPPED = {LASZIP, ("copc", 1), ("copc", 1000)}


def copy_patched(source: LasFile, target: Path, patch: Patch, *, compressed: bool, progress: Progress) -> None:
    """Write a copy of a file, its points changed by `patch`, and read it back.

    Parameters
    ----------
    source : LasFile
    target : Path
        Written over; give a name beside the one that it shall have.
    patch : callable(start, records)
        Changes records, (N, record length) uint8, of the points from `start` on, in place.
    compressed : bool
        Write LAZ.
    progress : Progress

    Raises
    ------
    UnreadableFile
        If the source is not what its header promises.
    CannotWrite
        If what was written does not read back.
    OSError
        If the disk is full or cannot be written.
    """
    header = source.header
    with source.path.open("rb") as file, target.open("w+b") as out:
        if compressed or header.is_compressed:
            _write_head(file, out, source, compressed=compressed)
        else:
            _copy(file, out, 0, header.points_at, source.path)
        digest = _write_points(source, out, patch, compressed=compressed, progress=progress)
        if compressed or header.is_compressed:
            out.seek(0, 2)
            _write_tail(file, out, source)
        else:
            begin = header.points_at + header.points * header.record_length
            _copy(file, out, begin, source.path.stat().st_size, source.path)
    _check(target, source, digest)


def set_values(
    records: NDArray[np.uint8], source: LasFile, name: str, values: NDArray[Any], which: NDArray[Any]
) -> None:
    """Put whole numbers into a field of records, (N, record length) uint8, where `which`, (N,) bool, is True.

    Raises
    ------
    CannotWrite
        If one does not fit the field, or the field holds no whole numbers.
    """
    place = source.raw_rows.fields[name]
    if place.scale is not None or place.dtype.kind not in "ui":
        raise CannotWrite(f"field {name!r} of the file holds no whole numbers", where=source.path)
    most = (1 << place.bits) - 1 if place.bits else int(np.iinfo(place.dtype).max)
    chosen = values[which]
    if len(chosen) and int(chosen.max()) > most:
        text = f"label {int(chosen.max())} does not fit field {name!r} of point format {source.header.point_format}, "
        raise CannotWrite(f"{text}which holds up to {most}", where=source.path, hint="export another kind of file")
    view = np.ndarray(
        (len(records),), place.dtype, buffer=records.data, offset=place.offset, strides=(records.shape[1],)
    )
    if place.bits:
        others = np.array(np.iinfo(place.dtype).max ^ (most << place.shift), dtype=place.dtype)
        view[which] = (view[which] & others) | (chosen.astype(place.dtype) << place.shift)
    else:
        view[which] = chosen


def _write_points(source: LasFile, out: BinaryIO, patch: Patch, *, compressed: bool, progress: Progress) -> int:
    """Write the records; return a checksum of them."""
    packer = None
    if compressed:
        import lazrs

        packer = lazrs.ParLasZipCompressor(out, _packing(source))
    digest, start, length = 0, 0, source.header.record_length
    for part in source.raw_chunks(_POINTS_AT_ONCE):
        progress.step(start, source.points, "points written")
        records = part.reshape(-1, length)
        patch(start, records)
        digest = zlib.crc32(part.data, digest)
        if packer is not None:
            packer.compress_many(part)
        else:
            out.write(part.data)
        start += len(records)
    if packer is not None:
        packer.done()
    return digest


def _packing(source: LasFile) -> Any:  # noqa: ANN401 - of a library without types
    import lazrs

    header = source.header
    return lazrs.LazVlr.new_for_compression(
        header.point_format, header.record_length - RECORD_SIZES[header.point_format]
    )


def _write_head(file: BinaryIO, out: BinaryIO, source: LasFile, *, compressed: bool) -> None:
    """Write the header and the records before the points, the record of the packing put in or taken out."""
    header = source.header
    if header.points_at > _MOST_HEAD:
        raise UnreadableFile(f"{header.points_at} bytes lie before the points", where=source.path)
    file.seek(0)
    raw = file.read(header.points_at)
    size, count = struct.unpack_from("<H", raw, 94)[0], struct.unpack_from("<I", raw, 100)[0]
    head, at, records = bytearray(raw[:size]), size, []
    for _ in range(count):
        if at + VLR.size > len(raw):
            raise UnreadableFile("the records before the points are damaged", where=source.path)
        user, number, length, _ = VLR.unpack_from(raw, at)
        if (user.split(b"\0")[0].decode("utf-8", "replace").strip(), number) not in _DROPPED:
            records.append(raw[at : at + VLR.size + length])
        at += VLR.size + length
    if compressed:
        data = _packing(source).record_data()
        records.append(VLR.pack(LASZIP[0].encode(), LASZIP[1], len(data), b"packing of the points") + data)
    rest = raw[at:]  # what some versions have between the records and the points
    struct.pack_into("<II", head, 96, size + sum(map(len, records)) + len(rest), len(records))
    head[104] = (head[104] & 0x3F) | (_PACKED if compressed else 0)
    out.write(head)
    for record in records:
        out.write(record)
    out.write(rest)


def _write_tail(file: BinaryIO, out: BinaryIO, source: LasFile) -> None:
    """Write the records after the points, and in the header where they are now."""
    if source.header.minor < 4:
        return
    file.seek(235)
    at, count = struct.unpack("<QI", file.read(12))
    begin, kept, waves = out.tell(), 0, 0
    file.seek(227)
    wave_at = struct.unpack("<Q", file.read(8))[0]
    for _ in range(count):
        file.seek(at)
        head = file.read(EVLR.size)
        if len(head) != EVLR.size:
            raise UnreadableFile("the records after the points are damaged", where=source.path)
        user, number, length, _ = EVLR.unpack(head)
        if (user.split(b"\0")[0].decode("utf-8", "replace").strip(), number) not in _DROPPED:
            waves = out.tell() if at == wave_at else waves
            _copy(file, out, at, at + EVLR.size + length, source.path)
            kept += 1
        at += EVLR.size + length
    out.seek(235)
    out.write(struct.pack("<QI", begin if kept else 0, kept))
    if waves:
        out.seek(227)
        out.write(struct.pack("<Q", waves))
    out.seek(0, 2)


def _copy(file: BinaryIO, out: BinaryIO, begin: int, end: int, path: Path) -> None:
    file.seek(begin)
    left = end - begin
    while left > 0:
        data = file.read(min(left, _PIECE))
        if not data:
            raise UnreadableFile("the file ends before its header says", where=path, hint="cut off")
        out.write(data)
        left -= len(data)


def _check(target: Path, source: LasFile, digest: int) -> None:
    """Read the points back and compare them with what was written."""
    back, found = LasFile(target), 0
    if back.points == source.points:
        for part in back.raw_chunks(_POINTS_AT_ONCE):
            found = zlib.crc32(part.data, found)
    if back.points != source.points or found != digest:
        raise CannotWrite("what was written does not read back the same", where=target, hint="nothing was left there")
