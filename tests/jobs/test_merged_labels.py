"""Labels of a drive that its one cloud begins with: one box for each thing that stands still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lidar_label.jobs.merged import standing_labels
from lidar_label.model import SE3, Box, Labels, Track

TIMES = [n * 100_000_000 for n in range(8)]


def at(track: Track, frame: int, x: float, y: float = 3.0) -> Box:
    pose = SE3("world", "box", (1, 0, 0, 0), (x, y, 0.8))
    return Box(track=track.token, frame=frame, size=(4.5, 1.8, 1.6), world_SE3_box=pose, num_lidar_pts=40)


def test_what_stands_has_one_box_in_the_middle_of_its_own_and_what_moves_has_none() -> None:
    parked, driving, once = (Track(category="car", name=name) for name in ("parked", "driving", "once"))
    random = np.random.default_rng(2)
    boxes = [at(parked, frame, 20 + random.uniform(-0.05, 0.05)) for frame in range(1, 8)]
    boxes += [at(driving, frame, 5.0 * frame) for frame in range(8)]
    boxes.append(at(once, 3, 50.0))
    found = standing_labels(Labels([parked, driving, once], boxes), TIMES)
    assert [track.name for track in found.tracks] == ["parked"]
    (box,) = found.boxes()
    assert box.frame == 0
    assert box.is_keyframe
    assert box.num_lidar_pts is None, "the cloud has other points in it than one sweep"
    assert box.center.tolist() == pytest.approx([20.0, 3.0, 0.8], abs=0.06)


def test_no_labels_stay_none(small_drive: Callable[..., Any]) -> None:
    drive = small_drive("bare", frames=3)
    assert len(standing_labels(Labels(), TIMES)) == 0
    first = next(drive.labels.boxes())
    still = [replace(box, world_SE3_box=first.world_SE3_box) for box in drive.labels.boxes()]
    assert len(standing_labels(Labels(drive.labels.tracks, still), TIMES)) == 1
