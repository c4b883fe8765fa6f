"""DGP's labels: 3D boxes of each recording, the classes they name, and what agents' files add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.dgp.scene_file import read_pose
from lidar_label.datasets.files import inside, read_json
from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.values import attribute, listed, mapping, number, text
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Category, check_size

_OCCLUSIONS = {1: "partly occluded", 2: "largely occluded", 3: "unknown"}
_LATEST_NS = 2**68
Features = dict[tuple[int, str], dict[str, AttributeValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledBox:
    """One box in its recording's frame; the source of `sensor_SE3_box` is "box"."""

    class_id: int
    instance: str
    sensor_SE3_box: SE3
    size: tuple[float, float, float]
    points: int | None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


def read_boxes(path: Path) -> list[LabelledBox]:
    """Read a file of ``bounding_box_3d``.

    Length is along the box's x, width along y, height along z; the pose is that of its centre.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, or an entry is missing or cannot be.
    """
    rows = listed(mapping(read_json(path), "labels", path).get("annotations", []), "annotations", path)
    return [_box(row, f"{path}, annotation {i}") for i, row in enumerate(rows)]


def _box(value: object, where: str) -> LabelledBox:
    row = mapping(value, "an annotation", where)
    box = mapping(row.get("box"), "box", where)
    pose = read_pose(box.get("pose", {}), "sensor", "box", where)
    if pose is None:
        raise UnreadableFile("a box has no rotation", where=where)
    try:
        size = check_size([number(box.get(side), side, where) for side in ("length", "width", "height")])
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None
    found: dict[str, AttributeValue] = {}
    occlusion = box.get("occlusion", 0)
    if occlusion in _OCCLUSIONS:
        found["occlusion"] = _OCCLUSIONS[occlusion]
    truncation = number(box.get("truncation", 0.0), "truncation", where)
    if truncation:
        found["truncation"] = truncation
    for name, said in mapping(row.get("attributes") or {}, "attributes", where).items():
        kept = attribute(said)
        if kept is not None:
            found[name] = kept
    points = row.get("num_points")
    return LabelledBox(
        class_id=_whole(row.get("class_id", 0), "class_id", where),
        instance=text(row.get("instance_id")),
        sensor_SE3_box=pose,
        size=size,
        points=None if points is None else _whole(points, "num_points", where),
        attributes=found,
    )


def read_ontology(path: Path) -> dict[int, Category]:
    """Read ``ontology/HASH.json`` of either version: the category of each class by its number."""
    content = mapping(read_json(path), "an ontology", path)
    if "items" in content:
        rows = [mapping(row, "an item", path) for row in listed(content["items"], "items", path)]
        named = [(row.get("id", 0), row.get("name"), row.get("color"), row.get("supercategory")) for row in rows]
    else:
        colors = mapping(content.get("colormap") or {}, "colormap", path)
        parents = mapping(content.get("supercategory") or {}, "supercategory", path)
        names = mapping(content.get("id_to_name") or {}, "id_to_name", path)
        named = [(ident, name, colors.get(ident), parents.get(ident)) for ident, name in names.items()]
    found = {}
    for ident, name, color, parent in named:
        where = f"{path}, class {ident!r:.20}"
        if not text(name):
            raise UnreadableFile("a class has no name", where=where)
        number_ = int(ident) if isinstance(ident, str) and ident.isascii() and ident.isdigit() else ident
        found[_whole(number_, "id", where)] = Category(
            name=text(name), color=_color(color, where), description=text(parent)
        )
    return found


def _color(value: object, where: str) -> str:
    if value is None:
        return ""
    parts = mapping(value, "color", where)
    red, green, blue = (_whole(parts.get(name, 0), name, where) for name in "rgb")
    return f"#{red:02x}{green:02x}{blue:02x}" if max(red, green, blue) < 256 else ""


def read_features(path: Path) -> Features:
    """Read ``agents_HASH.json`` and what it names: features by time (as the file has it) and instance.

    The place of a feature in its list is the number of its name in the ontology of its type.
    """
    folder = path.parent
    group = mapping(read_json(path), "agents", path)
    names: dict[str, dict[int, str]] = {}
    for kind, hashed in mapping(group.get("feature_ontologies") or {}, "feature_ontologies", path).items():
        names[kind] = _feature_names(inside(folder, f"feature_ontology/{text(hashed)}.json", where=path))
    file = text(group.get("agents_slices_file"))
    if not file:
        return {}
    slices = inside(folder, file, where=path)
    found: Features = {}
    for where, snapshot, time_ns in _snapshots(slices):
        known = names.get(text(snapshot.get("feature_type")), {})
        features = listed(snapshot.get("features") or [], "features", where)
        found[time_ns, text(snapshot.get("instance_id"))] = {
            known.get(i, f"feature_{i}"): kept
            for i, said in enumerate(features)
            if (kept := attribute(said)) is not None
        }
    return found


def _snapshots(path: Path) -> Iterator[tuple[str, Mapping[str, Any], int]]:
    content = mapping(read_json(path), "agents", path)
    for i, row in enumerate(listed(content.get("agents_slices") or [], "agents_slices", path)):
        where = f"{path}, slice {i}"
        part = mapping(row, "a slice", where)
        stamp = mapping(part.get("slice_id") or {}, "slice_id", where).get("timestamp")
        time_ns = parse_time(stamp, most_ns=_LATEST_NS) if isinstance(stamp, str) else None
        if time_ns is None:
            raise UnreadableFile(f"timestamp {stamp!r:.60} is no time", where=where)
        for item in listed(part.get("agent_snapshots") or [], "agent_snapshots", where):
            snapshot = mapping(item, "a snapshot", where).get("agent_snapshot_3D")
            if snapshot is not None:
                yield where, mapping(snapshot, "agent_snapshot_3D", where), time_ns


def _feature_names(path: Path) -> dict[int, str]:
    rows = listed(mapping(read_json(path), "a feature ontology", path).get("items") or [], "items", path)
    checked = [mapping(row, "an item", path) for row in rows]
    return {_whole(row.get("id", 0), "id", path): text(row.get("name")) for row in checked if text(row.get("name"))}


def _whole(value: object, what: str, where: object) -> int:
    found = number(value, what, where)
    if found != np.floor(found) or found < 0:
        raise UnreadableFile(f"{what} needs a whole number, got {value!r:.60}", where=where)
    return int(found)
