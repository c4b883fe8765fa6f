"""PLY clouds: the vertices of a file of any encoding, with every scalar property."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import (
    CHUNK_POINTS,
    CloudChunk,
    CloudFile,
    CloudFormat,
    CloudSource,
    reading,
)
from lidar_label.datasets.clouds.ply_header import HEADER_LIMIT, PlyElement, PlyHeader, parse_ply_header
from lidar_label.datasets.clouds.ply_lists import WithoutLists, rows_without_lists, skip_rows
from lidar_label.datasets.clouds.rows import RowLayout, RowsFile, Value, exact_dtype, take_positions
from lidar_label.datasets.clouds.text_rows import read_text_rows
from lidar_label.errors import UnreadableFile
from lidar_label.model import Finding

Column = NDArray[Any]
USUAL_NAMES = {"red": "r", "green": "g", "blue": "b", "alpha": "a"}


class Ply(CloudFormat):
    """PLY files of any encoding; written as binary, little end first."""

    name = "ply"
    title = "PLY"
    suffixes = (".ply",)
    exact = "float64"
    writes = True
    note = "vertices only; whole numbers of 64 bits are written as float64"

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> CloudFile:  # noqa: ARG002
        """Open a file; see `open_ply`."""
        return open_ply(path)

    def write(self, path: Path, source: CloudSource) -> list[Finding]:
        """Write x, y, z as float where that is exact, else as double, then every field with its own type."""
        from lidar_label.datasets.clouds.ply_writer import write_ply

        return write_ply(path, source)

    def losses(self, source: CloudSource) -> list[Finding]:
        """Name the fields that no type of PLY holds, or holds less exactly."""
        from lidar_label.datasets.clouds.ply_writer import losses

        return losses(source)


def open_ply(path: Path) -> CloudFile:
    """Open a PLY file; its header is read, and checked against the size of the file.

    Every scalar property of the element ``vertex`` comes as a field of its own name and type, but
    for ``red``, ``green``, ``blue`` and ``alpha``, which are ``r``, ``g``, ``b`` and ``a``. Other
    elements (faces) and lists are passed over, and said to be.

    Raises
    ------
    MissingFile
        If there is no such file.
    UnreadableFile
        If the header is wrong, there are no vertices, or the data is shorter than promised.
    """
    with reading(path):
        size = path.stat().st_size
        with path.open("rb") as file:
            header = parse_ply_header(file.read(HEADER_LIMIT), path)
            vertex = _vertex(header, path)
            properties = _Properties(vertex, path)
            available = size - header.data_start
            _check_size(header, vertex, available, path)
            file.seek(header.data_start)
            start = header.data_start
            if header.encoding != "ascii":
                for element in header.elements[: header.elements.index(vertex)]:
                    skip_rows(file, element, size, path)
                start = file.tell()
    opened: CloudFile
    if header.encoding == "ascii":
        opened = _TextPly(path, header, vertex, properties)
    elif vertex.has_lists:
        opened = _ListedPly(path, vertex, properties, start, size)
    else:
        if vertex.count * vertex.least_bytes > size - start:
            _refuse(vertex, vertex.count * vertex.least_bytes, size - start, path)
        opened = RowsFile(path, Ply.name, properties.layout(), vertex.count, start)
    passed_over = [f"{e.count} of element {e.name}" for e in header.elements if e is not vertex and e.count]
    passed_over += [f"list {p.name} of the vertices" for p in vertex.properties if p.counted_by is not None]
    if passed_over:
        opened.findings.append(Finding("info", "not-read", f"not read: {', '.join(passed_over)}", str(path)))
    return opened


def _vertex(header: PlyHeader, path: Path) -> PlyElement:
    for element in header.elements:
        if element.name.lower() == "vertex":
            return element
    others = ", ".join(element.name for element in header.elements)
    raise UnreadableFile(
        "the file has no vertices", where=path, hint=f"it has {others}" if others else "it has nothing"
    )


def _check_size(header: PlyHeader, vertex: PlyElement, available: int, path: Path) -> None:
    """Refuse a header that promises more rows than could be there at the least."""
    needed = 0
    for element in header.elements[: header.elements.index(vertex) + 1]:
        row = 2 * len(element.properties) if header.encoding == "ascii" else element.least_bytes
        needed += element.count * max(row, 1)
    if needed > available + 1:
        _refuse(vertex, needed, available, path)


def _refuse(vertex: PlyElement, needed: int, available: int, path: Path) -> None:
    raise UnreadableFile(
        f"{vertex.count} points are promised; they need {needed} bytes and {available} are there",
        where=path,
        hint="the file is cut off",
    )


class _Properties:
    """The scalar properties of the vertices: which are x, y, z, and a name of its own for each other."""

    def __init__(self, vertex: PlyElement, path: Path) -> None:
        self.scalars = [p for p in vertex.properties if p.counted_by is None]
        self.axes: list[int] = []
        self.fields: dict[str, int] = {}
        places = {p.name.lower(): i for i, p in reversed(list(enumerate(self.scalars)))}
        lacking = [axis for axis in "xyz" if axis not in places]
        if lacking:
            raise UnreadableFile(f"the vertices have no {', '.join(lacking)}", where=path)
        self.axes = [places[axis] for axis in "xyz"]
        for i, found in enumerate(self.scalars):
            if i in self.axes:
                continue
            name = USUAL_NAMES.get(found.name, found.name)
            unique, number = name, 2
            while unique in self.fields:
                unique, number = f"{name}_{number}", number + 1
            self.fields[unique] = i

    def dtypes(self) -> dict[str, np.dtype[Any]]:
        return {name: self.scalars[i].dtype.newbyteorder("=") for name, i in self.fields.items()}

    def layout(self) -> RowLayout:
        """Return where the scalars lie in a row without lists."""
        values, offset = [], 0
        for scalar in self.scalars:
            values.append(Value(scalar.dtype, offset))
            offset += scalar.dtype.itemsize
        x, y, z = (values[i] for i in self.axes)
        return RowLayout((x, y, z), {name: values[i] for name, i in self.fields.items()}, offset)

    def chunk(self, start: int, columns: Mapping[int, Column] | list[Column]) -> CloudChunk:
        axes = [columns[i] for i in self.axes]
        xyz = np.empty((len(axes[0]), 3))
        take_positions(axes, xyz, None)
        dtypes = self.dtypes()
        fields = {name: np.ascontiguousarray(columns[i], dtype=dtypes[name]) for name, i in self.fields.items()}
        return CloudChunk(start=start, xyz=xyz, fields=fields)


class _TextPly(CloudFile):
    """Vertices as lines of text."""

    def __init__(self, path: Path, header: PlyHeader, vertex: PlyElement, properties: _Properties) -> None:
        super().__init__(path, Ply.name)
        self.points = vertex.count
        self.fields = properties.dtypes()
        self._header, self._vertex, self._properties = header, vertex, properties

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, in pieces of no more than `size`; positions have every digit of the text."""
        if not self.points:
            return
        start = 0
        scalars, axes = self._properties.scalars, self._properties.axes
        dtypes = [np.dtype(np.float64) if i in axes and p.dtype.kind == "f" else p.dtype for i, p in enumerate(scalars)]
        with reading(self.path), self.path.open("rb") as file:
            line = self._to_vertices(file)
            text = WithoutLists(file, self._vertex, self.path, line) if self._vertex.has_lists else file
            for columns in read_text_rows(text, dtypes, self.points, self.path, line):
                for at in range(0, len(columns[0]), size):
                    part = self._properties.chunk(start, [column[at : at + size] for column in columns])
                    yield part
                    start += len(part)

    def _to_vertices(self, file: BinaryIO) -> int:
        """Read up to the vertices' first line; return its number."""
        file.seek(self._header.data_start)
        line = self._header.lines + 1
        for element in self._header.elements[: self._header.elements.index(self._vertex)]:
            left = element.count if element.properties else 0
            while left:
                text = file.readline(HEADER_LIMIT)
                if not text:
                    raise UnreadableFile(f"the file ends before its vertices, in {element.name}", where=self.path)
                left -= bool(text.strip())
                line += 1
        return line


class _ListedPly(CloudFile):
    """Vertices with lists among their properties: rows of unequal size, read one after another."""

    def __init__(self, path: Path, vertex: PlyElement, properties: _Properties, start: int, size: int) -> None:
        super().__init__(path, Ply.name)
        self.points = vertex.count
        self.fields = properties.dtypes()
        self.xyz_dtype = exact_dtype([properties.scalars[i].dtype for i in properties.axes])
        self._vertex, self._properties, self._start, self._size = vertex, properties, start, size

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, in pieces of `size`."""
        layout = np.dtype([(str(i), p.dtype) for i, p in enumerate(self._properties.scalars)])
        with reading(self.path), self.path.open("rb") as file:
            file.seek(self._start)
            for start in range(0, self.points, size):
                count = min(size, self.points - start)
                rows = np.frombuffer(rows_without_lists(file, self._vertex, count, self._size, self.path), layout)
                yield self._properties.chunk(start, {i: rows[name] for i, name in enumerate(layout.names or ())})
