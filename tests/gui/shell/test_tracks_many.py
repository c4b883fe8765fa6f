"""Many tracks in the panel: what it shows, choosing several, and deeds on all of them from its menu."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from lidar_label.edit import AddComment, ResolveComments
from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.shell.tracks import TracksPanel
from lidar_label.gui.shell.tracks_filter import HERE, MACHINE, TALK, UNCHECKED
from lidar_label.gui.shell.tracks_menu import TracksMenu
from lidar_label.gui.shell.tracks_model import MADE, NAME
from lidar_label.gui.shell.tracks_model import TALK as TALK_COLUMN
from lidar_label.gui.shell.tracks_paint import shares
from lidar_label.model import SE3, Box, Comment, Labels, Source, Track

OpenDesk = Callable[..., Desk]
NONE = Qt.KeyboardModifier.NoModifier
NAMES = [f"{number}" for number in range(8)]


def labels() -> Labels:
    """Eight tracks: even ones are cars of a person's key frames, odd ones a machine's walkers."""
    tracks, boxes = [], []
    for number, name in enumerate(NAMES):
        machine = bool(number % 2)
        category = "human.pedestrian" if machine else "vehicle.car"
        tracks.append(Track(category=category, name=name, token=f"t{name}"))
        pose = SE3("world", "box", (1, 0, 0, 0), (100.0 + 5 * number, 50.0, 0.8))
        boxes += [
            Box(
                track=f"t{name}",
                frame=frame,
                world_SE3_box=pose,
                size=(2.0, 1.0, 1.5),
                is_keyframe=not machine and frame != 1,
                source=Source.MACHINE if machine else Source.INTERPOLATED if frame == 1 else Source.HUMAN,
            )
            for frame in range(3 if number < 6 else 5)
        ]
    return Labels(tracks, boxes)


@pytest.fixture
def panel(open_desk: OpenDesk, qtbot: QtBot) -> TracksPanel:
    made = TracksPanel(open_desk(found=labels()))
    qtbot.addWidget(made)
    made.resize(460, 420)
    made.show()
    return made


def names(panel: TracksPanel) -> list[str]:
    return [str(panel.proxy.index(row, NAME).data()) for row in range(panel.proxy.rowCount())]


def click(
    panel: TracksPanel, qtbot: QtBot, name: str, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    index = panel.proxy.mapFromSource(panel.model.index(panel.model.row_of(f"t{name}"), NAME))
    viewport = panel.table.viewport()
    assert viewport is not None
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, keys, panel.table.visualRect(index).center())


def menu_action(panel: TracksPanel, *path: str) -> QAction:
    """Return an action of the panel's menu, by the words that lead to it."""
    menu = TracksMenu(panel._desk, panel)
    for word in path[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text() == word)
    return next(action for action in menu.actions() if action.text() == path[-1])


def test_what_a_person_looks_for_is_filtered(panel: TracksPanel, qtbot: QtBot) -> None:
    desk, wishes = panel._desk, panel.bar.wishes
    wishes[UNCHECKED].click()
    assert names(panel) == ["1", "3", "5", "7"]
    wishes[UNCHECKED].click()
    wishes[MACHINE].click()
    assert names(panel) == ["1", "3", "5", "7"]
    wishes[HERE].click()
    desk.go_to(4)
    qtbot.waitUntil(lambda: names(panel) == ["7"])
    panel.bar.clear()
    assert names(panel) == NAMES
    panel.bar.category.setCurrentIndex(panel.bar.category.findData("vehicle.car"))
    panel.bar.category.activated.emit(panel.bar.category.currentIndex())
    assert names(panel) == ["0", "2", "4", "6"]
    panel.filter.setText("nothing of the kind")
    assert panel.empty.isVisible()
    assert "filter" in panel.empty.text()


def test_open_comments_are_counted_and_filtered(panel: TracksPanel, qtbot: QtBot) -> None:
    desk = panel._desk
    about = Comment(scene=desk.scene_token, text="is this a person?", track="t3", token="c1")
    desk.do(lambda session: session.do(AddComment(about)))
    desk.do(lambda session: session.do(AddComment(Comment(scene=desk.scene_token, text="no", reply_to="c1"))))
    cell = panel.model.index(panel.model.row_of("t3"), TALK_COLUMN)
    qtbot.waitUntil(lambda: cell.data() == "1")
    panel.bar.wishes[TALK].click()
    assert names(panel) == ["3"]
    desk.do(lambda session: session.do(ResolveComments(("c1",))))
    qtbot.waitUntil(lambda: names(panel) == [])
    assert cell.data() == "✓"


