"""Joining data sets of one format: their files under one folder, linked where the disk can, else copied."""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from lidar_label.errors import CannotWrite

MANIFEST = ".lidar-label.json"  # what a conversion says of its target; see jobs/manifest.py
_NO_LINKS = {errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}


def join_trees(
    parts: Sequence[Path],
    folder: Path,
    place: Callable[[Path, Path], Path | None] | None = None,
    *,
    but: Collection[str] = (),
) -> None:
    """Put every file of several folders into one; the parts stay as they are.

    Parameters
    ----------
    parts : sequence of Path
    folder : Path
        An existing folder.
    place : callable(part, relative path), optional
        Where a file of a part goes, as a path relative to `folder`; None leaves it out. Without it,
        each file keeps its path.
    but : collection of str
        Names at the top of the parts that are left out.

    Raises
    ------
    CannotWrite
        If two parts have different files for one place.
    """
    taken: dict[str, Path] = {}
    for part in parts:
        for relative in files_under(part):
            if relative.parts[0] in but:
                continue
            wanted = relative if place is None else place(part, relative)
            if wanted is not None:
                put(part / relative, folder / wanted, taken)


def files_under(part: Path) -> Iterator[Path]:
    """Yield the path of every file under a folder, relative to it, in order; but the manifest at its top."""
    for place, folders, names in os.walk(part):
        folders.sort()
        for name in sorted(names):
            relative = Path(place, name).relative_to(part)
            if relative != Path(MANIFEST):
                yield relative


def put(source: Path, target: Path, taken: dict[str, Path]) -> None:
    """Link or copy a file; `taken` is what was put so far, by name in lower case, since disks may ignore case.

    Raises
    ------
    CannotWrite
        If another file with other content has that place.
    """
    key = str(target).lower()
    if key in taken or target.exists():
        there = taken.get(key, target)
        if target == there and filecmp.cmp(source, there, shallow=False):
            return
        raise CannotWrite(f"two scenes have a file {target.name} of their own for one place", where=target)
    taken[key] = target
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copy2(source, target)
