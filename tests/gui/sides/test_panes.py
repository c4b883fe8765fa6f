"""The side views with real mouse events: what each handle moves, and what stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from lidar_label.gui.sides.side import CORNERS, EDGES
from lidar_label.gui.views.handles import CARRIED
from tests.gui.patience import PROCESS_S

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SHARP = "side_alone and (top-False or side-True)"  # of them, what is tried on a finer screen, too
VIEWS = [("top", False), ("side", False), ("side", True), ("rear", False), ("rear", True)]


def moved_faces(pane: Any, right: int, up: int) -> dict[int, tuple[int, int]]:
    """Which of the six faces an edge or a corner of a pane carries, and by which pixels it goes out."""
    signs = CARRIED[pane.side.handle(right, up)]
    found = {}
    for axis, sign in enumerate(signs):
        if sign:
            along = (right, 0) if pane.side.right[axis] else (0, up)
            found[axis if sign > 0 else axis + 3] = along
    return found


@pytest.mark.parametrize(("name", "flipped"), VIEWS)
def test_every_handle_moves_its_side_alone(bench: Any, mouse: Any, name: str, flipped: bool) -> None:
    if flipped:
        bench.fitting.flip_view(name)
    pane, rows = bench.sides.panes[name], bench.rows()
    for right, up in (*EDGES, *CORNERS):
        before, scale = bench.faces(), pane.metres_per_pixel
        start = pane.place_of(right, up)
        step = QPointF(9, -6)  # to the right and up: out of two edges, into the others
        mouse.drag(pane, start, start + step)
        bench.settle()
        after = bench.faces()
        wanted = before.copy()
        for face, (x, y) in moved_faces(pane, right, up).items():
            wanted[face] += (x * step.x() - y * step.y()) * scale
        np.testing.assert_allclose(after, wanted, atol=1e-6, err_msg=f"{name} {right} {up}")
        assert bench.desk.undo_title == "Resize a box"
        bench.undo()
        assert bench.rows() == rows


def test_every_handle_moves_its_side_alone_on_a_screen_of_twice_the_pixels() -> None:
    path = Path(__file__)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"{path}", "-k", f"{SHARP}"],
        env={**os.environ, "QT_SCALE_FACTOR": "2"}, capture_output=True, text=True, timeout=PROCESS_S, check=False,
        cwd=path.parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "2 passed" in done.stdout


def test_pictures_are_as_sharp_as_the_screen(bench: Any) -> None:
    for pane in bench.sides.panes.values():
        pane.grab()
        assert pane._points.width() == round(pane.width() * pane.devicePixelRatioF())


def test_the_inside_moves_the_box_in_the_plane_of_the_view(bench: Any, mouse: Any) -> None:
    for name, pane in bench.sides.panes.items():
        before, scale, size = bench.faces(), pane.metres_per_pixel, bench.box.size
        mouse.drag(pane, pane.place_of(0, 0), pane.place_of(0, 0) + QPointF(12, -7))
        bench.settle()
        way = np.zeros(3)
        way += np.array(pane.side.right) * 12 * scale + np.array(pane.side.up) * 7 * scale
        np.testing.assert_allclose(bench.faces() - before, [*way, *-way], atol=1e-6, err_msg=name)
        assert bench.box.size == size
        assert bench.desk.undo_title == "Move a box"
        bench.undo()


def test_the_disc_turns_and_pitch_and_roll_wait_for_full_rotation(bench: Any, mouse: Any) -> None:
    panes, rows = bench.sides.panes, bench.rows()
    for name, axis in (("top", 2), ("side", 1), ("rear", 0)):
        pane = panes[name]
        if name != "top":
            assert pane.handle_at(pane.turn_place()) == ""
            bench.fitting.toggle_full()
        before = bench.box
        middle, disc = pane.box_area().center(), pane.turn_place()
        out = disc - middle
        mouse.drag(pane, disc, middle + QPointF(out.y(), -out.x()) * 0.2 + out)  # against the clock
        bench.settle()
        turned = before.world_SE3_box.inverse @ bench.box.world_SE3_box
        angles = turned.rotation[1:] * 2
        assert np.flatnonzero(np.abs(angles) > 0.05).tolist() == [axis]
        assert np.sign(angles[axis]) == pane.side.axes[2][axis]  # seen from where it points to
        np.testing.assert_allclose(bench.box.center, before.center, atol=1e-9)
        assert bench.desk.undo_title == "Turn a box"
        bench.undo()
        assert bench.rows() == rows
        if name != "top":
            bench.fitting.toggle_full()


def test_with_ctrl_an_edge_stops_at_the_points(bench: Any, mouse: Any) -> None:
    pane = bench.sides.panes["top"]
    for right, up in EDGES:
        for pixels in (-2, 6):  # from a little inside the drawn box, and from farther out
            start = pane.place_of(right, up)
            mouse.drag(pane, start, start + QPointF(right * pixels, -up * pixels), CTRL)
            bench.settle()
            (face,) = moved_faces(pane, right, up)
            assert bench.faces()[face] == pytest.approx((4.0, 1.8)[face % 3] / 2 + 0.01, abs=1e-4)
            bench.undo()


def test_with_shift_the_box_slides_and_keeps_its_size(bench: Any, mouse: Any) -> None:
    for name, pane in bench.sides.panes.items():
        for right, up in (*EDGES, *CORNERS):
            before, size, scale = bench.faces(), bench.box.size, pane.metres_per_pixel
            mouse.drag(pane, pane.place_of(right, up), pane.place_of(right, up) + QPointF(8, -5), SHIFT)
            bench.settle()
            way = np.zeros(3)
            way += abs(right) * np.array(pane.side.right) * 8 * scale + abs(up) * np.array(pane.side.up) * 5 * scale
            np.testing.assert_allclose(bench.faces() - before, [*way, *-way], atol=1e-6, err_msg=name)
            assert bench.box.size == size
            bench.undo()


def test_a_key_pressed_during_a_drag_changes_what_it_does(bench: Any, mouse: Any) -> None:
    pane, before = bench.sides.panes["top"], bench.box
    start = pane.place_of(1, 0)
    mouse.hold(pane, start, start + QPointF(20, 0))
    assert bench.stage.boxes[bench.stage.selected].size[0] > before.size[0]
    QTest.keyPress(pane, Qt.Key.Key_Shift)
    assert bench.stage.boxes[bench.stage.selected].size == before.size
    QTest.keyRelease(pane, Qt.Key.Key_Shift)
    assert bench.stage.boxes[bench.stage.selected].size[0] > before.size[0]
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert bench.stage.boxes[bench.stage.selected] == before
    mouse.release(pane, start)
    bench.settle()
    assert bench.desk.undo_title == ""


def test_points_rest_under_a_drag_and_after_it(bench: Any, mouse: Any) -> None:
    pane = bench.sides.panes["side"]
    spot = np.array([[12.0, 5.0, 0.5]])
    at = pane.to_pixels(spot)
    start = pane.place_of(1, 0)
    mouse.hold(pane, start, start + QPointF(15, 0))
    np.testing.assert_allclose(pane.to_pixels(spot), at)
    mouse.release(pane, start + QPointF(15, 0))
    bench.settle()
    np.testing.assert_allclose(pane.to_pixels(spot), at)
    bench.desk.nudge(dx=0.1)
    np.testing.assert_allclose(pane.to_pixels(spot), at)
    bench.settle()
    bench.desk.change_box(bench.box.moved(bench.stage.view.world_SE3_ego @ far_away()), "Move a box")
    bench.settle()
    assert pane.rect().toRectF().contains(pane.box_area())  # it has been followed


def far_away() -> Any:
    from lidar_label.model import SE3

    return SE3.from_yaw("ego", "box", 1.2, (-10.0, -15.0, 0.8))


def test_the_wheel_zooms_at_the_cursor_and_a_double_click_beside_the_box_resets(bench: Any, mouse: Any) -> None:
    pane = bench.sides.panes["side"]
    scale, at = pane.metres_per_pixel, QPointF(200, 60)
    place = pane.to_metres(at)
    wheel = QWheelEvent(at, pane.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(pane, wheel)
    assert pane.metres_per_pixel == pytest.approx(scale * 0.85**2)
    assert pane.to_metres(at) == pytest.approx(place)
    mouse.drag(pane, at, at + QPointF(0, 30), button=Qt.MouseButton.MiddleButton)
    assert pane.to_metres(at + QPointF(0, 30)) == pytest.approx(place)
    beside = QPointF(3, 3)
    assert pane.handle_at(beside) == ""
    mouse.double_click(pane, beside)
    assert pane.metres_per_pixel == pytest.approx(scale)
    bench.settle()
    assert bench.desk.undo_title == ""


def test_the_cursor_tells_what_a_press_takes(bench: Any, mouse: Any) -> None:
    shapes, pane = Qt.CursorShape, bench.sides.panes["side"]
    for right, up, shape in (
        (0, 0, shapes.SizeAllCursor), (1, 0, shapes.SizeHorCursor), (0, 1, shapes.SizeVerCursor),
        (1, 1, shapes.SizeBDiagCursor), (-1, 1, shapes.SizeFDiagCursor),
    ):  # fmt: skip
        mouse.move(pane, pane.place_of(right, up))
        assert pane.cursor().shape() == shape
    mouse.move(pane, QPointF(2, 2))
    assert pane.cursor().shape() == shapes.ArrowCursor


def test_the_column_follows_selection_and_frame_and_says_what_to_do(bench: Any) -> None:
    sides, desk = bench.sides, bench.desk
    assert sides.currentWidget() is sides.column
    desk.select("")
    assert sides.currentWidget() is sides.note
    assert "Click a box" in sides.note.text()
    desk.select("other")
    bench.settle()
    assert sides.panes["top"].rect().toRectF().contains(sides.panes["top"].box_area())
    desk.go_to(2)
    bench.qtbot.waitUntil(lambda: desk.view.index == 2)
    bench.settle()
    assert "no box in this frame" in sides.note.text()
    desk.select("car")
    assert sides.currentWidget() is sides.column
    area = sides.panes["rear"].box_area()
    assert area.center().x() == pytest.approx(sides.panes["rear"].width() / 2)


def test_a_view_is_flipped_by_its_button_and_both_at_once(bench: Any) -> None:
    side, rear = bench.sides.panes["side"], bench.sides.panes["rear"]
    assert side.side.right == (1, 0, 0)
    assert rear.side.right == (0, -1, 0)
    QTest.mouseClick(side.flip, Qt.MouseButton.LeftButton)
    assert side.side.right == (-1, 0, 0)
    assert rear.side.right == (0, -1, 0)
    bench.fitting.flip_view("side", "rear")
    assert side.side.right == (1, 0, 0)
    assert rear.side.right == (0, 1, 0)
    assert not bench.sides.panes["top"].flip.isVisible()


def test_a_drag_in_another_view_is_followed(bench: Any) -> None:
    pane, stage = bench.sides.panes["top"], bench.stage
    long = pane.box_area().width()
    front = stage.arrays.placed(0, np.array([[2.3, 0, 0]]))[0]
    assert stage.begin_drag("front", front)
    stage.drag_to(front + stage.arrays.rotations[0][:, 0])
    assert pane.box_area().width() == pytest.approx(long + 1 / pane.metres_per_pixel)
    stage.cancel_drag()
    assert pane.box_area().width() == pytest.approx(long)
