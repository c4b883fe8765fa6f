"""LabelMirror: what the GUI thread knows of the labels of the open scene, and its way to change them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.worker import Worker
from lidar_label.model import Area, Box, Comment, Patch, Review, Taxonomy, Track

if TYPE_CHECKING:
    from lidar_label.edit import Session

KEPT_FRAMES = 100  # on either side: boxes of a crowd take a megabyte a frame
READ_AHEAD, READ_BEHIND = 24, 8
SETUP = ("Import labels", "Add a scene")  # how a project begins; the desk does not undo that
Edit = Callable[["Session"], Patch | None]


@dataclass(frozen=True, slots=True)
class Mix:
    """How many boxes of a track are key frames, lie between them, come from a machine, from a person, are doubtful.

    `score` is how likely the machine takes its boxes to be right, 0 to 1.
    """

    keys: int = 0
    between: int = 0
    machine: int = 0
    human: int = 0
    doubts: int = 0
    score: float | None = None


@dataclass(frozen=True, kw_only=True)
class LabelState:
    """The labels as one reading of the store found them.

    `frames` has the boxes of the frames that were asked for, `followed` those of one track by
    frame, `counts` the first frame, last frame and number of boxes of each track, `mixes` how many
    of these are key frames, between them, made by a machine, and made by a person, `sizes` the mean
    length, width and height (metres) of what people made of a track.
    """

    taxonomy: Taxonomy = field(default_factory=Taxonomy)
    tracks: Mapping[str, Track] = field(default_factory=dict)
    counts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    mixes: Mapping[str, Mix] = field(default_factory=dict)
    sizes: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    reviews: tuple[Review, ...] = ()
    areas: tuple[Area, ...] = ()
    frames: Mapping[int, tuple[Box, ...]] = field(default_factory=dict)
    followed: tuple[Box, ...] = ()
    undo_title: str = ""
    redo_title: str = ""


def read_state(session: Session, scene: str, frames: Iterable[int], track: str) -> LabelState:
    """Read everything the desk shows; runs in the worker's thread."""
    store = session.store
    tracks = {found.token: found for found in store.tracks(scene)}
    spans = store.track_spans(scene)
    return LabelState(
        taxonomy=store.taxonomy(),
        tracks=tracks,
        counts={span.track: (span.first, span.last, span.boxes) for span in spans},
        mixes={
            s.track: Mix(s.keys, s.boxes - s.keys - s.machine, s.machine, s.human, s.doubts, s.score) for s in spans
        },
        sizes={span.track: span.size for span in spans if span.size is not None},
        comments=store.comments(scene),
        reviews=store.reviews(scene),
        areas=store.areas(scene),
        frames={frame: tuple(store.boxes_in_frame(scene, frame)) for frame in frames},
        followed=tuple(store.boxes_of_track(track)) if track in tracks else (),
        undo_title="" if session.undo_title in SETUP else session.undo_title,
        redo_title=session.redo_title,
    )


