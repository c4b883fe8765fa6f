"""The export's dialogs: what they refuse, and what the report says."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from lidar_label.gui.shell.export_dialog import ExportDialog, ReportDialog
from lidar_label.jobs import Report, SceneReport
from lidar_label.jobs.targets import Target
from lidar_label.model import Finding

TARGETS = (Target(name="nuscenes", title="nuScenes v1.0", note="13 tables"), Target(name="kitti", title="KITTI"))


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> ExportDialog:
    made = ExportDialog(TARGETS, tmp_path, "drive")
    qtbot.addWidget(made)
    return made


def may_export(dialog: ExportDialog) -> bool:
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert button is not None
    return button.isEnabled()


def test_it_proposes_a_new_folder_that_follows_the_format(dialog: ExportDialog, tmp_path: Path) -> None:
    assert dialog.choice == ("nuscenes", tmp_path / "drive-nuscenes")
    assert dialog.note.text() == "13 tables"
    dialog.format.setCurrentIndex(1)
    assert dialog.choice == ("kitti", tmp_path / "drive-kitti")
    dialog.path.setText(str(tmp_path / "mine"))
    dialog.format.setCurrentIndex(0)
    assert dialog.choice == ("nuscenes", tmp_path / "mine")


def test_it_refuses_what_exists_and_what_has_no_place(dialog: ExportDialog, tmp_path: Path) -> None:
    assert may_export(dialog)
    dialog.path.setText(str(tmp_path))
    assert not may_export(dialog)
    assert "exists already" in dialog.problem.text()
    dialog.path.setText(str(tmp_path / "no" / "such" / "place"))
    assert not may_export(dialog)
    dialog.path.setText("  ")
    assert not may_export(dialog)


def test_the_report_says_what_was_written_and_lost(qtbot: QtBot, tmp_path: Path) -> None:
    report = Report(
        target=tmp_path,
        scenes=[SceneReport(name="a", status="done", frames=3, tracks=2, boxes=5, lost=["no scores"])],
        findings=[Finding("warning", "few", "few points", "frame 2")],
    )
    dialog = ReportDialog(report)
    qtbot.addWidget(dialog)
    text = dialog.text.toPlainText()
    assert "a: 3 frames, 2 tracks, 5 boxes" in text
    assert "a: no scores" in text
    assert "frame 2: few points" in text
