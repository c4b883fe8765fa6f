"""Several tracks chosen at once: how they are chosen, and that each deed on them is one edit."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.views.marks import marked
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView

OpenDesk = Callable[..., Desk]
BOTH = 2  # the frame that has both tracks


@pytest.fixture
def desk(open_desk: OpenDesk, qtbot: QtBot) -> Desk:
    made = open_desk()
    made.go_to(BOTH)
    qtbot.waitUntil(lambda: len(made.boxes) == 2)
    qtbot.waitUntil(lambda: made.view is not None and made.view.index == BOTH)
    return made


def rows(desk: Desk) -> list[Any]:
    """Everything that is stored of tracks and boxes, read past the desk."""
    assert desk.project is not None
    store = desk.project.session.store
    found = store.labels(desk.scene_token)
    return [found.tracks, [(b.track, b.frame, b.size, b.center.tolist(), b.yaw, b.visibility) for b in found.boxes()]]


def settled(desk: Desk, qtbot: QtBot) -> None:
    desk.flush()
    qtbot.waitUntil(lambda: desk._store.pending == 0)


def test_choosing_adds_and_takes_away(desk: Desk, qtbot: QtBot) -> None:
    multi = Multi.of(desk)
    desk.select("car")
    multi.toggle("walker")
    assert multi.tokens == ("walker", "car")
    assert [box.track for box in desk.chosen_boxes] == ["walker", "car"]
    multi.toggle("walker")
    assert multi.tokens == ("car",)
    multi.choose_frame()
    assert set(multi.tokens) == {"car", "walker"}
    assert multi.tokens[0] == "car", "what was selected stays the one that is shown in the panel"
    desk.go_to(0)
    qtbot.waitUntil(lambda: len(desk.boxes) == 1)
    assert set(multi.tokens) == {"car", "walker"}, "another frame is no other selection"
    desk.select("")
    assert multi.tokens == ()


def test_a_click_with_shift_adds_in_the_top_view(desk: Desk, qtbot: QtBot) -> None:
    top = TopView(desk)
    qtbot.addWidget(top)
    top.resize(600, 600)
    top.show()
    stage = Stage.of(desk)
    spots = {box.track: top.to_pixels(stage.arrays.centers[i : i + 1])[0] for i, box in enumerate(stage.boxes)}

    def click(track: str, keys: Qt.KeyboardModifier) -> None:
        from PyQt6.QtCore import QPoint

        qtbot.mouseClick(top, Qt.MouseButton.LeftButton, keys, QPoint(*np.rint(spots[track]).astype(int).tolist()))

    click("car", Qt.KeyboardModifier.NoModifier)
    click("walker", Qt.KeyboardModifier.ShiftModifier)
    assert set(Multi.of(desk).tokens) == {"car", "walker"}
    assert len(marked(stage)) == 2
    click("walker", Qt.KeyboardModifier.ShiftModifier)
    assert Multi.of(desk).tokens == ("car",)
    click("walker", Qt.KeyboardModifier.NoModifier)
    assert Multi.of(desk).tokens == ("walker",)


def _nudge(desk: Desk) -> None:
    desk.nudge(dx=0.5, dz=0.1)
    desk.nudge(dyaw=0.2, dh=0.3)


def _flip(desk: Desk) -> None:
    desk.flip()


DEEDS: dict[str, Callable[[Desk], object]] = {
    "delete boxes": lambda desk: Multi.of(desk).delete_boxes(),
    "delete tracks": lambda desk: Multi.of(desk).delete_tracks(),
    "category": lambda desk: Multi.of(desk).set_category("vehicle.truck"),
    "visibility": lambda desk: Multi.of(desk).set_visibility("4"),
    "nudge": _nudge,
    "turn round": _flip,
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_on_all_is_one_edit_and_undo_brings_the_same_rows_back(desk: Desk, qtbot: QtBot, name: str) -> None:
    before, title = rows(desk), desk.undo_title
    Multi.of(desk).choose_frame()
    DEEDS[name](desk)
    settled(desk, qtbot)
    after = rows(desk)
    assert after != before
    desk.undo()
    settled(desk, qtbot)
    assert rows(desk) == before
    assert desk.undo_title == title
    desk.redo()
    settled(desk, qtbot)
    assert rows(desk) == after


def test_what_the_deeds_did(desk: Desk, qtbot: QtBot) -> None:
    multi, old = Multi.of(desk), {box.track: box for box in desk.boxes}
    multi.choose(["car", "walker"])
    multi.set_category("vehicle.truck")
    multi.set_visibility("1")
    desk.nudge(dx=0.5)
    desk.nudge(dyaw=math.pi / 2)
    settled(desk, qtbot)
    assert {track.category for track in desk.tracks.values()} == {"vehicle.truck"}
    for box in desk.boxes:
        assert box.visibility == "1"
        assert np.allclose(box.center - old[box.track].center, (0.5, 0, 0))
        assert math.isclose(box.yaw, math.pi / 2)
    multi.delete_boxes()
    settled(desk, qtbot)
    assert desk.boxes == ()
    assert set(desk.tracks) == {"car"}, "the walker had no other box"
    assert multi.tokens == ("car",)


def test_sizes_that_are_locked_are_kept_through_a_deed_on_all(desk: Desk, qtbot: QtBot) -> None:
    from lidar_label.edit import SetTrackLock

    desk.do(lambda session: session.do(SetTrackLock("car", (4.5, 1.9, 1.6))))
    settled(desk, qtbot)
    Multi.of(desk).choose_frame()
    desk.nudge(dl=0.5)
    settled(desk, qtbot)
    assert desk.project is not None
    cars = desk.project.session.store.boxes_of_track("car")
    assert {box.size for box in cars} == {(5.0, 1.9, 1.6)}
    desk.undo()
    settled(desk, qtbot)
    assert {box.size for box in desk.project.session.store.boxes_of_track("car")} == {(4.5, 1.9, 1.6)}
