"""Commands on waivers: saying that what a check found is right, and taking that back."""

from __future__ import annotations

from dataclasses import dataclass

from lidar_label.edit.commands import delete, frames_of, insert, need_tracks
from lidar_label.errors import CannotEdit
from lidar_label.model import Change, Waiver
from lidar_label.store import ProjectStore, rows


@dataclass(frozen=True, slots=True)
class AddWaiver:
    """Say why a finding is right as it is."""

    waiver: Waiver
    title: str = "Waive a finding"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the new waiver's row."""
        waiver = self.waiver
        frames = frames_of(store, waiver.scene)
        if waiver.frame is not None and waiver.frame >= frames:
            raise CannotEdit(f"the scene has {frames} frames, 0 to {frames - 1}", where=f"frame {waiver.frame}")
        if waiver.track is not None and need_tracks(store, (waiver.track,))[0]["scene"] != waiver.scene:
            raise CannotEdit("the track is in another scene", where=f"track {waiver.track}")
        return (insert("waiver", rows.waiver_row(waiver)),)


@dataclass(frozen=True, slots=True)
class DeleteWaivers:
    """Take waivers back, so that what they were about is found again."""

    tokens: tuple[str, ...]
    title: str = "Take back a waiver"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the waivers; raise `CannotEdit` where one is not there."""
        wanted = list(dict.fromkeys(self.tokens))
        found = store.find_rows("waiver", "token", wanted)
        missing = set(wanted) - {str(row["token"]) for row in found}
        if missing:
            raise CannotEdit(f"the project has no waiver {min(missing)}", where=store.path)
        return tuple(delete("waiver", row) for row in found)
