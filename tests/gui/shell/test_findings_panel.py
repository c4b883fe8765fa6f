"""The list of findings in the real window: a run, the way to one, mending it with its undo, and a waiver."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from lidar_label.check import RULES
from lidar_label.gui.categories import limit
from lidar_label.gui.desk import Desk
from lidar_label.gui.finding_names import NAMES
from lidar_label.gui.findings import Findings
from lidar_label.gui.rule_reasons import REASONS
from lidar_label.gui.shell.findings_panel import NAME, SEVERITY, FindingsPanel
from lidar_label.gui.shell.keyguard import KeyGuard
from lidar_label.gui.wording import in_language
from lidar_label.model import SE3, Box, Labels, Scene, Track


def drive() -> Labels:
    """A car that drives straight on, but for one frame in which it is half a length aside."""
    boxes = []
    for i in range(10):
        pose = SE3("world", "box", (1, 0, 0, 0), (110.0 + i, 52.0 if i != 5 else 54.0, 0.8))
        boxes.append(Box(track="car", frame=i, world_SE3_box=pose, size=(4.5, 1.9, 1.6)))
    return Labels([Track(category="vehicle.car", name="car", token="car")], boxes)


@pytest.fixture
def panel(
    qapp: QApplication, open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot
) -> Iterator[FindingsPanel]:
    """The panel in a window that keeps keys and fields apart, as the desk's does."""
    made, window = FindingsPanel(open_desk(make_scene(10, cameras=False), drive())), QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(made)
    qapp.installEventFilter(KeyGuard(window))
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield made
    window.close()


def test_a_finding_is_shown_mended_and_waived(panel: FindingsPanel, qtbot: QtBot) -> None:
    desk, findings = panel._desk, Findings.of(panel._desk)
    jumps = lambda: [k for k, one in enumerate(findings.found) if one.rule.id == "jump"]  # noqa: E731
    qtbot.mouseClick(panel.check, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: findings.is_known)
    assert len(jumps()) == 1
    every = lambda: sorted((one.rule.id, one.remark.frame) for one in findings.found)  # noqa: E731
    as_run = every()
    assert {frame for rule, frame in as_run if rule == "empty-box"} - {5}  # what an edit in frame 5 says nothing of
    assert panel.table.rowCount() == len(findings.found)
    worst = panel.table.item(0, SEVERITY)
    assert worst is not None
    assert worst.data(Qt.ItemDataRole.AccessibleTextRole) == findings.found[0].rule.severity
    assert in_language(findings.found[0].remark.message)[1:] in worst.toolTip()
    row = jumps()[0]
    cell = panel.table.visualItemRect(panel.table.item(row, NAME)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert (desk.index, desk.selected) == (5, "car")
    assert "2.00 m off" in panel.told.text()

    qtbot.waitUntil(lambda: len(desk.track_boxes) == 10)
    qtbot.mouseClick(panel.mend, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not jumps())
    qtbot.waitUntil(lambda: bool(np.isclose(desk.track_boxes[5].center[1], 52.0)))
    desk.undo()
    qtbot.waitUntil(lambda: every() == as_run)  # also what was found of the points of other frames
    qtbot.waitUntil(lambda: desk.track_boxes[5].center[1] == 54.0)  # read on a thread of its own, as the findings are

    findings.go_to(jumps()[0])
    assert not panel.waive.isEnabled()
    panel.ask_reason()
    qtbot.waitUntil(panel.reason.hasFocus)
    qtbot.keyClicks(panel.reason, "it swerved")
    qtbot.keyClick(panel.reason, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not jumps())
    assert desk.project is not None
    (waiver,) = desk.project.session.store.waivers(desk.scene_token)
    assert (waiver.rule, waiver.frame, waiver.reason) == ("jump", 5, "it swerved")

    qtbot.mouseClick(panel.also, Qt.MouseButton.LeftButton)  # what was waived is there to be taken back
    last = panel.table.item(panel.table.rowCount() - 1, NAME)
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=panel.table.visualItemRect(last).center())
    assert "tester: it swerved" in panel.told.text()
    qtbot.mouseClick(panel.waive, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(jumps()) == 1)
    assert desk.project.session.store.waivers(desk.scene_token) == ()
    desk.undo()
    qtbot.waitUntil(lambda: not jumps())

    before = every()
    token = desk.taxonomy.category("vehicle.car").token
    limit(desk, token, (("speed", 5.0),))  # of other limits the rules find something else
    qtbot.waitUntil(lambda: any(one.rule.id == "too-fast" for one in findings.found))
    desk.undo()
    qtbot.waitUntil(lambda: every() == before)


def test_every_rule_has_its_name_and_reason_in_chinese() -> None:
    assert {rule.name for rule in RULES} <= set(NAMES)
    assert {rule.why for rule in RULES} == set(REASONS)
