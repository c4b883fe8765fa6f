"""Areas: polygons drawn on the road become polygons on the ground in world, seen in all views and in all frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.edit import PutAreas, Session
from lidar_label.gui import categories
from lidar_label.gui.areas import Areas
from lidar_label.gui.desk import Desk
from lidar_label.gui.opening import open_scene
from lidar_label.gui.painting_ground import as_few
from lidar_label.gui.segmenting import Segmenting
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.views.area_marks import AreaMarks
from lidar_label.gui.views.brush import BrushPane
from lidar_label.gui.views.camera_pane import CameraPane
from lidar_label.gui.views.cameras import CameraStrip
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView
from lidar_label.jobs import Project
from lidar_label.model import Area, Floats, Labels, Scene, Source
from lidar_label.store import ProjectStore
from lidar_label.synth import make_drive
from tests.gui.conftest import MemoryProject
from tests.gui.looks import same_look
from tests.gui.views.conftest import GROUND, corner_scene

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
# On the road of the made-up drive ahead of the car, in the vehicle's frame: ahead, to the left, metres.
CROSSING = np.array([[7.0, 1.5], [7.0, -1.5], [10.0, -1.5], [10.0, 1.5]])


@pytest.fixture(scope="module")
def street() -> Scene:
    """Two frames of a made-up street that is flat, at height 0 of world, between its kerbs."""
    return make_drive(frames=2, cameras=1, frame_rate_hz=2.0, image_size=(960, 540), keep=True).scene


class Reopened(MemoryProject):
    """The same project file, opened again."""

    def __init__(self, path: Path, scene: Scene) -> None:
        self.path, self._scene = path, scene
        self.session = Session(ProjectStore.open(path), "another")


@pytest.fixture
def show_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: Any) -> Iterator[Callable[..., Window]]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with same_look(qapp):

        def show(project: MemoryProject) -> Window:
            desk = Desk(author="tester")
            window = Window(desk, Settings(), Language())
            window.resize(1500, 900)
            window.show()
            desk.show(open_scene(cast("Project", project), project.refs[0].token))
            qtbot.waitUntil(lambda: desk.view is not None and window.views is not None)
            return window

        yield show
        for window in qapp.topLevelWidgets():
            if isinstance(window, Window):
                window.close()


def click(widget: QWidget, places: list[QPoint]) -> None:
    for place in places:
        QTest.mouseClick(widget, LEFT, NONE, place)


def hover(widget: QWidget, at: QPointF) -> None:
    still = Qt.MouseButton.NoButton
    QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), still, still, NONE))


def shade_at(widget: QWidget, at: Floats) -> np.ndarray[Any, Any]:
    """The mean colour of the pixels about a place."""
    picture = widget.grab().toImage()
    x, y = round(float(at[0])), round(float(at[1]))
    found = [picture.pixelColor(x + dx, y + dy).getRgb()[:3] for dx in range(-3, 4) for dy in range(-3, 4)]
    return np.mean(np.array(found, float), axis=0)


def test_a_polygon_in_a_picture_is_kept_as_an_area_in_world(
    qtbot: QtBot, street: Scene, show_window: Callable[..., Window], tmp_path: Path
) -> None:
    """Drawn with the mouse in a camera's picture of the real window, seen everywhere, kept, changed and taken back."""
    path = tmp_path / "street.lidarlabel"
    window = show_window(MemoryProject(path, street, Labels()))
    desk, views = window.desk, window.views
    assert views is not None
    areas, segmenting = Areas.of(desk), Segmenting.of(desk)
    desk.use_category("vehicle.truck")
    window.menus.actions["draw-areas"].trigger()
    qtbot.waitUntil(lambda: segmenting.marked is not None)
    assert "kept as an area (K)" in segmenting.text
    (camera,) = window.findChildren(CameraPane)
    (pane,) = camera.findChildren(BrushPane)
    assert pane.isVisible()

    def pixels(places: Floats) -> Floats:
        """Where places of the vehicle's frame are seen in the picture now."""
        assert camera.camera is not None
        assert camera.camera_SE3_ego is not None
        uv, seen = camera.camera.project(camera.camera_SE3_ego.apply(places))
        assert seen.all()
        return camera.fit.to_widget(uv)

    def settled() -> bool:
        return segmenting._work.pending == 0 and desk._store.pending == 0

    # drawn: each corner lies where the ray of the clicked pixel meets the road, which is at height 0
    assert desk.view is not None
    ego = desk.view.world_SE3_ego
    flat = np.column_stack([CROSSING, np.zeros(4)])
    for _ in range(3):  # down to the road, wherever the car leans
        flat[:, 2] -= ego.apply(flat)[:, 2]
    clicks = [QPointF(*place.tolist()).toPoint() for place in pixels(flat)]
    click(pane, clicks)
    assert areas.all == ()
    QTest.keyClick(pane, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(areas.all) == 1 and settled())
    (area,) = areas.all
    assert (area.category, area.frame, area.source, area.author) == ("vehicle.truck", 0, Source.HUMAN, "tester")
    world_SE3_camera = ego @ camera.camera_SE3_ego.inverse
    uv = camera.fit.to_pictures(np.array([[at.x(), at.y()] for at in clicks], float))
    rays = camera.camera.rays(uv) @ world_SE3_camera.rotation_matrix.T
    eye = world_SE3_camera.translation
    truth = eye + rays * (-eye[2] / rays[:, 2])[:, None]
    assert len(area.corners) == 4  # the road is flat: no more are needed
    off = area.corners - truth
    assert np.abs(off[:, 2]).max() < 0.03
    assert np.hypot(off[:, 0], off[:, 1]).max() < 0.12  # so far a slanting ray goes in 3 cm of height
    assert area.size == pytest.approx(9.0, abs=0.4)
    assert np.abs(truth - ego.apply(flat)).max() < 0.15  # of half a pixel
    assert segmenting.marked is not None
    assert not segmenting.marked.numbers.any()  # no point was painted

    # seen: in its colour in all three kinds of views, and gone with the switch in the menu
    middle = ego.inverse.apply(area.middle[None])
    spot = ego.inverse.apply((0.7 * area.corners[0] + 0.3 * area.middle)[None])  # beside its name
    blue = desk.category_color("vehicle.truck")
    top, main = views.top, views.main
    places = {
        camera: lambda: pixels(spot)[0],
        top: lambda: top.to_pixels(spot)[0],
        main: lambda: main.camera.project(spot, main.width(), main.height())[0][0],
    }
    top.look_at(8.5, 0.0, 0.015)
    window.menus.actions["draw-areas"].trigger()
    assert not segmenting.is_on
    filled = {view: shade_at(view, place()) for view, place in places.items()}
    window.menus.actions["areas"].trigger()
    assert not areas.are_shown
    qtbot.wait(50)
    bare = {view: shade_at(view, place()) for view, place in places.items()}
    way = np.array(blue.getRgb()[:3], float)
    for view in places:
        assert np.abs(filled[view] - bare[view]).max() > 8, type(view).__name__
        assert np.linalg.norm(filled[view] - way) < np.linalg.norm(bare[view] - way), type(view).__name__
    window.menus.actions["areas"].trigger()

    # in the other frames it lies where it was in world
    desk.go_to(1)
    qtbot.waitUntil(lambda: desk.view.index == 1 and top.shown_frame == 1)
    there = desk.view.world_SE3_ego.inverse.apply(area.middle[None])
    assert np.linalg.norm(there - middle) > 1.0  # the car has driven on
    assert AreaMarks.of(desk).under(QPointF(*top.to_pixels(there)[0].tolist()), top.to_pixels) == area.token
    assert AreaMarks.of(desk).under(QPointF(*top.to_pixels(middle)[0].tolist()), top.to_pixels) == ""

    # changed and deleted under the mouse, in the view from above
    window.menus.actions["draw-areas"].trigger()
    (above,) = top.findChildren(BrushPane)
    desk.use_category("human.pedestrian")
    top.look_at(*there[0, :2].tolist(), 0.03)
    hover(above, QPointF(*top.to_pixels(there)[0].tolist()))
    assert areas.hovered == area
    assert areas.offer == f"{areas.name(area)}: Del deletes it, C makes it human.pedestrian"
    QTest.keyClick(above, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: areas.all[0].category == "human.pedestrian" and settled())
    QTest.keyClick(above, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: areas.all == () and settled())
    for left in ("human.pedestrian", "vehicle.truck"):
        desk.undo()
        qtbot.waitUntil(lambda wanted=left: bool(areas.all) and areas.all[0].category == wanted and settled())
    assert areas.all == (area,)
    window.close()

    # kept: another desk sees it, and takes it back
    window = show_window(Reopened(path, street))
    assert Areas.of(window.desk).all == (area,)
    window.menus.actions["undo"].trigger()
    qtbot.waitUntil(lambda: Areas.of(window.desk).all == ())
    window.close()


