"""The palette: a field over the window's top, and under it whatever the typed letters mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QPainter
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from lidar_label.gui.shell import finding
from lidar_label.gui.shell.finding import Found

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window

WIDTH, ROWS = 70, 14  # letters and lines
_FOUND = Qt.ItemDataRole.UserRole
_UP_AND_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}


class Palette(QDialog):
    """Finds commands by some of their letters, tracks by #name, categories, and frames by :number.

    Parameters
    ----------
    text : str
        What stands in the field at first.
    """

    def __init__(self, window: Window, text: str = "") -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("palette")
        self.field, self.list = QLineEdit(), QListWidget()
        self.field.setPlaceholderText(self.tr("A command, #track, category, or :frame"))
        self.field.setClearButtonEnabled(True)
        self.list.setItemDelegate(_Line(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._find)
        self.list.itemClicked.connect(self._run)
        self.field.installEventFilter(self)
        self.field.setText(text)
        self._find(text)
        self._place()

    def _place(self) -> None:
        line = self.list.sizeHintForRow(0)
        width = min(self.fontMetrics().averageCharWidth() * WIDTH, self._window.width() - 40)
        self.resize(width, self.field.sizeHint().height() + line * ROWS + 30)
        corner = self._window.mapToGlobal(self._window.rect().topLeft())
        self.move(corner.x() + (self._window.width() - self.width()) // 2, corner.y() + self._window.height() // 12)
        self.field.setFocus()

    def _find(self, text: str) -> None:
        desk, window = self._window.desk, self._window
        if text.startswith(":"):
            lines = list(finding.frame(desk, text))
        elif text.startswith("#"):
            lines = finding.find(text, finding.tracks(desk), ())
        else:
            found = list(finding.commands(desk, window.keymap, window.menus.run))
            if text.strip():
                found += [*finding.categories(desk), *finding.tracks(desk)]
            lines = finding.find(text, found, window.settings.recent_commands)
        self.list.clear()
        for line in lines:
            item = QListWidgetItem(line.title)
            item.setData(_FOUND, line)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        line: Found = item.data(_FOUND)
        self.close()  # first: what is run may open a dialog of its own
        if line.command and line.refusal is None:
            self._window.settings.add_recent_command(line.command)
        line.run()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Let the arrows go through the list and Return run its line, while the letters stay the field's."""
        if watched is not self.field or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key = Qt.Key(event.key())
        if key in _UP_AND_DOWN:
            row = self.list.currentRow() + _UP_AND_DOWN[key]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentItem())
            return True
        return False


class _Line(QStyledItemDelegate):
    """Draws a line: the title, and at the right its menu and keys; grey, with the reason, where it cannot be run."""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw one line."""
        if painter is None:
            return
        line: Found = index.data(_FOUND)
        style = option.widget.style() if option.widget is not None else QApplication.style()
        if style is not None:
            style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        palette, metrics = option.palette, option.fontMetrics
        group = palette.ColorGroup.Normal if line.refusal is None else palette.ColorGroup.Disabled
        chosen = bool(option.state & QStyle.StateFlag.State_Selected) and line.refusal is None
        bright = palette.color(group, palette.ColorRole.HighlightedText if chosen else palette.ColorRole.Text)
        pale = QColor(bright)
        pale.setAlphaF(0.62)
        room = option.rect.adjusted(8, 0, -8, 0)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setPen(bright)
        keys = metrics.horizontalAdvance(line.keys)
        painter.drawText(room, flags | Qt.AlignmentFlag.AlignRight, line.keys)
        right = QRect(room)
        right.setRight(room.right() - max(keys + 18, metrics.averageCharWidth() * 14))
        aside = line.refusal or line.kind
        painter.setPen(pale)
        painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, aside)
        left = QRect(room)
        left.setRight(right.right() - metrics.horizontalAdvance(aside) - 14)
        painter.setPen(bright)
        title = metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, flags | Qt.AlignmentFlag.AlignLeft, title)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Leave air between the lines, at any size of the letters."""
        return QSize(super().sizeHint(option, index).width(), round(option.fontMetrics.height() * 1.6))
