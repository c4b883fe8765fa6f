"""Headerless clouds: what is written reads back, and a cut file is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets.clouds.bin import KITTI_FIELDS, NUSCENES_FIELDS, read_bin, write_bin
from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.model import PointCloud


def test_reads_rows_as_struct_packs_them(tmp_path: Path) -> None:
    path = tmp_path / "a.pcd.bin"
    path.write_bytes(struct.pack("<10f", 1, 2, 3, 0.5, 7, -4, 5, 6, 0.25, 31))
    cloud = read_bin(path, NUSCENES_FIELDS)
    assert cloud.xyz.tolist() == [[1, 2, 3], [-4, 5, 6]]
    assert cloud.fields["intensity"].tolist() == [0.5, 0.25]
    assert cloud.fields["ring"].tolist() == [7, 31]


def test_keeps_every_row_with_its_bits(tmp_path: Path) -> None:
    rows = np.array([[np.nan, 1, 2, 3], [0, 0, 0, 0], [np.inf, -0.0, 1e-40, 5]], dtype="<f4")
    path, copy = tmp_path / "a.bin", tmp_path / "b.bin"
    path.write_bytes(rows.tobytes())
    write_bin(copy, read_bin(path, KITTI_FIELDS), KITTI_FIELDS)
    assert copy.read_bytes() == path.read_bytes()


def test_writes_zero_for_a_field_the_cloud_lacks(tmp_path: Path) -> None:
    cloud = PointCloud(np.ones((2, 3), np.float32), {"ring": np.array([3, 4], np.uint16), "extra": np.zeros(2)})
    write_bin(tmp_path / "a.bin", cloud, NUSCENES_FIELDS)
    assert np.frombuffer((tmp_path / "a.bin").read_bytes(), "<f4").tolist() == [1, 1, 1, 0, 3, 1, 1, 1, 0, 4]


def test_an_empty_cloud_is_an_empty_file(tmp_path: Path) -> None:
    write_bin(tmp_path / "a.bin", PointCloud(np.empty((0, 3), np.float32)), NUSCENES_FIELDS)
    assert len(read_bin(tmp_path / "a.bin", NUSCENES_FIELDS)) == 0


def test_a_cut_file_is_refused_with_its_size_and_stride(tmp_path: Path) -> None:
    path = tmp_path / "a.pcd.bin"
    path.write_bytes(bytes(20 * 7 + 3))
    with pytest.raises(UnreadableFile, match=r"143 bytes .* 20 bytes") as caught:
        read_bin(path, NUSCENES_FIELDS)
    assert str(path) in caught.value.line
    assert "\n" not in caught.value.line


def test_a_file_of_another_stride_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "kitti.bin"
    path.write_bytes(bytes(16 * 7))
    with pytest.raises(UnreadableFile, match="rows of 4 values"):
        read_bin(path, NUSCENES_FIELDS)


def test_an_absent_file_and_a_folder_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        read_bin(tmp_path / "none.bin", NUSCENES_FIELDS)
    (tmp_path / "folder.bin").mkdir()
    with pytest.raises(UnreadableFile):
        read_bin(tmp_path / "folder.bin", KITTI_FIELDS)
