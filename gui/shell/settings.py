"""Settings: what the desk remembers of its user between two runs."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QByteArray, QSettings, QStandardPaths

from lidar_label.cloud.place import LIMIT_BYTES
from lidar_label.gui.loader import BUDGET_BYTES
from lidar_label.gui.look import BIG_POINTS, POINT_BUDGET
from lidar_label.gui.views.camera_tone import MOST, Tone

RECENT = 10
GB, MB = 1_000_000_000, 1_000_000
# The least and the most that can be set; what a settings file says beyond is taken to the nearer one.
BUDGETS, BIGS = (100_000, 200_000_000), (100_000, 1_000_000_000)
CACHES, FRAMES = (GB, 10_000 * GB), (100 * MB, 64 * GB)
_WHOLE = (-(2**31), 2**31 - 1)


class Settings:
    """The desk's file in the user's configuration folder, with a typed door for each thing kept."""

    def __init__(self) -> None:
        base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
        self.folder = Path(base) / "lidar-label"
        self._file = QSettings(str(self.folder / "desk.ini"), QSettings.Format.IniFormat)

    @property
    def author(self) -> str:
        """Who is written in the history of edits; the login name unless another was set."""
        return self._text("author").strip() or login_name()

    @author.setter
    def author(self, name: str) -> None:
        self._file.setValue("author", name.strip() if name.strip() != login_name() else "")

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
        return self._whole("point_budget", POINT_BUDGET, BUDGETS)

    @point_budget.setter
    def point_budget(self, points: int) -> None:
        self._file.setValue("point_budget", points)

    @property
    def big_points(self) -> int:
        """From how many points on a single cloud is drawn from tiles."""
        return self._whole("big_points", BIG_POINTS, BIGS)

    @big_points.setter
    def big_points(self, points: int) -> None:
        self._file.setValue("big_points", points)

    @property
    def cache_bytes(self) -> int:
        """What the tiles of all big clouds may take on the disk."""
        return self._whole("cache_bytes", LIMIT_BYTES, CACHES)

    @cache_bytes.setter
    def cache_bytes(self, size: int) -> None:
        self._file.setValue("cache_bytes", size)

    @property
    def cache_folder(self) -> str:
        """Where those tiles lie; empty for the usual place."""
        return self._text("cache_folder")

    @cache_folder.setter
    def cache_folder(self, folder: str) -> None:
        self._file.setValue("cache_folder", folder)

    @property
    def frames_bytes(self) -> int:
        """The memory that frames read ahead may take."""
        return self._whole("frames_bytes", BUDGET_BYTES, FRAMES)

    @frames_bytes.setter
    def frames_bytes(self, size: int) -> None:
        self._file.setValue("frames_bytes", size)

    @property
    def picture_names(self) -> bool:
        """Whether boxes in the pictures have their names written at them."""
        return bool(self._whole("picture_names", 0))

    @picture_names.setter
    def picture_names(self, shown: bool) -> None:
        self._file.setValue("picture_names", int(shown))

    @property
    def picture_follows(self) -> bool:
        """Whether the large picture follows the selection."""
        return bool(self._whole("picture_follows", 1))

    @picture_follows.setter
    def picture_follows(self, follows: bool) -> None:
        self._file.setValue("picture_follows", int(follows))

    @property
    def picture_tones(self) -> dict[str, Tone]:
        """How bright and hard the pictures of each channel are shown; those that were never changed are left out."""
        try:
            kept = json.loads(self._text("picture_tones") or "{}")
            return {str(channel): _tone(told) for channel, told in kept.items()}
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return {}

    @picture_tones.setter
    def picture_tones(self, tones: dict[str, Tone]) -> None:
        told = {name: [tone.brightness, tone.contrast, tone.auto] for name, tone in tones.items() if not tone.is_plain}
        self._file.setValue("picture_tones", json.dumps(told))

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

    def _text(self, name: str) -> str:
        kept = self._file.value(name, "")
        return kept if isinstance(kept, str) else ""

    def _whole(self, name: str, usual: int, between: tuple[int, int] = _WHOLE) -> int:
        try:
            return min(max(int(self._file.value(name, usual)), between[0]), between[1])
        except (TypeError, ValueError, OverflowError):
            return usual

    def save(self) -> None:
        """Write to the file now."""
        self._file.sync()


def login_name() -> str:
    """Return the name a person is logged in by; empty where nobody says."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _tone(told: Any) -> Tone:  # noqa: ANN401  whatever stands in the file
    brightness, contrast, auto = told
    return Tone(_slider(brightness), _slider(contrast), bool(auto))


def _slider(told: Any) -> int:  # noqa: ANN401
    return min(max(int(told), -MOST), MOST)
