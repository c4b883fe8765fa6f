"""The mouse in a picture: sides of a box are pulled, points are picked, boxes are drawn; by the lens's own formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest
from scipy.spatial import cKDTree

from lidar_label.gui.making import Maker
from lidar_label.gui.multi import Multi
from lidar_label.gui.views import handles
from lidar_label.gui.views.picked import Picked

K1, K2 = -0.1, 0.01  # of the corner's lens


def seen(corner: Any, ego: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where places of the ego frame are in the large pane, (N, 2), and how far before the camera: plain numpy."""
    view, pane = corner.stage.view, corner.cameras.panes["CAM_FRONT"]
    image = view.frame.images["CAM_FRONT"]
    world = ego @ view.world_SE3_ego.rotation_matrix.T + view.world_SE3_ego.translation
    at_image = (world - image.world_SE3_ego.translation) @ image.world_SE3_ego.rotation_matrix
    mount = image.sensor.ego_SE3_sensor
    p = (at_image - mount.translation) @ mount.rotation_matrix
    xy = p[:, :2] / p[:, 2:]
    r2 = (xy**2).sum(axis=1, keepdims=True)
    u, v = (160 * xy * (1 + K1 * r2 + K2 * r2**2) + (160, 100)).T
    scale = min(pane.width() / 320, pane.height() / 200)
    left, top = (pane.width() - 320 * scale) / 2, (pane.height() - 200 * scale) / 2
    return np.stack([left + (u + 0.5) * scale, top + (v + 0.5) * scale], axis=1), p[:, 2]


def pixel(corner: Any, ego: np.ndarray) -> QPointF:
    places, _ = seen(corner, np.asarray(ego)[None])
    return QPointF(*places[0].tolist())


def stored(corner: Any) -> list[Any]:
    store = corner.desk.project.session.store
    return sorted(store.labels(corner.desk.scene_token).boxes(), key=lambda box: (box.frame, box.track))


@pytest.fixture
def large(corner: Any) -> Any:
    """The corner with its front camera large, and whole."""
    corner.cameras.resize(1300, 720)
    corner.cameras.enlarge("CAM_FRONT")
    corner.qtbot.waitUntil(lambda: not corner.cameras.is_projecting)
    return corner


@pytest.mark.parametrize("name", ["near", "far"])
def test_a_handle_pulls_its_side_alone_and_undo_gives_the_same_database(large: Any, mouse: Any, name: str) -> None:
    pane = large.cameras.panes["CAM_FRONT"]
    large.desk.select(name)
    pane.place(1.0, QPointF())
    before = stored(large)
    found = pane.hand.grips()
    faces = [face for face in found if face in handles.FACES]
    assert len(faces) >= 4
    for number, face in enumerate(faces):
        index, arrays = large.index(name), large.stage.arrays
        axes, size, center = arrays.rotations[index], arrays.sizes[index], arrays.centers[index]
        signs = np.array(handles.FACES[face])
        spot = found[face].spot
        assert abs((spot - center) @ (axes @ signs) - (size / 2) @ abs(signs)) < 1e-9  # it lies on its face
        target = spot + axes @ signs * 0.35
        mouse.drag(pane, pixel(large, spot), pixel(large, target))
        large.settle(2 * number + 1)
        box = large.box(name)
        world = large.stage.view.world_SE3_ego
        grown = np.array(box.size) - size
        np.testing.assert_allclose(grown, 0.35 * abs(signs), atol=0.01)
        far_side = box.world_SE3_box.apply([-signs * np.array(box.size) / 2])
        np.testing.assert_allclose(far_side, world.apply([center - axes @ (signs * size / 2)]), atol=1e-6)
        assert abs(box.yaw - next(b for b in before if b.track == name and b.frame == 0).yaw) < 1e-9
        large.desk.undo()
        large.settle(2 * number + 2)
        large.qtbot.waitUntil(lambda was=size: np.allclose(large.box(name).size, was, atol=1e-9))
        assert stored(large) == before
    assert len(large.edits) == 2 * len(faces)


