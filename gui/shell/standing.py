"""Standing: says how the desk stands to its project file: for reading only, taken over, or ended unexpectedly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QDateTime, QEvent, QLocale, QObject, QTimer
from PyQt6.QtWidgets import QLabel

from lidar_label.errors import LidarLabelError
from lidar_label.gui.vigil import Ended
from lidar_label.gui.worker import Worker

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window
    from lidar_label.held import Holder
    from lidar_label.jobs import Project

ASKS_MS = 2000


class Standing(QObject):
    """Watches whether the open project can be edited, and by whom it is held where it cannot."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.label = QLabel()
        self.label.setContentsMargins(10, 0, 10, 0)
        self.label.hide()
        bar = window.statusBar()
        if bar is not None:
            bar.addPermanentWidget(self.label)
        self._worker = Worker("standing", self)
        self._timer = QTimer(self)
        self._timer.setInterval(ASKS_MS)
        self._timer.timeout.connect(self._ask)
        self._told: Path | None = None
        self._suffix = ""  # what the window's title has behind it
        window.desk.scene_changed.connect(self._opened)
        window.installEventFilter(self)

    @property
    def read_only(self) -> bool:
        """Whether the open project is open for reading only."""
        project = self._window.desk.project
        return project is not None and project.session.read_only

    def take_over(self) -> None:
        """Open the project again, for editing, at the same frame."""
        desk = self._window.desk
        if desk.project is not None:
            self._window.open(desk.project.path, desk.index)

    def close(self) -> None:
        """End the watch."""
        self._timer.stop()
        self._worker.close()

    def tell_of(self, ended: list[Ended]) -> None:
        """Say of desks that ended unexpectedly what is left of their work: all of it, up to the last edit."""
        for found in ended:
            self._tell_of(found)

    def _opened(self) -> None:
        project = self._window.desk.project
        self._timer.stop()
        self._window.panels["box"].setEnabled(not self.read_only)
        self._renew()
        if project is None or not self.read_only:
            self._told = None
            return
        if project.holder is not None:
            self._timer.start()
        if project.path != self._told:  # once, not with every scene of it
            self._told = project.path
            self._window.strip.warn(self._reason(project))

    def _renew(self) -> None:
        project = self._window.desk.project
        self.label.setVisible(self.read_only)
        if project is not None and self.read_only:
            self.label.setText(self.tr("Read-only"))
            self.label.setToolTip(self._reason(project))
            title = self._window.windowTitle().removesuffix(self._suffix)
            self._suffix = f" – {self.tr('read-only')}"
            self._window.setWindowTitle(title + self._suffix)

    def _reason(self, project: Project) -> str:
        if project.holder is None:
            text = self.tr(
                "The project file or its folder cannot be written, so it is open for reading only: {0}. Change its "
                "rights, or copy it to a folder of yours."
            )
            return text.format(project.path)
        text = self.tr(
            "{0} has this project open, so it is open here for reading only. Once it is closed there, "
            "File > Take over lets you edit it."
        )
        return text.format(self._who(project.holder))

    def _who(self, holder: Holder) -> str:
        if not holder.process:
            return self.tr("Another desk")
        who = self.tr("{0} on {1} (process {2}, since {3})")
        return who.format(holder.user or "?", holder.host, holder.process, _moment(holder.since))

    def _ask(self) -> None:
        """Look whether the project was let go, beside the window's own work."""
        project = self._window.desk.project
        if project is None or self._worker.pending:
            return
        path = project.path

        def look() -> bool:
            from lidar_label.jobs.project import is_held

            return not is_held(path)

        self._worker.run(look, self._asked, lambda _: None)

    def _asked(self, free: bool) -> None:
        project = self._window.desk.project
        if project is not None and self.read_only and free != project.is_free:
            project.is_free = free
            self._window.menus.renew()
            if free:
                self._window.strip.warn(self.tr("The project is free again: File > Take over lets you edit it."))

    def _tell_of(self, ended: Ended) -> None:
        def look(_: object) -> tuple[str, int] | None:
            from lidar_label.jobs.project import last_edit

            try:
                edit = last_edit(ended.project) if ended.project is not None else None
            except LidarLabelError:  # moved meanwhile: there is nothing to say of it
                return None
            return (edit.title, edit.timestamp_ns) if edit is not None else None

        self._window.desk.run_job(look, lambda edit: self._say_of(ended, edit))

    def _say_of(self, ended: Ended, edit: tuple[str, int] | None) -> None:
        said = [self.tr("The desk that was started {0} ended unexpectedly.").format(_moment(ended.since))]
        if ended.project is not None:
            said.append(self.tr("Every edit is in the project file {0}.").format(ended.project))
        if edit is not None:
            said.append(self.tr('The last one is "{0}", {1}.').format(edit[0], _moment(edit[1] / 1e9)))
        if ended.report is not None:
            said.append(self.tr("A report lies in {0}").format(ended.report))
        self._window.strip.warn(" ".join(said))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange and watched is self._window:
            self._renew()
        return False


def _moment(seconds: float) -> str:
    """Return a time as a person reads it: the day where it is not today, and the time of day."""
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    is_today = moment.date() == QDateTime.currentDateTime().date()
    return QLocale.c().toString(moment, "HH:mm:ss" if is_today else "yyyy-MM-dd HH:mm:ss")
