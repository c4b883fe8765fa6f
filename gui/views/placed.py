"""Placed: the boxes of the shown frame in its own axes; made anew are only those that are others than before."""

from __future__ import annotations

from collections.abc import Sequence

from lidar_label.gui.loader import FrameView
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.model import SE3, Box

MOST_CHANGED = 40  # boxes; of more it is as quick to make all anew


def others(old: Sequence[Box], new: Sequence[Box]) -> list[int] | None:
    """Return where boxes are others than before; None where they are of other tracks, or most are."""
    if old is new:
        return []
    if len(old) != len(new):
        return None
    found = [i for i, (was, now) in enumerate(zip(old, new, strict=True)) if was is not now]
    if len(found) > MOST_CHANGED or any(old[i].track != new[i].track for i in found):
        return None
    return found


class Placed:
    """Keeps the arrays of the boxes it was asked for last."""

    def __init__(self) -> None:
        self._view: FrameView | None = None
        self._way = SE3.identity("ego", "world")
        self._boxes: tuple[Box, ...] = ()
        self._arrays = BoxArrays.of((), self._way)
        self._coming: tuple[FrameView, tuple[Box, ...], BoxArrays] | None = None

    def expect(self, boxes: tuple[Box, ...], view: FrameView, arrays: BoxArrays) -> None:
        """Take the arrays of a frame that may come next."""
        self._coming = view, boxes, arrays

    def of(self, boxes: tuple[Box, ...], view: FrameView | None) -> BoxArrays:
        """Return boxes in the ego frame of a view; the same arrays where nothing is another."""
        if view is not self._view:
            self._view, self._way = view, view.world_SE3_ego.inverse if view is not None else self._way
            rows, coming = None, self._coming
            if coming is not None and coming[0] is view:
                self._boxes, self._arrays = coming[1:]
                self._coming = None
                rows = others(self._boxes, boxes)
        else:
            rows = others(self._boxes, boxes)
        if rows is None:
            self._arrays = BoxArrays.of(boxes, self._way)
        elif rows:
            self._arrays = self._arrays.having(rows, BoxArrays.of([boxes[i] for i in rows], self._way))
        self._boxes = boxes
        return self._arrays
