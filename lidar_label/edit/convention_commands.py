"""The command that says what a scene of a project is meant as."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lidar_label.edit.commands import differences
from lidar_label.errors import CannotEdit
from lidar_label.model import Box, Change, Key, Row
from lidar_label.store import ProjectStore, SceneRef, rows


@dataclass(frozen=True, slots=True)
class SetReading:
    """Say anew how a scene's data is read, and with it where its boxes are: one step to undo.

    `options` is what the reader is told, as `SceneRef.options` has it; `boxes` are those of the scene as they are then.
    """

    ref: SceneRef
    options: str
    boxes: tuple[Box, ...]
    title: str = "Set what the data means"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the scene's row and those of the boxes that move."""
        found = store.find_rows("scene", "token", (self.ref.token,))
        if not found:
            raise CannotEdit(f"the project has no scene {self.ref.name}", where=store.path)
        after = rows.scene_row(replace(self.ref, options=self.options))
        current = store.box_rows([(box.track, box.frame) for box in self.boxes])
        wanted: dict[Key, Row] = {(box.track, box.frame): rows.box_row(box, self.ref.token) for box in self.boxes}
        moved = differences("box", current, wanted)
        if found[0] == after:
            return moved
        return (Change("scene", rows.key_of("scene", found[0]), found[0], after), *moved)
