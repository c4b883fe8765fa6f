"""Commands of the box menu that fit a box to its points, and how the side views look at it."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.fitting import Fitting
from lidar_label.gui.shell.commands.action import Action, has_box, has_scene, has_track

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="fit", menu="box", text=_T("Actions", "Fit to the points"), keys=("J",), section=True,
           tool=_T("Actions", "Fit"), enabled=has_box, edits=True, call=lambda s: Fitting.of(s.desk).fit()),
    Action(id="fit-keep", menu="box", text=_T("Actions", "Lay on the points, keep the size"), keys=("Shift+J",),
           enabled=has_box, edits=True, call=lambda s: Fitting.of(s.desk).slide()),
    Action(id="to-ground", menu="box", text=_T("Actions", "Put on the ground"), keys=("K",), enabled=has_box,
           edits=True, call=lambda s: Fitting.of(s.desk).to_ground()),
    Action(id="usual-size", menu="box", text=_T("Actions", "Usual size of the category"), keys=("0",),
           enabled=has_box, edits=True, call=lambda s: Fitting.of(s.desk).usual_size()),
    Action(id="lock-size", menu="box", text=_T("Actions", "One size for the whole track"), keys=("L",), section=True,
           enabled=has_track, edits=True, checked=lambda d: Fitting.of(d).is_locked,
           call=lambda s: Fitting.of(s.desk).toggle_lock()),
    Action(id="flip-track", menu="box", text=_T("Actions", "Turn the heading round in the whole track"),
           keys=("Shift+H",), enabled=has_track, edits=True, call=lambda s: Fitting.of(s.desk).flip_track()),
    Action(id="full-rotation", menu="box", text=_T("Actions", "Pitch and roll, too"), keys=("Ctrl+R",), section=True,
           enabled=has_scene, checked=lambda d: Fitting.of(d).is_full,
           call=lambda s: Fitting.of(s.desk).toggle_full()),
    Action(id="flip-sides", menu="box", text=_T("Actions", "Look from the other side in the side views"),
           keys=("Alt+J",), enabled=has_scene, call=lambda s: Fitting.of(s.desk).flip_view("side", "rear")),
)  # fmt: skip
