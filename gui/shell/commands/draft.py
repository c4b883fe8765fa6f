"""Further commands of the track menu: drafts by machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action, has_frame

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _draft(shell: Shell) -> None:
    from lidar_label.gui.drafting import draft_with_model

    draft_with_model(shell, shell.desk)


COMMANDS: tuple[Action, ...] = (
    Action(id="draft-model", menu="track", text=_T("Actions", "Draft tracks with a model..."), section=True,
           enabled=has_frame, edits=True, call=_draft),
)  # fmt: skip
