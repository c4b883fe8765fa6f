"""What is drawn before a step among many boxes is what the views would have drawn, and is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt import exceptions
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.views.ahead import Ahead
from lidar_label.gui.views.calm import Calm
from lidar_label.model import SE3, Box, Labels, Scene, Track
from tests.gui.views.conftest import GROUND, Corner, corner_scene, pose_of
from tests.gui.views.test_calm import KINDS, drawn, fresh

FRAMES, CROWD = 5, 80


def crowded() -> tuple[Scene, Labels]:
    """Return the street corner with rows of boxes that stand still."""
    scene, _ = corner_scene(frames=FRAMES)
    tracks = [Track(category="vehicle.car", name=f"{n}", token=f"{n}") for n in range(CROWD)]
    boxes = []
    for frame in range(FRAMES):
        for n, track in enumerate(tracks):
            pose = pose_of(0) @ SE3.from_yaw("ego", "box", 0.1 * n, (6 + 4 * (n // 8), 4 * (n % 8) - 14, GROUND + 0.8))
            boxes.append(Box(track=track.token, frame=frame, world_SE3_box=pose, size=(3.0, 1.5, 1.6)))
    return scene, Labels(tracks, boxes)


@pytest.fixture
def street(open_desk: Callable[..., Desk], qtbot: QtBot) -> Any:
    corner = Corner(open_desk(*crowded()), qtbot)
    yield corner
    corner.close()


def calms_of(street: Any) -> list[Calm]:
    return [street.main._backdrop._calm, street.top._calm, street.cameras.panes["CAM_FRONT"]._calm]


def walk(street: Any, qtbot: QtBot) -> None:
    """Step to the frame before the one that is drawn ahead; again where that one was not read yet."""
    desk, ahead = street.desk, Ahead.of(street.stage)
    for name in KINDS:
        drawn(getattr(street, name), qtbot)
    qtbot.waitUntil(lambda: all(desk.is_ready(frame) for frame in range(FRAMES)))

    def is_ahead() -> bool:
        kept = [calm._coming for calm in calms_of(street)]
        return ahead._worker.pending == 0 and all(one is not None and one.boxes[0].frame == 3 for one in kept)

    for _ in range(10):
        for frame in (1, 2):
            desk.go_to(frame)
            for name in KINDS:
                drawn(getattr(street, name), qtbot)
        try:
            qtbot.waitUntil(is_ahead, timeout=6000)
        except exceptions.TimeoutError:  # the frame was not read yet as the views look at it by now
            continue
        return
    pytest.fail("nothing was drawn ahead")


def test_a_step_among_many_boxes_shows_what_was_drawn_before_it(street: Any, qtbot: QtBot) -> None:
    desk, calms = street.desk, calms_of(street)
    views = {name: getattr(street, name) for name in KINDS}
    desk.select("20")
    walk(street, qtbot)
    coming = [calm._coming.picture for calm in calms]
    desk.go_to(3)
    pictures = {name: drawn(view, qtbot) for name, view in views.items()}
    assert [calm._kept.picture for calm in calms] == coming
    desk.select("")
    for name, view in views.items():
        assert (drawn(view, qtbot) != pictures[name]).any(), "the selected box was not in the picture drawn before"
    desk.select("20")
    for name in views:
        assert (pictures[name] == fresh(street, name, qtbot)).all()


def test_boxes_that_were_changed_meanwhile_are_drawn_as_they_are(street: Any, qtbot: QtBot) -> None:
    desk = street.desk
    walk(street, qtbot)
    desk.select("30")
    desk.go_to(3)
    desk.nudge(dx=5.0)
    desk.flush()
    desk.select("")
    street.settle(1)
    assert (drawn(street.top, qtbot) == fresh(street, "top", qtbot)).all()


def test_what_points_hide_of_boxes_is_kept_as_long_as_their_picture(street: Any, qtbot: QtBot) -> None:
    desk, backdrop = street.desk, street.main._backdrop
    walk(street, qtbot)
    for frame in (3, 2, 3, 1, 2, 0, 1):
        desk.go_to(frame)
        drawn(street.main, qtbot)
        kept = [picture for picture, _ in backdrop._behinds]
        assert sorted(map(id, kept)) == sorted({id(picture) for picture in backdrop._calm.pictures})
        assert len(backdrop.behind) == len(street.stage.boxes)


def test_a_hand_that_turns_round_finds_the_pictures_of_the_last_two_frames(street: Any, qtbot: QtBot) -> None:
    walk(street, qtbot)
    for _ in range(10):  # a frame that is made ready for the views between two paintings has two pictures
        shown: dict[int, list[Any]] = {}
        found: list[Any] = []
        for frame in (1, 2, 3, 1):
            street.desk.go_to(frame)
            for name in KINDS:
                drawn(getattr(street, name), qtbot)
            found = [calm.pictures[0] for calm in calms_of(street)]
            shown.setdefault(frame, found)
        if all(one is two for one, two in zip(found, shown[1], strict=True)):
            return
    pytest.fail("a picture of the last two frames was drawn anew each time")
