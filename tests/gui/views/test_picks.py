"""A click on a point gives that point, on screens of one and of two pixels a unit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json, sys
import numpy as np
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
sys.path.insert(0, sys.argv[1])
app = QApplication([])
from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import build_view
from lidar_label.gui.making import Maker
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
import conftest
scene, labels = conftest.corner_scene(frames=1)
view = build_view(scene.frames[0])
class Shown(Desk):
    scene = property(lambda self: scene)
    view = property(lambda self: view)
desk = Shown()
asked = []
Maker.of(desk).click = lambda place, goes_on=False: asked.append(place)
main, top, stage = View3D(desk), TopView(desk), Stage.of(desk)
for widget, size in ((main, (900, 700)), (top, (600, 600))):
    widget.resize(*size)
    widget.show()
    QTest.qWaitForWindowExposed(widget)
desk.set_tool("click")
uv, depth = main.camera.project(stage.xyz, 900, 700)
inside = (depth > 0) & (uv > 20).all(axis=1) & (uv < (880, 680)).all(axis=1)
whole = np.round(uv)
alone = [i for i in np.flatnonzero(inside)
         if (np.hypot(*(uv[inside] - whole[i]).T) < 7).sum() == 1 and np.abs(uv[i] - whole[i]).max() < 0.4]
got = {"ratio": main.devicePixelRatioF(), "main": [], "top": []}
for i in alone[:25]:
    QTest.mouseClick(main, Qt.MouseButton.LeftButton, pos=QPoint(*np.round(uv[i]).astype(int).tolist()))
    got["main"].append(float(np.linalg.norm(np.array(asked.pop()) - stage.xyz[i])))
top.look_at(10.0, 4.0, 0.01)
for x, y in ((10.0, 4.0), (11.53, 5.21), (8.4, 2.77)):
    at = top.to_pixels(np.array([[x, y]]))[0]
    QTest.mouseClick(top, Qt.MouseButton.LeftButton, pos=QPoint(*np.round(at).astype(int).tolist()))
    got["top"].append(float(np.hypot(*np.subtract(asked.pop()[:2], (x, y)))))
for widget in (main, top):
    widget.close()
desk.close()
print(json.dumps(got))
"""


@pytest.mark.parametrize("ratio", [1, 2])
def test_a_click_lands_on_the_point_under_it(ratio: int) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": str(ratio)}
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(here)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    got = json.loads(done.stdout.splitlines()[-1])
    assert got["ratio"] == ratio
    assert len(got["main"]) == 25
    assert max(got["main"]) < 0.01
    assert max(got["top"]) < 0.01
