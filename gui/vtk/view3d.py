"""View3D: the main view. The cloud by a painter, boxes and handles over it, and what the mouse does to them."""

from __future__ import annotations

import math
from typing import Literal

from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.painters.base import Painter
from lidar_label.gui.painters.canvas import Canvas, Shown, Wish
from lidar_label.gui.views import paint
from lidar_label.gui.views.ahead import Ahead
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.vtk import picking
from lidar_label.gui.vtk.backdrop import Backdrop, overlay_on
from lidar_label.gui.vtk.clicked import TOOLS, clicked
from lidar_label.gui.vtk.cursors import cursor_over
from lidar_label.gui.vtk.grasp import grasp, seen_handles
from lidar_label.gui.vtk.home import HOME, home_of
from lidar_label.gui.vtk.readied import shown_of
from lidar_label.gui.vtk.turning import Turning
from lidar_label.model import Box, Floats

_TURN_PER_PIXEL = math.radians(0.35)
_ZOOM_PER_STEP = 0.85
_SEARCHED = 300_000  # points; in more, what is picked is read off the picture
Grip = Literal["", "press", "orbit", "pan", "handle", "draw"]


class View3D(QWidget):
    """The drive in 3D, in the vehicle's frame.

    Left drag turns the view about its pivot, right or middle drag (or Shift) shifts it, the wheel
    zooms to the cursor, a double click puts the pivot on a point. A click selects a box; the selected
    one is moved, resized and turned by its handles, and lifted by dragging it with Alt (or Ctrl, since
    some desktops keep Alt for moving windows).
    """

    camera_changed = pyqtSignal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, Stage.of(desk)
        self._canvas = Canvas(self)
        self._canvas.changed.connect(self.update)
        self._canvas.failed.connect(lambda error: desk.failed.emit(str(error)))
        self._camera = self._home = HOME
        self._fitted = False
        self._backdrop = Backdrop()
        self._grip: Grip = ""
        self._pressed = self._last = QPointF()
        self._track: picking.Track | None = None
        self._active = ""
        self._rectangle: tuple[Floats, Floats] | None = None
        self._turning = Turning(self, self._stage, lambda: self._camera, self.set_camera)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 90)
        desk.scene_changed.connect(self._scene_changed)
        desk.tool_changed.connect(self._tool_changed)
        self._stage.cloud_changed.connect(self._cloud_changed)
        self._stage.colors_changed.connect(self.update)
        self._stage.boxes_changed.connect(self._boxes_changed)
        Ahead.of(self._stage).offer(lambda coming: self._backdrop.ahead(self, self._canvas.shown, coming))
        self._cloud_changed()

    # Where it looks

    @property
    def camera(self) -> Orbit:
        """The camera as it stands."""
        return self._camera

    def set_camera(self, camera: Orbit) -> None:
        """Look from somewhere else."""
        if camera != self._camera:
            self._camera = camera
            self.update()
            self.camera_changed.emit()

    def set_painter(self, painter: Painter) -> None:
        """Have the points drawn by another painter, which the view closes."""
        self._canvas.set_painter(painter)

    def is_drawn(self) -> bool:
        """Say whether all points that can be seen from here have been read and drawn."""
        tiles, shown = self._stage.tiles, self._canvas.shown
        if self._canvas.is_drawing or (tiles.is_active and not tiles.is_complete("3d")):
            return False
        empty = not tiles.is_active and not len(self._stage.xyz)
        return empty or (shown is not None and shown.is_whole and shown.wish.camera == self._camera)

    def is_settled(self) -> bool:
        """Say whether it looks at what is selected, and has drawn that."""
        return self.is_drawn() and not self._turning.is_pending

    @property
    def canvas(self) -> Canvas:
        """What draws the points."""
        return self._canvas

    def focus(self, box: Box) -> None:
        """Bring a box to the middle."""
        view = self._stage.view
        if view is None:
            return
        center = view.world_SE3_ego.inverse.apply(box.center[None])[0]
        camera = Orbit(
            distance=max(4.0, 3.2 * max(box.size)),
            azimuth=self._camera.azimuth,
            elevation=max(self._camera.elevation, math.radians(18)),
        )
        self.set_camera(camera.with_pivot(center))

    def focus_selection(self) -> None:
        """Bring the selected box to the middle of this view and of the top view."""
        box = self._desk.selected_box
        if box is not None:
            self.focus(box)
            self._stage.focus_asked.emit()

    def look_down(self) -> None:
        """Look straight down on the pivot, ahead is up."""
        self.set_camera(
            Orbit(pivot=self._camera.pivot, distance=max(self._camera.distance, 8.0), elevation=math.pi / 2)
        )

    top_down = look_down

    def look_home(self) -> None:
        """Look ahead from behind and above the vehicle; at the whole cloud where that is not about it."""
        self._home = home_of(self._stage)
        self.set_camera(self._home)

    reset = fit_to_data = look_home

    def place_at(self, x: float, y: float) -> tuple[float, float, float] | None:
        """Return the point of the ego frame under a pixel of this widget: a cloud's, else the ground's."""
        camera, stage, shown = self._camera, self._stage, self._canvas.shown
        size = self.width(), self.height()
        if not stage.tiles.is_active and len(stage.xyz) <= _SEARCHED:
            found = picking.point_at(camera, stage.seen_xyz, x, y, *size)
        elif shown is not None and shown.wish.camera == camera:
            found = picking.point_in(camera, shown.painted.depth, x, y, *size)
        else:
            found = None
        if found is None:
            found = picking.ground_at(camera, stage.ground, x, y, *size)
        return None if found is None else (float(found[0]), float(found[1]), float(found[2]))

    def grab_image(self) -> QImage:
        """Return the view as it is shown, in the screen's own pixels."""
        return self.grab().toImage()

    # What it draws

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Draw everything; the cloud only where camera, cloud or size are others."""
        shown = self._picture()
        picture = self._backdrop.with_boxes(self, shown, self._camera, self._stage)
        painter = QPainter(self)
        painter.drawImage(0, 0, picture)
        painter.setFont(paint.small(self.font(), 9.0))
        over = overlay_on(painter, self, shown, self._camera)
        over.areas(self._desk)
        over.marked(self._stage)
        over.labels(self._stage, self._backdrop.behind)
        if self._stage.can_edit and self._desk.tool == "select":
            over.handles(self._stage, self._active)
        if self._rectangle is not None:
            over.rectangle(*self._rectangle, self._desk.category_color(self._desk.active_category))
        over.marks(self._desk)
        over.triad(self.tr("vehicle frame"))
        paint.draw_note(painter, QRectF(0, self.height() - 64, self.width(), 30), self._note())
        painter.end()

    def _note(self) -> str:
        """Say what there is nothing to be seen of."""
        notes = {
            "frames": self.tr("This drive has no frames"),
            "sweep": self.tr("No sweep in this frame"),
            "points": self.tr("No points in this frame"),
            "": self.tr("This drive has no intensities: coloured by height") if self._stage.lacks_intensity else "",
        }
        return notes[self._stage.lacks]

    def _picture(self) -> Shown | None:
        """Return the points as they are to be seen now, or the last picture of them while the next is drawn."""
        ratio = self.devicePixelRatioF()
        width, height = max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)
        stage = self._stage
        if stage.view is None:
            return None
        size = self._desk.point_size * ratio
        if not stage.tiles.is_active:
            wish = Wish(stage.batches, self._camera, width, height, size, stage.crop)
            return shown_of(self._canvas, stage, wish)
        seen = stage.tiles.seen_by(self._camera, width, height)
        wish = Wish(seen.batches, self._camera, width, height, size, stage.crop, seen.is_coming)
        return self._canvas.show(wish)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw anew in the new size."""
        self._backdrop.forget()
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Give the graphics memory back while the program still stands."""
        self._canvas.close()
        super().closeEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Keep Escape for a drag under way; draw anew on a screen with other pixels."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and self._grip in ("handle", "draw"):
                event.accept()
                return True
        elif event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self._backdrop.forget()
            self.update()
        return super().event(event)

    # What the mouse does

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Cancel a drag with Escape."""
        if event is not None and event.key() == Qt.Key.Key_Escape and self._grip in ("handle", "draw"):
            self._let_go()
            self._stage.cancel_drag()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take what is under the cursor."""
        if event is None or self._grip:
            return
        self._pressed = self._last = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            self._grip = "pan"
        elif event.button() == Qt.MouseButton.LeftButton:
            if self._desk.tool == "box" and self._stage.can_edit:
                self._begin_rectangle(event.position())
            elif self._desk.tool in TOOLS or not self._begin_drag(event):
                self._grip = "pan" if shift else "press"

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Go on with the drag, or show what a press would take."""
        if event is None:
            return
        at = event.position()
        step, self._last = at - self._last, at
        if self._grip == "press" and (at - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2:
            self._grip = "orbit"
            step = at - self._pressed
        if self._grip == "orbit":
            self.set_camera(self._camera.turned(-step.x() * _TURN_PER_PIXEL, step.y() * _TURN_PER_PIXEL))
        elif self._grip == "pan":
            self.set_camera(self._camera.panned(step.x(), step.y(), self.height()))
        elif self._grip == "handle" and self._track is not None:
            place = self._track.at(self._camera, at.x(), at.y(), self.width(), self.height())
            if place is not None:
                self._stage.drag_to(place)
        elif self._grip == "draw" and self._rectangle is not None:
            start = self._rectangle[0]
            place = picking.ground_at(self._camera, float(start[2]), at.x(), at.y(), self.width(), self.height())
            if place is not None:
                self._rectangle = (start, place)
                self.update()
        elif not self._grip:
            self._look_under(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End the drag: select, store the changed box, or make the drawn one."""
        if event is None or not self._grip or event.buttons() != Qt.MouseButton.NoButton:
            return
        grip, rectangle = self._grip, self._rectangle
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if grip == "pan" and shift and (event.position() - self._pressed).manhattanLength() < 3:
            grip = "press"  # a click that adds to the selection
        self._let_go()
        if grip == "press" and self._desk.tool in TOOLS:
            clicked(self, self._desk, self._stage, event.position(), goes_on=shift)
        elif grip == "press":
            hits = self._hits(event.position())
            self._stage.select(hits[0] if hits else -1, add=shift)
        elif grip == "handle":
            self._stage.end_drag()
        elif grip == "draw" and rectangle is not None:
            as_drawn = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            on = self.place_at(self._pressed.x(), self._pressed.y()) if rectangle[0] is rectangle[1] else None
            (x0, y0), (x1, y1) = ((end[0], end[1]) for end in (rectangle if on is None else (on, on)))
            self._stage.draw_box((float(x0), float(y0)), (float(x1), float(y1)), as_drawn=as_drawn)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Turn about the point under the cursor from here on."""
        if self._desk.tool != "select":
            self.mousePressEvent(event)
        elif event is not None and event.button() == Qt.MouseButton.LeftButton:
            place = self.place_at(event.position().x(), event.position().y())
            if place is not None:
                self.set_camera(self._camera.with_pivot(place))

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom; what is under the cursor stays there."""
        if event is None:
            return
        turns = event.angleDelta().y() / 120
        at = event.position()
        place = self.place_at(at.x(), at.y())
        self.set_camera(self._camera.zoomed(_ZOOM_PER_STEP**turns, place if place is not None else self._camera.pivot))
        event.accept()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the cursor any more."""
        if not self._grip:
            self._active = ""
            self._stage.hover(-1)
        super().leaveEvent(event)

    def _hits(self, at: QPointF) -> list[int]:
        return self._stage.arrays.hits(*self._camera.ray(at.x(), at.y(), self.width(), self.height()))

    def _begin_drag(self, event: QMouseEvent) -> bool:
        lifts = bool(event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier))
        taken = grasp(self._stage, self._camera, self.width(), self.height(), event.position(), lifts=lifts)
        if taken is None or not self._stage.begin_drag(taken.name, taken.start):
            return False
        self._grip, self._active, self._track = "handle", taken.name, taken.track
        return True

    def _begin_rectangle(self, at: QPointF) -> None:
        place = self.place_at(at.x(), at.y())
        level = self._stage.ground if place is None else self._stage.ground_at(place[0], place[1])
        start = picking.ground_at(self._camera, level, at.x(), at.y(), self.width(), self.height())
        if start is not None:
            self._grip, self._rectangle = "draw", (start, start)

    def _look_under(self, event: QMouseEvent) -> None:
        at = event.position()
        name = paint.nearest(at, seen_handles(self._stage, self._camera, self.width(), self.height()).items())
        if name != self._active:
            self._active = name
            self.update()
        hits = self._hits(at) if self._desk.tool == "select" else []
        self._stage.hover(hits[0] if hits and not name else -1)
        self._show_cursor(name, over_box=bool(hits))

    def _show_cursor(self, name: str, *, over_box: bool) -> None:
        size = self.width(), self.height()
        cursor = cursor_over(
            name, self._stage, self._camera, *size, drawing=self._desk.tool != "select", over_box=over_box
        )
        if cursor is None:
            self.unsetCursor()
        else:
            self.setCursor(cursor)

    def _let_go(self) -> None:
        self._grip, self._track, self._active, self._rectangle = "", None, "", None
        self.update()

    # Listening

    def _scene_changed(self) -> None:
        self._fitted, self._home = False, self._camera

    def _tool_changed(self) -> None:
        if self._grip == "draw":
            self._let_go()
        self._show_cursor("", over_box=False)
        self.update()

    def _cloud_changed(self) -> None:
        stage = self._stage
        if stage.view is not None and not self._fitted and self._camera == self._home:
            self._fitted = len(stage.xyz) > 0  # the first frame may have no sweep
            self.look_home()
        self._backdrop.forget()
        self.update()

    def _boxes_changed(self) -> None:
        if self._grip == "handle" and not self._stage.dragging:
            self._let_go()  # an edit or another frame has ended the drag
        self._turning.follow(is_held=bool(self._grip))
        self.update()
