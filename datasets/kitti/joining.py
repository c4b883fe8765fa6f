"""Joining KITTI data sets: sequences, drives and frames are numbered, so that some need another number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from lidar_label.datasets.joining import files_under, join_trees, put
from lidar_label.model import Finding

_CALIB = re.compile(r"calib_\w+\.txt")
_DRIVE = re.compile(r"(\d{4}_\d\d_\d\d)_drive_(\d{4})_(sync|extract)")


def join_object(parts: Sequence[Path], folder: Path) -> list[Finding]:
    """Join splits of single frames: those of a later part come after all before, counted on where they must be."""
    stems: dict[tuple[Path, str], str] = {}
    last = -1
    for part in parts:
        found = sorted({path.stem for path in files_under(part) if len(path.parts) == 3}, key=int)
        if found and int(found[0]) > last:
            stems.update(((part, stem), stem) for stem in found)
            last = int(found[-1])
        else:
            stems.update(((part, stem), f"{last + 1 + index:06d}") for index, stem in enumerate(found))
            last += len(found)

    def place(part: Path, relative: Path) -> Path:
        return relative.with_name(f"{stems[part, relative.stem]}{relative.suffix}")

    join_trees(parts, folder, place)
    return []


def join_tracking(parts: Sequence[Path], folder: Path) -> list[Finding]:
    """Join splits of sequences: the third name of a path, without its suffix, is the sequence's number."""
    numbers = {part: sorted({path.parts[2][:4] for path in files_under(part) if len(path.parts) > 2}) for part in parts}
    named, findings = _renamed(numbers, "sequence", "{:04d}")

    def place(part: Path, relative: Path) -> Path:
        split, kind, name, *rest = relative.parts
        return Path(split, kind, named[part, name[:4]] + name[4:], *rest)

    join_trees(parts, folder, place)
    return findings


def join_odometry(parts: Sequence[Path], folder: Path) -> list[Finding]:
    """Join sequences: ``sequences/NN`` and ``poses/NN.txt`` go by the sequence's number."""
    numbers = {part: sorted({path.parts[1] for path in files_under(part) if len(path.parts) > 2}) for part in parts}
    named, findings = _renamed(numbers, "sequence", "{:02d}")

    def place(part: Path, relative: Path) -> Path:
        if len(relative.parts) == 2:
            return relative.with_name(f"{named[part, relative.stem]}{relative.suffix}")
        top, number, *rest = relative.parts
        return Path(top, named[part, number], *rest)

    join_trees(parts, folder, place)
    return findings


def join_raw(parts: Sequence[Path], folder: Path) -> list[Finding]:
    """Join days of drives; a calibration that differs from that of its day goes into the drives' own folders."""
    named: dict[tuple[str, Path, str], str] = {}
    findings: list[Finding] = []
    days = sorted({day.name for part in parts for day in _folders(part)})
    for day in days:
        matches = {part: [_DRIVE.fullmatch(drive.name) for drive in _folders(part / day)] for part in parts}
        numbers = {part: sorted({match[2] for match in found if match}) for part, found in matches.items()}
        found, renamed = _renamed(numbers, f"{day}_drive", "{:04d}")
        named.update(((day, part, number), new) for (part, number), new in found.items())
        findings += renamed

    def target_of(part: Path, drive: Path) -> Path:
        day, match = drive.parent.name, _DRIVE.fullmatch(drive.name)
        name = f"{day}_drive_{named[day, part, match[2]]}_{match[3]}" if match else drive.name
        return folder / day / name

    taken: dict[str, Path] = {}
    for part in parts:
        for source in _folders(part):
            targets = {drive: target_of(part, drive) for drive in _folders(source)}
            for drive, target in targets.items():
                for file in files_under(drive):
                    put(drive / file, target / file, taken)
            _join_calibration(source, folder / source.name, list(targets.values()))
    return findings


def _join_calibration(day: Path, joined: Path, drives: Sequence[Path]) -> None:
    own = {path.name: path for path in sorted(day.iterdir()) if _CALIB.fullmatch(path.name)}
    there = {path.name: path.read_bytes() for path in joined.iterdir() if _CALIB.fullmatch(path.name)}
    if there == {name: path.read_bytes() for name, path in own.items()}:
        return
    for target in drives if there else [joined]:
        for name, path in own.items():
            put(path, target / name, {})


def _folders(path: Path) -> list[Path]:
    return sorted(child for child in path.iterdir() if child.is_dir()) if path.is_dir() else []


def _renamed(
    numbers: dict[Path, list[str]], what: str, pattern: str
) -> tuple[dict[tuple[Path, str], str], list[Finding]]:
    """Return the number under which each part's scenes go, and a finding for each that gets another."""
    taken: set[str] = set()
    named: dict[tuple[Path, str], str] = {}
    findings: list[Finding] = []
    for part, own in numbers.items():
        for number in own:
            new = number if number not in taken else pattern.format(_free(taken))
            taken.add(new)
            named[part, number] = new
            if new != number:
                text = f"{what} {number} is taken: the scene is {what} {new} now"
                findings.append(Finding("info", "scene-renumbered", text, str(part)))
    return named, findings


def _free(taken: Iterable[str]) -> int:
    return max(int(number) for number in taken) + 1
