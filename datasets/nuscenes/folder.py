"""Where the tables of a nuScenes-like folder lie, and where its file names start."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from lidar_label.datasets.files import inside
from lidar_label.errors import LidarLabelError, UnknownFormat, UnreadableFile

_SIGNATURE = ("scene.json", "sample.json")
_MOST_CHILDREN = 2000


def holds_tables(folder: Path) -> bool:
    """Say whether tables lie in a folder itself."""
    return all((folder / name).is_file() for name in _SIGNATURE)


def table_folders(path: Path) -> list[Path]:
    """Return the folders of tables at a path: itself, a version folder in it, or Lyft's twice-named one."""
    if not path.is_dir():
        return []
    if holds_tables(path):
        return [path]
    with os.scandir(path) as entries:  # knows folders without asking the disk about each file
        children = sorted(path / entry.name for entry in entries if entry.is_dir())[:_MOST_CHILDREN]
    found = [child for child in children if holds_tables(child)]
    return found or [twice for child in children if holds_tables(twice := child / child.name)]


def tables_of(path: Path) -> Path:
    """Return the one folder of tables at a path.

    Raises
    ------
    UnknownFormat
        If there is none.
    UnreadableFile
        If there are several versions; the message names them.
    """
    found = table_folders(path)
    if not found:
        raise UnknownFormat("there are no nuScenes tables (scene.json, sample.json, ...)", where=path)
    if len(found) > 1:
        names = ", ".join(folder.name for folder in found)
        raise UnreadableFile(f"the folder holds several versions: {names}", where=path, hint=f"open one: {found[0]}")
    return found[0]


def data_root(path: Path, tables: Path, filenames: Sequence[str]) -> Path:
    """Return the folder that file names start from: the one under which most of some names exist.

    nuScenes and T4 keep it beside their tables, Lyft above or below; `path` bounds the search, or
    the tables' parent where the version folder itself was opened.
    """
    candidates = [tables.parent, tables]
    if tables.parent not in (path, path.parent) or tables.parent.name == tables.name:
        candidates.insert(1, tables.parent.parent)

    def present(root: Path) -> int:
        return sum(1 for name in filenames if exists(root, name))

    return max(candidates, key=present)  # the first of equals


def exists(root: Path, name: str) -> bool:
    """Say whether a file that a table names is there, and inside `root`."""
    try:
        return inside(root, name).is_file()
    except (LidarLabelError, OSError):
        return False  # the reader names the row when it comes to it
