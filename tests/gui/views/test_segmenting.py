"""Points are painted by hand in the real window: what is seen is painted, each stroke is one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.merge.legend import Legend
from lidar_label.gui.segmenting import Segmenting
from lidar_label.gui.views.brush import BrushPane
from lidar_label.gui.views.brush_pick import picked
from lidar_label.gui.views.camera_pane import CameraPane
from lidar_label.gui.views.cameras import CameraStrip
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView
from lidar_label.jobs.point_marks import read_marked
from lidar_label.model import Labels, PointCloud
from tests.gui.views.conftest import corner_scene

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def cloud(index: int) -> PointCloud:
    """A floor, and a roof 3 m over its left half; the first point is no return."""
    grid = np.stack(np.meshgrid(np.arange(-10, 10, 0.5), np.arange(-10, 10, 0.5)), axis=-1).reshape(-1, 2)
    floor = np.column_stack([grid, np.full(len(grid), -1.8)])
    roof = floor[floor[:, 1] > 0] + (0.0, 0.0, 3.0)
    xyz = np.concatenate([np.zeros((1, 3)), floor, roof]).astype(np.float32)
    return PointCloud(xyz, {"intensity": np.full(len(xyz), 0.5, np.float32)})


def drag(widget: QWidget, *places: QPointF) -> None:
    QTest.mousePress(widget, LEFT, NONE, places[0].toPoint())
    for place in places[1:]:
        event = QMouseEvent(
            QEvent.Type.MouseMove, place, widget.mapToGlobal(place), Qt.MouseButton.NoButton, LEFT, NONE
        )
        QApplication.sendEvent(widget, event)
    QTest.mouseRelease(widget, LEFT, NONE, places[-1].toPoint())


def drag_on(widget: QWidget, place: QPointF, held: Qt.MouseButton) -> None:
    at = widget.mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, place, at, Qt.MouseButton.NoButton, held, NONE)
    QApplication.sendEvent(widget, event)


def test_points_are_painted_from_above(
    qtbot: QtBot, open_desk: Callable[..., Any], make_scene: Callable[..., Any]
) -> None:
    desk = open_desk(make_scene(2, load=cloud, cameras=False))
    view = TopView(desk)
    pane, legend = BrushPane(desk, view), Legend(desk, view)
    qtbot.addWidget(view)
    view.resize(600, 600)
    view.show()
    view.look_at(0.0, 0.0, 0.05)
    segmenting, stage = Segmenting.of(desk), Stage.of(desk)
    assert not pane.isVisible()
    assert legend.isVisible()
    segmenting.toggle()
    qtbot.waitUntil(lambda: segmenting.marked is not None)
    assert pane.isVisible()
    assert not legend.isVisible()  # points show their classes, not its scale
    xyz = stage.xyz
    roof = xyz[:, 2] > 1.0

    def numbers() -> NDArray[np.uint16]:
        qtbot.waitUntil(lambda: segmenting._work.pending == 0 and desk._store.pending == 0)
        qtbot.wait(30)
        qtbot.waitUntil(lambda: segmenting._work.pending == 0 and segmenting.marked is not None)
        assert segmenting.marked is not None
        return segmenting.marked.numbers

    def pixel(x: float, y: float) -> QPointF:
        u, v = view.to_pixels(np.array([[x, y]]))[0]
        return QPointF(float(u), float(v))

    # a lasso over a piece of the roof: the floor below it is left alone
    QTest.keyClick(pane, Qt.Key.Key_L)
    drag(pane, pixel(4.25, 8.25), pixel(4.25, 4.25), pixel(-0.25, 4.25), pixel(-0.25, 8.25))
    inside = (xyz[:, 0] < 4.25) & (xyz[:, 0] > -0.25) & (xyz[:, 1] > 4.25) & (xyz[:, 1] < 8.25)
    assert np.array_equal(numbers() > 0, inside & roof)
    title = desk.undo_title
    first = np.unique(stage.colors[inside & roof, :3], axis=0)
    assert len(first) == 1
    assert not (stage.colors[inside & ~roof, :3] == first[0]).all(axis=1).any()

    # what stands still is copied along: the vehicle drives on by 1 m a frame
    segmenting.copy_still()
    qtbot.waitUntil(lambda: desk.undo_title != title)
    copied = read_marked(desk.project.session.store, desk.scene_token, desk.scene.frames[1]).numbers
    ahead = xyz[:, 0] + 1.0  # where frame 0 has the points of frame 1
    there = (ahead < 4.25) & (ahead > -0.25) & (xyz[:, 1] > 4.25) & (xyz[:, 1] < 8.25)
    assert np.array_equal(copied > 0, there & roof)
    desk.undo()
    qtbot.waitUntil(lambda: desk.undo_title == title and desk.view.index == 1)  # it shows what it took back
    desk.go_to(0)
    qtbot.waitUntil(lambda: desk.view.index == 0)
    assert np.array_equal(numbers() > 0, inside & roof)

    # with another category, at all depths, only what has no class: the floor below
    other = next(c.name for c in desk.taxonomy.categories if c.name != desk.active_category)
    desk.use_category(other)
    QTest.keyClick(pane, Qt.Key.Key_U)
    QTest.keyClick(pane, Qt.Key.Key_P)
    while segmenting.brush.depth is not None:
        QTest.keyClick(pane, Qt.Key.Key_X)
    for place in (pixel(4.25, 8.25), pixel(4.25, 4.25), pixel(-0.25, 4.25), pixel(-0.25, 8.25)):
        QTest.mouseClick(pane, LEFT, NONE, place.toPoint())
    QTest.keyClick(pane, Qt.Key.Key_Return)
    found = numbers()
    assert np.array_equal(found > 0, inside)
    assert len(set(found[inside & roof])) == len(set(found[inside & ~roof])) == 1
    assert set(found[inside & roof]) != set(found[inside & ~roof])

    # the brush takes classes off, and each stroke is taken back by itself
    QTest.keyClick(pane, Qt.Key.Key_U)
    QTest.keyClick(pane, Qt.Key.Key_E)
    QTest.keyClick(pane, Qt.Key.Key_B)
    radius = segmenting.brush.radius
    QTest.keyClick(pane, Qt.Key.Key_BracketRight)
    assert segmenting.brush.radius > radius
    QTest.mouseClick(pane, LEFT, NONE, pixel(2.0, 6.0).toPoint())
    erased = numbers()
    assert 0 < np.count_nonzero(erased) < np.count_nonzero(found)
    desk.undo()
    assert np.array_equal(numbers(), found)
    desk.undo()
    assert np.array_equal(numbers() > 0, inside & roof)
    assert desk.undo_title == title
    desk.undo()
    assert not numbers().any()

    # what is not painting is the view's
    middle, right = QPointF(300, 300), Qt.MouseButton.RightButton
    before = view.to_metres(middle)
    QTest.mousePress(pane, right, NONE, middle.toPoint())
    drag_on(pane, middle + QPointF(40, 0), right)
    QTest.mouseRelease(pane, right, NONE, QPoint(340, 300))
    assert np.allclose(view.to_metres(middle + QPointF(40, 0)), before)
    assert not numbers().any()
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert not segmenting.is_on
    assert not pane.isVisible()
    assert legend.isVisible()


def test_points_behind_the_first_are_left_alone() -> None:
    xyz = np.array([[0, 0, 5], [0, 0, 5.4], [0, 0, 9], [3, 0, 9]], np.float32)
    mask = np.zeros((50, 50), np.bool_)
    mask[20:30, :] = True

    def project(points: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return points[:, :2].astype(np.float64) * 8 + 25, points[:, 2].astype(np.float64)

    assert picked(xyz, mask, project, 0.5, None).tolist() == [0, 1, 3]
    assert picked(xyz, mask, project, None, None).tolist() == [0, 1, 2, 3]
    assert picked(xyz, mask[:, :30], project, None, None).tolist() == [0, 1, 2]


def test_a_polygon_on_the_road_in_a_picture_is_laid_on_the_ground(qtbot: QtBot, open_desk: Callable[..., Any]) -> None:
    """Drawn in a camera's picture, seen on the ground in the other views, and the ground's points in it painted."""
    scene, _ = corner_scene()
    desk = open_desk(scene, Labels())
    strip, top = CameraStrip(desk), TopView(desk)
    for view, size in ((strip, (960, 620)), (top, (600, 600))):
        qtbot.addWidget(view)
        view.resize(*size)
    above = BrushPane(desk, top)
    strip.show()
    top.show()
    top.look_at(8.0, 0.0, 0.05)
    segmenting, stage, told = Segmenting.of(desk), Stage.of(desk), list[str]()
    desk.said.connect(told.append)
    segmenting.toggle()
    qtbot.waitUntil(lambda: segmenting.marked is not None)
    camera = next(one for one in strip.findChildren(CameraPane) if one.channel == "CAM_FRONT")
    bare = next(one for one in strip.findChildren(CameraPane) if one.channel == "CAM_SIDE")
    (pane,) = camera.findChildren(BrushPane)
    assert not any(one.isVisible() for one in bare.findChildren(BrushPane))  # it has no lens
    corners = np.array([[6.0, 2.0], [6.0, -2.0], [12.0, -2.0], [12.0, 2.0]])

    def draw(places: list[QPoint]) -> None:
        told.clear()
        for place in places:
            QTest.mouseClick(pane, LEFT, NONE, place)
        QTest.keyClick(pane, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(told) and segmenting._work.pending == 0)

    QTest.keyClick(pane, Qt.Key.Key_P)
    QTest.keyClick(pane, Qt.Key.Key_G)
    assert "only ground (G)" in segmenting.text
    ground = np.column_stack([corners, np.full(4, -1.8)])
    uv, _ = camera.camera.project(camera.camera_SE3_ego.apply(ground))
    before = desk.undo_title
    sky = QPoint(camera.width() // 2, round(camera.fit.area.top()) + 8)
    draw([QPointF(*camera.fit.to_widget(uv)[0].tolist()).toPoint(), sky, sky + QPoint(40, 0)])
    assert "below the horizon" in told[-1]
    assert (desk.undo_title, segmenting.on_ground) == (before, None)

    draw([QPointF(*place.tolist()).toPoint() for place in camera.fit.to_widget(uv)])
    laid = segmenting.on_ground
    assert laid is not None
    assert abs(laid.area - 24.0) < 4.0  # a pixel is a third of a metre there
    np.testing.assert_allclose(laid.corners[:, 2], -1.8, atol=0.05)
    assert told[-1].startswith(f"{laid.area:.1f} m² of ground with ")
    qtbot.waitUntil(lambda: desk._store.pending == 0 and desk.undo_title != before)
    qtbot.waitUntil(lambda: segmenting.marked is not None)
    painted = stage.xyz[segmenting.marked.numbers > 0]
    assert len(painted) > 20
    assert (np.abs(painted[:, 2] + 1.8) < 0.2).all()
    low, high = painted[:, :2].min(axis=0), painted[:, :2].max(axis=0)
    np.testing.assert_allclose([*low, *high], [6.0, -2.0, 12.0, 2.0], atol=1.0)
    picture = above.grab().toImage()  # its outline is drawn in the view from above
    x, y = top.to_pixels(np.array([[9.0, 0.0]]))[0].tolist()
    assert picture.rect().contains(QPointF(x, y).toPoint())
    desk.undo()
    qtbot.waitUntil(lambda: desk.undo_title == before)
    strip.close()
