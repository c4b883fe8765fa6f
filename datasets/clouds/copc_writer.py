"""Writing COPC: a LAZ file whose chunks are the nodes of an octree, each a fair sample of what lies below it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CloudSource
from lidar_label.datasets.clouds.las_header import EVLR, LasRecord
from lidar_label.datasets.clouds.las_plan import LasPlan, plan_las
from lidar_label.datasets.clouds.las_writer import (
    Totals,
    carried_records,
    extra_bytes,
    extra_records,
    write_header,
)
from lidar_label.datasets.clouds.laz_chunks import LASZIP
from lidar_label.errors import CannotWrite
from lidar_label.model import Finding, Floats

Codes = NDArray[np.uint64]
_INFO = struct.Struct("<5d2Q2d88x")
_ENTRY = struct.Struct("<4iQii")
_BITS = 20  # of a position along each axis, within the cube
_GRID_BITS = 7  # a node keeps one point of each of 128 x 128 x 128 cells
_LEAF_POINTS = 50_000  # a node of no more points has no children
_BATCH_POINTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Node:
    """A cube of the octree: its level and place, and which points it holds."""

    key: tuple[int, int, int, int]
    points: NDArray[np.int64]


def write_copc(path: Path, source: CloudSource) -> list[Finding]:
    """Write all points of a source, in the order of an octree.

    The records lie in a file beside the target meanwhile; the order is made in memory, at about 40
    bytes a point.

    References
    ----------
    COPC, Cloud Optimized Point Cloud, specification 1.0.
    """
    import lazrs

    plan = plan_las(source, modern=True)
    totals = Totals(plan)
    raw = path.with_name(f"{path.name}.raw")
    try:
        _write_raw(raw, plan, source, totals, path)
        low, side = _cube(plan, totals)
        vlr = lazrs.LazVlr.new_for_compression(plan.point_format, extra_bytes(plan), True)
        with path.open("w+b") as out:
            info = LasRecord("copc", 1, "octree of the points", bytes(_INFO.size), 0)
            packing = LasRecord(*LASZIP, "packing of the points", vlr.record_data(), 0)
            records = [info, packing, *carried_records(source), *extra_records(plan)]
            write_header(out, plan, totals, records, source, compressed=True)
            start = out.tell() + 8
            packer = lazrs.ParLasZipCompressor(out, vlr)
            nodes = list(octree(_codes(raw, plan, source.points, low, side)))
            for batch in _batches(nodes):
                packer.compress_chunks(_gathered(raw, batch, plan, source.points))
            packer.done()
            sizes = _chunk_sizes(out, start - 8, vlr, nodes, path)
            entries = _hierarchy(nodes, sizes, start)
            out.seek(0, 2)
            evlrs_at = out.tell()
            out.write(EVLR.pack(b"copc", 1000, len(entries), b"nodes of the octree"))
            out.write(entries)
            center = low + side / 2
            time_low, time_high = totals.times if np.isfinite(totals.times).all() else (0.0, 0.0)
            data = _INFO.pack(
                *center.tolist(),
                side / 2,
                side / 2**_GRID_BITS,
                evlrs_at + EVLR.size,
                len(entries),
                time_low,
                time_high,
            )
            records[0] = LasRecord("copc", 1, info.description, data, 0)
            out.seek(0)
            write_header(out, plan, totals, records, source, compressed=True, evlrs=(evlrs_at, 1))
    finally:
        raw.unlink(missing_ok=True)
    return plan.findings


def _write_raw(raw: Path, plan: LasPlan, source: CloudSource, totals: Totals, path: Path) -> None:
    """Write the records as they come."""
    with raw.open("wb") as out:
        for chunk in source.chunks():
            records, steps = plan.encode(chunk, path)
            totals.add(records, steps)
            out.write(records.data)
    if totals.points != source.points:
        raise CannotWrite(f"{source.points} points were promised and {totals.points} came", where=path)


def _cube(plan: LasPlan, totals: Totals) -> tuple[Floats, float]:
    """Return the least corner and the side of a cube around all points, a step wider than they reach."""
    low, high = totals.bounds()
    step = max(abs(value) for value in plan.scale)
    return low - step, float((high - low).max()) + 2 * step


def _codes(raw: Path, plan: LasPlan, count: int, low: Floats, side: float) -> Codes:
    """Return each point's place in the cube, the bits of x, y and z one after another from the highest."""
    codes = np.empty(count, dtype=np.uint64)
    with raw.open("rb") as file:
        for start in range(0, count, _BATCH_POINTS):
            rows = min(_BATCH_POINTS, count - start)
            records = np.fromfile(file, dtype=np.uint8, count=rows * plan.record_length)
            steps = np.ndarray((rows, 3), "<i4", buffer=records.data, strides=(plan.record_length, 4))
            place = (steps * np.array(plan.scale) + np.array(plan.origin) - low) / side
            cells = np.clip(place * 2**_BITS, 0, 2**_BITS - 1).astype(np.uint64)
            x, y, z = (_spread(column) << np.uint64(axis) for axis, column in enumerate(cells.T))
            codes[start : start + rows] = x | y | z
    return codes


