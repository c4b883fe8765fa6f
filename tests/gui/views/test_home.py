"""Where the views look first: at the points, wherever a file has put them; and which frame they say they show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.commands import ACTIONS
from lidar_label.gui.translate import ENGLISH, Language
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.model import SE3, Box, Labels, PointCloud, Scene, Track


def around(place: tuple[float, float, float], reach: float) -> PointCloud:
    """Return the ground about a place, with a few things on it."""
    rng = np.random.default_rng(4)
    ground = np.column_stack([rng.uniform(-reach, reach, (4000, 2)), rng.normal(-1.8, 0.02, 4000)])
    things = rng.uniform((-reach, -reach, -1.8), (reach, reach, 1.0), (1000, 3))
    return PointCloud((np.vstack([ground, things]) + place).astype(np.float32))


def shares(desk: Desk, qtbot: QtBot) -> tuple[float, float]:
    """Return which share of the points lie inside the 3D view and inside the top view."""
    main, top = View3D(desk), TopView(desk)
    for view in (main, top):
        view.resize(800, 600)
        view.show()
        qtbot.waitExposed(view)
    assert desk.view is not None
    xyz = desk.view.xyz.astype(np.float64)
    pixels = (main.camera.project(xyz, 800, 600)[0], top.to_pixels(xyz))
    found = [float(((uv > 0) & (uv < (800, 600))).all(axis=1).mean()) for uv in pixels]
    for view in (main, top):
        view.close()
        view.deleteLater()
    return found[0], found[1]


@pytest.mark.parametrize("place", [(3000.0, 1700.0, 20.0), (-420.0, 90.0, -35.0), (0.0, 0.0, 300.0)])
@pytest.mark.parametrize("reach", [4.0, 30.0])
def test_a_cloud_far_from_the_vehicle_is_in_the_picture(
    qtbot: QtBot,
    open_desk: Callable[..., Desk],
    make_scene: Callable[..., Scene],
    place: tuple[float, float, float],
    reach: float,
) -> None:
    """A map in world coordinates without poses lies nowhere near the vehicle."""
    desk = open_desk(make_scene(2, load=lambda _: around(place, reach)), Labels())
    main, top = shares(desk, qtbot)
    assert main > 0.3
    assert top > 0.5


def test_a_cloud_about_the_vehicle_is_looked_at_from_behind_the_vehicle(
    qtbot: QtBot, open_desk: Callable[..., Desk], make_scene: Callable[..., Scene]
) -> None:
    desk = open_desk(make_scene(2, load=lambda _: around((0, 0, 0), 60.0)), Labels())
    main, top = View3D(desk), TopView(desk)
    try:
        x, y, _ = main.camera.pivot
        assert y == 0
        assert 5 < x < 25
        assert main.camera.eye[0] < 0
        assert top.to_metres(top.rect().toRectF().center()) == pytest.approx((8, 0), abs=0.2)
    finally:
        for view in (main, top):
            view.close()
            view.deleteLater()


def lower_left(image: QImage) -> np.ndarray:
    """Return the pixels of the corner in which a view names its frame."""
    corner = image.copy(60, image.height() - 30, 220, 28).convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(corner.constBits().asarray(corner.sizeInBytes()), np.uint8).copy()


def test_the_views_of_points_name_their_frame(
    qtbot: QtBot, open_desk: Callable[..., Desk], make_scene: Callable[..., Scene]
) -> None:
    """Another language changes the words in the corner and nothing else there, so they are drawn."""
    desk = open_desk(make_scene(2), Labels())
    language = Language()
    for kind, source in ((View3D, "vehicle frame"), (TopView, "vehicle frame: x up, y left")):
        view = kind(desk)
        view.resize(600, 400)
        view.show()
        qtbot.waitExposed(view)
        try:
            english = lower_left(view.grab().toImage())
            assert (english == lower_left(view.grab().toImage())).all()
            language.use("zh_CN")
            assert view.tr(source) != source
            assert (english != lower_left(view.grab().toImage())).any()
        finally:
            language.use(ENGLISH)
            view.close()
            view.deleteLater()


def scan(place: tuple[float, float, float], reach: float) -> PointCloud:
    """Return points all over a cube."""
    rng = np.random.default_rng(6)
    return PointCloud((rng.uniform(-reach, reach, (3000, 3)) + place).astype(np.float32))


@pytest.mark.parametrize(
    ("place", "reach"),
    [
        ((0.05, 0.1, 0.0), 0.08),
        ((0.0, 0.0, 1.0), 1.5),
        ((1700.0, -2300.0, 60.0), 2400.0),
        ((0.0, 0.0, 0.0), 900.0),
        ((20.0, 140.0, 9.0), 140.0),
    ],
    ids=["cup", "room", "survey from its corner", "survey", "field from its edge"],
)
def test_a_cloud_of_any_size_fills_the_picture(
    qtbot: QtBot,
    open_desk: Callable[..., Desk],
    make_scene: Callable[..., Scene],
    place: tuple[float, float, float],
    reach: float,
) -> None:
    desk = open_desk(make_scene(1, load=lambda _: scan(place, reach)), Labels())
    main, top = shares(desk, qtbot)
    assert main > 0.75
    assert top > 0.95
    stage = Stage.of(desk)
    assert len(np.unique(stage.colors, axis=0)) > 60, "heights are told apart"
    view = TopView(desk)
    view.resize(600, 600)
    assert view.metres_per_pixel * 600 < 3 * reach, "it is no speck either"
    view.deleteLater()


def test_the_first_points_are_looked_at_when_the_first_frame_has_none(
    qtbot: QtBot, open_desk: Callable[..., Desk], make_scene: Callable[..., Scene]
) -> None:
    empty = PointCloud(np.empty((0, 3), np.float32))
    desk = open_desk(make_scene(2, load=lambda i: scan((500.0, 80.0, 2.0), 3.0) if i else empty), Labels())
    main, top = View3D(desk), TopView(desk)
    try:
        desk.go_to(1)
        qtbot.waitUntil(lambda: desk.view is not None and desk.view.index == 1)
        assert main.camera.pivot[:2] == pytest.approx((500, 80), abs=0.5)
        assert top.to_metres(top.rect().toRectF().center()) == pytest.approx((500, 80), abs=0.5)
        moved = main.camera.panned(90, 0, 600)
        main.set_camera(moved)
        desk.go_to(0)
        qtbot.waitUntil(lambda: desk.view is not None and desk.view.index == 0)
        assert main.camera == moved, "who looks elsewhere is left there"
    finally:
        for view in (main, top):
            view.close()
            view.deleteLater()


def test_what_there_is_none_of_is_said_and_boxes_are_drawn_all_the_same(
    qtbot: QtBot, open_desk: Callable[..., Desk], make_scene: Callable[..., Scene]
) -> None:
    full = make_scene(3, load=lambda i: around((0, 0, 0), 30.0) if i else PointCloud(np.empty((0, 3), np.float32)))
    frames = [full.frames[0], replace(full.frames[1], sweeps={}), full.frames[2]]
    desk = open_desk(replace(full, frames=frames), Labels())
    view, stage, said = View3D(desk), Stage.of(desk), []
    try:
        for index in range(3):
            desk.go_to(index)
            qtbot.waitUntil(lambda at=index: desk.view is not None and desk.view.index == at)
            said.append(view._note())
        assert said == ["No points in this frame", "No sweep in this frame", ""]
        desk.go_to(1)
        qtbot.waitUntil(lambda: stage.can_edit and stage.view is not None and stage.view.index == 1)
        stage.draw_box((10.0, -1.0), (14.0, 1.0))
        qtbot.waitUntil(lambda: any(track.category for track in desk.tracks.values()))
        (box,) = desk.boxes
        assert box.frame == 1
        assert box.size[:2] == pytest.approx((4.0, 2.0))
    finally:
        view.close()
        view.deleteLater()


def test_a_drive_without_frames_says_so_and_takes_no_box(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene]
) -> None:
    desk = open_desk(make_scene(0), Labels())
    view, draw = View3D(desk), next(action for action in ACTIONS if action.id == "draw-box")
    try:
        assert view._note() == "This drive has no frames"
        assert not draw.enabled(desk)
        desk.add_box(SE3.identity("world", "box"), (4.0, 2.0, 1.5))
        assert not desk.boxes
        assert not view.grab().isNull()
    finally:
        view.close()
        view.deleteLater()


def test_a_name_as_long_as_a_uuid_is_written_short_at_a_box(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene]
) -> None:
    name = "5c6cf6f4-df78-422f-ae5e-b055e35bc53d"
    long, short = (Track(category="vehicle.car", name=text, token=text) for text in (name, "the red one"))
    boxes = [
        Box(track=track.token, frame=0, world_SE3_box=SE3.identity("world", "box"), size=(4.0, 2.0, 1.5))
        for track in (long, short)
    ]
    stage = Stage.of(open_desk(make_scene(1), Labels([long, short], boxes)))
    written = {box.track: stage.label(index) for index, box in enumerate(stage.boxes)}
    assert written == {name: "car 5c6c…c53d", "the red one": "car the red one"}


def test_few_points_of_a_large_cloud_are_seen_from_above(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene]
) -> None:
    desk = open_desk(make_scene(1, load=lambda _: scan((0.0, 0.0, 0.0), 2000.0)), Labels())
    desk.set_point_size(4)
    view = TopView(desk)
    try:
        view.resize(600, 600)
        picture = view.grab().toImage()
        ground = picture.pixel(2, 2)
        painted = sum(picture.pixel(x, y) != ground for x in range(0, 600, 2) for y in range(0, 600, 2))
        assert painted > 90_000 * 0.04, "3000 points of more than 4 pixels each"
    finally:
        view.close()
        view.deleteLater()
