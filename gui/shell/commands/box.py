"""The commands of the box menu: what is done to the selected box."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.multi import Multi
from lidar_label.gui.shell.commands.action import Action, has_box, has_chosen, has_frame

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="draw-box", menu="box", text=_T("Actions", "Draw a box"), keys=("B",), tool=_T("Actions", "Draw box"),
           enabled=has_frame, edits=True, checked=lambda d: d.tool == "box",
           call=lambda s: s.desk.set_tool("select" if s.desk.tool == "box" else "box")),
    Action(id="flip", menu="box", text=_T("Actions", "Turn the heading round"), keys=("H",),
           tool=_T("Actions", "Flip"), enabled=has_box, edits=True, call=lambda s: s.desk.flip()),
    Action(id="copy-next", menu="box", text=_T("Actions", "Copy to the next frame"), keys=("C",),
           tool=_T("Actions", "Copy on"), enabled=has_box, edits=True, call=lambda s: s.desk.copy_to_next()),
    Action(id="delete-box", menu="box", text=_T("Actions", "Delete the box in this frame"), keys=("Del",),
           section=True, enabled=has_chosen, edits=True, call=lambda s: Multi.of(s.desk).delete_boxes()),
)  # fmt: skip
