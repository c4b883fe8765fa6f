"""Comments: about what they are, who may answer, and that none is lost with its track."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lidar_label.edit import (
    AddComment,
    AddTrack,
    ChangeComment,
    DeleteBoxes,
    DeleteComments,
    DeleteTracks,
    RemoveScene,
    ResolveComments,
    Session,
)
from lidar_label.edit.commands import comments_left
from lidar_label.errors import CannotEdit, InvalidValue
from lidar_label.model import Box, Change, Comment, Track
from lidar_label.store import ProjectStore

pytestmark = pytest.mark.one_numpy

ABOUT: dict[str, Any] = {"scene": "s1", "author": "Ann"}

WRITER = """
import sys
from pathlib import Path
from lidar_label.edit import AddComment, Session
from lidar_label.model import Comment
from lidar_label.store import ProjectStore
session = Session(ProjectStore.open(Path(sys.argv[1])))
for number in range(1000):
    session.do(AddComment(Comment(scene="s1", text=f"look {number} 看", token=f"c{number}", time_ns=number)))
    print(number, flush=True)
"""


@pytest.fixture
def tracks(session: Session, make_box: Callable[..., Box]) -> Session:
    """Tracks t1 with boxes in frames 2 and 3, and t2 with one in frame 0."""
    session.do(AddTrack("s1", Track(category="car", token="t1"), (make_box("t1", 2), make_box("t1", 3))))
    session.do(AddTrack("s1", Track(category="van", token="t2"), (make_box("t2", 0),)))
    return session


def test_a_comment_comes_back_as_it_was_written(tracks: Session) -> None:
    written = (
        Comment(**ABOUT, text="the whole drive", time_ns=1),
        Comment(**ABOUT, text="帧 2", frame=2, time_ns=2),
        Comment(**ABOUT, text="one object\nall along", track="t1", time_ns=3, done=True),
        Comment(**ABOUT, text="one box", track="t1", frame=3, time_ns=2**62),
    )
    for comment in written:
        tracks.do(AddComment(comment))
    assert tracks.store.comments("s1") == written
    assert tracks.store.comments("s2") == ()


def test_an_answer_is_about_what_the_first_comment_is_about(tracks: Session) -> None:
    first = Comment(**ABOUT, text="gone?", track="t1", frame=2, time_ns=1)
    tracks.do(AddComment(first))
    tracks.do(AddComment(Comment(scene="s1", text="no", reply_to=first.token, time_ns=2, token="r1")))
    tracks.do(AddComment(Comment(scene="s1", text="sure?", reply_to="r1", time_ns=3)))
    _, *answers = tracks.store.comments("s1")
    assert [(a.reply_to, a.track, a.frame) for a in answers] == [(first.token, "t1", 2)] * 2
    tracks.do(DeleteComments((first.token,)))
    assert tracks.store.comments("s1") == ()
    tracks.undo()
    assert len(tracks.store.comments("s1")) == 3


def test_what_is_asked_can_be_settled_and_reworded(tracks: Session) -> None:
    tracks.do(AddComment(Comment(**ABOUT, text="a", token="c1")))
    tracks.do(ResolveComments(("c1",)))
    tracks.do(ChangeComment("c1", "b"))
    assert [(c.done, c.text) for c in tracks.store.comments("s1")] == [(True, "b")]
    assert tracks.do(ResolveComments(("c1",))) is None
    with pytest.raises(InvalidValue, match="needs a text"):
        tracks.do(ChangeComment("c1", "  "))


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        (Comment(scene="nowhere", text="x"), "no scene"),
        (Comment(**ABOUT, text="x", frame=10), "10 frames"),
        (Comment(**ABOUT, text="x", track="nobody"), "no track nobody"),
        (Comment(**ABOUT, text="x", reply_to="nothing"), "no comment nothing"),
    ],
)
def test_a_comment_needs_what_it_is_about(tracks: Session, comment: Comment, said: str) -> None:
    with pytest.raises(CannotEdit, match=said):
        tracks.do(AddComment(comment))
    assert tracks.store.comments("s1") == ()


def test_the_comments_of_a_track_that_goes_stay_with_their_frame(
    tracks: Session, dump: Callable[[Path], dict[str, list[Any]]]
) -> None:
    for number, frame in enumerate((None, 3)):
        tracks.do(AddComment(Comment(**ABOUT, text="x", track="t1", frame=frame, token=f"c{number}", time_ns=number)))
    before = dump(tracks.store.path)
    for command in (DeleteTracks(("t1",)), DeleteBoxes((("t1", 2), ("t1", 3)))):
        tracks.do(command)
        assert [(c.track, c.frame) for c in tracks.store.comments("s1")] == [(None, 2), (None, 3)]
        tracks.undo()
        assert dump(tracks.store.path) == before
    tracks.do(DeleteBoxes((("t1", 3),)))  # the track lives on
    assert [(c.track, c.frame) for c in tracks.store.comments("s1")] == [("t1", None), ("t1", 3)]


def test_comments_can_pass_to_the_track_that_takes_over(tracks: Session) -> None:
    tracks.do(AddComment(Comment(**ABOUT, text="x", track="t1", token="c1")))
    (change,) = comments_left(tracks.store, ("t1",), (), heir="t2")
    assert isinstance(change, Change)
    assert change.after is not None
    assert (change.after["track"], change.after["frame"]) == ("t2", None)


def test_comments_go_with_their_scene(tracks: Session) -> None:
    tracks.do(AddComment(Comment(**ABOUT, text="x", track="t1")))
    tracks.do(RemoveScene("s1"))
    assert tracks.store.comments("s1") == ()
    tracks.undo()
    assert len(tracks.store.comments("s1")) == 1


def test_a_killed_process_loses_no_comment_it_acknowledged(session: Session) -> None:
    path = session.store.path
    session.close()
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    acknowledged = -1
    for line in child.stdout:
        acknowledged = int(line)
        if acknowledged == 60:
            child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert 60 <= acknowledged < 999
    with ProjectStore.open(path) as store:
        texts = [comment.text for comment in store.comments("s1")]
        assert len(texts) in (acknowledged + 1, acknowledged + 2)
        assert texts == [f"look {number} 看" for number in range(len(texts))]
        assert store.undo() is not None
        assert len(store.comments("s1")) == len(texts) - 1


@pytest.mark.parametrize("wrong", [{"text": " \n"}, {"text": "x" * 10_001}, {"text": "x", "frame": -1}, {"text": ""}])
def test_a_comment_says_something(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        Comment(scene="s1", **wrong)
