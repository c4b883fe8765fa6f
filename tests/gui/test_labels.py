"""The labels around the playhead: frames are read ahead one at a time, so that an edit never waits for many."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from lidar_label.gui import edits
from lidar_label.gui.desk import Desk
from lidar_label.gui.labels import KEPT_FRAMES, READ_AHEAD, LabelMirror, LabelState
from lidar_label.gui.worker import Worker
from lidar_label.model import SE3, Box, Labels, Scene, Track

FRAMES = 2 * KEPT_FRAMES + 50


@pytest.fixture
def mirror(qtbot: QtBot, make_scene: Callable[..., Scene], open_desk: Callable[..., Desk]) -> Iterator[LabelMirror]:
    """A mirror of a project in which one car stands in each of many frames."""
    car = Track(category="vehicle.car", token="car")
    pose = SE3("world", "box", (1, 0, 0, 0), (110, 52, 0.8))
    boxes = [Box(track="car", frame=i, world_SE3_box=pose, size=(4, 2, 1.5)) for i in range(FRAMES)]
    desk = open_desk(make_scene(FRAMES, cameras=False), Labels([car], boxes))
    assert desk.project is not None
    worker = Worker("labels")
    made = LabelMirror(worker)
    made.open(desk.project.session, desk.scene_token, FRAMES, LabelState())
    yield made
    worker.close()


def has(mirror: LabelMirror, frame: int) -> bool:
    """Whether a frame's boxes are here as soon as it is shown."""
    mirror.show_frame(frame)
    return bool(mirror.boxes)


def test_an_edit_waits_for_two_frames_at_most(mirror: LabelMirror, qtbot: QtBot) -> None:
    worker = mirror._worker
    mirror.show_frame(10)
    assert worker.pending <= 2, "the frame that is shown, and one ahead of it"
    with qtbot.waitSignal(mirror.edited):
        mirror.do(edits.delete_box("car", 10, "Delete a box"))
    qtbot.waitUntil(lambda: worker.pending == 0)
    assert not mirror.boxes
    assert has(mirror, 10 + READ_AHEAD), "it was read ahead after the edit"
    assert not has(mirror, 10)


def test_reading_ahead_follows_the_playhead_and_its_way(mirror: LabelMirror, qtbot: QtBot) -> None:
    worker = mirror._worker
    mirror.show_frame(60)
    mirror.show_frame(150, -1)
    qtbot.waitUntil(lambda: worker.pending == 0)
    assert has(mirror, 150 - READ_AHEAD)
    assert not has(mirror, 60 + READ_AHEAD), "nobody waits there any more"


def test_boxes_far_from_the_playhead_are_let_go(mirror: LabelMirror, qtbot: QtBot) -> None:
    worker = mirror._worker
    for frame in (0, 2 * KEPT_FRAMES):
        mirror.show_frame(frame)
        qtbot.waitUntil(lambda: worker.pending == 0)
    assert has(mirror, 2 * KEPT_FRAMES)
    assert not has(mirror, 0)
