"""Colours of points in each mode, beside plain numpy; the legend, and the list that chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.look import Span
from lidar_label.gui.merge.bars import Bars
from lidar_label.gui.merge.legend import choose_colors
from lidar_label.gui.views import scales
from lidar_label.gui.views.colors import SHADES
from lidar_label.kernels.occlusion import seen_points
from tests.gui.merge.conftest import CAMERA, CAR, FRAMES, Road, drive, ego_pose, fields, mover_pose

MIDDLE = FRAMES // 2


@pytest.fixture
def seeing(qtbot: QtBot, open_desk: Callable[..., Desk], failures: list[str]) -> Iterator[Road]:
    made = Road(open_desk(*drive(cameras=True)), qtbot)
    yield made
    made.settle()
    assert failures == []


def by_ramp(values: np.ndarray, table: np.ndarray) -> np.ndarray:
    low, high = np.percentile(values, (1, 99))
    place = np.clip((values.astype(np.float64) - low) / (high - low), 0, 1) * 255
    return table[np.floor(place + 0.5).astype(int)]


def ready(road: Road, mode: str) -> np.ndarray:
    """The colours that the loader made ready for a mode, which are those that are shown."""
    road.desk.set_color_mode(mode)

    def is_made() -> bool:
        kept = road.desk._loader.get(MIDDLE + 1)
        return kept is not None and kept.prepared is not None and kept.prepared.wish.color_mode == mode

    road.qtbot.waitUntil(is_made)
    before = road.stage.colors
    road.go_to(MIDDLE + 1)
    prepared = road.stage.view.prepared  # type: ignore[union-attr]
    assert prepared is not None
    assert prepared.wish.color_mode == mode
    assert road.stage.colors is prepared.colors
    assert len(before) == len(prepared.colors)
    return road.stage.colors


@pytest.mark.parametrize("name", ["range_rate", "time"])
def test_a_field_of_many_numbers_has_a_ramp_over_most_of_them(road: Road, name: str) -> None:
    painted = ready(road, "time" if name == "time" else f"field:{name}")
    values = fields(MIDDLE + 1)[name]
    assert np.array_equal(painted[:, :3], by_ramp(values, scales.VALUES))
    scale = road.stage.ink.scale
    assert scale is not None
    assert (scale.low, scale.high) == pytest.approx(tuple(np.percentile(values, (1, 99))))


def test_a_field_of_few_whole_numbers_has_a_colour_for_each(road: Road) -> None:
    painted, ring = ready(road, "field:ring"), fields(MIDDLE + 1)["ring"]
    scale = road.stage.ink.scale
    assert scale is not None
    known = dict(scale.classes)
    assert sorted(known) == sorted(set(ring.tolist()))
    assert np.array_equal(painted[:, :3], np.array([known[value] for value in ring.tolist()], np.uint8))
    table = np.array(list(known.values()), int)
    apart = np.abs(table[:, None] - table[None]).sum(axis=2) + np.eye(len(table), dtype=int) * 999
    assert apart.min() > 60


def test_categories_colour_what_lies_in_their_boxes(road: Road) -> None:
    road.desk.set_color_mode("category")
    world = ego_pose(MIDDLE).apply(road.stage.xyz.astype(np.float64))
    road.desk.select("mover")
    road.desk.nudge(dl=0.2, dw=0.2, dh=0.2)  # the points lie on the faces of the first one
    road.settle()
    half = np.array(CAR) / 2 + 0.1
    inside = (np.abs(mover_pose(MIDDLE).inverse.apply(world)) <= half - 1e-4).all(axis=1)
    color = road.desk.category_color("vehicle.truck")
    assert inside.sum() > 140
    assert np.array_equal(np.unique(road.stage.colors[inside, :3], axis=0), [color.getRgb()[:3]])
    in_boxes = road.stage.in_boxes
    assert in_boxes is not None
    assert set(map(tuple, road.stage.colors[~in_boxes, :3].tolist())) <= set(map(tuple, SHADES.tolist()))


def test_a_merged_cloud_is_coloured_anew_after_an_edit_and_is_not_read_again_for_that(road: Road) -> None:
    desk, stage = road.desk, road.stage
    desk.set_span(Span(before=4, after=4, movers=True))
    road.merge()
    merged = road.merger.merged
    desk.set_color_mode("category")
    road.qtbot.waitUntil(lambda: road.merger.merged is not merged)
    found = road.merger.merged
    assert merged is not None
    assert found is not None
    assert found.xyz is merged.xyz, "the frames are laid together once"
    color = np.array(desk.category_color("vehicle.car").getRgb()[:3])

    def painted() -> int:
        return int((stage.colors[:, :3] == color).all(axis=1).sum())

    road.qtbot.waitUntil(lambda: painted() > 0)
    desk.select("parked")
    desk.nudge(dl=1.0, dw=1.0, dh=1.0)  # the points lie on the faces of the first one
    road.settle()
    own = found.own
    road.qtbot.waitUntil(lambda: painted() > 140 * FRAMES)
    assert stage.in_boxes is not None
    assert len(stage.in_boxes) == own


def test_merged_points_are_coloured_by_the_frame_they_were_seen_in(road: Road) -> None:
    road.desk.set_color_mode("time")
    road.merge()
    merged = road.merger.merged
    assert merged is not None
    place = (merged.steps.astype(float) + MIDDLE) / (FRAMES - 1) * 255
    assert np.array_equal(road.stage.colors[:, :3], scales.VALUES[np.floor(place + 0.5).astype(int)])
    road.desk.set_color_mode("field:ring")
    road.qtbot.waitUntil(lambda: road.merger.is_merging)
    road.merged()
    merged = road.merger.merged
    assert merged is not None
    assert merged.fields["ring"][: merged.own].tolist() == fields(MIDDLE)["ring"].tolist()
    order = np.argsort(merged.steps, kind="stable")
    counts = [np.bincount(merged.fields["ring"][order][merged.steps[order] == s], minlength=8).sum() for s in (-1, 1)]
    assert min(counts) > 1000


def test_pictures_colour_the_points_they_see_and_no_hidden_ones(seeing: Road) -> None:
    seeing.desk.set_color_mode("camera")  # of the frame that is shown they are made anew, beside the window
    seeing.qtbot.waitUntil(lambda: seeing.stage.merged is not None)
    assert seeing.stage.merged is not None
    at_once = seeing.stage.merged.colors
    assert np.array_equal(seeing.stage.xyz, seeing.stage.view.xyz)  # type: ignore[union-attr]
    painted = ready(seeing, "camera")
    assert seeing.stage.merged is None
    seeing.go_to(MIDDLE)
    assert np.array_equal(at_once, seeing.stage.colors)
    seeing.go_to(MIDDLE + 1)
    view = seeing.stage.view
    assert view is not None
    camera = CAMERA.camera
    assert camera is not None
    local = CAMERA.ego_SE3_sensor.inverse.apply(view.xyz.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        u, v = (local[:, :2] / local[:, 2:] * 160 + (160, 100)).T
    inside = (local[:, 2] > 0.3) & (u >= -0.5) & (u < 319.5) & (v >= -0.5) & (v < 199.5)
    red, green = (200, 30, 20), (20, 180, 40)
    of = {tuple(color): np.flatnonzero((painted[:, :3] == color).all(axis=1)) for color in (red, green)}
    assert min(len(index) for index in of.values()) > 100
    for color, index in of.items():
        assert inside[index].all()
        assert ((u[index] < 159.5) == (color == red)).all()
    grey = set(map(tuple, SHADES.tolist()))
    assert {tuple(color) for color in painted[~inside, :3].tolist()} <= grey
    hidden = inside & np.array([tuple(color) in grey for color in painted[:, :3].tolist()])
    nearer = [((np.hypot(u - u[i], v - v[i]) < 4) & inside & (local[:, 2] < local[i, 2] - 0.5)).any()
              for i in np.flatnonzero(hidden)]  # fmt: skip
    assert all(nearer)


def test_what_is_seen_beside_every_pair_of_points() -> None:
    random = np.random.default_rng(4)
    uv, depth = random.uniform(-0.5, 99.5, (800, 2)), random.uniform(1, 60, 800)
    inside = random.random(800) > 0.1
    cell = np.floor((uv + 0.5) / 5)
    near = (np.abs(cell[:, None] - cell[None]) <= 1).all(axis=2) & inside[None]
    least = np.where(near, depth[None], np.inf).min(axis=1)
    wanted = inside & (depth <= least * 1.12 + 0.5)
    assert 50 < wanted.sum() < 700
    assert np.array_equal(seen_points(uv, depth, inside, 100, 100, 5.0), wanted)
    assert len(seen_points(uv[:0], depth[:0], inside[:0], 10, 10, 1.0)) == 0
    with pytest.raises(ValueError, match="cells"):
        seen_points(uv, depth, inside, 100, 100, 0.5)


def test_the_legend_says_the_range_and_what_there_is_not(road: Road, qtbot: QtBot) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    view.resize(600, 400)
    bars = Bars(road.desk, view)
    view.show()
    qtbot.waitExposed(view)
    road.desk.set_color_mode("field:range_rate")
    low, high = np.percentile(fields(MIDDLE)["range_rate"], (1, 99))
    assert bars.legend.title == "range_rate"
    assert bars.legend.ends == (f"{low:.1f}", f"{high:.1f}")
    road.desk.set_color_mode("field:nothing")
    assert bars.legend.title == "no nothing here: by height"
    menu = choose_colors(road.desk, view, QPointF(0, 0).toPoint())
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert {"Intensity", "Pictures", "ring", "time", "range_rate"} <= set(actions)
    actions["ring"].trigger()
    assert road.desk.color_mode == "field:ring"
    assert isinstance(menu, QMenu)
    menu.close()
    assert bars.rows["merge"].isHidden()
    road.merge()
    assert not bars.rows["merge"].isHidden()
    assert "9 frames" in bars.told.text()
    bars.before.setValue(1)
    qtbot.waitUntil(lambda: road.merger.is_merging)
    road.merged()
    assert road.desk.span.before == 1
    assert "6 frames" in bars.told.text()


def test_whole_numbers_that_are_rare_have_a_colour_and_many_have_a_ramp() -> None:
    values = np.zeros(200_000, np.int32)
    values[7] = 5
    few = scales.classes_of(values)
    assert few is not None
    assert few.tolist() == [0, 5]
    assert scales.classes_of(np.arange(100, dtype=np.int16)) is None
    assert scales.classes_of(np.array([1.0, np.nan])) is None
    painted, scale = scales.by_values("field:x", np.full(4, np.nan, np.float32))
    assert painted[:, :3].tolist() == [[128] * 3] * 4
    assert scale.low == scale.high
