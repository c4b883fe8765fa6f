"""OBJ files as clouds: their vertices, with colours where they have some."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CloudFormat, reading
from lidar_label.datasets.clouds.columns import XYZ
from lidar_label.datasets.clouds.delimited import CleanRows, TextLayout
from lidar_label.datasets.clouds.xyz import TextFile, filled_lines
from lidar_label.errors import UnreadableFile
from lidar_label.model import Finding

_BLOCK_BYTES = 4_194_304
_NAMES = {3: XYZ, 4: (*XYZ, "w"), 6: (*XYZ, "r", "g", "b")}
_VERTEX = re.compile(rb"(?m)^[ \t]*v[ \t]+")
_OTHERS = re.compile(rb"(?m)^(?![ \t]*v[ \t])[^\n]*")
_SURFACE = re.compile(rb"(?m)^[ \t]*(?:f|l|vn|vt)[ \t]")


class Obj(CloudFormat):
    """OBJ; only vertices are read, in their order."""

    name = "obj"
    title = "OBJ"
    suffixes = (".obj",)
    exact = "text"
    note = "vertices only, with their colours"

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> TextFile:  # noqa: ARG002 - names are given
        """Open a file; its vertices are counted."""
        layout = TextLayout(separator=b" ", columns=3, start=0, line=1)
        points, columns, more = 0, 0, False
        with reading(path), path.open("rb") as file:
            whole, rows = CleanRows(file, layout, path), VertexRows(file, layout, path)
            while block := whole.read(_BLOCK_BYTES):
                more = more or _SURFACE.search(block) is not None
                vertices = rows.cleaned(block)
                found = filled_lines(vertices)
                if found and not columns:
                    columns = len(vertices.lstrip().split(b"\n", 1)[0].split())
                points += found
        if points and columns not in _NAMES:
            raise UnreadableFile(f"a vertex has {columns} values, not 3, 4 or 6", where=path)
        opened = ObjFile(path, self.name, layout, _NAMES.get(columns, XYZ), points, {})
        if more:
            text = "only vertices are read; faces, normals and textures are not"
            opened.findings.append(Finding("info", "not-read", text, str(path)))
        return opened


class VertexRows(CleanRows):
    """The lines of an OBJ file that are vertices, without their first letter; the others are empty."""

    def cleaned(self, block: bytes) -> bytes:
        """Return a piece of whole lines with vertices alone."""
        return _VERTEX.sub(b"", _OTHERS.sub(b"", super().cleaned(block)))


class ObjFile(TextFile):
    """An opened OBJ file."""

    def _rows(self, file: BinaryIO) -> CleanRows:
        return VertexRows(file, self.layout, self.path)
