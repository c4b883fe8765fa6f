"""The batch page: what is selected and done there is one edit each, and one undo gives back the very same rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot

from lidar_label.model import Source

Key, Modifier = Qt.Key, Qt.KeyboardModifier
Make = Callable[..., Any]


def undone(batch: Any, before: list[dict[str, object]], edits: int) -> None:
    """Take the last edit back and see that every row is as it was."""
    batch.desk.undo()
    batch.settle(edits)
    assert batch.rows() == before


def test_cells_are_selected_with_the_mouse_and_with_keys(make_batch: Make) -> None:
    batch = make_batch()
    grid = batch.grid
    assert [box.frame for box in grid.boxes] == list(range(12))
    assert (grid.selected, grid.current) == ({0}, 0)
    batch.click(2)
    assert (grid.selected, batch.desk.index) == ({2}, 2)
    batch.click(4, Modifier.ShiftModifier)
    assert grid.selected == {2, 3, 4}
    batch.click(3, Modifier.ControlModifier)
    assert grid.selected == {2, 4}
    batch.key(Key.Key_Right)
    assert (grid.selected, grid.current) == ({4}, 4)
    batch.key(Key.Key_Left, Modifier.ShiftModifier)
    assert grid.selected == {3, 4}
    batch.key(Key.Key_End)
    assert grid.selected == {11}
    batch.key(Key.Key_Home)
    batch.key(Key.Key_Down)
    assert grid.selected == {grid.columns}
    batch.key(Key.Key_A)
    assert grid.selected == set(range(12))
    assert batch.edits == 0


def test_cells_that_came_while_they_were_hidden_are_read_once_they_show(make_batch: Make) -> None:
    batch = make_batch()
    batch.wait_for_points()
    page, boxes = batch.page, batch.grid.boxes
    page._stack.setCurrentWidget(page.note)  # as where a track's first box is here before the track is
    page.loader.forget()
    batch.grid.show_boxes(boxes)
    assert page.loader.frames_kept == []
    page._stack.setCurrentWidget(batch.grid)
    batch.wait_for_points()


def test_each_deed_is_one_edit_and_is_undone_whole(make_batch: Make) -> None:
    batch = make_batch()
    before = batch.rows()
    batch.click(1)
    batch.click(3, Modifier.ShiftModifier)

    batch.key(Key.Key_Return)
    batch.settle(1)
    assert [batch.box(i).source for i in range(5)] == [Source.HUMAN] * 4 + [Source.INTERPOLATED]
    assert batch.box(2).is_keyframe, "interpolation leaves it as it is from now on"
    assert batch.desk.undo_title == "Accept boxes"
    undone(batch, before, 2)

    batch.key(Key.Key_H)
    batch.settle(3)
    assert [abs(batch.box(i).yaw) == pytest.approx(math.pi) for i in range(5)] == [False, True, True, True, False]
    undone(batch, before, 4)

    batch.key(Key.Key_Delete)
    batch.settle(5)
    assert [box.frame for box in batch.grid.boxes] == [0, *range(4, 12)]
    undone(batch, before, 6)
    assert [box.frame for box in batch.grid.boxes] == list(range(12))

    batch.click(1)
    batch.key(Key.Key_A)
    batch.key(Key.Key_Delete)
    batch.settle(7)
    assert batch.desk.selected == "", "with its last box the track is gone"
    undone(batch, before, 8)


def test_one_key_looks_through_a_track(make_batch: Make) -> None:
    batch = make_batch()
    batch.click(1)
    for _ in range(3):
        batch.key(Key.Key_Return)
    batch.settle(3)
    assert [batch.box(i).source for i in range(1, 4)] == [Source.HUMAN] * 3
    assert batch.grid.selected == {4}
    batch.desk.undo()
    batch.settle(4)
    assert batch.box(3).source == Source.INTERPOLATED
    assert batch.box(2).source == Source.HUMAN


def test_one_size_goes_to_all_about_the_corner_that_was_seen(make_batch: Make) -> None:
    batch = make_batch()
    before = batch.rows()
    rear = QPointF(-0.5 / batch.grid.plan.scale, 0)
    start = batch.edge(0, "top", (-1.0, 0.0, 0.0))
    batch.drag(start, start + rear)
    batch.settle(1)
    size = batch.box(0).size
    assert size[0] == pytest.approx(5.0, abs=0.05)
    assert batch.box(1).size[0] == 4.5
    middle = batch.rows()
    batch.key(Key.Key_T)
    batch.settle(2)
    assert {box.size for box in batch.grid.boxes} == {size}
    box = batch.box(6)
    assert box.center[0] - size[0] / 2 == pytest.approx(116 - 2.25), "the side towards the vehicle stays"
    assert box.center[2] - size[2] / 2 == pytest.approx(0.0), "and so does the floor"
    assert box.source == Source.INTERPOLATED, "nobody has checked it yet"
    undone(batch, middle, 3)
    undone(batch, before, 4)


@pytest.mark.parametrize(
    ("view", "way", "moves", "wanted"),
    [
        ("top", (1.0, 0.0, 0.0), (0.4, 0.0, 0.0), ((0.2, 0.0, 0.0), (4.9, 1.9, 1.6))),
        ("top", (1.0, 1.0, 0.0), (0.4, 0.3, 0.0), ((0.2, 0.15, 0.0), (4.9, 2.2, 1.6))),
        ("side", (0.0, 0.0, 1.0), (0.0, 0.0, 0.3), ((0.0, 0.0, 0.15), (4.5, 1.9, 1.9))),
        ("rear", (0.0, 1.0, 0.0), (0.0, 0.3, 0.0), ((0.0, 0.15, 0.0), (4.5, 2.2, 1.6))),
        ("side", (0.3, 0.0, 0.2), (0.4, 0.0, 0.2), ((0.4, 0.0, 0.2), (4.5, 1.9, 1.6))),
    ],
    ids=["front edge", "corner from above", "top edge", "left edge from the rear", "moved from the side"],
)
def test_a_box_is_dragged_in_its_cell(
    make_batch: Make, view: str, way: tuple[float, ...], moves: tuple[float, ...],
    wanted: tuple[tuple[float, ...], tuple[float, ...]],
) -> None:  # fmt: skip
    batch = make_batch()
    before = batch.rows()
    start = batch.edge(3, view, way)
    batch.drag(start, start + batch.pixel(3, view, moves) - batch.pixel(3, view, (0.0, 0.0, 0.0)), release=False)
    assert batch.rows() == before
    batch.send(QEvent.Type.MouseButtonRelease, start, Qt.MouseButton.NoButton)
    batch.settle(1)
    box, near = batch.box(3), 1.01 * batch.grid.plan.scale
    assert box.center - (113.0, 52.0, 0.8) == pytest.approx(wanted[0], abs=near)
    assert box.size == pytest.approx(wanted[1], abs=near)
    assert (box.source, box.is_keyframe) == (Source.HUMAN, True)
    assert batch.desk.index == 3
    undone(batch, before, 2)


def test_the_disc_turns_a_box_and_escape_lets_go(make_batch: Make) -> None:
    from lidar_label.gui.batch.cell import Shown

    batch = make_batch()
    before = batch.rows()
    box = batch.box(2)
    disc = Shown.of(box, box).turn_place(batch.grid.plan) + batch.grid.area_of_frame(2).topLeft().toPointF()
    middle = batch.edge(2, "top", (0.0, 0.0, 0.0))
    reach = disc.x() - middle.x()
    turned = middle + QPointF(reach * math.cos(0.3), -reach * math.sin(0.3))
    batch.drag(disc, turned, release=False)
    assert batch.grid.dragged is not None
    batch.key(Key.Key_Escape)
    assert batch.grid.dragged is None
    batch.send(QEvent.Type.MouseButtonRelease, turned, Qt.MouseButton.NoButton)
    assert batch.rows() == before
    batch.drag(disc, turned)
    batch.settle(1)
    assert batch.box(2).yaw == pytest.approx(0.3, abs=0.02)
    undone(batch, before, 2)


def test_a_wrong_box_is_interpolated_again_and_fitted_to_its_points(make_batch: Make, qtbot: QtBot) -> None:
    batch = make_batch()
    box = batch.box(2)
    away = batch.edge(2, "top", (0.0, 0.0, 0.0))
    batch.drag(away, away + QPointF(0, -0.4 / batch.grid.plan.scale))
    batch.settle(1)
    assert batch.box(2).center[1] == pytest.approx(52.4, abs=0.03)
    moved = batch.rows()
    batch.key(Key.Key_L)
    qtbot.waitUntil(lambda: batch.edits >= 2)
    batch.settle(2)
    assert batch.box(2).center == pytest.approx(box.center, abs=0.05), "laid on its points"
    assert batch.box(2).size == box.size
    undone(batch, moved, 3)
    batch.key(Key.Key_Delete)
    batch.settle(4)
    batch.click(1)
    batch.click(3, Modifier.ShiftModifier)
    batch.key(Key.Key_G)
    batch.settle(5)
    assert batch.box(2).center == pytest.approx(box.center)
    assert batch.box(2).source == Source.INTERPOLATED


def test_what_looks_wrong_is_told_and_comes_first(make_batch: Make, qtbot: QtBot) -> None:
    batch = make_batch()
    batch.wait_for_points()
    qtbot.waitUntil(lambda: not batch.page._settle.isActive())
    assert batch.grid.doubts == {}
    start = batch.edge(7, "top", (0.0, 0.0, 0.0))
    batch.drag(start, start + QPointF(0, -1.2 / batch.grid.plan.scale))
    batch.settle(1)
    qtbot.waitUntil(lambda: 7 in batch.grid.doubts)
    kinds = {doubt.kind for doubt in batch.grid.doubts[7]}
    assert {"jump", "outside"} <= kinds
    assert set(batch.grid.doubts) == {7}, "those beside it are not blamed"
    batch.key(Key.Key_O)
    qtbot.waitUntil(lambda: batch.grid.boxes[0].frame == 7)
    batch.key(Key.Key_O)
    assert batch.grid.boxes[0].frame == 0


def test_small_steps_with_keys_are_seen_in_the_cell(make_batch: Make) -> None:
    batch = make_batch()
    batch.click(4)
    batch.wait_for_points()
    batch.qtbot.waitUntil(lambda: batch.desk.selected_box is not None and batch.desk.selected_box.frame == 4)
    batch.desk.nudge(dx=0.2)
    assert batch.box(4).center[0] == pytest.approx(114.2), "before it is stored"
    batch.desk.flush()
    batch.settle(1)
    assert batch.box(4).center[0] == pytest.approx(114.2)


def test_a_track_without_boxes_and_none_say_so(make_batch: Make) -> None:
    batch = make_batch()
    batch.desk.select("")
    assert batch.page.note.isVisible()
    assert "Select a track" in batch.page.note.text()
    batch.desk.select("car")
    batch.qtbot.waitUntil(lambda: batch.grid.isVisible() and len(batch.grid.boxes) == 12)
