"""Where a track begins and ends, and the ways to what is not checked and to what a rule finds."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui import spans
from lidar_label.gui.findings import Findings
from lidar_label.gui.shell.commands.action import Action, has_scene, has_track

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="begin-here", menu="track", text=_T("Actions", "Begin the track in this frame"), keys=("I",),
           section=True, enabled=has_track, edits=True, call=lambda s: spans.begin_here(s.desk)),
    Action(id="end-here", menu="track", text=_T("Actions", "End the track in this frame"), keys=("O",),
           enabled=has_track, edits=True, call=lambda s: spans.end_here(s.desk)),
    Action(id="next-unchecked", menu="go", text=_T("Actions", "Next box that nobody has checked"), keys=(".",),
           section=True, enabled=has_scene, call=lambda s: spans.step_unchecked(s.desk, +1)),
    Action(id="previous-unchecked", menu="go", text=_T("Actions", "Previous box that nobody has checked"),
           keys=(",",), enabled=has_scene, call=lambda s: spans.step_unchecked(s.desk, -1)),
    Action(id="next-finding", menu="go", text=_T("Actions", "Next finding of the checks"), keys=("F4",),
           enabled=has_scene, call=lambda s: Findings.of(s.desk).go_next(s.centre.strip.note)),
    Action(id="previous-finding", menu="go", text=_T("Actions", "Previous finding of the checks"), keys=("Shift+F4",),
           enabled=has_scene, call=lambda s: Findings.of(s.desk).go_next(s.centre.strip.note, -1)),
)  # fmt: skip
