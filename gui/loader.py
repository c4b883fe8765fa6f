"""Loader: frames read ahead of the playhead, off the GUI thread, inside a budget of bytes."""

from __future__ import annotations

import itertools
import logging
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QImage

from lidar_label.errors import LidarLabelError
from lidar_label.gui.ahead import NEAREST, frames_about
from lidar_label.gui.decoding import decode
from lidar_label.gui.wording import in_language, line_of
from lidar_label.gui.worker import give_back, step_back
from lidar_label.kernels.compiled import is_put_off
from lidar_label.kernels.rigid import transform_points
from lidar_label.model import SE3, Frame, PointCloud, Scene, Sweep

if TYPE_CHECKING:
    from lidar_label.gui.views.prepare import Prepared, Wish

log = logging.getLogger(__name__)

BUDGET_BYTES = 800_000_000  # a tenth of a PC with 8 GB
THREADS = 2
_QUIET_S = 0.1  # the longest that reading waits while the window paints a step
_SOON = 4  # of the nearest frames that are here before one thread reads alone: two take turns with the window's
_TIDY_EVERY = 12  # frames read
_LOADS_S = 0.1  # between two looks whether compiled code is there
_RESTS_MS = 400  # after a step; then all threads read
_PLENTY = 20  # of the nearest frames that are here before reading gives way: a hand that never rests is fed, too
_SWITCH_S = 0.001  # the longest that a thread's Python runs while the window waits; it is 5 ms otherwise


@dataclass(frozen=True, eq=False, kw_only=True)
class FrameView:
    """Everything that is shown of one frame, complete and immutable.

    Parameters
    ----------
    index : int
    frame : Frame
    world_SE3_ego : SE3
        The ego pose of the frame, in which `xyz` is.
    xyz : (N, 3) float32, metres
        The valid points of all LiDAR sweeps, in the ego frame of this frame.
    fields : mapping of str to (N,) array
        Fields that all the sweeps have.
    images : mapping of channel to QImage
        Pictures, decoded in the size they are shown in; one that could not be read is not in it.
    image_sizes : mapping of channel to (width, height)
        Pixels of the files.
    prepared : Prepared, optional
        What the views wished to find ready.
    problems : tuple of str
        One line for each file that could not be read.
    """

    index: int
    frame: Frame
    world_SE3_ego: SE3
    xyz: NDArray[np.float32]
    fields: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    images: Mapping[str, QImage] = field(default_factory=dict)
    image_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    prepared: Prepared | None = None
    problems: tuple[str, ...] = ()

    @property
    def nbytes(self) -> int:
        """Memory that points and pictures hold, in bytes."""
        arrays = self.xyz.nbytes + sum(values.nbytes for values in self.fields.values())
        ready = self.prepared.nbytes if self.prepared is not None else 0
        return arrays + ready + sum(image.sizeInBytes() for image in self.images.values())


def build_view(frame: Frame, wish: Wish | None = None, give_way: Callable[[], None] = lambda: None) -> FrameView:
    """Read the files of a frame, and make ready what is wished for.

    A file that cannot be read becomes a line in `problems`. Between two pieces of work `give_way` is called.
    """
    problems: list[str] = []
    xyz, fields = read_points(frame, problems, give_way)
    images: dict[str, QImage] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for channel, image in frame.images.items():
        give_way()
        try:
            picture, size = decode(image.encoded(), wish.picture_size(channel) if wish is not None else None)
        except (LidarLabelError, OSError, MemoryError) as error:
            problems.append(_line(channel, error))
            continue
        if picture.isNull():
            problems.append(f"{image.path or channel}: {in_language('this is no picture that can be decoded')}")
            continue
        images[channel], sizes[channel] = picture, size
    view = FrameView(
        index=frame.index,
        frame=frame,
        world_SE3_ego=frame.world_SE3_ego,
        xyz=xyz,
        fields=fields,
        images=images,
        image_sizes=sizes,
        problems=tuple(problems),
    )
    return view if wish is None else replace(view, prepared=wish.prepare(view, give_way))


def read_points(
    frame: Frame, problems: list[str], give_way: Callable[[], None] = lambda: None
) -> tuple[NDArray[np.float32], Mapping[str, NDArray[Any]]]:
    """Read the valid points of all LiDAR sweeps of a frame, in its ego frame, and the fields that all have.

    A file that cannot be read adds a line to `problems`.
    """
    ego_SE3_world = frame.world_SE3_ego.inverse
    clouds: list[tuple[NDArray[np.float32], Mapping[str, NDArray[Any]]]] = []
    for sweep in frame.sweeps.values():
        if sweep.sensor.kind != "lidar":
            continue
        give_way()
        try:
            clouds.append(_in_ego(sweep, sweep.points(), ego_SE3_world))
        except (LidarLabelError, OSError, MemoryError) as error:
            problems.append(_line(sweep.channel, error))
    return _join(clouds)


