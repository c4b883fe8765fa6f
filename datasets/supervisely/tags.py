"""Classes and tags of a Supervisely project, and attributes as tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lidar_label.datasets.base import Drive
from lidar_label.datasets.names import is_whole
from lidar_label.datasets.tokens import token_of
from lidar_label.datasets.values import attribute, is_number, listed, mapping, text
from lidar_label.datasets.vocabulary import Kind, Vocabulary
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import Attribute, AttributeValue, Taxonomy, color_for

FLAG, NUMBER, CHOICE, TEXT = "none", "any_number", "oneof_string", "any_string"
NAME_TAG = "track_name"  # our own: the name of a track that is no number
_BOTH = ("true", "false")
_KINDS: Mapping[str, Kind] = {FLAG: "flag", NUMBER: "number", CHOICE: "choice", TEXT: "text"}


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of an object; `first` and `last` are the frames it holds in, None where it always does."""

    name: str
    value: AttributeValue
    first: int | None = None
    last: int | None = None


@dataclass(slots=True)
class TagKinds:
    """What each tag's value is, by the project's meta.json; a tag that it lacks is taken as it comes."""

    kinds: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def tags(self, value: object, where: str) -> list[Tag]:
        """Return the tags of a list in a file."""
        return [self._tag(mapping(row, "a tag", where), where) for row in listed(value or [], "tags", where)]

    def _tag(self, row: Mapping[str, Any], where: str) -> Tag:
        name = text(row.get("name"))
        if not name:
            raise UnreadableFile("a tag needs a name", where=where)
        span = row.get("frameRange")
        ends: list[int | None] = [None, None]
        if span is not None:
            numbers = listed(span, "frameRange", where)
            if len(numbers) != 2 or not all(is_number(n) for n in numbers):
                raise UnreadableFile(f"frameRange of tag {name} needs two numbers", where=where)
            ends = [int(n) for n in numbers]
        return Tag(name, self._value(name, row.get("value")), ends[0], ends[1])

    def _value(self, name: str, value: object) -> AttributeValue:
        kind = self.kinds.get(name)
        found = attribute(value)
        if kind == FLAG or found is None:
            return True
        if name in self.flags and found in _BOTH:
            return found == "true"
        if kind == NUMBER and isinstance(found, str):
            try:
                number = float(found)
            except ValueError:
                return found
            return int(number) if number.is_integer() and "." not in found else number
        if kind in (CHOICE, TEXT) and not isinstance(found, str):
            return str(found)
        return found


def read_meta(path: Path, words: Vocabulary) -> TagKinds:
    """Read a project's meta.json and declare its classes and tags; nothing where there is no such file.

    Raises
    ------
    UnreadableFile
        If a class or a tag is none.
    """
    from lidar_label.datasets.files import read_json

    found = TagKinds()
    if not path.is_file():
        return found
    content = mapping(read_json(path), "the file", path)
    try:
        for value in listed(content.get("classes") or [], "classes", path):
            row = mapping(value, "a class", path)
            words.category(text(row.get("title")), text(row.get("color")))
        for value in listed(content.get("tags") or [], "tags", path):
            row = mapping(value, "a tag", path)
            name, kind = text(row.get("name")), text(row.get("value_type")) or FLAG
            found.kinds[name] = kind
            values = tuple(text(v) for v in listed(row.get("values") or [], "values", path))
            is_flag = kind == CHOICE and set(values) == set(_BOTH)
            if is_flag:
                found.flags.add(name)
            if name == NAME_TAG or row.get("applicable_type") == "imagesOnly" or kind not in _KINDS:
                continue
            shown: Kind = "flag" if is_flag else _KINDS[kind]
            words.declare(
                Attribute(
                    name=name, kind=shown, values=values if shown == "choice" else (),
                    token=token_of("attribute", name),
                )
            )  # fmt: skip
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=path) from None
    return found


def meta_content(drives: Sequence[Drive], taxonomy: Taxonomy, project_type: str) -> dict[str, Any]:
    """Return the classes and tags that drives need, and those of the taxonomy."""
    colors = {category.name: category.color for category in taxonomy.categories}
    names = dict.fromkeys((*colors, *(t.category for d in drives for t in d.labels.tracks)))
    classes = [
        {"title": n, "shape": "cuboid_3d", "color": colors.get(n, color_for(n)).upper(), "geometry_config": {}}
        for n in names
    ]
    return {"classes": classes, "tags": tag_rows(drives, taxonomy), "projectType": project_type}


def tag_rows(drives: Sequence[Drive], taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return a row for each tag: of the kind that its values have, or else that its attribute is declared to have."""
    values: dict[str, set[AttributeValue]] = {}
    kinds: dict[str, set[type]] = {}
    for name, value in (item for drive in drives for item in _attributes(drive)):
        values.setdefault(name, set()).add(value)
        kinds.setdefault(name, set()).add(bool if isinstance(value, bool) else str if isinstance(value, str) else float)
    declared = {a.name: a for a in taxonomy.attributes}
    rows = []
    for name in dict.fromkeys((*declared, *values)):
        row = {"name": name, "color": color_for(name).upper(), "applicable_type": "objectsOnly", "classes": []}
        known = declared.get(name)
        found = kinds.get(name, set())
        if found == {bool} or (not found and known is not None and known.kind == "flag"):
            row["value_type"] = CHOICE if False in values.get(name, set()) else FLAG
            row |= {"values": list(_BOTH)} if row["value_type"] == CHOICE else {}
        elif found == {float} or (not found and known is not None and known.kind == "number"):
            row["value_type"] = NUMBER
        elif known is not None and known.kind == "choice" and values.get(name, set()) <= set(known.values):
            row |= {"value_type": CHOICE, "values": list(known.values)}
        else:
            row["value_type"] = TEXT
        rows.append(row)
    return rows


def _attributes(drive: Drive) -> Iterable[tuple[str, AttributeValue]]:
    for track in drive.labels.tracks:
        yield from track.attributes.items()
        if not is_id(track.name):
            yield NAME_TAG, track.name
    for box in drive.labels.boxes():
        yield from box.attributes.items()


def is_id(name: str) -> bool:
    """Say whether a track's name is empty or can be an object's number."""
    return not name or is_whole(name)


def tag_content(
    name: str, value: AttributeValue, kind: str, key: str, span: tuple[int, int] | None = None
) -> dict[str, Any]:
    """Return a tag as a file has it, of the kind that meta.json says; `key` is unique in the project."""
    written: object = value
    if kind == FLAG:
        written = None
    elif isinstance(value, bool):
        written = "true" if value else "false"
    elif kind == TEXT:
        written = str(value)
    row: dict[str, Any] = {"name": name, "value": written, "key": key}
    if span is not None:
        row["frameRange"] = list(span)
    return row
