"""The two painters: the same picture from both, the same on any number of threads, and a canvas that keeps up."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lidar_label.gui.painters.base import Batch, Crop, Painted, Painter
from lidar_label.gui.painters.canvas import MOVING_POINTS, Canvas, Wish
from lidar_label.gui.painters.choose import NO_GRAPHICS, Measured, chosen, make
from lidar_label.gui.painters.splat import SplatPainter
from lidar_label.gui.views.orbit import Orbit
from lidar_label.kernels.tile_table import Tiles
from tests.kernels.made_tiles import Tile, tiles_of

CAMERA = Orbit(pivot=(3.0, -2.0, 0.5), distance=17.0, azimuth=0.7, elevation=0.5)


def street(points: int = 60_000, seed: int = 1) -> tuple[Batch, Tiles]:
    random = np.random.default_rng(seed)
    xyz = random.uniform((-20, -20, -2), (20, 20, -1.9), (points, 3)).astype(np.float32)
    xyz[::3, 2] += random.uniform(0, 3, len(xyz[::3])).astype(np.float32)
    colors = random.integers(0, 256, (points, 4), dtype=np.uint8)
    colors[:, 3] = np.where(random.random(points) < 0.1, 0, 255)
    grid = random.integers(0, 65536, (points // 2, 3), dtype=np.uint16)
    placed = grid, colors[: points // 2], np.array([5.0, 5, -2]), np.array([8, 8, 1.0]) / 65536
    return Batch(colors=colors, xyz=xyz), tiles_of(placed)


@pytest.fixture(params=["splat", "vtk"])
def painter(request: pytest.FixtureRequest) -> Iterator[Painter]:
    made = make(request.param)
    yield made
    made.close()


def test_both_painters_draw_the_same_picture() -> None:
    splat, vtk = make("splat"), make("vtk")
    try:
        for size, crop in ((1, None), (3, None), (2, Crop(low=(-8, -9, -1.5), high=(9, np.inf, 0.5)))):
            one, other = (p.draw(street(), CAMERA, 320, 240, size, crop=crop) for p in (splat, vtk))
            seen = np.isfinite(one.depth)
            assert seen.sum() > 3000
            assert (seen == np.isfinite(other.depth)).mean() > 0.99
            assert (one.color == other.color).all(axis=2).mean() > 0.98
            both = seen & np.isfinite(other.depth)
            assert (np.abs(one.depth[both] - other.depth[both]) < 0.01).mean() > 0.98
    finally:
        splat.close()
        vtk.close()


def test_points_fall_where_the_camera_says(painter: Painter) -> None:
    random = np.random.default_rng(3)
    xyz = np.asarray(CAMERA.pivot, np.float32) + random.uniform(-4, 4, (12, 3)).astype(np.float32)
    for n in range(len(xyz)):
        batch = Batch(colors=np.array([[255, 0, 0, 255]], np.uint8), xyz=xyz[n : n + 1])
        painted = painter.draw([batch], CAMERA, 640, 400, 3)
        rows, columns = np.nonzero(painted.color[:, :, 3])
        uv, depth = CAMERA.project(xyz[n : n + 1], 640, 400)
        assert abs(columns.mean() + 0.5 - uv[0, 0]) < 1.0
        assert abs(rows.mean() + 0.5 - uv[0, 1]) < 1.0
        assert painted.depth[rows[0], columns[0]] == pytest.approx(depth[0], abs=0.02)


def small_tiles(number: int = 300) -> list[Tile]:
    """Small ones and a large one, as a big cloud has them."""
    random = np.random.default_rng(5)
    made = []
    for size in (*random.integers(1, 900, number).tolist(), 150_000):
        grid, colors = random.integers(0, 65536, (size, 3), np.uint16), random.integers(0, 256, (size, 4), np.uint8)
        colors[:, 3] = 255
        made.append((grid, colors, random.uniform(-15, 15, 3), np.full(3, 4 / 65536)))
    return made


def test_small_tiles_drawn_together_look_as_they_do_alone() -> None:
    tiles = small_tiles()
    pictures = []
    for threads in (1, 3):
        splat = SplatPainter(threads)
        pictures.append(splat.draw([tiles_of(*tiles)], CAMERA, 200, 150, 2))
        splat.close()
    alone = SplatPainter(1)
    single = [alone.draw([tiles_of(tile)], CAMERA, 200, 150, 2) for tile in tiles]
    alone.close()
    nearest = np.min([painted.depth for painted in single], axis=0)
    for painted in pictures:
        np.testing.assert_array_equal(painted.depth, nearest)
        np.testing.assert_array_equal(painted.color, pictures[0].color)


def test_nothing_far_from_nothing_and_a_closed_painter(painter: Painter) -> None:
    one = Batch(colors=np.full((1, 4), 255, np.uint8), xyz=np.zeros((1, 3), np.float32))
    none = Batch(colors=np.empty((0, 4), np.uint8), xyz=np.empty((0, 3), np.float32))
    lost = Batch(colors=np.full((1, 4), 255, np.uint8), xyz=np.full((1, 3), np.nan, np.float32))
    camera = Orbit(distance=5.0)
    assert painter.draw([one], camera, 40, 30, 2).color.any()
    for batches in ([], [none], [lost], [none, lost]):
        painted = painter.draw(batches, camera, 40, 30, 2)
        assert painted.color.shape == (30, 40, 4)
        assert not painted.color.any()
        assert np.isinf(painted.depth).all()
    painter.close()
    painter.close()
    assert not painter.draw([one], camera, 40, 30, 2).color.any()


def test_fewer_points_are_the_first_of_each_batch(painter: Painter) -> None:
    batches = street(40_000)
    some = painter.draw(batches, CAMERA, 200, 150, 1, most_points=6000)
    cloud, placed = batches
    grid, colors = placed.owners[0]
    tile = grid[: len(grid) // 10], colors[: len(grid) // 10], placed.corners[0], placed.steps[0]
    firsts = [Batch(colors=cloud.colors[: len(cloud) // 10], xyz=cloud.xyz[: len(cloud) // 10]), tiles_of(tile)]
    wanted = painter.draw(firsts, CAMERA, 200, 150, 1)
    np.testing.assert_array_equal(some.color, wanted.color)


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_the_number_of_threads_changes_nothing(threads: int) -> None:
    batches = [*street(300_000), *street(200_000, 2)]
    one, many = SplatPainter(1), SplatPainter(threads)
    for side in (1, 2, 5):
        a, b = (p.draw(batches, CAMERA, 333, 217, side) for p in (one, many))
        np.testing.assert_array_equal(a.color, b.color)
        np.testing.assert_array_equal(a.depth, b.depth)
    one.close()
    many.close()


def test_what_vtk_complains_of_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    from vtkmodules.vtkCommonCore import vtkOutputWindow

    painter = make("vtk")
    painter.draw(street(10), Orbit(distance=5.0), 8, 8, 1)
    painter.close()
    vtkOutputWindow.GetInstance().InvokeEvent("ErrorEvent", "no such context")
    assert [(r.levelname, r.message) for r in caplog.records] == [("ERROR", "no such context")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"xyz": np.zeros((2, 3))},
        {"xyz": np.zeros((3, 3), np.float32)},
        {"xyz": np.zeros((2, 2), np.float32)},
        {"xyz": np.zeros((2, 3), np.float32), "colors": np.zeros((2, 4))},
    ],
)
def test_a_batch_of_wrong_arrays_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="need"):
        Batch(**{"colors": np.zeros((2, 4), np.uint8), **wrong})


def test_the_clearly_faster_one_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIDAR_LABEL_PAINTER", raising=False)
    assert chosen("auto", None) == "splat"
    assert chosen("auto", Measured(vtk=0.004, splat=0.012)) == "vtk"
    assert chosen("auto", Measured(vtk=0.4, splat=0.012)) == "splat"
    assert chosen("auto", NO_GRAPHICS) == "splat"
    assert chosen("vtk", NO_GRAPHICS) == "vtk"
    monkeypatch.setenv("LIDAR_LABEL_PAINTER", "splat")
    assert chosen("vtk", None) == "splat"


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"vtk": "x", "splat": 1}', '{"vtk": 0, "splat": 1}', "{"])
def test_a_spoilt_measurement_is_none(text: str) -> None:
    assert Measured.read(text) is None
    assert Measured.read(NO_GRAPHICS.text()) == NO_GRAPHICS
    assert json.loads(Measured(0.5, 0.25, "card").text())["graphics"] == "card"


class Slow:
    """A painter that draws when it is told to."""

    name = "slow"
    needs_gui_thread = False

    def __init__(self) -> None:
        self.go, self.asked, self.most = threading.Semaphore(0), [], []  # type: ignore[var-annotated]

    def draw(self, batches: Any, camera: Orbit, width: int, height: int, size: float, **more: Any) -> Painted:
        self.asked.append(camera)
        self.most.append(more["most_points"])
        assert self.go.acquire(timeout=20)
        return Painted.empty(width, height)

    def close(self) -> None:
        self.go.release(99)


@pytest.fixture
def make_canvas() -> Iterator[Callable[[Painter], Canvas]]:
    made: list[Canvas] = []

    def new(painter: Painter) -> Canvas:
        made.append(Canvas(painter=painter))
        return made[-1]

    yield new
    for canvas in made:
        canvas.close()


def test_the_newest_wish_is_drawn_and_those_between_are_not(qtbot: QtBot, make_canvas: Callable[..., Canvas]) -> None:
    slow = Slow()
    canvas = make_canvas(slow)
    many = Batch(colors=np.zeros((6_000_000, 4), np.uint8), xyz=np.zeros((6_000_000, 3), np.float32))
    wish = Wish((many,), CAMERA, 20, 10, 2.0)
    assert canvas.show(wish) is None  # it would not come back if it waited for the painter, which is held
    for turn in (1, 2, 3):
        canvas.show(replace(wish, camera=CAMERA.turned(turn, 0)))
    slow.go.release(2)
    qtbot.waitUntil(lambda: len(slow.asked) == 2)
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.wish.camera == CAMERA.turned(3, 0))
    assert slow.asked == [CAMERA, CAMERA.turned(3, 0)]
    slow.go.release(9)
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.is_whole)  # at rest all points are drawn
    assert slow.most[-1] is None


def test_a_moving_camera_shows_the_same_first_points_until_it_rests(
    qtbot: QtBot, make_canvas: Callable[..., Canvas]
) -> None:
    slow = Slow()
    slow.go.release(99)
    canvas = make_canvas(slow)
    many = Batch(colors=np.zeros((6_000_000, 4), np.uint8), xyz=np.zeros((6_000_000, 3), np.float32))
    wish = Wish((many,), CAMERA, 20, 10, 2.0)
    canvas.show(wish)
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.is_whole)
    for turn in range(1, 6):
        canvas.show(replace(wish, camera=CAMERA.turned(turn / 10, 0)))
    assert set(slow.most[1:]) == {MOVING_POINTS}
    assert canvas.is_drawing
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.is_whole)
    assert slow.most[-1] is None


def test_what_is_still_being_read_holds_no_picture_up(qtbot: QtBot, make_canvas: Callable[..., Canvas]) -> None:
    slow = Slow()
    slow.go.release(99)
    canvas = make_canvas(slow)
    many = Batch(colors=np.zeros((4_000_000, 4), np.uint8), xyz=np.zeros((4_000_000, 3), np.float32))
    wish = Wish((many,), CAMERA, 20, 10, 2.0)
    canvas.show(wish)
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.is_whole)
    jumped = replace(wish, batches=(many.part(1 / 2),), camera=CAMERA.turned(1, 0), is_coming=True)
    assert jumped.points == 2_000_000
    canvas.show(jumped)
    qtbot.waitUntil(lambda: not canvas.is_drawing)  # it rests, but more is coming
    assert canvas.shown is not None
    assert not canvas.shown.is_whole
    canvas.show(replace(jumped, batches=(many,), is_coming=False))
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.is_whole and canvas.shown.points == 4_000_000)
    qtbot.wait(1100)
    canvas.show(
        replace(jumped, batches=(many.part(3 / 4),))
    )  # it comes so slowly that what there is is shown whole meanwhile
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.points == 3_000_000 and canvas.shown.is_whole)


def test_a_small_cloud_is_there_at_once_and_another_painter_takes_over(make_canvas: Callable[..., Canvas]) -> None:
    canvas = make_canvas(SplatPainter())
    wish = Wish(street(2000), CAMERA, 64, 48, 2.0)
    first = canvas.show(wish)
    assert first is not None
    assert first.painted.color.any()
    assert canvas.show(wish) is first
    assert canvas.show(replace(wish, point_size=3.0)) is not first
    canvas.set_painter(make("vtk"))
    assert canvas.painter == "vtk"
    again = canvas.show(wish)
    assert again is not None
    assert again.painted.color.any()


def test_a_picture_that_fails_is_told(qtbot: QtBot, make_canvas: Callable[..., Canvas]) -> None:
    class Broken(Slow):
        def draw(self, *_: Any, **__: Any) -> Painted:
            raise MemoryError("no room")

    canvas = make_canvas(Broken())
    many = Batch(colors=np.zeros((6_000_000, 4), np.uint8), xyz=np.zeros((6_000_000, 3), np.float32))
    with qtbot.waitSignal(canvas.failed):
        canvas.show(Wish((many,), CAMERA, 20, 10, 2.0))


class Watchful(Slow):
    """Notes whether anybody wanted a picture when it was done."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up: list[bool] = []

    def draw(self, batches: Any, camera: Orbit, width: int, height: int, size: float, **more: Any) -> Painted:
        painted = super().draw(batches, camera, width, height, size, **more)
        self.given_up.append(more["is_stale"]())
        return painted


