"""Bring a project file to this version's schema; Alembic is loaded only when there is work for it."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from lidar_label.errors import CannotWrite, UnreadableFile
from lidar_label.store.database import Database
from lidar_label.store.tables import REVISION, metadata

if TYPE_CHECKING:
    from alembic.config import Config


def config() -> Config:
    """Return Alembic's configuration for the steps in this package."""
    from alembic.config import Config

    made = Config()
    folder = str(Path(__file__).resolve().parent / "migrations")
    made.set_main_option("script_location", folder.replace("%", "%%"))
    return made


def revision_of(connection: Connection) -> str:
    """Return the revision of the schema; empty where the database has none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return str(found[0]) if len(found) == 1 else ""


def make(connection: Connection) -> None:
    """Make the tables of this version in an empty file, as the steps would, without Alembic: it takes long to load."""
    metadata.create_all(connection)
    # as Alembic itself makes and fills it
    name = "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
    connection.execute(text(f"CREATE TABLE alembic_version ({name})"))
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:revision)"), {"revision": REVISION})


def upgrade(connection: Connection, target: str = "head") -> None:
    """Run the steps that are missing, in the transaction the connection is in."""
    from alembic import command

    configuration = config()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, target)
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise UnreadableFile(f"a row of table {broken[0]} refers to what is not there", where="migration")


def known_revisions() -> tuple[str, ...]:
    """Return the revisions this version can start from, oldest first."""
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory.from_config(config()).walk_revisions()
    return tuple(reversed([step.revision for step in steps]))


def bring_up_to_date(path: Path) -> None:
    """Migrate a project file in place, after a backup beside it; do nothing where it is up to date.

    Raises
    ------
    UnreadableFile
        If the file was made by a newer version, or has no schema of ours.
    """
    database = Database(path)
    try:
        with database.reading() as connection:
            revision = revision_of(connection)
    finally:
        database.close()
    if revision == REVISION:
        return
    if not revision:
        raise UnreadableFile("the project file has no schema version", where=path, hint="it was not made whole")
    if revision not in known_revisions():
        raise UnreadableFile(
            f"the project file was made by a newer version (schema {revision}, this version knows {REVISION})",
            where=path,
            hint="update lidar-label",
        )
    back_up(path, revision)
    database = Database(path, foreign_keys=False)  # a table that is rebuilt is dropped on the way
    try:
        with database.writing() as connection:
            upgrade(connection)
    finally:
        database.close()


def back_up(path: Path, revision: str) -> Path:
    """Copy a project file, with what its log still holds, to ``NAME.bak-REVISION`` beside it."""
    target = path.with_name(f"{path.name}.bak-{revision}")
    if target.exists():  # an earlier migration failed after its backup: that one is kept too
        target = target.with_name(f"{target.name}-{time.time_ns()}")
    unfinished = target.with_name(f".{target.name}.part")
    try:
        source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
        copy = sqlite3.connect(unfinished)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise CannotWrite(f"no backup could be made before the update: {error}", where=target) from None
    return target
