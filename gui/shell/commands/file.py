"""The commands of the file menu: opening, exporting, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.commands.action import Action, has_frame, has_scene
from lidar_label.gui.shell.commands.cameras import export_pictures, has_cameras

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _is_left(desk: Desk) -> bool:
    """Whether the project is open for reading only, and whoever had it is gone."""
    return desk.project is not None and desk.project.session.read_only and desk.project.is_free


def _try_conventions(shell: Shell) -> None:
    from lidar_label.gui.conventions import try_conventions

    try_conventions(shell, shell.desk)


def _open_as_one(shell: Shell) -> None:
    from lidar_label.gui.whole_drive import open_as_one

    open_as_one(shell.desk, lambda path: shell.settings.add_recent(path))


COMMANDS: tuple[Action, ...] = (
    Action(id="open-folder", menu="file", text=_T("Actions", "Open a drive's folder..."), keys=("Ctrl+O",),
           tool=_T("Actions", "Open"), call=lambda s: s.asking.open_folder()),
    Action(id="open-project", menu="file", text=_T("Actions", "Open a project file..."), keys=("Ctrl+Shift+O",),
           call=lambda s: s.asking.open_project()),
    Action(id="open-as-one", menu="file", text=_T("Actions", "Open the drive as one cloud"), enabled=has_frame,
           call=_open_as_one),
    Action(id="export", menu="file", text=_T("Actions", "Export labels..."), keys=("Ctrl+E",), section=True,
           tool=_T("Actions", "Export"), enabled=has_scene, call=lambda s: s.asking.export()),
    Action(id="export-pictures", menu="file", text=_T("Actions", "Export pictures with boxes..."),
           enabled=has_cameras, call=export_pictures),
    Action(id="import-report", menu="file", text=_T("Actions", "Import report..."),
           call=lambda s: s.asking.import_report()),
    Action(id="conventions", menu="file", text=_T("Actions", "What can the data mean?..."), enabled=has_frame,
           call=_try_conventions),
    Action(id="take-over", menu="file", text=_T("Actions", "Take over"), enabled=_is_left,
           call=lambda s: s.standing.take_over()),
    Action(id="quit", menu="file", text=_T("Actions", "Quit"), keys=("Ctrl+Q",), section=True,
           call=lambda s: s.quit()),
)  # fmt: skip
