"""CameraStrip: all cameras of the frame, laid out so that their pictures are as large as they can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRect, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QWidget

from lidar_label.errors import LidarLabelError
from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import FrameView, decode
from lidar_label.gui.views import paint
from lidar_label.gui.views.camera_pane import CameraPane
from lidar_label.gui.views.lens import Dots, camera_SE3_ego, dots_in
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.worker import Worker
from lidar_label.kernels.camera_dots import Window

_GAP = 2
_LARGE_SHARE = 0.62
# Left to right as the driver sees the street; a channel's name says where it looks.
_PLACES = ("FRONT_LEFT", "FRONT_RIGHT", "FRONT", "BACK_LEFT", "BACK_RIGHT", "BACK", "REAR", "LEFT", "RIGHT")
_ORDER = ("FRONT_LEFT", "LEFT", "FRONT", "", "FRONT_RIGHT", "RIGHT", "BACK_LEFT", "BACK", "REAR", "BACK_RIGHT")


class CameraStrip(QWidget):
    """The pictures of the shown frame. A double click makes one large, and small again.

    The camera that sees the selection best is framed; while one is large, it takes that place.
    """

    large_changed = pyqtSignal(bool)
    """Whether one picture is to be large; who lays out the window gives it the room."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, Stage.of(desk)
        self._worker = Worker("cameras", self)
        self._worker.failed.connect(lambda error: desk.failed.emit(f"{type(error).__name__}: {error}"))
        self._panes: dict[str, CameraPane] = {}
        self._large = ""
        self._failed: FrameView | None = None
        self._running = False
        self._best_for = ""
        self.setMinimumHeight(80)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        desk.selection_changed.connect(self._show_best)
        self._stage.cloud_changed.connect(self._cloud_changed)
        self._stage.colors_changed.connect(self._look_changed)
        self._stage.boxes_changed.connect(self._boxes_changed)
        self._stage.focus_asked.connect(self._focus)
        self._cloud_changed()

    @property
    def panes(self) -> Mapping[str, CameraPane]:
        """The panes by channel, in the order they are laid out."""
        return self._panes

    @property
    def large(self) -> str:
        """The channel that is shown large, or empty."""
        return self._large

    @property
    def is_projecting(self) -> bool:
        """Whether the points of the shown frame are still on their way into the pictures."""
        return self._running

    def height_of_row(self, width: int) -> int:
        """Return the height at which all pictures side by side fill a width."""
        return round((width - _GAP * (len(self._panes) - 1)) / max(sum(p.aspect for p in self._panes.values()), 0.1))

    def enlarge(self, channel: str) -> None:
        """Show one camera large; the one that is large becomes small again."""
        self._large = "" if channel == self._large else channel
        self.large_changed.emit(bool(self._large))
        self._arrange()
        if self._large and self._large == self.best():
            self._focus()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: ARG002  Qt's signature
        """Draw the ground between the panes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), paint.GROUND)
        if not self._panes:
            paint.draw_note(painter, self.rect().toRectF(), self.tr("This drive has no cameras"))
        painter.end()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lay out anew."""
        self._arrange()
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """End the thread that projects points."""
        self._worker.close()
        super().closeEvent(event)

    # Frames

    def _cloud_changed(self) -> None:
        view = self._stage.view
        images = view.frame.images if view is not None else {}
        scene = self._desk.scene
        channels = {c for c, sensor in scene.sensors.items() if sensor.kind == "camera"} if scene is not None else set()
        wanted = sorted({*channels, *images}, key=_place)
        if list(self._panes) != wanted:
            self._make_panes(wanted)
        for channel, pane in self._panes.items():
            pane.show_frame(view, images.get(channel))
        self._arrange()
        self._placed()  # only now each has its lens, without which no points can be wished for
        self._show_best()

    def _make_panes(self, channels: Sequence[str]) -> None:
        for pane in self._panes.values():
            pane.hide()
            pane.deleteLater()
        self._panes = {}
        for channel in channels:
            pane = CameraPane(channel, self._stage, self)
            pane.enlarge.connect(self.enlarge)
            pane.placed.connect(self._placed)
            pane.show()
            self._panes[channel] = pane
        if self._large and self._large not in self._panes:
            self._large = ""
            self.large_changed.emit(False)

    def _placed(self) -> None:
        """Tell the loader in which sizes pictures are shown, and complete what it made ready for others."""
        self._stage.wish_for_pictures({channel: pane.place for channel, pane in self._panes.items()})
        self._complete()

    def _complete(self) -> None:
        """Have points projected and pictures decoded that were not ready; only the newest wish is worked on."""
        view = self._stage.view
        if self._running or view is None or view is self._failed:
            return
        has_dots = self._desk.show_image_points
        points = {c: p.place.window for c, p in self._panes.items() if has_dots and p.lacks_points}
        pictures = [channel for channel, pane in self._panes.items() if pane.lacks_pixels]
        if not points and not pictures:
            return
        self._running, chosen = True, self._stage.in_boxes
        self._worker.run(
            lambda: (project_view(view, points, chosen), sharp_pictures(view, pictures)),
            lambda found: self._take(view, *found),
            lambda error: self._give_up(view, error),
        )

    def _take(self, view: FrameView, points: Mapping[str, Dots], pictures: Mapping[str, QImage]) -> None:
        self._running = False
        if view is self._stage.view:
            for channel, found in points.items():
                if channel in self._panes:
                    self._panes[channel].show_points(found)
            for channel, picture in pictures.items():
                if channel in self._panes:
                    self._panes[channel].show_picture(picture)
        self._complete()

    def _give_up(self, view: FrameView, error: Exception) -> None:
        self._running, self._failed = False, view
        self._desk.failed.emit(f"{type(error).__name__}: {error}")

    def _look_changed(self) -> None:
        self._complete()
        for pane in self._panes.values():
            pane.colors_changed()

    def _boxes_changed(self) -> None:
        if self._desk.selected != self._best_for:
            self._show_best()
        for pane in self._panes.values():
            pane.update()

    def best(self) -> str:
        """Return the channel of the camera that sees the selected box best; empty where none does."""
        index = self._stage.selected
        found = {c: pane.coverage(index) for c, pane in self._panes.items()} if index >= 0 else {}
        best = max(found, key=lambda channel: found[channel], default="")
        return best if best and found[best] > 0 else ""

    def _focus(self) -> None:
        if best := self.best():
            self._panes[best].look_at(self._stage.selected)

    def _show_best(self) -> None:
        self._best_for = self._desk.selected if self._stage.selected >= 0 else ""
        best = self.best()
        for channel, pane in self._panes.items():
            pane.set_best(channel == best and len(self._panes) > 1)
        if best and self._large and best != self._large:
            self._large = best
            self._arrange()
            self._focus()

    # Layout

    def _arrange(self) -> None:
        area = self.rect()
        panes = dict(self._panes)
        large = panes.pop(self._large, None)
        if large is not None:
            wide = round(area.height() * large.aspect)
            if panes:
                wide = min(wide, round(area.width() * _LARGE_SHARE))
            large.setGeometry(0, 0, wide if panes else area.width(), area.height())
            area.setLeft(wide + _GAP if panes else area.right())
        for pane, place in zip(panes.values(), grid([pane.aspect for pane in panes.values()], area), strict=True):
            pane.setGeometry(place)


