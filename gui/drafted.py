"""Drafted: a draft of the open scene made beside the window, whatever finds the boxes, and stored as one edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lidar_label.gui.desk import Desk
from lidar_label.gui.making import Maker
from lidar_label.gui.wording import finding_text
from lidar_label.progress import Progress

if TYPE_CHECKING:
    from lidar_label.jobs.draft_edit import Draft
    from lidar_label.jobs.project import Project
    from lidar_label.model import Patch


def run_draft(desk: Desk, make: Callable[[Project, list[str], Progress], Draft], *, none: str, made: str) -> None:
    """Make a draft; progress and its stop are the desk's.

    Parameters
    ----------
    desk : Desk
    make : callable(project, scenes, progress) -> Draft
        Runs on the desk's thread for jobs.
    none : str
        What is said where nothing was found.
    made : str
        What is said of tracks, {0}, and boxes, {1}.
    """
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
            desk.said.emit(none)
            return
        said = made.format(sum(scene.tracks for scene in draft.report.scenes), draft.report.boxes)

        def stored(_: Patch | None) -> None:
            Maker.of(desk).remember(draft.others)
            desk.said.emit(said)

        desk.do(lambda session: session.do(edit), stored)

    desk.flush()
    desk.after_edits(lambda: desk.run_job(lambda progress: make(project, [token], progress), store))
