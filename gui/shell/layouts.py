"""Layouts: how the window divides its room. Five that are given, and those a person has saved under a name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtWidgets import QInputDialog, QLineEdit, QMenu

from lidar_label.gui.shell.panels import PANELS

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window

VERSION = 1
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A division of the window's room.

    Parameters
    ----------
    id : str
        What its command is called after.
    across : (int, int, int)
        Shares of the width: 3D view, view from above, side views; 0 leaves a view out.
    cameras : float or None
        Share of the height; 0 leaves them out, None takes what their pictures fill.
    panels : frozenset of str
        The panels that are shown; the timeline always is.
    """

    id: str
    across: tuple[int, int, int]
    cameras: float | None = None
    panels: frozenset[str] = field(default=frozenset({"tracks", "box"}))


LAYOUTS: tuple[Layout, ...] = (
    Layout(id="all", across=(560, 340, 280)),
    Layout(id="fit", across=(460, 0, 560), cameras=0.16, panels=frozenset({"box"})),
    Layout(id="pictures", across=(560, 340, 280), cameras=0.58),
    Layout(id="above", across=(300, 700, 0), cameras=0.0, panels=frozenset({"tracks"})),
    Layout(id="review", across=(560, 340, 280), panels=frozenset({"review", "comments"})),
)


class Layouts(QObject):
    """Lays the window out, and keeps what a person has saved."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.menu = QMenu(window)
        self.menu.aboutToShow.connect(self._fill)
        self.retranslate()

    def use(self, layout: Layout) -> None:
        """Divide the room in one of the given ways."""
        window, centre = self._window, self._window.centre
        views = window.views
        if views is None:
            return
        centre.reset()
        for name, dock in window.docks.items():
            if name != "timeline":
                dock.setVisible(name in layout.panels)
        parts = [views.main, views.top, *([views.sides] if views.sides is not None else [])]
        for part, share in zip(parts, layout.across, strict=False):
            part.setVisible(share > 0)
        centre.across.setSizes(list(layout.across[: len(parts)]))
        right = [panel for panel in PANELS if panel.id in layout.panels]
        heights = [panel.height for panel in right]
        window.resizeDocks([window.docks[panel.id] for panel in right], heights, Qt.Orientation.Vertical)
        scene = window.desk.scene
        has_cameras = scene is not None and any(sensor.kind == "camera" for sensor in scene.sensors.values())
        views.cameras.setVisible(has_cameras and layout.cameras != 0)
        centre.share_of_cameras(layout.cameras)

    @property
    def saved(self) -> list[str]:
        """Names of the saved layouts, in the order in which they were saved."""
        return self._window.settings.own_layouts

    def save(self, name: str) -> None:
        """Keep the division as it is now under a name; one of that name is replaced."""
        window, settings = self._window, self._window.settings
        name = name.strip()[:_LONGEST]
        if not name or window.views is None:
            return
        settings.set_layout(f"own/{name}/window", window.saveState(VERSION))
        settings.set_layout(f"own/{name}/across", window.centre.across.saveState())
        settings.set_layout(f"own/{name}/down", window.centre.down.saveState())
        settings.own_layouts = [*(other for other in self.saved if other != name), name]

    def restore(self, name: str) -> None:
        """Divide the room as it was when that name was saved."""
        window, settings = self._window, self._window.settings
        if name not in self.saved or window.views is None:
            return
        window.restoreState(settings.layout(f"own/{name}/window"), VERSION)
        for splitter, part in ((window.centre.across, "across"), (window.centre.down, "down")):
            splitter.restoreState(settings.layout(f"own/{name}/{part}"))
            for at in range(splitter.count()):
                widget = splitter.widget(at)
                if widget is not None:
                    widget.setVisible(splitter.sizes()[at] > 0 or not splitter.isVisible())
        window.centre.keep_pulled()

    def forget(self, name: str) -> None:
        """Keep a saved layout no longer."""
        settings = self._window.settings
        settings.own_layouts = [other for other in self.saved if other != name]
        settings.forget_layout(f"own/{name}")

    def ask_and_save(self) -> None:
        """Ask for a name and save the layout under it."""
        title, text = self.tr("Save this layout"), self.tr("Name")
        usual = self.tr("Layout {0}").format(len(self.saved) + 1)
        name, accepted = QInputDialog.getText(self._window, title, text, QLineEdit.EchoMode.Normal, usual)
        if accepted:
            self.save(name)

    def retranslate(self) -> None:
        """Show its name in the language in use."""
        self.menu.setTitle(self.tr("Saved layouts"))

    def _fill(self) -> None:
        self.menu.clear()
        for name in self.saved:
            made = self.menu.addAction(name)
            if made is not None:
                made.triggered.connect(lambda _=False, chosen=name: self.restore(chosen))
        if self.saved:
            self.menu.addSeparator()
            forget = self.menu.addMenu(self.tr("Forget"))
            for name in self.saved:
                made = forget.addAction(name) if forget is not None else None
                if made is not None:
                    made.triggered.connect(lambda _=False, chosen=name: self.forget(chosen))
        save = self.menu.addAction(self.tr("Save this layout..."))
        if save is not None:
            save.triggered.connect(lambda _=False: self.ask_and_save())
