"""Small clouds, and a plain maker of tile stores that shares no code with the builder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import laspy
import numpy as np
import pytest

from lidar_label.cloud import layout
from lidar_label.cloud.layout import Column, Field, Index, Stamp
from lidar_label.datasets.clouds.las import LasFile


def make_store(folder: Path, source: LasFile, tile_points: int = 700, shift: int = 0) -> Path:
    """Cut a small LAS file into tiles of a grid; every 7th tile, or all with `shift`, keeps low bits apart."""
    folder.mkdir()
    chunks = list(source.chunks())
    whole = np.concatenate([np.rint((c.xyz - np.array(source.step_from)) / np.array(source.step)) for c in chunks])
    whole = whole.astype(np.int64)
    xyz = np.concatenate([c.xyz for c in chunks])
    fields = {name: np.concatenate([c.fields[name] for c in chunks]) for name in source.fields}
    kept = [name for name, dtype in source.fields.items() if dtype.kind in "iuf"]
    columns = tuple(Column(name, source.fields[name].newbyteorder("<").str) for name in kept)
    index = Index(
        source=Stamp(str(source.path), source.path.name, source.path.stat().st_size, source.path.stat().st_mtime_ns),
        points=len(xyz),
        encoding="grid",
        step=source.step,
        step_from=source.step_from,
        xyz_dtype="",
        index_dtype="<u4",
        low=tuple(xyz.min(axis=0).tolist()),
        high=tuple(xyz.max(axis=0).tolist()),
        columns=columns,
        fields=tuple(Field(name, name, source.fields[name].str) for name in kept),
        overview_points=0,
        points_bytes=0,
    )
    order = np.lexsort(((whole[:, 1] - whole[:, 1].min()) // 20_000, (whole[:, 0] - whole[:, 0].min()) // 20_000))
    rows, blocks, at = [], [], 0
    rng = np.random.default_rng(1)
    for start in range(0, len(order), tile_points):
        own = rng.permutation(order[start : start + tile_points])
        steps = whole[own]
        corner = steps.min(axis=0)
        spread = int((steps.max(axis=0) - corner).max())
        bits = max(shift if (start // tile_points) % 7 == 0 else 0, spread.bit_length() - 16, 0)
        off = steps - corner
        places, size = layout.block_places(index, len(own), bits)
        block = np.zeros(size, dtype=np.uint8)
        places["grid"].view(block, len(own))[:] = off >> bits
        if bits:
            places["low_bits"].view(block, len(own))[:] = off & ((1 << bits) - 1)
        places["index"].view(block, len(own))[:] = own
        for name in kept:
            places[f"column:{name}"].view(block, len(own))[:] = fields[name][own]
        rows.append(
            (
                len(own),
                at,
                size,
                corner,
                bits,
                xyz[own].min(axis=0),
                xyz[own].max(axis=0),
                own.min(),
                own.max(),
                *[0] * 4,
            )
        )
        blocks.append(block)
        at += size
    tiles = np.array(rows, dtype=layout.TILE)
    (folder / layout.POINTS).write_bytes(b"".join(block.tobytes() for block in blocks))
    (folder / layout.OVERVIEW).write_bytes(b"")
    layout.write_tiles(folder, tiles)
    finish(folder, index, at)
    return folder


def finish(folder: Path, index: Index, points_bytes: int) -> None:
    """Write the index so that it fits the table that is there."""
    sums = {layout.TILES: layout.checksum_of(np.fromfile(folder / layout.TILES, dtype=np.uint8))}
    layout.write_index(folder, replace(index, points_bytes=points_bytes, checksums=sums))


def make_las(path: Path, points: int = 20_000, point_format: int = 7, seed: int = 0) -> Path:
    """Write a cloud at UTM coordinates with laspy: random fields, an extra field, a record before and one after."""
    rng = np.random.default_rng(seed)
    header = laspy.LasHeader(point_format=point_format, version="1.4")
    header.scales, header.offsets = [0.001, 0.001, 0.001], [500_000.0, 5_400_000.0, 100.0]
    header.add_extra_dim(laspy.ExtraBytesParams(name="height_above", type="f4"))
    las = laspy.LasData(header)
    las.X = rng.integers(0, 100_000, points).astype(np.int32)
    las.Y = rng.integers(0, 100_000, points).astype(np.int32)
    las.Z = rng.integers(0, 20_000, points).astype(np.int32)
    for name, most in (("intensity", 65535), ("user_data", 255), ("point_source_id", 65535), ("classification", 20)):
        las[name] = rng.integers(0, most, points)
    if point_format >= 6:
        las.overlap, las.scanner_channel = rng.integers(0, 2, points), rng.integers(0, 4, points)
    las.synthetic, las.withheld = rng.integers(0, 2, points), rng.integers(0, 2, points)
    las.return_number, las.number_of_returns = np.ones(points, np.uint8), np.full(points, 2, np.uint8)
    las.height_above = rng.random(points).astype(np.float32)
    las.header.vlrs.append(laspy.VLR("somebody", 7, "of nobody's business", b"before the points"))
    las.evlrs = laspy.vlrs.vlrlist.VLRList([laspy.VLR("somebody", 8, "nor this", b"after the points")])
    las.write(str(path))
    return path


def content_of(store: Path) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Return all positions and fields of a store in the order of the source, and its table; each index comes once."""
    index = layout.read_index(store)
    tiles = layout.read_tiles(store, index)
    data = np.fromfile(store / layout.POINTS, dtype=np.uint8)
    xyz, seen = np.full((index.points, 3), np.nan), np.zeros(index.points, dtype=int)
    fields = {field.name: np.zeros(index.points, dtype=field.dtype) for field in index.fields}
    for tile in tiles:
        count, shift = int(tile["count"]), int(tile["shift"])
        block = data[int(tile["offset"]) :][: int(tile["nbytes"])].copy()
        assert layout.checksum_of(block) == int(tile["checksum"])
        places, _ = layout.block_places(index, count, shift)
        at = places["index"].view(block, count)
        seen[at] += 1
        grid = places["grid"].view(block, count).astype(np.int64) << shift
        if "low_bits" in places:
            grid |= places["low_bits"].view(block, count)
        drawn = (grid + tile["corner"]) * np.array(index.step) + np.array(index.step_from)
        xyz[at] = places["xyz"].view(block, count) if "xyz" in places else drawn
        for field in index.fields:
            fields[field.name][at] = field.take(places[f"column:{field.column}"].view(block, count))
    assert (seen == 1).all()
    return xyz, fields, tiles


@pytest.fixture(scope="session")
def content() -> Callable[..., tuple]:
    return content_of


@pytest.fixture(scope="session")
def utm_las(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_las(tmp_path_factory.mktemp("utm") / "utm.las")


@pytest.fixture(scope="session")
def las_maker() -> Callable[..., Path]:
    return make_las


@pytest.fixture(scope="session")
def store_maker() -> Callable[..., Path]:
    return make_store


@pytest.fixture(scope="session")
def utm_store(utm_las: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that nobody may change."""
    return make_store(tmp_path_factory.mktemp("store") / "utm.tiles", LasFile(utm_las), shift=5)


@pytest.fixture
def own_store(utm_las: Path, tmp_path: Path) -> Path:
    """A store to do with as one likes."""
    return make_store(tmp_path / "own.tiles", LasFile(utm_las))
