"""Action: one command of the desk as data, and when commands are enabled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication

from lidar_label.gui.desk import Desk

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

CONTEXT = "Actions"


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


def has_track(desk: Desk) -> bool:
    """Enabled while a track is selected."""
    return bool(desk.selected)


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
        In Qt's portable notation; any of them fires it.
    call : callable(Shell)
    enabled : callable(Desk) -> bool
    checked : callable(Desk) -> bool, optional
        Makes it a switch.
    tool : str
        Short text in the tool bar; empty keeps it out.
    section : bool
        Draw a line above it.
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

    @property
    def title(self) -> str:
        """The text in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.text)

    @property
    def tool_title(self) -> str:
        """The text in the tool bar in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.tool)
