"""What each command changes, and what it refuses in clear words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lidar_label.edit import (
    AddScene,
    AddTrack,
    Command,
    DeleteBoxes,
    DeleteTracks,
    ImportLabels,
    PutBoxes,
    RemoveScene,
    Session,
    SetBoxAttributes,
    SetCategory,
    SetTaxonomy,
    SetTrackAttributes,
    SetTrackName,
    SetVisibility,
)
from lidar_label.errors import CannotEdit
from lidar_label.model import Attribute, Box, Category, Labels, Taxonomy, Track, Visibility
from lidar_label.store import SceneRef

MakeBox = Callable[..., Box]
OTHER = SceneRef(token="s2", name="other", path="p", format="f", scene="other", frames=4, position=1)


@pytest.fixture
def track(session: Session, make_box: MakeBox) -> Track:
    """A track with boxes in frames 0, 1 and 2."""
    made = Track(category="car", name="7", attributes={"electric": True}, token="t1")
    boxes = tuple(make_box("t1", f, x=f / 3, attributes={"moving": True, "lane": "left"}) for f in range(3))
    session.do(AddTrack("s1", made, boxes))
    return made


def test_add_track(session: Session, track: Track) -> None:
    assert session.store.tracks("s1") == (track,)
    assert [b.frame for b in session.store.boxes_of_track("t1")] == [0, 1, 2]
    assert session.undo_title == "Add a track"


def test_put_boxes_adds_and_replaces_in_one_step(session: Session, track: Track, make_box: MakeBox) -> None:
    old = session.store.box("t1", 1)
    assert old is not None
    moved, new = old.moved(make_box("t1", 1, x=9.0).world_SE3_box), make_box("t1", 5)
    patch = session.do(PutBoxes("s1", (moved, new), "Move"))
    assert patch is not None
    assert set(patch.keys("box")) == {("t1", 1), ("t1", 5)}
    assert session.store.box("t1", 1) == moved
    assert session.store.box("t1", 5) == new
    session.undo()
    assert session.store.box("t1", 1) == old
    assert session.store.box("t1", 5) is None


def test_putting_what_is_there_is_no_edit(session: Session, track: Track) -> None:
    boxes = session.store.boxes_of_track("t1")
    assert session.do(PutBoxes("s1", boxes)) is None
    changed = replace(boxes[1], visibility="4")
    patch = session.do(PutBoxes("s1", (*boxes[:1], changed, boxes[2])))
    assert patch is not None
    assert patch.keys("box") == (("t1", 1),)


def test_a_track_goes_with_its_last_box(session: Session, track: Track) -> None:
    session.do(DeleteBoxes((("t1", 0), ("t1", 2))))
    assert session.store.tracks("s1") == (track,)
    session.do(DeleteBoxes((("t1", 1), ("t1", 1))))
    assert session.store.tracks("s1") == ()
    session.undo()
    assert session.store.tracks("s1") == (track,)
    assert len(session.store.boxes_of_track("t1")) == 1


def test_delete_tracks(session: Session, track: Track) -> None:
    session.do(DeleteTracks(("t1",)))
    assert len(session.store.labels("s1")) == 0
    session.undo()
    assert len(session.store.labels("s1")) == 3


def test_category_and_name(session: Session, track: Track) -> None:
    session.do(SetCategory(("t1",), "van"))
    session.do(SetTrackName("t1", "the white one"))
    found = session.store.track("t1")
    assert (found.category, found.name, found.attributes) == ("van", "the white one", {"electric": True})
    assert session.do(SetCategory(("t1",), "van")) is None


def test_attributes_are_merged(session: Session, track: Track) -> None:
    session.do(SetBoxAttributes((("t1", 0), ("t1", 2)), {"moving": None, "speed": 1.5, "note": "x"}))
    assert session.store.boxes_of_track("t1")[0].attributes == {"lane": "left", "speed": 1.5, "note": "x"}
    assert session.store.boxes_of_track("t1")[1].attributes == {"lane": "left", "moving": True}
    session.do(SetTrackAttributes(("t1",), {"electric": False}))
    assert session.store.track("t1").attributes == {"electric": False}
    session.do(SetTrackAttributes(("t1",), {"electric": None}))
    assert session.store.track("t1").attributes == {}


def test_an_attribute_the_taxonomy_has_lost_can_be_taken_away(
    session: Session, track: Track, taxonomy: Taxonomy
) -> None:
    session.do(SetTaxonomy(Taxonomy(taxonomy.categories)))
    session.do(SetBoxAttributes((("t1", 0),), {"lane": None}))
    assert session.store.boxes_of_track("t1")[0].attributes == {"moving": True}


def test_visibility(session: Session, track: Track) -> None:
    session.do(SetVisibility((("t1", 0), ("t1", 1)), "4"))
    assert [b.visibility for b in session.store.boxes_of_track("t1")] == ["4", "4", ""]
    session.do(SetVisibility((("t1", 0),), ""))
    assert session.store.boxes_of_track("t1")[0].visibility == ""


def test_scenes_come_and_go_with_their_labels(session: Session, track: Track, ref: SceneRef) -> None:
    session.do(AddScene(OTHER))
    assert session.store.scenes() == (ref, OTHER)
    session.do(RemoveScene("s1"))
    assert session.store.scenes() == (OTHER,)
    assert session.store.find_rows("box", "scene", ("s1",)) == ()
    session.undo()
    assert session.store.scenes() == (ref, OTHER)
    assert len(session.store.labels("s1")) == 3


def test_a_category_is_renamed_with_its_tracks(session: Session, track: Track, taxonomy: Taxonomy) -> None:
    renamed = [replace(c, name="automobile") if c.name == "car" else c for c in taxonomy.categories]
    session.do(SetTaxonomy(Taxonomy(renamed, taxonomy.attributes, taxonomy.visibilities)))
    assert session.store.track("t1").category == "automobile"
    assert session.store.taxonomy().categories == tuple(renamed)
    session.undo()
    assert session.store.track("t1").category == "car"
    assert session.store.taxonomy() == taxonomy


def test_names_of_two_categories_can_be_swapped(session: Session, track: Track, taxonomy: Taxonomy) -> None:
    car, van, person = taxonomy.categories
    swapped = Taxonomy([replace(car, name="van"), replace(van, name="car"), person])
    session.do(SetTaxonomy(swapped))
    assert session.store.taxonomy().categories == swapped.categories
    assert session.store.track("t1").category == "van"
    session.undo()
    assert session.store.track("t1").category == "car"


def test_a_category_in_use_cannot_be_dropped(session: Session, track: Track, taxonomy: Taxonomy) -> None:
    with pytest.raises(CannotEdit, match="'car' is in use by 1 tracks"):
        session.do(SetTaxonomy(Taxonomy(taxonomy.categories[1:])))
    session.do(SetTaxonomy(Taxonomy(taxonomy.categories[:1])))
    assert [c.name for c in session.store.taxonomy().categories] == ["car"]


def test_import_in_one_step(session: Session, make_box: MakeBox, taxonomy: Taxonomy) -> None:
    tracks = [Track(category=c, name=str(i)) for i, c in enumerate(["tram", "car", "tram"])]
    labels = Labels(tracks, [make_box(t.token, f) for t in tracks for f in range(4)])
    additions = Taxonomy(
        [Category(name="tram"), Category(name="car", description="another car")],
        [Attribute(name="moving", kind="text"), Attribute(name="lit")],
        [Visibility(token="9", level="all"), Visibility(token="1", level="other")],
    )
    session.do(ImportLabels(OTHER, labels, additions))
    assert session.store.tracks("s2") == tuple(tracks)
    assert list(session.store.labels("s2").boxes()) == list(labels.boxes())
    now = session.store.taxonomy()
    assert [c.name for c in now.categories] == ["car", "van", "person", "tram"]
    assert now.category("car") == taxonomy.category("car")
    assert [a.name for a in now.attributes][-1] == "lit"
    assert now.attributes[0] == taxonomy.attributes[0]
    assert [v.level for v in now.visibilities] == ["low", "high", "all"]
    session.undo()
    assert session.store.taxonomy() == taxonomy
    assert [s.token for s in session.store.scenes()] == ["s1"]


def test_import_into_a_scene_that_is_there(session: Session, track: Track, ref: SceneRef, make_box: MakeBox) -> None:
    more = Track(category="car")
    session.do(ImportLabels(ref, Labels([more], [make_box(more.token, 0)])))
    assert session.store.tracks("s1") == (track, more)
    with pytest.raises(CannotEdit, match="another scene under the token"):
        session.do(ImportLabels(replace(ref, frames=99), Labels()))


def box(track: str, frame: int) -> Any:
    return lambda make: make(track, frame)


REFUSED: list[tuple[Callable[[MakeBox], Command], str]] = [
    (lambda make: AddTrack("nowhere", Track(category="car"), ()), "no scene nowhere"),
    (lambda make: AddTrack("s1", Track(category="tram"), ()), "no category 'tram'"),
    (lambda make: AddTrack("s1", Track(category="car", token="t1"), ()), "has this track already"),
    (lambda make: AddTrack("s1", Track(category="car"), (make("t1", 5),)), "another track"),
    (lambda make: AddTrack("s1", Track(category="car", token="x"), (make("x", 10),)), "10 frames, 0 to 9"),
    (lambda make: PutBoxes("nowhere", (make("t1", 0),)), "no scene nowhere"),
    (lambda make: PutBoxes("s1", (make("t9", 0),)), "no track t9"),
    (lambda make: PutBoxes("s2", (make("t1", 0),)), "in another scene"),
    (lambda make: PutBoxes("s1", (make("t1", 10),)), "10 frames, 0 to 9"),
    (lambda make: PutBoxes("s1", (make("t1", 1), make("t1", 1))), "two boxes for one frame"),
    (lambda make: PutBoxes("s1", (make("t1", 7, token="b"), make("t1", 8, token="b"))), "same token"),
    (lambda make: PutBoxes("s1", (make("t1", 1, attributes={"a": float("nan")}),)), "not a finite number"),
    (lambda make: PutBoxes("s1", (make("t1", 1, num_lidar_pts=2**70),)), "too large"),
    (lambda make: DeleteBoxes((("t1", 9),)), "track t1 has no box in frame 9"),
    (lambda make: DeleteTracks(("t1", "t9")), "no track t9"),
    (lambda make: SetCategory(("t1",), "tram"), "no category 'tram'"),
    (lambda make: SetCategory(("t9",), "car"), "no track t9"),
    (lambda make: SetTrackName("t9", "x"), "no track t9"),
    (lambda make: SetTrackAttributes(("t1",), {"moving": True}), "a track has no attribute 'moving'"),
    (lambda make: SetBoxAttributes((("t1", 0),), {"electric": True}), "a box has no attribute 'electric'"),
    (lambda make: SetBoxAttributes((("t1", 0),), {"moving": 1}), "'moving' is a flag, not 1"),
    (lambda make: SetBoxAttributes((("t1", 0),), {"speed": True}), "'speed' is a number"),
    (lambda make: SetBoxAttributes((("t1", 0),), {"speed": float("inf")}), "'speed' is a number"),
    (lambda make: SetBoxAttributes((("t1", 0),), {"lane": "middle"}), "'lane' is a choice"),
    (lambda make: SetBoxAttributes((("t1", 9),), {"moving": True}), "no box in frame 9"),
    (lambda make: SetVisibility((("t1", 0),), "7"), "no visibility level '7'"),
    (lambda make: AddScene(replace(OTHER, token="s1")), "already"),
    (lambda make: RemoveScene("nowhere"), "no scene nowhere"),
    (lambda make: ImportLabels(replace(OTHER, token="s3"), Labels([Track(category="tram")])), "no category 'tram'"),
    (lambda make: ImportLabels(OTHER, Labels([Track(category="car", token="t1")])), "has this track already"),
    (lambda make: ImportLabels(OTHER, Labels([Track(category="car", token="x")], [make("x", 4)])), "4 frames, 0 to 3"),
]


@pytest.mark.parametrize(("make", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_does_not_fit_is_refused_and_changes_nothing(
    session: Session,
    track: Track,
    make: Callable[[MakeBox], Command],
    words: str,
    make_box: MakeBox,
    dump: Callable[[Path], dict[str, list[Any]]],
) -> None:
    session.do(AddScene(OTHER))
    before, log = dump(session.store.path), session.store.history()
    with pytest.raises(CannotEdit, match=words):
        session.do(make(make_box))
    assert dump(session.store.path) == before
    assert session.store.history() == log


def test_labels_that_an_export_will_refuse_can_still_be_stored(
    session: Session, track: Track, make_box: MakeBox
) -> None:
    """Data from outside may use words the taxonomy lacks: the check names them, nothing is dropped here."""
    odd = make_box("t1", 0, visibility="no such level", attributes={"no such attribute": 3})
    session.do(PutBoxes("s1", (odd,)))
    assert session.store.box("t1", 0) == odd


def test_a_command_has_no_undo_of_its_own() -> None:
    for command in (AddTrack, PutBoxes, DeleteBoxes, DeleteTracks, SetCategory, SetTaxonomy, ImportLabels, RemoveScene):
        assert {n for n in vars(command) if not n.startswith("_")} <= {*command.__dataclass_fields__, "changes"}
