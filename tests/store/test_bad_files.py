"""Files that are no project, or no longer a good one: one clear error each, and nothing touched."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lidar_label.errors import CannotEdit, CannotWrite, LidarLabelError, MissingFile, UnreadableFile
from lidar_label.model import SE3, Box, Change, Patch, Track
from lidar_label.store import ProjectStore, SceneRef, history_text, rows

pytestmark = pytest.mark.one_numpy

REF = SceneRef(token="s1", name="drive", path="../data", format="kitti-raw", scene="0001", frames=10)


@pytest.fixture
def labelled(file: Path) -> Path:
    """A closed project with one scene, one track and one box."""
    track = Track(category="car", token="t1")
    pose = SE3.identity("world", "box")
    box = Box(track="t1", frame=0, world_SE3_box=pose, size=(4.0, 2.0, 1.5), attributes={"moving": True})
    made = [
        ("scene", rows.scene_row(REF)),
        ("track", rows.track_row(track, "s1", 0)),
        ("box", rows.box_row(box, "s1")),
    ]
    with ProjectStore.open(file) as store:
        changes = tuple(Change(table, rows.key_of(table, row), None, row) for table, row in made)
        store.apply(Patch(title="all", changes=changes))
    return file


def sql(path: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement, values)
    connection.commit()
    connection.close()


def refuses(path: Path, words: str, error: type[LidarLabelError] = UnreadableFile) -> None:
    before = path.read_bytes() if path.is_file() else None
    beside = sorted(p.name for p in path.parent.iterdir())
    with pytest.raises(error, match=words) as caught:
        ProjectStore.open(path)
    assert str(path) in caught.value.where
    assert (path.read_bytes() if path.is_file() else None) == before
    assert sorted(p.name for p in path.parent.iterdir()) == beside


def read_everything(store: ProjectStore) -> None:
    store.taxonomy()
    store.scenes()
    store.tracks("s1")
    store.boxes_in_frame("s1", 0)
    store.boxes_of_track("t1")


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0", os.urandom(5000)])
def test_not_a_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.lidarlabel"
    path.write_bytes(content)
    refuses(path, "not a lidar-label project")


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_database_of_another_program(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "history.lidarlabel"
    sql(path, f"PRAGMA journal_mode = {mode}", "CREATE TABLE urls (url)", "PRAGMA user_version = 7")
    refuses(path, "another program")


def test_nothing_and_a_folder(tmp_path: Path) -> None:
    refuses(tmp_path / "gone.lidarlabel", "not there", MissingFile)
    (tmp_path / "folder.lidarlabel").mkdir()
    refuses(tmp_path / "folder.lidarlabel", "folder")


@pytest.mark.parametrize("keep", [200, 4096, 0.5, -1])
def test_a_file_that_is_cut_off(labelled: Path, keep: float) -> None:
    whole = labelled.read_bytes()
    size = int(keep * len(whole)) if 0 < keep < 1 else int(keep)
    labelled.write_bytes(whole[:size])
    refuses(labelled, "cut off")


def test_a_damaged_page_is_named_when_it_is_read(labelled: Path) -> None:
    content = bytearray(labelled.read_bytes())
    for start in range(4096, len(content), 4096):  # the schema on page 1 stays, every other page is noise
        content[start : start + 4096] = os.urandom(4096)
    labelled.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"damaged|no schema"), ProjectStore.open(labelled) as store:
        store.labels("s1")


def test_a_newer_version(labelled: Path) -> None:
    sql(labelled, "UPDATE alembic_version SET version_num = '9999'")
    refuses(labelled, "newer version")


@pytest.mark.parametrize("statement", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
def test_a_file_without_a_schema_version(labelled: Path, statement: str) -> None:
    sql(labelled, statement)
    refuses(labelled, "no schema version")


def test_a_missing_table(labelled: Path) -> None:
    sql(labelled, "DROP TABLE visibility")
    with ProjectStore.open(labelled) as store, pytest.raises(UnreadableFile, match="visibility"):
        store.taxonomy()


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("box", "x", "east", "column x"),
        ("box", "x", 9e999, "column x"),
        ("box", "qw", 5.0, "unit quaternion"),
        ("box", "length", -4.0, "side"),
        ("box", "height", b"\x80", "column height"),
        ("box", "attributes", "{", "Expecting"),
        ("box", "attributes", '{"a": NaN}', "NaN"),
        ("box", "attributes", '{"a": 1e999}', "finite"),
        ("box", "attributes", '{"a": [1]}', "plain values"),
        ("box", "attributes", "[1]", "plain values"),
        ("box", "attributes", "[" * 100_000, "nest|recursion"),
        ("box", "attributes", 7.5, "plain values"),
        ("box", "source", "aliens", "aliens"),
        ("box", "score", 2.0, "score"),
        ("box", "num_lidar_pts", "many", "num_lidar_pts"),
        ("box", "num_lidar_pts", -1, "num_lidar_pts"),
        ("box", "visibility", b"1", "visibility"),
        ("box", "frame", -3, "frame"),
        ("track", "attributes", '{"a": null}', "plain values"),
        ("track", "name", b"\xff", "name"),
        ("track", "category", "", "category"),
        ("scene", "frames", "ten", "frames"),
        ("scene", "frames", -1, "frames"),
        ("category", "length", 1e9, "side"),
        ("category", "width", None, "width"),
        ("category", "color", "red", "colour"),
        ("attribute", "kind", "color", "color"),
        ("attribute", "choices", '{"a": 1}', "choices"),
        ("visibility", "level", b"x", "level"),
    ],
)
def test_a_hostile_row_is_named_by_table_and_key(
    labelled: Path, table: str, column: str, value: Any, words: str
) -> None:
    sql(labelled, f"UPDATE {table} SET {column} = ?", values=(value,))
    with ProjectStore.open(labelled) as store:
        with pytest.raises(UnreadableFile, match=words) as caught:
            read_everything(store)
        assert f"table {table}, row (" in str(caught.value)
        assert str(labelled) in caught.value.where


def test_text_that_is_no_text(labelled: Path) -> None:
    sql(labelled, "UPDATE track SET name = CAST(x'ff41' AS TEXT)")
    with ProjectStore.open(labelled) as store, pytest.raises(UnreadableFile, match=r"damaged|UTF-8"):
        store.tracks("s1")


def packed(found: Any) -> bytes:
    return zlib.compress(json.dumps(found).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no zlib",
        "text",
        packed([1, 2])[:-4],
        packed([]),
        packed({"columns": [], "changes": []}),
        packed({"columns": {}, "changes": [1]}),
        packed({"columns": {}, "changes": [["box", ["t1", 0], None, [1]]]}),
        packed({"columns": {"box": ["x"]}, "changes": [["box", ["t1", 0], None, [1, 2]]]}),
        packed({"columns": {"patch": ["seq"]}, "changes": [["patch", [1], [1], None]]}),
        packed({"columns": {"box": ["x"]}, "changes": [["box", ["t1", 0], None, None]]}),
        zlib.compress(b"[" * 100_000),
    ],
)
def test_a_hostile_history_is_refused(
    labelled: Path, content: Any, dump: Callable[[Path], dict[str, list[Any]]]
) -> None:
    sql(labelled, "UPDATE patch SET content = ?", values=(content,))
    before = dump(labelled)
    with ProjectStore.open(labelled) as store:
        with pytest.raises(UnreadableFile, match="history is damaged") as caught:
            store.undo()
        assert "patch, row 1" in caught.value.where
    assert dump(labelled) == before


def test_a_history_of_rows_that_fit_no_table_is_refused(
    labelled: Path, dump: Callable[[Path], dict[str, list[Any]]]
) -> None:
    content = packed({"columns": {"box": ["x"]}, "changes": [["box", ["t1", 0], [1.0], None]]})
    sql(labelled, "UPDATE patch SET content = ?", values=(content,))
    before = dump(labelled)
    with ProjectStore.open(labelled) as store, pytest.raises(CannotEdit, match="columns"):
        store.undo()
    assert dump(labelled) == before


def test_a_history_that_unpacks_without_end_is_refused(labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_text, "MAX_BYTES", 1000)
    sql(labelled, "UPDATE patch SET content = ?", values=(zlib.compress(b" " * 1_000_000),))
    with ProjectStore.open(labelled) as store, pytest.raises(UnreadableFile, match="too large"):
        store.undo()


def test_undo_after_another_program_changed_a_label(labelled: Path) -> None:
    sql(labelled, "UPDATE box SET x = 9.0")
    with ProjectStore.open(labelled) as store:
        with pytest.raises(CannotEdit, match="box of track t1 in frame 0 is not what it was"):
            store.undo()
        assert store.undo_title() == "all"


def test_a_file_that_somebody_else_keeps_locked(labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lidar_label.store.database.BUSY_S", 0.1)
    other = sqlite3.connect(labelled, isolation_level=None)
    with ProjectStore.open(labelled) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotWrite, match="another program"):
            store.undo()
        other.execute("COMMIT")
        assert store.undo() is not None
    other.close()


READ_ONLY = """
import os, sys
from pathlib import Path
import alembic.command, alembic.config, alembic.script, alembic.ddl.sqlite
from lidar_label.errors import CannotWrite
from lidar_label.model import Taxonomy
from lidar_label.store import ProjectStore
folder = Path(sys.argv[1])
if os.geteuid() == 0:  # root may write anywhere, so become nobody
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for call in (lambda: ProjectStore.open(folder / "a.lidarlabel"),
             lambda: ProjectStore.create(folder / "b.lidarlabel", Taxonomy())):
    try:
        call()
    except CannotWrite as error:
        print(error)
"""


def test_a_folder_that_may_not_be_written(labelled: Path) -> None:
    folder = Path(tempfile.mkdtemp())  # pytest's own folders are closed to everybody else
    try:
        copy = folder / "a.lidarlabel"
        copy.write_bytes(labelled.read_bytes())
        copy.chmod(0o444)
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        first, second = done.stdout.splitlines()
        assert "cannot be written" in first
        assert "Permission denied" in second
        assert [p.name for p in folder.iterdir()] == ["a.lidarlabel"]
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
