"""One click, one box: regions, and the cars of two real frames that nothing was tuned on."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lidar_label.assist.click import click_boxes, inside_polygon
from lidar_label.assist.fit import CannotFit, fit_click
from lidar_label.kernels.click_cells import gaps_from
from lidar_label.kernels.click_points import ground_plane
from lidar_label.kernels.rotated_iou import iou_of_pairs

pytestmark = pytest.mark.one_numpy

ORIGIN = (0.0, 0.0, 0.0)
CAR = (4.6, 1.9, 1.7)


def flat_ground(*, slope: float = 0.0) -> np.ndarray:
    random = np.random.default_rng(1)
    xyz = np.column_stack([random.uniform(-20, 20, (8000, 2)), random.normal(-1.7, 0.02, 8000)])
    xyz[:, 2] += slope * xyz[:, 0]
    return xyz.astype(np.float32)


def test_a_click_in_the_air_says_so() -> None:
    with pytest.raises(CannotFit) as caught:
        fit_click(flat_ground(), (3.0, 3.0, 5.0), ORIGIN, CAR)
    assert caught.value.reason == "no-points"


def test_the_ground_of_a_slope_lies_under_what_stands_on_it() -> None:
    plane = ground_plane(flat_ground(slope=0.1), np.arange(8000), 3.0, -2.0, 5.0)
    assert plane is not None
    assert plane == pytest.approx((0.1, 0.0, -1.4), abs=0.05)
    assert ground_plane(np.zeros((3, 3), np.float32), np.arange(3), 0.0, 0.0, 5.0) is None


def test_the_widest_gap_on_the_best_way() -> None:
    xyz = np.array([[0, 0, 0], [1, 0, 0], [3, 0, 0], [3.5, 0, 0], [3, 0, 10]], dtype=float)
    seeds = np.array([True, False, False, False, False])
    np.testing.assert_allclose(gaps_from(xyz, seeds, 0.35), (0, 1, 2, 2, 3.5))
    assert gaps_from(xyz[:0], seeds[:0], 0.35).shape == (0,)
    far = xyz + np.array([4e5, 5e6, 0])  # as large as coordinates of a map are
    np.testing.assert_allclose(gaps_from(far, seeds, 0.35), (0, 1, 2, 2, 3.5))


def test_a_polygon_of_any_shape() -> None:
    xyz = np.array([[1, 1, 0], [3, 1, 0], [1, 3, np.nan], [1, 2.5, 0], [9, 9, 0]], np.float32)
    corner = [(0, 0), (4, 0), (4, 2), (2, 2), (2, 4), (0, 4)]
    assert inside_polygon(xyz, corner).tolist() == [0, 1, 3]


def test_vehicles_of_frames_that_nothing_was_chosen_by(shared_data: Path) -> None:
    from lidar_label.datasets import open_dataset

    dataset = open_dataset(shared_data / "sustechpoints_example")
    name = dataset.scene_names[0]
    scene, labels = dataset.scene(name), dataset.labels(name)
    kinds = {track.token: track.category for track in labels.tracks}
    overlaps, drawn = [], []
    for frame in scene.frames:
        xyz = frame.sweep().points().xyz
        for box in labels.in_frame(frame.index):
            pose = frame.world_SE3_ego.inverse @ box.world_SE3_box
            inside = np.flatnonzero((np.abs(pose.inverse.apply(xyz)) <= np.array(box.size) / 2).all(axis=1))
            if kinds[box.track] not in ("Car", "Truck", "Bus") or len(inside) < 20:
                continue
            place = xyz[np.random.default_rng(len(inside)).choice(inside)]
            truth = np.array([*pose.translation, *box.size, pose.yaw])
            answers = click_boxes(xyz, place, ORIGIN, headings=(0.0,))
            overlaps.append(best(answers[:1], truth))
            if len(inside) > 1000:
                corners = np.array([[1, 1, 0], [1, -1, 0], [-1, -1, 0], [-1, 1, 0]]) * (np.array(box.size) / 2 + 0.3)
                region = inside_polygon(xyz, pose.apply(corners)[:, :2])
                drawn.append(best(click_boxes(xyz, place, ORIGIN, inside=region, headings=(0.0,))[:1], truth))
    assert len(overlaps) == 20
    assert np.mean(overlaps) > 0.78, overlaps
    assert np.mean(np.array(overlaps) > 0.7) >= 0.8, overlaps
    assert np.mean(drawn) > 0.65, drawn


def best(answers: tuple, truth: np.ndarray) -> float:  # type: ignore[type-arg]
    rows = np.array([[*a.pose.translation, *a.size, a.pose.yaw] for a in answers])
    assert all(math.isfinite(value) for value in rows.ravel())
    return float(iou_of_pairs(rows, np.repeat(truth[None], len(rows), axis=0), "bev").max())
