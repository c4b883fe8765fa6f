"""Isolation: the selected box and what is about it alone, and the way back to where the views looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QPointF

from lidar_label.gui.desk import Desk

if TYPE_CHECKING:
    from lidar_label.gui.shell.views import Views


class Isolation(QObject):
    """One for each desk, made by the first who asks (`Isolation.of`). It ends with the selection."""

    @staticmethod
    def of(desk: Desk) -> Isolation:
        """Return the one of a desk."""
        found = desk.findChild(Isolation)
        return found if found is not None else Isolation(desk)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._back: Callable[[], None] = lambda: None
        desk.selection_changed.connect(self._selection_changed)
        desk.scene_changed.connect(self._forget)

    def toggle(self, views: Views) -> None:
        """Show only what is about the selected box, or everything from where the views looked before."""
        desk = self._desk
        if desk.clip.isolated:
            self.end()
            return
        if desk.selected_box is None:
            return
        self._back = _way_back(views)
        desk.set_clip(replace(desk.clip, isolated=True))
        views.focus_selection()

    def end(self) -> None:
        """Show everything again."""
        back, self._back = self._back, lambda: None
        if self._desk.clip.isolated:
            self._desk.set_clip(replace(self._desk.clip, isolated=False))
            back()

    def _selection_changed(self) -> None:
        if not self._desk.selected:
            self.end()

    def _forget(self) -> None:
        self._back = lambda: None
        self.end()


def shown_alone(desk: Desk) -> frozenset[str] | None:
    """Return the tracks whose boxes alone are shown: what is chosen and what is being placed; None for all."""
    if not desk.clip.isolated:
        return None
    return frozenset((desk.selected, *desk.companions, *desk.ghosts))


def _way_back(views: Views) -> Callable[[], None]:
    from lidar_label.gui.views.top_view import TopView
    from lidar_label.gui.vtk.view3d import View3D

    main, top = views.main, views.top
    camera = main.camera if isinstance(main, View3D) else None
    place = top.to_metres(QPointF(top.width() / 2, top.height() / 2)) if isinstance(top, TopView) else None
    scale = top.metres_per_pixel if isinstance(top, TopView) else None

    def back() -> None:
        if isinstance(main, View3D) and camera is not None:
            main.set_camera(camera)
        if isinstance(top, TopView) and place is not None:
            top.look_at(*place, scale)

    return back
