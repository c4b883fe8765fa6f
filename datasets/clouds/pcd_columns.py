"""The values of a PCD's points by name, and the two encodings that are not rows of bytes: text and packed columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, Point3, origin_near, reading
from lidar_label.datasets.clouds.pcd_header import PcdField, PcdHeader
from lidar_label.datasets.clouds.rows import RowLayout, Value, exact_dtype, take_positions
from lidar_label.datasets.clouds.text_rows import read_text_rows
from lidar_label.errors import UnreadableFile
from lidar_label.model import PointCloud

Column = NDArray[Any]
_COLOUR_BYTES = {"r": 2, "g": 1, "b": 0, "a": 3}  # of 0xAARRGGBB, little end first


@dataclass(frozen=True, slots=True)
class PcdValues:
    """The values of a point that are not padding.

    Parameters
    ----------
    entries : tuple of (PcdField, int)
        Each value's field, and its place among the values of that field.
    axes : (int, int, int)
        Which of the entries are x, y and z.
    fields : mapping of str to int
        The other entries, by a name that no other has.
    colours : mapping of str to str
        ``r``, ``g``, ``b``, ``a`` to the packed field that holds them.
    """

    entries: tuple[tuple[PcdField, int], ...]
    axes: tuple[int, int, int]
    fields: Mapping[str, int]
    colours: Mapping[str, str]

    @classmethod
    def of(cls, header: PcdHeader, path: Path) -> PcdValues:
        """Name the values of a header; raise `UnreadableFile` where x, y or z is not among them."""
        entries = tuple((f, i) for f in header.fields if not f.is_padding for i in range(f.count))
        axes: dict[str, int] = {}
        fields: dict[str, int] = {}
        for place, (field, i) in enumerate(entries):
            name = field.name if field.count == 1 else f"{field.name}_{i}"
            if name.lower() in ("x", "y", "z") and name.lower() not in axes:
                axes[name.lower()] = place
                continue
            unique, number = name, 2
            while unique in fields:
                unique, number = f"{name}_{number}", number + 1
            fields[unique] = place
        lacking = [axis for axis in "xyz" if axis not in axes]
        if lacking:
            raise UnreadableFile(f"the points have no {', '.join(lacking)}", where=path)
        return cls(entries, (axes["x"], axes["y"], axes["z"]), fields, _packed_colours(entries, fields))

    def dtypes(self) -> dict[str, np.dtype[Any]]:
        """Return the type of each field, packed colours taken apart."""
        found = {name: self.entries[place][0].dtype.newbyteorder("=") for name, place in self.fields.items()}
        return found | dict.fromkeys(self.colours, np.dtype(np.uint8))

    def layout(self, stride: int) -> RowLayout:
        """Return where the values lie in a row of binary data."""
        places = [Value(field.dtype, field.offset + i * field.dtype.itemsize) for field, i in self.entries]
        fields = {name: places[place] for name, place in self.fields.items()}
        for colour, packed in self.colours.items():
            fields[colour] = Value(np.dtype(np.uint8), fields[packed].offset + _COLOUR_BYTES[colour])
        x, y, z = self.axes
        return RowLayout((places[x], places[y], places[z]), fields, stride)

    def positions(self, columns: Sequence[Column]) -> list[Column]:
        """Return the columns x, y and z of columns in the order of `entries`."""
        return [columns[place] for place in self.axes]

    def named(self, columns: Sequence[Column]) -> dict[str, Column]:
        """Return the other columns by name, packed colours taken apart."""
        found = {name: columns[place] for name, place in self.fields.items()}
        for colour, packed in self.colours.items():
            little = np.ascontiguousarray(found[packed].view("u4").astype("<u4")).view(np.uint8).reshape(-1, 4)
            found[colour] = little[:, _COLOUR_BYTES[colour]].copy()
        return found


def _packed_colours(entries: Sequence[tuple[PcdField, int]], fields: Mapping[str, int]) -> dict[str, str]:
    """Return which field a colour is packed in, unless the points have their own r, g, b."""
    names = {name.lower() for name in fields}
    for name, place in fields.items():
        field = entries[place][0]
        if name.lower() in ("rgb", "rgba") and field.dtype.itemsize == 4 and not names & {"r", "g", "b", "a"}:
            return dict.fromkeys("rgba" if name.lower() == "rgba" else "rgb", name)
    return {}


class TextPcd(CloudFile):
    """Points as lines of text."""

    def __init__(self, path: Path, header: PcdHeader, values: PcdValues, available: int) -> None:
        super().__init__(path, "pcd")
        self.points = header.points
        self.fields = values.dtypes()
        self._header, self._values = header, values
        if header.points * 2 * len(values.entries) > available + 1:  # a digit and a space each, at the least
            with reading(path), path.open("rb") as file:
                file.seek(header.data_start)
                lines = sum(1 for line in iter(lambda: file.readline(65_536), b"") if line.strip())
            raise UnreadableFile(
                f"{header.points} points are promised and {lines} are there", where=path, hint="cut off"
            )

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, in pieces of no more than `size`; positions have every digit of the text."""
        start = 0
        for columns in self._blocks():
            for at in range(0, len(columns[0]), size):
                part = [column[at : at + size] for column in columns]
                xyz = np.empty((len(part[0]), 3))
                take_positions(self._values.positions(part), xyz, None)
                yield CloudChunk(start=start, xyz=xyz, fields=self._values.named(part))
                start += len(xyz)

    def _blocks(self) -> Iterator[list[Column]]:
        if not self.points:
            return
        with reading(self.path), self.path.open("rb") as file:
            file.seek(self._header.data_start)
            first = b""
            while not first and (line := file.readline(1_048_576)):
                first = line.strip()
            file.seek(self._header.data_start)
            fields = self._header.fields
            if len(first.split()) != sum(field.count for field in fields):
                fields = tuple(f for f in fields if not f.is_padding)  # text needs none, and most leave it out
            kinds = [(f, f.dtype) for f in fields for _ in range(f.count)]
            axes = [self._values.entries[place][0] for place in self._values.axes]
            dtypes = [np.dtype(np.float64) if f in axes and t.kind == "f" else t for f, t in kinds]
            kept = [i for i, (f, _) in enumerate(kinds) if not f.is_padding]
            for columns in read_text_rows(file, dtypes, self.points, self.path, self._header.lines + 1):
                yield [columns[i] for i in kept]


