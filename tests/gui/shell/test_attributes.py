"""The form of attributes: of every kind, for this frame, for every frame, for the track, and for several tracks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from lidar_label.edit import SetTaxonomy
from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.shell.box_panel import BoxPanel
from lidar_label.model import Attribute, Taxonomy

OpenDesk = Callable[..., Desk]
MORE = (
    Attribute(name="note", kind="text"),
    Attribute(name="speed", kind="number"),
    Attribute(name="electric", per="track"),
    Attribute(name="paint", kind="choice", values=("red", "blue"), per="track"),
    Attribute(name="plate", kind="text", per="track"),
)


@pytest.fixture
def panel(open_desk: OpenDesk, qtbot: QtBot) -> BoxPanel:
    desk = open_desk()
    old = desk.taxonomy
    wider = Taxonomy(old.categories, (*old.attributes, *MORE), old.visibilities)
    desk.do(lambda session: session.do(SetTaxonomy(wider)))
    qtbot.waitUntil(lambda: len(desk.taxonomy.attributes) == 7)
    made = BoxPanel(desk)
    qtbot.addWidget(made)
    made.resize(400, 700)
    made.show()
    desk.select("car")
    return made


def settled(panel: BoxPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel._desk._store.pending == 0)


def boxes(panel: BoxPanel, track: str = "car") -> list[dict[str, object]]:
    desk = panel._desk
    assert desk.project is not None
    return [dict(box.attributes) for box in desk.project.session.store.boxes_of_track(track)]


def track_says(panel: BoxPanel, track: str = "car") -> dict[str, object]:
    desk = panel._desk
    assert desk.project is not None
    return dict(desk.project.session.store.track(track).attributes)


def say(panel: BoxPanel, qtbot: QtBot, name: str, value: str = "") -> None:
    """Use the field of an attribute as a person does."""
    field = panel.attributes._fields[name]
    if isinstance(field, QCheckBox):
        field.click()
    elif isinstance(field, QComboBox):
        field.setCurrentText(value)
        field.textActivated.emit(value)
    elif isinstance(field, QLineEdit):
        field.setFocus()
        field.selectAll()
        qtbot.keyClick(field, Qt.Key.Key_Backspace)
        qtbot.keyClicks(field, value)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    settled(panel, qtbot)


def test_each_kind_is_said_of_the_box_in_this_frame(panel: BoxPanel, qtbot: QtBot) -> None:
    for name, value in (("vehicle.parked", ""), ("lane", "left"), ("note", "look here"), ("speed", "3,5")):
        say(panel, qtbot, name, value)
    wanted = {"vehicle.parked": True, "lane": "left", "note": "look here", "speed": 3.5}
    assert boxes(panel) == [wanted, {}, {}, {}]
    say(panel, qtbot, "vehicle.parked")
    say(panel, qtbot, "note", "")
    assert boxes(panel)[0] == {"lane": "left", "speed": 3.5}
    said: list[str] = []
    panel._desk.said.connect(said.append)
    for wrong in ("fast", "nan", "1e999"):
        say(panel, qtbot, "speed", wrong)
    assert said == ["speed is a number"] * 3
    assert boxes(panel)[0] == {"lane": "left", "speed": 3.5}


def test_what_is_said_of_the_track_needs_no_box_here(panel: BoxPanel, qtbot: QtBot) -> None:
    panel._desk.go_to(5)
    settled(panel, qtbot)
    assert not panel.attributes._fields["lane"].isEnabled()
    for name, value in (("electric", ""), ("paint", "blue"), ("plate", "B-42")):
        say(panel, qtbot, name, value)
    assert track_says(panel) == {"electric": True, "paint": "blue", "plate": "B-42"}
    assert boxes(panel) == [{}] * 4
    say(panel, qtbot, "paint", "")
    assert track_says(panel) == {"electric": True, "plate": "B-42"}


def test_in_every_frame_is_one_step_and_keeps_what_lies_between(panel: BoxPanel, qtbot: QtBot) -> None:
    desk, said = panel._desk, []
    desk.said.connect(said.append)
    settled(panel, qtbot)
    keys = [box.is_keyframe for box in desk.track_boxes]
    panel.attributes.every.click()
    say(panel, qtbot, "lane", "right")
    assert boxes(panel) == [{"lane": "right"}] * 4
    assert said == ["4 boxes changed"]
    assert [box.is_keyframe for box in desk.track_boxes] == keys
    desk.undo()
    settled(panel, qtbot)
    assert boxes(panel) == [{}] * 4


def test_several_tracks_are_told_at_once(panel: BoxPanel, qtbot: QtBot) -> None:
    desk = panel._desk
    desk.go_to(2)
    settled(panel, qtbot)
    Multi.of(desk).choose_frame()
    assert panel.attributes.several.isVisible()
    say(panel, qtbot, "lane", "left")
    say(panel, qtbot, "electric")
    panel.category.textActivated.emit("vehicle.truck")
    panel.visibility.setCurrentIndex(panel.visibility.findData("4"))
    panel.visibility.activated.emit(panel.visibility.currentIndex())
    settled(panel, qtbot)
    for token in ("car", "walker"):
        assert track_says(panel, token) == {"electric": True}
        assert desk.tracks[token].category == "vehicle.truck"
    assert [(box.attributes, box.visibility) for box in desk.boxes] == [({"lane": "left"}, "4")] * 2
    for _ in range(4):
        desk.undo()
    settled(panel, qtbot)
    assert boxes(panel) == [{}] * 4
    assert desk.tracks["walker"].category == "human.pedestrian"
