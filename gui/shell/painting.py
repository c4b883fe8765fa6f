"""Painting: which painter draws the points, as the settings, a measurement and the environment have it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal

from lidar_label.gui.painters import choose
from lidar_label.gui.painters.base import Painter
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.worker import Worker


class Painting(QObject):
    """Gives the view its painter, and another when a person or a measurement says so."""

    changed = pyqtSignal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._give: Callable[[Painter], object] | None = None
        self._name = "splat"  # what a view starts with
        self._measuring: choose.Measuring | None = None
        self._worker: Worker | None = None

    @property
    def wanted(self) -> choose.Wanted:
        """What was asked for."""
        said = choose.from_environment() or self._settings.painter
        return next((name for name in choose.WANTED if name == said), "auto")

    @property
    def measured(self) -> choose.Measured | None:
        """What was measured on this computer."""
        return choose.Measured.read(self._settings.painters_measured)

    def serve(self, give: Callable[[Painter], object]) -> None:
        """Have painters given to a view from now on."""
        self._give = give
        self._apply()

    def use(self, wanted: choose.Wanted) -> None:
        """Take another painter, and remember it; "auto" measures anew."""
        self._settings.painter = wanted
        if wanted == "auto":
            self._settings.painters_measured = ""
            self.measure_once()
        self._apply()

    def measure_once(self) -> None:
        """Measure in the background where that is asked for and was not done."""
        if self.wanted != "auto" or self.measured is not None or self._measuring is not None:
            return
        self._measuring = measuring = choose.Measuring()
        if self._worker is None:
            self._worker = Worker("measure", self)
        self._worker.run(measuring.wait, self._measured, lambda _: None)

    def said(self) -> str:
        """Say who draws the points, and why."""
        name = self.tr("VTK") if self._name == "vtk" else self.tr("software")
        found = self.measured
        if self.wanted != "auto":
            return self.tr("Points drawn by: {0} (as chosen)").format(name)
        if found is None:
            return self.tr("Points drawn by: {0} (not measured yet)").format(name)
        if found == choose.NO_GRAPHICS:
            return self.tr("Points drawn by: {0} (VTK does not work here)").format(name)
        return self.tr("Points drawn by: {0} (a million points: VTK {1} ms, software {2} ms; {3})").format(
            name, round(found.vtk * 1000), round(found.splat * 1000), found.graphics or "OpenGL"
        )

    def close(self) -> None:
        """End a measurement under way, and its thread."""
        if self._measuring is not None:
            self._measuring.stop()
        if self._worker is not None:
            self._worker.close()

    def _measured(self, found: choose.Measured) -> None:
        self._measuring = None
        self._settings.painters_measured = found.text()
        self._apply()

    def _apply(self) -> None:
        name = choose.chosen(self.wanted, self.measured)
        if name != self._name and self._give is not None:
            self._name = name
            self._give(choose.make(name))
        self.changed.emit()
