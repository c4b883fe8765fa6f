"""The panel of categories: each deed with real widgets, one step of undo, and nothing lost with a deleted category."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QColorDialog, QDialogButtonBox, QLineEdit
from pytestqt.qtbot import QtBot

from lidar_label.check import RULES
from lidar_label.check.limits import NAMES, limits_of
from lidar_label.gui import categories
from lidar_label.gui.desk import Desk
from lidar_label.gui.limits import LIMITS
from lidar_label.gui.shell.categories import KEY, NAME, SIZE, TRACKS, CategoriesPanel, DeleteDialog
from lidar_label.gui.shell.limits import LimitsDialog
from lidar_label.model import SE3

OpenDesk = Callable[..., Desk]


@pytest.fixture
def panel(open_desk: OpenDesk, qtbot: QtBot) -> CategoriesPanel:
    made = CategoriesPanel(open_desk())
    qtbot.addWidget(made)
    made.resize(460, 320)
    made.show()
    return made


def stored(panel: CategoriesPanel) -> tuple[object, ...]:
    desk = panel._desk
    assert desk.project is not None
    store = desk.project.session.store
    found = store.labels(desk.scene_token)
    return store.taxonomy(), found.tracks, [repr(box) for box in found.boxes()]


def settled(panel: CategoriesPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel._desk._store.pending == 0)


def column(panel: CategoriesPanel, at: int) -> list[str]:
    cells = [panel.table.item(row, at) for row in range(panel.table.rowCount())]
    return [cell.text() for cell in cells if cell is not None]


def type_in(panel: CategoriesPanel, qtbot: QtBot, row: int, at: int, text: str) -> None:
    """Type into a cell as a double click lets one do."""
    panel.table.setCurrentCell(row, at)
    panel.table.editItem(panel.table.item(row, at))
    (editor,) = panel.table.findChildren(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.table.findChildren(QLineEdit))
    settled(panel, qtbot)


def test_the_list_says_key_name_size_and_tracks(panel: CategoriesPanel) -> None:
    assert column(panel, KEY) == ["1", "2", "3"]
    assert column(panel, NAME) == ["vehicle.car", "vehicle.truck", "human.pedestrian"]
    assert column(panel, SIZE) == ["4.5 × 1.9 × 1.6", "9 × 2.5 × 3.5", "0.6 × 0.6 × 1.75"]
    assert column(panel, TRACKS) == ["1", "0", "1"]


def _add(panel: CategoriesPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    settled(panel, qtbot)
    assert column(panel, NAME)[-1] == "new category"


def _rename(panel: CategoriesPanel, qtbot: QtBot) -> None:
    panel._desk.use_category("vehicle.car")
    type_in(panel, qtbot, 0, NAME, "bus")
    assert panel._desk.tracks["car"].category == "bus"
    assert panel._desk.active_category == "bus"


def _resize(panel: CategoriesPanel, qtbot: QtBot) -> None:
    type_in(panel, qtbot, 1, SIZE, "8 x 2.6 x 3")
    assert panel._desk.taxonomy.category("vehicle.truck").size == (8.0, 2.6, 3.0)


def _no_size(panel: CategoriesPanel, qtbot: QtBot) -> None:
    type_in(panel, qtbot, 1, SIZE, " ")
    assert panel._desk.taxonomy.category("vehicle.truck").size is None


def _recolor(panel: CategoriesPanel, qtbot: QtBot) -> None:
    panel.table.setCurrentCell(0, NAME)
    qtbot.mouseClick(panel.color, Qt.MouseButton.LeftButton)
    (dialog,) = panel.findChildren(QColorDialog)
    dialog.setCurrentColor(QColor("#123456"))
    dialog.accept()
    settled(panel, qtbot)
    assert panel._desk.taxonomy.category("vehicle.car").color == "#123456"


def _move(panel: CategoriesPanel, qtbot: QtBot) -> None:
    panel.table.setCurrentCell(2, NAME)
    qtbot.mouseClick(panel.up, Qt.MouseButton.LeftButton)
    settled(panel, qtbot)
    assert column(panel, NAME) == ["vehicle.car", "human.pedestrian", "vehicle.truck"]
    assert panel.table.currentRow() == 1, "it stays in hand"


def _limit(panel: CategoriesPanel, qtbot: QtBot) -> None:
    """Lower how fast a car may be and how far it may turn between frames, and bring the second back."""
    panel.table.setCurrentCell(0, NAME)
    qtbot.mouseClick(panel.limits, Qt.MouseButton.LeftButton)
    (dialog,) = panel.findChildren(LimitsDialog)
    assert not any(button.isEnabled() for button in dialog.usual.values()), "all are the usual ones"
    for name, text in (("speed", "15"), ("yaw_jump", "20")):
        dialog.fields[name].selectAll()
        qtbot.keyClicks(dialog.fields[name], text)
    qtbot.mouseClick(dialog.usual["yaw_jump"], Qt.MouseButton.LeftButton)
    dialog.accept()
    settled(panel, qtbot)
    car = panel._desk.taxonomy.category("vehicle.car")
    assert car.limits == (("speed", 15.0),)
    assert limits_of(car).yaw_jump == limits_of(replace(car, limits=())).yaw_jump


def _delete_unused(panel: CategoriesPanel, qtbot: QtBot) -> None:
    panel.table.setCurrentCell(1, NAME)
    qtbot.mouseClick(panel.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: column(panel, NAME) == ["vehicle.car", "human.pedestrian"])


def _dialog(panel: CategoriesPanel, qtbot: QtBot) -> DeleteDialog:
    panel.table.setCurrentCell(0, NAME)
    qtbot.mouseClick(panel.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.findChildren(DeleteDialog)) == 1)
    return panel.findChildren(DeleteDialog)[0]


def _delete_with_heir(panel: CategoriesPanel, qtbot: QtBot) -> None:
    dialog = _dialog(panel, qtbot)
    dialog.heir.setCurrentText("human.pedestrian")
    dialog.accept()
    settled(panel, qtbot)
    assert {track.category for track in panel._desk.tracks.values()} == {"human.pedestrian"}
    assert "vehicle.car" not in panel._desk.taxonomy
    assert panel._desk.active_category in panel._desk.taxonomy


def _delete_with_tracks(panel: CategoriesPanel, qtbot: QtBot) -> None:
    dialog = _dialog(panel, qtbot)
    dialog.drop.click()
    dialog.accept()
    settled(panel, qtbot)
    assert set(panel._desk.tracks) == {"walker"}


DEEDS = (
    _add, _rename, _resize, _no_size, _recolor, _limit, _move, _delete_unused, _delete_with_heir, _delete_with_tracks,
)  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_each_deed_is_one_step_and_undo_brings_all_back(
    panel: CategoriesPanel, qtbot: QtBot, failures: list[str], deed: Callable[[CategoriesPanel, QtBot], None]
) -> None:
    before, title = stored(panel), panel._desk.undo_title
    deed(panel, qtbot)
    after = stored(panel)
    assert after != before
    panel._desk.undo()
    settled(panel, qtbot)
    assert stored(panel) == before
    assert panel._desk.undo_title == title
    panel._desk.redo()
    settled(panel, qtbot)
    assert stored(panel) == after
    assert failures == []


def test_what_cannot_be_is_said_and_put_back(panel: CategoriesPanel, qtbot: QtBot, failures: list[str]) -> None:
    before, said = stored(panel), []
    panel._desk.said.connect(said.append)
    for text in ("4 5", "a b c", "1 2 -3", "nan 1 1", "1e9 1 1"):
        type_in(panel, qtbot, 0, SIZE, text)
    assert len(said) == 5
    assert column(panel, SIZE)[0] == "4.5 × 1.9 × 1.6"
    type_in(panel, qtbot, 0, NAME, "vehicle.truck")
    assert len(failures) == 1
    assert "vehicle.truck" in failures[0]
    type_in(panel, qtbot, 0, NAME, "  ")
    assert column(panel, NAME)[0] == "vehicle.car"
    assert stored(panel) == before


def test_a_question_that_is_put_away_changes_nothing(panel: CategoriesPanel, qtbot: QtBot) -> None:
    before = stored(panel)
    dialog = _dialog(panel, qtbot)
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settled(panel, qtbot)
    assert stored(panel) == before


def test_a_click_says_what_the_next_box_is_and_changes_no_track(panel: CategoriesPanel, qtbot: QtBot) -> None:
    desk = panel._desk
    desk.select("car")
    item, viewport = panel.table.item(2, NAME), panel.table.viewport()
    assert viewport is not None
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=panel.table.visualItemRect(item).center())
    assert desk.active_category == "human.pedestrian"
    assert desk.tracks["car"].category == "vehicle.car"
    desk.add_box(SE3("world", "box", (1, 0, 0, 0), (0, 0, 0)), (1, 1, 1))
    settled(panel, qtbot)
    assert desk.tracks[desk.selected].category == "human.pedestrian"


def test_sizes_are_read_as_people_write_them() -> None:
    for text in ("4.5 × 1.9 × 1.6", "4.5x1.9x1.6", "4,5 1,9 1,6", "4.5 * 1.9 * 1.6"):
        assert categories.size_of(text) == (4.5, 1.9, 1.6)
    assert categories.size_of("") is None


def test_every_limit_that_a_taxonomy_can_set_has_a_row() -> None:
    assert {limit.name for limit in LIMITS} == NAMES
    assert {name for limit in LIMITS for name in limit.rules} <= {rule.id for rule in RULES}
