"""Boxes in space from a file of 2D labels: what becomes of each class is asked, then one step of undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.desk import Desk
from lidar_label.gui.drafted import run_draft
from lidar_label.gui.ok_cancel import ok_cancel
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.jobs.draft_edit import Draft
    from lidar_label.jobs.flat_card import FlatCard
    from lidar_label.jobs.project import Project

translate = QCoreApplication.translate
_ROWS_SHOWN = 9


def lift_from_file(window: QWidget, desk: Desk) -> None:
    """Ask for a file of 2D labels and what its classes become, and lift it into the open scene."""
    project, token = desk.project, desk.scene_token
    if project is None or desk.scene is None:
        return
    desk.stop()
    kinds = f"{translate('LiftDialog', '2D labels: COCO, KITTI, nuImages')} (*.json *.txt)"
    title = translate("LiftDialog", "2D labels: COCO's file, one of KITTI's folder, or object_ann.json of nuImages")
    start_at, options = str(project.path.parent), QFileDialog.Option.DontUseNativeDialog
    name, _ = QFileDialog.getOpenFileName(window, title, start_at, kinds, options=options)
    if not name:
        return

    def look(progress: Progress) -> FlatCard:
        from lidar_label.jobs.flat_card import look_at_flat

        progress.step(0, 0, "reading 2D labels")
        return look_at_flat(project, Path(name), [token])

    def ask(card: FlatCard) -> None:
        if desk.project is not project or desk.scene_token != token:
            return
        dialog = LiftDialog(card, desk, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: start(desk, card.source, dialog.classes))
        dialog.open()

    desk.run_job(look, ask)


def start(desk: Desk, source: Path, classes: dict[str, str]) -> None:
    """Lift a file of 2D labels into the open scene; classes whose category is empty are left out."""

    def make(project: Project, scenes: list[str], progress: Progress) -> Draft:
        from lidar_label.jobs.lifting import lifted_from

        return lifted_from(project, source, classes=classes, scenes=scenes, progress=progress)

    none = translate("LiftDialog", "None of the 2D labels became a box")
    made = translate("LiftDialog", "{0} tracks with {1} boxes lifted from 2D labels; one undo takes them back")
    run_draft(desk, make, none=none, made=made)


class LiftDialog(QDialog):
    """Says how many labels there are for this drive, and asks what each of their classes becomes."""

    def __init__(self, card: FlatCard, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = card
        self.setWindowTitle(self.tr("Lift 2D labels to boxes"))
        own = [category.name for category in desk.taxonomy.categories]
        self.choices: dict[str, QComboBox] = {}
        for name, meant in card.meant.items():
            choice = QComboBox()
            choice.addItem(self.tr("left out"), "")
            for category in dict.fromkeys([*own, *([meant] if meant else []), name]):
                is_new = bool(own) and category not in own
                choice.addItem(self.tr("new category: {0}").format(category) if is_new else category, category)
            choice.setCurrentIndex(max(choice.findData(meant), 0))
            self.choices[name] = choice
        self.told = self._text(self._said())
        self._lay_out()
        for choice in self.choices.values():
            choice.currentIndexChanged.connect(self._check)
        self._check()

    @property
    def classes(self) -> dict[str, str]:
        """What each class becomes; nothing where it is left out."""
        return {name: str(choice.currentData()) for name, choice in self.choices.items()}

    def _said(self) -> str:
        card = self._card
        lines = [
            self.tr("{0}: {1} 2D labels in {2} pictures of this drive").format(
                card.source.name, f"{card.marks:,}", f"{card.pictures:,}"
            )
        ]
        if card.elsewhere:
            lines.append(self.tr("{0} labels are in other pictures and are left out").format(f"{card.elsewhere:,}"))
        lines.append(
            self.tr(
                "Each becomes a box around the points in it, marked as made by machine, in one step of undo. "
                "Where there are boxes already none is added."
            )
        )
        return "\n".join(lines)

    def _text(self, said: str) -> QLabel:
        label = QLabel(said)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _lay_out(self) -> None:
        self.told.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setColumnStretch(2, 1)
        for row, (name, choice) in enumerate(self.choices.items()):
            grid.addWidget(self._text(name), row, 0)
            count = self._text(f"{self._card.classes[name]:,}")
            count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(count, row, 1)
            grid.addWidget(choice, row, 2)
        grid.setRowStretch(len(self.choices), 1)
        rows = QScrollArea()
        rows.setWidget(inner)
        rows.setWidgetResizable(True)
        rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row_high = inner.sizeHint().height() / max(len(self.choices), 1)
        rows.setMinimumHeight(round(row_high * min(len(self.choices), _ROWS_SHOWN)) + 2 * rows.frameWidth())
        self.buttons = ok_cancel(self.tr("Make boxes"), self.tr("Cancel"), self.accept, self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.told)
        column.addWidget(rows, 1)
        column.addWidget(self.buttons)

    def _check(self) -> None:
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(any(self.classes.values()))
