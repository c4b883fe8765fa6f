"""TileScene: the big cloud that is open: its tiles built or found off the GUI thread, streamed, and counted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from lidar_label.gui.worker import Worker
from lidar_label.model import Box
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.cloud.store import TileStore
    from lidar_label.cloud.stream import Ink, TileStream
    from lidar_label.jobs.big import BigCloud

Phase = Literal["none", "looking", "sample", "building", "tiles"]
Place = tuple[float, ...]
_KEPT_COUNTS = 500
_BUILDS_AFTER_MS = 600


class TileScene(QObject):
    """At most one big cloud at a time.

    A fresh store is opened at once; else the sample is shown first (`begin` is called then) and the
    tiles are built behind it. What goes wrong leaves the sample where it is.
    """

    changed = pyqtSignal()
    """The phase is another."""
    news = pyqtSignal()
    """More of the tiles can be drawn."""
    numbers_changed = pyqtSignal()
    """Other numbers of points are shown or in memory."""
    counted = pyqtSignal()
    """The points of a box have been counted."""
    failed = pyqtSignal(object)
    """An exception."""
    noticed = pyqtSignal(str)
    """What a person should know of the build."""
    _came = pyqtSignal()
    """What a thread says of news; once until it has been heard."""
    busy_changed = pyqtSignal(str, int, int)
    """Text, done, total of the build; an empty text is idle."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self.queries = Worker("tiles", self), Worker("queries", self)
        self.pictures = Worker("above", self)
        """Draws the tiles from above while the window goes on; `queries` asks all points, one thing after another."""
        self._soon = QTimer(self)  # so that the first picture need not share the processor
        self._soon.setSingleShot(True)
        self._soon.setInterval(_BUILDS_AFTER_MS)
        self._soon.timeout.connect(self._build)
        self._came.connect(self._pass_on)
        self._is_told = False
        self._progress: Progress | None = None
        self._round = 0  # of clouds: what an earlier one brings is dropped
        self._wants_build = False
        self._closed = False
        self._counts: OrderedDict[Place, int] = OrderedDict()
        self._counting: Place | None = None
        self._next: list[Box] = []
        self.cloud: BigCloud | None = None
        self.phase: Phase = "none"
        self.store: TileStore | None = None
        self.stream: TileStream | None = None
        self.numbers = (0, 0)

    @property
    def points(self) -> int:
        """How many points the cloud has; 0 where none is open."""
        return self.cloud.points if self.cloud is not None else 0

    def open(self, cloud: BigCloud | None) -> None:
        """Show another cloud, or none."""
        self._drop()
        self.cloud = cloud
        if cloud is None:
            self._enter("none")
            return
        from lidar_label.jobs.big import found_store

        self._enter("looking")
        self._run(lambda: found_store(cloud), self._looked)

    def begin(self) -> None:
        """Build the tiles if there are none: the sample is there, and about to be drawn."""
        if self._wants_build and not self._soon.isActive():
            self._soon.start()

    def _build(self) -> None:
        cloud = self.cloud
        if cloud is None or not self._wants_build:
            return
        from lidar_label.jobs.big import build_store

        self._wants_build = False
        progress = self._progress = Progress(
            lambda done, total, text: self.busy_changed.emit(text or " ", done, total), self.noticed.emit
        )
        self._enter("building")
        self.busy_changed.emit(" ", 0, 0)

        def failed(error: Exception) -> None:
            self.busy_changed.emit("", 0, 0)
            self._enter("sample")
            self.failed.emit(error)

        def built(store: TileStore) -> None:
            self.busy_changed.emit("", 0, 0)
            self._opened(store)

        self._run(lambda: build_store(cloud, progress), built, failed)

    def stop(self) -> None:
        """Ask the build to stop at its next step."""
        if self._progress is not None:
            self._progress.cancel()

    def start_stream(self, ink: Ink) -> TileStream | None:
        """Stream the tiles, coloured by `ink`; None while there are none."""
        if self.store is None or self.phase != "tiles":
            return None
        if self.stream is None:
            from lidar_label.cloud.stream import TileStream

            self.stream = TileStream(self.store, ink, on_news=self._say_once, on_error=self.failed.emit)
        return self.stream

    def _say_once(self) -> None:
        """Tell of news from a thread: hundreds of tiles come in a moment, and one word is enough."""
        if not self._is_told:
            self._is_told = True
            self._came.emit()

    def _pass_on(self) -> None:
        self._is_told = False
        self.news.emit()

    def set_numbers(self, shown: int, loaded: int) -> None:
        """Note how many points are drawn and how many are in memory, for whoever shows it."""
        if (shown, loaded) != self.numbers:
            self.numbers = (shown, loaded)
            self.numbers_changed.emit()

    def count(self, box: Box) -> int | None:
        """Return how many points of the whole cloud lie in a box; None while they are being counted.

        `counted` tells when they have been. The box last asked for is counted next.
        """
        if self.store is None:
            return None
        place = _place(box)
        if place in self._counts:
            self._counts.move_to_end(place)
            return self._counts[place]
        if place != self._counting:
            self._next = [box]
            self._count_next()
        return None

    def close(self) -> None:
        """Stop a build, end every thread and let go of the files."""
        self._closed = True
        self.stop()
        self._next = []
        self._work.close()
        self.queries.close()
        self.pictures.close()
        self._drop()

    def _looked(self, store: TileStore | None) -> None:
        if store is not None:
            self._opened(store)
        else:
            self._wants_build = True
            self._enter("sample")

    def _opened(self, store: TileStore) -> None:
        self.store = store
        self._enter("tiles")

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()

    def _run(
        self,
        work: Callable[[], TileStore | None],
        then: Callable[..., None],
        fail: Callable[[Exception], None] | None = None,
    ) -> None:
        """Work on a thread; what it brings is dropped once another cloud is open."""
        round_ = self._round

        def take(found: TileStore | None) -> None:
            if round_ == self._round:
                then(found)
            elif found is not None:
                found.close()

        def refuse(error: Exception) -> None:
            if round_ == self._round:
                (fail or self._cannot_look)(error)

        self._work.run(work, take, refuse)

    def _cannot_look(self, error: Exception) -> None:
        self._enter("sample")
        self.failed.emit(error)

    def _count_next(self) -> None:
        store, cloud = self.store, self.cloud
        if self._counting is not None or not self._next or store is None or cloud is None:
            return
        from lidar_label.jobs.big import points_in

        box = self._next.pop()
        place = self._counting = _place(box)
        round_ = self._round

        def done(found: int) -> None:
            self._counting = None
            if round_ == self._round:
                self._counts[place] = found
                while len(self._counts) > _KEPT_COUNTS:
                    self._counts.popitem(last=False)
                self.counted.emit()
            self._count_next()

        def failed(error: Exception) -> None:
            self._counting = None
            self.failed.emit(error)

        self.queries.run(lambda: points_in(store, cloud, box), done, failed)

    def _drop(self) -> None:
        self.stop()
        self._soon.stop()
        self._round += 1
        self._progress, self._wants_build = None, False
        self._counts.clear()
        self.numbers = (0, 0)
        self._next = []
        stream, store = self.stream, self.store
        self.stream, self.store, self.cloud = None, None, None
        if stream is not None:
            stream.close()
        if store is not None:
            store.close()


def _place(box: Box) -> Place:
    """Return where a box is, and how large: what its points depend on."""
    pose = box.world_SE3_box
    return (*pose.rotation, *pose.translation.tolist(), *box.size)