def test_the_disc_slides_a_box_and_keeps_its_depth(large: Any, mouse: Any) -> None:
    pane = large.cameras.panes["CAM_FRONT"]
    large.desk.select("near")
    pane.place(1.0, QPointF())
    index, arrays = large.index("near"), large.stage.arrays
    center, size = arrays.centers[index].copy(), large.box("near").size
    eye = pane.camera_SE3_ego.inverse.translation
    look = (center - eye) / np.linalg.norm(center - eye)
    aside = np.cross(look, (0, 0, 1.0))
    target = center + 0.5 * aside / np.linalg.norm(aside)
    mouse.drag(pane, pixel(large, center), pixel(large, target))
    large.settle(1)
    moved = large.stage.view.world_SE3_ego.inverse.apply([large.box("near").center])[0]
    np.testing.assert_allclose(moved, target, atol=0.01)
    assert abs((moved - center) @ look) < 1e-6
    assert large.box("near").size == size
    assert large.edits == ["edit"]


def test_all_views_show_the_drag_and_escape_takes_it_back(large: Any, mouse: Any) -> None:
    pane = large.cameras.panes["CAM_FRONT"]
    large.desk.select("near")
    pane.place(1.0, QPointF())
    before = stored(large)
    spot = pane.hand.grips()["top"].spot
    start, end = pixel(large, spot), pixel(large, spot + np.array([0, 0, 0.6]))
    mouse.press(pane, start)
    mouse.move(pane, end, Qt.MouseButton.LeftButton)
    assert abs(large.stage.boxes[large.index("near")].size[2] - 2.1) < 0.01  # what every view draws
    assert large.desk.boxes[large.index("near")].size[2] == 1.5
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert large.stage.boxes[large.index("near")].size[2] == 1.5
    mouse.move(pane, start, Qt.MouseButton.LeftButton)
    mouse.release(pane, start)
    assert large.desk.selected == "near"
    large.desk.go_to(1)
    large.qtbot.waitUntil(lambda: large.stage.view.index == 1)
    assert stored(large) == before
    assert large.edits == []


def test_small_pictures_and_small_boxes_have_no_handles_to_hit_by_mistake(corner: Any) -> None:
    pane = corner.cameras.panes["CAM_FRONT"]
    corner.desk.select("near")
    assert pane.area.width() < 400
    assert pane.hand.grips() == {}
    pane.look_at(corner.index("near"))  # zoomed in, there is room
    assert len(pane.hand.grips()) >= 4
    corner.desk.set_tool("box")
    assert pane.hand.grips() == {}


