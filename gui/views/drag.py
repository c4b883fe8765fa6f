"""Drag: a box that is held by one of its handles, and what becomes of it. No widgets."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QCoreApplication, Qt

from lidar_label.gui.views import handles
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.handles import Mode, Stop
from lidar_label.model import SE3, Box, Floats

LEAST_SHIFT_M, LEAST_TURN = 1e-4, 1e-5


class Drag:
    """One drag of one box.

    Parameters
    ----------
    box : Box
        As it was when the drag began.
    ego_SE3_world : SE3
    handle : str
        A name of `handles`.
    point : (3,) float64, metres
        Where it was taken, in the ego frame.
    """

    def __init__(self, box: Box, ego_SE3_world: SE3, handle: str, point: Floats) -> None:
        self.box, self.handle = box, handle
        self.moved: Box | None = None
        """The box as it is now; None until it is moved."""
        self.base = BoxArrays.of((box,), ego_SE3_world)
        self._start = self.base.local(0, point[None])[0]

    def to(self, point: Floats, mode: Mode = "", stop: Stop | None = None) -> None:
        """Move the handle to a point of the ego frame."""
        here = self.base.local(0, point[None])[0]
        change = handles.change_of(self.handle, self.box.size, self._start, here, mode, stop)
        self.moved = handles.changed(self.box, change)

    @property
    def has_changed(self) -> bool:
        """Whether the box is another than when the drag began."""
        return self.moved is not None and differs(self.box, self.moved)

    def fits(self, boxes: Iterable[Box]) -> bool:
        """Say whether its box is still as it was when the drag began; an earlier edit may come back meanwhile."""
        return any(box.track == self.box.track and not differs(box, self.box) for box in boxes)

    @property
    def title(self) -> str:
        """What the edit is called."""
        if self.handle in (handles.MOVE, handles.LIFT, handles.SLIDE):
            return QCoreApplication.translate("Stage", "Move a box")
        if self.handle in handles.TURNS:
            return QCoreApplication.translate("Stage", "Turn a box")
        return QCoreApplication.translate("Stage", "Resize a box")


def mode_of(keys: Qt.KeyboardModifier) -> Mode:
    """Return what a drag does while keys are held: with Ctrl an edge stops at points, with Shift the size is kept."""
    if keys & Qt.KeyboardModifier.ControlModifier:
        return "fit"
    return "keep" if keys & Qt.KeyboardModifier.ShiftModifier else ""


def differs(old: Box, new: Box) -> bool:
    """Say whether two boxes are not the same for a person."""
    shift, turn = old.world_SE3_box.error_to(new.world_SE3_box)
    grown = max(abs(a - b) for a, b in zip(old.size, new.size, strict=True))
    return shift > LEAST_SHIFT_M or turn > LEAST_TURN or grown > LEAST_SHIFT_M
