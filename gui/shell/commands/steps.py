"""Small steps of the selected box under single keys, and categories by their number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.multi import Multi
from lidar_label.gui.placing import Placing
from lidar_label.gui.shell.commands.action import Action, has_movable, has_scene

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP

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
# One side of the box, as a drag of its handle moves it: with Alt outwards, with Ctrl+Alt inwards, on the keys above.
_OUT: tuple[tuple[str, str, str, str, dict[str, float]], ...] = (
    ("front", _T("Actions", "Front side out, 5 cm (Ctrl+Alt: in)"), _T("Actions", "Front side in, 5 cm"), "W",
     {"dl": 0.05, "dx": 0.025}),
    ("rear", _T("Actions", "Rear side out"), _T("Actions", "Rear side in"), "S", {"dl": 0.05, "dx": -0.025}),
    ("left-side", _T("Actions", "Left side out"), _T("Actions", "Left side in"), "Z", {"dw": 0.05, "dy": 0.025}),
    ("right-side", _T("Actions", "Right side out"), _T("Actions", "Right side in"), "X", {"dw": 0.05, "dy": -0.025}),
    ("top", _T("Actions", "Top up"), _T("Actions", "Top down"), "R", {"dh": 0.05}),
    ("bottom", _T("Actions", "Bottom down"), _T("Actions", "Bottom up"), "V", {"dh": 0.05, "dz": -0.05}),
)  # fmt: skip
_TURNS: tuple[tuple[str, str, str, dict[str, float]], ...] = (
    ("turn-left-90", _T("Actions", "Turn left 90 degrees"), "Alt+Q", {"dyaw": math.radians(90)}),
    ("turn-right-90", _T("Actions", "Turn right 90 degrees"), "Alt+E", {"dyaw": -math.radians(90)}),
)


def _nudges() -> Iterator[Action]:
    for name, text, key, step in (*_STEPS, *_SIZES):
        yield Action(id=name, menu="", text=text, keys=(key,), enabled=has_movable, edits=True, call=_nudge(step, 1.0))
        if (name, text, key, step) in _STEPS:
            fine = _nudge(step, 0.2)
            yield Action(id=f"{name}-fine", menu="hidden", text=text, keys=(f"Shift+{key}",), enabled=has_movable,
                         edits=True, call=fine)  # fmt: skip


def _sides() -> Iterator[Action]:
    for name, out, inwards, key, step in _OUT:
        yield Action(id=f"{name}-out", menu="", text=out, keys=(f"Alt+{key}",), enabled=has_movable, edits=True,
                     call=_nudge(step, 1.0))  # fmt: skip
        yield Action(id=f"{name}-in", menu="", text=inwards, keys=(f"Ctrl+Alt+{key}",), enabled=has_movable, edits=True,
                     call=_nudge(step, -1.0))  # fmt: skip
    for name, text, key, step in _TURNS:
        yield Action(id=name, menu="", text=text, keys=(key,), enabled=has_movable, edits=True, call=_nudge(step, 1.0))


def _nudge(step: dict[str, float], factor: float) -> Callable[[Shell], None]:
    scaled = {name: value * factor for name, value in step.items()}
    return lambda shell: Placing.of(shell.desk).nudge(**scaled)


def _pick_category(place: int) -> Callable[[Shell], None]:
    def pick(shell: Shell) -> None:
        categories = shell.desk.taxonomy.categories
        if place < len(categories):
            Multi.of(shell.desk).set_category(categories[place].name)

    return pick


def _categories() -> Iterator[Action]:
    for place in range(9):
        text = _T("Actions", "Category by its number (1 to 9)")
        menu = "" if place == 0 else "hidden"
        call = _pick_category(place)
        yield Action(
            id=f"category-{place + 1}",
            menu=menu,
            text=text,
            keys=(str(place + 1),),
            enabled=has_scene,
            edits=True,
            call=call,
        )


COMMANDS: tuple[Action, ...] = (*_nudges(), *_sides(), *_categories())
