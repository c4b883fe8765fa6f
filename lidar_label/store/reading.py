"""Open a project file for reading only: in place where SQLite can, else from a copy of one's own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from lidar_label.errors import CannotWrite, UnreadableFile
from lidar_label.store import schema
from lidar_label.store.database import Database, check_header
from lidar_label.store.tables import REVISION


def database_to_read(path: Path) -> Database:
    """Open a project file without a change to it.

    A folder that cannot be written has no room for the files that SQLite puts beside a database, and a file of an
    older version would have to be migrated: then a copy is read, which is gone when the database is closed.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, is no project file, is damaged, or was made by a newer version.
    """
    check_header(path)
    database = Database(path, read_only=True)
    try:
        with database.reading() as connection:
            if schema.revision_of(connection) == REVISION:
                return database
    except CannotWrite:  # no room beside it
        pass
    except BaseException:
        database.close()
        raise
    database.close()
    return _copy_to_read(path)


def _copy_to_read(path: Path) -> Database:
    folder = tempfile.TemporaryDirectory(prefix="lidar-label-")
    copy = Path(folder.name) / path.name
    try:
        shutil.copyfile(path, copy)
        log = path.with_name(f"{path.name}-wal")  # the newest edits, where a desk ended before it put them back
        if log.is_file():
            shutil.copyfile(log, copy.with_name(log.name))
        schema.bring_up_to_date(copy)
        return Database(copy, read_only=True, of=path, then=folder.cleanup)
    except OSError as error:
        folder.cleanup()
        if isinstance(error, CannotWrite):
            raise
        raise UnreadableFile(f"the project file cannot be read: {error.strerror}", where=path) from None
    except BaseException:
        folder.cleanup()
        raise
