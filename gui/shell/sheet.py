"""The sheet of keys, made from the table of actions with the keys as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from textwrap import wrap

from PyQt6.QtCore import QCoreApplication, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QIcon
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from lidar_label.gui.shell.commands import BY_ID, CONTEXT, MENUS, PAGES, SHEET_ONLY
from lidar_label.gui.shell.finding import score
from lidar_label.gui.shell.keymap import KeyMap
from lidar_label.gui.shell.mouse import MOUSE
from lidar_label.gui.shell.shades import shades

Row = tuple[str, str]
Group = tuple[str, list[Row]]
NUMBERED = "category-1"  # told for all nine
_MOST_COLUMNS, _LEAST_ROWS = 6, 12
_SPARE = QSize(40, 130)  # of the screen, for the frame, the field and the button
_WIDEST = 40  # letters of what a key does in a line
_SMALLER = 0.92  # of the window's letters
_MATCHES = 4.0  # a letter that fits by chance, in the middle of a word, is no find


class ShortcutSheet(QDialog):
    """Every key and what it does, menu by menu, in as many columns as the screen has room for.

    Parameters
    ----------
    keymap : KeyMap
        The keys that are shown.
    """

    def __init__(self, keymap: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self._keymap = keymap
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._fill)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        if close is not None:
            close.setText(self.tr("Close"))
            close.setIcon(QIcon())
            close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.area)
        column.addWidget(buttons)
        size = self._fill("") + QSize(60, 110)
        self.resize(size.boundedTo(self._room() + _SPARE))

    def _room(self) -> QSize:
        screen = self.screen()
        return (screen.availableSize() if screen is not None else QSize(1600, 1000)) - _SPARE

    def _fill(self, wanted: str) -> QSize:
        """Lay out what matches; return the size it would like to have."""
        groups = [(title, rows) for title, every in self._groups() if (rows := _matching(wanted, title, every))]
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * _SMALLER)
        line = QFontMetrics(font).height() + 2
        fits = max(self._room().height() // line, _LEAST_ROWS)
        for most in range(_MOST_COLUMNS, 0, -1):
            inner = _page(_at_most(most, groups, fits), font)
            if inner.sizeHint().width() <= self._room().width():
                break
        self.area.setWidget(inner)
        return inner.sizeHint()

    def _groups(self) -> Iterator[Group]:
        for menu, title in {**MENUS, **SHEET_ONLY, **PAGES}.items():
            rows = [
                ("1 – 9" if action.id == NUMBERED and keys == "1" else keys, action.title)
                for action in BY_ID.values()
                if action.menu == menu and (keys := self._keymap.text(action.id))
            ]
            yield _say(title), rows
        for title, gestures in MOUSE.items():
            yield _say(title), [(_say(hand), _say(does)) for hand, does in gestures]


def _page(columns: list[list[Group]], font: QFont) -> QWidget:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setSpacing(12)
    for groups in columns:
        label = QLabel("".join(_group(title, rows) for title, rows in groups))
        label.setFont(font)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        row.addWidget(label)
    row.addStretch(1)
    return page


def _at_most(most: int, groups: list[Group], rows: int) -> list[list[Group]]:
    """Flow the groups into columns that the screen is high enough for, or higher ones where they would be too many."""
    while len(columns := list(flow(groups, rows))) > most:
        rows += 1
    return columns


def flow(groups: Iterable[Group], rows: int) -> Iterator[list[Group]]:
    """Break groups into columns of so many lines; a group that goes on has its title again, none stands alone.

    A title takes two lines.
    """
    column: list[Group] = []
    room = rows
    for title, every in groups:
        left = every
        while left:
            if room < 4 and column:  # a title and two rows
                yield column
                column, room = [], rows
            taken, left = left[: max(room - 2, 1)], left[max(room - 2, 1) :]
            column.append((title, taken))
            room -= len(taken) + 2
    if column:
        yield column


def _matching(wanted: str, title: str, rows: list[Row]) -> list[Row]:
    if not wanted.strip():
        return rows
    if score(wanted, title) >= _MATCHES * len(wanted.strip()):
        return rows
    least = _MATCHES * len("".join(wanted.split()))
    return [(keys, does) for keys, does in rows if wanted == keys or score(wanted, does) >= least]


def _say(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)


def _group(title: str, rows: Iterable[Row]) -> str:
    cells = "".join(
        f'<tr><td style="background:{shades().field}; padding:0px 5px"><b>{escape(keys)}</b></td>'
        f'<td style="padding:0px 5px">{"<br>".join(map(escape, wrap(does, _WIDEST)))}</td></tr>'
        for keys, does in rows
    )
    head = f'<p style="color:{shades().accent}; margin:6px 0 2px 0"><b>{escape(title)}</b></p>'
    return f'{head}<table cellspacing="1">{cells}</table>'
