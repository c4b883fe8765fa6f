"""Rules on labelCloud's folders as they lie there: labels, the clouds that they name, and classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lidar_label.datasets.labelcloud.format import labelled_folders
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, clouds_in, numbers, rows, stems
from lidar_label.datasets.values import text
from lidar_label.model import Finding

_CLOUDS, _LABELS, _CLASSES = "pointclouds", "labels", "_classes.json"
_AXES, _SIDES = "xyz", ("length", "width", "height")


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the folder will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say."""
    laid = Laid()
    for folder in labelled_folders(path):
        clouds = clouds_in(folder / _CLOUDS)
        laid.clouds += [cloud for cloud in clouds.values() if cloud.suffix.lower() != ".bin"]
        files = stems(folder / _LABELS, (".json",))
        known = _classes(laid, files.pop(_CLASSES.removesuffix(".json"), None))
        if clouds:
            laid.paired(files, clouds, "labels have no cloud")
        for stem, file in files.items():
            content = laid.json(file)
            if not isinstance(content, Mapping) or "objects" not in content:
                continue
            name = text(content.get("filename"))
            if name and Path(name).stem != stem:
                laid.note("other-name", "a label's filename is that of another cloud", file)
            for number, row in enumerate(rows(content["objects"])):
                _box(laid, row, str(file), f"{file}, object {number}", known)
    return laid


def _classes(laid: Laid, file: Path | None) -> set[str]:
    content = laid.json(file) if file is not None else None
    listed = rows(content.get("classes")) if isinstance(content, Mapping) else []
    numbers_ = [row.get("id") for row in listed]
    if len({str(number) for number in numbers_}) < len(numbers_):
        laid.note("class-twice", "two classes have one id", file)
    return {text(row.get("name")) for row in listed}


def _box(laid: Laid, row: Mapping[str, Any], frame: str, where: str, known: set[str]) -> None:
    if known and text(row.get("name")) not in known:
        laid.note("unknown-reference", f"the class {text(row.get('name'))!r:.40} is not in {_CLASSES}", where)
    if "centroid" in row:
        size, place = numbers(row.get("dimensions"), _SIDES), numbers(row["centroid"], _AXES)
        laid.boxes.append(BoxRow(where, frame, size, place, (), "", text(row.get("name"))))


RULES = folder_rules(
    shared.UNREADABLE,
    shared.CUT,
    shared.UNPAIRED,
    FolderRule("other-name", "Label that names another cloud", "error",
               "Some readers go by the filename in a label, others by its own name.", shared.noted("other-name")),
    FolderRule("class-twice", "Two classes with one id", "error",
               "Labels on points are numbers: one of the two classes cannot be told.", shared.noted("class-twice")),
    shared.UNKNOWN,
    shared.VALUE,
)  # fmt: skip
