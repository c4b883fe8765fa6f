"""Faults that users of other desks reported, each as a test here: windows, screens, the mouse and the depth under it.

Clicks on screens with other pixel ratios are in test_hidpi.py; compiled code without a folder of its own is in
tests/kernels/test_setup.py; builds in little memory and closing during one are in tests/cloud and tests/gui/tiles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.shell.commands import ACTIONS
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.vtk import picking


@pytest.mark.parametrize("view", ["main", "top"])
@pytest.mark.parametrize("end", [(-5000.0, 300.0), (300.0, -5000.0), (9000.0, 9000.0)])
def test_a_drag_that_leaves_the_window_ends_and_hurts_nobody(
    corner: Any, mouse: Any, view: str, end: tuple[float, float]
) -> None:
    """pyvista-gui#6: a drag out of the window ended the program."""
    widget: QWidget = getattr(corner, view)
    corner.desk.select("near")
    start = corner.pixel(corner.place("near", (0, 0, 0))) if view == "main" else corner.top_pixel(10.0, 4.0)
    before = corner.box("near")
    mouse.press(widget, start)
    for share in (0.2, 0.6, 1.0):
        mouse.move(widget, start + (QPointF(*end) - start) * share, Qt.MouseButton.LeftButton)
    mouse.release(widget, QPointF(*end))
    assert not corner.stage.dragging
    after = corner.box("near")
    assert np.isfinite(after.world_SE3_box.translation).all()
    assert after.size == before.size


def test_a_box_is_moved_on_its_own_floor_and_not_to_a_far_point_behind(corner: Any, mouse: Any) -> None:
    """labelCloud#111: the depth under the cursor was that of a far point, and the box jumped away."""
    corner.desk.select("walker")
    corner.main.look_home()
    start = corner.pixel(corner.place("walker", (0, 0, -1)))  # the handle in the middle of its floor
    before = corner.box("walker")
    mouse.drag(corner.main, start, start + QPointF(25, 0))
    corner.settle(1)
    after = corner.box("walker")
    way = after.world_SE3_box.translation - before.world_SE3_box.translation
    camera = corner.main.camera
    away = float((corner.place("walker", (0, 0, 0)) - camera.eye) @ camera.forward)
    assert 0.01 < np.linalg.norm(way) < 4 * 25 / camera.focal(corner.main.height()) * away
    assert abs(way[2]) < 1e-6


def test_the_point_under_the_cursor_is_the_near_one_and_without_one_it_is_the_ground() -> None:
    """A far point that shows through a gap between near ones is not what a person means."""
    camera = Orbit()
    width, height = 800, 600
    near = camera.eye + camera.forward * 10.0
    far = camera.eye + camera.forward * 90.0
    focal = camera.focal(height)
    gap = 3.0 / focal * 10.0  # three pixels beside the ray
    xyz = np.array([near + camera.right * gap, near - camera.right * gap, far], np.float32)
    found = picking.point_at(camera, xyz, width / 2, height / 2, width, height)
    assert found is not None
    assert np.linalg.norm(found - camera.eye) == pytest.approx(10.0, abs=0.05)
    empty = np.empty((0, 3), np.float32)
    assert picking.point_at(camera, empty, width / 2, height / 2, width, height) is None
    ground = picking.ground_at(camera, -1.8, width / 2, height * 0.9, width, height)
    assert ground is not None
    assert ground[2] == pytest.approx(-1.8)


def test_after_hiding_and_another_size_a_click_still_hits_what_is_drawn(corner: Any, mouse: Any, qtbot: Any) -> None:
    """pyvista#6655: after hiding and maximising, the picture was shifted against the mouse."""
    for size in ((1100, 500), (420, 640)):
        for widget in (corner.main, corner.top):
            widget.hide()
            widget.resize(*size)
            widget.show()
            qtbot.waitExposed(widget)
        for name in ("near", "walker"):
            corner.desk.select("")
            mouse.click(corner.main, corner.pixel(corner.place(name, (0, 0, 0))))
            assert corner.desk.selected == name, size
            corner.desk.select("")
            x, y, _ = corner.place(name, (0, 0, 0)).tolist()
            mouse.click(corner.top, corner.top_pixel(x, y))
            assert corner.desk.selected == name, size


def test_a_view_that_closes_in_the_middle_of_everything_says_nothing(
    make_corner: Callable[..., Any], mouse: Any, qtbot: Any
) -> None:
    """pyvistaqt#92: late draws and timers after a close by the window's X."""
    corner = make_corner(frames=3)
    corner.desk.select("near")
    corner.desk.play()
    mouse.press(corner.top, corner.top_pixel(10.0, 4.0))
    mouse.move(corner.top, corner.top_pixel(11.0, 4.0), Qt.MouseButton.LeftButton)
    for widget in (corner.main, corner.top, corner.cameras):
        widget.close()
    corner.desk.stop()
    corner.desk.step(+1)
    corner.desk.set_point_size(3)
    corner.desk.set_color_mode("track")
    qtbot.wait(150)  # pytest-qt fails the test where an event handler raises
    assert not corner.main.isVisible()


def test_undo_leaves_the_pictures_and_no_key_has_two_meanings(corner: Any, qtbot: Any) -> None:
    """cvat#3234 and #6383: undo took the picture away; arrow keys stepped frames and moved boxes at once."""
    corner.desk.select("near")
    corner.desk.flip()
    corner.settle(1)
    pane = corner.cameras.panes["CAM_FRONT"]
    before = pane.grab().toImage()
    corner.desk.undo()
    qtbot.waitUntil(lambda: corner.desk.redo_title != "")
    assert not pane.lacks_pixels
    assert pane.grab().toImage().size() == before.size()
    keys = Counter(QKeySequence(key).toString() for action in ACTIONS for key in action.keys)
    assert [key for key, count in keys.items() if count > 1] == []
