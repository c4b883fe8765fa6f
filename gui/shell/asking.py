"""What the window asks a person for, and what it shows in a dialog of its own."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtWidgets import QDialog, QFileDialog, QMessageBox

from lidar_label.gui.shell.export_dialog import ExportDialog, ReportDialog
from lidar_label.gui.shell.import_report import ImportReport, look
from lidar_label.gui.shell.keys_dialog import KeysDialog
from lidar_label.gui.shell.palette import Palette
from lidar_label.gui.shell.sheet import ShortcutSheet

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window
    from lidar_label.jobs import Project


class Asking(QObject):
    """The window's dialogs: opening, exporting, reports, keys."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window

    def open_folder(self) -> None:
        """Ask for a drive's folder and open it."""
        title, options = self.tr("Open a drive's folder"), QFileDialog.Option.DontUseNativeDialog
        folder = QFileDialog.getExistingDirectory(self._window, title, self._last_folder(), options)
        if folder:
            self._window.open(Path(folder))

    def open_project(self) -> None:
        """Ask for a project file and open it."""
        from lidar_label.jobs.project import SUFFIX

        kinds = f"{self.tr('Projects')} (*{SUFFIX});;{self.tr('All files')} (*)"
        title, options = self.tr("Open a project file"), QFileDialog.Option.DontUseNativeDialog
        name, _ = QFileDialog.getOpenFileName(self._window, title, self._last_folder(), kinds, options=options)
        if name:
            self._window.open(Path(name))

    def export(self) -> None:
        """Ask for a format and a folder, and export in the background."""
        from lidar_label.jobs.targets import export_to, targets

        project = self._window.desk.project
        if project is None:
            return
        self._window.desk.flush()
        dialog = ExportDialog(targets(), project.path.parent, project.path.stem, self._window)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        name, folder = dialog.choice
        dialog.deleteLater()
        if accepted:
            self._window.desk.after_edits(
                lambda: self._window.desk.run_job(
                    lambda progress: export_to(project, folder, name, progress),
                    lambda report: ReportDialog(report, self._window).open(),
                )
            )

    def import_report(self) -> None:
        """Say what is in the open project, or in a folder that is asked for; it is looked at in the background."""
        what: Project | Path | None = self._window.desk.project
        if what is None:
            title, options = self.tr("Report on a drive's folder"), QFileDialog.Option.DontUseNativeDialog
            folder = QFileDialog.getExistingDirectory(self._window, title, self._last_folder(), options)
            what = Path(folder) if folder else None
        if what is not None:
            chosen = what
            self._window.desk.run_job(
                lambda progress: look(chosen, progress),
                lambda found: ImportReport(found[0], found[1], self._window).open(),
            )

    def show_shortcuts(self) -> None:
        """Show every key."""
        sheet = ShortcutSheet(self._window.keymap, self._window)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def show_keys(self) -> None:
        """Let the person change the keys."""
        KeysDialog(self._window.keymap, self._window).open()

    def show_palette(self, text: str = "") -> None:
        """Find a command, a track, a category or a frame."""
        Palette(self._window, text).show()

    def show_about(self) -> None:
        """Say what this is."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("About"))
        box.setText(f"<b>lidar-label {_version()}</b>")
        about = self.tr("Label driving data in 3D: from a raw drive to checked box tracks.")
        box.setInformativeText(f"{about}\n\n{self._window.painting.said()}")
        box.open()

    def _last_folder(self) -> str:
        recent = self._window.settings.recent
        return str(recent[0].parent) if recent else str(Path.cwd())


def _version() -> str:
    try:
        return version("lidar-label")
    except PackageNotFoundError:  # a checkout that was never installed
        return ""
