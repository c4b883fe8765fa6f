"""The sheet of keys, made from the table of actions."""

from __future__ import annotations

from html import escape

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtGui import QIcon, QKeySequence
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from lidar_label.gui.shell.actions import ACTIONS, CONTEXT, MENUS, MOUSE, SHEET_ONLY, Action
from lidar_label.gui.shell.theme import ACCENT, FIELD


def keys_text(action: Action) -> str:
    """Return the keys of an action as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    if action.id == "category-1":
        return "1 – 9"
    return ", ".join(QKeySequence(key).toString(native) for key in action.keys)


class ShortcutSheet(QDialog):
    """Every key and what it does, menu by menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setSpacing(28)
        for groups in (("file", "edit", "box", "track"), ("go", "view", "help"), ("", "mouse")):
            label = QLabel("".join(_group(group) for group in groups))
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            row.addWidget(label)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        if close is not None:
            close.setText(self.tr("Close"))
            close.setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(area)
        column.addWidget(buttons)
        self.resize(inner.sizeHint().width() + 60, min(inner.sizeHint().height() + 90, 860))


def _group(menu: str) -> str:
    def say(text: str) -> str:
        return escape(QCoreApplication.translate(CONTEXT, text))

    if menu == "mouse":
        title = QCoreApplication.translate("ShortcutSheet", "Mouse")
        rows = [(say(what), say(does)) for what, does in MOUSE]
    else:
        title = say({**MENUS, **SHEET_ONLY}[menu])
        rows = [(escape(keys_text(a)), escape(a.title)) for a in ACTIONS if a.menu == menu and a.keys]
    cells = "".join(
        f'<tr><td style="background:{FIELD}; padding:3px 8px"><b>{keys}</b></td>'
        f'<td style="padding:3px 8px">{text}</td></tr>'
        for keys, text in rows
    )
    return f'<p style="color:{ACCENT}"><b>{escape(title)}</b></p><table cellspacing="3">{cells}</table>'
