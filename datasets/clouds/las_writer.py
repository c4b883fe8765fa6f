"""Writing LAS and LAZ files piece by piece: the header comes last, when everything is known."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CloudSource
from lidar_label.datasets.clouds.las_header import HEADER_SIZES, VLR, LasHeader, LasRecord
from lidar_label.datasets.clouds.las_plan import LasPlan, plan_las
from lidar_label.datasets.clouds.las_records import EXTRA, STANDARD
from lidar_label.datasets.clouds.laz_chunks import LASZIP
from lidar_label.errors import CannotWrite
from lidar_label.model import Finding, Floats

_GPS_TIME_BIT, _WKT_BIT = 0x01, 0x10
_PROJECTION_USERS = ("LASF_Projection", "liblas")
_HEADER = struct.Struct("<4sHH16sBB32s32sHHHIIBHI5I12d")
_MAKER = b"lidar-label"


class Totals:
    """What a header says of all points: how many, how far they reach, how many of each return, when."""

    def __init__(self, plan: LasPlan) -> None:
        self._plan = plan
        self.points = 0
        self.low, self.high = np.full(3, np.inf), np.full(3, -np.inf)
        self.returns = np.zeros(16, dtype=np.int64)
        self.times = np.inf, -np.inf

    def add(self, records: NDArray[np.uint8], steps: Floats) -> None:
        """Count some points in."""
        if not len(records):
            return
        self.points += len(records)
        self.low, self.high = np.minimum(self.low, steps.min(axis=0)), np.maximum(self.high, steps.max(axis=0))
        standard = STANDARD[self._plan.point_format]
        flat, stride = records.reshape(-1), self._plan.record_length
        numbers = standard["return_number"].take(flat, len(records), stride)
        self.returns += np.bincount(numbers, minlength=16)
        if "gps_time" in standard:
            times = standard["gps_time"].take(flat, len(records), stride)
            times = times[np.isfinite(times)]
            if len(times):
                self.times = min(self.times[0], float(times.min())), max(self.times[1], float(times.max()))

    def bounds(self) -> tuple[Floats, Floats]:
        """Return the least and the greatest position, as it is read back."""
        if not self.points:
            return np.zeros(3), np.zeros(3)
        scale, origin = np.array(self._plan.scale), np.array(self._plan.origin)
        one, other = self.low * scale + origin, self.high * scale + origin
        return np.minimum(one, other), np.maximum(one, other)


def write_las(path: Path, source: CloudSource, *, compressed: bool) -> list[Finding]:
    """Write all points of a source as LAS or LAZ, in their order.

    Raises
    ------
    CannotWrite
        If a position does not fit, or the source holds another number of points than it says.
    OSError
        If the file cannot be written.
    """
    plan = plan_las(source)
    totals = Totals(plan)
    records = carried_records(source) + extra_records(plan)
    with path.open("w+b") as out:
        if compressed:
            import lazrs

            vlr = lazrs.LazVlr.new_for_compression(plan.point_format, extra_bytes(plan))
            records.append(LasRecord(*LASZIP, "packing of the points", vlr.record_data(), 0))
            write_header(out, plan, totals, records, source, compressed=True)
            packer = lazrs.ParLasZipCompressor(out, vlr)
            for part in _encoded(plan, source, totals, path):
                packer.compress_many(part)
            packer.done()
        else:
            write_header(out, plan, totals, records, source, compressed=False)
            for part in _encoded(plan, source, totals, path):
                out.write(part.data)
        if totals.points != source.points:
            raise CannotWrite(f"{source.points} points were promised and {totals.points} came", where=path)
        out.seek(0)
        write_header(out, plan, totals, records, source, compressed=compressed)
    return plan.findings


def _encoded(plan: LasPlan, source: CloudSource, totals: Totals, path: Path) -> Iterator[NDArray[np.uint8]]:
    for chunk in source.chunks():
        records, steps = plan.encode(chunk, path)
        totals.add(records, steps)
        yield records.reshape(-1)


def extra_bytes(plan: LasPlan) -> int:
    """Return how many bytes a point has behind the standard ones."""
    from lidar_label.datasets.clouds.las_header import RECORD_SIZES

    return plan.record_length - RECORD_SIZES[plan.point_format]


def extra_records(plan: LasPlan) -> list[LasRecord]:
    """Return the record that describes the extra fields, where there are any."""
    return [LasRecord(*EXTRA, "extra fields", plan.extra_record, 0)] if plan.extra_record else []


def carried_records(source: CloudSource) -> list[LasRecord]:
    """Return the records of a LAS source that say in which coordinates its positions are."""
    header = _header_behind(source)
    if header is None:
        return []
    return [r for r in header.records if r.user_id in _PROJECTION_USERS and len(r.data) == r.size]


def _header_behind(source: CloudSource | None) -> LasHeader | None:
    """Return the header of the LAS file that points come from, however they are wrapped."""
    from lidar_label.datasets.clouds.las import LasFile

    while source is not None:
        if isinstance(source, LasFile):
            return source.header
        source = source.wraps
    return None


def write_header(
    out: BinaryIO,
    plan: LasPlan,
    totals: Totals,
    records: Sequence[LasRecord],
    source: CloudSource,
    *,
    compressed: bool,
    evlrs: tuple[int, int] = (0, 0),
) -> None:
    """Write the header and the records before the points; both have the same size each time.

    Parameters
    ----------
    evlrs : (int, int)
        Byte at which the records after the points begin, and their number.
    """
    size = HEADER_SIZES[plan.minor]
    points_at = size + sum(VLR.size + len(record.data) for record in records)
    low, high = totals.bounds()
    today = date.today()
    old_counts = plan.point_format < 6 and totals.points < 2**32
    bounds = [value for pair in zip(high.tolist(), low.tolist(), strict=True) for value in pair]
    out.write(
        _HEADER.pack(
            b"LASF", 0, _encoding(plan, records, source), b"", 1, plan.minor, b"", _MAKER,
            today.timetuple().tm_yday, today.year, size, points_at, len(records),
            plan.point_format | (0x80 if compressed else 0), plan.record_length,
            totals.points if old_counts else 0, *(totals.returns[1:6].tolist() if old_counts else [0] * 5),
            *plan.scale, *plan.origin, *bounds,
        )
    )  # fmt: skip
    if plan.minor >= 4:
        out.write(struct.pack("<QQIQ15Q", 0, *evlrs, totals.points, *totals.returns[1:].tolist()))
    for record in records:
        user, text = record.user_id.encode()[:16], record.description.encode()[:32]
        out.write(VLR.pack(user, record.record_id, len(record.data), text))
        out.write(record.data)


def _encoding(plan: LasPlan, records: Sequence[LasRecord], source: CloudSource) -> int:
    """Return the header's flags: how times count, as the source has it, and how coordinates are described."""
    header = _header_behind(source)
    flags = header.global_encoding & _GPS_TIME_BIT if header is not None else _GPS_TIME_BIT
    has_wkt = any(record.key == ("LASF_Projection", 2112) for record in records)
    return flags | (_WKT_BIT if has_wkt or plan.point_format >= 6 else 0)
