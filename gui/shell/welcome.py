"""What stands in the window before a drive is open: how to open one, and those opened last."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

SHOWN = 6


class Welcome(QWidget):
    """Three buttons and the recent paths, each a click away."""

    picked = pyqtSignal(Path)
    """A recent path is to be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text, self.heading = QLabel(), QLabel()
        for label in (self.text, self.heading):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setProperty("quiet", "true")
        self.folder, self.project, self.demo = QPushButton(), QPushButton(), QPushButton()
        self.folder.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.folder)
        buttons.addWidget(self.project)
        buttons.addWidget(self.demo)
        buttons.addStretch(1)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(1)
        column = QVBoxLayout(self)
        column.setSpacing(18)
        column.addStretch(2)
        column.addWidget(self.text)
        column.addLayout(buttons)
        column.addSpacing(14)
        column.addWidget(self.heading)
        column.addLayout(self._recent)
        column.addStretch(3)
        self.show_recent([])
        self._retranslate()

    def show_recent(self, paths: list[Path]) -> None:
        """List what was opened last, the newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for path in paths[:SHOWN]:
            link = QToolButton()
            link.setText(f"{path.name}   –   {path.parent}")
            link.setProperty("flat", "true")
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            link.clicked.connect(lambda _=False, chosen=path: self.picked.emit(chosen))
            self._recent.addWidget(link, 0, Qt.AlignmentFlag.AlignCenter)
        self.heading.setVisible(bool(paths))

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.text.setText(self.tr("Drop a drive's folder or a project file here, or open one. F1 shows the keys."))
        self.folder.setText(self.tr("Open a drive's folder"))
        self.project.setText(self.tr("Open a project file"))
        self.demo.setText(self.tr("Try a made-up drive"))
        self.heading.setText(self.tr("Opened last"))
