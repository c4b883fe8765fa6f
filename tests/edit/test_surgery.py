"""Surgery on tracks: what each piece does, what it refuses, and that nothing is lost on any way there and back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.edit import (
    AddComment,
    AddScene,
    AddTrack,
    Keep,
    MergePlan,
    MergeTracks,
    NameTracks,
    Session,
    SplitTrack,
    SwapTracks,
)
from lidar_label.errors import CannotEdit
from lidar_label.model import Box, Comment, Source, Taxonomy, Track
from lidar_label.store import ProjectStore, SceneRef

pytestmark = pytest.mark.one_numpy

MakeBox = Callable[..., Box]
Dump = Callable[[Path], dict[str, list[Any]]]


@pytest.fixture
def two(session: Session, make_box: MakeBox) -> Session:
    """Track a in frames 0 to 5 with keys at the ends, b in 4 to 8 with a key at 4, a comment on b in 6."""
    between = {"is_keyframe": False, "source": Source.INTERPOLATED}
    a = [make_box("a", f, 1.0 + f, **({} if f in (0, 5) else between), token=f"a{f}") for f in range(6)]
    b = [make_box("b", f, 9.0 + f, **({} if f == 4 else between), token=f"b{f}") for f in range(4, 9)]
    session.do(AddTrack("s1", Track(category="car", name="7", token="a", locked_size=(4, 2, 1)), tuple(a)))
    session.do(AddTrack("s1", Track(category="van", name="8", token="b"), tuple(b)))
    session.do(AddComment(Comment(scene="s1", text="who is it?", frame=6, track="b", token="c1")))
    return session


def tokens(session: Session, track: str) -> list[str]:
    return [box.token for box in session.store.boxes_of_track(track)]


@pytest.mark.parametrize(
    ("keep", "at_4", "at_5"), [(Keep.THIS, "a4", "a5"), (Keep.OTHER, "b4", "b5"), (Keep.KEY, "b4", "a5")]
)
def test_a_merge_keeps_what_the_rule_says_and_what_the_plan_foretold(
    two: Session, keep: Keep, at_4: str, at_5: str
) -> None:
    store = two.store
    plan = MergePlan.of(store.boxes_of_track("a"), store.boxes_of_track("b"), keep)
    assert (plan.added, plan.both) == ((6, 7, 8), (4, 5))
    assert plan.from_other == tuple(f for f, token in ((4, at_4), (5, at_5)) if token[0] == "b")
    two.do(MergeTracks("a", "b", keep))
    assert tokens(two, "a") == ["a0", "a1", "a2", "a3", at_4, at_5, "b6", "b7", "b8"]
    assert [track.token for track in store.tracks("s1")] == ["a"]
    assert [comment.track for comment in store.comments("s1")] == ["a"]


def test_a_split_leaves_the_first_part_its_id_and_holds_the_shape_at_the_cut(two: Session) -> None:
    two.do(SplitTrack("a", 3, "new", "9"))
    first, then = two.store.boxes_of_track("a"), two.store.boxes_of_track("new")
    assert [box.frame for box in first] == [0, 1, 2]
    assert [box.frame for box in then] == [3, 4, 5]
    assert [box.is_keyframe for box in (*first, *then)] == [True, False, True, True, False, True]
    made = two.store.track("new")
    assert (made.category, made.name, made.locked_size) == ("car", "9", (4, 2, 1))


def test_a_split_takes_the_comments_of_its_frames_along(two: Session) -> None:
    two.do(SplitTrack("b", 6, "new"))
    assert [comment.track for comment in two.store.comments("s1")] == ["new"]


def test_a_swap_exchanges_the_ends(two: Session) -> None:
    two.do(SwapTracks("a", "b", 5))
    assert tokens(two, "a") == ["a0", "a1", "a2", "a3", "a4", "b5", "b6", "b7", "b8"]
    assert tokens(two, "b") == ["b4", "a5"]
    assert [comment.track for comment in two.store.comments("s1")] == ["a"]


def test_names_are_given_at_once(two: Session) -> None:
    two.do(NameTracks({"b": "1", "a": "2"}))
    assert {track.token: track.name for track in two.store.tracks("s1")} == {"a": "2", "b": "1"}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (MergeTracks("a", "a"), "one track"),
        (MergeTracks("a", "nobody"), "no track nobody"),
        (SplitTrack("a", 0, "new"), "no box before frame 0"),
        (SplitTrack("a", 6, "new"), "no box from frame 6 on"),
        (SplitTrack("a", 3, "b"), "has this track already"),
        (SwapTracks("a", "b", 9), "neither track has a box"),
        (NameTracks({"nobody": "1"}), "no track nobody"),
    ],
)
def test_what_cannot_be_is_refused_in_words(two: Session, command: Any, words: str) -> None:
    with pytest.raises(CannotEdit, match=words):
        two.do(command)


def test_a_swap_that_would_leave_nothing_is_refused(session: Session, make_box: MakeBox) -> None:
    session.do(AddTrack("s1", Track(category="car", token="a"), (make_box("a", 0),)))
    session.do(AddTrack("s1", Track(category="car", token="b"), (make_box("b", 5),)))
    with pytest.raises(CannotEdit, match="no box left"):
        session.do(SwapTracks("a", "b", 4))


frames = st.sets(st.integers(0, 9), min_size=1)
keys = st.sets(st.integers(0, 9))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(a=frames, b=frames, key=keys, cut=st.integers(0, 9), keep=st.sampled_from(list(Keep)))
def test_no_box_is_lost_or_doubled_and_the_way_back_leads_home(
    a: set[int], b: set[int], key: set[int], cut: int, keep: Keep, make_box: MakeBox, dump: Dump, taxonomy: Taxonomy,
    ref: SceneRef,
) -> None:  # fmt: skip
    """Swap twice, split and merge again: the same boxes; and undo of each gives the very same database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "work.lidarlabel"
        session = Session(ProjectStore.create(path, taxonomy))
        session.do(AddScene(ref))
        for name, where in (("a", a), ("b", b)):
            boxes = tuple(make_box(name, f, float(f), is_keyframe=f in key, token=f"{name}{f}") for f in sorted(where))
            session.do(AddTrack("s1", Track(category="car", token=name), boxes))
        began, done = dump(path), 0
        try:
            session.do(SwapTracks("a", "b", cut))
            done += 1
        except CannotEdit:
            pass
        else:
            assert {t for name in "ab" for t in tokens(session, name)} == {
                *(f"a{f}" for f in a),
                *(f"b{f}" for f in b),
            }
            if len(session.store.tracks("s1")) == 2:
                session.do(SwapTracks("a", "b", cut))
                done += 1
                assert dump(path)["box"] == began["box"]
        try:
            session.do(SplitTrack("a", cut, "c"))
            session.do(MergeTracks("a", "c", keep))
            done += 2
        except CannotEdit:
            pass
        session.do(MergeTracks("a", "b", keep))
        done += 1
        left = session.store.boxes_of_track("a")
        assert [box.frame for box in left] == sorted(a | b)
        for _ in range(done):
            session.undo()
        assert dump(path) == began
        session.close()
