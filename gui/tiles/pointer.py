"""Pointer: the place under the mouse in the coordinates of the source, exact where a point is under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QPointF, QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QMouseEvent
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.vtk.picking import REACH_PIXELS

if TYPE_CHECKING:
    from lidar_label.cloud.query import Pick
    from lidar_label.cloud.regions import Ray
    from lidar_label.gui.views.top_view import TopView
    from lidar_label.gui.vtk.view3d import View3D
    from lidar_label.model import Floats

_RESTS_MS = 25  # a mouse that runs over points asks for no place


class Pointer(QObject):
    """Watches the two views; neither knows of it.

    Places are float64 and in the coordinates of the data as its files have them: what the scene took
    off its world is added back. With tiles a point under the mouse is found among all of the cloud.
    """

    moved = pyqtSignal(object)
    """The place, (x, y, z) in metres, or None where the mouse points at nothing."""

    def __init__(self, desk: Desk, main: View3D, top: TopView) -> None:
        super().__init__(main)
        self._desk, self._stage, self._main, self._top = desk, Stage.of(desk), main, top
        self._at: tuple[QWidget, QPointF] | None = None
        self._place: tuple[float, float, float] | None = None
        self._asking = self._asks_again = self._copies = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_RESTS_MS)
        self._rest.timeout.connect(self._look)
        for widget in (main, top):
            widget.installEventFilter(self)
        desk.scene_changed.connect(self._forget)

    @property
    def place(self) -> tuple[float, float, float] | None:
        """The place under the mouse as it was last found."""
        return self._place

    @property
    def text(self) -> str:
        """The place as it is copied: x y z in metres, with every digit that tells points apart."""
        return " ".join(_number(value) for value in self._place) if self._place is not None else ""

    def show(self, place: tuple[float, float, float] | None) -> None:
        """Show a place that was picked elsewhere, in the coordinates of the source."""
        self._rest.stop()
        self._at = None
        self._set(None if place is None else np.array(place))

    def copy(self) -> None:
        """Put the place on the clipboard, found now if the mouse has just come there."""
        if self._rest.isActive():
            self._rest.stop()
            self._look()
        if self._asking:
            self._copies = True
        else:
            self._copy()

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if self._place is not None and clipboard is not None:
            clipboard.setText(self.text)
            self._desk.said.emit(self.tr("Copied: {0}").format(self.text))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Note where the mouse is; every event goes on to the view."""
        if event is not None and event.type() == QEvent.Type.MouseMove:
            self._at = (cast("QWidget", watched), cast("QMouseEvent", event).position())
            if not self._rest.isActive():
                self._rest.start()
        elif event is not None and event.type() == QEvent.Type.Leave:
            self._forget()
        return False

    def _forget(self) -> None:
        self._rest.stop()
        self._at = None
        self._asks_again = self._copies = False
        self._set(None)

    def _look(self) -> None:
        view, scene = self._stage.view, self._desk.scene
        if self._at is None or view is None or scene is None:
            return
        widget, at = self._at
        if self._stage.tiles.is_active and self._desk.tiles.store is not None:
            self._ask(widget, at)
        else:
            self._show_near(widget, at)

    def _show_near(self, widget: QWidget, at: QPointF) -> None:
        """Show the place that is seen there."""
        view, scene, ego = self._stage.view, self._desk.scene, self._in_ego(widget, at)
        if view is None or scene is None or ego is None:
            self._set(None)
        else:
            self._set(view.world_SE3_ego.apply(ego[None])[0] + np.array(scene.origin))

    def _ask(self, widget: QWidget, at: QPointF) -> None:
        """Look for the point of the whole cloud under the mouse on a thread, then for the newest asked meanwhile."""
        from lidar_label.cloud.query import pick

        store, ray = self._desk.tiles.store, self._ray(widget, at)
        self._asks_again = self._asking
        if self._asking or store is None:
            return
        self._asking = True

        def done(found: Pick | None) -> None:
            self._asking = False
            scene = self._desk.scene
            if self._at is None or scene is None or self._desk.tiles.store is not store:
                return
            if found is None:
                self._show_near(widget, at)
            else:
                self._set(found.xyz - self._stage.tiles.origin + np.array(scene.origin))  # of a drive they are two
            if self._asks_again:
                self._look()
            elif self._copies:
                self._copies = False
                self._copy()

        def failed(error: Exception) -> None:
            self._asking = self._asks_again = self._copies = False
            if self._desk.tiles.store is store:
                self._desk.tiles.failed.emit(error)

        self._desk.tiles.queries.run(lambda: pick(store, ray), done, failed)

    def _ray(self, widget: QWidget, at: QPointF) -> Ray:
        """Return where a pixel of a view looks, in the coordinates of the store."""
        from lidar_label.cloud.regions import Ray

        origin = self._stage.tiles.origin
        if widget is self._main:
            size = self._main.width(), self._main.height()
            eye, way = self._main.camera.ray(at.x(), at.y(), *size)
            slope = REACH_PIXELS * self._main.camera.metres_per_pixel(1.0, size[1])
            return Ray(eye + origin, way, slope=slope)
        x, y = self._top.to_metres(at)
        above = np.array([x, y, self._stage.tiles.ceiling + 1.0]) + origin
        return Ray(above, np.array([0.0, 0.0, -1.0]), radius=REACH_PIXELS * self._top.metres_per_pixel)

    def _in_ego(self, widget: QWidget, at: QPointF) -> Floats | None:
        if widget is self._main:
            found = self._main.place_at(at.x(), at.y())
            return None if found is None else np.array(found)
        x, y = self._top.to_metres(at)
        xyz, reach = self._stage.xyz, REACH_PIXELS * self._top.metres_per_pixel
        near = xyz[(np.abs(xyz[:, 0] - x) <= reach) & (np.abs(xyz[:, 1] - y) <= reach)]
        if len(near):
            highest: Floats = near[np.argmax(near[:, 2])].astype(np.float64)
            return highest
        return np.array([x, y, self._stage.ground])

    def _set(self, place: Floats | None) -> None:
        self._place = None if place is None else (float(place[0]), float(place[1]), float(place[2]))
        self.moved.emit(self._place)


def _number(value: float) -> str:
    """Write metres with four decimals, without those that are nothing."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
