"""CameraPane: one picture with the points and boxes that its camera saw, through its true lens."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from lidar_label.gui.loader import FrameView
from lidar_label.gui.views import paint
from lidar_label.gui.views.camera_boxes import draw_edges, seen_edges, stamp
from lidar_label.gui.views.lens import Dots, camera_SE3_ego
from lidar_label.gui.views.prepare import PicturePlace
from lidar_label.gui.views.stage import Stage
from lidar_label.kernels.camera_dots import Window
from lidar_label.model import SE3, Camera, Floats, Image

_MOST_ZOOM = 24.0
_CLICK_REACH = 6.0
_DOT_ROOM, _DOT_ROOM_SMALL = 4.5, 8.0  # pixels that a point has to itself: the picture is seen between them
_SMALL_PIXELS = 600.0


class CameraPane(QWidget):
    """A camera's picture of the shown frame.

    A click selects the box it hits, the wheel zooms at the cursor, right or middle drag (or a left
    drag while zoomed) shifts it, a double click asks for more room.
    """

    enlarge = pyqtSignal(str)
    """A double click: the channel wants to be large, or small again."""
    placed = pyqtSignal()
    """The picture is shown in another size, or another part of it."""

    def __init__(self, channel: str, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channel = channel
        self._stage = stage
        self._image: Image | None = None
        self._picture: QImage | None = None
        self._camera: Camera | None = None
        self._camera_SE3_ego: SE3 | None = None
        self._size = (16, 9)
        self._shown = -1
        self._points: Dots | None = None
        self._scaled: QImage | None = None
        self._dots: QImage | None = None
        self._zoom, self._shift = 1.0, QPointF()
        self._pressed = self._last = QPointF()
        self._pressing = self._panning = False
        self._selected_before = ""
        self._is_best = False
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    # What it shows

    @property
    def aspect(self) -> float:
        """Width over height of its picture."""
        return self._size[0] / max(self._size[1], 1)

    @property
    def shown_frame(self) -> int:
        """Number of the frame that was painted last, -1 before."""
        return self._shown

    @property
    def area(self) -> QRectF:
        """Where the whole picture lies in the widget, which may be beyond its edges when zoomed."""
        wide = min(self.width(), self.height() * self.aspect) * self._zoom
        size = QSizeF(wide, wide / self.aspect)
        middle = QPointF(self.width() / 2, self.height() / 2) + self._shift
        return QRectF(middle.x() - size.width() / 2, middle.y() - size.height() / 2, size.width(), size.height())

    def show_frame(self, view: FrameView | None, image: Image | None) -> None:
        """Show another frame's picture; where its points are not ready they come later, with `show_points`."""
        ready = view.prepared if view is not None else None
        self._image = image
        self._picture = view.images.get(self.channel) if view is not None else None
        self._camera = image.sensor.camera if image is not None else None
        self._size = self._pixels(view)
        self._camera_SE3_ego = None
        if image is not None and view is not None and self._camera is not None:
            found = ready.cameras_SE3_ego.get(self.channel) if ready is not None else None
            self._camera_SE3_ego = found if found is not None else camera_SE3_ego(image, view.world_SE3_ego)
        self._points = ready.dots.get(self.channel) if ready is not None else None
        self._stale()

    def _pixels(self, view: FrameView | None) -> tuple[int, int]:
        """Return the size of the file's picture; of the lens's where it cannot be read."""
        found = view.image_sizes.get(self.channel) if view is not None else None
        if found is not None:
            return found
        if self._picture is not None:
            return self._picture.width(), self._picture.height()
        return (self._camera.width, self._camera.height) if self._camera is not None else self._size

    @property
    def place(self) -> PicturePlace:
        """In how many pixels of the screen the whole picture lies now, and in which cells dots are thinned out."""
        area, ratio = self.area, self.devicePixelRatioF()
        size = round(area.width() * ratio), round(area.height() * ratio)
        return PicturePlace(max(size[0], 1), max(size[1], 1), self._window())

    def _window(self) -> Window | None:
        """Return the part of the picture that is seen, in cells that leave room between dots."""
        camera, area = self._camera, self.area
        shown = self._visible(area)
        if camera is None or shown.width() < 1 or shown.height() < 1:
            return None
        room = min(_DOT_ROOM * max(_SMALL_PIXELS / area.width(), 1.0), _DOT_ROOM_SMALL)
        columns, rows = max(round(shown.width() / room), 1), max(round(shown.height() / room), 1)
        if self._zoom <= 1:
            return Window(-0.5, -0.5, float(camera.width), float(camera.height), columns, rows)
        across, down = camera.width / area.width(), camera.height / area.height()
        left, top = (shown.x() - area.x()) * across - 0.5, (shown.y() - area.y()) * down - 0.5
        return Window(left, top, shown.width() * across, shown.height() * down, columns, rows)

    @property
    def lacks_points(self) -> bool:
        """Whether the dots that it has were found for another part or size of the picture, or it has none."""
        window, points = self._window(), self._points
        if self._camera_SE3_ego is None or self._picture is None or window is None:
            return False
        return points is None or points.window != window or points.chosen != (self._stage.in_boxes is not None)

    @property
    def lacks_pixels(self) -> bool:
        """Whether its picture was decoded in fewer pixels than are shown, and its file has more."""
        picture = self._picture
        return picture is not None and picture.width() < min(self.place.width, self._size[0])

    def show_picture(self, picture: QImage) -> None:
        """Show the same picture in more pixels."""
        self._picture, self._scaled = picture, None
        self.update()

    def show_points(self, points: Dots | None) -> None:
        """Draw these points of the cloud in the picture, or none."""
        self._points, self._dots = points, None
        self.update()

    def colors_changed(self) -> None:
        """Draw the points in other colours."""
        self._dots = None
        self.update()

    def set_best(self, best: bool) -> None:
        """Frame it as the camera that sees the selection best."""
        if best != self._is_best:
            self._is_best = best
            self.update()

    def to_widget(self, uv: Floats) -> Floats:
        """Return pixels of the picture, (..., 2), as places in the widget."""
        area, camera = self.area, self._grid()
        placed: Floats = (uv + 0.5) * (area.width() / camera[0], area.height() / camera[1]) + (area.x(), area.y())
        return placed

    def to_picture(self, at: QPointF) -> Floats:
        """Return the pixel of the picture at a place in the widget, (2,)."""
        area, (width, height) = self.area, self._grid()
        u = (at.x() - area.x()) * width / area.width() - 0.5
        return np.array([u, (at.y() - area.y()) * height / area.height() - 0.5])

    def look_at(self, index: int) -> None:
        """Zoom so that a box takes a third of the pane, or to the whole picture where it is not seen."""
        camera, way = self._camera, self._camera_SE3_ego
        self._place(1.0, QPointF())
        if camera is None or way is None or index < 0 or self.coverage(index) <= 0:
            return
        uv, seen = camera.project(way.apply(self._stage.arrays.corners[index]))
        spots = self.to_widget(np.clip(uv[seen], 0, (camera.width, camera.height)))
        low, high = spots.min(axis=0), spots.max(axis=0)
        room = np.array([self.width(), self.height()]) / 3
        zoom = float(np.clip((room / np.maximum(high - low, 1.0)).min(), 1.0, _MOST_ZOOM / 2))
        off = np.array([self.width(), self.height()]) / 2 - (low + high) / 2
        self._place(zoom, QPointF(*(off * zoom).tolist()))

    def coverage(self, index: int) -> float:
        """Return how well the camera sees a box: the part of the picture its middle stands in, 0 to 1."""
        camera, way = self._camera, self._camera_SE3_ego
        if camera is None or way is None:
            return 0.0
        arrays = self._stage.arrays
        uv, seen = camera.project(way.apply(np.vstack([arrays.corners[index], arrays.centers[index][None]])))
        inside = seen & camera.inside(uv)
        if not inside.any():
            return 0.0
        off = np.abs(uv[8] - (camera.width / 2, camera.height / 2)) / (camera.width, camera.height)
        return float(inside.mean() + (0.5 - off.max() if inside[8] else 0.0))

    # Drawing

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Draw the picture, the points, the boxes and the channel's name."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), paint.GROUND)
        painter.setFont(paint.small(self.font()))
        whole = QRectF(self.rect())
        if self._picture is None:
            text = self.tr("No picture") if self._image is None else self.tr("The picture is missing or cannot be read")
            paint.draw_note(painter, whole.adjusted(10, 24, -10, -10), text)
        else:
            self._draw_picture(painter)
        if self._camera_SE3_ego is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(self.area.intersected(whole))
            self._draw_boxes(painter)
            painter.setClipping(False)
        elif self._picture is not None and self._camera is None:
            foot = QPointF(whole.center().x(), whole.bottom())
            paint.draw_label(painter, foot, self.tr("Not calibrated"), paint.QUIET)
        self._draw_name(painter)
        painter.end()
        self._shown = self._stage.view.index if self._stage.view is not None else -1

    def _draw_picture(self, painter: QPainter) -> None:
        area = self.area
        if self._scaled is None and self._picture is not None:
            self._scaled = self._scale_picture(self._picture, area)
        if self._scaled is not None:
            painter.drawImage(self._visible(area).topLeft(), self._scaled)
        if self._points is not None and self._stage.desk.show_image_points:
            if self._dots is None:
                self._dots = self._draw_dots(self._points)
            painter.drawImage(0, 0, self._dots)

    def _visible(self, area: QRectF) -> QRectF:
        return area.intersected(QRectF(self.rect()))

    def _scale_picture(self, picture: QImage, area: QRectF) -> QImage:
        """Scale the part of the picture that can be seen, once; painting it again is then a copy."""
        ratio = self.devicePixelRatioF()
        shown = self._visible(area)
        size = (shown.size() * ratio).toSize()
        if shown == area and picture.size() == size:  # decoded as it is shown
            made = QImage(picture)
            made.setDevicePixelRatio(ratio)
            return made
        across, down = picture.width() / area.width(), picture.height() / area.height()
        part = QRectF(
            (shown.x() - area.x()) * across,
            (shown.y() - area.y()) * down,
            shown.width() * across,
            shown.height() * down,
        )
        if across / ratio > 1.5:  # a plain draw would skip pixels
            cut = picture.copy(part.toAlignedRect())
            made = cut.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        else:
            made = QImage(size, QImage.Format.Format_RGB32)
            inner = QPainter(made)
            smooth = across * 4 > 1 or picture.width() < self._size[0]  # single pixels are shown of the file's own only
            inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            inner.drawImage(QRectF(0, 0, size.width(), size.height()), picture, part)
            inner.end()
        made.setDevicePixelRatio(ratio)
        return made

    def _draw_dots(self, points: Dots) -> QImage:
        ratio = self.devicePixelRatioF()
        width, height = max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)
        pixels = np.zeros((height, width, 4), np.uint8)
        colors = self._stage.colors
        owned = self._stage.in_boxes
        if len(points.index) and len(colors) > int(points.index.max()):
            spots, index = self.to_widget(points.uv.astype(np.float64)) * ratio, points.index
            if owned is not None:  # the others would only darken the picture
                spots, index = spots[owned[index]], index[owned[index]]
            side = max(1, round(1.5 * ratio))
            corners = np.floor(spots - (side - 1) / 2).astype(np.int64)
            stamp(pixels, corners, colors[index], side)
        return paint.picture_of(pixels, ratio)

    def _draw_boxes(self, painter: QPainter) -> None:
        camera, way, stage = self._camera, self._camera_SE3_ego, self._stage
        arrays = stage.arrays
        if camera is None or way is None or not len(arrays):
            return
        selected, hovered = stage.selected, stage.hovered
        segments, owner, edge = seen_edges(camera, way, arrays)
        segments = self.to_widget(segments)
        thin = min(max(self.area.width() / 560, 0.65), 1.0)
        marked = [i for i in dict.fromkeys((hovered, selected)) if i >= 0]
        others = ~np.isin(owner, marked)
        tint = stage.tints.of_box[owner]
        for number, color in enumerate(stage.tints.colors):
            own = others & (tint == number)
            draw_edges(painter, segments, own & (edge < 13), own & (edge < 4), paint.box_pen(color), thin, 1.5)
        for index in marked:
            own = owner == index
            if not own.any():
                continue
            color = stage.box_color(index)
            pen = paint.box_pen(color, selected=index == selected, hovered=index == hovered)
            draw_edges(painter, segments, own & (edge < 13), own & ((edge < 4) | (edge >= 13)), pen, thin, 0.6)
            if index == hovered and index != selected:
                ends_at = segments[own].reshape(-1, 2)
                at = QPointF(float(ends_at[:, 0].mean()), float(max(ends_at[:, 1].min(), 24.0)))
                paint.draw_label(painter, at, stage.label(index), color)

    def _draw_name(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(12, 14, 17, 190))
        wide = painter.fontMetrics().horizontalAdvance(self.channel) + 12
        painter.drawRoundedRect(QRectF(4, 4, wide, 18), 4, 4)
        painter.setPen(paint.BEST.lighter(130) if self._is_best else paint.NOTE)
        painter.drawText(QRectF(4, 4, wide, 18), Qt.AlignmentFlag.AlignCenter, self.channel)
        if self._is_best:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(paint.BEST, 2.0))
            painter.drawRect(self._visible(self.area).adjusted(1, 1, -1, -1))

    # The mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin a click or a shift."""
        if event is not None:
            self._pressed = self._last = event.position()
            self._selected_before = self._stage.desk.selected
            self._pressing = event.button() == Qt.MouseButton.LeftButton
            self._panning = not self._pressing

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Shift the picture, or show which box a click would take."""
        if event is None:
            return
        at = event.position()
        if self._pressing and self._zoom > 1 and (at - self._pressed).manhattanLength() > 4:
            self._pressing, self._panning = False, True
        if self._panning:
            self._place(self._zoom, self._shift + at - self._last)
        elif not self._pressing:
            self._stage.hover(self.box_at(at))
        self._last = at

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Select the box that was clicked."""
        if event is not None and self._pressing and (event.position() - self._pressed).manhattanLength() <= 4:
            self._stage.select(self.box_at(event.position()))
        self._pressing = self._panning = False

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Ask for more room, or give it back; what the first of the two clicks selected is taken back."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressing = False
            self._stage.desk.select(self._selected_before)
            self.enlarge.emit(self.channel)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom; what is under the cursor stays there."""
        if event is None:
            return
        zoom = min(max(self._zoom * 1.25 ** (event.angleDelta().y() / 120), 1.0), _MOST_ZOOM)
        off = event.position() - QPointF(self.width() / 2, self.height() / 2)
        self._place(zoom, off - (off - self._shift) * (zoom / self._zoom))
        event.accept()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Scale anew."""
        self._place(self._zoom, self._shift)
        super().resizeEvent(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the cursor any more."""
        self._stage.hover(-1)
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Scale anew on a screen with other pixels."""
        self._stale()
        super().changeEvent(event)

    def box_at(self, at: QPointF) -> int:
        """Return the box whose picture is at a place in the widget, the nearest; -1 for none."""
        camera, way = self._camera, self._camera_SE3_ego
        if camera is None or way is None or not self.area.contains(at) or not len(self._stage.arrays):
            return -1
        back = way.inverse
        ray = back.rotation_matrix @ camera.rays(self.to_picture(at)[None])[0]
        hits = self._stage.arrays.hits(back.translation, ray)
        if hits:
            return hits[0]
        uv, seen = camera.project(way.apply(self._stage.arrays.centers))
        away = np.where(seen, np.linalg.norm(self.to_widget(uv) - (at.x(), at.y()), axis=1), np.inf)
        return int(away.argmin()) if away.min() <= _CLICK_REACH else -1

    def _place(self, zoom: float, shift: QPointF) -> None:
        self._zoom = zoom
        wide = min(self.width(), self.height() * self.aspect)
        room_x = max((wide * zoom - self.width()) / 2, 0.0)
        room_y = max((wide / self.aspect * zoom - self.height()) / 2, 0.0)
        self._shift = QPointF(min(max(shift.x(), -room_x), room_x), min(max(shift.y(), -room_y), room_y))
        self._stale()
        self.placed.emit()

    def _stale(self) -> None:
        self._scaled = self._dots = None
        self.update()

    def _grid(self) -> tuple[int, int]:
        """Size of the pixel grid that points are projected to: the lens's, also of a scaled picture."""
        return (self._camera.width, self._camera.height) if self._camera is not None else self._size
