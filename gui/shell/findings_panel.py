"""The panel of findings: what the rules say of the drive, the way to each, mending it, and waiving it with a reason."""

from __future__ import annotations

from collections.abc import Sequence
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
from lidar_label.gui.rule_reasons import rule_reason
from lidar_label.gui.shell.keyguard import OWN_RETURN
from lidar_label.gui.shell.listing import button_row, dress
from lidar_label.gui.shell.shades import shades
from lidar_label.gui.wording import in_language
from lidar_label.model import Track, Waiver

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
        self.check, self.next, self.mend, self.waive, self.also = (QToolButton() for _ in range(5))
        self._chosen = -1  # of those that are waived
        self._filled: tuple[object, ...] = ()  # what the lines were made of
        self.reason = QLineEdit()
        self.reason.setProperty(OWN_RETURN, True)
        self._lay_out()
        self.check.clicked.connect(lambda: self._findings.check())
        self.next.clicked.connect(lambda: self._findings.go_next(lambda *_: None))
        self.mend.clicked.connect(lambda: self._findings.mend(self._findings.at))
        self.waive.clicked.connect(self._waive)
        self.reason.returnPressed.connect(self._waive)
        self.reason.textChanged.connect(self._renew_buttons)
        self.also.toggled.connect(self._show_waived)
        self.table.cellClicked.connect(lambda row, _: self._go_to(row))
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
        self.also.setCheckable(True)
        column, below = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(5)
        tools = button_row((self.check, self.next, self.mend, self.also))
        tools.addWidget(self.count)
        below.addWidget(self.reason, 1)
        below.addWidget(self.waive)
        column.addLayout(tools)
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        column.addLayout(below)

    def renew(self) -> None:
        """Show the findings as they are known, and behind them those that were waived, if asked for."""
        found, waived = self._findings.found[:_MOST], self._findings.waived
        self._chosen = self._chosen if self.also.isChecked() and self._chosen < len(waived) else -1
        at = len(found) + self._chosen if self._chosen >= 0 else self._findings.at
        with QSignalBlocker(self.table):
            wanted = (found, waived if self.also.isChecked() else [], shades(), self.next.text())
            if wanted != self._filled:  # a step leaves the lines as they are
                self._filled = wanted
                self._fill_all(found, wanted[1])
            if 0 <= at < self.table.rowCount():
                self.table.selectRow(at)
            else:
                self.table.clearSelection()
        self._say()
        self._renew_buttons()
        if found:
            self._grow()

    def _show_waived(self) -> None:
        self._chosen = -1
        self.renew()

    def _go_to(self, row: int) -> None:
        apart = row - len(self._findings.found[:_MOST])
        self._chosen = max(apart, -1)
        if apart < 0:
            self._findings.go_to(row)
        elif apart < len(self._findings.waived):
            self._findings.show(self._findings.waived[apart][0])
            self.renew()

    def _waiver(self) -> Waiver | None:
        """Return the word on the finding that is chosen among those that are waived."""
        waived = self._findings.waived
        return waived[self._chosen][1] if 0 <= self._chosen < len(waived) else None

    def _fill_all(self, found: Sequence[Found], waived: Sequence[tuple[Found, Waiver]]) -> None:
        self.table.setRowCount(len(found) + len(waived))
        for row, one in enumerate(found):
            self._fill(row, one)
        for row, (one, waiver) in enumerate(waived, len(found)):
            self._fill(row, one, waiver)

    def _fill(self, row: int, one: Found, waiver: Waiver | None = None) -> None:
        remark, severity = one.remark, severity_word(one.rule.severity)
        words = (
            _MARKS[one.rule.severity], rule_name(one.rule), _place(remark.frame, remark.track), f"{one.confidence:.0%}",
        )  # fmt: skip
        told = f"{severity}: {words[NAME]}\n{_sentence(remark.message)}\n{rule_reason(one.rule)}"
        if waiver is not None:
            told = f"{told}\n{self._waived_by(waiver)}"
        for column, word in enumerate(words):
            item = QTableWidgetItem(word)
            item.setToolTip(told)
            if waiver is not None:
                item.setForeground(QColor(shades().quiet))
                font = item.font()
                font.setItalic(True)
                item.setFont(font)
            if column == SEVERITY and waiver is None:
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
        waiver = self._waiver()
        if waiver is not None:
            message = self._findings.waived[self._chosen][0].remark.message
            self.told.setText(f"{_sentence(message)}\n{self._waived_by(waiver)}")
            return
        if not 0 <= at < len(found):
            self.told.setText("" if found else self.tr("The labels keep every rule"))
            return
        self.told.setText(_sentence(found[at].remark.message))
        self.told.setToolTip(rule_reason(found[at].rule))

    def _waived_by(self, waiver: Waiver) -> str:
        who = waiver.author or self.tr("somebody")
        return self.tr("Waived by {0}: {1}").format(who, waiver.reason)

    def _renew_buttons(self) -> None:
        at = self._findings.at
        session = self._desk.project.session if self._desk.project is not None else None
        writes = session is not None and not session.read_only
        self.check.setEnabled(session is not None)
        self.next.setEnabled(session is not None)
        self.mend.setEnabled(writes and self._findings.can_mend(at))
        waived, number = self._waiver() is not None, len(self._findings.waived)
        self.reason.setEnabled(writes and at >= 0 and not waived)
        self.waive.setEnabled(writes and (waived or (at >= 0 and bool(self.reason.text().strip()))))
        self.waive.setText(self.tr("Take back") if waived else self.tr("Waive"))
        tip = self.tr("Keep it as it is: it is not shown again while it gets no worse")
        self.waive.setToolTip(self.tr("Show it among the findings again") if waived else tip)
        self.also.setText(self.tr("Waived ({0})").format(number))
        self.also.setVisible(number > 0 or self.also.isChecked())

    def ask_reason(self) -> None:
        """Have the reason written for which the finding that is shown is right."""
        if self.reason.isEnabled():
            self.reason.setFocus()

    def _waive(self) -> None:
        waiver = self._waiver()
        if waiver is not None:
            self._chosen = -1
            self._findings.take_back(waiver)
            return
        self._findings.waive(self._findings.at, self.reason.text())
        self.reason.clear()
        self.reason.clearFocus()

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
        self.also.setToolTip(self.tr("Show what was waived, too, and why"))
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
