"""What is done to boxes and tracks at the desk, on a real project file: stored, seen at once, and undone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.edits import free_name
from lidar_label.model import SE3, Box, Labels, Scene, Source, Track

OpenDesk = Callable[..., Desk]
MakeScene = Callable[..., Scene]


def tokens(desk: Desk) -> list[str]:
    return sorted(box.track for box in desk.boxes)


def stored(desk: Desk, track: str = "car") -> dict[int, Box]:
    assert desk.project is not None
    return {box.frame: box for box in desk.project.session.store.boxes_of_track(track)}


def settle(desk: Desk, qtbot: QtBot) -> None:
    """Wait until everything queued is stored and has been read back."""
    qtbot.waitUntil(lambda: desk._store.pending == 0)


def test_a_drawn_box_is_stored_selected_and_undone(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.set_category("vehicle.truck")
    desk.add_box(SE3("world", "box", (1, 0, 0, 0), (1, 2, 3)), (9, 2.5, 3.5))
    assert len(desk.boxes) == 2, "it is seen before it is stored"
    token = desk.selected
    qtbot.waitUntil(lambda: token in desk.tracks)
    settle(desk, qtbot)
    assert desk.tracks[token].category == "vehicle.truck"
    assert stored(desk, token)[0].source is Source.HUMAN
    assert [box.frame for box in desk.track_boxes] == [0]
    desk.undo()
    qtbot.waitUntil(lambda: token not in desk.tracks)
    assert desk.selected == ""
    assert tokens(desk) == ["car"]
    desk.redo()
    qtbot.waitUntil(lambda: token in desk.tracks)
    settle(desk, qtbot)
    assert tokens(desk) == sorted(["car", token])


def test_a_changed_box_becomes_a_key_frame_by_a_person(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.go_to(1)
    desk.select("car")
    qtbot.waitUntil(lambda: desk.selected_box is not None)
    box = desk.selected_box
    assert box is not None
    assert not box.is_keyframe
    pose = SE3("world", "box", box.world_SE3_box.rotation, box.center + np.array((0.5, 0, 0)))
    machine = replace(box, world_SE3_box=pose, source=Source.MACHINE, score=0.4, num_lidar_pts=12)
    with qtbot.waitSignal(desk.boxes_changed):
        desk.change_box(machine, "Move a box")
    shown = desk.selected_box
    assert shown is not None
    assert shown.world_SE3_box == pose
    settle(desk, qtbot)
    kept = stored(desk)[1]
    assert (kept.is_keyframe, kept.source, kept.score, kept.num_lidar_pts) == (True, Source.HUMAN, None, None)
    np.testing.assert_allclose(kept.center, pose.translation)
    assert desk.undo_title == "Move a box"
    assert [b.frame for b in desk.track_boxes if b.is_keyframe] == [0, 1, 3]


def test_nudges_are_seen_at_once_and_stored_as_one_edit(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.select("car")
    before = desk.selected_box
    assert before is not None
    for _ in range(5):
        desk.nudge(dx=0.1)
    seen = desk.selected_box
    assert seen is not None
    assert seen.center[0] == pytest.approx(before.center[0] + 0.5)
    desk.go_to(1)  # anything else stores them first
    settle(desk, qtbot)
    assert stored(desk)[0].center[0] == pytest.approx(before.center[0] + 0.5)
    desk.undo()
    qtbot.waitUntil(lambda: desk.index == 0)
    settle(desk, qtbot)
    assert stored(desk)[0].center[0] == pytest.approx(before.center[0])


def test_nudges_are_stored_when_the_keys_rest_and_when_the_desk_closes(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.select("car")
    with qtbot.waitSignal(desk.edited):
        desk.nudge(dyaw=0.25)
    assert stored(desk)[0].yaw == pytest.approx(0.25)
    desk.nudge(dyaw=0.25)
    project = desk.project
    desk.close()
    assert project is not None
    from lidar_label.store import ProjectStore

    store = ProjectStore.open(project.path)
    try:
        assert {b.frame: b for b in store.boxes_of_track("car")}[0].yaw == pytest.approx(0.5)
    finally:
        store.close()


def test_undo_goes_to_the_frame_it_touched(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.select("car")
    desk.delete_box()
    qtbot.waitUntil(lambda: 0 not in stored(desk))
    assert desk.boxes == ()
    desk.go_to(5)
    desk.undo()
    qtbot.waitUntil(lambda: desk.index == 0 and tokens(desk) == ["car"])


def test_deleting_a_track_takes_its_boxes_everywhere(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.go_to(2)
    desk.select("car")
    desk.delete_track()
    qtbot.waitUntil(lambda: "car" not in desk.tracks)
    assert desk.selected == ""
    assert tokens(desk) == ["walker"]
    desk.go_to(1)
    settle(desk, qtbot)
    assert desk.boxes == ()


def test_interpolation_fills_between_key_frames(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.select("car")
    desk.go_to(3)
    qtbot.waitUntil(lambda: desk.selected_box is not None)
    box = desk.selected_box
    assert box is not None
    pose = SE3("world", "box", (1, 0, 0, 0), (119, 52, 0.8))
    desk.change_box(box.moved(pose), "Move a box")
    desk.interpolate()
    qtbot.waitUntil(lambda: desk.undo_title == "Interpolate a track")
    xs = [stored(desk)[i].center[0] for i in range(4)]
    np.testing.assert_allclose(xs, [110, 113, 116, 119])
    assert [stored(desk)[i].is_keyframe for i in range(4)] == [True, False, False, True]
    assert stored(desk)[1].source is Source.INTERPOLATED
    desk.undo()
    qtbot.waitUntil(lambda: desk.undo_title == "Move a box")
    assert stored(desk)[1].center[0] == pytest.approx(111)


def test_interpolating_a_track_with_one_key_frame_says_so(
    open_desk: OpenDesk, qtbot: QtBot, failures: list[str]
) -> None:
    desk = open_desk()
    desk.select("walker")
    with qtbot.waitSignal(desk.failed):
        desk.interpolate()
    assert "fewer than two key frames" in failures[0]


def test_interpolating_neighbours_says_that_nothing_changed(open_desk: OpenDesk, qtbot: QtBot) -> None:
    track = Track(category="vehicle.car", name="3", token="pair")
    place = SE3("world", "box", (1, 0, 0, 0), (110, 52, 0.8))
    boxes = [Box(track="pair", frame=frame, world_SE3_box=place, size=(4, 2, 1.5)) for frame in (0, 1)]
    desk = open_desk(None, Labels([track], boxes))
    desk.select("pair")
    with qtbot.waitSignal(desk.said) as said:
        desk.interpolate()
    assert "Nothing changed" in said.args[0]
    assert desk.undo_title == ""


def test_a_new_track_is_named_by_the_next_number(open_desk: OpenDesk, qtbot: QtBot) -> None:
    names = ["7", "car 12", "anna", "9f31", "x40", "hours 2099999999999"]
    tracks = [Track(category="vehicle.car", name=name) for name in names]
    desk = open_desk(None, Labels(tracks, []))
    for wanted in ("13", "14"):
        desk.add_box(SE3("world", "box", (1, 0, 0, 0), (110, 52, 0.8)), (4, 2, 1.5))
        settle(desk, qtbot)
        assert desk.tracks[desk.selected].name == wanted
    assert free_name([]) == "1"


def test_copy_on_makes_the_next_box_and_goes_there(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.go_to(3)
    desk.select("car")
    qtbot.waitUntil(lambda: desk.selected_box is not None)
    desk.copy_to_next()
    assert desk.index == 4
    qtbot.waitUntil(lambda: desk.selected_box is not None)
    box = desk.selected_box
    assert box is not None
    assert box.frame == 4
    assert box.center[0] == pytest.approx(114, abs=0.2), "it goes on with the car's motion"


def test_copy_on_keeps_a_key_frame_that_is_there(open_desk: OpenDesk, qtbot: QtBot, failures: list[str]) -> None:
    desk = open_desk()
    desk.go_to(2)
    desk.select("car")
    qtbot.waitUntil(lambda: desk.selected_box is not None)
    before = stored(desk)[3]
    with qtbot.waitSignal(desk.failed):
        desk.copy_to_next()
    assert stored(desk)[3] == before
    assert desk.index == 3


def test_category_name_attributes_and_visibility(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.select("car")
    desk.set_category("vehicle.truck")
    desk.set_track_name("  lorry ")
    desk.set_attribute("vehicle.parked", True)
    desk.set_visibility("4")
    qtbot.waitUntil(lambda: desk.undo_title == "Change the visibility")
    assert (desk.tracks["car"].category, desk.tracks["car"].name) == ("vehicle.truck", "lorry")
    assert stored(desk)[0].attributes == {"vehicle.parked": True}
    assert stored(desk)[0].visibility == "4"
    desk.set_attribute("vehicle.parked", None)
    qtbot.waitUntil(lambda: stored(desk)[0].attributes == {})
    assert desk.active_category == "vehicle.truck"


def test_flip_turns_by_half(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.select("car")
    desk.flip()
    qtbot.waitUntil(lambda: abs(stored(desk)[0].yaw) == pytest.approx(math.pi))


def test_a_refused_edit_leaves_what_is_stored_on_the_screen(
    open_desk: OpenDesk, qtbot: QtBot, failures: list[str]
) -> None:
    desk = open_desk()
    box = desk.boxes[0]
    stranger = replace(box, track="nobody", token="x" * 32)
    with qtbot.waitSignal(desk.failed):
        desk.change_box(stranger, "Move a box")
    settle(desk, qtbot)
    assert tokens(desk) == ["car"]
    assert failures


def test_undo_ends_at_the_import(open_desk: OpenDesk, qtbot: QtBot, failures: list[str]) -> None:
    desk = open_desk()
    with qtbot.waitSignal(desk.failed):
        desk.undo()
    assert "import of the drive" in failures[0]
    settle(desk, qtbot)
    assert tokens(desk) == ["car"]
    assert desk.redo_title == ""
    assert desk.project is not None
    assert len(desk.project.refs) == 1
