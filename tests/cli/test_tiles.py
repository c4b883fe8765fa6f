"""Tiles on the command line: built, asked, labelled and exported, against laspy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import laspy
import numpy as np
import pytest

KEYS = {"points", "tiles", "bytes", "seconds", "peak_rss_bytes"}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A LAS of 200 by 100 metres, far from its origin."""
    random = np.random.default_rng(4)
    header = laspy.LasHeader(point_format=7, version="1.4")
    header.scales, header.offsets = (0.001,) * 3, (500_000.0, 5_400_000.0, 0.0)
    las = laspy.LasData(header)
    las.xyz = random.uniform((500_000, 5_400_000, 200), (500_200, 5_400_100, 210), (40_000, 3))
    las.intensity = random.integers(0, 65_535, 40_000)
    las.classification = random.integers(1, 20, 40_000)
    las.gps_time = np.arange(40_000) * 1e-4
    path = tmp_path / "town.las"
    las.write(path)
    return path


def told(run: Any, *arguments: object) -> dict[str, Any]:
    done = run("tiles", *arguments, "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    assert set(found) >= KEYS
    return found


def test_build_ask_label_and_export(run: Any, town: Path, tmp_path: Path) -> None:
    store, las = tmp_path / "town.tiles", laspy.read(town)
    assert told(run, "build", town, store)["points"] == 40_000
    assert json.loads(run("tiles", "info", store, "--verify", "--json").out)["points"] == 40_000
    box = "500010,5400010,0,500060,5400050,205"
    low, high = np.array([500_010, 5_400_010, 0]), np.array([500_060, 5_400_050, 205])
    inside = np.flatnonzero(((las.xyz >= low) & (las.xyz <= high)).all(axis=1))
    assert told(run, "query", store, "--box", box)["points"] == len(inside)
    assert told(run, "query", store, "--box", box, "--out", tmp_path / "found.npy")["points"] == len(inside)
    np.testing.assert_array_equal(np.load(tmp_path / "found.npy"), inside)
    assert told(run, "label", store, "--class", 40, "--box", box)["points"] == len(inside)
    polygon = "500100,5400000,500200,5400000,500200,5400100"
    ahead = (las.xyz[:, 0] - 500_100) >= (las.xyz[:, 1] - 5_400_000)
    right = ahead & (las.xyz[:, 0] >= 500_100) & (las.xyz[:, 2] <= 204)
    painted = told(run, "label", store, "--class", 41, "--polygon", polygon, "--heights", "0,204")["points"]
    assert painted == right.sum()
    assert told(run, "export", store, tmp_path / "labelled.las")["points"] == 40_000
    expected = np.array(las.classification)
    expected[inside], expected[right] = 40, 41
    back = laspy.read(tmp_path / "labelled.las")
    np.testing.assert_array_equal(back.classification, expected)
    for name in ("X", "Y", "Z", "intensity", "gps_time"):
        np.testing.assert_array_equal(back[name], las[name])


def test_a_ray_and_a_ball(run: Any, town: Path, tmp_path: Path) -> None:
    store, xyz = tmp_path / "town.tiles", laspy.read(town).xyz
    told(run, "build", town, store)
    middle = xyz[7]
    x, y, z = middle.tolist()
    near = (((xyz - middle) ** 2).sum(axis=1) <= 4.0).sum()
    assert told(run, "query", store, "--sphere", f"{x},{y},{z},2")["points"] == near
    beside = (np.hypot(xyz[:, 0] - x, xyz[:, 1] - y) <= 1.5).sum()
    assert told(run, "query", store, "--ray", f"{x},{y},{z + 500},0,0,-1,1.5")["points"] == beside


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "give one of"),
        (("--box", "1,2,3"), "6"),
        (("--box", "1,2,3,4,5,x"), "numbers"),
        (("--sphere", "1,2,3,4", "--heights", "0,1"), "polygon"),
        (("--box", "0,0,0,1,1,1", "--sphere", "1,2,3,4"), "give one of"),
    ],
)
def test_a_region_that_is_none_is_wrong_usage(run: Any, town: Path, tmp_path: Path, options: Any, words: str) -> None:
    told(run, "build", town, tmp_path / "town.tiles")
    done = run("tiles", "query", tmp_path / "town.tiles", *options)
    assert done.code == 2
    assert words in done.err


def test_nothing_is_written_over(run: Any, town: Path, tmp_path: Path) -> None:
    store, there = tmp_path / "town.tiles", tmp_path / "there.npy"
    told(run, "build", town, store)
    there.write_text("kept")
    done = run("tiles", "query", store, "--sphere", "0,0,0,1", "--out", there)
    assert done.code == 1
    assert there.read_text() == "kept"
    done = run("tiles", "query", tmp_path / "no.tiles", "--sphere", "0,0,0,1")
    assert done.code == 1
    assert "no.tiles" in done.err
    assert "Traceback" not in done.err


def test_frames_of_a_real_drive(run: Any, shared_data: Path, tmp_path: Path) -> None:
    drive = shared_data / "kitti_raw" / "2011_09_26" / "2011_09_26_drive_0052_sync"
    some = told(run, "build", drive, tmp_path / "some", "--frames", "2..3")["points"]
    assert 0 < some < told(run, "build", drive, tmp_path / "all")["points"]
    assert told(run, "build", drive, tmp_path / "some", "--frames", "2..2")["points"] < some
    again = run("tiles", "build", drive, tmp_path / "some", "--frames", "2..2")
    assert "there already" in again.out
    for text, what in (("3..2", "ends before"), ("2", "FROM..TO"), ("-1..2", "FROM..TO"), ("a..b", "FROM..TO")):
        done = run("tiles", "build", drive, tmp_path / "none", "--frames", text)
        assert (done.code, what in done.err) == (2, True), done.err
    done = run("tiles", "build", drive, tmp_path / "none", "--frames", "5..99")
    assert done.code == 1
    assert "no frames 5..99" in done.err
    assert not (tmp_path / "none").exists()


def test_the_commands_of_the_page_run(run: Any, town: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "tiles.md").read_text("utf-8")
    lines = [line.split()[1:] for line in page.splitlines() if line.startswith("lidar-label ")]
    assert {line[1] for line in lines} == {"build", "info", "query", "label", "export"}
    for line in lines:
        done = run(*line)
        assert done.code == 0, done.err
    assert (town.parent / "labelled.las").stat().st_size == town.stat().st_size
