"""The commands of the view menu: what the views show, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.desk import ColorMode, Desk
from lidar_label.gui.look import COLOR_MODES
from lidar_label.gui.shell.commands.action import Action, Enabled, has_box, has_scene

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _color(mode: ColorMode) -> tuple[Callable[[Shell], None], Enabled]:
    return lambda shell: shell.desk.set_color_mode(mode), lambda desk: desk.color_mode == mode


_height, _is_height = _color("height")
_intensity, _is_intensity = _color("intensity")
_track, _is_track = _color("track")
_category, _is_category = _color("category")
_time, _is_time = _color("time")
_camera, _is_camera = _color("camera")


def _choose_field(shell: Shell) -> None:
    from lidar_label.gui.merge.legend import choose_colors

    if shell.views is not None:
        choose_colors(shell.desk, shell.views.main)


def _is_field(desk: Desk) -> bool:
    return desk.color_mode not in COLOR_MODES


COMMANDS: tuple[Action, ...] = (
    Action(id="look-down", menu="view", text=_T("Actions", "Look straight down"), keys=("T",), enabled=has_scene,
           call=lambda s: s.look_down()),
    Action(id="look-home", menu="view", text=_T("Actions", "Look at the vehicle again, from behind and above"),
           keys=("Y",), enabled=has_scene, call=lambda s: s.look_home()),
    Action(id="focus", menu="view", text=_T("Actions", "Focus on the selection"), keys=("F",), enabled=has_box,
           call=lambda s: s.focus_selection()),
    Action(id="color-height", menu="view", text=_T("Actions", "Colour points by height"), keys=("Alt+1",),
           section=True, checked=_is_height, call=_height),
    Action(id="color-intensity", menu="view", text=_T("Actions", "Colour points by intensity"), keys=("Alt+2",),
           checked=_is_intensity, call=_intensity),
    Action(id="color-track", menu="view", text=_T("Actions", "Colour points by track"), keys=("Alt+3",),
           checked=_is_track, call=_track),
    Action(id="color-category", menu="view", text=_T("Actions", "Colour points by category"), keys=("Alt+4",),
           checked=_is_category, call=_category),
    Action(id="color-time", menu="view", text=_T("Actions", "Colour points by time"), keys=("Alt+5",),
           checked=_is_time, call=_time),
    Action(id="color-camera", menu="view", text=_T("Actions", "Colour points by the pictures"), keys=("Alt+6",),
           checked=_is_camera, call=_camera),
    Action(id="color-field", menu="view", text=_T("Actions", "Colour points by a field..."), keys=("Alt+7",),
           enabled=has_scene, checked=_is_field, call=_choose_field),
    Action(id="larger", menu="view", text=_T("Actions", "Larger points"), keys=("Ctrl+=", "Ctrl++"), section=True,
           call=lambda s: s.desk.set_point_size(s.desk.point_size + 1)),
    Action(id="smaller", menu="view", text=_T("Actions", "Smaller points"), keys=("Ctrl+-",),
           call=lambda s: s.desk.set_point_size(s.desk.point_size - 1)),
    Action(id="hide-ground", menu="view", text=_T("Actions", "Hide the ground"), keys=("U",),
           checked=lambda d: d.hide_ground, call=lambda s: s.desk.set_hide_ground(not s.desk.hide_ground)),
    Action(id="image-points", menu="view", text=_T("Actions", "Points in the pictures"), keys=("P",),
           checked=lambda d: d.show_image_points,
           call=lambda s: s.desk.set_show_image_points(not s.desk.show_image_points)),
    Action(id="reset-layout", menu="view", text=_T("Actions", "Put the panels back"), section=True,
           call=lambda s: s.reset_layout()),
)  # fmt: skip
