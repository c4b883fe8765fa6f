"""Framing: the place and the axes that the side views look at, still under a drag and as still as can be after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.fitting import Fitting
from lidar_label.gui.views.clipping import shown_by
from lidar_label.gui.views.colors import SHADES
from lidar_label.gui.views.stage import Stage
from lidar_label.kernels.near_box import points_between
from lidar_label.model import Floats

if TYPE_CHECKING:
    from lidar_label.assist.fit_ground import Ground
    from lidar_label.gui.painters.base import Crop

_DARK, _GROUND_SHADE, _SHADE, _PER_METRE = 0.2, 60, 130, 60.0  # shades of grey by metres over the ground
_WIDER = 1.15  # than the view asks that looks first: the others see about as far
_ON_FACE_M = 1e-3  # a point on a face is in the box, whatever float32 makes of it
_SHADES = np.column_stack([SHADES, np.full(len(SHADES), 255, np.uint8)]).view(np.uint32).reshape(-1)


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Points about a box as side views draw them.

    Parameters
    ----------
    local : (N, 3) float32, metres
        To the right, up and towards the person; before a view is chosen along the axes of the framing.
    inside : (N,) bool
        Whether they lie in the box.
    shades : (N,) uint32
        The colour of those that do not: the four bytes of RGBA as one.
    """

    local: NDArray[np.float32]
    inside: NDArray[np.bool_]
    shades: NDArray[np.uint32]


class _Kept(NamedTuple):
    """What was found about a place, of what, and how far about it, metres."""

    of: tuple[object, ...]
    crop: Crop | None
    reach: float
    cloud: Cloud


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
        self._kept: _Kept | None = None
        self.place = np.zeros(3)
        """What lies in the middle, in the ego frame, (3,) metres."""
        self.rotation = np.eye(3)
        """Columns are the axes, in the ego frame."""
        stage.boxes_changed.connect(self.renew)
        stage.cloud_changed.connect(self.renew)
        stage.points_changed.connect(self.renew)
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

    def ground(self) -> Ground | None:
        """Return the ground about the box, in the ego frame."""
        index, arrays = self.index, self._stage.arrays
        return None if index < 0 else self._fitting.about(arrays.centers[index], arrays.sizes[index]).ground

    def slice(self, axes: Floats, low: Floats, high: Floats) -> Cloud | None:
        """Return the points between limits along three axes, rows of this frame, about the place."""
        if self.index < 0:
            return None
        near = self._about(float(np.linalg.norm(np.maximum(np.abs(low), np.abs(high)))))
        local, which = points_between(near.local, np.zeros(3), axes, low, high)
        return Cloud(local, near.inside[which], near.shades[which])

    def _about(self, reach: float) -> Cloud:
        """Return the points about the place along the axes, found once for all views that look at the same."""
        arrays, crop = self._stage.arrays, self._stage.crop
        xyz = self._fitting.finder.points(self.place, reach)
        of = (xyz, arrays, self.place, self.rotation)
        kept = self._kept
        is_same = kept is not None and all(a is b for a, b in zip(of, kept.of, strict=True))
        if kept is not None and is_same and kept.crop == crop and reach <= kept.reach:
            return kept.cloud
        index, wide = self.index, _WIDER * reach
        limit = np.full(3, wide)
        shown = xyz if crop is None else xyz[shown_by(crop, xyz)]
        local, which = points_between(shown, self.place, self.rotation.T, -limit, limit)
        found = shown[which]
        ground = self._fitting.about(arrays.centers[index], arrays.sizes[index]).ground
        slopes = np.float32(ground.along_x), np.float32(ground.along_y), np.float32(ground.height)
        over = found[:, 2] - (slopes[0] * found[:, 0] + slopes[1] * found[:, 1] + slopes[2])
        shade = np.where(over < _DARK, _GROUND_SHADE, np.clip(_SHADE + _PER_METRE * over, 0, 255)).astype(np.uint8)
        of_box = local @ (self.rotation.T @ arrays.rotations[index]).astype(np.float32)
        of_box += ((self.place - arrays.centers[index]) @ arrays.rotations[index]).astype(np.float32)
        inside = np.ones(len(local), np.bool_)
        for axis in range(3):  # a column at a time, since numpy takes ten times as long over rows of three
            inside &= np.abs(of_box[:, axis]) <= np.float32(arrays.sizes[index][axis] / 2 + _ON_FACE_M)
        made = Cloud(local, inside, _SHADES[shade])
        self._kept = _Kept(of, crop, wide, made)
        return made

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
            self.changed.emit()

    def renew(self) -> None:
        """Follow the box."""
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