def warm_up() -> None:
    """Compile what reading needs, so that the first frame does not wait for it."""
    transform_points(np.zeros((1, 3), np.float32), np.eye(3), np.zeros(3), threads=1)


def _line(channel: str, error: Exception) -> str:
    return line_of(error) if isinstance(error, LidarLabelError) else f"{channel}: {type(error).__name__}: {error}"


def _in_ego(
    sweep: Sweep, cloud: PointCloud, ego_SE3_world: SE3
) -> tuple[NDArray[np.float32], Mapping[str, NDArray[Any]]]:
    valid = cloud.valid
    if valid.all():  # copies, since columns of a file's rows would keep all of the file in memory
        xyz, fields = cloud.xyz, {name: np.array(values) for name, values in cloud.fields.items()}
    else:
        xyz, fields = cloud.xyz[valid], {name: values[valid] for name, values in cloud.fields.items()}
    way = ego_SE3_world @ sweep.world_SE3_sensor
    return transform_points(xyz, way.rotation_matrix, way.translation, threads=1), fields


def _join(
    clouds: list[tuple[NDArray[np.float32], Mapping[str, NDArray[Any]]]],
) -> tuple[NDArray[np.float32], Mapping[str, NDArray[Any]]]:
    if not clouds:
        return np.empty((0, 3), np.float32), {}
    if len(clouds) == 1:
        return clouds[0]
    shared = set.intersection(*(set(fields) for _, fields in clouds))
    xyz = np.concatenate([xyz for xyz, _ in clouds])
    return xyz, {
        name: np.concatenate([fields[name] for _, fields in clouds]) for name in clouds[0][1] if name in shared
    }


