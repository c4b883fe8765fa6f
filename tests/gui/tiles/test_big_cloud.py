"""A big cloud in the real window: a sample first, tiles built behind it, then labelled, picked and counted in them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import laspy
import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QGuiApplication, QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.cache import cache_folder, cached_store
from lidar_label.gui.batch.page import BatchPage
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.model import SE3

POINTS = 120_000
UTM = np.array([689_000.0, 5_330_000.0, 500.0])


def car_park(path: Path) -> NDArray[np.float64]:
    """Write a level ground with three poles at UTM coordinates; return the exact positions as laspy reads them."""
    random = np.random.default_rng(7)
    ground = np.column_stack([random.uniform(-80, 80, (POINTS - 3000, 2)), random.uniform(0, 0.05, POINTS - 3000)])
    poles = [
        np.column_stack([x + random.uniform(-0.2, 0.2, (1000, 2)) * (1, 1), random.uniform(0.3, 4.0, 1000)])
        for x in ((10.0, 0.0), (30.0, 12.0), (-25.0, -8.0))
    ]
    xyz = np.concatenate([ground, *poles]) + UTM
    header = laspy.LasHeader(point_format=7, version="1.4")
    header.scales, header.offsets = [0.001] * 3, UTM
    las = laspy.LasData(header)
    las.xyz = xyz
    las.intensity = random.integers(0, 60_000, len(xyz)).astype(np.uint16)
    las.user_data = random.integers(0, 250, len(xyz)).astype(np.uint8)
    las.red, las.green, las.blue = (np.full(len(xyz), level << 8, np.uint16) for level in (200, 90, 30))
    las.write(path)
    return np.asarray(laspy.read(path).xyz, dtype=np.float64)


@pytest.fixture
def park(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, NDArray[np.float64]]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "park.las"
    return path, car_park(path)


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[[], Window]]:
    made: list[Window] = []

    def make(big_points: int = 50_000) -> Window:
        window = Window(Desk(author="tester"), Settings(), Language())
        window.desk.big_points = big_points
        qtbot.addWidget(window)
        window.resize(1300, 800)
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        made.append(window)
        return window

    yield make
    for window in made:
        window.close()


def views_of(window: Window) -> tuple[View3D, TopView]:
    assert window.views is not None
    main, top = window.views.main, window.views.top
    assert isinstance(main, View3D)
    assert isinstance(top, TopView)
    return main, top


def opened(window: Window, path: Path, qtbot: QtBot) -> None:
    """Open a cloud, and wait until its tiles are drawn whole."""
    window.open(path)
    desk = window.desk
    qtbot.waitUntil(lambda: desk.tiles.phase == "tiles" and desk.view is not None)
    qtbot.waitUntil(lambda: Stage.of(desk).tiles.is_complete("3d"))


def test_a_sample_comes_first_then_the_tiles_and_the_numbers_are_told(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    path, _ = park
    window = make_window()
    desk, phases, told = window.desk, [], []
    desk.tiles.changed.connect(lambda: phases.append(desk.tiles.phase))
    desk.noticed.connect(told.append)
    store = cached_store(path.resolve())
    (store.parent / f".{store.name}.tiles.part").mkdir(parents=True)  # what a killed build left
    opened(window, path, qtbot)
    assert sum("starts over" in text for text in told) == 1
    assert phases == ["looking", "sample", "building", "tiles"]
    qtbot.waitUntil(lambda: "120 000 shown, 120 000 loaded, 120 000 in all" in window.status.numbers.text())
    assert store.is_dir()
    assert window.status.task.isHidden()
    window.close()

    again = make_window()
    seen: list[str] = []
    again.desk.tiles.changed.connect(lambda: seen.append(again.desk.tiles.phase))
    opened(again, path, qtbot)
    assert seen == ["looking", "tiles"], "the tiles that are there are opened at once"


def test_a_cloud_below_the_threshold_is_read_whole(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[..., Window], qtbot: QtBot
) -> None:
    path, xyz = park
    window = make_window(big_points=1_000_000)
    window.open(path)
    qtbot.waitUntil(lambda: window.desk.view is not None)
    assert window.desk.view is not None
    assert len(window.desk.view.xyz) == len(xyz)
    assert window.desk.tiles.phase == "none"
    assert not cache_folder().exists()


def test_the_mouse_points_at_exact_source_coordinates_in_both_views(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    path, xyz = park
    window = make_window()
    opened(window, path, qtbot)
    assert window.desk.scene is not None
    main, top = views_of(window)
    origin = np.array(window.desk.scene.origin)
    pole = UTM - origin + np.array([10.0, 0.0, 2.0])
    top.look_at(pole[0], pole[1], 0.01)
    main.set_camera(main.camera.with_pivot(pole).zoomed(15 / main.camera.distance, pole))
    for widget in (top, main):
        at = top.to_pixels(pole[None, :2])[0] if widget is top else np.array([main.width() / 2, main.height() / 2])
        QTest.mouseMove(widget, QPoint(round(at[0]) - 3, round(at[1]) - 3))
        with qtbot.waitSignal(window.desk.said):
            QTest.mouseMove(widget, QPoint(round(at[0]), round(at[1])))
            QTest.keyClick(main, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        clipboard = QGuiApplication.clipboard()
        assert clipboard is not None
        place = np.array([float(part) for part in clipboard.text().split()])
        nearest = xyz[np.argmin(np.linalg.norm(xyz - place, axis=1))]
        assert np.abs(nearest - place).max() <= 0.5001e-4, "written to a tenth of a millimetre"
        assert np.hypot(*(place - pole - origin)[:2]) < 0.4
        assert np.abs(place.astype(np.float32) - place).max() > 0.001, "a float32 could not have said that"
        assert f"y {place[1]:.3f}" in window.status.cursor_at.text()


def test_a_box_drawn_in_tiles_is_counted_over_all_points(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    path, xyz = park
    window = make_window()
    window.desk.set_point_budget(20_000)  # far fewer are drawn than there are
    opened(window, path, qtbot)
    desk = window.desk
    assert desk.scene is not None
    _, top = views_of(window)
    pole = UTM - np.array(desk.scene.origin) + np.array([30.0, 12.0, 0.0])
    top.look_at(pole[0], pole[1], 0.02)
    QTest.keyClick(top, Qt.Key.Key_B)
    low, high = (top.to_pixels(pole[None, :2] + off)[0].round().astype(int) for off in (-1.5, 1.5))
    QTest.mousePress(top, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*low.tolist()))
    place = QPointF(*high.tolist())
    held = Qt.MouseButton.LeftButton  # which QTest.mouseMove cannot
    move = QMouseEvent(QEvent.Type.MouseMove, place, top.mapToGlobal(place), Qt.MouseButton.NoButton, held,
                       Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(top, move)
    QTest.mouseRelease(top, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*high.tolist()))
    qtbot.waitUntil(lambda: desk.selected_box is not None)
    box = desk.selected_box
    assert box is not None
    assert box.size[2] == pytest.approx(4.0, abs=0.4), "its height is that of the pole's points"
    pose = box.world_SE3_box
    local = (xyz - np.array(desk.scene.origin) - pose.translation) @ pose.rotation_matrix
    truth = int((np.abs(local) <= np.array(box.size) / 2).all(axis=1).sum())
    assert truth > 900
    qtbot.waitUntil(lambda: f"{truth:,}".replace(",", " ") in window.status.inside.text())
    assert window.box.points.text() == f"{truth:,}".replace(",", " ")


def test_a_cell_shows_all_points_about_its_box_and_not_the_sample(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    path, xyz = park
    window = make_window()
    window.desk.set_point_budget(20_000)
    opened(window, path, qtbot)
    desk = window.desk
    assert desk.scene is not None
    pole = UTM - np.array(desk.scene.origin) + np.array([30.0, 12.0, 2.2])
    desk.add_box(SE3.from_yaw("world", "box", 0.7, pole), (1.0, 1.0, 3.9))
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 1)
    window.menus.actions["batch"].trigger()
    page = window.centre.covering
    assert isinstance(page, BatchPage)
    (box,) = desk.track_boxes
    qtbot.waitUntil(lambda: page.loader.counts_of(box) is not None)
    pose = box.world_SE3_box
    local = (xyz - np.array(desk.scene.origin) - pose.translation) @ pose.rotation_matrix
    truth = int((np.abs(local) <= np.array(box.size) / 2).all(axis=1).sum())
    counts = page.loader.counts_of(box)
    assert counts is not None
    assert counts.inside == pytest.approx(truth, abs=2)
    assert truth > 800


def test_colours_change_in_the_tiles(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    path, _ = park
    window = make_window()
    opened(window, path, qtbot)
    main, _ = views_of(window)
    tiles, pictures = Stage.of(window.desk).tiles, {}
    for mode in ("height", "intensity", "track", "user_data", "camera"):  # user_data is a field of the file
        window.desk.set_color_mode(mode)

        def is_shown() -> bool:
            shown = main.canvas.shown
            return shown is not None and main.is_drawn() and shown.wish.batches == tiles.given("3d").batches

        qtbot.waitUntil(is_shown)
        assert main.canvas.shown is not None
        pictures[mode] = main.canvas.shown.painted.color.tobytes()
    assert len(set(pictures.values())) == 5
    pixels = np.frombuffer(pictures["camera"], np.uint8).reshape(-1, 4)
    assert np.unique(pixels[pixels[:, 3] > 0], axis=0).tolist() == [[30, 90, 200, 255]], "the colours of the file"


def test_closing_during_the_build_leaves_nothing(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    path, _ = park
    window = make_window()
    window.open(path)
    qtbot.waitUntil(lambda: window.desk.tiles.phase == "building")
    window.close()
    whole = cached_store(path.resolve())
    left = [p for p in cache_folder().rglob("*") if p != whole and not p.is_relative_to(whole)]
    assert [p for p in left if p.suffix != ".lock"] == []
    assert not whole.exists() or (whole / "index.json").exists()


def test_a_cache_that_cannot_be_written_is_said_and_the_sample_stays(
    park: tuple[Path, NDArray[np.float64]],
    make_window: Callable[[], Window],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path, _ = park
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    window = make_window()
    told: list[str] = []
    window.desk.failed.connect(told.append)
    window.open(path)
    qtbot.waitUntil(lambda: bool(told))
    assert "cache" in told[0]
    assert window.desk.tiles.phase == "sample"
    assert window.desk.view is not None
    assert len(window.desk.view.xyz) > 10_000


def test_a_tile_file_that_goes_is_said_once(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    path, _ = park
    window = make_window()
    opened(window, path, qtbot)
    told: list[str] = []
    window.desk.failed.connect(told.append)
    shutil.rmtree(cached_store(path.resolve()))
    window.desk.set_color_mode("intensity")  # the overview is read anew, and is gone
    qtbot.waitUntil(lambda: bool(told))
    assert "gone" in told[0]
    qtbot.wait(300)
    assert len(told) == 1


def test_a_tile_store_opens_as_the_cloud_it_was_built_from(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    path, xyz = park
    store = path.with_suffix(".tiles")
    build_tiles(path, store)
    window = make_window(big_points=10_000_000)
    opened(window, store, qtbot)
    assert window.desk.tiles.store is not None
    assert window.desk.tiles.store.folder == store
    assert window.desk.tiles.points == len(xyz)
    assert not cache_folder().exists()
    window.close()

    path.rename(tmp_path / "elsewhere.las")
    window = make_window()
    told: list[str] = []
    window.desk.failed.connect(told.append)
    window.open(store)
    qtbot.waitUntil(lambda: bool(told))
    assert "park.las" in told[0]
    assert window.desk.scene is None


def test_the_mouse_points_at_source_coordinates_in_a_cloud_that_is_read_whole(
    park: tuple[Path, NDArray[np.float64]], make_window: Callable[..., Window], qtbot: QtBot
) -> None:
    path, xyz = park
    window = make_window(big_points=1_000_000)
    desk = window.desk
    window.open(path)
    qtbot.waitUntil(lambda: desk.view is not None and window.views is not None)
    assert desk.scene is not None
    main, top = views_of(window)
    pole = UTM - np.array(desk.scene.origin) + np.array([10.0, 0.0, 2.0])
    top.look_at(pole[0], pole[1], 0.01)
    main.set_camera(main.camera.with_pivot(pole).zoomed(15 / main.camera.distance, pole))
    for widget in (top, main):
        at = QPoint(widget.width() // 2, widget.height() // 2)
        QTest.mouseMove(widget, at + QPoint(2, 2))
        with qtbot.waitSignal(desk.said):
            QTest.mouseMove(widget, at)
            QTest.keyClick(main, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        clipboard = QGuiApplication.clipboard()
        assert clipboard is not None
        place = np.array([float(part) for part in clipboard.text().split()])
        assert np.abs(xyz - place).max(axis=1).min() < 0.0005
        assert np.abs(place.astype(np.float32) - place).max() > 0.001, "a float32 could not have said that"
