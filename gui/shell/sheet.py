"""The sheet of keys, made from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PyQt6.QtCore import QCoreApplication, QSize, Qt
from PyQt6.QtGui import QIcon, QKeySequence
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from lidar_label.gui.shell.commands import ACTIONS, CONTEXT, MENUS, SHEET_ONLY, Action
from lidar_label.gui.shell.mouse import MOUSE
from lidar_label.gui.shell.theme import ACCENT, FIELD

COLUMNS = (("file", "edit", "box", "track"), ("go", "view", "help"), ("",))  # the menus, as the sheet lays them out


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
        row.setSpacing(22)
        columns = [[_keys(menu) for menu in menus] for menus in COLUMNS]
        gestures = [_group(title, rows) for title, rows in MOUSE.items()]
        columns[-1] += gestures[4:]
        columns.append(gestures[:4])
        for groups in columns:
            label = QLabel("".join(groups))
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
        screen = self.screen()
        size = inner.sizeHint() + QSize(60, 90)
        self.resize(size.boundedTo(screen.availableSize()) if screen is not None else size)


def key_rows(menu: str) -> list[tuple[str, str]]:
    """Return the keys of a menu (or of the keys without one) and what each does, untranslated."""
    return [(keys_text(action), action.text) for action in ACTIONS if action.menu == menu and action.keys]


def _keys(menu: str) -> str:
    return _group({**MENUS, **SHEET_ONLY}[menu], key_rows(menu))


def _group(title: str, rows: Iterable[tuple[str, str]]) -> str:
    def say(text: str) -> str:
        return escape(QCoreApplication.translate(CONTEXT, text))

    cells = "".join(
        f'<tr><td style="background:{FIELD}; padding:2px 7px"><b>{say(keys)}</b></td>'
        f'<td style="padding:2px 7px">{say(does)}</td></tr>'
        for keys, does in rows
    )
    return f'<p style="color:{ACCENT}"><b>{say(title)}</b></p><table cellspacing="2">{cells}</table>'