def _spread(values: Codes) -> Codes:
    """Put two zero bits behind each of the lowest 21 bits."""
    values = values & np.uint64(0x1FFFFF)
    for shift, mask in (
        (32, 0x1F00000000FFFF), (16, 0x1F0000FF0000FF), (8, 0x100F00F00F00F00F),
        (4, 0x10C30C30C30C30C3), (2, 0x1249249249249249),
    ):  # fmt: skip
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values


def octree(codes: Codes) -> Iterator[Node]:
    """Share points out among the nodes of an octree, each point to one; yield the nodes level by level.

    A node with few points keeps them all. Another keeps one point of each of its grid's cells and
    hands the others down.
    """
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    for level in range(_BITS - _GRID_BITS + 1):
        if not len(order):
            if not level:
                yield Node((0, 0, 0, 0), order)
            return
        nodes = codes >> np.uint64(3 * (_BITS - level))
        begins = _changes(nodes)
        names = nodes[begins].tolist()
        del nodes
        counts = np.diff(begins, append=len(order))
        kept = np.repeat((counts <= _LEAF_POINTS) | (level == _BITS - _GRID_BITS), counts)
        kept[_changes(codes >> np.uint64(3 * (_BITS - level - _GRID_BITS)))] = True
        ends = np.cumsum(np.add.reduceat(kept, begins, dtype=np.int64))
        for name, points in zip(names, np.split(order[kept], ends[:-1]), strict=True):
            yield Node((level, *_place(name)), np.sort(points))
        order, codes = order[~kept], codes[~kept]


def _changes(values: Codes) -> NDArray[np.int64]:
    """Return where another value begins, the first place included."""
    return np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])


def _place(code: int) -> tuple[int, int, int]:
    """Return the x, y and z whose bits a code holds."""
    x, y, z = (sum(((code >> (3 * bit + axis)) & 1) << bit for bit in range(_BITS)) for axis in range(3))
    return x, y, z


def _batches(nodes: list[Node]) -> Iterator[list[Node]]:
    batch: list[Node] = []
    for node in nodes:
        if not len(node.points):
            continue
        batch.append(node)
        if sum(len(n.points) for n in batch) >= _BATCH_POINTS:
            yield batch
            batch = []
    if batch:
        yield batch


def _gathered(raw: Path, batch: list[Node], plan: LasPlan, count: int) -> list[NDArray[np.uint8]]:
    """Return the records of some nodes."""
    records = np.memmap(raw, dtype=np.uint8, mode="r", shape=(count, plan.record_length))
    return [np.ascontiguousarray(records[node.points]).reshape(-1) for node in batch]


def _chunk_sizes(out: BinaryIO, start: int, vlr: object, nodes: list[Node], path: Path) -> list[int]:
    import lazrs

    filled = [len(node.points) for node in nodes if len(node.points)]
    if not filled:
        return []
    out.flush()
    out.seek(start)
    table = lazrs.read_chunk_table(out, vlr)
    if [points for points, _ in table] != filled:
        raise CannotWrite("the packed nodes are not those that were given", where=path)
    return [size for _, size in table]


def _hierarchy(nodes: list[Node], sizes: list[int], start: int) -> bytes:
    """Return the entries of all nodes: key, place in the file, bytes, points."""
    entries = bytearray()
    left = iter(sizes)
    for node in nodes:
        size = next(left) if len(node.points) else 0
        entries += _ENTRY.pack(*node.key, start if size else 0, size, len(node.points))
        start += size
    return bytes(entries)
