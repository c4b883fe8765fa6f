"""The look of the application, which all windows of a process share: a test that changes it puts it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import QApplication

from lidar_label.gui.shell.shades import DARK, shades
from lidar_label.gui.shell.theme import apply_theme


@contextmanager
def same_look(app: QApplication) -> Iterator[None]:
    """Put theme, sheet and font back at the end, once the windows that wear them are gone."""
    sheet, font = app.styleSheet(), app.font()
    yield
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # a sheet is worked out for every widget there is
    if app.styleSheet() != sheet or shades() is not DARK:
        apply_theme(app)
        app.setStyleSheet(sheet)
        app.setFont(font)


def is_plain() -> bool:
    """Say whether the application wears the theme that every test starts with, and speaks English."""
    return shades() is DARK and QApplication.translate("Actions", "Undo") == "Undo"
