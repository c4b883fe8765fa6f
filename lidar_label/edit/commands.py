"""Commands on tracks and boxes: each says which rows change, and nothing of how to undo it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lidar_label.errors import BrokenReference, CannotEdit
from lidar_label.model import AttributeValue, Box, Change, Key, Row, Taxonomy, Track, check_size
from lidar_label.store import ProjectStore, rows

BoxKey = tuple[str, int]


class Command(Protocol):
    """An edit a person asks for."""

    @property
    def title(self) -> str:
        """What the undo menu calls it."""

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows that change, given the labels as they are; raise `CannotEdit` if they do not fit."""


@dataclass(frozen=True, slots=True)
class AddTrack:
    """Make a track with its first boxes."""

    scene: str
    track: Track
    boxes: tuple[Box, ...]
    title: str = "Add a track"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the new track's row and those of its boxes."""
        frames = frames_of(store, self.scene)
        if store.find_rows("track", "token", (self.track.token,)):
            raise CannotEdit("the project has this track already", where=f"track {self.track.token}")
        need_category(store.taxonomy(), self.track.category)
        strangers = [box for box in self.boxes if box.track != self.track.token]
        if strangers:
            raise CannotEdit("a box belongs to another track", where=f"box {strangers[0].token}")
        check_boxes(self.boxes, frames)
        track = rows.track_row(self.track, self.scene, store.next_position("track", self.scene))
        return (insert("track", track), *(insert("box", rows.box_row(box, self.scene)) for box in self.boxes))


@dataclass(frozen=True, slots=True)
class PutBoxes:
    """Write boxes of existing tracks; one that its track has in that frame already is replaced."""

    scene: str
    boxes: tuple[Box, ...]
    title: str = "Change boxes"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the boxes that are new or differ."""
        check_boxes(self.boxes, frames_of(store, self.scene))
        for row in need_tracks(store, {box.track for box in self.boxes}):
            if row["scene"] != self.scene:
                raise CannotEdit("the track is in another scene", where=f"track {row['token']}")
        current = store.box_rows([(box.track, box.frame) for box in self.boxes])
        wanted: dict[Key, Row] = {(box.track, box.frame): rows.box_row(box, self.scene) for box in self.boxes}
        return differences("box", current, wanted)


@dataclass(frozen=True, slots=True)
class DeleteBoxes:
    """Delete boxes by (track, frame). A track left without any box is deleted with its last one."""

    keys: tuple[BoxKey, ...]
    title: str = "Delete boxes"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the boxes, and of the tracks that end up empty."""
        current = need_boxes(store, self.keys)
        left = store.box_counts(track for track, _ in self.keys)
        for track, _ in dict.fromkeys(self.keys):
            left[track] -= 1
        empty = [track for track, count in left.items() if count <= 0]
        return (
            *(delete("box", row) for row in current.values()),
            *(delete("track", row) for row in store.find_rows("track", "token", empty)),
            *comments_left(store, empty, current.values()),
        )


@dataclass(frozen=True, slots=True)
class DeleteTracks:
    """Delete tracks with all their boxes."""

    tokens: tuple[str, ...]
    title: str = "Delete tracks"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the boxes and of the tracks."""
        tracks = need_tracks(store, self.tokens)
        boxes = store.find_rows("box", "track", self.tokens)
        return (
            *(delete("box", row) for row in boxes),
            *(delete("track", row) for row in tracks),
            *comments_left(store, self.tokens, boxes),
        )


@dataclass(frozen=True, slots=True)
class SetCategory:
    """Give tracks another category."""

    tokens: tuple[str, ...]
    category: str
    title: str = "Set the category"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the tracks that differ."""
        need_category(store.taxonomy(), self.category)
        return updates("track", need_tracks(store, self.tokens), {"category": self.category})


@dataclass(frozen=True, slots=True)
class SetTrackName:
    """Name a track."""

    track: str
    name: str
    title: str = "Name a track"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the track's row where it differs."""
        return updates("track", need_tracks(store, (self.track,)), {"name": self.name})


