"""A project file of an older version is backed up and brought forward, whole or not at all."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lidar_label.edit import PutAreas, Session, SetTrackName
from lidar_label.errors import UnreadableFile
from lidar_label.model import Area
from lidar_label.store import ProjectStore, schema, tables
from lidar_label.store.database import Database

BACKUP = f"old.lidarlabel.bak-{tables.REVISION}"
NEXT = '''
"""A step of a version that does not exist yet: rebuild the boxes with one more column."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "next", "{head}", None, None

def upgrade():
    with op.batch_alter_table("track", recreate="always") as batch:
        batch.add_column(sa.Column("reviewed", sa.Boolean, nullable=False, server_default=sa.false()))
    {more}
'''


def at_revision(path: Path, revision: str) -> None:
    """Make a project file as the version with that schema made it."""
    path.touch()
    database = Database(path)
    with database.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {tables.APPLICATION_ID}")
        schema.upgrade(connection, revision)
    database.close()
    connection = sqlite3.connect(path)
    columns = "token, position, name, path, format, scene, frames, fingerprint"
    connection.execute(f"INSERT INTO scene ({columns}) VALUES ('s1', 0, 'drive', 'p', 'f', 's', 5, '')")
    names = "name, token, position, description, color"
    connection.execute(f"INSERT INTO category ({names}) VALUES ('car', 'c', 0, '', '#112233')")
    connection.execute(
        "INSERT INTO track (token, scene, position, name, category, attributes) VALUES ('t1', 's1', 0, '', 'car', '{}')"
    )
    numbers = "0.1, 0.2, 0.3, 1.0, 0.0, 0.0, 0.0, 4.0, 2.0, 1.5"
    columns = "track, frame, scene, token, x, y, z, qw, qx, qy, qz, length, width, height"
    columns += ", attributes, visibility, is_keyframe, source"
    connection.execute(f"INSERT INTO box ({columns}) VALUES ('t1', 2, 's1', 'b1', {numbers}, '{{}}', '', 1, 'human')")
    connection.commit()
    connection.close()


def revision_in(path: Path) -> str:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    return str(found)


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Play a version with one more step; the argument is a line of Python the step ends with."""

    def play(more: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(Path(schema.__file__).parent / "migrations", folder)
        (folder / "versions" / "next.py").write_text(NEXT.format(more=more, head=tables.REVISION), "utf-8")

        def config() -> Config:
            made = Config()
            made.set_main_option("script_location", str(folder).replace("%", "%%"))
            return made

        monkeypatch.setattr(schema, "config", config)
        monkeypatch.setattr(schema, "REVISION", "next")

    return play


def test_the_tables_are_what_the_steps_make(file: Path) -> None:
    database = Database(file)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    database.close()


def test_a_new_file_is_what_the_steps_make(file: Path, tmp_path: Path) -> None:
    def shape(path: Path) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(path)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        asked = ("table_xinfo", "foreign_key_list", "index_list")
        found = [
            (name, pragma, *sorted(tuple(map(str, row[1:])) for row in connection.execute(f"PRAGMA {pragma}({name})")))
            for name in names
            for pragma in asked
        ]
        found += connection.execute("SELECT type, name, tbl_name FROM sqlite_master WHERE type != 'table'").fetchall()
        found += connection.execute("SELECT version_num FROM alembic_version").fetchall()
        connection.close()
        return sorted(found, key=str)

    stepped = tmp_path / "stepped.db"
    stepped.touch()
    database = Database(stepped, foreign_keys=False)
    with database.writing() as connection:
        schema.upgrade(connection)
    database.close()
    assert shape(file) == shape(stepped)


def test_this_version_knows_its_own_head() -> None:
    assert ScriptDirectory.from_config(schema.config()).get_current_head() == tables.REVISION
    assert schema.known_revisions()[-1] == tables.REVISION
    assert schema.known_revisions()[0] == "0001"


@pytest.mark.parametrize("revision", schema.known_revisions())
def test_every_older_version_opens(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "old.lidarlabel"
    at_revision(path, revision)
    with ProjectStore.open(path) as store:
        (box,) = store.labels("s1").boxes()
        assert (box.center.tolist(), box.doubt) == ([0.1, 0.2, 0.3], "")
        (track,) = store.tracks("s1")
        assert (track.category, track.locked_size) == ("car", None)
        assert store.comments("s1") == ()
        assert store.areas("s1") == ()
    backup = path.with_name(f"{path.name}.bak-{revision}")
    assert backup.exists() == (revision != tables.REVISION)


def test_a_project_from_before_areas_takes_and_keeps_one(tmp_path: Path) -> None:
    """As it was made by schema 0008, with an edit in its history that can still be taken back."""
    path = tmp_path / "old.lidarlabel"
    at_revision(path, "0008")
    area = Area(scene="s1", category="car", corners=np.array([[0, 0, 0.1], [3, 0, 0.2], [0, 2, 0.3]]), frame=4)
    session = Session(ProjectStore.open(path))
    session.do(SetTrackName("t1", "first"))
    session.do(PutAreas((area,)))
    session.close()
    session = Session(ProjectStore.open(path))
    assert session.store.areas("s1") == (area,)
    assert session.undo() is not None
    assert session.store.areas("s1") == ()
    assert session.undo() is not None
    assert session.store.track("t1").name == ""
    session.close()
    assert path.with_name(f"{path.name}.bak-0008").exists()


def test_a_step_keeps_the_labels_and_makes_a_backup(
    tmp_path: Path, newer: Callable[[str], None], dump: Callable[[Path], dict[str, list[Any]]]
) -> None:
    path = tmp_path / "old.lidarlabel"
    at_revision(path, tables.REVISION)
    before = dump(path)
    newer("pass")
    ProjectStore.open(path).close()
    after = dump(path)
    assert after["track"] == [(*row, 0) for row in before["track"]]
    assert {**after, "track": []} == {**before, "track": []}
    assert dump(path.with_name(BACKUP)) == before
    assert revision_in(path) == "next"
    assert sorted(p.name for p in tmp_path.glob("*old*")) == ["old.lidarlabel", BACKUP]


def test_the_backup_has_what_only_the_log_holds(
    tmp_path: Path, newer: Callable[[str], None], dump: Callable[[Path], dict[str, list[Any]]]
) -> None:
    """After a crash the newest edits are in the log beside the file, not in the file."""
    path = tmp_path / "old.lidarlabel"
    at_revision(path, tables.REVISION)
    crashed = sqlite3.connect(path)
    crashed.execute("PRAGMA journal_mode = WAL")
    crashed.execute("UPDATE track SET name = 'newest'")
    crashed.commit()
    assert path.with_name("old.lidarlabel-wal").stat().st_size > 0
    before = dump(path)
    newer("pass")
    ProjectStore.open(path).close()
    assert dump(path.with_name(BACKUP)) == before
    crashed.close()


@pytest.mark.parametrize(
    "more", ["op.execute('INSERT INTO nowhere VALUES (1)')", "op.execute(\"UPDATE box SET track = 'nobody'\")"]
)
def test_a_step_that_fails_changes_nothing(
    tmp_path: Path, newer: Callable[[str], None], dump: Callable[[Path], dict[str, list[Any]]], more: str
) -> None:
    path = tmp_path / "old.lidarlabel"
    at_revision(path, tables.REVISION)
    before = dump(path)
    newer(more)
    for _ in range(2):  # a second try keeps the first backup
        with pytest.raises(UnreadableFile):
            ProjectStore.open(path)
    assert dump(path) == before
    assert revision_in(path) == tables.REVISION
    assert len(list(tmp_path.glob(f"{BACKUP}*"))) == 2


def test_this_version_refuses_what_the_next_one_made(
    tmp_path: Path, newer: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.lidarlabel"
    at_revision(path, tables.REVISION)
    own = schema.config
    newer("pass")
    ProjectStore.open(path).close()
    monkeypatch.setattr(schema, "REVISION", tables.REVISION)
    monkeypatch.setattr(schema, "config", own)
    with pytest.raises(UnreadableFile, match="newer version"):
        ProjectStore.open(path)


def test_what_0001_wrote_in_the_history_can_still_be_undone(tmp_path: Path) -> None:
    """Version 0001 had no options of a scene; an undo compares the rows of today with those of its log."""
    path = tmp_path / "old.lidarlabel"
    at_revision(path, "0001")
    columns = ["token", "position", "name", "path", "format", "scene", "frames", "fingerprint"]
    entries = [
        ["scene", ["s2"], None, ["s2", 1, "second", "p", "f", "t", 3, ""]],
        ["track", ["t1"], ["t1", "s1", 0, "before", "car", "{}"], ["t1", "s1", 0, "", "car", "{}"]],
    ]
    tracks = ["token", "scene", "position", "name", "category", "attributes"]
    text = json.dumps({"columns": {"scene": columns, "track": tracks}, "changes": entries}, separators=(",", ":"))
    damaged = b"no such thing"
    connection = sqlite3.connect(path)
    connection.execute(f"INSERT INTO scene ({', '.join(columns)}) VALUES ('s2', 1, 'second', 'p', 'f', 't', 3, '')")
    insert = "INSERT INTO patch VALUES (?, ?, 'Add a scene', '', 0, 2, ?)"
    connection.execute(insert, (1, "discarded", damaged))
    connection.execute(insert, (2, "done", zlib.compress(text.encode())))
    connection.commit()
    connection.close()
    with ProjectStore.open(path) as store:
        assert [(ref.token, ref.options) for ref in store.scenes()] == [("s1", "{}"), ("s2", "{}")]
        assert store.undo() is not None
        assert [ref.token for ref in store.scenes()] == ["s1"]
        assert store.track("t1").name == "before"
        assert store.redo() is not None
        assert [ref.token for ref in store.scenes()] == ["s1", "s2"]
    connection = sqlite3.connect(path)
    (kept,) = connection.execute("SELECT content FROM patch WHERE seq = 1").fetchone()
    connection.close()
    assert kept == damaged