def project_view(
    view: FrameView, windows: Mapping[str, Window | None], chosen: NDArray[np.bool_] | None = None
) -> dict[str, Dots]:
    """Project a frame's cloud into its pictures, every picture at its own time; only the `chosen` points, (N,) bool."""
    found: dict[str, Dots] = {}
    for channel, window in windows.items():
        image = view.frame.images.get(channel)
        camera = image.sensor.camera if image is not None else None
        if image is not None and camera is not None and window is not None:
            found[channel] = dots_in(camera, camera_SE3_ego(image, view.world_SE3_ego), view.xyz, window, chosen)
    return found


def sharp_pictures(view: FrameView, channels: Sequence[str]) -> dict[str, QImage]:
    """Decode pictures in all their pixels; one whose file has gone meanwhile stays as it is."""
    found = {}
    for channel in channels:
        try:
            picture, _ = decode(view.frame.images[channel].encoded())
        except (LidarLabelError, OSError, MemoryError):
            picture = view.images[channel]
        found[channel] = picture
    return found


def grid(aspects: Sequence[float], area: QRect) -> list[QRect]:
    """Return a place in `area` for each picture, in rows that let them be as large as they can."""
    if not aspects:
        return []
    aspect = sum(aspects) / len(aspects)

    def picture_width(columns: int) -> float:
        rows = -(-len(aspects) // columns)
        return min(area.width() / columns, area.height() / rows * aspect)

    columns = max(range(1, len(aspects) + 1), key=picture_width)
    rows = -(-len(aspects) // columns)
    width, height = (area.width() - _GAP * (columns - 1)) / columns, (area.height() - _GAP * (rows - 1)) / rows
    places = []
    for n in range(len(aspects)):
        row, column = divmod(n, columns)
        x, y = area.x() + round(column * (width + _GAP)), area.y() + round(row * (height + _GAP))
        places.append(QRect(x, y, round(width), round(height)))
    return places


def _place(channel: str) -> tuple[int, str]:
    looks = next((place for place in _PLACES if place in channel.upper()), "")
    return _ORDER.index(looks), channel
