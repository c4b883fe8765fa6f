"""Action: one command of the desk as data, and when commands are enabled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.desk import Desk

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

CONTEXT = "Actions"
_T = QT_TRANSLATE_NOOP

Enabled = Callable[[Desk], bool]


def always(_: Desk) -> bool:
    """Enabled at any time."""
    return True


def has_scene(desk: Desk) -> bool:
    """Enabled while a scene is open."""
    return desk.scene is not None


def has_frame(desk: Desk) -> bool:
    """Enabled while a scene with frames is open."""
    return desk.scene is not None and len(desk.scene.frames) > 0


def has_box(desk: Desk) -> bool:
    """Enabled while a box of this frame is selected."""
    return desk.selected_box is not None


def has_chosen(desk: Desk) -> bool:
    """Enabled while a chosen track has a box in this frame."""
    return bool(desk.chosen_boxes)


def has_movable(desk: Desk) -> bool:
    """Enabled while a box is chosen, or is to be placed."""
    return bool(desk.ghosts or desk.chosen_boxes)


def has_track(desk: Desk) -> bool:
    """Enabled while a track is selected."""
    return bool(desk.selected)


_READ_ONLY = _T("Actions", "the project is open for reading only")
# Why a command cannot be run, by what enables it.
_NEEDS: dict[Enabled, str] = {
    has_scene: _T("Actions", "no drive is open"),
    has_frame: _T("Actions", "no drive with frames is open"),
    has_box: _T("Actions", "no box of this frame is selected"),
    has_chosen: _T("Actions", "no box of this frame is selected"),
    has_movable: _T("Actions", "no box of this frame is selected"),
    has_track: _T("Actions", "no track is selected"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One command of the desk.

    Parameters
    ----------
    id : str
        Unique; what code calls it.
    menu : str
        Id of the menu it stands in; empty for keys that stand in the shortcut sheet alone.
    text : str
        In English; shown through `title`.
    keys : tuple of str
        In Qt's portable notation; any of them fires it. What a person made of them is in `keymap.KeyMap`.
    call : callable(Shell)
    enabled : callable(Desk) -> bool
    checked : callable(Desk) -> bool, optional
        Makes it a switch.
    tool : str
        Short text in the tool bar; empty keeps it out.
    section : bool
        Draw a line above it.
    edits : bool
        It changes labels, so it is not to be had while the project is open for reading only.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    call: Callable[[Shell], object]
    enabled: Enabled = always
    checked: Enabled | None = None
    tool: str = ""
    section: bool = False
    edits: bool = False

    @property
    def title(self) -> str:
        """The text in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.text)

    @property
    def tool_title(self) -> str:
        """The text in the tool bar in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.tool)

    def refusal(self, desk: Desk) -> str | None:
        """Say why it cannot be run now; None where it can, empty where there is nothing to say about it."""
        if self.edits and desk.project is not None and desk.project.session.read_only:
            return QCoreApplication.translate(CONTEXT, _READ_ONLY)
        if self.enabled(desk):
            return None
        needs = _NEEDS.get(self.enabled, "")
        return QCoreApplication.translate(CONTEXT, needs) if needs else ""
