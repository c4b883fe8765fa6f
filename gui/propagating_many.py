"""Carrying several chosen tracks on at once: frame by frame together, each until the machine is not sure of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, pyqtSignal

from lidar_label.errors import Cancelled
from lidar_label.gui.desk import Desk
from lidar_label.gui.legs import legs_of, put_unless_key, walk
from lidar_label.gui.multi import Multi
from lidar_label.gui.propagating import Propagating
from lidar_label.model import Box, Patch, Scene, Track
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.assist.propagate import Points, Step
    from lidar_label.jobs import Project
    from lidar_label.jobs.propagating import KnownBoxes

_KEPT = 12  # clouds that all tracks share
_LITTLE = ("few-points", "occluded")  # doubts that those about a track may settle


def carry(desk: Desk, way: int, *, to_key: bool = False) -> None:
    """Carry the selected track on, or all that are chosen."""
    if desk.companions:
        CarryingMany.of(desk).start(way, to_key=to_key)
    else:
        Propagating.of(desk).start(way, to_key=to_key)


def end_run(desk: Desk) -> bool:
    """End the run that is under way and keep what it made; say whether there was one."""
    running = [run for run in (Propagating.of(desk), CarryingMany.of(desk)) if run.is_running]
    for run in running:
        run.stop()
    return bool(running)


@dataclass(eq=False)
class ManyRun:
    """One run: from which frame tracks are carried which way, and what has been made."""

    project: Project
    scene: Scene
    token: str
    tracks: Sequence[Track]
    index: int
    way: int
    to_key: bool
    stopping: threading.Event = field(default_factory=threading.Event)
    made: list[Box] = field(default_factory=list)
    asking: list[str] = field(default_factory=list)
    """The tracks that stopped at a doubtful box."""
    _little: set[str] = field(default_factory=set)

    def walk(self, progress: Progress, title: str) -> None:
        """Take a step of each track in turn, so that they share the frames that are read; runs beside the window."""
        from lidar_label.jobs.propagating import KnownBoxes, points_of

        @lru_cache(_KEPT)
        def read(frame: int) -> Points:
            return points_of(self.scene, frame)

        others = KnownBoxes(partial(self.project.session.store.boxes_in_frame, self.token))
        self._take_turns(self.tracks, read, others, progress, title)
        again = [track for track in self.tracks if track.token in self._little]
        if again and not self.stopping.is_set():
            self._try_again(again, lambda: self._take_turns(again, read, others, progress, title))

    def _try_again(self, tracks: Sequence[Track], take_turns: Callable[[], None]) -> None:
        """Carry on once more those that showed too little, by what was found of those about them.

        What was made at first stays where this comes to less, as when it is stopped.
        """
        tokens = {track.token for track in tracks}
        made, asking = self.made, self.asking
        self.made = [box for box in made if box.track not in tokens]
        self.asking = [token for token in asking if token not in tokens]
        try:
            take_turns()
        finally:
            for token in tokens:
                first, since = ([box for box in boxes if box.track == token] for boxes in (made, self.made))
                if len(since) < len(first):
                    self.made = [*(box for box in self.made if box.track != token), *first]
                    self.asking = [*(one for one in self.asking if one != token), token]

    def _take_turns(
        self, tracks: Sequence[Track], read: Callable[[int], Points], others: KnownBoxes, progress: Progress, title: str
    ) -> None:
        runs = [self._steps(track, read, others) for track in tracks]
        done, total = 0, sum(count for _, count in runs)
        active = [steps for steps, _ in runs]
        while active:
            for steps in tuple(active):
                if self.stopping.is_set():
                    return
                progress.step(min(done, total), total, title)
                done += 1
                step = next(steps, None)
                if step is not None:
                    others.put([step.box])
                if not self._take(step):
                    active.remove(steps)

    def _steps(self, track: Track, read: Callable[[int], Points], others: KnownBoxes) -> tuple[Iterator[Step], int]:
        """Return the steps of a track from its last box before here, and how many there are at most."""
        boxes = self.project.session.store.boxes_of_track(track.token)
        behind = [box for box in boxes if (box.frame <= self.index if self.way > 0 else box.frame >= self.index)]
        if not behind:
            return iter(()), 0
        start = behind[-1] if self.way > 0 else behind[0]
        if start.doubt:  # a person is to answer first
            self.asking.append(track.token)
            return iter(()), 0
        legs = legs_of(boxes, start.frame, len(self.scene.frames), self.way, to_key=self.to_key)
        return walk(self.scene, boxes, legs, track.category, read, others), sum(map(len, legs))

    def _take(self, step: Step | None) -> bool:
        """Keep a step; say whether its track goes on."""
        if step is None:
            return False
        self.made.append(replace(step.box, doubt=str(step.reason or "")))
        if step.reason is not None:
            self.asking.append(step.box.track)
            if str(step.reason) in _LITTLE:
                self._little.add(step.box.track)
        return step.reason is None


class CarryingMany(QObject):
    """One for each desk, made by the first who asks (`CarryingMany.of`). What a run made is one edit."""

    _ended = pyqtSignal(object)

    @staticmethod
    def of(desk: Desk) -> CarryingMany:
        """Return the one of a desk."""
        found = desk.findChild(CarryingMany)
        return found if found is not None else CarryingMany(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._run: ManyRun | None = None
        self._ended.connect(self._finish, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        desk.closing.connect(self._close)
        desk.scene_changed.connect(self.stop)

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._run is not None

    def stop(self) -> None:
        """End the run; what it has made is kept."""
        if self._run is not None:
            self._run.stopping.set()

    def start(self, way: int, *, to_key: bool = False) -> None:
        """Carry the chosen tracks on from this frame: forward (1) or back (-1)."""
        desk = self._desk
        tracks = [desk.tracks[token] for token in Multi.of(desk).tokens if token in desk.tracks]
        if desk.scene is None or desk.project is None or self.is_running or Propagating.of(desk).is_running:
            return
        desk.flush()
        title = self.tr("Carry tracks on")
        run = self._run = ManyRun(desk.project, desk.scene, desk.scene_token, tracks, desk.index, way, to_key)

        def work(progress: Progress) -> None:
            try:
                with contextlib.suppress(Cancelled):
                    run.walk(progress, title)
            finally:
                self._ended.emit(run)

        desk.after_edits(lambda: desk.run_job(work, lambda _: None))

    def _finish(self, run: ManyRun) -> None:
        if run is not self._run:
            return
        self._run = None
        desk = self._desk

        def say(_: Patch | None) -> None:
            tracks = len({box.track for box in run.made})
            told = self.tr("{0} boxes of {1} tracks carried on").format(len(run.made), tracks)
            if run.asking:
                told += self.tr("; {0} tracks stopped at a doubtful box").format(len(run.asking))
            desk.said.emit(told)

        if desk.project is run.project and run.made:
            desk.do(put_unless_key(run.token, tuple(run.made), self.tr("Carry tracks on")), say)
        elif run.asking:
            desk.said.emit(self.tr("{0} tracks wait for an answer at a doubtful box").format(len(run.asking)))
        else:
            desk.said.emit(self.tr("There is no frame to carry the boxes on to"))

    def _close(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.stopping.set()
            if run.made:
                self._desk.do(put_unless_key(run.token, tuple(run.made), self.tr("Carry tracks on")))
