"""Checking the octree of a COPC file: every node counted once, and no page followed twice."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lidar_label.datasets.clouds.base import reading
from lidar_label.datasets.clouds.las_header import LasHeader
from lidar_label.model import Finding

_ENTRY = np.dtype([("key", "<i4", 4), ("offset", "<u8"), ("size", "<i4"), ("points", "<i4")])
_PAGE = -1  # in place of a count: the entry leads to another page
_INFO_BYTES = 160
_MOST_PAGES = 100_000


def check_hierarchy(path: Path, header: LasHeader) -> list[Finding]:
    """Return what is wrong with a file's octree; the points themselves are read without it.

    Nodes of no points count too, since their children may have some.

    References
    ----------
    COPC, Cloud Optimized Point Cloud, specification 1.0.
    """
    record = header.record("copc", 1)
    if record is None or len(record.data) < _INFO_BYTES:
        return [Finding("warning", "bad-octree", "the record of the octree is cut off", str(path))]
    with reading(path), path.open("rb") as file:
        file.seek(0, 2)
        fault, points = _walk(file, file.tell(), *struct.unpack_from("<QQ", record.data, 40))
    if not fault and points != header.points:
        fault = f"the octree counts {points} points and the header {header.points}"
    return [Finding("warning", "bad-octree", f"{fault}; the points are read without it", str(path))] if fault else []


def _walk(file: BinaryIO, end: int, offset: int, size: int) -> tuple[str, int]:
    """Return what is wrong (nothing is an empty text), and the number of points of all nodes."""
    pages, points = [(offset, size)], 0
    seen: set[int] = set()
    while pages:
        offset, size = pages.pop()
        if offset in seen or len(seen) == _MOST_PAGES:
            return "the octree's pages lead back to one another", points
        seen.add(offset)
        if size < 0 or size % _ENTRY.itemsize or offset + size > end:
            return "a page of the octree lies outside the file", points
        file.seek(offset)
        entries = np.frombuffer(file.read(size), dtype=_ENTRY)
        inner = entries["points"] == _PAGE
        pages += [(int(e["offset"]), int(e["size"])) for e in entries[inner]]
        nodes = entries[~inner]
        if np.any(nodes["points"] < 0) or np.any(nodes["offset"][nodes["points"] > 0] > end):
            return "a node of the octree lies outside the file", points
        points += int(nodes["points"].sum(dtype=np.int64))
    return "", points
