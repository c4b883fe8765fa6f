"""Tokens that are unique in a table, and file names that are safe on every disk."""

from __future__ import annotations

import hashlib
from collections import defaultdict

_KEPT = frozenset("._+-")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))})


def derived_token(*parts: str) -> str:
    """Return the token that always belongs to these texts: 32 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


class Tokens:
    """The tokens given out so far, table by table.

    Drives of two sources may use the same token; the second one to come gets another.
    """

    def __init__(self) -> None:
        self.changed = 0
        self._used: dict[str, set[str]] = defaultdict(set)
        self._content: dict[tuple[str, str], str] = {}

    def claim(self, table: str, token: str, scene: str) -> str:
        """Return `token` if it is free in `table`, else one derived from it and the scene."""
        used = self._used[table]
        claimed = token
        while claimed in used:
            claimed = derived_token(table, scene, claimed)
        self.changed += claimed != token
        used.add(claimed)
        return claimed

    def claim_content(self, table: str, token: str, content: str, scene: str) -> tuple[str, bool]:
        """Return the token of a row that scenes may share, and whether the row is still to be written.

        The same token with the same content is the same row; with another it gets another token.
        """
        key = (table, f"{token}\0{content}")
        is_new = key not in self._content
        if is_new:
            self._content[key] = self.claim(table, token, scene)
        return self._content[key], is_new


def safe_name(text: str, longest: int) -> str:
    """Return a name that any file system takes: letters, digits and ``._+-``, at most so many bytes."""
    kept = "".join(c if c.isalnum() or c in _KEPT else "_" for c in text).strip(".")
    while len(kept.encode()) > longest:
        kept = kept[:-1]
    kept = kept.rstrip(".") or "_"
    return f"_{kept}" if kept.split(".")[0].lower() in _RESERVED else kept


class FileNames:
    """Names of sensor files in nuScenes' manner, ``FOLDER/CHANNEL/LOG__CHANNEL__MICROSECONDS.EXT``."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._channels: dict[str, str] = {}

    def channel(self, channel: str) -> str:
        """Return the folder of a channel; two channels never share one."""
        if channel not in self._channels:
            taken = {name.lower() for name in self._channels.values()}
            self._channels[channel] = _free(safe_name(channel, 60), taken)
        return self._channels[channel]

    def data(self, folder: str, log: str, channel: str, timestamp_us: int, extension: str) -> str:
        """Return a path that is still free, relative to the data set's folder."""
        channel = self.channel(channel)
        stem = f"{folder}/{channel}/{safe_name(log, 100)}__{channel}__{timestamp_us}"
        while f"{stem}{extension}".lower() in self._used:
            stem += "_"
        self._used.add(f"{stem}{extension}".lower())
        return f"{stem}{extension}"


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free.lower() in taken:
        free, number = f"{name}-{number}", number + 1
    return free
