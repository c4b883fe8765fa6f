"""Headerless clouds: how many values a point has, told by name, size and look, or by a person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets.base import ReadOptions
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.bin import KITTI_FIELDS, NUSCENES_FIELDS, guess_layout
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import PointCloud


def written(path: Path, rows: np.ndarray) -> Path:
    path.write_bytes(rows.astype("<f4").tobytes())
    return path


def kitti(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.column_stack([rng.uniform(-70, 70, (count, 3)), np.round(rng.random(count), 2)])


def nuscenes(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    positions = rng.uniform(-70, 70, (count, 3))
    return np.column_stack([positions, rng.integers(0, 256, count), np.arange(count) % 32])


@pytest.mark.parametrize("count", [1, 60, 61, 500, 6000, 60_000])
def test_the_layout_is_told_whatever_the_size_allows(tmp_path: Path, count: int) -> None:
    assert guess_layout(written(tmp_path / "a.bin", kitti(count))).fields == KITTI_FIELDS
    assert guess_layout(written(tmp_path / "b.bin", nuscenes(count))).fields == NUSCENES_FIELDS
    assert guess_layout(written(tmp_path / "a.bin", kitti(count))).doubt == "" or count == 1
    assert guess_layout(written(tmp_path / "b.bin", nuscenes(count))).doubt == "" or count == 1


@pytest.mark.parametrize("count", [61, 500, 6000])
def test_other_layouts(tmp_path: Path, count: int) -> None:
    three = written(tmp_path / "three.bin", kitti(count)[:, :3])
    assert guess_layout(three).fields == ("x", "y", "z")
    assert guess_layout(three).doubt == ""
    timed = np.column_stack([kitti(count), np.random.default_rng(1).random((count, 2))])
    six = guess_layout(written(tmp_path / "six.bin", timed))
    assert six.fields == ("x", "y", "z", "intensity", "value_4", "value_5")
    assert "no name" in six.doubt
    five = guess_layout(written(tmp_path / "five.bin", timed[:, :5]))
    assert five.fields == ("x", "y", "z", "intensity", "value_4")


def test_where_two_fit_the_usual_is_taken_and_said(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).uniform(2, 40, (600, 3))  # nothing below zero: four would do
    cloud = open_cloud(written(tmp_path / "a.bin", rows))
    assert [(f.severity, f.code) for f in cloud.findings] == [("warning", "unsure-layout")]
    assert "3 " in cloud.findings[0].message
    assert open_cloud(written(tmp_path / "b.bin", kitti(500))).findings == []


def test_a_sector_that_looks_like_another_layout_at_its_start(tmp_path: Path) -> None:
    rows = kitti(60_000)
    rows[:5000] = np.abs(rows[:5000])  # the first points are all ahead, left and above
    assert guess_layout(written(tmp_path / "a.bin", rows)).fields == KITTI_FIELDS
    assert guess_layout(written(tmp_path / "b.bin", np.column_stack([rows, np.arange(60_000) % 64]))).doubt == ""


def test_real_sweeps_are_told_without_doubt(shared_data: Path) -> None:
    sweeps = [*shared_data.glob("kitti_*/**/*.bin"), *shared_data.glob("nuscenes_demo_frame/*.bin")]
    assert len(sweeps) > 15
    for path in sweeps:
        layout = guess_layout(path)
        assert layout.fields == (NUSCENES_FIELDS if path.name.endswith(".pcd.bin") else KITTI_FIELDS)
        assert layout.doubt == ""


def test_the_name_is_doubted_where_the_values_speak_against_it(shared_data: Path) -> None:
    path = next(shared_data.glob("nuscenes_like_oddities/samples/LIDAR_FRONT/*.bin"))
    cloud = open_cloud(path)
    assert cloud.points == path.stat().st_size // 20
    assert "do not look like that" in cloud.findings[0].message


def test_a_person_says_what_the_values_are(tmp_path: Path) -> None:
    rows = kitti(60)
    path = written(tmp_path / "a.bin", rows)
    cloud = open_cloud(path, options=ReadOptions(fields=("ring", "z", "y", "x")))
    whole = cloud.read()
    assert cloud.findings == []
    np.testing.assert_array_equal(whole.xyz, rows[:, [3, 2, 1]].astype(np.float32))
    np.testing.assert_array_equal(whole.fields["ring"], rows[:, 0].astype(np.float32))
    assert list(open_cloud(path, options=ReadOptions(fields=("x", "y", "z", "_"))).read().fields) == []
    eight = ("x", "y", "z", "a", "_", "_", "d", "e")
    assert open_cloud(path, options=ReadOptions(fields=eight)).points == 30


def test_what_a_person_says_must_make_sense(tmp_path: Path) -> None:
    path = written(tmp_path / "a.bin", kitti(61))
    for fields in (("x", "y"), ("x", "y", "z", "z"), ("x", "y", "z", "")):
        with pytest.raises(InvalidValue):
            open_cloud(path, options=ReadOptions(fields=fields))
    with pytest.raises(UnreadableFile, match=r"976 bytes .* points of 20 bytes .* rows of 4 values"):
        open_cloud(path, options=ReadOptions(fields=NUSCENES_FIELDS))


def test_a_size_that_nothing_fits_says_what_would(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(28 * 11))
    with pytest.raises(UnreadableFile, match="rows of 7 values"):
        open_cloud(path)
    path.write_bytes(bytes(86_357))
    with pytest.raises(UnreadableFile, match="cut off, or holds something else"):
        open_cloud(path)


def test_an_empty_file_is_an_empty_cloud(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"")
    assert len(open_cloud(path).read()) == 0


def test_writing_keeps_what_has_a_place_and_says_the_rest(tmp_path: Path, varied: CloudArrays) -> None:
    findings = write_cloud("bin", tmp_path / "a.bin", varied)
    assert [f.code for f in findings] == ["fields"]
    assert "label" in findings[0].message
    assert "ring" not in findings[0].message
    back = np.fromfile(tmp_path / "a.bin", "<f4").reshape(-1, 5)
    whole = varied.read((0.0, 0.0, 0.0))
    np.testing.assert_array_equal(back[:, :3], whole.xyz)
    np.testing.assert_array_equal(back[:, 4], whole.fields["ring"])
    cloud = CloudArrays(PointCloud(np.ones((2, 3), np.float32)), origin=(7e6, 0.0, 0.0))
    assert [f.code for f in write_cloud("bin", tmp_path / "b.bin", cloud)] == ["rounded"]
    assert (tmp_path / "b.bin").stat().st_size == 2 * 16