class FrameLoader(QObject):
    """Keeps the frames around the playhead in memory.

    `want` says where the playhead is and which way it moves; the threads read that frame first,
    then ahead, then a little behind. A wish that the next `want` no longer holds is forgotten.

    Parameters
    ----------
    budget : int, bytes
        What all frames in memory may hold together; only the frame at the playhead may exceed it.
    """

    ready = pyqtSignal(object)
    """A FrameView that has just been built."""
    failed = pyqtSignal(object)
    """An exception that no broken file explains."""
    _built = pyqtSignal(int, object)

    def __init__(self, *, budget: int = BUDGET_BYTES, threads: int = THREADS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._budget = budget
        self._change = threading.Condition()
        self._scene: Scene | None = None
        self._wish: Wish | None = None
        self._epoch = 0
        self._kept: OrderedDict[int, FrameView] = OrderedDict()
        self._sizes: dict[int, int] = {}  # of every frame ever read: one too many is not read twice
        self._plan: list[int] = []
        self._reading: set[int] = set()
        self._closed = False
        self._is_calm = threading.Event()  # cleared while the window paints a step
        self._is_calm.set()
        self._painted = QTimer(self)  # comes after the painting that a step asks for
        self._painted.setSingleShot(True)
        self._painted.timeout.connect(self._is_calm.set)
        self._moves = False
        self._rested = QTimer(self)
        self._rested.setSingleShot(True)
        self._rested.setInterval(_RESTS_MS)
        self._rested.timeout.connect(self._rest)
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_S))
        self._built.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._threads = [threading.Thread(target=self._loop, name=f"loader-{n}") for n in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def nbytes(self) -> int:
        """Memory that the frames hold now, in bytes."""
        with self._change:
            return sum(view.nbytes for view in self._kept.values())

    def set_budget(self, budget: int) -> None:
        """Let the frames in memory hold more or less; what does not fit any more goes with the next one read."""
        with self._change:
            self._budget = budget
            self._change.notify_all()

    def set_scene(self, scene: Scene | None) -> None:
        """Forget everything and read from another scene (or from none)."""
        with self._change:
            self._scene = scene
            self._epoch += 1
            self._kept.clear()
            self._sizes.clear()
            self._plan = []
            self._reading.clear()

    def set_wish(self, wish: Wish | None) -> None:
        """Say what is to be made ready of each frame; those here are made anew, the nearest first."""
        with self._change:
            self._wish = wish
            self._change.notify_all()

    def want(self, index: int, direction: int = 1, stride: int = 1) -> None:
        """Say that the playhead is at `index` and moves forward (1) or back (-1), so many frames a step."""
        with self._change:
            if self._scene is None:
                return
            self._plan = frames_about(index, direction, len(self._scene.frames), stride)
            self._let_go(self._plan)
            if index in self._kept:
                self._is_calm.clear()
                self._painted.start(0)
                self._moves = True
                self._rested.start()
            self._change.notify_all()

    def _rest(self) -> None:
        with self._change:
            self._moves = False
            self._change.notify_all()

    def hold(self, held: bool) -> None:
        """Have reading wait, where there is plenty, while something is drawn that the window will want sooner."""
        (self._is_calm.clear if held else self._is_calm.set)()

    def get(self, index: int) -> FrameView | None:
        """Return a frame if it is in memory."""
        with self._change:
            view = self._kept.get(index)
            if view is not None:
                self._kept.move_to_end(index)
            return view

    def close(self) -> None:
        """End the threads; the files they are reading are read to their end first."""
        with self._change:
            self._closed = True
            self._plan = []
            self._change.notify_all()
        self._painted.stop()
        self._rested.stop()
        self._is_calm.set()
        for thread in self._threads:
            thread.join()
        with self._change:
            self._kept.clear()

    def _loop(self) -> None:
        step_back()
        for turn in itertools.count(1):
            if turn % _TIDY_EVERY == 0:
                give_back()
            with self._change:
                index = self._next()
                while index is None and not self._closed:
                    self._change.wait(_LOADS_S if is_put_off() else None)
                    index = self._next()
                if self._closed or index is None or self._scene is None:
                    return
                self._reading.add(index)
                frame, epoch, wish = self._scene.frames[index], self._epoch, self._wish
                kept = self._kept.get(index)
            try:
                if kept is not None and wish is not None and not kept.problems and not wish.needs_files(kept):
                    view = replace(kept, prepared=wish.prepare(kept, self._give_way))
                else:
                    view = build_view(frame, wish, self._give_way)
            except Exception as error:
                log.exception("frame %d cannot be shown", index)
                self._built.emit(epoch, error)
                view = FrameView(
                    index=index,
                    frame=frame,
                    world_SE3_ego=frame.world_SE3_ego,
                    xyz=np.empty((0, 3), np.float32),
                    problems=(f"{type(error).__name__}: {error}",),
                )
            with self._change:
                if epoch == self._epoch and not self._closed:
                    self._reading.discard(index)
                    self._keep(view)
                    self._built.emit(epoch, view)

    def _give_way(self) -> None:
        """Wait while the window paints a step; not where it waits for this frame, or soon will."""
        if not self._is_calm.is_set():
            with self._change:
                has_plenty = self._has_nearest(_PLENTY)
            self._is_calm.wait(_QUIET_S if has_plenty else 0.0)

    def _has_nearest(self, frames: int) -> bool:
        return all(index in self._kept for index in self._plan[:frames])

    def _next(self) -> int | None:
        """Choose what to read next: what is not there or outdated, the nearest first, then what is not there."""
        if self._moves and self._reading and self._has_nearest(_SOON):
            return None
        if is_put_off() and not {*self._kept, *self._reading}.isdisjoint(self._plan[:1]):
            return None  # with compiled code the next ones take a third of the time, and the first picture comes first
        usual = max(self._sizes.values(), default=0)
        coming = {*(i for i in self._plan if i in self._kept), *self._reading}
        taken = sum(self._sizes.get(i, usual) for i in coming)
        for place, index in enumerate(self._plan):
            if index in self._reading:
                continue
            if index in self._kept:
                if 0 < place <= NEAREST and self._is_outdated(self._kept[index]):
                    return index
                continue
            first = index == self._plan[0]
            room = taken + self._sizes.get(index, usual) <= self._budget
            if first or room:
                return index
            break
        outdated = (i for i in self._plan[1:] if i in self._kept and self._is_outdated(self._kept[i]))
        return next((i for i in outdated if i not in self._reading), None)

    def _is_outdated(self, view: FrameView) -> bool:
        if view.prepared is None:
            return self._wish is not None and not view.problems
        return view.prepared.wish != self._wish

    def _keep(self, view: FrameView) -> None:
        """Keep a view, and let go of what does not fit: first of what is not wished for."""
        self._kept[view.index] = view
        self._sizes[view.index] = view.nbytes
        held = sum(self._sizes[index] for index in self._kept)
        playhead = self._plan[0] if self._plan else view.index
        unwished = [i for i in self._kept if i not in set(self._plan)]
        for index in [*unwished, *reversed(self._plan)]:
            if held <= self._budget:
                break
            if index in self._kept and index != playhead:
                held -= self._sizes[index]
                del self._kept[index]

    def _let_go(self, wished: list[int]) -> None:
        """Forget frames out of reach, so that memory is full after a few frames and then stays as it is."""
        reach = set(wished)
        for index in [i for i in self._kept if i not in reach]:
            del self._kept[index]

    def _hand_over(self, epoch: int, result: object) -> None:
        if self._closed or epoch != self._epoch:
            return
        if isinstance(result, FrameView):
            self.ready.emit(result)
        else:
            self.failed.emit(result)
