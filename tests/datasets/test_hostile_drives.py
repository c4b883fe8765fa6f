"""Every format, given files that somebody damaged: all they hold or a clear refusal, soon, in little memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lidar_label.datasets import Drive, WriteOptions, formats, write_dataset
from lidar_label.model import Category, Taxonomy

pytestmark = pytest.mark.one_numpy

WRITES = [chosen.name for chosen in formats() if chosen.writes]


@pytest.mark.parametrize("format_name", WRITES)
def test_what_we_write_damaged(
    tmp_path: Path,
    full_drive: Callable[..., Drive],
    survives: Callable[[Path, str], object],
    wound_and_open: Callable[..., None],
    format_name: str,
) -> None:
    drive = full_drive(frames=3)
    write_dataset(
        format_name,
        tmp_path / "whole",
        [drive],
        Taxonomy([Category(name=track.category) for track in drive.labels.tracks]),
        WriteOptions(),
    )
    wound_and_open(tmp_path / "whole", format_name, survives, seed=1)


@pytest.mark.parametrize(
    ("folder", "format_name"),
    [
        ("lyft_mini_tables", ""),
        ("t4dataset_sample", ""),
        ("argoverse1", ""),
        ("labelcloud", ""),
        ("datumaro/kitti_raw", ""),
        ("datumaro/sly_pointcloud_dataset", ""),
    ],
)
def test_real_sets_damaged(
    tmp_path: Path,
    shared_data: Path,
    survives: Callable[[Path, str], object],
    wound_and_open: Callable[..., None],
    folder: str,
    format_name: str,
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(shared_data / folder, whole)
    wound_and_open(whole, format_name, survives, seed=2)
