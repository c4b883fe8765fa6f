"""The commands of the track menu: what is done to the selected track."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.multi import Multi
from lidar_label.gui.shell.commands.action import Action, has_scene, has_track

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="interpolate", menu="track", text=_T("Actions", "Interpolate between key frames"), keys=("G",),
           tool=_T("Actions", "Interpolate"), enabled=has_track, edits=True,
           call=lambda s: s.desk.interpolate()),
    Action(id="rename", menu="track", text=_T("Actions", "Rename"), keys=("F2",), enabled=has_track, edits=True,
           call=lambda s: s.rename_track()),
    Action(id="find", menu="track", text=_T("Actions", "Find a track"), keys=("Ctrl+F",), enabled=has_scene,
           call=lambda s: s.find_track()),
    Action(id="delete-track", menu="track", text=_T("Actions", "Delete the whole track"), keys=("Shift+Del",),
           section=True, enabled=has_track, edits=True, call=lambda s: Multi.of(s.desk).delete_tracks()),
)  # fmt: skip
