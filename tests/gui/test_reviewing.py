"""A round of review: one says a track is rejected, another mends it, and the first is led to what was changed."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from lidar_label.edit import PutBoxes, Session
from lidar_label.gui import reviewing
from lidar_label.gui.desk import Desk
from lidar_label.model import Track
from lidar_label.store import ProjectStore
from tests.gui.conftest import box_at


def test_a_round_between_two_people(open_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = open_desk()
    assert desk.project is not None
    store, told = desk.project.session.store, []
    desk.said.connect(told.append)
    desk.select("car")
    reviewing.set_track(desk, "rejected")
    reviewing.set_frame(desk, "checked")
    qtbot.waitUntil(lambda: len(store.reviews(desk.scene_token)) == 2)
    states = {(r.track, r.frame): (r.state, r.author) for r in store.reviews(desk.scene_token)}
    assert states == {("car", None): ("rejected", "tester"), (None, 0): ("checked", "tester")}
    qtbot.waitUntil(lambda: told == ["Track 7: rejected", "Frame 0: checked"])

    reviewing.next_change(desk)
    qtbot.waitUntil(lambda: told[-1].startswith("Nobody else"))
    bob = Session(ProjectStore.open(store.path), "Bob")
    bob.do(PutBoxes(desk.scene_token, (box_at(Track(category="vehicle.car", token="car"), 2, 111.0, 53.0),)))
    bob.close()
    reviewing.next_change(desk)
    qtbot.waitUntil(lambda: told[-1] == "Changed by Bob; 1 boxes since your last word")
    assert (desk.index, desk.selected) == (2, "car")

    reviewing.set_track(desk, "done")
    qtbot.waitUntil(lambda: {r.state for r in store.reviews(desk.scene_token)} == {"done", "checked"})
    desk.undo()
    qtbot.waitUntil(lambda: {r.state for r in store.reviews(desk.scene_token)} == {"rejected", "checked"})
