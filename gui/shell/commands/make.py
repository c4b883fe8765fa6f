"""Commands of the box menu that make boxes."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.making import Maker
from lidar_label.gui.shell.commands.action import Action, has_box, has_frame

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="click-box", menu="box", text=_T("Actions", "New box by a click"), keys=("N",),
           tool=_T("Actions", "Click box"), enabled=has_frame, edits=True, checked=lambda d: d.tool == "click",
           call=lambda s: s.desk.set_tool("select" if s.desk.tool == "click" else "click")),
    Action(id="other-answer", menu="box", text=_T("Actions", "Another box for the same click"), keys=("Alt+T",),
           enabled=has_box, edits=True, call=lambda s: Maker.of(s.desk).other()),
)  # fmt: skip
