"""Rules on SUSTechPOINTS' folders as they lie there: which files belong together, cameras, poses and boxes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from lidar_label.datasets.folders import subfolders
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, LensRow, clouds_in, numbers, pictures_in, rows, stems
from lidar_label.datasets.values import text
from lidar_label.model import Finding

_POSE = ("x", "y", "z", "roll", "pitch", "azimuth")


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the folder will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say."""
    laid = Laid()
    for folder in (path, *subfolders(path)):
        if (folder / "lidar").is_dir():
            _scene(laid, folder)
    return laid


def _scene(laid: Laid, folder: Path) -> None:
    clouds, labels = clouds_in(folder / "lidar"), stems(folder / "label", (".json",))
    laid.clouds += clouds.values()
    laid.paired(labels, clouds, "labels have no cloud")
    for camera in subfolders(folder / "camera"):
        pictures = pictures_in(camera)
        if pictures:
            laid.paired(clouds, pictures, f"clouds have no picture of {camera.name}")
            if not (folder / "calib" / "camera" / f"{camera.name}.json").is_file():
                laid.note("no-calibration", "a camera has no calibration", camera)
    for file in stems(folder / "calib" / "camera", (".json",)).values():
        _camera(laid, file)
    poses = stems(folder / "ego_pose", (".json",))
    if poses:
        laid.paired(clouds, poses, "clouds have no ego pose")
    for file in poses.values():
        content = laid.json(file)
        if content is not None and not all(map(math.isfinite, numbers(content, _POSE))):
            laid.note("pose", f"an ego pose has not all of {', '.join(_POSE)}", file)
    for stem, file in labels.items():
        _labels(laid, file, f"{folder}/{stem}")


def _labels(laid: Laid, file: Path, frame: str) -> None:
    content = laid.json(file)
    found = content.get("objs") if isinstance(content, Mapping) else content
    for number, row in enumerate(rows(found)):
        where, psr = f"{file}, object {number}", row.get("psr")
        size, place, turns = (
            numbers(psr.get(part) if isinstance(psr, Mapping) else None, "xyz")
            for part in ("scale", "position", "rotation")
        )
        kind = text(row.get("obj_type"))
        if not kind:
            laid.note("no-type", "a box has no obj_type", where)
        laid.boxes.append(BoxRow(where, frame, size, place, turns, text(row.get("obj_id")), kind))


def _camera(laid: Laid, file: Path) -> None:
    content = laid.json(file)
    if content is None:
        return
    given = content if isinstance(content, Mapping) else {}
    matrix, nan = numbers(given.get("intrinsic")), float("nan")
    fx, cx, fy, cy = (matrix[0], matrix[2], matrix[4], matrix[5]) if len(matrix) == 9 else (nan,) * 4
    laid.lenses.append(LensRow(str(file), (fx, fy), (cx, cy)))
    laid.rotations.append((str(file), numbers(given.get("extrinsic"))))


RULES = folder_rules(
    shared.UNREADABLE,
    shared.CUT,
    shared.UNPAIRED,
    FolderRule("no-calibration", "Camera without a calibration", "warning",
               "Boxes cannot be drawn in its pictures.", shared.noted("no-calibration")),
    FolderRule("pose", "Ego pose that is none", "error",
               "Boxes are carried from frame to frame by the poses.", shared.noted("pose")),
    FolderRule("no-type", "Box without a type", "error",
               "The tool shows and exports boxes by their obj_type.", shared.noted("no-type")),
    shared.VALUE,
    shared.TWICE,
    shared.CHANGES,
    shared.ROTATION,
    shared.LENS,
)  # fmt: skip
