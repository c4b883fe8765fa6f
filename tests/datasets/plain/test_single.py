"""A single cloud file of any kind, opened as a drive of one frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import ReadOptions, open_dataset
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import LidarLabelError, UnknownFormat, UnreadableFile
from lidar_label.model import PointCloud

FILES = {
    "pcd/pypcd4/binary_compressed.pcd": 213,
    "pdal/las/simple.las": 1065,
    "pdal/laz/autzen_trim.laz": 110000,
    "pdal/copc/1.2-with-color.copc.laz": 1065,
    "pdal/ply/simple_binary.ply": 3,
    "e57/reference/bunnyInt32.e57": 30571,
    "e57/self/test filename äöü.e57": 0,
    "pdal/ptx/1.2-with-color.ptx": 1065,
    "pdal/pts/bunny_8.pts": 9,
    "pdal/text/utm17_1.txt": 10,
    "pdal/obj/1.2-with-color.obj": 911,
    "../av2/7fab2350-7eaf-3b7e-a39d-6937a4c1bede/sensors/lidar/315966265259836000.feather": 99229,
    "../dgp_test_scene/scene_01/point_cloud/LIDAR/15569195938203752.npz": 40733,
    "../kitti_odometry_00/velodyne/000000.bin": 124668,
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_a_scene_of_one_frame(shared_data: Path, name: str) -> None:
    path = shared_data / "formats" / name
    dataset = open_dataset(path)
    assert dataset.format == "cloud"
    (scene_name,) = dataset.scene_names
    scene = dataset.scene(scene_name)
    assert scene_name == path.name
    assert not any((scene.is_sequence, scene.has_poses, scene.has_timestamps))
    assert not dataset.taxonomy.categories
    assert len(dataset.labels(scene_name)) == 0
    (frame,) = scene.frames
    source, points = open_cloud(path), frame.sweep().points()
    assert len(points) == FILES[name]
    assert list(points.fields) == list(source.fields)
    assert scene.origin == source.origin
    told = {finding.code for finding in dataset.findings}
    assert ("shifted-world" in told) == any(source.origin)
    assert told >= {finding.code for finding in source.findings}
    if len(points):
        xyz = np.concatenate([chunk.xyz for chunk in source.chunks()])
        whole = points.xyz.astype(np.float64) + scene.origin
        np.testing.assert_allclose(whole[points.valid], xyz[points.valid], atol=1e-3)


def test_names_of_values_may_be_told(tmp_path: Path) -> None:
    np.zeros((4, 7), "<f4").tofile(tmp_path / "出典 データ.bin")
    told = ReadOptions(fields=("x", "y", "z", "a", "b", "c", "d"))
    scene = open_dataset(tmp_path / "出典 データ.bin", options=told).scene("出典 データ.bin")
    assert list(scene.frames[0].sweep().points().fields) == ["a", "b", "c", "d"]


def test_what_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.pcd").write_bytes(b"VERSION 0.7\nFIELDS x")
    with pytest.raises(UnreadableFile):
        open_dataset(tmp_path / "a.pcd")
    (tmp_path / "a.txt").write_text("a letter\nto nobody\n")
    with pytest.raises(UnknownFormat):
        open_dataset(tmp_path / "a.txt")
    with pytest.raises(LidarLabelError, match="cloud-folder"):
        open_dataset(tmp_path, "cloud")


def test_two_opens_agree(tmp_path: Path) -> None:
    write_cloud("npy", tmp_path / "a.npy", CloudArrays(PointCloud(np.ones((3, 3), np.float32)), (5e5, 5e6, 100.0)))
    first, second = (open_dataset(tmp_path / "a.npy").scene("a.npy") for _ in range(2))
    assert first.token == second.token
    assert first.origin == (500001.0, 5000001.0, 101.0)
