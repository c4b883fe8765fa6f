"""Canvas: the picture of the points as it stands, drawn at once where that is quick and on a thread where it is not."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from lidar_label.gui.painters.base import Crop, Painted, Painter, Points, never
from lidar_label.gui.painters.splat import SplatPainter
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.worker import Worker

QUICK_S = 0.02  # what is drawn within that is drawn while the window waits: all views show a frame at once then
MOVING_S = 0.022  # for a picture while the camera moves: with what Qt draws, thirty of them in a second
_BEARABLE_S = 0.08  # for such a picture while the window waits: on a thread it would lag, and take longer
MOVING_POINTS = 1_000_000  # at most in such a picture: as many as there are pixels
RESTS_MS = 80  # without a move until everything is drawn
_COMES_S = 1.0  # after a move, in which points that are still being read are worth waiting for
_LEAST_MOVING = MOVING_POINTS // 4
_FIRST_GUESS_S, _PIXEL_S = 6e-9, 4e-9  # a point, and a pixel, of which a picture has as many however few points


@dataclass(frozen=True, slots=True)
class Wish:
    """What a picture is asked to show."""

    batches: tuple[Points, ...]
    camera: Orbit
    width: int
    height: int
    point_size: float
    crop: Crop | None = None
    is_coming: bool = False
    """Whether more of the points is about to come."""
    points: int = field(init=False, compare=False)
    """How many they are in all."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", sum(map(len, self.batches)))


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture, and what it shows; `is_whole` where all points were drawn."""

    wish: Wish
    painted: Painted
    is_whole: bool
    points: int = 0
    """How many were drawn, about."""


class Canvas(QObject):
    """Keeps one picture up to date with the newest wish.

    While a picture is being drawn elsewhere the last one stays, and of the wishes that come meanwhile only the newest
    is drawn. A moving camera is shown fewer points, all of them once it rests and they are there. A picture of all that
    is being drawn when it moves on is given up, and one of some when all are there.
    """

    changed = pyqtSignal()
    """Another picture is there than `show` gave last."""
    failed = pyqtSignal(object)
    """The exception of a picture that could not be drawn."""

    def __init__(self, parent: QObject | None = None, painter: Painter | None = None) -> None:
        super().__init__(parent)
        self._painter: Painter = painter if painter is not None else SplatPainter()
        self._next: Painter | None = None
        self._worker = Worker("painter", self)
        self._worker.failed.connect(self._lost)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(RESTS_MS)
        self._rest.timeout.connect(self._catch_up)
        self._then = QTimer(self)
        self._then.setSingleShot(True)
        self._then.timeout.connect(self._catch_up)
        self._point_s, self._most, self._moving_s = _FIRST_GUESS_S, MOVING_POINTS, MOVING_S / 2
        self._moved = -_COMES_S
        self._wish: Wish | None = None
        self._drawing: Wish | None = None
        self._stale, self._draws_all = threading.Event(), False
        """Set where nobody wants the picture any more that is being drawn, and whether that is one of all points."""
        self._shown: Shown | None = None
        self._closed = False

    @property
    def painter(self) -> str:
        """Name of the painter that draws."""
        return (self._next or self._painter).name

    @property
    def shown(self) -> Shown | None:
        """The picture as it stands."""
        return self._shown

    @property
    def is_drawing(self) -> bool:
        """Whether a picture is on its way."""
        return self._drawing is not None or self._rest.isActive() or self._then.isActive()

    @property
    def is_settled(self) -> bool:
        """Whether the picture as it stands is of the newest wish, with all its points."""
        shown, wish = self._shown, self._wish
        return wish is None or (shown is not None and shown.is_whole and shown.wish == wish)

    def set_painter(self, painter: Painter) -> None:
        """Have another draw from now on; the canvas closes it."""
        if self._next is not None:
            self._next.close()
        self._next = painter
        self._swap()

    def show(self, wish: Wish) -> Shown | None:
        """Return the picture of a wish, or the last one while that of the wish is being drawn."""
        before, self._wish = self._wish, wish
        if self._closed:
            return self._shown
        if before is not None and before.camera != wish.camera:
            self._moved = time.perf_counter()
            if self._draws_all:
                self._stale.set()
            if wish.points > self._most:
                self._rest.start()
        elif self._drawing is not None and self._drawing.is_coming and not wish.is_coming:
            self._stale.set()  # all of it is there now
        if not self._is_fresh(wish):
            self._go_on()
        return self._shown

    def take(self, wish: Wish, painted: Painted) -> Shown:
        """Show a picture of all points of a wish that was drawn elsewhere."""
        self._wish = wish
        if self._shown is None or not self._shown.is_whole or self._shown.wish != wish:
            self._shown = Shown(wish, painted, True, wish.points)
        return self._shown

    def close(self) -> None:
        """End what is being drawn, the thread, and the painter."""
        self._closed = True
        self._rest.stop()
        self._then.stop()
        self._worker.close()
        for painter in (self._painter, self._next):
            if painter is not None:
                painter.close()
        self._next = None

    def _is_fresh(self, wish: Wish) -> bool:
        shown = self._shown
        return shown is not None and shown.wish == wish and (shown.is_whole or self._spares(wish))

    def _spares(self, wish: Wish) -> bool:
        """Say whether some of the points will do: others would hold up the next picture, which is about to come."""
        return self._rest.isActive() or (wish.is_coming and time.perf_counter() - self._moved < _COMES_S)

    def _go_on(self) -> None:
        """Draw the newest wish, unless another is being drawn, whose end comes back here."""
        wish = self._wish
        if self._drawing is not None or wish is None:
            return
        most = self._most if self._spares(wish) else None
        points = wish.points if most is None else min(most, wish.points)
        quick = QUICK_S if most is None else _BEARABLE_S
        if self._painter.needs_gui_thread or points * self._point_s + _fixed(wish) < quick:
            self._shown = self._draw(wish, most) or self._shown
            return
        self._drawing, self._draws_all = wish, most is None
        stale = self._stale = threading.Event()
        self._worker.run(lambda: self._draw(wish, most, stale), self._arrived)

    def _draw(self, wish: Wish, most: int | None, stale: threading.Event | None = None) -> Shown | None:
        start = time.perf_counter()
        painted = self._painter.draw(
            wish.batches, wish.camera, wish.width, wish.height, wish.point_size,
            most_points=most, crop=wish.crop, is_stale=never if stale is None else stale.is_set,
        )  # fmt: skip
        if stale is not None and stale.is_set():
            return None
        spent = time.perf_counter() - start
        drawn = wish.points if most is None else min(wish.points, most)
        if drawn >= _LEAST_MOVING / 4:
            self._point_s += 0.3 * (max(spent - _fixed(wish), 0.0) / drawn - self._point_s)
        if drawn == most:
            self._learn(spent)
        return Shown(wish, painted, most is None or most >= wish.points, drawn)

    def _learn(self, spent: float) -> None:
        """Take in how long a moving picture took; its points change in steps of two, so that it does not flicker."""
        self._moving_s += 0.2 * (spent - self._moving_s)
        if self._moving_s > MOVING_S and self._most > _LEAST_MOVING:
            self._most, self._moving_s = self._most // 2, self._moving_s * 0.6
        elif self._moving_s < 0.5 * MOVING_S and self._most < MOVING_POINTS:
            self._most, self._moving_s = self._most * 2, self._moving_s * 1.7

    def _arrived(self, shown: Shown | None) -> None:
        self._drawing = None
        if shown is not None and (self._wish is None or not self._is_fresh(self._wish)):  # else one was given meanwhile
            self._shown = shown
        self._swap()
        self.changed.emit()
        self._then.start()  # who draws this says first what it wants by now

    def _lost(self, error: object) -> None:
        self._drawing = None
        self.failed.emit(error)

    def _catch_up(self) -> None:
        """Draw what the newest wish lacks yet."""
        if self._wish is not None and not self._is_fresh(self._wish):
            self._go_on()
            self.changed.emit()

    def _swap(self) -> None:
        """Change the painters where neither is at work."""
        if self._next is None or self._drawing is not None or self._closed:
            return
        self._painter.close()
        self._painter, self._next = self._next, None
        self._point_s, self._most, self._moving_s = _FIRST_GUESS_S, MOVING_POINTS, MOVING_S / 2
        self._shown = None
        self.changed.emit()


def _fixed(wish: Wish) -> float:
    """Return the time of a picture of no points, seconds."""
    return wish.width * wish.height * _PIXEL_S
