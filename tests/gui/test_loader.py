"""The frame loader: what it builds, in which order, and inside which budget."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QBuffer, QByteArray, QIODevice
from PyQt6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.gui.ahead import AHEAD, BEHIND, frames_about, way_of
from lidar_label.gui.decoding import decode
from lidar_label.gui.loader import FrameLoader, FrameView, build_view
from lidar_label.gui.painters.base import Batch
from lidar_label.gui.painters.splat import SplatPainter
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.prepare import MainPlace, PicturePlace, Wish
from lidar_label.model import PointCloud, Scene

MakeScene = Callable[..., Scene]


class Gate:
    """A reader that notes what it is asked for, and waits until it is let through."""

    def __init__(self, points: int = 100) -> None:
        self.asked: list[int] = []
        self.open = threading.Event()
        self.points = points
        self.step = threading.Semaphore(0)

    def __call__(self, index: int) -> PointCloud:
        self.asked.append(index)
        if not self.open.is_set():
            self.step.acquire(timeout=20)
        return PointCloud(np.full((self.points, 3), index + 1, np.float32))


@pytest.fixture
def loaders(qtbot: QtBot) -> Iterator[Callable[..., FrameLoader]]:
    made: list[tuple[FrameLoader, Gate | None]] = []

    def make(scene: Scene, gate: Gate | None = None, **options: int) -> FrameLoader:
        loader = FrameLoader(**options)
        loader.set_scene(scene)
        made.append((loader, gate))
        return loader

    yield make
    for loader, gate in made:
        if gate is not None:
            gate.open.set()
            gate.step.release(100)
        loader.close()


def test_points_are_in_the_frames_ego_frame(make_scene: MakeScene) -> None:
    xyz = np.array([[1, 2, 3], [np.nan, 0, 0], [0, 0, 0], [4, 5, 6]], np.float32)
    scene = make_scene(2, load=lambda _: PointCloud(xyz, {"intensity": np.arange(4, dtype=np.float32)}))
    view = build_view(scene.frames[1])
    np.testing.assert_allclose(view.xyz, [[1, 2, 4.8], [4, 5, 7.8]], atol=1e-6)
    assert view.xyz.dtype == np.float32
    assert view.fields["intensity"].tolist() == [0, 3], "a field keeps the same points"
    assert view.world_SE3_ego == scene.frames[1].world_SE3_ego
    assert view.images["CAM_FRONT"].width() == 64
    assert view.problems == ()
    assert view.nbytes == view.xyz.nbytes + 2 * 4 + 64 * 40 * 4


def test_a_file_that_cannot_be_read_is_a_line_and_not_an_exception(make_scene: MakeScene) -> None:
    def no_cloud(index: int) -> PointCloud:
        raise UnreadableFile("cut off", where=f"{index}.bin")

    def no_picture(index: int) -> bytes:
        raise MissingFile("not there", where=f"{index}.jpg")

    view = build_view(make_scene(1, load=no_cloud, encoded=no_picture).frames[0])
    assert view.xyz.shape == (0, 3)
    assert view.problems == ("0.bin: cut off", "0.jpg: not there")
    view = build_view(make_scene(1, encoded=lambda _: b"no picture").frames[0])
    assert len(view.xyz) == 500
    assert len(view.problems) == 1


def test_the_playhead_comes_first_then_what_lies_ahead(
    make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot
) -> None:
    gate = Gate()
    loader = loaders(make_scene(40, load=gate, cameras=False), gate, threads=1)
    loader.want(10, 1)
    gate.step.release(6)
    qtbot.waitUntil(lambda: len(gate.asked) == 7)
    assert gate.asked[:6] == [10, 11, 12, 13, 9, 14]


def test_going_back_reads_backwards(make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot) -> None:
    gate = Gate()
    loader = loaders(make_scene(40, load=gate, cameras=False), gate, threads=1)
    loader.want(10, -1)
    gate.step.release(3)
    qtbot.waitUntil(lambda: len(gate.asked) == 4)
    assert gate.asked[:4] == [10, 9, 8, 7]


def test_a_stale_wish_is_dropped(make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot) -> None:
    gate = Gate()
    loader = loaders(make_scene(400, load=gate, cameras=False), gate, threads=1)
    loader.want(10, 1)
    qtbot.waitUntil(lambda: gate.asked == [10])
    for index in range(100, 300, 10):  # the playhead is dragged on while frame 10 is being read
        loader.want(index, 1)
    gate.step.release(2)
    qtbot.waitUntil(lambda: len(gate.asked) == 3)
    assert gate.asked == [10, 290, 291]


def test_the_budget_is_held(make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot) -> None:
    budget = 5 * 12_000
    gate = Gate(points=1000)  # 12 kB a frame
    gate.open.set()
    loader = loaders(make_scene(60, load=gate, cameras=False), gate, threads=2, budget=budget)
    seen: list[int] = []
    loader.ready.connect(lambda view: seen.append(loader.nbytes))
    for index in (0, 1, 2, 3, 30, 31, 59, 58, 0):
        loader.want(index, 1)
        qtbot.waitUntil(lambda i=index: loader.get(i) is not None)
        assert loader.nbytes <= budget
    assert max(seen) <= budget


def test_a_frame_larger_than_the_budget_is_shown_alone_and_read_once(
    make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot
) -> None:
    gate = Gate(points=1000)
    gate.open.set()
    loader = loaders(make_scene(60, load=gate, cameras=False), gate, threads=1, budget=5_000)
    with qtbot.waitSignal(loader.ready):
        loader.want(5)
    assert loader.get(5) is not None
    loader.want(6)
    qtbot.waitUntil(lambda: loader.get(6) is not None)
    assert loader.get(5) is None
    assert gate.asked.count(5) == 1
    assert gate.asked.count(6) == 1


def test_nothing_is_read_twice_while_it_is_kept(
    make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot
) -> None:
    gate = Gate()
    gate.open.set()
    loader = loaders(make_scene(6, load=gate, cameras=False), gate, threads=2)
    for index in (0, 1, 2, 3, 4, 5, 4, 3):
        loader.want(index)
        qtbot.waitUntil(lambda i=index: loader.get(i) is not None)
    assert sorted(gate.asked) == [0, 1, 2, 3, 4, 5]


def test_another_scene_never_gets_a_frame_of_the_one_before(
    make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot
) -> None:
    slow = Gate(points=3)
    loader = loaders(make_scene(3, load=slow, cameras=False), slow, threads=1)
    got: list[FrameView] = []
    loader.ready.connect(got.append)
    loader.want(0)
    qtbot.waitUntil(lambda: slow.asked == [0])
    loader.set_scene(make_scene(3, cameras=False))
    loader.want(0)
    slow.open.set()
    slow.step.release(5)
    qtbot.waitUntil(lambda: len(got) == 3)
    assert {len(view.xyz) for view in got} == {500}


def test_a_readers_own_fault_is_reported_and_the_thread_goes_on(
    make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot
) -> None:
    def load(index: int) -> PointCloud:
        if index == 0:
            raise KeyError("a fault of the reader")
        return PointCloud(np.ones((2, 3), np.float32))

    loader = loaders(make_scene(2, load=load, cameras=False), threads=1)
    got: list[FrameView] = []
    loader.ready.connect(got.append)
    with qtbot.waitSignal(loader.failed) as failed:
        loader.want(0)
    assert failed.args is not None
    assert isinstance(failed.args[0], KeyError)
    qtbot.waitUntil(lambda: len(got) == 2)
    assert "a fault of the reader" in got[0].problems[0]
    assert len(got[1].xyz) == 2


def test_frames_out_of_reach_are_let_go_and_those_behind_stay(
    make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot
) -> None:
    gate = Gate()
    gate.open.set()
    loader = loaders(make_scene(200, load=gate, cameras=False), gate, threads=2)
    loader.want(60, 1)
    qtbot.waitUntil(lambda: all(loader.get(index) is not None for index in range(44, 85)))
    loader.want(61, -1)  # turned round: what was behind is ahead now, and nothing of it is read again
    assert all(loader.get(index) is not None for index in range(45, 78))
    loader.want(150, 1)
    assert loader.get(60) is None
    qtbot.waitUntil(lambda: all(loader.get(index) is not None for index in range(134, 175)))
    assert len(gate.asked) == len(set(gate.asked)), "nothing is read twice"


def jpeg(width: int, height: int) -> bytes:
    """A JPEG with a white cross in its middle on black."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    painter.fillRect(width // 2 - 16, 0, 32, height, QColor("white"))
    painter.fillRect(0, height // 2 - 16, width, 32, QColor("white"))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG", 90)
    return data.data()


@pytest.mark.parametrize("size", [(400, 225), (210, 118), (33, 19)])
def test_a_picture_decoded_small_shows_the_same(size: tuple[int, int]) -> None:
    small, own = decode(jpeg(1600, 900), size)
    assert own == (1600, 900)
    assert (small.width(), small.height()) == size
    across = [small.pixelColor(x, 2).lightness() for x in range(size[0])]
    middle = sum(x * light for x, light in enumerate(across)) / sum(across)
    assert abs((middle + 0.5) * 1600 / size[0] - 800) < 8, "the cross is where it was, to half a pixel shown"


def test_a_picture_is_never_decoded_larger_than_it_is() -> None:
    assert decode(jpeg(160, 90), (400, 225))[0].width() == 160
    assert decode(b"no picture", (40, 20))[0].isNull()


def test_another_wish_makes_the_frames_anew_but_not_the_one_that_is_shown(
    make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot
) -> None:
    loader = loaders(make_scene(5), threads=2)
    loader.set_wish(Wish(pictures={"CAM_FRONT": PicturePlace(32, 20)}))
    loader.want(2)
    qtbot.waitUntil(lambda: all(loader.get(i) is not None for i in range(5)))
    shown = loader.get(2)
    assert shown is not None
    assert shown.prepared is not None
    assert shown.images["CAM_FRONT"].width() == 32
    assert shown.image_sizes["CAM_FRONT"] == (64, 40)
    wish = Wish(color_mode="intensity", pictures={"CAM_FRONT": PicturePlace(16, 10)})
    loader.set_wish(wish)

    def is_anew(index: int) -> bool:
        view = loader.get(index)
        return view is not None and view.prepared is not None and view.prepared.wish == wish

    qtbot.waitUntil(lambda: all(is_anew(i) for i in (0, 1, 3, 4)))
    assert loader.get(2) is shown
    near = loader.get(3)
    assert near is not None
    assert near.images["CAM_FRONT"].width() == 16


def test_what_another_camera_sees_is_drawn_ahead_without_reading_a_frame_again(
    make_scene: MakeScene, loaders: Callable[..., FrameLoader], qtbot: QtBot
) -> None:
    read: list[int] = []

    def load(index: int) -> PointCloud:
        read.append(index)
        return PointCloud(np.random.default_rng(index).uniform(-9, 9, (500, 3)).astype(np.float32))

    loader = loaders(make_scene(4, load=load), threads=2)
    place = MainPlace(Orbit(), 80, 60, 2.0)
    loader.set_wish(Wish(pictures={"CAM_FRONT": PicturePlace(32, 20)}))
    loader.want(0)
    qtbot.waitUntil(lambda: all(loader.get(i) is not None for i in range(4)))
    loader.set_wish(Wish(pictures={"CAM_FRONT": PicturePlace(32, 20)}, main=place))

    def has_picture(index: int) -> bool:
        view = loader.get(index)
        return view is not None and view.prepared is not None and view.prepared.main is not None

    qtbot.waitUntil(lambda: all(has_picture(i) for i in (1, 2, 3)))
    assert sorted(read) == [0, 1, 2, 3]
    view = loader.get(3)
    assert view is not None
    assert view.prepared is not None
    batch = Batch(colors=view.prepared.colors, xyz=view.xyz)
    painter = SplatPainter()
    wanted = painter.draw((batch,), place.camera, 80, 60, 2.0)
    painter.close()
    found = view.prepared.main
    assert found is not None
    assert np.isfinite(found.depth).any()
    assert np.array_equal(found.depth, wanted.depth)
    assert np.array_equal(found.color, wanted.color)


def test_reading_ahead_gives_way_to_the_painting_of_a_step(
    qtbot: QtBot, make_scene: MakeScene, loaders: Callable[..., FrameLoader]
) -> None:
    begun = threading.Event()

    def read(index: int) -> PointCloud:
        if index == 41:
            begun.set()
        return PointCloud(np.zeros((10, 3), np.float32))

    loader = loaders(make_scene(60, load=read))
    loader.want(0)
    qtbot.waitUntil(lambda: all(loader.get(index) is not None for index in range(41)))
    loader.want(17)
    assert not begun.wait(0.05), "the window has not painted yet"
    qtbot.waitUntil(begun.is_set)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows the priority of a thread")
def test_what_reads_ahead_stands_back_for_the_window(
    qtbot: QtBot, make_scene: MakeScene, loaders: Callable[..., FrameLoader]
) -> None:
    nice: list[int] = []

    def read(index: int) -> PointCloud:
        nice.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return PointCloud(np.zeros((10, 3), np.float32))

    with qtbot.waitSignal((loader := loaders(make_scene(1, load=read))).ready):
        loader.want(0)
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert nice[0] > own or own == 19


def test_a_hand_that_never_rests_is_fed(
    qtbot: QtBot, make_scene: MakeScene, loaders: Callable[..., FrameLoader]
) -> None:
    loader = loaders(make_scene(100, load=lambda _: PointCloud(np.zeros((10, 3), np.float32))))
    loader.want(0)
    qtbot.waitUntil(lambda: all(loader.get(index) is not None for index in range(25)))
    ready = 0
    for index in range(1, 90):  # steps follow each other faster than any painting ends
        loader.want(index)
        ready += loader.get(index) is not None
        qtbot.wait(10)
    assert ready > 60


def test_as_many_frames_are_wished_for_at_the_ends_of_a_drive_as_in_its_middle() -> None:
    for index, direction in ((0, 1), (0, -1), (5, 1), (99, -1), (199, 1), (199, -1), (190, 1)):
        found = frames_about(index, direction, 200)
        assert len(found) == len(set(found)) == len(frames_about(100, 1, 200)) == 1 + AHEAD + BEHIND
        assert found[0] == index
        assert set(found) <= set(range(200))
    assert frames_about(100, 1, 200)[:5] == [100, 101, 102, 103, 99]
    assert frames_about(100, -1, 200)[:5] == [100, 99, 98, 97, 101]
    assert sorted(frames_about(3, 1, 8)) == list(range(8))


def test_frames_that_a_drag_steps_over_are_read_last() -> None:
    assert way_of(-2) == (-1, 2)
    found = frames_about(100, -1, 200, 2)
    assert found[:4] == [100, 98, 96, 94]
    assert set(found[4:6]) == {99, 101}  # where the hand goes that slows down or turns
    assert sorted(found) == sorted(frames_about(100, -1, 200))
    assert way_of(150) == (1, 1)  # a jump says nothing of the next step
