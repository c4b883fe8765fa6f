"""Commands of the box menu that give points classes, and draw on the ground."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.segmenting import Segmenting
from lidar_label.gui.shell.commands.action import Action, has_frame

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="paint-points", menu="box", text=_T("Actions", "Paint classes of points"), keys=("Shift+P",),
           section=True, enabled=has_frame, edits=True, checked=lambda d: Segmenting.of(d).is_on,
           call=lambda s: Segmenting.of(s.desk).toggle()),
    Action(id="draw-areas", menu="box", text=_T("Actions", "Draw areas on the ground"), keys=("Shift+K",),
           enabled=has_frame, edits=True, checked=lambda d: Segmenting.of(d).is_on and Segmenting.of(d).brush.as_area,
           call=lambda s: Segmenting.of(s.desk).toggle_areas()),
    Action(id="points-of-boxes", menu="box", text=_T("Actions", "Points in boxes get their class"), keys=("Ctrl+P",),
           enabled=has_frame, edits=True, call=lambda s: Segmenting.of(s.desk).from_boxes()),
    Action(id="copy-points", menu="box", text=_T("Actions", "Copy classes of what stands still to all frames"),
           keys=("Ctrl+Shift+P",), enabled=has_frame, edits=True, call=lambda s: Segmenting.of(s.desk).copy_still()),
)  # fmt: skip
