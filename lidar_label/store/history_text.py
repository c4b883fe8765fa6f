"""The changes of a patch as compressed JSON, and back; a hostile one is refused."""

from __future__ import annotations

import json
import zlib
from typing import Any

from lidar_label.errors import CannotEdit, InvalidValue, UnreadableFile
from lidar_label.model import Change, Key, Row, Value
from lidar_label.store.tables import LABEL_TABLES

MAX_BYTES = 1 << 30

# What a row of an older version has in the columns it lacks; one that may not be empty is filled by its migration.
_EMPTY: dict[str, Row] = {
    name: {column.name: None for column in table.columns if column.nullable} for name, table in LABEL_TABLES.items()
}


def pack(changes: tuple[Change, ...]) -> bytes:
    """Return changes as bytes: the columns of each table once, then one list a change."""
    columns = {name: [column.name for column in LABEL_TABLES[name].columns] for name in {c.table for c in changes}}

    def values(table: str, row: Row | None) -> list[Value] | None:
        return None if row is None else [row[name] for name in columns[table]]

    rows = [[c.table, list(c.key), values(c.table, c.before), values(c.table, c.after)] for c in changes]
    text = json.dumps({"columns": columns, "changes": rows}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    raw = text.encode()
    if len(raw) > MAX_BYTES:
        raise CannotEdit("the edit is too large for one step", hint="split it: a scene or a few tracks at a time")
    return zlib.compress(raw, 1)


def unpack(content: object, where: str) -> tuple[Change, ...]:
    """Return the changes that `pack` wrote.

    Raises
    ------
    UnreadableFile
        If the bytes are something else, or unpack to more than 1 GiB.
    """
    try:
        if not isinstance(content, bytes):
            raise InvalidValue("no bytes")
        inflate = zlib.decompressobj()
        raw = inflate.decompress(content, MAX_BYTES + 1)
        if len(raw) > MAX_BYTES or not inflate.eof:
            raise InvalidValue("cut off, or too large")
        found: Any = json.loads(raw)
        columns = {str(name): [str(c) for c in names] for name, names in found["columns"].items()}
        return tuple(_change(columns, *entry) for entry in found["changes"])
    except (zlib.error, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableFile(
            f"an entry of the history is damaged: {error}",
            where=where,
            hint="the labels themselves are not touched; this step cannot be undone or redone",
        ) from None


def _change(columns: dict[str, list[str]], table: str, key: list[Any], before: Any, after: Any) -> Change:  # noqa: ANN401
    if table not in LABEL_TABLES:
        raise InvalidValue(f"there is no table {table!r} of labels")
    plain: Key = tuple(part for part in key if isinstance(part, str | int))

    def row(values: list[Value] | None) -> Row | None:
        return None if values is None else {**_EMPTY[table], **dict(zip(columns[table], values, strict=True))}

    return Change(table, plain, row(before), row(after))
