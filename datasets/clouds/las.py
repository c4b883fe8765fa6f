"""LAS, LAZ and COPC clouds: every value of every point, positions exactly as scaled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, CloudFormat, CloudSource, reading
from lidar_label.datasets.clouds.las_header import LasHeader, read_las_header
from lidar_label.datasets.clouds.las_records import LasFields, dimensions_of, positions
from lidar_label.datasets.clouds.laz_chunks import LASZIP, read_laz_table, spread, unpack
from lidar_label.datasets.clouds.raw import RawRows, RawValue
from lidar_label.errors import UnreadableFile
from lidar_label.model import Finding

_COPC = ("copc", 1)
_PROJECTION = {"LASF_Projection", "liblas"}
_WKT, _GEO_KEYS, _SHOWN = 2112, 34735, 80
_FEET = re.compile(r'UNIT\["([^"]*(?:foot|feet|ft)[^"]*)"', re.IGNORECASE)
_READ = {LASZIP, _COPC, ("copc", 1000), ("LASF_Spec", 4)}


class LasFile(CloudFile):
    """An opened LAS, LAZ or COPC file. Its points come in the order of the file.

    Attributes
    ----------
    header : LasHeader
    """

    def __init__(self, path: Path) -> None:
        self.header = header = read_las_header(path)
        is_copc = header.is_compressed and header.record(*_COPC) is not None
        super().__init__(path, "copc" if is_copc else "laz" if header.is_compressed else "las")
        self.points = header.points
        self._dimensions = dimensions_of(header)
        self.fields = {name: dimension.result for name, dimension in self._dimensions.items()}
        self.step, self.step_from = header.scale, header.origin
        self.findings += header.findings
        if header.is_compressed:
            with reading(path), path.open("rb") as file:
                self._table = read_laz_table(file, header, path)
        if is_copc:
            from lidar_label.datasets.clouds.copc_hierarchy import check_hierarchy

            self.findings += check_hierarchy(path, header)
        self.findings += _not_read(header, path)

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, at most `size` at a time; a field is taken out of its record when it is asked for."""
        start, stride = 0, self.header.record_length
        for records in self._records(size):
            for at in range(0, len(records), size * stride):
                chunk = self._chunk(start, records[at : at + size * stride])
                yield chunk
                start += len(chunk)

    def spread(self, points: int) -> Iterator[CloudChunk]:
        """Yield packed chunks from all over the file, about `points` of its points; of a file not packed the first."""
        if not self.header.is_compressed:
            yield from super().spread(points)
            return
        with reading(self.path), self.path.open("rb", buffering=0) as file:
            for start, part in spread(self._table, points):
                for records in unpack(file, self.header, part, part.points[0], self.path):
                    yield self._chunk(start, records)

    def _chunk(self, start: int, records: NDArray[np.uint8]) -> CloudChunk:
        count = len(records) // self.header.record_length
        fields = LasFields(self._dimensions, records, count, self.header.record_length)
        return CloudChunk(start=start, xyz=positions(records, count, self.header), fields=fields)

    @property
    def raw_rows(self) -> RawRows:
        """How the points stand in the file, or in what is unpacked of it."""
        fields = {
            name: RawValue(found.dtype, found.offset, found.shift, found.bits, found.scale, found.add)
            for name, found in self._dimensions.items()
        }
        x, y, z = (RawValue(np.dtype("<i4"), 4 * i) for i in range(3))
        return RawRows(
            stride=self.header.record_length,
            axes=(x, y, z),
            fields=fields,
            path=None if self.header.is_compressed else self.path,
            start=self.header.points_at,
            bounds=self.header.bounds,
        )

    def raw_chunks(self, size: int = CHUNK_POINTS) -> Iterator[NDArray[np.uint8]]:
        """Yield the records, whole packed chunks with about `size` points at a time."""
        return self._records(size)

    def _records(self, size: int) -> Iterator[NDArray[np.uint8]]:
        stride = self.header.record_length
        with reading(self.path), self.path.open("rb", buffering=0) as file:
            if self.header.is_compressed:
                yield from unpack(file, self.header, self._table, size, self.path)
                return
            file.seek(self.header.points_at)
            for start in range(0, self.points, size):
                count = min(size, self.points - start) * stride
                records = np.fromfile(file, dtype=np.uint8, count=count)
                if len(records) != count:
                    raise UnreadableFile("the file ends before its last point", where=self.path, hint="cut off")
                yield records


def _not_read(header: LasHeader, path: Path) -> list[Finding]:
    """Name what lies beside the points and is not read."""
    found: list[Finding] = []
    rest: list[str] = []
    for record in header.records:
        if record.key in _READ:
            continue
        if record.user_id in _PROJECTION:
            if record.record_id == _WKT and record.data:
                found = list(_of_wkt(record.data.split(b"\0")[0].decode("utf-8", "replace"), path))
            elif record.record_id == _GEO_KEYS and not found:
                found = [Finding("info", "coordinates", "positions are in the system of GeoTIFF keys", str(path))]
            continue
        rest.append(record.description or f"{record.user_id} {record.record_id}")
    if rest:
        names = ", ".join(rest[:5]) + (", ..." if len(rest) > 5 else "")
        found.append(Finding("info", "not-read", f"records beside the points are not read: {names}", str(path)))
    return found


def _of_wkt(text: str, path: Path) -> Iterator[Finding]:
    """Say which system positions are in, and that nothing is converted where its unit is not the metre."""
    yield Finding("info", "coordinates", f"positions are in {text[:_SHOWN].split(',')[0]}", str(path))
    feet = _FEET.search(text)
    if feet:
        unit = f"a unit of the positions is {feet[1]!r}: nothing is converted, so sizes are not in metres"
        yield Finding("warning", "not-metres", unit, str(path))
    elif text.startswith("GEOGCS"):
        yield Finding("warning", "not-metres", "positions are longitude and latitude in degrees", str(path))


class Las(CloudFormat):
    """LAS 1.0 to 1.4, all point formats with their extra bytes."""

    name = "las"
    title = "LAS"
    suffixes = (".las",)
    exact = "scaled"
    writes = True
    note = "positions become whole multiples of a step, which is chosen from the data"
    compressed: ClassVar[bool] = False

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> CloudFile:  # noqa: ARG002
        """Open a file; its header and, of a LAZ, its table of chunks are read."""
        return LasFile(path)

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write all points in their order; see `plan_las` for what becomes of positions and fields."""
        from lidar_label.datasets.clouds.las_writer import write_las

        return write_las(path, source, compressed=self.compressed)


class Laz(Las):
    """LAS with its points packed."""

    name = "laz"
    title = "LAZ"
    suffixes = (".laz",)
    compressed = True


class Copc(Laz):
    """LAZ with its points in the order of an octree."""

    name = "copc"
    title = "COPC"
    suffixes = (".laz",)
    note = "the points are put into another order"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the first record of a file is COPC's."""
        return super().recognises(path, head) and head[:4] == b"LASF" and head[377:381] == b"copc"

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write all points, in the order of an octree."""
        from lidar_label.datasets.clouds.copc_writer import write_copc

        return write_copc(path, source)

    def losses(self, source: CloudSource) -> list[Finding]:  # noqa: ARG002
        """Say that points are put into another order."""
        return [Finding("warning", "order", "points are put into another order: what counts them is no longer right")]