def test_a_bar_says_who_made_the_boxes(panel: TracksPanel) -> None:
    of = {name: panel.model.mix(panel.model.row_of(f"t{name}")) for name in NAMES}
    assert shares(of["0"]) == [(Source.HUMAN, 2), (Source.INTERPOLATED, 1)]
    assert shares(of["7"]) == [(Source.MACHINE, 5)]
    tip = panel.model.index(0, MADE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("2 key frames, 1 between them, 0 by the machine")


def test_several_are_chosen_with_ctrl_and_shift(panel: TracksPanel, qtbot: QtBot) -> None:
    multi = Multi.of(panel._desk)
    click(panel, qtbot, "1")
    click(panel, qtbot, "4", Qt.KeyboardModifier.ShiftModifier)
    assert set(multi.tokens) == {"t1", "t2", "t3", "t4"}
    assert multi.tokens[0] == "t4"
    click(panel, qtbot, "2", Qt.KeyboardModifier.ControlModifier)
    assert set(multi.tokens) == {"t1", "t3", "t4"}
    panel.filter.setText("7")
    panel.filter.clear()
    assert set(multi.tokens) == {"t1", "t3", "t4"}, "what a filter hides stays chosen"
    selection = panel.table.selectionModel()
    assert selection is not None
    assert {index.data() for index in selection.selectedRows()} == {"1", "3", "4"}
    multi.toggle("t6")
    assert {index.data() for index in selection.selectedRows()} == {"1", "3", "4", "6"}
    panel._desk.select("t0")
    assert {index.data() for index in selection.selectedRows()} == {"0"}


@pytest.mark.parametrize(
    "path",
    [
        ("Category", "vehicle.truck"),
        ("Attribute", "vehicle.parked", "yes, in this frame"),
        ("Attribute", "lane", "right, in every frame"),
        ("Visibility in this frame", "v80-100"),
        ("Accept all boxes but the doubtful ones",),
        ("Delete 3 tracks",),
    ],
    ids=lambda path: path[-1],
)
def test_the_menus_deeds_are_one_edit_each(panel: TracksPanel, qtbot: QtBot, path: tuple[str, ...]) -> None:
    desk = panel._desk
    assert desk.project is not None
    store = desk.project.session.store

    def stored() -> tuple[object, ...]:
        found = store.labels(desk.scene_token)
        return found.tracks, [repr(box) for box in found.boxes()]

    before, steps = stored(), len(store.history())
    click(panel, qtbot, "1")
    click(panel, qtbot, "3", Qt.KeyboardModifier.ShiftModifier)
    menu_action(panel, *path).trigger()
    qtbot.waitUntil(lambda: len(store.history()) == steps + 1)
    assert stored() != before
    qtbot.waitUntil(lambda: desk._store.pending == 0)
    desk.undo()
    qtbot.waitUntil(lambda: desk._store.pending == 0)
    assert stored() == before


def test_a_right_click_opens_the_menu_for_what_is_chosen(panel: TracksPanel, qtbot: QtBot) -> None:
    click(panel, qtbot, "2")
    place = panel.table.visualRect(panel._index_of("t2")).center()
    panel.table.customContextMenuRequested.emit(QPoint(place))
    (menu,) = panel.findChildren(TracksMenu)
    assert menu.isVisible()
    menu.close()


def test_rows_come_and_go_without_a_new_sort(open_desk: OpenDesk, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    desk = open_desk(found=labels())
    panel = TracksPanel(desk)
    qtbot.addWidget(panel)
    qtmodeltester.check(panel.model)
    qtmodeltester.check(panel.proxy)
    resets: list[int] = []
    panel.proxy.modelReset.connect(lambda: resets.append(1))
    Multi.of(desk).choose(["t2", "t3", "t6"])
    Multi.of(desk).delete_tracks()
    qtbot.waitUntil(lambda: names(panel) == ["0", "1", "4", "5", "7"])
    desk.undo()
    qtbot.waitUntil(lambda: names(panel) == NAMES)
    desk.add_box(SE3("world", "box", (1, 0, 0, 0), (0, 0, 0)), (4, 2, 2))
    qtbot.waitUntil(lambda: names(panel) == [*NAMES, "8"])
    assert not resets
    qtmodeltester.check(panel.proxy)
    panel.table.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    assert names(panel) == ["8", *reversed(NAMES)]
    assert panel.proxy.row_of(desk.selected) == panel._chosen_rows()[0] == 0, "what is selected stays so"