def test_what_is_no_area_is_refused_and_said(qtbot: QtBot, open_desk: Callable[..., Any]) -> None:
    scene, _ = corner_scene()
    desk = open_desk(scene, Labels())
    top = TopView(desk)
    qtbot.addWidget(top)
    top.resize(600, 600)
    pane = BrushPane(desk, top)
    top.show()
    top.look_at(8.0, 0.0, 0.05)
    areas, segmenting, told = Areas.of(desk), Segmenting.of(desk), list[str]()
    desk.said.connect(told.append)
    segmenting.toggle()
    qtbot.waitUntil(lambda: segmenting.marked is not None)
    QTest.keyClick(pane, Qt.Key.Key_K)
    assert (segmenting.brush.as_area, segmenting.brush.shape, segmenting.brush.on_ground) == (True, "polygon", True)

    def draw(*places: tuple[float, float]) -> None:
        told.clear()
        click(pane, [QPointF(*uv.tolist()).toPoint() for uv in top.to_pixels(np.array(places))])
        QTest.keyClick(pane, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(told) and segmenting._work.pending == 0 and desk._store.pending == 0)

    before = desk.undo_title
    draw((4, -2), (8, 2), (8, -2), (4, 2))
    assert told == ["the sides of the area cross each other"]
    assert (areas.all, desk.undo_title) == ((), before)
    # a lasso has as few corners as its shape needs
    QTest.keyClick(pane, Qt.Key.Key_L)
    turns = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    ring = top.to_pixels(np.column_stack([9 + 2 * np.cos(turns), 2 * np.sin(turns)]))
    QTest.mousePress(pane, LEFT, NONE, QPointF(*ring[0].tolist()).toPoint())
    pane._places = [QPointF(*uv.tolist()) for uv in ring]
    told.clear()
    QTest.mouseRelease(pane, LEFT, NONE, QPointF(*ring[-1].tolist()).toPoint())
    qtbot.waitUntil(lambda: len(areas.all) == 1 and bool(told))
    (area,) = areas.all
    assert 8 <= len(area.corners) < 60
    assert area.size == pytest.approx(4 * np.pi, abs=0.4)
    qtbot.waitUntil(lambda: segmenting._work.pending == 0 and desk._store.pending == 0)
    assert told == [f"Kept as an area: car · {area.size:.1f} m²"]  # and no count of points
    np.testing.assert_allclose(scene.frames[0].world_SE3_ego.inverse.apply(area.corners)[:, 2], GROUND, atol=0.05)
    # the brush, no class and the end put it away
    for key in (Qt.Key.Key_B, Qt.Key.Key_E, Qt.Key.Key_G):
        segmenting.set_brush(replace(segmenting.brush, erases=False, as_area=False))
        QTest.keyClick(pane, Qt.Key.Key_K)
        assert segmenting.brush.as_area
        QTest.keyClick(pane, key)
        assert not segmenting.brush.as_area
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert not segmenting.is_on


