"""A parked car gets one box for all frames with one key, and headings that are the wrong way round are turned."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import Qt

from lidar_label.gui import edits
from lidar_label.gui.nudge import nudged
from lidar_label.model import SE3, Box
from tests.gui.carrying.conftest import ALT, CAR, CTRL, FRAMES, PARKED, SHIFT, Loop, car_pose

Key = Qt.Key


def test_what_stands_has_one_box_in_all_frames(loop: Loop) -> None:
    began = loop.rows()
    loop.desk.select("p")
    loop.settle()
    loop.press(Key.Key_G, SHIFT)
    made = loop.stored("p")
    assert list(made) == list(range(FRAMES))
    assert max(float(np.linalg.norm(box.center - PARKED.translation)) for box in made.values()) < 0.01
    assert len({box.size for box in made.values()}) == 1
    assert loop.undo_all() == 1
    assert loop.rows() == began
    assert not loop.failed


def test_what_moves_is_said_to_move(loop: Loop) -> None:
    began = loop.rows()
    box = Box(track="car", frame=5, world_SE3_box=car_pose(5), size=CAR)
    loop.desk.change_box(box, "a key")
    loop.settle()
    loop.press(Key.Key_G, SHIFT)
    assert any("moves: 4.0 m" in text for text in loop.failed)
    assert loop.undo_all() == 1
    assert loop.rows() == began


def test_headings_against_the_motion_are_turned(loop: Loop) -> None:
    boxes = [Box(track="car", frame=f, world_SE3_box=car_pose(f), size=CAR) for f in range(1, 8)]
    boxes = [nudged(box, dyaw=math.pi) if box.frame in (3, 4) else box for box in boxes]
    loop.desk.change_boxes(boxes, "by hand")
    loop.settle()
    loop.press(Key.Key_H, CTRL)
    assert max(abs(box.yaw) for box in loop.stored().values()) < 0.1
    assert "2" in loop.said[-1]
    loop.press(Key.Key_H, CTRL)
    assert loop.undo_all() == 2, "the second time there was nothing to turn"


def test_smoothing_takes_the_shake_from_what_the_machine_made(loop: Loop) -> None:
    loop.press(Key.Key_D, ALT)
    shake = np.random.default_rng(0).normal(0.0, 0.15, (len(loop.stored()), 2))
    shaken = []
    for box, (dx, dy) in zip(loop.stored().values(), shake, strict=True):
        moved = nudged(box, dx=dx, dy=dy)
        shaken.append(box if box.is_keyframe else replace(moved, is_keyframe=False, source=box.source, score=0.9))
    before = float(np.mean([off(box) for box in shaken]))
    loop.desk.do(edits.put_boxes(loop.desk.scene_token, shaken, "shake"))
    loop.settle()
    loop.press(Key.Key_G, ALT)
    assert float(np.mean([off(box) for box in loop.stored().values()])) < 0.8 * before
    assert [box.is_keyframe for box in loop.stored().values()][:2] == [True, False]
    assert loop.undo_all() == 3


def test_a_car_is_interpolated_along_its_bend(loop: Loop) -> None:
    """Straight lines between the key frames would cut the bend by 20 cm."""
    around = {f: SE3.from_yaw("world", "box", f / 20, (104 + 20 * math.sin(f / 20), 76 - 20 * math.cos(f / 20), 0.75))
              for f in range(FRAMES)}  # fmt: skip
    keys = [Box(track="car", frame=f, world_SE3_box=around[f], size=CAR) for f in (0, 6, 11)]
    loop.desk.change_boxes(keys, "keys")
    loop.settle()
    loop.press(Key.Key_G)
    made = loop.stored()
    assert list(made) == list(range(FRAMES))
    assert max(float(np.linalg.norm(box.center - around[f].translation)) for f, box in made.items()) < 0.12
    assert loop.undo_all() == 2


def off(box: Box) -> float:
    """How far a box is from where the car is, metres."""
    return float(np.linalg.norm(box.center - car_pose(box.frame).translation))
