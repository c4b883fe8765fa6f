"""Further commands of the view menu: how much of the drive the timeline shows."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action, has_frame

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="time-closer", menu="view", text=_T("Actions", "Timeline: look closer at the playhead"),
           keys=("Alt+=",), section=True, enabled=has_frame, call=lambda s: s.timeline.bar.zoom(+3)),
    Action(id="time-farther", menu="view", text=_T("Actions", "Timeline: look from farther"), keys=("Alt+-",),
           enabled=has_frame, call=lambda s: s.timeline.bar.zoom(-3)),
    Action(id="time-whole", menu="view", text=_T("Actions", "Timeline: show the whole drive"), keys=("Alt+0",),
           enabled=has_frame, call=lambda s: s.timeline.bar.zoom(0)),
)  # fmt: skip