class PackedPcd(CloudFile):
    """Points as columns, all packed in one piece of LZF: they are unpacked as a whole."""

    def __init__(self, path: Path, header: PcdHeader, values: PcdValues, available: int) -> None:
        super().__init__(path, "pcd")
        self.points = header.points
        self.fields = values.dtypes()
        self.xyz_dtype = exact_dtype([values.entries[place][0].dtype for place in values.axes])
        self._header, self._values = header, values
        self._packed, self._unpacked = self._sizes(available)
        # Writers leave padding out of the data, though not always.
        self._kept = header.fields
        if self._unpacked != header.points * header.stride:
            self._kept = tuple(field for field in header.fields if not field.is_padding)
        stride = sum(field.nbytes for field in self._kept)
        if self._unpacked != header.points * stride:
            raise UnreadableFile(
                f"{header.points} points of {stride} bytes are {header.points * stride} bytes "
                f"and the compressed data holds {self._unpacked}",
                where=path,
            )
        from lidar_label.kernels.lzf import MOST_PER_BYTE

        if self._unpacked > self._packed * MOST_PER_BYTE:
            raise UnreadableFile(f"{self._packed} bytes of LZF cannot unpack to {self._unpacked} bytes", where=path)

    def _sizes(self, available: int) -> tuple[int, int]:
        with reading(self.path), self.path.open("rb") as file:
            file.seek(self._header.data_start)
            sizes = file.read(8)
        if len(sizes) < 8:
            raise UnreadableFile("the file ends before its compressed data", where=self.path)
        packed, unpacked = (int(value) for value in np.frombuffer(sizes, dtype="<u4"))
        if packed > available - 8:
            raise UnreadableFile(
                f"{packed} compressed bytes are promised and {available - 8} are there", where=self.path, hint="cut off"
            )
        return packed, unpacked

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, in pieces of `size`."""
        columns = self._columns()
        for start in range(0, self.points, size):
            part = [column[start : start + size] for column in columns]
            xyz = np.empty((len(part[0]), 3))
            take_positions(self._values.positions(part), xyz, None)
            yield CloudChunk(start=start, xyz=xyz, fields=self._values.named(part))

    def read(self, origin: Point3 | None = None, limit: int | None = None) -> PointCloud:
        """Return the whole cloud, unpacked once; see `CloudSource.read`."""
        columns = self._columns()
        axes = self._values.positions(columns)
        if origin is None and self._origin is None:
            with np.errstate(invalid="ignore"):  # of a NaN that signals
                valid = np.isfinite(axes).all(axis=0) & np.any(axes, axis=0)
            first = int(np.argmax(valid)) if valid.any() else None
            self._origin = (0.0, 0.0, 0.0) if first is None else origin_near([float(axis[first]) for axis in axes])
        count = self.points if limit is None else min(limit, self.points)
        xyz = np.empty((count, 3), dtype=np.float32)
        take_positions([axis[:count] for axis in axes], xyz, np.array(self.origin if origin is None else origin))
        return PointCloud(xyz, self._values.named([column[:count] for column in columns]))

    def _columns(self) -> list[Column]:
        with reading(self.path), self.path.open("rb") as file:
            file.seek(self._header.data_start + 8)
            data = np.frombuffer(file.read(self._packed), dtype=np.uint8)
        if len(data) != self._packed:
            raise UnreadableFile(
                "the file ends before its last point", where=self.path, hint="cut off while it was read"
            )
        if self._packed != self._unpacked:  # the same: it could not be made smaller and is stored as it was
            from lidar_label.kernels.lzf import lzf_decompress

            try:
                data = lzf_decompress(data, self._unpacked)
            except ValueError as error:
                raise UnreadableFile(str(error), where=self.path) from None
        found: list[Column] = []
        start = 0
        for field in self._kept:
            block = data[start : start + field.nbytes * self.points]
            start += field.nbytes * self.points
            if not field.is_padding and field.count:
                table = np.frombuffer(block.tobytes(), dtype=field.dtype).reshape(self.points, field.count)
                found += [np.ascontiguousarray(table[:, i]) for i in range(field.count)]
        return found
