"""The panel of attributes: made, changed and deleted with real widgets, one step of undo each, in a real project."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from lidar_label.gui.attributes import values_of
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.attributes_panel import KINDS, NAME, SPANS, AttributesPanel
from lidar_label.gui.shell.box_panel import BoxPanel
from lidar_label.model import Attribute, Taxonomy

OpenDesk = Callable[..., Desk]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(open_desk: OpenDesk, qtbot: QtBot) -> AttributesPanel:
    made = AttributesPanel(open_desk())
    qtbot.addWidget(made)
    made.resize(420, 420)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    return made


def settled(panel: AttributesPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel._desk._store.pending == 0)


def stored(panel: AttributesPanel) -> tuple[Taxonomy, list[object], list[object]]:
    desk = panel._desk
    assert desk.project is not None
    found = desk.project.session.store.labels(desk.scene_token)
    return (
        desk.project.session.store.taxonomy(),
        [track.attributes for track in found.tracks],
        [box.attributes for box in found.boxes()],
    )


def attribute(panel: AttributesPanel, name: str) -> Attribute:
    return next(found for found in stored(panel)[0].attributes if found.name == name)


def type_into(panel: AttributesPanel, qtbot: QtBot, field: object, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settled(panel, qtbot)


def pick(panel: AttributesPanel, qtbot: QtBot, box: QComboBox, at: int) -> None:
    """Choose from a list with the keys, as a hand does."""
    box.setFocus()
    while box.currentIndex() != at:
        qtbot.keyClick(box, Qt.Key.Key_Down if at > box.currentIndex() else Qt.Key.Key_Up)
        settled(panel, qtbot)


def make(panel: AttributesPanel, qtbot: QtBot, name: str) -> None:
    qtbot.mouseClick(panel.add, LEFT)
    settled(panel, qtbot)
    qtbot.waitUntil(lambda: panel.name.hasFocus())
    assert panel.name.selectedText() == "new attribute", "it can be typed over at once"
    type_into(panel, qtbot, panel.name, name)


def test_an_attribute_is_made_and_undone_step_by_step(panel: AttributesPanel, qtbot: QtBot) -> None:
    desk, before = panel._desk, stored(panel)
    make(panel, qtbot, "door")
    pick(panel, qtbot, panel.kind, KINDS.index("choice"))
    type_into(panel, qtbot, panel.values, "open, shut,open, half")
    pick(panel, qtbot, panel.per, SPANS.index("track"))
    panel._fill_menu()
    next(action for action in panel.menu.actions() if action.text() == "vehicle.truck").trigger()
    settled(panel, qtbot)
    assert values_of("开，关、半开") == ("开", "关", "半开")
    made = attribute(panel, "door")
    assert (made.kind, made.values, made.per) == ("choice", ("open", "shut", "half"), "track")
    assert made.categories == ("vehicle.truck",)
    assert panel.categories.text() == "vehicle.truck"
    qtbot.mouseClick(panel.up, LEFT)
    settled(panel, qtbot)
    assert [found.name for found in stored(panel)[0].attributes] == ["vehicle.parked", "door", "lane"]
    assert panel.table.item(panel.table.currentRow(), NAME).text() == "door", "it stays the chosen one"
    for _ in range(7):
        desk.undo()
        settled(panel, qtbot)
    assert stored(panel) == before


def test_a_name_that_is_taken_is_refused_and_what_was_said_goes_with_a_new_one(
    panel: AttributesPanel, qtbot: QtBot, failures: list[str]
) -> None:
    desk = panel._desk
    desk.go_to(1)
    desk.select("car")
    settled(panel, qtbot)
    desk.set_attribute("lane", "left")
    settled(panel, qtbot)
    panel.table.setCurrentCell(1, NAME)
    with qtbot.waitSignal(desk.said) as said:
        type_into(panel, qtbot, panel.name, "vehicle.parked")
    assert "vehicle.parked" in said.args[0]
    assert panel.name.text() == "lane"
    type_into(panel, qtbot, panel.values, "right")
    assert failures == ["attribute 'lane' is said in 1 places that this would not fit "
                        "(make a new attribute, or take back what was said first)"]  # fmt: skip
    assert panel.values.text() == "left, right"
    type_into(panel, qtbot, panel.name, "driving lane")
    assert [said for said in stored(panel)[2] if said] == [{"driving lane": "left"}]


def test_deleting_what_was_said_is_asked_first(panel: AttributesPanel, qtbot: QtBot) -> None:
    desk = panel._desk
    desk.go_to(1)
    desk.select("car")
    settled(panel, qtbot)
    desk.set_attribute("lane", "left")
    settled(panel, qtbot)
    before = stored(panel)
    panel.table.setCurrentCell(1, NAME)
    qtbot.mouseClick(panel.delete, LEFT)
    qtbot.waitUntil(lambda: bool(panel.findChildren(QMessageBox)))
    (box,) = panel.findChildren(QMessageBox)
    assert "1 boxes and 0 tracks" in box.text()
    qtbot.mouseClick(box.findChild(QPushButton, "delete"), LEFT)
    settled(panel, qtbot)
    assert [found.name for found in stored(panel)[0].attributes] == ["vehicle.parked"]
    assert not any(stored(panel)[2])
    desk.undo()
    settled(panel, qtbot)
    assert stored(panel) == before
    panel.table.setCurrentCell(0, NAME)
    qtbot.mouseClick(panel.delete, LEFT)  # nobody has said it
    settled(panel, qtbot)
    assert [found.name for found in stored(panel)[0].attributes] == ["lane"]


def test_the_form_of_a_box_asks_what_concerns_its_category(panel: AttributesPanel, qtbot: QtBot) -> None:
    desk = panel._desk
    box = BoxPanel(desk)
    qtbot.addWidget(box)
    box.show()
    form = box.attributes
    make(panel, qtbot, "sits")
    panel._fill_menu()
    next(action for action in panel.menu.actions() if action.text() == "human.pedestrian").trigger()
    settled(panel, qtbot)
    desk.go_to(2)
    settled(panel, qtbot)

    def asked() -> list[str]:
        return [tick.text() for tick in form.findChildren(QCheckBox) if tick.isVisible() and tick is not form.every]

    desk.select("car")
    qtbot.waitUntil(lambda: asked() == ["vehicle.parked"])
    desk.select("walker")
    qtbot.waitUntil(lambda: asked() == ["vehicle.parked", "sits"])
