"""Apply changes to rows, each only where its row is still what the change says it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, select

from lidar_label.errors import CannotEdit
from lidar_label.model import Change, Key, Row
from lidar_label.store.rows import check_row, key_of
from lidar_label.store.tables import LABEL_TABLES

CHUNK = 400  # rows named in one question, below every database's limit on parameters

_DELETE, _UPDATE, _INSERT = range(3)


class Conflict(Exception):
    """A row is not what a change says it was; caught where the transaction ends, never seen outside."""


def check_changes(changes: Sequence[Change]) -> None:
    """Raise `CannotEdit` for an unknown table, a malformed row, or two changes of one row."""
    seen: set[tuple[str, Key]] = set()
    for change in changes:
        if change.table not in LABEL_TABLES:
            raise CannotEdit(f"there is no table {change.table!r} of labels")
        if (change.table, change.key) in seen:
            raise CannotEdit("one edit changes one row twice", where=f"table {change.table}, row {change.key}")
        seen.add((change.table, change.key))
        for row in (change.before, change.after):
            if row is not None:
                check_row(change.table, change.key, row)


def write(connection: Connection, changes: Iterable[Change]) -> None:
    """Make every change, in the transaction the connection is in.

    Each row is changed once, so their order does not matter: rows that go leave before others
    come, which may take over their tokens. References are checked at the end of the transaction.

    Raises
    ------
    Conflict
        If a row is not exactly what its change has as `before`; the transaction must be undone.
    """
    groups: dict[tuple[int, str], list[Change]] = defaultdict(list)
    for change in changes:
        for step in _steps(change):
            groups[step, change.table].append(change)
    for (step, name), group in sorted(groups.items(), key=lambda item: item[0][0]):
        table = LABEL_TABLES[name]
        statement: Any
        if step == _INSERT:
            connection.execute(table.insert(), [dict(change.after or {}) for change in group])
            continue
        if step == _UPDATE:
            news = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in table.columns}
            statement = table.update().where(_unchanged(table)).values(news)
        else:
            statement = table.delete().where(_unchanged(table))
        done = connection.execute(statement, [_parameters(change) for change in group])
        if done.rowcount != len(group):
            raise Conflict


def _steps(change: Change) -> tuple[int, ...]:
    """Return when a change is made: _DELETE, _UPDATE or _INSERT.

    A row that gets another token leaves and comes back, so that two rows can trade theirs.
    """
    if change.before is None:
        return (_INSERT,)
    if change.after is None:
        return (_DELETE,)
    return (_UPDATE,) if change.before.get("token") == change.after.get("token") else (_DELETE, _INSERT)


def _unchanged(table: Table) -> ColumnElement[bool]:
    """The condition that a row is what it was, column by column."""
    parts: list[ColumnElement[bool]] = []
    for column in table.columns:
        old = bindparam(f"old_{column.name}", type_=column.type)
        parts.append(column.is_not_distinct_from(old) if column.nullable else column == old)
    return and_(*parts)


def _parameters(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {f"old_{name}": value for name, value in (change.before or {}).items()}
    found.update({f"new_{name}": value for name, value in (change.after or {}).items()})
    return found


def first_conflict(connection: Connection, changes: Iterable[Change], otherwise: CannotEdit | None) -> CannotEdit:
    """Say which row stands in the way of the changes; `otherwise` is the answer where none does."""
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
    for name, group in by_table.items():
        current = rows_by_key(connection, name, [change.key for change in group])
        for change in group:
            row = current.get(change.key)
            if row == change.before:
                continue
            what = "is there already" if change.before is None else "is gone" if row is None else "is not what it was"
            return CannotEdit(
                f"{_spoken(name, change.key)} {what}",
                hint="somebody else changed it meanwhile; look at it again and repeat the edit",
            )
    return otherwise or CannotEdit("the labels changed while the edit was made", hint="repeat the edit")


def _spoken(table: str, key: Key) -> str:
    if table == "box":
        return f"the box of track {key[0]} in frame {key[1]}"
    return f"{table} {key[0]}"


def rows_by_key(connection: Connection, name: str, keys: Sequence[Key]) -> dict[Key, Row]:
    """Return the rows that exist under the given primary keys."""
    table = LABEL_TABLES[name]
    first, *rest = table.primary_key.columns  # one column, or (track, frame) for a box
    groups: dict[Any, list[Any]] = defaultdict(list)
    for key in keys:
        groups[key[0] if rest else None].append(key[-1])
    found: dict[Key, Row] = {}
    for head, tails in groups.items():
        for start in range(0, len(tails), CHUNK):
            query = select(table).where((rest[0] if rest else first).in_(tails[start : start + CHUNK]))
            if rest:  # asked as pairs, SQLite would scan the whole table
                query = query.where(first == head)
            for row in connection.execute(query).mappings():
                plain: Row = dict(row)
                found[key_of(name, plain)] = plain
    return found