def test_where_each_frame_has_its_own_world_an_area_is_seen_in_its_frame_alone(
    qtbot: QtBot, open_desk: Callable[..., Any]
) -> None:
    scene, _ = corner_scene()
    corners = scene.frames[1].world_SE3_ego.apply(np.array([[4.0, 2, GROUND], [4, -2, GROUND], [9, 0, GROUND]]))
    for change, seen in (({}, [1, 1, 1]), ({"has_poses": False}, [0, 1, 0]), ({"is_sequence": False}, [0, 1, 0])):
        desk = open_desk(replace(scene, **change), Labels())
        area = Area(scene=desk.scene_token, category="vehicle.car", corners=corners, frame=1)
        desk.do(lambda session, area=area: session.do(PutAreas((area,))))
        areas = Areas.of(desk)
        qtbot.waitUntil(lambda areas=areas: len(areas.all) == 1)
        assert [len(areas.in_frame(frame)) for frame in range(3)] == seen


def test_an_area_about_the_camera_fills_the_foot_of_its_picture(qtbot: QtBot, open_desk: Callable[..., Any]) -> None:
    """Most of it lies behind the camera: what is ahead is filled to the edges, and nothing over the horizon."""
    scene, _ = corner_scene()
    desk = open_desk(scene, Labels())
    around = np.array([[-30.0, 30, GROUND], [-30, -30, GROUND], [30, -30, GROUND], [30, 30, GROUND]])
    strip = CameraStrip(desk)
    qtbot.addWidget(strip)
    strip.resize(960, 620)
    strip.show()
    desk.set_show_image_points(False)
    camera = next(one for one in strip.findChildren(CameraPane) if one.channel == "CAM_FRONT")
    qtbot.waitUntil(lambda: camera.shown_frame == 0)
    shown = camera.fit.shown
    rows = np.linspace(shown.top() + 30, shown.bottom() - 12, 24)
    columns = np.linspace(shown.left() + 12, shown.right() - 12, 9)
    grid = np.array([(x, y) for y in rows for x in columns])
    before = [shade_at(camera, at) for at in grid]
    area = Area(
        scene=desk.scene_token, category="vehicle.car", frame=0,
        corners=scene.frames[0].world_SE3_ego.apply(around),
    )  # fmt: skip
    desk.do(lambda session: session.do(PutAreas((area,))))
    qtbot.waitUntil(lambda: len(Areas.of(desk).all) == 1 and Stage.of(desk).view is not None)
    changed = np.array([np.abs(shade_at(camera, at) - old).max() > 5 for at, old in zip(grid, before, strict=True)])
    rays = camera.camera.rays(camera.fit.to_pictures(grid)) @ camera.camera_SE3_ego.inverse.rotation_matrix.T
    eye = camera.camera_SE3_ego.inverse.translation
    along = (GROUND - eye[2]) / np.where(rays[:, 2] < -1e-6, rays[:, 2], np.nan)
    met = eye + rays * along[:, None]
    with np.errstate(invalid="ignore"):
        inside = (along > 0) & (np.abs(met[:, :2]) < 29).all(axis=1)
        outside = ~((along > 0) & (np.abs(met[:, :2]) < 34).all(axis=1))
    assert inside.sum() > 50
    assert outside.sum() > 50
    assert changed[inside].all()
    named = np.hypot(*(grid - grid[changed].mean(axis=0)).T) < 120  # its name may lie anywhere there
    assert not changed[outside & ~named].any()


