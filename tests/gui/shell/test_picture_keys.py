"""The pictures in the real window: their keys, their switches, and a picked point in the status bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.views.camera_look import CameraLook
from lidar_label.gui.views.camera_tone import Tone
from lidar_label.gui.views.camera_tone_popup import TonePopup
from lidar_label.gui.views.cameras import CameraStrip

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_keys_and_switches_of_the_pictures(
    open_desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    desk = open_desk()
    window = Window(desk, Settings(), Language())
    qtbot.addWidget(window)
    window.resize(1200, 800)
    window.show()
    window._scene_changed()  # the desk was opened before the window
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    assert window.views is not None
    strip = cast("CameraStrip", window.views.cameras)
    window.views.main.setFocus()
    qtbot.waitUntil(lambda: not strip.is_projecting and desk.view is not None)

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, modifier)

    press(Qt.Key.Key_1, CTRL)
    assert strip.large == "CAM_FRONT"
    press(Qt.Key.Key_0, CTRL)
    assert strip.large == ""
    press(Qt.Key.Key_B, SHIFT)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, TonePopup)
    QTest.keyClick(popup, Qt.Key.Key_A)
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert CameraLook.of(desk).tone("CAM_FRONT") == Tone(auto=True)
    assert QApplication.activePopupWidget() is None
    for name, told in (
        ("picture-names", lambda: CameraLook.of(desk).names),
        ("pictures-follow", lambda: CameraLook.of(desk).follows),
    ):
        before = told()
        window.menus.actions[name].trigger()
        assert told() is not before
        assert window.menus.actions[name].isChecked() is not before

    pane = strip.panes["CAM_FRONT"]
    below = QPoint(pane.width() // 2, round(pane.area.bottom()) - 4)  # the road right before the vehicle
    QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=below)
    shown = window.status.cursor_at.text()
    x, y, z = (float(shown.split(axis)[1].split()[0]) for axis in "xyz")
    assert desk.view is not None
    ego = desk.view.world_SE3_ego.inverse.apply([[x, y, z]])[0]
    assert ego[0] > 1.0  # ahead of the camera
    distance = np.linalg.norm(desk.view.xyz - ego, axis=1).min()
    assert distance < 0.01 or abs(z) < 1.0  # a point of the cloud, or the ground
    window.close()
