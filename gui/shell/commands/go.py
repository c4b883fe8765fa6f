"""The commands of the go menu: the playhead."""

from __future__ import annotations

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.shell.commands.action import Action, has_scene, has_track

_T = QT_TRANSLATE_NOOP

COMMANDS: tuple[Action, ...] = (
    Action(id="next-frame", menu="go", text=_T("Actions", "Next frame"), keys=("D", "Right"), enabled=has_scene,
           call=lambda s: s.desk.step(+1)),
    Action(id="previous-frame", menu="go", text=_T("Actions", "Previous frame"), keys=("A", "Left"),
           enabled=has_scene, call=lambda s: s.desk.step(-1)),
    Action(id="ahead-10", menu="go", text=_T("Actions", "10 frames on"), keys=("PgDown",), enabled=has_scene,
           call=lambda s: s.desk.step(+10)),
    Action(id="back-10", menu="go", text=_T("Actions", "10 frames back"), keys=("PgUp",), enabled=has_scene,
           call=lambda s: s.desk.step(-10)),
    Action(id="first-frame", menu="go", text=_T("Actions", "First frame"), keys=("Home",), enabled=has_scene,
           call=lambda s: s.desk.go_to(0)),
    Action(id="last-frame", menu="go", text=_T("Actions", "Last frame"), keys=("End",), enabled=has_scene,
           call=lambda s: s.desk.go_to(len(s.desk.times_ns) - 1)),
    Action(id="next-key", menu="go", text=_T("Actions", "Next key frame of the track"),
           keys=("Ctrl+Right", "Shift+D"), section=True, enabled=has_track, call=lambda s: s.desk.step_key(+1)),
    Action(id="previous-key", menu="go", text=_T("Actions", "Previous key frame of the track"),
           keys=("Ctrl+Left", "Shift+A"), enabled=has_track, call=lambda s: s.desk.step_key(-1)),
    Action(id="play", menu="go", text=_T("Actions", "Play or stop"), keys=("Space",), section=True,
           enabled=has_scene, call=lambda s: s.desk.play()),
)  # fmt: skip
