"""Paths written in files stay in their folder, and text that is none is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from lidar_label.datasets.files import inside, natural_key, read_json, read_text
from lidar_label.errors import MissingFile, UnreadableFile, UnsafePath


@pytest.mark.parametrize(
    "relative",
    ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\..\\windows", "C:/windows", "C:\\x", "", "a\0b", ".."],
)
def test_a_path_that_leaves_its_folder_is_refused(tmp_path: Path, relative: str) -> None:
    with pytest.raises(UnsafePath) as caught:
        inside(tmp_path, relative, where="table.json, row 3")
    assert caught.value.line.startswith("table.json, row 3")


def test_a_link_that_leaves_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "link").symlink_to("/etc")
    with pytest.raises(UnsafePath):
        inside(tmp_path / "data", "link/passwd")


def test_a_plain_path_is_joined(tmp_path: Path) -> None:
    assert inside(tmp_path, "samples/出典データ/ä.bin") == tmp_path / "samples/出典データ/ä.bin"


def test_broken_json_names_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1,\n "b" 2}')
    with pytest.raises(UnreadableFile, match="line 2, column 6"):
        read_json(tmp_path / "a.json")


def test_json_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[" * 100_000)
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        read_json(tmp_path / "a.json")


def test_a_byte_order_mark_is_taken_off_and_bad_bytes_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf[1]")
    assert read_json(tmp_path / "a.json") == [1]
    (tmp_path / "b.txt").write_bytes(b"ab\xff")
    with pytest.raises(UnreadableFile, match="byte 2"):
        read_text(tmp_path / "b.txt")
    with pytest.raises(MissingFile):
        read_text(tmp_path / "c.txt")


def test_frame_2_comes_before_frame_10() -> None:
    assert sorted(["f10", "f2", "a", "2", "10"], key=natural_key) == ["2", "10", "a", "f2", "f10"]