class LabelMirror(QObject):
    """A copy of the labels around the playhead, renewed after every edit.

    Reads and edits queue on the one worker, in order. A reading that an edit has overtaken is
    dropped, since the one behind that edit is on its way. Frames are read ahead one at a time, each
    when the one before is here, so that an edit waits for one of them at most.
    """

    boxes_changed = pyqtSignal()
    """The boxes of the shown frame are others, or have arrived."""
    tracks_changed = pyqtSignal()
    """Tracks, taxonomy or the undo stack are others."""
    followed_changed = pyqtSignal()
    """The boxes of the followed track are others, or have arrived."""
    failed = pyqtSignal(object)
    edited = pyqtSignal()
    """An edit is in the project file."""

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._session: Session | None = None
        self._scene = ""
        self._length = 0
        self._frame = 0
        self._track = ""
        self._edits = 0
        self._frames: dict[int, tuple[Box, ...]] = {}
        self._mapped_from: tuple[Box, ...] = ()
        self._mapped: dict[str, Box] = {}
        self._way = 1
        self._ahead = -1  # the frame that is being read ahead
        self._loose = -1  # the frame whose boxes are a preview that no edit stands behind
        self.state = LabelState()

    def open(self, session: Session | None, scene: str, length: int, state: LabelState) -> None:
        """Show the labels of another scene, as `state` has them."""
        self._edits += 1
        self._session, self._scene, self._length = session, scene, length
        self._frames = dict(state.frames)
        self._frame, self._track, self._ahead, self._loose = 0, "", -1, -1
        self.state = state
        self.tracks_changed.emit()
        self.boxes_changed.emit()
        self.followed_changed.emit()

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes of the shown frame; empty until they have been read."""
        return self._frames.get(self._frame, ())

    def boxes_in(self, frame: int) -> tuple[Box, ...]:
        """Return the boxes of a frame as far as they have been read; empty where they have not."""
        return self._frames.get(frame, ())

    def box_of(self, track: str) -> Box | None:
        """Return a track's box in the shown frame; each command asks, at each step."""
        boxes = self.boxes
        if boxes is not self._mapped_from:
            self._mapped_from, self._mapped = boxes, {box.track: box for box in boxes}
        return self._mapped.get(track)

    def show_frame(self, frame: int, direction: int = 1) -> None:
        """Say which frame is shown; its boxes are read if they are not here yet."""
        self._frame, self._way = frame, -1 if direction < 0 else 1
        if self._loose not in (-1, frame):  # what was only tried there is gone
            self._frames.pop(self._loose, None)
            self._loose = -1
        self.boxes_changed.emit()
        if frame not in self._frames and frame != self._ahead:
            self._read(frame)
        self._read_ahead()

    def follow(self, track: str) -> None:
        """Say whose boxes over all frames are wanted."""
        self._track = track
        if not track or self._session is None:
            self._set_followed(())
            return
        session, edits = self._session, self._edits

        def take(boxes: tuple[Box, ...]) -> None:
            if track == self._track and edits == self._edits:
                self._set_followed(boxes)

        self._worker.run_soon(lambda: tuple(session.store.boxes_of_track(track)), take)

    def do(
        self, edit: Edit, then: Callable[[Patch | None], None] | None = None, preview: Iterable[Box] | None = None
    ) -> None:
        """Queue an edit; `preview` is shown as the boxes of the shown frame until it is stored.

        `then` is given the patch, or None where nothing was to be changed.
        """
        if self._session is None:
            return
        self._edits += 1
        session, edits = self._session, self._edits
        if preview is not None:
            self.preview(preview)
            self._loose = -1

        def stored(patch: Patch | None) -> None:
            if session is not self._session:
                return
            self._forget(patch)
            self._renew(edits)
            if patch is not None:
                self.edited.emit()
            if then is not None:
                then(patch)

        def refused(error: Exception) -> None:
            self._frames.clear()
            self._renew(edits)
            self.failed.emit(error)

        self._worker.run(lambda: edit(session), stored, refused)

    def preview(self, boxes: Iterable[Box]) -> None:
        """Show boxes in the shown frame that are not stored yet, until another frame is shown."""
        self._frames[self._frame] = tuple(boxes)
        self._loose = self._frame
        self.boxes_changed.emit()

    def preview_followed(self, boxes: Iterable[Box]) -> None:
        """Show boxes of the followed track that are not stored yet."""
        self._set_followed(tuple(boxes))

    def _forget(self, patch: Patch | None) -> None:
        for frame in frames_of(patch) if patch is not None else ():
            if frame != self._frame:  # the shown one stays until the new one is here: no flicker
                self._frames.pop(frame, None)

    def _renew(self, edits: int) -> None:
        if edits != self._edits or self._session is None:
            return
        session, scene, frame, track = self._session, self._scene, self._frame, self._track
        known = self._frames.get(frame, ())

        def read() -> LabelState:
            state = read_state(session, scene, [frame], track)
            return replace(state, frames={at: same_objects(known, boxes) for at, boxes in state.frames.items()})

        def take(state: LabelState) -> None:
            if edits != self._edits:
                if frame != self._frame:  # the reading that comes next is of another frame
                    self._frames.pop(frame, None)
                return
            self.state = state
            self._frames.update(state.frames)
            self.tracks_changed.emit()
            self.boxes_changed.emit()
            if track == self._track:
                self.followed_changed.emit()
            self._read_ahead()

        self._worker.run(read, take)

    def _read_ahead(self) -> None:
        """Read the nearest frame that is not here; when it comes, the next."""
        steps = [*range(1, READ_AHEAD + 1), *range(-1, -READ_BEHIND - 1, -1)]
        soon = (self._frame + self._way * step for step in steps)
        missing = next((f for f in soon if 0 <= f < self._length and f not in self._frames), -1)
        if self._ahead < 0 <= missing:
            self._ahead = missing
            self._read(missing, self._worker.run_soon)

    def _read(self, frame: int, run: Callable[..., None] | None = None) -> None:
        if self._session is None:
            return
        session, scene, edits = self._session, self._scene, self._edits

        def take(boxes: tuple[Box, ...]) -> None:
            if (session, scene) != (self._session, self._scene):
                return
            self._ahead = -1 if frame == self._ahead else self._ahead
            if edits == self._edits:
                self._frames[frame] = boxes
                for far in [f for f in self._frames if abs(f - self._frame) > KEPT_FRAMES]:
                    del self._frames[far]
                if frame == self._frame:
                    self.boxes_changed.emit()
            elif self._frame not in self._frames:
                self._renew(self._edits)
            self._read_ahead()

        def lost(error: Exception) -> None:
            self._ahead = -1
            self.failed.emit(error)

        (run or self._worker.run)(lambda: tuple(session.store.boxes_in_frame(scene, frame)), take, lost)

    def _set_followed(self, boxes: tuple[Box, ...]) -> None:
        self.state = replace(self.state, followed=boxes)
        self.followed_changed.emit()


def same_objects(old: Iterable[Box], new: Iterable[Box]) -> tuple[Box, ...]:
    """Return new boxes, each the old object where it is equal: what is drawn is made anew only of other objects."""
    known = {box.track: box for box in old}
    return tuple(kept if (kept := known.get(box.track, box)) == box else box for box in new)


def frames_of(patch: Patch) -> list[int]:
    """Return the frames in which a patch changed boxes, in order."""
    found: set[int] = set()
    for change in patch.changes:
        for row in (change.before, change.after):
            frame = row.get("frame") if row is not None else None
            if isinstance(frame, int):
                found.add(frame)
    return sorted(found)


def first_category(state: LabelState) -> str:
    """Choose what the next new box will be: what there is most of, else a car, else the first."""
    used = Counter(track.category for track in state.tracks.values() if track.category in state.taxonomy)
    names = [category.name for category in state.taxonomy.categories]
    cars = [name for name in names if "car" in name.lower().split(".")]
    return next(iter([*(name for name, _ in used.most_common(1)), *cars, *names]), "object")
