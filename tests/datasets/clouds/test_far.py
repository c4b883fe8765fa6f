"""Clouds far from their origin: points without a return must not become points."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.model import PointCloud

ORIGIN = (691_234.0, 5_335_678.0, 512.0)
SUFFIXES = {
    "pcd": ".pcd", "pcd-ascii": ".pcd", "pcd-compressed": ".pcd", "ply": ".ply", "xyz": ".xyz", "npy": ".npy",
    "feather": ".feather",
}  # fmt: skip


@pytest.mark.parametrize("kind", SUFFIXES)
def test_zeros_stay_zeros(tmp_path: Path, gather: Callable, kind: str) -> None:
    near = np.random.default_rng(1).normal(0, 30, (500, 3)).astype(np.float32)
    near[[0, 7, 499]] = 0
    path = tmp_path / f"far{SUFFIXES[kind]}"
    write_cloud(kind, path, CloudArrays(PointCloud(near), ORIGIN))
    opened = open_cloud(path)
    whole, _ = gather(opened)
    assert not whole[[0, 7, 499]].any()
    np.testing.assert_array_equal(whole[1], near[1] + np.array(ORIGIN))
    assert any(opened.origin)
    back = opened.read()
    assert np.flatnonzero(~back.valid).tolist() == [0, 7, 499]
    assert np.abs(back.xyz).max() < 200
