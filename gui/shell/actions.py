"""Actions: every command of the desk, declared once. Menus, tool bar and shortcut sheet come from here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.desk import ColorMode, Desk

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

CONTEXT = "Actions"


Enabled = Callable[[Desk], bool]


def always(_: Desk) -> bool:
    """Enabled at any time."""
    return True


def has_scene(desk: Desk) -> bool:
    """Enabled while a scene is open."""
    return desk.scene is not None


def has_frame(desk: Desk) -> bool:
    """Enabled while a scene with frames is open."""
    return desk.scene is not None and len(desk.scene.frames) > 0


def has_box(desk: Desk) -> bool:
    """Enabled while a box of this frame is selected."""
    return desk.selected_box is not None


def has_track(desk: Desk) -> bool:
    """Enabled while a track is selected."""
    return bool(desk.selected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One command of the desk.

    Parameters
    ----------
    id : str
        Unique; what code calls it.
    menu : str
        Id of the menu it stands in; empty for keys that stand in the shortcut sheet alone.
    text : str
        In English; shown through `title`.
    keys : tuple of str
        In Qt's portable notation; any of them fires it.
    call : callable(Shell)
    enabled : callable(Desk) -> bool
    checked : callable(Desk) -> bool, optional
        Makes it a switch.
    tool : str
        Short text in the tool bar; empty keeps it out.
    section : bool
        Draw a line above it.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    call: Callable[[Shell], object]
    enabled: Enabled = always
    checked: Enabled | None = None
    tool: str = ""
    section: bool = False

    @property
    def title(self) -> str:
        """The text in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.text)

    @property
    def tool_title(self) -> str:
        """The text in the tool bar in the language in use."""
        return QCoreApplication.translate(CONTEXT, self.tool)


MENUS: dict[str, str] = {
    "file": QT_TRANSLATE_NOOP("Actions", "File"),
    "edit": QT_TRANSLATE_NOOP("Actions", "Edit"),
    "box": QT_TRANSLATE_NOOP("Actions", "Box"),
    "track": QT_TRANSLATE_NOOP("Actions", "Track"),
    "go": QT_TRANSLATE_NOOP("Actions", "Go"),
    "view": QT_TRANSLATE_NOOP("Actions", "View"),
    "help": QT_TRANSLATE_NOOP("Actions", "Help"),
}
# Groups of the shortcut sheet that have no menu.
SHEET_ONLY: dict[str, str] = {"": QT_TRANSLATE_NOOP("Actions", "Small steps")}

_T = QT_TRANSLATE_NOOP


def _color(mode: ColorMode) -> tuple[Callable[[Shell], None], Enabled]:
    return lambda shell: shell.desk.set_color_mode(mode), lambda desk: desk.color_mode == mode


_height, _is_height = _color("height")
_intensity, _is_intensity = _color("intensity")
_track, _is_track = _color("track")

