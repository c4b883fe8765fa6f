"""CameraPicture: one picture with the points and boxes that its camera saw, through its true lens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from lidar_label.gui.areas import Areas
from lidar_label.gui.loader import FrameView
from lidar_label.gui.views import camera_calm, camera_paint, marks, paint
from lidar_label.gui.views.ahead import Next, Work
from lidar_label.gui.views.area_marks import AreaMarks
from lidar_label.gui.views.beside import Beside
from lidar_label.gui.views.camera_boxes import may_see
from lidar_label.gui.views.camera_calm import CameraCalm, Looked, Place
from lidar_label.gui.views.camera_fit import PictureFit
from lidar_label.gui.views.camera_hand import CameraHand
from lidar_label.gui.views.camera_look import CameraLook
from lidar_label.gui.views.lens import Dots, camera_SE3_ego
from lidar_label.gui.views.picked import Picked
from lidar_label.gui.views.prepare import PicturePlace
from lidar_label.gui.views.stage import Stage
from lidar_label.kernels.camera_dots import Window
from lidar_label.model import SE3, Box, Camera, Floats, Image

translate = QCoreApplication.translate  # `tr` would ask for texts of the class that inherits
_DOT_ROOM, _DOT_ROOM_SMALL = 4.5, 8.0  # pixels that a point has to itself: the picture is seen between them
_SMALL_PIXELS = 600.0
_BUTTON = 18.0


class CameraPicture(QWidget):
    """A camera's picture of the shown frame; `gui/views/camera_pane.py` hands its mouse events to `hand`."""

    placed = pyqtSignal()
    """The picture is shown in another size, or another part of it."""
    tone_asked = pyqtSignal(str)
    """Brightness and contrast of the channel are to be set."""

    def __init__(self, channel: str, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channel, self.stage = channel, stage
        self._look, self._picked = CameraLook.of(stage.desk), Picked.of(stage.desk)
        self._image: Image | None = None
        self._picture: QImage | None = None
        self._camera: Camera | None = None
        self._camera_SE3_ego: SE3 | None = None
        self._size = (16, 9)
        self._shown = -1
        self._points: Dots | None = None
        self._calm, self._sees = CameraCalm(), True
        self._boxes: tuple[Box, ...] = ()
        self._sees_apart = True
        self._fit = PictureFit()
        self._is_best = False
        self.hand = CameraHand(self)
        Areas.of(stage.desk).changed.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
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
    def camera(self) -> Camera | None:
        """The lens, where one is known."""
        return self._camera

    @property
    def camera_SE3_ego(self) -> SE3 | None:
        """The way from the frame's vehicle to the camera at the picture's own time."""
        return self._camera_SE3_ego

    @property
    def fit(self) -> PictureFit:
        """Where the picture lies in the widget."""
        fit, camera = self._fit, self._camera
        grid = (camera.width, camera.height) if camera is not None else self._size
        fit.put(QSizeF(self.size()), self.aspect, grid)
        return fit

    @property
    def area(self) -> QRectF:
        """Where the whole picture lies in the widget, which may be beyond its edges when zoomed."""
        return self.fit.area

    @property
    def tone_button(self) -> QRectF:
        """What is clicked to set brightness and contrast: the upper right corner of the picture."""
        shown = self.fit.shown
        return QRectF(shown.right() - _BUTTON - 4, shown.top() + 4, _BUTTON, _BUTTON)

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
        if self._picture is None:
            self._calm.forget()  # what is lacking is written in it
        self.update()

    def _pixels(self, view: FrameView | None) -> tuple[int, int]:
        """Return the size of the file's picture; of the lens's where it cannot be read."""
        found = view.image_sizes.get(self.channel) if view is not None else None
        if found is not None:
            return found
        if self._picture is not None:
            return self._picture.width(), self._picture.height()
        return (self._camera.width, self._camera.height) if self._camera is not None else self._size

    @property
    def place_wished(self) -> PicturePlace:
        """In how many pixels of the screen the whole picture lies now, and in which cells dots are thinned out."""
        area, ratio = self.area, self.devicePixelRatioF()
        size = round(area.width() * ratio), round(area.height() * ratio)
        return PicturePlace(max(size[0], 1), max(size[1], 1), self._window())

    def _window(self) -> Window | None:
        """Return the part of the picture that is seen, in cells that leave room between dots."""
        camera, fit = self._camera, self.fit
        area, shown = fit.area, fit.shown
        if camera is None or shown.width() < 1 or shown.height() < 1:
            return None
        room = min(_DOT_ROOM * max(_SMALL_PIXELS / area.width(), 1.0), _DOT_ROOM_SMALL)
        columns, rows = max(round(shown.width() / room), 1), max(round(shown.height() / room), 1)
        if fit.zoom <= 1:
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
        return points is None or points.window != window or points.chosen != (self.stage.in_boxes is not None)

    @property
    def lacks_pixels(self) -> bool:
        """Whether its picture was decoded in fewer pixels than are shown, and its file has more."""
        picture = self._picture
        return picture is not None and picture.width() < min(self.place_wished.width, self._size[0])

    def show_picture(self, picture: QImage) -> None:
        """Show the same picture in more pixels."""
        self._picture = picture
        self.update()

    def show_points(self, points: Dots | None) -> None:
        """Draw these points of the cloud in the picture, or none."""
        self._points = points
        self.update()

    def colors_changed(self) -> None:
        """Draw the points in other colours."""
        self.update()

    def tone_changed(self) -> None:
        """Draw the picture in another tone, and names or not."""
        self.update()

    def boxes_changed(self) -> None:
        """Draw boxes anew, where that shows."""
        self.hand.boxes_changed()
        fresh = self._calm.is_fresh(self.stage, *self._looks(self.fit))
        saw, self._sees = self._sees, not fresh or self._sees_some(marks.marked(self.stage))  # else it knows no places
        saw_apart, are_same = self._sees_apart, self._boxes is self.stage.boxes
        if not are_same:  # what is not in the calm picture stays where it is while no box is another
            self._boxes = self.stage.boxes
            self._sees_apart = not fresh or self._sees_some(self._calm.apart(self.stage).tolist())
        if saw or self._sees or (not are_same and (saw_apart or self._sees_apart)):
            self.update()

    def _sees_some(self, rows: list[int]) -> bool:
        """Say whether any of these boxes, drawn over the calm picture, may be in it."""
        camera, way, stage = self._camera, self._camera_SE3_ego, self.stage
        if camera is None or way is None or self._look.names or Beside.of(stage.desk).boxes:
            return True
        return bool(rows) and may_see(camera, way, stage.arrays.only(np.array(rows, np.intp)))

    def set_best(self, best: bool) -> None:
        """Frame it as the camera that sees the selection best."""
        if best != self._is_best:
            self._is_best = best
            self.update()

    def look_at(self, index: int) -> None:
        """Zoom so that a box takes a third of the pane, or to the whole picture where it is not seen."""
        camera, way = self._camera, self._camera_SE3_ego
        if camera is None or way is None or index < 0 or self.coverage(index) <= 0:
            self.place(1.0, QPointF())
            return
        uv, seen = camera.project(way.apply(self.stage.arrays.corners[index]))
        self.fit.look_at(uv[seen])
        self._placed()

    def coverage(self, index: int) -> float:
        """Return how well the camera sees a box: the part of the picture its middle stands in, 0 to 1."""
        camera, way = self._camera, self._camera_SE3_ego
        if camera is None or way is None:
            return 0.0
        arrays = self.stage.arrays
        uv, seen = camera.project(way.apply(np.vstack([arrays.corners[index], arrays.centers[index][None]])))
        inside = seen & camera.inside(uv)
        if not inside.any():
            return 0.0
        off = np.abs(uv[8] - (camera.width / 2, camera.height / 2)) / (camera.width, camera.height)
        return float(inside.mean() + (0.5 - off.max() if inside[8] else 0.0))

    def place(self, zoom: float, shift: QPointF) -> None:
        """Zoom and shift the picture."""
        self.fit.place(zoom, shift)
        self._placed()

    # Drawing

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Draw the picture, the points, the boxes and the channel's name."""
        fit = self.fit
        calm = self._calm.picture(self.stage, *self._looks(fit), lambda rows: self._draw_calm(fit, rows))
        camera, way = self._camera, self._camera_SE3_ego
        self._sees_apart = True  # others may be apart now
        if camera is not None and way is not None:
            lens = camera, way
            self._calm.complete(
                self.stage, lambda onto, rows: camera_paint.stroke_boxes(onto, *lens, self.stage, fit, rows)
            )
        painter = QPainter(self)
        painter.drawImage(0, 0, calm)
        painter.setFont(paint.small(self.font()))
        if way is not None and camera is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(fit.shown)
            self._draw_marked(painter, camera, way, fit)
            painter.setClipping(False)
        elif self._picture is not None and self._camera is None:
            foot = QPointF(self.width() / 2, self.height())
            paint.draw_label(painter, foot, translate("CameraPicture", "Not calibrated"), paint.QUIET)
        camera_paint.draw_channel(painter, self.channel, fit.shown, is_best=self._is_best)
        is_toned = not self._look.tone(self.channel).is_plain
        if self._picture is not None and (is_toned or self.underMouse()):
            camera_paint.draw_tone_button(painter, self.tone_button, is_on=is_toned, is_under=self.underMouse())
        painter.end()
        self._shown = self.stage.view.index if self.stage.view is not None else -1

    def _looked(self, picture: QImage, points: Dots | None, colors: NDArray[np.uint8], fit: PictureFit) -> Looked:
        desk = self.stage.desk
        return Looked(
            picture, self._size[0], points if desk.show_image_points else None, colors, self.stage.in_boxes,
            self._look.tone(self.channel), desk.point_size, Place.of(fit, self.devicePixelRatioF()),
        )  # fmt: skip

    def _looks(self, fit: PictureFit) -> tuple[tuple[object, ...], object]:
        """Return what the calm picture is made of, and where that lies."""
        made = None
        if self._picture is not None:
            made = self._calm.layers_of(self._looked(self._picture, self._points, self.stage.colors, fit), fit)
        parts = (made.scaled, made.dots) if made is not None else (None, None)
        return (*parts, self.stage.tints, self._camera_SE3_ego), Place.of(fit, self.devicePixelRatioF())

    def _draw_calm(self, fit: PictureFit, rows: NDArray[np.intp]) -> QImage:
        """Draw the picture with the points and some of the boxes."""
        ratio, room, camera, way = self.devicePixelRatioF(), self.size().toSizeF(), self._camera, self._camera_SE3_ego
        lens = (camera, way) if camera is not None and way is not None else None
        layers = self._calm.layers if self._picture is not None else None
        made = camera_calm.draw(layers, room, ratio, fit, self.stage, rows, lens)
        if layers is None:
            painter = QPainter(made)
            painter.setFont(paint.small(self.font()))
            text = translate("CameraPicture", "The picture is missing or cannot be read")
            if self._image is None:
                text = translate("CameraPicture", "No picture")
            paint.draw_note(painter, self.rect().toRectF().adjusted(10, 24, -10, -10), text)
            painter.end()
        return made

    def ahead(self, coming: Next) -> Work | None:
        """Offer to draw the calm picture of a frame that comes, if its picture is of the same kind."""
        image, picture = coming.view.frame.images.get(self.channel), coming.view.images.get(self.channel)
        ready, camera, fit = coming.view.prepared, image.sensor.camera if image is not None else None, self.fit
        way = ready.cameras_SE3_ego.get(self.channel) if ready is not None else None
        if ready is None or picture is None or camera is None or way is None or self.stage.in_boxes is not None:
            return None
        if self._pixels(coming.view) != self._size or (camera.width, camera.height) != fit.grid:
            return None
        of = self._looked(picture, ready.dots.get(self.channel), ready.colors, fit)
        return self._calm.offered(coming, of, fit, (camera, way))

    def _draw_marked(self, painter: QPainter, camera: Camera, way: SE3, fit: PictureFit) -> None:
        stage = self.stage

        def to_pixels(places: Floats) -> Floats:
            uv, seen = camera.project(way.apply(places))
            uv[~seen] = np.nan
            return fit.to_widget(uv)

        AreaMarks.of(stage.desk).draw(painter, to_pixels, fit.shown)
        camera_paint.draw_marked(painter, camera, way, stage, fit, has_names=self._look.names)
        found = self.hand.grips()
        if found:
            color = stage.box_color(stage.selected)
            camera_paint.draw_grips(painter, found, self.hand.active, color, fit)
        color = stage.desk.category_color(stage.desk.active_category)
        if self.hand.outline:
            camera_paint.draw_outline(painter, self.hand.outline, color)
        elif self.hand.rectangle is not None:
            camera_paint.draw_rectangle(painter, self.hand.rectangle, color)
        self._picked.draw(painter, to_pixels)
        Beside.of(stage.desk).draw(painter, to_pixels)

    # Where it lies

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Scale anew."""
        self.place(self._fit.zoom, self._fit.shift)
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Scale anew with another font or style."""
        self._stale()
        super().changeEvent(event)

    def _placed(self) -> None:
        self._stale()
        self.placed.emit()

    def _stale(self) -> None:
        self._calm.forget()
        self.update()
