"""The panel of tracks: its model, filter, selection both ways, renaming."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.tracks import TracksPanel
from lidar_label.gui.shell.tracks_model import BOXES, CATEGORY, NAME, SPAN, TracksModel
from lidar_label.model import SE3

OpenDesk = Callable[..., Desk]


@pytest.fixture
def panel(open_desk: OpenDesk, qtbot: QtBot) -> TracksPanel:
    made = TracksPanel(open_desk())
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def names(panel: TracksPanel) -> list[str]:
    return [str(panel.proxy.index(row, NAME).data()) for row in range(panel.proxy.rowCount())]


def test_the_model_keeps_qts_rules_through_edits(open_desk: OpenDesk, qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    desk = open_desk()
    model = TracksModel(desk)
    qtmodeltester.check(model)
    desk.add_box(SE3("world", "box", (1, 0, 0, 0), (0, 0, 0)), (4, 2, 2))
    qtbot.waitUntil(lambda: model.rowCount() == 3)
    desk.undo()
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    qtmodeltester.check(model)


def test_a_row_says_name_category_boxes_and_span(panel: TracksPanel) -> None:
    row = panel.model.row_of("car")
    texts = [panel.model.index(row, column).data() for column in (NAME, CATEGORY, BOXES, SPAN)]
    assert texts == ["7", "car", "4", "0–3"], "of a long category what tells it apart is shown"
    assert panel.model.index(row, CATEGORY).data(Qt.ItemDataRole.ToolTipRole) == "vehicle.car"
    assert panel.model.index(row, NAME).data(Qt.ItemDataRole.DecorationRole).name() == "#ff9900"


def test_a_track_that_is_not_in_the_frame_is_faint(panel: TracksPanel, qtbot: QtBot) -> None:
    walker = panel.model.index(panel.model.row_of("walker"), NAME)
    assert walker.data(Qt.ItemDataRole.ForegroundRole) is not None
    panel._desk.go_to(2)
    qtbot.waitUntil(lambda: walker.data(Qt.ItemDataRole.ForegroundRole) is None)


def test_the_filter_takes_words_of_name_and_category(panel: TracksPanel, qtbot: QtBot) -> None:
    assert names(panel) == ["7", "anna"]
    qtbot.keyClicks(panel.filter, "PED ann")
    assert names(panel) == ["anna"]
    assert panel.count.text() == "1 / 2"
    panel.filter.setText("vehicle")
    assert names(panel) == ["7"], "by the group too, which the table leaves out"
    panel.filter.clear()
    assert names(panel) == ["7", "anna"]


def test_a_click_selects_the_track_and_shows_where_it_lives(panel: TracksPanel, qtbot: QtBot) -> None:
    index = panel.proxy.mapFromSource(panel.model.index(panel.model.row_of("walker"), NAME))
    viewport = panel.table.viewport()
    assert viewport is not None
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=panel.table.visualRect(index).center())
    assert panel._desk.selected == "walker"
    assert panel._desk.index == 2


def test_the_table_follows_a_selection_made_elsewhere(panel: TracksPanel) -> None:
    selection = panel.table.selectionModel()
    assert selection is not None
    panel._desk.select("walker")
    assert selection.currentIndex().data() == "anna"
    panel._desk.select("")
    assert not selection.hasSelection()


def test_a_name_is_typed_in_place(panel: TracksPanel, qtbot: QtBot) -> None:
    panel._desk.select("car")
    panel.rename()
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "bus 12")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel._desk.tracks["car"].name == "bus 12")
    assert "bus 12" in names(panel)


def test_names_take_the_width_they_need(panel: TracksPanel) -> None:
    header = panel.table.horizontalHeader()
    widths = []
    for name in ("7", "bicycle 102", "a name that nobody would give to a track of a car"):
        panel.model._rows = [replace(track, name=name) for track in panel.model._rows]
        panel._fit_names()
        widths.append(header.sectionSize(NAME))
    assert widths[0] < widths[1] <= widths[2]
    assert widths[2] < 150, "a category is read beside the longest"


def test_numbers_sort_as_numbers(panel: TracksPanel, qtbot: QtBot) -> None:
    desk = panel._desk
    for _ in range(2):
        desk.add_box(SE3("world", "box", (1, 0, 0, 0), (0, 0, 0)), (4, 2, 2))
    made = desk.selected
    qtbot.waitUntil(lambda: len(desk.tracks) == 4)
    desk.set_track_name("10", made)
    desk.set_track_name("a 72", "walker")
    desk.set_track_name("a 9", next(t for t in desk.tracks if t not in ("car", "walker", made)))
    qtbot.waitUntil(lambda: "a 9" in names(panel))
    panel.table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    assert names(panel) == ["7", "10", "a 9", "a 72"]
