"""COCO's JSON: pictures, categories and annotations; read and written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.files import read_json
from lidar_label.datasets.flat.marks import FlatMark, Rle, size_of
from lidar_label.errors import UnreadableFile
from lidar_label.model import Floats

_SAME = ("track_id", "instance_id", "object_id")  # what files that go beyond COCO call an object in several pictures
_HALF = 0.5  # COCO counts from the corner of the first pixel, the lens's grid from its centre


def read_coco(path: Path) -> list[FlatMark]:
    """Read the annotations of a COCO file: boxes, polygons, and masks in runs."""
    found = read_json(path)
    lists = ("images", "annotations", "categories")
    if not isinstance(found, dict) or not all(isinstance(found.get(name), list) for name in lists):
        raise UnreadableFile("a COCO file has lists of images, annotations and categories", where=path)
    images = {_key(row, "id", path): row for row in found["images"]}
    names = {_key(row, "id", path): str(row.get("name", "")) for row in found["categories"]}
    return [_mark(row, images, names, path) for row in found["annotations"]]


def write_coco(path: Path, images: Sequence[Mapping[str, Any]], annotations: Sequence[Mapping[str, Any]],
               categories: Sequence[Mapping[str, Any]]) -> None:  # fmt: skip
    """Write a COCO file; it has its name only once it is whole."""
    whole = {"info": {"description": "made by lidar-label from 3D boxes"}, "images": list(images),
             "annotations": list(annotations), "categories": list(categories)}  # fmt: skip
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(json.dumps(whole, ensure_ascii=False) + "\n", "utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def coco_rect(rect: Sequence[float]) -> list[float]:
    """Return left, top, right, bottom of the lens's grid as COCO's x, y, width, height."""
    left, top, right, bottom = rect
    return [round(v, 2) for v in (left + _HALF, top + _HALF, right - left, bottom - top)]


def coco_polygon(polygon: Floats) -> list[float]:
    """Return a polygon of the lens's grid as COCO's x, y, x, y."""
    return [round(v, 2) for v in (polygon + _HALF).ravel().tolist()]


def numbers_of(value: object, count: int, what: str, where: str) -> Floats:
    """Return so many finite numbers (0: any even count from 6), or raise `UnreadableFile`."""
    good = isinstance(value, list) and all(
        isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e9 for v in value
    )
    if not good or (len(value) != count if count else len(value) < 6 or len(value) % 2):  # type: ignore[arg-type]
        raise UnreadableFile(f"{what} is {value!r:.80}", where=where)
    return np.array(value, dtype=np.float64)


def _key(row: object, name: str, path: Path) -> str:
    if not isinstance(row, dict) or not isinstance(row.get(name), int | str):
        raise UnreadableFile(f"an entry has no {name}: {row!r:.80}", where=path)
    return str(row[name])


def _mark(row: Any, images: Mapping[str, Any], names: Mapping[str, str], path: Path) -> FlatMark:  # noqa: ANN401 - an entry of the file
    where = f"{path}, annotation {_key(row, 'id', path)}"
    image = images.get(str(row.get("image_id")))
    if image is None:
        raise UnreadableFile(f"there is no image {row.get('image_id')!r}", where=where)
    name = names.get(str(row.get("category_id")))
    if not name:
        raise UnreadableFile(f"there is no category {row.get('category_id')!r}", where=where)
    polygons, rle = _outlined(row.get("segmentation"), where)
    left, top, width, height = (numbers_of(row.get("bbox"), 4, "a bbox", where) - (_HALF, _HALF, 0, 0)).tolist()
    if width <= 0 or height <= 0:
        raise UnreadableFile(f"a bbox is {width:g} x {height:g} pixels", where=where)
    more = row.get("attributes") if isinstance(row.get("attributes"), dict) else {}
    same = next((source[k] for k in _SAME for source in (row, more) if isinstance(source.get(k), int | str)), "")
    score = row.get("score")
    return FlatMark(
        image=str(image.get("file_name", "")), category=name, rect=np.array([left, top, left + width, top + height]),
        polygons=polygons, rle=rle, size=size_of(image.get("width"), image.get("height")),
        object=str(same), where=where,
        score=float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None,
    )  # fmt: skip


def _outlined(found: object, where: str) -> tuple[tuple[Floats, ...], Rle | None]:
    if isinstance(found, list):
        return tuple(numbers_of(part, 0, "a polygon", where).reshape(-1, 2) - _HALF for part in found), None
    if isinstance(found, dict):
        return (), rle_of(found, where)
    return (), None


def rle_of(found: Mapping[str, Any], where: str) -> Rle:
    """Return a mask from COCO's runs: plain numbers, or the text that pycocotools writes."""
    rows, columns = numbers_of(found.get("size"), 2, "the size of a mask", where).astype(int).tolist()
    counts = found.get("counts")
    if isinstance(counts, str):
        return Rle(rows, columns, _unpacked(counts, where))
    if not isinstance(counts, list) or not all(isinstance(v, int) for v in counts):
        raise UnreadableFile("the runs of a mask are no numbers", where=where)
    return Rle(rows, columns, tuple(counts))


def _unpacked(text: str, where: str) -> tuple[int, ...]:
    """Return the runs of a packed text: five bits a sign, the lowest first, from the third on as differences."""
    counts: list[int] = []
    at = 0
    while at < len(text):
        value, shift, more = 0, 0, True
        while more:
            if at >= len(text) or shift > 60:
                raise UnreadableFile("the runs of a mask end too soon", where=where)
            sign = ord(text[at]) - 48
            if not 0 <= sign < 64:
                raise UnreadableFile(f"the runs of a mask have {text[at]!r} in them", where=where)
            value |= (sign & 0x1F) << shift
            more = bool(sign & 0x20)
            at, shift = at + 1, shift + 5
            if not more and sign & 0x10:
                value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    return tuple(counts)
