"""Boxes fitted to points: made-up objects on made-up ground, as one sensor sees them; and two real drives."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lidar_label.assist.fit import CannotFit, Fit, fit_click
from lidar_label.assist.fit_ground import ground_about
from lidar_label.assist.fit_inside import fit_inside
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3

CAR, WALKER, LORRY = (4.6, 1.9, 1.7), (0.7, 0.7, 1.75), (7.0, 2.5, 3.0)
ORIGIN = (0.0, 0.0, 0.0)
GROUND = -1.7
Size = tuple[float, float, float]


def shell(x: float, y: float, yaw: float, size: Size, *, spacing: float = 0.08, ground: float = GROUND) -> np.ndarray:
    """The sides of an object that face the sensor at the origin, and its top if that is lower than the sensor."""
    pose = SE3.from_yaw("ego", "box", yaw, (x, y, ground + size[2] / 2))
    half = np.array(size) / 2
    sensor = pose.inverse.apply([ORIGIN])[0]
    random = np.random.default_rng(3)
    faces = []
    for axis in range(3):
        if abs(sensor[axis]) <= half[axis]:
            continue
        others = [other for other in range(3) if other != axis]
        count = int(4 * half[others[0]] * half[others[1]] / spacing**2) + 8
        face = random.uniform(-half, half, (count, 3))
        face[:, axis] = math.copysign(half[axis], sensor[axis])
        faces.append(face)
    local = np.vstack(faces) + random.normal(0, 0.01, (sum(map(len, faces)), 3))
    seen: np.ndarray = pose.apply(local).astype(np.float32)
    return seen


def street(*things: np.ndarray, slope: float = 0.0) -> np.ndarray:
    random = np.random.default_rng(0)
    plane = np.column_stack([random.uniform(-40, 40, (24000, 2)), random.normal(GROUND, 0.02, 24000)])
    for thing in things:  # no ray went through it
        turn, away = np.arctan2(thing[:, 1], thing[:, 0]), np.hypot(thing[:, 0], thing[:, 1])
        hidden = (np.arctan2(plane[:, 1], plane[:, 0]) > turn.min()) & (
            np.arctan2(plane[:, 1], plane[:, 0]) < turn.max()
        )
        plane[hidden & (np.hypot(plane[:, 0], plane[:, 1]) > away.min())] = np.nan
    xyz = np.vstack([plane, *things]).astype(np.float32)
    xyz[:, 2] += np.float32(slope) * xyz[:, 0]
    return xyz


def overlap(fit: Fit, x: float, y: float, yaw: float, size: Size) -> float:
    found = np.array([[*fit.pose.translation, *fit.size, fit.pose.yaw]])
    return float(iou_of_pairs(found, np.array([[x, y, GROUND + size[2] / 2, *size, yaw]]), "bev")[0])


@pytest.mark.parametrize("yaw", [0.0, 0.4, 1.2, -0.7, 2.5])
@pytest.mark.parametrize(("x", "y"), [(12.0, 4.0), (-9.0, -6.0), (25.0, -1.0)])
def test_a_click_on_a_car(x: float, y: float, yaw: float) -> None:
    size = (4.3, 1.8, 1.5)
    car = shell(x, y, yaw, size)
    fit = fit_click(street(car), car[0], ORIGIN, CAR, headings=(yaw + 0.05,))
    assert overlap(fit, x, y, yaw, size) > 0.75
    assert math.cos(fit.pose.yaw - yaw) > 0.99
    bottom = fit.pose.translation[2] - fit.size[2] / 2
    assert bottom == pytest.approx(GROUND, abs=0.08)
    assert fit.size[2] == pytest.approx(1.5, abs=0.1)
    assert 0 < fit.score <= 1


@pytest.mark.parametrize(
    ("usual", "size", "least"), [(WALKER, (0.7, 0.65, 1.8), 0.4), (LORRY, (9.5, 2.5, 3.4), 0.7), (CAR, CAR, 0.8)]
)
def test_walkers_and_lorries(usual: Size, size: Size, least: float) -> None:
    thing = shell(14.0, 5.0, 0.3, size)
    fit = fit_click(street(thing), thing[5], ORIGIN, usual, headings=(0.3,))
    assert overlap(fit, 14.0, 5.0, 0.3, size) > least
    taken = set(fit.indices.tolist())
    assert taken <= set(range(24000, 24000 + len(thing)))
    assert len(taken) > 0.6 * len(thing)


def test_what_is_hidden_is_completed_away_from_the_sensor() -> None:
    rear = shell(15.0, 0.0, 0.0, (4.4, 1.8, 1.5))
    rear = rear[rear[:, 0] < 13.0]  # of a car straight ahead the rear alone
    fit = fit_click(street(rear), rear[0], ORIGIN, CAR)
    assert fit.size[0] == pytest.approx(CAR[0], abs=0.1)
    assert overlap(fit, 15.0, 0.0, 0.0, (4.4, 1.8, 1.5)) > 0.8


def test_two_cars_side_by_side_stay_two() -> None:
    one, other = shell(10.0, 3.0, 0.0, (4.4, 1.8, 1.5)), shell(10.0, 5.6, 0.0, (4.4, 1.8, 1.5))
    fit = fit_click(street(one, other), one[0], ORIGIN, CAR)
    assert overlap(fit, 10.0, 3.0, 0.0, (4.4, 1.8, 1.5)) > 0.7


def test_a_slope_and_a_place_without_a_height() -> None:
    car = shell(12.0, 4.0, 0.4, (4.3, 1.8, 1.5))
    xyz = street(car, slope=0.08)
    fit = fit_click(xyz, (*car[0, :2], math.nan), ORIGIN, CAR, headings=(0.4,))
    assert overlap(fit, 12.0, 4.0, 0.4, (4.3, 1.8, 1.5)) > 0.75
    assert fit.pose.translation[2] - fit.size[2] / 2 == pytest.approx(GROUND + 0.08 * 12, abs=0.15)
    floor = ground_about(xyz, (12.0, 4.0), 8.0)
    assert floor.along_x == pytest.approx(0.08, abs=0.01)


@pytest.mark.parametrize(
    ("xyz", "reason"),
    [
        (np.empty((0, 3), np.float32), "no-points"),
        (np.full((50, 3), np.nan, np.float32), "no-points"),
        (street(), "ground"),
        (street(np.array([[10, 0, -1], [10, 0.1, -1]], np.float32)), "few"),
        (street(shell(25.0, 20.0, 0.0, CAR)), "ground"),
    ],
)
def test_why_nothing_can_be_fitted(xyz: np.ndarray, reason: str) -> None:
    with pytest.raises(CannotFit) as caught:
        fit_click(xyz, (10.0, 0.0, GROUND + (0.7 if reason == "few" else 0.0)), ORIGIN, CAR)
    assert caught.value.reason == reason


def test_points_that_are_not_finite_change_nothing() -> None:
    car = shell(12.0, 4.0, 0.4, (4.3, 1.8, 1.5))
    clean = street(car)
    broken = np.vstack([clean, np.full((9, 3), np.nan, np.float32), np.full((3, 3), np.inf, np.float32)])
    one, other = fit_click(clean, car[0], ORIGIN, CAR), fit_click(broken, car[0], ORIGIN, CAR)
    assert one.size == other.size
    np.testing.assert_array_equal(one.indices, other.indices)
    np.testing.assert_array_equal(one.pose.translation, other.pose.translation)


@pytest.mark.parametrize("yaw", [0.0, 0.35, -0.5, 1.4])
def test_a_rectangle_around_it_turns_as_the_points_do(yaw: float) -> None:
    size = (4.4, 1.85, 1.5)
    car = shell(12.0, 4.0, yaw, size)
    corners = SE3.from_yaw("ego", "box", yaw, (12, 4, 0)).apply(
        np.array([[1, 1, 0], [1, -1, 0], [-1, 1, 0], [-1, -1, 0]]) * np.array(size) / 2
    )
    low, high = corners[:, :2].min(axis=0) - 0.1, corners[:, :2].max(axis=0) + 0.1
    fit = fit_inside(street(car), tuple(low), tuple(high), ORIGIN, CAR, headings=(0.0,))
    assert overlap(fit, 12.0, 4.0, yaw, size) > 0.8
    assert abs(math.sin(fit.pose.yaw - yaw)) < math.sin(math.radians(3))


def test_a_rectangle_over_bare_ground_tells_nothing() -> None:
    with pytest.raises(CannotFit):
        fit_inside(street(), (3, 3), (7, 5), ORIGIN, CAR)


def test_cars_of_a_real_frame_are_made_by_one_click(shared_data: Path) -> None:
    from lidar_label.datasets import open_dataset
    from lidar_label.datasets.kitti.labels import read_object_labels

    drive = shared_data / "kitti_raw/2011_09_26/2011_09_26_drive_0052_sync"
    dataset = open_dataset(drive)
    xyz = dataset.scene(dataset.scene_names[0]).frames[0].sweep().points().xyz
    labels = read_object_labels(drive / "object_label_2/001497.txt", drive / "object_calib/001497.txt")
    overlaps = []
    for label in labels:
        inside = (np.abs(label.velo_SE3_box.inverse.apply(xyz)) <= np.array(label.size) / 2).all(axis=1)
        if label.kind not in ("Car", "Van") or inside.sum() < 20:
            continue
        middle = np.median(xyz[inside], axis=0)
        place = xyz[inside][np.argmin(np.linalg.norm(xyz[inside] - middle, axis=1))]
        fit = fit_click(xyz, place, ORIGIN, CAR, headings=(0.0,))
        found = np.array([*fit.pose.translation, *fit.size, fit.pose.yaw])
        truth = np.array([*label.velo_SE3_box.translation, *label.size, label.velo_SE3_box.yaw])
        overlaps.append(float(iou_of_pairs(found[None], truth[None], "bev")[0]))
    assert len(overlaps) == 7
    assert sum(overlap > 0.7 for overlap in overlaps) >= 6, overlaps
