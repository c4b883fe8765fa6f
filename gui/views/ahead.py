"""Ahead: the calm pictures of the frame that the next step leads to, drawn on a thread while a hand rests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from threading import Event
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QTimer

from lidar_label.gui.loader import FrameView
from lidar_label.gui.look import BY_LABELS
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.tints import Tints
from lidar_label.gui.worker import A_LITTLE, Worker
from lidar_label.model import Box

_RESTS_MS = 15  # after a step, so that what follows it on the screen comes first
_A_FEW = 3  # boxes; fewer are drawn as quickly as they are looked up


class Boxed(Protocol):
    """Boxes as views draw them: those of the stage, or of a frame that comes."""

    @property
    def arrays(self) -> BoxArrays:
        """Them in the ego frame."""

    @property
    def tints(self) -> Tints:
        """Their colours."""


class Next:
    """The boxes of a frame that is not shown yet."""

    def __init__(self, view: FrameView, boxes: tuple[Box, ...], tints: Tints, apart: frozenset[int]) -> None:
        self.view, self.boxes, self.tints, self.apart = view, boxes, tints, apart

    @cached_property
    def arrays(self) -> BoxArrays:
        """The boxes in the frame's ego frame; made on the thread that asks first."""
        return BoxArrays.of(self.boxes, self.view.world_SE3_ego.inverse)

    @property
    def rows(self) -> NDArray[np.intp]:
        """The boxes that are not apart."""
        return np.array([i for i in range(len(self.boxes)) if i not in self.apart], np.intp)


Take = Callable[[], None]
"""Hands over what was drawn; called in the GUI thread."""
Work = Callable[[], Take]
"""Draws, on a thread; it asks no widget for anything."""
Offer = Callable[[Next], Sequence[Work]]
"""Says in the GUI thread what a view would have drawn of a frame; nothing where nothing can be."""


class Ahead(QObject):
    """One for each stage, made by the first view that asks (`Ahead.of`).

    The next step is taken to be like the last. What is drawn for it is used where it turns out to be just what is
    wanted, and else forgotten.
    """

    @staticmethod
    def of(stage: Stage) -> Ahead:
        """Return the one of a stage."""
        found = stage.findChild(Ahead)
        return found if found is not None else Ahead(stage)

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage, self._desk = stage, stage.desk
        self._worker = Worker("ahead", self, back=A_LITTLE)
        self._offers: list[Offer] = []
        self._shown = self._next = -1
        self._stale = Event()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_RESTS_MS)
        self._rest.timeout.connect(self._begin)
        self._worker.pending_changed.connect(lambda pending: self._desk.hold_reading(pending > 0))
        stage.cloud_changed.connect(self._stepped)
        stage.desk.closing.connect(self._worker.close)

    def offer(self, offer: Offer) -> None:
        """Ask a view, too."""
        self._offers.append(offer)

    def _stepped(self) -> None:
        before, self._shown = self._shown, self._desk.index
        self._stale.set()  # what is not drawn by now comes too late, and holds up what is to be painted
        if before >= 0 and before != self._shown:
            self._next = self._shown + (self._shown - before)
            self._rest.start()

    def _begin(self) -> None:
        stage, desk = self._stage, self._desk
        is_plain = stage.merged is None and not stage.tiles.is_active and desk.color_mode not in BY_LABELS
        if desk.ghosts or desk.is_playing or not is_plain or len(stage.boxes) < _A_FEW:
            return
        if self._worker.pending:
            self._rest.start()  # until the one before is given up
            return
        view, boxes = desk.coming(self._next)
        if view is None or not boxes:
            return
        tints, selected = stage.tinting.ahead(desk, boxes), desk.selected
        coming = Next(view, boxes, tints, frozenset(i for i, box in enumerate(boxes) if box.track == selected))
        stale = self._stale = Event()
        self._worker.run(lambda: coming.arrays, lambda made: stage.in_ego.expect(boxes, view, made))
        for work in [work for offer in self._offers for work in offer(coming)]:  # each is of use without the others
            self._worker.run(partial(_unless, stale, work), lambda hand_over: hand_over())


def _unless(stale: Event, work: Work) -> Take:
    return work() if not stale.is_set() else lambda: None
