"""Categories, attributes and visibility levels as an export writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lidar_label.datasets.base import Drive
from lidar_label.datasets.nuscenes.naming import derived_token
from lidar_label.datasets.nuscenes.schema import STANDARD_VISIBILITY, TableWriter
from lidar_label.errors import CannotWrite
from lidar_label.model import AttributeValue, Category, Taxonomy

MOST_INDEX = 255
_BOUNDS = ((0.4, "v0-40"), (0.6, "v40-60"), (0.8, "v60-80"), (2.0, "v80-100"))
_DESCRIPTION = "visibility of whole object is between {} and {}%"


def flag_name(name: str, value: AttributeValue) -> str:
    """Return the nuScenes attribute that says the same, or nothing where there is none.

    An attribute of nuScenes is true or absent. A text becomes ``name.value``; false and numbers
    have no counterpart.
    """
    if value is True:
        return name
    return f"{name}.{value}" if isinstance(value, str) and value else ""


def all_attributes(drive: Drive) -> Iterator[tuple[str, AttributeValue]]:
    """Yield each attribute that a track or box of a drive has."""
    for track in drive.labels.tracks:
        yield from track.attributes.items()
    for box in drive.labels.boxes():
        yield from box.attributes.items()


def indices_of(names: Sequence[str], drives: Sequence[Drive]) -> dict[str, int]:
    """Return the index of each category, from 0 without a gap, as the devkit asks of lidarseg.

    Where points have classes, those that have none are of a category of their own, 0, which nuScenes calls noise.

    Raises
    ------
    CannotWrite
        If there are more categories than fit the one byte that lidarseg has for a point.
    """
    used = [name for drive in drives for name in drive.classes.values()]
    if not used:
        return {name: index for index, name in enumerate(names)}
    none = next(name for name in ("noise", "unlabelled", "no class") if name not in used)
    found = {name: index for index, name in enumerate(dict.fromkeys([none, *names, *used]))}
    if len(found) > MOST_INDEX + 1:
        raise CannotWrite(f"there are {len(found)} categories, and lidarseg has one byte for a point")
    return found


class Vocabulary:
    """The tokens of everything labels refer to; making it writes the three tables."""

    def __init__(self, tables: TableWriter, taxonomy: Taxonomy, drives: Sequence[Drive]) -> None:
        used = dict.fromkeys(track.category for drive in drives for track in drive.labels.tracks)
        added = [Category(name=n, token=derived_token("category", n)) for n in used if n not in taxonomy]
        self.added_categories = len(added)
        categories = (*taxonomy.categories, *added)
        self.indices = numbers = indices_of([category.name for category in categories], drives)
        if any(drive.classes for drive in drives):
            categories = (*categories, *(Category(name=n, token=derived_token("category", n)) for n in numbers
                                         if n not in {c.name for c in categories}))  # fmt: skip
        self._categories = {category.name: category.token for category in categories}
        for category in categories:
            tables.add(
                "category",
                token=category.token,
                name=category.name,
                description=category.description,
                index=numbers[category.name],
            )
        self._attributes = self._write_attributes(tables, taxonomy, drives)
        self._visibilities = {level.token: level.level for level in taxonomy.visibilities}
        lacking = any(box.visibility not in self._visibilities for d in drives for box in d.labels.boxes())
        self._by_level = self._write_visibilities(tables, taxonomy, lacking)

    def category(self, name: str) -> str:
        """Return the token of a category."""
        return self._categories[name]

    def attributes(self, *found: Mapping[str, AttributeValue]) -> list[str]:
        """Return the tokens of what mappings of attributes say, later ones winning."""
        merged = {name: value for mapping in found for name, value in mapping.items()}
        names = (flag_name(name, value) for name, value in merged.items())
        return [self._attributes[name] for name in names if name]

    def knows_visibility(self, token: str) -> bool:
        """Say whether a box's visibility is one of the taxonomy's."""
        return token in self._visibilities

    def visibility(self, share: float) -> str:
        """Return the token of the standard level for a share of 0 to 1."""
        level = next(level for bound, level in _BOUNDS if share < bound)
        return self._by_level[level]

    def _write_attributes(self, tables: TableWriter, taxonomy: Taxonomy, drives: Sequence[Drive]) -> dict[str, str]:
        tokens = {a.name: a.token for a in taxonomy.attributes if a.kind == "flag"}
        descriptions = {a.name: a.description for a in taxonomy.attributes}
        names = [f"{a.name}.{value}" for a in taxonomy.attributes if a.kind == "choice" for value in a.values]
        names += [flag_name(*item) for drive in drives for item in all_attributes(drive)]
        for name in dict.fromkeys(names):
            if name:
                tokens.setdefault(name, derived_token("attribute", name))
        for name, token in tokens.items():
            tables.add("attribute", token=token, name=name, description=descriptions.get(name, ""))
        return tokens

    def _write_visibilities(self, tables: TableWriter, taxonomy: Taxonomy, lacking: bool) -> dict[str, str]:
        """Write the taxonomy's levels, and the standard ones where a box has none to name."""
        for level in taxonomy.visibilities:
            tables.add("visibility", token=level.token, level=level.level, description=level.description)
        by_level = {level.level: level.token for level in taxonomy.visibilities}
        for token, name in STANDARD_VISIBILITY.items():
            if name in by_level or not (lacking or not taxonomy.visibilities):
                continue
            by_level[name] = derived_token("visibility", name) if token in self._visibilities else token
            low, high = name[1:].split("-")
            tables.add("visibility", token=by_level[name], level=name, description=_DESCRIPTION.format(low, high))
        return by_level