def test_a_picture_of_all_points_is_given_up_once_the_camera_moves_on(
    qtbot: QtBot, make_canvas: Callable[..., Canvas]
) -> None:
    slow = Watchful()
    canvas = make_canvas(slow)
    many = Batch(colors=np.zeros((6_000_000, 4), np.uint8), xyz=np.zeros((6_000_000, 3), np.float32))
    wish = Wish((many,), CAMERA, 20, 10, 2.0)
    canvas.show(wish)
    qtbot.waitUntil(lambda: len(slow.asked) == 1)
    moved = replace(wish, camera=CAMERA.turned(1, 0))
    canvas.show(moved)
    slow.go.release(99)
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.is_whole and not canvas.is_drawing)
    assert slow.given_up[0], "and what came of it is not shown"
    assert not any(slow.given_up[1:])
    assert canvas.shown is not None
    assert canvas.shown.wish == moved


def test_a_picture_of_some_points_is_given_up_once_all_are_there(
    qtbot: QtBot, make_canvas: Callable[..., Canvas]
) -> None:
    slow = Watchful()
    canvas = make_canvas(slow)
    many = Batch(colors=np.zeros((6_000_000, 4), np.uint8), xyz=np.zeros((6_000_000, 3), np.float32))
    wish = Wish((many,), CAMERA, 20, 10, 2.0)
    slow.go.release(1)
    canvas.show(wish)
    qtbot.waitUntil(lambda: canvas.shown is not None and not canvas.is_drawing)
    canvas._point_s = 1e-6  # a slow machine: also some of the points are drawn on a thread
    jumped = replace(wish, batches=(many.part(1 / 2),), camera=CAMERA.turned(1, 0), is_coming=True)
    canvas.show(jumped)
    qtbot.waitUntil(lambda: len(slow.asked) == 2)
    canvas.show(replace(jumped, camera=CAMERA.turned(2, 0)))  # a camera that moves on is shown what there is
    whole = replace(jumped, batches=(many,), camera=CAMERA.turned(2, 0), is_coming=False)
    slow.go.release(1)
    qtbot.waitUntil(lambda: len(slow.asked) == 3)
    canvas.show(whole)
    slow.go.release(99)
    qtbot.waitUntil(lambda: canvas.shown is not None and canvas.shown.is_whole and canvas.shown.wish == whole)
    assert slow.given_up[1:3] == [False, True]
