"""A tile store holds every point of its source once, where and as it is; a build that fails leaves nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import laspy
import numpy as np
import pytest

from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.layout import POINTS, read_index
from lidar_label.cloud.verify import verify_store
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.errors import Cancelled, LidarLabelError
from lidar_label.model import PointCloud
from lidar_label.progress import Progress


def las(path: Path, whole: np.ndarray, scale: float = 0.001) -> Path:
    header = laspy.LasHeader(point_format=7, version="1.4")
    header.scales, header.offsets = [scale] * 3, [500_000, 5_400_000, 0]
    made = laspy.LasData(header)
    made.X, made.Y, made.Z = whole.T
    made.gps_time = np.arange(len(whole)) * 0.5
    made.intensity = np.arange(len(whole)) % 65_536
    made.classification = np.arange(len(whole)) % 200
    made.write(path)
    return path


@pytest.mark.parametrize("kind", ["spread", "one place", "outlier", "one", "none"])
def test_every_point_of_a_las_comes_back_bit_for_bit(kind: str, tmp_path: Path, content: Callable) -> None:
    rng = np.random.default_rng(7)
    whole = rng.integers(-200_000, 200_000, (300_000, 3))
    if kind == "one place":
        whole[:] = 5
    if kind == "outlier":
        whole[0] = 2**31 - 1
    whole = whole[: {"one": 1, "none": 0}.get(kind, len(whole))].astype(np.int32)
    path = las(tmp_path / "a.las", whole)
    report = build_tiles(path, tmp_path / "store")
    xyz, fields, tiles = content(tmp_path / "store")
    there = laspy.read(path)
    assert report.points == len(whole)
    assert np.array_equal(xyz, np.asarray(there.xyz))
    for own, name in (("gps_time", "gps_time"), ("intensity", "intensity"), ("classification", "classification")):
        assert np.array_equal(fields[name], there[own])
    verify_store(tmp_path / "store", read_index(tmp_path / "store"), tiles)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.las", "store"]


def test_what_is_built_does_not_depend_on_threads_or_memory(tmp_path: Path) -> None:
    path = las(tmp_path / "a.las", np.random.default_rng(1).normal(0, 9e4, (400_000, 3)).astype(np.int32))
    build_tiles(path, tmp_path / "one", workers=1)
    build_tiles(path, tmp_path / "two", workers=3, memory=1)
    assert (tmp_path / "one" / POINTS).read_bytes() == (tmp_path / "two" / POINTS).read_bytes()


def test_a_source_that_is_mixed_at_first_and_ordered_later_gives_the_same_from_either_way(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    whole = rng.integers(0, 1_000_000, (500_000, 3)).astype(np.int32)
    whole[200_000:] = whole[200_000:][np.argsort(whole[200_000:, 0])]
    path = las(tmp_path / "a.las", whole)
    limits = {"_BLOCK": 2048, "_FIRST_BOXES": 8, "_MOST_BOXES": 4}
    code = f"""
from pathlib import Path
import lidar_label.cloud.build as build, lidar_label.cloud.direct as direct, lidar_label.cloud.partition as partition
partition.MOST_TILE_POINTS = direct.MOST_TILE_POINTS = 20_000
build.build_tiles(Path({str(path)!r}), Path({str(tmp_path / "one")!r}))
vars(direct).update({limits!r})
for workers in (1, 3):
    direct._MOST_HELD = 1_000_000 if workers == 1 else 0  # the order of points in memory, and in a file
    build.build_tiles(Path({str(path)!r}), Path({str(tmp_path)!r}) / str(workers), workers=workers)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    for other in ("1", "3"):
        assert (tmp_path / "one" / POINTS).read_bytes() == (tmp_path / other / POINTS).read_bytes()


def test_floats_keep_their_exact_numbers_and_returns_that_are_none(tmp_path: Path, content: Callable) -> None:
    xyz = np.random.default_rng(2).normal(0, 50, (200_000, 3)).astype(np.float32)
    xyz[::7], xyz[::11] = 0, np.nan
    build_tiles(CloudArrays(PointCloud(xyz, {"ring": np.arange(200_000, dtype=np.uint32)})), tmp_path / "store")
    back, fields, tiles = content(tmp_path / "store")
    assert np.array_equal(back, xyz, equal_nan=True)
    assert np.array_equal(fields["ring"], np.arange(200_000))
    none = ~(np.isfinite(xyz).all(axis=1) & xyz.any(axis=1))
    assert tiles["count"][tiles["kind"] == 1].sum() == none.sum()


def test_a_build_that_is_stopped_or_fails_leaves_nothing(tmp_path: Path) -> None:
    path = las(tmp_path / "a.las", np.zeros((1000, 3), dtype=np.int32))
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        build_tiles(path, tmp_path / "store", progress=stopped)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(LidarLabelError, match="cut off"):
        build_tiles(path, tmp_path / "store")
    assert [p.name for p in tmp_path.iterdir()] == ["a.las"]


def test_a_source_that_changes_between_two_looks_is_no_source(tmp_path: Path) -> None:
    path = las(tmp_path / "a.las", np.zeros((1000, 3), dtype=np.int32))
    other = las(tmp_path / "b.las", np.ones((1000, 3), dtype=np.int32)).read_bytes()

    def listen(done: int, total: int, text: str) -> None:
        if text == "sort points":
            path.write_bytes(other)

    with pytest.raises(LidarLabelError, match="changed while it was read"):
        build_tiles(path, tmp_path / "store", progress=Progress(listen), workers=1)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.las", "b.las"]


def test_a_store_stays_while_its_source_is_the_same_and_is_built_again_when_not(tmp_path: Path) -> None:
    path = las(tmp_path / "a.las", np.zeros((10, 3), dtype=np.int32))
    assert build_tiles(path, tmp_path / "store").is_new
    assert not build_tiles(path, tmp_path / "store").is_new
    las(path, np.ones((20, 3), dtype=np.int32))
    (tmp_path / ".store.tiles.part").mkdir()  # what a killed build left
    assert build_tiles(path, tmp_path / "store").points == 20
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.las", "store"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits on files are POSIX'")
def test_a_full_disk_is_named_with_the_bytes_that_are_needed(tmp_path: Path) -> None:
    path = las(tmp_path / "a.las", np.random.default_rng(1).integers(0, 9999, (20_000, 3)).astype(np.int32))
    code = f"""
import resource
from pathlib import Path
from lidar_label.cloud.build import build_tiles
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    build_tiles(Path({str(path)!r}), Path({str(tmp_path / "store")!r}))
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"CannotWrite {tmp_path}: the disk is full: building the tiles takes ")
    assert [p.name for p in tmp_path.iterdir()] == ["a.las"]
