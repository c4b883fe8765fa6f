"""Reviews in a project: their rows, and which boxes were changed since a time, as the edits that stand say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, select

from lidar_label.model import Review, Row
from lidar_label.model.review import BoxChange, State
from lidar_label.store.history import patch_of
from lidar_label.store.rows import box_of
from lidar_label.store.tables import patch as table

if TYPE_CHECKING:
    from lidar_label.store.project_store import ProjectStore

BoxPlace = tuple[str, int]


def review_row(review: Review) -> Row:
    """Return the row of a review."""
    names = ("token", "scene", "track", "frame", "state", "author", "time_ns")
    return {name: getattr(review, name) for name in names}


def review_of(row: Row) -> Review:
    """Return the review of a row."""
    track, frame = row["track"], row["frame"]
    return Review(
        scene=str(row["scene"]),
        state=cast("State", row["state"]),
        track=None if track is None else str(track),
        frame=None if frame is None else int(str(frame)),
        author=str(row["author"]),
        time_ns=int(str(row["time_ns"])),
    )


def reviews_in(store: ProjectStore, scene: str) -> tuple[Review, ...]:
    """Return the states of a scene's frames and tracks, the oldest first."""
    found = (review_of(row) for row in store.find_rows("review", "scene", (scene,)))
    return tuple(sorted(found, key=lambda review: (review.time_ns, review.token)))


def changes_since(
    connection: Connection, path: Path, scene: str, since: Callable[[str, int], int]
) -> tuple[BoxChange, ...]:
    """Return the boxes that were made, changed or deleted after a time each, by frame and track.

    Parameters
    ----------
    connection : Connection
    path : Path
        Of the project, for a message.
    scene : str
        Token of the scene.
    since : callable(track, frame) -> int
        Unix time in nanoseconds.
    """
    query = select(table).where(table.c.state == "done").order_by(table.c.seq)
    first: dict[BoxPlace, Row | None] = {}
    last: dict[BoxPlace, tuple[str, int, bool]] = {}
    for row in connection.execute(query).mappings():
        when = int(row["timestamp_ns"])
        for change in patch_of(dict(row), path).changes:
            box = change.after or change.before
            if change.table != "box" or box is None or box["scene"] != scene:
                continue
            place = str(box["track"]), int(str(box["frame"]))
            if when > since(*place):
                first.setdefault(place, change.before)
                last[place] = str(row["author"]), when, change.after is not None
    found = []
    for place in sorted(last, key=lambda place: (place[1], place[0])):
        (author, when, is_there), before = last[place], first[place]
        old = None if before is None else box_of(before)
        found.append(
            BoxChange(track=place[0], frame=place[1], author=author, time_ns=when, before=old, is_there=is_there)
        )
    return tuple(found)


def changed_since(connection: Connection, path: Path, scene: str, time_ns: int) -> dict[BoxPlace, tuple[str, int]]:
    """Return the boxes that were made, changed or deleted after a time: (track, frame) to (author, Unix time, ns)."""
    found = changes_since(connection, path, scene, lambda *_: time_ns)
    return {(change.track, change.frame): (change.author, change.time_ns) for change in found}
