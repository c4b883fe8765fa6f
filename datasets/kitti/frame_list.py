"""frame_list.txt, which CVAT and Datumaro write beside tracklets: the file that each frame's number stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lidar_label.datasets.files import inside, read_text
from lidar_label.errors import UnreadableFile

NAME = "frame_list.txt"


def read_frame_list(drive: Path) -> dict[int, str]:
    """Return the name of each frame by its number; nothing where the drive has no such list.

    Raises
    ------
    UnreadableFile
        If a line is no number with a name, or two frames share one.
    """
    path = drive / NAME
    if not path.is_file():
        return {}
    found: dict[int, str] = {}
    for row, line in enumerate(read_text(path).splitlines(), start=1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        number, _, name = plain.partition(" ")
        where = f"{path}, line {row}"
        if not (number.isascii() and number.isdigit() and len(number) < 10) or not name.strip():
            raise UnreadableFile(f"{plain[:40]!r} is no number with a name", where=where)
        if int(number) in found:
            raise UnreadableFile(f"frame {number} is named twice", where=where)
        found[int(number)] = name.strip()
    if len(set(found.values())) < len(found):
        raise UnreadableFile("two frames have the same name", where=path)
    return found


def listed_files(folder: Path, names: Mapping[int, str], suffixes: Sequence[str]) -> dict[int, Path]:
    """Return the files in a folder by the numbers of the frames whose names they have.

    Raises
    ------
    UnsafePath
        If a name leads out of the folder.
    """
    found: dict[int, Path] = {}
    for number, name in names.items():
        for suffix in suffixes:
            path = inside(folder, f"{name}{suffix}", where=folder)
            if path.is_file():
                found[number] = path
                break
    return found
