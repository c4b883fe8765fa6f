"""States of review: set, changed and taken back; and what was changed since, by whom."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from lidar_label.check import Found, Remark, risks, rule_named, sample
from lidar_label.edit import AddTrack, DeleteBoxes, PutBoxes, RemoveScene, Session, SetReviews
from lidar_label.errors import CannotEdit, InvalidValue
from lidar_label.model import Box, Labels, Review, Source, Track
from lidar_label.store import ProjectStore

Make = Callable[..., Box]


def review(state: str, author: str = "Ann", time_ns: int = 1, **of: object) -> Review:
    return Review(**{"scene": "s1", "state": state, "author": author, "time_ns": time_ns, **of})  # type: ignore[arg-type]


def test_a_state_is_set_changed_and_taken_back(session: Session) -> None:
    session.do(AddTrack("s1", Track(category="car", token="t1"), ()))
    session.do(SetReviews((review("labelled", track="t1"), review("labelled", frame=0))))
    session.do(SetReviews((review("rejected", "Bob", 2, track="t1"),)))
    states = {(r.track, r.frame): (r.state, r.author) for r in session.store.reviews("s1")}
    assert states == {("t1", None): ("rejected", "Bob"), (None, 0): ("labelled", "Ann")}
    session.undo()
    assert {r.state for r in session.store.reviews("s1")} == {"labelled"}
    session.undo()
    assert session.store.reviews("s1") == ()
    session.redo()
    session.do(RemoveScene("s1"))
    assert session.store.reviews("s1") == ()


def test_what_is_not_there_has_no_state(session: Session) -> None:
    with pytest.raises(CannotEdit, match="frame"):
        session.do(SetReviews((review("done", frame=99),)))
    with pytest.raises(CannotEdit, match="track"):
        session.do(SetReviews((review("done", track="nobody"),)))
    for wrong in ({"track": "t", "frame": 1}, {}, {"frame": -1}):
        with pytest.raises(InvalidValue):
            review("done", **wrong)
    with pytest.raises(InvalidValue, match="labelled"):
        review("perfect", frame=1)


def test_two_people_pass_a_project_to_and_fro(session: Session, make_box: Make) -> None:
    session.do(AddTrack("s1", Track(category="car", token="t1"), (make_box("t1", 0), make_box("t1", 1))))
    path = session.store.path
    session.close()

    bob = Session(ProjectStore.open(path), "Bob")
    passed = time.time_ns()
    assert set(bob.store.changed_since("s1", 0)) == {("t1", 0), ("t1", 1)}
    bob.do(SetReviews((review("rejected", "Bob", passed, track="t1"),)))
    assert bob.store.changed_since("s1", passed) == {}
    bob.close()

    ann = Session(ProjectStore.open(path), "Ann")
    (found,) = ann.store.reviews("s1")
    assert (found.state, found.author, found.time_ns) == ("rejected", "Bob", passed)
    ann.do(PutBoxes("s1", (make_box("t1", 1, x=2.0),)))
    ann.do(DeleteBoxes((("t1", 0),)))
    changed = ann.store.changed_since("s1", found.time_ns)
    assert {place: author for place, (author, _) in changed.items()} == {("t1", 1): "Ann", ("t1", 0): "Ann"}
    ann.undo()
    assert set(ann.store.changed_since("s1", found.time_ns)) == {("t1", 1)}
    ann.close()


def test_risk_and_sample(make_box: Make) -> None:
    tracks = [Track(category="car", token=f"t{k}") for k in range(30)]
    boxes = [make_box(track.token, 0) for track in tracks[1:]]
    boxes.append(make_box("t0", 0, source=Source.MACHINE, doubt="few-points"))
    found = [Found(rule_named("overlap"), Remark("in each other", tracks[3], 0, other=tracks[4]), 0.9)]
    risk = risks(found, Labels(tracks, boxes))
    assert risk["t3"] == risk["t4"] > risk["t0"] > risk["t5"] > 0
    drawn = [sample(risk, 5, seed=seed) for seed in range(40)]
    assert all(len(set(tokens)) == 5 and tokens == sorted(tokens, key=lambda t: (-risk[t], t)) for tokens in drawn)
    times = [sum(token in tokens for tokens in drawn) for token in ("t3", "t9")]
    assert times[0] > 3 * times[1]
    assert len({token for tokens in drawn for token in tokens}) > 20  # nobody is safe from being looked at
    assert "t3" not in sample(risk, 30, done=["t3"])
    assert sample({}, 3) == []
