"""The 3D view with real mouse events: what is under the cursor, and what a drag does to it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from lidar_label.model import wrap_angle

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
FACES = {
    "front": (0, 1), "rear": (0, -1), "left": (1, 1), "right": (1, -1), "top": (2, 1),
}  # fmt: skip


def reach(box: Any, like: Any) -> dict[tuple[int, int], float]:
    """How far out each face of a box lies along another box's axes."""
    corners = (box.corners() - like.center) @ like.world_SE3_box.rotation_matrix
    return {(axis, sign): float((corners[:, axis] * sign).max()) for axis in range(3) for sign in (1, -1)}


@pytest.mark.parametrize("name", ["near", "far", "walker"])
def test_a_click_selects_the_box_under_it(corner: Any, mouse: Any, name: str) -> None:
    mouse.click(corner.main, corner.pixel(corner.place(name, (0, 0, 0))))
    assert corner.desk.selected == name


def test_a_click_on_nothing_selects_none_and_the_nearer_of_two_wins(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    mouse.click(corner.main, QPointF(5, 5))
    assert corner.desk.selected == ""
    eye = corner.place("far", (0, 0, 0))
    way = eye - corner.place("walker", (0, 0, 0))
    from lidar_label.gui.views.orbit import Orbit

    behind = Orbit(
        pivot=tuple(corner.place("walker", (0, 0, 0))), distance=10,
        azimuth=math.atan2(way[1], way[0]), elevation=0.02,
    )  # fmt: skip
    corner.main.set_camera(behind)
    at = corner.pixel(corner.place("walker", (0, 0, 0)))
    origin, ray = corner.main.camera.ray(at.x(), at.y(), 800, 600)
    assert len(corner.stage.arrays.hits(origin, ray)) == 2
    mouse.click(corner.main, at)
    assert corner.desk.selected == "walker"


@pytest.mark.parametrize("face", list(FACES))
def test_a_face_handle_moves_that_face_alone(corner: Any, mouse: Any, face: str) -> None:
    corner.desk.select("near")
    corner.main.focus_selection()
    axis, sign = FACES[face]
    before = corner.box("near")
    middle = np.zeros(3)
    middle[axis] = sign
    start = corner.place("near", middle)
    index = corner.index("near")
    out = corner.stage.arrays.rotations[index][:, axis] * sign
    mouse.drag(corner.main, corner.pixel(start), corner.pixel(start + 0.8 * out))
    corner.settle(1)
    assert corner.edits == ["edit"]
    old, new = reach(before, before), reach(corner.box("near"), before)
    for key in old:
        assert new[key] == pytest.approx(old[key] + (0.8 if key == (axis, sign) else 0.0), abs=0.02), key
    assert corner.box("near").world_SE3_box.error_to(before.world_SE3_box)[1] < 1e-9


def test_the_floor_handle_moves_the_box_on_the_ground(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    corner.main.focus_selection()
    before = corner.box("near")
    start = corner.place("near", (0, 0, -1))
    mouse.drag(corner.main, corner.pixel(start), corner.pixel(start + np.array([1.0, 0.5, 0.0])))
    corner.settle(1)
    after = corner.box("near")
    turned = corner.stage.view.world_SE3_ego.rotation_matrix @ (1.0, 0.5, 0.0)
    np.testing.assert_allclose(after.center - before.center, turned, atol=0.03)
    assert after.size == before.size
    assert corner.edits == ["edit"]


def test_the_turning_handle_turns_about_the_centre(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    corner.main.focus_selection()
    before = corner.box("near")
    radius = before.size[0] / 2 + 0.6
    start = corner.place("near", (radius / (before.size[0] / 2), 0, -1))
    angle = math.radians(25)
    goal = corner.place(
        "near", (radius * math.cos(angle) / (before.size[0] / 2), radius * math.sin(angle) / (before.size[1] / 2), -1)
    )
    mouse.drag(corner.main, corner.pixel(start), corner.pixel(goal))
    corner.settle(1)
    after = corner.box("near")
    assert wrap_angle(after.yaw - before.yaw) == pytest.approx(angle, abs=0.02)
    np.testing.assert_allclose(after.center, before.center, atol=1e-6)
    assert corner.edits == ["edit"]


@pytest.mark.parametrize("key", [ALT, CTRL], ids=["alt", "ctrl"])
def test_alt_lifts_the_box_and_alt_at_the_floor_moves_its_bottom(
    corner: Any, mouse: Any, key: Qt.KeyboardModifier
) -> None:
    corner.desk.select("near")
    corner.main.focus_selection()
    before = corner.box("near")
    start = corner.place("near", (0.6, -0.7, 1.0))
    mouse.drag(corner.main, corner.pixel(start), corner.pixel(start + np.array([0, 0, 0.6])), keys=key)
    corner.settle(1)
    lifted = corner.box("near")
    np.testing.assert_allclose((lifted.center - before.center)[:2], 0, atol=1e-9)
    assert lifted.center[2] - before.center[2] == pytest.approx(0.6, abs=0.12)
    floor = corner.place("near", (0, 0, -1))
    mouse.drag(corner.main, corner.pixel(floor), corner.pixel(floor - (0, 0, 0.4)), keys=key)
    corner.settle(2)
    old, new = reach(lifted, lifted), reach(corner.box("near"), lifted)
    assert new[2, 1] == pytest.approx(old[2, 1], abs=1e-9)
    assert new[2, -1] == pytest.approx(old[2, -1] + 0.4, abs=0.02)


def test_all_views_show_a_drag_that_the_desk_does_not_know_of_yet(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    before = corner.box("near")
    shown = corner.cameras.panes["CAM_FRONT"].grab().toImage()
    start = corner.place("near", (0, 0, -1))
    corner.main.focus_selection()
    mouse.press(corner.main, corner.pixel(start))
    mouse.move(corner.main, corner.pixel(start + np.array([2.0, 0, 0])), Qt.MouseButton.LeftButton)
    assert corner.stage.dragging == "move"
    assert corner.stage.boxes[corner.index("near")].center[0] != pytest.approx(before.center[0], abs=0.5)
    assert corner.box("near") == before
    assert corner.cameras.panes["CAM_FRONT"].grab().toImage() != shown
    QTest.keyClick(corner.main, Qt.Key.Key_Escape)
    assert corner.stage.dragging == ""
    assert corner.stage.boxes[corner.index("near")] == before
    mouse.release(corner.main, corner.pixel(start + np.array([2.0, 0, 0])))
    corner.qtbot.wait(50)
    assert corner.edits == []
    assert corner.box("near") == before


def test_another_frame_ends_a_drag(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    corner.main.focus_selection()
    start = corner.place("near", (0, 0, -1))
    mouse.press(corner.main, corner.pixel(start))
    mouse.move(corner.main, corner.pixel(start + np.array([2.0, 0, 0])), Qt.MouseButton.LeftButton)
    corner.desk.step(+1)
    corner.qtbot.waitUntil(lambda: corner.stage.view.index == 1)
    mouse.move(corner.main, corner.pixel(start + np.array([3.0, 0, 0])), Qt.MouseButton.LeftButton)
    mouse.release(corner.main, corner.pixel(start + np.array([3.0, 0, 0])))
    corner.qtbot.wait(50)
    assert corner.edits == []


def test_a_click_on_a_handle_changes_nothing(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    corner.main.focus_selection()
    before = corner.box("near")
    mouse.click(corner.main, corner.pixel(corner.place("near", (1, 0, 0))))
    corner.qtbot.wait(50)
    assert corner.edits == []
    assert corner.box("near") == before
    assert corner.desk.selected == "near"


def test_drags_on_the_ground_turn_and_shift_the_view_and_select_nothing(corner: Any, mouse: Any) -> None:
    corner.desk.select("far")
    first = corner.main.camera
    mouse.drag(corner.main, QPointF(100, 500), QPointF(180, 520))
    turned = corner.main.camera
    assert turned.pivot == first.pivot
    assert turned.azimuth != first.azimuth
    assert turned.elevation > first.elevation
    for button, keys in ((Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
                         (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
                         (Qt.MouseButton.LeftButton, SHIFT)):  # fmt: skip
        before = corner.main.camera
        mouse.drag(corner.main, QPointF(100, 500), QPointF(150, 480), button, keys)
        assert corner.main.camera.pivot != before.pivot
        assert corner.main.camera.azimuth == before.azimuth
    assert corner.desk.selected == "far"
    assert corner.edits == []


def test_the_wheel_zooms_to_the_cursor_and_a_double_click_sets_the_pivot(corner: Any) -> None:
    place = corner.place("near", (0, 0, 0))
    at = corner.pixel(place)
    far = corner.main.camera.distance
    for _ in range(3):
        QApplication.sendEvent(
            corner.main,
            QWheelEvent(at, corner.main.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
        )  # fmt: skip
    assert corner.main.camera.distance == pytest.approx(far * 0.85**3)
    moved = corner.pixel(place)
    assert math.hypot(moved.x() - at.x(), moved.y() - at.y()) < 12
    QTest.mouseDClick(corner.main, Qt.MouseButton.LeftButton, pos=moved.toPoint())
    assert np.linalg.norm(np.array(corner.main.camera.pivot) - place) < 3.0


def test_the_box_tool_makes_a_box_where_it_was_drawn(corner: Any, mouse: Any) -> None:
    corner.desk.set_tool("box")
    start, end = np.array([12.0, -4.0, -1.8]), np.array([16.0, -2.0, -1.8])
    mouse.drag(corner.main, corner.pixel(start), corner.pixel(end))
    corner.settle(1)
    assert corner.desk.tool == "select"
    made = corner.desk.selected_box
    assert made is not None
    assert made.track not in ("near", "far", "walker")
    center = corner.stage.view.world_SE3_ego.inverse.apply(made.center[None])[0]
    np.testing.assert_allclose(center[:2], (14, -3), atol=0.1)
    assert made.size[:2] == pytest.approx((4.0, 2.0), abs=0.15)
    assert center[2] - made.size[2] / 2 == pytest.approx(-1.8, abs=0.1)
    corner.qtbot.waitUntil(lambda: made.track in corner.desk.tracks)
    assert corner.desk.tracks[made.track].category == corner.desk.active_category
    assert corner.edits == ["edit"]


def test_a_pick_takes_the_near_point_and_not_the_far_one_behind_a_gap(corner: Any) -> None:
    near = corner.place("walker", (0, 0, 0.5))
    at = corner.pixel(near)
    found = corner.main.place_at(at.x(), at.y())
    assert found is not None
    assert np.linalg.norm(np.array(found) - near) < 1.5
    assert corner.main.place_at(400, 1) is None or np.linalg.norm(corner.main.place_at(400, 1)) < 400


def test_it_looks_down_home_and_at_the_selection(corner: Any) -> None:
    corner.desk.select("far")
    corner.main.focus_selection()
    np.testing.assert_allclose(corner.main.camera.pivot, corner.place("far", (0, 0, 0)), atol=1e-6)
    middle = corner.top.to_pixels(corner.place("far", (0, 0, 0))[None])[0]
    np.testing.assert_allclose(middle, (300, 300), atol=1e-6)
    corner.main.look_down()
    np.testing.assert_allclose(corner.main.camera.forward, (0, 0, -1), atol=1e-9)
    corner.main.look_home()
    assert corner.main.camera.eye[0] < 0
    assert corner.main.camera.forward[0] > 0.5


def test_a_track_selected_elsewhere_is_brought_into_the_picture_once(corner: Any) -> None:
    home = corner.main.camera
    corner.desk.select("near")
    assert corner.main.camera == home, "it is in the picture already"
    corner.main.set_camera(home.with_pivot((-300.0, 0.0, 0.0)))
    corner.desk.select("walker")
    corner.qtbot.waitUntil(corner.main.is_settled)
    np.testing.assert_allclose(corner.main.camera.pivot, corner.place("walker", (0, 0, 0)), atol=1e-6)
    assert corner.main.camera.distance == home.distance
    away = corner.main.camera.with_pivot((-300.0, 0.0, 0.0))
    corner.main.set_camera(away)
    corner.desk.go_to(1)
    corner.qtbot.waitUntil(lambda: corner.stage.view.index == 1 and corner.stage.selected >= 0)
    assert corner.main.camera == away, "who looks elsewhere is not pulled back with every frame"


def test_labels_are_read_whole_at_the_edges(corner: Any) -> None:
    corner.desk.select("near")
    whole, home = corner.labelled(corner.main, "near"), corner.main.camera
    middle = corner.pixel(corner.place("near", (0, 0, 0)))
    for dx, dy in ((0, -middle.y()), (-middle.x(), 0), (corner.main.width() - middle.x(), 0)):
        corner.main.set_camera(home.panned(dx, dy, corner.main.height()))
        label = corner.labelled(corner.main, "near")
        assert abs(label.width() - whole.width()) < 4, "nothing of it is cut"
        assert abs(label.height() - whole.height()) < 4
    corner.main.set_camera(home.panned(4000, 0, corner.main.height()))
    assert corner.labelled(corner.main, "near").isNull(), "a box that is not seen is not named"


def test_points_and_boxes_are_in_the_picture(corner: Any) -> None:
    corner.desk.set_color_mode("track")
    picture = corner.main.grab_image()
    assert (picture.width(), picture.height()) == (800, 600)
    color = corner.desk.color_of(corner.box("near"))
    at = corner.pixel(corner.place("near", (0, 0, 0)))
    around = [
        picture.pixelColor(round(at.x()) + dx, round(at.y()) + dy) for dx in range(-30, 31) for dy in range(-15, 16)
    ]
    assert sum(c.rgb() == color.rgb() for c in around) > 30


def test_a_view_that_was_closed_hidden_or_squeezed_draws_on(corner: Any) -> None:
    corner.main.hide()
    corner.desk.step(+1)
    corner.main.show()
    corner.main.resize(1, 1)
    corner.main.repaint()
    corner.main.resize(300, 200)
    corner.main.repaint()
    corner.main.close()
    corner.main.show()
    corner.main.repaint()
    assert corner.main.grab_image().width() == 300
    corner.main.close()


def test_a_desk_without_a_scene_shows_an_empty_view(qtbot: Any, mouse: Any, make_corner: Callable[..., Any]) -> None:
    from lidar_label.gui.desk import Desk
    from lidar_label.gui.vtk.view3d import View3D

    desk = Desk()
    view = View3D(desk)
    view.resize(200, 150)
    view.show()
    mouse.click(view, QPointF(50, 50))
    mouse.drag(view, QPointF(50, 50), QPointF(80, 60))
    view.look_down()
    view.look_home()
    view.focus_selection()
    assert view.grab_image().width() == 200
    view.close()
    desk.close()


def test_boxes_wait_for_the_points_they_belong_to(make_corner: Callable[..., Any], mouse: Any) -> None:
    gate = threading.Event()
    corner = make_corner(gate=gate)
    try:
        corner.desk.select("near")
        corner.main.focus_selection()
        shown = corner.stage.boxes
        corner.desk.go_to(2)
        corner.qtbot.waitUntil(lambda: bool(corner.desk.boxes) and corner.desk.boxes[0].frame == 2)
        assert corner.stage.view.index == 0
        assert corner.stage.boxes == shown
        start = corner.place("near", (0, 0, -1))  # nothing can be changed that is not on the playhead
        mouse.drag(corner.main, corner.pixel(start), corner.pixel(start + np.array([2.0, 0, 0])))
        corner.qtbot.wait(50)
        assert corner.edits == []
    finally:
        gate.set()
    corner.qtbot.waitUntil(lambda: corner.stage.view.index == 2)
    assert {box.frame for box in corner.stage.boxes} == {2}
    assert corner.stage.can_edit
