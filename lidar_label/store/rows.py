"""Rows of the tables to the model's values and back; nothing else knows how a value is stored."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar, cast

from lidar_label.errors import CannotEdit, InvalidValue, LidarLabelError, UnreadableFile
from lidar_label.model import (
    SE3,
    Attribute,
    AttributeValue,
    Box,
    Category,
    Comment,
    Key,
    Row,
    Source,
    Taxonomy,
    Track,
    Value,
    Visibility,
    Waiver,
)
from lidar_label.store.tables import LABEL_TABLES
from lidar_label.store.values import SceneRef

T = TypeVar("T")
_INT64 = 2**63
_COLUMNS = {name: {column.name for column in table.columns} for name, table in LABEL_TABLES.items()}


def key_of(table: str, row: Row) -> Key:
    """Return the primary key of a row of one of the label tables."""
    return tuple(cast("str | int", row[column.name]) for column in LABEL_TABLES[table].primary_key)


# ------------------------------------------------------------------ values to rows


def scene_row(ref: SceneRef) -> Row:
    """Return the row of a scene reference."""
    names = ("token", "position", "name", "path", "format", "scene", "frames", "fingerprint", "options")
    return {name: getattr(ref, name) for name in names}


def category_row(category: Category, position: int) -> Row:
    """Return the row of a category at its place in the taxonomy."""
    length, width, height = category.size or (None, None, None)
    return {
        "name": category.name,
        "token": category.token,
        "position": position,
        "description": category.description,
        "length": length,
        "width": width,
        "height": height,
        "color": category.color,
        "limits": _json(dict(category.limits), f"category {category.name}") if category.limits else None,
    }


def attribute_row(attribute: Attribute, position: int) -> Row:
    """Return the row of an attribute at its place in the taxonomy."""
    return {
        "name": attribute.name,
        "token": attribute.token,
        "position": position,
        "description": attribute.description,
        "kind": attribute.kind,
        "choices": _json(list(attribute.values), f"attribute {attribute.name}"),
        "per": attribute.per,
        "categories": _json(attribute.categories, f"attribute {attribute.name}") if attribute.categories else None,
    }


def visibility_row(visibility: Visibility, position: int) -> Row:
    """Return the row of a visibility level at its place in the taxonomy."""
    return {
        "token": visibility.token,
        "position": position,
        "level": visibility.level,
        "description": visibility.description,
    }


def taxonomy_rows(taxonomy: Taxonomy) -> dict[str, dict[Key, Row]]:
    """Return the rows of a taxonomy by table and key."""
    made: dict[str, Iterable[Row]] = {
        "category": [category_row(c, i) for i, c in enumerate(taxonomy.categories)],
        "attribute": [attribute_row(a, i) for i, a in enumerate(taxonomy.attributes)],
        "visibility": [visibility_row(v, i) for i, v in enumerate(taxonomy.visibilities)],
    }
    return {table: {key_of(table, row): row for row in rows} for table, rows in made.items()}


def track_row(track: Track, scene: str, position: int) -> Row:
    """Return the row of a track at its place in its scene."""
    length, width, height = track.locked_size or (None, None, None)
    return {
        "token": track.token,
        "scene": scene,
        "position": position,
        "name": track.name,
        "category": track.category,
        "attributes": attributes_text(track.attributes, f"track {track.token}"),
        "locked_length": length,
        "locked_width": width,
        "locked_height": height,
    }


def box_row(box: Box, scene: str) -> Row:
    """Return the row of a box of a scene."""
    x, y, z = box.world_SE3_box.translation.tolist()
    qw, qx, qy, qz = box.world_SE3_box.rotation.tolist()
    length, width, height = box.size
    return {
        "track": box.track,
        "frame": int(box.frame),
        "scene": scene,
        "token": box.token,
        "x": x,
        "y": y,
        "z": z,
        "qw": qw,
        "qx": qx,
        "qy": qy,
        "qz": qz,
        "length": length,
        "width": width,
        "height": height,
        "attributes": attributes_text(box.attributes, f"track {box.track}, frame {box.frame}"),
        "visibility": box.visibility,
        "is_keyframe": bool(box.is_keyframe),
        "source": str(box.source),
        "score": None if box.score is None else float(box.score) + 0.0,
        "num_lidar_pts": None if box.num_lidar_pts is None else int(box.num_lidar_pts),
        "num_radar_pts": None if box.num_radar_pts is None else int(box.num_radar_pts),
        "doubt": box.doubt or None,
    }


def comment_row(comment: Comment) -> Row:
    """Return the row of a comment."""
    names = ("token", "scene", "frame", "track", "text", "author", "time_ns", "done", "reply_to")
    return {name: getattr(comment, name) for name in names}


def waiver_row(waiver: Waiver) -> Row:
    """Return the row of a waiver."""
    names = ("token", "scene", "rule", "track", "frame", "excess", "reason", "author", "time_ns")
    return {name: getattr(waiver, name) for name in names}


def attributes_text(attributes: Mapping[str, AttributeValue], where: str) -> str:
    """Return attributes as JSON text, in their order; raise `CannotEdit` for what JSON cannot hold."""
    for name, value in attributes.items():
        if not isinstance(name, str) or not isinstance(value, bool | int | float | str):
            raise CannotEdit(f"attribute {name!r} is not a truth value, number or text: {value!r}", where=where)
        if isinstance(value, float) and not math.isfinite(value):
            raise CannotEdit(f"attribute {name!r} is not a finite number: {value}", where=where)
    return _json(dict(attributes), where)


def _json(value: object, where: str) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError) as error:
        raise CannotEdit(f"a value cannot be stored: {error}", where=where) from None


def check_row(table: str, key: Key, row: Row) -> None:
    """Raise `CannotEdit` if a row has other columns than its table, another key, or no plain values."""
    where = f"table {table}, row {key}"
    if row.keys() != _COLUMNS[table]:
        raise CannotEdit(f"a row needs the columns {sorted(_COLUMNS[table])}, got {sorted(row)}", where=where)
    if key_of(table, row) != key:
        raise CannotEdit("a row's key and its columns do not agree", where=where)
    for name, value in row.items():
        if not (value is None or isinstance(value, str | int | float)):
            raise CannotEdit(f"column {name} is no plain value", where=where)
        if isinstance(value, float) and not math.isfinite(value):
            raise CannotEdit(f"column {name} is not finite", where=where)
        if isinstance(value, int) and not -_INT64 <= value < _INT64:
            raise CannotEdit(f"column {name} is too large a number: {value}", where=where)


# ------------------------------------------------------------------ rows to values


def read(table: str, row: Row, make: Callable[[Row], T], where: object) -> T:
    """Return ``make(row)``; a row that breaks the rules of its value raises `UnreadableFile`.

    `where` is the project file; the message also names the table and the row's key.
    """
    try:
        return make(row)
    except (LidarLabelError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        what = error.what if isinstance(error, LidarLabelError) else str(error)
        raise UnreadableFile(
            f"table {table}, row {key_of(table, row)}: {what}",
            where=where,
            hint="the project file was damaged or changed by another program",
        ) from None


def scene_of(row: Row) -> SceneRef:
    """Return the scene reference of a row."""
    return SceneRef(
        token=_text(row, "token"),
        name=_text(row, "name"),
        path=_text(row, "path"),
        format=_text(row, "format"),
        scene=_text(row, "scene"),
        frames=_integer(row, "frames"),
        fingerprint=_text(row, "fingerprint"),
        position=_integer(row, "position"),
        options=_text(row, "options"),
    )


def category_of(row: Row) -> Category:
    """Return the category of a row."""
    return Category(
        name=_text(row, "name"),
        description=_text(row, "description"),
        size=_size(row),
        color=_text(row, "color"),
        token=_text(row, "token"),
        limits=_limits(row),
    )


def attribute_of(row: Row) -> Attribute:
    """Return the attribute of a row."""
    kind, per = _text(row, "kind"), _text(row, "per")
    return Attribute(
        name=_text(row, "name"),
        description=_text(row, "description"),
        kind=cast('Literal["flag", "choice", "number", "text"]', kind),
        values=_texts(row, "choices"),
        per=cast('Literal["box", "track"]', per),
        categories=() if row["categories"] is None else _texts(row, "categories"),
        token=_text(row, "token"),
    )


def visibility_of(row: Row) -> Visibility:
    """Return the visibility level of a row."""
    return Visibility(token=_text(row, "token"), level=_text(row, "level"), description=_text(row, "description"))


def track_of(row: Row) -> Track:
    """Return the track of a row."""
    return Track(
        category=_text(row, "category"),
        name=_text(row, "name"),
        attributes=_attributes(row),
        locked_size=_size(row, "locked_"),
        token=_text(row, "token"),
    )


def comment_of(row: Row) -> Comment:
    """Return the comment of a row."""
    return Comment(
        scene=_text(row, "scene"),
        text=_text(row, "text"),
        frame=_count(row, "frame"),
        track=None if row["track"] is None else _text(row, "track"),
        author=_text(row, "author"),
        time_ns=_integer(row, "time_ns"),
        done=bool(row["done"]),
        reply_to=None if row["reply_to"] is None else _text(row, "reply_to"),
        token=_text(row, "token"),
    )


def waiver_of(row: Row) -> Waiver:
    """Return the waiver of a row."""
    return Waiver(
        scene=_text(row, "scene"),
        rule=_text(row, "rule"),
        reason=_text(row, "reason"),
        track=None if row["track"] is None else _text(row, "track"),
        frame=_count(row, "frame"),
        excess=_number(row, "excess"),
        author=_text(row, "author"),
        time_ns=_integer(row, "time_ns"),
        token=_text(row, "token"),
    )


def box_of(row: Row) -> Box:
    """Return the box of a row."""
    rotation = [_number(row, name) for name in ("qw", "qx", "qy", "qz")]
    translation = [_number(row, name) for name in ("x", "y", "z")]
    score = row["score"]
    return Box(
        track=_text(row, "track"),
        frame=_integer(row, "frame"),
        world_SE3_box=SE3("world", "box", rotation, translation),
        size=(_number(row, "length"), _number(row, "width"), _number(row, "height")),
        attributes=_attributes(row),
        visibility=_text(row, "visibility"),
        is_keyframe=bool(row["is_keyframe"]),
        source=Source(_text(row, "source")),
        score=None if score is None else _number(row, "score"),
        doubt="" if row["doubt"] is None else _text(row, "doubt"),
        num_lidar_pts=_count(row, "num_lidar_pts"),
        num_radar_pts=_count(row, "num_radar_pts"),
        token=_text(row, "token"),
    )


def _text(row: Row, column: str) -> str:
    value = row[column]
    if not isinstance(value, str):
        raise InvalidValue(f"column {column} is not text")
    return value


def _number(row: Row, column: str) -> float:
    value = row[column]
    if not isinstance(value, float | int) or not math.isfinite(value):
        raise InvalidValue(f"column {column} is not a finite number")
    return float(value)


def _integer(row: Row, column: str) -> int:
    value = row[column]
    if not isinstance(value, int):
        raise InvalidValue(f"column {column} is not a whole number")
    return value


def _count(row: Row, column: str) -> int | None:
    return None if row[column] is None else _integer(row, column)


def _size(row: Row, prefix: str = "") -> tuple[float, float, float] | None:
    """Return three sides; None where all are empty."""
    length, width, height = (f"{prefix}{side}" for side in ("length", "width", "height"))
    if row[length] is None and row[width] is None and row[height] is None:
        return None
    return (_number(row, length), _number(row, width), _number(row, height))


def _limits(row: Row) -> tuple[tuple[str, float], ...]:
    if row["limits"] is None:
        return ()
    found = json.loads(_text(row, "limits"), parse_constant=_no_constant)
    if not isinstance(found, dict) or not all(type(value) in (int, float) for value in found.values()):
        raise InvalidValue("column limits is not a JSON object of numbers")
    return tuple((name, float(value)) for name, value in found.items())


def _texts(row: Row, column: str) -> tuple[str, ...]:
    values = json.loads(_text(row, column))
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidValue(f"the {column} are not a list of texts")
    return tuple(values)


def _attributes(row: Row) -> dict[str, AttributeValue]:
    text = _text(row, "attributes")
    if text == "{}":
        return {}
    found: Any = json.loads(text, parse_constant=_no_constant)
    if not isinstance(found, dict) or not all(isinstance(v, bool | int | float | str) for v in found.values()):
        raise InvalidValue("column attributes is not a JSON object of plain values")
    if not all(math.isfinite(v) for v in found.values() if isinstance(v, float)):
        raise InvalidValue("column attributes has a number that is not finite")
    return found


def _no_constant(name: str) -> Value:
    raise InvalidValue(f"JSON has no {name}")
