"""Any sequence of commands, applied and undone, gives back the same database; redone, the final one."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lidar_label.edit import (
    AddComment,
    AddScene,
    AddTrack,
    ChangeComment,
    Command,
    DeleteAreas,
    DeleteBoxes,
    DeleteComments,
    DeleteTracks,
    ImportLabels,
    Keep,
    MergeTracks,
    NameTracks,
    PutAreas,
    PutBoxes,
    RemoveScene,
    ResolveComments,
    Session,
    SetAreaCategory,
    SetBoxAttributes,
    SetCategory,
    SetTaxonomy,
    SetTrackAttributes,
    SetTrackLock,
    SetTrackName,
    SetVisibility,
    SplitTrack,
    SwapTracks,
    Together,
)
from lidar_label.errors import CannotEdit
from lidar_label.model import SE3, Area, Box, Category, Comment, Labels, Source, Taxonomy, Track
from lidar_label.store import ProjectStore, SceneRef

pytestmark = pytest.mark.one_numpy

FRAMES = 6
Dump = Callable[[Path], dict[str, list[Any]]]


class Player:
    """Turn small numbers into commands on whatever is in the project at that moment.

    A number chooses among what is there, and now and then something that is not, so that refusals
    are part of every sequence.
    """

    def __init__(self, session: Session) -> None:
        self.store = session.store
        self.fresh = itertools.count()

    def command(self, kind: str, a: int, b: int, c: int) -> Command:  # noqa: C901 - a line a command
        scene = self.pick([ref.token for ref in self.store.scenes()], a)
        tracks = [t.token for t in self.store.tracks(scene)]
        track = self.pick(tracks, b)
        boxes = self.store.boxes_of_track(track)
        keys = tuple((box.track, box.frame) for box in boxes)[: 1 + c % 4] or (("no track", 0),)
        category = self.pick([c.name for c in self.store.taxonomy().categories], c)
        match kind:
            case "add track":
                new = Track(category=category, name=f"{b}", token=f"t{next(self.fresh)}")
                return AddTrack(scene, new, tuple(self.box(new.token, (b + i) % FRAMES, c) for i in range(c % 4)))
            case "put":
                return PutBoxes(scene, tuple(self.box(track, (a + i) % (FRAMES + b % 2), c) for i in range(1 + c % 3)))
            case "delete boxes":
                return DeleteBoxes(keys)
            case "delete tracks":
                return DeleteTracks(tuple(tracks[: 1 + c % 2]) or ("no track",))
            case "category":
                return SetCategory(tuple(tracks[: 1 + a % 3]), category)
            case "name":
                return SetTrackName(track, f"name {c}")
            case "track attributes":
                return SetTrackAttributes(tuple(tracks[: 1 + c % 3]), {"electric": (True, False, None)[c % 3]})
            case "box attributes":
                return SetBoxAttributes(keys, {"moving": (True, None)[a % 2], "speed": c / 3, "lane": "left"})
            case "visibility":
                return SetVisibility(keys, ("", "1", "4", "wrong")[c % 4])
            case "lock":
                return SetTrackLock(track, (4.0, 2.0, 1.0 + c) if a % 3 else None, tuple(boxes[:b]))
            case "comment":
                talk = self.pick([c.token for c in self.store.comments(scene)], a) if c % 3 == 0 else None
                about = {"track": track if b % 2 else None, "frame": b if a % 3 else None, "reply_to": talk}
                return AddComment(Comment(scene=scene, text=f"look {c}", token=f"c{next(self.fresh)}", **about))
            case "settle":
                talks = [c.token for c in self.store.comments(scene)]
                talk = self.pick(talks, b)
                change = ChangeComment(talk, f"words {c}" if c else " ")
                return (DeleteComments((talk,)), ResolveComments(tuple(talks[:c]), a % 2 == 0), change)[a % 3]
            case "area":
                known = [found.token for found in self.store.areas(scene)]
                token = self.pick(known, b) if known and a % 2 else f"a{next(self.fresh)}"
                corners = np.array([[0, 0, 0], [2 + b / 3, 0, c / 7], [0, 1, 1e5 / 3]])
                made = Area(scene=scene, category=category, corners=corners, frame=b, token=token)
                change = (DeleteAreas((token,)), SetAreaCategory(tuple(known[:b]), category))
                return PutAreas((made,)) if c % 3 else change[a % 2]
            case "merge":
                return MergeTracks(track, self.pick([t for t in tracks if t != track], c), list(Keep)[a % 3])
            case "split":
                frame = boxes[-1].frame if boxes else c
                return SplitTrack(track, frame, f"t{next(self.fresh)}", f"part {a}")
            case "swap":
                return SwapTracks(track, self.pick([t for t in tracks if t != track], c), a % FRAMES)
            case "number":
                return NameTracks({token: f"{a + at}" for at, token in enumerate(tracks[: 1 + b])})
            case "together":
                return Together(tuple(self.command(KINDS[n], a, b, c) for n in (a, c, 9)), "three")
            case "add scene":
                return AddScene(self.ref(f"s{next(self.fresh)}", a))
            case "remove scene":
                return RemoveScene(scene)
            case "taxonomy":
                return SetTaxonomy(self.taxonomy(a, b, c))
            case _:
                found = [Track(category=f"new {c % 2}", token=f"t{next(self.fresh)}") for _ in range(1 + b % 3)]
                made = [self.box(t.token, f, c) for t in found for f in range(a % FRAMES)]
                additions = Taxonomy([Category(name=f"new {c % 2}")])
                return ImportLabels(self.ref(f"s{next(self.fresh)}", a), Labels(found, made), additions)

    def pick(self, options: list[str], number: int) -> str:
        return (*options, "not there")[number % (len(options) + (1 if number > 8 else 0) or 1)]

    def ref(self, token: str, position: int) -> SceneRef:
        return SceneRef(token=token, name=token, path="p", format="f", scene=token, frames=FRAMES, position=position)

    def box(self, track: str, frame: int, number: int) -> Box:
        pose = SE3.from_yaw("world", "box", number / 3, (number / 7, -frame / 3, 1e5 / 3))
        return Box(
            track=track,
            frame=frame,
            world_SE3_box=pose,
            size=(4.0 + number / 9, 2.0, 1.5),
            attributes={"moving": True} if number % 2 else {},
            is_keyframe=bool(number % 3),
            source=list(Source)[number % 5],
            score=number / 30 if number % 2 else None,
            doubt="occluded" if number % 5 else "",
            num_lidar_pts=number if number % 4 else None,
        )

    def taxonomy(self, a: int, b: int, c: int) -> Taxonomy:
        """Drop, rename, reorder and add categories."""
        now = self.store.taxonomy()
        kept = list(now.categories)
        if kept and a % 3 == 0:
            kept.pop(b % len(kept))
        if kept and a % 3 == 1:
            old = kept[b % len(kept)]
            kept[b % len(kept)] = Category(name=f"{old.name}'", color=old.color, token=old.token)
        extra = [Category(name=f"extra {next(self.fresh)}")] if c % 2 else []
        return Taxonomy([*extra, *kept], now.attributes[: c % 6], now.visibilities)


KINDS = (
    "add track", "put", "delete boxes", "delete tracks", "category", "name", "track attributes",
    "box attributes", "visibility", "lock", "comment", "settle", "together", "add scene", "remove scene", "taxonomy",
    "merge", "split", "swap", "number", "area", "area", "import", "undo", "redo",
)  # fmt: skip
numbers = st.integers(min_value=0, max_value=11)
# Tracks and boxes come first in most sequences, or there would be little to work on.
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("add track", "put", "import", "comment")), numbers, numbers, numbers),
        st.tuples(st.sampled_from(KINDS), numbers, numbers, numbers),
    ),
    min_size=5,
    max_size=30,
)

# With no track in the drive most of what comes next is refused.
FILLED = [("add track", 0, 1, 3), ("add track", 0, 2, 2), ("add track", 0, 4, 3)]


@pytest.fixture(scope="module")
def counted() -> dict[str, int]:
    return {"done": 0, "refused": 0}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(sequence=steps)
def test_undo_and_redo_walk_through_the_very_same_states(
    sequence: list[tuple[str, int, int, int]], dump: Dump, taxonomy: Taxonomy, ref: SceneRef, counted: dict[str, int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "work.lidarlabel"
        session = Session(ProjectStore.create(path, taxonomy))
        session.do(AddScene(ref))
        states, at = [dump(path)], 0
        player = Player(session)
        for kind, a, b, c in [*FILLED, *sequence]:
            if kind == "undo":
                if at == 0:
                    continue  # what lies below is the scene the project began with
                assert session.undo() is not None
                at -= 1
            elif kind == "redo":
                assert (session.redo() is None) == (at == len(states) - 1)
                at = min(at + 1, len(states) - 1)
            else:
                try:
                    patch = session.do(player.command(kind, a, b, c))
                except CannotEdit:
                    counted["refused"] += 1
                else:
                    counted["done"] += 1
                    if patch is not None:
                        states[at + 1 :] = [dump(path)]
                        at += 1
            assert dump(path) == states[at]
        session.close()

        session = Session(ProjectStore.open(path))  # the stack is in the file, not in the session
        for expected in reversed(states[:at]):
            assert session.undo() is not None
            assert dump(path) == expected
        for expected in states[1:]:
            assert session.redo() is not None
            assert dump(path) == expected
        assert session.redo() is None
        session.close()


def test_the_sequences_did_something(counted: dict[str, int]) -> None:
    """Guard the test above against a change that makes every command a refusal."""
    if counted["done"] + counted["refused"] == 0:
        pytest.skip("runs after the sequences, in the same process")
    assert counted["done"] > counted["refused"] > 0
