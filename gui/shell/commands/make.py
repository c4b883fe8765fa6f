"""Commands of the box menu that make boxes."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action, has_frame

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="click-box", menu="box", text=_T("Actions", "New box by a click"), keys=("N",),
           tool=_T("Actions", "Click box"), enabled=has_frame, edits=True, checked=lambda d: d.tool == "click",
           call=lambda s: s.desk.set_tool("select" if s.desk.tool == "click" else "click")),
)  # fmt: skip
