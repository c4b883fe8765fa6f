"""Themes, icons, layouts and the tour, in a real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QIcon, QPalette
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.commands import ACTIONS, BY_ID
from lidar_label.gui.shell.icons import STROKES, icon
from lidar_label.gui.shell.layouts import LAYOUTS
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.shades import THEMES, shades
from lidar_label.gui.shell.sheet import ShortcutSheet
from lidar_label.gui.shell.tour import STOPS, Tour
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from tests.gui.looks import same_look

OpenDesk = Callable[..., Desk]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(
    open_desk: OpenDesk, qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    """A real window with the real views, on the made-up scene."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with same_look(qapp):
        yield from _shown(open_desk, qtbot)


def _shown(open_desk: OpenDesk, qtbot: QtBot) -> Iterator[Window]:
    made = Window(open_desk(), Settings(), Language())
    made.resize(1400, 900)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.desk.scene_changed.emit()
    qtbot.waitUntil(lambda: made.views is not None and made.views.main.isVisible())
    yield made
    made.close()
    made.deleteLater()


def _light(color: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = (QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_every_text_can_be_read_on_every_ground(name: str) -> None:
    colors = THEMES[name]
    for ground in (colors.ground, colors.panel, colors.field):
        assert _contrast(colors.text, ground) >= 7
        assert _contrast(colors.quiet, ground) >= 4.5
        for mark in (colors.accent, colors.good, colors.warn, colors.bad, colors.faint):
            assert _contrast(mark, ground) >= 3
    assert _contrast(colors.chosen_text, colors.chosen) >= 7
    for strip in (colors.strip, colors.strip_note):
        assert _contrast(colors.text, strip) >= 7


def test_the_theme_switches_while_the_window_is_open_and_is_remembered(window: Window, qapp: QApplication) -> None:
    window.appearance.use("dark")
    dark = window.grab().toImage().pixelColor(5, 5)
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert shades() is THEMES["light"]
    assert Settings().theme == "light"
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(THEMES["light"].panel)
    light = window.grab().toImage().pixelColor(5, 5)
    assert dark.lightnessF() < 0.3 < 0.7 < light.lightnessF()
    undo = window.menus.actions["undo"].icon().pixmap(18).toImage()
    drawn = [undo.pixelColor(x, y) for x in range(18) for y in range(18) if undo.pixelColor(x, y).alpha() > 200]
    assert drawn
    assert max(color.lightnessF() for color in drawn) < 0.6, "an icon is dark on the light ground"
    window.appearance.switch()
    assert shades() is THEMES["dark"]


def test_the_sheet_of_keys_is_in_the_colours_of_the_theme(window: Window, qtbot: QtBot) -> None:
    for name in ("light", "dark"):
        window.appearance.use(name)
        sheet = ShortcutSheet(window.keymap, window)
        qtbot.addWidget(sheet)
        texts = " ".join(label.text() for label in sheet.findChildren(QLabel))
        for theme, colors in THEMES.items():
            assert (colors.field in texts, colors.accent in texts) == (theme == name, theme == name)


def test_every_command_in_the_tool_bar_has_an_icon_and_every_icon_a_command() -> None:
    assert {action.id for action in ACTIONS if action.tool} <= STROKES.keys() <= BY_ID.keys()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_tool_bar_is_one_row_and_a_narrow_window_keeps_the_icons(
    window: Window, qtbot: QtBot, language: str
) -> None:
    tools = window.menus.tools
    window.use_language(language)
    for width, style in (
        (1600, Qt.ToolButtonStyle.ToolButtonTextBesideIcon),
        (800, Qt.ToolButtonStyle.ToolButtonIconOnly),
        (1600, Qt.ToolButtonStyle.ToolButtonTextBesideIcon),
    ):
        window.resize(width, 700)
        qtbot.waitUntil(lambda style=style: tools.toolButtonStyle() == style)
        shown = [tools.widgetForAction(window.menus.actions[action.id]) for action in ACTIONS if action.tool]
        qtbot.waitUntil(
            lambda shown=shown: all(
                button.isVisible() and button.width() >= button.sizeHint().width() for button in shown
            )
        )
    window.use_language("en")


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_every_icon_draws_something_within_its_square(qapp: QApplication, ratio: float) -> None:
    for name in STROKES:
        picture = icon(name).pixmap(icon(name).availableSizes()[0], ratio).toImage()
        inked = [
            (x, y)
            for x in range(picture.width())
            for y in range(picture.height())
            if picture.pixelColor(x, y).alpha() > 60
        ]
        assert len(inked) > 12, name
    assert icon("no such command").isNull()
    assert isinstance(icon("undo"), QIcon)


def test_every_layout_shows_what_it_says_and_the_first_brings_all_back(window: Window, qtbot: QtBot) -> None:
    views = window.views
    assert views is not None
    for layout in LAYOUTS:
        window.menus.actions[f"layout-{layout.id}"].trigger()
        shown = [views.main.isVisible(), views.top.isVisible(), views.sides is not None and views.sides.isVisible()]
        assert shown == [share > 0 for share in layout.across], layout.id
        assert {name for name in window.docks if name != "timeline" and window.docks[name].isVisible()} == layout.panels
        assert views.cameras.isVisible() == (layout.cameras != 0)
        assert window.timeline.isVisible()
    window.menus.actions["layout-all"].trigger()
    assert all(part.isVisible() for part in (views.main, views.top, views.cameras))


def test_a_layout_that_was_saved_comes_back_by_its_name(window: Window, qtbot: QtBot) -> None:
    views = window.views
    assert views is not None
    window.menus.actions["layout-above"].trigger()
    window.layouts.save("mine")
    above = window.centre.across.sizes()
    window.menus.actions["layout-all"].trigger()
    assert window.centre.across.sizes() != above
    assert Settings().own_layouts == ["mine"]
    window.layouts.restore("mine")
    assert window.centre.across.sizes() == pytest.approx(above, abs=6)
    assert not views.cameras.isVisible()
    assert not window.docks["box"].isVisible()
    window.layouts.forget("mine")
    assert Settings().own_layouts == []
    assert Settings().layout("own/mine/window").isEmpty()


def test_the_tour_goes_through_every_card_and_no_key_reaches_the_labels(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    index, boxes = desk.index, desk.boxes
    window.menus.actions["tour"].trigger()
    (tour,) = window.findChildren(Tour)
    for at in range(len(STOPS)):
        assert tour.at == at
        card = next(child for child in tour.children() if child.isWidgetType())
        assert tour.rect().contains(card.geometry()), "the card is inside the window"
        QTest.keyClick(tour, Qt.Key.Key_D)
        QTest.keyClick(tour, Qt.Key.Key_Delete)
        if at == 2:
            QTest.keyClick(tour, Qt.Key.Key_Left)
            assert tour.at == 1
            QTest.mouseClick(tour.on, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
        QTest.keyClick(tour, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: not window.findChildren(Tour))
    assert (desk.index, desk.boxes) == (index, boxes)
