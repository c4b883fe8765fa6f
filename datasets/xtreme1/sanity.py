"""Rules on Xtreme1's folders as they lie there: which files belong together, cameras, and the boxes of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lidar_label.datasets.folders import find_drives, subfolders
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, LensRow, clouds_in, numbers, pictures_in, rows, stems
from lidar_label.datasets.values import text
from lidar_label.datasets.xtreme1.format import CLOUD_FOLDER, CONFIG, PICTURE_FOLDER, RESULT, Xtreme1
from lidar_label.model import Finding


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the folder will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say."""
    laid = Laid()
    for folder in find_drives(path, Xtreme1.is_scene).values():
        _scene(laid, folder)
    return laid


def _scene(laid: Laid, folder: Path) -> None:
    names = {child.name: child for child in subfolders(folder)}
    first = next((child for name, child in names.items() if CLOUD_FOLDER.fullmatch(name)), None)
    clouds = clouds_in(first) if first is not None else {}
    laid.clouds += clouds.values()
    cameras = {name: pictures_in(child) for name, child in names.items() if PICTURE_FOLDER.fullmatch(name)}
    configs, results = stems(folder / CONFIG, (".json",)), stems(folder / RESULT, (".json",))
    if clouds:
        for name, pictures in cameras.items():
            laid.paired(clouds, pictures, f"clouds have no picture in {name}")
        if len(configs) > 1:  # one alone is taken for every frame
            laid.paired(clouds, configs, f"clouds have no {CONFIG}")
        laid.paired(results, clouds, "results have no cloud")
    for file in configs.values():
        content = laid.json(file)
        found = rows(content)
        if isinstance(content, list) and cameras and len(content) != len(cameras):
            laid.note("wrong-count", f"{CONFIG} speaks of {len(content)} cameras, and {len(cameras)} have a folder",
                      file)  # fmt: skip
        for number, row in enumerate(found):
            _camera(laid, row, f"{file}, camera {number}")
    for stem, file in results.items():
        content = laid.json(file)
        for result in rows(content if isinstance(content, list) else [content]):
            source = text(result.get("sourceName"))
            for number, row in enumerate(rows(result.get("objects"))):
                _object(laid, row, f"{folder} {source}/{stem}", f"{file}, object {number}")


def _camera(laid: Laid, row: Mapping[str, Any], where: str) -> None:
    lens = row.get("camera_internal", row.get("cameraInternal"))
    fx, fy, cx, cy = numbers(lens, ("fx", "fy", "cx", "cy"))
    wide, high = (float(v) if isinstance(v, int | float) else 0.0 for v in (row.get("width"), row.get("height")))
    laid.lenses.append(LensRow(where, (fx, fy), (cx, cy), (wide, high)))
    matrix = numbers(row.get("camera_external", row.get("cameraExternal")))
    if row.get("rowMajor", row.get("row_major", True)) is False and len(matrix) == 16:
        matrix = tuple(matrix[4 * (k % 4) + k // 4] for k in range(16))
    laid.rotations.append((where, matrix))


def _object(laid: Laid, row: Mapping[str, Any], frame: str, where: str) -> None:
    contour = row.get("contour")
    if text(row.get("type")).upper() != "3D_BOX":
        return
    if not text(row.get("className")):
        laid.note("no-class", "a box has no className", where)
    size, place, turns = (
        numbers(contour.get(part) if isinstance(contour, Mapping) else None, "xyz")
        for part in ("size3D", "center3D", "rotation3D")
    )
    category = text(row.get("className")) or text(row.get("modelClass"))
    laid.boxes.append(BoxRow(where, frame, size, place, turns, text(row.get("trackId")), category))


RULES = folder_rules(
    shared.UNREADABLE,
    shared.CUT,
    shared.UNPAIRED,
    shared.COUNT,
    FolderRule("no-class", "Box without a class", "error",
               "The tool takes a box by the className of its ontology; one without is not imported.",
               shared.noted("no-class")),
    shared.VALUE,
    shared.TWICE,
    shared.CHANGES,
    shared.ROTATION,
    shared.LENS,
)  # fmt: skip
