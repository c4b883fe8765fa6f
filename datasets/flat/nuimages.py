"""The objects of nuImages: tables of annotations, pictures and categories in one folder."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

from lidar_label.datasets.files import read_json
from lidar_label.datasets.flat.coco import numbers_of, rle_of
from lidar_label.datasets.flat.marks import FlatMark, Rle, size_of
from lidar_label.errors import MissingFile, UnreadableFile

_OBJECTS = "object_ann.json"


def is_nuimages(path: Path) -> bool:
    """Say whether a path is such tables: their folder, the one above it, or the table of objects."""
    return _folder(path) is not None


def read_nuimages(path: Path) -> list[FlatMark]:
    """Read the objects; surfaces, which no box can hold, are left out."""
    folder = _folder(path)
    if folder is None:
        raise MissingFile(f"there is no {_OBJECTS} of nuImages", where=path)
    pictures, names = _by_token(folder / "sample_data.json"), _by_token(folder / "category.json")
    found = []
    for token, row in _by_token(folder / _OBJECTS).items():
        where = f"{folder / _OBJECTS}, {token}"
        picture, name = pictures.get(str(row.get("sample_data_token"))), names.get(str(row.get("category_token")))
        if picture is None or name is None:
            raise UnreadableFile("its sample_data or its category is in no table", where=where)
        rect = numbers_of(row.get("bbox"), 4, "a bbox", where)
        if rect[2] <= rect[0] or rect[3] <= rect[1]:
            raise UnreadableFile(f"a bbox is {rect.tolist()}", where=where)
        found.append(FlatMark(
            image=str(picture.get("filename", "")), category=str(name.get("name", "")), rect=rect,
            rle=_mask(row.get("mask"), where), where=where,
            size=size_of(picture.get("width"), picture.get("height")),
        ))  # fmt: skip
    return found


def _mask(found: Any, where: str) -> Rle | None:  # noqa: ANN401 - whatever the table holds
    if not isinstance(found, dict):
        return None
    counts = found.get("counts")
    if isinstance(counts, str):  # the devkit keeps pycocotools' text in base 64
        try:
            found = {**found, "counts": base64.b64decode(counts, validate=True).decode("ascii")}
        except (binascii.Error, ValueError):
            raise UnreadableFile("the runs of a mask are no base 64", where=where) from None
    return rle_of(found, where)


def _folder(path: Path) -> Path | None:
    if path.is_file():
        return path.parent if path.name == _OBJECTS else None
    places = [path, *sorted(path.glob("v1.0-*"))]
    return next((place for place in places if (place / _OBJECTS).is_file()), None)


def _by_token(path: Path) -> dict[str, dict[str, Any]]:
    rows = read_json(path)
    if not isinstance(rows, list) or not all(isinstance(r, dict) and isinstance(r.get("token"), str) for r in rows):
        raise UnreadableFile("a table is a list of entries with a token", where=path)
    return {row["token"]: row for row in rows}
