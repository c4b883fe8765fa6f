"""The commands of the review menu: how far tracks and frames have come, and the ways through what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui import reviewing
from lidar_label.gui.findings import Findings
from lidar_label.gui.review_list import ReviewList
from lidar_label.gui.shell import comparing
from lidar_label.gui.shell.commands.action import Action, has_frame, has_scene, has_track

if TYPE_CHECKING:
    from lidar_label.gui.shell.findings_panel import FindingsPanel
    from lidar_label.gui.shell.window import Window as Shell

_T = QT_TRANSLATE_NOOP


def _list(shell: Shell) -> ReviewList:
    """Bring the list up."""
    shell.docks["review"].show()
    shell.docks["review"].raise_()
    return ReviewList.of(shell.desk)


def _reject(shell: Shell) -> None:
    """Reject the chosen tracks, and let the reason be written."""
    reviewing.set_tracks(shell.desk, "rejected")
    shell.menus.actions["comment"].trigger()


def _mend(shell: Shell) -> None:
    findings = Findings.of(shell.desk)
    findings.mend(findings.at)


def _waive(shell: Shell) -> None:
    """Bring the findings up, and let the reason be written."""
    shell.docks["findings"].show()
    shell.docks["findings"].raise_()
    cast("FindingsPanel", shell.panels["findings"]).ask_reason()


COMMANDS: tuple[Action, ...] = (
    Action(id="next-review", menu="review", text=_T("Actions", "Next in the list of review"), keys=("F7",),
           enabled=has_scene, call=lambda s: _list(s).go_next()),
    Action(id="previous-review", menu="review", text=_T("Actions", "Previous in the list of review"),
           keys=("Shift+F7",), enabled=has_scene, call=lambda s: _list(s).go_next(-1)),
    Action(id="next-change", menu="review", text=_T("Actions", "Next box that somebody else changed"), keys=("F8",),
           enabled=has_scene, call=lambda s: _list(s).next_change()),
    Action(id="next-frame-review", menu="review", text=_T("Actions", "Next frame to look at"), keys=("Ctrl+F7",),
           enabled=has_frame, call=lambda s: reviewing.next_frame(s.desk)),
    Action(id="track-checked", menu="review", text=_T("Actions", "Track is checked"), keys=("F9",), section=True,
           enabled=has_track, edits=True, call=lambda s: reviewing.set_tracks(s.desk, "checked")),
    Action(id="track-rejected", menu="review", text=_T("Actions", "Track is rejected, and why"), keys=("Shift+F9",),
           enabled=has_track, edits=True, call=_reject),
    Action(id="track-labelled", menu="review", text=_T("Actions", "Track is labelled"), keys=("Ctrl+F9",),
           enabled=has_track, edits=True, call=lambda s: reviewing.set_tracks(s.desk, "labelled")),
    Action(id="track-done", menu="review", text=_T("Actions", "Track is done"), keys=("Ctrl+Shift+F9",),
           enabled=has_track, edits=True, call=lambda s: reviewing.set_tracks(s.desk, "done")),
    Action(id="track-to-do", menu="review", text=_T("Actions", "Track is to do"),
           enabled=has_track, edits=True, call=lambda s: reviewing.set_tracks(s.desk, "to do")),
    Action(id="frame-checked", menu="review", text=_T("Actions", "Frame is checked"), keys=("F12",), section=True,
           enabled=has_frame, edits=True, call=lambda s: reviewing.set_frame(s.desk, "checked")),
    Action(id="frame-rejected", menu="review", text=_T("Actions", "Frame is rejected"), keys=("Shift+F12",),
           enabled=has_frame, edits=True, call=lambda s: reviewing.set_frame(s.desk, "rejected")),
    Action(id="frame-labelled", menu="review", text=_T("Actions", "Frame is labelled"), keys=("Ctrl+F12",),
           enabled=has_frame, edits=True, call=lambda s: reviewing.set_frame(s.desk, "labelled")),
    Action(id="frame-done", menu="review", text=_T("Actions", "Frame is done"), keys=("Ctrl+Shift+F12",),
           enabled=has_frame, edits=True, call=lambda s: reviewing.set_frame(s.desk, "done")),
    Action(id="frame-to-do", menu="review", text=_T("Actions", "Frame is to do"),
           enabled=has_frame, edits=True, call=lambda s: reviewing.set_frame(s.desk, "to do")),
    Action(id="mend-finding", menu="review", text=_T("Actions", "Mend the finding that is shown"), keys=("F5",),
           section=True, enabled=has_scene, edits=True, call=_mend),
    Action(id="waive-finding", menu="review", text=_T("Actions", "Waive the finding that is shown, and why"),
           keys=("Shift+F5",), enabled=has_scene, edits=True, call=_waive),
    Action(id="compare-project", menu="review", text=_T("Actions", "Compare with a project file..."), section=True,
           enabled=has_scene, call=lambda s: comparing.ask_project(s.desk, s)),
    Action(id="compare-folder", menu="review", text=_T("Actions", "Compare with the labels of a folder..."),
           enabled=has_scene, call=lambda s: comparing.ask_folder(s.desk, s)),
)  # fmt: skip
