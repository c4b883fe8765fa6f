"""CellLoader: the points about each box that is in sight, read off the GUI thread inside a budget of bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.errors import Cancelled, LidarLabelError
from lidar_label.gui.batch.suspect import Counts
from lidar_label.gui.desk import Desk
from lidar_label.gui.nearby import Nearby
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.wording import line_of
from lidar_label.gui.worker import Worker
from lidar_label.model import SE3, Box, Floats, Frame

BUDGET_BYTES = 48_000_000
MOST_POINTS = 20_000  # of a cell; of more, a fair part is kept
_MARGIN_M = 2.5
_BAND_M, _STEP_M = 0.25, 0.2  # around a box: what lies there belongs to it, if it is no ground


@dataclass(frozen=True, slots=True, eq=False)
class CellPoints:
    """The points about one box.

    Parameters
    ----------
    frame : int
    near : Nearby
        In the ego frame of the frame.
    world_SE3_ego : SE3
    per_point : float
        How many points of the file each one stands for.
    problem : str
        Why there are none, where the file cannot be read.
    """

    frame: int
    near: Nearby
    world_SE3_ego: SE3
    per_point: float = 1.0
    problem: str = ""

    @property
    def nbytes(self) -> int:
        """Memory it holds, in bytes."""
        return self.near.xyz.nbytes

    def holds(self, box: Box) -> bool:
        """Say whether the points reach around a box, which may have been moved since they were read."""
        center = self.world_SE3_ego.inverse.apply(box.center[None])[0]
        need = float(np.linalg.norm(box.size)) / 2 + 1.0
        return float(np.abs(center - self.near.center).max()) + need <= self.near.reach

    def place(self, box: Box) -> tuple[Floats, Floats, Floats]:
        """Return centre, axes as columns, and size of a box in the ego frame."""
        arrays = BoxArrays.of((box,), self.world_SE3_ego.inverse)
        return arrays.centers[0], arrays.rotations[0], arrays.sizes[0]

    def marks(self, box: Box) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which points lie in a box, and which close around it without being ground, (N,) each."""
        center, rotation, size = self.place(box)
        half = size / 2
        local = self.near.local(center, rotation)
        inside = np.asarray((np.abs(local) <= half).all(axis=1))
        low = min(_STEP_M, 0.3 * float(size[2]))
        around: NDArray[np.bool_] = (
            (np.abs(local) <= half + _BAND_M).all(axis=1) & ~inside & (local[:, 2] > low - half[2])
        )
        around[around] = self.near.ground.over(self.near.xyz[around]) > low
        return inside, around

    def count(self, box: Box) -> Counts:
        """Count those points."""
        inside, around = (round(np.count_nonzero(which) * self.per_point) for which in self.marks(box))
        return Counts(inside, around)


About = Callable[[Floats, float], Floats]
"""Gives the points of a big cloud about a place of the world, and how far to each side: (N, 3) metres, in world."""


