"""A click on a car of few points: the frames beside the shown one, which are in memory, are looked at, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.making_beside import beside
from lidar_label.model import Labels, PointCloud
from tests.gui.test_making import PLACES, Bench, cloud, on_car, scene

pytestmark = pytest.mark.one_numpy


def few(index: int) -> PointCloud:
    """The same, with every tenth point of the cars."""
    xyz = cloud(index).xyz
    return PointCloud(np.concatenate([xyz[:9000], xyz[9000::10]]))


def test_frames_in_memory_tell_of_what_stands(qtbot: QtBot, open_desk: Callable[..., Desk]) -> None:
    drive = scene()
    frames = [
        replace(frame, sweeps={"LIDAR": replace(frame.sweep(), load=lambda i=frame.index: few(i))})
        for frame in drive.frames
    ]
    desk = open_desk(replace(drive, frames=frames), Labels([], []))
    bench = Bench(desk, qtbot)
    bench.go_to(1)
    assert desk.view is not None
    qtbot.waitUntil(lambda: len(beside(desk, desk.view)) == 3)
    desk.set_tool("click")
    x, y, _ = on_car(0)
    bench.click_top(float(x) - 0.8, float(y))
    assert "of 4 frames" in bench.said[-1]
    (box,) = desk.boxes
    ego = desk.view.world_SE3_ego.inverse.apply(box.center[None])[0]
    np.testing.assert_allclose(ego[:2], (PLACES[0][0] - 0.8, PLACES[0][1]), atol=0.3)
    bench.close()
