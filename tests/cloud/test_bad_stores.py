"""Sources that lie and stores that were damaged: said clearly, with nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import laspy
import numpy as np
import pytest

from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.layout import INDEX, OVERVIEW, POINTS, TILES, read_index, read_tiles
from lidar_label.cloud.store import TileStore
from lidar_label.cloud.verify import verify_store
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import LidarLabelError, MissingFile, UnreadableFile

pytestmark = pytest.mark.one_numpy

COUNT_AT, LEGACY_AT = 247, 107  # bytes of a LAS 1.4 header
LIES = [
    lambda c: c["fields"][0].update(name=["a"]),
    lambda c: c["fields"][0].update(bits="3"),
    lambda c: c["fields"][0].update(bits=2.5),
    lambda c: c["fields"][0].update(shift=-1),
    lambda c: c["fields"][0].update(scale="much"),
    lambda c: c["fields"][0].update(column="nowhere"),
    lambda c: c["fields"][0].update(dtype="O"),
    lambda c: c["columns"][0].update(dtype="V4"),
    lambda c: c["source"].update(path=5),
    lambda c: c["source"].update(more=1),
    lambda c: c.update(points=-1),
    lambda c: c.update(points=2**70),
    lambda c: c.update(points_bytes=2**62),
    lambda c: c.update(overview_points=2**40),
    lambda c: c.update(step=[0.001, 0, 0.001]),
    lambda c: c.update(step=[0.001, float("nan"), 0.001]),
    lambda c: c.update(encoding="other"),
    lambda c: c.update(checksums=[]),
    lambda c: c.update(version=99),
    lambda c: c.clear(),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, las_maker: Callable[..., Path]) -> Path:
    """A store of several tiles beside its source."""
    folder = tmp_path_factory.mktemp("whole")
    path = las_maker(folder / "a.las", 300_000)
    build_tiles(path, folder / "store")
    return folder


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole / "store", tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lidar_label.cli.main", "tiles", *map(str, arguments)]
        return subprocess.run(
            command, env={**os.environ, "COLUMNS": "300"}, capture_output=True, text=True, check=False
        )

    return call


def verified(store: Path) -> None:
    index = read_index(store)
    verify_store(store, index, read_tiles(store, index))


def lying(path: Path, las_maker: Callable[..., Path], points: int) -> Path:
    data = bytearray(las_maker(path, 1000).read_bytes())
    struct.pack_into("<I", data, LEGACY_AT, 0)
    struct.pack_into("<Q", data, COUNT_AT, points)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("points", [1003, 2**40, 2**64 - 1])
def test_a_header_that_counts_too_many_points(points: int, tmp_path: Path, las_maker: Callable[..., Path]) -> None:
    path = lying(tmp_path / "a.las", las_maker, points)
    with pytest.raises(UnreadableFile, match=rf"{points} points of 40 bytes are .* 40\d\d\d are there.*cut off"):
        build_tiles(path, tmp_path / "store")
    assert [p.name for p in tmp_path.iterdir()] == ["a.las"]


def test_a_header_that_counts_too_few_points_is_told(
    run: Callable, tmp_path: Path, las_maker: Callable[..., Path]
) -> None:
    path = lying(tmp_path / "a.las", las_maker, 990)
    told = [finding.message for finding in open_cloud(path).findings]
    assert "the header counts 990 points, and behind them is room for 10 more, which are not read" in told
    done = run("build", path, tmp_path / "store")
    assert done.returncode == 0
    assert "room for 10 more" in done.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.las", "store"]


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.97])
def test_a_laz_that_is_cut_off(kept: float, tmp_path: Path) -> None:
    las = laspy.LasData(laspy.LasHeader(point_format=6, version="1.4"))
    las.X, las.Y, las.Z = np.random.default_rng(1).integers(0, 10**6, (3, 120_000)).astype(np.int32)
    path = tmp_path / "a.laz"
    las.write(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(LidarLabelError, match=r"a\.laz"):
        build_tiles(path, tmp_path / "store")
    assert [p.name for p in tmp_path.iterdir()] == ["a.laz"]


def test_a_laz_whose_middle_is_lost(tmp_path: Path) -> None:
    """What is wrong shows only while it is unpacked, when a part is written already."""
    las = laspy.LasData(laspy.LasHeader(point_format=6, version="1.4"))
    las.X, las.Y, las.Z = np.random.default_rng(1).integers(0, 10**6, (3, 300_000)).astype(np.int32)
    path = tmp_path / "a.laz"
    las.write(path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200_000] = b"\xff" * 200_000
    path.write_bytes(data)
    with pytest.raises(LidarLabelError, match=r"a\.laz"):
        build_tiles(path, tmp_path / "store")
    assert [p.name for p in tmp_path.iterdir()] == ["a.laz"]


@pytest.mark.parametrize("name", [POINTS, TILES, OVERVIEW, INDEX])
def test_a_file_of_the_store_is_gone(name: str, store: Path) -> None:
    (store / name).unlink()
    with pytest.raises(MissingFile, match=name.replace(".", r"\.") if name != INDEX else "no finished tile store"):
        TileStore.open(store)


def test_points_that_are_cut_off_are_named_by_their_tiles(store: Path, run: Callable) -> None:
    tiles = read_tiles(store, read_index(store))
    assert len(tiles) >= 4
    size = (store / POINTS).stat().st_size
    with (store / POINTS).open("r+b") as file:
        file.truncate(size - 1)
    last = int(np.argmax(tiles["offset"]))
    done = run("info", store, "--verify")
    assert done.returncode == 1
    assert f"has {size - 1} bytes and should have {size}: tile {last} is cut off" in done.stderr
    (store / POINTS).write_bytes(b"")
    with pytest.raises(UnreadableFile, match=rf"{len(tiles)} tiles \(0, 1, 2.*are cut off"):
        TileStore.open(store)


def test_a_flipped_bit_is_named_by_its_tile(store: Path, run: Callable) -> None:
    tiles = read_tiles(store, read_index(store))
    rng = np.random.default_rng(3)
    for tile in (1, len(tiles) - 1):
        row = tiles[tile]
        with (store / POINTS).open("r+b") as file:
            at = int(row["offset"]) + int(rng.integers(int(row["nbytes"])))
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << int(rng.integers(8))]))
        if tile == 1:
            done = run("info", store, "--verify")
            assert done.returncode == 1
            assert "tile 1 is damaged" in done.stderr
            assert "Traceback" not in done.stderr
    with pytest.raises(UnreadableFile, match=rf"2 tiles \(1, {len(tiles) - 1}\) are damaged"):
        verified(store)


@pytest.mark.parametrize("name", [TILES, OVERVIEW])
def test_a_flipped_bit_beside_the_points(name: str, store: Path) -> None:
    data = bytearray((store / name).read_bytes())
    data[len(data) // 2] ^= 4
    (store / name).write_bytes(data)
    with pytest.raises(UnreadableFile, match=name.replace(".", r"\.")):
        verified(store)


@pytest.mark.parametrize("lie", LIES)
def test_an_index_that_lies_is_refused(lie: Callable[[dict], None], store: Path) -> None:
    content = json.loads((store / INDEX).read_text())
    lie(content)
    (store / INDEX).write_text(json.dumps(content))
    with pytest.raises(LidarLabelError, match="store"):
        TileStore.open(store)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "5", "[" * 100_000, '{"version": 1}'])
def test_an_index_that_is_none_is_refused(text: str, store: Path) -> None:
    (store / INDEX).write_text(text)
    with pytest.raises(UnreadableFile, match="index"):
        TileStore.open(store)


def test_a_damaged_store_is_built_again(whole: Path, store: Path) -> None:
    with (store / POINTS).open("r+b") as file:
        file.truncate(100)
    assert build_tiles(whole / "a.las", store).is_new
    verified(store)
