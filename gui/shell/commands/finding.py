"""Commands that find other things: the palette, a frame by its number, and the table of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action, has_box, has_scene

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _to_fields(shell: Shell) -> None:
    """Go to the first number of the box; Tab goes on to the others, and to its attributes."""
    shell.docks["box"].show()
    shell.docks["box"].raise_()
    shell.box.position[0].setFocus()
    shell.box.position[0].selectAll()


COMMANDS: tuple[Action, ...] = (
    Action(id="palette", menu="help", text=_T("Actions", "Find a command, a track or a frame"), keys=("Ctrl+K",),
           call=lambda s: s.asking.show_palette()),
    Action(id="keys", menu="help", text=_T("Actions", "Keys..."), keys=("Ctrl+Alt+K",),
           call=lambda s: s.asking.show_keys()),
    Action(id="go-to", menu="go", text=_T("Actions", "Go to a frame by its number"), keys=("Ctrl+G",),
           enabled=has_scene, call=lambda s: s.asking.show_palette(":")),
    Action(id="box-fields", menu="box", text=_T("Actions", "Type the numbers of the box"), keys=("F6",),
           enabled=has_box, edits=True, call=_to_fields),
)  # fmt: skip
