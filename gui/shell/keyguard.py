"""KeyGuard: while a person types in a field, keys belong to the field and not to shortcuts."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QWheelEvent
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

FIELDS = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)
OWN_RETURN = "own_return"  # the property of a text field that does something with Return itself
GIVEN = "given"  # the property of a text field with the text that Escape brings back
_FREE = set(range(Qt.Key.Key_F1, Qt.Key.Key_F12 + 1)) - {Qt.Key.Key_F6}  # which goes into a field


class KeyGuard(QObject):
    """An event filter of the application that keeps text fields and shortcuts apart.

    In a field, every key without Ctrl or Alt is the field's own; Escape and Return leave it. A
    wheel over a field that is not in use scrolls the panel instead of changing a number unseen.
    """

    left_field = pyqtSignal()
    """The person is done with a field; the focus belongs to the views again."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Look at one event before its widget does."""
        if event is None or event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.Wheel):
            return False
        if event.type() == QEvent.Type.Wheel:
            return self._wheel(watched, event)
        focus = QApplication.focusWidget()
        if watched is not focus or not isinstance(event, QKeyEvent) or not isinstance(focus, FIELDS):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            modifiers = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if modifiers == Qt.KeyboardModifier.NoModifier and event.key() not in _FREE:
                event.accept()
                return True
            return False
        if _is_editor(focus):
            return False
        if focus.property(OWN_RETURN) and event.key() != Qt.Key.Key_Escape:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape) and _window_is_main(focus):
            self._leave(focus, keep=event.key() != Qt.Key.Key_Escape)
            return True
        return False

    def _leave(self, field: QWidget, *, keep: bool) -> None:
        if isinstance(field, QAbstractSpinBox) and keep:
            field.interpretText()
        elif isinstance(field, QDoubleSpinBox):
            field.setValue(field.value())  # what was typed gives way to what is
        elif isinstance(field, QLineEdit) and not keep and field.property(GIVEN) is not None:
            field.setText(str(field.property(GIVEN)))
        field.clearFocus()
        self.left_field.emit()

    def _wheel(self, watched: QObject | None, event: QEvent) -> bool:
        if isinstance(watched, (QAbstractSpinBox, QComboBox)) and not watched.hasFocus():
            if isinstance(event, QWheelEvent):
                event.ignore()
            return True
        return False


def _is_editor(field: QWidget) -> bool:
    """Say whether a field is a cell's editor, which its table opens and closes."""
    parent = field.parentWidget()
    return parent is not None and parent.objectName() == "qt_scrollarea_viewport"


def _window_is_main(field: QWidget) -> bool:
    window = field.window()
    return window is not None and window.inherits("QMainWindow")
