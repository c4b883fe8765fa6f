"""A first draft by the points alone: how far is looked and how likely tracks have to be, then one step of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QDialog, QDoubleSpinBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.drafted import run_draft
from lidar_label.gui.ok_cancel import ok_cancel
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.jobs.draft_edit import Draft
    from lidar_label.jobs.project import Project

_LEAST, _RANGE_M, _MOST_M = 0.3, 60.0, 100.0


def draft_by_points(window: QWidget, desk: Desk) -> None:
    """Ask how far is looked, and draft the open scene."""
    if desk.project is None or desk.scene is None:
        return
    desk.stop()
    dialog = PointsDraftDialog(desk, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: start(desk, within=dialog.within.value(), least_score=dialog.least.value()))
    dialog.open()


def start(desk: Desk, *, within: float = _RANGE_M, least_score: float = _LEAST) -> None:
    """Draft the open scene by its points."""

    def make(project: Project, scenes: list[str], progress: Progress) -> Draft:
        from lidar_label.jobs.first_draft import made_from_points

        return made_from_points(project, within=within, scenes=scenes, least_score=least_score, progress=progress)

    none = QCoreApplication.translate("PointsDraftDialog", "No road users were found")
    made = QCoreApplication.translate(
        "PointsDraftDialog", "{0} tracks with {1} boxes drafted; one undo takes them back"
    )
    run_draft(desk, make, none=none, made=made)


class PointsDraftDialog(QDialog):
    """Says what will be looked for, and how far."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("First draft"))
        self.within = QDoubleSpinBox()
        self.within.setRange(5.0, _MOST_M)
        self.within.setSingleStep(5.0)
        self.within.setDecimals(0)
        self.within.setSuffix(" m")
        self.within.setValue(_RANGE_M)
        self.least = QDoubleSpinBox()
        self.least.setRange(0.0, 1.0)
        self.least.setSingleStep(0.05)
        self.least.setValue(_LEAST)
        told = QLabel(
            self.tr(
                "Cars, lorries, buses, people and riders are looked for in the points alone. What has no boxes yet "
                "becomes tracks made by machine, in one step of undo. Look through them: some will be wrong."
            )
        )
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setWordWrap(True)
        told.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        form = QFormLayout()
        form.addRow(self.tr("Where"), QLabel(self.tr("All {0} frames of this drive").format(len(desk.times_ns))))
        form.addRow(self.tr("Within"), self.within)
        form.addRow(self.tr("Tracks as likely as"), self.least)
        self.buttons = ok_cancel(self.tr("Draft"), self.tr("Cancel"), self.accept, self.reject)
        column = QVBoxLayout(self)
        column.addWidget(told)
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(self.buttons)
