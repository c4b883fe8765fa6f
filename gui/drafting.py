"""A first draft by a team's own model: what a person is asked before, the work beside the window, one step of undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from lidar_label.errors import LidarLabelError
from lidar_label.gui.desk import Desk
from lidar_label.gui.drafted import run_draft
from lidar_label.gui.ok_cancel import ok_cancel
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.jobs.draft_edit import Draft
    from lidar_label.jobs.drafting import ModelCard
    from lidar_label.jobs.project import Project

_LEAST = 0.5
_CLASSES_SHOWN = 14


def draft_with_model(window: QWidget, desk: Desk) -> None:
    """Ask for the description of a model, say what it does, and run it over the open scene."""
    from lidar_label.jobs.drafting import look_at_model

    if desk.project is None or desk.scene is None:
        return
    desk.stop()
    kinds = f"{QCoreApplication.translate('DraftDialog', 'Descriptions of models')} (*.toml)"
    title = QCoreApplication.translate("DraftDialog", "The description of a model")
    start_at, options = str(desk.project.path.parent), QFileDialog.Option.DontUseNativeDialog
    name, _ = QFileDialog.getOpenFileName(window, title, start_at, kinds, options=options)
    if not name:
        return

    def ask(card: ModelCard) -> None:
        dialog = DraftDialog(card, desk, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: start(desk, card, send_to=dialog.send_to, least_score=dialog.least.value()))
        dialog.open()

    desk.run_job(lambda _: look_at_model(Path(name)), ask)


def start(desk: Desk, card: ModelCard, *, send_to: str = "", least_score: float = _LEAST) -> None:
    """Run a model over the open scene."""

    def make(project: Project, scenes: list[str], progress: Progress) -> Draft:
        from lidar_label.jobs.drafting import made_by_model

        return made_by_model(
            project, card.file, send_to=send_to, scenes=scenes, least_score=least_score, progress=progress
        )

    none = QCoreApplication.translate("DraftDialog", "The model found nothing")
    made = QCoreApplication.translate("DraftDialog", "{0} tracks with {1} boxes drafted; one undo takes them back")
    run_draft(desk, make, none=none, made=made)


class DraftDialog(QDialog):
    """Says what a model finds and, of a server, where the points would go; only its button starts anything."""

    def __init__(self, card: ModelCard, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = card
        self.setWindowTitle(self.tr("Draft with a model"))
        self.finds = QLabel(self._classes())
        self.finds.setTextFormat(Qt.TextFormat.PlainText)
        self.frames = QLabel(self.tr("All {0} frames of this drive").format(len(desk.times_ns)))
        self.least = QDoubleSpinBox()
        self.least.setRange(0.0, 1.0)
        self.least.setSingleStep(0.05)
        self.least.setValue(_LEAST)
        self.address = QLineEdit(card.address)
        self.address.setPlaceholderText("http://localhost:8000/detect")
        self.address.setMinimumWidth(self.fontMetrics().averageCharWidth() * 56)
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self._lay_out()
        self.address.textChanged.connect(self._check)
        self._check()

    @property
    def send_to(self) -> str:
        """The address that the person agreed to; empty for a model that runs here."""
        return self.address.text().strip() if self._card.is_server else ""

    def _lay_out(self) -> None:
        deed = self.tr("Send the points and draft") if self._card.is_server else self.tr("Draft")
        self.buttons = ok_cancel(deed, self.tr("Cancel"), self.accept, self.reject)
        form = QFormLayout()
        name = QLabel(self._card.name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        form.addRow(self.tr("Model"), name)
        form.addRow(self.tr("Finds"), self.finds)
        form.addRow(self.tr("Where"), self.frames)
        form.addRow(self.tr("Tracks as likely as"), self.least)
        if self._card.is_server:
            form.addRow(self.tr("Server"), self.address)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.told)
        column.addStretch(1)
        column.addWidget(self.buttons)

    def _classes(self) -> str:
        out = self.tr("left out")
        rows = [f"{name} → {category or out}" for name, category in self._card.categories.items()]
        more = len(rows) - _CLASSES_SHOWN
        return "\n".join([*rows[:_CLASSES_SHOWN], *([f"+ {more}"] if more > 0 else [])])

    def _check(self) -> None:
        """Say what will happen; without an address that can be sent to there is nothing to start."""
        from lidar_label.jobs.drafting import where_to

        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        lines = [self.tr("What it finds and has no boxes yet becomes tracks made by machine, in one step of undo.")]
        can = True
        if self._card.is_server:
            try:
                place = where_to(self.send_to)
                lines.insert(
                    0, self.tr("The points of every frame, their times and the poses are sent to {0}.").format(place)
                )
                if self._card.token_from:
                    token = self.tr("The token in the environment variable {0} is sent along.")
                    lines.insert(1, token.format(self._card.token_from))
            except LidarLabelError:
                lines, can = [self.tr("Write the server's address, such as http://localhost:8000/detect.")], False
        self.told.setText("\n".join(lines))
        if ok is not None:
            ok.setEnabled(can)
