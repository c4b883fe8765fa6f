"""A round of review between two people with one project file, in real windows by mouse and keys; and two label sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, cast

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.edit import Session
from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.opening import open_scene
from lidar_label.gui.review_list import ReviewList
from lidar_label.gui.reviewing import Reviewing
from lidar_label.gui.shell.comments import CommentsPanel
from lidar_label.gui.shell.review_panel import ReviewPanel
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.tracks import TracksPanel
from lidar_label.gui.shell.tracks_model import STATE
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.views.beside import Beside
from lidar_label.gui.views.stage import Stage
from lidar_label.jobs import Project
from lidar_label.model import Labels, Scene, Track
from lidar_label.store import ProjectStore
from tests.gui.conftest import MemoryProject, box_at

pytestmark = pytest.mark.one_numpy
KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Reopened(MemoryProject):
    """The project of another's, opened by somebody else once that one has closed it."""

    def __init__(self, path: Path, scene: Scene, author: str) -> None:
        self.path, self._scene = path, scene
        self.session = Session(ProjectStore.open(path), author)


class At:
    """A person at a window."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.desk, self.qtbot = window, window.desk, qtbot

    @property
    def store(self) -> ProjectStore:
        assert self.desk.project is not None
        return self.desk.project.session.store

    @property
    def states(self) -> dict[object, tuple[str, str]]:
        return {r.track or r.frame: (r.state, r.author) for r in self.store.reviews(self.desk.scene_token)}

    def panel(self, name: str) -> QWidget:
        self.window.docks[name].show()
        self.window.docks[name].raise_()
        QTest.qWait(1)
        return self.window.panels[name]

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def click_box(self, track: str) -> None:
        """Click a box in the view from above."""
        views = self.window.views
        assert views is not None
        box = next(box for box in self.desk.boxes if box.track == track)
        assert self.desk.view is not None
        place = self.desk.view.world_SE3_ego.inverse.apply(box.center[None])
        x, y = views.top.to_pixels(place)[0].tolist()  # type: ignore[attr-defined]
        QTest.mouseClick(views.top, LEFT, pos=QPoint(round(x), round(y)))
        self.until(lambda: self.desk.selected == track)

    def until(self, done: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(done)


@pytest.fixture
def sit_down(qtbot: QtBot, tmp_path: Path, make_scene: Callable[..., Scene]) -> Callable[..., object]:
    """Open the one project in a window as somebody; the first one makes it."""
    scene, path = make_scene(6, cameras=False), tmp_path / "work.lidarlabel"
    car, van = (
        Track(category="vehicle.car", name="7", token="car"),
        Track(category="vehicle.truck", name="8", token="van"),
    )

    @contextmanager
    def opened(author: str) -> Iterator[At]:
        if not path.exists():
            boxes = [box_at(car, i, 110 + i, 52) for i in range(4)] + [box_at(van, i, 112, 46) for i in range(4)]
            MemoryProject(path, scene, Labels([car, van], boxes)).close()
        desk = Desk(author=author)
        window = Window(desk, Settings(), Language())
        window.resize(1300, 900)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        desk.show(open_scene(cast("Project", Reopened(path, scene, author)), scene.token))
        qtbot.waitUntil(lambda: desk.view is not None)
        try:
            yield At(window, qtbot)
        finally:
            window.close()
            window.deleteLater()

    return opened


def test_a_round_between_two_people(sit_down: Callable[..., object]) -> None:
    with sit_down("Ann") as ann:  # type: ignore[attr-defined]
        ann.click_box("car")
        Multi.of(ann.desk).toggle("van")
        ann.key(KEY.Key_F9, CTRL)
        ann.until(lambda: ann.states == {"car": ("labelled", "Ann"), "van": ("labelled", "Ann")})
        tracks = cast("TracksPanel", ann.panel("tracks"))
        ann.until(lambda: not tracks.table.isColumnHidden(STATE))
        row = tracks.proxy.row_of("car")
        assert tracks.proxy.index(row, STATE).data() == "◐ labelled"
        ann.desk.undo()
        ann.until(lambda: ann.states == {})
        ann.desk.redo()
        ann.until(lambda: len(ann.states) == 2)
        ann.key(KEY.Key_F12, CTRL)
        ann.until(lambda: ann.states.get(0) == ("labelled", "Ann"))

    with sit_down("Bob") as bob:  # type: ignore[attr-defined]
        bob.key(KEY.Key_F7)
        assert bob.desk.selected == "car"
        panel = cast("ReviewPanel", bob.panel("review"))
        assert panel.table.rowCount() == 2
        assert panel.of_track["labelled"].isChecked()
        bob.key(KEY.Key_F9, SHIFT)
        bob.until(lambda: bob.states["car"] == ("rejected", "Bob"))
        talk = cast("CommentsPanel", bob.panel("comments"))
        bob.until(talk.field.hasFocus)
        QTest.keyClicks(talk.field, "too far left")
        QTest.keyClick(talk.field, KEY.Key_Return)
        bob.until(lambda: len(bob.store.comments(bob.desk.scene_token)) == 1)
        bob.key(KEY.Key_F7)
        assert bob.desk.selected == "van", "what has its verdict is gone from the list"
        QTest.mouseClick(panel.of_track["checked"], LEFT)
        bob.until(lambda: bob.states["van"] == ("checked", "Bob"))
        bob.key(KEY.Key_F12)
        bob.until(lambda: bob.states[0] == ("checked", "Bob"))
        tracks = cast("TracksPanel", bob.panel("tracks"))
        tracks.bar.state.setFocus()
        for _ in range(4):
            QTest.keyClick(tracks.bar.state, KEY.Key_Down)
        assert tracks.bar.state.currentData() == "rejected"
        bob.until(lambda: [tracks.proxy.token(row) for row in range(tracks.proxy.rowCount())] == ["car"])

    with sit_down("Ann") as ann:  # type: ignore[attr-defined]
        panel = cast("ReviewPanel", ann.panel("review"))
        panel.kind.setFocus()
        for _ in range(4):
            QTest.keyClick(panel.kind, KEY.Key_Down)
        assert ReviewList.of(ann.desk).kind == "rejected"
        cell = panel.table.visualItemRect(panel.table.item(0, 1)).center()
        QTest.mouseClick(panel.table.viewport(), LEFT, pos=cell)
        assert ann.desk.selected == "car"
        assert "rejected · Bob" in panel.track.text()
        ann.click_box("car")
        before = ann.desk.selected_box.center.copy()
        ann.key(KEY.Key_S)
        ann.until(lambda: not np.array_equal(ann.store.box("car", 0).center, before))
        talk = cast("CommentsPanel", ann.panel("comments"))
        talk.tree.setCurrentItem(talk.tree.topLevelItem(0))
        QTest.mouseClick(talk.answer, LEFT)
        QTest.keyClicks(talk.field, "moved it")
        QTest.keyClick(talk.field, KEY.Key_Return)
        ann.until(lambda: len(ann.store.comments(ann.desk.scene_token)) == 2)
        ann.click_box("car")
        ann.key(KEY.Key_F9, CTRL)
        ann.until(lambda: ann.states["car"] == ("labelled", "Ann"))

    with sit_down("Bob") as bob:  # type: ignore[attr-defined]
        shown = Beside.of(bob.desk)
        bob.key(KEY.Key_F8)
        bob.until(lambda: bob.desk.selected == "car" and len(shown.boxes) == 1)
        assert bob.desk.index == 0
        np.testing.assert_array_equal(shown.boxes[0].center, before)
        stage = Stage.of(bob.desk)
        assert [stage.label(index) for index in range(2)] == ["car 7 ✎Δ", "truck 8"], "what was changed stands out"
        panel = cast("ReviewPanel", bob.panel("review"))
        assert "changed by Ann" in panel.told.text()
        bob.key(KEY.Key_F9)
        bob.until(lambda: bob.states["car"] == ("checked", "Bob"))
        bob.until(lambda: panel.table.rowCount() == 0)
        assert {comment.author for comment in bob.store.comments(bob.desk.scene_token)} == {"Ann", "Bob"}
        bob.until(lambda: Reviewing.of(bob.desk).state_of("car") == "checked")
        assert not QApplication.focusWidget() or not isinstance(QApplication.focusWidget(), QLineEdit)


def test_another_label_set_is_stepped_through(
    open_desk: Callable[..., Desk],
    make_scene: Callable[..., Scene],
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Their project has our car a metre aside and one more, and lacks our walker."""
    from lidar_label.jobs import agreement

    scene = make_scene(6, cameras=False)
    desk = open_desk(scene)
    car, other = Track(category="vehicle.car", name="1", token="a"), Track(category="vehicle.car", name="2", token="b")
    boxes = [box_at(car, i, 110.5 + i, 52) for i in range(4)] + [box_at(other, 1, 130, 60)]
    theirs = MemoryProject(tmp_path / "theirs.lidarlabel", scene, Labels([car, other], boxes))
    theirs.close()

    class Theirs(Reopened):
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

    monkeypatch.setattr(agreement, "open_project", lambda path: Theirs(path, scene, ""))
    panel = ReviewPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    found = ReviewList.of(desk)
    found.compare(theirs.path)
    qtbot.waitUntil(lambda: found.kind == "compare" and len(found.items) == 6)
    words = [panel.table.item(row, 0).text() for row in range(6)]
    assert sorted(words) == ["+ only there", *["↔ place"] * 4, "− only here"]
    shown = Beside.of(desk)
    for item in list(found.items):
        QTest.mouseClick(panel.next, LEFT)
        qtbot.waitUntil(lambda item=item: desk.view is not None and desk.view.index == item.frame)
        assert desk.selected == item.track
        assert len(shown.boxes) == (0 if item.word == "only here" else 1)
    assert found.at == 5
