"""Merger: lays frames over the shown one while the playhead rests, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from lidar_label.errors import Cancelled
from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import FrameLoader, FrameView, read_points
from lidar_label.gui.look import ColorMode, Span
from lidar_label.gui.merge.cloud import Merged, frames_of, merge, moving_tracks
from lidar_label.gui.views.colors import ground_height
from lidar_label.gui.views.pictured import pictured
from lidar_label.gui.views.prepare import swap
from lidar_label.gui.views.scales import field_of, painted
from lidar_label.gui.worker import Worker, step_back
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.edit import Session
    from lidar_label.model import Box, Scene

MERGED_POINTS = 1_500_000
RESTS_MS = 220  # of the playhead, before merging begins: stepping and playing never wait for it


@dataclass(frozen=True, slots=True)
class _How:
    """How a frame is wished for."""

    merging: bool
    span: Span
    mode: ColorMode
    budget: int
    edits: int


Wish = tuple[FrameView, _How]


class Merger(QObject):
    """One for each desk, made by the first who asks (`Merger.of`).

    A wish is the shown frame, the span and the colours; the newest one is worked at, and what is no longer wished
    for is stopped at its next frame.
    """

    changed = pyqtSignal()
    """Another merged cloud is there, or none, or it is further on."""

    @staticmethod
    def of(desk: Desk) -> Merger:
        """Return the one of a desk."""
        found = desk.findChild(Merger)
        return found if found is not None else Merger(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._worker: Worker | None = None
        self._progress: Progress | None = None
        self._of: Wish | None = None  # what `_merged` was made for
        self._wished: Wish | None = None  # what is being made
        self._merged: Merged | None = None
        self._problems: tuple[str, ...] = ()
        self.budget = MERGED_POINTS
        """The most points of a merged cloud."""
        self._edits = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(RESTS_MS)
        self._rest.timeout.connect(self._begin)
        desk.index_changed.connect(self._moved)
        desk.frame_changed.connect(self._moved)
        desk.scene_changed.connect(self._forget)
        desk.look_changed.connect(self._look_changed)
        desk.edited.connect(self._edited)
        desk.playing_changed.connect(lambda _: self._moved())
        desk.closing.connect(self.close)

    @property
    def merged(self) -> Merged | None:
        """The merged cloud of the shown frame; None while there is none of it."""
        of = self._of
        return self._merged if of is not None and of[0] is self._desk.view and self._is_wanted else None

    @property
    def is_merging(self) -> bool:
        """Whether a cloud is on its way."""
        return self._rest.isActive() or self._wished is not None

    @property
    def problems(self) -> tuple[str, ...]:
        """One line for each file that could not be read."""
        return self._problems

    def close(self) -> None:
        """Stop, and end the thread."""
        self._rest.stop()
        self._stop()
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    # When it merges

    @property
    def _is_wanted(self) -> bool:
        """Whether frames are merged, or the shown one lacks the colours of its pictures, which take a while."""
        desk = self._desk
        ready = desk.view.prepared if desk.view is not None else None
        lacks_colors = desk.color_mode == "camera" and (ready is None or ready.wish.color_mode != "camera")
        return desk.merging or lacks_colors

    def _wish(self) -> Wish | None:
        desk, view = self._desk, self._desk.view
        if not self._is_wanted or desk.is_playing or desk.tiles.cloud is not None:
            return None
        if view is None or view.index != desk.index:
            return None
        return view, _How(desk.merging, desk.span, desk.color_mode, self.budget, self._edits)

    def _moved(self) -> None:
        self._stop()
        if self._is_wanted:
            self._rest.start()

    def _look_changed(self) -> None:
        if not self._is_wanted:
            self._rest.stop()
            self._forget()
        elif self._wish() not in (self._of, self._wished):
            self._moved()

    def _edited(self) -> None:
        self._edits += 1  # which boxes move may be others now
        if self._desk.merging and not self._desk.span.movers:
            self._moved()

    def _forget(self) -> None:
        self._stop()
        if self._merged is not None:
            self._merged, self._of = None, None
            self.changed.emit()
        if self._is_wanted:
            self._rest.start()

    def _stop(self) -> None:
        if self._progress is not None:
            self._progress.cancel()
        self._wished = None

    def _kept(self, wish: Wish) -> Merged | None:
        """Return the merged cloud that is there where only other colours are wished for."""
        merged, of = self._merged, self._of
        if merged is None or of is None or of[0] is not wish[0] or replace(of[1], mode=wish[1].mode) != wish[1]:
            return None
        field = field_of(wish[1].mode, wish[0].fields)
        return merged if not field or field in merged.fields else None

    def _begin(self) -> None:
        wish, desk = self._wish(), self._desk
        scene, project = desk.scene, desk.project
        if wish is None or scene is None or project is None or wish in (self._of, self._wished):
            return
        self._stop()
        self._wished = wish
        progress = self._progress = Progress()
        problems, (view, how), kept = list[str](), wish, self._kept(wish)
        laid = self._laying(wish, scene, project.session, problems, progress)

        def work() -> Merged:
            merged = kept if kept is not None else laid()
            made, scale = painted(how.mode, merged.xyz, merged.fields, ground_height(view.xyz), merged.steps)
            made = pictured(view, merged.xyz, made) if how.mode == "camera" else made
            return replace(merged, colors=made, scale=scale)

        def arrived(merged: Merged) -> None:
            if wish == self._wished:
                self._wished, self._of, self._merged = None, wish, merged
                self._problems = tuple(problems)
                self.changed.emit()

        def failed(error: Exception) -> None:
            if wish == self._wished:
                self._wished = None
                self.changed.emit()
                if not isinstance(error, Cancelled):
                    desk.failed.emit(self.tr("Frames could not be merged: {0}").format(error))

        if self._worker is None:
            self._worker = Worker("merging", self)
            self._worker.run(step_back)
        self._worker.run(work, arrived, failed)
        self.changed.emit()

    def _laying(
        self, wish: Wish, scene: Scene, session: Session, problems: list[str], progress: Progress
    ) -> Callable[[], Merged]:
        """Return what lays frames over the shown one; what the desk knows now is looked up here, not in the thread."""
        (view, how), frames, token = wish, scene.frames, self._desk.scene_token
        loader = self._desk.findChild(FrameLoader)
        wanted = frames_of(view.index, len(frames), how.span) if how.merging else []

        def read(place: int) -> tuple[NDArray[np.float32], Mapping[str, NDArray[Any]]]:
            kept = loader.get(wanted[place]) if loader is not None else None
            return (kept.xyz, kept.fields) if kept is not None else read_points(frames[wanted[place]], problems)

        def laid() -> Merged:
            boxes = {} if how.span.movers else _boxes_of_movers(session, token, [view.index, *wanted], progress)
            others = [(frame - view.index, frames[frame].world_SE3_ego, boxes.get(frame, ())) for frame in wanted]
            merged = merge(
                view.xyz, view.fields, others, read, view.world_SE3_ego,
                field=field_of(how.mode, view.fields), budget=how.budget, check=progress.step,
            )  # fmt: skip
            return replace(merged, swapped=swap(merged.xyz))

        return laid


def _boxes_of_movers(session: Session, scene: str, frames: list[int], progress: Progress) -> dict[int, tuple[Box, ...]]:
    """Return the boxes of moving tracks in each frame."""
    found: dict[int, tuple[Box, ...]] = {}
    for frame in frames:
        progress.step(0, 0)
        found[frame] = tuple(session.store.boxes_in_frame(scene, frame))
    movers = moving_tracks(box for boxes in found.values() for box in boxes)
    return {frame: tuple(box for box in boxes if box.track in movers) for frame, boxes in found.items()}
