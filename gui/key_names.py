"""KeyNames: the keys of commands in texts of panels, as they are in use: a person may have changed them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.desk import Desk


class KeyNames(QObject):
    """One for each desk, made by the first who asks (`KeyNames.of`); the window says where the keys are looked up."""

    changed = pyqtSignal()
    """Commands have other keys."""

    @staticmethod
    def of(desk: Desk) -> KeyNames:
        """Return the one of a desk."""
        found = desk.findChild(KeyNames)
        return found if found is not None else KeyNames(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._look_up: Callable[[str], str] = str

    def follow(self, look_up: Callable[[str], str]) -> None:
        """Look up there how a command, by its id, is called for."""
        self._look_up = look_up
        self.changed.emit()

    def fill(self, text: str) -> str:
        """Return a text in which `{id}` stands for how that command is called for."""
        return text.format_map(_Found(self._look_up))


class _Found(dict[str, str]):
    def __init__(self, look_up: Callable[[str], str]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, name: str) -> str:
        return self._look_up(name)
