"""A click on a car far away: the frames before and after count where it stands, and not where it drives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lidar_label.assist.fit import fit_click
from lidar_label.assist.fit_merged import fit_click_merged
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3

pytestmark = pytest.mark.one_numpy

ORIGIN, CAR, SIZE = (0.0, 0.0, 0.0), (4.6, 1.9, 1.7), (4.2, 1.8, 1.5)
STEP_M = 1.5


def cloud(index: int, drives: float) -> np.ndarray:
    """What a vehicle that comes 1.5 m nearer a frame sees of a car, 30 m ahead in frame 0, and of the road."""
    random = np.random.default_rng(index)
    road = np.column_stack([random.uniform((10, -15), (50, 15), (9000, 2)), random.normal(-1.7, 0.01, 9000)])
    pose = SE3.from_yaw("ego", "box", 0.3, (30.0 - STEP_M * index + drives * index, 6.0, -0.95))
    parts = [road]
    for axis, count in ((0, 20), (1, 40)) if index else ((0, 10),):
        face = random.uniform(-0.5, 0.5, (count, 3)) * SIZE
        if not index:  # half of its rear, and nothing of its side
            face[:, 1] = np.abs(face[:, 1]) * 0.6
        face[:, axis] = -SIZE[axis] / 2
        parts.append(pose.apply(face))
    return np.vstack(parts).astype(np.float32)


def clicked(drives: float) -> tuple[float, float, int]:
    """Return the overlap by one frame, that by all, and how many those were."""
    others = [(cloud(n, drives), SE3.from_yaw("ego", "ego", 0.0, (STEP_M * n, 0.0, 0.0))) for n in (1, 2, 3, 4)]
    xyz = cloud(0, drives)
    place = (*xyz[9005, :2], math.nan)
    alone = fit_click(xyz, place, ORIGIN, CAR, headings=(0.25,))
    found = fit_click_merged(xyz, others, place, ORIGIN, CAR, headings=(0.25,))
    truth = np.array([[30.0, 6.0, -0.95, *SIZE, 0.3]])
    rows = [np.array([[*fit.pose.translation, *fit.size, fit.pose.yaw]]) for fit in (alone, found)]
    return (*(float(iou_of_pairs(row, truth, "bev")[0]) for row in rows), found.frames)


def test_a_car_that_stands_is_told_by_all_frames() -> None:
    before, after, frames = clicked(0.0)
    assert frames == 5
    assert after > before + 0.15


def test_a_car_that_drives_is_told_by_the_shown_frame_alone() -> None:
    before, after, frames = clicked(1.2)
    assert frames == 1
    assert after == before
