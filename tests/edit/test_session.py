"""A session tells everybody once, edits one at a time, and notices what others changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from lidar_label.edit import AddTrack, DeleteTracks, PutBoxes, Session, SetTrackName
from lidar_label.errors import CannotEdit
from lidar_label.model import Box, Change, Patch, Track
from lidar_label.store import ProjectStore

pytestmark = pytest.mark.one_numpy

MakeBox = Callable[..., Box]


@pytest.fixture
def track(session: Session, make_box: MakeBox) -> Track:
    made = Track(category="car", token="t1")
    session.do(AddTrack("s1", made, tuple(make_box("t1", f) for f in range(3))))
    return made


def test_listeners_hear_of_what_is_stored(session: Session, track: Track) -> None:
    heard: list[tuple[str, str]] = []

    def listen(patch: Patch) -> None:
        with ProjectStore.open(session.store.path) as other:  # it is in the file, for everybody
            heard.append((patch.title, other.track("t1").name))

    remove = session.on_changed(listen)
    done = session.do(SetTrackName("t1", "a", "name it"))
    assert done is not None
    assert (done.author, done.timestamp_ns > 10**18) == ("Ann", True)
    assert session.undo() == done.inverse
    assert session.redo() == done
    assert session.do(SetTrackName("t1", "a")) is None
    assert heard == [("name it", "a"), ("name it", ""), ("name it", "a")]
    remove()
    remove()
    session.undo()
    assert len(heard) == 3


def test_a_listener_hears_in_the_thread_that_edits(session: Session, track: Track) -> None:
    heard: list[int] = []
    session.on_changed(lambda _: heard.append(threading.get_ident()))
    worker = threading.Thread(target=lambda: session.do(SetTrackName("t1", "b")))
    worker.start()
    worker.join()
    assert heard == [worker.ident]


def test_a_listener_that_fails_keeps_nobody_from_hearing(session: Session, track: Track) -> None:
    heard: list[Patch] = []

    def fail(_: Patch) -> None:
        raise ZeroDivisionError

    session.on_changed(fail)
    session.on_changed(heard.append)
    with pytest.raises(ZeroDivisionError):
        session.do(SetTrackName("t1", "c"))
    assert len(heard) == 1
    assert session.store.track("t1").name == "c"
    with pytest.raises(ZeroDivisionError):
        session.undo()
    assert len(heard) == 2


def test_a_listener_must_not_edit(session: Session, track: Track) -> None:
    session.on_changed(lambda _: session.undo())
    with pytest.raises(RuntimeError, match="listener"):
        session.do(SetTrackName("t1", "d"))
    assert session.store.track("t1").name == "d"


def test_edits_of_many_threads_queue(session: Session, track: Track, make_box: MakeBox) -> None:
    order: list[str] = []
    session.on_changed(lambda patch: order.append(patch.title))

    def edit(thread: int) -> None:
        for i in range(10):
            box = make_box("t1", thread, x=float(i))
            session.do(PutBoxes("s1", (box,), f"{thread}.{i}"))

    with ThreadPoolExecutor(5) as pool:
        for future in [pool.submit(edit, thread) for thread in range(5)]:
            future.result()
    assert len(order) == 50
    assert order == [entry.title for entry in session.store.history()][:50][::-1]


@dataclass(frozen=True)
class Slow:
    """A command that another session overtakes between its look at the labels and its patch."""

    meanwhile: Callable[[], Any]
    inner: Any
    title: str = "slow"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        found: tuple[Change, ...] = self.inner.changes(store)
        self.meanwhile()
        return found


def test_two_sessions_on_one_file_do_not_overwrite_each_other(
    session: Session, track: Track, make_box: MakeBox, dump: Callable[[Path], dict[str, list[Any]]]
) -> None:
    path = session.store.path
    other = Session(ProjectStore.open(path), "Ben")
    mine, theirs = make_box("t1", 1, x=5.0), make_box("t1", 1, x=6.0)
    with pytest.raises(CannotEdit, match=r"box of track t1 in frame 1 is not what it was .*somebody else"):
        session.do(Slow(lambda: other.do(PutBoxes("s1", (theirs,))), PutBoxes("s1", (mine, make_box("t1", 5)))))
    assert session.store.box("t1", 1) == theirs
    assert session.store.box("t1", 5) is None

    with pytest.raises(CannotEdit, match="is there already"):
        session.do(
            Slow(
                lambda: other.do(PutBoxes("s1", (make_box("t1", 7),))),
                PutBoxes("s1", (make_box("t1", 7),)),
            )
        )
    before = dump(path)
    with pytest.raises(CannotEdit, match="without its track"):  # a box for a track that is being deleted
        session.do(Slow(lambda: other.do(DeleteTracks(("t1",))), PutBoxes("s1", (make_box("t1", 8),))))
    other.undo()
    assert dump(path) == before
    assert session.do(PutBoxes("s1", (mine,))) is not None  # asked again, it goes through
    other.close()


def test_two_sessions_share_one_history(session: Session, track: Track) -> None:
    other = Session(ProjectStore.open(session.store.path), "Ben")
    other.do(SetTrackName("t1", "theirs", "name by Ben"))
    assert session.undo_title == "name by Ben"
    session.undo()
    assert other.redo_title == "name by Ben"
    assert other.store.history()[0].author == "Ben"
    other.close()


def test_undo_is_there_after_reopening(session: Session, track: Track) -> None:
    path = session.store.path
    session.do(SetTrackName("t1", "x", "first"))
    session.do(SetTrackName("t1", "y", "second"))
    session.undo()
    session.close()
    again = Session(ProjectStore.open(path))
    assert (again.undo_title, again.redo_title) == ("first", "second")
    again.redo()
    assert again.store.track("t1").name == "y"
    again.close()


def test_a_new_edit_drops_what_was_undone(session: Session, track: Track) -> None:
    session.do(SetTrackName("t1", "x", "first"))
    session.undo()
    session.do(SetTrackName("t1", "y", "second"))
    assert session.redo_title == ""
    assert session.redo() is None
    session.undo()
    assert session.undo_title == "Add a track"
    assert {entry.title: entry.state for entry in session.store.history()}["first"] == "discarded"


def test_a_refused_edit_keeps_what_can_be_redone(session: Session, track: Track, make_box: MakeBox) -> None:
    session.do(SetTrackName("t1", "x", "first"))
    session.undo()
    with pytest.raises(CannotEdit):
        session.do(SetTrackName("nobody", "y"))
    assert session.do(PutBoxes("s1", session.store.boxes_of_track("t1"))) is None
    assert session.redo_title == "first"


def test_boxes_can_trade_their_tokens(session: Session, track: Track) -> None:
    one, two, _ = session.store.boxes_of_track("t1")
    with pytest.raises(CannotEdit, match="same token"):
        session.do(PutBoxes("s1", (replace(one, token=two.token),)))
    assert session.store.boxes_of_track("t1")[0] == one
    session.do(PutBoxes("s1", (replace(one, token=two.token), replace(two, token=one.token))))
    assert [b.token for b in session.store.boxes_of_track("t1")][:2] == [two.token, one.token]
    session.undo()
    assert session.store.boxes_of_track("t1")[:2] == (one, two)
