"""KeyMap: which keys fire which command, as the person at this desk has set them."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QKeySequence

from lidar_label.gui.shell.commands import BY_ID, PAGES
from lidar_label.gui.shell.keymap_presets import PRESETS

Keys = Mapping[str, tuple[str, ...]]
DEFAULTS: Keys = {action.id: action.keys for action in BY_ID.values()}
_PORTABLE, _NATIVE = QKeySequence.SequenceFormat.PortableText, QKeySequence.SequenceFormat.NativeText


def plain(key: str) -> str:
    """Return a key as Qt writes it in files, ``ctrl+shift+z`` as ``Ctrl+Shift+Z``; empty if Qt knows no such key."""
    sequence = QKeySequence(key, _PORTABLE)
    return sequence.toString(_PORTABLE) if sequence.count() == 1 else ""


def native(keys: Iterable[str]) -> str:
    """Return keys as this system writes them."""
    return ", ".join(QKeySequence(key, _PORTABLE).toString(_NATIVE) for key in keys)


def resolve(*layers: Keys) -> dict[str, tuple[str, ...]]:
    """Return the keys of every command where each layer stands above the next; no key is given twice in a place.

    A command's keys are those of the first layer that names it; the command named first keeps a key.
    """
    found: dict[str, tuple[str, ...]] = {}
    taken: dict[str, set[str]] = {}
    for layer in layers:
        for name, keys in layer.items():
            if name not in found:
                others = taken.setdefault(place_of(name), set())
                found[name] = tuple(key for key in map(plain, keys) if key and key not in others)
                others.update(found[name])
    return found


def place_of(name: str) -> str:
    """Return the page whose keys a command's are; empty for the window."""
    action = BY_ID.get(name)
    return action.menu if action is not None and action.menu in PAGES else ""


class KeyMap(QObject):
    """The keys of every command: a person's own above those of a preset above the usual ones.

    They are kept in a JSON file that can be edited by hand::

        {"preset": "CVAT", "keys": {"draw-box": ["N", "Ctrl+N"], "flip": []}}

    Parameters
    ----------
    path : Path
        It is written once something is changed. What is wrong in it is in `problems`, and left out.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(str)
    """A sentence: the file could not be written."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.problems: list[str] = []
        self._preset = ""
        self._own: dict[str, tuple[str, ...]] = {}
        self._strange: dict[str, Any] = {}  # of commands of another version: kept as they are
        self._is_broken = False
        self._read()
        self._keys = self._resolved()

    # What the keys are

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of a command, in Qt's portable notation."""
        return self._keys.get(name, ())

    def text(self, name: str) -> str:
        """Return the keys of a command as this system writes them."""
        return native(self.keys(name))

    def named(self, name: str) -> str:
        """Return the first key of a command as a text names it; the command's title where it has none."""
        return native(self.keys(name)[:1]) or f"“{BY_ID[name].title}”"

    def owner(self, key: str, beside: str = "") -> str:
        """Return the id of the command that a key fires, in the place of the command `beside`; empty where none."""
        wanted, place = plain(key), place_of(beside)
        return next((name for name, keys in self._keys.items() if wanted in keys and place_of(name) == place), "")

    @property
    def preset(self) -> str:
        """Name of the preset under a person's own keys; empty for the usual keys."""
        return self._preset

    def is_own(self, name: str) -> bool:
        """Say whether a person has set the keys of this command."""
        return name in self._own

    # Changing them

    def set_keys(self, name: str, keys: Iterable[str]) -> None:
        """Give a command these keys; a command that had one of them loses it."""
        wanted = tuple(dict.fromkeys(filter(None, map(plain, keys))))
        for other, old in self._own.items():
            if place_of(other) == place_of(name):
                self._own[other] = tuple(key for key in old if key not in wanted)
        self._own.pop(name, None)
        if wanted != resolve(self._own, PRESETS.get(self._preset, {}), DEFAULTS).get(name):
            self._own = {name: wanted, **self._own}
        self._keep()

    def reset(self, name: str) -> None:
        """Give a command back the keys it has in the preset."""
        self._own.pop(name, None)
        self._keep()

    def use(self, preset: str) -> None:
        """Give every command the keys of a preset (empty: the usual ones); a person's own keys are forgotten."""
        self._preset, self._own = preset, {}
        self._keep()

    def _keep(self) -> None:
        self._keys = self._resolved()
        self._write()
        self.changed.emit()

    def _resolved(self) -> dict[str, tuple[str, ...]]:
        return resolve(self._own, PRESETS.get(self._preset, {}), DEFAULTS)

    # The file

    def _read(self) -> None:
        try:
            kept = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError, RecursionError) as error:
            self._is_broken = True
            self._say(self.tr("the keys cannot be read, so the usual ones are used: {0}").format(error))
            return
        keys = kept.get("keys", {}) if isinstance(kept, dict) else None
        if not isinstance(keys, dict):
            self._is_broken = True
            self._say(self.tr('expected {"preset": "NAME", "keys": {"COMMAND": ["KEY"]}}; the usual keys are used'))
            return
        preset = kept.get("preset", "")
        if preset in PRESETS or preset == "":
            self._preset = preset
        else:
            known = ", ".join(PRESETS)
            self._say(self.tr("there is no preset {0}; there are: {1}").format(json.dumps(preset), known))
        taken: dict[tuple[str, str], str] = {}
        for name, wished in keys.items():
            if name not in BY_ID:
                self._strange[name] = wished
            elif not isinstance(wished, list) or not all(isinstance(key, str) for key in wished):
                self._say(
                    self.tr('{0}: expected a list of keys such as ["Ctrl+Z"]; its usual keys are used').format(name)
                )
            else:
                self._own[name] = tuple(self._fit(name, key, taken) for key in wished)
                self._own[name] = tuple(filter(None, self._own[name]))

    def _fit(self, name: str, key: str, taken: dict[tuple[str, str], str]) -> str:
        """Return a key of the file as Qt writes it; empty, with a word about it, where it cannot be used."""
        found = plain(key)
        if not found:
            self._say(self.tr('{0}: "{1}" is no key; it is left out').format(name, key))
        elif (owner := taken.setdefault((place_of(name), found), name)) != name:
            self._say(self.tr("{0} has the key {1} already; {2} goes without it").format(owner, found, name))
            return ""
        return found

    def _say(self, what: str) -> None:
        self.problems.append(f"{self.path}: {what}")

    def _write(self) -> None:
        kept = {
            "preset": self._preset,
            "keys": {**{name: list(keys) for name, keys in self._own.items()}, **self._strange},
        }
        unfinished = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._is_broken:  # it may hold an hour of somebody's work behind one wrong comma
                self.path.replace(self.path.with_name(f"{self.path.name}.broken"))
                self._is_broken = False
            unfinished.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", "utf-8")
            unfinished.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            self.failed.emit(f"{self.path}: {self.tr('the keys cannot be kept: {0}').format(error.strerror)}")
