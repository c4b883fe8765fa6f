"""Pictures with boxes into a folder: what a person is asked, and the work that is started."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.desk import Desk
from lidar_label.gui.ok_cancel import ok_cancel
from lidar_label.gui.views.camera_layout import place_of
from lidar_label.gui.views.camera_look import CameraLook

if TYPE_CHECKING:
    from lidar_label.jobs.overlays import OverlayOptions, OverlayReport


def export_pictures(window: QWidget, desk: Desk) -> None:
    """Ask for frames, cameras and a folder, and draw the pictures beside the edits."""
    project = desk.project
    if project is None or desk.scene is None:
        return
    dialog = PicturesDialog(desk, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: start(desk, dialog.folder, dialog.options))
    dialog.open()


def start(desk: Desk, folder: Path, options: OverlayOptions) -> None:
    """Draw the open scene's pictures once every edit is stored; progress and its stop are the desk's."""
    from lidar_label.jobs.overlays import project_overlays

    project, token = desk.project, desk.scene_token
    if project is None:
        return

    def tell(report: OverlayReport) -> None:
        done = QCoreApplication.translate("PicturesDialog", "{0} pictures were written to {1}")
        desk.said.emit(done.format(report.pictures, report.target))
        for finding in report.findings:
            desk.failed.emit(finding.message if not finding.where else f"{finding.where}: {finding.message}")

    desk.flush()
    desk.after_edits(
        lambda: desk.run_job(
            lambda progress: project_overlays(project, folder, options, scenes=[token], progress=progress), tell
        )
    )


class PicturesDialog(QDialog):
    """Asks which pictures are drawn, what is drawn in them, and where they go."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(self.tr("Export pictures with boxes"))
        self.this_frame, self.all_frames = QRadioButton(self.tr("This frame")), QRadioButton(self.tr("All frames"))
        self.this_frame.setChecked(True)
        self.cameras = [QCheckBox(channel) for channel in channels_of(desk)]
        for box in self.cameras:
            box.setChecked(True)
        self.names = QCheckBox(self.tr("Category and name at each box"))
        self.names.setChecked(CameraLook.of(desk).names)
        self.points = QCheckBox(self.tr("Points of the LiDAR"))
        self.points.setChecked(desk.show_image_points)
        self.kind = QComboBox()
        for title, suffix in (("JPEG", ".jpg"), ("PNG", ".png")):
            self.kind.addItem(title, suffix)
        start_at = desk.project.path.with_name(f"{desk.project.path.stem}-pictures") if desk.project else Path.cwd()
        self.path = QLineEdit(str(start_at))
        self.path.setMinimumWidth(420)
        choose = QPushButton(self.tr("Choose..."))
        choose.clicked.connect(self._choose)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self._lay_out(choose)
        for box in self.cameras:
            box.toggled.connect(self._check)
        self.path.textChanged.connect(self._check)
        self._check()

    def _lay_out(self, choose: QPushButton) -> None:
        self.buttons = ok_cancel(self.tr("Export"), self.tr("Cancel"), self._accept, self.reject)
        frames, cameras, where = QHBoxLayout(), QVBoxLayout(), QHBoxLayout()
        for widget in (self.this_frame, self.all_frames):
            frames.addWidget(widget)
        frames.addStretch(1)
        for box in self.cameras:
            cameras.addWidget(box)
        where.addWidget(self.path, 1)
        where.addWidget(choose)
        form = QFormLayout()
        form.addRow(self.tr("Frames"), frames)
        form.addRow(self.tr("Cameras"), cameras)
        form.addRow("", self.names)
        form.addRow("", self.points)
        form.addRow(self.tr("Kind of file"), self.kind)
        form.addRow(self.tr("Folder"), where)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)

    @property
    def folder(self) -> Path:
        """Where the pictures go."""
        return Path(self.path.text().strip()).expanduser()

    @property
    def options(self) -> OverlayOptions:
        """What is drawn; what is there already was asked about before the dialog is done."""
        return self._options(overwrite=True)

    def _options(self, *, overwrite: bool) -> OverlayOptions:
        from lidar_label.jobs.overlays import OverlayOptions

        return OverlayOptions(
            frames=[self._desk.index] if self.this_frame.isChecked() else [],
            cameras=[box.text() for box in self.cameras if box.isChecked()],
            points=self.points.isChecked(),
            names=self.names.isChecked(),
            suffix=str(self.kind.currentData()),
            overwrite=overwrite,
        )

    def _accept(self) -> None:
        """Ask before anything is written over; then be done."""
        from lidar_label.jobs.overlays import planned

        scene = self._desk.scene
        there = [path for path in planned(scene, self.folder, self.options) if path.exists()] if scene else []
        if there:
            ask = self.tr("{0} pictures are there already.").format(len(there))
            answer = QMessageBox.question(self, self.windowTitle(), f"{ask}\n{self.tr('Write over them?')}")
            if answer != QMessageBox.StandardButton.Yes:
                return
        self.accept()

    def _check(self) -> None:
        problem = ""
        if not self.path.text().strip() or not self.folder.name:
            problem = self.tr("Name the folder for the pictures.")
        elif not self.folder.is_dir() and not self.folder.parent.is_dir():
            problem = self.tr("The folder above it does not exist.")
        elif not any(box.isChecked() for box in self.cameras):
            problem = self.tr("Choose at least one camera.")
        self.problem.setText(problem)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(not problem)

    def _choose(self) -> None:
        options = QFileDialog.Option.ShowDirsOnly | QFileDialog.Option.DontUseNativeDialog
        start_at = str(self.folder.parent)
        folder = QFileDialog.getExistingDirectory(self, self.tr("The folder for the pictures"), start_at, options)
        if folder:
            self.path.setText(folder)


def channels_of(desk: Desk) -> Sequence[str]:
    """Return the cameras of the open scene that have pictures, in the order of the strip."""
    frames = desk.scene.frames if desk.scene is not None else ()
    return sorted({channel for frame in frames for channel in frame.images}, key=place_of)
