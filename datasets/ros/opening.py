"""Which files are recordings, which of them belong together, and opening them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lidar_label.datasets.files import natural_key, read_text
from lidar_label.errors import LidarLabelError, MissingFile, UnreadableFile
from lidar_label.model import Finding

if TYPE_CHECKING:
    from lidar_label.datasets.ros.recording import Recording

BAG1, MCAP, SQLITE = ".bag", ".mcap", ".db3"
PACKED = ".zstd"
METADATA = "metadata.yaml"
_LOOK_AT_MOST = 5000
_SPLIT = re.compile(r"(?P<stem>.*?)(_\d{4}(-\d\d){5})?_(?P<part>\d{1,6})")
_LISTED = re.compile(r"[^\s'\"\[\],]+\.(?:db3|mcap)(?:\.zstd)?(?=['\"\],\s]|$)")
_MOST_METADATA = 16_777_216


def files_of(folder: Path, suffix: str) -> list[Path]:
    """Return a folder's files of one kind in natural order, hidden ones left out."""
    if not folder.is_dir():
        return []
    found = [p for p in islice(folder.iterdir(), _LOOK_AT_MOST) if p.name.lower().endswith(suffix) and p.is_file()]
    return sorted((p for p in found if not p.name.startswith(".")), key=lambda p: natural_key(p.name))


def scenes_of(path: Path, suffix: str) -> dict[str, list[Path]]:
    """Return the files of each recording at `path`, a file or a folder of them, by name.

    Files that a recorder split (``NAME_0``, ``NAME_1``; in ROS 1 with the date before the number) are one recording.
    """
    if path.is_file():
        return {path.name.removesuffix(path.suffix): [path]}
    groups: dict[str, list[tuple[int, Path]]] = {}
    single: dict[str, list[Path]] = {}
    for file in files_of(path, suffix):
        stem = file.name.removesuffix(file.suffix)
        match = _SPLIT.fullmatch(stem)
        if match:
            groups.setdefault(match["stem"], []).append((int(match["part"]), file))
        else:
            single[stem] = [file]
    for stem, parts in groups.items():
        numbers = [number for number, _ in sorted(parts)]
        if len(parts) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and stem not in single:
            single[stem] = [file for _, file in sorted(parts)]
        else:
            single |= {file.name.removesuffix(file.suffix): [file] for _, file in parts}
    return {name: single[name] for name in sorted(single, key=natural_key)}


def bag2_files(folder: Path) -> list[Path]:
    """Return the storage files of a ROS 2 bag's folder, all of one kind, in their order."""
    return files_of(folder, SQLITE) or files_of(folder, MCAP)


def is_bag2(folder: Path) -> bool:
    """Say whether a folder is a ROS 2 bag: its storage files, or its metadata beside packed ones."""
    if not folder.is_dir():
        return False
    if files_of(folder, SQLITE):
        return True
    return (folder / METADATA).is_file() and bool(files_of(folder, MCAP) or _packed(folder))


def _packed(folder: Path) -> list[Path]:
    return [*files_of(folder, SQLITE + PACKED), *files_of(folder, MCAP + PACKED)]


def open_bag2(folder: Path) -> Recording:
    """Open a ROS 2 bag's folder; what its metadata names and is not there is noted.

    Raises
    ------
    MissingFile
        If it has no storage file.
    UnreadableFile
        If its files are packed as a whole, or are damaged.
    """
    files = bag2_files(folder)
    packed = _packed(folder)
    if packed:
        hint = f"unpack it first: zstd -d {packed[0].name} -o {packed[0].stem}"
        raise UnreadableFile("the bag's files are packed as a whole, which cannot be read in pieces", where=packed[0],
                             hint=hint)  # fmt: skip
    if not files:
        raise MissingFile("the bag has no .db3 or .mcap file", where=folder)
    recording = open_files(folder, files)
    lacking = sorted(_listed(folder) - {file.name for file in files})
    if lacking:
        text = f"{len(lacking)} files that metadata.yaml names are not there: {', '.join(lacking[:5])}"
        recording.findings.append(Finding("warning", "missing-file", text, str(folder)))
    return recording


def _listed(folder: Path) -> set[str]:
    """Return the names of storage files that the metadata mentions; it is not read as YAML, nothing else is needed."""
    path = folder / METADATA
    try:
        if not path.is_file() or path.stat().st_size > _MOST_METADATA:
            return set()
        return {name.rsplit("/", 1)[-1] for name in _LISTED.findall(read_text(path))}
    except (LidarLabelError, OSError):
        return set()


def open_files(path: Path, files: Sequence[Path]) -> Recording:
    """Open the files of one recording, each by its kind.

    Raises
    ------
    MissingFile, UnreadableFile
        If one is not there, or is not what its kind promises.
    """
    from lidar_label.datasets.ros.bag1 import Bag1
    from lidar_label.datasets.ros.mcap import Mcap
    from lidar_label.datasets.ros.recording import Parts
    from lidar_label.datasets.ros.sqlite import Sqlite

    kinds: dict[str, Callable[[Path], Recording]] = {BAG1: Bag1, MCAP: Mcap, SQLITE: Sqlite}
    opened: list[Recording] = []
    try:
        for file in files:
            kind = kinds.get(file.suffix.lower())
            if kind is None:
                raise UnreadableFile("this is no recording", where=file, hint="known are: .bag, .db3, .mcap")
            opened.append(kind(file))
    except BaseException:
        for recording in opened:
            recording.close()
        raise
    return opened[0] if len(opened) == 1 else Parts(path, opened)
