"""What an object of a category usually measures is learnt from those that were measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lidar_label.assist.fit import fit_click
from lidar_label.assist.usual_size import learnt_size
from lidar_label.datasets import open_dataset
from lidar_label.kernels.rotated_iou import iou_of_pairs

pytestmark = pytest.mark.one_numpy

SIDE = st.floats(0.1, 30.0)
SIZE = st.tuples(SIDE, SIDE, SIDE)


@given(usual=SIZE, measured=st.lists(SIZE, max_size=30))
def test_it_lies_between_what_was_told_and_what_was_measured(
    usual: tuple[float, float, float], measured: list[tuple[float, float, float]]
) -> None:
    learnt = learnt_size(usual, measured)
    rows = np.array([usual, *measured])
    assert (np.array(learnt) >= rows.min(axis=0) * (1 - 1e-9)).all()
    assert (np.array(learnt) <= rows.max(axis=0) * (1 + 1e-9)).all()
    assert learnt_size(usual, measured[::-1]) == pytest.approx(learnt)


def test_without_any_it_is_as_told() -> None:
    assert learnt_size((4.6, 1.9, 1.7), []) == (4.6, 1.9, 1.7)


def test_few_move_it_and_many_replace_it() -> None:
    usual, small = (4.6, 1.9, 1.7), (3.6, 1.6, 1.5)
    off = [abs(learnt_size(usual, [small] * count)[0] - small[0]) for count in (1, 4, 16, 400)]
    assert off == sorted(off, reverse=True)
    assert off[0] > 0.5
    assert off[-1] < 0.02


def test_small_cars_of_a_real_frame_are_boxed_better_once_others_are_measured(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "kitti_object_reduced")
    (name,) = dataset.scene_names
    scene, labels = dataset.scene(name), dataset.labels(name)
    frame = scene.frames[0]
    world_SE3_lidar, xyz = frame.sweep().world_SE3_sensor, frame.sweep().points().xyz
    measured: list[tuple[float, float, float]] = []
    overlaps = []
    for box in labels.in_frame(0):
        pose = world_SE3_lidar.inverse @ box.world_SE3_box
        inside = np.flatnonzero((np.abs(pose.inverse.apply(xyz)) <= np.array(box.size) / 2).all(axis=1))
        if len(inside) < 20 or box.size[0] < 2:
            continue
        place = xyz[np.random.default_rng(len(inside)).choice(inside)]
        truth = np.array([[*pose.translation, *box.size, pose.yaw]])
        for others in ([], measured):
            fit = fit_click(xyz, place, (0.0, 0.0, 0.0), learnt_size((4.6, 1.9, 1.7), others), headings=(0.0,))
            row = np.array([[*fit.pose.translation, *fit.size, fit.pose.yaw]])
            overlaps.append(float(iou_of_pairs(row, truth, "bev")[0]))
        measured.append(box.size)
    assert len(measured) >= 5
    assert np.mean(overlaps[1::2]) > np.mean(overlaps[::2]) + 0.03, overlaps