def read_cell(frame: Frame, box: Box, about: About | None = None) -> CellPoints:
    """Read the points about a box from the files of its frame, or of a big cloud; runs off the GUI thread."""
    from lidar_label.assist.fit_ground import ground_about

    pose = frame.world_SE3_ego
    center: Floats = pose.inverse.apply(box.center[None])[0]
    wide = float(np.linalg.norm(box.size)) / 2 + _MARGIN_M
    parts, problem = [np.empty((0, 3), np.float32)], ""
    if about is not None:
        parts.append(pose.inverse.apply(about(box.center, 1.75 * wide)).astype(np.float32))  # turned any way, too
    for sweep in frame.sweeps.values() if about is None else ():
        if sweep.sensor.kind != "lidar":
            continue
        try:
            xyz = sweep.points().xyz
        except (LidarLabelError, OSError, MemoryError) as error:
            problem = line_of(error) if isinstance(error, LidarLabelError) else str(error)
            continue
        own = sweep.world_SE3_sensor.inverse.apply(box.center[None])[0].astype(np.float32)
        close = xyz[((xyz - own) ** 2).sum(axis=1) <= 3 * wide * wide]  # the cube turned any way
        parts.append((pose.inverse @ sweep.world_SE3_sensor).apply(close).astype(np.float32))
    near = np.concatenate(parts)
    near = near[(np.abs(near - center.astype(np.float32)) <= wide).all(axis=1)]
    kept = near if len(near) <= MOST_POINTS else near[:: -(-len(near) // MOST_POINTS)]
    ground = ground_about(near, center, wide, usual=float(center[2] - box.size[2] / 2))
    found = Nearby(np.ascontiguousarray(kept), center, wide, ground)
    return CellPoints(box.frame, found, pose, len(near) / max(len(kept), 1), problem)


def points_of(desk: Desk) -> About | None:
    """Return what gives the points of the big cloud that is open; None where frames are read as they are."""
    from lidar_label.jobs.big import points_about

    store, cloud = desk.tiles.store, desk.tiles.cloud
    if store is None or cloud is None:
        return None
    return lambda center, reach: points_about(store, cloud, center, reach)


def _end(worker: Worker) -> None:
    worker.close()
    worker.deleteLater()


def _same_place(one: Box, other: Box) -> bool:
    return one.size == other.size and one.world_SE3_box == other.world_SE3_box


class CellLoader(QObject):
    """Reads one frame after another: those wished for in order, then what is to be looked at for its counts alone.

    What is no longer wished for is not read any more, and is forgotten first when the budget is full.
    """

    loaded = pyqtSignal(int)
    """The points of a frame are here, or its counts."""

    def __init__(self, parent: QObject | None = None, *, budget: int = BUDGET_BYTES) -> None:
        super().__init__(parent)
        self._budget = budget
        self._worker: Worker | None = None
        self._stop = threading.Event()
        self._frames: Sequence[Frame] = ()
        self._about: About | None = None
        self._kept: dict[int, CellPoints] = {}
        self._counted: dict[int, tuple[Box, Counts]] = {}
        self._wished: list[Box] = []
        self._scan: list[Box] = []
        self._reading = -1

    @property
    def nbytes(self) -> int:
        """Memory that the points hold, in bytes."""
        return sum(cell.nbytes for cell in self._kept.values())

    @property
    def frames_kept(self) -> list[int]:
        """The frames whose points are in memory."""
        return sorted(self._kept)

    @property
    def left_to_scan(self) -> int:
        """How many boxes are still to be looked at."""
        return len(self._scan)

    @property
    def is_busy(self) -> bool:
        """Whether a frame is being read now."""
        return self._reading >= 0

    def open(self, frames: Sequence[Frame], about: About | None = None) -> None:
        """Read from other frames, or from the tiles of a big cloud, and forget everything."""
        self.close(wait=False)
        self._frames, self._about = frames, about

    def forget(self) -> None:
        """Forget what is known of the boxes so far: they are another track's."""
        self._kept.clear()
        self._counted.clear()
        self._wished, self._scan = [], []

    def want(self, boxes: Sequence[Box]) -> None:
        """Say whose points are wished for, the first one first."""
        self._wished = list(boxes)
        self._shrink()
        self._go_on()

    def scan(self, boxes: Sequence[Box]) -> None:
        """Have boxes counted behind everything else."""
        self._scan = [box for box in boxes if self.counts_of(box) is None]
        self._go_on()

    def get(self, box: Box) -> CellPoints | None:
        """Return the points about a box if they are in memory."""
        cell = self._kept.get(box.frame)
        return cell if cell is not None and cell.holds(box) else None

    def counts_of(self, box: Box) -> Counts | None:
        """Return how many points a box has, where that is known."""
        known = self._counted.get(box.frame)
        if known is not None and (known[0] is box or _same_place(known[0], box)):
            self._counted[box.frame] = (box, known[1])
            return known[1]
        cell = self.get(box)
        if cell is None or cell.problem:
            return None
        counts = cell.count(box)
        self._counted[box.frame] = (box, counts)
        return counts

    def close(self, *, wait: bool = True) -> None:
        """Stop reading, end the thread and let go of the points.

        Without `wait`, a file that is being read is read to its end meanwhile: nobody stands still for a slow disk.
        """
        self._stop.set()
        worker, self._worker = self._worker, None
        if worker is not None and (wait or self._reading < 0):
            _end(worker)
        self._reading = -1
        self.forget()

    def _next(self) -> Box | None:
        held, usual = 0, max((cell.nbytes for cell in self._kept.values()), default=0)
        for box in self._wished:
            cell = self.get(box)
            if cell is None and (not held or held + usual <= self._budget):
                return box
            held += cell.nbytes if cell is not None else self._budget
        while self._scan:
            box = self._scan.pop(0)
            if self.counts_of(box) is None:
                return box
        return None

    def _go_on(self) -> None:
        if self._reading >= 0:
            return
        box = self._next()
        if box is None or box.frame >= len(self._frames):
            return
        if self._worker is None:
            self._worker, self._stop = Worker("cells", self), threading.Event()
        worker = self._worker
        self._reading = box.frame
        frame, about, stop = self._frames[box.frame], self._about, self._stop

        def read() -> tuple[CellPoints, Counts]:
            if stop.is_set():
                raise Cancelled("stopped before it was done")
            cell = read_cell(frame, box, about)
            return cell, cell.count(box)

        def take(found: tuple[CellPoints, Counts]) -> None:
            if worker is self._worker:
                self._take(box, *found)
            else:  # it was left meanwhile
                _end(worker)

        def refused(error: Exception) -> None:
            if worker is self._worker:
                self._refused(box, error)
            else:
                _end(worker)

        worker.run(read, take, refused)

    def _take(self, box: Box, cell: CellPoints, counts: Counts) -> None:
        self._reading = -1
        if not cell.problem:
            self._counted[box.frame] = (box, counts)
        if any(wished.frame == box.frame for wished in self._wished):
            self._kept.pop(box.frame, None)
            self._kept[box.frame] = cell
            self._shrink()
        self.loaded.emit(box.frame)
        self._go_on()

    def _refused(self, box: Box, error: Exception) -> None:
        """Show an empty cell where a file is broken in a way that no reader explains."""
        empty = np.empty((0, 3), np.float32)
        from lidar_label.assist.fit_ground import Ground

        pose = self._frames[box.frame].world_SE3_ego
        center = pose.inverse.apply(box.center[None])[0]
        near = Nearby(empty, center, 1e9, Ground(0.0, 0.0, 0.0))
        self._take(box, CellPoints(box.frame, near, pose, 1.0, f"{type(error).__name__}: {error}"), Counts(0, 0))

    def _shrink(self) -> None:
        """Let go of what does not fit: first of what is not wished for, then of what is wished for last."""
        wished = [box.frame for box in self._wished]
        order = [frame for frame in self._kept if frame not in set(wished)]
        order += [frame for frame in reversed(wished) if frame in self._kept]
        held = self.nbytes
        for frame in order[:-1]:
            if held <= self._budget:
                break
            held -= self._kept.pop(frame).nbytes
