"""SideViews: the column of the three side views, and a word where there is no box to look at."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QLabel, QSplitter, QStackedWidget, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.fitting import Fitting
from lidar_label.gui.key_names import KeyNames
from lidar_label.gui.sides.framing import Framing
from lidar_label.gui.sides.pane import SidePane
from lidar_label.gui.sides.side import BOTH
from lidar_label.gui.views.stage import Stage


class SideViews(QStackedWidget):
    """The selected box from above, from the side and from the rear, each in the box's own frame."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, Stage.of(desk)
        fitting = Fitting.of(desk)
        self.framing = Framing(self._stage, fitting, self)
        self.panes = {name: SidePane(name, self._stage, fitting, self.framing) for name in BOTH}
        self.note = QLabel()
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.note.setMargin(16)
        self.note.setProperty("over", "view")
        self.column = QSplitter(Qt.Orientation.Vertical)
        for pane in self.panes.values():
            self.column.addWidget(pane)
        self.addWidget(self.note)
        self.addWidget(self.column)
        desk.tracks_changed.connect(self._renew)
        self.framing.changed.connect(self._renew)
        KeyNames.of(desk).changed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        shown = self.framing.index >= 0
        self.setCurrentWidget(self.column if shown else self.note)
        if not shown:
            self.note.setText(self._hint())

    def _hint(self) -> str:
        if self._desk.scene is None:
            return ""
        if self._desk.selected:
            text = self.tr(
                "The selected track has no box in this frame. Go to one that has, or draw a box with {draw-box}."
            )
            return KeyNames.of(self._desk).fill(text)
        return self.tr("Click a box to see it here from above, from the side and from the rear, and to fit it.")

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange and hasattr(self, "note"):
            self._renew()
        super().changeEvent(event)
