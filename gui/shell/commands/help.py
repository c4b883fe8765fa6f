"""The commands of the help menu: keys, and what this is."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="shortcuts", menu="help", text=_T("Actions", "Keys and mouse"), keys=("F1",),
           call=lambda s: s.asking.show_shortcuts()),
    Action(id="about", menu="help", text=_T("Actions", "About"), call=lambda s: s.asking.show_about()),
)  # fmt: skip
