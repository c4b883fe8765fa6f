"""Measuring: exact to the point that is seen, in 3D and from above; and the ways of tracks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.views.measure import Measure
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.views.trajectories import Trajectories, Way
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.model import Floats
from tests.gui.merge.conftest import FRAMES, Road, click, ego_pose, mover_pose

Show = Callable[[QWidget, tuple[int, int]], QWidget]


def lone_points(uv: Floats, size: tuple[int, int], apart: float) -> list[int]:
    """Points whose pixels lie far from all others'."""
    found = []
    for index, place in enumerate(uv):
        if (place > 40).all() and (place < np.array(size) - 40).all():
            away = np.hypot(*(uv - place).T)
            away[index] = np.inf
            if away.min() > apart:
                found.append(index)
    return found


def expected(first: Floats, second: Floats) -> tuple[float, float, float]:
    way = second.astype(np.float64) - first
    return float(np.linalg.norm(way)), float(np.hypot(*way[:2])), float(way[2])


def test_two_clicks_in_3d_measure_between_the_points_themselves(road: Road, show: Show) -> None:
    main = show(View3D(road.desk), (900, 700))
    assert isinstance(main, View3D)
    uv, depth = main.camera.project(road.stage.xyz, 900, 700)
    uv[(depth <= 0) | ~np.isfinite(uv).all(axis=1)] = -1e6
    one, two = lone_points(uv, (900, 700), 9.0)[:2]
    road.desk.set_tool("measure")
    for index in (one, two):
        click(main, QPointF(*(uv[index] + (1.5, -1.0)).tolist()))
    measure = Measure.of(road.desk)
    assert measure.lengths == pytest.approx(expected(road.stage.xyz[one], road.stage.xyz[two]), abs=1e-3)
    assert road.said[-1] == measure.text
    assert f"{measure.lengths[0]:.2f} m" in measure.text  # type: ignore[index]
    road.go_to(road.desk.index + 1)  # in world it stays
    assert measure.lengths == pytest.approx(np.array(measure.lengths))
    click(main, QPointF(*uv[one].tolist()))  # a third click begins anew
    assert measure.lengths is None
    road.desk.escape()
    assert road.desk.tool == "select"
    assert len(measure.places) == 0
    assert road.desk.selected == ""


def test_two_clicks_from_above_measure_to_the_highest_point_there(road: Road, show: Show) -> None:
    top = show(TopView(road.desk), (600, 600))
    assert isinstance(top, TopView)
    road.desk.set_tool("measure")
    uv = top.to_pixels(road.stage.xyz)
    roofs = np.flatnonzero(road.stage.xyz[:, 2] > road.stage.xyz[:, 2].max() - 0.01)
    clear = [i for i in roofs if np.sort(np.hypot(*(uv - uv[i]).T))[1] > 1.2]
    one, two = clear[0], lone_points(uv, (600, 600), 9.0)[0]
    before = road.rows()
    for index in (one, two):
        click(top, QPointF(*uv[index].tolist()))
    lengths = Measure.of(road.desk).lengths
    assert lengths is not None
    wanted = expected(road.stage.xyz[one], road.stage.xyz[two])
    assert lengths[2] == pytest.approx(wanted[2], abs=0.01)
    assert lengths == pytest.approx(wanted, abs=0.01)
    shown = top.grab().toImage()
    Measure.of(road.desk).clear()
    assert top.grab().toImage() != shown  # the line is drawn
    QTest.keyClick(top, Qt.Key.Key_Escape)
    assert road.rows() == before


def test_the_way_of_the_selected_track_goes_through_its_boxes(road: Road, show: Show) -> None:
    top = show(TopView(road.desk), (600, 600))
    assert isinstance(top, TopView)
    trajectories = Trajectories.of(road.desk)
    plain = top.grab().toImage()
    road.desk.set_trajectories(True)
    road.qtbot.waitUntil(lambda: len(trajectories.others) == 2)
    faint = top.grab().toImage()
    assert faint != plain
    places = np.array([mover_pose(frame).translation for frame in range(FRAMES)])
    way = next(way for way in trajectories.others if way.track == "mover")
    assert np.allclose(way.places, places)
    road.desk.select("mover")
    road.qtbot.waitUntil(lambda: len(road.desk.track_boxes) == FRAMES)
    selected = trajectories.selected
    assert selected is not None
    assert np.flatnonzero(selected.keys).tolist() == [0, 4, 8]
    shown, color = top.grab().toImage(), road.desk.category_color("vehicle.truck").lighter(125)
    uv = top.to_pixels(ego_pose(road.desk.index).inverse.apply(places))[8]  # no box covers the dot there
    assert shown.pixelColor(QPointF(*uv.tolist()).toPoint()).rgb() == color.rgb()
    road.desk.set_trajectories(False)
    assert trajectories.others == ()


def test_a_way_is_drawn_with_as_few_points_as_tell_it() -> None:
    parked = np.random.default_rng(0).normal(0, 1e-4, (4000, 3))
    assert len(Way("t", parked, np.ones(4000, np.bool_)).lines()) < 30
    driven = np.column_stack([np.linspace(0, 400, 4000), np.zeros((4000, 2))])
    lines = Way("t", driven, np.ones(4000, np.bool_)).lines()
    assert np.array_equal(lines[[0, -1]], driven[[0, -1]])
    assert np.linalg.norm(np.diff(lines, axis=0), axis=1).max() < 0.21
