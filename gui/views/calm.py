"""Calm: a view's picture with the boxes that stay as they are, kept while a few others are dragged or marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QImage

from lidar_label.gui.views import marks
from lidar_label.gui.views.placed import others
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.tints import FORMER
from lidar_label.model import Box


class Kept(NamedTuple):
    """A picture, and what it shows; see `Calm.picture`."""

    picture: QImage
    of: tuple[object, ...]
    place: object
    boxes: tuple[Box, ...]
    apart: frozenset[int]

    def is_of(self, of: tuple[object, ...], place: object, boxes: tuple[Box, ...]) -> bool:
        """Say whether it is a picture of these things from that place; what is apart may be others."""
        is_same = len(of) == len(self.of) and all(a is b for a, b in zip(of, self.of, strict=True))
        if not is_same or place != self.place:
            return False
        changed = others(self.boxes, boxes)
        return changed is not None and self.apart.issuperset(changed)


class Calm:
    """Says which boxes its picture does not have; a view draws those over it, and the marked ones once more.

    What a drag or a key moves has been left out since its first move. So every further one, and every other
    selection, costs the few boxes that are drawn over the picture, and not the hundreds in it. What is left out and
    then neither marked nor moved any more is drawn in by `complete`.
    """

    def __init__(self) -> None:
        self._kept: Kept | None = None
        self._coming: Kept | None = None
        self._former: tuple[Kept, ...] = ()

    @property
    def pictures(self) -> list[QImage]:
        """All pictures that may be shown again: the last one, and those that a step to either side would show."""
        return [made.picture for made in (self._kept, self._coming, *self._former) if made is not None]

    def apart(self, stage: Stage) -> NDArray[np.intp]:
        """Return the places of boxes that are not in the picture and not marked."""
        apart = self._kept.apart if self._kept is not None else frozenset[int]()
        return np.array(sorted(apart.difference(marks.marked(stage))), np.intp)

    def complete(self, stage: Stage, stroke: Callable[[QImage, NDArray[np.intp]], object]) -> None:
        """Draw into the last picture, for good, the boxes it lacks that nothing marks any more.

        So a selection that moves on costs the one box it leaves, and a copy of the picture is not made at each paint.
        """
        rows = self.apart(stage)
        if self._kept is not None and len(rows):
            stroke(self._kept.picture, rows)
            self._kept = self._kept._replace(boxes=stage.boxes, apart=self._kept.apart.difference(rows.tolist()))

    def forget(self) -> None:
        """Draw anew next time."""
        self._kept = None

    def expect(self, coming: Kept) -> None:
        """Show a picture that was drawn elsewhere once just that is asked for."""
        self._coming = coming

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
        boxes, before = stage.boxes, self._kept
        if before is not None and before.is_of(of, place, boxes):
            return before.picture
        ready = (self._coming, *self._former) if not stage.desk.ghosts else ()
        found = next((made for made in ready if made is not None and made.is_of(of, place, boxes)), None)
        former = (before, *(made for made in self._former if made is not found))
        self._former = tuple(made for made in former if made is not None)[:FORMER]
        if found is not None:
            self._kept = found
            return found.picture
        changed = others(before.boxes, boxes) if before is not None else None
        ghosts = stage.desk.ghosts
        alone = {i for i, box in enumerate(boxes) if box.track in ghosts} if ghosts else set()
        apart = frozenset({stage.selected, *alone, *(changed or ())} - {-1})
        rows = np.array([i for i in range(len(boxes)) if i not in apart], np.intp)
        self._kept = Kept(draw(rows), of, place, boxes, apart)
        return self._kept.picture

    def is_fresh(self, stage: Stage, of: tuple[object, ...], place: object) -> bool:
        """Say whether the picture would be the same one again; see `picture`."""
        return self._kept is not None and self._kept.is_of(of, place, stage.boxes)
