"""Settings: what the desk remembers of its user between two runs."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QByteArray, QSettings, QStandardPaths

from lidar_label.gui.look import BIG_POINTS, POINT_BUDGET

RECENT = 10


class Settings:
    """The desk's file in the user's configuration folder, with a typed door for each thing kept."""

    def __init__(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
        self._file = QSettings(str(Path(folder) / "lidar-label" / "desk.ini"), QSettings.Format.IniFormat)

    @property
    def language(self) -> str:
        """Name of the language chosen in the menu; empty follows the system."""
        return str(self._file.value("language", "") or "")

    @language.setter
    def language(self, name: str) -> None:
        self._file.setValue("language", name)

    @property
    def point_size(self) -> int:
        """Size of a point on the screen, in pixels."""
        return self._whole("point_size", 2)

    @point_size.setter
    def point_size(self, size: int) -> None:
        self._file.setValue("point_size", size)

    @property
    def point_budget(self) -> int:
        """The most points of a big cloud that are drawn at rest."""
        return self._whole("point_budget", POINT_BUDGET)

    @property
    def big_points(self) -> int:
        """From how many points on a single cloud is drawn from tiles."""
        return self._whole("big_points", BIG_POINTS)

    @property
    def painter(self) -> str:
        """Who draws the points: "auto", "vtk" or "splat"."""
        return str(self._file.value("painter", "") or "auto")

    @painter.setter
    def painter(self, name: str) -> None:
        self._file.setValue("painter", name)

    @property
    def painters_measured(self) -> str:
        """What the painters' speeds were on this computer, as `Measured.text` has it; empty if never measured."""
        return str(self._file.value("painters_measured", "") or "")

    @painters_measured.setter
    def painters_measured(self, text: str) -> None:
        self._file.setValue("painters_measured", text)

    @property
    def recent(self) -> list[Path]:
        """What was opened last, newest first; what is gone is left out."""
        kept = self._file.value("recent", [])
        texts = [kept] if isinstance(kept, str) else list(kept or [])
        return [Path(str(text)) for text in texts if text and Path(str(text)).exists()]

    def add_recent(self, path: Path) -> None:
        """Put a path at the top of the list of recent ones."""
        path = path.resolve()
        paths = [path, *(other for other in self.recent if other != path)][:RECENT]
        self._file.setValue("recent", [str(other) for other in paths])

    def layout(self, name: str) -> QByteArray:
        """Return a part of the window's layout as it was left; empty where none is kept."""
        kept = self._file.value(f"layout/{name}")
        return kept if isinstance(kept, QByteArray) else QByteArray()

    def set_layout(self, name: str, state: QByteArray) -> None:
        """Keep a part of the window's layout."""
        self._file.setValue(f"layout/{name}", state)

    def forget_layout(self, name: str) -> None:
        """Keep a part of the window's layout no longer."""
        self._file.remove(f"layout/{name}")

    def _whole(self, name: str, usual: int) -> int:
        try:
            return int(self._file.value(name, usual))
        except (TypeError, ValueError):
            return usual

    def save(self) -> None:
        """Write to the file now."""
        self._file.sync()
