"""A small screen: the window fits it with every panel open, and panels scroll instead of pushing it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.merge.legend import Legend
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import ENGLISH, Language
from tests.gui.looks import same_look


@pytest.fixture
def window(
    open_desk: Callable[..., Desk], qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with same_look(qapp):
        made = Window(open_desk(), Settings(), Language())
        made.show()
        made.desk.scene_changed.emit()
        qtbot.waitUntil(lambda: made.views is not None and made.views.main.isVisible())
        yield made
        made.language.use(ENGLISH)
        made.close()
        made.deleteLater()


def test_every_panel_fits_a_window_of_800_by_500(window: Window, qtbot: QtBot) -> None:
    window.desk.failed.emit("a sentence that a person reads above the views, as long as such sentences are " * 2)
    for language in (ENGLISH, "zh_CN"):
        window.use_language(language)
        for name, dock in window.docks.items():
            dock.show()
            dock.raise_()
            window.resize(800, 500)
            qtbot.wait(30)
            assert (window.width(), window.height()) == (800, 500), (language, name)
            panel = window.panels[name]
            place = QRect(panel.mapTo(window, QPoint()), panel.size())
            seen = place.intersected(window.rect())
            assert seen.width() == panel.width() > 0, "it scrolls up and down alone"
            assert seen.height() > 30


def test_the_legend_leaves_the_axes_their_corner(window: Window, qtbot: QtBot) -> None:
    main = window.views.main if window.views is not None else QWidget()
    (legend,) = main.findChildren(Legend)
    for size in ((800, 500), (1500, 900)):
        window.resize(*size)
        qtbot.wait(30)
        axes = QRect(0, main.height() - 66, 76, 66)
        assert main.rect().contains(legend.geometry()) or main.width() < legend.width()
        assert not legend.geometry().intersects(axes), size
