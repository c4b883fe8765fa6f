"""Propagating: the selected track is carried on by its points, frame after frame, until the machine is not sure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

from lidar_label.errors import Cancelled
from lidar_label.gui.desk import Desk
from lidar_label.gui.doubts import LOST, reason_text, unsure_in
from lidar_label.gui.legs import legs_of, put_unless_key, walk
from lidar_label.model import Box, Patch
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.assist.propagate import Step
    from lidar_label.edit import Session
    from lidar_label.jobs import Project

SHOWS_MS = 60  # between two boxes that are shown of a run under way


@dataclass(eq=False)
class Run:
    """One run: what it carries on, and what it has made so far."""

    project: Project
    scene: str
    track: str
    way: int
    to_key: bool
    steps: Iterator[Step]
    total: int
    bridging: bool = False
    """Unsure frames are passed over until a sure one comes: a person has said to go on without a correction."""
    is_lost: bool = False
    """It has asked already whether to go on with what was not seen for long."""
    stopping: threading.Event = field(default_factory=threading.Event)
    made: dict[int, Box] = field(default_factory=dict)
    asks: Step | None = None
    """The step that the machine is not sure of, at which it stopped."""
    at_end: bool = False


class Propagating(QObject):
    """One for each desk, made by the first who asks (`Propagating.of`).

    A run works beside the window. Each box is shown as it is made, and the playhead goes along until a person moves it.
    What a run made is stored as one edit when it ends: at an unsure frame, at the last frame, or when it is stopped.
    """

    changed = pyqtSignal()
    """A run has begun, gone on or ended."""
    _made = pyqtSignal(object, object)
    _ended = pyqtSignal(object)

    @staticmethod
    def of(desk: Desk) -> Propagating:
        """Return the one of a desk."""
        found = desk.findChild(Propagating)
        return found if found is not None else Propagating(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._run: Run | None = None
        self._waiting: Run | None = None  # one that stopped to ask, and can go on where it is
        self._known: dict[int, Box] = {}  # the boxes of the track, as they were when the run began
        self._follows = -1  # the frame that the playhead was taken to; -1 once a person has moved it
        self.way = 1
        """Where the last run went: 1 forward, -1 backward."""
        self._show = QTimer(self)
        self._show.setSingleShot(True)
        self._show.setInterval(SHOWS_MS)
        self._show.timeout.connect(self._show_newest)
        self._made.connect(self._take, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._ended.connect(self._finish, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        desk.boxes_changed.connect(self._keep_shown)
        desk.index_changed.connect(self._moved)
        desk.selection_changed.connect(self._selected)
        desk.edited.connect(self._edited)
        desk.scene_changed.connect(self._left)
        desk.closing.connect(self._close)

    # What a person does

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._run is not None

    @property
    def count(self) -> int:
        """How many boxes the run under way has made."""
        return len(self._run.made) if self._run is not None else 0

    def start(self, way: int, *, to_key: bool = False) -> None:
        """Carry the selected track on: forward (1) or back (-1), to the end of the drive or the next key frame.

        Where the last run stopped to ask and nothing was changed since, it goes on through what it is not sure of.
        """
        desk, waiting = self._desk, self._waiting
        if desk.scene is None or desk.project is None or not desk.selected or self._run is not None:
            return
        desk.flush()
        self.way = way
        here = self._is_at(waiting, desk.index)
        if here and waiting is not None and (waiting.way, waiting.to_key) == (way, to_key):
            self._waiting = None
            self._begin(replace(waiting, bridging=True, asks=None, made={}, stopping=threading.Event()))
        else:
            self._start_anew(way, to_key=to_key)

    def stop(self) -> None:
        """End the run; what it has made is kept, as one step of undo."""
        if self._run is not None:
            self._run.stopping.set()

    def accept(self) -> None:
        """Say that the selected box is right: it is a key frame from now on.

        A run that asked goes on; without one, the playhead goes on to the next doubtful box of the track.
        """
        desk, waiting = self._desk, self._waiting
        box = desk.selected_box
        if box is None:
            return
        goes_on = waiting if self._is_at(waiting, desk.index) else None
        desk.change_boxes([box], self.tr("Accept a box"))
        if goes_on is not None:
            way, to_key = goes_on.way, goes_on.to_key
            desk.after_edits(lambda: self.start(way, to_key=to_key))
        elif box.doubt:
            frames = [frame for frame in unsure_in(desk.track_boxes) if (frame - box.frame) * self.way > 0]
            if frames:
                desk.go_to(min(frames, key=lambda frame: abs(frame - box.frame)))

    def _is_at(self, run: Run | None, frame: int) -> bool:
        desk = self._desk
        return run is not None and run.track == desk.selected and run.asks is not None and run.asks.box.frame == frame

    # A run

    def _start_anew(self, way: int, *, to_key: bool) -> None:
        """Start from what is stored of the track by then."""
        desk, index, frames = self._desk, self._desk.index, len(self._desk.times_ns)
        scene, project, track = desk.scene, desk.project, desk.tracks.get(desk.selected)
        if scene is None or project is None or track is None:
            return
        found: list[Box] = []

        def look(session: Session) -> None:
            found.extend(session.store.boxes_of_track(track.token))

        def begin(_: Patch | None) -> None:
            behind = [box for box in found if (box.frame <= index if way > 0 else box.frame >= index)]
            if self._run is not None or desk.scene is not scene or desk.selected != track.token:
                return
            if not behind:
                desk.said.emit(self.tr("The track has no box to start from here"))
                return
            start = behind[-1] if way > 0 else behind[0]
            legs = legs_of(found, start.frame, frames, way, to_key=to_key)
            if not legs:
                desk.said.emit(self.tr("There is no frame to carry the box on to"))
                return
            self._known = {box.frame: box for box in found}
            others = partial(project.session.store.boxes_in_frame, desk.scene_token)
            steps, total = walk(scene, found, legs, track.category, others=others), sum(len(leg) for leg in legs)
            run = Run(project, desk.scene_token, track.token, way, to_key, steps, total)
            run.bridging = bool(start.doubt) and start.frame == index
            run.is_lost = run.bridging and start.doubt == LOST
            self._begin(run)

        desk.do(look, begin)

    def _begin(self, run: Run) -> None:
        desk = self._desk
        self._run, self._follows = run, desk.index
        title = self.tr("Carry a track on")

        def work(progress: Progress) -> None:
            try:
                self._walk(run, progress, title)
            finally:
                self._ended.emit(run)

        desk.run_job(work, lambda _: None)
        self.changed.emit()

    def _walk(self, run: Run, progress: Progress, title: str) -> None:
        """Take step after step; runs beside the window."""
        done = 0
        while not run.stopping.is_set():
            try:
                progress.step(done, run.total, title)
            except Cancelled:
                return
            step = next(run.steps, None)
            if step is None:
                run.at_end = True
                return
            done += 1
            run.total = max(run.total, done)
            self._made.emit(run, step)
            if step.reason is None:
                run.bridging = run.is_lost = False
                continue
            newly_lost = str(step.reason) == LOST and not run.is_lost
            run.is_lost = run.is_lost or newly_lost
            if newly_lost or not run.bridging:
                run.asks = step
                return

    def _take(self, run: Run, step: Step) -> None:
        if run is self._run:
            run.made[step.box.frame] = replace(step.box, doubt=str(step.reason or ""))
            if not self._show.isActive():
                self._show.start()

    def _finish(self, run: Run) -> None:
        if run is not self._run:
            return
        self._show.stop()
        self._run = None
        desk = self._desk
        if run.made and desk.project is run.project:
            where = run.asks.box.frame if run.asks is not None else self._last(run)
            if run.asks is None and self._follows < 0:
                where = desk.index
            if desk.scene_token == run.scene and where != desk.index:
                desk.go_to(where)
            self._store(run)
        else:
            self._waiting = run if run.asks is not None else None
        self.changed.emit()

    def _store(self, run: Run) -> None:
        desk, made = self._desk, run.made
        here = made.get(desk.index)
        preview = None
        if here is not None and desk.selected == run.track:
            preview = [*(box for box in desk.boxes if box.track != run.track), here]

        def stored(_: Patch | None) -> None:
            self._waiting = run if run.asks is not None else None
            desk.said.emit(self._summary(run))
            self.changed.emit()

        desk.do(put_unless_key(run.scene, tuple(made.values()), self.tr("Carry a track on")), stored, preview)

    def _summary(self, run: Run) -> str:
        told = self.tr("{0} boxes carried on").format(len(run.made))
        if run.asks is not None:
            return f"{told}. {self.tr('Frame {0}').format(run.asks.box.frame)}: {reason_text(str(run.asks.reason))}"
        if run.at_end:
            return told
        return f"{told}. {self.tr('Stopped')}"

    @staticmethod
    def _last(run: Run) -> int:
        return (max if run.way > 0 else min)(run.made)

    # What is shown meanwhile

    def _show_newest(self) -> None:
        run, desk = self._run, self._desk
        if run is None or not run.made or desk.selected != run.track:
            return
        frame = self._last(run)
        desk.preview_track([box for _, box in sorted({**self._known, **run.made}.items())])
        if self._follows >= 0 and frame != desk.index:
            self._follows = frame
            desk.go_to(frame)
        self._keep_shown()
        self.changed.emit()

    def _keep_shown(self) -> None:
        """Show the run's box of this frame, also after the stored ones were read; not in the midst of their reading."""
        run = self._run
        if run is not None and self._desk.index in run.made:
            QTimer.singleShot(0, self._show_here)

    def _show_here(self) -> None:
        run, desk = self._run, self._desk
        box = run.made.get(desk.index) if run is not None else None
        if run is None or box is None or desk.scene_token != run.scene:
            return
        if not any(shown is box for shown in desk.boxes):
            desk.preview([*(shown for shown in desk.boxes if shown.track != run.track), box])

    def _moved(self) -> None:
        if self._run is not None and self._desk.index != self._follows:
            self._follows = -1

    # What ends it

    def _selected(self) -> None:
        if self._run is not None and self._desk.selected != self._run.track:
            self.stop()

    def _edited(self) -> None:
        """End a run when something else is edited: what it works on may be another by now."""
        self._waiting = None
        self.stop()

    def _left(self) -> None:
        self._waiting = None
        self.stop()

    def _close(self) -> None:
        run, self._run = self._run, None
        self._show.stop()
        if run is not None:
            run.stopping.set()
            if run.made:
                self._desk.do(put_unless_key(run.scene, tuple(run.made.values()), self.tr("Carry a track on")))
