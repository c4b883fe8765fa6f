"""On screens with other pixel ratios, clicks land where the cursor is and pictures are sharp."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.patience import PROCESS_S

SCRIPT = """
import json, os, sys
from pathlib import Path
import numpy as np
from PyQt6.QtCore import QPoint, QPointF, Qt, qInstallMessageHandler
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
sys.path.insert(0, sys.argv[1])
messages = []
qInstallMessageHandler(lambda kind, context, text: messages.append(text))
QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
app = QApplication([])
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.views.cameras import CameraStrip
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.desk import Desk
import conftest
desk = Desk()
scene, labels = conftest.corner_scene(frames=1)
# The views only read these of the desk; no project file is needed to look and to select.
from lidar_label.gui.loader import build_view
view = build_view(scene.frames[0])
tracks = {track.token: track for track in labels.tracks}
class Shown(Desk):
    scene = property(lambda self: scene)
    view = property(lambda self: view)
    boxes = property(lambda self: labels.in_frame(0))
    tracks = property(lambda self: tracks)
desk.close()
desk = Shown()
main, top, cameras = View3D(desk), TopView(desk), CameraStrip(desk)
stage = Stage.of(desk)
got = {"clicks": [], "ratio": 0.0}
left = Qt.MouseButton.LeftButton
for widget, size in ((main, (640, 480)), (top, (400, 400)), (cameras, (600, 150))):
    widget.resize(*size)
    widget.show()
    QTest.qWaitForWindowExposed(widget)
got["ratio"] = main.devicePixelRatioF()
while cameras.is_projecting:
    app.processEvents()
for index in range(len(stage.boxes)):
    center = stage.arrays.centers[index]
    (uv,), _ = main.camera.project([center], 640, 480)
    pane = cameras.panes["CAM_FRONT"]
    lens, _ = pane._camera.project(pane._camera_SE3_ego.apply(center[None]))
    for widget, at in ((main, uv), (top, top.to_pixels(center[None])[0]), (pane, pane.fit.to_widget(lens)[0])):
        desk.select("")
        QTest.mouseClick(widget, left, pos=QPoint(*(round(v) for v in at)))
        got["clicks"].append([labels.in_frame(0)[index].track, desk.selected])
# In a large picture: a handle that is dragged, and a point that is picked.
mouse, pane = conftest.Mouse(), cameras.panes["CAM_FRONT"]
cameras.resize(1000, 600)
cameras.enlarge("CAM_FRONT")
while cameras.is_projecting:
    app.processEvents()
desk.select("near")
pane.place(1.0, QPointF())
place = lambda xyz: QPointF(*pane.fit.to_widget(pane.camera.project(pane.camera_SE3_ego.apply([xyz]))[0])[0].tolist())
spot = pane.hand.grips()["top"].spot
mouse.press(pane, place(spot))
mouse.move(pane, place(spot + np.array([0, 0, 0.5])), left)
got["height"] = stage.boxes[stage.selected].size[2]
stage.cancel_drag()
mouse.release(pane, place(spot))
from lidar_label.gui.views.picked import Picked
ground = stage.xyz[np.argmin(np.hypot(stage.xyz[:, 0] - 9, stage.xyz[:, 1]))].astype(float)
desk.select("")
mouse.click(pane, place(ground))
got["picked"] = float(np.linalg.norm(Picked.of(desk).place - ground))
Picked.of(desk).clear()
cameras.all_equal()
cameras.resize(600, 150)
desk.select("")
desk.set_color_mode("track")
for name, widget in (("main", main), ("top", top)):
    picture = widget.grab().toImage()
    got[name] = [picture.width(), picture.height()]
    center = stage.arrays.centers[0]
    at = main.camera.project([center], 640, 480)[0][0] if widget is main else top.to_pixels(center[None])[0]
    ratio, color = widget.devicePixelRatioF(), stage.box_color(0).rgb()
    around = range(-20, 21)
    got[name + "_hits"] = sum(
        picture.pixel(round(at[0] * ratio) + d, round(at[1] * ratio) + e) == color for d in around for e in around
    )
for widget in (main, top, cameras):
    widget.close()
desk.close()
got["messages"] = messages
cameras.grab()
pane = cameras.panes["CAM_FRONT"]
got["drawn"] = [main._backdrop.picture.width(), top._cloud.width(), pane._calm.layers.dots.width()]
got["pane"] = pane.width()
print(json.dumps(got))
"""


@pytest.mark.parametrize("factor", [1.0, 1.5, 2.0])
def test_clicks_and_pictures_at_a_pixel_ratio(factor: float, tmp_path: Path) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": str(factor)}
    script = tmp_path / "look.py"
    script.write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(Path(__file__).parent)],
        env=environment, capture_output=True, text=True, timeout=PROCESS_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    got = json.loads(done.stdout.splitlines()[-1])
    assert got["ratio"] == factor
    assert len(got["clicks"]) == 9
    for wanted, selected in got["clicks"]:
        assert selected == wanted
    assert abs(got["height"] - 2.0) < 0.01
    assert got["picked"] < 0.01
    assert got["main"] == [640 * factor, 480 * factor]
    assert got["top"] == [400 * factor, 400 * factor]
    assert got["drawn"] == [640 * factor, 400 * factor, round(got["pane"] * factor)]  # sharp, not stretched
    assert got["main_hits"] > 20
    assert got["top_hits"] > 20
    assert got["messages"] == []
