"""Argoverse 2 logs whose tables are damaged, lie, or hold what cannot be."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.datasets import Dataset, open_dataset
from lidar_label.datasets.arrow_tables import read_feather
from lidar_label.errors import LidarLabelError, UnreadableFile
from tests.datasets.argoverse2.feathers import save


def small_log(folder: Path, **columns: object) -> Path:
    """A log of one sweep of three points with one box, whose label table is changed as told."""
    (folder / "sensors" / "lidar").mkdir(parents=True)
    points = {"x": np.float16([1, 2, 3]), "y": np.float16([0, 0, 0]), "z": np.float16([0, 0, 0])}
    points |= {"intensity": np.uint8([1, 2, 3]), "laser_number": np.uint8([0, 1, 2]), "offset_ns": np.int32([0, 5, 9])}
    save(pa.table(points), folder / "sensors" / "lidar" / "1000.feather")
    still = {"timestamp_ns": [1000], "qw": [1.0], "qx": [0.0], "qy": [0.0], "qz": [0.0]}
    still |= {"tx_m": [0.0], "ty_m": [0.0], "tz_m": [0.0]}
    save(pa.table(still), folder / "city_SE3_egovehicle.feather")
    label = {
        **still,
        "track_uuid": ["a"],
        "category": ["DRAGON"],
        "length_m": [1.0],
        "width_m": [1.0],
        "height_m": [1.0],
    }
    label |= columns
    save(pa.table({k: v for k, v in label.items() if v is not None}), folder / "annotations.feather")
    return folder


def read_all(path: Path) -> Dataset:
    dataset = open_dataset(path, "argoverse2")
    for name in dataset.scene_names:
        dataset.labels(name)
        for sweep in dataset.scene(name).frames[0].sweeps.values():
            sweep.points()
    return dataset


def test_a_category_that_is_on_no_list_is_offered(tmp_path: Path) -> None:
    dataset = read_all(small_log(tmp_path / "log"))
    assert "DRAGON" in dataset.taxonomy
    box = next(dataset.labels("log").boxes())
    assert (box.num_lidar_pts, box.score) == (None, None)


def test_scores_of_a_detector(tmp_path: Path) -> None:
    dataset = read_all(small_log(tmp_path / "log", score=[0.75]))
    assert next(dataset.labels("log").boxes()).score == 0.75


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"qw": None}, "no column 'qw'"),
        ({"qw": [2.0]}, "a pose is none"),
        ({"qw": ["1"]}, "needs numbers and holds string"),
        ({"tx_m": [np.nan]}, "column 'tx_m' is nan"),
        ({"tx_m": [1e300]}, "a pose is none"),
        ({"length_m": [0.0]}, "above 0"),
        ({"length_m": [None]}, "1 empty places|holds null"),
        ({"timestamp_ns": [1000.5]}, "whole numbers"),
        ({"category": [7]}, "needs texts"),
        ({"num_interior_pts": [-1]}, "0 or more"),
        ({"score": [3.0]}, "between 0 and 1"),
    ],
)
def test_labels_that_cannot_be(tmp_path: Path, columns: dict[str, object], words: str) -> None:
    path = small_log(tmp_path / "log", **columns)
    with pytest.raises(UnreadableFile, match=words) as caught:
        read_all(path)
    assert "annotations.feather" in caught.value.where


def test_no_id_is_a_track_of_its_own(tmp_path: Path) -> None:
    two = {name: value * 2 for name, value in {"timestamp_ns": [1000], "qw": [1.0], "qx": [0.0], "qy": [0.0]}.items()}
    two |= {name: [0.0, 0.0] for name in ("qz", "tx_m", "ty_m", "tz_m")}
    two |= {name: [1.0, 1.0] for name in ("length_m", "width_m", "height_m")}
    dataset = read_all(small_log(tmp_path / "log", track_uuid=["a", "a"], category=["BUS", "BUS"], **two))
    assert len(dataset.labels("log").tracks) == 2
    assert "no-track" in {finding.code for finding in dataset.findings}


def packed(path: Path) -> tuple[bytearray, int]:
    """A Feather file with one packed column, and the byte at which the column says how long it is unpacked."""
    table = pa.table({"x": np.zeros(40_000, dtype=np.float64)})
    save(table, path, compression="zstd")
    data = bytearray(path.read_bytes())
    at = data.find(struct.pack("<q", 320_000))
    assert at > 0
    return data, at


def test_a_table_that_says_it_is_huge_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    data, at = packed(tmp_path / "a.feather")
    data[at : at + 8] = struct.pack("<q", 2**40)
    (tmp_path / "a.feather").write_bytes(bytes(data))
    with pytest.raises(UnreadableFile, match="would unpack to 1099512 MB"):
        read_feather(tmp_path / "a.feather")


def test_a_table_that_is_huge_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.feather"
    save(pa.table({"x": np.zeros(20_000_000, dtype=np.float64)}), path, compression="zstd")
    assert path.stat().st_size < 100_000
    with pytest.raises(UnreadableFile, match="would unpack to 160 MB"):
        read_feather(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: b"", "does not begin with ARROW1"),
        (lambda data: b"FEA1" + data[4:], "version 1"),
        (lambda data: data[:-20], "cut off"),
        (lambda data: data[:60] + b"ARROW1", "damaged"),
        (lambda data: data[:8] + b"ARROW1", "damaged|cut off"),
    ],
)
def test_files_that_are_no_feather(tmp_path: Path, change: Callable[[bytes], bytes], words: str) -> None:
    path = small_log(tmp_path / "log") / "annotations.feather"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UnreadableFile, match=words):
        read_feather(path)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    which=st.integers(0, 2),
    cut=st.integers(0, 6000),
    flips=st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 7)), max_size=4),
)
def test_damaged_tables(
    tmp_path: Path, survives: Callable[..., None], which: int, cut: int, flips: list[tuple[int, int]]
) -> None:
    folder = tmp_path / "log"
    if not folder.exists():
        small_log(folder)
    names = ("annotations.feather", "city_SE3_egovehicle.feather", "sensors/lidar/1000.feather")
    path = folder / names[which]
    whole = path.read_bytes()
    data = bytearray(whole)
    for at, bit in flips:
        data[at % len(data)] ^= 1 << bit
    try:
        path.write_bytes(bytes(data) if flips else bytes(data[:cut]))
        survives(folder, "argoverse2")
    finally:
        path.write_bytes(whole)


def test_a_map_alone_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "a.json").write_text(json.dumps({}))
    with pytest.raises(LidarLabelError):
        open_dataset(tmp_path, "argoverse2")
