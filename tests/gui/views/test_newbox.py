"""A box from a rectangle on the ground, and the colours that help to see where to draw it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lidar_label.gui.views import colors
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.newbox import box_from_rectangle, ground_at, usual_size
from lidar_label.model import SE3, Category, Taxonomy

POSE = SE3.from_yaw("world", "ego", 0.5, (1000.0, -500.0, 20.0))
USUAL = (4.5, 1.9, 1.6)


def street(ground: float = -1.8) -> np.ndarray:
    """A level ground with the shell of a car of 4.2 x 1.8 x 1.45 m about (10, 2)."""
    random = np.random.default_rng(0)
    plane = np.column_stack([random.uniform(-30, 30, (20000, 2)), random.normal(ground, 0.02, 20000)])
    car = random.uniform((7.9, 1.1, ground), (12.1, 2.9, ground + 1.45), (900, 3))
    return np.vstack([plane, car]).astype(np.float32)


def test_height_and_floor_come_from_the_points() -> None:
    pose, size = box_from_rectangle(street(), (7.8, 1.0), (12.2, 3.0), POSE, USUAL, -1.8)
    assert size[:2] == pytest.approx((4.4, 2.0))
    assert size[2] == pytest.approx(1.47, abs=0.06)
    center = POSE.inverse.apply(pose.translation[None])[0]
    np.testing.assert_allclose(center[:2], (10, 2), atol=1e-9)
    assert center[2] - size[2] / 2 == pytest.approx(-1.8, abs=0.06)
    assert pose.yaw == pytest.approx(POSE.yaw)


def test_the_longer_side_is_the_length() -> None:
    pose, size = box_from_rectangle(street(), (7.8, -2.0), (9.6, 2.6), POSE, USUAL, -1.8)
    assert size[:2] == pytest.approx((4.6, 1.8))
    assert pose.yaw == pytest.approx(POSE.yaw + math.pi / 2)


def test_a_click_gives_the_usual_size_and_an_empty_place_the_usual_height() -> None:
    _, size = box_from_rectangle(street(), (-15.0, 3.0), (-15.01, 3.0), POSE, USUAL, -1.8)
    assert size == USUAL
    pose, size = box_from_rectangle(np.empty((0, 3), np.float32), (3, 3), (6, 5), POSE, USUAL, -1.7)
    assert size == pytest.approx((3, 2, 1.6))
    assert POSE.inverse.apply(pose.translation[None])[0, 2] == pytest.approx(-1.7 + 0.8)


def test_a_roof_over_the_street_does_not_make_the_box_tall() -> None:
    roof = np.random.default_rng(1).uniform((5, 0, 5), (15, 5, 5.2), (500, 3)).astype(np.float32)
    _, size = box_from_rectangle(np.vstack([street(), roof]), (7.8, 1.0), (12.2, 3.0), POSE, USUAL, -1.8)
    assert size[2] == pytest.approx(1.47, abs=0.06)


def test_the_ground_follows_a_slope() -> None:
    xyz = street().copy()
    xyz[:, 2] += 0.05 * xyz[:, 0]
    assert ground_at(xyz, 20, -10, -1.8, 1.0) == pytest.approx(-0.8, abs=0.1)
    assert ground_at(xyz, 500, 500, -1.8) == -1.8


def test_usual_sizes_come_from_the_taxonomy() -> None:
    taxonomy = Taxonomy([Category(name="bus", size=(12, 3, 3.2)), Category(name="thing")])
    assert usual_size(taxonomy, "bus") == (12, 3, 3.2)
    assert usual_size(taxonomy, "thing") == usual_size(taxonomy, "unknown") == (4.5, 1.9, 1.6)


def test_tables_grow_lighter_step_by_step() -> None:
    for table in (colors.HEIGHTS, colors.INTENSITIES, colors.SHADES):
        assert table.shape == (256, 3)
        light = (table / 255.0) @ (0.2126, 0.7152, 0.0722)
        assert (np.diff(light) > -0.01).all()
        assert light[-1] > light[0] + 0.2


def test_height_is_counted_from_the_ground() -> None:
    xyz = street()
    ground = colors.ground_height(xyz)
    assert ground == pytest.approx(-1.82, abs=0.05)
    painted = colors.by_height(xyz, ground)
    assert painted.shape == (len(xyz), 4)
    flat = painted[:20000]
    assert (np.ptp(flat[:, :3].astype(int), axis=0) < 25).all()  # the ground is of one colour
    assert painted[20000:, 1].max() > flat[:, 1].max() + 30
    assert colors.by_height(xyz[:0], 0.0).shape == (0, 4)
    assert colors.ground_height(xyz[:0]) == 0.0


def test_points_take_the_colour_of_their_box() -> None:
    from lidar_label.model import Box

    box = Box(track="t", frame=0, world_SE3_box=SE3.from_yaw("world", "box", 0.0, (10, 2, -1.0)), size=(4.4, 2, 1.3))
    arrays = BoxArrays.of([box], SE3.identity("ego", "world"))
    others = colors.by_height(street(), -1.8, colors.SHADES)
    painted, inside = colors.by_box(street(), arrays, np.array([[1, 2, 250]], np.uint8), others)
    own = (painted[:, :3] == (1, 2, 250)).all(axis=1)
    assert (own == inside).all()
    assert own[20000:].mean() > 0.7
    assert own[:20000].mean() < 0.01


@pytest.mark.parametrize("values", [np.array([3, 3, 3], np.uint8), np.array([np.nan, 0.2, 0.9]), np.array([np.nan])])
def test_any_intensities_can_be_coloured(values: np.ndarray) -> None:
    assert colors.by_intensity(values).shape == (len(values), 4)


@pytest.mark.parametrize(("metres", "bar"), [(0.9, 0.5), (1.0, 1.0), (7.3, 5.0), (49.0, 20.0), (100.0, 100.0)])
def test_the_scale_bar_has_a_round_length(metres: float, bar: float) -> None:
    from lidar_label.gui.views.top_paint import round_length

    assert round_length(metres) == pytest.approx(bar)
