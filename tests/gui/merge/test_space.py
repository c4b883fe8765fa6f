"""What is left out of the views: exactly what was said, in the 3D view, from above and in the side views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.look import Clip
from lidar_label.gui.merge.isolation import Isolation
from lidar_label.gui.painters.splat import SplatPainter
from lidar_label.gui.shell.views import Views
from lidar_label.gui.sides.column import SideViews
from lidar_label.gui.views.colors import BACKGROUND
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from tests.gui.merge.conftest import Road, drag

Show = Callable[[QWidget, tuple[int, int]], QWidget]


def kept(road: Road, mask: np.ndarray) -> None:
    """The 3D view's painter and `seen_xyz` both show what the mask says."""
    stage = road.stage
    assert 0 < np.count_nonzero(mask) < len(mask)
    assert np.array_equal(stage.seen_xyz, stage.xyz[mask])
    painter = SplatPainter()
    camera = Orbit(distance=60.0, elevation=0.9).with_pivot((0.0, 0.0, 0.0))
    whole = painter.draw(stage.batches, camera, 400, 300, 1, crop=stage.crop)
    hidden = stage.colors.copy()
    hidden[~mask, 3] = 0
    alone = painter.draw([replace(stage.batches[0], colors=hidden)], camera, 400, 300, 1)
    painter.close()
    assert np.array_equal(whole.color, alone.color)


def test_each_part_hides_what_it_says(road: Road) -> None:
    desk, stage = road.desk, road.stage
    x, y, z = stage.xyz.T
    desk.set_hide_ground(True)
    kept(road, z >= np.float32(stage.ground + 0.25))
    desk.set_hide_ground(False)
    desk.toggle_ceiling()
    desk.set_ceiling(1.0)
    kept(road, z <= np.float32(stage.ground + 1.0))
    desk.toggle_ceiling()
    assert desk.clip.ceiling is None
    desk.toggle_ceiling()
    assert desk.clip.ceiling == 1.0  # as it was set last
    desk.set_clip(Clip(region=(2.0, -5.0, 15.0, 8.0), ground=True))
    kept(road, (x >= 2) & (x <= 15) & (y >= -5) & (y <= 8) & (z >= np.float32(stage.ground + 0.25)))
    desk.set_clip(Clip())
    assert stage.crop is None


def test_isolating_shows_what_is_about_the_box_and_comes_back(road: Road, show: Show) -> None:
    main, top = show(View3D(road.desk), (500, 400)), show(TopView(road.desk), (400, 400))
    assert isinstance(main, View3D)
    assert isinstance(top, TopView)
    nothing = lambda: None  # noqa: E731
    views = Views(main=main, top=top, cameras=main, look_down=nothing, look_home=nothing,
                  focus_selection=main.focus_selection, close=nothing)  # fmt: skip
    isolation, camera, place = Isolation.of(road.desk), main.camera, top.to_metres(QPointF(0, 0))
    road.desk.select("parked")
    camera = main.camera
    isolation.toggle(views)
    corners = road.stage.arrays.corners[road.stage.selected]
    low, high = (corners.min(axis=0) - 1.5).astype(np.float32), (corners.max(axis=0) + 1.5).astype(np.float32)
    kept(road, ((road.stage.xyz >= low) & (road.stage.xyz <= high)).all(axis=1))
    assert main.camera != camera
    assert [box.track for box in road.stage.boxes] == ["parked"], "the others' boxes are hidden, too"
    road.desk.go_to(road.desk.index + 1)  # it goes along with the box
    road.qtbot.waitUntil(lambda: road.stage.can_edit and len(road.stage.boxes) == 1)
    corners = road.stage.arrays.corners[road.stage.selected]
    assert road.stage.crop is not None
    assert road.stage.crop.low == pytest.approx(corners.min(axis=0) - 1.5)
    isolation.toggle(views)
    assert road.stage.crop is None
    assert main.camera == camera
    assert top.to_metres(QPointF(0, 0)) == pytest.approx(place)
    assert {box.track for box in road.stage.boxes} == {"parked", "mover"}
    isolation.toggle(views)
    road.desk.select("mover")
    assert [box.track for box in road.stage.boxes] == ["mover"]
    assert road.stage.selected == 0
    road.desk.select("")
    assert not road.desk.clip.isolated
    assert len(road.stage.boxes) == 2


def test_a_region_is_drawn_in_the_top_view_and_holds_there_too(road: Road, show: Show) -> None:
    desk, top = road.desk, show(TopView(road.desk), (500, 500))
    assert isinstance(top, TopView)
    desk.set_tool("crop")
    ends = top.to_pixels(np.array([[12.0, 6.0], [-3.0, -4.0]]))
    drag(top, QPointF(*ends[0].tolist()), QPointF(*ends[1].tolist()))
    assert desk.tool == "select"
    assert desk.clip.region == pytest.approx((-3, -4, 12, 6), abs=0.2)
    top.grab()
    x, y, _ = road.stage.xyz.T
    assert desk.clip.region is not None
    x0, y0, x1, y1 = desk.clip.region
    inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    pixel = top.metres_per_pixel
    clear = (x < x0 - 3 * pixel) | (x > x1 + 3 * pixel) | (y < y0 - 3 * pixel) | (y > y1 + 3 * pixel)
    cloud = top._splat()
    uv = np.floor(top.to_pixels(road.stage.xyz)).astype(int)
    seen = (uv >= 3).all(axis=1) & (uv < 497).all(axis=1)

    def lit(mask: np.ndarray) -> float:
        lights = [cloud.pixelColor(u, v).getRgb()[:3] != BACKGROUND for u, v in uv[mask & seen].tolist()]
        return float(np.mean(lights))

    assert lit(inside) > 0.95
    assert lit(clear) == 0.0
    desk.set_tool("crop")
    spot = QPointF(250, 250)
    drag(top, spot, spot + QPointF(1, 1))  # a click shows everything again
    assert desk.clip.region is None


def test_the_side_views_hide_the_same(road: Road, show: Show) -> None:
    sides = show(SideViews(road.desk), (300, 750))
    assert isinstance(sides, SideViews)
    road.desk.select("parked")
    axes = np.eye(3)
    reach = np.full(3, 6.0)
    every = sides.framing.slice(axes, -reach, reach)
    road.desk.set_hide_ground(True)
    standing = sides.framing.slice(axes, -reach, reach)
    assert every is not None
    assert standing is not None
    floor = road.stage.ground + 0.25 - sides.framing.place[2]
    assert np.array_equal(standing.local, every.local[every.local[:, 2] >= floor - 1e-5])
    assert 0 < len(standing.local) < len(every.local)
