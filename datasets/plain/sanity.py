"""Rules on plain folders as they lie there: clouds and pictures by name, times, poses and the calibration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lidar_label.datasets.folders import find_drives
from lidar_label.datasets.plain.layout import find_files, is_drive
from lidar_label.datasets.plain.times import FILES
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import NAN, Laid, LensRow, numbers, rows
from lidar_label.model import Finding


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the folder will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say; of calibrations and poses, those that are written as our page has them."""
    laid = Laid()
    for folder in find_drives(path, is_drive).values() if path.is_dir() else ():
        found = find_files(folder, lambda *_: None)
        stems: set[str] = set()
        for lidar in found.lidars:
            laid.clouds += [cloud for cloud in lidar.files.values() if cloud.suffix.lower() != ".bin"]
            stems |= lidar.files.keys()
            _times(laid, lidar.folder, len(lidar.files))
        for camera in found.cameras:
            _times(laid, camera.folder, len(camera.files))
            if stems & camera.files.keys():
                laid.paired(camera.files, stems, f"pictures of {camera.name} have no cloud of their name")
        if (folder / "calib.json").is_file():
            _calibration(laid, folder / "calib.json")
        if (folder / "poses.json").is_file():
            _poses(laid, folder / "poses.json", max((len(lidar.files) for lidar in found.lidars), default=0))
    return laid


def _times(laid: Laid, folder: Path, count: int) -> None:
    for name in FILES:
        path = folder / name
        if not path.is_file():
            continue
        stamps = [line.split()[0] for line in path.read_text("utf-8", errors="replace").splitlines() if line.strip()]
        if len(stamps) != count:
            laid.note("wrong-count", f"{name} has {len(stamps)} rows for {count} files", path)
        try:
            seconds = [float(stamp) for stamp in stamps]
        except ValueError:
            continue  # a form of its own, which the reader knows or tells
        scale = next(s for s in (1.0, 1e-3, 1e-6, 1e-9) if not seconds or abs(seconds[0]) * s < 1e11)
        laid.times[str(path)] = [(value * scale, f"{path}, row {row}") for row, value in enumerate(seconds, 1)]


def _calibration(laid: Laid, path: Path) -> None:
    content = laid.json(path)
    if not isinstance(content, Mapping):
        return
    for kind in ("lidars", "cameras"):
        sensors = content.get(kind)
        for name, row in sensors.items() if isinstance(sensors, Mapping) else ():
            for key in ("lidar_to_ego", "camera_to_ego"):
                if isinstance(row, Mapping) and key in row:
                    laid.rotations.append((f"{path}, {name}", _flat(row[key])))
            if isinstance(row, Mapping) and "intrinsic" in row:
                given = _flat(row["intrinsic"])
                fx, cx, fy, cy = (given[0], given[2], given[4], given[5]) if len(given) == 9 else (NAN,) * 4
                wide, high = numbers(row, ("width", "height")) if "width" in row else (0.0, 0.0)
                laid.lenses.append(LensRow(f"{path}, {name}", (fx, fy), (cx, cy), (wide, high)))


def _poses(laid: Laid, path: Path, clouds: int) -> None:
    content = laid.json(path)
    found = rows(content.get("poses")) if isinstance(content, Mapping) else []
    for number, row in enumerate(found):
        if isinstance(row.get("rotation"), Mapping):
            laid.rotations.append((f"{path}, pose {number}", numbers(row["rotation"], "wxyz")))
        if len(numbers(row.get("translation"))) != 3:
            laid.note("pose", "a pose has no translation of three numbers", f"{path}, pose {number}")
    if found and len(found) < clouds:
        laid.note("wrong-count", f"poses.json has {len(found)} poses for {clouds} clouds", path)


def _flat(value: Any) -> tuple[float, ...]:  # noqa: ANN401 - JSON
    """Return a matrix, nested or not, as one row of numbers."""
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        return tuple(number for row in value for number in numbers(row))
    return numbers(value)


RULES = folder_rules(
    shared.UNREADABLE,
    shared.CUT,
    shared.UNPAIRED,
    shared.COUNT,
    FolderRule("pose", "Pose that is none", "error",
               "Boxes are carried from frame to frame by the poses.", shared.noted("pose")),
    shared.TIMES,
    shared.ROTATION,
    shared.LENS,
)  # fmt: skip
