"""The commands of the edit menu: undo, the selection, the clipboard."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.desk import Desk
from lidar_label.gui.placing import Placing
from lidar_label.gui.propagating_many import end_run
from lidar_label.gui.shell.commands.action import Action, has_frame, has_scene

_T = QT_TRANSLATE_NOOP


def _escape(desk: Desk) -> None:
    """End what is under way; with nothing under way, put the tool away or select nothing."""
    if not end_run(desk):
        Placing.of(desk).escape()


COMMANDS: tuple[Action, ...] = (
    Action(id="undo", menu="edit", text=_T("Actions", "Undo"), keys=("Ctrl+Z",), tool=_T("Actions", "Undo"),
           enabled=lambda d: bool(d.undo_title), edits=True, call=lambda s: s.desk.undo()),
    Action(id="redo", menu="edit", text=_T("Actions", "Redo"), keys=("Ctrl+Shift+Z", "Ctrl+Y"),
           tool=_T("Actions", "Redo"), enabled=lambda d: bool(d.redo_title), edits=True,
           call=lambda s: s.desk.redo()),
    Action(id="escape", menu="edit", text=_T("Actions", "Put the tool away, or select nothing"), keys=("Esc",),
           section=True, enabled=has_scene, call=lambda s: _escape(s.desk)),
    Action(id="next-box", menu="edit", text=_T("Actions", "Select the next box"), keys=("Tab",),
           enabled=has_scene, call=lambda s: s.desk.select_next(+1)),
    Action(id="previous-box", menu="edit", text=_T("Actions", "Select the previous box"), keys=("Shift+Tab",),
           enabled=has_scene, call=lambda s: s.desk.select_next(-1)),
    Action(id="copy-place", menu="edit", text=_T("Actions", "Copy the place under the mouse"), keys=("Ctrl+Shift+C",),
           enabled=has_frame, call=lambda s: s.copy_place()),
)  # fmt: skip
