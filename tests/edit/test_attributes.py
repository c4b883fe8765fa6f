"""What can be said of objects, said anew: what was said goes along, and undo gives back the same database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lidar_label.edit import AddTrack, Session, SetTaxonomy
from lidar_label.edit.attribute_commands import DeleteAttribute, SetAttribute
from lidar_label.errors import CannotEdit, InvalidValue
from lidar_label.model import Attribute, Box, Taxonomy, Track


@pytest.fixture
def said(session: Session, make_box: Callable[..., Box]) -> Session:
    """Two tracks: of one is said that it is electric, and in two frames where it drives."""
    boxes = tuple(make_box("t1", i, attributes={"lane": "left", "moving": True} if i < 2 else {}) for i in range(3))
    session.do(AddTrack("s1", Track(category="car", token="t1", attributes={"electric": True}), boxes))
    session.do(AddTrack("s1", Track(category="van", token="t2"), (make_box("t2", 0, attributes={"speed": 2.5}),)))
    return session


def attribute(session: Session, name: str) -> Attribute:
    return next(a for a in session.store.taxonomy().attributes if a.name == name)


def test_a_new_name_goes_to_all_that_was_said_and_back(said: Session, dump: Callable[[Path], Any]) -> None:
    before = dump(said.store.path)
    said.do(SetAttribute(replace(attribute(said, "lane"), name="driving lane", values=("left", "right", "bus"))))
    said.do(SetAttribute(replace(attribute(said, "electric"), name="runs on volts")))
    boxes = said.store.boxes_of_track("t1")
    assert [box.attributes for box in boxes] == [{"moving": True, "driving lane": "left"}] * 2 + [{}]
    assert said.store.labels("s1").tracks[0].attributes == {"runs on volts": True}
    assert [a.name for a in said.store.taxonomy().attributes][1] == "driving lane", "at its old place"
    said.undo()
    said.undo()
    assert dump(said.store.path) == before


def test_what_was_said_is_not_made_wrong(said: Session, dump: Callable[[Path], Any]) -> None:
    before, lane = dump(said.store.path), attribute(said, "lane")
    for wrong in (
        replace(lane, values=("right",)),
        replace(lane, kind="flag"),
        replace(lane, per="track"),
        replace(attribute(said, "electric"), per="box"),
    ):
        with pytest.raises(CannotEdit, match="is said in"):
            said.do(SetAttribute(wrong))
    with pytest.raises(InvalidValue, match="moving"):
        said.do(SetAttribute(replace(lane, name="moving")))
    assert dump(said.store.path) == before
    said.do(SetAttribute(replace(attribute(said, "note"), kind="number", per="track")))  # nobody has said it yet


def test_a_deleted_attribute_takes_along_what_was_said(said: Session, dump: Callable[[Path], Any]) -> None:
    before = dump(said.store.path)
    for name in ("lane", "electric"):
        said.do(DeleteAttribute(attribute(said, name).token))
    assert [box.attributes for box in said.store.boxes_of_track("t1")] == [{"moving": True}] * 2 + [{}]
    assert said.store.labels("s1").tracks[0].attributes == {}
    assert "lane" not in [a.name for a in said.store.taxonomy().attributes]
    with pytest.raises(CannotEdit, match="no such attribute"):
        said.do(DeleteAttribute("nobody"))
    said.undo()
    said.undo()
    assert dump(said.store.path) == before


def test_an_attribute_is_asked_of_some_categories_by_whatever_name(said: Session, dump: Callable[[Path], Any]) -> None:
    said.do(SetAttribute(Attribute(name="door", kind="choice", values=("open", "shut"), categories=("car", "van"))))
    door = attribute(said, "door")
    assert [door.concerns(name) for name in ("car", "van", "person")] == [True, True, False]
    assert attribute(said, "note").concerns("person")
    before, now = dump(said.store.path), said.store.taxonomy()
    named = [replace(c, name="auto") if c.name == "car" else c for c in now.categories]
    said.do(SetTaxonomy(Taxonomy(named, now.attributes, now.visibilities)))
    assert attribute(said, "door").categories == ("auto", "van")
    said.undo()
    assert dump(said.store.path) == before
