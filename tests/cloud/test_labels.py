"""Labels of points and their export, against laspy and plain numpy; a paint survives a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import laspy
import numpy as np
import pytest

from lidar_label.cloud.export import export_labels
from lidar_label.cloud.labels import LabelLayer
from lidar_label.cloud.query import query
from lidar_label.cloud.regions import Box, GroundPolygon
from lidar_label.cloud.store import TileStore
from lidar_label.datasets.clouds.las import LasFile
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import CannotWrite, InvalidValue, LidarLabelError, MissingFile

BOX = Box([500_010.0, 5_400_010.0, 0.0], [500_050.0, 5_400_060.0, 500.0])
POLYGON = GroundPolygon([[500_040.0, 5_400_005.0], [500_095.0, 5_400_030.0], [500_060.0, 5_400_090.0]])
KILLED = """
import os, sys
from lidar_label.cloud import labels
from lidar_label.cloud.regions import Box
from lidar_label.cloud.store import TileStore
layer = labels.LabelLayer.open(TileStore.open(sys.argv[1]), "classes")
def tell(*_):
    print("painted", flush=True)
    sys.stdin.read()
if sys.argv[2] == "before":
    labels.save_manifest = tell
else:
    layer._clean = tell
layer.paint(Box([-1e9] * 3, [1e9] * 3), 77)
"""


def in_order(layer: LabelLayer) -> np.ndarray:
    found = np.zeros(layer.store.points, dtype=layer.dtype)
    for tile in range(len(layer.store.tiles)):
        found[layer.store.index_of(tile)] = layer.values(tile)
    return found


def painted(folder: Path, field: str = "classification") -> tuple[LabelLayer, np.ndarray]:
    """Paint by box and by polygon; return the layer, and what a pass over the source gives."""
    store = TileStore.open(folder)
    layer = LabelLayer.create(store, "classes", field=field)
    expected = in_order(layer)
    for region, value in ((BOX, 21), (POLYGON, 22)):
        expected[query(store, region)] = value
        layer.paint(region, value)
    return layer, expected


def test_paint_undo_redo(own_store: Path, utm_las: Path) -> None:
    layer, expected = painted(own_store)
    first = np.asarray(laspy.read(utm_las).classification)
    np.testing.assert_array_equal(in_order(layer), expected)
    assert layer.counts() == dict(zip(*(v.tolist() for v in np.unique(expected, return_counts=True)), strict=True))
    assert layer.undo()
    boxed = first.copy()
    boxed[query(layer.store, BOX)] = 21
    np.testing.assert_array_equal(in_order(LabelLayer.open(layer.store, "classes")), boxed)
    assert layer.redo()
    assert not layer.redo()
    layer.compact(1)
    np.testing.assert_array_equal(in_order(layer), expected)
    assert layer.undo()
    assert not layer.undo()
    np.testing.assert_array_equal(in_order(layer), boxed)


def test_only_some_labels_are_painted_over(own_store: Path) -> None:
    layer, expected = painted(own_store)
    many = layer.paint(Box([-1e9] * 3, [1e9] * 3), 5, only=[21])
    assert many == int((expected == 21).sum())
    expected[expected == 21] = 5
    np.testing.assert_array_equal(in_order(layer), expected)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_paint_that_is_killed_is_whole_or_not_there(own_store: Path, when: str) -> None:
    layer, expected = painted(own_store)
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(own_store), when], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"painted\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    child.stdin.close()
    again = LabelLayer.open(layer.store, "classes")
    if when == "after":
        expected[:] = 77
    np.testing.assert_array_equal(in_order(again), expected)
    again.paint(BOX, 3)
    expected[query(layer.store, BOX)] = 3
    np.testing.assert_array_equal(in_order(again), expected)
    assert len(list(again.folder.glob("paint-*"))) == again.paints


def test_a_las_differs_in_its_classes_alone(own_store: Path, utm_las: Path, tmp_path: Path) -> None:
    layer, expected = painted(own_store)
    done = export_labels(layer, tmp_path / "out.las", "las")
    raw = np.fromfile(utm_las, dtype=np.uint8)
    header = LasFile(utm_las).header
    records = raw[header.points_at :][: header.points * header.record_length].reshape(-1, header.record_length)
    records[:, 16] = expected
    np.testing.assert_array_equal(np.fromfile(done.target, dtype=np.uint8), raw)
    np.testing.assert_array_equal(np.asarray(laspy.read(done.target).classification), expected)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["out.las"]


@pytest.mark.parametrize("to", ["laz", "pcd", "las-of-laz"])
def test_other_kinds_keep_every_field(own_store: Path, utm_las: Path, tmp_path: Path, to: str) -> None:
    layer, expected = painted(own_store)
    kind = "laz" if to == "las-of-laz" else to
    path = export_labels(layer, tmp_path / f"out.{kind}", kind).target
    if to == "las-of-laz":
        path = export_labels(layer, tmp_path / "out.las", "las", source=LasFile(path)).target
        assert path.stat().st_size == utm_las.stat().st_size
    if kind == "laz":
        ours, theirs = laspy.read(path), laspy.read(utm_las)
        np.testing.assert_array_equal(np.asarray(ours.classification), expected)
        assert [v.record_data for v in ours.evlrs] == [v.record_data for v in theirs.evlrs]
        for name in theirs.point_format.dimension_names:
            if name != "classification":
                np.testing.assert_array_equal(np.asarray(ours[name]), np.asarray(theirs[name]))
    one, other = open_cloud(path), LasFile(utm_las)
    for ours, theirs in zip(one.chunks(), other.chunks(), strict=True):
        np.testing.assert_array_equal(ours.xyz, theirs.xyz)
        for name in other.fields:
            np.testing.assert_array_equal(
                ours.fields[name], expected if name == "classification" else theirs.fields[name]
            )


def test_copc_and_label_files(own_store: Path, tmp_path: Path) -> None:
    layer, expected = painted(own_store)
    copc = laspy.read(export_labels(layer, tmp_path / "out.copc.laz", "copc").target)
    np.testing.assert_array_equal(np.bincount(np.asarray(copc.classification)), np.bincount(expected))
    alone = export_labels(layer, tmp_path / "out.label", "label").target
    np.testing.assert_array_equal(np.fromfile(alone, dtype="<u4"), expected)


def test_old_point_formats_keep_their_flags(
    las_maker: Callable[..., Path], store_maker: Callable[..., Path], tmp_path: Path
) -> None:
    source = las_maker(tmp_path / "old.las", 5000, point_format=3)
    layer, expected = painted(store_maker(tmp_path / "old.tiles", LasFile(source)))
    done = laspy.read(export_labels(layer, tmp_path / "out.las", "las").target)
    theirs = laspy.read(source)
    np.testing.assert_array_equal(np.asarray(done.classification), expected)
    for name in ("synthetic", "withheld", "intensity", "red"):
        np.testing.assert_array_equal(np.asarray(done[name]), np.asarray(theirs[name]))
    layer.paint(BOX, 40)
    with pytest.raises(CannotWrite, match=r"label 40 does not fit field 'classification' of point format 3.*up to 31"):
        export_labels(layer, tmp_path / "more.las", "las")
    assert not list(tmp_path.glob("*more*"))


def test_what_is_refused(own_store: Path, utm_las: Path, tmp_path: Path) -> None:
    layer, _ = painted(own_store)
    with pytest.raises(CannotWrite, match="exists already"):
        export_labels(layer, utm_las, "las")
    with pytest.raises(InvalidValue, match="from 0 to 255, not 256"):
        layer.paint(BOX, 256)
    with pytest.raises(InvalidValue, match="no name of a layer"):
        LabelLayer.create(layer.store, "../out")
    with pytest.raises(MissingFile, match="no layer of labels"):
        LabelLayer.open(layer.store, "other")
    with pytest.raises(CannotWrite, match="of this name already"):
        LabelLayer.create(layer.store, "classes")
    paint = next(layer.folder.glob("paint-*"))
    paint.write_bytes(paint.read_bytes()[:-40])
    with pytest.raises(LidarLabelError, match="paint"):
        LabelLayer.open(layer.store, "classes")
    moved = utm_las.stat()
    os.utime(utm_las, ns=(moved.st_atime_ns, moved.st_mtime_ns + 1))
    try:
        with pytest.raises(CannotWrite, match="changed since"):
            export_labels(layer, tmp_path / "out.las", "las")
    finally:
        os.utime(utm_las, ns=(moved.st_atime_ns, moved.st_mtime_ns))
