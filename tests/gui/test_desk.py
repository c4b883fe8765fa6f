"""The desk on a real project file: frames, labels, selection, playing, faults. Edits: test_desk_edits.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lidar_label.errors import UnreadableFile
from lidar_label.gui.desk import Desk
from lidar_label.model import SE3, Box, Labels, PointCloud, Scene, Track

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


def test_it_opens_with_points_pictures_and_labels(open_desk: OpenDesk) -> None:
    desk = open_desk()
    assert desk.view is not None
    assert desk.view.index == 0
    assert len(desk.view.xyz) == 500
    assert tokens(desk) == ["car"]
    assert desk.tracks["walker"].name == "anna"
    assert desk.track_counts["car"] == (0, 3, 4)
    assert desk.active_category == "vehicle.car"
    assert desk.undo_title == "", "the import is not there to be undone"


def test_a_drive_that_begins_with_pictures_alone_opens_where_there_are_points(
    open_desk: OpenDesk, make_scene: MakeScene
) -> None:
    scene = make_scene(6)
    later = [replace(frame, sweeps={}) if frame.index < 2 else frame for frame in scene.frames]
    desk = open_desk(replace(scene, frames=later))
    assert desk.index == 2
    assert desk.view is not None
    assert len(desk.view.xyz) == 500


def test_labels_are_there_before_the_points_are(open_desk: OpenDesk, make_scene: MakeScene, qtbot: QtBot) -> None:
    import threading

    go = threading.Event()

    def load(index: int) -> PointCloud:
        go.wait(20)
        return PointCloud(np.ones((3, 3), np.float32))

    desk = open_desk(make_scene(6, load=load), wait=False)
    try:
        desk.go_to(2)
        qtbot.waitUntil(lambda: tokens(desk) == ["car", "walker"])
        assert desk.index == 2
        assert desk.view is None
    finally:
        go.set()
    qtbot.waitUntil(lambda: desk.view is not None and desk.view.index == 2)


def test_a_frame_jumped_to_does_not_wait_for_its_neighbours(
    open_desk: OpenDesk, make_scene: MakeScene, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    car = Track(category="vehicle.car", token="car")
    there = Box(track="car", frame=20, world_SE3_box=SE3.from_yaw("world", "box", 0.0, (120, 52, 1)), size=(4, 2, 1.5))
    desk = open_desk(make_scene(30), Labels([car], [there]))
    settle(desk, qtbot)
    assert desk.project is not None
    store, go = desk.project.session.store, threading.Event()
    read = store.boxes_in_frame

    def only_one_is_quick(scene: str, frame: int) -> Sequence[Box]:
        if frame != 20:
            go.wait(20)
        return read(scene, frame)

    monkeypatch.setattr(store, "boxes_in_frame", only_one_is_quick)
    try:
        desk.go_to(20)
        qtbot.waitUntil(lambda: tokens(desk) == ["car"])
    finally:
        go.set()


def test_boxes_are_read_ahead_so_that_a_step_shows_them_at_once(
    open_desk: OpenDesk, make_scene: MakeScene, qtbot: QtBot
) -> None:
    boxes = [
        Box(track="car", frame=i, world_SE3_box=SE3.from_yaw("world", "box", 0.0, (i, 2, 1)), size=(4, 2, 1.5))
        for i in range(80)
    ]
    desk = open_desk(make_scene(80), Labels([Track(category="vehicle.car", token="car")], boxes))
    settle(desk, qtbot)
    for _ in range(70):
        desk.step(+1)
        assert tokens(desk) == ["car"] or desk.index == 1  # the first step begins the reading
        settle(desk, qtbot)
    for _ in range(60):
        desk.step(-1)
        assert tokens(desk) == ["car"]


def test_stepping_stays_inside_the_scene(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.step(-1)
    assert desk.index == 0
    desk.step(100)
    assert desk.index == 5
    qtbot.waitUntil(lambda: desk.view is not None and desk.view.index == 5)
    assert desk.boxes == ()


def test_tab_goes_round_the_boxes_nearest_first(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.go_to(2)
    qtbot.waitUntil(lambda: len(desk.boxes) == 2)
    seen = []
    for _ in range(3):
        desk.select_next(+1)
        seen.append(desk.selected)
    assert seen == ["walker", "car", "walker"]
    desk.select_next(-1)
    assert desk.selected == "car"


def test_escape_drops_the_tool_then_the_selection(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.select("car")
    desk.set_tool("box")
    desk.escape()
    assert (desk.tool, desk.selected) == ("select", "car")
    desk.escape()
    assert desk.selected == ""


def test_key_frames_of_the_track_can_be_walked(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    desk.select("car")
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 4)
    desk.step_key(+1)
    assert desk.index == 3
    desk.step_key(+1)
    assert desk.index == 3
    desk.step_key(-1)
    assert desk.index == 0


def test_a_broken_file_is_said_and_the_rest_is_shown(
    open_desk: OpenDesk, make_scene: MakeScene, failures: list[str]
) -> None:
    def load(index: int) -> PointCloud:
        raise UnreadableFile("cut off in the middle", where="000.bin")

    desk = open_desk(make_scene(2, load=load))
    assert failures == ["000.bin: cut off in the middle"]
    assert desk.view is not None
    assert "CAM_FRONT" in desk.view.images


def test_playing_reaches_the_end_and_stops(open_desk: OpenDesk, make_scene: MakeScene, qtbot: QtBot) -> None:
    times = [1_000_000_000 + 20_000_000 * i for i in range(10)]
    desk = open_desk(make_scene(times_ns=times), Labels())
    shown: list[int] = []
    desk.index_changed.connect(lambda: shown.append(desk.index))
    desk.play()
    assert desk.is_playing
    qtbot.waitUntil(lambda: not desk.is_playing)
    assert shown[-1] == 9
    assert shown == sorted(shown)


def test_stepping_by_hand_stops_playing(open_desk: OpenDesk, make_scene: MakeScene) -> None:
    desk = open_desk(make_scene(50))
    desk.play()
    desk.step(1)
    assert not desk.is_playing


def test_colours_are_of_the_category_or_of_the_track(open_desk: OpenDesk) -> None:
    desk = open_desk()
    assert desk.color_of(desk.boxes[0]).name() == "#ff9900"
    desk.set_color_mode("track")
    other = Box(track="another", frame=0, world_SE3_box=desk.boxes[0].world_SE3_box, size=(1, 1, 1))
    assert desk.color_of(desk.boxes[0]) != desk.color_of(other)


def test_a_track_of_a_category_that_is_gone_still_has_a_colour(open_desk: OpenDesk) -> None:
    desk = open_desk(found=Labels([Track(category="vehicle.car", token="car")], []))
    assert desk.category_color("no such").isValid()


def test_an_empty_desk_answers_every_action(qtbot: QtBot) -> None:
    desk = Desk()
    try:
        for action in (
            desk.undo, desk.redo, desk.delete_box, desk.delete_track, desk.interpolate, desk.copy_to_next,
            desk.flip, desk.play, desk.escape, desk.flush,
        ):  # fmt: skip
            action()
        desk.go_to(4)
        desk.step(1)
        desk.select_next(1)
        desk.add_box(SE3("world", "box", (1, 0, 0, 0), (0, 0, 0)), (1, 1, 1))
        assert desk.scene is None
        assert desk.boxes == ()
    finally:
        desk.close()


def test_a_broken_file_that_was_read_ahead_is_said_when_its_frame_is_shown(
    open_desk: OpenDesk, make_scene: MakeScene, qtbot: QtBot, failures: list[str]
) -> None:
    def load(index: int) -> PointCloud:
        if index == 2:
            raise UnreadableFile("cut off", where="002.bin")
        return PointCloud(np.ones((3, 3), np.float32))

    desk = open_desk(make_scene(4, load=load))
    qtbot.waitUntil(lambda: desk.is_ready(2))
    assert failures == []
    desk.go_to(2)
    assert failures == ["002.bin: cut off"]
