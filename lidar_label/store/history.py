"""The log of edits: what was done, what is undone, and what can no longer come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select

from lidar_label.model import Patch
from lidar_label.store.history_text import pack, unpack
from lidar_label.store.tables import patch as table
from lidar_label.store.values import HistoryEntry, State

Entry = Mapping[str, Any]
Choice = Callable[[Connection, bool], Entry | None]
_BRIEF = (table.c.seq, table.c.state, table.c.title, table.c.author, table.c.timestamp_ns, table.c.changes)


def record(connection: Connection, patch: Patch) -> None:
    """Add an edit; those that were undone can no longer be redone."""
    connection.execute(table.update().where(table.c.state == "undone").values(state="discarded"))
    connection.execute(
        table.insert().values(
            state="done",
            title=patch.title,
            author=patch.author,
            timestamp_ns=patch.timestamp_ns,
            changes=len(patch.changes),
            content=pack(patch.changes),
        )
    )


def last_done(connection: Connection, whole: bool) -> Entry | None:
    """Return the edit that undo takes back, with its content if `whole`."""
    query = _columns(whole).where(table.c.state == "done").order_by(table.c.seq.desc())
    return _first(connection, query)


def first_undone(connection: Connection, whole: bool) -> Entry | None:
    """Return the edit that redo makes again, with its content if `whole`."""
    query = _columns(whole).where(table.c.state == "undone").order_by(table.c.seq)
    return _first(connection, query)


def set_state(connection: Connection, seq: int, state: State) -> None:
    """Move an edit between done and undone."""
    connection.execute(table.update().where(table.c.seq == seq).values(state=state))


def patch_of(row: Entry, path: Path) -> Patch:
    """Return the edit of a whole row; raise `UnreadableFile` where its content is damaged."""
    return Patch(
        title=str(row["title"]),
        changes=unpack(row["content"], f"{path}, table patch, row {row['seq']}"),
        author=str(row["author"]),
        timestamp_ns=row["timestamp_ns"],
    )


def entries(connection: Connection, limit: int) -> tuple[HistoryEntry, ...]:
    """Return the newest edits, the newest first."""
    found = connection.execute(_columns(False).order_by(table.c.seq.desc()).limit(limit)).mappings()
    return tuple(HistoryEntry(**row) for row in found)


def box_authors(connection: Connection, path: Path) -> dict[str, str]:
    """Return who last wrote each box, by the box's token, as far as the edits that stand say."""
    query = _columns(True).where(table.c.state == "done").order_by(table.c.seq)
    authors: dict[str, str] = {}
    for row in connection.execute(query).mappings():
        if row["author"]:
            for change in patch_of(dict(row), path).changes:
                if change.table == "box" and change.after is not None:
                    authors[str(change.after["token"])] = str(row["author"])
    return authors


def _columns(whole: bool) -> Select[Any]:
    return select(*_BRIEF, table.c.content) if whole else select(*_BRIEF)


def _first(connection: Connection, query: Select[Any]) -> Entry | None:
    row = connection.execute(query.limit(1)).mappings().first()
    return None if row is None else dict(row)
