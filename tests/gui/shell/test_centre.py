"""The middle of the window: how much room the cameras get, and the welcome before a drive is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QLabel, QSplitter, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.shell.centre import Centre
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.welcome import Welcome


class Made:
    """A centre of 1000 x 800 whose cameras fill a width at a height that can be set."""

    def __init__(self, qtbot: QtBot) -> None:
        self.wished, self.large = 150, lambda _: None
        self.centre = Centre(Settings())
        qtbot.addWidget(self.centre)
        self.centre.resize(1000, 800)
        self.centre.show()
        qtbot.waitExposed(self.centre)
        self.centre.show_views(
            Views(
                main=QLabel("3D"), top=QLabel("top"), cameras=QWidget(), look_down=bool, look_home=bool,
                focus_selection=bool, close=bool, cameras_height=lambda _: self.wished, when_large=self._listen,
            )
        )  # fmt: skip
        qtbot.waitUntil(lambda: self.centre.down.height() > 700)
        self.centre.fit_cameras()

    def _listen(self, call: Callable[[bool], object]) -> None:
        self.large = call

    @property
    def height(self) -> int:
        return self.centre.down.sizes()[0]

    def pull(self, down: int) -> None:
        """Pull the splitter with the mouse."""
        handle = self.centre.down.handle(1)
        assert handle is not None
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        place = QPointF(handle.rect().center())
        for kind, button, held, way in (
            (QEvent.Type.MouseButtonPress, left, left, 0), (QEvent.Type.MouseMove, none, left, down),
            (QEvent.Type.MouseButtonRelease, left, none, 0),
        ):  # fmt: skip
            at = place + QPointF(0, way)
            QApplication.sendEvent(
                handle,
                QMouseEvent(kind, at, QPointF(handle.mapToGlobal(at.toPoint())), button, held, Qt.KeyboardModifier(0)),
            )


@pytest.fixture
def made(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Made]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return lambda: Made(qtbot)


def test_cameras_get_the_height_they_fill_within_reason(made: Callable[[], Made]) -> None:
    one = made()
    assert one.height == pytest.approx(150, abs=4)
    one.wished = 700
    one.centre.fit_cameras()
    assert one.height == pytest.approx(0.3 * 800, abs=6), "the cloud keeps most of the window"
    one.wished = 3
    one.centre.resize(1000, 600)
    assert one.height == pytest.approx(0.08 * 600, abs=4)


def test_who_pulls_the_splitter_keeps_that_height_over_runs(made: Callable[[], Made]) -> None:
    one = made()
    one.pull(100)
    pulled = one.height
    assert pulled > 200
    one.centre.fit_cameras()
    assert one.height == pulled
    one.centre.keep()
    two = made()
    assert two.height == pytest.approx(pulled, abs=4)
    two.centre.reset()
    assert two.height == pytest.approx(150, abs=4)
    two.centre.keep()
    assert made().height == pytest.approx(150, abs=4)


def test_a_large_picture_gets_room_and_gives_it_back(made: Callable[[], Made]) -> None:
    one = made()
    before = one.height
    one.large(True)
    assert one.height > 0.6 * 780
    one.large(True)
    one.centre.keep()
    assert one.height == before, "what is large now is not how the window opens next time"
    one.large(True)
    one.large(False)
    assert one.height == before


def test_the_welcome_opens_what_was_opened_last(qtbot: QtBot) -> None:
    welcome = Welcome()
    qtbot.addWidget(welcome)
    welcome.show()
    assert not welcome.heading.isVisible()
    paths = [Path(f"/drives/{number}/drive {number}") for number in range(9)]
    welcome.show_recent(paths)
    welcome.show_recent(paths)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    links = welcome.findChildren(QToolButton)
    assert len(links) == 6
    assert welcome.heading.isVisible()
    with qtbot.waitSignal(welcome.picked) as picked:
        qtbot.mouseClick(links[2], Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert picked.args == [paths[2]]


def test_widths_kept_when_there_were_two_views_do_not_hide_the_side_views(
    qtbot: QtBot, made: Callable[[], Made]
) -> None:
    before = QSplitter(Qt.Orientation.Horizontal)
    qtbot.addWidget(before)
    for text in ("3D", "top"):
        before.addWidget(QLabel(text))
    Settings().set_layout("across", before.saveState())
    two = made()
    sides = QLabel("sides")
    centre = Centre(Settings())
    qtbot.addWidget(centre)
    centre.resize(1000, 800)
    centre.show()
    views = two.centre._views
    assert views is not None
    centre.show_views(replace(views, sides=sides))
    qtbot.waitUntil(lambda: sides.width() > 100)
    centre.across.setSizes([300, 300, 400])
    wide = sides.width()
    centre.keep()
    again = Centre(Settings())
    qtbot.addWidget(again)
    again.resize(1000, 800)
    again.show()
    again.show_views(replace(views, main=QLabel("3D"), top=QLabel("top"), cameras=QWidget(), sides=QLabel("sides")))
    qtbot.waitUntil(lambda: abs(again.across.sizes()[2] - wide) <= 2)
