"""What goes into a project file comes out again, exactly, from any thread."""

from __future__ import annotations

import math
import sqlite3
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.errors import BrokenReference, CannotEdit, CannotWrite, InvalidValue, MissingFile
from lidar_label.model import SE3, Box, Change, Patch, Source, Taxonomy, Track
from lidar_label.store import ProjectStore, SceneRef, project_store, rows

REF = SceneRef(token="s1", name="drive", path="../data", format="kitti-raw", scene="0001", frames=10, fingerprint="f")


def insert(table: str, row: Any) -> Change:
    return Change(table, rows.key_of(table, row), None, row)


def put(store: ProjectStore, track: Track, boxes: list[Box], ref: SceneRef = REF, title: str = "put") -> Patch:
    changes = [insert("box", rows.box_row(box, ref.token)) for box in boxes]
    place = store.next_position("track", ref.token)
    changes.insert(0, insert("track", rows.track_row(track, ref.token, place)))
    if not store.find_rows("scene", "token", (ref.token,)):
        changes.insert(0, insert("scene", rows.scene_row(ref)))
    patch = Patch(title=title, changes=tuple(changes), author="me", timestamp_ns=5)
    store.apply(patch)
    return patch


def box(track: str, frame: int, **more: Any) -> Box:
    pose = SE3("world", "box", (0.9, 0.1, -0.2, 0.3) / np.linalg.norm([0.9, 0.1, 0.2, 0.3]), (1 / 3, -2e5 / 7, 1e-17))
    return Box(**{"track": track, "frame": frame, "world_SE3_box": pose, "size": (4.1, 0.1 + 0.2, 1.5), **more})


def test_every_value_comes_back_as_it_was(store: ProjectStore, taxonomy: Taxonomy) -> None:
    track = Track(category="行人", name="Ann\n'); --", attributes={"doors": "open", "age": 31, "m": 0.1})
    full = box(
        track.token,
        3,
        attributes={"moving": True, "z": False, "speed": 1.5e-300, "note": "é\u2028"},
        visibility="4",
        is_keyframe=False,
        source=Source.MACHINE,
        score=0.1,
        num_lidar_pts=7,
        num_radar_pts=0,
    )
    put(store, track, [full, box(track.token, 1)])
    assert store.taxonomy() == taxonomy
    assert store.scenes() == (REF,)
    assert store.tracks("s1") == (track,)
    assert store.track(track.token) == track
    assert store.scene_of(track.token) == "s1"
    found = store.box(track.token, 3)
    assert found == full
    assert found is not None
    assert list(found.attributes) == list(full.attributes)
    assert [type(v) for v in found.attributes.values()] == [bool, bool, float, str]
    assert [b.frame for b in store.boxes_of_track(track.token)] == [1, 3]
    assert store.boxes_in_frame("s1", 3) == (full,)
    assert list(store.labels("s1").boxes())[1] == full
    assert store.box(track.token, 4) is None


finite = st.floats(allow_nan=False, allow_infinity=False, width=64)
metres = st.floats(min_value=-1e9, max_value=1e9)  # a pose reaches no farther


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.tuples(metres, metres, metres),
    turn=st.tuples(finite, finite, finite, finite).filter(lambda q: 1e-100 < math.hypot(*q) < 1e100),
    size=st.tuples(*[st.floats(min_value=5e-324, max_value=1000.0)] * 3),
    score=st.floats(min_value=0.0, max_value=1.0),
)
def test_floats_keep_every_bit(store: ProjectStore, place: Any, turn: Any, size: Any, score: float) -> None:
    turn = np.array(turn) / math.hypot(*turn)
    track = Track(category="car")
    before = box(track.token, 0, world_SE3_box=SE3("world", "box", turn, place), size=size, score=score)
    put(store, track, [before])
    after = store.box(track.token, 0)
    assert after is not None

    def bits(value: Box) -> bytes:
        pose = value.world_SE3_box
        return pose.translation.tobytes() + pose.rotation.tobytes() + struct.pack("<4d", *value.size, value.score or 0)

    assert bits(after) == bits(before)
    assert hash(after.world_SE3_box) == hash(before.world_SE3_box)