def test_a_click_beside_boxes_picks_the_point_that_is_seen_there(large: Any, mouse: Any) -> None:
    pane, picked = large.cameras.panes["CAM_FRONT"], Picked.of(large.desk)
    told: list[Any] = []
    picked.changed.connect(told.append)
    xyz = large.stage.xyz.astype(np.float64)
    ahead = np.flatnonzero(xyz[:, 0] > 4.0)
    places, depth = seen(large, xyz[ahead])
    shown = pane.fit.shown.adjusted(30, 30, -30, -30)
    near = [n for n in np.argsort(depth) if shown.contains(QPointF(*places[n])) and depth[n] > 4]
    clicked = 0
    for n in near[:: max(len(near) // 12, 1)]:
        at = QPointF(*places[n].tolist())
        if pane.hand.box_at(at) >= 0:
            continue
        mouse.click(pane, at)
        aside = np.hypot(*(places - places[n]).T)
        under = np.flatnonzero((aside <= 3.0) & (depth > 0.1))
        away = np.linalg.norm(xyz[ahead][under] - pane.camera_SE3_ego.inverse.translation, axis=1)
        wanted = xyz[ahead][under[away.argmin()]]
        np.testing.assert_allclose(picked.place, wanted, atol=0.01)
        world = large.stage.view.world_SE3_ego.apply([wanted])[0] + large.desk.scene.origin
        np.testing.assert_allclose(told[-1], world, atol=0.01)
        clicked += 1
    assert clicked >= 6
    assert large.edits == []


def test_without_a_point_in_reach_the_ground_is_meant_and_the_sky_is_nothing(large: Any, mouse: Any) -> None:
    pane, picked = large.cameras.panes["CAM_FRONT"], Picked.of(large.desk)
    places, depth = seen(large, large.stage.xyz.astype(np.float64))
    places = places[depth > 0.1]
    x, y = np.meshgrid(np.arange(4.5, 9, 0.05), np.arange(-3, 3, 0.05))
    floor = np.stack([x.ravel(), y.ravel(), np.full(x.size, -1.8)], axis=1)
    on_screen, _ = seen(large, floor)
    away, _ = cKDTree(places).query(on_screen)
    empty = [n for n in np.flatnonzero(away > 12) if pane.fit.shown.contains(QPointF(*on_screen[n].tolist()))]
    assert empty
    ground, at = floor[empty[len(empty) // 2]], QPointF(*on_screen[empty[len(empty) // 2]].tolist())
    mouse.click(pane, at)
    np.testing.assert_allclose(picked.place, ground, atol=0.1)  # the ground's height is that of the points about it
    mouse.click(pane, QPointF(pane.width() / 2, pane.area.top() + 40))
    assert picked.place is None


def test_the_mark_stays_in_world_is_drawn_everywhere_and_goes_with_a_selection(large: Any, mouse: Any) -> None:
    pane, picked = large.cameras.panes["CAM_FRONT"], Picked.of(large.desk)
    views = (pane, large.top, large.main)
    plain = [view.grab().toImage() for view in views]
    point = np.array([9.0, 0.5, -1.8])
    mouse.click(pane, pixel(large, point))
    first = picked.place.copy()
    for view, without in zip(views, plain, strict=True):
        assert view.grab().toImage() != without
    large.desk.go_to(1)
    large.qtbot.waitUntil(lambda: large.stage.view.index == 1)
    np.testing.assert_allclose(picked.place, first - np.array([2 * np.cos(0.4), -2 * np.sin(0.4), 0]), atol=1e-6)
    large.desk.select("far")
    assert picked.place is None


def test_a_rectangle_drawn_with_the_tool_makes_a_box_and_escape_none(large: Any, mouse: Any) -> None:
    pane = large.cameras.panes["CAM_FRONT"]
    large.desk.select("near")
    center = large.stage.arrays.centers[large.index("near")].copy()
    places, _ = seen(large, large.stage.arrays.corners[large.index("near")])
    large.desk.delete_track()
    large.qtbot.waitUntil(lambda: len(large.desk.boxes) == 2)
    large.settle(1)
    low, high = QPointF(*places.min(axis=0).tolist()), QPointF(*places.max(axis=0).tolist())
    large.desk.set_tool("box")
    mouse.press(pane, low)
    mouse.move(pane, high, Qt.MouseButton.LeftButton)
    assert pane.hand.rectangle is not None
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    mouse.release(pane, high)
    assert pane.hand.rectangle is None
    large.desk.set_tool("box")
    mouse.drag(pane, low, high)
    large.qtbot.waitUntil(lambda: not Maker.of(large.desk).is_fitting)
    large.qtbot.waitUntil(lambda: len(large.desk.boxes) == 3)
    large.settle(2)
    (made,) = [box for box in large.desk.boxes if box.track not in ("far", "walker")]
    where = large.stage.view.world_SE3_ego.inverse.apply([made.center])[0]
    assert np.linalg.norm(where[:2] - center[:2]) < 1.0


def test_the_tool_that_fits_by_a_click_works_in_a_picture_too(large: Any, mouse: Any) -> None:
    pane = large.cameras.panes["CAM_FRONT"]
    large.desk.select("near")
    index, arrays = large.index("near"), large.stage.arrays
    center = arrays.centers[index].copy()
    places, depth = seen(large, large.stage.xyz.astype(np.float64))
    local = np.abs(arrays.local(index, large.stage.xyz.astype(np.float64)))
    inside = np.flatnonzero((local <= arrays.sizes[index] / 2).all(axis=1))
    on_it = places[inside[depth[inside].argmin()]]
    large.desk.delete_track()
    large.settle(1)
    large.desk.set_tool("click")
    mouse.click(pane, QPointF(*on_it.tolist()))
    large.qtbot.waitUntil(lambda: not Maker.of(large.desk).is_fitting)
    large.settle(2)
    large.qtbot.waitUntil(lambda: len(large.desk.boxes) == 3)
    (made,) = [box for box in large.desk.boxes if box.track not in ("far", "walker")]
    where = large.stage.view.world_SE3_ego.inverse.apply([made.center])[0]
    assert np.linalg.norm(where[:2] - center[:2]) < 1.0
    assert Picked.of(large.desk).place is None


def test_shift_and_a_click_add_a_box_to_the_chosen_ones(large: Any, mouse: Any) -> None:
    pane = large.cameras.panes["CAM_FRONT"]
    near, far = (pixel(large, large.stage.arrays.centers[large.index(name)]) for name in ("near", "far"))
    mouse.click(pane, near)
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(pane, Qt.MouseButton.LeftButton, shift, far.toPoint())
    assert set(Multi.of(large.desk).tokens) == {"near", "far"}
