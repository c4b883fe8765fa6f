"""Every command of the desk, declared once: a file each menu. Menus, tool bar, keys and sheet come from here."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands import (
    batch,
    box,
    cameras,
    carry,
    cells,
    clipboard,
    draft,
    edit,
    file,
    finding,
    fit,
    go,
    look,
    make,
    prefs,
    review,
    segment,
    space,
    spans,
    steps,
    surgery,
    talk,
    timeline,
    track,
    view,
)
from lidar_label.gui.shell.commands import help as help_menu
from lidar_label.gui.shell.commands.action import CONTEXT, Action

__all__ = ["ACTIONS", "BY_ID", "CONTEXT", "MENUS", "ON_PAGE", "PAGES", "SHEET_ONLY", "Action"]

MENUS: dict[str, str] = {
    "file": QT_TRANSLATE_NOOP("Actions", "File"),
    "edit": QT_TRANSLATE_NOOP("Actions", "Edit"),
    "box": QT_TRANSLATE_NOOP("Actions", "Box"),
    "track": QT_TRANSLATE_NOOP("Actions", "Track"),
    "review": QT_TRANSLATE_NOOP("Actions", "Review"),
    "go": QT_TRANSLATE_NOOP("Actions", "Go"),
    "view": QT_TRANSLATE_NOOP("Actions", "View"),
    "help": QT_TRANSLATE_NOOP("Actions", "Help"),
}
# Groups of the shortcut sheet that have no menu.
SHEET_ONLY: dict[str, str] = {"": QT_TRANSLATE_NOOP("Actions", "Small steps")}

# One row a menu, in the order of the menu bar; further files of a menu's commands stand behind the first.
_ROOMS = (
    file,
    edit,
    clipboard,
    talk,
    prefs,
    make,
    box,
    fit,
    track,
    carry,
    surgery,
    draft,
    segment,
    batch,
    review,
    go,
    spans,
    view,
    space,
    cameras,
    timeline,
    look,
    finding,
    help_menu,
    steps,
)

ACTIONS: tuple[Action, ...] = tuple(action for room in _ROOMS for action in room.COMMANDS)
# Keys of a page that covers the views: there they stand before the window's, so that both may have the same.
ON_PAGE: tuple[Action, ...] = cells.COMMANDS
PAGES: dict[str, str] = {cells.PAGE: cells.TITLE}
BY_ID: dict[str, Action] = {action.id: action for action in (*ACTIONS, *ON_PAGE)}
