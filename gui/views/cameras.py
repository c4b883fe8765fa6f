"""CameraStrip: all cameras of the frame, laid out so that their pictures are as large as they can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import FrameView
from lidar_label.gui.views import paint
from lidar_label.gui.views.ahead import Ahead, Next, Work
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.camera_layout import GAP, beside_large, grid, place_of
from lidar_label.gui.views.camera_look import CameraLook
from lidar_label.gui.views.camera_pane import CameraPane
from lidar_label.gui.views.camera_tone_popup import TonePopup
from lidar_label.gui.views.camera_work import project_view, sharp_pictures
from lidar_label.gui.views.lens import Dots
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.worker import Worker


class CameraStrip(QWidget):
    """The pictures of the shown frame. A double click makes one large, and small again.

    The camera that sees the selection best is framed; while one is large, it takes that place, unless a person wants
    the one that was chosen to stay.
    """

    large_changed = pyqtSignal(bool)
    """Whether one picture is to be large; who lays out the window gives it the room."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage, self._look = desk, Stage.of(desk), CameraLook.of(desk)
        self._worker = Worker("cameras", self)
        self._worker.failed.connect(lambda error: desk.failed.emit(f"{type(error).__name__}: {error}"))
        self._panes: dict[str, CameraPane] = {}
        self._large = ""
        self._failed: FrameView | None = None
        self._running = False
        self._best_for = self._followed = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._follow)
        self._best: tuple[BoxArrays, int, str] | None = None  # of which boxes and which of them
        self.setMinimumHeight(60)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        desk.selection_changed.connect(self._selection_changed)
        self._stage.cloud_changed.connect(self._cloud_changed)
        self._stage.colors_changed.connect(self._look_changed)
        self._stage.boxes_changed.connect(self._boxes_changed)
        self._stage.focus_asked.connect(self._focus)
        self._look.changed.connect(self._tones_changed)
        desk.tool_changed.connect(self._tool_changed)
        Ahead.of(self._stage).offer(self._ahead)
        self._cloud_changed()

    def _ahead(self, coming: Next) -> list[Work]:
        offered = [pane.ahead(coming) for pane in self._panes.values()] if self.isVisible() else []
        return [work for work in offered if work is not None]

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
        return round((width - GAP * (len(self._panes) - 1)) / max(sum(p.aspect for p in self._panes.values()), 0.1))

    def enlarge(self, channel: str) -> None:
        """Show one camera large; the one that is large becomes small again."""
        self._make_large("" if channel == self._large else channel)

    def enlarge_nth(self, place: int) -> None:
        """Show the camera large that stands at a place, from 1 on; again makes it small."""
        channels = list(self._panes)
        if 1 <= place <= len(channels):
            self.enlarge(channels[place - 1])

    def all_equal(self) -> None:
        """Show all pictures whole and in one size."""
        for pane in self._panes.values():
            pane.place(1.0, QPointF())
        self._make_large("")

    def set_tone(self) -> None:
        """Open brightness and contrast of the picture under the mouse; else of the large or best or first one."""
        under = next((channel for channel, pane in self._panes.items() if pane.underMouse()), "")
        channel = under or self._large or self.best() or next(iter(self._panes), "")
        if channel:
            self._open_tone(channel)

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
        wanted = sorted({*channels, *images}, key=place_of)
        if list(self._panes) != wanted:
            self._make_panes(wanted)
        self._best = None
        for channel, pane in self._panes.items():
            pane.show_frame(view, images.get(channel))
        self._arrange()
        self._placed()  # only now each has its lens, without which no points can be wished for
        self._show_best()

    def _make_panes(self, channels: Sequence[str]) -> None:
        from lidar_label.gui.views.brush import BrushPane

        for pane in self._panes.values():
            pane.hide()
            pane.deleteLater()
        self._panes = {}
        for channel in channels:
            pane = CameraPane(channel, self._stage, self)
            pane.enlarge.connect(self.enlarge)
            pane.placed.connect(self._placed)
            pane.tone_asked.connect(self._open_tone)
            BrushPane(self._desk, pane)
            pane.show()
            self._panes[channel] = pane
        if self._large and self._large not in self._panes:
            self._large = ""
            self.large_changed.emit(False)

    def _placed(self) -> None:
        """Tell the loader in which sizes pictures are shown, and complete what it made ready for others."""
        self._stage.wishes.for_pictures({channel: pane.place_wished for channel, pane in self._panes.items()})
        self._complete()

    def _complete(self) -> None:
        """Have points projected and pictures decoded that were not ready; only the newest wish is worked on."""
        view = self._stage.view
        if self._running or view is None or view is self._failed:
            return
        has_dots = self._desk.show_image_points
        points = {c: p.place_wished.window for c, p in self._panes.items() if has_dots and p.lacks_points}
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

    def _selection_changed(self) -> None:
        if self._desk.selected != self._followed:
            self._later.start(0)
        else:
            self._show_best()

    def _boxes_changed(self) -> None:
        """Follow another selection once the views in which a hand looks for it have shown it, and a drag at once."""
        if self._desk.selected != self._followed and not self._stage.dragging:
            self._later.start(0)
        else:
            self._follow()

    def _follow(self) -> None:
        self._followed = self._desk.selected
        if self._desk.selected != self._best_for:
            self._show_best()
        for pane in self._panes.values():
            pane.boxes_changed()

    def best(self) -> str:
        """Return the channel of the camera that sees the selected box best; empty where none does."""
        index, arrays = self._stage.selected, self._stage.arrays
        if self._best is None or self._best[0] is not arrays or self._best[1] != index:
            found = {c: pane.coverage(index) for c, pane in self._panes.items()} if index >= 0 else {}
            best = max(found, key=lambda channel: found[channel], default="")
            self._best = arrays, index, best if best and found[best] > 0 else ""
        return self._best[2]

    def _focus(self) -> None:
        if best := self.best():
            self._panes[best].look_at(self._stage.selected)

    def _show_best(self) -> None:
        self._best_for = self._desk.selected if self._stage.selected >= 0 else ""
        best = self.best()
        for channel, pane in self._panes.items():
            pane.set_best(channel == best and len(self._panes) > 1)
        if best and self._large and best != self._large and self._look.follows:
            self._large = best
            self._arrange()
            self._focus()

    def _make_large(self, channel: str) -> None:
        self._large = channel
        self.large_changed.emit(bool(channel))
        self._arrange()
        if channel and channel == self.best():
            self._focus()

    def _open_tone(self, channel: str) -> None:
        pane = self._panes.get(channel)
        if pane is not None:
            TonePopup(self._look, channel, list(self._panes), pane).open_at(pane.tone_button)

    def _tones_changed(self) -> None:
        for pane in self._panes.values():
            pane.tone_changed()

    def _tool_changed(self) -> None:
        for pane in self._panes.values():
            pane.hand.tool_changed()

    # Layout

    def _arrange(self) -> None:
        area = self.rect()
        panes = dict(self._panes)
        large = panes.pop(self._large, None)
        if large is not None:
            place, area = beside_large(large.aspect, area, is_alone=not panes)
            large.setGeometry(place)
        for pane, place in zip(panes.values(), grid([pane.aspect for pane in panes.values()], area), strict=True):
            pane.setGeometry(place)
