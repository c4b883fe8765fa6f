"""Track surgery: two tracks made one, one made two, the ends of two exchanged, and many named at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lidar_label.edit.commands import comments_left, delete, insert, need_tracks, updates
from lidar_label.errors import CannotEdit
from lidar_label.model import Box, Change, Key, Row, Source
from lidar_label.store import ProjectStore, rows


class Keep(StrEnum):
    """Which box stays where both of two tracks that become one have a box in a frame."""

    THIS = "this"
    OTHER = "other"
    KEY = "key"
    """That which is a key frame; where both are, or neither, that of this track."""


def keeps_other(this_is_key: bool, other_is_key: bool, keep: Keep) -> bool:
    """Say whether the other track's box stays in a frame where both have one."""
    return keep == Keep.OTHER or (keep == Keep.KEY and other_is_key and not this_is_key)


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge will do, by frames: what the other track adds, where both have a box, and whose stays there."""

    added: tuple[int, ...]
    both: tuple[int, ...]
    from_other: tuple[int, ...]

    @classmethod
    def of(cls, this: Sequence[Box], other: Sequence[Box], keep: Keep) -> MergePlan:
        """Return the plan for the boxes of two tracks."""
        mine, theirs = ({box.frame: box.is_keyframe for box in boxes} for boxes in (this, other))
        both = sorted(mine.keys() & theirs.keys())
        taken = tuple(frame for frame in both if keeps_other(mine[frame], theirs[frame], keep))
        return cls(tuple(sorted(theirs.keys() - mine.keys())), tuple(both), taken)


@dataclass(frozen=True, slots=True)
class MergeTracks:
    """Give the boxes and comments of another track to a track, and delete that other one.

    The track keeps its id, name, category and attributes. Where both have a box in a frame, `keep` says which stays.
    """

    track: str
    other: str
    keep: Keep = Keep.KEY
    title: str = "Merge two tracks"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the boxes that move or go, of the other track, and of its comments."""
        _, gone = _pair(store, self.track, self.other)
        mine, theirs = _by_frame(store, self.track), _by_frame(store, self.other)
        wanted: dict[Key, Row | None] = {(self.other, frame): None for frame in theirs}
        for frame, row in theirs.items():
            old = mine.get(frame)
            if old is None or keeps_other(bool(old["is_keyframe"]), bool(row["is_keyframe"]), self.keep):
                wanted[self.track, frame] = {**row, "track": self.track}
        return (
            *_box_changes((*mine.values(), *theirs.values()), wanted),
            delete("track", gone),
            *comments_left(store, (self.other,), theirs.values(), heir=self.track),
        )


@dataclass(frozen=True, slots=True)
class SplitTrack:
    """Give the boxes of a track from a frame on to a new track; the first part keeps its id.

    The new track is as the old one but for its token and name. Boxes at the cut that lay between key frames become
    key frames, since they hold the shape from now on.
    """

    track: str
    frame: int
    token: str
    name: str = ""
    title: str = "Split a track"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the new track, and of the boxes and comments that pass to it."""
        (row,) = need_tracks(store, (self.track,))
        if store.find_rows("track", "token", (self.token,)):
            raise CannotEdit("the project has this track already", where=f"track {self.token}")
        boxes = _by_frame(store, self.track)
        first = {frame: box for frame, box in boxes.items() if frame < self.frame}
        then = {frame: box for frame, box in boxes.items() if frame >= self.frame}
        if not first or not then:
            raise CannotEdit(
                f"the track has no box {'before' if not first else 'from'} frame {self.frame}{' on' if first else ''}",
                hint="go to the frame with which the second part is to begin",
            )
        wanted: dict[Key, Row | None] = {(self.track, frame): None for frame in then}
        for frame, box in then.items():
            wanted[self.token, frame] = {**box, "track": self.token}
        for token, frame in ((self.track, max(first)), (self.token, min(then))):
            end = wanted.get((token, frame), boxes[frame])
            if end is not None and end["source"] == Source.INTERPOLATED:
                wanted[token, frame] = {**end, "is_keyframe": True}
        position = store.next_position("track", str(row["scene"]))
        return (
            insert("track", {**row, "token": self.token, "name": self.name, "position": position}),
            *_box_changes(boxes.values(), wanted),
            *_pass_comments(store, {self.track: self.token}, self.frame),
        )


@dataclass(frozen=True, slots=True)
class SwapTracks:
    """Exchange what two tracks are from a frame on: each goes on as the other did; before, all stays as it is."""

    track: str
    other: str
    frame: int
    title: str = "Swap two tracks"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the boxes and comments that pass from one track to the other."""
        _pair(store, self.track, self.other)
        pairs = ((self.track, self.other), (self.other, self.track))
        boxes = {token: _by_frame(store, token) for token, _ in pairs}
        then = {token: {f: row for f, row in found.items() if f >= self.frame} for token, found in boxes.items()}
        if not any(then.values()):
            raise CannotEdit(f"neither track has a box from frame {self.frame} on", hint="go to an earlier frame")
        for token, other in pairs:
            if boxes[token] and len(then[token]) == len(boxes[token]) and not then[other]:
                raise CannotEdit(
                    "one of the two would have no box left: all of it would go to the other",
                    hint="merge the two tracks, or go to another frame",
                )
        wanted: dict[Key, Row | None] = {}
        for token, other in pairs:
            wanted.update({(token, frame): None for frame in then[token] if frame not in then[other]})
            wanted.update({(token, frame): {**row, "track": token} for frame, row in then[other].items()})
        current = [row for found in then.values() for row in found.values()]
        return (*_box_changes(current, wanted), *_pass_comments(store, dict(pairs), self.frame))


@dataclass(frozen=True, slots=True)
class NameTracks:
    """Name many tracks at once."""

    names: Mapping[str, str]
    title: str = "Number the tracks"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the tracks that are named otherwise now."""
        found = need_tracks(store, self.names)
        return tuple(
            change for row in found for change in updates("track", (row,), {"name": self.names[str(row["token"])]})
        )


def _pair(store: ProjectStore, track: str, other: str) -> tuple[Row, Row]:
    """Return the rows of two different tracks of one scene."""
    if track == other:
        raise CannotEdit("that is one track, not two", where=f"track {track}")
    found = {str(row["token"]): row for row in need_tracks(store, (track, other))}
    if found[track]["scene"] != found[other]["scene"]:
        raise CannotEdit("the tracks are in two scenes", where=f"track {track}, track {other}")
    return found[track], found[other]


def _by_frame(store: ProjectStore, track: str) -> dict[int, Row]:
    """Return the rows of a track's boxes by frame."""
    found = store.find_rows("box", "track", (track,))
    return {int(str(rows.key_of("box", row)[1])): row for row in found}


def _box_changes(current: Iterable[Row], wanted: Mapping[Key, Row | None]) -> tuple[Change, ...]:
    """Return the changes that make `wanted` true; None is a box that goes."""
    now = {rows.key_of("box", row): row for row in current}
    pairs = [(key, now.get(key), row) for key, row in wanted.items()]
    return tuple(Change("box", key, before, after) for key, before, after in pairs if before != after)


def _pass_comments(store: ProjectStore, heirs: Mapping[str, str], frame: int) -> tuple[Change, ...]:
    """Return the changes that give the comments on boxes of some tracks, from a frame on, to others."""
    found = store.find_rows("comment", "track", heirs)
    later = [row for row in found if isinstance(row["frame"], int) and row["frame"] >= frame]
    return tuple(change for row in later for change in updates("comment", (row,), {"track": heirs[str(row["track"])]}))
