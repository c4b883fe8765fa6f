"""Framing: the place and the axes that the side views look at, still under a drag and as still as can be after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.fitting import Fitting
from lidar_label.gui.nearby import Nearby
from lidar_label.gui.views.colors import SHADES
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Floats

_DARK, _GROUND_SHADE, _SHADE, _PER_METRE = 0.2, 60, 130, 60.0  # shades of grey by metres over the ground


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """The points about a box as the side views draw them.

    Parameters
    ----------
    near : Nearby
    local : (N, 3) float32, metres
        In the frame of the views.
    inside : (N,) bool
        Whether they lie in the box.
    shades : (N, 3) uint8
        The colour of those that do not.
    """

    near: Nearby
    local: NDArray[np.float32]
    inside: NDArray[np.bool_]
    shades: NDArray[np.uint8]


class Framing(QObject):
    """What the three side views share: they look at one place along the axes of one box.

    The axes are the box's own. While one of these views drags it they stay as they were when the drag
    began, so that the points rest under the mouse. The place is the middle of the box when it was
    selected or another frame came; smaller changes move the box in the picture and not the points.
    """

    changed = pyqtSignal()
    """They look at something else, or the box or its points are others."""
    moved_on = pyqtSignal(bool)
    """Another frame or track is looked at; True for another track."""

    def __init__(self, stage: Stage, fitting: Fitting, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._fitting = stage, fitting
        self._of: tuple[str, int] = ("", -1)
        self._held = False
        self._cloud: Cloud | None = None
        self.reaches: dict[str, float] = {}
        """How far each view sees from the place, metres."""
        self.place = np.zeros(3)
        """What lies in the middle, in the ego frame, (3,) metres."""
        self.rotation = np.eye(3)
        """Columns are the axes, in the ego frame."""
        stage.boxes_changed.connect(self.renew)
        stage.cloud_changed.connect(self.renew)
        stage.tiles.changed.connect(self.renew)
        self.renew()

    @property
    def index(self) -> int:
        """The box in the stage's arrays, or -1."""
        return self._stage.selected

    def hold(self, is_held: bool) -> None:
        """Keep the axes and the place while a side view drags, or let them follow again."""
        self._held = is_held
        if not is_held:
            self.renew()

    def nearby(self) -> Nearby | None:
        """Return the points about the box that the views can show."""
        index, arrays = self.index, self._stage.arrays
        if index < 0:
            return None
        away = float(np.abs(arrays.centers[index] - self.place).max())
        reach = max(self.reaches.values(), default=0.0) + away
        return self._fitting.about(arrays.centers[index], arrays.sizes[index], reach)

    @property
    def cloud(self) -> Cloud | None:
        """The points as they are drawn."""
        near = self.nearby()
        if near is None:
            return None
        if self._cloud is None or self._cloud.near is not near:
            index, arrays = self.index, self._stage.arrays
            half = (arrays.sizes[index] / 2).astype(np.float32)
            inside = (np.abs(near.local(arrays.centers[index], arrays.rotations[index])) <= half).all(axis=1)
            over = near.ground.over(near.xyz)
            shade = np.where(over < _DARK, _GROUND_SHADE, _SHADE + _PER_METRE * over)
            self._cloud = Cloud(near, near.local(self.place, self.rotation), inside,
                                SHADES[np.clip(shade, 0, 255).astype(np.intp)])  # fmt: skip
        return self._cloud

    def local(self, points: Floats) -> Floats:
        """Return points of the ego frame in this one, (N, 3)."""
        moved: Floats = (points - self.place) @ self.rotation
        return moved

    def placed(self, points: Floats) -> Floats:
        """Return points of this frame in the ego frame, (N, 3)."""
        moved: Floats = points @ self.rotation.T + self.place
        return moved

    def recenter(self) -> None:
        """Bring the box to the middle."""
        center = self._stage.arrays.centers[self.index] if self.index >= 0 else self.place
        if not np.array_equal(center, self.place):
            self.place = center.copy()
            self._cloud = None
            self.changed.emit()

    def renew(self) -> None:
        """Follow the box."""
        self._cloud = None
        stage, index = self._stage, self._stage.selected
        if index < 0 or stage.view is None:
            self._of = ("", -1)
            self.changed.emit()
            return
        arrays = stage.arrays
        if not (self._held and stage.dragging):
            of = (stage.boxes[index].track, stage.view.index)
            before, self._of = self._of, of
            self.rotation = arrays.rotations[index]
            if of != before:
                self.place = arrays.centers[index].copy()
                self.moved_on.emit(of[0] != before[0])
        self.changed.emit()
