"""Rules on Supervisely projects as they lie there: classes, tags, objects, keys, frames and their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid, LensRow, clouds_in, numbers, rows
from lidar_label.datasets.supervisely.format import (
    ANN,
    CLOUDS,
    EPISODE,
    FRAME_MAP,
    META,
    PICTURES,
    dataset_folders,
)
from lidar_label.datasets.values import text
from lidar_label.model import Finding


def sanity(path: Path) -> Iterator[Finding]:
    """Yield what a reader of the project will trip over."""
    yield from found_by(RULES, lay(path))


def lay(path: Path) -> Laid:
    """Return what the files say."""
    laid = Laid()
    folders = dataset_folders(path)
    root = path if (path / META).is_file() or path not in folders else path.parent
    meta = laid.json(root / META) if (root / META).is_file() else None
    if meta is None and not (root / META).is_file():
        laid.note("meta", "the project has no meta.json", root)
    classes = {text(row.get("title")) for row in rows(meta.get("classes"))} if isinstance(meta, Mapping) else set()
    tags = {text(row.get("name")) for row in rows(meta.get("tags"))} if isinstance(meta, Mapping) else set()
    for folder in folders:
        clouds = clouds_in(folder / CLOUDS)
        laid.clouds += clouds.values()
        if (folder / EPISODE).is_file():
            _episode(laid, folder, len(clouds), classes, tags)
        for file in sorted((folder / ANN).glob("*.json")):
            _cloud(laid, folder, file, classes, tags)
        for file in sorted((folder / PICTURES).rglob("*.json")):
            _picture(laid, file)
    return laid


def _episode(laid: Laid, folder: Path, clouds: int, classes: set[str], tags: set[str]) -> None:
    content = laid.json(folder / EPISODE)
    if not isinstance(content, Mapping):
        return
    given = laid.json(folder / FRAME_MAP) if (folder / FRAME_MAP).is_file() else {}
    names = given if isinstance(given, Mapping) else {}
    count = content.get("framesCount")
    if count != len(names) or (clouds and clouds != len(names)):
        laid.note("wrong-count", f"framesCount is {count}, {len(names)} frames have a cloud's name, and there "
                  f"are {clouds} clouds", folder)  # fmt: skip
    for name in names.values() if clouds else ():
        laid.named(folder / CLOUDS, name, folder / FRAME_MAP, "cloud")
    objects = _objects(laid, content, folder / EPISODE, classes, tags)
    for frame in rows(content.get("frames")):
        index = frame.get("index")
        if names and str(index) not in names:
            laid.note("unknown-reference", "a frame with figures has no cloud's name", f"{folder / EPISODE}, {index}")
        _figures(laid, frame, objects, f"{folder}/{index}", f"{folder / EPISODE}, frame {index}")


def _cloud(laid: Laid, folder: Path, file: Path, classes: set[str], tags: set[str]) -> None:
    content = laid.json(file)
    if isinstance(content, Mapping):
        laid.named(folder / CLOUDS, file.stem, file, "cloud")
        objects = _objects(laid, content, file, classes, tags)
        _figures(laid, content, objects, f"{folder}/{file.stem}", str(file))


def _objects(laid: Laid, content: Mapping[str, Any], file: Path, classes: set[str], tags: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows(content.get("objects")):
        key, title = text(row.get("key")), text(row.get("classTitle"))
        if key in found:
            laid.note("key-twice", "two objects have one key", f"{file}, object {key}")
        found[key] = title
        if title not in classes:
            laid.note("unknown-reference", f"the class {title!r:.40} is not in meta.json", f"{file}, object {key}")
        for tag in rows(row.get("tags")):
            if text(tag.get("name")) not in tags:
                laid.note("unknown-reference", "an object's tag is not in meta.json", f"{file}, object {key}")
    return found


def _figures(laid: Laid, content: Mapping[str, Any], objects: Mapping[str, str], frame: str, where: str) -> None:
    seen: set[str] = set()
    for row in rows(content.get("figures")):
        key, owner = text(row.get("key")), text(row.get("objectKey"))
        if key in seen:
            laid.note("key-twice", "two figures of a frame have one key", where)
        seen.add(key)
        if owner not in objects:
            laid.note("unknown-reference", "a figure's object is not there", where)
        geometry = row.get("geometry")
        if row.get("geometryType") == "cuboid_3d" and isinstance(geometry, Mapping):
            size, place, turns = (numbers(geometry.get(part), "xyz") for part in ("dimensions", "position", "rotation"))
            laid.boxes.append(BoxRow(where, frame, size, place, turns, owner, objects.get(owner, "")))


def _picture(laid: Laid, file: Path) -> None:
    content = laid.json(file)
    if not isinstance(content, Mapping):
        return
    if not file.with_suffix("").is_file():
        laid.note("named-file", "the picture that a file speaks of is not there", file)
    meta = content.get("meta")
    told = meta.get("sensorsData") if isinstance(meta, Mapping) else None
    if isinstance(told, Mapping):
        given = numbers(told.get("intrinsicMatrix"))
        nan = float("nan")
        fx, cx, fy, cy = (given[0], given[2], given[4], given[5]) if len(given) == 9 else (nan,) * 4
        laid.lenses.append(LensRow(str(file), (fx, fy), (cx, cy)))
        laid.rotations.append((str(file), numbers(told.get("extrinsicMatrix"))))


RULES = folder_rules(
    shared.UNREADABLE,
    FolderRule("meta", "Project without its meta.json", "error",
               "Classes and tags are declared there; without it nothing can be uploaded.", shared.noted("meta")),
    shared.NAMED,
    shared.CUT,
    shared.COUNT,
    shared.UNKNOWN,
    FolderRule("key-twice", "Two objects or figures with one key", "error",
               "Objects and figures are kept by their key: one of the two is lost.", shared.noted("key-twice")),
    shared.VALUE,
    shared.TWICE,
    shared.ROTATION,
    shared.LENS,
)  # fmt: skip
