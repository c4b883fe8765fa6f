"""Reviews in a project: their rows, and which boxes were changed since a time, as the edits that stand say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, select

from lidar_label.model import Review, Row
from lidar_label.model.review import State
from lidar_label.store.history import patch_of
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


def changed_since(connection: Connection, path: Path, scene: str, time_ns: int) -> dict[BoxPlace, tuple[str, int]]:
    """Return the boxes that were made, changed or deleted after a time, with who did it last and when.

    Parameters
    ----------
    connection : Connection
    path : Path
        Of the project, for a message.
    scene : str
        Token of the scene.
    time_ns : int
        Unix time.

    Returns
    -------
    dict of (track, frame) to (author, Unix time in nanoseconds)
    """
    query = select(table).where(table.c.state == "done", table.c.timestamp_ns > time_ns).order_by(table.c.seq)
    found: dict[BoxPlace, tuple[str, int]] = {}
    for row in connection.execute(query).mappings():
        for change in patch_of(dict(row), path).changes:
            box = change.after or change.before
            if change.table == "box" and box is not None and box["scene"] == scene:
                found[str(box["track"]), int(str(box["frame"]))] = (str(row["author"]), int(row["timestamp_ns"]))
    return found