@dataclass(frozen=True, slots=True)
class SetTrackLock:
    """Fix the size that a track's boxes are to have, or with None let go of it.

    `boxes` are boxes of the track that are written with it, such as those that get the size now.
    """

    track: str
    size: tuple[float, float, float] | None
    boxes: tuple[Box, ...] = ()
    title: str = "Lock the size of a track"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the track and of the boxes that differ."""
        (row,) = need_tracks(store, (self.track,))
        strangers = [box for box in self.boxes if box.track != self.track]
        if strangers:
            raise CannotEdit("a box belongs to another track", where=f"box {strangers[0].token}")
        length, width, height = check_size(self.size) if self.size is not None else (None, None, None)
        columns: Row = {"locked_length": length, "locked_width": width, "locked_height": height}
        written = PutBoxes(str(row["scene"]), self.boxes).changes(store) if self.boxes else ()
        return (*updates("track", (row,), columns), *written)


@dataclass(frozen=True, slots=True)
class SetTrackAttributes:
    """Set some attributes of tracks, keeping the others; None takes one away."""

    tokens: tuple[str, ...]
    attributes: Mapping[str, AttributeValue | None]
    title: str = "Set attributes of a track"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the tracks that differ."""
        check_attributes(store.taxonomy(), self.attributes, "track")
        found = need_tracks(store, self.tokens)
        return tuple(
            change
            for row in found
            for change in updates("track", (row,), {"attributes": merged(store, "track", row, self.attributes)})
        )


@dataclass(frozen=True, slots=True)
class SetBoxAttributes:
    """Set some attributes of boxes, keeping the others; None takes one away."""

    keys: tuple[BoxKey, ...]
    attributes: Mapping[str, AttributeValue | None]
    title: str = "Set attributes of a box"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the boxes that differ."""
        check_attributes(store.taxonomy(), self.attributes, "box")
        found = need_boxes(store, self.keys).values()
        return tuple(
            change
            for row in found
            for change in updates("box", (row,), {"attributes": merged(store, "box", row, self.attributes)})
        )


@dataclass(frozen=True, slots=True)
class SetVisibility:
    """Say how much of some boxes can be seen: the token of a level, or empty for unknown."""

    keys: tuple[BoxKey, ...]
    visibility: str
    title: str = "Set the visibility"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the boxes that differ."""
        levels = {level.token for level in store.taxonomy().visibilities}
        if self.visibility and self.visibility not in levels:
            raise CannotEdit(f"the project has no visibility level {self.visibility!r}", hint=_known(levels))
        return updates("box", need_boxes(store, self.keys).values(), {"visibility": self.visibility})


# ---------------------------------------------------------------------- changes of rows


def insert(table: str, row: Row) -> Change:
    """Return the change that adds a row."""
    return Change(table, rows.key_of(table, row), None, row)


def delete(table: str, row: Row) -> Change:
    """Return the change that removes a row."""
    return Change(table, rows.key_of(table, row), row, None)


def updates(table: str, found: Iterable[Row], columns: Row) -> tuple[Change, ...]:
    """Return the changes that set columns of rows, for those that differ."""
    pairs = [(row, {**row, **columns}) for row in found]
    return tuple(Change(table, rows.key_of(table, row), row, new) for row, new in pairs if new != row)


def differences(table: str, current: Mapping[Key, Row], wanted: Mapping[Key, Row]) -> tuple[Change, ...]:
    """Return the changes that make `wanted` true, leaving rows that are not in it alone."""
    pairs = [(key, current.get(key), row) for key, row in wanted.items()]
    return tuple(Change(table, key, before, row) for key, before, row in pairs if before != row)


def comments_left(
    store: ProjectStore, gone: Iterable[str], boxes: Iterable[Row], heir: str | None = None
) -> tuple[Change, ...]:
    """Return the changes that keep the comments on tracks that are going.

    They pass to the track `heir`; without one they stay as comments on their frame, or on the
    first frame of the `boxes` that go with the track.
    """
    found = store.find_rows("comment", "track", gone)
    first: dict[str, int] = {}
    for row in boxes if found else ():
        track, frame = str(row["track"]), row["frame"]
        if isinstance(frame, int):
            first[track] = min(frame, first.get(track, frame))
    changes: list[Change] = []
    for row in found:
        frame = row["frame"] if heir is not None or row["frame"] is not None else first.get(str(row["track"]))
        changes += updates("comment", (row,), {"track": heir, "frame": frame})
    return tuple(changes)


