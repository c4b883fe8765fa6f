"""What is done to a box with its points: one edit each, and undo gives back the same rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPointF

from lidar_label.model import wrap_angle

CAR, DRAWN = (4.0, 1.8, 1.4), (4.6, 2.2, 1.7)
HUG = np.array([2.01, 0.91, 0.71, 2.01, 0.91, 0.7])


def test_a_double_click_draws_in_an_edge_a_corner_or_all(bench: Any, mouse: Any) -> None:
    rows, drawn = bench.rows(), bench.faces()
    for name, right, up, faces in (
        ("top", 1, 0, [0]), ("top", -1, 1, [3, 1]), ("side", 0, 1, [2]), ("side", 0, -1, [5]),
        ("rear", 1, 1, [4, 2]), ("rear", 0, 0, [0, 1, 2, 3, 4, 5]),
    ):  # fmt: skip
        pane = bench.sides.panes[name]
        mouse.double_click(pane, pane.place_of(right, up))
        bench.settle()
        wanted = drawn.copy()
        wanted[faces] = HUG[faces]
        np.testing.assert_allclose(bench.faces(), wanted, atol=0.02, err_msg=f"{name} {right} {up}")
        bench.undo()
        assert bench.rows() == rows


def test_fitting_grows_and_shrinks_on_to_the_points(bench: Any) -> None:
    box = bench.box
    shifted = box.moved(box.world_SE3_box @ type(box.world_SE3_box)("box", "box", (1, 0, 0, 0), (0.4, -0.3, 0.1)))
    bench.desk.change_box(shifted, "Move a box")
    bench.settle()
    rows = bench.rows()
    bench.fitting.fit()
    bench.settle()
    np.testing.assert_allclose(bench.faces(), HUG, atol=0.02)
    assert bench.desk.undo_title == "Fit a box to its points"
    bench.undo()
    assert bench.rows() == rows


def test_a_box_with_nothing_in_it_says_so_and_stays(bench: Any) -> None:
    bench.desk.select("other")
    bench.settle()
    rows = bench.rows()
    bench.fitting.fit()
    bench.fitting.slide()
    bench.settle()
    assert bench.said == ["Too few points in the box to fit it to"] * 2
    assert bench.rows() == rows


def test_sliding_lays_the_seen_sides_on_the_points(bench: Any) -> None:
    rows = bench.rows()
    bench.fitting.slide()
    bench.settle()
    faces = bench.faces()
    assert bench.box.size == DRAWN
    assert faces[3] == pytest.approx(2.01, abs=0.02)  # the rear and the right side face the sensor
    assert faces[4] == pytest.approx(0.91, abs=0.02)
    assert faces[5] == pytest.approx(0.7, abs=0.02)
    bench.undo()
    assert bench.rows() == rows


def test_a_box_is_put_down_on_the_ground_and_keeps_its_size(bench: Any) -> None:
    bench.desk.nudge(dz=0.6)
    bench.settle()
    rows = bench.rows()
    bench.fitting.to_ground()
    bench.settle()
    assert bench.faces()[5] == pytest.approx(0.7, abs=0.02)
    assert bench.box.size == DRAWN
    bench.undo()
    assert bench.rows() == rows


def test_the_usual_size_leaves_the_seen_sides_where_they_are(bench: Any) -> None:
    rows, before = bench.rows(), bench.faces()
    bench.fitting.usual_size()
    bench.settle()
    after = bench.faces()
    assert bench.box.size == pytest.approx((4.5, 1.9, 1.6))
    np.testing.assert_allclose(after[[3, 4, 5]], before[[3, 4, 5]], atol=1e-9)
    np.testing.assert_allclose(after[[0, 1, 2]] - before[[0, 1, 2]], np.array((4.5, 1.9, 1.6)) - DRAWN, atol=1e-9)
    bench.undo()
    assert bench.rows() == rows


def test_a_whole_track_is_turned_round_in_one_edit(bench: Any) -> None:
    rows, before = bench.rows(), bench.desk.track_boxes
    assert len(before) == 3
    bench.fitting.flip_track()
    assert abs(wrap_angle(bench.box.yaw - before[0].yaw)) == pytest.approx(math.pi)  # shown at once
    bench.settle()
    bench.qtbot.waitUntil(lambda: bench.desk.track_boxes != before)
    for old, new in zip(before, bench.desk.track_boxes, strict=True):
        assert abs(wrap_angle(new.yaw - old.yaw)) == pytest.approx(math.pi)
        np.testing.assert_allclose(new.center, old.center, atol=1e-12)
        assert (new.size, new.is_keyframe, new.source) == (old.size, old.is_keyframe, old.source)
    bench.undo()
    assert bench.rows() == rows


def test_a_locked_size_goes_to_every_frame_and_stays_so_until_unlocked(bench: Any, mouse: Any) -> None:
    desk, rows = bench.desk, bench.rows()
    bench.fitting.usual_size()
    bench.settle()
    bench.fitting.toggle_lock()
    bench.settle()
    assert bench.fitting.is_locked
    assert "one size" in bench.sides.panes["top"].title
    sizes = [box.size for box in desk.track_boxes]
    assert len(sizes) == 3
    assert sizes == [bench.box.size] * 3
    for box in desk.track_boxes:  # about the sides that the sensor saw
        faces = bench.faces(box.moved(shifted(box, desk.index - box.frame)))
        np.testing.assert_allclose(faces[[3, 4, 5]], [2.3, 1.1, 0.7], atol=1e-9)
    assert [box.is_keyframe for box in desk.track_boxes] == [True, False, True]

    locked = bench.rows()
    desk.go_to(2)
    bench.qtbot.waitUntil(lambda: desk.view is not None and desk.view.index == 2)
    bench.settle()
    pane = bench.sides.panes["rear"]
    mouse.drag(pane, pane.place_of(0, 1), pane.place_of(0, 1) + QPointF(0, -10))
    bench.settle()
    tall = bench.box.size
    assert tall[2] > sizes[0][2]
    bench.qtbot.waitUntil(lambda: [box.size for box in desk.track_boxes] == [tall] * 3)
    assert desk.tracks["car"].locked_size == tall
    desk.nudge(dl=0.05)
    bench.settle()
    bench.qtbot.waitUntil(lambda: len({box.size for box in desk.track_boxes}) == 1)
    assert desk.track_boxes[0].size[0] == pytest.approx(tall[0] + 0.05)
    bench.undo()
    bench.undo()
    assert bench.rows() == locked

    bench.fitting.toggle_lock()
    bench.settle()
    assert not bench.fitting.is_locked
    assert bench.sides.panes["top"].title == "From above"
    desk.nudge(dl=0.05)
    bench.settle()
    assert len({box.size for box in desk.track_boxes}) == 2
    for _ in range(4):
        bench.undo()
    assert bench.rows() == rows


def shifted(box: Any, frames: int) -> Any:
    """The pose of a box as if the vehicle had driven on by some frames."""
    pose = box.world_SE3_box
    return type(pose)("world", "box", pose.rotation, pose.translation + np.array([frames, 0.0, 0.0]))
