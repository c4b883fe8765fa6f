"""Commands of the view menu for space and time: merged frames, what is left out, measuring, areas, ways of tracks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.commands.action import Action, has_frame, has_scene, has_track

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _whole_track(shell: Shell) -> None:
    from lidar_label.gui.merge.whole import WholeTrack

    WholeTrack.of(shell.desk).toggle()


def _is_whole(desk: Desk) -> bool:
    return bool(desk.whole)


def _crop(shell: Shell) -> None:
    desk = shell.desk
    if desk.clip.region is not None:
        desk.set_clip(replace(desk.clip, region=None))
    else:
        desk.set_tool("select" if desk.tool == "crop" else "crop")


def _isolate(shell: Shell) -> None:
    from lidar_label.gui.merge.isolation import Isolation

    if shell.views is not None:
        Isolation.of(shell.desk).toggle(shell.views)


def _isolatable(desk: Desk) -> bool:
    return desk.clip.isolated or desk.selected_box is not None


def _has_areas(desk: Desk) -> bool:
    from lidar_label.gui.areas import Areas

    return Areas.of(desk).are_shown


def _show_areas(shell: Shell) -> None:
    from lidar_label.gui.areas import Areas

    areas = Areas.of(shell.desk)
    areas.show(not areas.are_shown)


COMMANDS: tuple[Action, ...] = (
    Action(id="merge-frames", menu="view", text=_T("Actions", "Merge frames over time"), keys=("Shift+M",),
           section=True, enabled=has_frame, checked=lambda d: d.merging,
           call=lambda s: s.desk.set_merging(not s.desk.merging)),
    Action(id="merge-track", menu="view", text=_T("Actions", "Edit the track in all its frames at once"),
           keys=("Ctrl+Shift+M",), enabled=has_track, checked=_is_whole, call=_whole_track),
    Action(id="trajectories", menu="view", text=_T("Actions", "Ways of the tracks"), keys=("Shift+T",),
           enabled=has_scene, checked=lambda d: d.trajectories,
           call=lambda s: s.desk.set_trajectories(not s.desk.trajectories)),
    Action(id="areas", menu="view", text=_T("Actions", "Areas on the ground"), keys=("Ctrl+Shift+K",),
           enabled=has_scene, checked=_has_areas, call=_show_areas),
    Action(id="isolate", menu="view", text=_T("Actions", "Show the selected box alone"), keys=("Shift+F",),
           section=True, enabled=_isolatable, checked=lambda d: d.clip.isolated, call=_isolate),
    Action(id="ceiling", menu="view", text=_T("Actions", "Hide what is higher than a height"), keys=("Ctrl+U",),
           enabled=has_scene, checked=lambda d: d.clip.ceiling is not None, call=lambda s: s.desk.toggle_ceiling()),
    Action(id="crop", menu="view", text=_T("Actions", "Show only a region drawn in the top view"),
           keys=("Shift+U",), enabled=has_scene, checked=lambda d: d.clip.region is not None or d.tool == "crop",
           call=_crop),
    Action(id="measure", menu="view", text=_T("Actions", "Measure between two points"), keys=("/",),
           enabled=has_scene, checked=lambda d: d.tool == "measure",
           call=lambda s: s.desk.set_tool("select" if s.desk.tool == "measure" else "measure")),
)  # fmt: skip
