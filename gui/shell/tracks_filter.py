"""Which tracks the table shows: by words, by category, and by what a person looks for."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QModelIndex, QObject, QSignalBlocker, QSortFilterProxyModel, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.keyguard import GIVEN
from lidar_label.gui.shell.swatch import swatch
from lidar_label.gui.shell.tracks_model import TracksModel

HERE, UNCHECKED, MACHINE, TALK = "here", "unchecked", "machine", "talk"


class TracksFilter(QSortFilterProxyModel):
    """Rows that have every word, the category, and everything else that is wished."""

    def __init__(self, model: TracksModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words: list[str] = []
        self._category = ""
        self._wishes: frozenset[str] = frozenset()
        self.setSourceModel(model)

    def set_filter(self, text: str, category: str, wishes: frozenset[str]) -> None:
        """Show only the rows with these words in name or category, of this category, as wished."""
        wanted = (text.casefold().split(), category, wishes)
        if wanted != (self._words, self._category, self._wishes):
            self._words, self._category, self._wishes = wanted
            self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:  # noqa: ARG002 - the table has no levels
        """Say whether a row is as wished."""
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
        return (
            (HERE not in wishes or track.token in self._model.here)
            and (UNCHECKED not in wishes or mix.human == 0)
            and (MACHINE not in wishes or mix.machine > 0)
            and (TALK not in wishes or self._model.comments(row)[0] > 0)
        )

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        """Compare two rows of the source."""
        model, column = self._model, left.column()
        return bool(model.sort_key(left.row(), column) < model.sort_key(right.row(), column))


class FilterBar(QWidget):
    """The fields over the table that say what it shows."""

    changed = pyqtSignal(str, str, object)
    """Words, category, and the set of wishes."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.words, self.category = QLineEdit(), QComboBox()
        self.words.setClearButtonEnabled(True)
        self.words.setProperty(GIVEN, "")
        self.category.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.category.setMinimumContentsLength(5)
        self.wishes: dict[str, QToolButton] = {}
        for wish in (HERE, UNCHECKED, MACHINE, TALK):
            button = QToolButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.toggled.connect(self._tell)
            self.wishes[wish] = button
        self.top = QHBoxLayout()
        self.top.setSpacing(9)
        self.top.addWidget(self.words, 1)
        below = QHBoxLayout()
        below.setSpacing(2)
        below.addWidget(self.category, 1)
        for button in self.wishes.values():
            below.addWidget(button)
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
        for button in self.wishes.values():
            button.setChecked(False)
        self._tell()

    def _tell(self) -> None:
        wishes = frozenset(wish for wish, button in self.wishes.items() if button.isChecked())
        self.changed.emit(self.words.text(), str(self.category.currentData() or ""), wishes)

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
        self._renew_categories()
        for wish, text, tip in (
            (HERE, self.tr("Here"), self.tr("Only tracks with a box in this frame")),
            (UNCHECKED, self.tr("Unchecked"), self.tr("Only tracks of which no box was made or checked by a person")),
            (MACHINE, self.tr("Machine"), self.tr("Only tracks with boxes that a machine made")),
            (TALK, self.tr("Comments"), self.tr("Only tracks with open comments")),
        ):
            self.wishes[wish].setText(text)
            self.wishes[wish].setToolTip(tip)
