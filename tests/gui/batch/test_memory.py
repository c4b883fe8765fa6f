"""Only what is in sight is read, drawn and kept, however long the drive is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from lidar_label.errors import UnreadableFile
from lidar_label.gui.batch.points import CellLoader
from lidar_label.gui.worker import Worker

Make = Callable[..., Any]


def test_of_five_hundred_frames_only_those_in_sight_are_kept(make_batch: Make, qtbot: QtBot) -> None:
    batch = make_batch(500)
    grid, loader = batch.grid, batch.page.loader
    batch.wait_for_points()
    qtbot.waitUntil(lambda: not loader.is_busy)
    seen = len(grid.in_sight())
    assert 6 <= seen <= 40
    most = seen + 2 * grid.columns
    assert len(loader.frames_kept) <= most
    batch.view.grab()
    bar = grid.verticalScrollBar()
    assert bar is not None
    for share in (0.2, 0.5, 0.9, 1.0):
        bar.setValue(round(bar.maximum() * share))
        batch.view.grab()
    batch.wait_for_points()
    batch.view.grab()
    qtbot.waitUntil(lambda: not loader.is_busy)
    assert grid.boxes[grid.in_sight()[-1]].frame == 499
    assert 499 in loader.frames_kept
    assert len(set(batch.read)) < 6 * most, "what was passed by was not read"
    assert grid.pictures_kept <= most
    batch.page.hide()
    assert loader.frames_kept == []
    assert loader.nbytes == 0
    assert grid.pictures_kept == 0


def test_the_budget_holds_and_what_is_wished_for_first_is_kept(make_batch: Make, qtbot: QtBot) -> None:
    batch = make_batch(30)
    batch.wait_for_points()
    one = batch.page.loader.nbytes // len(batch.page.loader.frames_kept)
    loader = CellLoader(batch.page, budget=4 * one + one // 2)
    assert batch.desk.scene is not None
    loader.open(batch.desk.scene.frames)
    reads: list[int] = []
    loader.loaded.connect(reads.append)
    loader.want(batch.grid.boxes[:20])
    qtbot.waitUntil(lambda: len(reads) >= 4 and not loader.is_busy)
    assert loader.frames_kept[:3] == [0, 1, 2]
    assert loader.nbytes <= 4 * one + one // 2
    assert len(reads) < 8, "what does not fit is not read over and over"
    loader.want(batch.grid.boxes[10:12])
    qtbot.waitUntil(lambda: {10, 11} <= set(loader.frames_kept))
    loader.close()


def test_a_frame_whose_file_is_broken_says_so_and_holds_nobody_up(
    make_batch: Make, make_scene: Callable[..., Any], qtbot: QtBot
) -> None:
    def broken(index: int) -> Any:
        if index == 2:
            raise UnreadableFile("the file is cut off", where="2.bin")
        if index == 3:
            raise RuntimeError("nobody thought of this")
        return seen(index)

    batch = make_batch(6)
    batch.wait_for_points()
    seen = batch.load
    loader, scene = CellLoader(batch.page), make_scene(6, load=broken, cameras=False)
    loader.open(scene.frames)
    reads: list[int] = []
    loader.loaded.connect(reads.append)
    loader.want(batch.grid.boxes)
    qtbot.waitUntil(lambda: len(reads) == 6 and not loader.is_busy)
    assert sorted(reads) == list(range(6)), "each once"
    told = {box.frame: loader.get(box).problem for box in batch.grid.boxes}
    assert "the file is cut off" in told[2]
    assert "nobody thought of this" in told[3]
    assert [told[i] for i in (0, 1, 4, 5)] == [""] * 4
    assert loader.counts_of(batch.box(2)) is None, "which is not the same as no points"
    loader.close()


def test_nobody_waits_for_a_slow_disk_when_the_page_is_left(
    make_batch: Make, make_scene: Callable[..., Any], qtbot: QtBot
) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(index: int) -> Any:
        begun.set()
        assert gate.wait(60)
        return batch.load(index)

    batch = make_batch(6)
    batch.wait_for_points()
    qtbot.waitUntil(lambda: not batch.page.loader.is_busy)
    scene = make_scene(6, load=slow, cameras=False)
    batch.page.loader.open(scene.frames)
    batch.grid.want()
    assert begun.wait(60)
    batch.page.hide()
    assert not gate.is_set(), "the page went while the file was still being read"
    gate.set()
    qtbot.waitUntil(lambda: not batch.page.loader.findChildren(Worker))
    assert batch.page.loader.frames_kept == []
