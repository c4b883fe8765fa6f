"""Stores of every kind of source: each point once, with the position and every field that the source's reader gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import laspy
import numpy as np
import pye57
import pytest

from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.layout import INVALID, read_index
from lidar_label.cloud.sources import MergedSweeps, open_source
from lidar_label.cloud.store import TileStore
from lidar_label.cloud.verify import verify_store
from lidar_label.datasets import Drive
from lidar_label.datasets.clouds.base import CloudArrays, CloudSource
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import LidarLabelError
from lidar_label.model import SE3, PointCloud

POINTS = 150_000  # more than a tile holds


def varied(points: int = POINTS) -> CloudArrays:
    """Fields of many types; points without a return among the others."""
    rng = np.random.default_rng(points)
    xyz = rng.normal(0, 40, (points, 3)).astype(np.float32)
    xyz[3::1009], xyz[7::997] = np.nan, 0
    fields = {
        "intensity": rng.random(points).astype(np.float32),
        "ring": rng.integers(0, 64, points).astype(np.uint16),
        "time_s": rng.random(points) * 0.1,
        "label": rng.integers(-(2**31), 2**31, points).astype(np.int32),
        "tiny": rng.integers(-128, 128, points).astype(np.int8),
        "r": rng.integers(0, 256, points).astype(np.uint8),
        "g": rng.integers(0, 256, points).astype(np.uint8),
        "b": rng.integers(0, 256, points).astype(np.uint8),
    }
    return CloudArrays(PointCloud(xyz, fields))


def rich() -> CloudArrays:
    """Types that few formats can hold."""
    rng = np.random.default_rng(1)
    fields = {
        "wide": rng.integers(-(2**60), 2**60, 3000),
        "most": rng.integers(0, 2**64 - 1, 3000, dtype=np.uint64),
        "half": rng.random(3000).astype(np.float16),
        "seen": rng.random(3000) > 0.5,
    }
    return CloudArrays(PointCloud(rng.normal(0, 9, (3000, 3)).astype(np.float32), fields))


def valid_only(source: CloudArrays) -> CloudArrays:
    (chunk,) = source.chunks(10**9)
    kept = np.isfinite(chunk.xyz).all(axis=1) & chunk.xyz.any(axis=1)
    fields = {name: values[kept] for name, values in chunk.fields.items()}
    return CloudArrays(PointCloud(chunk.xyz[kept].astype(np.float32), fields))


def check(source: CloudSource, store: Path, content: Callable) -> None:
    """Compare a store with what its source gives piece by piece, in another way than it was built."""
    xyz, fields, tiles = content(store)
    verify_store(store, read_index(store), tiles)
    assert set(fields) == set(source.fields)
    at = 0
    for chunk in source.chunks(9973):
        rows = slice(at, at + len(chunk))
        if source.step is None:
            assert np.array_equal(xyz[rows], chunk.xyz, equal_nan=True)
        else:
            assert np.array_equal(xyz[rows].view(np.int64), chunk.xyz.view(np.int64))
        for name, dtype in source.fields.items():
            assert fields[name].dtype == dtype, name
            assert np.array_equal(fields[name][rows], chunk.fields[name], equal_nan=dtype.kind == "f"), name
        at += len(chunk)
    assert at == source.points == len(xyz)
    none = ~np.isfinite(xyz).all(axis=1)
    if source.step is None:
        none |= ~xyz.any(axis=1)
    assert int(tiles["count"][tiles["kind"] == INVALID].sum()) == none.sum()
    with TileStore.open(store) as opened:
        for tile in np.flatnonzero(opened.valid).tolist():
            points = opened.read(tile, index=True)
            assert np.array_equal(points.exact(), xyz[points.index])
            step = points.step if source.step is None else np.array(source.step)
            assert (np.abs(points.corner + points.grid * points.step - xyz[points.index]) <= points.step + step).all()
        low, high = opened.bounds
    if not none.all():
        assert np.array_equal(low, xyz[~none].min(axis=0))
        assert np.array_equal(high, xyz[~none].max(axis=0))


WRITTEN = {
    "pcd": "a.pcd",
    "pcd-ascii": "a.pcd",
    "pcd-compressed": "a.pcd",
    "ply": "a.ply",
    "bin": "a.bin",
    "npy": "a.npy",
    "feather": "a.feather",
    "xyz": "a.xyz",
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_store_of_a_kind_with_floats(kind: str, tmp_path: Path, content: Callable) -> None:
    path = tmp_path / WRITTEN[kind]
    write_cloud(kind, path, varied(20_000 if kind in ("xyz", "pcd-ascii") else POINTS))
    build_tiles(path, tmp_path / "store", workers=2)
    check(open_cloud(path), tmp_path / "store", content)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, "store"])


@pytest.mark.parametrize("kind", ["npy", "feather", "ply", "arrays"])
def test_types_that_few_formats_hold(kind: str, tmp_path: Path, content: Callable) -> None:
    source: CloudSource = rich()
    if kind != "arrays":
        write_cloud(kind, tmp_path / f"a.{kind}", source)
        source = open_cloud(tmp_path / f"a.{kind}")
    build_tiles(source, tmp_path / "store")
    check(source, tmp_path / "store", content)


@pytest.mark.parametrize("kind", ["las", "laz", "copc"])
def test_a_store_of_a_kind_on_a_grid(kind: str, tmp_path: Path, content: Callable) -> None:
    path = tmp_path / f"a.{'copc.laz' if kind == 'copc' else kind}"
    write_cloud(kind, path, valid_only(varied()))
    build_tiles(path, tmp_path / "store", workers=2)
    check(open_cloud(path), tmp_path / "store", content)


@pytest.mark.parametrize("point_format", [0, 3, 5, 6, 8, 10])
def test_every_bit_field_of_a_las(
    point_format: int, tmp_path: Path, las_maker: Callable[..., Path], content: Callable
) -> None:
    path = las_maker(tmp_path / "a.las", 5000, point_format=point_format)
    build_tiles(path, tmp_path / "store")
    check(open_cloud(path), tmp_path / "store", content)
    _, fields, _ = content(tmp_path / "store")
    there = laspy.read(path)
    for name in ("return_number", "synthetic", "withheld", "classification", "height_above"):
        assert np.array_equal(fields[name], np.asarray(there[name])), name


def test_ascii_ply_and_csv(tmp_path: Path, content: Callable) -> None:
    (chunk,) = varied(20_000).chunks(10**6)
    table = np.column_stack([chunk.xyz, chunk.fields["intensity"], chunk.fields["ring"]])
    rows = "\n".join(" ".join(repr(float(v)) for v in row[:4]) + f" {int(row[4])}" for row in table)
    properties = "\n".join(f"property float {n}" for n in ("x", "y", "z", "intensity")) + "\nproperty ushort ring"
    head = f"ply\nformat ascii 1.0\nelement vertex {len(table)}\n{properties}\nend_header\n"
    (tmp_path / "a.ply").write_text(head + rows + "\n")
    valid = rows.replace("nan", "0")
    (tmp_path / "b.csv").write_text("x,y,z,intensity,ring\n" + valid.replace(" ", ",") + "\n")
    for name in ("a.ply", "b.csv"):
        build_tiles(tmp_path / name, tmp_path / f"{name}.tiles")
        check(open_cloud(tmp_path / name), tmp_path / f"{name}.tiles", content)


def test_scans_of_an_e57(tmp_path: Path, content: Callable) -> None:
    rng = np.random.default_rng(3)
    turn = np.array([np.cos(0.3), 0, 0, np.sin(0.3)])
    with pye57.E57(str(tmp_path / "a.e57"), mode="w") as file:
        for number, count in enumerate((3000, 2000)):
            data = {f"cartesian{axis}": rng.normal(0, 10, count) for axis in "XYZ"}
            data["cartesianInvalidState"] = (rng.random(count) < 0.1).astype(np.int8)
            data["intensity"] = rng.random(count).astype(np.float32)
            file.write_scan_raw(data, rotation=turn, translation=np.array([number * 5.0, 1.0, 0.0]))
    build_tiles(tmp_path / "a.e57", tmp_path / "store")
    source = open_cloud(tmp_path / "a.e57")
    assert source.points == 5000
    check(source, tmp_path / "store", content)
    tiles = content(tmp_path / "store")[2]
    assert tiles["count"][tiles["kind"] == INVALID].sum() > 300


@pytest.mark.parametrize("kind", ["pcd", "ply", "npy", "las", "bin"])
def test_a_cloud_without_points(kind: str, tmp_path: Path, content: Callable) -> None:
    none = CloudArrays(PointCloud(np.empty((0, 3), np.float32), {"intensity": np.empty(0, np.float32)}))
    path = tmp_path / f"a.{kind}"
    try:
        write_cloud(kind, path, none)
        source = open_cloud(path)
    except LidarLabelError:
        assert kind == "bin"  # an empty file of raw numbers is refused: nothing says what it is
        return
    assert build_tiles(path, tmp_path / "store").points == 0
    check(source, tmp_path / "store", content)


def test_returns_that_are_none_alone(tmp_path: Path, content: Callable) -> None:
    xyz = np.zeros((1000, 3), np.float32)
    xyz[::2, 1] = np.inf
    source = CloudArrays(PointCloud(xyz, {"ring": np.arange(1000, dtype=np.uint16)}))
    build_tiles(source, tmp_path / "store")
    check(source, tmp_path / "store", content)
    with TileStore.open(tmp_path / "store") as store:
        assert not store.valid.any()
        assert sum(len(points) for points in store.overview(("ring",))) == 0


def test_a_fine_grid_over_a_wide_place_keeps_its_low_bits(tmp_path: Path, content: Callable) -> None:
    rng = np.random.default_rng(5)
    header = laspy.LasHeader(point_format=6, version="1.4")
    header.scales, header.offsets = [1e-7, 1e-6, 1e-5], [0.1, -70.0, 1e6]
    las = laspy.LasData(header)
    las.X, las.Y, las.Z = rng.integers(-(2**31) + 1, 2**31, (3, 200_000)).astype(np.int32)
    las.X[:2], las.Y[:2], las.Z[:2] = (-(2**31) + 1, 2**31 - 1), (0, -(2**31)), (2**31 - 1, -(2**31))
    las.write(tmp_path / "a.las")
    build_tiles(tmp_path / "a.las", tmp_path / "store")
    check(open_cloud(tmp_path / "a.las"), tmp_path / "store", content)
    tiles = content(tmp_path / "store")[2]
    assert (tiles["shift"] > 0).all()
    assert tiles["shift"].max() == 16


def test_the_least_whole_number_is_a_position_as_any_other(tmp_path: Path, content: Callable) -> None:
    las = laspy.LasData(laspy.LasHeader(point_format=6, version="1.4"))
    las.X, las.Y, las.Z = np.array([[-(2**31), 5, 7], [1, 2, 3], [4, 5, 6]], dtype=np.int32)
    las.write(tmp_path / "a.las")
    build_tiles(tmp_path / "a.las", tmp_path / "store")
    check(open_cloud(tmp_path / "a.las"), tmp_path / "store", content)


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_floats_of_any_size(scale: float, tmp_path: Path, content: Callable) -> None:
    rng = np.random.default_rng(6)
    xyz = (rng.normal(0, 1, (5000, 3)) * scale).astype(np.float32)
    xyz[::50] *= 1e-6
    source = CloudArrays(PointCloud(xyz))
    build_tiles(source, tmp_path / "store")
    check(source, tmp_path / "store", content)


def test_a_drive_is_merged_in_world_coordinates(
    small_drive: Callable[..., Drive], tmp_path: Path, content: Callable
) -> None:
    scene = small_drive("merged", frames=4).scene
    turned = np.array([np.cos(0.4), 0, 0, np.sin(0.4)])
    for frame in scene.frames:
        sweep = frame.sweeps["LIDAR_TOP"]
        pose = SE3("world", "ego", tuple(turned), (frame.index * 10.0, 2, 0))
        frame.sweeps["LIDAR_TOP"] = replace(sweep, world_SE3_ego=pose)
    source = MergedSweeps(scene, 1, 2)
    build_tiles(source, tmp_path / "store")
    check(source, tmp_path / "store", content)
    xyz, fields, _ = content(tmp_path / "store")
    assert np.array_equal(fields["frame"], np.repeat([1, 2], 20))
    c, s = np.cos(0.8), np.sin(0.8)
    for frame in (1, 2):
        own = scene.frames[frame].sweeps["LIDAR_TOP"].points()
        at_ego = own.xyz.astype(float) + np.array([0, 0, 1.8])
        x = c * at_ego[:, 0] - s * at_ego[:, 1] + frame * 10
        y = s * at_ego[:, 0] + c * at_ego[:, 1] + 2
        np.testing.assert_allclose(xyz[fields["frame"] == frame], np.column_stack([x, y, at_ego[:, 2]]), atol=1e-9)
        assert np.array_equal(fields["intensity"][fields["frame"] == frame], own.fields["intensity"])


def test_a_real_drive_is_merged(shared_data: Path, tmp_path: Path, content: Callable) -> None:
    drive = shared_data / "kitti_raw" / "2011_09_26" / "2011_09_26_drive_0052_sync"
    source = open_source(drive)
    build_tiles(source, tmp_path / "store")
    check(source, tmp_path / "store", content)
    xyz, fields, _ = content(tmp_path / "store")
    frames = np.unique(fields["frame"])
    assert len(frames) > 2
    ground = [np.median(xyz[fields["frame"] == frame, 2]) for frame in frames]
    assert np.ptp(ground) < 1.0  # metres: one street
