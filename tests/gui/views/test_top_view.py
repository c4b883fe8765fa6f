"""The top view with real mouse events."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from lidar_label.gui.views.handles import CORNERS, FACES
from lidar_label.model import SE3, wrap_angle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
EDGES = [name for name in FACES if name not in ("top", "bottom")]


def reach(box: Any, like: Any) -> dict[tuple[int, int], float]:
    corners = (box.corners() - like.center) @ like.world_SE3_box.rotation_matrix
    return {(axis, sign): float((corners[:, axis] * sign).max()) for axis in range(3) for sign in (1, -1)}


def spot(corner: Any, local: tuple[float, float, float]) -> QPointF:
    return corner.top_pixel(*corner.place("near", local)[:2])


def test_ahead_is_up_and_left_is_left(corner: Any) -> None:
    origin, ahead, left = (corner.top_pixel(x, y) for x, y in ((0, 0), (10, 0), (0, 10)))
    assert ahead.x() == origin.x()
    assert ahead.y() < origin.y()
    assert left.x() < origin.x()
    assert left.y() == origin.y()
    assert corner.top.to_metres(left) == pytest.approx((0, 10))


@pytest.mark.parametrize("name", ["near", "far", "walker"])
def test_a_click_selects_the_box_under_it(corner: Any, mouse: Any, name: str) -> None:
    mouse.click(corner.top, corner.top_pixel(*corner.place(name, (0.2, 0.2, 0))[:2]))
    assert corner.desk.selected == name
    mouse.click(corner.top, corner.top_pixel(-10, 9))
    assert corner.desk.selected == ""


@pytest.mark.parametrize("handle", [*EDGES, *CORNERS])
def test_an_edge_or_corner_moves_itself_alone(corner: Any, mouse: Any, handle: str) -> None:
    corner.desk.select("near")
    corner.top.focus_selection()
    signs = {**FACES, **CORNERS}[handle]
    before = corner.box("near")
    half = np.array(before.size) / 2
    goal = tuple(np.array(signs) * (half + 0.5) / half)
    mouse.drag(corner.top, spot(corner, signs), spot(corner, goal))
    corner.settle(1)
    assert corner.edits == ["edit"]
    old, new = reach(before, before), reach(corner.box("near"), before)
    for (axis, sign), far in old.items():
        grown = 0.5 if signs[axis] == sign else 0.0
        assert new[axis, sign] == pytest.approx(far + grown, abs=0.02), (axis, sign)


def test_the_inside_moves_it_and_the_disc_ahead_turns_it(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    corner.top.focus_selection()
    before = corner.box("near")
    mouse.drag(corner.top, spot(corner, (0.3, 0.2, 0)), spot(corner, (0.3, 0.2, 0)) + QPointF(60, -40))
    corner.settle(1)
    moved = corner.box("near")
    step = corner.top.metres_per_pixel
    way = corner.stage.view.world_SE3_ego.rotation_matrix @ (40 * step, -60 * step, 0)
    np.testing.assert_allclose(moved.center - before.center, way, atol=1e-6)
    assert moved.size == before.size

    half = before.size[0] / 2
    ahead = half + 26 * step
    start = spot(corner, (ahead / half, 0, 0))
    angle = math.radians(-40)
    goal = spot(corner, (ahead * math.cos(angle) / half, ahead * math.sin(angle) / (before.size[1] / 2), 0))
    mouse.drag(corner.top, start, goal)
    corner.settle(2)
    assert wrap_angle(corner.box("near").yaw - moved.yaw) == pytest.approx(angle, abs=0.02)
    np.testing.assert_allclose(corner.box("near").center, moved.center, atol=1e-6)
    assert len(corner.edits) == 2


def test_the_box_tool_makes_a_box_where_it_was_drawn(corner: Any, mouse: Any) -> None:
    corner.desk.set_tool("box")
    assert corner.top.cursor().shape() == Qt.CursorShape.CrossCursor
    mouse.drag(corner.top, corner.top_pixel(-6, 8), corner.top_pixel(-2, 6))
    corner.settle(1)
    made = corner.desk.selected_box
    assert made is not None
    center = corner.stage.view.world_SE3_ego.inverse.apply(made.center[None])[0]
    np.testing.assert_allclose(center[:2], (-4, 7), atol=1e-6)
    assert made.size[:2] == pytest.approx((4.0, 2.0))
    assert made.yaw == pytest.approx(0.4)
    assert center[2] - made.size[2] / 2 == pytest.approx(-1.8, abs=0.1)
    assert corner.desk.tool == "select"
    assert len(corner.desk.boxes) == 4


def test_escape_drops_a_rectangle_and_a_drag(corner: Any, mouse: Any) -> None:
    corner.desk.set_tool("box")
    mouse.press(corner.top, corner.top_pixel(-6, 8))
    mouse.move(corner.top, corner.top_pixel(-2, 6), Qt.MouseButton.LeftButton)
    QTest.keyClick(corner.top, Qt.Key.Key_Escape)
    mouse.release(corner.top, corner.top_pixel(-2, 6))
    corner.desk.set_tool("select")
    corner.desk.select("near")
    before = corner.box("near")
    mouse.press(corner.top, spot(corner, (0, 0, 0)))
    mouse.move(corner.top, spot(corner, (0, 0, 0)) + QPointF(50, 0), Qt.MouseButton.LeftButton)
    assert corner.stage.boxes[corner.index("near")] != before
    QTest.keyClick(corner.top, Qt.Key.Key_Escape)
    mouse.release(corner.top, spot(corner, (0, 0, 0)) + QPointF(50, 0))
    corner.qtbot.wait(50)
    assert corner.edits == []
    assert corner.box("near") == before
    assert corner.stage.boxes[corner.index("near")] == before


def test_dragging_the_ground_shifts_it_and_the_wheel_keeps_the_place(corner: Any, mouse: Any) -> None:
    place = corner.top.to_metres(QPointF(500, 500))
    mouse.drag(corner.top, QPointF(500, 500), QPointF(430, 450))
    assert corner.top.to_metres(QPointF(430, 450)) == pytest.approx(place)
    mouse.drag(corner.top, QPointF(430, 450), QPointF(500, 500), Qt.MouseButton.RightButton)
    assert corner.top.to_metres(QPointF(500, 500)) == pytest.approx(place)
    at, scale = QPointF(120, 480), corner.top.metres_per_pixel
    place = corner.top.to_metres(at)
    QApplication.sendEvent(
        corner.top,
        QWheelEvent(at, corner.top.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
                    Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )  # fmt: skip
    assert corner.top.metres_per_pixel == pytest.approx(scale * 0.85**2)
    assert corner.top.to_metres(at) == pytest.approx(place)
    assert corner.desk.selected == ""


def test_points_lie_where_their_metres_say(corner: Any) -> None:
    corner.desk.set_color_mode("track")
    corner.desk.select("")
    picture = corner.top.grab().toImage()
    color = corner.desk.color_of(corner.box("far"))
    at = corner.top_pixel(22.0, -7.0)
    around = [picture.pixelColor(round(at.x()) + d, round(at.y()) + e) for d in range(-8, 9) for e in range(-8, 9)]
    assert sum(c.rgb() == color.rgb() for c in around) > 10
    assert corner.top.cursor_moved is not None


def test_the_cursor_tells_what_a_press_would_do(corner: Any, mouse: Any) -> None:
    shapes = Qt.CursorShape
    corner.desk.select("near")
    corner.top.focus_selection()
    told: list[tuple[float, float]] = []
    corner.top.cursor_moved.connect(lambda x, y: told.append((x, y)))
    mouse.move(corner.top, spot(corner, (0.3, 0.3, 0)))
    assert corner.top.cursor().shape() == shapes.SizeAllCursor
    assert told[-1] == pytest.approx(tuple(corner.place("near", (0.3, 0.3, 0))[:2]))
    mouse.move(corner.top, spot(corner, (1, 0, 0)))
    resizing = (shapes.SizeVerCursor, shapes.SizeHorCursor, shapes.SizeFDiagCursor, shapes.SizeBDiagCursor)
    assert corner.top.cursor().shape() in resizing
    mouse.move(corner.top, QPointF(3, 3))
    assert corner.top.cursor().shape() == shapes.ArrowCursor
    mouse.move(corner.top, corner.top_pixel(*corner.place("near", (0.2, 0, 0))[:2]))
    assert corner.stage.hovered == corner.index("near")


def test_a_selection_outside_the_picture_is_brought_into_it(corner: Any) -> None:
    corner.top.look_at(-200, 0)
    corner.desk.select("walker")
    at = corner.top_pixel(*corner.place("walker", (0, 0, 0))[:2])
    assert (at.x(), at.y()) == pytest.approx((300, 300))


@pytest.mark.parametrize("yaw", [0.3, 0.3 + math.pi])
def test_the_name_of_the_selected_box_keeps_clear_of_the_disc_ahead(corner: Any, yaw: float) -> None:
    box = corner.box("near")
    turned = SE3.from_yaw("world", "box", yaw + 0.4, box.center)
    corner.desk.select("near")
    corner.desk.change_box(box.moved(turned), "Turn a box")
    corner.settle(1)
    corner.main.focus_selection()
    disc = QPointF(*corner.top.handle_places()["turn"].tolist())
    label = corner.labelled(corner.top, "near")
    assert not label.isNull()
    assert not label.adjusted(-6, -6, 6, 6).contains(disc.toPoint())


def test_another_size_shows_the_same_ground_until_somebody_looks_elsewhere(corner: Any, mouse: Any) -> None:
    def reach_ahead() -> float:
        return float(corner.top.to_metres(QPointF(0, 0))[0] - corner.top.to_metres(QPointF(0, corner.top.height()))[0])

    for size in (200, 500, 600):  # also after the first frame has arrived, as when the window is laid out late
        corner.top.resize(size, size)
        assert reach_ahead() == pytest.approx(64.0)
    mouse.drag(corner.top, corner.top_pixel(-20, 20), corner.top_pixel(-10, 20))
    scale = corner.top.metres_per_pixel
    corner.top.resize(400, 400)
    assert corner.top.metres_per_pixel == scale


def test_with_ctrl_an_edge_stops_at_the_points_and_with_shift_the_box_slides(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    corner.top.focus_selection()
    before = corner.box("near")
    half = np.array(before.size) / 2
    for handle, (axis, sign) in {"front": (0, 1), "left": (1, 1), "rear": (0, -1), "right": (1, -1)}.items():
        goal = tuple(np.array(FACES[handle]) * (half + 0.6) / half)
        mouse.drag(corner.top, spot(corner, FACES[handle]), spot(corner, goal), keys=CTRL)
        corner.settle(len(corner.edits) + 1)
        far = reach(corner.box("near"), before)[axis, sign]
        assert far == pytest.approx(half[axis] * 0.95, abs=0.06), (
            f"{handle}: where the points end, and not at the mouse"
        )
    fitted = corner.box("near")
    goal = tuple(np.array(FACES["front"]) * (np.array(fitted.size) / 2 + 1.0) / (np.array(fitted.size) / 2))
    mouse.drag(corner.top, spot(corner, FACES["front"]), spot(corner, goal), keys=SHIFT)
    corner.settle(len(corner.edits) + 1)
    way = (corner.box("near").center - fitted.center) @ fitted.world_SE3_box.rotation_matrix
    np.testing.assert_allclose(way, (1.0, 0.0, 0.0), atol=0.03)
    assert corner.box("near").size == fitted.size


def test_a_key_pressed_during_a_drag_changes_what_it_does(corner: Any, mouse: Any) -> None:
    corner.desk.select("near")
    corner.top.focus_selection()
    before = corner.box("near")
    mouse.press(corner.top, spot(corner, FACES["front"]))
    mouse.move(corner.top, spot(corner, FACES["front"]) + QPointF(0, -60), Qt.MouseButton.LeftButton)
    assert corner.stage.boxes[corner.stage.selected].size[0] > before.size[0]
    QTest.keyPress(corner.top, Qt.Key.Key_Shift)
    assert corner.stage.boxes[corner.stage.selected].size == before.size
    QTest.keyRelease(corner.top, Qt.Key.Key_Shift)
    assert corner.stage.boxes[corner.stage.selected].size[0] > before.size[0]
    QTest.keyClick(corner.top, Qt.Key.Key_Escape)
    assert corner.stage.boxes[corner.stage.selected] == before
    mouse.release(corner.top, QPointF(10, 10))


def test_home_shows_all_of_it_again(corner: Any, mouse: Any) -> None:
    middle = corner.top.rect().toRectF().center()
    home, scale = corner.top.to_metres(middle), corner.top.metres_per_pixel
    corner.desk.select("far")
    corner.top.focus_selection()
    assert corner.top.metres_per_pixel < scale / 2
    corner.top.look_home()
    assert corner.top.to_metres(middle) == pytest.approx(home)
    assert corner.top.metres_per_pixel == scale
