"""Patch: what one edit changed, row by row, so that it can be applied, undone and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lidar_label.errors import InvalidValue

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
Row = Mapping[str, Value]
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after. `before` None is an insert, `after` None a delete."""

    table: str
    key: Key
    before: Row | None
    after: Row | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise InvalidValue(f"a change of {self.table} {self.key} has neither before nor after")

    @property
    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(self.table, self.key, self.after, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One edit, whole: applied in one transaction, undone in one step.

    Parameters
    ----------
    title : str
        What the person did, for the undo menu.
    changes : tuple of Change
        In the order they are applied.
    author : str
    timestamp_ns : int
        When it was made, Unix time.
    """

    title: str
    changes: tuple[Change, ...]
    author: str = ""
    timestamp_ns: int = 0

    @property
    def inverse(self) -> Patch:
        """The patch that undoes this one: its changes backwards, each turned round."""
        turned = tuple(change.inverse for change in reversed(self.changes))
        return Patch(title=self.title, changes=turned, author=self.author, timestamp_ns=self.timestamp_ns)

    def keys(self, table: str) -> tuple[Key, ...]:
        """Return the keys of one table that it touches."""
        return tuple(dict.fromkeys(change.key for change in self.changes if change.table == table))