_COMMANDS: tuple[Action, ...] = (
    Action(id="open-folder", menu="file", text=_T("Actions", "Open a drive's folder..."), keys=("Ctrl+O",),
           tool=_T("Actions", "Open"), call=lambda s: s.open_folder()),
    Action(id="open-project", menu="file", text=_T("Actions", "Open a project file..."), keys=("Ctrl+Shift+O",),
           call=lambda s: s.open_project()),
    Action(id="export", menu="file", text=_T("Actions", "Export labels..."), keys=("Ctrl+E",), section=True,
           tool=_T("Actions", "Export"), enabled=has_scene, call=lambda s: s.export()),
    Action(id="import-report", menu="file", text=_T("Actions", "Import report..."), call=lambda s: s.import_report()),
    Action(id="quit", menu="file", text=_T("Actions", "Quit"), keys=("Ctrl+Q",), section=True,
           call=lambda s: s.quit()),
    Action(id="undo", menu="edit", text=_T("Actions", "Undo"), keys=("Ctrl+Z",), tool=_T("Actions", "Undo"),
           enabled=lambda d: bool(d.undo_title), call=lambda s: s.desk.undo()),
    Action(id="redo", menu="edit", text=_T("Actions", "Redo"), keys=("Ctrl+Shift+Z", "Ctrl+Y"),
           tool=_T("Actions", "Redo"), enabled=lambda d: bool(d.redo_title), call=lambda s: s.desk.redo()),
    Action(id="escape", menu="edit", text=_T("Actions", "Put the tool away, or select nothing"), keys=("Esc",),
           section=True, enabled=has_scene, call=lambda s: s.desk.escape()),
    Action(id="next-box", menu="edit", text=_T("Actions", "Select the next box"), keys=("Tab",),
           enabled=has_scene, call=lambda s: s.desk.select_next(+1)),
    Action(id="previous-box", menu="edit", text=_T("Actions", "Select the previous box"), keys=("Shift+Tab",),
           enabled=has_scene, call=lambda s: s.desk.select_next(-1)),
    Action(id="draw-box", menu="box", text=_T("Actions", "Draw a box"), keys=("B",), tool=_T("Actions", "Draw box"),
           enabled=has_frame, checked=lambda d: d.tool == "box",
           call=lambda s: s.desk.set_tool("select" if s.desk.tool == "box" else "box")),
    Action(id="flip", menu="box", text=_T("Actions", "Turn the heading round"), keys=("H",),
           tool=_T("Actions", "Flip"), enabled=has_box, call=lambda s: s.desk.flip()),
    Action(id="copy-next", menu="box", text=_T("Actions", "Copy to the next frame"), keys=("C",),
           tool=_T("Actions", "Copy on"), enabled=has_box, call=lambda s: s.desk.copy_to_next()),
    Action(id="delete-box", menu="box", text=_T("Actions", "Delete the box in this frame"), keys=("Del",),
           section=True, enabled=has_box, call=lambda s: s.desk.delete_box()),
    Action(id="interpolate", menu="track", text=_T("Actions", "Interpolate between key frames"), keys=("G",),
           tool=_T("Actions", "Interpolate"), enabled=has_track, call=lambda s: s.desk.interpolate()),
    Action(id="rename", menu="track", text=_T("Actions", "Rename"), keys=("F2",), enabled=has_track,
           call=lambda s: s.rename_track()),
    Action(id="find", menu="track", text=_T("Actions", "Find a track"), keys=("Ctrl+F",), enabled=has_scene,
           call=lambda s: s.find_track()),
    Action(id="delete-track", menu="track", text=_T("Actions", "Delete the whole track"), keys=("Shift+Del",),
           section=True, enabled=has_track, call=lambda s: s.desk.delete_track()),
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
    Action(id="next-key", menu="go", text=_T("Actions", "Next key frame of the track"), keys=("Ctrl+Right",),
           section=True, enabled=has_track, call=lambda s: s.desk.step_key(+1)),
    Action(id="previous-key", menu="go", text=_T("Actions", "Previous key frame of the track"), keys=("Ctrl+Left",),
           enabled=has_track, call=lambda s: s.desk.step_key(-1)),
    Action(id="play", menu="go", text=_T("Actions", "Play or stop"), keys=("Space",), section=True,
           enabled=has_scene, call=lambda s: s.desk.play()),
    Action(id="look-down", menu="view", text=_T("Actions", "Look straight down"), keys=("T",), enabled=has_scene,
           call=lambda s: s.look_down()),
    Action(id="look-home", menu="view", text=_T("Actions", "Look from behind the vehicle"), keys=("Y",),
           enabled=has_scene, call=lambda s: s.look_home()),
    Action(id="focus", menu="view", text=_T("Actions", "Focus on the selection"), keys=("F",), enabled=has_box,
           call=lambda s: s.focus_selection()),
    Action(id="color-height", menu="view", text=_T("Actions", "Colour points by height"), keys=("Alt+1",),
           section=True, checked=_is_height, call=_height),
    Action(id="color-intensity", menu="view", text=_T("Actions", "Colour points by intensity"), keys=("Alt+2",),
           checked=_is_intensity, call=_intensity),
    Action(id="color-track", menu="view", text=_T("Actions", "Colour points by track"), keys=("Alt+3",),
           checked=_is_track, call=_track),
    Action(id="larger", menu="view", text=_T("Actions", "Larger points"), keys=("Ctrl+=", "Ctrl++"), section=True,
           call=lambda s: s.desk.set_point_size(s.desk.point_size + 1)),
    Action(id="smaller", menu="view", text=_T("Actions", "Smaller points"), keys=("Ctrl+-",),
           call=lambda s: s.desk.set_point_size(s.desk.point_size - 1)),
    Action(id="copy-place", menu="edit", text=_T("Actions", "Copy the place under the mouse"), keys=("Ctrl+Shift+C",),
           enabled=has_frame, call=lambda s: s.copy_place()),
    Action(id="hide-ground", menu="view", text=_T("Actions", "Hide the ground in 3D"), keys=("U",),
           checked=lambda d: d.hide_ground, call=lambda s: s.desk.set_hide_ground(not s.desk.hide_ground)),
    Action(id="image-points", menu="view", text=_T("Actions", "Points in the pictures"), keys=("P",),
           checked=lambda d: d.show_image_points,
           call=lambda s: s.desk.set_show_image_points(not s.desk.show_image_points)),
    Action(id="reset-layout", menu="view", text=_T("Actions", "Put the panels back"), section=True,
           call=lambda s: s.reset_layout()),
    Action(id="shortcuts", menu="help", text=_T("Actions", "Keys and mouse"), keys=("F1",),
           call=lambda s: s.show_shortcuts()),
    Action(id="about", menu="help", text=_T("Actions", "About"), call=lambda s: s.show_about()),
)  # fmt: skip

