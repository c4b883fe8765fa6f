"""Further commands of the track menu: surgery. Each opens a dialog that says what will happen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell import surgery_dialogs
from lidar_label.gui.shell.commands.action import Action, has_scene, has_track

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _ask(dialog: type[surgery_dialogs.SurgeryDialog]) -> Callable[[Shell], object]:
    def ask(shell: Shell) -> None:
        shell.desk.stop()
        shell.desk.flush()
        dialog(shell.desk, shell).open()

    return ask


COMMANDS: tuple[Action, ...] = (
    Action(id="merge", menu="track", text=_T("Actions", "Merge with another track"), keys=("Ctrl+J",), section=True,
           enabled=has_track, edits=True, call=_ask(surgery_dialogs.MergeDialog)),
    Action(id="split", menu="track", text=_T("Actions", "Split the track in this frame"), keys=("Ctrl+B",),
           enabled=has_track, edits=True, call=_ask(surgery_dialogs.SplitDialog)),
    Action(id="swap", menu="track", text=_T("Actions", "Swap with another track from this frame on"),
           keys=("Ctrl+Shift+X",), enabled=has_track, edits=True, call=_ask(surgery_dialogs.SwapDialog)),
    Action(id="number", menu="track", text=_T("Actions", "Number the tracks"), keys=("Ctrl+F2",), enabled=has_scene,
           edits=True, call=_ask(surgery_dialogs.NumberDialog)),
)  # fmt: skip