def test_tracks_and_their_boxes_keep_the_order_they_were_made_in(store: ProjectStore) -> None:
    tracks = [Track(category="car", token=token) for token in ("zz", "aa", "mm")]
    for track in tracks:
        put(store, track, [box(track.token, 2)])
    assert store.tracks("s1") == tuple(tracks)
    assert [b.track for b in store.boxes_in_frame("s1", 2)] == ["zz", "aa", "mm"]
    assert [b.track for b in store.labels("s1").boxes()] == ["zz", "aa", "mm"]


def test_spans_and_counts(store: ProjectStore) -> None:
    long, empty = Track(category="car"), Track(category="car")
    put(store, long, [box(long.token, f, is_keyframe=f != 4) for f in (7, 2, 4)])
    put(store, empty, [])
    (span,) = store.track_spans("s1")
    assert (span.track, span.first, span.last, span.boxes) == (long.token, 2, 7, 3)
    counts = store.counts("s1")
    assert (counts.tracks, counts.boxes, counts.keyframes, counts.frames) == (2, 3, 2, 3)
    assert store.counts("no such scene").boxes == 0


def test_a_span_tells_the_size_of_what_people_made(store: ProjectStore) -> None:
    track, found = Track(category="car"), Track(category="car")
    sizes = {1: (4.0, 1.8, 1.5), 2: (4.4, 2.0, 1.7)}
    boxes = [box(track.token, frame, size=size, source=Source.HUMAN) for frame, size in sizes.items()]
    put(store, track, [*boxes, box(track.token, 3, size=(9.0, 3.0, 4.0), source=Source.PROPAGATED)])
    put(store, found, [box(found.token, 1, source=Source.MACHINE)])
    spans = {span.track: span.size for span in store.track_spans("s1")}
    assert spans[track.token] == pytest.approx((4.2, 1.9, 1.6))
    assert spans[found.token] is None


def test_a_name_that_is_not_there_is_told(store: ProjectStore) -> None:
    for call in (store.track, store.scene_of, store.labels):
        with pytest.raises(BrokenReference, match="nowhere"):
            call("nowhere")


def test_a_scene_reference_checks_itself() -> None:
    with pytest.raises(InvalidValue, match="frames"):
        SceneRef(token="t", name="n", path="p", format="f", scene="s", frames=-1)
    with pytest.raises(InvalidValue, match="token"):
        SceneRef(token="", name="n", path="p", format="f", scene="s", frames=1)


