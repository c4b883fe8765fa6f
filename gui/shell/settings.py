"""Settings: what the desk remembers of its user between two runs."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QByteArray, QSettings, QStandardPaths

from lidar_label.gui.look import BIG_POINTS, POINT_BUDGET

RECENT = 10


class Settings:
    """The desk's file in the user's configuration folder, with a typed door for each thing kept."""

    def __init__(self) -> None:
        base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
        self.folder = Path(base) / "lidar-label"
        self._file = QSettings(str(self.folder / "desk.ini"), QSettings.Format.IniFormat)

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
    def theme(self) -> str:
        """Name of the window's theme."""
        return str(self._file.value("theme", "") or "dark")

    @theme.setter
    def theme(self, name: str) -> None:
        self._file.setValue("theme", name)

    @property
    def toured(self) -> bool:
        """Whether the tour was shown or refused."""
        return bool(self._whole("toured", 0))

    @toured.setter
    def toured(self, done: bool) -> None:
        self._file.setValue("toured", int(done))

    @property
    def own_layouts(self) -> list[str]:
        """Names of the layouts that were saved, in the order in which they were."""
        kept = self._file.value("own_layouts", [])
        return [kept] if isinstance(kept, str) else [str(name) for name in kept or []]

    @own_layouts.setter
    def own_layouts(self, names: list[str]) -> None:
        self._file.setValue("own_layouts", names)

    @property
    def recent_commands(self) -> list[str]:
        """Ids of the commands that were last run from the palette, newest first."""
        kept = self._file.value("recent_commands", [])
        return [kept] if isinstance(kept, str) else [str(name) for name in kept or []]

    def add_recent_command(self, name: str) -> None:
        """Put a command at the top of those that were last run from the palette."""
        names = [name, *(other for other in self.recent_commands if other != name)][:RECENT]
        self._file.setValue("recent_commands", names)

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
