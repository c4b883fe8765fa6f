"""Turning: has the 3D view look at a track that is selected elsewhere, once the other views have shown it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QPointF, QTimer
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage


class Turning(QObject):
    """Turns a view to a newly selected box that lies outside its picture.

    That draws all its points anew, so that it is left until the views have been painted, among them the one that was
    clicked.

    Parameters
    ----------
    view : QWidget
    stage : Stage
    camera : callable() -> Orbit
        From where the view looks.
    turn : callable(Orbit)
        Has it look from somewhere else.
    """

    def __init__(
        self, view: QWidget, stage: Stage, camera: Callable[[], Orbit], turn: Callable[[Orbit], object]
    ) -> None:
        super().__init__(view)
        self._view, self._stage, self._camera, self._turn = view, stage, camera, turn
        self._followed = ""
        self._then = QTimer(self)
        self._then.setSingleShot(True)
        self._then.timeout.connect(self._look)

    @property
    def is_pending(self) -> bool:
        """Whether it is about to turn."""
        return self._then.isActive()

    def follow(self, *, is_held: bool) -> None:
        """Look at the track that is selected now, unless it was so before, or a hand holds the view."""
        token = self._stage.desk.selected
        if self._stage.selected < 0 or token == self._followed or is_held:
            self._followed = self._followed if token else ""
            return
        self._followed = token
        if self._is_outside():
            self._then.start(0)

    def _is_outside(self) -> bool:
        index, size = self._stage.selected, (self._view.width(), self._view.height())
        if index < 0:
            return False
        uv, depth = self._camera().project(self._stage.arrays.centers[index][None], *size)
        return bool(depth[0] <= 0) or not self._view.rect().toRectF().contains(QPointF(*uv[0].tolist()))

    def _look(self) -> None:
        if self._is_outside():
            self._turn(self._camera().with_pivot(self._stage.arrays.centers[self._stage.selected]))
