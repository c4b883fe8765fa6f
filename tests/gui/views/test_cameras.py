"""The pictures: boxes and points through the lens at the picture's own time, clicks, layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, QRect, Qt
from PyQt6.QtTest import QTest

from lidar_label.gui.views.camera_layout import grid


def in_pane(corner: Any, channel: str, world: np.ndarray) -> QPointF:
    """Where a place of world is in a pane: the oracle, from the model alone."""
    image = corner.stage.view.frame.images[channel]
    camera = image.sensor.camera
    uv, seen = camera.project((image.world_SE3_ego @ image.sensor.ego_SE3_sensor).inverse.apply(world[None]))
    assert seen.all()
    pane = corner.cameras.panes[channel]
    scale = min(pane.width() / camera.width, pane.height() / camera.height)
    left, top = (pane.width() - camera.width * scale) / 2, (pane.height() - camera.height * scale) / 2
    return QPointF(left + (uv[0, 0] + 0.5) * scale, top + (uv[0, 1] + 0.5) * scale)


@pytest.mark.parametrize("name", ["near", "far", "walker"])
def test_a_click_in_a_picture_selects_the_box(corner: Any, mouse: Any, name: str) -> None:
    pane = corner.cameras.panes["CAM_FRONT"]
    mouse.click(pane, in_pane(corner, "CAM_FRONT", corner.box(name).center))
    assert corner.desk.selected == name
    mouse.click(pane, QPointF(pane.width() / 2, pane.area.top() + 3))
    assert corner.desk.selected == ""


def test_a_box_is_drawn_where_the_lens_puts_it(corner: Any) -> None:
    corner.desk.set_show_image_points(False)
    color = corner.desk.color_of(corner.box("far"))
    picture = corner.cameras.panes["CAM_FRONT"].grab().toImage()
    corners = corner.box("far").corners()
    for a, b in ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (0, 4)):
        at = in_pane(corner, "CAM_FRONT", (corners[a] + corners[b]) / 2)
        near = [picture.pixelColor(round(at.x()) + d, round(at.y()) + e) for d in (-1, 0, 1) for e in (-1, 0, 1)]
        assert any(abs(c.hue() - color.hue()) < 12 and c.saturation() > 90 for c in near), (a, b)


def test_points_are_drawn_where_the_lens_puts_them_and_can_be_put_away(corner: Any) -> None:
    pane = corner.cameras.panes["CAM_FRONT"]
    corner.desk.set_color_mode("track")
    at = in_pane(corner, "CAM_FRONT", corner.box("near").center)

    def colored() -> int:
        picture, color = pane.grab().toImage(), corner.desk.color_of(corner.box("near")).rgb()
        around = range(-14, 15)
        return sum(
            picture.pixelColor(round(at.x()) + d, round(at.y()) + e).rgb() == color for d in around for e in around
        )

    assert colored() > 20
    corner.desk.set_show_image_points(False)
    assert colored() == 0
    corner.desk.set_show_image_points(True)
    assert colored() > 20


def test_points_follow_the_frame(corner: Any) -> None:
    corner.desk.go_to(2)
    corner.qtbot.waitUntil(lambda: corner.stage.view.index == 2 and not corner.cameras.is_projecting)
    pane = corner.cameras.panes["CAM_FRONT"]
    points = pane._points
    image, view = corner.stage.view.frame.images["CAM_FRONT"], corner.stage.view
    world = view.world_SE3_ego.apply(view.xyz[points.index])
    uv, _ = image.sensor.camera.project(image.world_SE3_sensor.inverse.apply(world))
    np.testing.assert_allclose(points.uv, uv, atol=0.05)


def test_the_camera_that_sees_the_selection_is_framed(corner: Any) -> None:
    assert corner.cameras.best() == ""
    corner.desk.select("far")
    assert corner.cameras.best() == "CAM_FRONT"
    corner.qtbot.waitUntil(lambda: corner.cameras.panes["CAM_FRONT"]._is_best)
    assert not corner.cameras.panes["CAM_BACK"]._is_best
    corner.desk.select("")
    corner.qtbot.waitUntil(lambda: not corner.cameras.panes["CAM_FRONT"]._is_best)


def test_a_double_click_makes_a_picture_large_and_small_again(corner: Any) -> None:
    pane = corner.cameras.panes["CAM_BACK"]
    small = pane.width()
    QTest.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=pane.rect().center())
    assert corner.cameras.large == "CAM_BACK"
    assert pane.width() >= small
    assert pane.geometry().left() == 0
    corner.desk.select("far")  # the large place goes to the camera that sees it
    corner.qtbot.waitUntil(lambda: corner.cameras.large == "CAM_FRONT")
    QTest.mouseDClick(corner.cameras.panes["CAM_FRONT"], Qt.MouseButton.LeftButton, pos=pane.rect().center())
    assert corner.cameras.large == ""
    assert pane.width() == small


def test_a_double_click_asks_for_room_and_leaves_the_selection(corner: Any, mouse: Any) -> None:
    asked: list[bool] = []
    corner.cameras.large_changed.connect(asked.append)
    corner.desk.select("far")
    pane = corner.cameras.panes["CAM_FRONT"]
    for _ in range(2):  # on the empty sky: a single click there selects nothing
        at = QPointF(pane.width() / 2, pane.area.top() + 3)
        mouse.click(pane, at)
        assert corner.desk.selected == ""
        QTest.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=at.toPoint())
        assert corner.desk.selected == "far"
    assert asked == [True, False]


def test_all_pictures_fill_a_row_of_the_wished_height(corner: Any) -> None:
    corner.cameras.resize(960, corner.cameras.height_of_row(960))
    panes = list(corner.cameras.panes.values())
    assert len({pane.y() for pane in panes}) == 1
    assert all(abs(pane.area.width() - pane.width()) < 3 for pane in panes)
    assert all(abs(pane.area.height() - pane.height()) < 3 for pane in panes)


def test_focus_zooms_the_best_picture_on_the_box(corner: Any, mouse: Any) -> None:
    corner.desk.select("walker")
    pane = corner.cameras.panes["CAM_FRONT"]
    corner.main.focus_selection()
    assert pane.area.width() > pane.width()
    uv = pane._camera.project(pane._camera_SE3_ego.apply(corner.place("walker", (0, 0, 0))[None]))[0]
    at = pane.fit.to_widget(uv)[0]
    assert 0.15 * pane.width() < at[0] < 0.85 * pane.width()  # not in the middle: it stands near the picture's edge
    assert 0.3 * pane.height() < at[1] < 0.7 * pane.height()
    np.testing.assert_allclose(pane.fit.to_picture(QPointF(*at)), uv[0], atol=1e-9)
    corner.desk.select("")
    mouse.click(pane, QPointF(*at))
    assert corner.desk.selected == "walker"


def test_what_is_missing_is_said(make_corner: Callable[..., Any]) -> None:
    corner = make_corner(missing=("CAM_BACK",))
    assert list(corner.cameras.panes) == ["CAM_FRONT", "CAM_SIDE", "CAM_BACK"] or set(corner.cameras.panes) == {
        "CAM_FRONT", "CAM_SIDE", "CAM_BACK",
    }  # fmt: skip
    pane = corner.cameras.panes["CAM_BACK"]
    assert pane._picture is None
    assert not pane.grab().isNull()
    assert corner.cameras.panes["CAM_SIDE"].coverage(0) == 0.0  # no lens is known
    assert corner.cameras.panes["CAM_SIDE"].hand.box_at(QPointF(20, 20)) == -1


def test_pictures_are_laid_out_without_touching(qapp: Any) -> None:
    for count, area in ((1, (800, 200)), (3, (1000, 300)), (6, (1600, 240)), (6, (500, 600)), (11, (700, 300))):
        whole = QRect(10, 5, *area)
        places = grid([1.6] * count, whole)
        assert len(places) == count
        for n, place in enumerate(places):
            assert whole.adjusted(-2, -2, 2, 2).contains(place)
            assert place.width() > 20
            assert not any(place.intersects(other) for other in places[:n])
    assert grid([], QRect(0, 0, 10, 10)) == []
    row = grid([1.6] * 6, QRect(0, 0, 2400, 250))
    assert len({place.y() for place in row}) == 1
