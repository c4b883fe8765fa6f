"""The panel of tracks: filter, table, selection both ways."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QItemSelectionRange, QModelIndex, QPoint, Qt
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.key_names import KeyNames
from lidar_label.gui.multi import Multi
from lidar_label.gui.reviewing import Reviewing, word_of
from lidar_label.gui.shell.later import PaintedLater
from lidar_label.gui.shell.tracks_filter import FilterBar, TracksFilter
from lidar_label.gui.shell.tracks_menu import TracksMenu
from lidar_label.gui.shell.tracks_model import (
    BOXES,
    CATEGORY,
    MADE,
    NAME,
    SCORE,
    SPAN,
    STATE,
    TALK,
    TracksModel,
    runs_of,
)
from lidar_label.gui.shell.tracks_paint import BeginningDelegate, MixDelegate
from lidar_label.model import STATES

_FLAG = QItemSelectionModel.SelectionFlag


class TracksPanel(QWidget):
    """The tracks of the scene as a table that can be filtered, sorted and edited; several can be chosen at once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._multi = desk, Multi.of(desk)
        self._selecting = False
        self.model = TracksModel(desk, self)
        self.proxy = TracksFilter(self.model, self)
        self.bar = FilterBar(desk)
        self.filter = self.bar.words
        self.bar.changed.connect(self.proxy.set_filter)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setProperty("quiet", "true")
        self.count = QLabel()
        self.count.setProperty("quiet", "true")
        # Before the table listens: what a filter hides stays chosen.
        self.proxy.rowsAboutToBeRemoved.connect(lambda: setattr(self, "_selecting", True))
        self.proxy.rowsRemoved.connect(lambda: setattr(self, "_selecting", False))
        self.table = self._make_table()
        self._later = PaintedLater(self.table)
        self.bar.top.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        for signal in (self.proxy.modelReset, self.proxy.rowsInserted, self.proxy.rowsRemoved):
            signal.connect(self._count)
        desk.tracks_changed.connect(self._show_states)
        self.proxy.modelReset.connect(self._show_selection)
        self.proxy.rowsInserted.connect(self._show_selection)
        desk.scene_changed.connect(self._fit_names)
        desk.selection_changed.connect(self._show_selection)
        self._multi.changed.connect(self._show_selection)
        desk.scene_changed.connect(self._count)
        self.table.setColumnHidden(SCORE, True)
        self.table.setColumnHidden(STATE, True)
        self._retranslate()
        self._show_states()
        self._count()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.proxy)
        table.setSortingEnabled(True)
        table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setItemDelegateForColumn(MADE, MixDelegate(table))
        table.setItemDelegateForColumn(CATEGORY, BeginningDelegate(table))
        vertical, header = table.verticalHeader(), table.horizontalHeader()
        if vertical is not None:
            vertical.hide()
            vertical.setDefaultSectionSize(table.fontMetrics().height() + 8)
            vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # thousands of rows are not measured
        if header is not None:
            header.setHighlightSections(False)
            header.setMinimumSectionSize(16)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
            header.setSectionResizeMode(CATEGORY, QHeaderView.ResizeMode.Stretch)
        selection = table.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(self._picked)
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
        self._count()
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, STATE)
        self._fit_columns()

    def _count(self) -> None:
        shown, all_rows = self.proxy.rowCount(), self.model.rowCount()
        if shown and self.table.isHidden():
            self._fit_names()
        self.table.setVisible(shown > 0)
        self.empty.setVisible(shown == 0)
        hint = self.tr(
            "No tracks yet.\nPress {click-box} and click an object, or {draw-box} and drag over it from above."
        )
        if all_rows:
            hint = self.tr("No track is as the filter wishes.")
        self.empty.setText(KeyNames.of(self._desk).fill(hint) if self._desk.scene is not None else "")
        self.count.setText(str(all_rows) if shown == all_rows else f"{shown} / {all_rows}")

    def _fit_columns(self) -> None:
        """Give the narrow columns what their usual content and their title need."""
        header, metrics = self.table.horizontalHeader(), self.table.fontMetrics()
        if header is None:
            return
        for column, usual in (
            (BOXES, "0000"),
            (SPAN, "000–000"),
            (MADE, "00000"),
            (SCORE, "0.00"),
            (TALK, "00"),
            (STATE, self._longest()),
        ):
            title = str(self.model.headerData(column, Qt.Orientation.Horizontal))
            wide = max(metrics.horizontalAdvance(usual) + 12, metrics.horizontalAdvance(title) + 16)
            header.resizeSection(column, wide)

    def _longest(self) -> str:
        return max((f"✓ {word_of(state)}" for state in STATES), key=self.table.fontMetrics().horizontalAdvance)

    def _show_states(self) -> None:
        """Show the columns that say nothing of most drives: scores of a machine, and review with its filter."""
        scored = any(mix.score is not None for mix in self._desk.known.mixes.values())
        if scored == self.table.isColumnHidden(SCORE):
            self.table.setColumnHidden(SCORE, not scored)
            self._fit_names()
        hidden = not Reviewing.of(self._desk).tracks
        if hidden != self.table.isColumnHidden(STATE):
            self.table.setColumnHidden(STATE, hidden)
            self.bar.show_states(not hidden)
            self._fit_columns()
            self._fit_names()

    def _fit_names(self) -> None:
        """Give the names the width they need, but not more than leaves the categories theirs."""
        header, metrics, room = self.table.horizontalHeader(), self.table.fontMetrics(), self.table.viewport()
        if header is None or room is None:
            return
        letter = metrics.horizontalAdvance("0")
        title = str(self.model.headerData(CATEGORY, Qt.Orientation.Horizontal))
        taken = sum(map(header.sectionSize, (BOXES, SPAN, MADE, SCORE, TALK, STATE)))
        taken += metrics.horizontalAdvance(title) + 10
        most = max(12 * letter, min(room.width() - taken, 16 * letter))
        header.resizeSection(NAME, min(max(self.table.sizeHintForColumn(NAME), 8 * letter), most))

    def _index_of(self, token: str) -> QModelIndex:
        return self.proxy.index(self.proxy.row_of(token), NAME)

    def _chosen_rows(self) -> list[int]:
        """Return the rows that are selected; whole ranges at once, since there may be thousands."""
        selection = self.table.selectionModel()
        chosen = selection.selection() if selection is not None else QItemSelection()
        ranges = [chosen[at] for at in range(len(chosen))]
        return sorted({row for part in ranges for row in range(part.top(), part.bottom() + 1)})

    # What is chosen

    def _picked(self) -> None:
        """Choose what a person chose in the table; of one track alone also show where it lives."""
        selection = self.table.selectionModel()
        if self._selecting or selection is None:
            return
        tokens = [self.proxy.token(row) for row in self._chosen_rows()]
        current = selection.currentIndex().row()
        first = self.proxy.token(current) if current >= 0 else ""
        self._selecting = True
        try:
            self._multi.choose(tokens, first)
        finally:
            self._selecting = False
        if len(tokens) == 1:
            begin, end, boxes = self._desk.track_counts.get(tokens[0], (0, 0, 0))
            if boxes and not begin <= self._desk.index <= end:
                self._desk.go_to(begin if self._desk.index < begin else end)

    def _show_selection(self) -> None:
        selection = self.table.selectionModel()
        if selection is None or self._selecting:
            return
        wanted = sorted(row for row in map(self.proxy.row_of, self._multi.tokens) if row >= 0)
        if wanted == self._chosen_rows():
            return
        self._later.hold()
        self._selecting = True
        try:
            chosen = QItemSelection()
            for begin, end in runs_of(wanted):
                chosen.append(QItemSelectionRange(self.proxy.index(begin, NAME), self.proxy.index(end, STATE)))
            first = self._index_of(self._desk.selected)
            if first.isValid():
                selection.setCurrentIndex(first, _FLAG.NoUpdate)
                self.table.scrollTo(first)
            selection.select(chosen, _FLAG.ClearAndSelect)
            if not wanted:
                selection.clear()
        finally:
            self._selecting = False

    def _menu(self, place: QPoint) -> None:
        index, viewport = self.table.indexAt(place), self.table.viewport()
        if index.isValid() and viewport is not None and self._multi.tokens:
            TracksMenu(self._desk, self).popup(viewport.mapToGlobal(place))
