"""The command that opens the preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _preferences(shell: Shell) -> None:
    from lidar_label.gui.shell.preferences import Preferences

    Preferences(shell).open()


COMMANDS: tuple[Action, ...] = (
    Action(id="preferences", menu="edit", text=_T("Actions", "Preferences..."), keys=("Ctrl+,",), section=True,
           call=_preferences),
)  # fmt: skip
