"""The status bar: frame, points, boxes, the selected box, the cursor, and what is being worked on."""

from __future__ import annotations

from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.inside import count_inside
from lidar_label.gui.shell.later import DoneLater
from lidar_label.gui.wording import in_language


class Status(QStatusBar):
    """Numbers that a labeller glances at; nothing in it can be edited."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setSizeGripEnabled(False)
        self.hint, self.cursor_at, self.inside, self.numbers = QLabel(), QLabel(), QLabel(), QLabel()
        self.task = QLabel()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(160)
        self.bar.setTextVisible(False)
        self.stop = QToolButton()
        self.stop.clicked.connect(desk.cancel_job)
        for widget in (self.task, self.bar, self.stop):
            self.addWidget(widget)
            widget.hide()
        self.addWidget(self.hint)
        for label in (self.cursor_at, self.inside, self.numbers):
            label.setContentsMargins(10, 0, 4, 0)
            self.addPermanentWidget(label)
        self._later = DoneLater(self, self.renew)
        desk.busy_changed.connect(self._busy)
        desk.tiles.changed.connect(self.renew)
        desk.tiles.counted.connect(self.renew)
        desk.tiles.numbers_changed.connect(self.renew)
        for signal in (
            desk.index_changed, desk.frame_changed, desk.boxes_changed, desk.scene_changed, desk.selection_changed,
            desk.tool_changed, desk.category_changed,
        ):  # fmt: skip
            signal.connect(self._later.ask)  # a step tells several
        self.renew()

    def renew(self) -> None:
        """Show the numbers as they are now."""
        desk, view = self._desk, self._desk.view
        self.stop.setText(self.tr("Stop"))
        if desk.scene is None:
            for label in (self.numbers, self.inside, self.hint, self.cursor_at):
                label.setText("")
            return
        arrived = view is not None and view.index == desk.index
        points = _grouped(len(view.xyz)) if view is not None and arrived else "…"
        if desk.tiles.points:
            points = self._of_tiles()
        self.numbers.setText(
            self.tr("frame {0} · points {1} · boxes {2} · tracks {3}").format(
                desk.index, points, len(desk.boxes), len(desk.tracks)
            )
        )
        box = desk.selected_box
        inside = ""
        if box is not None and view is not None and arrived:
            found = count_inside(desk, view, box)
            inside = self.tr("points inside {0}").format("…" if found is None else _grouped(found))
        self.inside.setText(inside)
        if desk.tool == "box":
            self.hint.setText(
                self.tr("Drag on the ground to draw: {0}. Esc puts the tool away.").format(desk.active_category)
            )
        else:
            self.hint.setText("")

    def show_pointer(self, place: tuple[float, float, float] | None) -> None:
        """Show the place under the mouse, in metres in the coordinates of the source."""
        self.cursor_at.setText("" if place is None else "x {:.3f}  y {:.3f}  z {:.3f} m".format(*place))

    def _of_tiles(self) -> str:
        """Say how many points of a big cloud are drawn, in memory, and there in all."""
        tiles, view = self._desk.tiles, self._desk.view
        shown, loaded = tiles.numbers if tiles.phase == "tiles" else (0, 0)
        if not loaded and view is not None:
            shown = loaded = len(view.xyz)
        return self.tr("{0} shown, {1} loaded, {2} in all").format(
            _grouped(shown), _grouped(loaded), _grouped(tiles.points)
        )

    def _busy(self, text: str, done: int, total: int) -> None:
        busy = bool(text)
        for widget in (self.task, self.bar, self.stop):
            widget.setVisible(busy)
        self.task.setText(in_language(text.strip()) or self.tr("working"))
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self.renew()
        super().changeEvent(event)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