def test_every_read_uses_an_index(store: ProjectStore) -> None:
    """A full scan of the boxes would make the window wait on a long project."""
    track = Track(category="car")
    put(store, track, [box(track.token, f) for f in range(10)])
    asked: list[str] = []
    with store._database.reading() as connection:
        connection.connection.driver_connection.set_trace_callback(asked.append)
    store.box(track.token, 1)
    store.boxes_in_frame("s1", 1)
    store.boxes_of_track(track.token)
    store.labels("s1")
    store.track_spans("s1")
    store.counts("s1")
    store.box_rows([(track.token, 1), (track.token, 2)])
    store.tracks("s1")
    store.undo_title()
    selects = [text for text in asked if text.startswith("SELECT")]
    assert len(selects) >= 9
    plain = sqlite3.connect(store.path)
    for text in selects:
        plan = [row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {text}")]
        assert not [line for line in plan if line.startswith("SCAN")], (text, plan)
    plain.close()


def test_many_threads_read_while_one_writes(store: ProjectStore) -> None:
    track = Track(category="car")
    put(store, track, [])
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        last = 0
        while not done.is_set():
            found = len(store.labels("s1"))
            assert found >= last
            assert found % 5 == 0, "a read saw half an edit"
            last = found
        seen.append(last)

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for start in range(0, 100, 5):
                changes = tuple(insert("box", rows.box_row(box(track.token, start + i), "s1")) for i in range(5))
                store.apply(Patch(title="five", changes=changes))
        finally:
            done.set()
        for reader in readers:
            reader.result()
    assert len(seen) == 4
    assert len(store.labels("s1")) == 100


def test_closing_leaves_one_file(file: Path) -> None:
    store = ProjectStore.open(file)
    put(store, Track(category="car"), [])
    assert {p.name for p in file.parent.iterdir()} > {file.name}
    store.close()
    store.close()
    assert [p.name for p in file.parent.iterdir()] == [file.name]
    with pytest.raises(CannotEdit, match="closed"):
        store.scenes()


def test_create_never_replaces_a_file(file: Path, taxonomy: Taxonomy) -> None:
    before = file.read_bytes()
    with pytest.raises(CannotWrite, match="exists"):
        ProjectStore.create(file, taxonomy)
    assert file.read_bytes() == before
    link = file.with_name("link.lidarlabel")
    link.symlink_to("nowhere")
    with pytest.raises(CannotWrite, match="exists"):
        ProjectStore.create(link, taxonomy)


def test_create_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lidar_label.store.project_store.os.fsync", fail)
    with pytest.raises(CannotWrite, match="No space left"):
        ProjectStore.create(tmp_path / "a.lidarlabel", taxonomy)
    assert list(tmp_path.iterdir()) == []


def test_create_does_not_replace_what_appears_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy
) -> None:
    path = tmp_path / "a.lidarlabel"
    fill = project_store.fill

    def slow(unfinished: Path, words: Taxonomy) -> None:
        fill(unfinished, words)
        path.write_text("somebody else's")

    monkeypatch.setattr(project_store, "fill", slow)
    with pytest.raises(CannotWrite, match="exists"):
        ProjectStore.create(path, taxonomy)
    assert path.read_text() == "somebody else's"
    assert list(tmp_path.iterdir()) == [path]


def test_writers_wait_for_each_other(store: ProjectStore) -> None:
    """Undo reads before it writes; a transaction that is not a writer's from its start would fail here."""
    first, mine, theirs = (Track(category="car") for _ in range(3))
    for track in (first, mine, theirs):
        put(store, track, [])
    other = ProjectStore.open(store.path)

    def edit(to: ProjectStore, track: Track) -> None:
        for frame in range(100):
            to.apply(Patch(title="one", changes=(insert("box", rows.box_row(box(track.token, frame), "s1")),)))

    def undo() -> None:
        for _ in range(100):
            store.undo()

    edit(store, first)  # so that there is always something to undo but the tracks themselves
    with ThreadPoolExecutor(3) as pool:
        for work in [pool.submit(edit, store, mine), pool.submit(edit, other, theirs), pool.submit(undo)]:
            work.result()
    other.close()
    states = [entry.state for entry in store.history(limit=1000)]
    assert len(states) == 303
    assert len(store.labels("s1")) == states.count("done") - 3 == 200


def test_create_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="folder"):
        ProjectStore.create(tmp_path / "no" / "a.lidarlabel", Taxonomy())


def test_the_history_says_who_did_what_and_when(store: ProjectStore) -> None:
    put(store, Track(category="car"), [], title="one")
    put(store, Track(category="car"), [], title="two")
    assert (store.undo_title(), store.redo_title()) == ("two", "")
    store.undo()
    assert (store.undo_title(), store.redo_title()) == ("one", "two")
    put(store, Track(category="car"), [], title="three")
    assert (store.undo_title(), store.redo_title()) == ("three", "")
    log = store.history()
    assert [(e.title, e.state, e.author, e.timestamp_ns) for e in log] == [
        ("three", "done", "me", 5),
        ("two", "discarded", "me", 5),
        ("one", "done", "me", 5),
    ]
    assert len(store.history(limit=1)) == 1
    store.undo()
    store.undo()
    assert store.undo() is None
    assert store.redo_title() == "one"


def test_undo_says_what_it_changed(store: ProjectStore) -> None:
    patch = put(store, Track(category="car"), [])
    assert store.undo() == patch.inverse
    assert store.redo() == patch


