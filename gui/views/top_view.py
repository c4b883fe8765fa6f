"""TopView: the frame from straight above, ahead is up; for drawing boxes and fitting their outline."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.making import Maker
from lidar_label.gui.merge.whole import WholeTrack
from lidar_label.gui.painters.base import Crop
from lidar_label.gui.sides.words import deed
from lidar_label.gui.tiles.top import draw as tiles_from_above
from lidar_label.gui.views import handles, paint, top_boxes, top_paint
from lidar_label.gui.views.ahead import Ahead
from lidar_label.gui.views.area_marks import AreaMarks
from lidar_label.gui.views.beside import Beside
from lidar_label.gui.views.calm import Calm
from lidar_label.gui.views.geometry import place_elsewhere
from lidar_label.gui.views.held_keys import HeldKeys
from lidar_label.gui.views.measure import Measure
from lidar_label.gui.views.picked import Picked
from lidar_label.gui.views.prepare import TopPlace, swap
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_cursor import show_cursor
from lidar_label.gui.views.top_region import show_region
from lidar_label.gui.views.trajectories import Trajectories
from lidar_label.model import Floats

FINEST, COARSEST = 0.0004, 20.0  # metres a pixel
_HOME, _FITS = (8.0, 0.0, 64.0), 2.3  # x, y and what is seen across; the same of a cloud, in its reaches
_ZOOM_PER_STEP = 0.85
_SMALL_PIXELS = 42.0
_TURN_PIXELS = 26.0
Grip = Literal["", "press", "pan", "handle", "draw"]


class TopView(QWidget):
    """The drive from above, in the vehicle's frame: x is up, y is left.

    Left drag on the empty ground, right or middle drag shift it, the wheel zooms at the cursor. The
    selected box is moved by its inside, resized by edges and corners, turned by the disc ahead of it. With Ctrl
    an edge stops at the points, with Shift it takes the box along.
    """

    cursor_moved = pyqtSignal(float, float)
    """Where the cursor is, x and y in metres in the vehicle's frame."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, Stage.of(desk)
        self._home, self._center = _HOME, _HOME[:2]
        self._fitted = False
        self._scale = _HOME[2] / 600  # metres a logical pixel
        self._is_home = True  # until somebody looks elsewhere, another size shows the same ground
        self._cloud: QImage | None = None
        self._calm = Calm()
        self._crop: Crop | None = None
        self._swapped: NDArray[np.float32] | None = None
        self._shown = -1
        self._grip: Grip = ""
        self._pressed = self._last = QPointF()
        self._active = ""
        self._keys = HeldKeys(self._stage)
        self._rectangle: tuple[QPointF, QPointF] | None = None  # in metres
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 90)
        desk.scene_changed.connect(self._scene_changed)
        desk.tool_changed.connect(self._tool_changed)
        desk.selection_changed.connect(self._selection_changed)
        self._stage.cloud_changed.connect(self._cloud_changed)
        self._stage.points_changed.connect(self._cloud_changed)
        self._stage.colors_changed.connect(self._stale)
        self._stage.tiles.drawn_above.connect(self._stale)
        self._stage.boxes_changed.connect(self._boxes_changed)
        self._stage.focus_asked.connect(self.focus_selection)
        Ahead.of(self._stage).offer(lambda it: top_boxes.offered(it, self._calm, self._place, paint.small(self.font())))
        self._cloud_changed()

    # Where it looks

    @property
    def shown_frame(self) -> int:
        """Number of the frame that was painted last, -1 before."""
        return self._shown

    @property
    def metres_per_pixel(self) -> float:
        """What a logical pixel spans."""
        return self._scale

    def to_pixels(self, points: Floats) -> Floats:
        """Return the pixels, (N, 2), of points of the ego frame, (N, 2 or 3)."""
        return top_paint.to_pixels(points, self._center, self._scale, self.width(), self.height())

    def to_metres(self, at: QPointF) -> tuple[float, float]:
        """Return x and y of the ego frame at a pixel."""
        x = self._center[0] - (at.y() - self.height() / 2) * self._scale
        return x, self._center[1] - (at.x() - self.width() / 2) * self._scale

    def look_at(self, x: float, y: float, metres_per_pixel: float | None = None) -> None:
        """Bring a place of the ego frame to the middle."""
        self._center, self._is_home = (x, y), False
        if metres_per_pixel is not None:
            self._scale = min(max(metres_per_pixel, FINEST), COARSEST)
        self._stale()

    def focus_selection(self) -> None:
        """Bring the selected box to the middle, large enough to fit its outline."""
        index = self._stage.selected
        if index >= 0:
            x, y, _ = self._stage.arrays.centers[index].tolist()
            span = max(self._stage.arrays.sizes[index].max() * 3.0, 4.0)
            self.look_at(x, y, span / max(min(self.width(), self.height()), 1))

    def look_home(self) -> None:
        """Show what is seen when a drive opens."""
        x, y, span = self._home
        self._center, self._is_home = (x, y), True
        self._scale = span / max(min(self.width(), self.height()), 1)
        self._stale()

    # What it draws

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Draw everything; the cloud only where it, its colours or the place are others."""
        if self._cloud is None or self._crop != self._stage.crop:
            self._cloud, self._crop = self._splat(), self._stage.crop
        stage, bounds, cloud, font = self._stage, self.rect().toRectF(), self._cloud, paint.small(self.font())
        calm = self._calm.picture(
            stage, (cloud, stage.tints, stage.view), (self._center, self._scale, font),
            lambda rows: top_boxes.draw_calm(cloud, font, stage, self.to_pixels, self._scale, rows),
        )  # fmt: skip
        self._calm.complete(stage, lambda onto, rows: top_boxes.stroke_boxes(onto, stage, self.to_pixels, rows))
        painter = QPainter(self)
        painter.drawImage(0, 0, calm)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        AreaMarks.of(self._desk).draw(painter, self.to_pixels, bounds)
        top_boxes.draw_marked(painter, stage, self.to_pixels)
        top_boxes.draw_labels(painter, stage, self._place)
        top_boxes.draw_handles(painter, stage, self.handle_places(), self._active)
        if self._rectangle is not None:
            ends = self.to_pixels(np.array([[at.x(), at.y()] for at in self._rectangle]))
            color = self._desk.category_color(self._desk.active_category)
            top_paint.draw_rectangle(painter, ends, self._scale, color)
        desk = self._desk
        for marked in (Beside.of(desk), Trajectories.of(desk), Picked.of(desk), Measure.of(desk)):
            marked.draw(painter, self.to_pixels)
        top_paint.draw_scale(painter, bounds, self._scale)
        does = deed(self._active, self._keys.mode) if self._desk.tool == "select" else ""
        top_paint.draw_frame(painter, bounds, does or self.tr("vehicle frame: x up, y left"))
        painter.end()
        self._shown = self._stage.view.index if self._stage.view is not None else -1

    @property
    def _place(self) -> TopPlace:
        size = self.width(), self.height()
        return TopPlace(
            self._center, self._scale, *size, self.devicePixelRatioF(), self._desk.point_size, self._desk.clip
        )

    def _splat(self) -> QImage:
        """Return the cloud from above: as the loader drew it, where it is still looked at in that way."""
        stage, place = self._stage, self._place
        if stage.tiles.is_active:
            return tiles_from_above(stage.tiles, place, stage.crop)
        stage.wishes.for_top(place)
        ready = stage.view.prepared if stage.view is not None else None
        track = WholeTrack.of(self._desk).batches(stage.view)  # of all frames, while it is edited in all of them
        is_cut = self._desk.clip.isolated or bool(track)  # which boxes say
        fits = ready is not None and ready.wish.top == place and ready.colors is stage.colors and not is_cut
        if ready is not None and ready.top is not None and fits:
            return ready.top
        if self._swapped is None or len(self._swapped) != len(stage.xyz):
            ready_made = stage.merged.swapped if stage.merged is not None else None
            self._swapped = ready_made if ready_made is not None else swap(stage.xyz)
        parts = [(self._swapped, stage.colors), *((swap(batch.xyz), batch.colors) for batch in track)]
        xyz, colors = (np.concatenate(every) if track else every[0] for every in zip(*parts, strict=True))
        return place.draw(xyz, colors, stage.crop)

    # What the mouse does

    def event(self, event: QEvent | None) -> bool:
        """Keep Escape for a drag under way; draw anew on a screen with other pixels."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and self._grip in ("handle", "draw"):
                event.accept()
                return True
        elif event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self._stale()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Cancel a drag with Escape; drag otherwise with Ctrl or Shift."""
        if event is not None and event.key() == Qt.Key.Key_Escape and self._grip in ("handle", "draw"):
            self._let_go()
            self._stage.cancel_drag()
        elif self._keys.take(event, down=True):
            self._go_on()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        """Drag plainly again."""
        if self._keys.take(event, down=False):
            self._go_on()
        else:
            super().keyReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Draw anew in the new size."""
        if self._is_home:
            self.look_home()
        self._stale()
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Take what is under the cursor."""
        if event is None or self._grip:
            return
        self._pressed = self._last = event.position()
        self._keys.begin(event.modifiers())
        if event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            self._grip = "pan"
        elif event.button() == Qt.MouseButton.LeftButton:
            place = QPointF(*self.to_metres(event.position()))
            if self._desk.tool == "crop" or (self._desk.tool == "box" and self._stage.can_edit):
                self._grip, self._rectangle = "draw", (place, place)
                return
            name = self._handle_at(event.position())
            if name and self._stage.begin_drag(name, self._spot(event.position())):
                self._grip, self._active = "handle", name
            else:
                self._grip = "press"

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Go on with the drag, or show what a press would take."""
        if event is None:
            return
        at = event.position()
        step, self._last, self._keys.keys = at - self._last, at, event.modifiers()
        self.cursor_moved.emit(*self.to_metres(at))
        if self._grip == "press" and (at - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2:
            self._grip, step = "pan", at - self._pressed
        if self._grip == "pan":
            x, y = self._center
            self.look_at(x + step.y() * self._scale, y + step.x() * self._scale)
        elif self._grip == "handle":
            if self._stage.is_moved or (at - self._pressed).manhattanLength() > 1:
                self._keys.drag_to(self._spot(at))
        elif self._grip == "draw" and self._rectangle is not None:
            self._rectangle = (self._rectangle[0], QPointF(*self.to_metres(at)))
            self.update()
        elif not self._grip:
            self._look_under(at)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End the drag: select, store the changed box, or make the drawn one."""
        if event is None or not self._grip or event.buttons() != Qt.MouseButton.NoButton:
            return
        grip, rectangle = self._grip, self._rectangle
        still = (event.position() - self._pressed).manhattanLength() <= 1
        self._let_go()
        if grip == "handle" and still:
            self._stage.cancel_drag()
            grip = "press"
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if grip == "press" and self._desk.tool == "measure":
            x, y = self.to_metres(event.position())
            Measure.of(self._desk).add(Measure.of(self._desk).point_below(x, y, self._scale))
        elif grip == "press" and self._desk.tool == "click":
            Maker.of(self._desk).click((*self.to_metres(event.position()), math.nan), goes_on=shift)
        elif grip == "press":
            self._stage.select(self._box_at(event.position()), add=shift)
        elif grip == "handle":
            self._stage.end_drag()
        elif grip == "draw" and rectangle is not None:
            start, end = rectangle
            if self._desk.tool == "crop":
                show_region(self._desk, start, end)
                return
            as_drawn = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self._stage.draw_box((start.x(), start.y()), (end.x(), end.y()), as_drawn=as_drawn)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom; what is under the cursor stays there."""
        if event is None:
            return
        before = self.to_metres(event.position())
        self._scale = min(max(self._scale * _ZOOM_PER_STEP ** (event.angleDelta().y() / 120), FINEST), COARSEST)
        after = self.to_metres(event.position())
        self.look_at(self._center[0] + before[0] - after[0], self._center[1] + before[1] - after[1])
        event.accept()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the cursor any more."""
        if not self._grip:
            self._active = ""
            self._stage.hover(-1)
        super().leaveEvent(event)

    def _spot(self, at: QPointF) -> Floats:
        """Return the place under a pixel at the height of the selected box, (3,)."""
        index = self._stage.selected
        height = self._stage.arrays.centers[index, 2] if index >= 0 else 0.0
        return np.array([*self.to_metres(at), height], dtype=np.float64)

    def handle_places(self) -> dict[str, Floats]:
        """Return the pixel, (2,), of each handle of the selected box; none where there are none to take."""
        index, stage = self._stage.selected, self._stage
        if index < 0 or not stage.can_edit or self._desk.tool != "select":
            return {}
        size = stage.arrays.sizes[index].tolist()
        small = max(size[:2]) / self._scale < _SMALL_PIXELS
        names = [name for name in handles.SIGNS if name not in ("top", "bottom") and not small]
        local = [handles.position(name, size) for name in names]
        local.append(handles.position(handles.TURN, size, ahead=_TURN_PIXELS * self._scale))
        places = self.to_pixels(stage.arrays.placed(index, np.stack(local)))
        return dict(zip([*names, handles.TURN], places, strict=True))

    def _handle_at(self, at: QPointF) -> str:
        name = paint.nearest(at, self.handle_places().items())
        index = self._stage.selected
        if not name and index >= 0 and self._stage.can_edit and index in self._under(at):
            return handles.MOVE
        return name

    def _go_on(self) -> None:
        """Drag on where the mouse is: other keys are held."""
        if self._grip == "handle" and self._stage.is_moved:
            self._keys.drag_to(self._spot(self._last))
        self.update()

    def _under(self, at: QPointF) -> list[int]:
        return top_boxes.under(self._stage.arrays, self.to_metres(at), 3 * self._scale)

    def _box_at(self, at: QPointF) -> int:
        return next(iter(self._under(at)), -1)

    def _look_under(self, at: QPointF) -> None:
        name = self._handle_at(at) if self._desk.tool == "select" else ""
        if name != self._active:
            self._active = name
            self.update()
        under = self._box_at(at) if self._desk.tool == "select" else -1
        self._stage.hover(under if name in ("", handles.MOVE) else -1)
        show_cursor(self, self._stage, self.to_pixels, name, over_box=under >= 0)

    def _let_go(self) -> None:
        self._grip, self._active, self._rectangle = "", "", None
        self.update()

    # Listening

    def _stale(self) -> None:
        self._cloud = None
        self.update()

    def _scene_changed(self) -> None:
        self._home, self._fitted = _HOME, False
        self.look_home()

    def _tool_changed(self) -> None:
        if self._grip == "draw":
            self._let_go()
        show_cursor(self, self._stage, self.to_pixels, "", over_box=False)
        self.update()

    def _selection_changed(self) -> None:
        """Follow a selection made elsewhere if it lies outside the picture."""
        index = self._stage.selected
        if index < 0 or self._grip:
            return
        x, y = self.to_pixels(self._stage.arrays.centers[index : index + 1])[0].tolist()
        if not (0 <= x <= self.width() and 0 <= y <= self.height()):
            place = self._stage.arrays.centers[index].tolist()
            self.look_at(place[0], place[1])

    def _cloud_changed(self) -> None:
        self._swapped = None
        if self._stage.view is not None and not self._fitted:
            x, y, reach = place_elsewhere(self._stage.xyz) or (0.0, 0.0, 0.0)
            self._home, self._fitted = (x, y, _FITS * reach) if reach else _HOME, len(self._stage.xyz) > 0
            if self._is_home:
                self.look_home()
        self._stale()

    def _boxes_changed(self) -> None:
        if self._grip == "handle" and not self._stage.dragging:
            self._let_go()
        self.update()
