"""A first draft from the boxes of a detector: a file of them is chosen, tracks come of it, in one step of undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QFileDialog, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.wording import finding_text

if TYPE_CHECKING:
    from lidar_label.jobs.draft_edit import Draft

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
    """Make tracks of detections; progress and its stop are the desk's, and what is made is one edit."""
    from lidar_label.jobs.drafting import made_from_detections

    project, token = desk.project, desk.scene_token
    if project is None:
        return

    def store(draft: Draft) -> None:
        for finding in draft.report.findings:
            desk.noticed.emit(finding_text(finding))
        edit = draft.edit
        if desk.project is not project:
            return
        if edit is None:
            desk.said.emit(translate("DraftFound", "None of the detections is likely enough to make a track"))
            return
        tracks = sum(scene.tracks for scene in draft.report.scenes)
        said = translate("DraftFound", "{0} tracks with {1} boxes made of detections; one undo takes them back")
        desk.do(
            lambda session: session.do(edit),
            lambda _: desk.said.emit(said.format(tracks, draft.report.boxes)),
        )

    desk.flush()
    desk.after_edits(
        lambda: desk.run_job(
            lambda progress: made_from_detections(project, source, scenes=[token], progress=progress), store
        )
    )
