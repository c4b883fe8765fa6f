"""A first draft from the boxes of a detector: a file of them is chosen, tracks come of it, in one step of undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QFileDialog, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.drafted import run_draft
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.jobs.draft_edit import Draft
    from lidar_label.jobs.project import Project

translate = QCoreApplication.translate


def draft_from_file(window: QWidget, desk: Desk) -> None:
    """Ask for a file of detections, and make tracks of them in the open scene."""
    if desk.project is None or desk.scene is None:
        return
    desk.stop()
    kinds = f"{translate('DraftFound', 'Detections')} (*.txt *.json *.csv *.feather *.xml)"
    start_at, options = str(desk.project.path.parent), QFileDialog.Option.DontUseNativeDialog
    title = translate("DraftFound", "The boxes that a detector found")
    name, _ = QFileDialog.getOpenFileName(window, title, start_at, kinds, options=options)
    if name:
        start(desk, Path(name))


def start(desk: Desk, source: Path) -> None:
    """Make tracks of detections in the open scene."""

    def make(project: Project, scenes: list[str], progress: Progress) -> Draft:
        from lidar_label.jobs.drafting import made_from_detections

        return made_from_detections(project, source, scenes=scenes, progress=progress)

    none = translate("DraftFound", "None of the detections is likely enough to make a track")
    made = translate("DraftFound", "{0} tracks with {1} boxes made of detections; one undo takes them back")
    run_draft(desk, make, none=none, made=made)
