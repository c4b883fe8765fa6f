"""Inking: colours the points of merged clouds by the boxes they lie in, off the GUI thread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.desk import Desk
from lidar_label.gui.merge.cloud import Merged
from lidar_label.gui.merge.merger import Merger
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.colors import Colors, by_box
from lidar_label.gui.worker import Worker, step_back

Inside = NDArray[np.bool_]


class Inking(QObject):
    """One for each desk, made by the first who asks (`Inking.of`).

    A merged cloud has many times the points of a frame: until its points are looked at again after an edit, they keep
    the colours that they had.
    """

    changed = pyqtSignal()
    """Other colours are ready."""

    @staticmethod
    def of(desk: Desk) -> Inking:
        """Return the one of a desk."""
        found = desk.findChild(Inking)
        return found if found is not None else Inking(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._worker: Worker | None = None
        self._of: tuple[object, ...] = ()  # what `_made` was made of
        self._asked: tuple[object, ...] = ()
        self._made: tuple[Colors, Inside] | None = None
        self._merger = Merger.of(desk)
        self._merger.changed.connect(self._forget)
        desk.closing.connect(self.close)

    def ink(self, merged: Merged, base: Colors, boxes: BoxArrays, table: Colors) -> tuple[Colors, Inside | None]:
        """Return the colours of a merged cloud as far as known, and which points lie in boxes; ask for the rest.

        Parameters
        ----------
        merged : Merged
        base : (N, 4) uint8
            RGBA of the points outside of all boxes.
        boxes : BoxArrays
            M boxes in the cloud's frame.
        table : (M, 3) uint8
            Their colours.
        """
        key = (merged, *(part.tobytes() for part in (boxes.centers, boxes.rotations, boxes.sizes, table)))
        if key != self._of and key != self._asked:
            self._ask(key, merged, base, boxes, table)
        if self._made is not None and self._of[0] is merged:
            return self._made
        return base, None

    def _ask(self, key: tuple[object, ...], merged: Merged, base: Colors, boxes: BoxArrays, table: Colors) -> None:
        self._asked = key
        if self._worker is None:
            self._worker = Worker("inking", self)
            self._worker.run(step_back)

        def work() -> tuple[Colors, Inside] | None:
            return by_box(merged.xyz, boxes, table, base) if key is self._asked else None

        def arrived(made: tuple[Colors, Inside] | None) -> None:
            if made is not None and key is self._asked:
                self._asked, self._of, self._made = (), key, made
                self.changed.emit()

        self._worker.run(work, arrived)

    def _forget(self) -> None:
        """Hold no cloud that is not shown any more."""
        if self._merger.merged is None:
            self._asked, self._of, self._made = (), (), None

    def close(self) -> None:
        """End the thread."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None
