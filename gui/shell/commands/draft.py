"""Further commands of the track menu: drafts by machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action, has_frame

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _draft_points(shell: Shell) -> None:
    from lidar_label.gui.drafting_points import draft_by_points

    draft_by_points(shell, shell.desk)


def _draft(shell: Shell) -> None:
    from lidar_label.gui.drafting import draft_with_model

    draft_with_model(shell, shell.desk)


def _draft_found(shell: Shell) -> None:
    from lidar_label.gui.drafting_found import draft_from_file

    draft_from_file(shell, shell.desk)


def _lift(shell: Shell) -> None:
    from lidar_label.gui.drafting_flat import lift_from_file

    lift_from_file(shell, shell.desk)


COMMANDS: tuple[Action, ...] = (
    Action(id="draft-points", menu="track", text=_T("Actions", "Draft tracks from the points..."), section=True,
           enabled=has_frame, edits=True, call=_draft_points),
    Action(id="draft-model", menu="track", text=_T("Actions", "Draft tracks with a model..."),
           enabled=has_frame, edits=True, call=_draft),
    Action(id="draft-found", menu="track", text=_T("Actions", "Draft tracks from detections..."),
           enabled=has_frame, edits=True, call=_draft_found),
    Action(id="lift-flat", menu="track", text=_T("Actions", "Lift 2D labels to boxes..."),
           enabled=has_frame, edits=True, call=_lift),
)  # fmt: skip
