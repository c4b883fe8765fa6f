"""Tints: the colours of the boxes of a frame, so that what is of one colour is drawn in one go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QColor


@dataclass(frozen=True, slots=True, eq=False)
class Tints:
    """The colours boxes have, and which each of the M has, (M,): what is of one colour is drawn in one go."""

    colors: tuple[QColor, ...]
    of_box: NDArray[np.intp]

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
