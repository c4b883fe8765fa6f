"""Further commands of the track menu: carrying a track on by its points, and what the machine is not sure of."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.doubts import accept_sure, step_unsure
from lidar_label.gui.propagating import Propagating
from lidar_label.gui.propagating_many import carry
from lidar_label.gui.shell.commands.action import Action, has_box, has_scene, has_track
from lidar_label.gui.steadying import set_headings, smooth, stand

_T = QT_TRANSLATE_NOOP

# The left hand holds Alt: D and A lead on and back as they do among frames, F says that it is right.
COMMANDS: tuple[Action, ...] = (
    Action(id="carry-on", menu="track", text=_T("Actions", "Carry on by the points"), keys=("Alt+D",), section=True,
           tool=_T("Actions", "Carry on"), enabled=has_track, edits=True,
           call=lambda s: carry(s.desk, +1)),
    Action(id="carry-back", menu="track", text=_T("Actions", "Carry back by the points"), keys=("Alt+A",),
           enabled=has_track, edits=True, call=lambda s: carry(s.desk, -1)),
    Action(id="carry-to-key", menu="track", text=_T("Actions", "Carry on to the next key frame"),
           keys=("Ctrl+Alt+D",), enabled=has_track, edits=True,
           call=lambda s: carry(s.desk, +1, to_key=True)),
    Action(id="accept", menu="track", text=_T("Actions", "The box is right; go on"), keys=("Alt+F",), enabled=has_box,
           edits=True, call=lambda s: Propagating.of(s.desk).accept()),
    Action(id="accept-sure", menu="track", text=_T("Actions", "Accept all boxes but the doubtful ones"),
           keys=("Ctrl+Alt+F",), enabled=has_track, edits=True, call=lambda s: accept_sure(s.desk)),
    Action(id="stand", menu="track", text=_T("Actions", "It stands: one box for all frames"), keys=("Shift+G",),
           section=True, enabled=has_track, edits=True, call=lambda s: stand(s.desk)),
    Action(id="set-headings", menu="track", text=_T("Actions", "Set the headings right by the motion"),
           keys=("Ctrl+H",), enabled=has_track, edits=True, call=lambda s: set_headings(s.desk)),
    Action(id="smooth", menu="track", text=_T("Actions", "Smooth the boxes between key frames"), keys=("Alt+G",),
           enabled=has_track, edits=True, call=lambda s: smooth(s.desk)),
    Action(id="next-unsure", menu="go", text=_T("Actions", "Next doubtful box"), keys=("Alt+.",), section=True,
           enabled=has_scene, call=lambda s: step_unsure(s.desk, +1)),
    Action(id="previous-unsure", menu="go", text=_T("Actions", "Previous doubtful box"), keys=("Alt+,",),
           enabled=has_scene, call=lambda s: step_unsure(s.desk, -1)),
)  # fmt: skip