def test_corners_on_a_straight_line_are_left_out() -> None:
    bend = np.array([[0, 0, 0], [1, 0, 0.0], [2, 0, 0.2], [3, 0, 0], [4, 0, 0], [4, 2, 0], [4, 4, 0.01], [2, 2, 0.0]])
    assert as_few(bend, 4).tolist() == bend[[0, 1, 2, 3, 4, 6]].tolist()  # every fourth was set by the hand
    assert as_few(bend).tolist() == bend[[0, 1, 2, 3, 4, 6]].tolist()
    square = np.array([[0.0, 0, 0], [2, 0, 0], [2, 2, 0], [0, 2, 0]])
    share = np.linspace(0, 1, 8, endpoint=False)[None, :, None]
    sides = (square[:, None] + (np.roll(square, -1, axis=0) - square)[:, None] * share).reshape(-1, 3)
    noise = np.random.default_rng(3).uniform(-0.01, 0.01, sides.shape)
    assert as_few(sides + noise, 8).tolist() == (sides + noise)[::8].tolist()


def test_areas_go_with_a_category_that_is_deleted(
    qtbot: QtBot, open_desk: Callable[..., Any], failures: list[str]
) -> None:
    desk = open_desk()
    corners = np.array([[4.0, 2, 0], [4, -2, 0], [9, 0, 0]])
    car, walker = (
        Area(scene=desk.scene_token, category=name, corners=corners) for name in ("vehicle.car", "human.pedestrian")
    )
    empty = Area(scene=desk.scene_token, category="crossing", corners=corners)
    desk.do(lambda session: session.do(PutAreas((car, walker, empty), adds_categories=True)))
    areas = Areas.of(desk)
    qtbot.waitUntil(lambda: len(areas.all) == 3)
    categories.delete(desk, "crossing")  # nobody said what becomes of them
    qtbot.waitUntil(lambda: bool(failures))
    assert failures == ["category crossing has 1 areas (delete them, or give them another category first)"]
    assert "crossing" in desk.taxonomy
    categories.delete(desk, "vehicle.car", "vehicle.truck")
    qtbot.waitUntil(lambda: "vehicle.car" not in desk.taxonomy)
    assert {area.token: area.category for area in areas.all}[car.token] == "vehicle.truck"
    categories.delete(desk, "human.pedestrian", with_tracks=True)
    qtbot.waitUntil(lambda: "human.pedestrian" not in desk.taxonomy)
    assert {area.token for area in areas.all} == {car.token, empty.token}
    desk.undo()
    qtbot.waitUntil(lambda: len(areas.all) == 3)
