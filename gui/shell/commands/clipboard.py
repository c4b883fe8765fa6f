"""Further commands of the edit menu: choosing all boxes, copying, pasting and placing them."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.placing import Placing
from lidar_label.gui.shell.commands.action import Action, has_chosen, has_frame

_T = QT_TRANSLATE_NOOP


def has_ghosts(desk: Desk) -> bool:
    """Enabled while boxes are to be placed."""
    return bool(desk.ghosts)


COMMANDS: tuple[Action, ...] = (
    Action(id="select-all", menu="edit", text=_T("Actions", "Select all boxes of the frame"), keys=("Ctrl+A",),
           section=True, enabled=has_frame, call=lambda s: Multi.of(s.desk).choose_frame()),
    Action(id="copy-boxes", menu="edit", text=_T("Actions", "Copy the boxes"), keys=("Ctrl+C",), enabled=has_chosen,
           call=lambda s: Placing.of(s.desk).copy()),
    Action(id="paste-boxes", menu="edit", text=_T("Actions", "Paste boxes"), keys=("Ctrl+V",), enabled=has_frame,
           edits=True, call=lambda s: Placing.of(s.desk).paste()),
    Action(id="place-boxes", menu="edit", text=_T("Actions", "Place what is pasted"), keys=("Return", "Enter"),
           enabled=has_ghosts, edits=True, call=lambda s: Placing.of(s.desk).place()),
)  # fmt: skip
