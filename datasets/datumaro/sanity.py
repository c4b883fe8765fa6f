"""Rules on Datumaro's folders as they lie there: items, what they name, and their labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lidar_label.datasets.datumaro.format import CLOUDS, IMAGES, annotation_files
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, numbers, rows
from lidar_label.datasets.values import text
from lidar_label.model import Finding


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the folder will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say."""
    laid = Laid()
    root = path if path.is_dir() else path.parent.parent
    for file in annotation_files(path):
        content = laid.json(file)
        if isinstance(content, Mapping):
            _subset(laid, root, file, content)
    return laid


def _subset(laid: Laid, root: Path, file: Path, content: Mapping[str, Any]) -> None:
    categories = content.get("categories")
    label = categories.get("label") if isinstance(categories, Mapping) else None
    names = [text(row.get("name")) for row in rows(label.get("labels"))] if isinstance(label, Mapping) else []
    seen: set[str] = set()
    for number, item in enumerate(rows(content.get("items"))):
        name = text(item.get("id")) or f"item {number}"
        where = f"{file}, {name}"
        if name in seen:
            laid.note("item-twice", "two items have one id", where)
        seen.add(name)
        cloud = item.get("point_cloud")
        folder = root / CLOUDS / file.stem
        if not isinstance(cloud, Mapping):
            laid.note("item-cloud", "an item has no point_cloud", where)
        elif folder.is_dir():
            found = laid.named(folder, cloud.get("path"), where, "cloud")
            laid.clouds += [found] if found is not None else []
        if (root / IMAGES / file.stem).is_dir():
            for image in rows(item.get("related_images")):
                laid.named(root / IMAGES / file.stem, image.get("path"), where, "picture")
        for row in rows(item.get("annotations")):
            if row.get("type") == "cuboid_3d":
                _cuboid(laid, row, names, f"{file}/{number}", where)


def _cuboid(laid: Laid, row: Mapping[str, Any], names: list[str], frame: str, where: str) -> None:
    label, attributes = row.get("label_id"), row.get("attributes")
    known = isinstance(label, int) and 0 <= label < len(names)
    if not known:
        laid.note("unknown-reference", f"label_id {label!r:.20} is none of the {len(names)} labels", where)
    track = text(attributes.get("track_id")) if isinstance(attributes, Mapping) else ""
    category = names[label] if isinstance(label, int) and known else ""
    laid.boxes.append(
        BoxRow(where, frame, numbers(row.get("scale")), numbers(row.get("position")), numbers(row.get("rotation")),
               track, category)
    )  # fmt: skip


RULES = folder_rules(
    shared.UNREADABLE,
    shared.NAMED,
    shared.CUT,
    FolderRule("item-twice", "Two items with one id", "error",
               "Items are kept by their id: the second takes the place of the first.", shared.noted("item-twice")),
    FolderRule("item-cloud", "Item without a cloud", "error",
               "An item of a point cloud dataset is its point_cloud; importers drop one without.",
               shared.noted("item-cloud")),
    shared.UNKNOWN,
    shared.VALUE,
    shared.TWICE,
    shared.CHANGES,
)  # fmt: skip
