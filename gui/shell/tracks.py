"""The panel of tracks: filter, table, selection both ways."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QSortFilterProxyModel, Qt
from PyQt6.QtGui import QIcon, QPixmap
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.desk import Desk
from lidar_label.gui.look import on_dark
from lidar_label.gui.shell.keyguard import GIVEN
from lidar_label.gui.shell.tracks_model import BOXES, CATEGORY, NAME, SORT_ROLE, SPAN, TracksModel


class _Filter(QSortFilterProxyModel):
    """Rows whose name or category has every word of the filter."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words: list[str] = []

    def set_text(self, text: str) -> None:
        """Show only the rows that have these words."""
        self._words = text.casefold().split()
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        """Say whether a row has them all."""
        model = self.sourceModel()
        if model is None:
            return True
        name, category = (model.index(row, column, parent) for column in (NAME, CATEGORY))
        text = f"{name.data()} {category.data(SORT_ROLE)}".casefold()
        return all(word in text for word in self._words)


class TracksPanel(QWidget):
    """The tracks of the scene as a table that can be filtered, sorted and edited."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._selecting = False
        self.model = TracksModel(desk, self)
        self.proxy = _Filter(self)
        self.proxy.setSourceModel(self.model)
        self.proxy.setSortRole(SORT_ROLE)
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.setProperty(GIVEN, "")
        self.filter.textChanged.connect(self.proxy.set_text)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setProperty("quiet", "true")
        self.count = QLabel()
        self.count.setProperty("quiet", "true")
        self.table = self._make_table()
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 10, 4)
        row.setSpacing(9)
        row.addWidget(self.filter, 1)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        for signal in (self.proxy.modelReset, self.proxy.rowsInserted, self.proxy.rowsRemoved):
            signal.connect(self._count)
        self.proxy.modelReset.connect(self._show_selection)
        desk.scene_changed.connect(self._fit_names)
        desk.selection_changed.connect(self._show_selection)
        desk.scene_changed.connect(self._count)
        self._retranslate()
        self._count()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.proxy)
        table.setSortingEnabled(True)
        table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        vertical, header = table.verticalHeader(), table.horizontalHeader()
        if vertical is not None:
            vertical.hide()
            vertical.setDefaultSectionSize(table.fontMetrics().height() + 8)
        if header is not None:
            header.setHighlightSections(False)
            header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
            header.setSectionResizeMode(CATEGORY, QHeaderView.ResizeMode.Stretch)
            for column in (BOXES, SPAN):
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        selection = table.selectionModel()
        if selection is not None:
            selection.currentRowChanged.connect(self._picked)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._menu)
        return table

    def rename(self) -> None:
        """Open the name of the selected track for typing."""
        index = self._index_of(self._desk.selected)
        if index.isValid():
            self.table.setFocus()
            self.table.edit(index)

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self.filter.setFocus()
        self.filter.selectAll()

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.filter.setPlaceholderText(self.tr("Filter by name or category"))
        self._count()
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, SPAN)

    def _count(self) -> None:
        shown, all_rows = self.proxy.rowCount(), self.model.rowCount()
        self.table.setVisible(all_rows > 0)
        self.empty.setVisible(all_rows == 0)
        hint = self.tr("No tracks yet.\nPress B and drag over an object on the ground.")
        self.empty.setText(hint if self._desk.scene is not None else "")
        self.count.setText(str(all_rows) if shown == all_rows else f"{shown} / {all_rows}")

    def _fit_names(self) -> None:
        """Give the names the width they need, but not more than leaves the categories theirs."""
        header, letter = self.table.horizontalHeader(), self.table.fontMetrics().horizontalAdvance("0")
        if header is not None:
            header.resizeSection(NAME, min(max(self.table.sizeHintForColumn(NAME), 8 * letter), 14 * letter))

    def _index_of(self, token: str) -> QModelIndex:
        row = self.model.row_of(token)
        return self.proxy.mapFromSource(self.model.index(row, NAME)) if row >= 0 else QModelIndex()

    def _picked(self, current: QModelIndex) -> None:
        if not self._selecting and current.isValid():
            token = self.model.token(self.proxy.mapToSource(current).row())
            self._desk.select(token)
            first, last, boxes = self._desk.track_counts.get(token, (0, 0, 0))
            if boxes and not first <= self._desk.index <= last:
                self._desk.go_to(first if self._desk.index < first else last)

    def _show_selection(self) -> None:
        selection = self.table.selectionModel()
        index = self._index_of(self._desk.selected)
        if selection is None or (index.isValid() and index.row() == selection.currentIndex().row()):
            return
        self._selecting = True
        try:
            if index.isValid():
                flags = QItemSelectionModel.SelectionFlag
                selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
                self.table.scrollTo(index)
            else:
                selection.clear()
        finally:
            self._selecting = False

    def _menu(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        viewport = self.table.viewport()
        if not index.isValid() or viewport is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for category in self._desk.taxonomy.categories:
            action = menu.addAction(swatch(category.color), category.name)
            if action is not None:
                action.triggered.connect(lambda _=False, name=category.name: self._desk.set_category(name))
        menu.popup(viewport.mapToGlobal(place))


def swatch(color: str) -> QIcon:
    """Return a small square of a colour."""
    square = QPixmap(12, 12)
    square.fill(on_dark(color))
    return QIcon(square)
