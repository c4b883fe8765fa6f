"""Joining nuScenes data sets: their tables merged by token, their sensor files under one folder."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.joining import join_trees
from lidar_label.datasets.nuscenes.folder import tables_of
from lidar_label.datasets.nuscenes.rows import Row, read_rows
from lidar_label.datasets.nuscenes.schema import SCHEMA, TableWriter
from lidar_label.errors import CannotWrite
from lidar_label.model import Finding

# What scenes have in common. The rows of the other tables belong to one scene each.
_SHARED = ("attribute", "calibrated_sensor", "category", "log", "map", "sensor", "visibility")


def join_nuscenes(parts: Sequence[Path], folder: Path) -> list[Finding]:
    """Join data sets whose tables are in folders of one name.

    A row that several have under one token is written once, if it is the same. Of the rows that
    belong to one scene no more than eight bytes each are held.

    Raises
    ------
    CannotWrite
        If two rows of a table have one token and are not the same.
    """
    tables = {part: tables_of(part) for part in parts}
    names = {path.name for path in tables.values()}
    if len(names) > 1:
        raise CannotWrite(f"the tables are of several versions: {', '.join(sorted(names))}", where=folder)
    (version,) = names

    def place(_: Path, relative: Path) -> Path | None:
        is_table = relative.parts[0] == version and relative.suffix == ".json" and relative.stem in SCHEMA
        return None if is_table and len(relative.parts) == 2 else relative

    join_trees(parts, folder, place)
    with TableWriter(folder / version) as writer:
        for table in SCHEMA:
            found = (row for part in parts for row in read_rows(tables[part] / f"{table}.json"))
            rows = _shared(table, found) if table in _SHARED else _own(table, found)
            for row in rows:
                writer.add(table, **row)
    return []


def _shared(table: str, rows: Iterator[Row]) -> Iterator[dict[str, Any]]:
    """Yield each row once; a category whose index is taken gets the next free one."""
    known: dict[str, dict[str, Any]] = {}
    names: set[str] = set()
    indices: set[int] = set()
    for row in rows:
        token, values = row.token(), dict(row.values)
        index = values.pop("index", None)
        if token in known:
            if known[token] != values:
                raise _clash(table, token, row)
            continue
        known[token] = values
        if table in ("category", "attribute"):
            if values.get("name") in names:
                raise CannotWrite(f"two rows of {table} are called {values.get('name')!r}", where=row.where)
            names.add(str(values.get("name")))
        if table == "category":
            index = index if isinstance(index, int) and index not in indices else max(indices, default=-1) + 1
            indices.add(index)
            yield {**values, "index": index}
        else:
            yield row.values


def _own(table: str, rows: Iterator[Row]) -> Iterator[dict[str, Any]]:
    """Yield every row; once all have passed, raise if two had one token."""
    seen = array("q")
    for row in rows:
        seen.append(hash(row.token()))
        yield row.values
    hashes = np.sort(np.frombuffer(seen, dtype=np.int64)) if seen else np.zeros(0, dtype=np.int64)
    if (hashes[1:] == hashes[:-1]).any():
        raise CannotWrite(
            f"two scenes have a row of {table} under one token",
            hint="the source names two things alike; convert those scenes to targets of their own",
        )


def _clash(table: str, token: str, row: Row) -> CannotWrite:
    return CannotWrite(f"two scenes have different rows of {table} under token {token}", where=row.where)
