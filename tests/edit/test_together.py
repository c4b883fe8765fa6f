"""Several commands as one step, and the lock of a size that writes boxes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lidar_label.edit import (
    AddTrack,
    DeleteBoxes,
    DeleteTracks,
    PutBoxes,
    Session,
    SetCategory,
    SetTaxonomy,
    SetTrackLock,
    SetTrackName,
    Together,
)
from lidar_label.errors import CannotEdit, InvalidValue
from lidar_label.model import Box, Category, Taxonomy, Track

MakeBox = Callable[..., Box]
Dump = Callable[[Path], dict[str, list[Any]]]


def test_each_command_sees_what_those_before_it_did(session: Session, make_box: MakeBox, dump: Dump) -> None:
    before = dump(session.store.path)
    made = Track(category="car", token="t1")
    patch = session.do(
        Together(
            (
                AddTrack("s1", made, (make_box("t1", 0),)),
                PutBoxes("s1", (make_box("t1", 1), make_box("t1", 2))),
                DeleteBoxes((("t1", 2),)),
                SetCategory(("t1",), "van"),
            ),
            "Paste",
        )
    )
    assert patch is not None
    assert session.store.tracks("s1") == (replace(made, category="van"),)
    assert [box.frame for box in session.store.boxes_of_track("t1")] == [0, 1]
    assert sorted(patch.keys("box")) == [("t1", 0), ("t1", 1)]  # the one that came and went is no change
    assert session.undo_title == "Paste"
    session.undo()
    assert dump(session.store.path) == before
    session.redo()
    assert len(session.store.boxes_of_track("t1")) == 2


def test_one_that_does_not_fit_leaves_nothing_done(session: Session, make_box: MakeBox, dump: Dump) -> None:
    before = dump(session.store.path)
    added = AddTrack("s1", Track(category="car", token="t1"), (make_box("t1", 0),))
    with pytest.raises(CannotEdit, match="no track t9"):
        session.do(Together((added, SetTrackName("t9", "x")), "both"))
    assert dump(session.store.path) == before
    session.do(added)  # and the file is not left locked
    assert session.undo_title == "Add a track"


def test_what_ends_where_it_began_is_no_edit(session: Session, make_box: MakeBox) -> None:
    added = AddTrack("s1", Track(category="car", token="t1"), (make_box("t1", 0),))
    assert session.do(Together((added, DeleteTracks(("t1",))), "nothing")) is None
    inner = Together((added, SetTrackName("t1", "a")), "inner")
    session.do(Together((inner, SetTrackName("t1", "b")), "outer"))
    assert session.store.track("t1").name == "b"


def test_a_category_goes_with_its_tracks_moved_first(session: Session, make_box: MakeBox) -> None:
    session.do(AddTrack("s1", Track(category="car", token="t1"), (make_box("t1", 0),)))
    left = Taxonomy([Category(name="van", token="c2")])
    with pytest.raises(CannotEdit):
        session.do(SetTaxonomy(left))
    session.do(Together((SetCategory(("t1",), "van"), SetTaxonomy(left)), "Delete a category"))
    assert session.store.track("t1").category == "van"
    session.undo()
    assert session.store.track("t1").category == "car"


def test_a_lock_is_kept_and_writes_its_boxes_in_the_same_step(session: Session, make_box: MakeBox, dump: Dump) -> None:
    boxes = (make_box("t1", 0), make_box("t1", 1))
    session.do(AddTrack("s1", Track(category="car", token="t1"), boxes))
    before = dump(session.store.path)
    size = (4.5, 1.8, 1.4)
    session.do(SetTrackLock("t1", size, tuple(replace(box, size=size) for box in boxes)))
    assert session.store.track("t1").locked_size == size
    assert {box.size for box in session.store.boxes_of_track("t1")} == {size}
    session.do(SetTrackLock("t1", None))
    assert session.store.track("t1").locked_size is None
    session.undo()
    assert session.store.labels("s1").track("t1").locked_size == size
    session.undo()
    assert dump(session.store.path) == before
    with pytest.raises(InvalidValue):
        session.do(SetTrackLock("t1", (0.0, 1.0, 1.0)))
    with pytest.raises(CannotEdit, match="another track"):
        session.do(SetTrackLock("t1", size, (make_box("t2", 0),)))
