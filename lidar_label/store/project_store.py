"""ProjectStore: one project file, read from any thread and written only by whole patches."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, func, select

from lidar_label.errors import BrokenReference, CannotEdit, CannotWrite, MissingFile
from lidar_label.model import Box, Change, Comment, Key, Labels, Patch, Review, Row, Taxonomy, Track, Waiver
from lidar_label.model.area import Area
from lidar_label.model.review import BoxChange
from lidar_label.store import areas, history, reviews, rows, schema, spans, tables
from lidar_label.store.database import Database, check_header
from lidar_label.store.filling import fill, name_it
from lidar_label.store.history import Choice
from lidar_label.store.reading import database_to_read
from lidar_label.store.values import Counts, HistoryEntry, SceneRef, TrackSpan
from lidar_label.store.writing import CHUNK, Conflict, check_changes, first_conflict, rows_by_key, write

T = TypeVar("T")
_BOX, _TRACK, _SCENE, _COMMENT = tables.box, tables.track, tables.scene, tables.comment


class ProjectStore:
    """The labels of a project and the history of their edits.

    Every method may be called from any thread; each read sees one state of the file, whoever
    writes at the same time. Make one with `create` or `open`.

    Notes
    -----
    A read of a scene that is not there gives nothing, but `labels`, `track` and `scene_of` raise
    `BrokenReference`. A row that breaks the rules of its value raises `UnreadableFile`, naming
    table and key.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def create(cls, path: Path, taxonomy: Taxonomy) -> Self:
        """Make a new project file and open it. It appears whole, or not at all.

        Raises
        ------
        CannotWrite
            If there is something at the path already, or it cannot be written.
        MissingFile
            If its folder is not there.
        """
        if os.path.lexists(path):
            raise CannotWrite("the project file exists already", where=path, hint="open it, or choose another name")
        if not path.parent.is_dir():
            raise MissingFile("the folder for the project file is not there", where=path.parent)
        unfinished = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
        try:
            with unfinished.open("xb"):
                pass
            fill(unfinished, taxonomy)
            name_it(unfinished, path)
        except OSError as error:
            if isinstance(error, CannotWrite):
                raise
            raise CannotWrite(f"the project file cannot be made: {error.strerror}", where=path) from None
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(OSError):
                    unfinished.with_name(unfinished.name + suffix).unlink()
        return cls(Database(path))

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open a project file; one of an older version is backed up and brought up to date.

        With `read_only` nothing in it is changed, and a file of an older version is read from a copy.

        Raises
        ------
        MissingFile
            If it is not there.
        UnreadableFile
            If it is no project file, is damaged, or was made by a newer version.
        CannotWrite
            If the file or its folder cannot be written.
        """
        if read_only:
            return cls(database_to_read(path))
        check_header(path)
        schema.bring_up_to_date(path)
        return cls(Database(path))

    @property
    def path(self) -> Path:
        """The project file."""
        return self._database.path

    @property
    def read_only(self) -> bool:
        """Whether it is open for reading only."""
        return self._database.read_only

    def close(self) -> None:
        """Bring everything into the one file and close it; a second call does nothing."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ reading values

    def taxonomy(self) -> Taxonomy:
        """Return what may be labelled."""
        with self._database.reading() as connection:
            found = [
                [dict(row) for row in connection.execute(select(table).order_by(table.c.position)).mappings()]
                for table in (tables.category, tables.attribute, tables.visibility)
            ]
        return Taxonomy(
            self._values("category", found[0], rows.category_of),
            self._values("attribute", found[1], rows.attribute_of),
            self._values("visibility", found[2], rows.visibility_of),
        )

    def scenes(self) -> tuple[SceneRef, ...]:
        """Return the scenes in their order."""
        query = select(_SCENE).order_by(_SCENE.c.position, _SCENE.c.token)
        return self._values("scene", self._rows(query), rows.scene_of)

    def tracks(self, scene: str) -> tuple[Track, ...]:
        """Return the tracks of a scene, in the order they were made."""
        return self._values("track", self._rows(_tracks_of(scene)), rows.track_of)

    def track(self, token: str) -> Track:
        """Return one track; raise `BrokenReference` where there is none."""
        return self._values("track", [self._track_row(token)], rows.track_of)[0]

    def scene_of(self, track: str) -> str:
        """Return the token of the scene a track is in; raise `BrokenReference` for no such track."""
        return str(self._track_row(track)["scene"])

    def box(self, track: str, frame: int) -> Box | None:
        """Return a track's box in a frame; None where it has none there."""
        query = select(_BOX).where(_BOX.c.track == track, _BOX.c.frame == frame)
        return next(iter(self._values("box", self._rows(query), rows.box_of)), None)

    def boxes_in_frame(self, scene: str, frame: int) -> tuple[Box, ...]:
        """Return the boxes of one frame, in the order of their tracks."""
        return self._values("box", self._rows(_boxes_where(_BOX.c.scene == scene, _BOX.c.frame == frame)), rows.box_of)

    def boxes_of_track(self, token: str) -> tuple[Box, ...]:
        """Return the boxes of one track, by frame."""
        query = select(_BOX).where(_BOX.c.track == token).order_by(_BOX.c.frame)
        return self._values("box", self._rows(query), rows.box_of)

    def labels(self, scene: str) -> Labels:
        """Return all tracks and boxes of a scene; raise `BrokenReference` for no such scene."""
        with self._database.reading() as connection:
            if connection.execute(select(_SCENE.c.token).where(_SCENE.c.token == scene)).first() is None:
                raise BrokenReference(f"the project has no scene {scene}", where=self.path)
            tracks = [dict(row) for row in connection.execute(_tracks_of(scene)).mappings()]
            boxes = [dict(row) for row in connection.execute(_boxes_where(_BOX.c.scene == scene)).mappings()]
        return Labels(self._values("track", tracks, rows.track_of), self._values("box", boxes, rows.box_of))

    def comments(self, scene: str) -> tuple[Comment, ...]:
        """Return the comments of a scene, the oldest first."""
        query = select(_COMMENT).where(_COMMENT.c.scene == scene).order_by(_COMMENT.c.time_ns, _COMMENT.c.token)
        return self._values("comment", self._rows(query), rows.comment_of)

    def waivers(self, scene: str) -> tuple[Waiver, ...]:
        """Return the waivers of a scene, the oldest first."""
        table = tables.waiver
        query = select(table).where(table.c.scene == scene).order_by(table.c.time_ns, table.c.token)
        return self._values("waiver", self._rows(query), rows.waiver_of)

    def areas(self, scene: str) -> tuple[Area, ...]:
        """Return the areas of a scene, the oldest first."""
        return areas.areas_in(self, scene)

    def track_spans(self, scene: str) -> tuple[TrackSpan, ...]:
        """Return first and last frame, the numbers of boxes and the size of each track that has boxes."""
        return spans.track_spans(self._database, scene)

    def counts(self, scene: str) -> Counts:
        """Return how many tracks, boxes, key boxes and labelled frames a scene has."""
        of_boxes = select(
            func.count(),
            func.count().filter(_BOX.c.is_keyframe),
            func.count(func.distinct(_BOX.c.frame)),
        ).where(_BOX.c.scene == scene)
        of_tracks = select(func.count()).where(_TRACK.c.scene == scene)
        with self._database.reading() as connection:
            boxes, keyframes, frames = connection.execute(of_boxes).one()
            return Counts(
                tracks=connection.execute(of_tracks).scalar_one(), boxes=boxes, keyframes=keyframes, frames=frames
            )

    # ------------------------------------------------------------------ reading rows, for commands

    def find_rows(self, table: str, column: str, values: Iterable[str]) -> tuple[Row, ...]:
        """Return the rows of a label table whose column has one of the values."""
        source = tables.LABEL_TABLES[table]
        wanted = list(dict.fromkeys(values))
        found: list[Row] = []
        for start in range(0, len(wanted), CHUNK):
            chosen = source.c[column].in_(wanted[start : start + CHUNK])
            found += self._rows(select(source).where(chosen).order_by(*source.primary_key))
        return tuple(found)

    def all_rows(self, table: str) -> tuple[Row, ...]:
        """Return all rows of a label table that stays small, by key."""
        source = tables.LABEL_TABLES[table]
        return tuple(self._rows(select(source).order_by(*source.primary_key)))

    def box_rows(self, keys: Sequence[tuple[str, int]]) -> dict[Key, Row]:
        """Return the rows of the boxes that exist under the given (track, frame) keys."""
        with self._database.reading() as connection:
            return rows_by_key(connection, "box", keys)

    def box_counts(self, tracks: Iterable[str]) -> dict[str, int]:
        """Return the number of boxes of each of the tracks that has any."""
        wanted = list(dict.fromkeys(tracks))
        found: dict[str, int] = {}
        with self._database.reading() as connection:
            for start in range(0, len(wanted), CHUNK):
                chosen = _BOX.c.track.in_(wanted[start : start + CHUNK])
                query = select(_BOX.c.track, func.count()).where(chosen).group_by(_BOX.c.track)
                found.update((track, count) for track, count in connection.execute(query))
        return found

    def next_position(self, table: str, scene: str = "") -> int:
        """Return the place behind the last scene, or behind the last track of a scene."""
        source = tables.LABEL_TABLES[table]
        query = select(func.max(source.c.position))
        if table == "track":
            query = query.where(_TRACK.c.scene == scene)
        with self._database.reading() as connection:
            last = connection.execute(query).scalar_one()
        return 0 if last is None else int(last) + 1

    # ------------------------------------------------------------------ writing

    def apply(self, patch: Patch) -> None:
        """Make an edit and record it, in one transaction; what was undone before can no longer be redone.

        Raises
        ------
        CannotEdit
            If a row is not exactly what the patch has as `before`, or the outcome would break a
            reference: nothing is written then.
        CannotWrite
            If the file cannot be written.
        """
        check_changes(patch.changes)

        try:
            with self._database.writing() as connection:
                write(connection, patch.changes)
                history.record(connection, patch)
        except Conflict:
            raise self._conflict(patch, None) from None
        except CannotEdit as error:  # a rule of the database: rather name the row, where one is in the way
            raise self._conflict(patch, error) from None

    @contextlib.contextmanager
    def trial(self) -> Iterator[Callable[[Sequence[Change]], None]]:
        """Try changes out: reads of this thread see them until the end, when all are taken back.

        Gives the function that makes changes; it raises what `apply` raises, except for a broken
        reference, which shows when the whole is applied.
        """
        with self._database.trial() as connection:

            def make(changes: Sequence[Change]) -> None:
                check_changes(changes)
                try:
                    write(connection, changes)
                except Conflict:
                    raise first_conflict(connection, changes, None) from None

            yield make

    def undo(self) -> Patch | None:
        """Take the last edit back; return what was applied, or None where there is nothing to undo."""
        return self._turn(history.last_done, backwards=True)

    def redo(self) -> Patch | None:
        """Make the edit again that was undone last; return it, or None where there is none."""
        return self._turn(history.first_undone, backwards=False)

    def undo_title(self) -> str:
        """Return the title of the edit that `undo` would take back; empty where there is none."""
        return self._title(history.last_done)

    def redo_title(self) -> str:
        """Return the title of the edit that `redo` would make again; empty where there is none."""
        return self._title(history.first_undone)

    def history(self, limit: int = 100) -> tuple[HistoryEntry, ...]:
        """Return the last edits, the newest first, with those that were undone."""
        with self._database.reading() as connection:
            return history.entries(connection, limit)

    def box_authors(self) -> dict[str, str]:
        """Return who last wrote each box, by the box's token; boxes that nobody put a name to are not in it."""
        with self._database.reading() as connection:
            return history.box_authors(connection, self.path)

    def changed_since(self, scene: str, time_ns: int) -> dict[tuple[str, int], tuple[str, int]]:
        """Return the boxes that were changed after a time: (track, frame) to author and time; see `reviews`."""
        with self._database.reading() as connection:
            return reviews.changed_since(connection, self.path, scene, time_ns)

    def changes_since(self, scene: str, since: Callable[[str, int], int]) -> tuple[BoxChange, ...]:
        """Return what became of the boxes that were changed after a time each, by track and frame; see `reviews`."""
        with self._database.reading() as connection:
            return reviews.changes_since(connection, self.path, scene, since)

    def reviews(self, scene: str) -> tuple[Review, ...]:
        """Return the states that frames and tracks of a scene have, the oldest first."""
        return reviews.reviews_in(self, scene)

    def _turn(self, choose: Choice, *, backwards: bool) -> Patch | None:
        with self._database.reading() as connection:
            if choose(connection, False) is None:
                return None
        applied = Patch(title="", changes=())
        try:
            with self._database.writing() as connection:
                row = choose(connection, True)
                if row is None:
                    return None
                patch = history.patch_of(row, self.path)
                applied = patch.inverse if backwards else patch
                check_changes(applied.changes)
                write(connection, applied.changes)
                history.set_state(connection, row["seq"], "undone" if backwards else "done")
        except Conflict:
            raise self._conflict(applied, None) from None
        return applied

    def _conflict(self, patch: Patch, error: CannotEdit | None) -> CannotEdit:
        with self._database.reading() as connection:
            return first_conflict(connection, patch.changes, error)

    def _title(self, choose: Choice) -> str:
        with self._database.reading() as connection:
            row = choose(connection, False)
        return "" if row is None else str(row["title"])

    # ------------------------------------------------------------------ helpers

    def _rows(self, query: Select[Any]) -> list[Row]:
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _values(self, table: str, found: Iterable[Row], make: Callable[[Row], T]) -> tuple[T, ...]:
        return tuple(rows.read(table, row, make, self.path) for row in found)

    def _track_row(self, token: str) -> Row:
        found = self._rows(select(_TRACK).where(_TRACK.c.token == token))
        if not found:
            raise BrokenReference(f"the project has no track {token}", where=self.path)
        return found[0]


def _tracks_of(scene: str) -> Select[Any]:
    return select(_TRACK).where(_TRACK.c.scene == scene).order_by(_TRACK.c.position, _TRACK.c.token)


def _boxes_where(*conditions: ColumnElement[bool]) -> Select[Any]:
    by_track = _BOX.join(_TRACK, _TRACK.c.token == _BOX.c.track)
    order = (_BOX.c.frame, _TRACK.c.position, _TRACK.c.token)
    return select(_BOX).select_from(by_track).where(*conditions).order_by(*order)
