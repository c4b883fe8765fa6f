"""The panel of review: a list to step through, and how far the chosen tracks and the frame have come."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui import reviewing
from lidar_label.gui.desk import Desk
from lidar_label.gui.key_names import KeyNames
from lidar_label.gui.multi import Multi
from lidar_label.gui.review_items import Item
from lidar_label.gui.review_list import Kind, ReviewList
from lidar_label.gui.reviewing import GLYPHS, Reviewing, said_by, word_of
from lidar_label.gui.shell import comparing
from lidar_label.gui.shell.findings_panel import List
from lidar_label.gui.shell.later import DoneLater
from lidar_label.gui.shell.listing import button_row, dress
from lidar_label.gui.shell.narrow import narrow
from lidar_label.gui.shell.shades import Shades, shades
from lidar_label.gui.track_names import name_of
from lidar_label.model import STATES

SIGN, WHAT, WHO = range(3)
_MOST = 2000  # lines: more would be too many to step through
_KINDS: tuple[Kind, ...] = ("order", "risk", "sample", "changes", "rejected", "compare")


class ReviewPanel(QWidget):
    """What a reviewer works through; F7 leads to the next line, F9 and its sisters give the verdict."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._list = desk, ReviewList.of(desk)
        self.kind, self.next, self.compare, self.count = QComboBox(), QToolButton(), QToolButton(), QLabel()
        self.table, self.told = List(0, 3), QLabel()
        self._filled: object = None  # what the lines were made of
        self.track, self.frame = QLabel(), QLabel()
        self.of_track, self.of_frame = {}, {}  # type: dict[str, QToolButton], dict[str, QToolButton]
        self._lay_out()
        self._later = DoneLater(self, self._renew_states)
        self.kind.activated.connect(lambda at: self._list.choose(_KINDS[at]))
        self.next.clicked.connect(lambda: self._list.go_next())
        self.table.cellClicked.connect(lambda row, _: self._list.go_to(row))
        self._list.changed.connect(self.renew)
        KeyNames.of(desk).changed.connect(self._name_keys)
        for signal in (desk.tracks_changed, desk.selection_changed, desk.index_changed, desk.scene_changed):
            signal.connect(self._later.ask)
        Multi.of(desk).changed.connect(self._later.ask)
        self._retranslate()

    def _lay_out(self) -> None:
        dress(self.table, WHAT, QAbstractItemView.EditTrigger.NoEditTriggers)
        rows, header = self.table.verticalHeader(), self.table.horizontalHeader()
        if rows is not None and header is not None:
            rows.setDefaultSectionSize(self.table.fontMetrics().height() + 4)
            header.setMinimumSectionSize(1)
            header.hide()
        narrow(self.kind, 12)
        self.count.setProperty("quiet", "true")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.compare.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.compare.setMenu(QMenu(self.compare))
        top, states = QHBoxLayout(), QGridLayout()
        top.addWidget(self.kind, 1)
        top.addWidget(self.count)
        states.setSpacing(4)
        states.setColumnStretch(0, 1)
        for row, (label, buttons, deed) in enumerate(
            ((self.track, self.of_track, self._say_track), (self.frame, self.of_frame, self._say_frame))
        ):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # a name may be long
            label.setWordWrap(True)
            states.addWidget(label, row, 0)
            for column, state in enumerate(STATES, start=1):
                button = buttons[state] = QToolButton()
                button.setText(GLYPHS[state])
                button.setCheckable(True)
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                button.clicked.connect(partial(deed, state))
                states.addWidget(button, row, column)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(8, 6, 8, 8)
        column_of.setSpacing(5)
        column_of.addLayout(top)
        column_of.addWidget(self.table, 1)
        column_of.addWidget(self.told)
        column_of.addLayout(button_row((self.next, self.compare)))
        column_of.addLayout(states)

    # What is shown

    def renew(self) -> None:
        """Show the list as it is."""
        found, at = self._list.items, self._list.at
        now = shades()
        with QSignalBlocker(self.table), QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(_KINDS.index(self._list.kind))
            if (found, now) != self._filled:  # a step leaves the lines as they are
                self._filled = (found, now)
                self._fill(found[:_MOST], now)
            if 0 <= at < self.table.rowCount():
                self.table.selectRow(at)
            else:
                self.table.clearSelection()
        self.count.setText(f"{at + 1} / {len(found)}" if at >= 0 else str(len(found)) if found else "")
        self.told.setText(found[at].told if 0 <= at < len(found) else self._hint())
        self.next.setEnabled(bool(found))
        self._renew_states()

    def _fill(self, items: Sequence[Item], now: Shades) -> None:
        self.table.setRowCount(len(items))
        for row, item in enumerate(items):
            for column, text in enumerate((f"{item.glyph} {item.word}", item.what, item.who)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(item.told)
                if column != WHAT:
                    cell.setForeground(QColor(getattr(now, item.shade if column == SIGN else "quiet")))
                self.table.setItem(row, column, cell)

    def _hint(self) -> str:
        if self._desk.scene is None:
            return ""
        if not self._list.items:
            return {
                "changes": self.tr("Nobody else has changed a box since your last word."),
                "rejected": self.tr("No track is rejected."),
                "compare": self.tr("Choose other labels of this drive to compare with."),
            }.get(self._list.kind, self.tr("Every track has been looked at."))
        return KeyNames.of(self._desk).fill(self.tr("{next-review} leads through the list."))

    def _renew_states(self) -> None:
        """Show how far the chosen tracks and the frame have come."""
        desk, known = self._desk, Reviewing.of(self._desk)
        session = desk.project.session if desk.project is not None else None
        writes = session is not None and not session.read_only
        tokens = [token for token in Multi.of(desk).tokens if token in desk.tracks]
        states = {known.state_of(token) for token in tokens}
        frame = known.frames.get(desk.index) if desk.times_ns else None
        of_frame = {frame.state if frame is not None else "to do"} if desk.times_ns else set()
        for buttons, here in ((self.of_track, states), (self.of_frame, of_frame)):
            for state, button in buttons.items():
                button.setEnabled(writes and bool(here))
                button.setChecked(here == {state})
        self.track.setText(self._of_tracks(tokens, states))
        said = "" if frame is None else f"{word_of(frame.state)} · {said_by(frame.author, frame.time_ns)}"
        named = self.tr("Frame {0}").format(desk.index) if of_frame else ""
        self.frame.setText(" · ".join(part for part in (named, said) if part))
        self.compare.setEnabled(session is not None)

    def _of_tracks(self, tokens: list[str], states: set[str]) -> str:
        if not tokens:
            return self.tr("No track is selected")
        if len(tokens) > 1:
            word = word_of(next(iter(states))) if len(states) == 1 else ""
            return " · ".join(part for part in (self.tr("{0} tracks").format(len(tokens)), word) if part)
        name, review = name_of(self._desk, tokens[0]), Reviewing.of(self._desk).tracks.get(tokens[0])
        said = "" if review is None else f"{word_of(review.state)} · {said_by(review.author, review.time_ns)}"
        return " · ".join(part for part in (self.tr("Track {0}").format(name), said) if part)

    # Deeds

    def _say_track(self, state: str) -> None:
        reviewing.set_tracks(self._desk, state)  # type: ignore[arg-type]
        self._renew_states()

    def _say_frame(self, state: str) -> None:
        reviewing.set_frame(self._desk, state)  # type: ignore[arg-type]
        self._renew_states()

    def changeEvent(self, event: QEvent | None) -> None:
        """Speak the language in use, in the colours in use."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event is not None and event.type() == QEvent.Type.StyleChange and self.of_frame:
            self.renew()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        texts = {
            "order": self.tr("To review, in order"),
            "risk": self.tr("To review, riskiest first"),
            "sample": self.tr("To review, a sample by risk"),
            "changes": self.tr("Changed since my last word"),
            "rejected": self.tr("Rejected, to mend"),
            "compare": self.tr("Differences from other labels"),
        }
        with QSignalBlocker(self.kind):
            self.kind.clear()
            for kind in _KINDS:
                self.kind.addItem(texts[kind])
        self._name_keys()
        self.compare.setText(self.tr("Compare with"))
        menu = self.compare.menu()
        if menu is not None:
            menu.clear()
            for text, ask in (
                (self.tr("A project file..."), comparing.ask_project),
                (self.tr("A folder..."), comparing.ask_folder),
            ):
                made = menu.addAction(text)
                if made is not None:
                    made.triggered.connect(partial(self._ask, ask))
        for state in STATES:
            self.of_track[state].setToolTip(self.tr("Track: {0}").format(word_of(state)))
            self.of_frame[state].setToolTip(self.tr("Frame: {0}").format(word_of(state)))
            for button in (self.of_track[state], self.of_frame[state]):
                button.setAccessibleName(button.toolTip())
        self._list.renew()
        self.renew()

    def _name_keys(self) -> None:
        self.next.setText(KeyNames.of(self._desk).fill(self.tr("Next ({next-review})")))
        self.renew()

    def _ask(self, ask: comparing.Ask, _: bool = False) -> None:
        ask(self._desk, self)