def test_a_change_is_made_only_where_the_row_is_what_it_was(
    store: ProjectStore, dump: Callable[[Path], dict[str, list[Any]]]
) -> None:
    track = Track(category="car")
    put(store, track, [box(track.token, 0), box(track.token, 1)])
    now = store.find_rows("track", "token", (track.token,))[0]
    row = store.box_rows([(track.token, 1)])[track.token, 1]
    before = dump(store.path)
    wrong: list[Change] = [
        Change("box", (track.token, 1), {**row, "x": 1e-300}, {**row, "x": 2.0}),
        Change("box", (track.token, 1), {**row, "score": 0.5}, None),
        Change("box", (track.token, 1), None, row),
        Change("box", (track.token, 5), {**row, "frame": 5}, None),
    ]
    for change in wrong:
        fine = Change("track", (track.token,), now, {**now, "name": "renamed"})
        with pytest.raises(CannotEdit, match=f"box of track {track.token}"):
            store.apply(Patch(title="both or none", changes=(fine, change)))
        assert dump(store.path) == before
    assert len(store.history()) == 1


def test_an_edit_that_breaks_a_reference_is_refused(
    store: ProjectStore, dump: Callable[[Path], dict[str, list[Any]]]
) -> None:
    track = Track(category="car")
    put(store, track, [box(track.token, 0)])
    before = dump(store.path)
    row = store.find_rows("track", "token", (track.token,))[0]
    orphan = rows.box_row(box("nobody", 0), "s1")
    for change in (
        Change("track", (track.token,), row, None),
        Change("track", (track.token,), row, {**row, "category": "tram"}),
        insert("box", orphan),
    ):
        with pytest.raises(CannotEdit, match="without its"):
            store.apply(Patch(title="", changes=(change,)))
    twin = box(track.token, 1, token=store.boxes_in_frame("s1", 0)[0].token)
    with pytest.raises(CannotEdit, match="same token"):
        store.apply(Patch(title="", changes=(insert("box", rows.box_row(twin, "s1")),)))
    assert dump(store.path) == before


def test_order_within_an_edit_does_not_matter(store: ProjectStore) -> None:
    track = Track(category="car")
    changes = (
        insert("box", rows.box_row(box(track.token, 0), "s1")),
        insert("track", rows.track_row(track, "s1", 0)),
        insert("scene", rows.scene_row(REF)),
    )
    store.apply(Patch(title="", changes=changes))
    store.apply(Patch(title="", changes=tuple(change.inverse for change in reversed(changes))))
    assert store.scenes() == ()


def test_a_malformed_change_is_refused(store: ProjectStore) -> None:
    track = Track(category="car")
    put(store, track, [box(track.token, 0)])
    row = store.box_rows([(track.token, 0)])[track.token, 0]
    wrong: list[tuple[tuple[Change, ...], str]] = [
        ((Change("patch", (1,), None, {}),), "no table"),
        ((Change("box", (track.token, 0), row, {"x": 1}),), "columns"),
        ((Change("box", (track.token, 1), None, row),), "do not agree"),
        ((Change("box", (track.token, 0), row, {**row, "x": math.nan}),), "finite"),
        ((Change("box", (track.token, 0), row, {**row, "x": [1]}),), "plain"),
        ((Change("box", (track.token, 0), row, {**row, "num_lidar_pts": 2**63}),), "too large"),
        ((Change("box", (track.token, 0), row, None),) * 2, "twice"),
        ((Change("box", (track.token, 0), row, {**row, "visibility": "\ud800"}),), "surrogates"),
    ]
    for changes, words in wrong:
        with pytest.raises(CannotEdit, match=words):
            store.apply(Patch(title="", changes=changes))
    assert len(store.history()) == 1


@pytest.mark.parametrize("value", [math.nan, math.inf, None, [1], {"a": 1}])
def test_an_attribute_that_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(CannotEdit, match="attribute 'a'"):
        rows.attributes_text({"a": value}, "here")
