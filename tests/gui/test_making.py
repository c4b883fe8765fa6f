"""Boxes made by a click, a rectangle and a picture, at the real desk with real mouse and key events."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.making import Maker, make_from_picture
from lidar_label.gui.views.lens import camera_SE3_ego
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Frame, Image, Labels, Pinhole, PointCloud, Scene, Sensor, Sweep

GROUND, CAR = -1.8, (4.3, 1.8, 1.5)
PLACES = ((12.0, 4.0, 0.1), (14.0, -5.0, -0.2))  # x, y, yaw of two cars in the ego frame of the first frame
LIDAR = Sensor(channel="LIDAR", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "LIDAR"))
CAMERA = Sensor(
    channel="CAM", kind="camera", camera=Pinhole(width=640, height=400, fx=320, fy=320, cx=320, cy=200),
    ego_SE3_sensor=SE3("ego", "CAM", (0.5, -0.5, 0.5, -0.5), (1.0, 0.0, 0.0)),
)  # fmt: skip


def cloud(index: int) -> PointCloud:
    """A level ground and the sides of two cars that face the sensor; the vehicle comes 0.8 m nearer a frame."""
    random = np.random.default_rng(index)
    parts = [np.column_stack([random.uniform(-25, 25, (9000, 2)), random.normal(GROUND, 0.015, 9000)])]
    for x, y, yaw in PLACES:
        pose = SE3.from_yaw("ego", "box", yaw, (x - 0.8 * index, y, GROUND + CAR[2] / 2))
        sensor = pose.inverse.apply([[0.0, 0.0, 0.0]])[0]
        for axis in (0, 1):
            face = random.uniform(-0.5, 0.5, (350, 3)) * CAR
            face[:, axis] = math.copysign(CAR[axis] / 2, sensor[axis])
            parts.append(pose.apply(face))
    return PointCloud(np.vstack(parts).astype(np.float32))


BESIDE = replace(
    CAMERA, channel="SIDE", ego_SE3_sensor=SE3("ego", "SIDE", CAMERA.ego_SE3_sensor.rotation, (1.0, 3.0, 0.2))
)


def scene(speed: float = 0.8, *, beside: bool = False) -> Scene:
    """Four frames; `beside` with a second camera, 3 m to the left."""
    frames = []
    cameras = (CAMERA, BESIDE) if beside else (CAMERA,)
    for i in range(4):
        shared = {
            "timestamp_ns": 10**9 + i * 10**8,
            "world_SE3_ego": SE3.from_yaw("world", "ego", 0.0, (50 + speed * i, 9, 2)),
            "frame": i,
        }
        sweep = Sweep(sensor=LIDAR, load=lambda i=i: cloud(i), **shared)
        images = {one.channel: Image(sensor=one, load=lambda: b"", suffix=".png", **shared) for one in cameras}
        frames.append(Frame(index=i, timestamp_ns=shared["timestamp_ns"], sweeps={"LIDAR": sweep}, images=images))
    return Scene(name="two cars", frames=frames, sensors={one.channel: one for one in (LIDAR, *cameras)})


class Bench:
    """The desk with the two views a box is made in."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.main, self.top = View3D(desk), TopView(desk)
        self.said: list[str] = []
        desk.said.connect(self.said.append)
        for view, size in ((self.main, (800, 600)), (self.top, (600, 600))):
            view.resize(*size)
            view.show()
            qtbot.waitExposed(view)

    def close(self) -> None:
        for view in (self.main, self.top):
            view.close()
            view.deleteLater()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not Maker.of(self.desk).is_fitting and not self.desk._store.pending)

    def go_to(self, frame: int) -> None:
        self.desk.go_to(frame)
        self.qtbot.waitUntil(lambda: self.desk.view is not None and self.desk.view.index == frame)

    def click_top(self, x: float, y: float, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        at = QPointF(*self.top.to_pixels(np.array([[x, y]]))[0].tolist()).toPoint()
        QTest.mouseClick(self.top, Qt.MouseButton.LeftButton, keys, at)
        self.settle()

    def click_3d(self, place: np.ndarray) -> None:
        (uv,), _ = self.main.camera.project([place], self.main.width(), self.main.height())
        QTest.mouseClick(self.main, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPointF(*uv).toPoint())
        self.settle()

    def overlap(self, number: int) -> float:
        """How much of a car the selected box covers."""
        stage = Stage.of(self.desk)
        at, (x, y, yaw) = stage.selected, PLACES[number]
        assert at >= 0
        arrays = stage.arrays
        turn = math.atan2(arrays.rotations[at, 1, 0], arrays.rotations[at, 0, 0])
        found = np.array([[*arrays.centers[at], *arrays.sizes[at], turn]])
        truth = np.array([[x - 0.8 * self.desk.index, y, GROUND + CAR[2] / 2, *CAR, yaw]])
        return float(iou_of_pairs(found, truth, "3d")[0])

    def dump(self) -> list[tuple[Any, ...]]:
        """All rows of labels."""
        project = self.desk.project
        assert project is not None
        labels = project.session.store.labels(self.desk.scene_token)
        return sorted((b.track, b.frame, *b.center.tolist(), *b.size, b.yaw, b.token) for b in labels.boxes())


@pytest.fixture
def bench(qtbot: QtBot, open_desk: Callable[..., Desk]) -> Iterator[Bench]:
    made = Bench(open_desk(scene(), Labels([], [])), qtbot)
    yield made
    made.close()


def on_car(number: int) -> np.ndarray:
    """A point on the near side of a car, as the cloud has it."""
    xyz = cloud(0).xyz
    start = 9000 + number * 700
    side: np.ndarray = xyz[start : start + 700]
    return side[np.argsort(side[:, 2])[500]]


def test_one_click_after_another(bench: Bench) -> None:
    bench.desk.set_tool("click")
    before = bench.dump()
    bench.click_3d(on_car(0))
    assert bench.overlap(0) > 0.7
    assert bench.desk.tool == "click"
    bench.click_top(*on_car(1)[:2].tolist())
    assert bench.overlap(1) > 0.7
    assert len(bench.desk.boxes) == len(bench.desk.tracks) == 2
    assert sorted(track.name for track in bench.desk.tracks.values()) == ["1", "2"]
    assert bench.desk.undo_title
    bench.click_top(*PLACES[0][:2])  # it has one: it is selected, and no other is made
    assert len(bench.desk.boxes) == 2
    assert bench.overlap(0) > 0.7
    for _ in range(2):
        bench.desk.undo()
        bench.settle()
    assert bench.dump() == before
    bench.desk.redo()
    bench.settle()
    assert len(bench.dump()) == 1
    bench.desk.escape()
    assert bench.desk.tool == "select"


def test_other_boxes_for_the_same_click_come_one_by_one_and_go_again(bench: Bench) -> None:
    bench.desk.set_tool("click")
    Maker.of(bench.desk).other()
    assert "Click an object first" in bench.said[-1]
    bench.click_top(*on_car(0)[:2].tolist())
    assert "% sure" in bench.said[-1]
    first = bench.dump()
    seen = [first]
    while True:
        Maker.of(bench.desk).other()
        bench.settle()
        if bench.dump() == first:
            break
        seen.append(bench.dump())
    assert 2 <= len(seen) < 10
    assert all(one[0] == first[0][0] for (one,) in seen)  # of the same track
    for _ in seen:
        bench.desk.undo()
        bench.settle()
    assert bench.dump() == first
    bench.desk.undo()
    bench.settle()
    assert bench.dump() == []


def test_the_ground_and_the_sky_say_why_and_a_second_click_places_the_usual_box(bench: Bench) -> None:
    bench.desk.set_tool("click")
    bench.click_top(-8.0, 6.0)
    assert "ground" in bench.said[-1]
    assert bench.desk.boxes == ()
    assert bench.dump() == []
    bench.click_top(-8.0, 0.0)  # elsewhere: a first click again
    assert bench.desk.boxes == ()
    bench.click_top(-8.0, 0.1)
    (box,) = bench.desk.boxes
    assert box.size == (4.5, 1.9, 1.6)
    ego = bench.desk.view.world_SE3_ego.inverse.apply(box.center[None])[0]  # type: ignore[union-attr]
    np.testing.assert_allclose(ego[:2], (-8.0, 0.1), atol=0.1)
    assert ego[2] - 0.8 == pytest.approx(GROUND, abs=0.1)
    bench.main.set_camera(Orbit(distance=20.0, elevation=math.radians(5)))
    corner, before = QPoint(5, 5), bench.dump()
    QTest.mouseClick(bench.main, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, corner)
    bench.settle()
    assert "sky" in bench.said[-1]
    assert bench.dump() == before


def test_a_click_in_another_frame_goes_on_with_the_track_expected_there(bench: Bench) -> None:
    bench.desk.set_tool("click")
    for number in (0, 1):
        bench.click_top(*on_car(number)[:2].tolist())
    first = {box.track: box.size for box in bench.desk.boxes}
    bench.go_to(2)
    x, y, _ = PLACES[0]
    bench.click_top(x - 1.6 - CAR[0] / 2, y)
    assert bench.overlap(0) > 0.7
    assert bench.desk.selected in first
    assert bench.desk.selected_box is not None
    assert bench.desk.selected_box.size == pytest.approx(first[bench.desk.selected])
    assert len(bench.desk.tracks) == 2


def test_what_goes_by_alike_is_expected_where_it_went(qtbot: QtBot, open_desk: Callable[..., Desk]) -> None:
    bench = Bench(open_desk(scene(speed=0.0), Labels([], [])), qtbot)  # as of a drive without poses
    bench.desk.set_tool("click")
    for number in (0, 1):
        bench.click_top(*on_car(number)[:2].tolist())
    other, first = (bench.desk.boxes[i].track for i in (1, 0))
    bench.go_to(3)
    bench.desk.select(first)
    for number, keys in ((0, Qt.KeyboardModifier.ShiftModifier), (1, Qt.KeyboardModifier.NoModifier)):
        x, y, _ = PLACES[number]
        bench.click_top(x - 2.4 - CAR[0] / 2, y, keys)
        assert bench.overlap(number) > 0.7
    assert bench.desk.selected == other
    assert len(bench.desk.tracks) == 2
    bench.close()


def test_shift_goes_on_with_the_selected_track(bench: Bench) -> None:
    bench.desk.set_tool("click")
    bench.click_top(*on_car(0)[:2].tolist())
    token = bench.desk.selected
    bench.click_top(*on_car(1)[:2].tolist(), Qt.KeyboardModifier.ShiftModifier)
    assert len(bench.desk.boxes) == 1  # it has one here
    assert "already" in bench.said[-1]
    bench.go_to(1)
    bench.desk.select(token)
    x, y, _ = PLACES[1]
    bench.click_top(x - 0.8 - CAR[0] / 2, y, Qt.KeyboardModifier.ShiftModifier)
    assert bench.desk.selected == token
    assert bench.overlap(1) > 0.7
    assert len(bench.desk.tracks) == 1


def drag_top(bench: Bench, keys: Qt.KeyboardModifier) -> None:
    x, y, _ = PLACES[0]
    start, end = (
        QPointF(*bench.top.to_pixels(np.array([[x + sx * 2.4, y + sy * 1.3]]))[0].tolist()).toPoint()
        for sx, sy in ((1, 1), (-1, -1))
    )
    bench.desk.set_tool("box")
    QTest.mousePress(bench.top, Qt.MouseButton.LeftButton, keys, start)
    QTest.mouseMove(bench.top, end)
    QTest.mouseRelease(bench.top, Qt.MouseButton.LeftButton, keys, end)
    bench.settle()


def test_a_drawn_rectangle_turns_to_its_points_unless_alt_is_held(bench: Bench) -> None:
    drag_top(bench, Qt.KeyboardModifier.NoModifier)
    assert bench.overlap(0) > 0.7
    assert bench.desk.boxes[0].yaw == pytest.approx(PLACES[0][2], abs=0.03)
    assert bench.desk.tool == "select"
    bench.desk.delete_track()
    bench.settle()
    drag_top(bench, Qt.KeyboardModifier.AltModifier)
    (box,) = bench.desk.boxes
    assert box.yaw == pytest.approx(0.0, abs=1e-9)
    assert box.size[:2] == pytest.approx((4.8, 2.6), abs=0.25)


def test_a_rectangle_in_a_picture_makes_a_box(qtbot: QtBot, open_desk: Callable[..., Desk]) -> None:
    """An outline in a second camera's picture makes it anew of both; what is no object is said."""
    bench = Bench(open_desk(scene(beside=True), Labels([], [])), qtbot)
    desk, view = bench.desk, bench.desk.view
    assert view is not None

    def seen(channel: str) -> np.ndarray:
        image = view.frame.images[channel]
        assert image.sensor.camera is not None
        uv, _ = image.sensor.camera.project(camera_SE3_ego(image, view.world_SE3_ego).apply(cloud(0).xyz[9000:9700]))
        return uv

    uv = seen("CAM")
    low, high = uv.min(axis=0) - 3, uv.max(axis=0) + 3
    make_from_picture(desk, "CAM", [*low, *high])
    bench.settle()
    assert bench.overlap(0) > 0.6
    (first,) = desk.boxes
    assert bench.said[-1].startswith("Fitted to ")
    make_from_picture(desk, "CAM", (0.0, 0.0, 30.0, 20.0))
    bench.settle()
    assert "No points" in bench.said[-1]
    uv = seen("SIDE")
    (u0, v0), (u1, v1) = uv.min(axis=0) - 2, uv.max(axis=0) + 2
    make_from_picture(desk, "SIDE", [(u0, v0), (u1, v0), (u1, v1), (u0, v1)])
    bench.settle()
    assert bench.said[-1].endswith("both pictures")
    (both,) = desk.boxes
    assert both.token == first.token
    assert both != first
    assert bench.overlap(0) > 0.6
    if Maker.of(desk).has_other:
        Maker.of(desk).other()
        bench.settle()
        assert desk.boxes != [both]
        desk.undo()
        bench.settle()
    desk.undo()
    bench.settle()
    assert [box.size for box in desk.boxes] == [first.size]
    bench.close()


def test_a_box_does_not_come_into_a_frame_it_was_not_made_in(bench: Bench) -> None:
    bench.go_to(1)
    bench.go_to(0)
    bench.desk.set_tool("click")
    x, y = on_car(0)[:2].tolist()
    Maker.of(bench.desk).click((x, y, math.nan))
    bench.desk.go_to(1)
    bench.settle()
    assert bench.dump() == []
    assert "another frame" in bench.said[-1]


def test_a_click_where_there_are_no_points_at_all(qtbot: QtBot, open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    empty = scene()
    frame = empty.frames[0]
    blank = Sweep(sensor=LIDAR, load=lambda: PointCloud(np.full((5, 3), np.nan, np.float32)),
                  timestamp_ns=frame.timestamp_ns, world_SE3_ego=frame.world_SE3_ego, frame=0)  # fmt: skip
    one = Frame(index=0, timestamp_ns=frame.timestamp_ns, sweeps={"LIDAR": blank})
    bench = Bench(open_desk(Scene(name="blank", frames=[one], sensors={"LIDAR": LIDAR}), Labels([], [])), qtbot)
    bench.desk.set_tool("click")
    bench.click_top(5.0, 5.0)
    assert "No points" in bench.said[-1]
    bench.click_top(5.0, 5.0)
    assert len(bench.desk.boxes) == 1
    bench.close()
