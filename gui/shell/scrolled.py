"""Scrolled: a panel that scrolls where the window has less room than it needs."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST = 56  # logical pixels of its height


class Scrolled(QScrollArea):
    """Holds a panel as wide as it has to be, and as high as there is room."""

    def __init__(self, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(panel)

    def minimumSizeHint(self) -> QSize:
        """Return the width that the panel needs with a bar beside it, and a height of a few lines."""
        panel, bar = self.widget(), self.verticalScrollBar()
        if panel is None or bar is None:
            return super().minimumSizeHint()
        needed = panel.minimumSizeHint()
        return QSize(needed.width() + bar.sizeHint().width(), min(needed.height(), _LEAST))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Ask for more width where the panel needs more, such as in another language."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """Return the size that the panel would have."""
        panel = self.widget()
        return panel.sizeHint() if panel is not None else super().sizeHint()
