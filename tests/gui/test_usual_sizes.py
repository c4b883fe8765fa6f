"""A new box is as large as what people measured of its category, at the real desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.making import Maker
from lidar_label.gui.usual_sizes import UsualSizes
from lidar_label.model import SE3, Box, Labels, Scene, Source, Track
from tests.gui.conftest import TAXONOMY, MemoryProject

SMALL, TOLD = (3.5, 1.6, 1.5), (4.5, 1.9, 1.6)


def labels(count: int, source: Source, size: tuple[float, float, float] = SMALL, frames: int = 1) -> Labels:
    tracks = [Track(category="vehicle.car", name=str(n)) for n in range(count)]
    boxes = [
        Box(track=track.token, frame=frame, size=size, source=source,
            world_SE3_box=SE3.from_yaw("world", "box", 0.0, (110.0 + 6 * n, 60.0, 0.0)))
        for n, track in enumerate(tracks) for frame in range(frames)
    ]  # fmt: skip
    return Labels(tracks, boxes)


def usual(desk: Desk, category: str = "vehicle.car") -> tuple[float, float, float]:
    return UsualSizes.of(desk).of_category(category)


def test_what_people_measured_counts_once_a_track_and_of_its_own_category(open_desk: Callable[..., Desk]) -> None:
    assert usual(open_desk(found=Labels([], []))) == TOLD
    few = usual(open_desk(found=labels(3, Source.IMPORTED)))
    assert SMALL[0] < few[0] < TOLD[0]
    desk = open_desk(found=labels(3, Source.HUMAN, frames=4))
    assert usual(desk) == pytest.approx(few)  # by a person too, and a track of four boxes counts once
    assert usual(desk, "vehicle.truck") == (9, 2.5, 3.5)
    assert usual(open_desk(found=labels(3, Source.MACHINE))) == TOLD
    assert usual(open_desk(found=labels(3, Source.PROPAGATED))) == TOLD


def test_a_box_placed_by_a_second_click_takes_it_and_what_is_undone_is_forgotten(
    open_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    desk = open_desk(found=Labels([], []))
    for n in range(3):
        desk.add_box(SE3.from_yaw("world", "box", 0.0, (110.0, 60.0 + 5 * n, 0.0)), SMALL)
    qtbot.waitUntil(lambda: not desk._store.pending and len(desk.known.sizes) == 3)
    learnt = usual(desk)
    assert SMALL[0] < learnt[0] < 4.2
    for _ in range(2):  # nothing is there: the first says so, the second places it
        Maker.of(desk).click((-15.0, 8.0, float("nan")))
        qtbot.waitUntil(lambda: not Maker.of(desk).is_fitting and not desk._store.pending)
    assert desk.selected_box is not None
    assert desk.selected_box.size == pytest.approx(learnt)
    for _ in range(4):
        desk.undo()
    qtbot.waitUntil(lambda: not desk._store.pending and not desk.known.sizes)
    assert usual(desk) == TOLD


class Two(MemoryProject):
    """A project file of two scenes."""

    others: dict[str, Scene]

    def scene(self, token: str) -> Scene:
        return self.others[token]


def test_it_goes_on_to_the_next_scene_of_the_project_and_not_to_another_project(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot, tmp_path: object
) -> None:
    from pathlib import Path

    from lidar_label.edit import ImportLabels
    from lidar_label.gui.opening import open_scene
    from lidar_label.jobs.project import Project
    from lidar_label.model import Taxonomy
    from lidar_label.store import SceneRef

    assert isinstance(tmp_path, Path)
    first, second = make_scene(), make_scene()
    assert first.token != second.token
    project = Two(tmp_path / "two.lidarlabel", first, labels(3, Source.HUMAN))
    project.others = {first.token: first, second.token: second}
    ref = SceneRef(token=second.token, name="second", path="drive", format="memory", scene="second",
                   frames=len(second.frames), fingerprint="", position=1)  # fmt: skip
    project.session.do(ImportLabels(ref, Labels([], []), Taxonomy()))
    desk = open_desk(found=Labels([], []))
    desk.show(open_scene(cast("Project", project), first.token))
    qtbot.waitUntil(lambda: desk.view is not None)
    learnt = usual(desk)
    assert learnt[0] < 4.2
    desk.show(open_scene(cast("Project", project), second.token))
    qtbot.waitUntil(lambda: desk.view is not None)
    assert usual(desk) == pytest.approx(learnt)
    other = MemoryProject(tmp_path / "other.lidarlabel", first, Labels([], []))
    desk.show(open_scene(cast("Project", other), first.token))
    qtbot.waitUntil(lambda: desk.view is not None)
    assert usual(desk) == next(c.size for c in TAXONOMY.categories if c.name == "vehicle.car")
