"""Commands of the view menu for the window itself: its theme, its layouts, the whole screen; and the tour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, Qt

from lidar_label.gui.shell.commands.action import Action, has_scene

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _lay_out(place: int) -> Callable[[Shell], None]:
    def lay_out(shell: Shell) -> None:
        from lidar_label.gui.shell.layouts import LAYOUTS

        shell.layouts.use(LAYOUTS[place])

    return lay_out


def _tour(shell: Shell) -> None:
    from lidar_label.gui.shell.tour import Tour

    Tour(shell)


# In the order of `layouts.LAYOUTS`.
_LAYOUTS = (
    ("all", _T("Actions", "Layout: all views")),
    ("fit", _T("Actions", "Layout: fitting boxes")),
    ("pictures", _T("Actions", "Layout: pictures large")),
    ("above", _T("Actions", "Layout: from above")),
    ("review", _T("Actions", "Layout: review")),
)


def _layouts() -> Iterator[Action]:
    for place, (name, text) in enumerate(_LAYOUTS):
        yield Action(id=f"layout-{name}", menu="view", text=text, keys=(f"Ctrl+Alt+{place + 1}",), enabled=has_scene,
                     section=place == 0, call=_lay_out(place))  # fmt: skip


COMMANDS: tuple[Action, ...] = (
    *_layouts(),
    Action(id="theme", menu="view", text=_T("Actions", "Light or dark window"), keys=("Ctrl+Shift+T",), section=True,
           call=lambda s: s.appearance.switch()),
    Action(id="full-screen", menu="view", text=_T("Actions", "Whole screen"), keys=("F11",),
           call=lambda s: s.setWindowState(s.windowState() ^ Qt.WindowState.WindowFullScreen)),
    Action(id="tour", menu="help", text=_T("Actions", "Show me round"), enabled=has_scene, call=_tour),
)  # fmt: skip
