"""The dialog that asks what to export and where to, and the one that says what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.format_texts import note_of
from lidar_label.gui.ok_cancel import ok_cancel
from lidar_label.gui.wording import finding_text, in_language

if TYPE_CHECKING:
    from lidar_label.jobs import Report
    from lidar_label.jobs.targets import Target


class ExportDialog(QDialog):
    """Asks for a format and a folder that does not exist yet."""

    def __init__(self, targets: tuple[Target, ...], folder: Path, stem: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export labels"))
        self._stem = stem
        self._targets = targets
        self.format = QComboBox()
        for target in targets:
            self.format.addItem(target.title, target.name)
        self.note = QLabel()
        self.note.setProperty("quiet", "true")
        self.note.setWordWrap(True)
        self.path = QLineEdit(str(folder / f"{stem}-{targets[0].name if targets else ''}"))
        self.path.setMinimumWidth(420)
        choose = QPushButton(self.tr("Choose..."))
        choose.clicked.connect(self._choose)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.buttons = ok_cancel(self.tr("Export"), self.tr("Cancel"), self.accept, self.reject)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(choose)
        form = QFormLayout()
        form.addRow(self.tr("Format"), self.format)
        form.addRow("", self.note)
        form.addRow(self.tr("New folder"), row)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)
        self.format.currentIndexChanged.connect(self._format_chosen)
        self.path.textChanged.connect(self._check)
        self._format_chosen()

    @property
    def choice(self) -> tuple[str, Path]:
        """The format's name and the folder to make."""
        return str(self.format.currentData()), Path(self.path.text().strip()).expanduser()

    def _format_chosen(self) -> None:
        at = self.format.currentIndex()
        self.note.setText(note_of(self._targets[at].note) if at >= 0 else "")
        path = Path(self.path.text())
        if any(path.name == f"{self._stem}-{target.name}" for target in self._targets):
            self.path.setText(str(path.with_name(f"{self._stem}-{self.format.currentData()}")))
        self._check()

    def _check(self) -> None:
        path = self.choice[1]
        problem = ""
        if not self.path.text().strip() or not path.name:
            problem = self.tr("Name the folder to make.")
        elif path.exists():
            problem = self.tr("This exists already; an export never writes over anything.")
        elif not path.parent.is_dir():
            problem = self.tr("The folder above it does not exist.")
        self.problem.setText(problem)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(not problem and self.format.currentIndex() >= 0)

    def _choose(self) -> None:
        start = str(Path(self.path.text()).parent)
        options = QFileDialog.Option.ShowDirsOnly | QFileDialog.Option.DontUseNativeDialog
        folder = QFileDialog.getExistingDirectory(self, self.tr("Make the new folder in"), start, options)
        if folder:
            self.path.setText(str(Path(folder) / Path(self.path.text()).name))


class ReportDialog(QDialog):
    """What was written, scene by scene, and what there is to know of it."""

    def __init__(self, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report = report
        self.setWindowTitle(self.tr("Export done"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = QLabel(self.tr("{0} boxes were written to {1}").format(report.boxes, report.target))
        head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head.setWordWrap(True)
        self.text = QPlainTextEdit("\n".join(self._lines(report)))
        self.text.setReadOnly(True)
        buttons = QDialogButtonBox()
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        if close is not None:
            close.setText(self.tr("Close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(head)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        self.resize(720, 360)

    def _lines(self, report: Report) -> list[str]:
        lines = [
            self.tr("{0}: {1} frames, {2} tracks, {3} boxes").format(s.name, s.frames, s.tracks, s.boxes)
            for s in report.scenes
        ]
        lost = [f"{scene.name}: {in_language(text)}" for scene in report.scenes for text in scene.lost]
        if lost:
            lines += ["", self.tr("What this format cannot hold:"), *lost]
        if report.findings:
            lines += ["", self.tr("To know:")]
            lines += [f"{in_language(found.severity)}  {finding_text(found)}" for found in report.findings]
        return lines
