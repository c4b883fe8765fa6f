"""Copy and paste: text that crosses desks, a ghost that is moved and placed as one edit, and hostile clipboards."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lidar_label.edit import SetTrackAttributes
from lidar_label.errors import InvalidValue
from lidar_label.gui.clipboard import read_clip
from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.placing import Placing, carried
from lidar_label.gui.views.marks import marked
from lidar_label.gui.views.stage import Stage
from lidar_label.model import SE3, Attribute, Box, Category, Taxonomy

OpenDesk = Callable[..., Desk]


def clipboard_text() -> str:
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    return clipboard.text()


def put_text(text: str) -> None:
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    clipboard.setText(text)


def rows(desk: Desk) -> list[str]:
    assert desk.project is not None
    found = desk.project.session.store.labels(desk.scene_token)
    return [repr(track) for track in found.tracks] + [repr(box) for box in found.boxes()]


def go(desk: Desk, qtbot: QtBot, index: int) -> None:
    desk.go_to(index)
    qtbot.waitUntil(lambda: desk._store.pending == 0 and desk.view is not None and desk.view.index == index)


def settled(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desk._store.pending == 0)


def paste(desk: Desk, qtbot: QtBot) -> Placing:
    placing = Placing.of(desk)
    placing.paste()
    qtbot.waitUntil(lambda: bool(desk.ghosts))
    return placing


def test_a_box_goes_on_with_its_track_where_that_has_none(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    go(desk, qtbot, 3)
    desk.select("car")
    Placing.of(desk).copy()
    go(desk, qtbot, 5)
    before = rows(desk)
    placing = paste(desk, qtbot)
    (ghost,) = [box for box in desk.boxes if box.track in desk.ghosts]
    assert ghost.track == "car"
    assert np.allclose(ghost.center, (115, 52, 0.8)), "on along its motion of 1 m a frame"
    assert Stage.of(desk).boxes[marked(Stage.of(desk))[-1]].track == "car"
    assert rows(desk) == before, "nothing is stored yet"
    placing.nudge(dx=0.5)
    placing.nudge(dz=0.2)
    placing.place()
    settled(desk, qtbot)
    assert not desk.ghosts
    (box,) = desk.boxes
    assert np.allclose(box.center, (115.5, 52, 1.0))
    assert box.is_keyframe
    assert desk.selected == "car"
    desk.undo()
    settled(desk, qtbot)
    assert rows(desk) == before, "the moves and the place are one step"


def test_several_become_new_tracks_where_theirs_have_boxes(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    go(desk, qtbot, 2)
    desk.do(lambda session: session.do(SetTrackAttributes(("car",), {})))
    Multi.of(desk).choose_frame()
    Placing.of(desk).copy()
    before = rows(desk)
    placing = paste(desk, qtbot)
    assert len(desk.ghosts) == 2
    assert not set(desk.ghosts) & {"car", "walker"}
    assert {desk.color_of(box).name() for box in desk.boxes if box.track in desk.ghosts} == {"#ff9900", "#33cc66"}
    Stage.of(desk).select(-1)  # a click
    settled(desk, qtbot)
    assert len(desk.boxes) == 4
    assert {track.category for track in desk.tracks.values()} == {"vehicle.car", "human.pedestrian"}
    assert len({track.name for track in desk.tracks.values()}) == 4
    assert len(Multi.of(desk).tokens) == 2
    desk.undo()
    settled(desk, qtbot)
    assert rows(desk) == before
    placing.paste()
    qtbot.waitUntil(lambda: bool(desk.ghosts))
    placing.escape()
    assert not desk.ghosts
    assert len(desk.boxes) == 2
    assert rows(desk) == before


def test_a_step_to_another_frame_drops_it(open_desk: OpenDesk, qtbot: QtBot) -> None:
    desk = open_desk()
    go(desk, qtbot, 1)
    desk.select("car")
    Placing.of(desk).copy()
    go(desk, qtbot, 4)
    for wait in (False, True):  # for what was read after the paste, which is shown with the ghosts again
        paste(desk, qtbot)
        if wait:
            settled(desk, qtbot)
        desk.step(1)
        settled(desk, qtbot)
        assert not desk.ghosts
        go(desk, qtbot, 4)
        assert desk.boxes == ()


def test_boxes_cross_to_another_project_seen_from_its_vehicle(
    open_desk: OpenDesk, make_scene: Callable[..., Any], qtbot: QtBot
) -> None:
    desk = open_desk()
    go(desk, qtbot, 3)
    desk.select("car")
    Placing.of(desk).copy()
    clip = json.loads(clipboard_text())
    clip["scene"] = "another drive"
    clip["boxes"][0] |= {"category": "vehicle.tram", "attributes": {"vehicle.parked": True, "painted": "red"}}
    put_text(json.dumps(clip))
    go(desk, qtbot, 0)
    noticed: list[str] = []
    desk.noticed.connect(noticed.append)
    before, taxonomy = rows(desk), desk.taxonomy
    paste(desk, qtbot).place()
    settled(desk, qtbot)
    (box,) = [box for box in desk.boxes if box.track not in ("car", "walker")]
    assert np.allclose(box.center, (110, 52, 0.8)), "10 m ahead and 2 m to the left, as it was"
    assert box.attributes == {"vehicle.parked": True}
    assert noticed == ["1 attributes that this project does not have are left out"]
    assert desk.tracks[box.track].category == "vehicle.tram"
    desk.undo()
    settled(desk, qtbot)
    assert (rows(desk), desk.taxonomy) == (before, taxonomy)


HOSTILE: dict[str, Callable[[dict[str, Any]], object]] = {
    "no json": lambda clip: json.dumps(clip)[:-5],
    "another version": lambda clip: json.dumps(clip | {"version": 2}),
    "no boxes": lambda clip: json.dumps(clip | {"boxes": []}),
    "too many": lambda clip: json.dumps(clip | {"boxes": clip["boxes"] * 5001}),
    "NaN": lambda clip: json.dumps(clip).replace("4.5", "NaN"),
    "infinite place": lambda clip: json.dumps(clip).replace("4.5", "1e999"),
    "a frame that is no number": lambda clip: json.dumps(clip | {"frame": "3"}),
    "negative frame": lambda clip: json.dumps(clip | {"frame": -3}),
    "deep": lambda clip: json.dumps(clip)[:-1] + ', "x": ' + "[" * 100_000,
    "size of two": lambda clip: json.dumps(clip | {"boxes": [clip["boxes"][0] | {"size": [1, 2]}]}),
    "size of text": lambda clip: json.dumps(clip | {"boxes": [clip["boxes"][0] | {"size": "big"}]}),
    "pose of text": lambda clip: json.dumps(clip | {"boxes": [clip["boxes"][0] | {"world_SE3_box": ["1"] * 7}]}),
    "no rotation": lambda clip: json.dumps(clip | {"boxes": [clip["boxes"][0] | {"ego_SE3_box": [0] * 7}]}),
    "far away": lambda clip: json.dumps(
        clip | {"boxes": [clip["boxes"][0] | {"ego_SE3_box": [1, 0, 0, 0, 1e300, 0, 0]}]}
    ),
    "attributes in attributes": lambda clip: json.dumps(
        clip | {"boxes": [clip["boxes"][0] | {"attributes": {"a": {"b": 1}}}]}
    ),
    "a lone surrogate": lambda clip: json.dumps(clip | {"boxes": [clip["boxes"][0] | {"category": "\ud800"}]}),
    "boxes as text": lambda clip: json.dumps(clip | {"boxes": "all of them"}),
    "a list": lambda clip: json.dumps([clip]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_clipboard_is_refused_in_words(open_desk: OpenDesk, qtbot: QtBot, name: str) -> None:
    desk = open_desk()
    desk.select("car")
    Placing.of(desk).copy()
    text = HOSTILE[name](json.loads(clipboard_text()))
    assert isinstance(text, str)
    with pytest.raises(InvalidValue, match="clipboard"):
        read_clip(text)
    said: list[str] = []
    desk.said.connect(said.append)
    put_text(text)
    Placing.of(desk).paste()
    assert len(said) == 1
    assert "clipboard" in said[0]
    assert not desk.ghosts


def test_any_other_text_is_no_box(open_desk: OpenDesk) -> None:
    for text in ("", "hello", "{}", "[" * 10_000, "lidar-label boxes"):
        with pytest.raises(InvalidValue, match="clipboard"):
            read_clip(text)


def test_who_stands_stays_and_who_moves_goes_on_either_way() -> None:
    def box(frame: int, x: float) -> Box:
        pose = SE3("world", "box", (1, 0, 0, 0), (x, 0, 0))
        return Box(track="t", frame=frame, world_SE3_box=pose, size=(4, 2, 1))

    times = [100_000_000 * frame for frame in range(20)]
    moving = [box(frame, 2.0 * frame) for frame in range(5, 15)]
    assert np.allclose(carried(moving[9], moving, times, 18).translation, (36, 0, 0))
    assert np.allclose(carried(moving[0], moving, times, 1).translation, (2, 0, 0)), "backwards too"
    assert np.allclose(carried(moving[5], moving, times, 2).translation, (4, 0, 0))
    standing = [box(frame, 0.01 * (frame % 3)) for frame in range(5, 15)]
    assert carried(standing[9], standing, times, 18) == standing[9].world_SE3_box
    assert carried(moving[0], moving[:1], times, 9) == moving[0].world_SE3_box


def test_what_a_taxonomy_does_not_have_is_left_out() -> None:
    from lidar_label.gui.clipboard import fitted, known_of

    taxonomy = Taxonomy([Category(name="car")], [Attribute(name="lane", kind="choice", values=("left",))])
    made = Box(
        track="t", frame=0, world_SE3_box=SE3.identity("world", "box"), size=(1, 1, 1),
        attributes={"lane": "left", "x": 1}, visibility="4",
    )  # fmt: skip
    assert fitted(made, taxonomy).attributes == {"lane": "left"}
    assert fitted(made, taxonomy).visibility == ""
    assert known_of({"lane": "middle"}, taxonomy, "box") == {}
