"""A user's mistake ends in one clear line and the right exit code, and leaves nothing behind."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest


def assert_one_line(done: Any, code: int, *words: str) -> None:
    assert done.code == code, (done.out, done.err)
    assert "Traceback" not in done.err
    *losses, line = done.err.strip().splitlines()  # what would have been lost is said before
    assert all(loss.startswith("lost: ") for loss in losses)
    assert line.startswith("error: ")
    for word in words:
        assert word in line


def test_a_missing_folder(run: Any, tmp_path: Path) -> None:
    for command in (("info",), ("open",)):
        assert_one_line(run(*command, "nowhere"), 1, "nowhere")
    assert_one_line(run("convert", "nowhere", "out", "--to", "nuscenes"), 1, "nowhere")
    assert_one_line(run("import", "nowhere", "p.lidarlabel"), 1, "nowhere")
    assert not list(tmp_path.iterdir())


def test_an_empty_folder(run: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert_one_line(run("info", "empty"), 1, "empty")
    assert_one_line(run("convert", "empty", "out", "--to", "nuscenes"), 1, "empty")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty"]


def test_an_unknown_format(run: Any, tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir()
    assert_one_line(run("convert", "drive", "out", "--to", "nuscene"), 1, "nuscene", "nuscenes")


def test_wrong_usage_is_exit_code_two(run: Any) -> None:
    for arguments in (("convert", "a"), ("nothing",), ("info", "a", "--frame", "x"), ("open", "a", "--frame", "-1")):
        done = run(*arguments)
        assert done.code == 2, arguments
        assert "Traceback" not in done.err


def test_a_target_that_exists_is_left_alone(run: Any, shared_data: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "precious").write_text("mine")
    done = run("convert", shared_data / "kitti_object", target, "--to", "nuscenes")
    assert_one_line(done, 1, "out")
    assert [p.name for p in target.iterdir()] == ["precious"]


def test_a_truncated_sweep_stops_the_conversion_and_leaves_no_target(
    run: Any, shared_data: Path, tmp_path: Path
) -> None:
    source = tmp_path / "drive"
    shutil.copytree(shared_data / "kitti_object", source)
    for folder in [source, *source.rglob("*")]:
        folder.chmod(0o755)
    sweep = source / "training" / "velodyne" / "000001.bin"
    with sweep.open("r+b") as file:
        file.truncate(100_001)
    done = run("convert", source, tmp_path / "out", "--to", "nuscenes")
    assert_one_line(done, 1, "000001.bin", "100001")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["drive"]


def test_a_project_that_is_none(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.lidarlabel").write_text("not a database, but long enough to have a header" * 10)
    assert_one_line(run("export", "a.lidarlabel", "out", "--to", "nuscenes"), 1, "a.lidarlabel")
    assert_one_line(run("info", "a.lidarlabel"), 1, "a.lidarlabel")
    assert_one_line(run("export", "b.lidarlabel", "out", "--to", "nuscenes"), 1, "b.lidarlabel")


def test_debug_shows_where_an_error_comes_from(run: Any) -> None:
    done = run("info", "nowhere", "--debug")
    assert done.code == 1
    assert "Traceback" in done.err


@pytest.mark.parametrize("name", ["demo", "open", "info", "import", "export", "convert", "formats"])
def test_every_command_has_help(name: str, run: Any) -> None:
    done = run(name, "--help")
    assert done.code == 0
    assert "Usage: lidar-label" in done.out
    assert done.out.count("\n") > 6
