"""The panel of findings: what the rules say of the drive, the way to each, mending it, and waiving it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QSignalBlocker, QSize, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMainWindow,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.desk import Desk
from lidar_label.gui.finding_names import rule_name, severity_word
from lidar_label.gui.findings import Findings
from lidar_label.gui.shell.listing import button_row, dress
from lidar_label.gui.shell.shades import shades
from lidar_label.gui.wording import in_language
from lidar_label.model import Track

if TYPE_CHECKING:
    from lidar_label.check import Found

SEVERITY, NAME, WHERE, SURE = range(4)
_MOST = 2000  # rows: more would be too many to step through
_ROWS = 10  # that are seen at once, where the window has the room
_MARKS = {"error": "■", "warning": "▲", "info": "●"}


class List(QTableWidget):
    """A table that takes the room there is, and asks for little: else the panel around it scrolls as well."""

    def sizeHint(self) -> QSize:
        """Return the size of a few rows."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())


class FindingsPanel(QWidget):
    """The findings as a list, the worst and surest first; a click leads to one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._findings = desk, Findings.of(desk)
        self.table, self.count, self.told = List(0, 4), QLabel(), QLabel()
        self._has_grown = False
        self.check, self.next, self.mend, self.waive = (QToolButton() for _ in range(4))
        self.reason = QLineEdit()
        self._lay_out()
        self.check.clicked.connect(lambda: self._findings.check())
        self.next.clicked.connect(lambda: self._findings.go_next(lambda *_: None))
        self.mend.clicked.connect(lambda: self._findings.mend(self._findings.at))
        self.waive.clicked.connect(self._waive)
        self.reason.returnPressed.connect(self._waive)
        self.reason.textChanged.connect(self._renew_buttons)
        self.table.cellClicked.connect(lambda row, _: self._findings.go_to(row))
        self._findings.changed.connect(self.renew)
        desk.scene_changed.connect(self._renew_buttons)
        self._retranslate()

    def _lay_out(self) -> None:
        dress(self.table, NAME, QAbstractItemView.EditTrigger.NoEditTriggers)
        rows, header = self.table.verticalHeader(), self.table.horizontalHeader()
        if rows is not None and header is not None:
            rows.setDefaultSectionSize(self.table.fontMetrics().height() + 4)
            header.setMinimumSectionSize(1)
            header.setSectionResizeMode(SEVERITY, QHeaderView.ResizeMode.ResizeToContents)
        self.count.setProperty("quiet", "true")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column, below = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(5)
        tools = button_row((self.check, self.next, self.mend))
        tools.addWidget(self.count)
        below.addWidget(self.reason, 1)
        below.addWidget(self.waive)
        column.addLayout(tools)
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        column.addLayout(below)

    def renew(self) -> None:
        """Show the findings as they are known."""
        found = self._findings.found
        with QSignalBlocker(self.table):
            self.table.setRowCount(min(len(found), _MOST))
            for row, one in enumerate(found[:_MOST]):
                self._fill(row, one)
            if 0 <= self._findings.at < self.table.rowCount():
                self.table.selectRow(self._findings.at)
            else:
                self.table.clearSelection()
        self._say()
        self._renew_buttons()
        if found:
            self._grow()

    def _fill(self, row: int, one: Found) -> None:
        remark, severity = one.remark, severity_word(one.rule.severity)
        words = (
            _MARKS[one.rule.severity], rule_name(one.rule), _place(remark.frame, remark.track), f"{one.confidence:.0%}",
        )  # fmt: skip
        told = f"{severity}: {words[NAME]}\n{_sentence(remark.message)}"
        for column, word in enumerate(words):
            item = QTableWidgetItem(word)
            item.setToolTip(told)
            if column == SEVERITY:
                now = shades()
                item.setForeground(QColor({"error": now.bad, "warning": now.warn}.get(one.rule.severity, now.quiet)))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, severity)
            self.table.setItem(row, column, item)

    def _grow(self) -> None:
        """Show more rows when there are findings for the first time, in up to half of the window's height."""
        dock, viewport = self._dock(), self.table.viewport()
        window = dock.parentWidget() if dock is not None else None
        if self._has_grown or dock is None or viewport is None or not isinstance(window, QMainWindow):
            return
        if not self.isVisible() or dock.isFloating():
            return
        self._has_grown = True
        rows = min(self.table.rowCount(), _ROWS)
        lacks = rows * (self.table.fontMetrics().height() + 4) - viewport.height()
        if lacks > 0:
            height = min(dock.height() + lacks, max(window.height() // 2, dock.height()))
            window.resizeDocks([dock], [height], Qt.Orientation.Vertical)

    def _dock(self) -> QDockWidget | None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, QDockWidget):
            above = above.parentWidget()
        return above

    def _say(self) -> None:
        found, at = self._findings.found, self._findings.at
        if not self._findings.is_known:
            self.count.setText("")
            self.told.setText(self.tr("The drive has not been checked yet."))
            return
        self.count.setText(self.tr("{0} in all").format(len(found)))
        if not 0 <= at < len(found):
            self.told.setText("" if found else self.tr("The labels keep every rule"))
            return
        self.told.setText(_sentence(found[at].remark.message))

    def _renew_buttons(self) -> None:
        at = self._findings.at
        session = self._desk.project.session if self._desk.project is not None else None
        writes = session is not None and not session.read_only
        self.check.setEnabled(session is not None)
        self.next.setEnabled(session is not None)
        self.mend.setEnabled(writes and self._findings.can_mend(at))
        self.reason.setEnabled(writes and at >= 0)
        self.waive.setEnabled(writes and at >= 0 and bool(self.reason.text().strip()))

    def _waive(self) -> None:
        self._findings.waive(self._findings.at, self.reason.text())
        self.reason.clear()

    def changeEvent(self, event: QEvent | None) -> None:
        """Speak the language in use, in the colours in use."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event is not None and event.type() == QEvent.Type.StyleChange:
            self.renew()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.check.setText(self.tr("Check"))
        self.check.setToolTip(self.tr("Run all rules over the drive"))
        self.next.setText(self.tr("Next"))
        self.mend.setText(self.tr("Mend"))
        self.mend.setToolTip(self.tr("Put this right where that is safe, as one edit"))
        self.waive.setText(self.tr("Waive"))
        self.waive.setToolTip(self.tr("Keep it as it is: it is not shown again while it gets no worse"))
        self.reason.setPlaceholderText(self.tr("Why it is right as it is"))
        heads = ("", self.tr("Rule"), self.tr("Place"), self.tr("Sure"))
        self.table.setHorizontalHeaderLabels(heads)
        severity = self.table.horizontalHeaderItem(SEVERITY)
        if severity is not None:
            severity.setToolTip(self.tr("Severity"))
        self.renew()


def _sentence(message: str) -> str:
    said = in_language(message)
    return said[:1].upper() + said[1:]


def _place(frame: int, track: Track | None) -> str:
    named = "" if track is None else track.name or track.token[:8]
    return f"{frame} {named}".strip() if frame >= 0 else named
