"""Several commands as one edit: each sees what those before it did, and one undo takes all back."""

from __future__ import annotations

from dataclasses import dataclass

from lidar_label.edit.commands import Command
from lidar_label.model import Change, Key
from lidar_label.store import ProjectStore


@dataclass(frozen=True, slots=True)
class Together:
    """Do commands one after another as one edit; where one does not fit, none is done."""

    commands: tuple[Command, ...]
    title: str

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return what all of them change in the end, each row once."""
        if len(self.commands) == 1:
            return self.commands[0].changes(store)
        whole: dict[tuple[str, Key], Change | None] = {}
        with store.trial() as make:
            for command in self.commands:
                changes = command.changes(store)
                make(changes)
                for change in changes:
                    row = (change.table, change.key)
                    whole[row] = _joined(whole.get(row), change)
        return tuple(change for change in whole.values() if change is not None)


def _joined(first: Change | None, then: Change) -> Change | None:
    """Return two changes of a row as one; None where the row ends up as it was."""
    before = first.before if first is not None else then.before
    return None if before == then.after else Change(then.table, then.key, before, then.after)
