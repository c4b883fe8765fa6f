"""What keys do in the page of all frames of a track; there they stand before the same keys of the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP
PAGE = "cells"
"""The menu that its rows name; no menu bar has it."""
TITLE = _T("Actions", "In all frames of the track (M)")


def _deed(name: str) -> Callable[[Shell], None]:
    def do(shell: Shell) -> None:
        from lidar_label.gui.batch.page import BatchPage

        page = shell.centre.covering
        if isinstance(page, BatchPage):
            page.do(name)

    return do


def _row(name: str, text: str, *keys: str, edits: bool = True) -> Action:
    return Action(id=f"{PAGE}-{name}", menu=PAGE, text=text, keys=keys, edits=edits, call=_deed(name))


def name_of(command: str) -> str:
    """Return the deed of a command, as the page calls it."""
    return command.removeprefix(f"{PAGE}-")


COMMANDS: tuple[Action, ...] = (
    _row("all", _T("Actions", "Select all cells"), "A", "Ctrl+A", edits=False),
    _row("accept", _T("Actions", "Accept, and go to the next cell"), "Return", "Enter"),
    _row("interpolate", _T("Actions", "Interpolate within the selection"), "G"),
    _row("size", _T("Actions", "Give the size of this cell to the others"), "T"),
    _row("fit", _T("Actions", "Fit to the points in each cell"), "F"),
    _row("lay", _T("Actions", "Lay on the points in each cell"), "L"),
    _row("flip", _T("Actions", "Turn the headings of the cells round"), "H"),
    _row("delete", _T("Actions", "Delete the boxes of the cells"), "Del"),
    _row("order", _T("Actions", "Doubtful boxes first, or in time"), "O", edits=False),
    _row("open", _T("Actions", "Open the frame of the cell in the views"), "Ctrl+Return", "Ctrl+Enter", edits=False),
)
