"""Appearance: which theme the window wears, and switching it while the window is open."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QSize, pyqtSignal
from PyQt6.QtWidgets import QApplication, QMainWindow

from lidar_label.gui.shell.commands import ACTIONS
from lidar_label.gui.shell.icons import SIZE, STROKES, icon
from lidar_label.gui.shell.menus import Menus
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.shades import THEMES
from lidar_label.gui.shell.theme import apply_theme
from lidar_label.gui.shell.tooltexts import ToolTexts


class Appearance(QObject):
    """The theme of the settings, put on the application and on the icons of the commands."""

    changed = pyqtSignal()

    def __init__(self, settings: Settings, menus: Menus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._menus = settings, menus
        menus.tools.setIconSize(QSize(SIZE, SIZE))
        if isinstance(parent, QMainWindow):
            ToolTexts(menus.tools, parent)
        self._dress()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.screenAdded.connect(self._dress)  # it may be finer than those before

    @property
    def theme(self) -> str:
        """Name of the theme in use, one of `THEMES`."""
        return self._settings.theme if self._settings.theme in THEMES else "dark"

    def use(self, name: str) -> None:
        """Wear another theme, from now on."""
        self._settings.theme = name
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.theme)
        self._dress()
        self.changed.emit()

    def switch(self) -> None:
        """Wear the other theme."""
        self.use("light" if self.theme == "dark" else "dark")

    def _dress(self) -> None:
        for action in ACTIONS:
            if action.id in STROKES:
                self._menus.actions[action.id].setIcon(icon(action.id))
