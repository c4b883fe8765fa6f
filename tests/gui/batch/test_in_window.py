"""The batch page in the real window: M and Escape, the keys that are its own while it is there, and sharp screens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.batch.page import BatchPage
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.model import Scene
from tests.gui.patience import PROCESS_S


def plain_views(_: Desk) -> Views:
    main = QLabel("3D")
    main.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    nothing: Callable[[], object] = lambda: None  # noqa: E731
    return Views(
        main=main, top=QLabel("top"), cameras=QWidget(), look_down=nothing, look_home=nothing, focus_selection=nothing,
        close=nothing,
    )  # fmt: skip


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifier)


def test_m_shows_it_and_escape_brings_the_views_back(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    desk = open_desk(make_scene(6))
    window = Window(desk, Settings(), Language(), make=plain_views)
    qtbot.addWidget(window)
    window.resize(1400, 900)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    window._scene_changed()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    desk.select("car")
    press(qtbot, Qt.Key.Key_M)
    page = window.centre.covering
    assert isinstance(page, BatchPage)
    qtbot.waitUntil(lambda: len(page.grid.boxes) == 4)
    assert page.grid.hasFocus()
    press(qtbot, Qt.Key.Key_A)
    assert page.grid.selected == {0, 1, 2, 3}, "A is this page's, and no step back"
    assert desk.index == 0
    press(qtbot, Qt.Key.Key_Right)
    assert desk.index == 1
    press(qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(page.grid.boxes) == 3)
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(page.grid.boxes) == 4)
    field = window.box.position[0]
    field.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert page.grid.hasFocus(), "from a field the keys come back here, while this is shown"
    press(qtbot, Qt.Key.Key_Escape)
    assert window.centre.covering is None
    assert desk.selected == "car", "Escape did nothing else"
    assert page.loader.frames_kept == []
    press(qtbot, Qt.Key.Key_M)
    assert window.centre.covering is page
    press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.centre.covering is None
    press(qtbot, Qt.Key.Key_M)
    window.keymap.set_keys("cells-all", ["Shift+K"])
    page.grid.choose(0)
    press(qtbot, Qt.Key.Key_A)
    assert page.grid.selected == {0}, "A is the window's again"
    assert "Shift+K" in page.buttons["all"].toolTip()
    press(qtbot, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert page.grid.selected == {0, 1, 2, 3}
    press(qtbot, Qt.Key.Key_M)
    assert window.centre.covering is None


SCRIPT = """
import json, sys
import numpy as np
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QGuiApplication, QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
app = QApplication([])
sys.path.insert(0, sys.argv[1])
import conftest
from lidar_label.gui.batch.pane import BatchPane
from lidar_label.gui.batch.points import CellLoader
from lidar_label.gui.desk import Desk
from lidar_label.model import SE3, Frame, Sensor, Sweep
lidar = Sensor(channel="L", kind="lidar", ego_SE3_sensor=SE3("ego", "L", (1, 0, 0, 0), (0, 0, 1.8)))
frames = []
for i in range(4):
    pose = SE3("world", "ego", (1, 0, 0, 0), (100.0 + i, 50, 0))
    time = 10**9 + i
    sweep = Sweep(sensor=lidar, load=lambda i=i: conftest.seen_car(i), timestamp_ns=time, world_SE3_ego=pose, frame=i)
    frames.append(Frame(index=i, timestamp_ns=time, sweeps={"L": sweep}, images={}))
desk = Desk()
loader = CellLoader()
loader.open(frames)
pane = BatchPane(desk, loader)
pane.resize(700, 500)
pane.show()
QTest.qWaitForWindowExposed(pane)
pane.show_boxes(list(conftest.car_labels(4).boxes()))
got = {"ratio": pane.devicePixelRatioF(), "edits": []}
pane.edited.connect(lambda box, title: got["edits"].append([box.frame, list(box.size), title]))
while len(loader.frames_kept) < 4:
    app.processEvents()
view = pane.viewport()
def send(kind, at, held):
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    app.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier))
def place(frame, x, y):
    u, v = pane.plan.to_pixels("top", np.array([[x, y, 0.0]]))[0].tolist()
    return pane.area_of_frame(frame).topLeft().toPointF() + QPointF(u, v)
left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
start, end = place(1, 2.25, 0.0), place(1, 2.65, 0.0)
send(QEvent.Type.MouseButtonPress, start, left)
send(QEvent.Type.MouseMove, end, left)
send(QEvent.Type.MouseButtonRelease, end, none)
picture = view.grab().toImage()
got["picture"] = [picture.width(), picture.height()]
got["view"] = [view.width(), view.height()]
got["selected"] = sorted(pane.selected)
got["cell"] = pane._pictures[2][1].width() / pane.plan.width
loader.close()
pane.close()
desk.close()
print(json.dumps(got))
"""


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_edges_are_picked_where_the_cursor_is_at_a_pixel_ratio(factor: float, tmp_path: Path) -> None:
    script = tmp_path / "pick.py"
    script.write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(Path(__file__).parent)],
        env={**os.environ, "QT_SCALE_FACTOR": str(factor)}, capture_output=True, text=True, check=False,
        timeout=PROCESS_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    got: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert got["ratio"] == factor
    assert got["picture"] == [factor * side for side in got["view"]]
    assert got["cell"] == pytest.approx(factor, rel=0.01), "sharp, not stretched"
    assert got["selected"] == [1]
    ((frame, size, title),) = got["edits"]
    assert (frame, title) == (1, "Resize a box")
    assert size == pytest.approx([4.9, 1.9, 1.6], abs=0.02)
