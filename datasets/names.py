"""Names of scenes, frames and tracks as files and folders of every disk can have them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from lidar_label.datasets.base import Drive
from lidar_label.datasets.files import natural_key
from lidar_label.model import Finding, Labels, Scene

_UNSAFE = re.compile(r"[^\w.+-]+")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # no file can be called this on Windows


def safe_name(name: str) -> str:
    """Return a name that is a file's on every disk, and no way out of the folder."""
    plain = _UNSAFE.sub("_", name).strip(".")[:100] or "unnamed"
    return f"_{plain}" if _DEVICES.fullmatch(plain) else plain


def unique_names(names: Sequence[str]) -> dict[str, str]:
    """Return a safe name for each name, no two the same even where a disk ignores case."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = unique = safe_name(name)
        number = 2
        while unique.lower() in taken:
            unique, number = f"{plain}_{number}", number + 1
        taken.add(unique.lower())
        found[name] = unique
    return found


def named_drives(drives: Sequence[Drive], findings: list[Finding]) -> Iterator[tuple[Drive, str]]:
    """Yield each drive with a name for its folder or file; note where that is not the scene's own."""
    names = unique_names([drive.scene.name for drive in drives])
    for drive in drives:
        name = names[drive.scene.name]
        if name != drive.scene.name:
            text = f"the name of the scene is no folder's or file's name: it is {name}"
            findings.append(Finding("warning", "scene-name", text, drive.scene.name))
        yield drive, name


def frame_stems(scene: Scene) -> list[str]:
    """Return a file name for each frame: its own where those are safe and in order, else its index."""
    names = [frame.name for frame in scene.frames]
    safe = all(name == safe_name(name) and "." not in name for name in names)
    unique = len({name.lower() for name in names}) == len(names)
    if safe and unique and names == sorted(names, key=natural_key):
        return names
    return [f"{index:06d}" for index in range(len(names))]


def track_ids(labels: Labels, reserved: Collection[str] = ()) -> dict[str, str]:
    """Return an id for each track by its token: its name where no other track has it, else a free number."""
    names = [track.name.strip() for track in labels.tracks]
    often, number = Counter(names), 1
    ids: dict[str, str] = {}
    for track, name in zip(labels.tracks, names, strict=True):
        if name and often[name] == 1 and name not in reserved:
            ids[track.token] = name
            continue
        while str(number) in often:
            number += 1
        ids[track.token] = str(number)
        number += 1
    return ids


def is_whole(name: str) -> bool:
    """Say whether a name is a whole number above 0 as a program writes it, so that a number can stand for it."""
    return name.isascii() and name.isdigit() and len(name) <= 15 and name[0] != "0"


def track_numbers(labels: Labels) -> dict[str, int]:
    """Return a number for each track by its token: its name where that is one of its own, else a free one."""
    names = [track.name for track in labels.tracks]
    often, number = Counter(names), 1
    found: dict[str, int] = {}
    for track in labels.tracks:
        if is_whole(track.name) and often[track.name] == 1:
            found[track.token] = int(track.name)
            continue
        while str(number) in often:
            number += 1
        found[track.token] = number
        number += 1
    return found
