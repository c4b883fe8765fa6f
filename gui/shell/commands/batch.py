"""All frames of a track side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action, has_frame

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _toggle(shell: Shell) -> None:
    from lidar_label.gui.batch.page import toggle  # its libraries are not there yet when the window comes up

    toggle(shell.desk, shell.centre, shell.keymap)


COMMANDS: tuple[Action, ...] = (
    Action(id="batch", menu="track", text=_T("Actions", "All frames of the track"), keys=("M",),
           tool=_T("Actions", "All frames"), enabled=has_frame, call=_toggle),
)  # fmt: skip
