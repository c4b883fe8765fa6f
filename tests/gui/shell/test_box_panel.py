"""The panel of the selected box: what it shows, and what typing into it does."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QHelpEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QCheckBox, QDoubleSpinBox, QToolTip
from pytestqt.qtbot import QtBot
from scipy.spatial.transform import Rotation

from lidar_label.gui.desk import Desk
from lidar_label.gui.fitting import Fitting
from lidar_label.gui.shell.box_panel import BoxPanel
from lidar_label.gui.shell.inside import points_inside
from lidar_label.model import SE3, Box, Labels, PointCloud, Scene, Track

OpenDesk = Callable[..., Desk]


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk()


@pytest.fixture
def panel(desk: Desk, qtbot: QtBot) -> BoxPanel:
    made = BoxPanel(desk)
    qtbot.addWidget(made)
    made.resize(320, 500)
    made.show()
    desk.select("car")
    qtbot.waitUntil(lambda: made.yaw.isEnabled())
    return made


def type_into(qtbot: QtBot, field: QDoubleSpinBox, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_it_shows_the_box_in_the_vehicles_frame(panel: BoxPanel) -> None:
    assert [field.value() for field in panel.position] == [10.0, 2.0, 0.8]
    assert [field.value() for field in panel.sides] == [4.5, 1.9, 1.6]
    assert panel.yaw.value() == 0
    assert panel.category.currentText() == "vehicle.car"
    assert "key frame" in panel.origin.text()


def test_it_shows_how_fast_a_track_goes_in_this_frame(panel: BoxPanel, desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 4)
    gap = (desk.times_ns[1] - desk.times_ns[0]) * 1e-9  # in which the car goes a metre
    qtbot.waitUntil(lambda: panel.speed.text() == f"{3.6 / gap:.1f} km/h · 0.0 °/s")
    desk.select("walker")
    desk.go_to(2)
    qtbot.waitUntil(lambda: panel.speed.text() == "–")  # of one box nobody knows


def test_a_typed_number_moves_only_that_number(panel: BoxPanel, desk: Desk, qtbot: QtBot) -> None:
    type_into(qtbot, panel.position[1], "-3.25")
    qtbot.waitUntil(lambda: desk.undo_title == "Move a box")
    box = desk.selected_box
    assert box is not None
    np.testing.assert_allclose(box.center, (110, 46.75, 0.8), atol=1e-9)


def test_a_typed_size_and_heading_arrive(panel: BoxPanel, desk: Desk, qtbot: QtBot) -> None:
    type_into(qtbot, panel.sides[0], "5.125")
    qtbot.waitUntil(lambda: desk.undo_title == "Resize a box")
    type_into(qtbot, panel.yaw, "90")
    qtbot.waitUntil(lambda: desk.undo_title == "Turn a box")
    box = desk.selected_box
    assert box is not None
    assert box.size == (5.125, 1.9, 1.6)
    assert box.yaw == pytest.approx(math.pi / 2)


def test_digits_that_are_not_shown_are_not_lost(open_desk: OpenDesk, qtbot: QtBot) -> None:
    track = Track(category="vehicle.car", token="fine")
    pose = SE3("world", "box", (1, 0, 0, 0), (110.123456789, 52.987654321, 0.8))
    desk = open_desk(found=Labels([track], [Box(track="fine", frame=0, world_SE3_box=pose, size=(4.12345678, 2, 2))]))
    panel = BoxPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    desk.select("fine")
    qtbot.waitUntil(lambda: panel.yaw.isEnabled())
    type_into(qtbot, panel.position[2], "1.5")
    qtbot.waitUntil(lambda: desk.undo_title == "Move a box")
    box = desk.selected_box
    assert box is not None
    np.testing.assert_allclose(box.center, (110.123456789, 52.987654321, 1.5), atol=1e-9)
    assert box.size[0] == 4.12345678


def test_a_wheel_over_a_field_that_is_not_in_use_changes_nothing(panel: BoxPanel, desk: Desk, qtbot: QtBot) -> None:
    from lidar_label.gui.shell.keyguard import KeyGuard

    guard = KeyGuard()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(guard)
    try:
        panel.name.setFocus()
        field = panel.position[0]
        place = QPointF(5, 5)
        wheel = QWheelEvent(
            place, QPointF(field.mapToGlobal(QPoint(5, 5))), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(field, wheel)
        assert field.value() == 10.0
        assert wheel.type() == QEvent.Type.Wheel
    finally:
        app.removeEventFilter(guard)


def test_a_tick_is_stored_as_an_attribute(panel: BoxPanel, desk: Desk, qtbot: QtBot) -> None:
    tick = next(t for t in panel.findChildren(QCheckBox) if t.text() == "vehicle.parked")
    tick.click()
    qtbot.waitUntil(lambda: desk.undo_title == "Change an attribute")
    box = desk.selected_box
    assert box is not None
    assert box.attributes == {"vehicle.parked": True}
    desk.undo()
    qtbot.waitUntil(lambda: not tick.isChecked())


def test_without_a_selection_the_fields_rest(panel: BoxPanel, desk: Desk, qtbot: QtBot) -> None:
    desk.select("")
    numbers = [*panel.position, *panel.sides, panel.yaw]
    qtbot.waitUntil(lambda: not panel.yaw.isEnabled())
    assert not any(field.isEnabled() for field in numbers)
    assert [field.text() for field in numbers] == [""] * 7, "no number, and no unit without one"
    assert panel.hint.isVisible()
    assert "Click a box" in panel.hint.text()
    desk.select("walker")
    qtbot.waitUntil(lambda: "no box in this frame" in panel.hint.text())
    assert panel.visibility.currentText() == "–"
    assert panel.name.text() == "anna"
    desk.select("car")
    qtbot.waitUntil(lambda: not panel.hint.isVisible())
    assert [field.text() for field in (panel.position[0], panel.yaw)] == ["10.000 m", "0.00°"]


def test_a_name_that_has_no_room_is_told_by_the_mouse(panel: BoxPanel, qtbot: QtBot) -> None:
    place = panel.category.rect().center()
    asked = QHelpEvent(QEvent.Type.ToolTip, place, panel.category.mapToGlobal(place))
    QApplication.sendEvent(panel.category, asked)
    qtbot.waitUntil(lambda: QToolTip.text().startswith("vehicle.car\n"))
    QToolTip.hideText()


def test_points_inside_are_counted_as_a_plain_loop_counts_them(make_scene: Callable[..., Scene]) -> None:
    random = np.random.default_rng(5)
    xyz = random.uniform(-5, 5, (4000, 3)).astype(np.float32)
    world_SE3_ego = SE3(
        "world",
        "ego",
        (0.9, 0.1, 0.3, 0.3),
        (500, -20, 3),
    )
    box = Box(
        track="t", frame=0, size=(3.0, 2.0, 4.0),
        world_SE3_box=world_SE3_ego @ SE3("ego", "box", (0.9, 0.0, 0.1, 0.42), (1.0, -0.5, 0.2)),
    )  # fmt: skip
    corners = box.corners()
    ground = corners[6]
    axes = [corners[2] - ground, corners[7] - ground, corners[5] - ground]
    wanted = 0
    for point in world_SE3_ego.apply(xyz):
        shares = [float((point - ground) @ axis / (axis @ axis)) for axis in axes]
        wanted += all(0 <= share <= 1 for share in shares)
    assert wanted > 20
    assert points_inside(xyz, world_SE3_ego, box) == wanted
    assert points_inside(np.empty((0, 3), np.float32), world_SE3_ego, box) == 0


def test_the_panel_counts_the_points_of_the_frame(
    open_desk: OpenDesk, make_scene: Callable[..., Scene], qtbot: QtBot
) -> None:
    def load(index: int) -> PointCloud:
        return PointCloud(np.array([[10, 2, -1], [10.5, 2.1, -1.2], [10, 2, 40]], np.float32))

    desk = open_desk(make_scene(3, load=load))
    panel = BoxPanel(desk)
    qtbot.addWidget(panel)
    desk.select("car")
    qtbot.waitUntil(lambda: panel.points.text() == "2")
    desk.nudge(dy=50)
    qtbot.waitUntil(lambda: panel.points.text() == "0")


def tilted_pose() -> SE3:
    turn = Rotation.from_euler("ZYX", (0.5, 0.03, -0.02)).as_quat(scalar_first=True)
    return SE3("world", "box", turn, (112.0, 51.0, 0.8))


def test_roll_and_pitch_are_shown_where_a_box_has_them_and_typed_where_they_are_shown(
    panel: BoxPanel, desk: Desk, qtbot: QtBot
) -> None:
    assert not panel.tilt[0].isVisible()
    Fitting.of(desk).toggle_full()
    assert panel.tilt[0].isVisible()
    type_into(qtbot, panel.tilt[1], "3.5")
    qtbot.waitUntil(lambda: desk.undo_title == "Turn a box")
    Fitting.of(desk).toggle_full()
    assert panel.tilt[1].isVisible()  # it would be overlooked else
    assert panel.tilt[1].value() == pytest.approx(3.5)
    box = desk.selected_box
    assert box is not None
    turn = Rotation.from_quat(box.world_SE3_box.rotation, scalar_first=True).as_euler("ZYX", degrees=True)
    np.testing.assert_allclose(turn, (0, 3.5, 0), atol=1e-9)


def test_a_box_that_is_tilted_never_loses_it_to_another_number_or_to_the_lock_of_turns(
    open_desk: OpenDesk, qtbot: QtBot
) -> None:
    track = Track(category="vehicle.car", token="tilted")
    desk = open_desk(found=Labels([track], [Box(track="tilted", frame=0, world_SE3_box=tilted_pose(), size=(4, 2, 2))]))
    panel = BoxPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    desk.select("tilted")
    qtbot.waitUntil(lambda: panel.yaw.isEnabled())
    assert [field.value() for field in panel.tilt] == pytest.approx(np.degrees([-0.02, 0.03]), abs=0.006)
    type_into(qtbot, panel.position[0], "12.5")
    type_into(qtbot, panel.sides[1], "2.125")
    type_into(qtbot, panel.yaw, "40")
    desk.flip()
    desk.flip()
    Fitting.of(desk).usual_size()
    for _ in range(2):
        Fitting.of(desk).flip_track()
    qtbot.waitUntil(lambda: desk._store.pending == 0)
    box = desk.selected_box
    assert box is not None
    turn = Rotation.from_quat(box.world_SE3_box.rotation, scalar_first=True).as_euler("ZYX")
    np.testing.assert_allclose(turn, (math.radians(40), 0.03, -0.02), atol=1e-9)
    assert box.size == (4.5, 1.9, 1.6)


def test_the_small_buttons_fit_give_the_usual_size_and_lock_it(panel: BoxPanel, desk: Desk, qtbot: QtBot) -> None:
    desk.nudge(dl=0.5)
    QTest.mouseClick(panel.usual, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.undo_title == "Give a box its usual size")
    assert desk.selected_box is not None
    assert desk.selected_box.size == (4.5, 1.9, 1.6)
    desk.nudge(dl=0.5)
    QTest.mouseClick(panel.lock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.undo_title == "Lock the size of a track")
    qtbot.waitUntil(lambda: {box.size for box in desk.track_boxes} == {(5.0, 1.9, 1.6)})
    assert panel.lock.isChecked()
    QTest.mouseClick(panel.lock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.undo_title == "Unlock the size of a track")
    assert not panel.lock.isChecked()
    said: list[str] = []
    desk.said.connect(said.append)
    QTest.mouseClick(panel.fit, Qt.MouseButton.LeftButton)  # there are next to no points in it
    qtbot.waitUntil(lambda: bool(said) or desk.undo_title == "Fit a box to its points")
