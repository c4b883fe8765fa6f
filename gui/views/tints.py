"""Tints: the colours of the boxes of a frame, so that what is of one colour is drawn in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QColor

from lidar_label.gui.desk import Desk
from lidar_label.gui.views import paint
from lidar_label.model import Box

FORMER = 2  # frames whose looks are kept: a hand that turns round goes back by one frame, or by two


@dataclass(frozen=True, slots=True, eq=False)
class Tints:
    """The colours boxes have, and which each of the M has, (M,): what is of one colour is drawn in one go."""

    colors: tuple[QColor, ...]
    of_box: NDArray[np.intp]

    def shades(self) -> NDArray[np.uint32]:
        """Return the colour of each box's edges as a picture of 32 bits has it, (M,)."""
        return np.array([paint.box_shade(color).rgba() for color in self.colors], np.uint32)[self.of_box]

    def groups(self, owners: NDArray[np.intp], chosen: NDArray[np.bool_]) -> Iterator[tuple[QColor, NDArray[np.intp]]]:
        """Yield each colour that chosen lines of boxes have, and the rows of those lines, in one sort of all.

        Parameters
        ----------
        owners : (K,) int
            Which box each line is of.
        chosen : (K,) bool
        """
        rows = np.flatnonzero(chosen)
        tints = self.of_box[owners[rows]]
        order = np.argsort(tints, kind="stable")
        edges = np.searchsorted(tints[order], np.arange(len(self.colors) + 1)).tolist()
        for color, first, last in zip(self.colors, edges, edges[1:], strict=False):
            if first < last:
                yield color, rows[order[first:last]]


class Tinting:
    """Finds the colours of boxes; the same object again while they are the same, and in the frames before."""

    def __init__(self) -> None:
        self._tints = self._coming = Tints((), np.empty(0, np.intp))
        self._former: tuple[Tints, ...] = ()

    def ahead(self, desk: Desk, boxes: Sequence[Box]) -> Tints:
        """Return the colours of boxes that may come next, which will be the same object when they come."""
        self._coming = self._made(desk, boxes)
        return self._coming

    def of(self, desk: Desk, boxes: Sequence[Box]) -> Tints:
        """Return the colours of boxes."""
        made = self._made(desk, boxes)
        if made is not self._tints:
            former = (self._tints, *(tints for tints in self._former if tints is not made))
            self._former, self._tints = former[:FORMER], made
        return made

    def _made(self, desk: Desk, boxes: Sequence[Box]) -> Tints:
        """Find the colours; the desk is asked once for all of a kind."""
        tracks, ghosts, by_track = desk.tracks, desk.ghosts, desk.color_mode == "track"
        known: dict[str, int] = {}
        names = []
        for box in boxes:
            kind = ghosts.get(box.track)
            if kind is None and by_track:
                kind = box.track
            elif kind is None:
                track = tracks.get(box.track)
                kind = track.category if track is not None else ""
            if kind not in known:
                known[kind] = desk.color_of(box).rgba()
            names.append(known[kind])
        found = sorted(set(names))  # not by `np.unique`, whose first use imports much
        made = tuple(QColor.fromRgba(rgba) for rgba in found)
        which = np.searchsorted(np.array(found, np.uint32), np.array(names, np.uint32))
        for same in (self._tints, self._coming, *self._former):
            if made == same.colors and np.array_equal(which, same.of_box):
                return same
        return Tints(made, which)
