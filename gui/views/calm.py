"""Calm: a view's picture with the boxes that stay as they are, kept while a few others are dragged or marked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QImage

from lidar_label.gui.views import marks
from lidar_label.gui.views.placed import others
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Box


class Calm:
    """Says which boxes its picture does not have; a view draws those over it, and the marked ones once more.

    What a drag or a key moves has been left out since its first move. So every further one, and every other
    selection, costs the few boxes that are drawn over the picture, and not the hundreds in it.
    """

    def __init__(self) -> None:
        self._picture: QImage | None = None
        self._of: tuple[object, ...] = ()
        self._place: object = None
        self._boxes: tuple[Box, ...] = ()
        self._apart: frozenset[int] = frozenset()

    def apart(self, stage: Stage) -> NDArray[np.intp]:
        """Return the places of boxes that are not in the picture and not marked."""
        return np.array(sorted(self._apart.difference(marks.marked(stage))), np.intp)

    def forget(self) -> None:
        """Draw anew next time."""
        self._picture = None

    def picture(
        self, stage: Stage, of: tuple[object, ...], place: object, draw: Callable[[NDArray[np.intp]], QImage]
    ) -> QImage:
        """Return the picture, drawn anew where it is not the same.

        Parameters
        ----------
        stage : Stage
        of : tuple of object
            What it shows, each of which is another object when it is another.
        place : object
            From where; equal to the last one where that is the same.
        draw : callable((K,) int) -> QImage
            Draws it with the boxes in these places.
        """
        if self._picture is None or not self.is_fresh(stage, of, place):
            boxes = stage.boxes
            changed = others(self._boxes, boxes)
            ghosts = stage.desk.ghosts
            alone = {i for i, box in enumerate(boxes) if box.track in ghosts} if ghosts else set()
            self._apart = frozenset({stage.selected, *alone, *(changed or ())} - {-1})
            self._of, self._place, self._boxes = of, place, boxes
            rows = np.array([i for i in range(len(boxes)) if i not in self._apart], np.intp)
            self._picture = draw(rows)
        return self._picture

    def is_fresh(self, stage: Stage, of: tuple[object, ...], place: object) -> bool:
        """Say whether the picture would be the same one again; see `picture`."""
        is_same = len(of) == len(self._of) and all(a is b for a, b in zip(of, self._of, strict=True))
        if self._picture is None or not is_same or place != self._place:
            return False
        changed = others(self._boxes, stage.boxes)
        return changed is not None and self._apart.issuperset(changed)
