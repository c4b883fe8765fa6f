"""The ground of clouds: hills, kerbs, bridges, storeys, reflections, far places, bad points."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lidar_label.assist.ground import find_ground

pytestmark = pytest.mark.one_numpy

Points = NDArray[Any]


def land(x: Points, y: Points) -> Points:
    """Climb at 12 %, roll, and step up by 15 cm at a kerb."""
    return 0.12 * x + 0.6 * np.sin(y / 9.0) - 1.9 + np.where(y > 7.0, 0.15, 0.0)


def scene(seed: int = 0) -> tuple[Points, Points]:
    """Return points about a sensor in the origin, and which are ground."""
    rng = np.random.default_rng(seed)
    away, turn = 3.0 + 45.0 * rng.random(40_000) ** 2, rng.uniform(-np.pi, np.pi, 40_000)
    x, y = away * np.cos(turn), away * np.sin(turn)
    ground = np.column_stack([x, y, land(x, y) + rng.normal(0, 0.01, len(x))])
    things = []
    for cx, cy, length, width, height in ((8, 3, 4.4, 1.8, 1.5), (-12, -4, 4.4, 1.8, 1.5), (15, 9, 0.6, 0.6, 1.8)):
        spots = rng.uniform(-0.5, 0.5, (1500, 2)) * (length, width)
        side = np.abs(spots / (length, width)).max(axis=1) > 0.45  # a shell, and so its bottom is not seen
        spots = spots[side] + (cx, cy)
        things.append(np.column_stack([spots, land(*spots.T) + rng.uniform(0.25, height, len(spots))]))
    wall_x = rng.uniform(-20, 20, 6000)
    wall_y = np.full(6000, -9.3)
    things.append(np.column_stack([wall_x, wall_y, land(wall_x, wall_y) + rng.uniform(0.15, 5, 6000)]))
    bridge = rng.uniform((18, -10), (26, 10), (5000, 2))
    things.append(np.column_stack([bridge, np.full(5000, 6.5)]))
    mirrored = ground[:150] - (0, 0, 1.0)
    is_ground = np.zeros(len(ground) + sum(map(len, things)) + len(mirrored), np.bool_)
    is_ground[: len(ground)] = True
    return np.concatenate([ground, *things, mirrored]), is_ground


def f1(mask: Points, truth: Points) -> float:
    return float(2 * (mask & truth).sum() / (mask.sum() + truth.sum()))


def test_hills_kerbs_walls_bridges_and_reflections() -> None:
    points, truth = scene()
    found = find_ground(points.astype(np.float32), [(0, 0, 0)])
    assert f1(found.mask, truth) > 0.99
    assert f1(find_ground(points.astype(np.float32)).mask, truth) > 0.985  # nobody said where the sensor was
    assert not found.mask[-150:].any()  # under the ground
    spots = np.array([(5.0, 2.0), (-10.0, 5.0), (12.0, -3.0), (3.0, 12.0)])
    np.testing.assert_allclose(found.surface.height(spots), land(*spots.T), atol=0.06)
    assert np.isnan(found.surface.height((500.0, 0.0)))
    assert np.isnan(found.surface.at(np.nan, 0.0))
    np.testing.assert_allclose(found.surface.over(points[truth][:3000]), 0.0, atol=0.2)
    up = found.surface.normal((-6.0, 0.0))
    assert up @ np.array([-0.12, -0.067, 1]) / np.linalg.norm([-0.12, -0.067, 1]) > np.cos(np.radians(3))


def test_a_hole_in_the_middle_of_an_object_is_filled() -> None:
    points, _ = scene()
    surface = find_ground(points.astype(np.float32), [(0, 0, 0)]).surface
    kept = (np.abs(points[:, 0] - 10) > 3) | (np.abs(points[:, 1]) > 3)
    again = find_ground(points[kept].astype(np.float32), [(0, 0, 0)]).surface
    assert abs(again.at(10.0, 0.0) - surface.at(10.0, 0.0)) < 0.4


def test_far_from_the_origin_and_merged_over_frames() -> None:
    points, truth = scene()
    far = np.array([512_000.0, 5_402_000.0, 310.0])
    here = find_ground(points, [(0, 0, 0), (4.0, 0.0, 0.5), (12.0, 0.0, 1.4)])
    there = find_ground(points + far, np.add(far, [(0, 0, 0), (4.0, 0.0, 0.5), (12.0, 0.0, 1.4)]))
    assert f1(there.mask, truth) > 0.99
    assert (here.mask != there.mask).mean() < 0.002  # the digits of float32 alone
    assert abs(there.surface.at(*(far[:2] + 5.0)) - far[2] - land(np.array(5.0), np.array(5.0))) < 0.08


def test_the_order_of_points_and_bad_ones_change_nothing() -> None:
    points, _ = scene()
    cloud = points.astype(np.float32)
    mask = find_ground(cloud, [(0, 0, 0)]).mask
    rng = np.random.default_rng(1)
    order = rng.permutation(len(cloud))
    bad = np.array([[np.nan, 0, 0], [0, np.inf, 0], [3, 3, -np.inf], [9e7, -9e7, 0], [np.nan] * 3], np.float32)
    mixed = find_ground(np.concatenate([cloud[order], bad]), [(0, 0, 0), (np.nan, 0, 0)]).mask
    assert np.array_equal(mixed[: len(cloud)], mask[order])
    assert not mixed[len(cloud) :].any()


@pytest.mark.parametrize("height", [0.4, 3.6])
def test_any_height_of_the_sensor(height: float) -> None:
    points, truth = scene()
    lifted = np.add(points, (0.0, 0.0, 1.9 - height)).astype(np.float32)
    assert f1(find_ground(lifted, [(0, 0, 0)]).mask, truth) > 0.985


def test_on_a_bridge_the_land_below_is_ground_and_does_not_pull_the_deck_down() -> None:
    rng = np.random.default_rng(2)
    deck = np.column_stack([rng.uniform((-40, -6), (40, 6), (20_000, 2)), rng.normal(-1.8, 0.01, 20_000)])
    low = np.column_stack([rng.uniform((-40, -40), (40, -9), (4000, 2)), rng.normal(-8.0, 0.01, 4000)])
    stands = low[:300] + np.column_stack([np.zeros((300, 2)), rng.uniform(1, 3, 300)])
    found = find_ground(np.concatenate([deck, low, stands]).astype(np.float32), [(0, 0, 0)])
    assert found.mask[:20_000].mean() > 0.99
    assert found.mask[20_000:24_000].mean() > 0.95
    assert not found.mask[24_000:].any()
    assert abs(found.surface.at(5.0, -5.0) + 1.8) < 0.03


def test_what_was_found_stays_when_other_clouds_are_looked_at_on_any_thread() -> None:
    whole = scene()[0]
    clouds = [(whole.astype(np.float32), (0.0, 0.0, 0.0)), (whole[::3] + 1e5, (1e5, 1e5, 1e5))]
    first = [find_ground(cloud, [origin]) for cloud, origin in clouds]
    masks = [found.mask.copy() for found in first]
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda n: find_ground(clouds[n % 2][0], [clouds[n % 2][1]]), range(12)))
    for n, found in enumerate(again):
        assert np.array_equal(found.mask, masks[n % 2])
        place = np.add(clouds[n % 2][1][:2], (5.0, 2.0))
        assert found.surface.at(*place) == first[n % 2].surface.at(*place)
    assert all(np.array_equal(found.mask, mask) for found, mask in zip(first, masks, strict=True))


def test_little_and_nothing() -> None:
    for points in (np.zeros((0, 3), np.float32), np.full((5, 3), np.nan), np.array([[4.0, 1.0, -1.0]])):
        for origins in (None, [(0.0, 0.0, 0.0)], np.zeros((0, 3))):
            found = find_ground(points, origins)
            assert found.mask.shape == (len(points),)
            assert found.surface.height(np.zeros((4, 2))).shape == (4,)
    with pytest.raises(ValueError, match="points"):
        find_ground(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="origins"):
        find_ground(np.zeros((3, 3)), np.zeros((3, 2)))
    with pytest.raises(ValueError, match="cell"):
        find_ground(np.zeros((3, 3)), cell=0.0)


def test_a_real_street(shared_data: Path) -> None:
    file = shared_data / "kitti_odometry_00" / "velodyne" / "000000.bin"
    cloud = np.fromfile(file, np.float32).reshape(-1, 4)[:, :3]
    found = find_ground(cloud, [(0, 0, 0)])
    near = np.hypot(cloud[:, 0], cloud[:, 1]) < 10
    road = near & (np.abs(cloud[:, 2] + 1.73) < 0.12)
    assert found.mask[road].mean() > 0.98
    assert not found.mask[near & (cloud[:, 2] > -1.2)].any()
