"""Rules on words: categories, attributes, visibility levels and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from lidar_label.check.rule import Rule, table
from lidar_label.check.subject import Remark, Subject, by_track
from lidar_label.model import AttributeValue, Box


def unknown_categories(subject: Subject) -> Iterator[Remark]:
    """Find tracks whose category is not in the taxonomy."""
    for track in subject.labels.tracks:
        if track.category not in subject.taxonomy:
            yield Remark(f"category {track.category!r} is not in the taxonomy", track)


def unknown_attributes(subject: Subject) -> Iterator[Remark]:
    """Find attributes that are not in the taxonomy."""
    known = {attribute.name for attribute in subject.taxonomy.attributes}
    for track in subject.labels.tracks:
        for name in track.attributes:
            if name not in known:
                yield Remark(f"attribute {name!r} is not in the taxonomy", track)
    found = (
        (box, f"attribute {name!r} is not in the taxonomy")
        for box in subject.labels.boxes()
        for name in box.attributes
        if name not in known
    )
    yield from by_track(subject, found)


def unknown_visibilities(subject: Subject) -> Iterator[Remark]:
    """Find visibility levels that are not in the taxonomy."""
    known = {"", *(level.token for level in subject.taxonomy.visibilities)}
    found = (
        (box, f"visibility {box.visibility!r} is not in the taxonomy")
        for box in subject.labels.boxes()
        if box.visibility not in known
    )
    yield from by_track(subject, found)


def misfit_values(subject: Subject) -> Iterator[Remark]:
    """Find attributes whose value is not of the kind the taxonomy gives them."""
    known = {attribute.name: attribute for attribute in subject.taxonomy.attributes}

    def misfits(attributes: Mapping[str, AttributeValue]) -> Iterable[str]:
        for name, value in attributes.items():
            if name in known and not known[name].allows(value):
                yield f"attribute {name!r} is a {known[name].kind}, not {value!r}"

    for track in subject.labels.tracks:
        for message in misfits(track.attributes):
            yield Remark(message, track)
    found: Iterator[tuple[Box, str]] = (
        (box, message) for box in subject.labels.boxes() for message in misfits(box.attributes)
    )
    yield from by_track(subject, found)


def doubled_names(subject: Subject) -> Iterator[Remark]:
    """Find tracks of one category that share a name."""
    by_name = defaultdict(list)
    for track in subject.labels.tracks:
        if track.name:
            by_name[track.category, track.name].append(track)
    for (category, name), tracks in by_name.items():
        if len(tracks) > 1:
            yield Remark(f"{len(tracks)} tracks of category {category!r} are called {name!r}", tracks[1])


RULES = table(
    Rule(
        "unknown-category",
        "Category that is not in the taxonomy",
        "error",
        "An export writes references to categories; this one would point to nothing.",
        unknown_categories,
        view="table",
        trust=1.0,
        leaves=True,
    ),
    Rule(
        "unknown-attribute",
        "Attribute that is not in the taxonomy",
        "error",
        "An export writes references to attributes; this one would point to nothing.",
        unknown_attributes,
        view="table",
        trust=1.0,
        leaves=True,
    ),
    Rule(
        "unknown-visibility",
        "Visibility level that is not in the taxonomy",
        "error",
        "An export writes references to visibility levels; this one would point to nothing.",
        unknown_visibilities,
        view="table",
        trust=1.0,
        leaves=True,
    ),
    Rule(
        "attribute-value",
        "Attribute with a value of another kind",
        "warning",
        "A value that its attribute does not allow is often a slip, and formats drop it.",
        misfit_values,
        view="table",
        trust=1.0,
        leaves=True,
    ),
    Rule(
        "double-name",
        "Two tracks of one category with the same name",
        "info",
        "Formats that know tracks by category and name would join them.",
        doubled_names,
        "scene",
        "table",
        leaves=True,
    ),
)
