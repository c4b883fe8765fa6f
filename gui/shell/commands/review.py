"""Further commands of the track and go menus: review."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui import reviewing
from lidar_label.gui.shell.commands.action import Action, has_frame, has_scene, has_track

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="track-labelled", menu="track", text=_T("Actions", "Track is labelled"), section=True,
           enabled=has_track, edits=True, call=lambda s: reviewing.set_track(s.desk, "labelled")),
    Action(id="track-checked", menu="track", text=_T("Actions", "Track is checked"),
           enabled=has_track, edits=True, call=lambda s: reviewing.set_track(s.desk, "checked")),
    Action(id="track-rejected", menu="track", text=_T("Actions", "Track is rejected"),
           enabled=has_track, edits=True, call=lambda s: reviewing.set_track(s.desk, "rejected")),
    Action(id="track-done", menu="track", text=_T("Actions", "Track is done"),
           enabled=has_track, edits=True, call=lambda s: reviewing.set_track(s.desk, "done")),
    Action(id="frame-checked", menu="track", text=_T("Actions", "Frame is checked"), section=True,
           enabled=has_frame, edits=True, call=lambda s: reviewing.set_frame(s.desk, "checked")),
    Action(id="frame-rejected", menu="track", text=_T("Actions", "Frame is rejected"),
           enabled=has_frame, edits=True, call=lambda s: reviewing.set_frame(s.desk, "rejected")),
    Action(id="frame-done", menu="track", text=_T("Actions", "Frame is done"),
           enabled=has_frame, edits=True, call=lambda s: reviewing.set_frame(s.desk, "done")),
    Action(id="next-change", menu="go", text=_T("Actions", "Next box that somebody else changed"), section=True,
           enabled=has_scene, call=lambda s: reviewing.next_change(s.desk)),
)  # fmt: skip
