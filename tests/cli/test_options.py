"""What a person tells a reader, and what must not get lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--assume", "up"), "KEY=VALUE"),
        (("--assume", "up="), "KEY=VALUE"),
        (("--assume", "up=z", "--assume", "up=y"), "twice"),
        (("--fields", "x,,y"), "empty"),
        (("--fields", "x,y,x"), "twice"),
    ],
)
def test_a_text_that_says_nothing_is_wrong_usage(run: Any, tmp_path: Path, option: tuple[str, ...], words: str) -> None:
    for command in (("info", "."), ("import", ".", "p.lidarlabel"), ("convert", ".", "out", "--to", "kitti-raw")):
        done = run(*command, *option)
        assert done.code == 2
        assert words in done.err
        assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("data", ["sustechpoints_example", "formats/pdal/las/simple.las"])
def test_fields_are_refused_where_the_files_name_their_own(run: Any, shared_data: Path, data: str) -> None:
    done = run("info", shared_data / data, "--fields", "x,y,z,echo")
    assert done.code == 1
    assert "say themselves what a point holds" in done.err


def test_an_assumption_that_a_format_has_not_is_refused(run: Any, shared_data: Path, tmp_path: Path) -> None:
    done = run("info", shared_data / "sustechpoints_example", "--assume", "moon=full")
    assert done.code == 1
    assert "moon" in done.err
    done = run("import", shared_data / "sustechpoints_example", "p.lidarlabel", "--assume", "moon=full")
    assert done.code == 1
    assert not list(tmp_path.iterdir())


def test_losses_are_said_before_and_in_the_report(run: Any, shared_data: Path) -> None:
    done = run("convert", shared_data / "kitti_object", "out", "--to", "sustechpoints", "--json")
    assert done.code == 0, done.err
    said = [line for line in done.err.splitlines() if line.startswith("lost: ")]
    (scene,) = json.loads(done.out)["scenes"]
    assert said
    assert [f"lost: {loss} [{scene['name']}]" for loss in scene["lost"]] == said


@pytest.mark.parametrize("command", ["convert", "export"])
def test_strict_stops_before_anything_is_written(run: Any, shared_data: Path, tmp_path: Path, command: str) -> None:
    source: Path | str = shared_data / "kitti_object"
    if command == "export":
        assert run("import", source, "work.lidarlabel").code == 0
        source = "work.lidarlabel"
    before = sorted(p.name for p in tmp_path.iterdir())
    done = run(command, source, "out", "--to", "sustechpoints", "--strict")
    assert done.code == 1
    *said, error = done.err.strip().splitlines()
    assert said
    assert error.startswith("error: ")
    for line in said:
        assert line.removeprefix("lost: ").rpartition(" [")[0] in error
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.parametrize("command", ["convert", "export"])
def test_strict_lets_through_what_loses_nothing(run: Any, shared_data: Path, tmp_path: Path, command: str) -> None:
    source: Path | str = shared_data / "sustechpoints_example"
    if command == "export":
        assert run("import", source, "work.lidarlabel").code == 0
        source = "work.lidarlabel"
    done = run(command, source, "out", "--to", "sustechpoints", "--strict", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["scenes"][0]["lost"] == []
    assert (tmp_path / "out").is_dir()


def test_a_scene_that_fails_is_told_and_the_others_land(run: Any, shared_data: Path, tmp_path: Path) -> None:
    source = tmp_path / "drives"
    shutil.copytree(shared_data / "kitti_raw" / "2011_09_26", source)
    for path in [source, *source.rglob("*")]:
        path.chmod(0o755)
    sweep = next((source / "2011_09_26_drive_0001_sync/velodyne_points/data").iterdir())
    whole = sweep.read_bytes()
    sweep.write_bytes(whole[:1001])
    done = run("convert", source, "out", "--to", "kitti-raw", "--jobs", "2", "--json")
    assert done.code == 1
    assert "Traceback" not in done.err
    told = {scene["name"]: scene for scene in json.loads(done.out)["scenes"]}
    assert told["2011_09_26_drive_0001_sync"]["status"] == "failed"
    assert sweep.name in told["2011_09_26_drive_0001_sync"]["reason"]
    assert told["2011_09_26_drive_0052_sync"]["status"] == "done"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["drives", "out"]

    done = run("convert", source, "out", "--to", "kitti-raw")
    assert done.code == 1
    assert f"failed: 2011_09_26_drive_0001_sync: {sweep}" in done.err

    sweep.write_bytes(whole)
    done = run("convert", source, "out", "--to", "kitti-raw", "--json")
    assert done.code == 0, done.err
    assert {scene["status"] for scene in json.loads(done.out)["scenes"]} == {"done", "skipped"}
    assert json.loads(run("info", "out", "--json").out)["scenes"][0]["frames"] == 3
