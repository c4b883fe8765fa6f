"""The header of a LAS file and the records beside its points, checked against the file before anything is believed."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lidar_label.datasets.clouds.base import Point3, reading
from lidar_label.datasets.clouds.raw import Bounds
from lidar_label.errors import UnreadableFile
from lidar_label.model import Finding

RECORD_SIZES = (20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67)  # bytes of a point, by its format
_WITH_WAVES = (4, 5, 9, 10)
HEADER_SIZES = (227, 227, 227, 235, 375)  # by minor version
VLR, EVLR = struct.Struct("<2x16sHH32s"), struct.Struct("<2x16sHQ32s")
_MOST_KEPT = 65_535  # bytes of a record
_MOST_RECORDS = 10_000
_FORMAT, _OLD_COMPRESSED, _COMPRESSED = 0x3F, 0x40, 0x80  # of the byte that holds the point format


@dataclass(frozen=True, slots=True)
class LasRecord:
    """A record beside the points; `data` is empty where it has more than 64 KiB."""

    user_id: str
    record_id: int
    description: str
    data: bytes
    size: int

    @property
    def key(self) -> tuple[str, int]:
        """What says how to read it."""
        return self.user_id, self.record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LasHeader:
    """What a LAS header says, as far as it is true.

    `points_at` is the byte at which the points begin, `points_end` the one before which they must
    end. `origin` is the header's offset, `scale` its scale. `bounds` are what it says they are.
    """

    minor: int
    global_encoding: int
    point_format: int
    is_compressed: bool
    record_length: int
    points: int
    scale: Point3
    origin: Point3
    points_at: int
    points_end: int
    records: tuple[LasRecord, ...]
    bounds: Bounds
    findings: tuple[Finding, ...] = field(default=())

    def record(self, user_id: str, record_id: int) -> LasRecord | None:
        """Return the first record of this kind."""
        return next((r for r in self.records if r.key == (user_id, record_id)), None)


def read_las_header(path: Path) -> LasHeader:
    """Read the header of a LAS or LAZ file of version 1.0 to 1.4.

    Counts, sizes and places are compared with the size of the file. What is wrong with the records
    beside the points is a finding; what is wrong with the points is an error.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, is no LAS file, or promises what it does not hold.

    References
    ----------
    ASPRS, LAS Specification 1.4 R15, and those of 1.0 to 1.3.
    """
    with reading(path):
        size = path.stat().st_size
        with path.open("rb") as file:
            return _read(file, size, path)


def _read(file: BinaryIO, size: int, path: Path) -> LasHeader:
    head = file.read(HEADER_SIZES[-1])
    minor = _version(head, path)
    header_size, points_at, vlrs, kind, record_length, points = struct.unpack_from("<HIIBHI", head, 94)
    if not HEADER_SIZES[minor] <= header_size <= size:
        raise UnreadableFile(
            f"a header of LAS 1.{minor} has {HEADER_SIZES[minor]} bytes, not {header_size}", where=path
        )
    if not header_size <= points_at <= size:
        raise UnreadableFile(
            f"the points should begin at byte {points_at}, which is not between {header_size} and {size}", where=path
        )
    _check_format(kind & _FORMAT, record_length, path)
    findings: list[Finding] = []

    def warn(code: str, message: str) -> None:
        findings.append(Finding("warning", code, message, str(path)))

    records = _vlrs(file, header_size, points_at, vlrs, warn)
    points_end = size
    if minor >= 4:
        evlrs_at, evlr_count, wide = struct.unpack_from("<QIQ", head, 235)
        if points and wide != points:
            text = f"the header counts {points} points in one place and {wide} in another; {wide or points} are taken"
            warn("two-counts", text)
        points = wide or points
        records += _evlrs(file, evlrs_at, size, evlr_count, warn)
        if evlr_count and points_at <= evlrs_at <= size:
            points_end = evlrs_at
    sx, sy, sz, ox, oy, oz = numbers = struct.unpack_from("<6d", head, 131)
    if not all(map(math.isfinite, numbers)) or not (sx and sy and sz):
        raise UnreadableFile(f"scale {numbers[:3]} and offset {numbers[3:]} give no positions", where=path)
    x1, x0, y1, y0, z1, z0 = struct.unpack_from("<6d", head, 179)
    is_compressed = bool(kind & _COMPRESSED) and not kind & _OLD_COMPRESSED
    if not is_compressed:
        _check_length(points, record_length, points_end - points_at, path)
        _look_behind(points, record_length, points_end - points_at, kind & _FORMAT, warn)
    return LasHeader(
        minor=minor,
        global_encoding=struct.unpack_from("<H", head, 6)[0],
        point_format=kind & _FORMAT,
        is_compressed=is_compressed,
        record_length=record_length,
        points=points,
        scale=(sx, sy, sz),
        origin=(ox, oy, oz),
        points_at=points_at,
        points_end=points_end,
        records=tuple(records),
        bounds=((x0, y0, z0), (x1, y1, z1)),
        findings=tuple(findings),
    )


def _version(head: bytes, path: Path) -> int:
    """Return the second number of the version; raise where the header is none, or not whole."""
    if head[:4] != b"LASF":
        raise UnreadableFile("not a LAS file: it does not begin with LASF", where=path)
    if len(head) < HEADER_SIZES[0]:
        raise UnreadableFile(f"the file ends in its header, after {len(head)} bytes", where=path, hint="cut off")
    major, minor = head[24], head[25]
    if major != 1 or minor >= len(HEADER_SIZES):
        raise UnreadableFile(f"LAS version {major}.{minor} is not known", where=path, hint="known are 1.0 to 1.4")
    if len(head) < HEADER_SIZES[minor]:
        raise UnreadableFile(f"the file ends in its header, after {len(head)} bytes", where=path, hint="cut off")
    return minor


def _check_format(point_format: int, record_length: int, path: Path) -> None:
    if point_format >= len(RECORD_SIZES):
        raise UnreadableFile(f"point format {point_format} is not known", where=path, hint="known are 0 to 10")
    least = RECORD_SIZES[point_format]
    if record_length < least:
        raise UnreadableFile(f"a point of format {point_format} has {least} bytes, not {record_length}", where=path)


def _check_length(points: int, record_length: int, available: int, path: Path) -> None:
    if points * record_length > available:
        raise UnreadableFile(
            f"{points} points of {record_length} bytes are {points * record_length} bytes and {available} are there",
            where=path,
            hint="the file is cut off",
        )


def _look_behind(
    points: int, record_length: int, available: int, point_format: int, warn: Callable[[str, str], None]
) -> None:
    """Say so where more points could be there than the header counts; waveforms may follow those of some formats."""
    more = available // record_length - points
    if more > 0 and not points:
        warn("more-data", f"the header promises no points, and there is room for {more}: was it written to its end?")
    elif more > 0 and point_format not in _WITH_WAVES:
        text = f"the header counts {points} points, and behind them is room for {more} more, which are not read"
        warn("more-data", text)


def _vlrs(file: BinaryIO, start: int, stop: int, count: int, warn: Callable[[str, str], None]) -> list[LasRecord]:
    """Read the records between the header and the points."""
    found: list[LasRecord] = []
    file.seek(start)
    block = file.read(min(stop - start, 64 * 1024 * 1024))
    at = 0
    while len(found) < min(count, _MOST_RECORDS) and at + VLR.size <= len(block):
        user, number, size, text = VLR.unpack_from(block, at)
        if at + VLR.size + size > len(block):
            break
        data = block[at + VLR.size : at + VLR.size + size]
        found.append(LasRecord(_text(user), number, _text(text), data, size))
        at += VLR.size + size
    if len(found) < count:
        warn("bad-records", f"the header promises {count} records before the points, and {len(found)} are there")
    return found


def _evlrs(file: BinaryIO, start: int, end: int, count: int, warn: Callable[[str, str], None]) -> list[LasRecord]:
    """Read the records after the points."""
    found: list[LasRecord] = []
    at = start
    while len(found) < min(count, _MOST_RECORDS) and 0 < at <= end - EVLR.size:
        file.seek(at)
        user, number, size, text = EVLR.unpack(file.read(EVLR.size))
        at += EVLR.size + size
        if at > end:
            break
        found.append(LasRecord(_text(user), number, _text(text), file.read(size) if size <= _MOST_KEPT else b"", size))
    if len(found) < count:
        warn("bad-records", f"the header promises {count} records after the points, and {len(found)} are there")
    return found


def _text(raw: bytes) -> str:
    return raw.split(b"\0")[0].decode("utf-8", "replace").strip()
