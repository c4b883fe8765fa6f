"""Commands on areas: drawing and changing polygons on the ground, and deleting them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lidar_label.edit.commands import delete, differences, frames_of, need_category, updates
from lidar_label.errors import CannotEdit
from lidar_label.model import Area, Change, Key, Row
from lidar_label.store import ProjectStore, areas, rows


@dataclass(frozen=True, slots=True)
class PutAreas:
    """Write areas; one whose token is there already is replaced: with other corners, another category or note.

    With `adds_categories` those that the project lacks are added to it.
    """

    areas: tuple[Area, ...]
    title: str = "Draw an area"
    adds_categories: bool = False

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the areas that are new or differ, and of categories that are new."""
        before = store.taxonomy()
        names = dict.fromkeys(area.category for area in self.areas)
        taxonomy = before.with_categories(names) if self.adds_categories else before
        for name in names:
            need_category(taxonomy, name)
        frames = {scene: frames_of(store, scene) for scene in {area.scene for area in self.areas}}
        current: dict[Key, Row] = {
            (str(row["token"]),): row for row in store.find_rows("area", "token", (area.token for area in self.areas))
        }
        for area in self.areas:
            many = frames[area.scene]
            if area.frame >= many:
                raise CannotEdit(f"the scene has {many} frames, 0 to {many - 1}", where=f"frame {area.frame}")
            if current.get((area.token,), {"scene": area.scene})["scene"] != area.scene:
                raise CannotEdit("the area is in another scene", where=f"area {area.token}")
        wanted: dict[Key, Row] = {(area.token,): areas.area_row(area) for area in self.areas}
        old, new = rows.taxonomy_rows(before), rows.taxonomy_rows(taxonomy)
        return (
            *(change for table in old for change in differences(table, old[table], new[table])),
            *differences("area", current, wanted),
        )


@dataclass(frozen=True, slots=True)
class DeleteAreas:
    """Delete areas."""

    tokens: tuple[str, ...]
    title: str = "Delete an area"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the areas; raise `CannotEdit` where one is not there."""
        return tuple(delete("area", row) for row in need_areas(store, self.tokens))


@dataclass(frozen=True, slots=True)
class SetAreaCategory:
    """Give areas another category."""

    tokens: tuple[str, ...]
    category: str
    title: str = "Change the category of an area"

    def changes(self, store: ProjectStore) -> tuple[Change, ...]:
        """Return the rows of the areas that differ."""
        need_category(store.taxonomy(), self.category)
        return updates("area", need_areas(store, self.tokens), {"category": self.category})


def need_areas(store: ProjectStore, tokens: Iterable[str]) -> tuple[Row, ...]:
    """Return the rows of areas; raise `CannotEdit` where one is not there."""
    wanted = list(dict.fromkeys(tokens))
    found = store.find_rows("area", "token", wanted)
    missing = set(wanted) - {str(row["token"]) for row in found}
    if missing:
        raise CannotEdit(f"the project has no area {min(missing)}", where=store.path)
    return found


def areas_of_scene(store: ProjectStore, scene: str) -> tuple[Change, ...]:
    """Return the changes that take away all areas of a scene."""
    return tuple(delete("area", row) for row in store.find_rows("area", "scene", (scene,)))


def renamed_areas(found: Sequence[Row], names: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the changes that have areas, given as rows, follow categories that are renamed."""
    return tuple(
        change for row in found for change in updates("area", (row,), {"category": names[str(row["category"])]})
    )
