"""Which tracks the table shows: by words, by category, and by what a person looks for."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QAbstractProxyModel, QEvent, QModelIndex, QObject, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.reviewing import GLYPHS, word_of
from lidar_label.gui.shell.keyguard import GIVEN
from lidar_label.gui.shell.later import DoneLater
from lidar_label.gui.shell.narrow import narrow
from lidar_label.gui.shell.swatch import swatch
from lidar_label.gui.shell.tracks_model import COLUMNS, TracksModel, runs_of
from lidar_label.model import STATES

_NOWHERE = QModelIndex()
_MOST_RUNS = 64  # of rows that come or go one after the other; beyond, the table is filled anew
HERE, UNCHECKED, MACHINE, TALK, OF_STATE = "here", "unchecked", "machine", "talk", "state:"


class TracksFilter(QAbstractProxyModel):
    """Rows that have every word, the category, and everything else that is wished, in order.

    Qt's own filter asks Python for each comparison, which takes seconds with thousands of tracks;
    here Python sorts them all at once.
    """

    def __init__(self, model: TracksModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words: list[str] = []
        self._category = ""
        self._wishes: frozenset[str] = frozenset()
        self._column, self._backwards = 0, False
        self._order: list[str] = []
        self._places: dict[str, int] = {}
        self._here = DoneLater(self, self._renew)
        self.setSourceModel(model)
        model.modelReset.connect(self._renew)
        model.dataChanged.connect(self._source_changed)
        model.headerDataChanged.connect(self.headerDataChanged)
        self._renew()

    def set_filter(self, text: str, category: str, wishes: frozenset[str]) -> None:
        """Show only the rows with these words in name or category, of this category, as wished."""
        self._words, self._category, self._wishes = text.casefold().split(), category, wishes
        self._renew()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._column, self._backwards = column, order == Qt.SortOrder.DescendingOrder
        self._renew()

    def token(self, row: int) -> str:
        """Return the token of the track in a row."""
        return self._order[row]

    def row_of(self, token: str) -> int:
        """Return the row of a track, or -1 where it is not shown."""
        return self._places.get(token, -1)

    # What Qt asks

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Return the number of tracks that are shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else COLUMNS

    def index(self, row: int, column: int, parent: QModelIndex = _NOWHERE) -> QModelIndex:
        """Return the index of a cell."""
        held = not parent.isValid() and 0 <= row < len(self._order) and 0 <= column < COLUMNS
        return self.createIndex(row, column) if held else QModelIndex()

    def parent(self, child: QModelIndex = _NOWHERE) -> QModelIndex:  # type: ignore[override]  # noqa: ARG002
        """Return nothing: the table has no levels."""
        return QModelIndex()

    def mapToSource(self, proxyIndex: QModelIndex) -> QModelIndex:
        """Return the cell of the source."""
        if not proxyIndex.isValid() or proxyIndex.row() >= len(self._order):
            return QModelIndex()
        row = self._model.row_of(self._order[proxyIndex.row()])
        return self._model.index(row, proxyIndex.column()) if row >= 0 else QModelIndex()

    def data(self, proxyIndex: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what a cell shows, without the way through the cells of the source, which takes ten times as long."""
        row = proxyIndex.row()
        if not 0 <= row < len(self._order):
            return None
        return self._model.value(self._model.row_of(self._order[row]), proxyIndex.column(), role)

    def mapFromSource(self, sourceIndex: QModelIndex) -> QModelIndex:
        """Return the cell that shows one of the source."""
        row = self.row_of(self._model.token(sourceIndex.row())) if sourceIndex.isValid() else -1
        return self.index(row, sourceIndex.column()) if row >= 0 else QModelIndex()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a column's title."""
        return self._model.headerData(section, orientation, role)

    # Which, and in what order

    def _source_changed(self, first: QModelIndex, last: QModelIndex, roles: list[int]) -> None:
        if list(roles) != [Qt.ItemDataRole.ForegroundRole]:
            self._renew()
        elif HERE in self._wishes:
            self._here.ask()  # once for all the runs of rows that are told
        rows = range(first.row(), last.row() + 1)
        shown = sorted(self._places[t] for t in map(self._model.token, rows) if t in self._places)
        for begin, end in runs_of(shown):
            self.dataChanged.emit(self.index(begin, first.column()), self.index(end, last.column()), roles)

    def _renew(self) -> None:
        """Show what is wished by now, with as little upheaval as can be."""
        model, column = self._model, self._column
        rows = [row for row in range(model.rowCount()) if self._is_wished(row)]
        rows.sort(key=lambda row: model.sort_key(row, column), reverse=self._backwards)
        order = [model.token(row) for row in rows]
        if order == self._order:
            return
        new, old = set(order), self._places
        gone = runs_of(place for place, token in enumerate(self._order) if token not in new)
        come = runs_of(place for place, token in enumerate(order) if token not in old)
        moved = [token for token in self._order if token in new] != [token for token in order if token in old]
        if moved or len(gone) + len(come) > _MOST_RUNS:
            self.beginResetModel()
            self._take(order)
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(_NOWHERE, first, last)
            self._take([*self._order[:first], *self._order[last + 1 :]])
            self.endRemoveRows()
        for first, last in come:
            self.beginInsertRows(_NOWHERE, first, last)
            self._take([*self._order[:first], *order[first : last + 1], *self._order[first:]])
            self.endInsertRows()

    def _take(self, order: list[str]) -> None:
        self._order = order
        self._places = {token: row for row, token in enumerate(order)}

    def _is_wished(self, row: int) -> bool:
        track, wishes = self._model.track(row), self._wishes
        if self._category and track.category != self._category:
            return False
        if self._words:
            text = f"{track.name or track.token[:6]} {track.category}".casefold()
            if not all(word in text for word in self._words):
                return False
        if not wishes:
            return True
        mix = self._model.mix(row)
        states = {wish.removeprefix(OF_STATE) for wish in wishes if wish.startswith(OF_STATE)}
        return (
            (not states or self._model.state(row) in states)
            and (HERE not in wishes or track.token in self._model.here)
            and (UNCHECKED not in wishes or mix.human == 0)
            and (MACHINE not in wishes or mix.machine > 0)
            and (TALK not in wishes or self._model.comments(row)[0] > 0)
        )


