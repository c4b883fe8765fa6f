"""The panel of categories: their number keys, colours, names, usual sizes and tracks; each can be changed."""

from __future__ import annotations

from collections import Counter

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lidar_label.errors import InvalidValue
from lidar_label.gui import categories
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.limits import LimitsDialog
from lidar_label.gui.shell.listing import button_row, dress
from lidar_label.gui.shell.swatch import swatch
from lidar_label.model import Category, check_size

KEY, NAME, SIZE, TRACKS = range(4)
_TOKEN = Qt.ItemDataRole.UserRole
_LOCKED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class CategoriesPanel(QWidget):
    """A click makes a category that of the next new box; a double click lets its name or usual size be typed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.table = QTableWidget(0, 4)
        self.add, self.color, self.limits, self.up, self.down, self.delete = (QToolButton() for _ in range(6))
        self._lay_out()
        self.table.itemChanged.connect(self._typed)
        self.table.currentCellChanged.connect(self._renew_buttons)
        self.table.cellClicked.connect(self._use)
        self.add.clicked.connect(self._add)
        self.color.clicked.connect(self._recolor)
        self.limits.clicked.connect(self._limit)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(+1))
        self.delete.clicked.connect(self._delete)
        for signal in (desk.tracks_changed, desk.scene_changed, desk.category_changed):
            signal.connect(self.renew)
        self._retranslate()

    def _lay_out(self) -> None:
        dress(self.table, NAME, QAbstractItemView.EditTrigger.DoubleClicked)
        tools = button_row((self.add, self.color, self.limits, self.up, self.down, self.delete))
        tools.setContentsMargins(8, 4, 8, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addLayout(tools)

    # What is shown

    def renew(self) -> None:
        """Show the categories as they are stored; the one of the next new box is in bold."""
        found = self._desk.taxonomy.categories
        counts = Counter(track.category for track in self._desk.tracks.values())
        chosen = self._token()
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(found))
            for row, category in enumerate(found):
                texts = (str(row + 1) if row < 9 else "", category.name, categories.text_of(category.size))
                self._show(row, category, (*texts, str(counts[category.name])))
        rows = [row for row, category in enumerate(found) if category.token == chosen]
        if rows and rows[0] != self.table.currentRow():
            self.table.setCurrentCell(rows[0], NAME)
        self._renew_buttons()

    def _show(self, row: int, category: Category, texts: tuple[str, ...]) -> None:
        for column, text in enumerate(texts):
            item = self.table.item(row, column)
            if item is None:
                item = QTableWidgetItem()
                self.table.setItem(row, column, item)
            item.setText(text)
            item.setData(_TOKEN, category.token)
            font = item.font()
            font.setBold(column == NAME and category.name == self._desk.active_category)
            item.setFont(font)
            if column in (KEY, TRACKS):
                item.setFlags(_LOCKED)
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            if column == NAME:
                item.setIcon(swatch(category.color))
                item.setToolTip(category.description or category.name)

    def _renew_buttons(self) -> None:
        row, rows = self.table.currentRow(), self.table.rowCount()
        self.add.setEnabled(self._desk.scene is not None)
        for button, can in (
            (self.color, row >= 0), (self.limits, row >= 0), (self.up, row > 0), (self.down, 0 <= row < rows - 1),
            (self.delete, row >= 0 and rows > 1),
        ):  # fmt: skip
            button.setEnabled(can)

    def _token(self, row: int | None = None) -> str:
        item = self.table.item(self.table.currentRow() if row is None else row, NAME)
        return str(item.data(_TOKEN)) if item is not None else ""

    def _category(self) -> Category | None:
        token = self._token()
        return next((category for category in self._desk.taxonomy.categories if category.token == token), None)

    # Deeds

    def _use(self, row: int) -> None:
        found = self._desk.taxonomy.categories
        if row < len(found):
            self._desk.use_category(found[row].name)

    def _typed(self, item: QTableWidgetItem) -> None:
        """Store a name or a size that was typed; one that cannot be is put back as it was."""
        token = str(item.data(_TOKEN))
        category = next((found for found in self._desk.taxonomy.categories if found.token == token), None)
        if category is None:
            return
        name = item.text().strip()
        if item.column() == NAME and name and name != category.name:
            categories.rename(self._desk, token, name)
        elif item.column() == SIZE:
            try:
                size = categories.size_of(item.text())
                size = check_size(size) if size is not None else None
            except (InvalidValue, ValueError):
                self._desk.said.emit(self.tr("A usual size is length × width × height in metres, such as 4.5 1.9 1.6"))
                self.renew()
                return
            if size != category.size:
                categories.resize(self._desk, token, size)
        self.renew()

    def _add(self) -> None:
        """Add a category under a name that is free, and let the name be typed."""
        names = {category.name for category in self._desk.taxonomy.categories}
        plain = self.tr("new category")
        name = next(n for n in (plain, *(f"{plain} {number}" for number in range(2, 10_000))) if n not in names)

        def type_name() -> None:
            if name in self._desk.taxonomy:
                self._desk.tracks_changed.disconnect(type_name)
                row = [category.name for category in self._desk.taxonomy.categories].index(name)
                self.table.setCurrentCell(row, NAME)
                item = self.table.item(row, NAME)
                if item is not None and self.isVisible():
                    self.table.editItem(item)

        self._desk.tracks_changed.connect(type_name)
        categories.add(self._desk, name)

    def _move(self, step: int) -> None:
        if self._token():
            categories.move(self._desk, self._token(), step)

    def _recolor(self) -> None:
        category = self._category()
        if category is None:
            return
        dialog = QColorDialog(QColor(category.color), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Colour of {0}").format(category.name))
        dialog.colorSelected.connect(lambda color: categories.recolor(self._desk, category.token, color.name()))
        dialog.open()

    def _limit(self) -> None:
        category = self._category()
        if category is not None:
            LimitsDialog(self._desk, category, self).open()

    def _delete(self) -> None:
        """Delete the chosen category; where it has tracks, first ask what becomes of them."""
        category = self._category()
        if category is None:
            return

        def ask(count: int) -> None:
            if not count:
                categories.delete(self._desk, category.name)
                return
            others = [found for found in self._desk.taxonomy.categories if found.name != category.name]
            DeleteDialog(self._desk, category.name, count, others, self).open()

        categories.count_tracks(self._desk, category.name, ask)

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        titles = [self.tr("Key"), self.tr("Category"), self.tr("Usual size, m"), self.tr("Tracks")]
        self.table.setHorizontalHeaderLabels(titles)
        for button, text, tip in (
            (self.add, self.tr("Add"), self.tr("Add a category")),
            (self.color, self.tr("Colour..."), self.tr("Change the colour of the category")),
            (self.limits, self.tr("Limits..."), self.tr("What the checks let pass in this category")),
            (self.up, "▲", self.tr("Move it up; the first nine have the keys 1 to 9")),
            (self.down, "▼", self.tr("Move it down")),
            (self.delete, self.tr("Delete..."), self.tr("Delete the category")),
        ):
            button.setText(text)
            button.setToolTip(tip)
        self.renew()


class DeleteDialog(QDialog):
    """Says how many tracks a category has, and asks what becomes of them."""

    def __init__(self, desk: Desk, name: str, count: int, others: list[Category], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Delete a category"))
        self._desk, self._name = desk, name
        told = QLabel(self.tr("{0} has {1} tracks in this project. What becomes of them?").format(name, count))
        told.setWordWrap(True)
        self.keep = QRadioButton(self.tr("They become"))
        self.drop = QRadioButton(self.tr("They are deleted with all their boxes"))
        self.keep.setChecked(True)
        self.heir = QComboBox()
        for category in others:
            self.heir.addItem(swatch(category.color), category.name)
        self.keep.toggled.connect(self.heir.setEnabled)
        row = QHBoxLayout()
        row.addWidget(self.keep)
        row.addWidget(self.heir, 1)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(told)
        column.addLayout(row)
        column.addWidget(self.drop)
        column.addWidget(self.buttons)
        self.accepted.connect(self._delete)

    def _delete(self) -> None:
        categories.delete(self._desk, self._name, self.heir.currentText(), with_tracks=self.drop.isChecked())
