"""Further commands of the edit and go menus: comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action, has_scene

if TYPE_CHECKING:
    from lidar_label.gui.shell.comments import CommentsPanel
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _panel(shell: Shell) -> CommentsPanel:
    """Bring the panel of comments up."""
    from lidar_label.gui.shell.comments import CommentsPanel

    shell.docks["comments"].show()
    shell.docks["comments"].raise_()
    panel = shell.panels["comments"]
    assert isinstance(panel, CommentsPanel)  # noqa: S101 - as the table of panels makes it
    return panel


def _write(shell: Shell) -> None:
    """Let a comment be typed; then the keys belong to the views again."""
    _panel(shell).write(shell.views.main.setFocus if shell.views is not None else shell.setFocus)


COMMANDS: tuple[Action, ...] = (
    Action(id="comment", menu="edit", text=_T("Actions", "Write a comment"), keys=("Ctrl+M",), section=True,
           enabled=has_scene, edits=True, call=_write),
    Action(id="next-comment", menu="go", text=_T("Actions", "Next open comment"), keys=("F3",), section=True,
           enabled=has_scene, call=lambda s: _panel(s).go_next()),
)  # fmt: skip
