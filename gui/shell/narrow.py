"""Narrow: choices that leave a panel its width, whatever their names; the mouse over one tells the name as a whole."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QComboBox, QToolTip


class _Telling(QObject):
    """Shows the chosen name above what a choice has as its tool tip."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Answer the question for a tool tip."""
        if isinstance(watched, QComboBox) and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            lines = [line for line in (watched.currentText(), watched.toolTip()) if line]
            QToolTip.showText(event.globalPos(), "\n".join(lines), watched)
            return True
        return super().eventFilter(watched, event)


def narrow(choice: QComboBox, letters: int) -> None:
    """Let a choice be as narrow as some letters."""
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setMinimumContentsLength(letters)
    choice.installEventFilter(_Telling(choice))
