"""SUSTechPOINTS' label files: position, scale and rotation of each object in the LiDAR's frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lidar_label.datasets.euler import angles_of, quaternion_of
from lidar_label.datasets.files import read_json
from lidar_label.datasets.values import xyz
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, check_size

_PSR = ("position", "scale", "rotation")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledObject:
    """One object of a frame; `lidar_SE3_box` has its source in "ego", which is the LiDAR here.

    `track` is empty where the object has no id. `extra` names entries that are not read.
    """

    kind: str
    track: str
    lidar_SE3_box: SE3
    size: tuple[float, float, float]
    attribute: str = ""
    extra: tuple[str, ...] = ()


def read_label_file(path: Path) -> list[LabelledObject]:
    """Read a label file: a list of objects, or an object whose `objs` is that list.

    Rotation is Euler angles in radians as three.js composes them by default: about x, then the
    turned y, then the turned z, so that the matrix is Rx Ry Rz.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, or an entry is missing, no number or no size; the object is named.
    """
    content = read_json(path)
    rows = content.get("objs") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise UnreadableFile("the file holds no list of objects", where=path)
    return [_object(row, f"{path}, object {number}") for number, row in enumerate(rows)]


def _object(row: Any, where: str) -> LabelledObject:  # noqa: ANN401 - JSON
    if not isinstance(row, dict) or not isinstance(row.get("psr"), dict):
        raise UnreadableFile("an object needs psr: position, scale, rotation", where=where)
    position, scale, rotation = (xyz(row["psr"].get(name), name, where) for name in _PSR)
    kind = row.get("obj_type")
    if not isinstance(kind, str) or not kind.strip():
        raise UnreadableFile("an object needs an obj_type", where=where)
    try:
        size = check_size(scale)
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None
    return LabelledObject(
        kind=kind,
        track=_text(row.get("obj_id")),
        lidar_SE3_box=SE3("ego", "box", quaternion_of(rotation, "XYZ"), position),
        size=size,
        attribute=_text(row.get("obj_attr")),
        extra=tuple(sorted(set(row) - {"psr", "obj_type", "obj_id", "obj_attr"})),
    )


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return an id or attribute as text; the tool's own files have ids as text and as numbers."""
    if value is None or isinstance(value, bool | list | dict):
        return ""
    text = str(value).strip()
    return "" if text in ("undefined", "null") else text


def label_content(objects: Iterable[LabelledObject]) -> list[dict[str, Any]]:
    """Return objects as `read_label_file` reads them back, and as the tool does."""
    rows: list[dict[str, Any]] = []
    for found in objects:
        turn = angles_of(found.lidar_SE3_box.rotation, "XYZ")
        values = (found.lidar_SE3_box.translation.tolist(), found.size, turn)
        row: dict[str, Any] = {
            "psr": {name: dict(zip("xyz", value, strict=True)) for name, value in zip(_PSR, values, strict=True)},
            "obj_type": found.kind,
            "obj_id": found.track,
        }
        if found.attribute:
            row["obj_attr"] = found.attribute
        rows.append(row)
    return rows
