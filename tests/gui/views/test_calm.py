"""What views keep of the boxes that stay as they are shows the same as a view that is drawn for the first time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.views.cameras import CameraStrip
from lidar_label.gui.views.placed import MOST_CHANGED, others
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.model import SE3, Box

KINDS = {"main": View3D, "top": TopView, "cameras": CameraStrip}
LEFT = Qt.MouseButton.LeftButton


def seen(view: QWidget) -> np.ndarray:
    image = view.grab().toImage()
    data = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8)
    return data.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width(), :3].copy()


def drawn(view: QWidget, qtbot: Any) -> np.ndarray:
    qtbot.wait(1)  # the cameras follow a selection after the other views
    view.grab()
    if isinstance(view, View3D):
        qtbot.waitUntil(view.is_drawn)
    if isinstance(view, CameraStrip):
        qtbot.waitUntil(lambda: not view.is_projecting)
    return seen(view)


def fresh(corner: Any, name: str, qtbot: Any) -> np.ndarray:
    view = KINDS[name](corner.desk)
    view.resize(getattr(corner, name).size())
    view.show()
    qtbot.waitExposed(view)
    found = drawn(view, qtbot)
    view.close()
    view.deleteLater()
    return found


@pytest.mark.parametrize("name", KINDS)
def test_a_view_shows_under_and_after_a_drag_what_a_new_one_does(
    corner: Any, mouse: Any, qtbot: Any, name: str
) -> None:
    view = getattr(corner, name)
    still = drawn(view, qtbot)
    corner.desk.select("near")
    marked = drawn(view, qtbot)
    assert (marked != still).any()
    start = corner.top_pixel(*corner.place("near", (0.2, 0.2, 0))[:2])
    mouse.press(corner.top, start)
    for step in (QPointF(6, 9), QPointF(12, 20)):
        mouse.move(corner.top, start + step, LEFT)
        dragged = drawn(view, qtbot)
        assert (dragged != marked).any()
        told = slice(None, -40 if name == "top" else None)  # below it says what the drag does, where the hand is
        assert np.array_equal(dragged[told], fresh(corner, name, qtbot)[told])
    mouse.release(corner.top, start + QPointF(12, 20))
    corner.settle(1)
    corner.desk.select("")
    corner.stage.hover(-1)
    moved = drawn(view, qtbot)
    assert (moved != still).any()
    assert np.array_equal(moved, fresh(corner, name, qtbot))


def test_a_selection_that_moves_on_leaves_no_trace(corner: Any, qtbot: Any) -> None:
    views = {name: getattr(corner, name) for name in KINDS}
    before = {name: drawn(view, qtbot) for name, view in views.items()}
    last = before
    for token in ("near", "far", "walker", ""):
        corner.desk.select(token)
        now = {name: drawn(view, qtbot) for name, view in views.items()}
        assert all((now[name] != last[name]).any() for name in KINDS), f"{token or 'nothing'} is selected"
        last = now
    for name in KINDS:
        assert np.array_equal(last[name], before[name]), name


def test_a_box_that_is_deleted_is_gone_from_every_view(corner: Any, qtbot: Any) -> None:
    views = [getattr(corner, name) for name in KINDS]
    before = [drawn(view, qtbot) for view in views]
    corner.desk.select("near")
    for view in views:
        drawn(view, qtbot)
    corner.desk.delete_box()
    corner.settle(1)
    corner.desk.select("")
    for name, view, was in zip(KINDS, views, before, strict=True):
        now = drawn(view, qtbot)
        assert (now != was).any()
        assert np.array_equal(now, fresh(corner, name, qtbot))


def box(track: str) -> Box:
    return Box(track=track, frame=0, world_SE3_box=SE3.identity("world", "box"), size=(1.0, 1.0, 1.0))


def test_which_boxes_are_others() -> None:
    many = tuple(box(f"{number}") for number in range(MOST_CHANGED + 2))
    assert others(many, many) == []
    assert others(many, (*many[:3], box("3"), *many[4:])) == [3]
    assert others(many, many[1:]) is None, "places are those of other tracks"
    assert others(many, (*many[:3], box("else"), *many[4:])) is None
    assert others(many, tuple(box(each.track) for each in many)) is None, "so many are made anew at once"
