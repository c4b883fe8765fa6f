"""Merging frames: static things coincide, what moves is left out, and one frame is shown while the playhead moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lidar_label.gui.look import Span
from lidar_label.gui.merge.cloud import frames_of, merge, moving_tracks
from tests.gui.merge.conftest import CAR, FRAMES, PARKED, Road, ego_pose, mover_pose, world_points

MIDDLE = FRAMES // 2


def test_a_parked_car_of_all_frames_lies_in_its_box(road: Road) -> None:
    road.merge()
    stage, merged = road.stage, road.merger.merged
    assert merged is not None
    assert merged.frames == FRAMES
    local = PARKED.inverse.apply(ego_pose(MIDDLE).apply(stage.xyz.astype(np.float64)))
    half = np.array(CAR) / 2
    close = (np.abs(local) <= half + np.array([0.5, 0.5, 0.0])).all(axis=1) & (local[:, 2] > 0.02 - half[2])
    assert np.count_nonzero(close) > 0.95 * 150 * FRAMES  # but for those that are lower than the ground's slice
    assert (np.abs(local[close]) <= half + 2e-3).all()
    assert np.unique(merged.steps[close]).tolist() == list(range(-MIDDLE, FRAMES - MIDDLE))


def test_the_merged_cloud_is_each_frames_points_moved_by_the_poses(road: Road) -> None:
    road.desk.set_span(Span(before=2, after=1, movers=True))
    road.merge()
    stage, merged = road.stage, road.merger.merged
    assert merged is not None
    assert stage.view is not None
    assert np.array_equal(stage.xyz[: merged.own], stage.view.xyz)
    for step in (-2, -1, 1):
        wanted = ego_pose(MIDDLE).inverse.apply(world_points(MIDDLE + step)[0])
        found = stage.xyz[merged.steps == step].astype(np.float64)
        assert np.allclose(found[np.lexsort(found.T)], wanted[np.lexsort(wanted.T.astype(np.float32))], atol=2e-3)


def test_points_in_boxes_of_moving_tracks_are_of_the_shown_frame_alone(road: Road) -> None:
    road.merge()

    def seen_of_mover(step: int) -> int:
        merged = road.merger.merged
        assert merged is not None
        world = ego_pose(MIDDLE).apply(merged.xyz[merged.steps == step].astype(np.float64))
        local = mover_pose(MIDDLE + step).inverse.apply(world)
        return int(np.count_nonzero((np.abs(local) <= np.array(CAR) / 2 + 0.01).all(axis=1) & (local[:, 2] > -0.65)))

    assert seen_of_mover(0) > 100
    assert [seen_of_mover(step) for step in (-3, -1, 1, 4)] == [0, 0, 0, 0]
    merged = road.merger.merged
    assert merged is not None
    assert merged.total - merged.moving == len(merged.xyz)
    road.desk.set_span(replace(road.desk.span, movers=True))
    road.qtbot.waitUntil(lambda: road.merger.is_merging)
    road.merged()
    assert [seen_of_mover(step) > 100 for step in (-3, -1, 1, 4)] == [True] * 4


def test_a_step_shows_one_frame_at_once_and_the_merged_one_at_rest(road: Road) -> None:
    road.merge()
    stage = road.stage
    many = len(stage.xyz)
    road.go_to(MIDDLE + 1)
    assert stage.view is not None
    assert stage.xyz is stage.view.xyz
    assert [len(batch) for batch in stage.batches] == [1800]
    road.merged()
    assert len(stage.xyz) > many / 2
    assert len(stage.colors) == len(stage.xyz) == sum(map(len, stage.batches))
    road.desk.set_merging(False)
    assert stage.xyz is stage.view.xyz


def test_what_does_not_fit_the_budget_is_thinned_and_the_own_points_never(road: Road) -> None:
    road.merger.budget = 4000
    road.merge()
    merged, view = road.merger.merged, road.stage.view
    assert merged is not None
    assert view is not None
    assert len(merged.xyz) <= 4000
    assert np.array_equal(merged.xyz[: merged.own], view.xyz)
    assert merged.total > 4000
    world = ego_pose(MIDDLE).apply(merged.xyz.astype(np.float64))
    assert np.unique(merged.steps).size > 3
    assert (np.abs(PARKED.inverse.apply(world)) <= np.array(CAR) / 2 + 0.002).all(axis=1).sum() > 100


def test_a_box_is_fitted_to_what_is_merged_only_if_its_track_stands(road: Road) -> None:
    road.merge()
    road.desk.select("parked")
    road.qtbot.waitUntil(lambda: len(road.desk.track_boxes) == FRAMES)
    assert road.stage.box_xyz is road.stage.xyz
    road.desk.select("mover")
    road.qtbot.waitUntil(lambda: road.desk.track_boxes[:1] != () and road.desk.track_boxes[0].track == "mover")
    assert road.stage.view is not None
    assert road.stage.box_xyz is road.stage.view.xyz


@pytest.mark.parametrize(
    ("span", "wanted"),
    [
        (Span(before=2, after=1, stride=1), {3, 2, 5}),
        (Span(before=2, after=3, stride=2), {2, 0, 6, 8}),
        (Span(before=50, after=0, stride=3), {1}),
    ],
)
def test_the_frames_of_a_span(span: Span, wanted: set[int]) -> None:
    frames = frames_of(4, 9, span)
    assert set(frames) == wanted
    away = [abs(frame - 4) for frame in frames]
    assert away == sorted(away)


def test_a_track_that_trembles_is_parked_and_a_field_that_a_frame_lacks_is_left_out(road: Road) -> None:
    boxes = road.desk.track_boxes or road.stage.boxes
    assert "parked" not in moving_tracks(boxes)
    own = np.zeros((2, 3), np.float32)
    values = {"ring": np.array([1, 2], np.uint8)}
    others = [(1, ego_pose(0), ()), (2, ego_pose(0), ())]
    merged = merge(
        own, values, others, lambda at: (own + at, values if at else {}), ego_pose(0), field="ring", budget=9
    )
    assert (len(merged.xyz), merged.fields) == (6, {})
