"""A track edited in all its frames: its points lie in its own box, an edit goes to all boxes, and is undone at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QWidget

from lidar_label.gui import size_lock
from lidar_label.gui.sides.column import SideViews
from lidar_label.gui.views import paint
from lidar_label.gui.views.colors import BACKGROUND
from lidar_label.gui.views.top_view import TopView
from lidar_label.model import Box
from tests.gui.merge.conftest import CAR, FRAMES, Road, drag, ego_pose, mover_pose

HALF = np.array(CAR) / 2


@pytest.fixture
def whole(road: Road) -> Road:
    road.desk.select("mover")
    road.qtbot.waitUntil(lambda: len(road.desk.track_boxes) == FRAMES)
    road.whole.toggle()
    road.qtbot.waitUntil(lambda: road.whole.cloud is not None)
    return road


def boxes(road: Road) -> dict[int, Box]:
    return {row.frame: row for row in road.rows() if isinstance(row, Box) and row.track == "mover"}


def test_a_moving_track_is_sharp_in_its_box(whole: Road) -> None:
    cloud = whole.whole.cloud
    assert cloud is not None
    above = cloud.xyz[cloud.xyz[:, 2] > 0.03 - HALF[2]]
    assert np.unique(cloud.frames).tolist() == list(range(FRAMES))
    assert len(above) > 0.9 * 150 * FRAMES
    to_face = np.abs(HALF - np.abs(above)).min(axis=1)  # each point was made on a face of the car
    assert to_face.max() < 2e-3
    view = whole.stage.view
    assert view is not None
    placed = whole.whole.placed(view)
    assert placed is not None
    world = ego_pose(view.index).apply(placed.astype(np.float64))
    assert np.allclose(mover_pose(view.index).inverse.apply(world), cloud.xyz, atol=2e-3)
    assert sum(map(len, whole.stage.batches)) == len(view.xyz) + len(placed)
    assert whole.stage.box_xyz is placed


def test_the_view_from_above_shows_the_points_of_all_frames(
    whole: Road, show: Callable[[QWidget, tuple[int, int]], QWidget]
) -> None:
    top = show(TopView(whole.desk), (500, 500))
    assert isinstance(top, TopView)
    top.focus_selection()
    view, cloud = whole.stage.view, whole.whole.cloud
    assert view is not None
    assert cloud is not None
    placed = whole.whole.placed(view)
    assert placed is not None

    def drawn(frame: int) -> float:
        """The share of a frame's points on the car's roof under which the picture has no ground of its own colour."""
        picture, roof = top._cloud, placed[(cloud.frames == frame) & (cloud.xyz[:, 2] > HALF[2] - 0.01)]
        assert picture is not None
        pixels = top.to_pixels(roof.astype(np.float64)).astype(int)
        found = [picture.pixelColor(int(u), int(v)) for u, v in pixels]
        return float(np.mean([color.name() != empty for color in found]))

    top.grab()
    empty = QColor(*BACKGROUND).name()
    assert all(drawn(frame) > 0.95 for frame in range(FRAMES))
    whole.whole.end()
    top.grab()
    assert drawn(0) < 0.7, "without it, those of this frame alone"


def test_a_drag_in_a_side_view_goes_to_all_frames_and_is_one_step_of_undo(
    whole: Road, show: Callable[[QWidget, tuple[int, int]], QWidget]
) -> None:
    sides = show(SideViews(whole.desk), (300, 750))
    assert isinstance(sides, SideViews)
    before, was = whole.rows(), boxes(whole)
    pane = sides.panes["side"]
    shown = pane.grab().toImage()
    assert QColor(shown.pixel(shown.width() // 8, shown.height() - 5)) == paint.BEST  # the banner
    placed = whole.whole.placed(whole.stage.view)
    start = pane.place_of(1, 0)  # the front
    drag(pane, start, start + QPointF(0.5 / pane.metres_per_pixel, 0))
    whole.settle()
    now = boxes(whole)
    assert placed is not None
    assert np.array_equal(placed, whole.whole.placed(whole.stage.view))  # under the mouse they stay
    for frame, box in now.items():
        step = was[frame].world_SE3_box.inverse @ box.world_SE3_box
        assert step.translation == pytest.approx((0.25, 0, 0), abs=0.02)
        assert box.size == pytest.approx((CAR[0] + 0.5, CAR[1], CAR[2]), abs=0.04)
        assert step.translation == pytest.approx((now[0].size[0] - CAR[0]) / 2 * np.array([1, 0, 0]), abs=1e-9)
        assert box.is_keyframe == (frame % 4 == 0)
    whole.desk.undo()
    whole.settle()
    assert whole.rows() == before
    assert whole.whole.is_on


def test_a_turn_keeps_the_track_rigid_and_other_boxes_as_they_are(whole: Road) -> None:
    was = boxes(whole)
    others = [row for row in whole.rows() if isinstance(row, Box) and row.track == "parked"]
    whole.desk.nudge(dyaw=0.1, dw=0.2)
    whole.settle()
    for frame, box in boxes(whole).items():
        assert box.yaw - was[frame].yaw == pytest.approx(0.1, abs=1e-9)
        assert box.center == pytest.approx(was[frame].center, abs=1e-9)
        assert box.size == pytest.approx((CAR[0], CAR[1] + 0.2, CAR[2]))
    assert [row for row in whole.rows() if isinstance(row, Box) and row.track == "parked"] == others
    whole.desk.set_visibility("4")  # what is said of one frame is said of that alone
    whole.settle()
    assert [frame for frame, box in boxes(whole).items() if box.visibility] == [FRAMES // 2]


def test_a_size_that_is_locked_stays_locked_to_the_new_one(whole: Road) -> None:
    assert whole.desk.scene is not None
    whole.desk.do(size_lock.lock(whole.desk.scene, "mover", CAR, "Lock"))
    whole.settle()
    whole.desk.nudge(dl=0.3)
    whole.settle()
    assert whole.desk.tracks["mover"].locked_size == pytest.approx((CAR[0] + 0.3, CAR[1], CAR[2]))
    assert {box.size for box in boxes(whole).values()} == {whole.desk.tracks["mover"].locked_size}


def test_another_selection_ends_it_and_what_is_done_then_is_done_to_one_frame(whole: Road) -> None:
    whole.desk.select("parked")
    assert not whole.whole.is_on
    assert whole.whole.placed(whole.stage.view) is None
    whole.desk.select("mover")
    whole.qtbot.waitUntil(lambda: len(whole.desk.track_boxes) == FRAMES)
    was = boxes(whole)
    whole.desk.nudge(dx=1.0)
    whole.settle()
    changed = [frame for frame, box in boxes(whole).items() if box != was[frame]]
    assert changed == [FRAMES // 2]
