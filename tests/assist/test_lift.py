"""Marks in pictures lifted to boxes: made-up objects on a made-up street, seen by one LiDAR and by cameras."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lidar_label.assist.ground import find_ground
from lidar_label.assist.lift import CannotFit, Eye, Lifted, LiftView, Mark, lift
from lidar_label.assist.lift_back import shown_in
from lidar_label.assist.lift_road import road_polygon
from lidar_label.errors import InvalidValue
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Box, Pinhole
from lidar_label.model.outline import outline
from tests.assist.test_fit import CAR, GROUND, ORIGIN, WALKER, shell, street

AHEAD = SE3("camera", "ego", (0.5, 0.5, -0.5, 0.5), (0, 0, 0))
LENS = Pinhole(width=1600, height=800, fx=800.0, fy=800.0, cx=800.0, cy=400.0)
BENT = Pinhole(width=1600, height=800, fx=800.0, fy=800.0, cx=800.0, cy=400.0, distortion=(-0.25, 0.06, 0.0, 0.0))
EYE = Eye(LENS, AHEAD)
SIZE = (4.2, 1.75, 1.5)
Row = tuple[float, float, float]


def pose(x: float, y: float, yaw: float, size: Row = SIZE) -> SE3:
    return SE3.from_yaw("ego", "box", yaw, (x, y, GROUND + size[2] / 2))


def mark(place: Row, size: Row = SIZE, eye: Eye = EYE) -> Mark:
    found = outline(eye.camera, eye.camera_SE3_ego @ pose(*place, size), size)
    assert found is not None
    return Mark.of_rect(eye, found.rect)


def iou(found: Lifted, place: Row, size: Row = SIZE) -> float:
    truth = np.array([[*pose(*place, size).translation, *size, place[2]]])
    return float(iou_of_pairs(found.row[None], truth, "3d")[0])


def view(*things: np.ndarray) -> LiftView:
    return LiftView.of(street(*things), [ORIGIN])


def test_a_car_and_a_walker_by_each_kind_of_mark() -> None:
    car, walker = (14.0, 3.0, 0.3), (11.0, -4.0, 0.0)
    seen = view(shell(*car, SIZE), shell(*walker, (0.6, 0.6, 1.8)))
    for lens in (LENS, BENT):
        drawn = mark(car, eye=Eye(lens, AHEAD))
        found = lift(seen, [drawn], CAR, headings=(0.3,))
        assert iou(found, car) > 0.75
        assert found.size[2] == pytest.approx(1.5, abs=0.12)
        assert not found.ambiguous
        assert 0.3 < found.score <= 1.0
    assert iou(lift(seen, [mark(walker, (0.6, 0.6, 1.8))], WALKER), walker, (0.6, 0.6, 1.8)) > 0.5
    whole = outline(LENS, AHEAD @ pose(*car), SIZE)
    assert whole is not None
    assert iou(lift(seen, [Mark.of_polygon(EYE, whole.polygon)], CAR, headings=(0.3,)), car) > 0.7
    mask = np.zeros((LENS.height, LENS.width), bool)
    left, top, right, bottom = (round(v) for v in whole.rect)
    mask[top:bottom, left:right] = True
    assert iou(lift(seen, [Mark.of_mask(EYE, mask)], CAR, headings=(0.3,)), car) > 0.7


def test_what_stands_before_and_behind_is_not_meant() -> None:
    car = (20.0, 2.0, 0.1)
    pole, wall = shell(10.0, 1.2, 0.0, (0.15, 0.15, 3.0)), shell(32.0, 4.0, math.pi / 2, (16.0, 0.4, 4.0))
    found = lift(view(pole, shell(*car, SIZE), wall), [mark(car)], CAR, headings=(0.1,))
    assert iou(found, car) > 0.6


def test_two_objects_that_explain_a_mark_alike_are_both_told_of() -> None:
    near, far = (14.0, 0.8, 0.0), (15.5, -0.8, 0.0)
    drawn = Mark.of_rect(EYE, (700.0, 380.0, 900.0, 500.0))  # about both, on neither
    found = lift(view(shell(*near, WALKER), shell(*far, WALKER)), [drawn], WALKER)
    others = [found, *found.others]
    assert found.ambiguous
    assert {float(one.pose.translation[1]) > 0 for one in others} == {True, False}


def test_marks_of_two_cameras_are_one_object() -> None:
    car = (9.0, 5.0, 0.7)
    left = Eye(LENS, AHEAD @ SE3.from_yaw("ego", "ego", -1.0, (0, 0, 0)))
    seen = view(shell(*car, SIZE))
    both = lift(seen, [mark(car), mark(car, eye=left)], CAR, headings=(0.7,))
    assert iou(both, car) > 0.75


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Mark.of_rect(EYE, (2000, 10, 2100, 90)), "outside of the picture"),
        (lambda: Mark.of_rect(EYE, (10, 10, 11, 90)), "smaller than 2 pixels"),
        (lambda: Mark.of_rect(EYE, (10, 10, math.nan, 90)), "not finite"),
        (lambda: Mark.of_rect(EYE, (10, 10, 90)), "four numbers"),
        (lambda: Mark.of_polygon(EYE, [(1, 2), (3, 4)]), "3 to 20000 corners"),
        (lambda: Mark.of_polygon(EYE, "abc"), "pairs of numbers"),
        (lambda: Mark.of_mask(EYE, np.ones((4, 4), bool)), "1600 x 800"),
        (lambda: Mark.of_mask(EYE, np.zeros((800, 1600), bool)), "is empty"),
    ],
)
def test_marks_that_are_none(make: object, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        make()  # type: ignore[operator]


def test_why_a_mark_cannot_be_lifted() -> None:
    seen = view(shell(14.0, 3.0, 0.3, SIZE))
    for rect, reason in (((700, 10, 760, 60), "no-points"), ((900, 500, 1000, 560), "ground")):
        with pytest.raises(CannotFit) as caught:
            lift(seen, [Mark.of_rect(EYE, rect)], CAR)
        assert caught.value.reason == reason
    with pytest.raises(CannotFit):
        lift(LiftView.of(np.full((9, 3), np.nan, np.float32), [ORIGIN]), [mark((14.0, 3.0, 0.3))], CAR)


def test_back_again_with_what_hides_behind_others() -> None:
    boxes = [
        Box(track=name, frame=0, size=SIZE, world_SE3_box=SE3.from_yaw("world", "box", 0.0, (x, y, -0.9)))
        for name, x, y in (("a", 12.0, 0.0), ("b", 22.0, 0.0), ("c", 20.0, 8.0), ("gone", -9.0, 0.0))
    ]
    camera_SE3_world = AHEAD @ SE3.identity("ego", "world")
    shown = shown_in(LENS, camera_SE3_world, boxes)
    assert [one.index for one in shown] == [0, 1, 2]
    assert shown[0].occluded == shown[2].occluded == 0.0
    assert 0.4 < shown[1].occluded < 1.0  # its roof is seen over the other
    assert all(one.outline.truncated == pytest.approx(0.0) for one in shown)


def test_a_polygon_on_the_road() -> None:
    xyz = street(slope=0.05)
    surface = find_ground(xyz, [ORIGIN]).surface
    corners = np.array([(8.0, -2.0), (8.0, 2.0), (16.0, 2.5), (16.0, -2.5)])
    truth = np.column_stack([corners, GROUND + 0.05 * corners[:, 0]])
    uv, _ = LENS.project(AHEAD.apply(truth))
    found = road_polygon(surface, EYE, uv)
    np.testing.assert_allclose(found, truth, atol=0.25)
    finer = road_polygon(surface, EYE, uv, pieces=4)
    assert len(finer) == 16
    np.testing.assert_allclose(finer[:, 2], GROUND + 0.05 * finer[:, 0], atol=0.05)
    with pytest.raises(InvalidValue, match="no ground that the LiDAR saw"):
        road_polygon(surface, EYE, [(800, 100), (900, 500), (700, 500)])
    with pytest.raises(InvalidValue, match="3 corners or more"):
        road_polygon(surface, EYE, [(800, 100), (900, 500)])
