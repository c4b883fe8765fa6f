"""The dialog that shows the import report: what is in a drive, in tables that can be copied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.wording import finding_text, in_language
from lidar_label.model import Finding
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.jobs import Inspection, Project, Section

CONTEXT = "ImportReport"
_T = QT_TRANSLATE_NOOP
# The words of the report's tables, as they are made in jobs/inspect_tables.py.
WORDS = (
    _T("ImportReport", "Scenes"), _T("ImportReport", "Recordings"), _T("ImportReport", "Points"),
    _T("ImportReport", "Fields of the points"), _T("ImportReport", "Calibration"), _T("ImportReport", "Labels"),
    _T("ImportReport", "Cloud"),
    _T("ImportReport", "scene"), _T("ImportReport", "frames"), _T("ImportReport", "seconds"),
    _T("ImportReport", "sweeps"), _T("ImportReport", "images"), _T("ImportReport", "tracks"),
    _T("ImportReport", "boxes"), _T("ImportReport", "key boxes"), _T("ImportReport", "labelled frames"),
    _T("ImportReport", "shifted by"), _T("ImportReport", "channel"), _T("ImportReport", "kind"),
    _T("ImportReport", "recordings"), _T("ImportReport", "per second"), _T("ImportReport", "gaps"),
    _T("ImportReport", "longest (s)"),
    _T("ImportReport", "after frame"), _T("ImportReport", "files absent"), _T("ImportReport", "sweeps read"),
    _T("ImportReport", "points a sweep"),
    _T("ImportReport", "invalid"), _T("ImportReport", "field"), _T("ImportReport", "type"),
    _T("ImportReport", "from"), _T("ImportReport", "to"), _T("ImportReport", "position (m)"),
    _T("ImportReport", "yaw, pitch, roll (°)"), _T("ImportReport", "picture"), _T("ImportReport", "centre"),
    _T("ImportReport", "points in picture"), _T("ImportReport", "category"), _T("ImportReport", "mean l, w, h (m)"),
    _T("ImportReport", "boxes looked at"), _T("ImportReport", "without a point"), _T("ImportReport", "median points"),
    _T("ImportReport", "points"), _T("ImportReport", "read"), _T("ImportReport", "step"),
    _T("ImportReport", "shown from"),
)  # fmt: skip

CELLS = (
    _T("ImportReport", "lidar"), _T("ImportReport", "camera"), _T("ImportReport", "radar"),
    _T("ImportReport", "inside"), _T("ImportReport", "OUTSIDE"),
)  # fmt: skip


class ImportReport(QDialog):
    """The tables of a report, one a tab, and before them what there is to know."""

    def __init__(self, found: Inspection, sections: list[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import report"))
        head = QLabel(f"{found.path}  ({in_language(found.format)})")
        head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head.setWordWrap(True)
        self.tabs = QTabWidget()
        self.findings = QPlainTextEdit("\n".join(_line(finding) for finding in _gravest_first(found.findings)))
        self.findings.setReadOnly(True)
        self.findings.setPlaceholderText(self.tr("There is nothing to say."))
        for section in sections:
            self.tabs.addTab(_table(section), _say(section.title))
        self.tabs.addTab(self.findings, self.tr("To know ({0})").format(len(found.findings)))
        buttons = QDialogButtonBox()
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        if copy is not None:
            copy.clicked.connect(self.copy)
            copy.setAutoDefault(False)
        if close is not None:
            close.setText(self.tr("Close"))
            close.setIcon(QIcon())
            close.setDefault(True)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(head)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)
        self.resize(980, 460)

    def copy(self) -> None:
        """Put the shown tab on the clipboard: cells with tabs between them, as tables take them."""
        shown, clipboard = self.tabs.currentWidget(), QApplication.clipboard()
        if clipboard is None:
            return
        if isinstance(shown, QTableWidget):
            clipboard.setText("\n".join("\t".join(row) for row in rows_of(shown)))
        else:
            clipboard.setText(self.findings.toPlainText())


def look(what: Project | Path, progress: Progress) -> tuple[Inspection, list[Section]]:
    """Make the report of an open project, or of a path, with what rules say of its folders; off the GUI thread."""
    from lidar_label.jobs import inspect, inspect_project, sections  # a second of libraries, so here in the thread
    from lidar_label.jobs.sanity import folder_findings, project_folder_findings

    if isinstance(what, Path):
        found, folder = inspect(what, progress=progress), folder_findings(what)
    else:
        found, folder = inspect_project(what, progress=progress), project_folder_findings(what)
    return replace(found, findings=list(dict.fromkeys([*found.findings, *folder]))), sections(found)


def rows_of(table: QTableWidget) -> list[list[str]]:
    """Return the texts of a table, its header first."""
    columns = range(table.columnCount())
    headers = [item.text() if (item := table.horizontalHeaderItem(c)) is not None else "" for c in columns]
    rows = range(table.rowCount())
    return [headers, *([item.text() if (item := table.item(r, c)) is not None else "" for c in columns] for r in rows)]


def _table(section: Section) -> QTableWidget:
    table = QTableWidget(len(section.rows), len(section.columns))
    table.setHorizontalHeaderLabels([_say(column) for column in section.columns])
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setAlternatingRowColors(True)
    header = table.verticalHeader()
    if header is not None:
        header.hide()
    for r, row in enumerate(section.rows):
        for c, cell in enumerate(row):
            text = f"{cell:.2f}" if isinstance(cell, float) else str(cell)
            item = QTableWidgetItem(_say(text) if text in CELLS else text)
            if isinstance(cell, int | float):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(r, c, item)
    table.resizeColumnsToContents()
    return table


def _say(word: str) -> str:
    return word if word in "xyz" else QCoreApplication.translate(CONTEXT, word)


def _gravest_first(findings: list[Finding]) -> list[Finding]:
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda finding: order[finding.severity])


def _line(finding: Finding) -> str:
    return f"{in_language(finding.severity)}  {finding_text(finding)}"