def merged(store: ProjectStore, table: str, row: Row, attributes: Mapping[str, AttributeValue | None]) -> str:
    """Return the attributes of a row with some of them set or taken away, as the row keeps them."""
    where = f"table {table}, row {rows.key_of(table, row)}"
    now = attributes_in(store, table, row)
    for name, value in attributes.items():
        if value is None:
            now.pop(name, None)
        else:
            now[name] = value
    return rows.attributes_text(now, where)


def attributes_in(store: ProjectStore, table: str, row: Row) -> dict[str, AttributeValue]:
    """Return what is said in a row of a box or a track."""
    if table == "box":
        return dict(rows.read(table, row, rows.box_of, store.path).attributes)
    return dict(rows.read(table, row, rows.track_of, store.path).attributes)


# ---------------------------------------------------------------------- what must be there


def frames_of(store: ProjectStore, scene: str) -> int:
    """Return the number of frames of a scene; raise `CannotEdit` for no such scene."""
    found = store.find_rows("scene", "token", (scene,))
    if not found:
        raise CannotEdit(f"the project has no scene {scene}", where=store.path)
    return rows.read("scene", found[0], rows.scene_of, store.path).frames


def need_category(taxonomy: Taxonomy, name: str) -> None:
    """Raise `CannotEdit` if the taxonomy lacks a category."""
    try:
        taxonomy.category(name)
    except BrokenReference as error:
        raise CannotEdit(error.what, hint=error.hint) from None


def need_tracks(store: ProjectStore, tokens: Iterable[str]) -> tuple[Row, ...]:
    """Return the rows of tracks; raise `CannotEdit` where one is not there."""
    wanted = list(dict.fromkeys(tokens))
    found = store.find_rows("track", "token", wanted)
    missing = set(wanted) - {str(row["token"]) for row in found}
    if missing:
        raise CannotEdit(f"the project has no track {min(missing)}", where=store.path)
    return found


def need_boxes(store: ProjectStore, keys: Sequence[BoxKey]) -> dict[Key, Row]:
    """Return the rows of boxes; raise `CannotEdit` where one is not there."""
    wanted = list(dict.fromkeys(keys))
    found = store.box_rows(wanted)
    for track, frame in wanted:
        if (track, frame) not in found:
            raise CannotEdit(f"track {track} has no box in frame {frame}", where=store.path)
    return found


def check_boxes(boxes: Sequence[Box], frames: int) -> None:
    """Raise `CannotEdit` for a box beyond the scene's last frame, or two in one frame of a track."""
    seen: set[BoxKey] = set()
    for box in boxes:
        where = f"track {box.track}, frame {box.frame}"
        if box.frame >= frames:
            raise CannotEdit(f"the scene has {frames} frames, 0 to {frames - 1}", where=where)
        if (box.track, box.frame) in seen:
            raise CannotEdit("two boxes for one frame of a track", where=where)
        seen.add((box.track, box.frame))


def check_attributes(taxonomy: Taxonomy, attributes: Mapping[str, AttributeValue | None], per: str) -> None:
    """Raise `CannotEdit` for an attribute the taxonomy lacks, or a value of another kind."""
    known = {attribute.name: attribute for attribute in taxonomy.attributes if attribute.per == per}
    for name, value in attributes.items():
        if value is None:
            continue  # taking one away is always right, also one that the taxonomy has lost
        if name not in known:
            raise CannotEdit(f"a {per} has no attribute {name!r}", hint=_known(known))
        if not known[name].allows(value):
            raise CannotEdit(
                f"attribute {name!r} is a {known[name].kind}, not {value!r}", hint=_known(known[name].values)
            )


def _known(names: Iterable[str]) -> str:
    listed = ", ".join(sorted(names))
    return f"there is {listed}" if listed else ""