# The left hand rests on W A S D: A and D are frames; around them lie the steps of the selected box.
# With Shift a step is a fifth. Sizes are under the right hand, where the mouse is put down anyway.
_STEPS: tuple[tuple[str, str, str, dict[str, float]], ...] = (
    ("forward", _T("Actions", "Move forward 10 cm (Shift: 2 cm)"), "W", {"dx": 0.1}),
    ("back", _T("Actions", "Move back"), "S", {"dx": -0.1}),
    ("left", _T("Actions", "Move to its left"), "Z", {"dy": 0.1}),
    ("right", _T("Actions", "Move to its right"), "X", {"dy": -0.1}),
    ("up", _T("Actions", "Move up"), "R", {"dz": 0.1}),
    ("down", _T("Actions", "Move down"), "V", {"dz": -0.1}),
    ("turn-left", _T("Actions", "Turn left 2 degrees (Shift: 0.4)"), "Q", {"dyaw": math.radians(2)}),
    ("turn-right", _T("Actions", "Turn right"), "E", {"dyaw": -math.radians(2)}),
)
_SIZES: tuple[tuple[str, str, str, dict[str, float]], ...] = (
    ("longer", _T("Actions", "Longer, 5 cm"), "]", {"dl": 0.05}),
    ("shorter", _T("Actions", "Shorter"), "[", {"dl": -0.05}),
    ("wider", _T("Actions", "Wider, 5 cm"), "'", {"dw": 0.05}),
    ("narrower", _T("Actions", "Narrower"), ";", {"dw": -0.05}),
    ("taller", _T("Actions", "Taller, 5 cm"), "=", {"dh": 0.05}),
    ("lower", _T("Actions", "Lower"), "-", {"dh": -0.05}),
)


def _nudges() -> Iterator[Action]:
    for name, text, key, step in (*_STEPS, *_SIZES):
        yield Action(id=name, menu="", text=text, keys=(key,), enabled=has_box, call=_nudge(step, 1.0))
        if (name, text, key, step) in _STEPS:
            fine = _nudge(step, 0.2)
            yield Action(
                id=f"{name}-fine", menu="hidden", text=text, keys=(f"Shift+{key}",), enabled=has_box, call=fine
            )


def _nudge(step: dict[str, float], factor: float) -> Callable[[Shell], None]:
    scaled = {name: value * factor for name, value in step.items()}
    return lambda shell: shell.desk.nudge(**scaled)


def _pick_category(place: int) -> Callable[[Shell], None]:
    def pick(shell: Shell) -> None:
        categories = shell.desk.taxonomy.categories
        if place < len(categories):
            shell.desk.set_category(categories[place].name)

    return pick


def _categories() -> Iterator[Action]:
    for place in range(9):
        text = _T("Actions", "Category by its number (1 to 9)")
        menu = "" if place == 0 else "hidden"
        call = _pick_category(place)
        yield Action(
            id=f"category-{place + 1}", menu=menu, text=text, keys=(str(place + 1),), enabled=has_scene, call=call
        )


ACTIONS: tuple[Action, ...] = (*_COMMANDS, *_nudges(), *_categories())
BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
