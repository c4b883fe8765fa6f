"""Finding the drives of a data set: folders of one look, at most two levels down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.files import natural_key

_LOOK_AT_MOST = 5000  # names, where one is enough to tell
_SPLITS_AT_MOST = 50
_PLAIN = (
    "images", "image", "calib.json", "calib.txt", "poses.json", "poses.txt", "trajectory.txt", "times.txt",
    "timestamps.txt",
)  # fmt: skip


def find_drives(path: Path, is_drive: Callable[[Path], bool], *, first: bool = False) -> dict[str, Path]:
    """Return the drives at `path` by name: itself, its children, or those of its splits (train, val...).

    Parameters
    ----------
    path : Path
    is_drive : callable
        Says from names alone whether a folder is a drive.
    first : bool
        Return no more than one.

    Returns
    -------
    dict of str to Path
        In natural order; a name that two splits have gets the name of its split before it.
    """
    if is_drive(path):
        return {path.resolve().name: path}
    found: list[Path] = []
    most = _LOOK_AT_MOST if first else None
    for number, child in enumerate(subfolders(path, most)):
        if is_drive(child):
            found.append(child)
        elif not first or number < _SPLITS_AT_MOST:
            found += [inner for inner in subfolders(child, most) if is_drive(inner)]
        if first and found:
            break
    often = Counter(folder.name for folder in found)
    named = {
        folder.name if often[folder.name] == 1 else f"{folder.parent.resolve().name}/{folder.name}": folder
        for folder in found
    }
    return {name: named[name] for name in sorted(named, key=natural_key)}


def subfolders(path: Path, most: int | None = None) -> list[Path]:
    """Return the folders in a folder, in natural order; hidden ones are left out. Only so many names are looked at."""
    if not path.is_dir():
        return []
    children = islice(path.iterdir(), most)
    found = [child for child in children if not child.name.startswith(".") and child.is_dir()]
    return sorted(found, key=lambda child: natural_key(child.name))


def has_suffix(folder: Path, suffix: str) -> bool:
    """Say whether a folder has a file whose name ends so; only so many names are looked at."""
    if not folder.is_dir():
        return False
    return any(child.name.lower().endswith(suffix) for child in islice(folder.iterdir(), _LOOK_AT_MOST))


def is_plain(folder: Path, own: Sequence[str]) -> bool:
    """Say whether a drive has files that only plain folders of clouds have, and none of a format's `own`."""
    return any((folder / name).exists() for name in _PLAIN) and not any((folder / name).exists() for name in own)