class FilterBar(QWidget):
    """The fields over the table that say what it shows."""

    changed = pyqtSignal(str, str, object)
    """Words, category, and the set of wishes."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.words, self.category = QLineEdit(), QComboBox()
        self.words.textChanged.connect(lambda text: self.words.setClearButtonEnabled(bool(text)))
        self.words.setProperty(GIVEN, "")
        narrow(self.category, 5)
        self.wishes: dict[str, QToolButton] = {}
        for wish in (HERE, UNCHECKED, MACHINE, TALK):
            button = QToolButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.toggled.connect(self._tell)
            self.wishes[wish] = button
        self.top = QHBoxLayout()
        self.top.setSpacing(9)
        self.top.addWidget(self.words, 3)
        self.top.addWidget(self.category, 2)
        below = QHBoxLayout()
        below.setSpacing(2)
        for button in self.wishes.values():
            below.addWidget(button)
        self.state = QComboBox()
        narrow(self.state, 5)
        self.state.hide()
        self.state.activated.connect(self._tell)
        below.addWidget(self.state)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 4)
        column.setSpacing(4)
        column.addLayout(self.top)
        column.addLayout(below)
        self.words.textChanged.connect(self._tell)
        self.category.activated.connect(self._tell)
        desk.tracks_changed.connect(self._renew_categories)
        desk.scene_changed.connect(self._renew_categories)
        self._retranslate()

    def clear(self) -> None:
        """Show everything again."""
        self.words.clear()
        self.category.setCurrentIndex(0)
        self.state.setCurrentIndex(0)
        for button in self.wishes.values():
            button.setChecked(False)
        self._tell()

    def show_states(self, shown: bool) -> None:
        """Offer the states of review; without any, none is asked for."""
        self.state.setVisible(shown)
        if not shown and self.state.currentIndex() > 0:
            self.state.setCurrentIndex(0)
            self._tell()

    def _tell(self) -> None:
        wishes = {wish for wish, button in self.wishes.items() if button.isChecked()}
        if self.state.currentData():
            wishes.add(f"{OF_STATE}{self.state.currentData()}")
        self.changed.emit(self.words.text(), str(self.category.currentData() or ""), frozenset(wishes))

    def _renew_categories(self) -> None:
        wanted = [(category.name, category.color) for category in self._desk.taxonomy.categories]
        if wanted == self.category.property("shown"):
            return
        self.category.setProperty("shown", wanted)
        kept = self.category.currentData()
        with QSignalBlocker(self.category):
            self.category.clear()
            self.category.addItem(self.tr("All categories"), "")
            for name, color in wanted:
                self.category.addItem(swatch(color), name, name)
                self.category.setItemData(self.category.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
            self.category.setCurrentIndex(max(self.category.findData(kept), 0))
        self._tell()

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.words.setPlaceholderText(self.tr("Filter by name or category"))
        self.category.setProperty("shown", None)
        with QSignalBlocker(self.state):
            kept = self.state.currentData()
            self.state.clear()
            self.state.addItem(self.tr("All states"), "")
            for state in STATES:
                self.state.addItem(f"{GLYPHS[state]} {word_of(state)}", state)
            self.state.setCurrentIndex(max(self.state.findData(kept), 0))
        self.state.setToolTip(self.tr("Only tracks that have come so far in review"))
        self._renew_categories()
        for wish, text, tip in (
            (HERE, self.tr("Here"), self.tr("Only tracks with a box in this frame")),
            (UNCHECKED, self.tr("Unchecked"), self.tr("Only tracks of which no box was made or checked by a person")),
            (MACHINE, self.tr("Machine"), self.tr("Only tracks with boxes that a machine made")),
            (TALK, self.tr("Comments"), self.tr("Only tracks with open comments")),
        ):
            self.wishes[wish].setText(text)
            self.wishes[wish].setToolTip(tip)
