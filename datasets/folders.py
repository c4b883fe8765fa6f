"""Finding the drives of a data set: folders of one look, at most two levels down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from lidar_label.datasets.files import natural_key

_LOOK_AT_MOST = 5000
_SPLITS_AT_MOST = 50


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
    found: list[Path] = []
    for folder in _looked_at(path):
        if is_drive(folder):
            found.append(folder)
            if first or folder == path:
                break
    often = Counter(folder.resolve().name for folder in found)
    named: dict[str, Path] = {}
    for folder in found:
        name = folder.resolve().name
        named[name if often[name] == 1 else f"{folder.parent.name}/{name}"] = folder
    return {name: named[name] for name in sorted(named, key=natural_key)}


def _looked_at(path: Path) -> Iterator[Path]:
    yield path
    children = subfolders(path)
    yield from children
    for child in children[:_SPLITS_AT_MOST]:
        yield from subfolders(child)


def subfolders(path: Path) -> list[Path]:
    """Return the folders in a folder, in natural order; hidden ones are left out."""
    if not path.is_dir():
        return []
    children = islice(path.iterdir(), _LOOK_AT_MOST)
    found = [child for child in children if not child.name.startswith(".") and child.is_dir()]
    return sorted(found, key=lambda child: natural_key(child.name))


def has_suffix(folder: Path, suffix: str) -> bool:
    """Say whether a folder has a file whose name ends so; only so many names are looked at."""
    if not folder.is_dir():
        return False
    return any(child.name.lower().endswith(suffix) for child in islice(folder.iterdir(), _LOOK_AT_MOST))
