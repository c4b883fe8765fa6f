"""A new project file: its schema and first rows, and its name once it is whole."""

from __future__ import annotations

import os
import time
from pathlib import Path

from lidar_label.errors import CannotWrite
from lidar_label.model import Taxonomy
from lidar_label.store import rows, schema, tables
from lidar_label.store.database import Database


def fill(path: Path, taxonomy: Taxonomy) -> None:
    """Make the schema and the first rows in an empty file."""
    database = Database(path)
    try:
        with database.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {tables.APPLICATION_ID}")
            schema.make(connection)
            made = str(time.time_ns())
            connection.execute(tables.project.insert(), [{"key": "created_ns", "value": made}])
            for name, found in rows.taxonomy_rows(taxonomy).items():
                if found:
                    connection.execute(tables.LABEL_TABLES[name].insert(), [dict(row) for row in found.values()])
    finally:
        database.close()


def name_it(unfinished: Path, path: Path) -> None:
    """Give a finished file its name without ever replacing another one."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)  # refuses an existing name, which a rename would not
    except FileExistsError:
        raise CannotWrite("the project file exists already", where=path, hint="choose another name") from None
    except OSError:  # a file system without links
        unfinished.rename(path)
