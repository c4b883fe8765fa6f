"""BatchPage: all frames of the selected track, in the place of the views; it follows every edit and undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QFocusEvent, QHideEvent, QShowEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QStackedLayout, QToolBar, QVBoxLayout, QWidget

from lidar_label.gui.batch import deeds
from lidar_label.gui.batch.pane import BatchPane
from lidar_label.gui.batch.points import CellLoader, points_of
from lidar_label.gui.batch.suspect import doubts_of
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.commands.cells import COMMANDS, name_of
from lidar_label.gui.shell.keymap import KeyMap, native
from lidar_label.gui.shell.timeline_marks import legend
from lidar_label.model import Box

if TYPE_CHECKING:
    from lidar_label.gui.shell.centre import Centre

Order = Literal["time", "doubt"]
_SETTLES_MS = 150  # between two reckonings of doubts while points come
# The deeds in the order of their buttons.
DEEDS = ("all", "accept", "interpolate", "size", "fit", "lay", "flip", "delete", "order")


class BatchPage(QWidget):
    """The cells of one track between their heading and nothing else; it belongs to the window that shows it."""

    left = pyqtSignal()
    """The views are wanted back."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._order: Order = "time"
        self._changed: dict[int, Box] = {}  # boxes as they will be once they are stored
        self._track = ""
        self._ranks: dict[int, int] = {}  # of frames by doubt; as they were found, so that no cell slips away
        self._ranking = False
        self.loader = CellLoader(self)
        self.grid = BatchPane(desk, self.loader)
        self.title, self.sum, self.note = QLabel(), QLabel(), QLabel()
        self.tools = QToolBar()
        self.buttons = {name: QAction(self) for name in DEEDS}
        self.back = QAction(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLES_MS)
        self._lay_out()
        self._connect()
        self._retranslate()
        self.setFocusProxy(self.grid)

    def _lay_out(self) -> None:
        self.title.setProperty("heading", "true")
        self.sum.setProperty("quiet", "true")
        self.sum.setContentsMargins(8, 0, 8, 0)
        self.sum.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.tools.addAction(self.back)  # first, since those at the end may have no room
        for widget in (self.title, self.sum):
            self.tools.addWidget(widget)
        self.tools.addActions(list(self.buttons.values()))
        for action in (*self.buttons.values(), self.back):
            button = self.tools.widgetForAction(action)
            if button is not None:
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons["order"].setCheckable(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setProperty("quiet", "true")
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(holder, 1)

    def _connect(self) -> None:
        desk, grid = self._desk, self.grid
        for name, action in self.buttons.items():
            action.triggered.connect(partial(self.do, name))
        self.back.triggered.connect(lambda: self.left.emit())
        grid.left.connect(self.left)
        grid.asked.connect(self.do)
        grid.opened.connect(self._open)
        grid.edited.connect(self._edited)
        grid.selected_changed.connect(self._show_sum)
        grid.current_changed.connect(self._go_to)
        self.loader.loaded.connect(self._point_counts_came)
        self._settle.timeout.connect(self._doubt)
        desk.scene_changed.connect(self._scene_changed)
        desk.track_boxes_changed.connect(self._boxes_came)
        desk.boxes_changed.connect(self._frame_boxes_changed)
        desk.selection_changed.connect(self._renew)
        desk.tracks_changed.connect(self._renew)
        desk.index_changed.connect(self._follow)
        desk.look_changed.connect(grid.redraw)

    # What is asked for

    def do(self, name: str, _: bool = False) -> None:
        """Do a deed to the selected boxes."""
        desk, chosen = self._desk, self._chosen()
        if name == "all":
            self.grid.choose_all()
        elif name == "open":
            self._open(self.grid.current)
        elif name == "order":
            self._set_order("time" if self._order == "doubt" else "doubt")
        elif chosen:
            self._deeds[name](desk, chosen)
        else:
            desk.said.emit(self.tr("No cell is selected"))

    @property
    def _deeds(self) -> dict[str, Callable[[Desk, list[Box]], object]]:
        return {
            "accept": self._accept,
            "delete": deeds.delete,
            "flip": deeds.flip,
            "interpolate": deeds.interpolate,
            "fit": partial(deeds.fit, keep_size=False),
            "lay": partial(deeds.fit, keep_size=True),
            "size": self._same_size,
        }

    def _accept(self, desk: Desk, chosen: list[Box]) -> None:
        """Accept boxes; from a single one go on to the next, so that one key looks through a track."""
        deeds.accept(desk, chosen)
        if len(chosen) == 1:
            self.grid.step(+1)

    def _same_size(self, desk: Desk, chosen: list[Box]) -> None:
        current = self.grid.box_in(self.grid.current)
        if current is not None:
            deeds.same_size(desk, current.size, chosen if len(chosen) > 1 else self.grid.boxes)

    def _chosen(self) -> list[Box]:
        return sorted((b for b in self.grid.boxes if b.frame in self.grid.selected), key=lambda box: box.frame)

    def _edited(self, box: Box, title: str) -> None:
        self._changed[box.frame] = box
        deeds.put(self._desk, box, title)
        self._renew()

    def _open(self, frame: int) -> None:
        self._desk.go_to(frame)
        self.left.emit()

    def _go_to(self, frame: int) -> None:
        if frame != self._desk.index:
            self._desk.go_to(frame)

    def _set_order(self, order: Order) -> None:
        self._order = order
        self.buttons["order"].setChecked(order == "doubt")
        self._ranking = order == "doubt"
        if order == "doubt":
            self.loader.scan(self.grid.boxes)
        self._doubt()
        self._renew()
        if self.grid.boxes and order == "doubt":
            bar = self.grid.verticalScrollBar()
            if bar is not None:
                bar.setValue(0)
        else:
            self.grid.reveal(self.grid.current)

    def _set_order_to_time(self) -> None:
        self._order, self._ranking, self._ranks = "time", False, {}
        self.buttons["order"].setChecked(False)

    # Keeping up

    def _boxes_came(self) -> None:
        self._changed.clear()
        self._renew()

    def _frame_boxes_changed(self) -> None:
        """Follow the keys that move the box at the playhead by small steps."""
        box, shown = self._desk.selected_box, self.grid.box_in(self._desk.index)
        if box is not None and shown is not None and box.frame == shown.frame and box != shown:
            self._changed[box.frame] = box
            self._renew()

    def _renew(self) -> None:
        if not self.isVisible():
            return
        desk, grid = self._desk, self.grid
        if desk.selected != self._track:
            self._track = desk.selected
            self._changed.clear()
            self._set_order_to_time()
            self.loader.forget()
            grid.forget()
            grid.set_current(desk.index, tell=False)
        frames = len(desk.times_ns)
        boxes = [self._changed.get(box.frame, box) for box in desk.track_boxes if box.frame < frames]
        if self._order == "doubt":
            boxes.sort(key=lambda box: (self._ranks.get(box.frame, len(self._ranks)), box.frame))
        self._stack.setCurrentWidget(grid if desk.selected in desk.track_counts else self.note)
        none = self.tr("Select a track to see all its frames here.")
        self.note.setText(self.tr("This track has no box.") if desk.selected else none)
        if tuple(boxes) != grid.boxes:
            is_new = not grid.boxes
            grid.show_boxes(boxes)
            self._settle.start()
            if is_new and boxes:
                self._begin()
        self._show_sum()

    def _begin(self) -> None:
        """Begin at the playhead, or where the track is nearest to it."""
        near = min(self.grid.boxes, key=lambda box: abs(box.frame - self._desk.index))
        self.grid.choose(near.frame)
        self.grid.reveal(near.frame)

    def _follow(self) -> None:
        if self.isVisible() and self.grid.box_in(self._desk.index) is not None:
            self.grid.set_current(self._desk.index, tell=False)
            self.grid.reveal(self._desk.index)

    def _point_counts_came(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def _doubt(self) -> None:
        """Reckon what looks wrong, from the boxes and from the points that are known."""
        if not self.isVisible():
            return
        boxes = sorted(self.grid.boxes, key=lambda box: box.frame)
        times = self._desk.times_ns
        counts = {box.frame: self.loader.counts_of(box) for box in boxes}
        known = {frame: count for frame, count in counts.items() if count is not None}
        scene = self._desk.scene
        stands = scene is not None and scene.has_poses
        seconds = [times[box.frame] * 1e-9 for box in boxes]
        self.grid.doubts = doubts_of(boxes, seconds, known, in_world=stands)
        if self._ranking:
            self._rank()
        self._show_sum()
        self.grid.redraw()

    def _rank(self) -> None:
        """Order the cells by doubt until all have been looked at; later edits leave the order alone."""
        doubts = self.grid.doubts
        order = sorted(doubts, key=lambda frame: (-doubts[frame][0].score, frame))
        self._ranks = {frame: at for at, frame in enumerate(order)}
        self._ranking = self.loader.is_busy
        self._renew()

    def _scene_changed(self) -> None:
        self._track = ""
        scene = self._desk.scene
        self.loader.open(scene.frames if scene is not None else (), points_of(self._desk))
        self.grid.forget()
        self.grid.show_boxes(())
        self._renew()

    def _show_sum(self) -> None:
        desk, grid = self._desk, self.grid
        track = desk.tracks.get(desk.selected)
        kind = track.category.rsplit(".", 1)[-1] if track is not None else ""
        name = track.name if track is not None else ""
        self.title.setText(name if name.lower().startswith(kind.lower()) else f"{kind} {name}".strip())
        parts = [self.tr("{0} frames").format(len(grid.boxes)), self.tr("{0} look wrong").format(len(grid.doubts))]
        if len(grid.selected) > 1:
            parts.append(self.tr("{0} selected").format(len(grid.selected)))
        if self.loader.left_to_scan:
            parts.append(self.tr("{0} still to be looked at").format(self.loader.left_to_scan))
        self.sum.setText(" · ".join(parts) if grid.boxes else "")

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Begin to read."""
        super().showEvent(event)
        scene = self._desk.scene
        self._track = ""
        self.loader.open(scene.frames if scene is not None else (), points_of(self._desk))
        self.grid.show_boxes(())
        self._renew()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Stop reading, and let go of all points and pictures; when the window goes, the thread ends before it."""
        super().hideEvent(event)
        self._settle.stop()
        self.loader.close(wait=not self.isHidden())
        self.grid.forget()
        self.grid.show_boxes(())

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Hand the keys to the cells."""
        self.grid.setFocus()
        super().focusInEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange and hasattr(self, "back"):
            self._retranslate()
            self._show_sum()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        texts = {
            "all": (self.tr("All"), self.tr("Select every frame")),
            "accept": (self.tr("Accept"), self.tr("Checked by a person: they stay as they are")),
            "interpolate": (self.tr("Interpolate"), self.tr("Fill between key frames, within the selection")),
            "size": (
                self.tr("Same size"),
                self.tr("Give the size of the current cell to the selected ones, or to all where it is alone"),
            ),
            "fit": (self.tr("Fit"), self.tr("Fit the selected boxes to their points")),
            "lay": (self.tr("Lay on"), self.tr("Lay the selected boxes on their points in the size they have")),
            "flip": (self.tr("Flip"), self.tr("Turn the headings round")),
            "delete": (self.tr("Delete"), self.tr("Delete the selected boxes")),
            "order": (self.tr("Doubtful first"), self.tr("Sort by how wrong the boxes look, and look at all of them")),
        }
        self.sum.setToolTip(legend())
        for name, (text, tip) in texts.items():
            self.buttons[name].setText(text)
            keys = native([key for key, deed in self.grid.keys.items() if deed == name][:1])
            self.buttons[name].setToolTip(f"{tip}  ({keys})" if keys else tip)
        self.back.setText(self.tr("Back"))
        self.back.setToolTip(self.tr("Back to the views  (Esc or M; Ctrl+Return or a double click opens the frame)"))

    def use_keys(self, keymap: KeyMap) -> None:
        """Do the deeds by the keys that a person has set, from now on."""
        self.grid.keys = {key: name_of(action.id) for action in COMMANDS for key in keymap.keys(action.id)}
        self._retranslate()


def toggle(desk: Desk, centre: Centre, keymap: KeyMap) -> None:
    """Show all frames of the selected track in the place of the views, or bring the views back."""
    page = centre.findChild(BatchPage)
    if page is None:
        page = BatchPage(desk, centre)
        page.left.connect(lambda: centre.cover(None))
        page.use_keys(keymap)
        keymap.changed.connect(partial(page.use_keys, keymap))
    centre.cover(None if centre.covering is page else page)
